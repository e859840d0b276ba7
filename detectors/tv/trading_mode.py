"""TV-04 违规交易方式 · equal shares, centralised trading, resale within five trading days, more than 200 holders."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from chuantou.detectors.contract import YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, ppm, zero_tolerance
from chuantou.detectors.tv.products import Held, Product, Quick, Said, Sale, rules_in, trading_days_after
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import IS_HARD_BASIS, class_mask
from chuantou.graph.holders import look_through_holders
from chuantou.graph.trades import KEEP_DAYS
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import ProductEvent, TextItem

EXCHANGES = ("exchange", "securities")  # approved by the State Council
LENDING = ("P2P",)
OF_PRODUCTS = ("PRODUCT", "SUBSCRIBE", "HOLDING", "TRADE")
IS_SUPPLY = class_mask("SUPPLIER", "MERCH_SETTLE")
LISTED_SALES = 5_000  # subscriptions of one finding in full, in order; of more, one sum
FORGOTTEN_US = 400 * DAY_US  # a product of which nothing is heard for so long
PARTNERSHIP = "合伙"


@dataclass(frozen=True)
class Shown:
    """One product as it was judged."""

    product: str
    rules: tuple[Said, ...]
    holders: dict[str, Held]
    behind: dict[str, tuple[str, ...]]
    sales: tuple[Sale, ...]
    turnover: tuple[tuple[int, int], ...]
    quick: tuple[Quick, ...]
    supplied_fen: int


class TradingMode(Detector):
    """违规交易方式: a venue without the State Council's approval trades as only an exchange may.

    By product, over its life: (a) its rules or the venue's own texts speak of centralised trading (集合竞价, 连续竞价, 电子撮合,
    匿名, 做市商) or of equal shares for public issue; (b) ≥ 3 parties [E] closed a position less than 5 trading days after they
    opened it, within 95 days; (c) more than 200 holders ever, nominees (AGREEMENT), partnerships and vehicles looked through.
    Not for a licensed exchange; (b) and (c) not where invoices by the bank's code pay ≥ 80 % of the turnover (spot trade with
    delivery); transfers by agreement are few. Amount: turnover and subscriptions, of (b) alone what was resold; severity by
    zero tolerance, at least yellow. Clause 二(四); 国发〔2011〕38号, 国办发〔2012〕37号 [S16]. Amounts in fen.

    >>> TradingMode.limbs(rules=0, parties=3, holders=180, supplied=0, limit=200, pack={"parties": 3, "spot": 0.8})
    (False, True, False)
    """

    id, clause, family = "TV-04", "二(四)", "venue"
    title_zh, title_en = "违规交易方式", "forbidden mode of trading"
    legal_basis = ("SEED 二(四)", "国发〔2011〕38号, 国办发〔2012〕37号 [S16]")
    parameters = ("tv.holders.max", "tv.min_trading_days", "tv.trading")
    sectors = ("TV",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.products: dict[str, dict[str, Product]] = {}  # venue → name; "" is the venue itself
        self.subscribers: dict[str, set[str]] = {}  # of vehicles, by whatever names them
        self.supplied: Counter[str] = Counter()  # fen paid by invoice under the name of a product
        self.today: list[ProductEvent | TextItem] = []  # taken at the day's close, when who is watched is known
        self.touched: set[tuple[str, str]] = set()
        self._version = 0

    # -- facts ---------------------------------------------------------------------------------------------------------

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for _, event in segment.events:
            if (isinstance(event, TextItem) and event.party is not None and event.kind != "news") or (
                isinstance(event, ProductEvent) and event.type in OF_PRODUCTS
            ):
                self.today.append(event)
        if segment.first < segment.end:
            self._note_supply(segment)
        yield from ()

    def _take(self, e: ProductEvent) -> None:
        if e.type == "SUBSCRIBE" and e.product is not None and e.investor is not None and self._sells_vehicles(e.platform):
            self.subscribers.setdefault(e.product, set()).add(e.investor)
        name = e.asset if e.type == "HOLDING" else e.product
        if name is not None and self._is_venue(e.platform):
            self.products.setdefault(e.platform, {}).setdefault(name, Product()).take(e)
            self.touched.add((e.platform, name))

    def _sells_vehicles(self, party: str) -> bool:
        """Lending platforms sell claims, to crowds; what a vehicle's holders are nobody learns from them."""
        info = self.world.register.party(party)
        return info is None or info.sector not in LENDING

    def _is_venue(self, party: str) -> bool:
        """A watched institution of the sector, or on which anything is traded."""
        if party not in self.world.watch.institutions:
            return False
        info = self.world.register.party(party)
        return party in self.world.trades.venues or (info is not None and info.sector in self.sectors)

    def _read(self, e: TextItem) -> None:
        words = rules_in(e.text) if e.party is not None and self._is_venue(e.party) else ()
        if words and e.party is not None:
            unit = self.products.setdefault(e.party, {}).setdefault("", Product())
            unit.rules.append(Said(e.event_time, words, (e.source_id, e.event_id)))
            unit.last = e.event_time
            self.touched.add((e.party, ""))

    def _note_supply(self, s: Segment) -> None:
        log, base = self.world.ledger.log, self.world.ledger.base
        rows = slice(s.first - base, s.end - base)
        paid = (log.product[rows] != NONE) & IS_SUPPLY[log.flow_class[rows]] & IS_HARD_BASIS[log.basis[rows]]
        for i in np.flatnonzero(paid).tolist():
            self.supplied[self.world.products.names[int(log.product[s.first - base + i])]] += int(s.fen[i])

    # -- judgement -----------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        for event in self.today:
            if isinstance(event, TextItem):
                self._read(event)
            else:
                self._take(event)
        self.today.clear()
        least = self.in_force("tv.min_trading_days", now - 1)
        if least is not None:
            self._note_quick(day, least)
        if self._version != self.world.register.version:  # whoever stands behind a holder may have become known
            self._version = self.world.register.version
            self.touched.update((venue, name) for venue, units in self.products.items() for name in units)
        for venue, name in sorted(self.touched):
            unit = self.products[venue][name]
            if unit.last < now - FORGOTTEN_US:
                del self.products[venue][name]
            else:
                yield from self._judge(venue, name, unit, day)
        self.touched.clear()

    def _note_quick(self, day: int, least: int) -> None:
        """Positions closed today too soon; of each venue the last closings are today's."""
        for venue in sorted(self.products.keys() & self.world.trades.venues.keys()):
            closings = self.world.trades.venues[venue].closings
            today = []
            for closing in reversed(closings):
                if closing.day < day:
                    break
                today.append(closing)
            for closing in reversed(today):
                days = trading_days_after(closing.opened_day, closing.day, least)
                if days < least:
                    self.products[venue].setdefault(closing.product, Product()).quick.append(Quick(closing, days))

    def _judge(self, venue: str, name: str, unit: Product, day: int) -> Iterator[Finding]:
        world, time = self.world, unit.last
        limit, pack = self.in_force("tv.holders.max", time), self.in_force("tv.trading", time)
        licensed = any(world.register.has_licence(venue, kind, shanghai_day(time)) for kind in EXCHANGES)
        if limit is None or pack is None or licensed:
            return
        circle = set(world.watch.institutions[venue].circle("R1"))
        holders = {who: held for who, held in unit.holders.items() if who not in circle}
        behind, cut = self._behind(holders, day)
        quick = tuple(q for q in unit.quick if q.closing.party not in circle and q.closing.day > shanghai_day(time) - KEEP_DAYS)
        general = self.products[venue].get("")
        rules = (*unit.rules, *(general.rules if general is not None and general is not unit else ()))
        turnover, raised = sum(unit.turnover.values()), sum(sale.fen for sale in unit.sales)
        parties = {q.closing.party for q in quick}
        values = {
            "n_holders": len({end for ends in behind.values() for end in ends}),
            "direct_holders": len(holders),
            "limit": limit,
            "n_quick": len(quick),
            "n_quick_parties": len(parties),
            "quick_fen": sum(q.closing.closed_fen for q in quick),
            "min_interval_days": min((q.days for q in quick), default=self.in_force("tv.min_trading_days", time)),
            "n_rules": len(rules),
            "turnover_fen": turnover,
            "raised_fen": raised,
        }
        supplied = ppm(self.supplied[name], turnover)
        limbs = self.limbs(len(rules), len(parties), values["n_holders"], supplied, limit, pack)
        if not any(limbs):
            return
        amount = turnover + raised if limbs[0] or limbs[2] else values["quick_fen"]
        first = min([said.time for said in rules] + [held.time for held in holders.values()] + [time])
        yield Finding(
            self.id, venue, time, max(YELLOW, zero_tolerance(amount)), amount, values, (first, time), known=day_start_us(day + 1),
            key=Shown(name, rules, holders, behind, tuple(unit.sales), tuple(sorted(unit.turnover.items())), quick,
                      self.supplied[name]),
            flags=("truncated",) if cut else (),
        )  # fmt: skip

    @staticmethod
    def limbs(rules: int, parties: int, holders: int, supplied: int, limit: int, pack: dict[str, Any]) -> tuple[bool, bool, bool]:
        """Rules, resale too soon, too many holders; ``supplied``: what of the turnover invoices pay, ppm."""
        spot = supplied >= to_ppm(pack["spot"])
        return rules > 0, parties >= pack["parties"] and not spot, holders > limit and not spot

    def _behind(self, holders: dict[str, Held], day: int) -> tuple[dict[str, tuple[str, ...]], bool]:
        """For each holder who stands behind him, himself where nobody does; and whether a bound was met."""
        found = {who: look_through_holders(who, lambda party: self._held_for(party, day)) for who in sorted(holders)}
        return {who: ends.final or (who,) for who, ends in found.items()}, any(ends.truncated for ends in found.values())

    def _held_for(self, party: str, day: int) -> list[str]:
        """For whom a party holds: by contract, as a partnership or vehicle for its holders and subscribers."""
        register = self.world.register
        by_contract = register.entrusting(party, day)
        info = register.party(party)
        wraps = info is not None and (info.kind == "vehicle" or PARTNERSHIP in (info.name or ""))
        shares = register.shareholders_of(party, day) if wraps else []
        return sorted({*by_contract, *shares, *self.subscribers.get(party, ())} - {party})

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        shown: Shown = finding.key
        sales = shown.sales[:LISTED_SALES]
        quick = [{"party": c.party, "opened_day": c.opened_day, "day": c.day, "trading_days": days, "closed_fen": c.closed_fen,
                  "opened": list(c.opened), "event": list(c.event)} for c, days in shown.quick]  # fmt: skip
        turnover = sum(fen for _, fen in shown.turnover)
        events = {said.event for said in shown.rules} | {held.event for held in shown.holders.values()}
        events |= {sale.event for sale in sales} | {e for q in shown.quick for e in (q.closing.opened, q.closing.event)}
        keys = ("tv.holders.max", "tv.min_trading_days", "tv.trading")
        return Evidence(
            {"n_holders": "distinct ends of behind, of all that ever held", "min_interval_days": "least trading_days of quick"},
            {
                "project": shown.product,
                "rules": [{"event": list(said.event), "time": said.time, "says": list(said.words)} for said in shown.rules],
                "holders": [{"party": who, "time": held.time, "how": held.how, "event": list(held.event)}
                            for who, held in sorted(shown.holders.items())],
                "behind": {who: list(ends) for who, ends in shown.behind.items()},
                "sales": [{"event": list(s.event), "investor": s.investor, "fen": s.fen} for s in sales],
                "unlisted_fen": sum(sale.fen for sale in shown.sales[LISTED_SALES:]),
                "turnover": [list(row) for row in shown.turnover],
                "quick": quick,
                "supplied_fen": shown.supplied_fen,
            },
            events=sorted(events),
            excuses=[Excuse("LA-COOP", ppm(shown.supplied_fen, turnover) >= to_ppm(self.in_force(keys[2], finding.time)["spot"]),
                            {"supplied_fen": shown.supplied_fen, "turnover_fen": turnover})],
            thresholds={key: self.in_force(key, finding.time) for key in keys} | {"zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip
