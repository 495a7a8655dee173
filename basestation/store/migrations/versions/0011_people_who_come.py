"""Sites, responders and their addresses, duties with plan, changes and absences, the choice of chains."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_IDENTITY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.String(64)
_LINE = sa.String(200)


def upgrade() -> None:
    """Build the tables; whatever is there belongs to one site, whose time zone has to be set."""
    _build(
        "sites",
        sa.Column("name", _LINE, nullable=False),
        sa.Column("zone", _NAME, nullable=False),
        sa.Column("proof_days", sa.Integer(), server_default=sa.text("30"), nullable=False),
        _is_active(),
        sa.UniqueConstraint("name", name=op.f("uq_sites_name")),
    )
    op.execute("INSERT INTO sites (name, zone) VALUES ('Site', '')")
    # Without a reference: SQLite adds none together with a default.
    op.add_column("workplaces", sa.Column("site_id", _IDENTITY, server_default=sa.text("1"), nullable=False))
    _add_people()
    _add_duties()
    _build(
        "chain_rules",
        sa.Column("position", sa.Integer(), nullable=False),
        _reference("chain_rules", "chain_id", "chains"),
        _reference("chain_rules", "site_id", "sites", is_nullable=True),
        sa.Column("kinds", sa.Text(), nullable=False),
        *_hours(),
        sa.Column("marks", sa.Text(), nullable=False),
    )


def _add_people() -> None:
    _build(
        "responders",
        sa.Column("name", _LINE, nullable=False),
        _reference("responders", "user_id", "users", is_nullable=True),
        _reference("responders", "worker_id", "workers", is_nullable=True),
        sa.Column("language", _NAME, server_default=sa.text("'en'"), nullable=False),
        _reference("responders", "site_id", "sites"),
        _is_active(),
        sa.UniqueConstraint("name", name=op.f("uq_responders_name")),
    )
    _build(
        "responder_addresses",
        _reference("responder_addresses", "responder_id", "responders"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("channel", _NAME, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        _is_active(),
        sa.Column("asked_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("code_digest", _NAME, nullable=True),
        sa.Column("confirmed_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("proven_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("test_number", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("test_result", sa.Text(), server_default="", nullable=False),
    )
    for column in ("responder_id", "code_digest"):
        op.create_index(f"ix_responder_addresses_{column}", "responder_addresses", [column])


def _add_duties() -> None:
    _build(
        "duty_roles",
        sa.Column("name", _LINE, nullable=False),
        _reference("duty_roles", "site_id", "sites"),
        _is_active(),
        sa.UniqueConstraint("name", name=op.f("uq_duty_roles_name")),
    )
    _build(
        "duty_plan",
        _reference("duty_plan", "role_id", "duty_roles"),
        _reference("duty_plan", "responder_id", "responders"),
        *_hours(),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=True),
        _is_active(),
    )
    _build(
        "duty_overrides",
        _reference("duty_overrides", "role_id", "duty_roles"),
        _reference("duty_overrides", "responder_id", "responders"),
        *_from_until(),
        sa.Column("is_instead", sa.Boolean(), nullable=False),
        _is_active(),
    )
    _build("absences", _reference("absences", "responder_id", "responders"), *_from_until(), _is_active())


def _build(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", _IDENTITY, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _reference(table: str, column: str, other: str, *, is_nullable: bool = False) -> sa.Column[int]:
    foreign = sa.ForeignKey(f"{other}.id", name=op.f(f"fk_{table}_{column}"))
    return sa.Column(column, _IDENTITY, foreign, nullable=is_nullable)


def _is_active() -> sa.Column[bool]:
    return sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False)


def _hours() -> tuple[sa.Column[str], sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("weekdays", sa.String(7), nullable=False),
        sa.Column("start_min", sa.Integer(), nullable=False),
        sa.Column("end_min", sa.Integer(), nullable=False),
    )


def _from_until() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("from_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_at_ms", sa.BigInteger(), nullable=False),
    )
