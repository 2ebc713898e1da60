# SPDX-License-Identifier: Apache-2.0
"""What PartyRegistry says of keys, once more in Python: who may do what to them, and when."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from conftest import DAY, DELAY
from consents import MANAGE, NONE, SIGN
from stateful_chain import Said

NO, YES, UNDECIDED = range(3)
AHEAD: Final = 3650 * DAY
NOWHERE: Final = bytes(32)
ADDED: Final = "KeyAdded(bytes32,address,uint8,uint64,uint64,bool,address)"
ENDED: Final = "KeyEndChanged(bytes32,address,uint64,address)"
VETOED: Final = "KeyVetoed(bytes32,address,address)"
DECLARED: Final = "CompromiseDeclared(bytes32,address,uint64,address,bool)"
DISPUTED: Final = "CompromiseDisputed(bytes32,address,address)"


class RefusedError(Exception):
    """The model refuses; the text is the contract's error without its prefix."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A key, in the order of the contract's answer."""

    party: bytes = NOWHERE
    start: int = 0
    end: int = 0
    since: int = 0
    role: int = NONE
    late: bool = False
    vetoed: bool = False
    by_registrar: bool = False
    objected: bool = False
    declared_block: int = 0
    declared_time: int = 0

    def manages(self, party: bytes, now: int) -> bool:
        """Tell whether it keeps the party's keys at this second."""
        return self.since == 0 and self.has_role_to_veto(party, now)

    def has_role_to_veto(self, party: bytes, now: int) -> bool:
        """Tell whether it is a `Manage` key of the party in its interval, compromised or not."""
        return (self.party, self.role) == (party, MANAGE) and self.start <= now < self.end


@dataclass(frozen=True, slots=True)
class Grant:
    """A wish to add a key."""

    party: bytes
    key: str
    role: int
    not_before: int
    to: int
    forged: bool


@dataclass(slots=True)
class Model:
    """What the registry knows of keys."""

    registrar: str
    parties: list[bytes]
    keys: dict[str, Entry] = field(default_factory=dict)

    def of(self, key: str) -> Entry:
        """Return a key that exists."""
        if key not in self.keys:
            raise RefusedError("UnknownKey")
        return self.keys[key]

    def manages(self, by: str, party: bytes, now: int) -> bool:
        """Tell whether somebody keeps the party's keys."""
        return self.keys.get(by, Entry()).manages(party, now)

    def authorise(self, by: str, party: bytes, *, managed: bool) -> None:
        """Refuse whoever is neither of the party nor the registrar."""
        if not managed and by != self.registrar:
            raise RefusedError("NotAuthorised")
        assert party

    def add(self, wish: Grant, by: str, now: int) -> Said:
        """Add a key."""
        if wish.party not in self.parties:
            raise RefusedError("UnknownParty")
        managed = self.manages(by, wish.party, now)
        self.authorise(by, wish.party, managed=managed)
        if wish.key in self.keys:
            raise RefusedError("KeyTaken")
        if wish.role == NONE:
            raise RefusedError("NoRole")
        start = max(wish.not_before, now + 1 + (0 if managed else DELAY))
        if wish.to <= start:
            raise RefusedError("EmptyInterval")
        if start > now + AHEAD:
            raise RefusedError("TooFarAhead")
        if wish.forged:
            raise RefusedError("BadConsent")
        self.keys[wish.key] = Entry(wish.party, start, wish.to, 0, wish.role, late=not managed)
        return ADDED, (wish.party, wish.key, wish.role, start, wish.to, not managed, by)

    def set_end(self, key: str, end: int, by: str, now: int) -> Said:
        """Move the end of a key's interval."""
        entry = self.of(key)
        if entry.vetoed or entry.end <= now:
            raise RefusedError("IntervalEnded")
        managed = self.manages(by, entry.party, now)
        self.authorise(by, entry.party, managed=managed)
        earliest = max(entry.start, now + 1)
        if not managed:
            if end >= entry.end:
                raise RefusedError("NotEarlier")
            if entry.role == MANAGE:
                earliest = max(earliest, now + 1 + DELAY)
        if end < earliest:
            raise RefusedError("EndTooEarly")
        self.keys[key] = replace(entry, end=end)
        return ENDED, (entry.party, key, end, by)

    def veto(self, key: str, by: str, now: int) -> Said:
        """Veto a key that the registrar added."""
        entry, vetoer = self.of(key), self.keys.get(by, Entry())
        in_time = now < vetoer.declared_time + DELAY
        kept = vetoer.since == 0 or (vetoer.by_registrar and (vetoer.objected or in_time))
        if not (vetoer.has_role_to_veto(entry.party, now) and kept):
            raise RefusedError("NotAuthorised")
        if not entry.late or entry.vetoed or now >= entry.start:
            raise RefusedError("NotVetoable")
        self.keys[key] = replace(entry, vetoed=True, end=entry.start)
        return VETOED, (entry.party, key, by)

    def declare(self, key: str, since: int, by: str, block: tuple[int, int]) -> Said:
        """Declare a key compromised; `block` is its number and time."""
        entry, (number, now) = self.of(key), block
        by_party = by == key or self.manages(by, entry.party, now)
        self.authorise(by, entry.party, managed=by_party)
        if not 0 < since <= now:
            raise RefusedError("BadCompromiseTime")
        if entry.since and (by_party or since >= entry.since):
            raise RefusedError("AlreadyDeclared")
        if by_party and since < now - 7 * DAY:
            raise RefusedError("TooFarBack")
        if not entry.since:
            first = {"declared_block": number, "declared_time": now}
            entry = replace(entry, by_registrar=not by_party, **first)
        self.keys[key] = replace(entry, since=since)
        return DECLARED, (entry.party, key, since, by, not by_party)

    def dispute(self, key: str, by: str, now: int) -> Said:
        """Object to the registrar's declaration."""
        entry = self.of(key)
        if not self.manages(by, entry.party, now):
            raise RefusedError("NotAuthorised")
        disputable = entry.role == MANAGE and entry.by_registrar and not entry.objected
        if not (disputable and now < entry.declared_time + DELAY):
            raise RefusedError("NotDisputable")
        self.keys[key] = replace(entry, objected=True)
        return DISPUTED, (entry.party, key, by)

    def authority(self, party: bytes, key: str, time: int, number: int) -> int:
        """Judge a signature of an accredited party."""
        entry = self.keys.get(key, Entry())
        if (entry.party, entry.role) != (party, SIGN) or not entry.start <= time < entry.end:
            return NO
        if not entry.since or time < entry.since:
            return YES
        return UNDECIDED if number <= entry.declared_block else NO
