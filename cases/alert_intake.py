"""Alerts into the store: each version once, in any order, with its audit row and its deliveries in one transaction."""

from collections.abc import Iterable, Sequence

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from chuantou.cases.audit_chain import Deed, append
from chuantou.cases.tables import alert_versions, alerts, read_offsets
from chuantou.cases.webhooks.outbox import enqueue
from chuantou.schemas.alerts import Alert, decode_alert, encode_alert, sha256_hex
from chuantou.schemas.clock import parse_time
from chuantou.streams.alert_versions import Told

SEVERITY = {"log": 1, "yellow": 2, "orange": 3, "red": 4}
ENGINE = "engine"  # the actor of what the engine told
CHUNK = 500  # keys of one question: databases bound how many they take


async def take(connection: AsyncConnection, told: Sequence[Told], now_us: int) -> int:
    """Store versions that are not there yet; returns how many were. The same version twice must say the same.

    ValueError, naming it, for a version that is there with other words: somebody writes under our name, or two engines do.
    """
    fresh = await _unknown(connection, told)
    if not fresh:
        return 0
    bodies = [encode_alert(one.alert) for one in fresh]
    await connection.execute(insert(alert_versions), [
        {"alert_id": one.alert.alert_id, "version": one.alert.version, "known_at_us": one.known_at, "body": body}
        for one, body in zip(fresh, bodies)
    ])  # fmt: skip
    newest: dict[str, Alert] = {}
    for one in sorted(fresh, key=lambda one: one.alert.version):
        newest[one.alert.alert_id] = one.alert
    await _show(connection, newest.values())
    await append(connection, now_us, (
        Deed(ENGINE, f"alert.{one.alert.kind}", f"{one.alert.alert_id}/{one.alert.version}", {"sha256": sha256_hex(body)})
        for one, body in zip(fresh, bodies)
    ))  # fmt: skip
    await enqueue(connection, fresh, now_us)
    return len(fresh)


async def _unknown(connection: AsyncConnection, told: Sequence[Told]) -> list[Told]:
    unknown = {(one.alert.alert_id, one.alert.version): one for one in reversed(told)}
    ids = sorted({alert_id for alert_id, _ in unknown})
    for at in range(0, len(ids), CHUNK):
        there = select(alert_versions.c.alert_id, alert_versions.c.version, alert_versions.c.body)
        for row in await connection.execute(there.where(alert_versions.c.alert_id.in_(ids[at : at + CHUNK]))):
            again = unknown.pop((row.alert_id, row.version), None)
            if again is not None and encode_alert(again.alert) != row.body:
                raise ValueError(f"alert {row.alert_id}, version {row.version}: told before with other words")
    return sorted(unknown.values(), key=lambda one: (one.known_at, one.alert.alert_id, one.alert.version))


async def _show(connection: AsyncConnection, found: Iterable[Alert]) -> None:
    """Make these the versions that are shown, where no newer one is."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(alerts)
    replaced = {column.name: statement.excluded[column.name] for column in alerts.columns if column.name != "alert_id"}
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[alerts.c.alert_id], set_=replaced, where=statement.excluded.version > alerts.c.version
        ),
        [columns_of(alert) for alert in found],
    )


def columns_of(alert: Alert) -> dict[str, object]:
    """What an alert is searched by."""
    return {
        "alert_id": alert.alert_id, "version": alert.version, "kind": alert.kind, "detector": alert.detector,
        "clause": alert.clause, "subject": alert.subjects[0], "severity": SEVERITY[alert.severity], "score": alert.score,
        "amount_fen": alert.amount_fen, "first_breach_us": parse_time(alert.first_breach), "office": alert.offices[0],
        "county_lead": alert.county_lead, "recommended_class": alert.recommended_class,
    }  # fmt: skip


async def final_alerts(connection: AsyncConnection) -> list[Alert]:
    """The last version of each alert, sorted by id."""
    shown = select(alert_versions.c.body).join(
        alerts, (alerts.c.alert_id == alert_versions.c.alert_id) & (alerts.c.version == alert_versions.c.version)
    )
    return [decode_alert(body) for (body,) in await connection.execute(shown.order_by(alerts.c.alert_id))]


async def all_versions(connection: AsyncConnection) -> list[Told]:
    """Every version of every alert, in the order in which they were told."""
    order = (alert_versions.c.known_at_us, alert_versions.c.alert_id, alert_versions.c.version)
    rows = await connection.execute(select(alert_versions.c.body, alert_versions.c.known_at_us).order_by(*order))
    return [Told(decode_alert(row.body), row.known_at_us) for row in rows]


async def next_offset(connection: AsyncConnection, topic: str, part: int) -> int:
    """The first record of a partition that was not taken yet."""
    there = select(read_offsets.c.next).where((read_offsets.c.topic == topic) & (read_offsets.c.part == part))
    return (await connection.execute(there)).scalar_one_or_none() or 0


async def keep_offset(connection: AsyncConnection, topic: str, part: int, following: int) -> None:
    """Note, in the transaction that took them, that the records before ``following`` are taken."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(read_offsets).values(topic=topic, part=part, next=following)
    keys = [read_offsets.c.topic, read_offsets.c.part]
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_={"next": following}))
