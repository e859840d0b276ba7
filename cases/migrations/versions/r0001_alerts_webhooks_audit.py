"""Alerts with all their versions, webhooks with their outbox, the audit chain."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None
branch_labels = depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("alert_id", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("detector", sa.String(16), nullable=False),
        sa.Column("clause", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(128), nullable=False),
        sa.Column("severity", sa.Integer, nullable=False),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("amount_fen", sa.BigInteger),
        sa.Column("first_breach_us", sa.BigInteger, nullable=False),
        sa.Column("office", sa.String(32), nullable=False),
        sa.Column("county_lead", sa.String(16)),
        sa.Column("recommended_class", sa.String(2)),
    )
    op.create_index("alerts_by_gravity", "alerts", ["severity", "amount_fen"])
    op.create_index("alerts_by_subject", "alerts", ["subject"])
    op.create_index("alerts_by_county", "alerts", ["county_lead", "severity"])
    op.create_table(
        "alert_versions",
        sa.Column("alert_id", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("known_at_us", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "read_offsets",
        sa.Column("topic", sa.String(128), primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True),
        sa.Column("next", sa.BigInteger, nullable=False),
    )
    _webhooks()
    _audit()


def _webhooks() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("subscription_id", sa.String(32), primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("secrets", sa.Text, nullable=False),
        sa.Column("wanted", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("since_us", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("subscription_id", sa.String(32), sa.ForeignKey("subscriptions.subscription_id"), nullable=False),
        sa.Column("alert_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("known_at_us", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("first_us", sa.BigInteger),
        sa.Column("next_us", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text),
    )
    op.create_index("deliveries_due", "deliveries", ["subscription_id", "state", "next_us"])
    op.create_index("deliveries_of", "deliveries", ["subscription_id", "alert_id", "version"], unique=True)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(256), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "audit_heads",
        sa.Column("day", sa.Integer, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
    )
