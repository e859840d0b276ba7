"""PAY-05 以备付金担保 · the reserve stands security for somebody's debt."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from chuantou.detectors.contract import PPM, RED, Detector, Evidence, Excuse, Finding
from chuantou.detectors.pay.bank_money import BankMoney, Paid
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.accounts import IS_RESERVE, NONE, role_mask
from chuantou.graph.flow_class import CLASS_ID
from chuantou.graph.world import Segment
from chuantou.schemas.clock import day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import AccountEvent

LOAN_OUT = CLASS_ID["LOAN_OUT"]
IS_PUBLIC = role_mask("TAX")
AUTHORITIES = ("法院", "检察院", "公安局", "税务局", "监察委员会", "人民政府", "财政局", "海关")
TAGGED, LENT = 1, 2


class Pledge(NamedTuple):
    """A pledge tag on a reserve account, and the party in whose favour it is told to be."""

    time: int
    account: int
    creditor: str | None
    event: tuple[str, str]


@dataclass(frozen=True)
class Backed:
    """Loans of one bank within ``days`` of the last, and the closings of the accounts in which a deposit stood behind them.

    ``before``: closing of the last day before the deposit could come; ``closings``: (day, fen) of the days that must hold it.
    ``rises``: the largest rise of the usual days before, None where they are not known; ``debits``: what left meanwhile.
    """

    loans: tuple[Paid, ...]
    accounts: tuple[int, ...]
    deposits: tuple[int, ...]
    before: tuple[int, int]
    closings: tuple[tuple[int, int], ...]
    rises: int | None
    debits: int

    @property
    def loan_fen(self) -> int:
        return sum(loan.fen for loan in self.loans)

    @property
    def deposit_fen(self) -> int:
        """What stood there from the loan on at least, beyond what lay there before."""
        return min(fen for _, fen in self.closings) - self.before[1]


class ReservePledge(Detector):
    """以备付金担保: clients' money secures a debt of the institution or of its circle.

    (1) A pledge tag (PLEDGE) on a reserve account in favour of anybody but a court or another authority. (2) The bank that
    keeps the reserve (any branch) lends to Own, R1 or R2, while a deposit of ≥ 90 % of the loans, made within 3 days before,
    lies blocked: the closings of the reserve there stay higher by it to the third day after the loan, and either nothing
    left those accounts or they had not risen so much within 4 days in the 30 days before [E]. Red at any size. Judged at day
    closes. Clause 二(二)1; 2013 办法 art. 4 [S2]; 令〔2021〕1号 [S3]; 条例 art. 27 [L2]. Amounts in fen.

    >>> ReservePledge.stands(loan_fen=10_000_000, deposit_fen=9_000_000, share_ppm=900_000, rises=400_000, debits=7)
    True
    >>> ReservePledge.stands(loan_fen=10_000_000, deposit_fen=9_000_000, share_ppm=900_000, rises=9_500_000, debits=7)
    False
    """

    id, clause, family = "PAY-05", "二(二)1", "client_money"
    title_zh, title_en = "以备付金担保", "reserve pledged as security"
    legal_basis = ("SEED 二(二)1", "支付机构客户备付金存管办法 2013 art. 4 [S2]", "令〔2021〕1号 [S3]", "条例 art. 27 [L2]")
    parameters = ("rsv.pledge",)
    sectors = ("PAY",)

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.money = BankMoney(world)
        self.pledged: list[Pledge] = []
        self.loans: dict[tuple[str, str], list[Paid]] = {}  # (institution, bank) -> loans that wait for their closings

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for _, event in segment.events:
            if isinstance(event, AccountEvent):
                self._pledge(event)
        yield from ()

    def _pledge(self, e: AccountEvent) -> None:
        account = self.world.accounts.ids.get(e.account)
        holder = self.world.accounts.owner_name(account)
        named = (e.owner, e.custodian, e.platform, *(e.signatories or ()))
        creditor = next((party for party in named if party is not None and party != holder), None)
        self.pledged.append(Pledge(e.event_time, account, creditor, (e.source_id, e.event_id)))

    # -- judgement -----------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        mine, now = list(self.institutions()), day_start_us(day + 1)
        pack = self.in_force("rsv.pledge", now - 1)
        _, paid = self.money.close_day(day, mine)
        pledged, self.pledged = self.pledged, []
        if pack is None:
            return
        yield from self._tagged(pledged, set(mine), day, now)
        for key, held in sorted(paid.items()):
            for each in held:
                if each.flow == LOAN_OUT and each.tier in ("bank", "R1"):
                    self.loans.setdefault((key, each.bank), []).append(each)
        for (key, bank), loans in sorted(self.loans.items()):
            if not self.world.ended and key in mine and shanghai_day(loans[-1].time) + pack["hold_days"] == day:
                yield from self._backed(key, bank, loans, pack, day, now)
        oldest = day_start_us(day - pack["hold_days"] - pack["days"])
        recent = {at: [loan for loan in loans if loan.time >= oldest] for at, loans in self.loans.items()}
        self.loans = {at: loans for at, loans in recent.items() if loans}

    def _tagged(self, pledged: list[Pledge], mine: set[str], day: int, now: int) -> Iterator[Finding]:
        role, owner = self.world.accounts.table.role, self.world.accounts.owner_name
        by_key: dict[str, list[Pledge]] = {}
        for pledge in pledged:
            key = owner(pledge.account)
            if key in mine and IS_RESERVE[role[pledge.account]]:
                by_key.setdefault(key, []).append(pledge)
        for key, told in sorted(by_key.items()):
            counts = [pledge for pledge in told if not self.is_authority(pledge.creditor)]
            if not counts:
                continue
            accounts = sorted({pledge.account for pledge in counts}, key=self.world.accounts.ids.names.__getitem__)
            fen = max(0, self.world.closings.total(accounts, day) or 0)
            first = min(pledge.time for pledge in counts)
            values = {"limb": TAGGED, "pledged_fen": fen, "n_accounts": len(accounts)}
            creditors = {p.creditor for p in counts if p.creditor is not None}
            yield Finding(self.id, key, first, RED, fen, values, (first, first), known=now,
                          others=tuple(sorted(creditors)), accounts=self._names(accounts),
                          key=(tuple(told), tuple(accounts), day))  # fmt: skip

    def is_authority(self, party: str | None) -> bool:
        """LA-GOV: a court or another authority, by its name or by its treasury account."""
        if party is None:
            return False
        info = self.world.register.party(party)
        if info is not None and info.name is not None and any(word in info.name for word in AUTHORITIES):
            return True
        accounts, table = self.world.accounts, self.world.accounts.table
        held = accounts.of_party.get(self.world.parties.get(party), ())
        return any(IS_PUBLIC[table.role[a]] and table.third_party[a] for a in held)

    def _backed(self, key: str, bank: str, loans: list[Paid], pack: dict[str, Any], day: int, now: int) -> Iterator[Finding]:
        """The loans of the last days to the end of which the deposit had to stand."""
        recent = tuple(x for x in loans if shanghai_day(loans[-1].time) - shanghai_day(x.time) <= pack["days"])
        held = next((b.accounts for b in self.money.banks.get(key, ()) if b.name == bank), ())
        shown = [b for accounts in {held, *((a,) for a in held)} if (b := self._behind(recent, accounts, pack, day))]
        share = to_ppm(pack["share"])
        stand = [b for b in shown if self.stands(b.loan_fen, b.deposit_fen, share, b.rises, b.debits)]
        if not stand:
            return
        best = max(stand, key=lambda b: (b.deposit_fen, self._names(b.accounts)))
        values = {"limb": LENT, "loan_fen": best.loan_fen, "deposit_fen": best.deposit_fen, "n_loans": len(recent)}
        last = recent[-1].time
        accounts = self._names((*best.accounts, *(loan.account for loan in recent)))
        yield Finding(self.id, key, last, RED, best.loan_fen, values, (day_start_us(best.before[0] + 1), last), known=now,
                      others=tuple(sorted({x.payee for x in recent} - {key} | {x.payer for x in recent})), accounts=accounts,
                      key=best)  # fmt: skip

    def _behind(self, loans: tuple[Paid, ...], accounts: tuple[int, ...], pack: dict[str, Any], day: int) -> Backed | None:
        """What the closings say of a deposit behind the loans; None where one of them is not known."""
        lent = shanghai_day(loans[0].time)
        before = lent - pack["days"] - 1
        stood = self._levels(accounts, before, before)
        closings = self._levels(accounts, shanghai_day(loans[-1].time), day)
        if not accounts or not stood or not closings:
            return None
        usual = [fen for _, fen in self._levels(accounts, before - pack["before_days"], before)]
        rises = max([b - a for a, b in zip(usual, usual[pack["days"] + 1 :])], default=0) if usual else None
        log, used = self.world.ledger.log, self.world.ledger.end - self.world.ledger.base
        days = shanghai_day(log.time[:used])
        since = slice(int(np.searchsorted(days, before, "right")), int(np.searchsorted(days, day, "right")))
        into, out = np.isin(log.creditor[since], accounts), np.isin(log.debtor[since], accounts)
        deposits = np.flatnonzero(into & ~out & (days[since] <= shanghai_day(loans[-1].time))) + since.start
        return Backed(loans, accounts, tuple((deposits + self.world.ledger.base).tolist()), stood[0],
                      tuple(closings), rises, int((out & ~into).sum()))  # fmt: skip

    def _levels(self, accounts: tuple[int, ...], first: int, last: int) -> list[tuple[int, int]]:
        """(day, closing) of the accounts for every day of a span; nothing where one of them is not known."""
        days = range(first, last + 1)
        known = [(on, fen) for on in days if (fen := self.world.closings.total(accounts, on)) is not None]
        return known if len(known) == len(days) else []

    @staticmethod
    def stands(loan_fen: int, deposit_fen: int, share_ppm: int, rises: int | None, debits: int) -> bool:
        """Whether a deposit lies blocked behind the loan."""
        blocked = debits == 0 or (rises is not None and deposit_fen > rises)
        return deposit_fen * PPM >= share_ppm * loan_fen and blocked

    def _names(self, accounts: Any) -> tuple[str, ...]:
        names = self.world.accounts.ids.names
        return tuple(sorted({names[a] for a in accounts if a != NONE}))

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        thresholds = {"rsv.pledge": self.in_force("rsv.pledge", finding.time)}
        names = self.world.accounts.ids.names
        if finding.values["limb"] == TAGGED:
            told, accounts, day = finding.key
            rows = [{"account": names[p.account], "time": p.time, "creditor": p.creditor, "event": list(p.event),
                     "authority": self.is_authority(p.creditor)} for p in told]  # fmt: skip
            closings = [[names[a], max(0, self.world.closings.total((a,), day) or 0)] for a in accounts]
            excuse = Excuse("LA-GOV", any(row["authority"] for row in rows), {"pledges": len(rows)})
            return Evidence({"pledged_fen": "sum of the closings of the pledged accounts"},
                            {"limb": TAGGED, "pledges": rows, "closings": closings}, [], sorted(p.event for p in told),
                            related_paths(self.world, finding.subject, [p.creditor for p in told if p.creditor]), [excuse],
                            thresholds)  # fmt: skip
        backed: Backed = finding.key
        loans = [self._row(x.row) | {"payer": x.payer, "payee": x.payee} for x in backed.loans]
        return Evidence(
            {"deposit_fen": "least closing from the loan on - closing before"},
            {"limb": LENT, "loans": loans, "deposits": [self._row(row) for row in backed.deposits],
             "accounts": [names[a] for a in backed.accounts], "before": list(backed.before),
             "closings": [list(pair) for pair in backed.closings], "largest_rise_fen": backed.rises, "debits": backed.debits},
            sorted({*(x.row for x in backed.loans), *backed.deposits}),
            related=related_paths(self.world, finding.subject, [x.payee for x in backed.loans]), thresholds=thresholds,
        )  # fmt: skip

    def _row(self, row: int) -> dict[str, Any]:
        log, at, names = self.world.ledger.log, row - self.world.ledger.base, self.world.accounts.ids.names
        return {"transaction": list(self.world.refs.of(row)), "time": int(log.time[at]), "fen": int(log.fen[at]),
                "from": names[log.debtor[at]], "to": names[log.creditor[at]]}  # fmt: skip
