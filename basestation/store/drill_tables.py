"""The tables of drills: places that are hard to find, drills, their observers, what these noted, and lessons.

Nothing is deleted: what was corrected stays beside its correction, what is retired stays with the drills that
name it. Times are `*_at_ms`; `limits` is JSON {stage: seconds}, the site's own as of the plan; `help_s` is
what the drill measured, in seconds, and empty where it measured nothing or help never came (`is_measured`).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from basestation.store.schema import NAME, Identity, metadata

_LINE = String(200)

hard_places = Table(
    "hard_places",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("site_id", Identity, ForeignKey("sites.id"), nullable=False),
    Column("workplace_id", Identity, ForeignKey("workplaces.id"), nullable=False),
    Column("name", _LINE, nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    Column("is_active", Boolean, nullable=False, server_default=true()),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("changed_at_ms", BigInteger, nullable=False),
    Column("changed_by", Text, nullable=False),
)

drills = Table(
    "drills",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("site_id", Identity, ForeignKey("sites.id"), nullable=False, index=True),
    Column("workplace_id", Identity, ForeignKey("workplaces.id"), nullable=False, index=True),
    Column("shift", NAME, nullable=False),
    Column("scenario", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("hard_place_id", Identity, ForeignKey("hard_places.id")),
    Column("kind", NAME, nullable=False),
    Column("source", NAME, nullable=False),
    Column("device", NAME, nullable=False, server_default=""),
    Column("limits", Text, nullable=False),
    Column("state", NAME, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("planned_for_ms", BigInteger, nullable=False),
    Column("planned_at_ms", BigInteger, nullable=False),
    Column("planned_by", Text, nullable=False),
    Column("begun_at_ms", BigInteger),
    Column("begun_by", Text),
    Column("case_id", Identity, ForeignKey("cases.id")),
    Column("ended_at_ms", BigInteger),
    Column("ended_by", Text),
    Column("end_words", Text, nullable=False, server_default=""),
    Column("cut_short_by", Identity, ForeignKey("cases.id")),
    Column("is_measured", Boolean, nullable=False, server_default=false()),
    Column("help_s", Integer),
    Column("help_stage", NAME, nullable=False, server_default=""),
    Column("changed_at_ms", BigInteger, nullable=False),
    Column("changed_by", Text, nullable=False),
)

drill_observers = Table(
    "drill_observers",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("drill_id", Identity, ForeignKey("drills.id"), nullable=False, index=True),
    Column("name", _LINE, nullable=False),
)

drill_notes = Table(
    "drill_notes",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("drill_id", Identity, ForeignKey("drills.id"), nullable=False),
    Column("observer_id", Identity, ForeignKey("drill_observers.id"), nullable=False),
    Column("key", NAME, nullable=False),
    Column("stage", NAME, nullable=False),
    Column("at_ms", BigInteger),
    Column("phone_at_ms", BigInteger),
    Column("offset_ms", BigInteger),
    Column("taken_at_ms", BigInteger, nullable=False),
    Column("words", Text, nullable=False, server_default=""),
    Column("corrects", NAME, nullable=False, server_default=""),
    UniqueConstraint("drill_id", "key"),
)

drill_lessons = Table(
    "drill_lessons",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("drill_id", Identity, ForeignKey("drills.id"), nullable=False, index=True),
    Column("words", Text, nullable=False),
    Column("owner", _LINE, nullable=False),
    Column("due_on", String(10), nullable=False),
    Column("done_at_ms", BigInteger),
    Column("done_by", Text),
    Column("proof", Text, nullable=False, server_default=""),
    Column("reminded_at_ms", BigInteger),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("changed_at_ms", BigInteger, nullable=False),
    Column("changed_by", Text, nullable=False),
)
