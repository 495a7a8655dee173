"""The table of the devices' settings: every set that a device was built with or ordered to take.

`settings` is JSON, name to number, of all that differ from the firmware's defaults, without the version.
Times are `*_at_ms`: milliseconds since 1970, UTC.
"""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from basestation.store.schema import NAME, Identity, metadata

device_settings = Table(
    "device_settings",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("device", NAME, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("settings", Text, nullable=False),
    Column("state", NAME, nullable=False),
    Column("reason", Text),
    Column("ordered_by", Text, nullable=False),
    Column("ordered_at_ms", BigInteger, nullable=False),
    Column("ended_at_ms", BigInteger),
)
Index("ix_device_settings_device", device_settings.c.device)
