"""The tables of floor plans: the plan, its picture, and what was placed on it, when and by whom.

`width`, `height` and the `points` of marks (a list of [x, y] in JSON) are in the plan's own units. Nothing is
deleted: what is retired or placed anew ends, and cases of that time show it as it was. Times are `*_at_ms`.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    and_,
)

from basestation.store.schema import HASH, NAME, Identity, metadata

plans = Table(
    "plans",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("site_id", Identity, ForeignKey("sites.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("level", String(200), nullable=False, server_default=""),
    Column("kind", NAME, nullable=False),
    Column("width", Float, nullable=False),
    Column("height", Float, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("digest", HASH, nullable=False),
    Column("added_at_ms", BigInteger, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("retired_at_ms", BigInteger),
    Column("retired_by", Text),
)
_is_in_service = plans.c.retired_at_ms.is_(None)
Index(
    "uq_plans_in_service",
    plans.c.site_id,
    plans.c.name,
    plans.c.level,
    unique=True,
    sqlite_where=_is_in_service,
    postgresql_where=_is_in_service,
)

plan_pictures = Table(
    "plan_pictures",
    metadata,
    Column("plan_id", Identity, ForeignKey("plans.id"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

plan_marks = Table(
    "plan_marks",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("plan_id", Identity, ForeignKey("plans.id"), nullable=False, index=True),
    Column("kind", NAME, nullable=False),
    Column("workplace_id", Identity, ForeignKey("workplaces.id")),
    Column("beacon_id", Identity, ForeignKey("beacons.id")),
    Column("label", String(200), nullable=False, server_default=""),
    Column("points", Text, nullable=False),
    Column("placed_at_ms", BigInteger, nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("ended_at_ms", BigInteger),
    Column("ended_by", Text),
)
_stands = plan_marks.c.ended_at_ms.is_(None)
_is_workplace = and_(_stands, plan_marks.c.kind == "workplace")
_is_beacon = and_(_stands, plan_marks.c.kind == "beacon")
Index(
    "uq_plan_marks_workplace",
    plan_marks.c.workplace_id,
    unique=True,
    sqlite_where=_is_workplace,
    postgresql_where=_is_workplace,
)
Index(
    "uq_plan_marks_beacon",
    plan_marks.c.beacon_id,
    unique=True,
    sqlite_where=_is_beacon,
    postgresql_where=_is_beacon,
)
