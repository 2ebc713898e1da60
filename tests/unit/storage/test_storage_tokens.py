# SPDX-License-Identifier: Apache-2.0
"""Bearer tokens."""

import pytest
from sqlalchemy import update

from ledger.errors import AuthenticationError, ConfigurationError, InvalidValueError, NotFoundError
from ledger.storage import Principal
from ledger.storage.engine import writing
from ledger.storage.tables import tokens


def test_token_says_who_calls_and_what_for(storage, clock, make):
    secret = storage.tokens.create(make.PARTY, ("read", "notarise", "read"), "ERP", None)
    assert secret.startswith("cl_")
    assert len(secret) == 46
    summary = storage.tokens.summaries(make.PARTY)[0]
    principal = storage.tokens.authenticate(secret, clock.now())
    assert principal == Principal(make.PARTY, frozenset({"read", "notarise"}), summary.token_id)
    assert (summary.label, summary.created_at) == ("ERP", clock.now())
    assert summary.expires_at is None
    assert storage.tokens.summaries(make.OTHER) == ()
    assert len(storage.tokens.summaries()) == 1


def test_two_tokens_are_never_the_same(storage, make):
    secrets = {storage.tokens.create(make.PARTY, {"read"}, "", None) for _ in range(20)}
    assert len(secrets) == 20
    assert len({item.token_id for item in storage.tokens.summaries()}) == 20


@pytest.mark.parametrize(
    "secret",
    ["", "cl_", "cl_" + "A" * 43, "xx_" + "A" * 43, "cl_" + "ä" * 43, "cl_" + "A" * 43 + "\n"],
)
def test_text_that_was_never_a_token_is_refused(storage, secret):
    with pytest.raises(AuthenticationError):
        storage.tokens.authenticate(secret, 0)


def test_token_ends_with_its_time(storage, clock, make):
    end = clock.now() + 10
    secret = storage.tokens.create(make.PARTY, {"read"}, "", end)
    assert storage.tokens.authenticate(secret, end - 1)
    with pytest.raises(AuthenticationError):
        storage.tokens.authenticate(secret, end)


def test_withdrawn_token_is_refused_at_once(storage, clock, make):
    secret = storage.tokens.create(make.PARTY, {"read"}, "", None)
    other = storage.tokens.create(make.PARTY, {"read"}, "", None)
    token_id = storage.tokens.authenticate(secret, 0).token_id
    storage.tokens.withdraw(token_id)
    withdrawn_at = clock.time
    clock.time += 100
    storage.tokens.withdraw(token_id)
    with pytest.raises(AuthenticationError):
        storage.tokens.authenticate(secret, 0)
    assert storage.tokens.authenticate(other, 0)
    by_id = {item.token_id: item for item in storage.tokens.summaries()}
    assert by_id[token_id].withdrawn_at == withdrawn_at


def test_unknown_token_cannot_be_withdrawn(storage):
    with pytest.raises(NotFoundError):
        storage.tokens.withdraw("nobody")


@pytest.mark.parametrize(
    ("scopes", "label"), [((), ""), (("Read",), ""), (("a b",), ""), (("read",), "x" * 201)]
)
def test_unreadable_scope_or_label_is_refused(storage, make, scopes, label):
    with pytest.raises(InvalidValueError):
        storage.tokens.create(make.PARTY, scopes, label, None)


def test_secret_drawn_twice_would_be_refused(storage, make, monkeypatch):
    monkeypatch.setattr("secrets.token_urlsafe", lambda _: "A" * 43)
    storage.tokens.create(make.PARTY, {"read"}, "", None)
    with pytest.raises(ConfigurationError, match="random"):
        storage.tokens.create(make.OTHER, {"read"}, "", None)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("party", b"\x09" * 32),
        ("scopes", "notarise read status"),
        ("expires_at", None),
        ("seal", bytes(32)),
    ],
)
def test_row_that_was_changed_by_hand_grants_nothing(storage, clock, make, column, value):
    """Whoever can write rows, but has no key of the vault, cannot widen a token of their own."""
    secret = storage.tokens.create(make.PARTY, {"read"}, "", clock.now() + 10)
    with writing(storage.engine) as connection:
        connection.execute(update(tokens).values({column: value}))
    with pytest.raises(AuthenticationError):
        storage.tokens.authenticate(secret, clock.now())
