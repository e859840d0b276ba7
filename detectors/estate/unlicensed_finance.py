"""RE-02 无证房地产金融 · real-estate finance without a licence."""

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from chuantou.detectors.contract import PPM, YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, zero_tolerance
from chuantou.detectors.estate.purchases import sells_homes
from chuantou.detectors.estate.raised import Sale, sale_of, sales_in_book
from chuantou.detectors.p2p.exits import MANNERS
from chuantou.detectors.p2p.proceeds import Loan, Proceeds, follow_to
from chuantou.detectors.p2p.self_financing import trace_inputs
from chuantou.detectors.phrases import says
from chuantou.detectors.related_evidence import link_row
from chuantou.graph.accounts import NONE
from chuantou.graph.ledger import LOAN
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import ProductEvent

WINDOW_US = 60 * DAY_US
MAX_INSTANTS = 8
ESTATE_USE = ("3", "房地产")  # IFCERT loanUse [C1]
LAND = ("国土资源", "自然资源", "土地储备")  # bureaux that sell land, by their names
LICENCES = ("trust", "bank")


class UnlicensedEstateFinance(Detector):
    """无证房地产金融: a platform without a licence for it raises money for real estate.

    Its listings count whose use is 房地产 (loanUse 3), whose borrower is of that trade or in one control with a developer or
    agent (R1), or of whose proceeds FIFO and pro-rata both bring ≥ 50 % to developers, agents, escrow, land bureaux within 60
    days; what a supplier is paid by its bank's code is not followed. Fires when within 60 days ≥ 1,000,000 yuan was subscribed
    to them, or by ≥ 30 investors [E]; severity by zero tolerance of the sum, at least yellow. Not for a platform with a trust
    or bank licence. Judged at day closes for the last subscription or arrival. Clause 二(一)3, 二(六)3. Amounts in fen.

    >>> UnlicensedEstateFinance.fires(fen=100_000_000, people=3, gate={"fen": 100_000_000, "people": 30})
    True
    """

    id, clause, family = "RE-02", "二(一)3", "real_estate"
    title_zh, title_en = "无证房地产金融", "real-estate finance without a licence"
    legal_basis = ("SEED 二(一)3", "SEED 二(六)3")
    parameters = ("estate.finance",)
    sectors = ("P2P", "ECF", "AM", "ILF")
    clause_in: ClassVar[dict[str, str]] = {"ECF": "二(六)3"}

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.borrowers: dict[tuple[str, str], tuple[str, tuple[str, str]]] = {}  # listing -> borrower, event, of 60 days
        self.listed_at: dict[tuple[str, str], int] = {}
        self.flagged: dict[tuple[str, str], dict[str, Any]] = {}  # listing -> why, as evidence says it
        self.sales: dict[tuple[str, str], list[Sale]] = {}
        self.followed: dict[int, Loan] = {}
        self.traced: dict[tuple[str, str], dict[int, tuple[Proceeds, int]]] = {}
        self.touched: dict[str, int] = {}  # platform -> latest instant of the day

    # -- facts ---------------------------------------------------------------------------------------------------------

    def observe(self, segment: Segment) -> Iterator[Finding]:
        events = [event for _, event in segment.events if isinstance(event, ProductEvent) and event.listing is not None]
        mine = set(self.institutions()) if events else set()
        for e in events:
            key = e.platform, e.listing or ""
            sale = sale_of(e)
            if e.platform not in mine:
                continue
            if e.type == "LISTING" and e.borrower is not None:
                self.borrowers[key] = (e.borrower, (e.source_id, e.event_id))
                self.listed_at[key] = e.event_time
                reason = self._by_use(e) or self._by_borrower(e.borrower, shanghai_day(e.event_time))
                if reason is not None and key not in self.flagged:
                    self.flagged[key] = reason
            elif sale is not None and key in self.flagged:
                self.sales.setdefault(key, []).append(sale)
                self._touch(e.platform, sale.time)
        yield from ()

    def _touch(self, platform: str, time: int) -> None:
        self.touched[platform] = max(time, self.touched.get(platform, 0))

    @staticmethod
    def _by_use(e: ProductEvent) -> dict[str, Any] | None:
        use = (e.loan_use or "").strip()
        word = use if use in ESTATE_USE else says(use, ESTATE_USE[1:])
        return {"by": "use", "says": word} if word is not None else None

    def _by_borrower(self, borrower: str, day: int) -> dict[str, Any] | None:
        """The borrower's own trade, or that of a party in one control with it."""
        register = self.world.register
        related = [(name, r.path) for name, r in sorted(register.related(borrower, day).items()) if r.tier == "R1"]
        for name, path in [(borrower, ()), *related]:
            info = register.party(name)
            if info is not None and info.sector == "REALESTATE":
                return {"by": "borrower", "party": name, "path": [link_row(link) for link in path]}
        return None

    # -- judgement -----------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        self._lend(now)
        if self.followed:
            self._follow(now)
        for platform in sorted(self.touched):
            yield from self._judge(platform, self.touched[platform], now)
        self.touched.clear()
        self._forget(now)

    def _forget(self, now: int) -> None:
        self.followed = {root: loan for root, loan in self.followed.items() if now <= loan.time + WINDOW_US + DAY_US}
        for key in [key for key, time in self.listed_at.items() if time <= now - 2 * WINDOW_US]:
            for held in (self.borrowers, self.listed_at, self.flagged, self.sales, self.traced):
                held.pop(key, None)

    def _lend(self, now: int) -> None:
        """Loans of the day whose listing nothing has flagged yet: where they go will say what they are for."""
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        rows = world.ledger.rows_of(now - DAY_US, now)
        at = rows - base
        lent = (log.kind[at] == LOAN) & (log.listing[at] != NONE) & (log.payee[at] != NONE)
        for row in rows[lent].tolist():
            listing = int(log.listing[row - base])
            platform = int(world.listing_table.platform[listing])
            key = (world.parties.names[platform], world.listings.names[listing]) if platform != NONE else ("", "")
            if key in self.borrowers and key not in self.flagged:
                payee, fen, time = (int(column[row - base]) for column in (log.payee, log.fen, log.time))
                self.followed[row] = Loan(row, key[0], payee, listing, fen, time)

    def _follow(self, now: int) -> None:
        world, last_out = self.world, self.world.ledger.accounts.last_out
        homes = sells_homes(world)
        homes[[account for name in self._land() for account in world.accounts.of_party.get(world.parties.get(name), [])]] = True
        for root, loan in sorted(self.followed.items()):
            pack = self.in_force("estate.finance", loan.time)
            if pack is None or (loan.checked >= 0 and not bool((last_out[loan.reached] >= loan.checked).any())):
                continue
            p = follow_to(world, loan, min(now - 1, loan.time + WINDOW_US), lambda account: bool(homes[account]))
            loan.reached, loan.checked = p.flow.accounts[1:], world.ledger.end
            key = loan.platform, world.listings.names[loan.listing]
            for at in np.flatnonzero(p.sinks[p.creditor]).tolist()[-MAX_INSTANTS:]:
                traced = p.trace(at + 1)
                if min(traced.fifo_sink_fen, traced.prorata_sink_fen) * PPM >= to_ppm(pack["share"]) * loan.fen:
                    self._traced(key, root, p, at)
                    del self.followed[root]
                    break

    def _traced(self, key: tuple[str, str], root: int, p: Proceeds, at: int) -> None:
        self.traced.setdefault(key, {})[root] = (p, at + 1)
        if key not in self.flagged:
            self.flagged[key] = {"by": "money"}
            self.sales[key] = sales_in_book(self.world, *key)
        self._touch(key[0], int(self.world.ledger.log.time[p.flow.rows[at] - self.world.ledger.base]))

    def _land(self) -> list[str]:
        register = self.world.register
        infos = ((name, register.party(name)) for name in register.of_sectors(("OTHER",)))
        return [name for name, info in infos if info is not None and info.name and any(word in info.name for word in LAND)]

    def _judge(self, platform: str, time: int, now: int) -> Iterator[Finding]:
        pack, day = self.in_force("estate.finance", time), shanghai_day(time)
        if pack is None or any(self.world.register.has_licence(platform, kind, day) for kind in LICENCES):
            return
        keys = sorted(key for key in self.flagged if key[0] == platform and self.sales.get(key))
        inside = {key: [s for s in self.sales[key] if time - WINDOW_US < s.time <= time] for key in keys}
        inside = {key: sales for key, sales in inside.items() if sales}
        sales = [sale for held in inside.values() for sale in held]
        fen, people = sum(sale.fen for sale in sales), len({sale.investor for sale in sales})
        if not sales or not self.fires(fen, people, pack):
            return
        values = {
            "raised_fen": fen, "n_investors": people, "n_listings": len(inside),
            "by_money": sum(self.flagged[key]["by"] == "money" for key in inside),
            **self._arrived([key for key in inside if self.flagged[key]["by"] == "money"]),
        }  # fmt: skip
        yield Finding(
            self.id, platform, time, max(YELLOW, zero_tolerance(fen)), fen, values, (min(s.time for s in sales), time),
            known=now, others=tuple(sorted({self.borrowers[key][0] for key in inside})),
            key=tuple((key, self.flagged[key], tuple(held), tuple(sorted(self.traced.get(key, {}).items())))
                      for key, held in inside.items()),
        )  # fmt: skip

    def _arrived(self, keys: list[tuple[str, str]]) -> dict[str, int]:
        """Fen of the loans judged by their money that reached the trade, by every method."""
        traces = [p.trace(upto) for key in keys for p, upto in self.traced.get(key, {}).values()]
        return {f"traced_{name}_fen": sum(getattr(trace, f"{name}_sink_fen") for trace in traces) for name in MANNERS}

    @staticmethod
    def fires(fen: int, people: int, gate: dict[str, int]) -> bool:
        """Whether so much, or so many investors', money is raised."""
        return fen >= gate["fen"] or people >= gate["people"]

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        listings, rows, events, excuses = [], set(), set(), []
        for key, reason, sales, traced in finding.key:
            loans = [trace_inputs(self.world, p, upto) for _, (p, upto) in traced]
            rows |= {int(row) for _, (p, upto) in traced for row in p.flow.rows[:upto]}
            excuses += [excuse for _, (p, _) in traced for excuse in p.excuses]
            borrower, event = self.borrowers[key]
            events |= {event} | {(s.source, s.event) for s in sales}
            sold = [{"event": [s.source, s.event], "time": s.time, "investor": s.investor, "fen": s.fen} for s in sales]
            listings.append({"listing": key[1], "borrower": borrower, "why": reason, "sales": sold, "loans": loans})
        licences = sorted({k.kind for k in self.world.register.licences(finding.subject, shanghai_day(finding.time))})
        return Evidence(
            {"raised_fen": "sum of the subscriptions to listings for real estate within 60 days"},
            {"listings": listings}, sorted(rows), sorted(events),
            excuses=[Excuse("LA-LICENCE", False, {"party": finding.subject, "licences": licences}), *excuses],
            thresholds={"estate.finance": self.in_force("estate.finance", finding.time),
                        "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip
