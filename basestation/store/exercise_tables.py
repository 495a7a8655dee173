"""The table of test alarms: each run with its stages and their limits.

JSON stands in `reached` (stage to ms), `limits` (s) and `unaware` (names; null: announced). A run stays for
ever, as its case does. Times are `*_at_ms`: milliseconds since 1970, UTC.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Table, Text

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
