# SPDX-License-Identifier: Apache-2.0
"""What all tables are made with: their collection, its names, and kinds of column."""

from typing import Final

from sqlalchemy import BigInteger, Integer, LargeBinary, MetaData

__all__ = ["ADDRESS", "COUNTED", "DIGEST", "metadata"]

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ADDRESS: Final = LargeBinary(20)
DIGEST: Final = LargeBinary(32)
# SQLite counts up by itself only in a column whose type is written INTEGER.
COUNTED: Final = BigInteger().with_variant(Integer(), "sqlite")
