# SPDX-License-Identifier: Apache-2.0
"""Every table, once. docs/storage.md says what each is for and what of it is secret.

Nothing here is in clear that a document says: contents, labels and findings are ciphertext, and
what must be found again (references, file digests, Idempotency-Keys) is a keyed tag.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "act_sends",
    "acts",
    "anchors",
    "claims",
    "data_keys",
    "documents",
    "entries",
    "file_tags",
    "heads",
    "holdings",
    "idempotency",
    "members",
    "meta",
    "metadata",
    "pending",
    "remarks",
    "secrets",
    "sent_anchors",
    "statements",
    "tiles",
    "tokens",
]

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ADDRESS: Final = LargeBinary(20)
_DIGEST: Final = LargeBinary(32)
# SQLite counts up by itself only in a column whose type is written INTEGER.
_COUNTED: Final = BigInteger().with_variant(Integer(), "sqlite")

meta: Final = Table(
    "meta",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

# -- statements and the log ----------------------------------------------------------------------

statements: Final = Table(
    "statements",
    metadata,
    Column("number", _COUNTED, primary_key=True, autoincrement=True),
    Column("digest", _DIGEST, nullable=False, unique=True),
    Column("party", _DIGEST, nullable=False),
    Column("root", _DIGEST, nullable=False),
    Column("signer", _ADDRESS, nullable=False),
    Column("canonical", LargeBinary, nullable=False),
    Column("acceptance", Text, nullable=False),
    Column("accepted_at", BigInteger, nullable=False),
    Column("anchor_by", BigInteger, nullable=False),
    UniqueConstraint("party", "root", "signer"),  # one database serves one ledger: see `meta`
)
members: Final = Table(
    "members",
    metadata,
    Column("statement", _DIGEST, ForeignKey("statements.digest"), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("commitment", _DIGEST, nullable=False, index=True),
    PrimaryKeyConstraint("statement", "position"),
)
pending: Final = Table(
    "pending",
    metadata,
    Column(
        "number",
        _COUNTED,
        ForeignKey("statements.number"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("statement", _DIGEST, ForeignKey("statements.digest"), nullable=False, unique=True),
    Column("accepted_at", BigInteger, nullable=False),
)
entries: Final = Table(
    "entries",
    metadata,
    Column("entry_index", _COUNTED, primary_key=True, autoincrement=False),
    Column("statement", _DIGEST, ForeignKey("statements.digest"), nullable=False, unique=True),
)
tiles: Final = Table(
    "tiles",
    metadata,
    Column("level", Integer, nullable=False),
    Column("tile_index", BigInteger, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
    PrimaryKeyConstraint("level", "tile_index"),
)
heads: Final = Table(
    "heads",
    metadata,
    Column("size", _COUNTED, primary_key=True, autoincrement=False),
    Column("root", _DIGEST, nullable=False, unique=True),
    Column("checkpoint", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    CheckConstraint("size > 0", name="not_empty"),
)

# -- the way to the chain: a head that no anchor covers is in the outbox ---------------------------

sent_anchors: Final = Table(
    "sent_anchors",
    metadata,
    Column("number", _COUNTED, primary_key=True, autoincrement=True),
    Column("size", _COUNTED, ForeignKey("heads.size"), nullable=False, index=True),
    Column("old_size", BigInteger, nullable=False),
    Column("sender", _ADDRESS, nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("transaction", _DIGEST, nullable=False, unique=True),
    Column("raw", LargeBinary, nullable=False),
    Column("sent_at", BigInteger, nullable=False),
)
anchors: Final = Table(
    "anchors",
    metadata,
    Column("size", _COUNTED, ForeignKey("heads.size"), primary_key=True, autoincrement=False),
    Column("root", _DIGEST, ForeignKey("heads.root"), nullable=False, unique=True),
    Column("previous_size", BigInteger, nullable=False),
    Column("record_time", BigInteger, nullable=False),
    Column("record_block", BigInteger, nullable=False),
    Column("chain_id", BigInteger, nullable=False),
    Column("contract", _ADDRESS, nullable=False),
    Column("transaction", _DIGEST, nullable=False),
    Column("block_number", BigInteger, nullable=False),
    Column("block_hash", _DIGEST, nullable=False),
    Column("block_time", BigInteger, nullable=False),
    Column("finality", String(8), nullable=False, index=True),
    CheckConstraint("finality IN ('mined', 'final')", name="finality"),
    CheckConstraint("previous_size < size", name="grows"),
)

# -- relayed acts: one that is in no block yet is in the relay -----------------------------------

acts: Final = Table(
    "acts",
    metadata,
    Column("number", _COUNTED, primary_key=True, autoincrement=True),
    Column("act", _DIGEST, nullable=False, unique=True),
    Column("contract", _ADDRESS, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("message", Text, nullable=False),
    Column("submitter", _DIGEST, nullable=False),
    Column("key", _ADDRESS, nullable=False),
    Column("signature", LargeBinary(65), nullable=False),
    Column("request_tag", _DIGEST, nullable=False, index=True),
    # Keyed, over all of the above: whoever can only write rows cannot have anything carried.
    Column("seal", _DIGEST, nullable=False),
    Column("accepted_at", BigInteger, nullable=False),
    Column("state", String(9), nullable=False, index=True),
    Column("settled", Integer, nullable=False),
    Column("transaction", _DIGEST),
    Column("block_number", BigInteger),
    Column("block_hash", _DIGEST),
    Column("refusal", Text),
    CheckConstraint(
        "state IN ('accepted', 'submitted', 'mined', 'final', 'rejected')", name="state"
    ),
)
act_sends: Final = Table(
    "act_sends",
    metadata,
    Column("number", _COUNTED, primary_key=True, autoincrement=True),
    Column("act", _DIGEST, ForeignKey("acts.act"), nullable=False, index=True),
    Column("sender", _ADDRESS, nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("transaction", _DIGEST, nullable=False, unique=True),
    Column("raw", LargeBinary, nullable=False),
    Column("sent_at", BigInteger, nullable=False),
)
remarks: Final = Table(  # readable by those whose title it was said about
    "remarks",
    metadata,
    Column("remark", _DIGEST, nullable=False),
    Column("title", _DIGEST, nullable=False),
    Column("secret_of", _DIGEST, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("remark", "title"),
)
secrets: Final = Table(  # a carrier's tag key, a title's secret: wrapped like a data key
    "secrets",
    metadata,
    Column("purpose", String(16), nullable=False),
    Column("owner", _DIGEST, nullable=False),
    Column("kek_id", String(64), nullable=False, index=True),
    Column("wrapped", LargeBinary, nullable=False),
    PrimaryKeyConstraint("purpose", "owner"),
)

# -- documents -------------------------------------------------------------------------------------

documents: Final = Table(
    "documents",
    metadata,
    Column("number", _COUNTED, primary_key=True, autoincrement=True),
    Column("commitment", _DIGEST, nullable=False, unique=True),
    Column("content", LargeBinary, nullable=False),
    Column("label", LargeBinary, nullable=False),
    Column("findings", LargeBinary, nullable=False),
)
data_keys: Final = Table(
    "data_keys",
    metadata,
    Column("commitment", _DIGEST, ForeignKey("documents.commitment"), primary_key=True),
    Column("kek_id", String(64), nullable=False, index=True),
    Column("wrapped", LargeBinary, nullable=False),
)
holdings: Final = Table(  # who handed in the whole content, and may therefore see it here
    "holdings",
    metadata,
    Column("number", _COUNTED, primary_key=True, autoincrement=True),
    Column("party", _DIGEST, nullable=False),
    Column("commitment", _DIGEST, ForeignKey("documents.commitment"), nullable=False),
    Column("statement", _DIGEST, ForeignKey("statements.digest"), nullable=False),
    Column("reference_tag", _DIGEST, nullable=False),
    UniqueConstraint("party", "commitment"),
    Index(None, "party", "reference_tag"),
    Index(None, "commitment"),
)
claims: Final = Table(  # (party, type, reference): revision 0, then those that `replaces` allows
    "claims",
    metadata,
    Column("claim_tag", _DIGEST, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("envelope_tag", _DIGEST, nullable=False),
    Column("commitment", _DIGEST, ForeignKey("documents.commitment"), nullable=False),
    Column("statement", _DIGEST, ForeignKey("statements.digest"), nullable=False),
    PrimaryKeyConstraint("claim_tag", "revision"),
    UniqueConstraint("claim_tag", "envelope_tag"),
)
file_tags: Final = Table(
    "file_tags",
    metadata,
    Column("file_tag", _DIGEST, nullable=False),
    Column("commitment", _DIGEST, ForeignKey("documents.commitment"), nullable=False),
    PrimaryKeyConstraint("file_tag", "commitment"),
    Index(None, "commitment"),
)

# -- callers ---------------------------------------------------------------------------------------

idempotency: Final = Table(
    "idempotency",
    metadata,
    Column("party", _DIGEST, nullable=False),
    Column("key_tag", _DIGEST, nullable=False),
    Column("body_tag", _DIGEST, nullable=False),
    Column("statement", _DIGEST, ForeignKey("statements.digest"), nullable=False),
    PrimaryKeyConstraint("party", "key_tag"),
)
tokens: Final = Table(
    "tokens",
    metadata,
    Column("token_id", String(32), primary_key=True),
    Column("secret_digest", _DIGEST, nullable=False, unique=True),
    # Keyed, over all that the row grants: whoever can only write rows cannot grant anything.
    Column("seal", _DIGEST, nullable=False),
    Column("party", _DIGEST, nullable=False, index=True),
    Column("scopes", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("withdrawn_at", BigInteger),
)
