# SPDX-License-Identifier: Apache-2.0
"""Texts that were said about titles, as ciphertext; who may read them is not decided here."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, Engine, insert, select

from ledger.errors import ConfigurationError, InvalidValueError
from ledger.primitives import Bytes32, Digest
from ledger.remarks import SealedRemark, open_remark
from ledger.storage.engine import reading
from ledger.storage.secrets import secret_of
from ledger.storage.tables import remarks
from ledger.storage.vault import Vault

__all__ = ["SqlRemarks", "keep_remark"]


class SqlRemarks:
    """See `RemarkStore`."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def texts(self, title: Bytes32, wanted: Collection[Digest]) -> dict[Digest, str]:
        """The texts kept for a title behind some remarks on chain; those of no other title.

        Raises:
            ConfigurationError: a row was changed, or its secret is missing.
        """
        query = select(remarks).where(
            remarks.c.title == title.raw, remarks.c.remark.in_([item.raw for item in wanted])
        )
        found: dict[Digest, str] = {}
        with reading(self._engine) as connection:
            for row in connection.execute(query).all():
                owner, digest = Bytes32(row.secret_of), Digest(row.remark)
                secret = secret_of(connection, self._vault, owner)
                if secret is None:
                    raise ConfigurationError(f"the secret of title {owner} is missing")
                found[digest] = _opened(secret, owner, row.sealed, digest)
        return found


def keep_remark(connection: Connection, remark: SealedRemark, titles: Sequence[Bytes32]) -> None:
    """Keep a remark for its titles; the first one's secret opens it."""
    rows = [
        {
            "remark": remark.digest.raw,
            "title": title.raw,
            "secret_of": titles[0].raw,
            "sealed": remark.raw,
        }
        for title in titles
    ]
    connection.execute(insert(remarks), rows)


def _opened(secret: bytes, title: Bytes32, raw: bytes, digest: Digest) -> str:
    try:
        return open_remark(secret, title, SealedRemark.of(raw, digest))
    except InvalidValueError as error:
        raise ConfigurationError(str(error)) from error
