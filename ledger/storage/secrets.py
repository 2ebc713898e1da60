# SPDX-License-Identifier: Apache-2.0
"""Secrets of 32 bytes that belong to a party or a title, wrapped by the KEK like data keys."""

import os
from enum import StrEnum

from sqlalchemy import Connection, Engine, insert, select, update

from ledger.primitives import Bytes32, PartyId
from ledger.storage.engine import reading, writing
from ledger.storage.tables import secrets
from ledger.storage.vault import KEY_BYTES, Vault, WrappedKey

__all__ = ["SqlSecrets", "rewrap_secrets", "secret_of"]


class _Purpose(StrEnum):
    TAG_KEY = "tag-key"
    TITLE = "title"


class SqlSecrets:
    """See `TitleSecrets`. A secret is drawn when it is first asked for, and never changes."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def tag_key(self, party: PartyId) -> bytes:
        """A carrier's tag key: what turns its references into tags."""
        return self._held(_Purpose.TAG_KEY, party)

    def title_secret(self, title: Bytes32) -> bytes:
        """What the remarks on a title are encrypted with."""
        return self._held(_Purpose.TITLE, title)

    def _held(self, purpose: _Purpose, owner: Bytes32) -> bytes:
        with reading(self._engine) as connection:
            found = _secret(connection, self._vault, purpose, owner)
        if found is not None:
            return found
        with writing(self._engine) as connection:  # nobody else writes: look, then draw
            found = _secret(connection, self._vault, purpose, owner)
            return _drawn(connection, self._vault, purpose, owner) if found is None else found


def secret_of(connection: Connection, vault: Vault, title: Bytes32) -> bytes | None:
    """A title's secret, in a transaction that is open; None if it has none."""
    return _secret(connection, vault, _Purpose.TITLE, title)


def rewrap_secrets(connection: Connection, vault: Vault, limit: int) -> int:
    """Wrap secrets anew that an older KEK wraps; how many."""
    old = select(secrets).where(secrets.c.kek_id != vault.current).limit(limit)
    rows = connection.execute(old).all()
    for row in rows:
        bound = _bound(_Purpose(row.purpose), Bytes32(row.owner))
        fresh = vault.rewrap_secret(bound, WrappedKey(row.kek_id, row.wrapped))
        here = (secrets.c.purpose == row.purpose, secrets.c.owner == row.owner)
        values = {"kek_id": fresh.kek_id, "wrapped": fresh.wrapped}
        connection.execute(update(secrets).where(*here).values(values))
    return len(rows)


def _secret(
    connection: Connection, vault: Vault, purpose: _Purpose, owner: Bytes32
) -> bytes | None:
    query = select(secrets.c.kek_id, secrets.c.wrapped).where(
        secrets.c.purpose == purpose.value, secrets.c.owner == owner.raw
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return vault.unwrap_secret(_bound(purpose, owner), WrappedKey(row.kek_id, row.wrapped))


def _drawn(connection: Connection, vault: Vault, purpose: _Purpose, owner: Bytes32) -> bytes:
    secret = os.urandom(KEY_BYTES)
    wrapped = vault.wrap_secret(_bound(purpose, owner), secret)
    row = {
        "purpose": purpose.value,
        "owner": owner.raw,
        "kek_id": wrapped.kek_id,
        "wrapped": wrapped.wrapped,
    }
    connection.execute(insert(secrets), row)
    return secret


def _bound(purpose: _Purpose, owner: Bytes32) -> bytes:
    return purpose.value.encode() + b"\0" + owner.raw
