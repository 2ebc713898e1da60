# SPDX-License-Identifier: Apache-2.0
"""What refusals of TitleRegistry and DocumentStatus mean, acts that are carried included."""

from collections.abc import Mapping
from typing import Final

from ledger.refusals.words import (
    ZERO,
    Sentence,
    action_of,
    plain_of,
    short_of,
    state_of,
    status_of,
    time_of,
)

__all__ = ["OF_ACTS"]


def _divided(title: str, holder: str, beneficiary: str) -> str:
    return (
        f"Title {short_of(title)} is surrendered by a holder who is also the beneficiary; the "
        f"holder is {short_of(holder)}, the beneficiary {short_of(beneficiary)}."
    )


def _not_nominated(title: str, nominee: str, beneficiary: str) -> str:
    return (
        f"The beneficiary of title {short_of(title)} nominated {short_of(nominee)}, so "
        f"{short_of(beneficiary)} cannot become the next one."
    )


def _wrong_party(title: str, expected: str, party: str) -> str:
    return (
        f"For title {short_of(title)} party {short_of(expected)} would have to act; "
        f"{short_of(party)} did."
    )


def _wrong_state(title: str, state: str, action: str) -> str:
    return f"{action_of(action)} is not possible: title {short_of(title)} is {state_of(state)}."


def _stale_title(title: str, sequence: str, expected: str) -> str:
    return (
        f"Title {short_of(title)} changed since you looked: its latest act is number {sequence}, "
        f"and {expected} was expected."
    )


def _bad_member(action: str, member: str) -> str:
    return f"{action_of(action)} has a {plain_of(member)} that it does not take, or lacks it."


_OF_TITLES: Final[Mapping[str, Sentence]] = {
    "TitleRegistry_ZeroAddress": lambda: "The registry of parties has no address.",
    "TitleRegistry_ZeroHash": lambda member: f"The {plain_of(member)} is missing: it is zero.",
    "TitleRegistry_NotSigner": lambda key: (
        f"Key {key} is no party's signing key in force, so it cannot act on titles."
    ),
    "TitleRegistry_UnknownParty": lambda party: (
        "A party has to be named here."
        if party == ZERO
        else f"Party {short_of(party)} is not registered."
    ),
    "TitleRegistry_NoTagKey": lambda party: (
        f"Carrier {short_of(party)} has not registered the hash of its tag key yet."
    ),
    "TitleRegistry_TagKeyRegistered": lambda party, held: (
        f"Carrier {short_of(party)} registered its tag key before ({short_of(held)}); it never "
        "changes."
    ),
    "TitleRegistry_TagUsed": lambda title, state: (
        f"This reference has a title already: {short_of(title)}, which is {state_of(state)}."
    ),
    "TitleRegistry_CommitmentUsed": lambda commitment, title: (
        f"The document {short_of(commitment)} has, or had, the title {short_of(title)}."
    ),
    "TitleRegistry_NoTitle": lambda title: f"There is no title {short_of(title)}.",
    "TitleRegistry_Stale": _stale_title,
    "TitleRegistry_TooManyActs": lambda title, sequence: (
        f"Title {short_of(title)} was acted on {sequence} times: what is left is kept for "
        "its holder."
    ),
    "TitleRegistry_WrongState": _wrong_state,
    "TitleRegistry_Paused": lambda title, action: (
        f"{action_of(action)} is not possible: the carrier paused title {short_of(title)}."
    ),
    "TitleRegistry_NotPaused": lambda title: f"Title {short_of(title)} is not paused.",
    "TitleRegistry_WrongParty": _wrong_party,
    "TitleRegistry_Divided": _divided,
    "TitleRegistry_NotNominated": _not_nominated,
    "TitleRegistry_SameParty": lambda title, party: (
        f"{short_of(party)} has that role of title {short_of(title)} already."
    ),
    "TitleRegistry_NothingGiven": lambda title, action: (
        f"{action_of(action)} is not possible: on title {short_of(title)} there is nothing to "
        "reject, for the role was not just given, or its holder acted since."
    ),
    "TitleRegistry_BadDeadline": lambda accept_by, time: (
        f"A deadline for acceptance is after now, {time_of(time)}, and at most 365 days ahead; "
        f"got {time_of(accept_by)}."
    ),
    "TitleRegistry_TooLate": lambda title, accept_by, time: (
        f"Title {short_of(title)} had to be accepted until {time_of(accept_by)}; it is "
        f"{time_of(time)}."
    ),
    "TitleRegistry_TooEarly": lambda title, accept_by, time: (
        f"Title {short_of(title)} can still be accepted until {time_of(accept_by)}; "
        f"it is {time_of(time)}."
    ),
    "TitleRegistry_NotAgreed": lambda title, intent, given: (
        f"The holder of title {short_of(title)} agreed to {short_of(intent)}, not to "
        f"{short_of(given)}."
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
        f"Key {key} is no signing key of party {short_of(party)} in force."
    ),
    "DocumentStatus_BadCount": lambda count: f"Want 1 to 256 changes at once; got {count}.",
    "DocumentStatus_BadSuccessor": lambda subject, successor: (
        f"Superseding {short_of(subject)} needs another document that replaces it, and nothing "
        f"else names one; got {short_of(successor)}."
    ),
    "DocumentStatus_Stale": lambda subject, sequence, expected: (
        f"The status of {short_of(subject)} changed since you looked: its latest record is number "
        f"{sequence}, and {expected} was expected."
    ),
    "DocumentStatus_Final": lambda subject, status: (
        f"{short_of(subject)} is {status_of(status)}, for good."
    ),
}
_OF_RELAYED: Final[Mapping[str, Sentence]] = {
    "RelayedActs_Expired": lambda deadline, time: (
        f"The signed act was good until {time_of(deadline)}; it is {time_of(time)}: sign a new one."
    ),
    "RelayedActs_NonceUsed": lambda key, nonce: (
        f"Key {key} used the nonce {nonce} before: this act, or another, was carried already."
    ),
    "RelayedActs_BadSignature": lambda key, recovered: (
        f"The signature is not that of key {key} over this act, chain and contract; "
        f"it is that of {recovered}."
    ),
}
OF_ACTS: Final[Mapping[str, Sentence]] = {**_OF_TITLES, **_OF_STATUSES, **_OF_RELAYED}
