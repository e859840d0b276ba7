"""P2P-17 存管机构不合格 · ineligible custodian."""

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

import numpy as np

from chuantou.detectors.contract import YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, zero_tolerance
from chuantou.detectors.p2p.custody_bypass import MIGRATION_DAYS
from chuantou.detectors.phrases import says
from chuantou.graph.accounts import NONE, ROLE_ID
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.streams import TextItem

WINDOW_US = 30 * DAY_US
MASTER = ROLE_ID["CLIENT_MASTER"]
CLAIMS = ("银行存管", "资金存管", "第三方存管", "存管上线", "存管系统")
CLAIM_DAYS = 30  # how long a text is held against whoever published it


class Designation(NamedTuple):
    """A client master account that a third party designated, and what is wrong with its custodian on the day."""

    account: str
    custodian: str
    owner: str
    no_bank: bool
    payment_alone: bool
    unlisted: bool
    rows: tuple[int, ...]  # clients' credits of 30 days

    @property
    def ineligible(self) -> bool:
        return self.no_bank or self.payment_alone or self.unlisted


class IneligibleCustodian(Detector):
    """存管机构不合格: clients' money is kept by somebody who may not keep it, or custody is claimed that is not there.

    For every designated client master account: its custodian has no valid bank licence (lost, or never told and of another
    sector), is a payment institution without a bank beside it, or is not on the white list of the day (``custodian_list``, once
    there is one). Looked at on the day of designation and every day after; a new eligible custodian gives the old one 5 days. A
    platform that advertises custody and has none designated: claimed. Severity: zero tolerance of what came into such
    accounts in 30 days, at least yellow. Clause 二(一)2; 2017 存管业务指引 [S6]. Amounts in fen.

    >>> IneligibleCustodian.faults(bank=False, payment=True, bank_beside=True, listed=None)
    (False, False, False)
    """

    id, clause, family = "P2P-17", "二(一)2", "client_money"
    title_zh, title_en = "存管机构不合格", "ineligible custodian"
    legal_basis = ("SEED 二(一)2", "SEED 二(六)2", "2017 网络借贷资金存管业务指引 [S6]")
    parameters = ("p2p.custody.required",)
    sectors = ("P2P", "ECF")
    clause_in: ClassVar[dict[str, str]] = {"ECF": "二(六)2"}

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.claims: dict[str, tuple[int, str, str, str]] = {}  # institution -> latest text: time, word, source, event
        self.faulty_since: dict[tuple[str, str], int] = {}  # (institution, account) -> day

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for _, event in segment.events:
            if isinstance(event, TextItem) and event.kind != "news" and event.party in self.world.watch.institutions:
                word = says(event.text, CLAIMS)
                if word is not None:
                    self.claims[event.party] = (event.event_time, word, event.source_id, event.event_id)
        yield from ()

    def day_close(self, day: int) -> Iterator[Finding]:
        if self.world.ended:
            return
        now = day_start_us(day + 1)
        mine = list(self.institutions())
        designated = self._designations(set(mine), day, now)
        for key in mine:
            held = designated.get(key, [])
            faulty = [each for each in held if each.ineligible and not self._migrating(key, each, held, day)]
            claim = self.claims.get(key)
            claimed = claim is not None and not held and now - claim[0] <= CLAIM_DAYS * DAY_US
            if self.in_force("p2p.custody.required", now - 1) is not None and (faulty or claimed):
                yield self._finding(key, held, faulty, claim if claimed else None, now)

    def _designations(self, mine: set[str], day: int, now: int) -> dict[str, list[Designation]]:
        world, table = self.world, self.world.accounts.table
        masters = (table.role == MASTER) & table.third_party & (table.platform != NONE) & (table.custodian != NONE)
        parties, names = world.parties.names, world.accounts.ids.names
        listed = world.references.on("custodian_list", day)
        out: dict[str, list[Designation]] = {}
        for account in sorted(np.flatnonzero(masters).tolist(), key=names.__getitem__):
            key = parties[table.platform[account]]
            if key not in mine:
                continue
            custodian, owner = parties[table.custodian[account]], world.accounts.owner_name(account)
            faults = self.faults(
                self._is_bank(custodian, day), self._has_payment_licence(custodian, day), self._is_bank(owner, day),
                (custodian in listed) if listed else None,
            )  # fmt: skip
            rows = self._credits(account, now) if any(faults) else ()
            out.setdefault(key, []).append(Designation(names[account], custodian, owner, *faults, rows))
        return out

    def _is_bank(self, party: str, day: int) -> bool:
        """By a licence valid that day; where none was ever told by its sector, and of whom nothing is known nothing is held."""
        register = self.world.register
        if register.licence_told(party, "bank"):
            return register.has_licence(party, "bank", day)
        info = register.party(party)
        if info is None or info.sector is None:
            return not register.licences(party, day)
        return info.sector == "BANK"

    def _has_payment_licence(self, party: str, day: int) -> bool:
        info = self.world.register.party(party)
        return self.world.register.has_licence(party, "payment", day) or (info is not None and info.sector == "PAY")

    @staticmethod
    def faults(bank: bool, payment: bool, bank_beside: bool, listed: bool | None) -> tuple[bool, bool, bool]:
        """``(no bank, payment institution alone, not on the list)``; ``listed`` None: there is no list yet.

        A payment institution that keeps the money in a bank's own account (joint model) is not alone.
        """
        alone = not bank and payment and not bank_beside
        return not bank and not payment, alone, listed is False

    def _credits(self, account: int, now: int) -> tuple[int, ...]:
        log, base = self.world.ledger.log, self.world.ledger.base
        rows = self.world.ledger.rows_of(now - WINDOW_US, now)
        at = rows - base
        return tuple(rows[(log.creditor[at] == account) & (log.debtor[at] != account)].tolist())

    def _migrating(self, key: str, each: Designation, held: list[Designation], day: int) -> bool:
        """The money is on its way to an eligible custodian, for at most five days."""
        if all(other.ineligible for other in held):
            self.faulty_since.pop((key, each.account), None)
            return False
        return day - self.faulty_since.setdefault((key, each.account), day) <= MIGRATION_DAYS

    def _finding(
        self, key: str, held: list[Designation], faulty: list[Designation], claim: tuple[int, str, str, str] | None, now: int
    ) -> Finding:
        log, base = self.world.ledger.log, self.world.ledger.base
        fen = sum(int(log.fen[row - base]) for each in faulty for row in each.rows)
        values = {
            "held_fen": fen, "n_ineligible": len(faulty), "no_bank": sum(each.no_bank for each in faulty),
            "payment_alone": sum(each.payment_alone for each in faulty), "not_listed": sum(each.unlisted for each in faulty),
            "claimed": int(claim is not None),
        }  # fmt: skip
        return Finding(
            self.id, key, now - 1, max(YELLOW, zero_tolerance(fen)), fen, values, (now - DAY_US, now - 1), known=now,
            others=tuple(sorted({each.custodian for each in faulty})), accounts=tuple(each.account for each in faulty),
            key=(tuple(held), claim),
        )  # fmt: skip

    def evidence(self, finding: Finding) -> Evidence:
        held, claim = finding.key
        world, faulty = self.world, [each for each in held if each.account in finding.accounts]
        listed = world.references.on("custodian_list", shanghai_day(finding.time))
        told = []
        for each in held:
            paid = [{"transaction": list(world.refs.of(row)), "fen": int(world.ledger.log.fen[row - world.ledger.base])}
                    for row in each.rows]  # fmt: skip
            told.append({
                "account": each.account, "custodian": each.custodian, "owner": each.owner, "no_bank": each.no_bank,
                "payment_alone": each.payment_alone, "not_listed": each.unlisted, "counts": each in faulty, "credits": paid,
                "licences": sorted({k.kind for k in world.register.licences(each.custodian, world.day)}),
            })  # fmt: skip
        book = world.obligations.books.get(finding.subject)
        listings = sorted({loan.event for loan in book.loans.values() if loan.event[1]})[:100] if book is not None else []
        events = listings + ([(claim[2], claim[3])] if claim is not None else [])
        return Evidence(
            {"held_fen": "sum of the credits of 30 days into accounts of ineligible custodians"},
            {"designations": told, "claim": {"time": claim[0], "says": claim[1]} if claim is not None else None,
             "custodian_list": sorted(listed)},
            sorted({row for each in faulty for row in each.rows}), sorted(set(events)),
            excuses=[Excuse("joint_custody", not each.ineligible, {"account": each.account, "owner": each.owner})
                     for each in held],
            thresholds={"p2p.custody.required": self.in_force("p2p.custody.required", finding.time),
                        "migration_days": MIGRATION_DAYS, "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip
