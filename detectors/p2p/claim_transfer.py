"""P2P-13 未经批准的资产管理、债权（券）或股权转让 · unapproved asset management, transfer of claims and equity."""

import re
from collections import deque
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, zero_tolerance
from chuantou.detectors.p2p.convergence import clusters
from chuantou.detectors.p2p.sold_items import MAY_MANAGE, PRODUCTS, Entry, Item, Running, marks_of, trimmed
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.streams import ProductEvent

WINDOW_US = 90 * DAY_US
KEEP_US = 400 * DAY_US  # an item that is neither told nor sold for so long
LIMBS = ("mandate", "packed", "transferor", "unlicensed", "units")  # (a) … (e) of the catalogue, 1 … 5 in values
WINDOWS_US = {"packed": WINDOW_US, "transferor": 30 * DAY_US, "unlicensed": WINDOW_US, "units": WINDOW_US}
PACKAGE, UNIT_HOLDERS = 2, 2  # claims in one item; persons to whom units are sold
MONTH_DAYS = 31  # re-allocated at least monthly: no longer between two days of it
SPAN_DAYS = 30  # and over a month at least
SEPARATORS = re.compile(r"[,;、，；|+\s]+")


class Allocation(NamedTuple):
    """Product money matched to a listing; ``claim`` where it is one investor's."""

    time: int
    listing: str
    claim: str | None
    source: str
    event: str


class ClaimTransfer(Detector):
    """未批资管、债权（券）/股权转让: a platform manages assets, packs claims, deals in them, or sells what it may not sell.

    (a) a product whose investors do not choose: money of one investor in ≥ 20 listings, matched anew at least monthly for
    a month or longer, within 90 days; (b) one transfer item of ≥ 2 claims, or of a securitised, trust or fund share; (c) a
    transferor – parties in one control together – with ≥ 10 transfers in 30 days; (d) bank, securities, fund, insurance or
    trust products sold without a licence for it; (e) units of equity or income rights sold to ≥ 2 persons (by a crowdfunding
    platform: of income rights). Fires from 100,000 yuan on [E], severity by zero tolerance. Amount: claims (a), principal passed
    on (b, c), subscriptions (d, e). Judged at day closes for the instants of the day. Clause 二(一)2, 二(六)2 (“债券” is read
    as 债权 too); 2016 办法 art. 10(7)(8) [S5]. Amounts in fen.

    >>> run = Running(per_item=False)
    >>> for n in range(3):
    ...     run.add(Entry(n, "pack", f"claim {n}", 100, 2, "", ""), +1)
    >>> run.items, run.amount
    (3, 300)
    """

    id, clause, family = "P2P-13", "二(一)2", "client_money"
    title_zh, title_en = "未批资管或债权（券）、股权转让", "unapproved asset management or claim transfer"
    legal_basis = ("SEED 二(一)2", "SEED 二(六)2", "2016 网络借贷暂行办法 art. 10(7)(8) [S5]")
    parameters = ("claim.transfer",)
    sectors = ("P2P", "ECF", "AM", "ILF")
    clause_in: ClassVar[dict[str, str]] = {"ECF": "二(六)2"}

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.items: dict[tuple[str, str], Item] = {}  # (platform, product or listing)
        self.entries: dict[tuple[str, str], deque[Entry]] = {}  # (platform, limb)
        self.allocations: dict[tuple[str, str], deque[Allocation]] = {}  # (platform, product)
        self.holdings: dict[str, dict[str, tuple[str, str, str]]] = {}  # vehicle -> asset -> what it is, its event
        self.today: set[tuple[str, str]] = set()
        self.matched_today: set[tuple[str, str]] = set()

    # -- facts ---------------------------------------------------------------------------------------------------------

    def observe(self, segment: Segment) -> Iterator[Finding]:
        events = [event for _, event in segment.events if isinstance(event, ProductEvent)]
        mine = set(self.institutions()) if events else set()
        for e in events:
            if e.type == "HOLDING" and e.vehicle and e.asset:
                word = marks_of(self.world, e, None).get("b", "")
                self.holdings.setdefault(e.vehicle, {})[e.asset] = (word, e.source_id, e.event_id)
            elif e.platform in mine:
                self._take(e)
        yield from ()

    def _take(self, e: ProductEvent) -> None:
        if e.type in ("PRODUCT", "LISTING"):
            info = self.world.register.party(e.platform)
            marks = marks_of(self.world, e, info.sector if info is not None else None)
            if marks or e.vehicle:
                item = self.items.setdefault((e.platform, e.product or e.listing or ""), Item())
                item.marks |= marks
                item.vehicle = e.vehicle or item.vehicle
                item.told.append((e.source_id, e.event_id))
                item.last = max(item.last, e.event_time)
        elif e.type == "SUBSCRIBE" and e.investor is not None and e.amount_fen is not None:
            for name in (e.product, e.listing):
                if name is not None and (e.platform, name) in self.items:
                    self._sold(e, name, self.items[e.platform, name])
        elif e.type == "ALLOC" and e.product is not None and e.listing is not None:
            made = Allocation(e.event_time, e.listing, e.claim, e.source_id, e.event_id)
            self.allocations.setdefault((e.platform, e.product), deque()).append(made)
            self.matched_today.add((e.platform, e.product))
        elif e.type == "CLAIM_TRANSFER" and e.claim is not None and e.from_party is not None:
            self._transferred(e)

    def _sold(self, e: ProductEvent, name: str, item: Item) -> None:
        fen, investor = e.amount_fen or 0, e.investor or ""
        item.last = max(item.last, e.event_time)
        if "b" in item.marks or self._packed_claims(e.platform, item):
            self._note(e, "packed", name, investor, fen, 1)
        if "d" in item.marks:
            self._note(e, "unlicensed", name, investor, fen, 1)
        if "e" in item.marks:
            self._note(e, "units", name, investor, fen, UNIT_HOLDERS)

    def _packed_claims(self, platform: str, item: Item) -> bool:
        """Whether the product's vehicle holds two claims of the platform, or a share of what was packed before."""
        held = self.holdings.get(item.vehicle or "", {})
        book = self.world.obligations.books.get(platform)
        claims = [asset for asset in held if book is not None and (asset in book.claims or asset in book.closed_claims)]
        return len(claims) >= PACKAGE or any(word for word, *_ in held.values())

    def _transferred(self, e: ProductEvent) -> None:
        fen = e.principal_fen or e.amount_fen or 0
        claims = [claim for claim in SEPARATORS.split(e.claim or "") if claim]
        package = e.product or e.vehicle or e.parent_contract
        word = marks_of(self.world, e, None).get("b")
        if len(claims) > 1:
            package = package or e.claim
        if package is not None or word is not None:
            for n, claim in enumerate(claims):
                part = fen // len(claims) + (fen % len(claims) if n == 0 else 0)
                self._note(e, "packed", package or e.claim or "", claim, part, 1 if word is not None else PACKAGE)
        self._note(e, "transferor", e.from_party or "", f"{e.source_id}/{e.event_id}", fen, 0)

    def _note(self, e: ProductEvent, limb: str, item: str, member: str, fen: int, least: int) -> None:
        entry = Entry(e.event_time, item, member, fen, least, e.source_id, e.event_id)
        self.entries.setdefault((e.platform, limb), deque()).append(entry)
        self.today.add((e.platform, limb))

    # -- judgement -----------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        for key, limb in sorted(self.today):
            entries = self.entries[key, limb]
            trimmed(entries, now - DAY_US - WINDOWS_US[limb])
            yield from self._judge(key, limb, self._counted(key, limb, list(entries), day), now)
        for key, product in sorted(self.matched_today):
            made = self.allocations[key, product]
            while made[0].time <= now - DAY_US - WINDOW_US:
                made.popleft()
            yield from self._mandate(key, product, list(made), now)
        self.today.clear()
        self.matched_today.clear()
        self._forget(now)

    def _forget(self, now: int) -> None:
        """Drop what no window of a coming day can hold, and items that nobody told of or bought for a long time."""
        self.entries = {key: held for key, held in self.entries.items() if held and held[-1].time > now - DAY_US - WINDOW_US}
        self.allocations = {key: held for key, held in self.allocations.items() if held[-1].time > now - DAY_US - WINDOW_US}
        self.items = {key: item for key, item in self.items.items() if item.last > now - KEEP_US}

    def _counted(self, key: str, limb: str, entries: list[Entry], day: int) -> list[Entry]:
        """Without what a licence covers; transferors in one control are one, and the rule pack says how many are too many."""
        if limb != "transferor":
            return [entry for entry in entries if not self._may(key, limb, entry)]
        pack = self.world.rules.at("claim.transfer", day)
        parties = self.world.parties
        names = sorted({entry.item for entry in entries})
        numbered = [parties.id(name) for name in names]
        first = {parties.names[p]: parties.names[group[0]] for group in clusters(self.world, numbered, day) for p in group}
        return [entry._replace(item=first[entry.item], least=pack["transfers"] if pack else 0) for entry in entries]

    def _judge(self, key: str, limb: str, entries: list[Entry], now: int) -> Iterator[Finding]:
        """At every entry of the day that makes the day's gravest finding graver, and at its last one."""
        told, first, run = NO_SEVERITY, 0, Running(limb == "unlicensed")
        for n, entry in enumerate(entries):
            run.add(entry, +1)
            while entries[first].time <= entry.time - WINDOWS_US[limb]:
                run.add(entries[first], -1)
                first += 1
            pack = self.in_force("claim.transfer", entry.time)
            if pack is None or entry.time < now - DAY_US or run.amount < pack["fen"]:
                continue
            severity = zero_tolerance(run.amount)
            if severity > told or n == len(entries) - 1:
                told = max(told, severity)
                window = tuple(entries[first : n + 1])
                values = {"n_items": run.items, "amount_fen": run.amount, "limb": LIMBS.index(limb) + 1}
                sellers = tuple(sorted({e.item for e in window})) if limb == "transferor" else ()
                yield Finding(self.id, key, entry.time, severity, run.amount, values, (window[0].time, entry.time), known=now,
                              others=sellers, key=(limb, window))  # fmt: skip

    def _may(self, key: str, limb: str, entry: Entry) -> bool:
        """A licence of the platform covers it: managing assets, or selling this kind of product."""
        kinds = PRODUCTS[self.items[key, entry.item].marks["d"]][2] if limb == "unlicensed" else MAY_MANAGE
        return any(self.world.register.has_licence(key, kind, shanghai_day(entry.time)) for kind in kinds)

    def _mandate(self, key: str, product: str, made: list[Allocation], now: int) -> Iterator[Finding]:
        """(a) at the last allocation of the day."""
        time = made[-1].time
        pack, days = self.in_force("claim.transfer", time), sorted({shanghai_day(a.time) for a in made})
        if pack is None or self._licensed_manager(key, time) or not moved_monthly(days):
            return
        book = self.world.obligations.books[key]
        claims = sorted(
            (claim.key, claim.holder, claim.principal_fen, claim.event)
            for claim in book.claims.values()
            if claim.product == product
        )
        spread = spread_of([(claim, holder) for claim, holder, *_ in claims], made)
        inside = [claim for claim in claims if spread.get(claim[1], 0) >= pack["claims"]]
        fen = sum(principal for _, _, principal, _ in inside)
        severity = zero_tolerance(fen) if fen >= pack["fen"] else NO_SEVERITY
        if severity != NO_SEVERITY:
            values = {"n_items": max(spread.values()), "amount_fen": fen, "limb": 1}
            yield Finding(self.id, key, time, severity, fen, values, (made[0].time, time), known=now,
                          key=("mandate", product, tuple(made), tuple(inside)))  # fmt: skip

    def _licensed_manager(self, key: str, time: int) -> bool:
        return any(self.world.register.has_licence(key, kind, shanghai_day(time)) for kind in MAY_MANAGE)

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        formulas = {"n_items": "by limb: listings of one investor, claims, transfers, products, persons", "amount_fen": "Σ fen"}
        lines = {"claim.transfer": self.in_force("claim.transfer", finding.time), "zero_tolerance_fen": ZERO_TOLERANCE_FEN}
        licences = sorted({k.kind for k in self.world.register.licences(finding.subject, shanghai_day(finding.time))})
        excuses = [Excuse("LA-LICENCE", False, {"party": finding.subject, "licences": licences})]
        if finding.key[0] == "mandate":
            _, product, made, claims = finding.key
            rows = [{"event": [a.source, a.event], "day": shanghai_day(a.time), "listing": a.listing, "claim": a.claim}
                    for a in made]  # fmt: skip
            owned = [{"claim": name, "investor": who, "fen": fen, "event": list(event)} for name, who, fen, event in claims]
            events = {(a.source, a.event) for a in made} | {event for *_, event in claims}
            return Evidence(formulas, {"limb": "mandate", "product": product, "allocations": rows, "claims": owned},
                            events=sorted(events), excuses=excuses, thresholds=lines)  # fmt: skip
        limb, window = finding.key
        rows = [{"event": [e.source, e.event], "time": e.time, "item": e.item, "member": e.member, "fen": e.fen,
                 "least": e.least} for e in window]  # fmt: skip
        named = {e.item: self.items[finding.subject, e.item] for e in window if (finding.subject, e.item) in self.items}
        events = {(e.source, e.event) for e in window} | {ref for item in named.values() for ref in item.told}
        held = {item.vehicle: sorted(self.holdings.get(item.vehicle, {})) for item in named.values() if item.vehicle}
        what = {name: sorted(item.marks.items()) for name, item in sorted(named.items())}
        return Evidence(formulas, {"limb": limb, "entries": rows, "items": what, "holdings": held}, events=sorted(events),
                        excuses=excuses, thresholds=lines)  # fmt: skip


def moved_monthly(days: list[int]) -> bool:
    """Whether money was matched on three days or more, never more than a month apart, over a month or longer."""
    return len(days) > 2 and days[-1] - days[0] >= SPAN_DAYS and all(b - a <= MONTH_DAYS for a, b in pairwise(days))


def spread_of(claims: list[tuple[str, str]], made: list[Allocation]) -> dict[str, int]:
    """Listings in which each investor's money is: those of his claims, and those that the product shares."""
    shared = {a.listing for a in made if a.claim is None}
    of_claim: dict[str, set[str]] = {}
    for a in made:
        if a.claim is not None:
            of_claim.setdefault(a.claim, set()).add(a.listing)
    out: dict[str, set[str]] = {}
    for claim, holder in claims:
        out.setdefault(holder, set(shared)).update(of_claim.get(claim, ()))
    return {holder: len(listings) for holder, listings in out.items()}
