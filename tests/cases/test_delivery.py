"""Webhooks to real receivers: signed, in order, once at least, nobody delayed by another, and given up after three days."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from standardwebhooks.webhooks import Webhook

from chuantou.cases import alert_intake
from chuantou.cases.store import open_store, writing
from chuantou.cases.webhooks import outbox, subscriptions
from chuantou.cases.webhooks.delivery import Caller, Deliverer
from chuantou.cases.webhooks.subscriptions import Subscription, Wanted
from chuantou.schemas.alerts import decode_alert, encode_alert
from tests.cases.receiver import Receiver, receiving
from tests.cases.told import version

LOCAL = ("127.0.0.0/8",)
SECOND_US = 1_000_000


class Desk:
    """A store with receivers, and a clock that the test turns."""

    def __init__(self, engine: AsyncEngine, caller: Caller) -> None:
        self.engine, self.caller, self.now = engine, caller, 0
        self.deliverer = Deliverer(engine, caller, lambda: self.now, Random(1))

    async def subscribe(self, receiver: Receiver, wanted: Wanted | None = None) -> Subscription:
        async with writing(self.engine) as connection:
            return await subscriptions.add(connection, receiver.url, wanted or Wanted(), self.now, allow_http=True)

    async def take(self, *told) -> None:
        async with writing(self.engine) as connection:
            await alert_intake.take(connection, told, self.now)

    async def counts(self, to: Subscription) -> dict[str, int]:
        async with self.engine.connect() as connection:
            return await outbox.counts(connection, to.id)


def at_a_desk(store: str, work: Callable[[Desk], Awaitable[None]], *receivers: Receiver, attempt_s: float = 5.0) -> None:
    async def whole() -> None:
        engine = await open_store(store)
        async with receiving(*receivers), Caller(LOCAL, attempt_s) as caller:
            await work(Desk(engine, caller))
        await engine.dispose()

    asyncio.run(whole())


def test_an_alert_arrives_signed_in_a_cloudevent(store: str) -> None:
    receiver = Receiver()
    told = version("a1", 2)

    async def work(desk: Desk) -> None:
        to = await desk.subscribe(receiver)
        async with writing(desk.engine) as connection:
            newer = await subscriptions.rotate(connection, to.id)
        await desk.take(told)
        assert await desk.deliverer.drain() == 1
        (headers, body), (event,) = receiver.got[0], receiver.bodies
        for secret in (newer, to.secrets[0]):  # during a rotation either key verifies
            assert Webhook(secret).verify(body.decode(), headers) == event
        with pytest.raises(Exception, match="No matching signature"):
            Webhook(subscriptions.new_secret()).verify(body.decode(), headers)
        assert headers["content-type"].startswith("application/cloudevents+json")
        assert (event["specversion"], event["type"], event["subject"]) == ("1.0", "cn.chuantou.alert.amended", "a1")
        assert event["id"] == headers["webhook-id"] == "a1-2"
        assert event["time"] == "1970-01-01T10:00:00+08:00"
        assert encode_alert(told.alert) in body and decode_alert(encode_alert(told.alert)) == told.alert
        assert await desk.counts(to) == {"delivered": 1}

    at_a_desk(store, work, receiver)


def test_only_what_is_wanted_is_told_and_what_was_told_is_corrected(store: str) -> None:
    receiver = Receiver()

    async def work(desk: Desk) -> None:
        await desk.subscribe(receiver, Wanted(offices=["O1"], counties=["320902"], severity="orange"))
        await desk.take(
            version("small", 1, severity="yellow"), version("far", 1, county_lead="320903"),
            version("other", 1, offices=["O2"]), version("mine", 1),
            version("assisted", 1, county_lead="320903", county_assist=["320902"]),
        )  # fmt: skip
        await desk.take(version("mine", 2, severity="log"), version("mine", 3, kind="withdrawn", severity="log"))
        await desk.deliverer.drain()
        assert sorted(receiver.ids) == ["assisted-1", "mine-1", "mine-2", "mine-3"]

    at_a_desk(store, work, receiver)


def test_versions_of_an_alert_come_in_order_although_an_earlier_one_fails(store: str) -> None:
    receiver = Receiver(answer=lambda number: 500 if number < 2 else 204)

    async def work(desk: Desk) -> None:
        to = await desk.subscribe(receiver)
        await desk.take(version("a", 1), version("a", 2), version("a", 3))
        await desk.deliverer.drain()
        assert receiver.ids == ["a-1"]  # the later ones wait for the first
        desk.now += 10 * SECOND_US
        await desk.deliverer.drain()
        assert receiver.ids == ["a-1", "a-1"]
        desk.now += 60 * SECOND_US
        await desk.deliverer.drain()
        assert receiver.ids == ["a-1", "a-1", "a-1", "a-2", "a-3"]
        assert await desk.counts(to) == {"delivered": 3}

    at_a_desk(store, work, receiver)


def test_a_slow_receiver_delays_nobody_else(store: str) -> None:
    slow, quick = Receiver(delay_s=2.0), Receiver()

    async def work(desk: Desk) -> None:
        waits = await desk.subscribe(slow)
        await desk.subscribe(quick)
        await desk.take(*(version(f"a{n}", 1) for n in range(40)))
        running = asyncio.create_task(desk.deliverer.run())
        while len(quick.got) < 40:
            await asyncio.sleep(0.05)
            assert not running.done()
        assert (await desk.counts(waits)) == {"waiting": 40}  # not one of them has answered yet
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    at_a_desk(store, work, slow, quick)


@pytest.mark.parametrize(("status", "says"), [(302, "HTTP 302"), (404, "HTTP 404 no"), (500, "HTTP 500 no")])
def test_what_is_no_success_is_tried_again_and_redirects_are_not_followed(store: str, status: int, says: str) -> None:
    receiver = Receiver(answer=lambda number: status)

    async def work(desk: Desk) -> None:
        to = await desk.subscribe(receiver)
        assert (await desk.caller.attempt(to, "id", b"{}") or "").startswith(says)
        assert len(receiver.got) == 1

    at_a_desk(store, work, receiver)


def test_no_answer_in_time_and_no_receiver_at_all_have_their_reasons(store: str) -> None:
    slow, gone = Receiver(delay_s=5.0), Receiver()

    async def work(desk: Desk) -> None:
        late = await desk.subscribe(slow)
        nowhere = (await desk.subscribe(gone))._replace(url="http://127.0.0.1:1/hook")
        assert await desk.caller.attempt(late, "id", b"{}") == "no answer in time"
        assert "127.0.0.1" in (await desk.caller.attempt(nowhere, "id", b"{}") or "")

    at_a_desk(store, work, slow, gone, attempt_s=0.3)


def test_an_inside_address_is_not_called_unless_it_is_opened(store: str) -> None:
    receiver = Receiver()

    async def work(desk: Desk) -> None:
        to = await desk.subscribe(receiver)
        async with Caller() as strict:
            assert await strict.attempt(to, "id", b"{}") == "127.0.0.1 is no public address"
        assert receiver.got == []

    at_a_desk(store, work, receiver)


def test_killed_after_an_attempt_whose_outcome_was_not_kept_it_is_told_again_with_the_same_id(store: str) -> None:
    receiver = Receiver()

    async def work(desk: Desk) -> None:
        to = await desk.subscribe(receiver)
        await desk.take(version("a", 1))
        kept, outbox.record = outbox.record, killed
        try:
            with pytest.raises(KilledError):
                await desk.deliverer.drain()
        finally:
            outbox.record = kept
        assert await desk.counts(to) == {"waiting": 1}
        await Deliverer(desk.engine, desk.caller, lambda: desk.now).drain()
        assert receiver.ids == ["a-1", "a-1"]
        assert receiver.got[0][1] == receiver.got[1][1]
        assert await desk.counts(to) == {"delivered": 1}

    at_a_desk(store, work, receiver)


class KilledError(Exception):
    pass


async def killed(*_: object) -> None:
    raise KilledError


def test_a_receiver_that_is_down_for_an_hour_gets_all_in_order(store: str) -> None:
    up = [False]
    receiver = Receiver(answer=lambda number: 204 if up[0] else 503)

    async def work(desk: Desk) -> None:
        to = await desk.subscribe(receiver)
        await desk.take(*(version("a", number) for number in range(1, 6)), *(version(f"b{n}", 1) for n in range(5)))
        for _ in range(60):
            await desk.deliverer.drain()
            desk.now += 60 * SECOND_US
        up[0] = True
        before = len(receiver.got)
        desk.now += 3 * 3_600 * SECOND_US
        await desk.deliverer.drain()
        delivered = receiver.ids[before:]
        assert [name for name in delivered if name.startswith("a-")] == [f"a-{n}" for n in range(1, 6)]
        assert sorted(delivered) == sorted([*(f"a-{n}" for n in range(1, 6)), *(f"b{n}-1" for n in range(5))])
        assert await desk.counts(to) == {"delivered": 10}

    at_a_desk(store, work, receiver)


def test_after_three_days_it_is_given_up_and_can_be_sent_again_by_hand(store: str) -> None:
    up = [False]
    receiver = Receiver(answer=lambda number: 204 if up[0] else 500)

    async def work(desk: Desk) -> None:
        to = await desk.subscribe(receiver)
        await desk.take(version("a", 1))
        hours = 0
        while await desk.counts(to) == {"waiting": 1}:
            await desk.deliverer.drain()
            desk.now, hours = desk.now + 3_600 * SECOND_US, hours + 1
            assert hours < 80
        assert hours > 48 and await desk.counts(to) == {"dead": 1}
        assert 10 < len(receiver.got) < 30  # pauses grow
        up[0] = True
        assert await desk.deliverer.drain() == 0
        async with writing(desk.engine) as connection:
            assert await outbox.send_again(connection, to.id, desk.now) == 1
        assert await desk.deliverer.drain() == 1
        assert await desk.counts(to) == {"delivered": 1}

    at_a_desk(store, work, receiver)


def test_a_stopped_subscription_waits_and_goes_on_where_it_was(store: str) -> None:
    receiver = Receiver()

    async def work(desk: Desk) -> None:
        to = await desk.subscribe(receiver)
        async with writing(desk.engine) as connection:
            await subscriptions.set_state(connection, to.id, "stopped")
        await desk.take(version("a", 1))
        assert await desk.deliverer.drain() == 0
        async with writing(desk.engine) as connection:
            await subscriptions.set_state(connection, to.id, "active")
        assert await desk.deliverer.drain() == 1

    at_a_desk(store, work, receiver)
