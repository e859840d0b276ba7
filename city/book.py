"""The book: where every event of the city is written, and where it is checked that no account pays what it has not.

Events are plain dicts of the contract (docs/events.md). A ``Scribe`` writes under one namespace; the book keeps them
all and gives them back in the order in which the engine will see them: time, source, event id.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chuantou.schemas.clock import date_of_day

from .keys import cnaps, organisation_key, person_key

Event = dict[str, Any]

DAY = 86_400
FOUNDED_DAYS_BEFORE = 400  # registrations and account openings lie this far before the first day of the city
FUNDING_STEP_FEN = 100_000  # automatic opening balances are rounded up to whole 1 000 yuan
BEPS_CEILING_FEN = 5_000_000  # 50 000 yuan: the small-value system's ceiling in 2016 (catalogue §7.4)

COUNTIES = ("320902", "320903", "320904", "320921", "320922", "320923", "320924", "320925", "320981")
YANCHENG_CLEARING_CITY = "3110"
# Bank types of the CNAPS number: four big banks, one joint-stock bank, one city commercial bank.
BANKS = tuple(cnaps(kind, YANCHENG_CLEARING_CITY, "0010") for kind in ("102", "103", "104", "105", "301", "313"))


class OverdraftError(ValueError):
    """A scheme lets an account pay money that it does not have."""


@dataclass(slots=True)
class Account:
    bank: str
    opening_fen: int | None  # None: as much as it will need
    opened: Event  # its OPENING balance event, filled in by `Book.fund`


class Book:
    """All events of one city. ``start`` is a day number (days since 1970-01-01 in Asia/Shanghai)."""

    def __init__(self, start: int, days: int, seed: int) -> None:
        self.start, self.days, self.seed = start, days, seed
        self.accounts: dict[str, Account] = {}
        self.records: list[tuple[int, str, str, Event]] = []
        self._dates: dict[int, str] = {}

    def date(self, day: int) -> str:
        """``YYYY-MM-DD`` of a day counted from the city's first day."""
        if day not in self._dates:
            self._dates[day] = date_of_day(self.start + day).isoformat()
        return self._dates[day]

    def stamp(self, day: int, second: int) -> str:
        """RFC 3339 time of a second of a day, Asia/Shanghai."""
        minute, s = divmod(second, 60)
        return f"{self.date(day)}T{minute // 60:02d}:{minute % 60:02d}:{s:02d}+08:00"

    def write(self, day: int, second: int, event: Event) -> None:
        self.records.append((day * DAY + second, event["source_id"], event["event_id"], event))

    def events(self) -> Iterator[Event]:
        """Every event in the engine's order."""
        return (record[3] for record in self.records)

    def settle(self) -> None:
        """Put the events in order and give every account the opening balance it needs.

        Raises:
            OverdraftError: an account with a stated opening balance would fall below zero.
        """
        self.records.sort(key=lambda record: record[:3])
        balance: dict[str, int] = dict.fromkeys(self.accounts, 0)
        lowest: dict[str, int] = dict.fromkeys(self.accounts, 0)
        for _, _, _, event in self.records:
            if event["stream"] != "clr.transfers":
                continue
            payer, fen = event["debtor_account"], event["amount_fen"]
            balance[payer] -= fen
            balance[event["creditor_account"]] += fen
            lowest[payer] = min(lowest[payer], balance[payer])
        for name, account in self.accounts.items():
            account.opened["fen"] = self._opening(name, account, -lowest[name])

    def _opening(self, name: str, account: Account, needed_fen: int) -> int:
        if account.opening_fen is None:
            return -(-needed_fen // FUNDING_STEP_FEN) * FUNDING_STEP_FEN
        if account.opening_fen < needed_fen:
            raise OverdraftError(f"{name} opens with {account.opening_fen} fen and needs {needed_fen}")
        return account.opening_fen


class Scribe:
    """Writes events under one namespace: keys, event ids and random numbers are its own."""

    def __init__(self, book: Book, namespace: str) -> None:
        self.book, self.namespace = book, namespace
        self.random = random.Random(f"{book.seed}/{namespace}")
        self.parties: list[str] = []
        self.region_of: dict[str, str] = {}  # registered and operating region of each organisation
        self._event_number = 0

    def person(self, **fields: Any) -> str:
        party = person_key(self.book.seed, self.namespace, len(self.parties))
        return self._register(party, kind="person", **fields)

    def org(self, name: str, sector: str = "OTHER", region: str = "320902", code: str = "91", **fields: Any) -> str:
        """Register a company (of another kind by its ``code``) with 10 m yuan of capital unless said otherwise."""
        party = organisation_key(region, self.book.seed, self.namespace, len(self.parties), code)
        self.region_of[party] = region
        facts = {"reg_capital_fen": 1_000_000_000, "op_region": region, "status": "ACTIVE", "watched": False} | fields
        return self._register(party, kind="org", name=name, sector=sector, reg_region=region, **facts)

    def _register(self, party: str, **fields: Any) -> str:
        self.parties.append(party)
        self.emit("party.events", "registry:jiangsu", -FOUNDED_DAYS_BEFORE, 36_000, party=party, **fields)
        return party

    def owns(self, holder: str, party: str, ratio_ppm: int) -> None:
        self.emit(
            "own.events", "registry:jiangsu", -FOUNDED_DAYS_BEFORE, 36_000, type="SHAREHOLDER", party=party,
            holder=holder, ratio_ppm=ratio_ppm, valid_from=self.book.date(-FOUNDED_DAYS_BEFORE),
        )  # fmt: skip

    def officer(self, person: str, party: str, role: str) -> None:
        self.emit(
            "own.events", "registry:jiangsu", -FOUNDED_DAYS_BEFORE, 36_000, type="OFFICER", party=party,
            holder=person, role=role, valid_from=self.book.date(-FOUNDED_DAYS_BEFORE),
        )  # fmt: skip

    def licence(self, party: str, kind: str) -> None:
        fields = {"party": party, "kind": kind, "status": "VALID", "from": self.book.date(-FOUNDED_DAYS_BEFORE)}
        self.emit("lic.events", "licence:national", -FOUNDED_DAYS_BEFORE, 36_000, **fields)

    def account(
        self,
        owner: str,
        role: str = "PERSONAL_I",
        opening_fen: int | None = None,
        bank: str | None = None,
        since: int = 0,
        opened_on: int = 1 - FOUNDED_DAYS_BEFORE,
        **fields: Any,
    ) -> str:
        """Open an account on ``opened_on``; without ``opening_fen`` it holds on ``since`` whatever it will come to need."""
        bank = bank or BANKS[self.random.randrange(len(BANKS))]
        name = f"{bank[:3]}:{self.namespace}-{self._event_number:05d}"
        source = "bank:" + bank
        facts = {"role": role, "role_basis": "bank", "bank": bank} | fields
        opened_second = 36_000 + self._event_number % 3_600
        self.emit(
            "acct.events", source, opened_on, opened_second,
            type="OPEN", account=name, owner=owner, **facts,
        )  # fmt: skip
        opened = self.emit(
            "acct.balance", source, since, 0, account=name, as_of=self.book.stamp(since, 0), kind="OPENING", fen=0
        )
        self.book.accounts[name] = Account(bank, opening_fen, opened)
        return name

    def pay(self, day: int, second: int, debtor: str, creditor: str, fen: int, **fields: Any) -> Event:
        """Move money between two accounts of the city; the rail follows from the banks and the amount."""
        debtor_bank, creditor_bank = self.book.accounts[debtor].bank, self.book.accounts[creditor].bank
        between_banks = "BEPS" if fen <= BEPS_CEILING_FEN else "HVPS"
        rail = "INTRABANK" if debtor_bank == creditor_bank else between_banks
        facts = {"rail": rail, "debtor_bank": debtor_bank, "creditor_bank": creditor_bank} | fields
        return self.emit(
            "clr.transfers", "bank:" + debtor_bank, day, second,
            debtor_account=debtor, creditor_account=creditor, amount_fen=fen, **facts,
        )  # fmt: skip

    def product(self, day: int, second: int, platform: str, kind: str, **fields: Any) -> Event:
        return self.emit("prod.events", "platform:" + platform[5:], day, second, type=kind, platform=platform, **fields)

    def emit(self, stream: str, source: str, day: int, second: int, **fields: Any) -> Event:
        self._event_number += 1
        event = {
            "stream": stream,
            "event_id": f"{self.namespace}-{self._event_number:06d}",
            "source_id": source,
            "event_time": self.book.stamp(day, second),
        } | fields
        self.book.write(day, second, event)
        return event
