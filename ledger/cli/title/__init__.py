# SPDX-License-Identifier: Apache-2.0
"""`corridor title`: control of negotiable bills, through the service and with a token."""

from ledger.cli.title.command import title

__all__ = ["title"]
