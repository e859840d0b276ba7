"""Who is told of which alerts, where, and with which secret."""

import secrets
from base64 import b64encode
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chuantou.cases.tables import subscriptions
from chuantou.cases.webhooks.addresses import checked_url
from chuantou.schemas.alerts import Alert, Severity

SECRET_BYTES = 32
SECRET_PREFIX = "whsec_"
ORDER = ("log", "yellow", "orange", "red")


class Wanted(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which alerts a subscription is told of: those that meet every list that is not empty, from a severity on."""

    offices: list[str] = []
    counties: list[str] = []
    detectors: list[str] = []
    severity: Severity = "yellow"

    def wants(self, alert: Alert) -> bool:
        county = {alert.county_lead, *alert.county_assist}
        return (
            (not self.offices or not set(self.offices).isdisjoint(alert.offices))
            and (not self.counties or not county.isdisjoint(self.counties))
            and (not self.detectors or alert.detector in self.detectors)
            and ORDER.index(alert.severity) >= ORDER.index(self.severity)
        )


class Subscription(NamedTuple):
    """``secrets``: those that sign, the newest first; ``state``: ``active`` or ``stopped``."""

    id: str
    url: str
    secrets: tuple[str, ...]
    wanted: Wanted
    state: Literal["active", "stopped"]


_wanted = msgspec.json.Decoder(Wanted).decode


def new_secret() -> str:
    """A random key in the form of Standard Webhooks."""
    return SECRET_PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


async def add(connection: AsyncConnection, url: str, wanted: Wanted, now_us: int, allow_http: bool = False) -> Subscription:
    """Subscribe a receiver; its secret is told this once. ValueError for a URL that may not be called."""
    made = Subscription("sub_" + secrets.token_hex(8), checked_url(url, allow_http), (new_secret(),), wanted, "active")
    await connection.execute(insert(subscriptions), [{
        "subscription_id": made.id, "url": made.url, "secrets": made.secrets[0], "wanted": msgspec.json.encode(wanted).decode(),
        "state": made.state, "since_us": now_us,
    }])  # fmt: skip
    return made


async def all_of(connection: AsyncConnection) -> list[Subscription]:
    """Every subscription, the oldest first."""
    rows = await connection.execute(select(subscriptions).order_by(subscriptions.c.since_us, subscriptions.c.subscription_id))
    return [
        Subscription(row.subscription_id, row.url, tuple(row.secrets.split()), _wanted(row.wanted), row.state) for row in rows
    ]


async def one_of(connection: AsyncConnection, subscription_id: str) -> Subscription:
    """The subscription with this id; ValueError where there is none."""
    found = [one for one in await all_of(connection) if one.id == subscription_id]
    if not found:
        raise ValueError(f"no subscription {subscription_id}")
    return found[0]


async def rotate(connection: AsyncConnection, subscription_id: str) -> str:
    """A new secret beside the one in force; both sign until :func:`retire`. Returns the new one."""
    fresh = new_secret()
    held = (await one_of(connection, subscription_id)).secrets
    await _set(connection, subscription_id, secrets=f"{fresh} {held[0]}")
    return fresh


async def retire(connection: AsyncConnection, subscription_id: str) -> None:
    """End a rotation: only the newest secret signs."""
    await _set(connection, subscription_id, secrets=(await one_of(connection, subscription_id)).secrets[0])


async def set_state(connection: AsyncConnection, subscription_id: str, state: Literal["active", "stopped"]) -> None:
    """Stop a subscription, or begin it again; what waits keeps waiting meanwhile."""
    await _set(connection, subscription_id, state=state)


async def _set(connection: AsyncConnection, subscription_id: str, **values: str) -> None:
    await connection.execute(update(subscriptions).where(subscriptions.c.subscription_id == subscription_id).values(**values))
