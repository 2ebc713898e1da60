# SPDX-License-Identifier: Apache-2.0
"""One module per group of routes; each offers a `router`."""
