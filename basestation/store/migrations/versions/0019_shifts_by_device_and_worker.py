"""The shifts of a device and of a worker are found by an index: every alarm asks for them."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both indexes."""
    op.create_index(op.f("ix_shifts_device"), "shifts", ["device"])
    op.create_index(op.f("ix_shifts_worker_id"), "shifts", ["worker_id"])
