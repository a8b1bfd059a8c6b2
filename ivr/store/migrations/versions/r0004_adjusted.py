"""What scenarios are to expect once a working copy is published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("working_copies", sa.Column("adjusted", sa.JSON(none_as_null=True), nullable=True))
