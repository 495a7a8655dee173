"""Why a device is silent and how right its clock is; beacons, places of alarms, coverage walks."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NAME = sa.String(64)
_IDENTITY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what devices say of their silence, their start and their clock, and the new tables."""
    for name, kind in (
        ("presence_reason", _NAME),
        ("foretold", _NAME),
        ("start_cause", _NAME),
        ("start_error", sa.Text()),
        ("started_at_ms", sa.BigInteger()),
        ("wall_s", sa.BigInteger()),
        ("wall_error_ms", sa.BigInteger()),
        ("wall_offset_s", sa.BigInteger()),
    ):
        op.add_column("device_states", sa.Column(name, kind, nullable=True))
    op.add_column("workplaces", sa.Column("building_changed_at_ms", sa.BigInteger(), nullable=True))
    _add_places()
    _add_walks()


def _add_places() -> None:
    op.create_table(
        "beacons",
        sa.Column("id", _IDENTITY, nullable=False),
        sa.Column("name", _NAME, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beacons")),
    )
    active = sa.text("is_active")
    op.create_index(
        "uq_beacons_active_name", "beacons", ["name"], unique=True,
        sqlite_where=active, postgresql_where=active,
    )  # fmt: skip
    op.create_table(
        "places",
        sa.Column("id", _IDENTITY, nullable=False),
        sa.Column("device", _NAME, nullable=False),
        sa.Column("alarm", _NAME, nullable=False),
        sa.Column("mark", _NAME, nullable=False),
        sa.Column("heard_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("beacons", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
    )
    op.create_index("ix_places_device_alarm", "places", ["device", "alarm"])


def _add_walks() -> None:
    op.create_table(
        "walks",
        sa.Column("id", _IDENTITY, nullable=False),
        sa.Column("device", _NAME, nullable=False),
        sa.Column("workplace_id", _IDENTITY, nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("point_names", sa.Text(), server_default="[]", nullable=False),
        sa.ForeignKeyConstraint(["device"], ["devices.name"], name=op.f("fk_walks_device")),
        sa.ForeignKeyConstraint(["workplace_id"], ["workplaces.id"], name=op.f("fk_walks_workplace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walks")),
    )
    op.create_table(
        "walk_points",
        sa.Column("id", _IDENTITY, nullable=False),
        sa.Column("walk_id", _IDENTITY, nullable=False),
        sa.Column("point", sa.Integer(), nullable=False),
        sa.Column("rssi_dbm", sa.Integer(), nullable=True),
        sa.Column("round_trip_ms", sa.Integer(), nullable=True),
        sa.Column("beacons", sa.Text(), server_default="{}", nullable=False),
        sa.Column("received_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["walk_id"], ["walks.id"], name=op.f("fk_walk_points_walk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_points")),
    )
    op.create_index("ix_walk_points_walk_id", "walk_points", ["walk_id"])
