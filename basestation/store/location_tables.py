"""The tables of place and coverage: beacons, places of alarms, coverage walks and their measurements.

Times are `*_at_ms`: milliseconds since 1970, UTC; strengths in dBm. A place is personal, and belongs to an
alarm.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, true

from basestation.store.schema import NAME, Identity, metadata

beacons = Table(
    "beacons",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("name", NAME, nullable=False),
    Column("zone", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("is_active", Boolean, nullable=False, server_default=true()),
    Column("zone_id", Identity),
)
_is_active_beacon = beacons.c.is_active
Index(
    "uq_beacons_active_name",
    beacons.c.name,
    unique=True,
    sqlite_where=_is_active_beacon,
    postgresql_where=_is_active_beacon,
)

places = Table(
    "places",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("device", NAME, nullable=False),
    Column("alarm", NAME, nullable=False),
    Column("mark", NAME, nullable=False),
    Column("heard_at_ms", BigInteger, nullable=False),
    Column("beacons", Text, nullable=False),
)
Index("ix_places_device_alarm", places.c.device, places.c.alarm)

walks = Table(
    "walks",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("device", NAME, ForeignKey("devices.name"), nullable=False),
    Column("workplace_id", Identity, ForeignKey("workplaces.id"), nullable=False),
    Column("started_by", Text, nullable=False),
    Column("started_at_ms", BigInteger, nullable=False),
    Column("until_at_ms", BigInteger, nullable=False),
    Column("ended_at_ms", BigInteger),
    Column("point_names", Text, nullable=False, server_default="[]"),
)

walk_points = Table(
    "walk_points",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("walk_id", Identity, ForeignKey("walks.id"), nullable=False, index=True),
    Column("point", Integer, nullable=False),
    Column("rssi_dbm", Integer),
    Column("round_trip_ms", Integer),
    Column("beacons", Text, nullable=False, server_default="{}"),
    Column("received_at_ms", BigInteger, nullable=False),
)
