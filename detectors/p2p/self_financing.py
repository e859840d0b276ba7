"""P2P-04 自融 · self-financing."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import numpy as np

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import (
    ORANGE,
    RED,
    YELLOW,
    ZERO_TOLERANCE_FEN,
    Detector,
    Evidence,
    Finding,
    ppm,
    zero_tolerance,
)
from chuantou.detectors.p2p.convergence import Hub, half_arrived, hubs
from chuantou.detectors.p2p.proceeds import Loan, Proceeds, follow_proceeds
from chuantou.detectors.related_evidence import knowable_at, related_paths
from chuantou.graph.accounts import NONE
from chuantou.graph.ledger import LOAN
from chuantou.graph.trace import Trace
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import ProductEvent

RERUN_DAYS = 90  # catalogue P2P-04, “delays”: red suspects are followed three times as long
TIERS = ("R1", "R2")
MAX_INSTANTS = 64  # arrivals of one loan that are judged one by one; the last one always is


class SelfFinancing(Detector):
    """自融: the platform finances itself or its related parties under a borrower's name.

    SF1 by register: the borrower of a listing is the platform or in R1/R2 within ±180 days (yellow when listed; severity
    of the disbursed amount by the zero-tolerance table when paid out). SF2 by money: share of a disbursement that reaches
    Own(P) ∪ R1 ∪ R2 within 30 days and 6 hops, excused payments apart: yellow ≥ 0.30, red ≥ 0.50 where FIFO and pro-rata
    agree; orange where only max-flow is over the red line and pro-rata over the yellow one (G16). SF3 by convergence: ≥ 3
    borrowers with ≥ 50 % of their proceeds in one cluster: red when it is related, else yellow.
    Clause 二(一)1; 2016 办法 art. 10(1). Shares in ppm of the disbursed fen.

    >>> SelfFinancing.colour(fifo=941_192, prorata=941_192, maxflow=941_192, yellow=300_000, red=500_000)
    4
    >>> SelfFinancing.colour(fifo=0, prorata=333_333, maxflow=1_000_000, yellow=300_000, red=500_000)
    3
    """

    id, clause, family = "P2P-04", "二(一)1", "client_money"
    title_zh, title_en = "自融", "self-financing"
    legal_basis = ("SEED 二(一)1", "2016 网络借贷暂行办法 art. 10(1) [S5]")
    parameters = ("selffin.share",)
    sectors = ("P2P", "ECF", "AM", "ILF")
    clause_in: ClassVar[dict[str, str]] = {"ECF": "二(六)1"}

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.loans: dict[int, Loan] = {}
        self.followed: set[int] = set()  # roots whose money may still move inside their days
        self.listed: dict[str, list[tuple[int, str, str, int, tuple[str, str]]]] = {}  # platform -> offers for SF1

    # -- facts -----------------------------------------------------------------------------------------------------

    def observe(self, segment: Segment) -> Iterator[Finding]:
        mine = set(self.institutions())
        for _, event in segment.events:
            if isinstance(event, ProductEvent) and event.platform in mine and event.type in ("LISTING", "DISBURSE"):
                ref = (event.source_id, event.event_id)
                offer = (event.event_time, event.type, event.borrower or "", event.amount_fen or 0, ref)
                yield from self._offered(event.platform, offer)
        for i in np.flatnonzero(segment.kind == LOAN):
            loan = self._note_loan(segment, int(i), mine)
            if loan is not None:
                borrower, ref = self.world.parties.names[loan.borrower], self.world.refs.of(loan.root)
                yield from self._offered(loan.platform, (loan.time, "DISBURSE", borrower, loan.fen, ref))
        yield from self._arrivals(segment)

    def _offered(self, platform: str, offer: tuple[int, str, str, int, tuple[str, str]]) -> Iterator[Finding]:
        """A loan listed or paid out; kept, because a tie that is told later may judge it again."""
        self.listed.setdefault(platform, []).append(offer)
        yield from self._by_register(platform, [offer])

    def _note_loan(self, s: Segment, i: int, mine: set[str]) -> Loan | None:
        world, index = self.world, s.first + i
        listing = int(world.ledger.log.listing[index - world.ledger.base])
        platform = int(world.listing_table.platform[listing]) if listing != NONE else NONE
        cluster = int(s.out_of[i])
        key = world.parties.names[platform] if platform != NONE else world.watch.keys[cluster] if cluster != NONE else ""
        borrower = int(world.listing_table.borrower[listing]) if listing != NONE else int(s.payee_party[i])
        ruled = self.in_force("selffin.share", int(s.time[i])) is not None
        if key not in mine or borrower == NONE or not ruled:
            return None
        self.followed.add(index)
        self.loans[index] = Loan(index, key, borrower, listing, int(s.fen[i]), int(s.time[i]))
        return self.loans[index]

    def _arrivals(self, s: Segment) -> Iterator[Finding]:
        """The cheap test: first-in-first-out lots of a loan that arrive at a related party's account."""
        base = self.world.ledger.base
        roots = s.parts.root
        of_loans = np.flatnonzero(self.world.ledger.log.kind[roots - base] == LOAN)
        if not len(of_loans):
            return
        sinks: dict[str, set[int]] = {}
        touched: dict[int, int] = {}
        for p in of_loans.tolist():
            loan = self.loans.get(int(roots[p]))
            if loan is None:
                continue
            if loan.platform not in sinks:
                sinks[loan.platform] = set(self._sinks(loan.platform))
            transfer = int(s.parts.transfer[p])
            if int(s.creditor[transfer - s.first]) in sinks[loan.platform]:
                touched[loan.root] = transfer
        for root, transfer in sorted(touched.items()):
            until = int(s.time[transfer - s.first])
            yield from self._by_money(self.loans[root], self._follow(self.loans[root], until))

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        last_out = self.world.ledger.accounts.last_out
        active: set[str] = set()
        for root in [root for root in self.loans if root < self.world.ledger.base]:
            del self.loans[root]
        changed = self.world.watch.changed_today
        again = {root for root, loan in self.loans.items() if loan.platform in changed} if changed else set()
        for root in sorted(self.followed | again):
            loan = self.loans.get(root)
            if loan is None or now - DAY_US > loan.time + self._days(loan) * DAY_US:
                self.followed.discard(root)
                if root not in again or loan is None:
                    continue
            moved = loan.checked < 0 or bool((last_out[loan.reached] >= loan.checked).any())
            if not moved and root not in again:
                continue
            active.add(loan.platform)
            proceeds = self._follow(loan, now - 1)
            loan.reached, loan.checked = proceeds.flow.accounts[1:], self.world.ledger.end
            loan.halves = half_arrived(self.world, loan, now - 1)
            yield from self._by_money(loan, proceeds)
        for platform in sorted(active):
            for hub in hubs(self.world, [x for x in self.loans.values() if x.platform == platform], now - 1):
                yield from self._by_convergence(platform, hub)
        for platform in sorted(self.world.watch.changed_today & self.listed.keys()):
            yield from self._by_register(platform, self.listed[platform])

    def _days(self, loan: Loan) -> int:
        return RERUN_DAYS if loan.platform in self.suspects else self.in_force("selffin.share", loan.time)["days"]

    def _sinks(self, platform: str) -> list[int]:
        """Own(P) ∪ R1 ∪ R2, without accounts that hold clients' money by designation."""
        t, accounts = self.world.accounts.table, self.world.accounts
        held = self.world.watch.accounts_of(platform, *TIERS)
        return [a for a in held if not (t.third_party[a] and accounts.role_of(a).startswith(("CLIENT_", "RSV_")))]

    def _follow(self, loan: Loan, until: int) -> Proceeds:
        last = min(until, loan.time + self._days(loan) * DAY_US)
        return follow_proceeds(self.world, loan, last, self._sinks(loan.platform))

    # -- SF1 -------------------------------------------------------------------------------------------------------

    def _by_register(self, platform: str, offers: Iterable[tuple]) -> Iterator[Finding]:
        institution = self.world.watch.institutions[platform]
        for time, kind, borrower, fen, ref in offers:
            if institution.tier(borrower) not in ("P", *TIERS) or self.in_force("selffin.share", time) is None:
                continue
            if borrower != platform and not self._was_related(platform, borrower, time):
                continue
            severity = max(YELLOW, zero_tolerance(fen)) if kind == "DISBURSE" else YELLOW
            values = {"disbursed_fen": fen if kind == "DISBURSE" else 0, "asked_fen": fen, "n_borrowers": 1,
                      **{f"traced_{m}_ppm": 1_000_000 for m in ("fifo", "prorata", "lifo", "maxflow")}, "sf": 1}  # fmt: skip
            known = knowable_at(self.world, platform, [borrower])
            yield Finding(self.id, platform, time, severity, fen, values, (time, time), others=(borrower,),
                          known=known if known > time else None, key=("SF1", borrower, ref, time))  # fmt: skip

    def _was_related(self, platform: str, borrower: str, time: int) -> bool:
        """Within ±180 days of the offer, not only of the day on which it is looked at again."""
        relation = self.world.register.related(platform, shanghai_day(time)).get(borrower)
        return relation is not None and relation.tier in TIERS

    # -- SF2 -------------------------------------------------------------------------------------------------------

    @staticmethod
    def colour(fifo: int, prorata: int, maxflow: int, yellow: int, red: int) -> int:
        """Severity of traced shares (ppm): a colour needs FIFO and pro-rata, but FIFO alone clears nobody."""
        sure = min(fifo, prorata)
        if sure >= red:
            return RED
        if maxflow >= red and prorata >= yellow and fifo < yellow:
            return ORANGE
        return YELLOW if sure >= yellow else NO_SEVERITY

    def _by_money(self, loan: Loan, proceeds: Proceeds) -> Iterator[Finding]:
        share = self.in_force("selffin.share", loan.time)
        if share is None:
            return
        whole = proceeds.trace()
        if not whole.maxflow_sink_fen:
            return
        arrivals = np.flatnonzero(proceeds.sinks[proceeds.creditor] & (whole.hop > 0)).tolist()
        for at in [*arrivals[: MAX_INSTANTS - 1], *arrivals[MAX_INSTANTS - 1 :][-1:]]:
            finding = self._finding(loan, proceeds, proceeds.trace(at + 1), at, share)
            if finding is not None:
                yield finding

    def _finding(self, loan: Loan, p: Proceeds, traced: Trace, at: int, share: dict) -> Finding | None:
        values = shares(loan.fen, traced)
        severity = self.colour(values["traced_fifo_ppm"], values["traced_prorata_ppm"], values["traced_maxflow_ppm"],
                               to_ppm(share["yellow"]), to_ppm(share["red"]))  # fmt: skip
        if severity == NO_SEVERITY:
            return None
        world = self.world
        time = int(world.ledger.log.time[p.flow.rows[at] - world.ledger.base])
        reached = sorted({int(p.creditor[i]) for i in range(at + 1) if p.sinks[p.creditor[i]] and traced.hop[i] > 0})
        owners = sorted({world.accounts.owner_name(int(p.flow.accounts[i])) for i in reached})
        known = knowable_at(world, loan.platform, owners)
        borrower = world.parties.names[loan.borrower]
        path = [int(p.flow.accounts[c]) for i, c in enumerate(p.creditor[: at + 1]) if traced.fifo_fen[i] > 0
                and c < len(p.flow.accounts)]  # fmt: skip
        return Finding(
            self.id, loan.platform, time, severity, traced.fifo_sink_fen or traced.maxflow_sink_fen,
            {"disbursed_fen": loan.fen, "n_borrowers": 1, **values, "sf": 2}, (loan.time, time),
            low_fen=min(traced.fifo_sink_fen, traced.prorata_sink_fen, traced.lifo_sink_fen),
            high_fen=traced.maxflow_sink_fen, others=(borrower, *(o for o in owners if not o.startswith("account:"))),
            accounts=tuple(dict.fromkeys(world.accounts.ids.names[a] for a in path if a != NONE)),
            known=known if known > time else None,
            key=("SF2", loan.root, int(p.flow.rows[at]), p.until, p.sink_accounts),
            flags=("truncated",) if p.flow.truncated or traced.truncated else (),
        )  # fmt: skip

    # -- SF3 -------------------------------------------------------------------------------------------------------

    def _by_convergence(self, platform: str, hub: Hub) -> Iterator[Finding]:
        institution = self.world.watch.institutions[platform]
        related = any(institution.tier(party) in ("P", *TIERS) for party in hub.parties)
        for n in range(3, len(hub.loans) + 1):
            if n < len(hub.loans) and n > 3:
                continue
            taken = hub.loans[:n]
            traced = hub.traced(self.world, taken)
            disbursed = sum(loan.fen for loan, _ in taken)
            values = {"disbursed_fen": disbursed, "n_borrowers": len({loan.borrower for loan, _ in taken}), "sf": 3,
                      **{f"traced_{m}_ppm": ppm(fen, disbursed) for m, fen in traced.items()}}  # fmt: skip
            time = taken[-1][1]
            borrowers = sorted({self.world.parties.names[loan.borrower] for loan, _ in taken})
            yield Finding(
                self.id, platform, time, RED if related else YELLOW, traced["fifo"], values,
                (min(loan.time for loan, _ in taken), time), low_fen=min(traced.values()), high_fen=traced["maxflow"],
                others=tuple(dict.fromkeys((*hub.parties, *borrowers))),
                key=("SF3", tuple((loan.root, when) for loan, when in taken), hub.parties),
            )  # fmt: skip

    # -- evidence --------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        limb = finding.key[0]
        share = self.in_force("selffin.share", finding.window[0])
        related = related_paths(self.world, finding.subject, finding.others)
        if limb == "SF1":
            _, borrower, ref, _ = finding.key
            inputs = {"sf": 1, "borrower": borrower, "asked_fen": finding.values["asked_fen"],
                      "disbursed_fen": finding.values["disbursed_fen"]}  # fmt: skip
            return Evidence({"sf": "borrower in {P} ∪ R1 ∪ R2"}, inputs, events=[ref], related=related,
                            thresholds={"selffin.share": share, "zero_tolerance_fen": ZERO_TOLERANCE_FEN})  # fmt: skip
        if limb == "SF2":
            _, root, row, until, sinks = finding.key
            loans = [(self._loan(root, finding), until, row)]
        else:
            sinks = Hub.accounts(self.world, finding.key[2])
            loans = [(self._loan(root, finding), when, None) for root, when in finding.key[1]]
        traces, rows, excuses = [], [], []
        for loan, until, last_row in loans:
            p = follow_proceeds(self.world, loan, until, sinks)
            upto = len(p.flow.rows) if last_row is None else int(np.searchsorted(p.flow.rows, last_row)) + 1
            traces.append(trace_inputs(self.world, p, upto))
            rows.extend(p.flow.rows[:upto].tolist())
            excuses.extend(p.excuses)
        return Evidence(
            {"traced_*_ppm": "sum over loans of money of the root arriving at sinks / disbursed_fen, by method"},
            {"sf": int(limb[2]), "loans": traces, "hub": finding.key[2] if limb == "SF3" else ()},
            sorted(set(rows)), related=related, excuses=excuses, thresholds={"selffin.share": share},
        )  # fmt: skip

    def _loan(self, root: int, finding: Finding) -> Loan:
        loan = self.loans.get(root)
        if loan is None:
            raise KeyError(f"loan {root} of {finding.subject} is older than the log")
        return loan


def shares(disbursed: int, traced: Trace) -> dict[str, int]:
    """The four traced shares in ppm of the disbursed fen."""
    return {
        "traced_fifo_ppm": ppm(traced.fifo_sink_fen, disbursed),
        "traced_prorata_ppm": ppm(traced.prorata_sink_fen, disbursed),
        "traced_lifo_ppm": ppm(traced.lifo_sink_fen, disbursed),
        "traced_maxflow_ppm": ppm(traced.maxflow_sink_fen, disbursed),
    }


def trace_inputs(world: Any, p: Proceeds, upto: int) -> dict[str, Any]:
    """One loan's local ledger as plain data, from which anybody can trace it again."""
    names = ["OUTSIDE", *(world.accounts.ids.names[a] for a in p.flow.accounts[1:].tolist()), "EXCUSED"]
    traced = p.trace(upto)
    log_at = p.flow.rows[:upto] - world.ledger.base
    return {
        "disbursed_fen": p.loan.fen,
        "borrower": world.parties.names[p.loan.borrower] if p.loan.borrower != NONE else None,
        "listing": world.listings.names[p.loan.listing] if p.loan.listing != NONE else None,
        "root": 0,
        "max_hops": 6,
        "accounts": [
            {"account": name, "opening_fen": int(fen), "sink": bool(sink), "terminal": bool(stop)}
            for name, fen, sink, stop in zip(names, p.opening_fen, p.sinks, p.terminals)
        ],
        "transfers": [
            {
                "transaction": list(world.refs.of(int(p.flow.rows[i]))),
                "time": int(world.ledger.log.time[log_at[i]]),
                "payer": int(p.flow.debtor[i]),
                "payee": int(p.creditor[i]),
                "fen": int(p.flow.fen[i]),
                "traced_fen": [int(traced.fifo_fen[i]), int(traced.prorata_fen[i]), int(traced.lifo_fen[i])],
            }
            for i in range(upto)
        ],
        "sink_fen": {"fifo": traced.fifo_sink_fen, "prorata": traced.prorata_sink_fen,
                     "lifo": traced.lifo_sink_fen, "maxflow": traced.maxflow_sink_fen},
    }  # fmt: skip
