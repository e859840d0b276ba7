"""Telling receivers: one task a subscription, so that a slow or dead one delays nobody else.

At least once: an attempt that was received and whose outcome was not kept is made again with the same ``webhook-id``.
"""

import asyncio
import time
from collections.abc import Callable
from random import Random
from types import TracebackType

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from sqlalchemy.ext.asyncio import AsyncEngine
from yarl import URL

from chuantou.cases.store import writing
from chuantou.cases.webhooks import outbox, signing
from chuantou.cases.webhooks.addresses import ForbiddenAddressError, PublicResolver
from chuantou.cases.webhooks.outbox import Delivery, Outcome
from chuantou.cases.webhooks.subscriptions import Subscription, all_of

ATTEMPT_S = 10.0
AT_ONCE = 16  # attempts at one receiver
BATCH = 256  # deliveries whose outcomes are kept in one transaction
READ_BYTES = 4_096  # of an answer: enough for a reason
LOOK_S = 0.2  # how long nothing due is believed
REASON_CHARS = 200


def now_us() -> int:
    return time.time_ns() // 1_000


class Caller:
    """Makes attempts: signed, no redirects, to public addresses or those that are ``allowed``, within :data:`ATTEMPT_S`."""

    def __init__(self, allowed: tuple[str, ...] = (), attempt_s: float = ATTEMPT_S) -> None:
        self.resolver = PublicResolver(allowed)
        connector = TCPConnector(resolver=self.resolver, use_dns_cache=False, limit=0, limit_per_host=0)
        self.session = ClientSession(connector=connector, timeout=ClientTimeout(total=attempt_s), auto_decompress=False)

    async def __aenter__(self) -> "Caller":
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        await self.session.close()

    async def attempt(self, to: Subscription, identity: str, body: bytes) -> str | None:
        """Send once; returns None for an answer 2xx, else the reason in a few words, without anything secret."""
        headers = signing.headers_of(identity, int(time.time()), body, to.secrets)
        try:
            self.resolver.check_host(URL(to.url).host or "")
            async with self.session.post(to.url, data=body, headers=headers, allow_redirects=False) as answer:
                said = await answer.content.read(READ_BYTES)
                if 200 <= answer.status < 300:
                    return None
                return f"HTTP {answer.status} {said[:REASON_CHARS].decode('utf-8', 'replace')}".strip()
        except ForbiddenAddressError as error:
            return str(error)
        except TimeoutError:
            return "no answer in time"
        except (ClientError, OSError, ValueError) as error:
            cause = getattr(error, "os_error", None)  # a name that may not be called, as aiohttp wraps it
            return str(cause) if isinstance(cause, ForbiddenAddressError) else f"{type(error).__name__}: {error}"[:REASON_CHARS]


class Deliverer:
    """Delivers what is due until nothing waits (``drain``) or until it is cancelled (``run``)."""

    def __init__(
        self, engine: AsyncEngine, caller: Caller, clock: Callable[[], int] = now_us, chance: Random | None = None
    ) -> None:  # fmt: skip
        self.engine, self.caller, self.clock = engine, caller, clock
        self.chance = chance or Random()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def drain(self) -> int:
        """Tell everybody what is due now, once each; returns how many attempts were made."""
        return sum(await asyncio.gather(*(self._all_due(one) for one in await self._active())))

    async def run(self) -> None:
        """Tell everybody what becomes due, for ever; a subscription that is added or stopped meanwhile is seen."""
        try:
            while True:
                active = {one.id: one for one in await self._active()}
                for gone in self._tasks.keys() - active.keys():
                    self._tasks.pop(gone).cancel()
                for name in active.keys() - self._tasks.keys():
                    self._tasks[name] = asyncio.create_task(self._serve(name))
                for task in [task for task in self._tasks.values() if task.done()]:
                    task.result()  # a database that fails ends the run, loudly
                await asyncio.sleep(LOOK_S)
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _active(self) -> list[Subscription]:
        async with self.engine.connect() as connection:
            return [one for one in await all_of(connection) if one.state == "active"]

    async def _serve(self, name: str) -> None:
        while True:
            to = next((one for one in await self._active() if one.id == name), None)
            if to is None or not await self._all_due(to):
                await asyncio.sleep(LOOK_S)

    async def _all_due(self, to: Subscription) -> int:
        made = 0
        while True:
            async with self.engine.connect() as connection:
                found = await outbox.due(connection, to.id, self.clock(), BATCH)
            if not found:
                return made
            gate = asyncio.Semaphore(AT_ONCE)
            outcomes = await asyncio.gather(*(self._tell(to, delivery, gate) for delivery in found))
            async with writing(self.engine) as connection:
                await outbox.record(connection, outcomes, self.chance)
            made += len(found)

    async def _tell(self, to: Subscription, delivery: Delivery, gate: asyncio.Semaphore) -> Outcome:
        alert_id, version = delivery.alert_id, delivery.version
        body = signing.body_of(alert_id, version, delivery.known_at_us, delivery.body)
        async with gate:
            reason = await self.caller.attempt(to, signing.message_id(alert_id, version), body)
        return Outcome(delivery, self.clock(), reason)
