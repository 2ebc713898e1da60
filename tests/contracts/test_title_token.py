# SPDX-License-Identifier: Apache-2.0
"""TitleRegistry as ERC-721: what explorers and TradeTrust's verifier see, and nobody can do."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any, Final

import ape
import pytest
from ape.contracts import ContractInstance
from bills import CLOSED, NOBODY, Action, Bills, State, Wish, digest
from conftest import HOUR, People, Reverts, now

NEVER_ISSUED: Final = "ERC721: owner query for nonexistent token"
PREFIX: Final = "data:application/json;charset=utf-8,"


def token(title: bytes) -> int:
    """Return the token's number."""
    return int.from_bytes(title, "big")


def owner_address(party: bytes) -> str:
    """Return the low 20 bytes of a party's id, in lower case."""
    return "0x" + party[12:].hex()


# ---------------------------------------------------------------- ownerOf


def test_owner_of_when_never_issued_then_reverts_with_the_text_that_others_look_for(
    bills: Bills,
) -> None:
    for number in (0, token(bills.id("1")), 2**256 - 1):
        with ape.reverts(NEVER_ISSUED):
            bills.contract.ownerOf(number)


def test_owner_of_when_held_then_follows_the_holder_not_the_beneficiary(bills: Bills) -> None:
    title = bills.issue("1", bills.bank, bills.consignee)
    assert bills.contract.ownerOf(token(title)).lower() == owner_address(bills.bank)
    bills.act(bills.bank, title, Wish(Action.TRANSFER_HOLDER, bills.forwarder))
    assert bills.contract.ownerOf(token(title)).lower() == owner_address(bills.forwarder)


def test_owner_of_when_surrendered_then_is_the_carrier(bills: Bills) -> None:
    title = bills.standing(State.FOR_DELIVERY)
    assert bills.contract.ownerOf(token(title)).lower() == owner_address(bills.carrier)


@pytest.mark.parametrize("state", CLOSED)
def test_owner_of_when_closed_then_looks_surrendered(bills: Bills, state: State) -> None:
    assert bills.contract.ownerOf(token(bills.closed(state))) == NOBODY


# ---------------------------------------------------------------- Transfer


def transfers(bills: Bills, title: bytes) -> list[tuple[str, str]]:
    """Return all transfers of a token, oldest first, in lower case."""
    events = bills.contract.Transfer.range(0, ape.chain.blocks.head.number + 1)
    found = (each for each in events if each.tokenId == token(title))
    return [(each["from"].lower(), each.to.lower()) for each in found]


def test_transfer_when_a_title_lives_and_ends_then_tells_every_change_of_holder(
    bills: Bills,
) -> None:
    title = bills.issue("life", bills.carrier)
    wish = Wish(Action.TRANSFER_BOTH, bills.bank, bills.bank, accept_by=now() + HOUR)
    bills.act(bills.carrier, title, wish)
    bills.act(bills.bank, title, Action.ACCEPT)  # control had moved before
    bills.act(bills.bank, title, Wish(Action.TRANSFER_HOLDER, bills.consignee))
    bills.act(bills.consignee, title, Action.REJECT_HOLDER)
    bills.surrender(title, Action.SURRENDER_FOR_DELIVERY)
    bills.act(bills.carrier, title, Action.REFUSE_SURRENDER)
    bills.surrender(title, Action.SURRENDER_FOR_PAPER)
    bills.act(bills.carrier, title, Action.ACCEPT_SURRENDER)
    carrier, bank, consignee = map(owner_address, (bills.carrier, bills.bank, bills.consignee))
    zero = "0x" + "00" * 20
    stops = [zero, carrier, bank, consignee, bank, carrier, bank, carrier, NOBODY.lower()]
    assert transfers(bills, title) == list(pairwise(stops))


# ---------------------------------------------------------------- tokenURI


def metadata(bills: Bills, title: bytes) -> dict[str, Any]:
    """Parse what tokenURI says."""
    uri = bills.contract.tokenURI(token(title))
    assert uri.startswith(PREFIX)
    content: dict[str, Any] = json.loads(uri.removeprefix(PREFIX))
    return content


@pytest.mark.parametrize("state", [each for each in State if each != State.NONE])
def test_token_uri_when_issued_then_is_json_with_commitment_and_state(
    bills: Bills, state: State
) -> None:
    title = bills.standing(state)
    content = metadata(bills, title)
    assert content["name"] == f"Title 0x{title.hex()}"
    values = {each["trait_type"]: each["value"] for each in content["attributes"]}
    commitment = bytes(bills.record(title).commitment)
    assert values == {"commitment": "0x" + commitment.hex(), "state": state}


def test_token_uri_when_amended_then_has_the_new_commitment(bills: Bills) -> None:
    title, amended = bills.issue(), digest("amended")
    bills.surrender(title, Action.SURRENDER_FOR_AMENDMENT, amended)
    bills.act(bills.carrier, title, Wish(Action.ACCEPT_SURRENDER, intent=amended))
    assert metadata(bills, title)["attributes"][0]["value"] == "0x" + amended.hex()


def test_token_uri_when_never_issued_then_reverts(bills: Bills, reverts: Reverts) -> None:
    with reverts(bills.contract, "TitleRegistry_NoTitle", bills.id("1")):
        bills.contract.tokenURI(token(bills.id("1")))


# ---------------------------------------------------------------- the rest of ERC-721


@pytest.mark.parametrize(
    ("interface", "answer"),
    [
        ("0x01ffc9a7", True),  # ERC-165
        ("0x80ac58cd", True),  # ERC-721
        ("0x5b5e139f", True),  # ERC-721 metadata
        ("0x780e9d63", False),  # ERC-721 enumerable
        ("0xffffffff", False),  # never, says ERC-165
        ("0x6010a5e7", False),  # TradeTrust's mint
        ("0x00000000", False),
    ],
)
def test_supports_interface_when_asked_then_answers(
    titles: ContractInstance, interface: str, *, answer: bool
) -> None:
    assert titles.supportsInterface(interface) is answer


def test_name_and_symbol_when_asked_then_are_there(titles: ContractInstance) -> None:
    assert (titles.name(), titles.symbol()) == ("Corridor Ledger titles", "TITLE")


def test_approvals_when_asked_then_there_are_none(
    bills: Bills, people: People, reverts: Reverts
) -> None:
    with reverts(bills.contract, "TitleRegistry_NoTitle", bills.id("1")):
        bills.contract.getApproved(token(bills.id("1")))
    title = bills.issue()
    assert int(bills.contract.getApproved(token(title)), 16) == 0
    assert bills.contract.isApprovedForAll(people.bob, people.stranger) is False


def test_balance_of_when_asked_then_reverts(
    titles: ContractInstance, people: People, reverts: Reverts
) -> None:
    with reverts(titles, "TitleRegistry_Unsupported"):
        titles.balanceOf(people.bob)


@pytest.mark.parametrize(
    "method",
    [
        "transferFrom(address,address,uint256)",
        "safeTransferFrom(address,address,uint256)",
        "safeTransferFrom(address,address,uint256,bytes)",
        "approve(address,uint256)",
        "setApprovalForAll(address,bool)",
    ],
)
def test_move_when_by_the_ways_of_erc721_then_reverts(
    bills: Bills, people: People, reverts: Reverts, method: str
) -> None:
    title = bills.issue()
    before = bills.record(title)
    arguments: dict[str, tuple[Any, ...]] = {
        "transferFrom(address,address,uint256)": (people.bob, people.new, token(title)),
        "safeTransferFrom(address,address,uint256)": (people.bob, people.new, token(title)),
        "safeTransferFrom(address,address,uint256,bytes)": (
            people.bob,
            people.new,
            token(title),
            b"data",
        ),
        "approve(address,uint256)": (people.new, token(title)),
        "setApprovalForAll(address,bool)": (people.new, True),
    }
    call = getattr(bills.contract, method.split("(", maxsplit=1)[0])
    # These are `pure`: Ape would call them by itself, and not send anything.
    with reverts(bills.contract, "TitleRegistry_Unsupported"):
        call(*arguments[method], sender=people.bob)
    assert bills.record(title) == before
