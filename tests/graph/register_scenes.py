"""A register told in short lines, for tests."""

import datetime as dt
from itertools import count

from chuantou.graph.register import Register
from chuantou.schemas.clock import day_of_date, parse_time
from chuantou.schemas.streams import LicenceEvent, OwnershipEvent, PartyEvent

DEAL = "2016-06-01"
DEAL_DAY = day_of_date(DEAL)
LONG_AGO = "2014-01-06"


def moment(date: str) -> int:
    return parse_time(f"{date}T10:00:00+08:00")


def date_of(value: str | None) -> dt.date | None:
    return None if value is None else dt.date.fromisoformat(value)


class Scene:
    """Events of a register, in order of telling; ``register()`` tells them, in any order asked for."""

    def __init__(self) -> None:
        self.events: list = []
        self.numbers = count(1)

    def envelope(self, told: str) -> dict:
        return {"event_id": f"e{next(self.numbers):04d}", "source_id": "registry:test", "event_time": moment(told)}

    def party(self, key: str, told: str = LONG_AGO, **fields) -> "Scene":
        self.events.append(PartyEvent(**self.envelope(told), party=key, **fields))
        return self

    def tie(self, kind, holder, party, told=LONG_AGO, since=None, until=None, **fields) -> "Scene":
        self.events.append(
            OwnershipEvent(
                **self.envelope(told), type=kind, party=party, holder=holder,
                valid_from=date_of(since), valid_to=date_of(until), **fields,
            )
        )  # fmt: skip
        return self

    def holds(self, holder, party, percent, **fields) -> "Scene":
        return self.tie("SHAREHOLDER", holder, party, ratio_ppm=round(percent * 10_000), **fields)

    def office(self, officer, party, role, **fields) -> "Scene":
        return self.tie("OFFICER", officer, party, role=role, **fields)

    def licence(self, party, kind, status="VALID", told=LONG_AGO, since=None, until=None) -> "Scene":
        self.events.append(
            LicenceEvent(
                **self.envelope(told), party=party, kind=kind, status=status,
                valid_from=date_of(since), valid_to=date_of(until),
            )
        )  # fmt: skip
        return self

    def account(self, account, owner=None, signatories=(), device=None, told=LONG_AGO) -> "Scene":
        self.events.append((account, owner, signatories, device, moment(told)))
        return self

    def register(self, order=None) -> Register:
        register = Register()
        for e in self.events if order is None else [self.events[i] for i in order]:
            if isinstance(e, PartyEvent):
                register.party_event(e)
            elif isinstance(e, OwnershipEvent):
                register.ownership_event(e)
            elif isinstance(e, LicenceEvent):
                register.licence_event(e)
            else:
                register.account_link(*e)
        return register

    def tiers(self, party="P", day=DEAL_DAY, **how) -> dict[str, str]:
        return {key: relation.tier for key, relation in self.register().related(party, day, **how).items()}
