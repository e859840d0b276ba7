"""P2P-10 误导夸大 · false or exaggerated publicity: numbers in adverts against the books."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from chuantou.detectors.claims_in_text import BAD_DEBT, OVERDUE, UNBOUNDED, VOLUME, YIELD, Claim, claims_in, plain_text
from chuantou.detectors.contract import ORANGE, PPM, YELLOW, Detector, Evidence, Excuse, Finding, ppm
from chuantou.graph.interest import BONUS, ProductLegs
from chuantou.graph.world import Segment
from chuantou.schemas.clock import day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import ProductEvent, TextItem

OWN_KINDS = ("ad", "app", "site")  # what a platform publishes itself
YEAR_DAYS = 365
SPOKEN = (("yield", "ppm", (YIELD,)), ("overdue", "ppm", (OVERDUE, BAD_DEBT)), ("volume", "fen", (VOLUME,)))
BAD_DAYS = 90  # overdue for longer is bad debt [S19]
NAME = 3  # characters from which on a product's name in a text names the product


Owed = tuple[list[list[int]], tuple[tuple[str, str], ...]]  # [due day, fen]; events of what is overdue


class Stated(NamedTuple):
    """A claim, the day and the event of the text that makes it, and the products that the text may mean by name."""

    day: int
    claim: Claim
    event: tuple[str, str]
    text: str


class Judged(NamedTuple):
    """A claim that is false: ``computed`` is what of the books comes nearest to it (ppm, of volumes fen), ``basis`` the rows that
    it is computed from, ``fen`` the money that it speaks of."""

    stated: Stated
    day: int
    computed: int
    gap: int
    fen: int
    basis: dict[str, Any]
    events: tuple[tuple[str, str], ...] = ()


class FalseDisclosure(Detector):
    """误导夸大: a platform's adverts, app or site state numbers that its books contradict.

    Yield: false where no product sold for ≥ 10,000 yuan in the month pays between its contracted rate and that with bonuses
    (``Σ fen·days·rate / Σ fen·days``, ``+ Σ bonuses · 365 / Σ fen·days``) what is stated: ``|advert − computed| / computed
    ≥ 20 %`` and ≥ 1 point. A promise is held against the sales of the 30 days that follow, at their end; a yield of the past
    against those before. Overdue rate (bad debt: for more than 90 days): ``overdue principal / outstanding principal`` of
    loans with a plan, understated by ≥ 50 %, from 10,000 yuan overdue on. Volume of a stated period that lies in the feed:
    overstated by ≥ 20 %. A number stands for all that rounds to it; “截至” sets the day. Yellow; orange from two different
    numbers within 30 days, or overdue understated [E]. Clause 二(一)1. Rates in ppm, money in fen.

    >>> [FalseDisclosure.colour(kinds) for kinds in ([("yield", 1)], [("yield", 1), ("yield", 2)], [("overdue", 1)])]
    [2, 3, 3]
    """

    id, clause, family = "P2P-10", "二(一)1", "client_money"
    title_zh, title_en = "误导夸大宣传", "false or exaggerated publicity"
    legal_basis = ("SEED 二(一)1", "广告法 art. 28 [L8]")
    parameters = ("disclosure",)
    sectors = ("P2P",)

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.open: dict[str, list[Stated]] = {}
        self.false: dict[str, list[Judged]] = {}
        self.repaid: dict[str, list[tuple[int, str, int]]] = defaultdict(list)  # (day, plan, principal) of the view
        self.repaying: set[str] = set()  # platforms of which repayments, or that they are missing, are told
        self.dealt: dict[str, Counter[int]] = defaultdict(Counter)  # platform -> day -> fen subscribed and transferred
        self.since: dict[str, int] = {}  # platform -> first day of which deals were told

    # -- facts ---------------------------------------------------------------------------------------------------------

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for _, event in segment.events:
            if isinstance(event, TextItem) and event.kind in OWN_KINDS and event.party in self.world.watch.institutions:
                day = shanghai_day(event.event_time)
                for claim in claims_in(event.text, day):
                    stated = Stated(day, claim, (event.source_id, event.event_id), plain_text(event.text))
                    self.open.setdefault(event.party, []).append(stated)
            elif isinstance(event, ProductEvent) and event.platform in self.world.watch.institutions:
                self._note(event, shanghai_day(event.event_time))
        yield from ()

    def _note(self, e: ProductEvent, day: int) -> None:
        if e.type in ("SUBSCRIBE", "CLAIM_TRANSFER"):
            self.dealt[e.platform][day] += e.amount_fen or 0
            self.since[e.platform] = min(day, self.since.get(e.platform, day))
        elif e.type in ("REPAY", "OVERDUE"):
            self.repaying.add(e.platform)
            if e.type == "REPAY" and e.plan_id is not None:
                self.repaid[e.platform].append((day, e.plan_id, e.principal_fen or 0))

    # -- judgement -----------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        gate = self.in_force("disclosure", day_start_us(day))
        if gate is None:
            return
        self._forget(day, gate)
        for key in self.institutions():
            due = [stated for stated in self.open.get(key, ()) if day >= judged_on(stated, gate)]
            if not due:
                continue
            self.open[key] = [stated for stated in self.open[key] if day < judged_on(stated, gate)]
            books: dict[tuple[int, int], Owed] = {}
            found = [judged for stated in due if (judged := self._judge(key, stated, gate, books)) is not None]
            if found:
                self.false.setdefault(key, []).extend(found)
                yield self._finding(key, day, gate)

    def _forget(self, day: int, gate: dict[str, Any]) -> None:
        for held in self.false.values():
            held[:] = [judged for judged in held if judged.day > day - gate["days"]]
        oldest = day - gate["view_days"]
        for repaid in self.repaid.values():
            if repaid and repaid[0][0] < oldest:
                repaid[:] = [row for row in repaid if row[0] >= oldest]
        for dealt in self.dealt.values():
            while dealt and (first := next(iter(dealt))) < oldest:
                del dealt[first]

    def _judge(self, key: str, stated: Stated, gate: dict[str, Any], books: dict[tuple[int, int], Owed]) -> Judged | None:
        """What is false about it; None where it is true, or nothing can be said. ``books``: of the days looked at before."""
        if spoken_of(stated) <= stated.day - gate["view_days"]:
            return None
        if stated.claim.what == YIELD:
            return self._yield(key, stated, gate)
        if stated.claim.what == VOLUME:
            return self._volume(key, stated, gate)
        return self._overdue(key, stated, gate, books)

    # -- yield ---------------------------------------------------------------------------------------------------------

    def _yield(self, key: str, stated: Stated, gate: dict[str, Any]) -> Judged | None:
        """The product that comes nearest to it, among those that the text names, else among all."""
        claim, last = stated.claim, judged_on(stated, gate)
        first = stated.day
        if looks_back(claim):
            last = spoken_of(stated)
            first = last - gate["days"] + 1
        rows = self._sold(key, first, last, gate["min_fen"])
        named = [row for row in rows if len(row[0]) >= NAME and plain_text(row[0]) in stated.text]
        found = []
        for row in named or rows:
            contracted, all_in = yields_of(row)
            gap, computed = apart(claim, contracted, all_in)
            found.append((gap, row[0], computed, row[1]))
        if not found:
            return None
        gap, _, computed, fen = min(found)
        if gap < to_ppm(gate["points"]) or gap * PPM < to_ppm(gate["yield"]) * computed:
            return None
        basis = {"products": named or rows, "first": first, "last": last}
        return Judged(stated, judged_on(stated, gate), computed, gap, fen, basis)

    def _sold(self, key: str, first: int, last: int, least: int) -> list[list[Any]]:
        """[product, fen, fen · days, fen · days · rate, fen of bonuses] of the days; without a rate nothing is said."""
        out = []
        for unit, product in sorted(self.world.yields.of.get(key, {}).items()):
            sales = [sale for sale in product.sales if first <= sale.day <= last]
            fen, fen_days, weighted = (sum(column) for column in list(zip(*sales, (0, 0, 0, 0)))[1:])
            legs = self.world.interest.of.get(key, {}).get(unit, ProductLegs()).legs
            bonus = sum(int(leg.fen.sum()) for leg in legs if leg.what == BONUS and first <= leg.day <= last)
            if fen >= least and weighted >= fen_days > 0:
                out.append([unit, fen, fen_days, weighted, bonus])
        return out

    # -- overdue and volume --------------------------------------------------------------------------------------------

    def _overdue(self, key: str, stated: Stated, gate: dict[str, Any], books: dict[tuple[int, int], Owed]) -> Judged | None:
        day = spoken_of(stated)
        line = day - (BAD_DAYS if stated.claim.what == BAD_DEBT else 0)
        if key not in self.repaying:
            return None
        if (day, line) not in books:
            books[day, line] = self._owed(key, day, line)
        owed, events = books[day, line]
        overdue, whole = sum(fen for due, fen in owed if due < line), sum(fen for _, fen in owed)
        computed = ppm(overdue, whole)
        gap = computed - stated.claim.high
        if overdue < gate["min_fen"] or gap * PPM < to_ppm(gate["overdue"]) * computed:
            return None
        basis = {"owed_by_due_day": owed, "due_before": line}
        return Judged(stated, judged_on(stated, gate), computed, gap, overdue, basis, events)

    def _owed(self, key: str, day: int, line: int) -> Owed:
        """Principal not repaid at the close of ``day``, of disbursed loans with a plan."""
        after, owed, events = Counter[str](), Counter[int](), []
        book = self.world.obligations.books.get(key)
        for on, plan, fen in self.repaid[key]:
            if on > day:
                after[plan] += fen
        for loan in book.loans.values() if book is not None else ():
            if loan.disbursed_on is None or loan.disbursed_on > day:
                continue
            for plan, instalment in loan.plan.items():
                left = min(instalment.principal_fen, instalment.left_fen + after[plan])
                owed[instalment.due] += left
                if left and instalment.due < line:
                    events.append(instalment.event)
        return sorted([due, fen] for due, fen in owed.items() if fen), tuple(sorted(set(events)))

    def _volume(self, key: str, stated: Stated, gate: dict[str, Any]) -> Judged | None:
        claim, oldest = stated.claim, judged_on(stated, gate) - gate["view_days"]
        if claim.first < max(self.since.get(key, UNBOUNDED), oldest):
            return None
        dealt = [[day, fen] for day, fen in sorted(self.dealt[key].items()) if claim.first <= day <= claim.last]
        computed = sum(fen for _, fen in dealt)
        gap = claim.low - computed
        if gap < gate["min_fen"] or gap * PPM < to_ppm(gate["volume"]) * computed:
            return None
        basis = {"dealt": dealt, "first": claim.first, "last": claim.last}
        return Judged(stated, judged_on(stated, gate), computed, gap, gap, basis)

    # -- finding -------------------------------------------------------------------------------------------------------

    def _finding(self, key: str, day: int, gate: dict[str, Any]) -> Finding:
        held = tuple(sorted(self.false[key], key=lambda judged: (judged.day, judged.stated.event, judged.stated.claim)))
        numbers = sorted({(j.stated.claim.what, j.stated.claim.least, j.stated.claim.most) for j in held})
        values = {"n_false": len(numbers), "n_texts": len({judged.stated.event for judged in held})}
        for name, unit, kinds in SPOKEN:
            worst = max((j for j in held if j.stated.claim.what in kinds), key=lambda j: j.gap, default=None)
            values[f"{name}_stated_{unit}"] = written(worst.stated.claim, worst.computed) if worst is not None else 0
            values[f"{name}_computed_{unit}"] = worst.computed if worst is not None else 0
        now = day_start_us(day + 1)
        severity = self.colour([(what, least) for what, least, _ in numbers])
        first = min(judged.stated.day for judged in held)
        fen, window = max(judged.fen for judged in held), (day_start_us(first), now - 1)
        return Finding(self.id, key, now - 1, severity, fen, values, window, known=now, key=held)

    @staticmethod
    def colour(numbers: list[tuple[str, int]]) -> int:
        """Severity of different false numbers: (kind, number)."""
        hidden = any(what in (OVERDUE, BAD_DEBT) for what, _ in numbers)
        return ORANGE if hidden or len(numbers) >= 2 else YELLOW

    def evidence(self, finding: Finding) -> Evidence:
        claims = [
            {
                "what": j.stated.claim.what, "said": j.stated.claim.said, "low": j.stated.claim.low, "high": j.stated.claim.high,
                "states": [j.stated.claim.least, j.stated.claim.most],
                "event": list(j.stated.event), "published": j.stated.day, "speaks_of": spoken_of(j.stated), **j.basis,
            }
            for j in finding.key
        ]  # fmt: skip
        return Evidence(
            {
                "yield_computed_ppm": "of the product nearest to the advert: sum of fen * days * rate / sum of fen * days, "
                "or that + sum of bonuses * 365 * 10^6 / sum of fen * days, whichever is nearer",
                "overdue_computed_ppm": "principal due before due_before and not repaid * 10^6 / principal not repaid",
                "volume_computed_fen": "sum of subscriptions and transfers of claims of the period",
            },
            {"claims": claims},
            events=sorted({event for j in finding.key for event in (j.stated.event, *j.events)}),
            excuses=[Excuse("LA-ROUNDING", False, {"claims": [[j.stated.claim.low, j.stated.claim.high] for j in finding.key]})],
            thresholds={"disclosure": self.in_force("disclosure", finding.time)},
        )  # fmt: skip


def looks_back(claim: Claim) -> bool:
    """Whether it tells what was, and does not promise what will be."""
    return claim.what != YIELD or claim.past or claim.as_of is not None


def spoken_of(stated: Stated) -> int:
    """The day that the claim speaks of: its “截至”, else that of the text."""
    return stated.claim.as_of if stated.claim.as_of is not None else stated.day


def judged_on(stated: Stated, gate: dict[str, Any]) -> int:
    """The day at whose close the claim can be judged: a promised yield when the month of its sales is over."""
    return stated.day if looks_back(stated.claim) else stated.day + int(gate["days"]) - 1


def yields_of(row: list[Any]) -> tuple[int, int]:
    """Contracted, and with bonuses; ppm a year."""
    _, _, fen_days, weighted, bonus = row
    return weighted // fen_days, weighted // fen_days + bonus * YEAR_DAYS * PPM // fen_days


def apart(claim: Claim, contracted: int, all_in: int) -> tuple[int, int]:
    """How far the claim lies from what is paid, and from which of the two."""
    if claim.low > all_in:
        return claim.low - all_in, all_in
    return max(0, contracted - claim.high), contracted


def written(claim: Claim, computed: int) -> int:
    """The stated number; of a range its end that is nearer to the computed one."""
    return claim.least if claim.low > computed else claim.most
