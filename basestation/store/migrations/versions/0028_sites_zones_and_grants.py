"""Zones of sites, roles per site, and the site of workers, devices and cases; versions and history.

What there was belongs to the first site, and whoever could log in keeps their role at all sites. A case has
the site of the workplace that it names, else the first one; without a device of ours it has none.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add tables and columns, and fill in what is known."""
    for table in ("workers", "devices"):
        op.add_column(table, sa.Column("site_id", _NUMBER, nullable=False, server_default=sa.text("1")))
    for table in ("workplaces", "beacons"):
        op.add_column(table, sa.Column("zone_id", _NUMBER, nullable=True))
    op.add_column("cases", sa.Column("site_id", _NUMBER, nullable=True))
    for table in ("sites", "users"):
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")))
    op.add_column("users", sa.Column("reset_digest", sa.String(length=64), nullable=True))
    op.add_column("users", sa.Column("reset_until_ms", sa.BigInteger(), nullable=True))
    _create_tables()
    op.execute("INSERT INTO grants (user_id, role) SELECT id, role FROM users")
    _place_cases(op.get_bind())


def _create_tables() -> None:
    op.create_table(
        "grants",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("user_id", _NUMBER, nullable=False),
        sa.Column("site_id", _NUMBER, nullable=True),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_grants_site_id_sites")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_grants_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index(op.f("ix_grants_user_id"), "grants", ["user_id"])
    op.create_table(
        "zones",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("site_id", _NUMBER, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("hazard", sa.Text(), server_default="", nullable=False),
        sa.Column("plan_id", _NUMBER, nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_zones_plan_id_plans")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_zones_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zones")),
    )
    is_in_service = sa.text("is_active")
    op.create_index(
        "uq_zones_in_service",
        "zones",
        ["site_id", "name"],
        unique=True,
        sqlite_where=is_in_service,
        postgresql_where=is_in_service,
    )
    op.create_table(
        "register_history",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_history")),
    )
    op.create_index("ix_register_history_subject_number", "register_history", ["subject", "number"])


def _place_cases(connection: sa.Connection) -> None:
    """Give each case the site of the workplace it names; only such as are not of the first site are read."""
    connection.execute(sa.text("UPDATE cases SET site_id = 1 WHERE device IN (SELECT name FROM devices)"))
    elsewhere = connection.execute(sa.text("SELECT name, site_id FROM workplaces WHERE site_id <> 1")).all()
    sites = {row.name: row.site_id for row in elsewhere}
    if not sites:
        return
    for row in connection.execute(sa.text("SELECT id, body FROM cases")).all():
        site = sites.get(_workplace(row.body))
        if site is not None:
            connection.execute(
                sa.text("UPDATE cases SET site_id = :site WHERE id = :id"), {"site": site, "id": row.id}
            )


def _workplace(body: str) -> str | None:
    """Return the workplace that a case names; a body that cannot be read names none."""
    try:
        found = json.loads(body).get("workplace_name")
    except (ValueError, AttributeError):
        return None
    return found if isinstance(found, str) else None
