# SPDX-License-Identifier: Apache-2.0
"""Acts that a party's key signs and anyone may carry to the chain (contracts/interfaces).

Written out here without a library for EIP-712, so that whoever signs or checks an act needs none; a
test compares every digest with eth-account's, and the contracts compare them again.
"""

from ledger.acts.act import Act, ActContract, ActDomain, ActType
from ledger.acts.signing import SignedAct, recovered_key
from ledger.acts.typed_values import Value

__all__ = [
    "Act",
    "ActContract",
    "ActDomain",
    "ActType",
    "SignedAct",
    "Value",
    "recovered_key",
]
