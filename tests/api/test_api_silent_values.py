# SPDX-License-Identifier: Apache-2.0
"""What values show of themselves goes to logs and tracebacks: nothing of a document or a remark."""

import dataclasses
import importlib
import pkgutil
import typing

import pytest

import ledger.acting
from ledger.acting import ActWish, IssueWish, PartWish, ReadTitle, ReissueWish, SignedWish
from ledger.acting.signing_desk import Wish
from ledger.acts import ActType
from ledger.ports import facade, relaying, titling
from ledger.ports.facade import RequestKey, StatusRequest
from ledger.primitives import Address, Bytes32, Digest, PartyId, Signature
from ledger.titles import TitleAction

MODULES = [
    *(
        importlib.import_module(f"ledger.acting.{found.name}")
        for found in pkgutil.iter_modules(ledger.acting.__path__)
    ),
    facade,
    relaying,
    titling,
]
CLASSES = sorted(
    {
        value
        for module in MODULES
        for value in vars(module).values()
        if dataclasses.is_dataclass(value) and value.__module__ == module.__name__
    },
    key=lambda value: value.__qualname__,
)
# Texts and bytes that say nothing of a document: names of kinds and states, what is on chain.
PUBLIC = {
    *("ReservedTitle.name", "ReservedTitle.state", "ReadTitle.name", "Wish.members"),
    *("SignedWish.contract", "SignedWish.type", "StoredAct.refusal", "SentAct.raw"),
    *("DocumentState.document_type", "DocumentState.acceptance", "StatusAct.status"),
    *("StatusAct.transaction", "StatusNow.superseded_by", "TitleView.names", "Foreseen.word"),
    *("Principal.scopes", "Readiness.checks", "StatusRequest.action"),
}
SECRET = "said in confidence"
A_PARTY, DIGEST, A_TITLE = PartyId(b"\x01" * 32), Digest(b"\x02" * 32), Bytes32(b"\x03" * 32)


def holds_text(hint):
    """Whether a value of this type can hold a text or bytes that somebody chose."""
    if hint in (str, bytes, dict, typing.Any) or isinstance(hint, str | typing.ForwardRef):
        return True  # one that refers to itself, such as `Json`, holds texts
    return any(holds_text(part) for part in typing.get_args(hint) if part is not Ellipsis)


def test_there_are_values_to_look_at():
    names = {value.__qualname__ for value in CLASSES}
    assert names >= {"NewAct", "IssueWish", "ReadTitle", "SignedWish", "DocumentState", "Wish"}


@pytest.mark.parametrize("value", CLASSES, ids=lambda value: value.__qualname__)
def test_field_when_it_may_hold_content_then_is_not_shown(value):
    shown = {
        f"{value.__qualname__}.{field.name}"
        for field in dataclasses.fields(value)
        if field.repr and holds_text(field.type)
    }
    assert shown <= PUBLIC


@pytest.mark.parametrize(
    "value",
    [
        IssueWish(DIGEST, A_PARTY, A_PARTY, SECRET),
        ActWish(TitleAction.PAUSE, remark=SECRET),
        PartWish(SECRET, DIGEST, 1),
        ReissueWish((A_TITLE,), (PartWish(SECRET, DIGEST, 1),), SECRET),
        ReadTitle("eip155:…", None, {DIGEST: SECRET}),
        Wish(ActType.ACT, {}, SECRET, (A_TITLE,), RequestKey(SECRET, DIGEST)),
        StatusRequest("revoke", 1, key=RequestKey(SECRET, DIGEST)),
        SignedWish("titles", "Act", {"x": SECRET}, Address(b"\x01" * 20), Signature(b"\x01" * 65)),
        relaying.NewAct(None, A_PARTY, SECRET.encode(), 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_value_shows_no_content(value):
    assert SECRET not in repr(value)
