"""What the tables have in common: names of keys and indexes by rule, and the types of often used columns."""

from sqlalchemy import BigInteger, Integer, MetaData, String

#: Names by rule, so that a later migration can drop what an earlier one made.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: A number given by the database. SQLite counts by itself only in a column of type INTEGER (64 bits there).
Identity = BigInteger().with_variant(Integer(), "sqlite")

NAME = String(64)
HASH = String(64)
