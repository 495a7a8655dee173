"""The tables beside a case: what happened to it, and what was to be told to whom; read them through `tables`.

`case_events` makes the same case again (`store.case_events`); it holds names and addresses, lies beside the
chained log and can be erased. Of `outbox.state`: DUE is sent until the next machine has taken it, SENT was
taken, REPLACED became needless before it was sent, FAILED was given up. What is known beyond that stands in
the times: delivered, opened and answered are different things.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
    true,
)

from basestation.store.schema import NAME, Identity


def case_tables(metadata: MetaData) -> tuple[Table, Table]:
    """Return the tables `outbox` and `case_events`."""
    outbox = Table(
        "outbox",
        metadata,
        Column("id", Identity, primary_key=True),
        Column("key", String(300), nullable=False, unique=True),
        Column("case_id", Identity, ForeignKey("cases.id"), nullable=False),
        Column("channel", NAME, nullable=False),
        Column("recipient", Text, nullable=False),
        Column("address", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("body", Text, nullable=False),
        Column("state", NAME, nullable=False),
        Column("attempts", Integer, nullable=False, server_default=text("0")),
        Column("next_try_at_ms", BigInteger),
        Column("created_at_ms", BigInteger, nullable=False),
        Column("sent_at_ms", BigInteger),
        Column("last_error", Text),
        Column("who", String(300), nullable=False, server_default=""),
        Column("text_key", NAME, nullable=False, server_default="alarm"),
        Column("language", NAME, nullable=False, server_default="en"),
        Column("is_call", Boolean, nullable=False, server_default=true()),
        Column("is_mark_withheld", Boolean, nullable=False, server_default=false()),
        Column("reference", Text, nullable=False, server_default=""),
        Column("delivered_at_ms", BigInteger),
        Column("opened_at_ms", BigInteger),
        Column("answered_at_ms", BigInteger),
    )
    is_due = outbox.c.state == "DUE"
    Index("ix_outbox_due", outbox.c.next_try_at_ms, sqlite_where=is_due, postgresql_where=is_due)
    Index("ix_outbox_case_id", outbox.c.case_id)
    case_events = Table(
        "case_events",
        metadata,
        Column("id", Identity, primary_key=True),
        Column("case_id", Identity, ForeignKey("cases.id"), nullable=False, index=True),
        Column("at_ms", BigInteger, nullable=False),
        Column("at_us", Integer, nullable=False, server_default=text("0")),
        Column("kind", NAME, nullable=False),
        Column("event", Text, nullable=False),
    )
    return outbox, case_events
