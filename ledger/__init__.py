# SPDX-License-Identifier: Apache-2.0
"""Corridor Ledger: notarise and verify trade documents. Start with `ledger.journey`."""
