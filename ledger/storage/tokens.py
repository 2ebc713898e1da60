# SPDX-License-Identifier: Apache-2.0
"""Bearer tokens: shown once, kept as their SHA-256.

A token is 32 random bytes, so a plain hash is enough: there is nothing to guess, and no salt or
slow hash would add to it.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from ledger.errors import AuthenticationError, ConfigurationError, InvalidValueError, NotFoundError
from ledger.ports import Clock
from ledger.primitives import PartyId
from ledger.storage.engine import reading, writing
from ledger.storage.tables import tokens
from ledger.storage.vault import Vault

__all__ = ["Principal", "SqlTokens", "TokenSummary"]

PREFIX: Final = "cl_"
SECRET_BYTES: Final = 32
_TOKEN_ID_BYTES: Final = 8
_MAX_LABEL: Final = 200
_SECRET = re.compile(r"cl_[A-Za-z0-9_-]{43}", re.ASCII)
_LABEL: Final = "token"
_SCOPE = re.compile(r"[a-z][a-z-]{0,31}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls, and what the token lets them do (`notarise`, `status`, `read`, …)."""

    party: PartyId
    scopes: frozenset[str]
    token_id: str


@dataclass(frozen=True, slots=True)
class TokenSummary:
    """A token as a list shows it: everything but the secret. Times are Unix seconds."""

    token_id: str
    party: PartyId
    scopes: frozenset[str]
    label: str
    created_at: int
    expires_at: int | None
    withdrawn_at: int | None


class SqlTokens:
    """The tokens of all parties. The clock dates creation and withdrawal.

    What a row grants is sealed with the vault's index secret: someone who can write to the
    database, but does not have that secret, cannot make a token or change whose it is.
    """

    def __init__(self, engine: Engine, clock: Clock, vault: Vault) -> None:
        self._engine = engine
        self._clock = clock
        self._vault = vault

    def create(
        self, party: PartyId, scopes: Collection[str], label: str, expires_at: int | None
    ) -> str:
        """Issue a token.

        Returns:
            The secret text, `cl_` and 43 characters: shown now and never again.
        """
        if not scopes or not all(_SCOPE.fullmatch(scope) for scope in scopes):
            raise InvalidValueError("want at least one scope, written like notarise")
        if len(label) > _MAX_LABEL:
            raise InvalidValueError(f"want a label of at most {_MAX_LABEL} characters")
        secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        digest, granted = _digest(secret), " ".join(sorted(set(scopes)))
        row = {
            "token_id": secrets.token_hex(_TOKEN_ID_BYTES),
            "secret_digest": digest,
            "seal": self._seal(digest, party.raw, granted, expires_at),
            "party": party.raw,
            "scopes": granted,
            "label": label,
            "created_at": self._clock.now(),
            "expires_at": expires_at,
        }
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(tokens).values(row))
        except IntegrityError as error:
            raise ConfigurationError("this machine's random numbers repeat themselves") from error
        return secret

    def authenticate(self, secret: str, now: int) -> Principal:
        """Say whose token this is.

        Raises:
            AuthenticationError: never issued, expired, or withdrawn; which one is not told.
        """
        digest = _digest(secret) if _SECRET.fullmatch(secret) else None
        if digest is not None:
            with reading(self._engine) as connection:
                query = select(tokens).where(tokens.c.secret_digest == digest)
                row = connection.execute(query).one_or_none()
            if row is not None and self._is_sealed(row) and _serves(row, digest, now):
                return Principal(PartyId(row.party), _scopes(row.scopes), row.token_id)
        raise AuthenticationError("this token is unknown, has expired or was withdrawn")

    def withdraw(self, token_id: str) -> None:
        """End a token at once; a second time changes nothing.

        Raises:
            NotFoundError: no token has this id.
        """
        here = tokens.c.token_id == token_id
        with writing(self._engine) as connection:
            row = connection.execute(select(tokens.c.withdrawn_at).where(here)).one_or_none()
            if row is None:
                raise NotFoundError(f"no token is called {token_id!r}")
            if row.withdrawn_at is None:
                stamp = {"withdrawn_at": self._clock.now()}
                connection.execute(update(tokens).where(here).values(stamp))

    def summaries(self, party: PartyId | None = None) -> tuple[TokenSummary, ...]:
        """List tokens, oldest first; of one party, or of all."""
        query = select(tokens).order_by(tokens.c.created_at, tokens.c.token_id)
        if party is not None:
            query = query.where(tokens.c.party == party.raw)
        with reading(self._engine) as connection:
            return tuple(_summary(row) for row in connection.execute(query))

    def _is_sealed(self, row: Row[Any]) -> bool:
        seal = self._seal(row.secret_digest, row.party, row.scopes, row.expires_at)
        return hmac.compare_digest(row.seal, seal)

    def _seal(self, digest: bytes, party: bytes, scopes: str, expires_at: int | None) -> bytes:
        ends = "" if expires_at is None else str(expires_at)
        return self._vault.tag(_LABEL, digest, party, scopes.encode(), ends.encode())


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("ascii")).digest()


def _scopes(text: str) -> frozenset[str]:
    return frozenset(text.split(" "))


def _serves(row: Row[Any], digest: bytes, now: int) -> bool:
    """The index found the row by comparing bytes in its own time; compare once more in constant."""
    expired = row.expires_at is not None and row.expires_at <= now
    same = hmac.compare_digest(row.secret_digest, digest)
    return same and row.withdrawn_at is None and not expired


def _summary(row: Row[Any]) -> TokenSummary:
    return TokenSummary(
        token_id=row.token_id,
        party=PartyId(row.party),
        scopes=_scopes(row.scopes),
        label=row.label,
        created_at=row.created_at,
        expires_at=row.expires_at,
        withdrawn_at=row.withdrawn_at,
    )
