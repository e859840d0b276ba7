"""P2P-14 高风险证券市场配资 · off-exchange margin financing."""

from collections import deque
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import PPM, YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, zero_tolerance
from chuantou.detectors.p2p.margin_loans import MarginBook, MarginLoan, Paid, Terms
from chuantou.detectors.p2p.proceeds import Loan, Proceeds, follow_to
from chuantou.detectors.p2p.self_financing import trace_inputs
from chuantou.detectors.phrases import says
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.accounts import NONE, ROLE_ID
from chuantou.graph.ledger import LOAN
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import ProductEvent

WINDOW_US = 60 * DAY_US
PROCEEDS_US = 5 * DAY_US
KEEP_US = 200 * DAY_US  # how long a listing may wait for its loan
MAX_INSTANTS = 64
SECURITIES_USE = ("4", "金融市场")  # IFCERT loanUse [C1]
WORDS = ("配资", "操盘", "打新")
SETTLE = ROLE_ID["SEC_SETTLE"]
HOSTS = ("securities", "fund", "private_fund", "trust", "bank")  # licences of whoever may hold many people's securities


class Hosted(NamedTuple):
    """A stranger's payment into a securities account, or out of it to one."""

    time: int
    row: int
    party: int
    fen: int
    inward: bool


class MarginFinancing(Detector):
    """场外配资: somebody without a securities licence lends money for trading in securities.

    Of a financier X (an institution or any other party, with its R1 circle): a client pays a deposit D to X, within 3 days X
    pays M, D ≤ M ≤ 15 D, into a securities account that is not X's own, then the client pays X at least two interests at
    equal spacing (7, 10, 15, 30 or 90 ± 2 days) of 0.5–5 % of M a month; at the end the account pays about M back. Fires at
    3 clients or Σ M of 1,000,000 yuan funded within 60 days, severity by zero tolerance; yellow for one full cycle of M ≥ 3 D.
    By listing: a loan for the financial market, or that says 配资, 操盘, 打新, of which FIFO and pro-rata both bring half to
    securities accounts within 5 days. By host: a securities account with more than 20 strangers paying in, or paid [E].
    Judged at day closes for the instants of the day. Clause 二(一)2; 二(六)2; Securities Law art. 120 [L7]. Amounts in fen.

    >>> terms = Terms(1, 15, 5_000, 50_000, 900_000)
    >>> month = 30 * DAY_US
    >>> loan = MarginLoan(1, [2], [Paid(0, 0, 100, 100)], [Paid(0, 1, 500, 500)], [Paid(n * month, n, 10, 10) for n in (1, 2)])
    >>> loan.holds(terms), loan.is_closed(terms)
    (True, False)
    """

    id, clause, family = "P2P-14", "二(一)2", "client_money"
    title_zh, title_en = "高风险证券市场配资", "off-exchange margin financing"
    legal_basis = ("SEED 二(一)2", "SEED 二(六)2", "证券法 art. 120 [L7]")
    parameters = ("margin",)
    sectors = ("P2P", "ECF", "AM", "ILF")
    clause_in: ClassVar[dict[str, str]] = {"ECF": "二(六)2"}

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.book = MarginBook(world)
        self.hosted: dict[int, deque[Hosted]] = {}
        # (platform, listing) -> what it says, its event, its time
        self.flagged: dict[tuple[str, str], tuple[str, str, str, int]] = {}
        self.followed: dict[int, Loan] = {}
        # platform -> loans of which half came to securities accounts, and how many rows of their money are told
        self.listed: dict[str, dict[int, tuple[Proceeds, int]]] = {}

    # -- facts ---------------------------------------------------------------------------------------------------------

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for _, event in segment.events:
            if isinstance(event, ProductEvent) and event.type == "LISTING" and event.listing is not None:
                use = (event.loan_use or "").strip()
                word = use if use in SECURITIES_USE else says(event.loan_use, WORDS) or says(event.describe, WORDS)
                if word is not None:
                    self.flagged[event.platform, event.listing] = (word, event.source_id, event.event_id, event.event_time)
        yield from ()

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        rows = self.world.ledger.rows_of(now - DAY_US, now)
        if len(rows):
            settle = self.world.accounts.table.role == SETTLE
            log, at = self.world.ledger.log, rows - self.world.ledger.base
            into, out_of = settle[log.creditor[at]], settle[log.debtor[at]]
            for key, time in self.book.take(rows, into, out_of, now):
                yield from self._judge(key, time, now)
            yield from self._hosts(rows[into | out_of], now)
            self._lent(rows[log.kind[at] == LOAN])
        yield from self._proceeds(now)
        self._forget(now)

    def _forget(self, now: int) -> None:
        self.book.forget(now)
        self.flagged = {key: told for key, told in self.flagged.items() if told[3] > now - KEEP_US}
        self.hosted = {account: held for account, held in self.hosted.items() if held[-1].time > now - DAY_US - WINDOW_US}
        self.followed = {root: x for root, x in self.followed.items() if now <= x.time + PROCEEDS_US + DAY_US}
        for held in self.listed.values():
            for root in [root for root, (p, _) in held.items() if p.loan.time <= now - WINDOW_US]:
                del held[root]

    # -- deposit, funding, interest, return ----------------------------------------------------------------------------

    def _judge(self, key: str, time: int, now: int) -> Iterator[Finding]:
        """The gravest sixty days of fundings that have shown their rhythm by ``time``."""
        pack = self.in_force("margin", time)
        if pack is None:
            return
        terms = terms_of(pack)
        sure = [loan for loan in self.book.loans[key] if loan.holds(terms)]
        best: tuple[int, int, list[MarginLoan]] = (NO_SEVERITY, 0, [])
        for last in sure:
            inside = [x for x in sure if last.funded_at - WINDOW_US < x.funded_at <= last.funded_at]
            severity, fen = self.graded(
                len({x.client for x in inside}), sum(x.funded_fen for x in inside),
                any(x.is_closed(terms) and x.funded_fen >= pack["cycle_leverage"] * x.deposit_fen for x in inside),
                (pack["clients"], pack["fen"]),
            )  # fmt: skip
            if (severity, fen) > best[:2]:
                best = (severity, fen, inside)
        severity, fen, inside = best
        if severity == NO_SEVERITY:
            return
        names, parties = self.world.accounts.ids.names, self.world.parties.names
        values = counted(inside, terms)
        others = sorted({parties[loan.client] for loan in inside})
        yield Finding(
            self.id, key, time, severity, fen, values, (min(loan.deposits[0].time for loan in inside), time), known=now,
            others=tuple(others), accounts=tuple(sorted({names[account] for loan in inside for account in loan.settles})),
            key=("financed", tuple(loan.copy() for loan in inside)),
        )  # fmt: skip

    @staticmethod
    def graded(clients: int, fen: int, cycle: bool, gate: tuple[int, int]) -> tuple[int, int]:
        """``(severity, fen)`` of funded clients; ``cycle``: one went through to the end at three times its deposit."""
        if clients >= gate[0] or fen >= gate[1]:
            return max(YELLOW, zero_tolerance(fen)), fen
        return (YELLOW, fen) if cycle else (NO_SEVERITY, 0)

    # -- sub-account hosts ---------------------------------------------------------------------------------------------

    def _hosts(self, rows: NDArray, now: int) -> Iterator[Finding]:
        """Securities accounts of one owner through which many strangers trade (HOMS)."""
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        role, owners = world.accounts.table.role, world.accounts.table.owner
        touched: dict[int, int] = {}
        for row in rows.tolist():
            at = row - base
            inward = role[log.creditor[at]] == SETTLE
            account = int(log.creditor[at] if inward else log.debtor[at])
            party = int(log.payer[at] if inward else log.payee[at])
            if party in (NONE, int(owners[account])) or role[log.debtor[at]] == role[log.creditor[at]]:
                continue
            held = self.hosted.setdefault(account, deque())
            held.append(Hosted(int(log.time[at]), row, party, int(log.fen[at]), bool(inward)))
            touched[account] = row
        names = world.accounts.ids.names
        for account in sorted(touched, key=names.__getitem__):
            held = self.hosted[account]
            while held[0].time <= now - DAY_US - WINDOW_US:
                held.popleft()
            yield from self._host(account, list(held), now)

    def _host(self, account: int, held: list[Hosted], now: int) -> Iterator[Finding]:
        pack, day = self.in_force("margin", now - 1), shanghai_day(now - 1)
        owner = self.world.accounts.owner_name(account)
        info = self.world.register.party(owner)
        if pack is None or any(self.world.register.has_licence(owner, kind, day) for kind in HOSTS):
            return
        if info is not None and info.sector in ("SECURITIES", "BANK"):
            return
        people = max(len({entry.party for entry in held if entry.inward == side}) for side in (True, False))
        if people <= pack["hosted"]:
            return
        fen = sum(entry.fen for entry in held if entry.inward)
        values = {"n_clients": people, "funded_fen": fen, "leverage_max_ppm": 0, "full_cycles": 0, "hosted": 1, "by_listing": 0,
                  **in_every_manner(fen)}  # fmt: skip
        party = int(self.world.accounts.table.owner[account])
        key = self.book.financier(account, party) if party != NONE else owner
        yield Finding(
            self.id, key, held[-1].time, max(YELLOW, zero_tolerance(fen)), fen, values, (held[0].time, held[-1].time), known=now,
            accounts=(self.world.accounts.ids.names[account],), key=("hosted", account, tuple(held)),
        )  # fmt: skip

    # -- listings for trading ------------------------------------------------------------------------------------------

    def _lent(self, rows: NDArray) -> None:
        """Loans of the day whose listing says that they are for trading."""
        log, base, world = self.world.ledger.log, self.world.ledger.base, self.world
        for row in rows.tolist() if self.flagged else ():
            at = row - base
            listing, payee = int(log.listing[at]), int(log.payee[at])
            platform = int(world.listing_table.platform[listing]) if listing != NONE else NONE
            key = world.parties.names[platform] if platform != NONE else ""
            if payee != NONE and (key, world.listings.names[listing] if listing != NONE else "") in self.flagged:
                self.followed[row] = Loan(row, key, payee, listing, int(log.fen[at]), int(log.time[at]))

    def _proceeds(self, now: int) -> Iterator[Finding]:
        last_out, settle = self.world.ledger.accounts.last_out, self.world.accounts.table.role == SETTLE
        for root in sorted(self.followed):
            loan = self.followed[root]
            moved = loan.checked < 0 or bool((last_out[loan.reached] >= loan.checked).any())
            pack = self.in_force("margin", loan.time)
            if not moved or pack is None:
                continue
            p = follow_to(self.world, loan, min(now - 1, loan.time + PROCEEDS_US), lambda account: bool(settle[account]))
            loan.reached, loan.checked = p.flow.accounts[1:], self.world.ledger.end
            held = self.listed.setdefault(loan.platform, {})
            _, told = held.get(root, (p, 0))
            reached = np.flatnonzero(p.sinks[p.creditor])
            for at in reached[reached >= told].tolist()[-MAX_INSTANTS:]:
                traced = p.trace(at + 1)
                if min(traced.fifo_sink_fen, traced.prorata_sink_fen) * PPM >= to_ppm(pack["listing"]) * loan.fen:
                    held[root] = (p, at + 1)
                    yield from self._by_listing(loan.platform, pack, self._time(int(p.flow.rows[at])), now)

    def _time(self, row: int) -> int:
        return int(self.world.ledger.log.time[row - self.world.ledger.base])

    def _by_listing(self, key: str, pack: dict, time: int, now: int) -> Iterator[Finding]:
        inside = [(p, n) for _, (p, n) in sorted(self.listed[key].items()) if time - WINDOW_US < p.loan.time <= time]
        arrived = [p.trace(n) for p, n in inside]
        fen, borrowers = sum(traced.fifo_sink_fen for traced in arrived), {p.loan.borrower for p, _ in inside}
        severity, _ = self.graded(len(borrowers), fen, True, (pack["clients"], pack["fen"]))
        values = {
            "n_clients": len(borrowers), "funded_fen": fen, "leverage_max_ppm": 0, "full_cycles": 0, "hosted": 0,
            "by_listing": len(inside), "funded_prorata_fen": sum(t.prorata_sink_fen for t in arrived),
            "funded_lifo_fen": sum(t.lifo_sink_fen for t in arrived),
            "funded_maxflow_fen": sum(t.maxflow_sink_fen for t in arrived),
        }  # fmt: skip
        parties = self.world.parties.names
        yield Finding(
            self.id, key, time, severity, fen, values, (inside[0][0].loan.time, time), known=now,
            low_fen=sum(min(t.fifo_sink_fen, t.prorata_sink_fen, t.lifo_sink_fen) for t in arrived),
            high_fen=sum(t.maxflow_sink_fen for t in arrived), others=tuple(sorted(parties[b] for b in borrowers)),
            key=("listing", tuple(inside)),
        )  # fmt: skip

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        formulas = {"funded_fen": "sum of what was paid into securities accounts", "leverage_max_ppm": "largest funded / deposit"}
        lines = {"margin": self.in_force("margin", finding.time), "zero_tolerance_fen": ZERO_TOLERANCE_FEN}
        limb, world = finding.key[0], self.world
        if limb == "financed":
            loans = finding.key[1]
            rows = sorted({paid.row for x in loans for paid in (*x.deposits, *x.fundings, *x.interest, *x.returns)})
            watched = finding.subject in world.watch.institutions
            related = related_paths(world, finding.subject, self._payers(rows)) if watched else {}
            return Evidence(formulas, {"limb": limb, "loans": [self._told(loan) for loan in loans]}, rows, related=related,
                            excuses=[self._own_account(finding, loan) for loan in loans], thresholds=lines)  # fmt: skip
        if limb == "hosted":
            _, account, held = finding.key
            parties = world.parties.names
            moves = [{"transaction": list(world.refs.of(e.row)), "time": e.time, "party": parties[e.party], "fen": e.fen,
                      "inward": e.inward} for e in held]  # fmt: skip
            return Evidence(formulas, {"limb": limb, "account": world.accounts.ids.names[account], "moves": moves},
                            sorted({e.row for e in held}), thresholds=lines)  # fmt: skip
        inside = finding.key[1]
        said = [self.flagged[p.loan.platform, world.listings.names[p.loan.listing]] for p, _ in inside]
        told = [
            trace_inputs(world, p, n) | {"says": word, "time": p.loan.time} for (p, n), (word, *_) in zip(inside, said)
        ]  # fmt: skip
        return Evidence(
            formulas | {"funded_fen": "sum of sink_fen by FIFO"}, {"limb": limb, "loans": told},
            sorted({int(row) for p, n in inside for row in p.flow.rows[:n]}),
            events=sorted({(source, event) for _, source, event, _ in said}),
            excuses=[excuse for p, _ in inside for excuse in p.excuses], thresholds=lines,
        )  # fmt: skip

    def _payers(self, rows: list[int]) -> set[str]:
        log, base = self.world.ledger.log, self.world.ledger.base
        return {self.world.accounts.owner_name(int(log.debtor[row - base])) for row in rows}

    def _told(self, loan: MarginLoan) -> dict[str, Any]:
        world = self.world

        def rows(paid: list[Paid]) -> list[dict[str, Any]]:
            return [
                {"transaction": list(world.refs.of(p.row)), "time": p.time, "fen": p.fen, "counted_fen": p.counted}
                for p in paid
            ]  # fmt: skip

        return {
            "client": world.parties.names[loan.client],
            "accounts": sorted(world.accounts.ids.names[account] for account in loan.settles),
            "deposits": rows(loan.deposits), "fundings": rows(loan.fundings), "interest": rows(loan.interest),
            "returns": rows(loan.returns),
        }  # fmt: skip

    def _own_account(self, finding: Finding, loan: MarginLoan) -> Excuse:
        """LA-SEC: same name, as far as the bank says; and the licences of who funded it."""
        world, day = self.world, shanghai_day(loan.funded_at)
        kinds = sorted({licence.kind for licence in world.register.licences(finding.subject, day)})
        owners = {world.accounts.ids.names[account]: world.accounts.owner_name(account) for account in loan.settles}
        return Excuse("LA-SEC", False, {"accounts": owners, "financier": finding.subject, "financier_licences": kinds})


def terms_of(pack: dict[str, Any]) -> Terms:
    (least, most), (low, high) = pack["leverage"], pack["monthly"]
    return Terms(least, most, to_ppm(low), to_ppm(high), to_ppm(pack["back"]))


def counted(loans: list[MarginLoan], terms: Terms) -> dict[str, int]:
    """The computed values over margin loans (contract, P2P-14)."""
    return {
        "n_clients": len({loan.client for loan in loans}),
        "funded_fen": sum(loan.funded_fen for loan in loans),
        "leverage_max_ppm": max(loan.funded_fen * PPM // loan.deposit_fen for loan in loans),
        "full_cycles": sum(loan.is_closed(terms) for loan in loans),
        "hosted": 0,
        "by_listing": 0,
        **in_every_manner(sum(loan.funded_fen for loan in loans)),
    }


def in_every_manner(fen: int) -> dict[str, int]:
    """What was paid into the account directly is the same by every method."""
    return {f"funded_{name}_fen": fen for name in ("prorata", "lifo", "maxflow")}
