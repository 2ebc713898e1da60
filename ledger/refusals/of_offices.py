# SPDX-License-Identifier: Apache-2.0
"""What refusals of PartyRegistry and DocumentLog mean: the operator's own contracts."""

from collections.abc import Mapping
from typing import Final

from ledger.refusals.words import ZERO, Sentence, short_of, time_of

__all__ = ["OF_OFFICES"]


def _country(word: str) -> str:
    try:
        return bytes.fromhex(word.removeprefix("0x")).decode("ascii", "backslashreplace")
    except ValueError:
        return word


_OF_PARTIES: Final[Mapping[str, Sentence]] = {
    "PartyRegistry_AdminIsTwoStep": lambda: (
        "The admin's role passes in two steps only: it is proposed, then accepted."
    ),
    "PartyRegistry_NotProposed": lambda caller: (
        f"Only who was proposed can accept the admin's role; {caller} was not."
    ),
    "PartyRegistry_ZeroAddress": lambda: "An office of the registry has no address: it is zero.",
    "PartyRegistry_BadLength": lambda length, limit: (
        f"A name or kind has 1 to {limit} bytes; got {length}."
    ),
    "PartyRegistry_BadCountry": lambda country: (
        f"A country is two letters from A to Z; got {_country(country)}."
    ),
    "PartyRegistry_BadKeyCount": lambda count: (
        f"A new party is registered with 1 to 16 keys; got {count}."
    ),
    "PartyRegistry_UnknownParty": lambda party: f"Party {short_of(party)} is not registered.",
    "PartyRegistry_UnknownKey": lambda key: f"Key {key} is no party's.",
    "PartyRegistry_KeyTaken": lambda key, party: (
        f"Key {key} belongs to party {short_of(party)} for ever: make a new one."
    ),
    "PartyRegistry_NoRole": lambda key: f"Key {key} needs a role: sign or manage.",
    "PartyRegistry_BadConsent": lambda key: (
        f"The consent is not key {key}'s own signature for this party, role and registry."
    ),
    "PartyRegistry_NotAuthorised": lambda party, caller: (
        f"{caller} may not do this for party {short_of(party)}: it takes a manage key of the "
        "party in force, or for some acts the registrar or the key itself."
    ),
    "PartyRegistry_EmptyInterval": lambda start, end: (
        f"An interval ends after it begins; this one would begin at {time_of(start)} and end at "
        f"{time_of(end)}."
    ),
    "PartyRegistry_IntervalEnded": lambda end: (
        f"It ended at {time_of(end)}, and an end that has passed is never moved."
    ),
    "PartyRegistry_EndTooEarly": lambda end, earliest: (
        f"The earliest end that is possible now is {time_of(earliest)}; got {time_of(end)}."
    ),
    "PartyRegistry_NotEarlier": lambda end, stored: (
        f"The registrar can only move the end of a key to before {time_of(stored)}; "
        f"got {time_of(end)}."
    ),
    "PartyRegistry_NotVetoable": lambda key: (
        f"Key {key} cannot be vetoed: the registrar did not add it with a delay, or it was vetoed, "
        "or is in force already."
    ),
    "PartyRegistry_BadCompromiseTime": lambda since, time: (
        f"A compromise began before now, {time_of(time)}, and not at zero; got {time_of(since)}."
    ),
    "PartyRegistry_TooFarBack": lambda since, earliest: (
        f"A party can date a compromise back to {time_of(earliest)}; got {time_of(since)}: ask the "
        "registrar."
    ),
    "PartyRegistry_AlreadyDeclared": lambda key, since: (
        f"Key {key} was declared compromised since {time_of(since)} before; only the registrar "
        "can move that, and only to earlier."
    ),
    "PartyRegistry_NotDisputable": lambda key: (
        f"There is nothing about key {key} to object to, or no longer."
    ),
    "PartyRegistry_NotAccredited": lambda party, document_type, index: (
        f"Party {short_of(party)} has no accreditation number {index} for the type "
        f"{short_of(document_type)}."
    ),
    "PartyRegistry_Overlaps": lambda start, previous_end: (
        f"An accreditation begins when the one before has ended, at {time_of(previous_end)}; "
        f"got {time_of(start)}."
    ),
    "PartyRegistry_Full": lambda limit: f"The registry is full: it holds {limit} parties.",
    "PartyRegistry_TooFarAhead": lambda start, latest: (
        f"It can begin at {time_of(latest)} at the latest; got {time_of(start)}."
    ),
    "PartyRegistry_TooManyIntervals": lambda limit: (
        f"The party has {limit} accreditations for this type, and can have no more."
    ),
    "AccessControlUnauthorizedAccount": lambda account, role: (
        f"{account} does not hold the office that this takes: "
        f"{'admin' if role == ZERO else short_of(role)}."
    ),
    "AccessControlBadConfirmation": lambda: "An office can only be given up by who holds it.",
}
_OF_LOG: Final[Mapping[str, Sentence]] = {
    "DocumentLog_NotSequencer": lambda caller: f"{caller} is not the log's sequencer.",
    "DocumentLog_NotGuardian": lambda caller: f"{caller} is not the log's guardian.",
    "DocumentLog_NotProposed": lambda caller: (
        f"Only who was proposed can accept the guardian's office; {caller} was not."
    ),
    "DocumentLog_NotSigner": lambda caller: f"{caller} is no party's signing key in force.",
    "DocumentLog_Frozen": lambda: "The log is closed: nothing is added to it any more.",
    "DocumentLog_NotFrozen": lambda: "The log must be closed first.",
    "DocumentLog_Stale": lambda size, old_size: (
        f"The log has {size} entries; this head was built on {old_size}."
    ),
    "DocumentLog_BadSize": lambda old_size, new_size: (
        f"A new head has more than {old_size} entries, and fewer than 2^53; got {new_size}."
    ),
    "DocumentLog_RootAnchored": lambda root, size: (
        f"The root {short_of(root)} was anchored before, with {size} entries."
    ),
    "DocumentLog_NotAppendOnly": lambda old_size, new_size, root: (
        f"The proof does not show that the head {short_of(root)} of {new_size} entries continues "
        f"the one of {old_size}."
    ),
    "DocumentLog_ZeroAddress": lambda: "An office of the log has no address: it is zero.",
    "DocumentLog_SameKey": lambda key: (
        f"Sequencer and guardian are two different keys; got {key} for both."
    ),
    "DocumentLog_SuccessorNamed": lambda successor: (
        f"The log's successor was named before: {successor}."
    ),
    "DocumentLog_BadSuccessor": lambda successor: (
        f"A successor is another log, and not zero; got {successor}."
    ),
    "DocumentLog_BadStatement": lambda length: f"A statement has 1 to 4096 bytes; got {length}.",
}
OF_OFFICES: Final[Mapping[str, Sentence]] = {**_OF_PARTIES, **_OF_LOG}
