"""The tables of test alarms: each run with its stages, the plans, and how long a proof counts at a site.

JSON stands in `reached` (stage to ms), `limits` (s) and `unaware` (names; null: announced). A run stays for
ever, as its case does. Times are `*_at_ms`: milliseconds since 1970, UTC.
"""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, Table, Text, text, true

from basestation.store.schema import NAME, Identity, metadata

test_alarms = Table(
    "test_alarms",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("site_id", Identity, index=True),
    Column("device", NAME, nullable=False),
    Column("worker_id", Identity),
    Column("worker", Text, nullable=False),
    Column("workplace", Text, nullable=False),
    Column("alarm_kind", NAME, nullable=False),
    Column("chain", Text, nullable=False),
    Column("started_by", Text, nullable=False),
    Column("plan_id", Identity),
    Column("ordered_at_ms", BigInteger, nullable=False),
    Column("state", NAME, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("due_at_ms", BigInteger, index=True),
    Column("reached", Text, nullable=False),
    Column("limits", Text, nullable=False),
    Column("answered_by", Text, nullable=False),
    Column("ended_at_ms", BigInteger),
    Column("ended_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("case_id", BigInteger, index=True),
    Column("unaware", Text),
    Column("unaware_until_ms", BigInteger),
)
Index(
    "uq_test_alarms_open_device",
    test_alarms.c.device,
    unique=True,
    sqlite_where=test_alarms.c.is_open,
    postgresql_where=test_alarms.c.is_open,
)

test_plans = Table(
    "test_plans",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("site_id", Identity, nullable=False, index=True),
    Column("name", Text, nullable=False),
    #: "test" or "drill".
    Column("what", NAME, nullable=False),
    #: A rule of RFC 5545 without its start, such as "FREQ=MONTHLY;BYDAY=1TU".
    Column("rule", Text, nullable=False),
    Column("first_day", Date, nullable=False),
    #: Minutes since midnight by the clock of the site; the moment lies between them.
    Column("from_minute", Integer, nullable=False),
    Column("until_minute", Integer, nullable=False),
    #: "worker", "device", "chain" or "site", and which one.
    Column("scope", NAME, nullable=False),
    Column("subject", Text, nullable=False),
    Column("alarm_kind", NAME, nullable=False),
    Column("unaware", Text),
    Column("responsible", Text, nullable=False),
    #: What the moments are drawn from; never leaves the base station.
    Column("seed", Text, nullable=False),
    #: The end of what was planned and is dealt with.
    Column("done_until_ms", BigInteger, nullable=False),
    Column("is_active", Boolean, nullable=False, server_default=true()),
)

proof_periods = Table(
    "proof_periods",
    metadata,
    Column("site_id", Identity, primary_key=True, autoincrement=False),
    Column("fresh_days", Integer, nullable=False, server_default=text("90")),
)
