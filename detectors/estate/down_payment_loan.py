"""RE-01 首付贷 · down-payment loan."""

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import RED, YELLOW, Detector, Evidence, Excuse, Finding, ppm
from chuantou.detectors.estate.purchases import (
    AFTER_DAYS,
    BEFORE_DAYS,
    INTERNAL,
    IS_NO_DOWN_PAYMENT,
    LEAST_FEN,
    MORTGAGE_DAYS,
    PARTS_US,
    PAYROLL,
    Credit,
    Purchase,
    accounts_of,
    family,
    lender_behind,
    looked_back,
    seller_of,
    sells_homes,
    told_view,
    trace_down_payment,
)
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.accounts import NONE
from chuantou.graph.pots import METHODS, rows_touching
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm

WINDOW_US = 90 * DAY_US


class DownPaymentLoan(Detector):
    """首付贷: an institution lends a buyer the down payment of his home.

    A person (or kin on file) pays ≥ 10,000 yuan to a developer, an agent or a pre-sale escrow account; from 60 days before to
    15 days after, a supervised platform, a developer or agent (its R1, R2 or staff on its payroll), or a small lender pays him
    or his kin what is no salary, refund or sale proceeds; a bank's mortgage for the same contract reaches the seller within
    180 days. ``share = min(Σ loans, down payment) / down payment``, if ≥ 0.2 of the down payment was rooted in loans before
    it, by FIFO and pro-rata, or came after it. Yellow at 0.2, red at 0.5, red at 5 buyers of one lender, developer or agent
    within 90 days [E]; values are sums over these. The subject is who lends, or who sells to 5. Judged at day closes for the
    instant at which the last part was there. Clause 二(一)3, 二(六)3. Amounts in fen.

    >>> [DownPaymentLoan.colour(share, 200_000, 500_000) for share in (199_999, 200_000, 500_000)]
    [0, 2, 4]
    """

    id, clause, family = "RE-01", "二(一)3", "real_estate"
    title_zh, title_en = "首付贷", "down-payment loan"
    legal_basis = ("SEED 二(一)3", "SEED 二(六)3")
    parameters = ("downpayment",)
    clause_in: ClassVar[dict[str, str]] = {"ECF": "二(六)3"}

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.open: list[Purchase] = []  # in the order of their first down payment
        self.done: dict[str, list[Purchase]] = {}  # lender or seller -> completed purchases with loans, in time order

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        rows = self.world.ledger.rows_of(now - DAY_US, now)
        if len(rows):
            homes = sells_homes(self.world)
            self._down_payments(rows, homes, now)
            changed = {id(purchase): (purchase, time) for purchase, time in self._loans_after(rows, now)}
            changed |= {id(purchase): (purchase, time) for purchase, time in self._mortgages(rows, homes)}
            for purchase, time in changed.values():
                if purchase.mortgage is not None:
                    yield from self._judge(purchase, time, now)
        self._forget(now)

    def _forget(self, now: int) -> None:
        self.open = [purchase for purchase in self.open if self._waits(purchase, now)]
        for name, held in list(self.done.items()):
            self.done[name] = [x for x in held if x.mortgage is not None and x.mortgage[0] > now - WINDOW_US]
            if not self.done[name]:
                del self.done[name]

    @staticmethod
    def _waits(purchase: Purchase, now: int) -> bool:
        """Whether anything of it can still come: a loan within 15 days, a mortgage within 180."""
        last = purchase.downs[-1][0]
        days = shanghai_day(now) - shanghai_day(last)
        lent = bool(purchase.before or purchase.after)
        return days <= AFTER_DAYS or (purchase.mortgage is None and lent and days <= MORTGAGE_DAYS)

    # -- down payments and loans ---------------------------------------------------------------------------------------

    def _down_payments(self, rows: NDArray, homes: NDArray[np.bool_], now: int) -> None:
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        at = rows - base
        person = world.party_table.person
        paid = homes[log.creditor[at]] & ~homes[log.debtor[at]] & (log.payer[at] != NONE) & person[log.payer[at]]
        paid &= (log.fen[at] >= LEAST_FEN) & ~IS_NO_DOWN_PAYMENT[log.flow_class[at]]
        paid &= log.payer[at] != world.accounts.table.owner[log.creditor[at]]
        found = [self._note(row) for row in rows[paid].tolist()]
        if not found:
            return
        day = shanghai_day(now - 1)
        among, staff = self._touching({purchase.buyer for purchase, _ in found}, day, now)
        for purchase, down in found:
            trace_down_payment(world, purchase, down, day, among, staff)

    def _note(self, row: int) -> tuple[Purchase, tuple[int, int, int]]:
        log, at = self.world.ledger.log, row - self.world.ledger.base
        down = (int(log.time[at]), row, int(log.fen[at]))
        seller = seller_of(self.world, int(log.creditor[at]))
        buyer, order = int(log.payer[at]), int(log.order[at])
        purchase = next((x for x in reversed(self.open) if (x.buyer, x.seller, x.order) == (buyer, seller, order)), None)
        if purchase is None or purchase.mortgage is not None or down[0] - purchase.downs[0][0] > PARTS_US:
            purchase = Purchase(buyer, seller, order, [])
            self.open.append(purchase)
        purchase.downs.append(down)
        return purchase, down

    def _touching(self, buyers: set[int], day: int, now: int) -> tuple[NDArray[np.int64], set[tuple[int, int]]]:
        """Transfers of the families in the time looked back at; who is on the payroll of a developer or agent."""
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        members = np.zeros(world.ledger.accounts.size, np.bool_)
        for buyer in sorted(buyers):
            members[accounts_of(world, family(world, buyer, day))] = True
        among = rows_touching(world.ledger, members, looked_back(now - 1), now - 1)
        payers = np.unique(log.payer[among - base])
        month = world.ledger.rows_of(now - BEFORE_DAYS * DAY_US, now) - base
        paid = month[(log.flow_class[month] == PAYROLL) & np.isin(log.payee[month], payers[payers != NONE])]
        pairs = {(int(boss), int(man)) for boss, man in zip(log.payer[paid], log.payee[paid]) if boss != NONE}
        infos = {boss: world.register.party(world.parties.names[boss]) for boss, _ in pairs}
        return among, {(b, m) for b, m in pairs if (info := infos[b]) is not None and info.sector == "REALESTATE"}

    def _loans_after(self, rows: NDArray, now: int) -> Iterator[tuple[Purchase, int]]:
        """The reimbursement variant: what lenders pay the family within 15 days after the down payment."""
        today = shanghai_day(now - 1)
        recent = [purchase for purchase in self.open if today - shanghai_day(purchase.downs[0][0]) <= AFTER_DAYS]
        if not recent:
            return
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        _, staff = self._touching({purchase.buyer for purchase in recent}, today, now)
        at = rows - base
        for purchase in recent:
            members = np.zeros(world.ledger.accounts.size, np.bool_)
            members[accounts_of(world, family(world, purchase.buyer, today))] = True
            first = purchase.downs[0]
            known = {credit.row for credit in (*purchase.before, *purchase.after)}
            came = members[log.creditor[at]] & ~members[log.debtor[at]] & (rows > first[1])
            for row in rows[came].tolist():
                time, lender = int(log.time[row - base]), lender_behind(world, row, purchase.seller, staff)
                if lender is not None and row not in known:
                    purchase.after.append(Credit(time, row, int(log.fen[row - base]), lender))
                    yield purchase, time

    def _mortgages(self, rows: NDArray, homes: NDArray[np.bool_]) -> Iterator[tuple[Purchase, int]]:
        """Purchases of which the day brought the bank's loan to the seller, in order."""
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        if not self.open:
            return
        at = rows - base
        paid = homes[log.creditor[at]] & (log.fen[at] >= LEAST_FEN) & (log.payer[at] != NONE)
        paid &= ~world.party_table.person[log.payer[at]]
        for row in rows[paid].tolist():
            purchase = self._completed(row) if self._is_bank(row) else None
            if purchase is not None:
                purchase.mortgage = (int(log.time[row - base]), row, int(log.fen[row - base]))
                yield purchase, purchase.mortgage[0]

    def _is_bank(self, row: int) -> bool:
        world, log, at = self.world, self.world.ledger.log, row - self.world.ledger.base
        name, day = world.parties.names[log.payer[at]], shanghai_day(int(log.time[at]))
        info = world.register.party(name)
        bank = (info is not None and info.sector == "BANK") or world.register.has_licence(name, "bank", day)
        return bank or bool(world.accounts.table.role[log.debtor[at]] == INTERNAL)

    def _completed(self, row: int) -> Purchase | None:
        """The purchase of the same order, else the oldest of this seller where one of the two names no order."""
        log, at = self.world.ledger.log, row - self.world.ledger.base
        order, time = int(log.order[at]), int(log.time[at])
        seller = seller_of(self.world, int(log.creditor[at]))
        fits = [x for x in self.open
                if x.mortgage is None and x.downs[0][1] < row
                and shanghai_day(time) - shanghai_day(x.downs[-1][0]) <= MORTGAGE_DAYS]  # fmt: skip
        same = [x for x in fits if x.order == order != NONE]
        loose = [x for x in fits if x.seller == seller and NONE in (x.order, order)]
        return min(same or loose, key=lambda x: x.downs[0][1], default=None)

    # -- judgement -----------------------------------------------------------------------------------------------------

    def _judge(self, purchase: Purchase, time: int, now: int) -> Iterator[Finding]:
        pack = self.in_force("downpayment", time)
        if pack is None or self._share(purchase, pack) == 0:
            return
        for name in sorted({*purchase.lenders(), purchase.seller}):
            held = self.done.setdefault(name, [])
            if not any(x is purchase for x in held):
                held.append(purchase)
            inside = [x for x in held if x.mortgage is not None and time - WINDOW_US < x.mortgage[0] <= time]
            buyers = len({x.buyer for x in inside})
            lends = name in purchase.lenders()
            if buyers < pack["buyers"] and not lends:
                continue  # who only sells answers for five buyers
            severity = max(self.colour(self._share(x, pack), to_ppm(pack["yellow"]), to_ppm(pack["red"])) for x in inside)
            yield self._finding(name, inside, RED if buyers >= pack["buyers"] else severity, time, now)

    def _share(self, purchase: Purchase, pack: dict[str, Any]) -> int:
        """ppm of the down payment that was lent; 0 unless enough of it was, by both methods, or was lent right after."""
        down = purchase.down_fen
        rooted = min(purchase.rooted_fen(method) for method in METHODS[:2])
        after = sum(credit.fen for credit in purchase.after)
        enough = to_ppm(pack["yellow"])
        if max(ppm(rooted, down), ppm(min(after, down), down)) < enough:
            return 0
        return ppm(min(purchase.loan_fen, down), down)

    @staticmethod
    def colour(share: int, yellow: int, red: int) -> int:
        """Severity of one buyer's share in ppm."""
        return RED if share >= red else YELLOW if share >= yellow else NO_SEVERITY

    def _finding(self, name: str, inside: list[Purchase], severity: int, time: int, now: int) -> Finding:
        loans, downs = sum(x.loan_fen for x in inside), sum(x.down_fen for x in inside)
        lent = sum(min(x.loan_fen, x.down_fen) for x in inside)
        rooted = {method: sum(x.rooted_fen(method) for x in inside) for method in METHODS}
        values = {
            "loan_fen": loans, "down_payment_fen": downs, "share_ppm": ppm(lent, downs),
            "n_buyers": len({x.buyer for x in inside}),
            **{f"rooted_{method}_ppm": ppm(fen, downs) for method, fen in rooted.items()},
            "rooted_maxflow_ppm": ppm(sum(min(sum(c.fen for c in x.before), x.down_fen) for x in inside), downs),
        }  # fmt: skip
        parties = self.world.parties.names
        others = sorted({parties[x.buyer] for x in inside} | {x.seller for x in inside if not x.seller.startswith("account:")})
        first = min(min(credit.time for credit in (*x.before, *x.after)) for x in inside)
        return Finding(
            self.id, name, time, severity, lent, values, (min(first, *(x.downs[0][0] for x in inside)), time), known=now,
            low_fen=sum(min(x.least_fen, x.down_fen) for x in inside), high_fen=lent,
            others=tuple(other for other in others if other != name), key=tuple(inside),
        )  # fmt: skip

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        told, rows, watched = [], set(), finding.subject in self.world.watch.institutions
        for x in finding.key:
            credits = [*x.before, *x.after]
            loans = {credit.row for credit in credits}
            views = [told_view(self.world, x.views[row], row, loans) for _, row, _ in x.downs]
            rows |= loans | {row for _, row, _ in x.downs} | ({x.mortgage[1]} if x.mortgage is not None else set())
            rows |= {int(index) for _, row, _ in x.downs for index in x.views[row].rows}
            told.append({
                "buyer": self.world.parties.names[x.buyer], "seller": x.seller,
                "loans_before": [self._paid(c.row, c.time, c.fen, c.lender) for c in x.before],
                "loans_after": [self._paid(c.row, c.time, c.fen, c.lender) for c in x.after],
                "mortgage": self._paid(x.mortgage[1], x.mortgage[0], x.mortgage[2], None) if x.mortgage else None,
                "down_payments": [self._paid(row, time, fen, None) | view for (time, row, fen), view in zip(x.downs, views)],
            })  # fmt: skip
        lenders = {c["lender"] for x in told for c in (*x["loans_before"], *x["loans_after"])}
        excuses = [self._licence(name, shanghai_day(finding.time)) for name in sorted(lenders)]
        return Evidence(
            {"share_ppm": "sum of min(loans, down payments) / sum of down payments, over buyers of 90 days"},
            {"purchases": told}, sorted(rows), excuses=excuses,
            related=related_paths(self.world, finding.subject, lenders) if watched else {},
            thresholds={"downpayment": self.in_force("downpayment", finding.time)},
        )  # fmt: skip

    def _paid(self, row: int, time: int, fen: int, lender: str | None) -> dict[str, Any]:
        told = {"transaction": list(self.world.refs.of(row)), "time": time, "fen": fen}
        return told | ({"lender": lender} if lender is not None else {})

    def _licence(self, name: str, day: int) -> Excuse:
        """LA-LICLOAN does not cover a down payment: a licensed lender is named with its licences all the same."""
        kinds = sorted({licence.kind for licence in self.world.register.licences(name, day)})
        return Excuse("LA-LICLOAN", False, {"lender": name, "licences": kinds})
