# SPDX-License-Identifier: Apache-2.0
"""`corridor demo`: a document's whole way on a local chain, attacks included."""

from ledger.cli.demo.command import demo

__all__ = ["demo"]
