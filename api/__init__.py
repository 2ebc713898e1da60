# SPDX-License-Identifier: Apache-2.0
"""HTTP over the ledger: it parses, calls once and renders; nothing in here decides."""
