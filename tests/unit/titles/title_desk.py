# SPDX-License-Identifier: Apache-2.0
"""A register with invented parties, and short ways to act on its titles."""

import hashlib
from contextlib import contextmanager

import pytest

from ledger.primitives import Bytes32, Digest, PartyId
from ledger.titles import (
    Issue,
    Part,
    Reissue,
    TitleAct,
    TitleAction,
    TitleRefusedError,
    TitleRegister,
    plan_of,
)

CARRIER, BANK, BUYER, TRADER, OTHER = (PartyId(bytes([n]) * 32) for n in range(1, 6))
STRANGER = PartyId(b"\xee" * 32)  # registered nowhere
PARTIES = (CARRIER, BANK, BUYER, TRADER, OTHER)
ZERO = Digest(bytes(32))
NOW = 1_900_000_000
A = TitleAction


def digest(text):
    return Digest(hashlib.sha256(text.encode()).digest())


class Desk:
    """Acts in the order of the calls; `now` stands still until a test moves it."""

    def __init__(self):
        self.register = TitleRegister(set(PARTIES))
        self.register.register_tag_key(CARRIER, digest("secret"))
        self.now = NOW

    def issue(self, holder=BANK, beneficiary=BANK, *, name="bill", by=CARRIER, **members):
        wish = {"tag": digest(f"tag of {name}"), "commitment": digest(name)} | members
        return self.register.issue(
            Issue(holder=holder, beneficiary=beneficiary, **wish), by, self.now
        )

    def title(self, name):
        return self.register.titles[name]

    def act(self, title, action, by, **members):
        found = self.register.titles.get(title)
        members = {"expected_sequence": 0 if found is None else found.sequence} | members
        return self.register.act(TitleAct(action, title, **members), by, self.now)

    def surrender_for(self, titles, parts, by=BANK):
        """Let a holder agree to a reissue of all these titles."""
        for name in titles:
            self.surrender_one_for(name, titles, parts, by)

    def surrender_one_for(self, name, titles, parts, by):
        """Let the holder of one title agree to a reissue of several."""
        self.act(name, A.SURRENDER_FOR_REISSUE, by, intent=plan_of(titles, parts))

    def reissue(self, titles, parts, *, by=CARRIER, sequences=None):
        if sequences is None:
            sequences = tuple(self.register.titles[each].sequence for each in titles)
        wish = Reissue(tuple(titles), sequences, tuple(parts))
        return self.register.reissue(wish, by, self.now)

    @contextmanager
    def refuses(self, code):
        """Expect the contract's refusal, and that nothing changed."""
        before = self._all()
        with pytest.raises(TitleRefusedError) as caught:
            yield
        assert caught.value.code == code
        assert self._all() == before

    def _all(self):
        register = self.register
        return dict(register.tag_keys), dict(register.titles), dict(register.commitments)


def part(name, share):
    return Part(digest(f"tag of {name}"), digest(name), share)


UNKNOWN = Bytes32(b"\x99" * 32)
