"""PAY-04 备付金计息 · interest on the reserve, open or disguised, and interest that is paid on to users."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from chuantou.detectors.contract import YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, zero_tolerance
from chuantou.detectors.correlation import chance_ppm, r_squared
from chuantou.detectors.pay import interest_periods as by_period
from chuantou.detectors.pay.bank_money import BankMoney, Paid, is_central_bank, reserve_accounts
from chuantou.detectors.pay.user_interest import UserInterest, user_interest
from chuantou.detectors.related_evidence import link_row, related_paths
from chuantou.graph.accounts import IS_RESERVE, NONE, ROLE_ID, role_mask
from chuantou.graph.closings import KEEP_DAYS
from chuantou.graph.flow_class import CLASS_ID, FLOW_CLASSES, IS_HARD_BASIS, class_mask
from chuantou.graph.ownership import Window
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm

INTEREST, CENTRAL = CLASS_ID["INTEREST_BANK"], ROLE_ID["RSV_CENTRAL"]
IS_BANKS_OWN = role_mask("BANK_INTERNAL", "NOSTRO")
# what a bank pays for other reasons, where more than a memo says so
NO_INTEREST = class_mask(
    "LOAN_OUT", "REPAY_PRIN", "REPAY_INT", "RETURN_PRIN", "RETURN_INT", "REFUND", "TOPUP", "WITHDRAW", "MERCH_SETTLE",
    "INTERBANK", "SWEEP", "POOL_SWEEP", "ESCROW_IN", "ESCROW_OUT", "SEC_TRANSFER", "CASH_IN", "CASH_OUT", "CAPITAL_IN",
    "CAPITAL_CALL", "INVEST_IN", "TAX", "PAYROLL", "RENT", "PREMIUM", "CLAIM_PAY", "CLAIM_TRANSFER", "RECOVER",
)  # fmt: skip
DIRECT, DISGUISED, TO_USERS = 1, 2, 3


class Credit(NamedTuple):
    """Interest on a reserve account; ``excused``: by the central bank, where that may pay it."""

    time: int
    row: int
    fen: int
    excused: bool


@dataclass(frozen=True)
class Rebates:
    """Payments of one bank's people that follow what lay in its reserve accounts; R² against what else they may follow."""

    bank: str
    reading: str
    periods: list[by_period.Period]
    r2_ppm: int
    own_r2_ppm: int
    turnover_r2_ppm: int
    own: list[int]
    turnover: list[int]

    @property
    def fen(self) -> int:
        return sum(period.fen for period in self.periods)

    @property
    def excused(self) -> bool:
        return max(self.own_r2_ppm, self.turnover_r2_ppm) > self.r2_ppm


class ReserveInterest(Detector):
    """备付金计息: a bank pays for the clients' money that lies with it, or the institution pays its users for it.

    (1) INTEREST_BANK credits of a reserve account: Σ ≥ 1 yuan in 90 days; from 2019-08-01 not the central bank's. (2) What the
    reserve's bank, its firms or its staff pay to Own, R1 or R2, by months, rises with the average balance it paid for:
    R² ≥ 0.9 over ≥ 3 periods and Σ ≥ 10,000 yuan. A payment is read to pay for the days since the one before, or for the
    calendar month (quarter) before its own. Not where it follows the payees' own balance, or the turnover, better. (3) From
    2024-05-01, interest that the institution pays to users, or gifts to ≥ 10 of them in a day with R² ≥ 0.9 against what
    each has in the reserve. Severity: zero tolerance of ``interest_fen``, at least yellow. Exact integer arithmetic;
    ``p_ppm``: the share of all orders of the payments that rise as well. Clause 二(二)1; 条例 art. 24 [L2]; [M-m].

    >>> r_squared([(500, 10), (600, 12), (900, 18)]), chance_ppm([(500, 10), (600, 12), (900, 18)])
    (1000000, 166666)
    """

    id, clause, family = "PAY-04", "二(二)1", "client_money"
    title_zh, title_en = "备付金计息", "interest on the reserve"
    legal_basis = ("SEED 二(二)1", "支付机构客户备付金存管办法 2013 [S2]", "条例 2024 art. 24 [L2]")
    parameters = ("rsv.interest", "rsv.interest.gate", "rsv.user_interest")
    sectors = ("PAY",)

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.money = BankMoney(world)
        self.credits: dict[str, deque[Credit]] = {}
        self.rebates: dict[str, deque[Paid]] = {}
        self.to_users: dict[str, deque[tuple[int, UserInterest]]] = {}

    # -- facts ---------------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        mine = list(self.institutions())
        rows, paid = self.money.close_day(day, mine)
        if not rows or not mine:
            return
        now = day_start_us(day + 1)
        gate, regime = self.in_force("rsv.interest.gate", now - 1), self.in_force("rsv.interest", now - 1)
        if gate is None or regime is None:
            return
        pboc = regime == "pboc_only"
        yield from self._direct(rows, set(mine), pboc, gate, now)
        for key in sorted(paid):
            held = self.rebates.setdefault(key, deque())
            new = [each for each in paid[key]
                   if not (each.hard and NO_INTEREST[each.flow]) and not (pboc and self._central_bank_pays(each.row))]
            held.extend(new)
            while held and held[0].time < now - KEEP_DAYS * DAY_US:
                held.popleft()
            if new:
                yield from self._disguised(key, {each.bank for each in new}, gate, now)
        users = self.in_force("rsv.user_interest", now - 1)
        for key in mine if users is not None else ():
            yield from self._users(key, rows, users, gate, now)

    # -- (1) on the reserve itself -------------------------------------------------------------------------------------

    def _direct(self, rows: range, mine: set[str], pboc: bool, gate: dict[str, Any], now: int) -> Iterator[Finding]:
        log, base, table = self.world.ledger.log, self.world.ledger.base, self.world.accounts.table
        at = slice(rows.start - base, rows.stop - base)
        found = (log.flow_class[at] == INTEREST) & IS_RESERVE[table.role[log.creditor[at]]]
        found &= ~IS_RESERVE[table.role[log.debtor[at]]]
        met = set()
        for i in np.flatnonzero(found).tolist():
            place = i + at.start
            key = self.world.accounts.owner_name(int(log.creditor[place]))
            if key in mine and self._by_a_bank(place, now):
                met.add(key)
                excused = pboc and self._by_the_central_bank(place)
                credit = Credit(int(log.time[place]), place + base, int(log.fen[place]), excused)
                self.credits.setdefault(key, deque()).append(credit)
        for key in sorted(met):
            held = self.credits[key]
            while held[0].time < now - gate["days"] * DAY_US:
                held.popleft()
            counted = [credit for credit in held if not credit.excused]
            fen = sum(credit.fen for credit in counted)
            if fen >= gate["direct_fen"]:
                values = {"limb": DIRECT, "interest_fen": fen, "n_payments": len(counted)}
                yield self._finding(key, values, [c.row for c in counted], counted[0].time, counted[-1].time, now, tuple(held))

    def _by_a_bank(self, place: int, now: int) -> bool:
        """By a class that rests on more than a memo, or because a bank pays."""
        log, table = self.world.ledger.log, self.world.accounts.table
        payer, day = int(log.payer[place]), shanghai_day(now - 1)
        of_a_bank = payer != NONE and self.world.register.is_bank(self.world.parties.names[payer], Window(day, day))
        return bool(IS_HARD_BASIS[log.basis[place]] or IS_BANKS_OWN[table.role[log.debtor[place]]] or of_a_bank)

    def _by_the_central_bank(self, place: int) -> bool:
        """By its name or number; and who keeps a centralised account is the central bank where no other is named."""
        log, table, banks = self.world.ledger.log, self.world.accounts.table, self.world.accounts.banks.names
        debtor, creditor = int(log.debtor[place]), int(log.creditor[place])
        if self._central_bank_pays(place + self.world.ledger.base):
            return True
        others = [a for a in (debtor, creditor) if table.bank[a] != NONE and not banks[table.bank[a]].startswith("001")]
        return bool(table.role[creditor] == CENTRAL and table.third_party[creditor]) and not others

    def _central_bank_pays(self, row: int) -> bool:
        log, place = self.world.ledger.log, row - self.world.ledger.base
        return is_central_bank(self.world, int(log.payer[place]), int(log.debtor[place]))

    # -- (2) in disguise -----------------------------------------------------------------------------------------------

    def _disguised(self, key: str, banks: set[str], gate: dict[str, Any], now: int) -> Iterator[Finding]:
        found: list[Rebates] = []
        for bank in sorted(banks):
            held = [paid for paid in self.rebates[key] if paid.bank == bank]
            groups: dict[tuple[str, bool], list[Paid]] = {("", False): held}
            for paid in held:
                groups.setdefault((paid.payer, paid.flow == INTEREST), []).append(paid)
            found += [rebates for group in groups.values() for rebates in self._readings(key, bank, group, gate)]
        fires = [rebates for rebates in found if not rebates.excused]
        if not fires:
            return
        best = max(fires, key=lambda r: (r.fen, r.r2_ppm, r.reading))
        counted = [each for period in best.periods for each in period.paid]
        values = {
            "limb": DISGUISED, "interest_fen": best.fen, "n_payments": len(counted), "r2_ppm": best.r2_ppm,
            "periods": len(best.periods), "p_ppm": chance_ppm(by_period.points(best.periods)),
            "rate_ppm": by_period.rate_ppm(best.periods),
        }  # fmt: skip
        payers, rows = tuple(sorted({each.payer for each in counted})), [each.row for each in counted]
        yield self._finding(key, values, rows, counted[0].time, counted[-1].time, now, best, payers)

    def _readings(self, key: str, bank: str, paid: list[Paid], gate: dict[str, Any]) -> Iterator[Rebates]:
        """The readings by which a group of payments follows the bank's reserve closely enough."""
        closings = self.world.closings
        accounts = next(held.accounts for held in self.money.banks[key] if held.name == bank)
        for reading in by_period.READINGS:
            periods = by_period.periods(paid, reading, lambda day: closings.total(accounts, day))
            square = r_squared(by_period.points(periods))
            enough = len(periods) >= gate["periods"] and sum(p.fen for p in periods) >= gate["disguised_fen"]
            if not enough or square < to_ppm(gate["r2"]):
                continue
            mine = sorted({each.account for each in paid if each.payee == key})
            turnover = self._turnover(accounts)
            own = [sum(closings.total(mine, day) or 0 for day in range(p.first, p.last + 1)) for p in periods]
            sold = [sum(turnover.get(day, 0) for day in range(p.first, p.last + 1)) for p in periods]
            by_own, by_sold = (r_squared([(x, p.fen) for x, p in zip(xs, periods)]) for xs in (own, sold))
            yield Rebates(bank, reading, periods, square, by_own, by_sold, own, sold)

    def _turnover(self, accounts: tuple[int, ...]) -> dict[int, int]:
        """What came into the reserve accounts by day, as far back as the log goes."""
        log, used = self.world.ledger.log, self.world.ledger.end - self.world.ledger.base
        into = np.flatnonzero(np.isin(log.creditor[:used], accounts) & ~np.isin(log.debtor[:used], accounts))
        days, which = np.unique(shanghai_day(log.time[into]), return_inverse=True)
        fen = np.zeros(len(days), np.int64)
        np.add.at(fen, which, log.fen[into])
        return dict(zip(days.tolist(), fen.tolist()))

    # -- (3) to users --------------------------------------------------------------------------------------------------

    def _users(self, key: str, rows: range, users: dict[str, Any], gate: dict[str, Any], now: int) -> Iterator[Finding]:
        new = user_interest(self.world, key, rows, users["people"], to_ppm(users["r2"]))
        if not new:
            return
        held = self.to_users.setdefault(key, deque())
        held.extend((now - 1, each) for each in new)
        while held[0][0] < now - gate["days"] * DAY_US:
            held.popleft()
        log, base = self.world.ledger.log, self.world.ledger.base
        paid = sorted(row for _, each in held for row in each.rows)
        fen = sum(int(log.fen[row - base]) for row in paid)
        if fen < users["fen"]:
            return
        people = {user for _, each in held for user in each.balances}
        values = {"limb": TO_USERS, "interest_fen": fen, "n_payments": len(paid), "n_users": len(people)}
        first, last = (int(log.time[paid[k] - base]) for k in (0, -1))
        yield self._finding(key, values, paid, first, last, now, tuple(each for _, each in held))

    def _finding(
        self, key: str, values: dict[str, int], rows: list[int], first: int, last: int, now: int, shown: Any,
        others: tuple[str, ...] = (),
    ) -> Finding:  # fmt: skip
        log, base, names = self.world.ledger.log, self.world.ledger.base, self.world.accounts.ids.names
        side = log.creditor if values["limb"] != TO_USERS else log.debtor
        met = {names[side[row - base]] for row in rows if row >= base}
        met |= {names[a] for a in reserve_accounts(self.world, key)} if values["limb"] == DISGUISED else set()
        fen = values["interest_fen"]
        return Finding(self.id, key, last, max(YELLOW, zero_tolerance(fen)), fen, values, (first, last), known=now,
                       others=others, accounts=tuple(sorted(met)), key=shown)  # fmt: skip

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        shown = finding.key
        inputs: dict[str, Any] = {"limb": finding.values["limb"], "now": finding.known}
        excuses, related, rows, events = [], {}, [], []
        if finding.values["limb"] == DIRECT:
            inputs["credits"] = [self._row(c.row) | {"time": c.time, "excused": c.excused} for c in shown]
            rows = [c.row for c in shown]
            excuses = [Excuse("PBOC", any(c.excused for c in shown), {"credits": sum(c.excused for c in shown)})]
        elif finding.values["limb"] == TO_USERS:
            inputs["days"] = [self._user_day(each) for each in shown]
            rows = sorted(row for each in shown for row in each.rows)
        else:
            paid = [each for period in shown.periods for each in period.paid]
            base = self.world.ledger.base
            rows, events = [p.row for p in paid if p.row >= base], [p.ref for p in paid if p.row < base]
            inputs |= self._rebates(shown)
            excuses = [Excuse("OWN_BALANCE", shown.own_r2_ppm > shown.r2_ppm, {"r2_ppm": shown.own_r2_ppm}),
                       Excuse("TURNOVER", shown.turnover_r2_ppm > shown.r2_ppm, {"r2_ppm": shown.turnover_r2_ppm})]  # fmt: skip
            related = related_paths(self.world, finding.subject, {each.payee for each in paid}) | self._hands(paid)
        return Evidence(
            {"interest_fen": "sum of the payments", "r2_ppm": "squared correlation of average balance and fen paid, by period",
             "p_ppm": "share of all orders of the payments with as large a sum of products"},
            inputs, rows, events, related, excuses,
            {key: self.in_force(key, finding.time) for key in self.parameters} | {"zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip

    def _row(self, row: int) -> dict[str, Any]:
        log, at, names = self.world.ledger.log, row - self.world.ledger.base, self.world.accounts.ids.names
        return {"transaction": list(self.world.refs.of(row)), "fen": int(log.fen[at]), "from": names[log.debtor[at]],
                "to": names[log.creditor[at]], "class": FLOW_CLASSES[log.flow_class[at]]}  # fmt: skip

    def _user_day(self, each: UserInterest) -> dict[str, Any]:
        log, base, names = self.world.ledger.log, self.world.ledger.base, self.world.parties.names
        paid = [self._row(row) | {"user": names[log.payee[row - base]]} for row in each.rows]
        balances = sorted((names[user], fen) for user, fen in each.balances.items())
        return {"stated": each.stated, "paid": paid, "balances": [list(pair) for pair in balances]}

    def _rebates(self, shown: Rebates) -> dict[str, Any]:
        base = self.world.ledger.base
        periods = [
            {"first": p.first, "last": p.last, "days": p.days, "level_days_fen": p.level_days_fen, "own_days_fen": own,
             "turnover_fen": sold,
             "paid": [{"transaction" if each.row >= base else "event": list(each.ref), "time": each.time, "fen": each.fen,
                       "payer": each.payer, "payee": each.payee, "class": FLOW_CLASSES[each.flow]} for each in p.paid]}
            for p, own, sold in zip(shown.periods, shown.own, shown.turnover)
        ]  # fmt: skip
        return {"bank": shown.bank, "reading": shown.reading, "periods": periods}

    def _hands(self, paid: list[Paid]) -> dict[str, Any]:
        """How the payers who are not the bank itself belong to it."""
        out: dict[str, Any] = {}
        for each in paid:
            for bank in sorted(self._banks_beside(each)) if each.tier != "bank" else ():
                relation = self.world.register.related(bank, shanghai_day(each.time)).get(each.payer)
                if relation is not None:
                    out[each.payer] = {"tier": relation.tier, "of": bank, "path": [link_row(link) for link in relation.path]}
        return out

    def _banks_beside(self, each: Paid) -> set[str]:
        banks = [bank for held in self.money.banks.values() for bank in held if bank.name == each.bank]
        return {party for bank in banks for party, tier in bank.parties.items() if tier == "bank"}
