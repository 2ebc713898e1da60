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
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ledger.storage.act_tables import act_sends, acts, remarks, secrets
from ledger.storage.table_kinds import ADDRESS, COUNTED, DIGEST, metadata

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
    "leases",
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
    Column("number", COUNTED, primary_key=True, autoincrement=True),
    Column("digest", DIGEST, nullable=False, unique=True),
    Column("party", DIGEST, nullable=False),
    Column("root", DIGEST, nullable=False),
    Column("signer", ADDRESS, nullable=False),
    Column("canonical", LargeBinary, nullable=False),
    Column("acceptance", Text, nullable=False),
    Column("accepted_at", BigInteger, nullable=False),
    Column("anchor_by", BigInteger, nullable=False),
    UniqueConstraint("party", "root", "signer"),  # one database serves one ledger: see `meta`
)
members: Final = Table(
    "members",
    metadata,
    Column("statement", DIGEST, ForeignKey("statements.digest"), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("commitment", DIGEST, nullable=False, index=True),
    PrimaryKeyConstraint("statement", "position"),
)
pending: Final = Table(
    "pending",
    metadata,
    Column(
        "number",
        COUNTED,
        ForeignKey("statements.number"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("statement", DIGEST, ForeignKey("statements.digest"), nullable=False, unique=True),
    Column("accepted_at", BigInteger, nullable=False),
)
entries: Final = Table(
    "entries",
    metadata,
    Column("entry_index", COUNTED, primary_key=True, autoincrement=False),
    Column("statement", DIGEST, ForeignKey("statements.digest"), nullable=False, unique=True),
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
    Column("size", COUNTED, primary_key=True, autoincrement=False),
    Column("root", DIGEST, nullable=False, unique=True),
    Column("checkpoint", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    CheckConstraint("size > 0", name="not_empty"),
)

leases: Final = Table(  # which process is the writer; see `ledger.storage.leases`
    "leases",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("epoch", BigInteger, nullable=False),
    Column("beat", BigInteger, nullable=False),
    Column("holder", Text),
)

# -- the way to the chain: a head that no anchor covers is in the outbox ---------------------------

sent_anchors: Final = Table(
    "sent_anchors",
    metadata,
    Column("number", COUNTED, primary_key=True, autoincrement=True),
    Column("size", COUNTED, ForeignKey("heads.size"), nullable=False, index=True),
    Column("old_size", BigInteger, nullable=False),
    Column("sender", ADDRESS, nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("transaction", DIGEST, nullable=False, unique=True),
    Column("raw", LargeBinary, nullable=False),
    Column("sent_at", BigInteger, nullable=False),
)
anchors: Final = Table(
    "anchors",
    metadata,
    Column("size", COUNTED, ForeignKey("heads.size"), primary_key=True, autoincrement=False),
    Column("root", DIGEST, ForeignKey("heads.root"), nullable=False, unique=True),
    Column("previous_size", BigInteger, nullable=False),
    Column("record_time", BigInteger, nullable=False),
    Column("record_block", BigInteger, nullable=False),
    Column("chain_id", BigInteger, nullable=False),
    Column("contract", ADDRESS, nullable=False),
    Column("transaction", DIGEST, nullable=False),
    Column("block_number", BigInteger, nullable=False),
    Column("block_hash", DIGEST, nullable=False),
    Column("block_time", BigInteger, nullable=False),
    Column("finality", String(8), nullable=False, index=True),
    CheckConstraint("finality IN ('mined', 'final')", name="finality"),
    CheckConstraint("previous_size < size", name="grows"),
)

# -- documents -------------------------------------------------------------------------------------

documents: Final = Table(
    "documents",
    metadata,
    Column("number", COUNTED, primary_key=True, autoincrement=True),
    Column("commitment", DIGEST, nullable=False, unique=True),
    Column("content", LargeBinary, nullable=False),
    Column("label", LargeBinary, nullable=False),
    Column("findings", LargeBinary, nullable=False),
)
data_keys: Final = Table(
    "data_keys",
    metadata,
    Column("commitment", DIGEST, ForeignKey("documents.commitment"), primary_key=True),
    Column("kek_id", String(64), nullable=False, index=True),
    Column("wrapped", LargeBinary, nullable=False),
)
holdings: Final = Table(  # who handed in the whole content, and may therefore see it here
    "holdings",
    metadata,
    Column("number", COUNTED, primary_key=True, autoincrement=True),
    Column("party", DIGEST, nullable=False),
    Column("commitment", DIGEST, ForeignKey("documents.commitment"), nullable=False),
    Column("statement", DIGEST, ForeignKey("statements.digest"), nullable=False),
    Column("reference_tag", DIGEST, nullable=False),
    UniqueConstraint("party", "commitment"),
    Index(None, "party", "reference_tag"),
    Index(None, "commitment"),
)
claims: Final = Table(  # (party, type, reference): revision 0, then those that `replaces` allows
    "claims",
    metadata,
    Column("claim_tag", DIGEST, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("envelope_tag", DIGEST, nullable=False),
    Column("commitment", DIGEST, ForeignKey("documents.commitment"), nullable=False),
    Column("statement", DIGEST, ForeignKey("statements.digest"), nullable=False),
    PrimaryKeyConstraint("claim_tag", "revision"),
    UniqueConstraint("claim_tag", "envelope_tag"),
)
file_tags: Final = Table(
    "file_tags",
    metadata,
    Column("file_tag", DIGEST, nullable=False),
    Column("commitment", DIGEST, ForeignKey("documents.commitment"), nullable=False),
    PrimaryKeyConstraint("file_tag", "commitment"),
    Index(None, "commitment"),
)

# -- callers ---------------------------------------------------------------------------------------

idempotency: Final = Table(
    "idempotency",
    metadata,
    Column("party", DIGEST, nullable=False),
    Column("key_tag", DIGEST, nullable=False),
    Column("body_tag", DIGEST, nullable=False),
    Column("statement", DIGEST, ForeignKey("statements.digest"), nullable=False),
    PrimaryKeyConstraint("party", "key_tag"),
)
tokens: Final = Table(
    "tokens",
    metadata,
    Column("token_id", String(32), primary_key=True),
    Column("secret_digest", DIGEST, nullable=False, unique=True),
    # Keyed, over all that the row grants: whoever can only write rows cannot grant anything.
    Column("seal", DIGEST, nullable=False),
    Column("party", DIGEST, nullable=False, index=True),
    Column("scopes", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("withdrawn_at", BigInteger),
)
