# SPDX-License-Identifier: Apache-2.0
"""The service put together: database, keys, chain, intake, sequencer, anchorer, relay."""

from ledger.wiring_service.opening import (
    Opened,
    current_ledger,
    open_keystore,
    open_service,
    open_store,
)
from ledger.wiring_service.service import Service, ServiceParts
from ledger.wiring_service.worker import Keeper, RelayWorker, Worker

__all__ = [
    "Keeper",
    "Opened",
    "RelayWorker",
    "Service",
    "ServiceParts",
    "Worker",
    "current_ledger",
    "open_keystore",
    "open_service",
    "open_store",
]
