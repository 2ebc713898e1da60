# SPDX-License-Identifier: Apache-2.0
"""The first schema. Written out, not taken from `tables`: a migration never changes again."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0001"
down_revision: Final = None
branch_labels: Final = None
depends_on: Final = None

_COUNTED: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _log()
    _way_to_the_chain()
    _documents()
    _callers()


def downgrade() -> None:
    raise RuntimeError("there is nothing before the first version; restore a backup instead")


def _log() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )
    op.create_table(
        "statements",
        sa.Column("number", _COUNTED, autoincrement=True, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("party", sa.LargeBinary(length=32), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signer", sa.LargeBinary(length=20), nullable=False),
        sa.Column("canonical", sa.LargeBinary(), nullable=False),
        sa.Column("acceptance", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.Column("anchor_by", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_statements")),
        sa.UniqueConstraint("digest", name=op.f("uq_statements_digest")),
        sa.UniqueConstraint(
            "party", "root", "signer", name=op.f("uq_statements_party_root_signer")
        ),
    )
    op.create_table(
        "members",
        sa.Column("statement", sa.LargeBinary(length=32), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement"], ["statements.digest"], name=op.f("fk_members_statement")
        ),
        sa.PrimaryKeyConstraint("statement", "position", name=op.f("pk_members")),
    )
    op.create_index(op.f("ix_members_commitment"), "members", ["commitment"], unique=False)
    op.create_table(
        "pending",
        sa.Column("number", _COUNTED, autoincrement=False, nullable=False),
        sa.Column("statement", sa.LargeBinary(length=32), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["statements.number"], name=op.f("fk_pending_number")),
        sa.ForeignKeyConstraint(
            ["statement"], ["statements.digest"], name=op.f("fk_pending_statement")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_pending")),
        sa.UniqueConstraint("statement", name=op.f("uq_pending_statement")),
    )
    op.create_table(
        "entries",
        sa.Column("entry_index", _COUNTED, autoincrement=False, nullable=False),
        sa.Column("statement", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement"], ["statements.digest"], name=op.f("fk_entries_statement")
        ),
        sa.PrimaryKeyConstraint("entry_index", name=op.f("pk_entries")),
        sa.UniqueConstraint("statement", name=op.f("uq_entries_statement")),
    )
    op.create_table(
        "tiles",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("tile_index", sa.BigInteger(), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "tile_index", name=op.f("pk_tiles")),
    )
    op.create_table(
        "heads",
        sa.Column("size", _COUNTED, autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("checkpoint", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_heads_not_empty")),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_heads")),
        sa.UniqueConstraint("root", name=op.f("uq_heads_root")),
    )


def _way_to_the_chain() -> None:
    op.create_table(
        "sent_anchors",
        sa.Column("number", _COUNTED, autoincrement=True, nullable=False),
        sa.Column("size", _COUNTED, nullable=False),
        sa.Column("old_size", sa.BigInteger(), nullable=False),
        sa.Column("sender", sa.LargeBinary(length=20), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=False),
        sa.Column("transaction", sa.LargeBinary(length=32), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["size"], ["heads.size"], name=op.f("fk_sent_anchors_size")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_sent_anchors")),
        sa.UniqueConstraint("transaction", name=op.f("uq_sent_anchors_transaction")),
    )
    op.create_index(op.f("ix_sent_anchors_size"), "sent_anchors", ["size"], unique=False)
    op.create_table(
        "anchors",
        sa.Column("size", _COUNTED, autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("previous_size", sa.BigInteger(), nullable=False),
        sa.Column("record_time", sa.BigInteger(), nullable=False),
        sa.Column("record_block", sa.BigInteger(), nullable=False),
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("contract", sa.LargeBinary(length=20), nullable=False),
        sa.Column("transaction", sa.LargeBinary(length=32), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("block_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("block_time", sa.BigInteger(), nullable=False),
        sa.Column("finality", sa.String(length=8), nullable=False),
        sa.CheckConstraint("finality IN ('mined', 'final')", name=op.f("ck_anchors_finality")),
        sa.CheckConstraint("previous_size < size", name=op.f("ck_anchors_grows")),
        sa.ForeignKeyConstraint(["root"], ["heads.root"], name=op.f("fk_anchors_root")),
        sa.ForeignKeyConstraint(["size"], ["heads.size"], name=op.f("fk_anchors_size")),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_anchors")),
        sa.UniqueConstraint("root", name=op.f("uq_anchors_root")),
    )
    op.create_index(op.f("ix_anchors_finality"), "anchors", ["finality"], unique=False)


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("number", _COUNTED, autoincrement=True, nullable=False),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.Column("findings", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_documents")),
        sa.UniqueConstraint("commitment", name=op.f("uq_documents_commitment")),
    )
    op.create_table(
        "data_keys",
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kek_id", sa.String(length=64), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment"], ["documents.commitment"], name=op.f("fk_data_keys_commitment")
        ),
        sa.PrimaryKeyConstraint("commitment", name=op.f("pk_data_keys")),
    )
    op.create_index(op.f("ix_data_keys_kek_id"), "data_keys", ["kek_id"], unique=False)
    op.create_table(
        "holdings",
        sa.Column("number", _COUNTED, autoincrement=True, nullable=False),
        sa.Column("party", sa.LargeBinary(length=32), nullable=False),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.Column("statement", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reference_tag", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment"], ["documents.commitment"], name=op.f("fk_holdings_commitment")
        ),
        sa.ForeignKeyConstraint(
            ["statement"], ["statements.digest"], name=op.f("fk_holdings_statement")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_holdings")),
        sa.UniqueConstraint("party", "commitment", name=op.f("uq_holdings_party_commitment")),
    )
    op.create_index(op.f("ix_holdings_commitment"), "holdings", ["commitment"], unique=False)
    op.create_index(
        op.f("ix_holdings_party_reference_tag"),
        "holdings",
        ["party", "reference_tag"],
        unique=False,
    )
    op.create_table(
        "claims",
        sa.Column("claim_tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("envelope_tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.Column("statement", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment"], ["documents.commitment"], name=op.f("fk_claims_commitment")
        ),
        sa.ForeignKeyConstraint(
            ["statement"], ["statements.digest"], name=op.f("fk_claims_statement")
        ),
        sa.PrimaryKeyConstraint("claim_tag", "revision", name=op.f("pk_claims")),
        sa.UniqueConstraint(
            "claim_tag", "envelope_tag", name=op.f("uq_claims_claim_tag_envelope_tag")
        ),
    )
    op.create_table(
        "file_tags",
        sa.Column("file_tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment"], ["documents.commitment"], name=op.f("fk_file_tags_commitment")
        ),
        sa.PrimaryKeyConstraint("file_tag", "commitment", name=op.f("pk_file_tags")),
    )
    op.create_index(op.f("ix_file_tags_commitment"), "file_tags", ["commitment"], unique=False)


def _callers() -> None:
    op.create_table(
        "idempotency",
        sa.Column("party", sa.LargeBinary(length=32), nullable=False),
        sa.Column("key_tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("body_tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("statement", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement"], ["statements.digest"], name=op.f("fk_idempotency_statement")
        ),
        sa.PrimaryKeyConstraint("party", "key_tag", name=op.f("pk_idempotency")),
    )
    op.create_table(
        "tokens",
        sa.Column("token_id", sa.String(length=32), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("seal", sa.LargeBinary(length=32), nullable=False),
        sa.Column("party", sa.LargeBinary(length=32), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_tokens_secret_digest")),
    )
    op.create_index(op.f("ix_tokens_party"), "tokens", ["party"], unique=False)
