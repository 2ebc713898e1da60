# SPDX-License-Identifier: Apache-2.0
"""What a contract's refusal means, in one sentence for a person.

The text of a refusal is `Name(argument, …)`, as the chain's adapters write it. Pure, so that the
service and the command line say the same.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from ledger.errors import InvalidValueError
from ledger.primitives import format_time
from ledger.titles import TitleAction, TitleState

__all__ = ["SENTENCES", "Refusal", "refusal_of"]

_TEXT = re.compile(r"([A-Z][A-Za-z]*_[A-Za-z]+)\((.*)\)", re.DOTALL | re.ASCII)
_WORD = re.compile(r"0x[0-9a-f]{64}", re.ASCII)
_SHORT: Final = 10
_ZERO: Final = "0x" + "0" * 64
_UNKNOWN: Final = "reverted"
Sentence: TypeAlias = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The contract's error by name, and a sentence that says what was expected and what came."""

    code: str
    sentence: str


def refusal_of(text: str) -> Refusal:
    """Explain a refusal; one that is not known is quoted."""
    found = _TEXT.fullmatch(text)
    if found is None:
        return Refusal(_UNKNOWN, f"The contract refused without a reason that is known: {text}.")
    name, arguments = found[1], found[2].split(", ") if found[2] else []
    sentence = SENTENCES.get(name)
    if sentence is not None:
        try:
            return Refusal(name, sentence(*arguments))
        except TypeError:
            pass  # other arguments than this version knows
    return Refusal(name, f"The contract refused: {text}.")


def _short(word: str) -> str:
    """A title, party or hash as people can compare it; the whole one stands in the request."""
    if word == _ZERO:
        return "none"
    return f"{word[:_SHORT]}…{word[-4:]}" if _WORD.fullmatch(word) else word


def _when(seconds: str) -> str:
    try:
        return format_time(int(seconds))
    except (InvalidValueError, ValueError):
        return seconds


def _state(number: str) -> str:
    try:
        return TitleState(int(number)).label
    except ValueError:
        return number


def _action(number: str) -> str:
    try:
        return TitleAction(int(number)).label
    except ValueError:
        return number


def _status(number: str) -> str:
    return {"0": "current", "1": "revoked", "2": "suspended", "3": "superseded"}.get(number, number)


def _divided(title: str, holder: str, beneficiary: str) -> str:
    return (
        f"Title {_short(title)} is surrendered by a holder who is also the beneficiary; the holder "
        f"is {_short(holder)}, the beneficiary {_short(beneficiary)}."
    )


def _not_nominated(title: str, nominee: str, beneficiary: str) -> str:
    return (
        f"The beneficiary of title {_short(title)} nominated {_short(nominee)}, so "
        f"{_short(beneficiary)} cannot become the next one."
    )


def _wrong_party(title: str, expected: str, party: str) -> str:
    return (
        f"For title {_short(title)} party {_short(expected)} would have to act; "
        f"{_short(party)} did."
    )


def _wrong_state(title: str, state: str, action: str) -> str:
    return f"{_action(action)} is not possible: title {_short(title)} is {_state(state)}."


def _stale_title(title: str, sequence: str, expected: str) -> str:
    return (
        f"Title {_short(title)} changed since you looked: its latest act is number {sequence}, "
        f"and {expected} was expected."
    )


def _bad_member(action: str, member: str) -> str:
    return f"{_action(action)} has a {_plain(member)} that it does not take, or lacks it."


def _plain(quoted: str) -> str:
    return quoted.strip("'\"")


_OF_TITLES: Final[Mapping[str, Sentence]] = {
    "TitleRegistry_ZeroAddress": lambda: "The registry of parties has no address.",
    "TitleRegistry_ZeroHash": lambda member: f"The {_plain(member)} is missing: it is zero.",
    "TitleRegistry_NotSigner": lambda key: (
        f"Key {key} is no party's signing key in force, so it cannot act on titles."
    ),
    "TitleRegistry_UnknownParty": lambda party: (
        "A party has to be named here."
        if party == _ZERO
        else f"Party {_short(party)} is not registered."
    ),
    "TitleRegistry_NoTagKey": lambda party: (
        f"Carrier {_short(party)} has not registered the hash of its tag key yet."
    ),
    "TitleRegistry_TagKeyRegistered": lambda party, held: (
        f"Carrier {_short(party)} registered its tag key before ({_short(held)}); it never changes."
    ),
    "TitleRegistry_TagUsed": lambda title, state: (
        f"This reference has a title already: {_short(title)}, which is {_state(state)}."
    ),
    "TitleRegistry_CommitmentUsed": lambda commitment, title: (
        f"The document {_short(commitment)} has, or had, the title {_short(title)}."
    ),
    "TitleRegistry_NoTitle": lambda title: f"There is no title {_short(title)}.",
    "TitleRegistry_Stale": _stale_title,
    "TitleRegistry_TooManyActs": lambda title, sequence: (
        f"Title {_short(title)} was acted on {sequence} times: what is left is kept for its holder."
    ),
    "TitleRegistry_WrongState": _wrong_state,
    "TitleRegistry_Paused": lambda title, action: (
        f"{_action(action)} is not possible: the carrier paused title {_short(title)}."
    ),
    "TitleRegistry_NotPaused": lambda title: f"Title {_short(title)} is not paused.",
    "TitleRegistry_WrongParty": _wrong_party,
    "TitleRegistry_Divided": _divided,
    "TitleRegistry_NotNominated": _not_nominated,
    "TitleRegistry_SameParty": lambda title, party: (
        f"{_short(party)} has that role of title {_short(title)} already."
    ),
    "TitleRegistry_NothingGiven": lambda title, action: (
        f"{_action(action)} is not possible: on title {_short(title)} there is nothing to reject, "
        "for the role was not just given, or its holder acted since."
    ),
    "TitleRegistry_BadDeadline": lambda accept_by, time: (
        f"A deadline for acceptance is after now, {_when(time)}, and at most 365 days ahead; "
        f"got {_when(accept_by)}."
    ),
    "TitleRegistry_TooLate": lambda title, accept_by, time: (
        f"Title {_short(title)} had to be accepted until {_when(accept_by)}; it is {_when(time)}."
    ),
    "TitleRegistry_TooEarly": lambda title, accept_by, time: (
        f"Title {_short(title)} can still be accepted until {_when(accept_by)}; "
        f"it is {_when(time)}."
    ),
    "TitleRegistry_NotAgreed": lambda title, intent, given: (
        f"The holder of title {_short(title)} agreed to {_short(intent)}, not to {_short(given)}."
    ),
    "TitleRegistry_BadMember": _bad_member,
    "TitleRegistry_BadCount": lambda titles, sequences, parts: (
        "One title is split into 2 to 32, or 2 to 32 are combined into one, each with its "
        f"sequence number; got {titles} titles, {sequences} sequence numbers and {parts} parts."
    ),
    "TitleRegistry_BadShares": lambda before, afterwards: (
        f"Shares are conserved and none is zero; before {before}, afterwards {afterwards}."
    ),
    "TitleRegistry_Unsupported": lambda: "Titles are not moved or counted by address.",
}
_OF_STATUSES: Final[Mapping[str, Sentence]] = {
    "DocumentStatus_ZeroAddress": lambda: "The registry of parties has no address.",
    "DocumentStatus_NotSigner": lambda party, key: (
        f"Key {key} is no signing key of party {_short(party)} in force."
    ),
    "DocumentStatus_BadCount": lambda count: f"Want 1 to 256 changes at once; got {count}.",
    "DocumentStatus_BadSuccessor": lambda subject, successor: (
        f"Superseding {_short(subject)} needs another document that replaces it, and nothing else "
        f"names one; got {_short(successor)}."
    ),
    "DocumentStatus_Stale": lambda subject, sequence, expected: (
        f"The status of {_short(subject)} changed since you looked: its latest record is number "
        f"{sequence}, and {expected} was expected."
    ),
    "DocumentStatus_Final": lambda subject, status: (
        f"{_short(subject)} is {_status(status)}, for good."
    ),
}
_OF_RELAYED: Final[Mapping[str, Sentence]] = {
    "RelayedActs_Expired": lambda deadline, time: (
        f"The signed act was good until {_when(deadline)}; it is {_when(time)}: sign a new one."
    ),
    "RelayedActs_NonceUsed": lambda key, nonce: (
        f"Key {key} used the nonce {nonce} before: this act, or another, was carried already."
    ),
    "RelayedActs_BadSignature": lambda key, recovered: (
        f"The signature is not that of key {key} over this act, chain and contract; "
        f"it is that of {recovered}."
    ),
}
SENTENCES: Final[Mapping[str, Sentence]] = {**_OF_TITLES, **_OF_STATUSES, **_OF_RELAYED}
