"""The outbox: what must be told to whom, and how telling it has gone so far.

A delivery is written in the transaction that takes its alert. Of one alert a receiver is told the versions one after the
other: a later one waits until the earlier one is delivered or given up.
"""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chuantou.cases.tables import alert_versions, deliveries
from chuantou.cases.webhooks.subscriptions import all_of
from chuantou.streams.alert_versions import Told

STATES = WAITING, DELIVERED, DEAD = "waiting", "delivered", "dead"
SECOND_US = 1_000_000
BACK_OFF_S = (5, 30, 120, 600, 1_800, 3_600, 10_800, 21_600, 43_200)  # the last again and again
GIVE_UP_S = 72 * 3_600
CHUNK = 500  # keys of one question
JITTER = 0.2  # of the pause, either way: receivers that come back are not called all at once


class Delivery(NamedTuple):
    """One version of one alert for one receiver; ``body`` is the alert's JSON."""

    id: int
    alert_id: str
    version: int
    known_at_us: int
    attempts: int
    first_us: int | None
    body: bytes


class Outcome(NamedTuple):
    """How an attempt ended: ``reason`` None for a delivery."""

    delivery: Delivery
    at_us: int
    reason: str | None


async def enqueue(connection: AsyncConnection, told: Sequence[Told], now_us: int) -> None:
    """Write deliveries of these versions to everybody who wants them, or was told an earlier version: what is withdrawn or
    turns out smaller must not stand uncorrected."""
    receivers = await all_of(connection)
    heard = await _heard(connection, sorted({version.alert.alert_id for version in told})) if receivers else set()
    rows = []
    for one in receivers:
        for version in sorted(told, key=lambda version: version.alert.version):
            alert = version.alert
            if one.wanted.wants(alert) or (one.id, alert.alert_id) in heard:
                heard.add((one.id, alert.alert_id))
                rows.append({"subscription_id": one.id, "alert_id": alert.alert_id, "version": alert.version,
                             "known_at_us": version.known_at, "state": WAITING, "attempts": 0, "next_us": now_us})  # fmt: skip
    if rows:
        await connection.execute(insert(deliveries), rows)


async def _heard(connection: AsyncConnection, alert_ids: list[str]) -> set[tuple[str, str]]:
    """(subscription, alert) of what was written for any receiver before."""
    found: set[tuple[str, str]] = set()
    for at in range(0, len(alert_ids), CHUNK):
        told = select(deliveries.c.subscription_id, deliveries.c.alert_id).distinct()
        rows = await connection.execute(told.where(deliveries.c.alert_id.in_(alert_ids[at : at + CHUNK])))
        found.update((row.subscription_id, row.alert_id) for row in rows)
    return found


async def due(connection: AsyncConnection, subscription_id: str, now_us: int, limit: int) -> list[Delivery]:
    """What may be told to a receiver now, the oldest first: of each alert the earliest version that waits."""
    earlier = deliveries.alias()
    waits = select(earlier.c.delivery_id).where(
        earlier.c.subscription_id == deliveries.c.subscription_id, earlier.c.alert_id == deliveries.c.alert_id,
        earlier.c.version < deliveries.c.version, earlier.c.state == WAITING,
    )  # fmt: skip
    told = (alert_versions.c.alert_id == deliveries.c.alert_id) & (alert_versions.c.version == deliveries.c.version)
    rows = await connection.execute(
        select(deliveries.c.delivery_id, deliveries.c.alert_id, deliveries.c.version, deliveries.c.known_at_us,
               deliveries.c.attempts, deliveries.c.first_us, alert_versions.c.body)
        .join(alert_versions, told)
        .where(deliveries.c.subscription_id == subscription_id, deliveries.c.state == WAITING, deliveries.c.next_us <= now_us)
        .where(~waits.exists()).order_by(deliveries.c.delivery_id).limit(limit)
    )  # fmt: skip
    return [Delivery(*row) for row in rows]


async def next_due_us(connection: AsyncConnection, subscription_id: str) -> int | None:
    """The earliest instant at which anything may be told to the receiver; None where nothing waits."""
    waiting = (deliveries.c.subscription_id == subscription_id) & (deliveries.c.state == WAITING)
    return (await connection.execute(select(func.min(deliveries.c.next_us)).where(waiting))).scalar_one()


async def record(connection: AsyncConnection, outcomes: Sequence[Outcome], chance: Random) -> None:
    """Keep how attempts ended: delivered, to be tried again after a pause, or given up after 72 hours."""
    rows = []
    for delivery, at_us, reason in outcomes:
        first = delivery.first_us if delivery.first_us is not None else at_us
        pause_s = BACK_OFF_S[min(delivery.attempts, len(BACK_OFF_S) - 1)] * chance.uniform(1 - JITTER, 1 + JITTER)
        pause_us = int(pause_s * SECOND_US)
        late = at_us + pause_us - first > GIVE_UP_S * SECOND_US
        state = DELIVERED if reason is None else DEAD if late else WAITING
        rows.append({"of": delivery.id, "state": state, "attempts": delivery.attempts + 1, "first_us": first,
                     "next_us": at_us + pause_us, "reason": reason})  # fmt: skip
    if rows:
        statement = update(deliveries).where(deliveries.c.delivery_id == bindparam("of"))
        values: dict[str, object] = {name: bindparam(name) for name in ("state", "attempts", "first_us", "next_us", "reason")}
        await connection.execute(statement.values(values), rows)


async def send_again(connection: AsyncConnection, subscription_id: str, now_us: int, alert_id: str | None = None) -> int:
    """Let what was given up, or with ``alert_id`` every version of that alert, wait again; returns how many."""
    chosen = deliveries.c.state == DEAD if alert_id is None else deliveries.c.alert_id == alert_id
    fresh: dict[str, object] = {"state": WAITING, "attempts": 0, "first_us": None, "next_us": now_us, "reason": None}
    statement = update(deliveries).where(deliveries.c.subscription_id == subscription_id, chosen).values(fresh)
    return (await connection.execute(statement)).rowcount


async def counts(connection: AsyncConnection, subscription_id: str) -> dict[str, int]:
    """Deliveries of a subscription by state."""
    by_state = select(deliveries.c.state, func.count()).where(deliveries.c.subscription_id == subscription_id)
    return {row.state: row[1] for row in await connection.execute(by_state.group_by(deliveries.c.state))}
