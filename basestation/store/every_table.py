"""Imports every other file of tables, so that the metadata knows them all. Decides nothing."""

from basestation.store import (  # noqa: F401 -- they register themselves
    access_tables,
    amendment_tables,
    casefile_tables,
    drill_tables,
    exercise_tables,
    location_tables,
    log_in_tables,
    people_tables,
    plan_tables,
    preference_tables,
    record_tables,
    release_tables,
    replica_tables,
    responder_tables,
    set_aside_tables,
    settings_tables,
    site_tables,
    sounder_tables,
)
