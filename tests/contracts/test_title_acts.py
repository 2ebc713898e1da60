# SPDX-License-Identifier: Apache-2.0
"""TitleRegistry.act: what holds for every action, in every state, whoever calls."""

from __future__ import annotations

from typing import Final

import pytest
from ape.contracts import ContractInstance
from ape.exceptions import VirtualMachineError
from bills import CLOSED, NONE, UNKNOWN, Action, Bills, State, Wish, digest
from conftest import DAY, People, Reverts, now
from eth_utils import keccak
from web3.exceptions import ContractLogicError

TITLES_SLOT: Final = 4  # storage_layout.json: a title is one slot, its sequence at byte 22
SEQUENCE_BIT: Final = 22 * 8
MANY_ACTS: Final = 1024
REMARK: Final = digest("remark")
INTENT: Final = digest("intent")
ISSUED: Final = [state for state in State if state != State.NONE]
OPEN: Final = [state for state in ISSUED if state not in CLOSED]
HELD: Final = {State.HELD}
OFFERED: Final = {State.OFFERED_HOLDER, State.OFFERED_BENEFICIARY, State.OFFERED_BOTH}
SURRENDERED: Final = {State.FOR_DELIVERY, State.FOR_AMENDMENT, State.FOR_PAPER, State.FOR_REISSUE}

# From which states an action is possible at all, as the interface's prose has it.
POSSIBLE: Final = {
    Action.NOMINATE: HELD,
    Action.TRANSFER_HOLDER: HELD,
    Action.TRANSFER_BENEFICIARY: HELD,
    Action.TRANSFER_BOTH: HELD,
    Action.ACCEPT: OFFERED,
    Action.REJECT_HOLDER: HELD | OFFERED,
    Action.REJECT_BENEFICIARY: HELD | OFFERED,
    Action.REJECT_BOTH: HELD | OFFERED,
    Action.TAKE_BACK: OFFERED,
    Action.SURRENDER_FOR_DELIVERY: HELD,
    Action.SURRENDER_FOR_AMENDMENT: HELD,
    Action.SURRENDER_FOR_PAPER: HELD,
    Action.SURRENDER_FOR_REISSUE: HELD,
    Action.ACCEPT_SURRENDER: SURRENDERED - {State.FOR_REISSUE},
    Action.REFUSE_SURRENDER: SURRENDERED,
    Action.PAUSE: HELD | OFFERED | SURRENDERED,
    Action.UNPAUSE: HELD | OFFERED | SURRENDERED,
}
DESPITE_PAUSE: Final = {
    Action.REJECT_HOLDER,
    Action.REJECT_BENEFICIARY,
    Action.REJECT_BOTH,
    Action.TAKE_BACK,
    Action.SURRENDER_FOR_DELIVERY,
    Action.SURRENDER_FOR_AMENDMENT,
    Action.SURRENDER_FOR_PAPER,
    Action.SURRENDER_FOR_REISSUE,
    Action.UNPAUSE,
}
INTENDED: Final = {Action.SURRENDER_FOR_AMENDMENT, Action.SURRENDER_FOR_REISSUE}


def wish_of(bills: Bills, action: Action) -> Wish:
    """Return an act with exactly the members that its action takes."""
    holder = action in {Action.TRANSFER_HOLDER, Action.TRANSFER_BOTH}
    beneficiary = action in {Action.NOMINATE, Action.TRANSFER_BENEFICIARY, Action.TRANSFER_BOTH}
    return Wish(
        action,
        bills.consignee if holder else NONE,
        bills.consignee if beneficiary else NONE,
        INTENT if action in INTENDED else NONE,
    )


def who_must(bills: Bills, title: bytes, action: Action) -> bytes:
    """Return the party that the action needs."""
    record = bills.record(title)
    of_holder = record.state != State.OFFERED_BENEFICIARY
    if action in {Action.NOMINATE, Action.REJECT_BENEFICIARY}:
        return bytes(record.beneficiary)
    if action == Action.ACCEPT:
        return bytes(record.holder if of_holder else record.beneficiary)
    if action == Action.TAKE_BACK:
        return bytes(record.formerHolder if of_holder else record.formerBeneficiary)
    if action >= Action.ACCEPT_SURRENDER:
        return bytes(record.carrier)
    return bytes(record.holder)


# ---------------------------------------------------------------- every state, every action


@pytest.mark.parametrize("state", ISSUED)
def test_act_when_impossible_here_then_wrong_state_else_wrong_party(
    bills: Bills, reverts: Reverts, state: State
) -> None:
    title = bills.standing(state)
    assert bills.state(title) == state
    before = bills.record(title)
    for action, states in POSSIBLE.items():
        by = uninvolved(bills, title, action)
        if state in states:
            error = ("TitleRegistry_WrongParty", title, who_must(bills, title, action), by)
        else:
            error = ("TitleRegistry_WrongState", title, state, action)
        with reverts(bills.contract, *error):
            bills.ask(by, title, wish_of(bills, action))
    assert bills.record(title) == before


def uninvolved(bills: Bills, title: bytes, action: Action) -> bytes:
    """Return a party that does not have the role which the action needs."""
    must = who_must(bills, title, action)
    return next(party for party in reversed(bills.signers) if party != must)


@pytest.mark.parametrize("state", OPEN)
def test_act_when_paused_then_only_ways_out_are_left(
    bills: Bills, reverts: Reverts, state: State
) -> None:
    title = bills.standing(state)
    bills.act(bills.carrier, title, Action.PAUSE)
    assert bills.record(title).paused
    for action, states in POSSIBLE.items():
        by = uninvolved(bills, title, action)
        if action not in DESPITE_PAUSE:
            error = ("TitleRegistry_Paused", title, action)
        elif state in states:
            error = ("TitleRegistry_WrongParty", title, who_must(bills, title, action), by)
        else:
            error = ("TitleRegistry_WrongState", title, state, action)
        with reverts(bills.contract, *error):
            bills.ask(by, title, wish_of(bills, action))
    bills.act(bills.carrier, title, Action.UNPAUSE)
    assert (bills.record(title).paused, bills.state(title)) == (False, state)


# ---------------------------------------------------------------- which title, key and look


@pytest.mark.parametrize("action", POSSIBLE)
def test_act_when_there_is_no_title_then_reverts(
    bills: Bills, reverts: Reverts, action: Action
) -> None:
    for title in (bills.id("1"), NONE):
        with reverts(bills.contract, "TitleRegistry_NoTitle", title):
            bills.act(bills.bank, title, wish_of(bills, action))


@pytest.mark.parametrize("expected", [0, 1, 3, 2**32 - 1])
def test_act_when_the_title_changed_since_then_reverts(
    bills: Bills, reverts: Reverts, expected: int
) -> None:
    title = bills.issue()
    wish = Wish(Action.NOMINATE, beneficiary=bills.consignee)
    bills.act(bills.bank, title, wish)
    with reverts(bills.contract, "TitleRegistry_Stale", title, 2, expected):
        bills.act(bills.bank, title, Wish(Action.NOMINATE), expected)


@pytest.mark.parametrize("by", ["anna", "stranger", "registrar", "admin", "new"])
def test_act_when_by_no_sign_key_then_reverts(
    bills: Bills, people: People, reverts: Reverts, by: str
) -> None:
    title, caller = bills.issue(), getattr(people, by)
    with reverts(bills.contract, "TitleRegistry_NotSigner", caller.address):
        bills.contract.act(Wish(Action.PAUSE).of(title, 1), sender=caller)


def test_act_when_the_holders_key_is_compromised_then_reverts(
    bills: Bills, registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    title = bills.issue()
    registry.declareCompromise(people.bob, now(), sender=people.bob)
    with reverts(bills.contract, "TitleRegistry_NotSigner", people.bob.address):
        bills.act(bills.bank, title, Action.SURRENDER_FOR_DELIVERY)


def pretend_sequence(bills: Bills, title: bytes, sequence: int) -> None:
    """Write into the storage how many acts the title has seen."""
    slot = int.from_bytes(keccak(title + TITLES_SLOT.to_bytes(32, "big")), "big")
    contract = bills.contract
    word = int.from_bytes(contract.provider.get_storage(contract.address, slot), "big")
    changed = word & ~(0xFFFFFF << SEQUENCE_BIT) | sequence << SEQUENCE_BIT
    request = [contract.address, f"0x{slot:064x}", f"0x{changed:064x}"]
    contract.provider.web3.provider.make_request("anvil_setStorageAt", request)
    assert bills.record(title).sequence == sequence


def test_act_when_there_were_1024_then_idle_ones_revert_and_the_others_go_on(
    bills: Bills, reverts: Reverts
) -> None:
    title = bills.issue()
    pretend_sequence(bills, title, MANY_ACTS - 1)
    bills.act(bills.bank, title, Wish(Action.NOMINATE, beneficiary=bills.forwarder))
    for by, wish in (
        (bills.bank, Wish(Action.NOMINATE)),
        (bills.carrier, Wish(Action.PAUSE)),
    ):
        with reverts(bills.contract, "TitleRegistry_TooManyActs", title, MANY_ACTS):
            bills.act(by, title, wish)
    bills.act(bills.bank, title, Wish(Action.TRANSFER_BOTH, bills.consignee, bills.consignee))
    bills.surrender(title, Action.SURRENDER_FOR_DELIVERY)
    bills.act(bills.carrier, title, Action.ACCEPT_SURRENDER)
    assert (bills.state(title), bills.record(title).sequence) == (State.DELIVERED, MANY_ACTS + 3)


def test_act_when_the_sequence_is_full_then_reverts(bills: Bills) -> None:
    title = bills.issue()
    pretend_sequence(bills, title, 2**24 - 2)
    bills.act(bills.bank, title, Wish(Action.TRANSFER_HOLDER, bills.consignee))
    assert bills.record(title).sequence == 2**24 - 1
    with pytest.raises(VirtualMachineError, match="Panic error 0x11"):
        bills.act(bills.consignee, title, Wish(Action.TRANSFER_HOLDER, bills.bank))


# ---------------------------------------------------------------- members


@pytest.mark.parametrize("action", list(Action))
def test_act_when_a_member_is_not_taken_then_reverts(
    bills: Bills, reverts: Reverts, action: Action
) -> None:
    title, right = bills.issue(), wish_of(bills, action)
    wrong: dict[str, Wish] = {}
    if not right.holder.strip(b"\0"):
        wrong["holder"] = Wish(action, bills.carrier, right.beneficiary, right.intent)
    if not right.beneficiary.strip(b"\0"):
        wrong["beneficiary"] = Wish(action, right.holder, bills.carrier, right.intent)
    if action != Action.ACCEPT_SURRENDER:
        intent = NONE if action in INTENDED else INTENT
        wrong["intent"] = Wish(action, right.holder, right.beneficiary, intent)
    if action not in {Action.TRANSFER_HOLDER, Action.TRANSFER_BENEFICIARY, Action.TRANSFER_BOTH}:
        wrong["acceptBy"] = Wish(action, right.holder, right.beneficiary, right.intent, 2**40)
    for member, wish in wrong.items():
        said = "action" if action == Action.NONE else member
        with reverts(bills.contract, "TitleRegistry_BadMember", action, said):
            bills.act(bills.bank, title, wish)


def test_act_when_there_is_no_action_then_reverts(bills: Bills, reverts: Reverts) -> None:
    title = bills.issue()
    with reverts(bills.contract, "TitleRegistry_BadMember", Action.NONE, "action"):
        bills.act(bills.bank, title, Action.NONE)


def test_act_when_the_action_is_not_on_the_list_then_reverts(bills: Bills, people: People) -> None:
    title = bills.issue()
    words = [Action.UNPAUSE, title, 1, NONE, NONE, NONE, 0, NONE]
    data = bytearray(bills.contract.act.encode_input(tuple(words)))
    data[4 + 31] = Action.UNPAUSE + 1
    transaction = {"from": people.bob.address, "to": bills.contract.address, "data": bytes(data)}
    call = bills.contract.provider.web3.eth.call
    with pytest.raises(ContractLogicError, match="reverted"):
        call(transaction)
    data[4 + 31], data[4 + 7 * 32 + 31] = Action.SURRENDER_FOR_DELIVERY, 1
    assert call({**transaction, "data": bytes(data)}) == b""  # it was the action alone


# ---------------------------------------------------------------- what an act says


def test_act_when_done_then_says_all_of_it_and_who_and_when(bills: Bills, people: People) -> None:
    title, deadline = bills.issue(), now() + DAY
    wish = Wish(
        Action.TRANSFER_BOTH,
        bills.consignee,
        bills.forwarder,
        accept_by=deadline,
        remark=REMARK,
    )
    receipt = bills.act(bills.bank, title, wish)
    acted, transferred = receipt.events
    assert (acted.event_name, transferred.event_name) == ("TitleActed", "Transfer")
    assert (acted.title, acted.party) == (title, bills.bank)
    assert (acted.action, acted.sequence) == (Action.TRANSFER_BOTH, 2)
    assert (acted.holder, acted.beneficiary) == (bills.consignee, bills.forwarder)
    assert (acted.intent, acted.acceptBy) == (NONE, deadline)
    assert (acted.remark, acted.key) == (REMARK, people.bob.address)
    record = bills.record(title)
    assert (record.sequence, record.time, record.key) == (
        2,
        receipt.timestamp,
        people.bob.address,
    )


def test_act_when_the_holder_stays_then_erc721_says_nothing(bills: Bills) -> None:
    title = bills.issue()
    for wish in (
        Wish(Action.NOMINATE, beneficiary=bills.consignee),
        Wish(Action.TRANSFER_BENEFICIARY, beneficiary=bills.consignee),
    ):
        (event,) = bills.act(bills.bank, title, wish).events
        assert event.event_name == "TitleActed"
    (event,) = bills.act(bills.carrier, title, Action.PAUSE).events
    assert (event.event_name, event.action) == ("TitleActed", Action.PAUSE)


def test_act_when_unknown_parties_are_named_then_reverts(bills: Bills, reverts: Reverts) -> None:
    title = bills.issue()
    for wish in (
        Wish(Action.NOMINATE, beneficiary=UNKNOWN),
        Wish(Action.TRANSFER_HOLDER, UNKNOWN),
        Wish(Action.TRANSFER_BENEFICIARY, beneficiary=UNKNOWN),
        Wish(Action.TRANSFER_BOTH, UNKNOWN, bills.consignee),
        Wish(Action.TRANSFER_BOTH, bills.consignee, UNKNOWN),
    ):
        with reverts(bills.contract, "TitleRegistry_UnknownParty", UNKNOWN):
            bills.act(bills.bank, title, wish)
    for action in (Action.TRANSFER_HOLDER, Action.TRANSFER_BENEFICIARY, Action.TRANSFER_BOTH):
        with reverts(bills.contract, "TitleRegistry_UnknownParty", NONE):
            bills.act(bills.bank, title, action)
