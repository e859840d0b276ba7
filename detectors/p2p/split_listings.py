"""P2P-08 期限拆分、拆标 · maturity splitting and amount splitting."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from chuantou.detectors.contract import YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, ppm, zero_tolerance
from chuantou.detectors.p2p.borrower_cap import one_control
from chuantou.detectors.p2p.exits import MANNERS
from chuantou.detectors.p2p.listing_links import Asked, Link, Placed, follows, link_of, longest_chain, placed, same_matter
from chuantou.detectors.p2p.stand_ins import part_row, payers
from chuantou.detectors.related_evidence import link_row
from chuantou.graph.world import Segment
from chuantou.schemas.clock import day_of_date, day_start_us
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import ProductEvent

KEEP_DAYS = 400  # a listing of which nothing was told for so long is forgotten
MAX_LISTINGS = 200  # of one borrower and its circle that are compared; of more, the newest, and the flag says so
MONEY = ("fifo", "prorata")
TERM, AMOUNT = 1, 2


class Told(NamedTuple):
    """What a finding rests on."""

    limb: int
    listings: tuple[Placed, ...]
    links: tuple[Link, ...]
    cap_fen: int
    group: tuple[str, ...]
    borrower: str
    day: int
    excuse: Excuse


class SplitListings(Detector):
    """期限拆分、拆标: one long or large need is cut into listings that are short or small.

    (1) A chain ⟨ℓ₁…ℓₖ⟩ of one borrower, or of parties in one control: each starts within 3 days of the end of the one before,
    differs from it by ≤ 10 %, has its contract or words alike by ≥ 0.8 (pairs of characters), and its money repaid ≥ 0.8 of
    what was repaid, FIFO and pro-rata both. Fires at k ≥ 3, or k ≥ 2 under one contract that runs ≥ 1.8 times a listing's
    term. (2) Listings at one time, each within the cap of P2P-12 and together above it: of one borrower, or of one control
    and one matter. Severity by zero tolerance of what the later listings repaid, or of what exceeds the cap; at least
    yellow. Not: a licensed bank's revolving credit. Clause 二(一)1; 2016 网络借贷暂行办法 art. 10(6) [S5]. Fen, days, ppm.

    >>> SplitListings.is_chain(3, None, 0, 90), SplitListings.is_chain(2, "C1", 180, 90), SplitListings.is_chain(2, "C1", 160, 90)
    (True, True, False)
    """

    id, clause, family = "P2P-08", "二(一)1", "client_money"
    title_zh, title_en = "期限拆分或拆标", "splitting of terms or amounts"
    legal_basis = ("SEED 二(一)1", "2016 网络借贷暂行办法 art. 10(6) [S5]")
    parameters = ("split_listings",)
    sectors = ("P2P", "ECF")

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.asked: dict[str, dict[str, Asked]] = {}  # platform -> listing
        self.of_borrower: dict[str, dict[str, set[str]]] = {}  # platform -> borrower -> listings
        self.links: dict[str, dict[tuple[str, str], Link]] = {}
        self.told_today: list[ProductEvent] = []

    def observe(self, segment: Segment) -> Iterator[Finding]:
        self.told_today += [e for _, e in segment.events if isinstance(e, ProductEvent) and e.type == "LISTING"]
        yield from ()

    def day_close(self, day: int) -> Iterator[Finding]:
        now, mine = day_start_us(day + 1), set(self.institutions())
        gate = self.in_force("split_listings", now - 1)
        touched = self._touched(mine)
        self._forget(day)
        for key, borrower in sorted(touched):
            if gate is None:
                continue
            group = self._group(key, borrower, day)
            listings = self._listings(key, group)
            excuse = self._licensed(key, day)
            if not excuse.holds:
                yield from self._chains(key, borrower, group, listings, day, gate, excuse)
                yield from self._amounts(key, borrower, group, listings, day, gate, excuse)

    def _touched(self, mine: set[str]) -> set[tuple[str, str]]:
        """Borrowers that were given a listing today, or on whose listings something was paid."""
        out = set()
        for e in self.told_today:
            if e.platform in mine and e.listing is not None and e.borrower is not None:
                asked = Asked.of(e)
                self.asked.setdefault(e.platform, {})[e.listing] = asked
                self.of_borrower.setdefault(e.platform, {}).setdefault(e.borrower, set()).add(e.listing)
                out.add((e.platform, e.borrower))
        self.told_today.clear()
        t, world = self.world.repayments.today, self.world
        pairs = zip(t.institution.tolist(), world.ledger.log.listing[t.rows - world.ledger.base].tolist())
        for institution, listing in set(pairs):
            key = world.watch.keys[institution]
            known = self.asked.get(key, {}).get(world.listings.names[listing])
            if key in mine and known is not None:
                out.add((key, known.borrower))
        return out

    def _forget(self, day: int) -> None:
        for key, listings in self.asked.items():
            for name in [name for name, asked in listings.items() if asked.day < day - KEEP_DAYS]:
                gone = listings.pop(name)
                self.of_borrower[key][gone.borrower].discard(name)
                self.links[key] = {pair: link for pair, link in self.links.get(key, {}).items() if name not in pair}

    def _group(self, key: str, borrower: str, day: int) -> dict[str, Any]:
        """The borrower, and other borrowers of the platform in one control with it: party -> relation."""
        related = self.world.register.related(borrower, day)
        others = sorted(party for party in related.keys() & self.of_borrower[key].keys() if one_control(related[party]))
        return {borrower: None} | {party: related[party] for party in others}

    def _listings(self, key: str, group: dict[str, Any]) -> dict[str, Placed]:
        book = self.world.obligations.books.get(key)
        names = sorted({name for party in group for name in self.of_borrower[key].get(party, ())})
        here = [placed(self.asked[key][name], book.loans.get(name) if book is not None else None) for name in names]
        newest = sorted(here, key=lambda p: (p.start, p.asked.listing))[-MAX_LISTINGS:]
        return {p.asked.listing: p for p in newest}

    def _licensed(self, key: str, day: int) -> Excuse:
        held = self.world.register.has_licence(key, "bank", day)
        return Excuse("LA-LICENSED", held, {"party": key, "licences": ["bank"] if held else []})

    # -- terms ---------------------------------------------------------------------------------------------------------

    def _chains(
        self, key: str, borrower: str, group: dict[str, Any], listings: dict[str, Placed], day: int, gate: dict[str, Any],
        excuse: Excuse,
    ) -> Iterator[Finding]:  # fmt: skip
        near, alike, share = (to_ppm(gate[name]) for name in ("near", "alike", "rolled"))
        base = self.world.ledger.base
        links = {pair: x for pair, x in self.links.get(key, {}).items() if all(part.row >= base for part in x.parts)}
        self.links[key], found = links, []
        for a in listings.values():
            for b in listings.values():
                if borrower in (a.asked.borrower, b.asked.borrower) and follows(a, b, gate, near, alike):
                    link = link_of(self.world, key, a, b, set(group), gate)
                    if link is not None and all(ppm(link.rolled[manner], link.repaid_fen) >= share for manner in MONEY):
                        links[a.asked.listing, b.asked.listing] = link
                        found.append(link)
        for link in sorted(found, key=lambda x: (x.time, x.earlier, x.later)):
            if link.time < day_start_us(day):
                continue
            chain = longest_chain(links, listings, link)
            steps = [listings[chain[0].earlier], *(listings[step.later] for step in chain)]
            contracts = {p.asked.contract for p in steps}
            contract = contracts.pop() if len(contracts) == 1 else None
            if self.is_chain(len(steps), contract, steps[-1].end - steps[0].start, max(p.end - p.start for p in steps)):
                told = Told(TERM, tuple(steps), tuple(chain), 0, tuple(sorted(group)), borrower, day, excuse)
                rolled = {manner: sum(step.rolled[manner] for step in chain) for manner in MANNERS}
                yield self._finding(key, told, rolled, link.time)

    @staticmethod
    def is_chain(length: int, contract: str | None, span: int, term: int) -> bool:
        """Three listings, or two under one contract of which the ``span`` is 1.8 times the longest ``term``."""
        return length >= 3 or (length >= 2 and contract is not None and span * 10 >= term * 18)

    # -- amounts -------------------------------------------------------------------------------------------------------

    def _amounts(
        self, key: str, borrower: str, group: dict[str, Any], listings: dict[str, Placed], day: int, gate: dict[str, Any],
        excuse: Excuse,
    ) -> Iterator[Finding]:  # fmt: skip
        rule = self.world.rules.entry(f"p2p.cap.{'person' if borrower.startswith('person:') else 'entity'}.one", day)
        today = [p for p in listings.values() if p.asked.day == day and p.asked.borrower == borrower]
        if rule is None or not today:
            return
        cap, first = rule.value, day_of_date(rule.first)
        last = max(today, key=lambda p: p.asked.listing)
        open_now = [p for p in listings.values() if self._is_open(key, p, day) and p.asked.day >= first and p.fen <= cap]
        alike = to_ppm(gate["alike"])
        counted = [p for p in open_now if p.asked.borrower == borrower or same_matter(p.asked, last.asked, alike)]
        if len(counted) < 2 or sum(p.fen for p in counted) <= cap:
            return
        counted.sort(key=lambda p: (p.start, p.asked.listing))
        told = Told(AMOUNT, tuple(counted), (), cap, tuple(sorted(group)), borrower, day, excuse)
        above = dict.fromkeys(MANNERS, sum(p.fen for p in counted) - cap)
        yield self._finding(key, told, above, day_start_us(day + 1) - 1)

    def _is_open(self, key: str, p: Placed, day: int) -> bool:
        book = self.world.obligations.books.get(key)
        loan = book.loans.get(p.asked.listing) if book is not None else None
        ended = loan is not None and (loan.repaid or loan.status in ("CLOSED", "MISCARRY"))
        return not ended and p.asked.day <= day <= max(p.end, p.asked.day)

    # -- finding and evidence ------------------------------------------------------------------------------------------

    def _finding(self, key: str, told: Told, fen: dict[str, int], time: int) -> Finding:
        """``fen`` by manner: what the later listings paid of the earlier ones, or what is above the cap."""
        repaid = sum(link.repaid_fen for link in told.links)
        values = {
            "chain_length": len(told.listings),
            "rollover_ppm": ppm(fen["fifo"], repaid),
            **{f"rollover_{manner}_ppm": ppm(fen[manner], repaid) for manner in MANNERS[1:]},
            "listed_fen": sum(p.fen for p in told.listings),
            "cap_fen": told.cap_fen,
            "limb": told.limb,
        }
        severity = max(YELLOW, zero_tolerance(min(fen["fifo"], fen["prorata"])))
        others = {p.asked.borrower for p in told.listings} - {key}
        return Finding(self.id, key, time, severity, fen["fifo"], values, (day_start_us(told.listings[0].start), time),
                       low_fen=min(fen.values()), high_fen=max(fen.values()), others=tuple(sorted(others)),
                       known=day_start_us(told.day + 1), key=told)  # fmt: skip

    def evidence(self, finding: Finding) -> Evidence:
        told: Told = finding.key
        rows = {row for link in told.links for part in link.parts for row in part.rows()}
        links = [
            {"earlier": link.earlier, "later": link.later,
             "parts": [part_row(self.world, part) for part in link.parts]}
            for link in told.links
        ]  # fmt: skip
        people = {who for link in told.links for part in link.parts for who in payers(self.world, part)} | set(told.group)
        related = self.world.register.related(told.borrower, told.day)
        ties = {
            party: {"tier": related[party].tier, "path": [link_row(step) for step in related[party].path]}
            for party in sorted(people) if party in related
        }  # fmt: skip
        return Evidence(
            {
                "chain_length": "listings",
                "rollover_*_ppm": "sum of the later listings' money in the repayments of the earlier ones / sum of these",
            },
            {
                "limb": told.limb,
                "borrower": told.borrower,
                "group": list(told.group),
                "listings": [p.row() for p in told.listings],
                "links": links,
            },
            sorted(rows),
            events=sorted({p.asked.event for p in told.listings}),
            related=ties,
            excuses=[told.excuse],
            thresholds={
                "split_listings": self.in_force("split_listings", finding.time),
                "cap_fen": told.cap_fen,
                "zero_tolerance_fen": ZERO_TOLERANCE_FEN,
            },
        )

