"""The tables of the case store, the same on SQLite and on PostgreSQL.

Times are int64 µs since the epoch (UTC), amounts int64 fen, alerts and CloudEvents the bytes that were told.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

# SQLite gives out ids by itself only for INTEGER
Number = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()

alerts = Table(  # the last version of each alert, and what it is searched by
    "alerts", metadata,
    Column("alert_id", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("detector", String(16), nullable=False),
    Column("clause", String(32), nullable=False),
    Column("subject", String(128), nullable=False),
    Column("severity", Integer, nullable=False),  # 1 log … 4 red
    Column("score", Integer, nullable=False),
    Column("amount_fen", BigInteger),
    Column("first_breach_us", BigInteger, nullable=False),
    Column("office", String(32), nullable=False),
    Column("county_lead", String(16)),
    Column("recommended_class", String(2)),
    Index("alerts_by_gravity", "severity", "amount_fen"),
    Index("alerts_by_subject", "subject"),
    Index("alerts_by_county", "county_lead", "severity"),
)  # fmt: skip

alert_versions = Table(
    "alert_versions", metadata,
    Column("alert_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("known_at_us", BigInteger, nullable=False),  # when it was told on `out.alerts`
    Column("body", LargeBinary, nullable=False),
)  # fmt: skip

read_offsets = Table(  # how far `out.alerts` was taken, in the transaction that took it
    "read_offsets", metadata,
    Column("topic", String(128), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("next", BigInteger, nullable=False),
)  # fmt: skip

subscriptions = Table(
    "subscriptions", metadata,
    Column("subscription_id", String(32), primary_key=True),
    Column("url", Text, nullable=False),
    Column("secrets", Text, nullable=False),  # one, or during a rotation two: the newer first, a blank between
    Column("wanted", Text, nullable=False),  # JSON of `subscriptions.Wanted`
    Column("state", String(16), nullable=False),  # active, stopped
    Column("since_us", BigInteger, nullable=False),
)  # fmt: skip

deliveries = Table(  # the outbox: written in the transaction that takes the alert
    "deliveries", metadata,
    Column("delivery_id", Number, primary_key=True, autoincrement=True),
    Column("subscription_id", ForeignKey("subscriptions.subscription_id"), nullable=False),
    Column("alert_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("known_at_us", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),  # waiting, delivered, dead
    Column("attempts", Integer, nullable=False),
    Column("first_us", BigInteger),  # of the first attempt
    Column("next_us", BigInteger, nullable=False),
    Column("reason", Text),
    Index("deliveries_due", "subscription_id", "state", "next_us"),
    Index("deliveries_of", "subscription_id", "alert_id", "version", unique=True),
)  # fmt: skip

audit = Table(
    "audit", metadata,
    Column("number", Number, primary_key=True, autoincrement=False),  # 1, 2, … without a gap
    Column("at_us", BigInteger, nullable=False),
    Column("actor", String(128), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(256), nullable=False),
    Column("content", Text, nullable=False),  # canonical JSON
    Column("hash", String(64), nullable=False),
)  # fmt: skip

audit_heads = Table(  # one signed head a day
    "audit_heads", metadata,
    Column("day", Integer, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("signature", LargeBinary, nullable=False),
)  # fmt: skip
