# SPDX-License-Identifier: Apache-2.0
"""The tables of relayed acts and titles; `ledger.storage.tables` names them with all others."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from ledger.storage.table_kinds import ADDRESS, COUNTED, DIGEST, metadata

__all__ = ["act_sends", "acts", "remarks", "secrets"]

# -- relayed acts: one that is in no block yet is in the relay -----------------------------------

acts: Final = Table(
    "acts",
    metadata,
    Column("number", COUNTED, primary_key=True, autoincrement=True),
    Column("act", DIGEST, nullable=False, unique=True),
    Column("contract", ADDRESS, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("message", Text, nullable=False),
    Column("submitter", DIGEST, nullable=False),
    Column("key", ADDRESS, nullable=False),
    Column("signature", LargeBinary(65), nullable=False),
    Column("request_tag", DIGEST, nullable=False, index=True),
    # Keyed, over all of the above: whoever can only write rows cannot have anything carried.
    Column("seal", DIGEST, nullable=False),
    Column("accepted_at", BigInteger, nullable=False),
    Column("state", String(9), nullable=False, index=True),
    Column("settled", Integer, nullable=False),
    Column("transaction", DIGEST),
    Column("block_number", BigInteger),
    Column("block_hash", DIGEST),
    Column("refusal", Text),
    # Copies from the message, to be looked up by: what counts is the message.
    Column("nonce", DIGEST),
    Column("remark", DIGEST, index=True),
    CheckConstraint(
        "state IN ('accepted', 'submitted', 'mined', 'final', 'rejected')", name="state"
    ),
    Index(None, "key", "nonce"),
)
act_sends: Final = Table(
    "act_sends",
    metadata,
    Column("number", COUNTED, primary_key=True, autoincrement=True),
    # NULL: it carries nothing, and only uses up its nonce.
    Column("act", DIGEST, ForeignKey("acts.act"), index=True),
    Column("sender", ADDRESS, nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("transaction", DIGEST, nullable=False, unique=True),
    Column("raw", LargeBinary, nullable=False),
    Column("sent_at", BigInteger, nullable=False),
    Index(None, "sender", "nonce"),
)
remarks: Final = Table(  # readable by those whose title it was said about
    "remarks",
    metadata,
    Column("remark", DIGEST, nullable=False),
    Column("title", DIGEST, nullable=False),
    Column("secret_of", DIGEST, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("remark", "title"),
)
secrets: Final = Table(  # a carrier's tag key, a title's secret: wrapped like a data key
    "secrets",
    metadata,
    Column("purpose", String(16), nullable=False),
    Column("owner", DIGEST, nullable=False),
    Column("kek_id", String(64), nullable=False, index=True),
    Column("wrapped", LargeBinary, nullable=False),
    PrimaryKeyConstraint("purpose", "owner"),
)
