"""Drills: places that are hard to find, drills, observers, what they noted, and lessons."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    _hard_places()
    _drills()
    _of_drills()


def _hard_places() -> None:
    op.create_table(
        "hard_places",
        sa.Column("id", _number(), nullable=False),
        sa.Column("site_id", _number(), nullable=False),
        sa.Column("workplace_id", _number(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hard_places")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_hard_places_site_id")),
        sa.ForeignKeyConstraint(
            ["workplace_id"], ["workplaces.id"], name=op.f("fk_hard_places_workplace_id")
        ),
    )


def _drills() -> None:
    op.create_table(
        "drills",
        sa.Column("id", _number(), nullable=False),
        sa.Column("site_id", _number(), nullable=False),
        sa.Column("workplace_id", _number(), nullable=False),
        sa.Column("shift", sa.String(length=64), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("hard_place_id", _number(), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=64), server_default="", nullable=False),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("planned_for_ms", sa.BigInteger(), nullable=False),
        sa.Column("planned_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("planned_by", sa.Text(), nullable=False),
        sa.Column("begun_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("begun_by", sa.Text(), nullable=True),
        sa.Column("case_id", _number(), nullable=True),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("end_words", sa.Text(), server_default="", nullable=False),
        sa.Column("cut_short_by", _number(), nullable=True),
        sa.Column("is_measured", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("help_s", sa.Integer(), nullable=True),
        sa.Column("help_stage", sa.String(length=64), server_default="", nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drills")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_drills_site_id")),
        sa.ForeignKeyConstraint(["workplace_id"], ["workplaces.id"], name=op.f("fk_drills_workplace_id")),
        sa.ForeignKeyConstraint(["hard_place_id"], ["hard_places.id"], name=op.f("fk_drills_hard_place_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_drills_case_id")),
        sa.ForeignKeyConstraint(["cut_short_by"], ["cases.id"], name=op.f("fk_drills_cut_short_by")),
    )
    op.create_index(op.f("ix_drills_site_id"), "drills", ["site_id"])
    op.create_index(op.f("ix_drills_workplace_id"), "drills", ["workplace_id"])


def _of_drills() -> None:
    op.create_table(
        "drill_observers",
        sa.Column("id", _number(), nullable=False),
        sa.Column("drill_id", _number(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_observers")),
        sa.ForeignKeyConstraint(["drill_id"], ["drills.id"], name=op.f("fk_drill_observers_drill_id")),
    )
    op.create_index(op.f("ix_drill_observers_drill_id"), "drill_observers", ["drill_id"])
    op.create_table(
        "drill_notes",
        sa.Column("id", _number(), nullable=False),
        sa.Column("drill_id", _number(), nullable=False),
        sa.Column("observer_id", _number(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=True),
        sa.Column("phone_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("offset_ms", sa.BigInteger(), nullable=True),
        sa.Column("taken_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("corrects", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_notes")),
        sa.UniqueConstraint("drill_id", "key", name=op.f("uq_drill_notes_drill_id_key")),
        sa.ForeignKeyConstraint(["drill_id"], ["drills.id"], name=op.f("fk_drill_notes_drill_id")),
        sa.ForeignKeyConstraint(
            ["observer_id"], ["drill_observers.id"], name=op.f("fk_drill_notes_observer_id")
        ),
    )
    op.create_table(
        "drill_lessons",
        sa.Column("id", _number(), nullable=False),
        sa.Column("drill_id", _number(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("done_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("proof", sa.Text(), server_default="", nullable=False),
        sa.Column("reminded_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_lessons")),
        sa.ForeignKeyConstraint(["drill_id"], ["drills.id"], name=op.f("fk_drill_lessons_drill_id")),
    )
    op.create_index(op.f("ix_drill_lessons_drill_id"), "drill_lessons", ["drill_id"])
