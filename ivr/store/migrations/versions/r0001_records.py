"""The first shape of the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None


def _ascii(length: int) -> TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    """Makes all tables."""
    op.create_table(
        "caller_keys",
        sa.Column("id", _ascii(32), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("born", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_caller_keys"),
    )
    op.create_table(
        "calls",
        sa.Column("call", sa.String(128), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("caller", _ascii(16), nullable=True),
        sa.Column("version", sa.String(12), nullable=True),
        sa.Column("first_language", sa.String(16), nullable=True),
        sa.Column("first_rank", sa.LargeBinary(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("last_language", sa.String(16), nullable=True),
        sa.Column("flow", sa.String(64), nullable=True),
        sa.Column("step", sa.String(64), nullable=True),
        sa.Column("input", sa.String(64), nullable=True),
        sa.Column("expects", sa.String(64), nullable=True),
        sa.Column("last_rank", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(64), nullable=True),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("status_rank", sa.LargeBinary(), nullable=False),
        sa.Column("fallback_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fallback_code", sa.Integer(), nullable=True),
        sa.Column("fallback_rank", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("call", name="pk_calls"),
    )
    op.create_index("ix_calls_last_at", "calls", ["last_at"])
    op.create_index("ix_calls_started", "calls", ["started"])
    op.create_table(
        "instructions",
        sa.Column("id", _ascii(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_instructions"),
    )
    op.create_table(
        "losses",
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("machine", sa.String(128), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("run", "reason", name="pk_losses"),
    )
    op.create_table(
        "sets",
        sa.Column("version", sa.String(12), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_sets"),
    )
    op.create_table(
        "tallies",
        sa.Column("machine", sa.String(128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("machine", name="pk_tallies"),
    )
    op.create_table(
        "turns",
        sa.Column("call", sa.String(128), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.String(12), nullable=False),
        sa.Column("flow", sa.String(64), nullable=False),
        sa.Column("step", sa.String(64), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("input", sa.String(64), nullable=False),
        sa.Column("key", sa.String(1), nullable=True),
        sa.Column("result", sa.String(64), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("miss", sa.String(64), nullable=True),
        sa.Column("expects", sa.String(64), nullable=False),
        sa.Column("contact", sa.String(64), nullable=True),
        sa.Column("hours", sa.Text(), nullable=True),
        sa.Column("limit", sa.String(64), nullable=True),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("us", sa.Integer(), nullable=False),
        sa.Column("rank", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("call", "turn", name="pk_turns"),
    )
    op.create_index("ix_turns_at", "turns", ["at"])
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(12), nullable=False),
        sa.Column("draft", sa.Boolean(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["sets.version"], name="fk_publications_version"),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
    )
