"""Imports every other file of tables, so that the metadata knows them all. Decides nothing."""

from basestation.store import (  # noqa: F401 -- they register themselves
    access_tables,
    amendment_tables,
    casefile_tables,
    location_tables,
    log_in_tables,
    people_tables,
    plan_tables,
    preference_tables,
    release_tables,
    replica_tables,
    responder_tables,
    set_aside_tables,
    settings_tables,
    site_tables,
    sounder_tables,
)  # fmt: skip
from basestation.store.schema import NAME as _NAME
from basestation.store.schema import metadata
from basestation.store.trace_tables import trace_pieces as trace_pieces  # noqa: PLC0414 -- all tables are here
from basestation.store.trace_tables import traces as traces  # noqa: PLC0414 -- same

#: The migration that builds exactly these tables.
REVISION = "0029"

station = Table(
    "station",
    metadata,
    Column("key", _NAME, primary_key=True),
    Column("value", Text, nullable=False),
)
