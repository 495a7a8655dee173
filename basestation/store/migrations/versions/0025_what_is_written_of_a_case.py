"""What people write down of a case, the site's protocols, pictures of workers."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the seven tables."""
    _create_protocols()
    _create_written()
    _create_outcomes()
    op.create_table(
        "worker_pictures",
        sa.Column("worker_id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("set_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["workers.id"], name=op.f("fk_worker_pictures_worker_id_workers")
        ),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_worker_pictures")),
    )


def _create_protocols() -> None:
    op.create_table(
        "protocols",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("site_id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("set_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_protocols_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocols")),
        sa.UniqueConstraint("site_id", "kind", "version", name=op.f("uq_protocols_site_id_kind_version")),
    )
    is_in_force = sa.text("ended_at_ms IS NULL")
    op.create_index(
        "uq_protocols_in_force",
        "protocols",
        ["site_id", "kind"],
        unique=True,
        sqlite_where=is_in_force,
        postgresql_where=is_in_force,
    )
    op.create_table(
        "case_protocols",
        sa.Column("case_id", _NUMBER, nullable=False),
        sa.Column("protocol_id", _NUMBER, nullable=False),
        _of_case("case_protocols"),
        sa.ForeignKeyConstraint(
            ["protocol_id"], ["protocols.id"], name=op.f("fk_case_protocols_protocol_id_protocols")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_protocols")),
    )


def _create_written() -> None:
    op.create_table(
        "case_steps",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("case_id", _NUMBER, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        *_when_and_who(),
        _of_case("case_steps"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_steps")),
        sa.UniqueConstraint("case_id", "step", "version", name=op.f("uq_case_steps_case_id_step_version")),
    )
    op.create_table(
        "case_notes",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("case_id", _NUMBER, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        *_when_and_who(),
        _of_case("case_notes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_notes")),
        sa.UniqueConstraint("case_id", "key", name=op.f("uq_case_notes_case_id_key")),
    )
    op.create_table(
        "case_reports",
        sa.Column("case_id", _NUMBER, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        *_when_and_who(),
        _of_case("case_reports"),
        sa.PrimaryKeyConstraint("case_id", "version", name=op.f("pk_case_reports")),
    )


def _create_outcomes() -> None:
    op.create_table(
        "case_outcomes",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("case_id", _NUMBER, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        *_when_and_who(),
        _of_case("case_outcomes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_outcomes")),
    )
    op.create_index(op.f("ix_case_outcomes_case_id"), "case_outcomes", ["case_id"])


def _when_and_who() -> tuple[sa.Column[int], sa.Column[str]]:
    return sa.Column("at_ms", sa.BigInteger(), nullable=False), sa.Column("by", sa.Text(), nullable=False)


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f(f"fk_{table}_case_id_cases"))
