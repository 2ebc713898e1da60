# SPDX-License-Identifier: Apache-2.0
"""Relayed acts, remarks on titles, and the secrets of carriers and titles."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0002"
down_revision: Final = "0001"
branch_labels: Final = None
depends_on: Final = None

_COUNTED: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _acts()
    _titles()


def downgrade() -> None:
    """Forget acts, remarks and secrets; a carrier's tag key is lost for ever with them.

    Refused while there is such a key: the numbers of its titles could never be told again.
    """
    kept = op.get_bind().scalar(sa.text("SELECT count(*) FROM secrets WHERE purpose = 'tag-key'"))
    if kept:
        raise RuntimeError(f"{kept} tag keys of carriers would be lost for ever; export them first")
    for table in ("secrets", "remarks", "act_sends", "acts"):
        op.drop_table(table)


def _acts() -> None:
    op.create_table(
        "acts",
        sa.Column("number", _COUNTED, autoincrement=True, nullable=False),
        sa.Column("act", sa.LargeBinary(length=32), nullable=False),
        sa.Column("contract", sa.LargeBinary(length=20), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("submitter", sa.LargeBinary(length=32), nullable=False),
        sa.Column("key", sa.LargeBinary(length=20), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=65), nullable=False),
        sa.Column("request_tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("seal", sa.LargeBinary(length=32), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("settled", sa.Integer(), nullable=False),
        sa.Column("transaction", sa.LargeBinary(length=32), nullable=True),
        sa.Column("block_number", sa.BigInteger(), nullable=True),
        sa.Column("block_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('accepted', 'submitted', 'mined', 'final', 'rejected')",
            name=op.f("ck_acts_state"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_acts")),
        sa.UniqueConstraint("act", name=op.f("uq_acts_act")),
    )
    op.create_index(op.f("ix_acts_request_tag"), "acts", ["request_tag"], unique=False)
    op.create_index(op.f("ix_acts_state"), "acts", ["state"], unique=False)
    op.create_table(
        "act_sends",
        sa.Column("number", _COUNTED, autoincrement=True, nullable=False),
        sa.Column("act", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sender", sa.LargeBinary(length=20), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=False),
        sa.Column("transaction", sa.LargeBinary(length=32), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["act"], ["acts.act"], name=op.f("fk_act_sends_act")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_act_sends")),
        sa.UniqueConstraint("transaction", name=op.f("uq_act_sends_transaction")),
    )
    op.create_index(op.f("ix_act_sends_act"), "act_sends", ["act"], unique=False)


def _titles() -> None:
    op.create_table(
        "remarks",
        sa.Column("remark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("title", sa.LargeBinary(length=32), nullable=False),
        sa.Column("secret_of", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("remark", "title", name=op.f("pk_remarks")),
    )
    op.create_table(
        "secrets",
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("owner", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kek_id", sa.String(length=64), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "owner", name=op.f("pk_secrets")),
    )
    op.create_index(op.f("ix_secrets_kek_id"), "secrets", ["kek_id"], unique=False)
