# SPDX-License-Identifier: Apache-2.0
"""Signed acts go to the chain, each once and in order, and are followed until they are final.

Safe against a crash between any two lines, because each step only asks what is true now: what was
stored, what the chain holds. A transaction is stored before it is sent. Whether an act was done,
the contract's own events say, not a transaction hash: anyone may have carried it. That its nonce is
used is not enough: another act of the same key may have used it.

Acts that touch the same title, tag key or subject wait for each other, for the later one was signed
in the knowledge of the earlier one. All others share the way: up to `window` at once. The relayer's
own nonces are another matter (`ledger.relay.lane`): none may be left out, whatever its act became.
"""

from ledger.relay.carrying import Relay, Relayed
from ledger.relay.rules import RelayRules

__all__ = ["Relay", "RelayRules", "Relayed"]
