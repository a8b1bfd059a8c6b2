"""Who may use the operators' page, who is logged in, failed logins, and the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

revision = "0002"
down_revision = "0001"


def _ascii(length: int) -> TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    """Makes the four tables."""
    op.create_table(
        "operators",
        sa.Column("name", _ascii(64), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("roles", sa.String(64), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_operators"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", _ascii(64), nullable=False),
        sa.Column("operator", _ascii(64), nullable=False),
        sa.Column("link", sa.Boolean(), nullable=False),
        sa.Column("begun", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_operator", "sessions", ["operator"])
    op.create_index("ix_sessions_expires", "sessions", ["expires"])
    op.create_table(
        "logins",
        sa.Column("id", _ascii(32), nullable=False),
        sa.Column("name", _ascii(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_logins"),
    )
    op.create_index("ix_logins_name", "logins", ["name"])
    op.create_index("ix_logins_at", "logins", ["at"])
    op.create_table(
        "audit",
        sa.Column("id", _ascii(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator", sa.String(200), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
