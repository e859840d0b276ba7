"""P2P-02 借新还旧 · new money pays old."""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import RED, YELLOW, Detector, Evidence, Excuse, Finding, ppm
from chuantou.detectors.lookalikes import custody
from chuantou.detectors.p2p.payouts import IS_RETURN, OTHERS, Payout, Roots, window_values
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import CLASS_ID
from chuantou.graph.ledger import CLIENT, LOAN
from chuantou.graph.pots import METHODS, pots_of
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm

WINDOW_US = 30 * DAY_US
ROOTS_US = 180 * DAY_US  # how long new money may be parked before it pays: evasion of the catalogue
RISING_WINDOWS, RISING_PPM = 3, 300_000  # red when the share rises over three windows and has reached 0.3 [E]
REFUND_US = 180 * DAY_US  # LA-REFUND


class NewMoneyPaysOld(Detector):
    """借新还旧: returns to earlier investors paid out of later investors' principal.

    Over the payouts (RETURN_PRIN, RETURN_INT, and refunds that are none) of W = 30 days from the pots of a platform – its
    own accounts, those of R1 parties, custody without sub-ledgers: every payout is split by the roots of its money,
    ``NPO = Σ other investors' principal / Σ payouts``. An investor's own principal, and the repayment of the loan that he
    lent to, are no new money; a repayment that was itself paid with investors' money, or with that of another loan, is.
    Fires yellow at 0.2, red at 0.5, or red at 0.3 when it rose over three windows, from 100,000 yuan and 10 payees on [E].
    A colour needs FIFO and pro-rata over the line; LIFO and max-flow are stated. Judged at day closes for every payout of
    the day, so that ``first_breach`` is its instant. Clause 二(一)1; 三(四). Amounts in fen.

    >>> NewMoneyPaysOld.colour(fifo=600_000, prorata=300_000, yellow=200_000, red=500_000)
    2
    """

    id, clause, family = "P2P-02", "二(一)1", "client_money"
    title_zh, title_en = "借新还旧", "new money pays old"
    legal_basis = ("SEED 二(一)1", "SEED 三(四)", "2016 网络借贷暂行办法 art. 10(2) [S5]")
    parameters = ("ponzi.npo",)
    sectors = ("P2P", "ECF", "AM", "ILF")

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.paid: dict[str, deque[tuple[int, int, int]]] = {}  # platform -> (time, payee, fen) of returns in the window
        self.paid_today: set[str] = set()
        self.tainted: dict[int, int] = {}  # log index of a credit -> fen of it that investors had paid in before
        self.lent: dict[int, int] = {}  # log index of a disbursement -> fen of it out of clients' lots

    def observe(self, segment: Segment) -> Iterator[Finding]:
        if segment.first == segment.end:
            return
        watch, base = self.world.watch, self.world.ledger.base
        into, out_of = segment.into, segment.out_of
        flow = self.world.ledger.log.flow_class[segment.first - base : segment.end - base]
        mine = set(self.institutions())
        for i in np.flatnonzero((out_of != NONE) & (into != out_of) & IS_RETURN[flow]).tolist():
            key = watch.keys[out_of[i]]
            if key in mine:
                payout = (int(segment.time[i]), int(segment.payee_party[i]), int(segment.fen[i]))
                self.paid.setdefault(key, deque()).append(payout)
                self.paid_today.add(key)
        self._note_origins(segment, into)
        yield from ()

    def _note_origins(self, s: Segment, into: NDArray[np.int32]) -> None:
        """How much of a loan, and of a credit that no client paid, was investors' money."""
        log, base = self.world.ledger.log, self.world.ledger.base
        row = s.parts.transfer - s.first
        root_kind = log.kind[s.parts.root - base]
        told = np.flatnonzero((s.kind[row] == LOAN) | ((into[row] != NONE) & (s.kind[row] != CLIENT) & (root_kind != 0)))
        for p in told.tolist():
            index, root, fen = int(s.parts.transfer[p]), int(s.parts.root[p]), int(s.parts.fen[p])
            if root_kind[p] == LOAN:
                if log.listing[root - base] == log.listing[index - base]:
                    continue  # the money of a loan that comes back for this very loan
                fen = fen * self.lent.get(root, 0) // int(log.fen[root - base])
            elif root_kind[p] != CLIENT:
                continue
            where = self.lent if s.kind[row[p]] == LOAN else self.tainted
            where[index] = where.get(index, 0) + fen

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        for key in sorted(self.paid_today):
            yield from self._judge(key, now)
        self.paid_today.clear()
        base = self.world.ledger.base
        for noted in (self.tainted, self.lent):
            for index in [index for index in noted if index < base]:
                del noted[index]

    def _judge(self, key: str, now: int) -> Iterator[Finding]:
        gate = self.in_force("ponzi.npo", now - 1)
        paid = self.paid[key]
        while paid and paid[0][0] < now - DAY_US - WINDOW_US:
            paid.popleft()
        people, fen = len({who for _, who, _ in paid}), sum(fen for *_, fen in paid)
        if gate is None or fen < gate["min_fen"] or people < gate["min_payees"]:
            return
        roots, refunds, excuses = self._view(key, now)
        payouts = roots.payouts(now - RISING_WINDOWS * WINDOW_US, refunds)
        rising = self._rises(payouts, now - 1)
        told = (NO_SEVERITY, 0)
        for window in windows(payouts, now - DAY_US):
            if window.fen < gate["min_fen"] or len(window.payees) < gate["min_payees"]:
                continue
            fifo, prorata = ppm(window.others["fifo"], window.fen), ppm(window.others["prorata"], window.fen)
            severity = self.colour(fifo, prorata, to_ppm(gate["yellow"]), to_ppm(gate["red"]))
            last = window.last == len(payouts) - 1
            risen = rising and last and min(fifo, prorata) >= RISING_PPM
            severity = RED if risen else severity
            if severity == NO_SEVERITY or (severity, window.others["fifo"]) <= told:
                continue
            told = severity, window.others["fifo"]
            inside = payouts[window.first : window.last + 1]
            yield self._finding(key, roots, inside, severity, risen, excuses, now, last)

    def _finding(
        self, key: str, roots: Roots, window: list[Payout], severity: int, risen: bool, excuses: list[Excuse], now: int,
        last_of_day: bool,
    ) -> Finding:  # fmt: skip
        names, last = self.world.accounts.ids.names, window[-1]
        others = [sum(payout.parts[method][OTHERS] for payout in window) for method in METHODS]
        most = max(roots.most_of_others({payout.at for payout in window}), *others)
        values = window_values(window, most) | {"rising": int(risen)}
        return Finding(
            self.id, key, last.time, severity, others[0], values, (window[0].time, last.time),
            low_fen=min(others), high_fen=most,
            accounts=tuple(sorted({names[int(roots.pots.debtor[payout.at])] for payout in window})), known=now,
            key=(roots, tuple(payout.at for payout in window), tuple(excuses), now, last_of_day),
            flags=("truncated",) if roots.pots.truncated else (),
        )  # fmt: skip

    @staticmethod
    def colour(fifo: int, prorata: int, yellow: int, red: int) -> int:
        """Severity of two shares in ppm: both must be over a line, so that no convention makes a colour."""
        sure = min(fifo, prorata)
        return RED if sure >= red else YELLOW if sure >= yellow else NO_SEVERITY

    @staticmethod
    def _rises(payouts: list[Payout], until: int) -> bool:
        """Whether the FIFO share rose strictly over three consecutive windows, the last one ending at ``until``."""
        shares = []
        for back in range(RISING_WINDOWS):
            end = until - back * WINDOW_US
            inside = [payout for payout in payouts if end - WINDOW_US < payout.time <= end]
            fen = sum(payout.fen for payout in inside)
            shares.append(ppm(sum(payout.parts["fifo"][OTHERS] for payout in inside), fen) if fen else -1)
        return min(shares) >= 0 and all(later > earlier for later, earlier in pairwise(shares))

    # -- the pots ------------------------------------------------------------------------------------------------------

    def _view(self, key: str, now: int) -> tuple[Roots, NDArray[np.bool_], list[Excuse]]:
        world = self.world
        members = np.zeros(world.ledger.accounts.size, np.bool_)
        held = np.flatnonzero(world.watch.cluster_of == world.watch.index(key))
        excuses = [excuse for account in held.tolist() if (excuse := self._by_sub_ledger(account, now)) is not None]
        kept_apart = {excuse.inputs["account"] for excuse in excuses if excuse.holds}
        members[[a for a in held.tolist() if world.accounts.ids.names[a] not in kept_apart]] = True
        roots = Roots(world, key, pots_of(world.ledger, members, now - WINDOW_US - ROOTS_US, now - 1), self.tainted)
        return roots, self._refunds(key, roots), excuses

    def _by_sub_ledger(self, account: int, now: int) -> Excuse | None:
        """LA-SWEEP: designated custody that keeps every client's money apart; the obligation outranks its queue (§3.6)."""
        role, t = self.world.accounts.role_of(account), self.world.accounts.table
        if role == "CLIENT_SUB" and t.third_party[account]:
            return Excuse("LA-SWEEP", True, {"account": self.world.accounts.ids.names[account], "role": role})
        if role != "CLIENT_MASTER":
            return None
        excuse = custody(self.world, account, shanghai_day(now - 1))
        return Excuse(excuse.id, excuse.holds and int(t.subs[account]) > 0, excuse.inputs)

    def _refunds(self, key: str, roots: Roots) -> NDArray[np.bool_]:
        """LA-REFUND: money back to the account that paid it, within 180 days, no more than it paid for the same thing.

        The same order, or a listing that miscarried; a refund by name alone is a return.
        """
        pots, log = roots.pots, self.world.ledger.log
        order = log.order[pots.rows - self.world.ledger.base]
        book = self.world.obligations.books.get(key)
        out = np.zeros(len(pots.rows), np.bool_)
        paid_in: Counter[tuple[int, str, int]] = Counter()
        since: dict[tuple[int, str, int], int] = {}
        for i in range(len(pots.rows)):
            listing = int(roots.listing[i])
            by_order, by_listing = ("order", int(order[i])), ("listing", listing)
            if pots.enters[i] and roots.kind[i] == CLIENT:
                for kind, number in (by_order, by_listing):
                    paid_in[int(pots.debtor[i]), kind, number] += int(pots.fen[i])
                    since[int(pots.debtor[i]), kind, number] = int(roots.time[i])
            elif pots.leaves[i] and not pots.enters[i] and IS_RETURN[roots.flow[i]]:
                loan = book.loans.get(self.world.listings.names[listing]) if book is not None and listing != NONE else None
                miscarried = loan is not None and loan.status == "MISCARRY"
                cancelled = roots.flow[i] == CLASS_ID["REFUND"] and order[i] != NONE
                kind, number = by_listing if miscarried else by_order
                thing = int(pots.creditor[i]), kind, number
                in_time = thing in since and roots.time[i] - since[thing] <= REFUND_US
                if (miscarried or cancelled) and in_time and paid_in[thing] >= pots.fen[i]:
                    out[i] = True
                    paid_in[thing] -= int(pots.fen[i])
        return out

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        roots, window, excuses, now, last_of_day = finding.key
        pots, names, counted = roots.pots, self.world.accounts.ids.names, set(window)
        rows = [
            {
                "transaction": list(self.world.refs.of(int(pots.rows[i]))),
                "time": int(roots.time[i]),
                "payer": None if pots.enters[i] else names[pots.debtor[i]],
                "payee": None if pots.leaves[i] else names[pots.creditor[i]],
                "fen": int(pots.fen[i]),
                "root": roots.label[i],
                "from_investors_fen": roots.tainted[i],
                "listing": named(self.world.listings.names, int(roots.listing[i])),
                "party": named(self.world.parties.names, int(roots.payer[i] if pots.enters[i] else roots.payee[i])),
                "payout": "window" if i in counted else "before" if i in roots.returned else "",
            }
            for i in range(window[-1] + 1)
        ]
        return Evidence(
            {
                "npo_*_ppm": "sum over payouts of what other investors had paid in / payouts_fen, by method",
                "npo_maxflow_ppm": "all pots as one, investors' money kept for the payouts",
            },
            {
                "openings": [[names[account], fen] for account, fen in pots.openings],
                "transfers": rows,
                "judged_at": now - 1,
                "last_of_day": last_of_day,
            },
            transactions=[int(index) for index in pots.rows[: window[-1] + 1] if index >= self.world.ledger.base],
            related=related_paths(self.world, finding.subject, {row["party"] for row in rows if row["party"]}),
            excuses=list(excuses),
            thresholds={"ponzi.npo": self.in_force("ponzi.npo", finding.time), "rising_ppm": RISING_PPM},
        )  # fmt: skip


def named(names: Sequence[str], number: int) -> str | None:
    """By name: numbers are handed out in order of first sight, which batches may change."""
    return names[number] if number != NONE else None


@dataclass
class Window:
    """Running sums over ``payouts[first : last + 1]``."""

    first: int
    last: int
    fen: int
    others: Counter[str]
    payees: Counter[int]


def windows(payouts: list[Payout], since: int) -> Iterator[Window]:
    """The window that ends with every payout from ``since`` on; one object, moved on."""
    w = Window(0, -1, 0, Counter(), Counter())
    for n, payout in enumerate(payouts):
        w.last, w.fen = n, w.fen + payout.fen
        w.payees[payout.payee] += 1
        w.others.update({method: payout.parts[method][OTHERS] for method in METHODS})
        while payouts[w.first].time < payout.time - WINDOW_US:
            gone = payouts[w.first]
            w.first, w.fen = w.first + 1, w.fen - gone.fen
            w.others.subtract({method: gone.parts[method][OTHERS] for method in METHODS})
            w.payees[gone.payee] -= 1
            if not w.payees[gone.payee]:
                del w.payees[gone.payee]
        if payout.time >= since:
            yield w
