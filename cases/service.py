"""The case service: alerts from `out.alerts` into the store, and from there to whoever wants to know."""

import asyncio
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncEngine

from chuantou.cases import alert_intake, audit_chain
from chuantou.cases.store import writing
from chuantou.cases.webhooks.delivery import Caller, Deliverer, now_us
from chuantou.streams.alert_versions import told_by
from chuantou.streams.reading import read_span, spans_of
from chuantou.streams.topics import OUT_ALERTS

LOOK_S = 0.5  # between two looks at the topic


async def take_topic(engine: AsyncEngine, broker: str, clock: Callable[[], int] = now_us) -> int:
    """Take what `out.alerts` holds beyond what was taken before; returns how many versions were new.

    Versions and the offset behind them are kept in one transaction: killed anywhere, nothing is lost or taken twice.
    """
    new = 0
    for partition, (held, end) in (await asyncio.to_thread(spans_of, broker, OUT_ALERTS)).items():
        async with engine.connect() as connection:
            start = max(held, await alert_intake.next_offset(connection, partition.topic, partition.partition))
        batches = read_span(broker, partition, start, end)
        while records := await asyncio.to_thread(next, batches, None):
            async with writing(engine) as connection:
                new += await alert_intake.take(connection, [told_by(record) for record in records], clock())
                await alert_intake.keep_offset(connection, partition.topic, partition.partition, records[-1].offset + 1)
    return new


async def drain(engine: AsyncEngine, broker: str, caller: Caller, key: Ed25519PrivateKey | None) -> tuple[int, int]:
    """Take everything that is there and tell everybody once; returns (new versions, attempts)."""
    new = await take_topic(engine, broker)
    await sign(engine, key)
    return new, await Deliverer(engine, caller).drain()


async def run(engine: AsyncEngine, broker: str, caller: Caller, key: Ed25519PrivateKey | None) -> None:
    """Take and tell for ever."""
    telling = asyncio.create_task(Deliverer(engine, caller).run())
    try:
        while not telling.done():
            await take_topic(engine, broker)
            await sign(engine, key)
            await asyncio.wait({telling}, timeout=LOOK_S)
        telling.result()
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


async def sign(engine: AsyncEngine, key: Ed25519PrivateKey | None) -> None:
    """Sign the heads of finished days, where there is a key."""
    if key is not None:
        async with writing(engine) as connection:
            await audit_chain.sign_heads(connection, key, now_us())
