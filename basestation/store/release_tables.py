"""The tables of releases and of their way to the devices.

`device_updates` has a row for each order to a device, newest highest; states are those of
`releases/rollout.py`. `releases.archive` is the signed file as it came. Times are ms since 1970.
"""

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, Table, Text

from basestation.store.schema import NAME, Identity, metadata

releases = Table(
    "releases",
    metadata,
    Column("version", NAME, primary_key=True),
    Column("imported_at_ms", BigInteger, nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("boards", Text, nullable=False),
    Column("archive", LargeBinary, nullable=False),
)

#: What board each device said it is.
device_boards = Table(
    "device_boards",
    metadata,
    Column("device", NAME, primary_key=True),
    Column("board", NAME, nullable=False),
)

device_updates = Table(
    "device_updates",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("device", NAME, nullable=False, index=True),
    Column("release", NAME, nullable=False),
    Column("rollout", BigInteger, nullable=False),
    Column("is_canary", Boolean, nullable=False),
    Column("counter", Integer, nullable=False),
    Column("state", NAME, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("piece", Integer),
    Column("pieces", Integer, nullable=False),
    Column("ordered_by", Text, nullable=False),
    Column("ordered_at_ms", BigInteger, nullable=False),
    Column("changed_at_ms", BigInteger, nullable=False),
)
