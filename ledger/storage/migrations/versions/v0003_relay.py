# SPDX-License-Identifier: Apache-2.0
"""An act's nonce and remark can be looked up; a transaction of the relayer may carry no act."""

import json
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0003"
down_revision: Final = "0002"
branch_labels: Final = None
depends_on: Final = None

_WORD: Final = 32
_AT_ONCE: Final = 1000


def upgrade() -> None:
    op.add_column("acts", sa.Column("nonce", sa.LargeBinary(length=32), nullable=True))
    op.add_column("acts", sa.Column("remark", sa.LargeBinary(length=32), nullable=True))
    _fill()
    op.create_index(op.f("ix_acts_key_nonce"), "acts", ["key", "nonce"], unique=False)
    op.create_index(op.f("ix_acts_remark"), "acts", ["remark"], unique=False)
    with op.batch_alter_table("act_sends") as sends:
        sends.alter_column("act", existing_type=sa.LargeBinary(length=32), nullable=True)
    op.create_index(
        op.f("ix_act_sends_sender_nonce"), "act_sends", ["sender", "nonce"], unique=False
    )


def downgrade() -> None:
    """Forget transactions that carry nothing: their nonces would have to be used by others."""
    op.drop_index(op.f("ix_act_sends_sender_nonce"), "act_sends")
    op.execute("DELETE FROM act_sends WHERE act IS NULL")
    with op.batch_alter_table("act_sends") as sends:
        sends.alter_column("act", existing_type=sa.LargeBinary(length=32), nullable=False)
    op.drop_index(op.f("ix_acts_remark"), "acts")
    op.drop_index(op.f("ix_acts_key_nonce"), "acts")
    op.drop_column("acts", "remark")
    op.drop_column("acts", "nonce")


def _fill() -> None:
    """Both from the act's message, for the acts that there are."""
    connection = op.get_bind()
    acts = sa.table("acts", *map(sa.column, ("number", "message", "nonce", "remark")))
    last = 0
    while True:
        query = sa.select(acts.c.number, acts.c.message).where(acts.c.number > last)
        rows = connection.execute(query.order_by(acts.c.number).limit(_AT_ONCE)).all()
        if not rows:
            return
        for row in rows:
            values = _values(row.message)
            connection.execute(sa.update(acts).where(acts.c.number == row.number).values(values))
        last = rows[-1].number


def _values(message: str) -> dict[str, bytes | None]:
    members = json.loads(message)
    remark = bytes.fromhex(members.get("remark", "").removeprefix("0x"))
    nonce = int(members["nonce"]).to_bytes(_WORD, "big")
    return {"nonce": nonce, "remark": remark if any(remark) else None}
