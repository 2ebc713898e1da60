# SPDX-License-Identifier: Apache-2.0
"""A ledger, its database and the relay between them; and everything that tests do with these."""

import pytest

from ledger.chain.writing import relay_now
from ledger.ports.relaying import ActState, NewAct
from ledger.relay import Relay, RelayRules
from ledger.statements import LedgerId
from ledger.storage import LedgerName, VaultKeys, open_storage

KEYS = VaultKeys("k1", {"k1": b"K" * 32}, b"I" * 32)
ZERO, OFF = bytes(32), False
ACCEPTED, SUBMITTED, MINED = ActState.ACCEPTED, ActState.SUBMITTED, ActState.MINED
FINAL, REJECTED = ActState.FINAL, ActState.REJECTED


def word(number):
    return number.to_bytes(32, "big")


class Post:
    """A ledger, its database, and the relay between them; `restart` forgets all but the file."""

    def __init__(self, ledger, folder, parties=None):
        self.ledger, self.folder = ledger, folder
        if parties is None:
            parties = {name: party.raw for name, party in ledger.admit("carrier", "bank").items()}
        self.parties = parties
        self.storage = None
        self.restart()

    def restart(self, limit=1000, **rules):
        if self.storage is not None:
            self.storage.close()
        trust = self.ledger.trust
        name = LedgerName(LedgerId(trust.chain_id, trust.ledgers[0].log.address), "test")
        url, clock = f"sqlite:///{self.folder}/ledger.db", self.ledger.clock
        self.storage = open_storage(url, name, KEYS, clock, act_limit=limit)
        self.storage.lease._patience = 0  # the one before is gone
        assert self.storage.lease.renew()
        self.acts = self.storage.acts
        self.sender = self.ledger.act_sender()
        self.relay = Relay(self.acts, self.sender, clock, RelayRules(**rules))

    def add(self, signed, request=None):
        submitter = signed.act.party
        new = NewAct(signed, submitter, request or signed.id.raw, self.ledger.clock.now())
        return self.acts.add(new).signed.id

    def status(self, subject=1, status=2, expected=0, name="carrier", **more):
        """A signed change of a status: no other act touches its subject."""
        members = {"party": self.parties[name], "subject": word(subject), "status": status}
        members |= {"reason": 7, "supersededBy": ZERO, "expectedSequence": expected}
        return self.ledger.signed(name, "StatusChange", **members, **more)

    def tag_key(self, number=9):
        party = self.parties["carrier"]
        return self.ledger.signed("carrier", "TagKey", party=party, keyHash=word(number))

    def issue(self, tag, **more):
        bank = self.parties["bank"]
        members = {"tag": word(tag), "commitment": word(tag + 1000), "expectedSequence": 0}
        members |= {"holder": bank, "beneficiary": bank, "remark": ZERO}
        party = self.parties["carrier"]
        return self.ledger.signed("carrier", "Issue", party=party, **members | more)

    def nominate(self, title, expected, **more):
        members = {"title": title, "action": 1, "expectedSequence": expected, "acceptBy": 0}
        members |= {"holder": ZERO, "intent": ZERO, "remark": ZERO}
        carrier = self.parties["carrier"]
        bank = self.parties["bank"]
        members |= {"beneficiary": carrier} | more
        return self.ledger.signed("bank", "Act", party=bank, **members)

    def reissue(self, titles, tags, plan_sequences):
        parts = tuple((word(tag), word(tag + 1000), 10**9 // len(tags)) for tag in tags)
        members = {"titles": titles, "expectedSequences": plan_sequences, "parts": parts}
        party = self.parties["carrier"]
        return self.ledger.signed("carrier", "Reissue", party=party, remark=ZERO, **members)

    def prepared(self, signed, nonce, sender=None):
        """A signed transaction, of the relayer unless of another one."""
        sender = sender or self.sender
        return sender.prepare(signed, nonce, sender.latest())

    def carry(self, signed):
        """Somebody else carries an act, and it is in a block when this returns."""
        return relay_now(self.ledger.node, signed, self.ledger.keys["stranger"])

    def rival(self, signed):
        """Somebody else sends an act; it waits for a block."""
        sender = self.ledger.act_sender("stranger")
        sender.broadcast(self.prepared(signed, sender.transaction_count(), sender))

    def drop(self):
        """The node forgets what waits for a block."""
        self.ledger.local.call("anvil_dropAllTransactions")

    def outbid(self):
        """A block whose base fee is a thousand times what it was."""
        block = self.ledger.local.call("eth_getBlockByNumber", "latest", OFF)
        fee = int(block["baseFeePerGas"], 16) * 1000
        self.ledger.local.call("anvil_setNextBlockBaseFeePerGas", hex(fee))
        self.mine()

    def state(self, act):
        return self.acts.act(act).state

    def record(self, subject=1):
        status = self.ledger.contract("DocumentStatus")
        return tuple(status.read("record", self.parties["carrier"], word(subject))[1:4])

    def sends(self, act):
        return self.acts.sent([act]).get(act, ())

    def pending(self):
        """The relayer's transactions whose nonce is not used, by nonce."""
        return self.acts.pending(self.sender.address, self.spent())

    def spent(self):
        """How many transactions the relayer sent that are in blocks."""
        return self.sender.transaction_count()

    def mine(self, count=1):
        self.ledger.local.call("anvil_mine", hex(count))

    def finish(self, *acts, steps=8):
        """Let blocks come until these acts are done."""
        for _ in range(steps):
            self.relay.step()
            self.mine()
            if all(self.state(act) in (MINED, FINAL) for act in acts):
                return
        pytest.fail(f"still {[self.state(act).value for act in acts]}, {self.spent()} spent")

    def settle(self, *acts, steps=8):
        for _ in range(steps):
            self.relay.step()
            if all(self.state(act) in (MINED, REJECTED) for act in acts):
                return
        pytest.fail(f"still {[self.state(act).value for act in acts]}")
