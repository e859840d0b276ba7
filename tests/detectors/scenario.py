"""A small economy told in short lines, and ways of feeding it to the real engine.

Amounts are yuan (whole or with two decimals); moments are ``YYYY-MM-DD`` (ten o'clock in Shanghai) or with an hour,
``YYYY-MM-DDTHH:MM[:SS]``. What is told later gets a later event id, so equal moments keep the order of telling.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import count
from typing import Any

from msgspec.structs import replace

from chuantou.detectors.engine import Engine
from chuantou.schemas.alerts import Alert
from chuantou.schemas.clock import parse_time
from chuantou.schemas.columns import to_batches
from chuantou.schemas.streams import (
    AccountEvent,
    BalanceEvent,
    Envelope,
    LiabilityReport,
    LicenceEvent,
    OwnershipEvent,
    PartyEvent,
    ProductEvent,
    ReferenceItem,
    TextItem,
    Tip,
    Transfer,
)

LONG_AGO = "2015-09-01"  # less than 400 days before everything else: nothing of it can be too late
RANK = {"log": 1, "yellow": 2, "orange": 3, "red": 4}
YELLOW = RANK["yellow"]


def fen(yuan: int | str) -> int:
    """Exact fen of an amount in yuan; ValueError for a fraction of a fen."""
    amount = Decimal(yuan) * 100
    if amount != int(amount):
        raise ValueError(f"not a whole number of fen: {yuan}")
    return int(amount)


def at(moment: str) -> int:
    """µs of a moment in Shanghai."""
    day, _, hour = moment.partition("T")
    return parse_time(f"{day}T{hour or '10:00'}{':00' if hour.count(':') < 2 else ''}+08:00")


def days_after(day: str, days: int) -> str:
    return str(dt.date.fromisoformat(day) + dt.timedelta(days=days))


class Scenario:
    """Every method tells one event and returns what the story goes on with: a party's key, an account, an event id."""

    def __init__(self, name: str = "s") -> None:
        self.name = name
        self.told: list[Envelope] = []
        self._numbers = count(1)
        self._parties = count(1)

    def events(self) -> list[Envelope]:
        """All events, in the order of telling."""
        return list(self.told)

    def _tell(self, stream: type[Envelope], moment: str, source: str, /, **fields: Any) -> str:
        event_id = fields.pop("event_id", None) or f"{self.name}-{next(self._numbers):05d}"
        self.told.append(stream(event_id=event_id, source_id=source, event_time=at(moment), **fields))
        return event_id

    # -- who there is ----------------------------------------------------------------------------------------------

    def org(self, moment: str = LONG_AGO, **fields: Any) -> str:
        """A company; ``sector=`` and ``watched=True`` make it a supervised institution."""
        key = f"uscc:91320900MA1{next(self._parties):07d}"
        self._tell(PartyEvent, moment, "registry:js", party=key, kind="org", **fields)
        return key

    def platform(self, sector: str = "P2P", **fields: Any) -> str:
        return self.org(sector=sector, watched=True, reg_region="320902", op_region="320902", **fields)

    def bank(self) -> str:
        key = self.org(sector="BANK")
        self.licence(key, "bank")
        return key

    def person(self, moment: str = LONG_AGO) -> str:
        key = f"person:{self.name}-{next(self._parties)}"
        self._tell(PartyEvent, moment, "registry:js", party=key, kind="person")
        return key

    def party_event(self, party: str, moment: str, **fields: Any) -> str:
        """Something new about a party that was told before."""
        return self._tell(PartyEvent, moment, "registry:js", party=party, **fields)

    def licence(self, party: str, kind: str, moment: str = LONG_AGO, **fields: Any) -> str:
        return self.licence_event(party, kind, moment, "VALID", **fields)

    def licence_event(self, party: str, kind: str, moment: str, status: str, **fields: Any) -> str:
        return self._tell(LicenceEvent, moment, "licence:cn", party=party, kind=kind, status=status, **fields)

    def owns(self, holder: str, company: str, percent: int, moment: str = LONG_AGO, **fields: Any) -> str:
        return self.tie("SHAREHOLDER", holder, company, moment, ratio_ppm=percent * 10_000, **fields)

    def tie(self, kind: str, holder: str, party: str, moment: str = LONG_AGO, **fields: Any) -> str:
        return self._tell(OwnershipEvent, moment, "registry:js", type=kind, party=party, holder=holder, **fields)

    # -- accounts --------------------------------------------------------------------------------------------------

    def account(
        self, owner: str | None, role: str = "OWN_GENERAL", moment: str = LONG_AGO, holds: int | None = None,
        **fields: Any,
    ) -> str:  # fmt: skip
        """An account of ``owner``; ``holds`` (yuan) is its opening balance, told on the same day."""
        account = f"{self.name}:a{next(self._parties)}"
        if owner is not None:
            self.account_event("OPEN", account, moment, owner=owner, role=role, **fields)
        if holds is not None:
            self.balance(account, moment, holds, "OPENING")
        return account

    def account_event(self, kind: str, account: str, moment: str, **fields: Any) -> str:
        fields.setdefault("role_basis", "bank" if fields.get("role") else None)
        return self._tell(AccountEvent, moment, "bank:A", type=kind, account=account, **fields)

    def balance(self, account: str, moment: str, yuan: int | str, kind: str = "CLOSING", **fields: Any) -> str:
        fields["as_of"] = at(fields.get("as_of", moment))
        return self._tell(BalanceEvent, moment, "bank:A", account=account, kind=kind, fen=fen(yuan), **fields)

    # -- money and contracts ---------------------------------------------------------------------------------------

    def pay(
        self, moment: str, payer: str, payee: str, yuan: int | str, flow: str | None = None,
        basis: str | None = "source", source: str = "bank:A", **fields: Any,
    ) -> str:  # fmt: skip
        """A transfer; ``flow`` is its class, resting on ``basis``."""
        if flow is not None:
            fields |= {"flow_class": flow, "class_basis": basis}
        return self._tell(Transfer, moment, source, debtor_account=payer, creditor_account=payee, amount_fen=fen(yuan),
                          **fields)  # fmt: skip

    def product(self, moment: str, kind: str, platform: str, yuan: int | str | None = None, **fields: Any) -> str:
        """A product event; ``yuan`` is its amount, ``due`` and ``start`` are written as dates."""
        for name in ("due", "start"):
            if isinstance(fields.get(name), str):
                fields[name] = dt.date.fromisoformat(fields[name])
        if yuan is not None:
            fields["amount_fen"] = fen(yuan)
        return self._tell(ProductEvent, moment, "platform:P", type=kind, platform=platform, **fields)

    def report(self, moment: str, party: str, day: str, **yuan: int | str) -> str:
        """A payment institution's statement of ``day``: customer_balance, own_in_reserve, in_transit … in yuan."""
        parts = {f"{name}_fen": fen(amount) for name, amount in yuan.items()}
        return self._tell(LiabilityReport, moment, "pi:report", party=party, as_of=dt.date.fromisoformat(day), **parts)

    def text(self, moment: str, party: str | None, text: str, kind: str = "ad", **fields: Any) -> str:
        """Something published that names the party, or nobody, as its own."""
        return self._tell(TextItem, moment, "web:patrol", party=party, kind=kind, text=text, **fields)

    def reference(self, moment: str, table: str, key: str, value: Any, **fields: Any) -> str:
        """A row of a reference table."""
        return self._tell(ReferenceItem, moment, "ref:office", table=table, key=key, value=value, **fields)

    def tip(self, moment: str, subject: str, source: str = "tips:yancheng") -> str:
        """A tip-off, or the report of a bank."""
        return self._tell(Tip, moment, source, subject=subject, reason="资金异常")

    # -- what is undone --------------------------------------------------------------------------------------------

    def undo(self, op: str, ref: str, moment: str, version: int = 1) -> str:
        """REVERSE or CANCEL of an event told before: a copy of it that carries the operation."""
        return self._again(ref, op=op, event_time=at(moment), version=version)

    def correct(self, ref: str, version: int = 1, **fields: Any) -> str:
        """CORRECT of an event told before: the same with other fields (an ``amount_fen``, a ``creditor_account`` …)."""
        return self._again(ref, op="CORRECT", version=version, **fields)

    def _again(self, ref: str, **fields: Any) -> str:
        target = next(e for e in self.told if e.event_id == ref)
        fields = {"event_id": f"{self.name}-{next(self._numbers):05d}", "ref_event_id": ref} | fields
        self.told.append(replace(target, **fields))
        return str(fields["event_id"])


# -- the engine ----------------------------------------------------------------------------------------------------


def batches(events: Sequence[Envelope], size: int) -> Iterator[list]:
    """Record batches of ``size`` events each, in the order given."""
    for start in range(0, len(events), size):
        yield list(to_batches(events[start : start + size]).values())


def in_time(events: Iterable[Envelope]) -> list[Envelope]:
    """Events as a well-behaved feed sends them: by event time, in the order of telling among equals."""
    return sorted(events, key=lambda e: e.event_time)


def feed(events: Sequence[Envelope], size: int = 5_000, engine: Engine | None = None) -> tuple[Engine, list[Alert]]:
    """Step through the events in the order given and close; returns the engine and every version that left."""
    engine = engine or Engine()
    out = [alert for batch in batches(events, size) for alert in engine.step(batch)]
    return engine, out + engine.close()


def run(scenario: "Scenario | Sequence[Envelope]") -> Engine:
    """The engine after the whole scenario, fed in event-time order."""
    events = scenario.events() if isinstance(scenario, Scenario) else scenario
    return feed(in_time(events))[0]


def alerts(engine: Engine, detector: str, subject: str | None = None, least: str = "log") -> list[Alert]:
    """Final alerts of a detector that stand, from a severity up."""
    return [
        alert for alert in engine.final_alerts()
        if alert.kind != "withdrawn" and alert.detector == detector and RANK[alert.severity] >= RANK[least]
        and subject in (None, alert.subjects[0])
    ]  # fmt: skip


def only(engine: Engine, detector: str, subject: str | None = None) -> Alert:
    """The one alert of a detector; fails where there is none or more."""
    found = alerts(engine, detector, subject)
    assert len(found) == 1, [(a.detector, a.severity, a.values) for a in engine.final_alerts()]
    return found[0]


def final_set(engine: Engine) -> dict[str, tuple[Any, ...]]:
    """What must not depend on how the events came: id → (severity, values, window, evidence hash) of what stands."""
    return {
        a.alert_id: (a.detector, a.severity, a.amount_fen, a.amount_low_fen, a.amount_high_fen, a.first_breach,
                     tuple(sorted(a.values.items())), tuple(a.subjects), a.evidence_sha256)
        for a in engine.final_alerts() if a.kind != "withdrawn"
    }  # fmt: skip
