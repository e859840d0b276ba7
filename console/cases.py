"""`chuantou cases`, `webhooks` and `audit`: the case store, who is told of alerts, and the proof that nothing was changed."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chuantou.cases import alert_intake, audit_chain, service
from chuantou.cases.audit_chain import Deed
from chuantou.cases.store import open_store, writing
from chuantou.cases.webhooks import outbox, subscriptions
from chuantou.cases.webhooks.delivery import Caller, now_us
from chuantou.cases.webhooks.signing import CloudEvent
from chuantou.cases.webhooks.subscriptions import Subscription, Wanted
from chuantou.console.alerts import screen
from chuantou.console.words import say
from chuantou.schemas.alerts import Alert
from chuantou.schemas.clock import iso_shanghai
from chuantou.streams.alert_versions import Told

T = TypeVar("T")
OPERATOR = "operator"  # who works at the command line of this machine
FAILED = 1


def with_store(url: str, work: Callable[[AsyncEngine], Awaitable[T]]) -> T:
    """Open the store, do the work, close the store."""

    async def whole() -> T:
        engine = await open_store(url)
        try:
            return await work(engine)
        finally:
            await engine.dispose()

    return asyncio.run(whole())


def in_one_transaction(url: str, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """The same in one transaction that writes."""

    async def whole(engine: AsyncEngine) -> T:
        async with writing(engine) as connection:
            return await work(connection)

    return with_store(url, whole)


def cases(url: str, broker: str, drain: bool, allowed: list[str], key: Path | None) -> None:
    """Take alerts and tell receivers: until interrupted, or with ``drain`` what is there now, once."""
    signing = None if key is None else read_key(key)

    async def work(engine: AsyncEngine) -> None:
        async with Caller(tuple(allowed)) as caller:
            if not drain:
                await service.run(engine, broker, caller, signing)
            new, attempts = await service.drain(engine, broker, caller, signing)
            print(say("cases.drained", new=new, attempts=attempts))

    with_store(url, work)


def stored_alerts(url: str) -> list[Alert]:
    """The final alerts of the store."""
    return in_one_transaction(url, alert_intake.final_alerts)


def stored_versions(url: str) -> list[Told]:
    """All versions in the store."""
    return in_one_transaction(url, alert_intake.all_versions)


# -- webhooks --------------------------------------------------------------------------------------------------------------


def wanted(offices: list[str], counties: list[str], detectors: list[str], severity: str) -> Wanted:
    """Which alerts: ValueError for a severity that is none."""
    told = {"offices": offices, "counties": counties, "detectors": detectors, "severity": severity}
    return msgspec.convert(told, Wanted)


def add(url: str, receiver: str, wanted: Wanted, allow_http: bool) -> None:
    """Subscribe a receiver and print its id and secret: the only time that the secret is shown."""

    async def work(connection: AsyncConnection) -> Subscription:
        made = await subscriptions.add(connection, receiver, wanted, now_us(), allow_http)
        deed = Deed(OPERATOR, "webhook.add", made.id, {"url": receiver, "wanted": msgspec.to_builtins(wanted)})
        await audit_chain.append(connection, now_us(), [deed])
        return made

    made = in_one_transaction(url, work)
    print(say("webhooks.added", id=made.id, secret=made.secrets[0]))


def show(url: str, as_json: bool) -> None:
    """Every subscription with what was delivered, what waits and what was given up; no secrets."""

    async def work(connection: AsyncConnection) -> list[dict[str, Any]]:
        return [
            {"id": one.id, "url": one.url, "wanted": msgspec.to_builtins(one.wanted), "state": one.state,
             "keys": len(one.secrets), **{state: counts.get(state, 0) for state in outbox.STATES}}
            for one in await subscriptions.all_of(connection)
            for counts in [await outbox.counts(connection, one.id)]
        ]  # fmt: skip

    rows = in_one_transaction(url, work)
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(rows)).decode() + "\n")
        return
    names = ("id", "url", "wanted", "state", *outbox.STATES)
    table = Table(*(say(f"webhooks.column.{name}") for name in names))
    for row in rows:
        table.add_row(*(msgspec.json.encode(row[name]).decode() if name == "wanted" else str(row[name]) for name in names))
    screen().print(table)


def test(url: str, subscription_id: str, allowed: list[str]) -> int:
    """Send one signed message without an alert, and say how the receiver answered."""

    async def work(engine: AsyncEngine) -> str | None:
        async with engine.connect() as connection:
            to = await subscriptions.one_of(connection, subscription_id)
        told = iso_shanghai(now_us())
        event = CloudEvent(id=f"test-{now_us()}", type="cn.chuantou.test", subject=to.id, time=told, data=msgspec.Raw(b"{}"))
        async with Caller(tuple(allowed)) as caller:
            return await caller.attempt(to, event.id, msgspec.json.encode(event))

    reason = with_store(url, work)
    print(say("webhooks.answered") if reason is None else say("webhooks.refused", reason=reason))
    return 0 if reason is None else FAILED


def resend(url: str, subscription_id: str, alert_id: str | None) -> None:
    """Let what was given up, or every version of an alert, be told again."""

    async def work(connection: AsyncConnection) -> int:
        await subscriptions.one_of(connection, subscription_id)
        again = await outbox.send_again(connection, subscription_id, now_us(), alert_id)
        deed = Deed(OPERATOR, "webhook.resend", subscription_id, {"alert_id": alert_id, "deliveries": again})
        await audit_chain.append(connection, now_us(), [deed])
        return again

    print(say("webhooks.again", count=in_one_transaction(url, work)))


def change(url: str, subscription_id: str, action: str) -> None:
    """``stop`` or ``start`` a subscription, ``rotate`` its secret (both sign) or ``retire`` the older one."""

    async def work(connection: AsyncConnection) -> str:
        fresh = ""
        await subscriptions.one_of(connection, subscription_id)
        if action == "rotate":
            fresh = await subscriptions.rotate(connection, subscription_id)
        elif action == "retire":
            await subscriptions.retire(connection, subscription_id)
        else:
            await subscriptions.set_state(connection, subscription_id, "active" if action == "start" else "stopped")
        await audit_chain.append(connection, now_us(), [Deed(OPERATOR, f"webhook.{action}", subscription_id, {})])
        return fresh

    fresh = in_one_transaction(url, work)
    print(say("webhooks.added", id=subscription_id, secret=fresh) if fresh else say("webhooks.changed", id=subscription_id))


# -- the audit chain -------------------------------------------------------------------------------------------------------


def verify(url: str, public_key: Path | None) -> int:
    """Walk the chain and say how far it holds; 1 where it does not."""

    async def work(engine: AsyncEngine) -> audit_chain.Verdict:
        async with engine.connect() as connection:
            return await audit_chain.verify(connection, None if public_key is None else read_public_key(public_key))

    verdict = with_store(url, work)
    if verdict.fault is not None:
        print(say("audit.broken", fault=verdict.fault, rows=verdict.rows))
        return FAILED
    print(say("audit.whole", rows=verdict.rows, heads=verdict.heads))
    return 0


def make_key(path: Path) -> None:
    """A new Ed25519 key in ``path``, readable by its owner alone, and its public half in ``path.pub``."""
    key = Ed25519PrivateKey.generate()
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ))  # fmt: skip
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    path.with_name(path.name + ".pub").write_bytes(public)


def read_key(path: Path) -> Ed25519PrivateKey:
    """The private key of a file; ValueError for another kind of key."""
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path}: not an Ed25519 key")
    return key


def read_public_key(path: Path) -> Ed25519PublicKey:
    """The public key of a file; ValueError for another kind of key."""
    key = serialization.load_pem_public_key(path.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(f"{path}: not an Ed25519 key")
    return key
