# SPDX-License-Identifier: Apache-2.0
"""`python -m ledger.cli`."""

import sys

from ledger.cli import main

if __name__ == "__main__":
    sys.exit(main())
