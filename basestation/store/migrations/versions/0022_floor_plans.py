"""Floor plans, their pictures, and what was placed on them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the three tables."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "plans",
        sa.Column("id", number, nullable=False),
        sa.Column("site_id", number, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(length=200), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Float(), nullable=False),
        sa.Column("height", sa.Float(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("added_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("retired_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_plans_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
    )
    is_in_service = sa.text("retired_at_ms IS NULL")
    op.create_index(
        "uq_plans_in_service",
        "plans",
        ["site_id", "name", "level"],
        unique=True,
        sqlite_where=is_in_service,
        postgresql_where=is_in_service,
    )
    op.create_table(
        "plan_pictures",
        sa.Column("plan_id", number, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_pictures_plan_id_plans")),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan_pictures")),
    )
    _create_marks(number)


def _create_marks(number: sa.types.TypeEngine[int]) -> None:
    op.create_table(
        "plan_marks",
        sa.Column("id", number, nullable=False),
        sa.Column("plan_id", number, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("workplace_id", number, nullable=True),
        sa.Column("beacon_id", number, nullable=True),
        sa.Column("label", sa.String(length=200), server_default="", nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.Column("placed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["beacon_id"], ["beacons.id"], name=op.f("fk_plan_marks_beacon_id_beacons")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_marks_plan_id_plans")),
        sa.ForeignKeyConstraint(
            ["workplace_id"], ["workplaces.id"], name=op.f("fk_plan_marks_workplace_id_workplaces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_marks")),
    )
    op.create_index(op.f("ix_plan_marks_plan_id"), "plan_marks", ["plan_id"])
    for kind in ("workplace", "beacon"):
        stands = sa.text(f"ended_at_ms IS NULL AND kind = '{kind}'")
        op.create_index(
            f"uq_plan_marks_{kind}",
            "plan_marks",
            [f"{kind}_id"],
            unique=True,
            sqlite_where=stands,
            postgresql_where=stands,
        )
