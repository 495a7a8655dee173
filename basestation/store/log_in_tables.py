"""The tables of what lets devices in: withdrawn log-ins that may be in force elsewhere, and certificates.

`broker` is host:port of a broker of others. `secret` is what is tried there, blank once the log-in is gone.
Of a certificate only its number and its end are kept. Times are `*_at_ms`: milliseconds since 1970, UTC.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Table, Text, text

from basestation.store.schema import NAME, Identity, metadata

withdrawn_log_ins = Table(
    "withdrawn_log_ins",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("device", NAME, nullable=False),
    Column("broker", Text, nullable=False),
    Column("secret", NAME, nullable=False),
    #: False: the device is in service with another log-in.
    Column("is_retired", Boolean, nullable=False),
    Column("withdrawn_at_ms", BigInteger, nullable=False),
    Column("checked_at_ms", BigInteger),
    #: What the broker said when it was asked last; None: nothing.
    Column("is_let_in", Boolean),
    Column("gone_at_ms", BigInteger),
    #: Who said so; blank: the broker.
    Column("gone_by", Text, nullable=False, server_default=text("''")),
)
_is_left = withdrawn_log_ins.c.gone_at_ms.is_(None)
Index(
    "ix_withdrawn_log_ins_left",
    withdrawn_log_ins.c.device,
    sqlite_where=_is_left,
    postgresql_where=_is_left,
)

device_certificates = Table(
    "device_certificates",
    metadata,
    Column("device", NAME, primary_key=True),
    Column("serial", NAME, nullable=False),
    Column("ends_at_ms", BigInteger, nullable=False),
    Column("given_at_ms", BigInteger, nullable=False),
)
