# SPDX-License-Identifier: Apache-2.0
"""Titles on the road's chain: parties that hold them, and acts that reach TitleRegistry."""

import hashlib
import json
import secrets

from ledger.chain.writing import Contract, KeyGrant, Role
from ledger.chain.writing.sending import Sender
from ledger.keys.held_key import HeldKey
from ledger.titles import Part, TitleAction, plan_of, title_id, title_tag

NONE = bytes(32)
A = TitleAction


class Desk:
    """Carrier, bank, forwarder and importer, each with one `sign` key."""

    def __init__(self, world):
        self.world = world
        self.secret = secrets.token_bytes(32)
        self.parties = {"carrier": world.carrier}
        for name in ("bank", "forwarder", "importer"):
            self.parties[name] = self.admit(name)
        self.wait(2)
        self.send("carrier", "registerTagKey", hashlib.sha256(self.secret).digest())

    @property
    def registry(self):
        (register,) = self.world.trust.ledgers[0].titles
        return Contract(self.world.node, "TitleRegistry", register.address)

    def admit(self, name):
        manager, key = HeldKey(secrets.token_bytes(32)), HeldKey(secrets.token_bytes(32))
        self.world.anvil.fund(manager.address, key.address)
        self.world.keys |= {name: key, f"{name}-manager": manager}
        grants = (KeyGrant(manager, Role.MANAGE), KeyGrant(key, Role.SIGN))
        return self.world.registrar().register_party(f"Example {name}", "TR", "any", grants)

    def send(self, name, function, *arguments):
        Sender(self.world.node, self.world.keys[name]).act(self.registry, function, *arguments)

    def wait(self, seconds):
        self.world.anvil.call("evm_increaseTime", seconds)
        self.world.settle()

    def name(self, reference):
        return title_id(self.world.carrier, title_tag(self.secret, reference))

    def text(self, reference):
        return f"eip155:{self.world.trust.chain_id}:{self.registry.address}:{self.name(reference)}"

    def bill(self, reference, *, title=None, **members):
        """Notarise a bill that names the title of its reference."""
        data = {"transportDocumentReference": reference, **members}
        title = title or self.text(reference)
        body = {"documentType": "bill-of-lading", "data": data, "title": title}
        return self.world.notarise(json.dumps(body).encode())

    def issue(self, reference, package, holder="bank"):
        tag, party = title_tag(self.secret, reference).raw, self.parties[holder].raw
        wish = (tag, 0, package.commitment.raw, party, party, NONE)
        self.send("carrier", "issue", wish)

    def issued(self, reference, holder="bank"):
        package = self.bill(reference)
        self.issue(reference, package, holder)
        self.world.settle()
        return package

    def wish(self, reference, action, to=None, *, sequence=None, intent=NONE, accept_by=0):
        title = self.name(reference).raw
        if sequence is None:
            sequence = self.registry.read("record", title)[10]
        party = NONE if to is None else self.parties[to].raw
        return (int(action), title, sequence, party, party, intent, accept_by, NONE)

    def act(self, by, reference, action, to=None, **members):
        self.send(by, "act", self.wish(reference, action, to, **members))

    def pass_on(self, by, reference, to, **members):
        self.act(by, reference, A.TRANSFER_BOTH, to, **members)

    def reissue(self, holder, old, new, share):
        """The holder surrenders the titles of `old` references for bills by theirs, all alike."""
        titles = [self.name(reference) for reference in old]
        parts = [
            Part(title_tag(self.secret, reference), package.commitment, share)
            for reference, package in new.items()
        ]
        plan = plan_of(titles, parts)
        for reference in old:
            self.act(holder, reference, A.SURRENDER_FOR_REISSUE, intent=plan.raw)
        sequences = [self.registry.read("record", title.raw)[10] for title in titles]
        words = [(part.tag.raw, part.commitment.raw, part.share) for part in parts]
        self.send("carrier", "reissue", ([title.raw for title in titles], sequences, words, NONE))
        self.world.settle()

    def in_one_block(self, *acts):
        """Mine the acts of different parties in one block, in this order."""
        anvil = self.world.anvil
        anvil.call("evm_setAutomine", False)  # noqa: FBT003 — JSON-RPC
        try:
            for place, (by, wish) in enumerate(acts):
                account = str(self.world.keys[by].address)
                anvil.call("anvil_impersonateAccount", account)
                transaction = {
                    "from": account,
                    "to": str(self.registry.address),
                    "data": "0x" + self.registry.data("act", wish).hex(),
                    "gas": hex(400_000),
                    # The node puts first what pays most.
                    "maxFeePerGas": hex(10**12),
                    "maxPriorityFeePerGas": hex(10**10 * (len(acts) - place)),
                }
                anvil.call("eth_sendTransaction", transaction)
            anvil.call("anvil_mine", "0x1")
        finally:
            anvil.call("evm_setAutomine", True)  # noqa: FBT003 — JSON-RPC
