# SPDX-License-Identifier: Apache-2.0
"""Titles in tests: who the parties are, how a title is issued, and how one acts on it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ape.api import ReceiptAPI, TestAccountAPI
    from ape.contracts import ContractInstance

NONE: Final = bytes(32)
WHOLE: Final = 10**9
NOBODY: Final = "0x000000000000000000000000000000000000dEaD"
UNKNOWN: Final = hashlib.sha256(b"a party that nobody registered").digest()
TAG_KEY_HASH: Final = hashlib.sha256(b"the secret behind the tags of party A").digest()

Part = tuple[bytes, bytes, int]


class State(IntEnum):
    """ITitleRegistry.State, written down again."""

    NONE = 0
    HELD = 1
    OFFERED_HOLDER = 2
    OFFERED_BENEFICIARY = 3
    OFFERED_BOTH = 4
    FOR_DELIVERY = 5
    FOR_AMENDMENT = 6
    FOR_PAPER = 7
    FOR_REISSUE = 8
    DELIVERED = 9
    SWITCHED_TO_PAPER = 10
    REISSUED = 11


class Action(IntEnum):
    """ITitleRegistry.Action, written down again."""

    NONE = 0
    NOMINATE = 1
    TRANSFER_HOLDER = 2
    TRANSFER_BENEFICIARY = 3
    TRANSFER_BOTH = 4
    ACCEPT = 5
    REJECT_HOLDER = 6
    REJECT_BENEFICIARY = 7
    REJECT_BOTH = 8
    TAKE_BACK = 9
    SURRENDER_FOR_DELIVERY = 10
    SURRENDER_FOR_AMENDMENT = 11
    SURRENDER_FOR_PAPER = 12
    SURRENDER_FOR_REISSUE = 13
    ACCEPT_SURRENDER = 14
    REFUSE_SURRENDER = 15
    PAUSE = 16
    UNPAUSE = 17


CLOSED: Final = (State.DELIVERED, State.SWITCHED_TO_PAPER, State.REISSUED)


def digest(text: str) -> bytes:
    """Return 32 bytes that are the same in every run."""
    return hashlib.sha256(text.encode()).digest()


def part(name: str, share: int) -> Part:
    """Return a title that comes from others; tag and commitment follow from its name."""
    return (digest(f"tag {name}"), digest(f"bill {name}"), share)


@dataclass(frozen=True, slots=True)
class Wish:
    """An act as the contract takes it, but for the sequence number."""

    action: Action
    holder: bytes = NONE
    beneficiary: bytes = NONE
    intent: bytes = NONE
    accept_by: int = 0
    remark: bytes = NONE

    def of(self, title: bytes, expected: int) -> tuple[Any, ...]:
        """Return the contract's argument."""
        return (
            self.action,
            title,
            expected,
            self.holder,
            self.beneficiary,
            self.intent,
            self.accept_by,
            self.remark,
        )


class Bills:
    """A TitleRegistry and the four parties: the carrier issues, the others hold.

    Attributes:
        contract: The TitleRegistry.
        carrier, bank, consignee, forwarder: The parties' ids.
    """

    def __init__(self, contract: ContractInstance, *signers: TestAccountAPI) -> None:
        self.contract = contract
        registry = contract.provider.web3.eth.contract(
            contract.registry(), abi=[_PARTY_ID]
        ).functions
        ids = [registry.partyId(serial).call() for serial in range(1, len(signers) + 1)]
        self.signers = dict(zip(ids, signers, strict=True))
        self.carrier, self.bank, self.consignee, self.forwarder = ids

    def id(self, name: str) -> bytes:
        """Return the title that the carrier issues under a name."""
        return bytes(self.contract.titleId(self.carrier, digest(f"tag {name}")))

    def issue(
        self, name: str = "1", holder: bytes | None = None, beneficiary: bytes | None = None
    ) -> bytes:
        """Issue a title; the bank is its holder, and the holder its beneficiary, unless told."""
        first = holder or self.bank
        wish = (digest(f"tag {name}"), 0, digest(f"bill {name}"), first, beneficiary or first, NONE)
        self.contract.issue(wish, sender=self.signers[self.carrier])
        return self.id(name)

    def act(
        self, party: bytes, title: bytes, wish: Wish | Action, expected: int | None = None
    ) -> ReceiptAPI:
        """Let a party act; `expected` is the title's sequence number unless told."""
        whole = wish if isinstance(wish, Wish) else Wish(wish)
        sequence = self.record(title).sequence if expected is None else expected
        return self.contract.act(whole.of(title, sequence), sender=self.signers[party])

    def ask(self, party: bytes, title: bytes, wish: Wish) -> None:
        """Call without sending: what would become of this act?"""
        sequence = self.record(title).sequence
        self.contract.act.call(wish.of(title, sequence), sender=self.signers[party])

    def record(self, title: bytes) -> Any:
        """Return the title's record."""
        return self.contract.record(title)

    def state(self, title: bytes) -> State:
        """Return where a title stands."""
        return State(self.record(title).state)

    def roles(self, title: bytes) -> tuple[bytes, bytes, bytes]:
        """Return holder, beneficiary and nominee."""
        record = self.record(title)
        return bytes(record.holder), bytes(record.beneficiary), bytes(record.nominee)

    def former(self, title: bytes) -> tuple[bytes, bytes]:
        """Return who gets the roles back if they are rejected."""
        record = self.record(title)
        return bytes(record.formerHolder), bytes(record.formerBeneficiary)

    def surrender(self, title: bytes, action: Action, intent: bytes = NONE) -> ReceiptAPI:
        """Let the holder surrender."""
        return self.act(self.roles(title)[0], title, Wish(action, intent=intent))

    def standing(self, state: State) -> bytes:
        """Issue a title and bring it into a state, unless it is `NONE`.

        The bank holds it; the consignee is beneficiary where that can be; offers run for an hour.
        """
        name = f"state {state}"
        if state == State.NONE:
            return self.id(name)
        if state in CLOSED:
            return self.closed(state)
        if state >= State.FOR_DELIVERY:
            title = self.issue(name)
            action = Action(Action.SURRENDER_FOR_DELIVERY + state - State.FOR_DELIVERY)
            needs = action in {Action.SURRENDER_FOR_AMENDMENT, Action.SURRENDER_FOR_REISSUE}
            self.surrender(title, action, digest(f"intent {state}") if needs else NONE)
            return title
        title = self.issue(name, self.forwarder if state > State.HELD else self.bank)
        return self._offered(title, state) if state > State.HELD else title

    def _offered(self, title: bytes, state: State) -> bytes:
        deadline = self.contract.provider.web3.eth.get_block("latest")["timestamp"] + 3600
        wish = {
            State.OFFERED_HOLDER: Wish(Action.TRANSFER_HOLDER, self.bank),
            State.OFFERED_BENEFICIARY: Wish(
                Action.TRANSFER_BENEFICIARY, beneficiary=self.consignee
            ),
            State.OFFERED_BOTH: Wish(Action.TRANSFER_BOTH, self.bank, self.consignee),
        }[state]
        self.act(self.forwarder, title, replace(wish, accept_by=deadline))
        return title

    def closed(self, state: State) -> bytes:
        """Issue a title and close it."""
        title = self.issue(f"closed {state}")
        if state == State.REISSUED:
            parts = [part("closed half", WHOLE // 2), part("other half", WHOLE // 2)]
            self.surrender(title, Action.SURRENDER_FOR_REISSUE, self.plan([title], parts))
            self.reissue([title], parts)
        else:
            kinds = {
                State.DELIVERED: Action.SURRENDER_FOR_DELIVERY,
                State.SWITCHED_TO_PAPER: Action.SURRENDER_FOR_PAPER,
            }
            self.surrender(title, kinds[state])
            self.act(self.carrier, title, Action.ACCEPT_SURRENDER)
        return title

    def plan(self, titles: list[bytes], parts: list[Part]) -> bytes:
        """Return what the holder agrees to."""
        return bytes(self.contract.planOf(titles, parts))

    def reissue(self, titles: list[bytes], parts: list[Part], **options: Any) -> ReceiptAPI:
        """Let the carrier reissue; `by` another party, `expected` other sequence numbers."""
        expected = options.get("expected") or [self.record(each).sequence for each in titles]
        wish = (titles, expected, parts, options.get("remark", NONE))
        return self.contract.reissue(wish, sender=self.signers[options.get("by", self.carrier)])


_PARTY_ID: Final = {
    "type": "function",
    "name": "partyId",
    "stateMutability": "view",
    "inputs": [{"name": "serial", "type": "uint64"}],
    "outputs": [{"name": "", "type": "bytes32"}],
}
