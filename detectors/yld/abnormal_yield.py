"""YLD-01 显失合理的超高回报 · abnormal yield."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import ORANGE, PPM, RED, YELLOW, Detector, Evidence, Excuse, Finding
from chuantou.graph.interest import BONUS, ProductLegs, products_of
from chuantou.graph.peers import LEAST_PEERS, MONTH_DAYS, VIEW_DAYS, Baseline, Product, baseline, term_bucket
from chuantou.schemas.clock import DAY_US, day_start_us
from chuantou.schemas.rules import to_ppm

YEAR_DAYS = 365


class Asset(NamedTuple):
    """A listing behind a product: fen of the product's money in it, what its borrower pays, what its project earns; ppm."""

    listing: str
    fen: int
    rate: int | None
    project: int | None
    event: tuple[str, str]


class Bonus(NamedTuple):
    """A bonus paid: log index, fen of it that belong to the product, and to whom."""

    row: int
    fen: int
    party: str | None


class Measured(NamedTuple):
    """A product's all-in yield, and what it is held against; ppm a year, None where nobody tells."""

    product: str
    all_in: int
    coupon: int
    fen: int
    fen_days: int
    term: int
    bonuses: tuple[Bonus, ...]
    peers: tuple[tuple[str, int], ...]
    base: Baseline | None
    table: Any
    line: int | None
    lpr: Any
    assets: tuple[Asset, ...]
    borrower: int | None
    project: int | None


class AbnormalYield(Detector):
    """显失合理的超高回报: investors are promised or paid more than peers, the project, its borrower or the law would bear.

    All-in yield ``y = coupon (as sold, weighted by fen · days, or as offered) + Σ bonuses · 365 / Σ fen · days`` of a product
    over 180 days, one-off newcomers' gifts ≤ 50 yuan and prices between investors apart. Peers: the sector's other institutions
    with products of the term bucket within 30 days, one y each; ``z = (y − median) / (1.4826 · MAD)``, of ≥ 20 peers, else of
    the reference table. Yellow at z ≥ 2 and 3 points above the median, orange at z ≥ 3 besides; red at the legal line of the
    date (24 % until 2020-08-19, then 4 × the 1-year LPR), at the borrower's rate + 2 points, or at twice the project's return.
    From 10,000 yuan of principal on [E]. Clause 三(四). ppm a year (act/365), z in thousandths.

    >>> lines = (2_000, 3_000, 30_000)
    >>> [AbnormalYield.colour(z, above, lines) for z, above in ((2_500, 30_000), (3_000, 30_000), (9_000, 1))]
    [2, 3, 0]
    """

    id, clause, family = "YLD-01", "三(四)", "yield"
    title_zh, title_en = "显失合理的超高回报", "abnormal yield"
    legal_basis = ("SEED 三(四)", "民间借贷司法解释 2020 [L12]")
    parameters = ("yld.abnormal", "yld.line")
    sectors = ("P2P", "ECF", "AM", "ILF")

    def day_close(self, day: int) -> Iterator[Finding]:
        gate = self.in_force("yld.abnormal", day_start_us(day))
        if gate is None:
            return
        mine, world = set(self.institutions()), self.world
        peers: dict[tuple[str, str], list[tuple[str, int]]] = {}
        for key, unit in sorted(world.yields.today | world.interest.touched):
            product = world.yields.of.get(key, {}).get(unit)
            if key not in mine or product is None or product.sold().fen < gate["min_fen"]:
                continue
            yield from self._judge(self._measure(key, unit, product, day, gate, peers), key, day, gate)

    # -- the yield -----------------------------------------------------------------------------------------------------

    def _measure(
        self, key: str, unit: str, product: Product, day: int, gate: dict[str, Any],
        peers: dict[tuple[str, str], list[tuple[str, int]]],
    ) -> Measured:  # fmt: skip
        world, sold = self.world, product.sold()
        bonuses = self._bonuses(key, unit)
        all_in = all_in_ppm(product, [bonus.fen for bonus in counted(bonuses, gate["gift_fen"])])
        info = world.register.party(key)
        sector, bucket = (info.sector if info is not None else None) or "", term_bucket(product.term())
        if (sector, bucket) not in peers:
            peers[sector, bucket] = self._peers(sector, bucket, day, gate)
        others = tuple((party, x) for party, x in peers[sector, bucket] if party != key)
        base = baseline([x for _, x in others], world.references, "peer_yield", f"{sector}/{bucket}", day)
        row = world.references.at("peer_yield", f"{sector}/{bucket}", day)
        line, lpr = self._legal_line(day)
        assets = self._assets(key, unit)
        rates = [(asset.fen, asset.rate) for asset in assets if asset.rate is not None]
        projects = [(asset.fen, asset.project) for asset in assets if asset.project is not None]
        return Measured(unit, all_in, product.coupon(), sold.fen, sold.fen_days, product.term(), bonuses, others, base,
                        row.value if row is not None else None, line, lpr, assets, mean(rates), mean(projects))  # fmt: skip

    def _bonuses(self, key: str, unit: str) -> tuple[Bonus, ...]:
        world, base = self.world, self.world.ledger.base
        legs = world.interest.of.get(key, {}).get(unit, ProductLegs()).legs
        rows = sorted(pair for leg in legs if leg.what == BONUS for pair in zip(leg.rows.tolist(), leg.fen.tolist()))
        payee = world.ledger.log.payee
        return tuple(
            Bonus(row, fen, world.parties.names[payee[row - base]] if payee[row - base] >= 0 else None)
            for row, fen in rows if row >= base
        )  # fmt: skip

    def _peers(self, sector: str, bucket: str, day: int, gate: dict[str, Any]) -> list[tuple[str, int]]:
        """Each institution of the sector with products of the bucket in the month, and its yield weighted by fen · days."""
        out = []
        for party in sorted(self.world.yields.of):
            info = self.world.register.party(party)
            if info is None or info.sector != sector:
                continue
            held = [
                (product.sold().fen_days or 1, self._yield_of(party, unit, product, gate))
                for unit, product in sorted(self.world.yields.of[party].items())
                if product.told > day - MONTH_DAYS and (product.sales or product.offered)
                and term_bucket(product.term()) == bucket
            ]  # fmt: skip
            if held:
                out.append((party, sum(weight * x for weight, x in held) // sum(weight for weight, _ in held)))
        return out

    def _yield_of(self, key: str, unit: str, product: Product, gate: dict[str, Any]) -> int:
        if unit not in self.world.interest.of.get(key, {}):
            return product.coupon()
        return all_in_ppm(product, [bonus.fen for bonus in counted(self._bonuses(key, unit), gate["gift_fen"])])

    def _legal_line(self, day: int) -> tuple[int | None, Any]:
        """The line of the date, and the LPR row that it rests on."""
        law = self.in_force("yld.line", day_start_us(day)) or {}
        if "soft" in law:
            return to_ppm(law["soft"]), None
        row = self.world.references.at("lpr", "1y", day)
        rate = row.value.get("rate_ppm") if row is not None and isinstance(row.value, dict) else None
        known = "lpr1y_multiple" in law and isinstance(rate, int)
        return (law["lpr1y_multiple"] * rate if known and rate is not None else None), rate

    def _assets(self, key: str, unit: str) -> tuple[Asset, ...]:
        """The listings whose loans the product is made of."""
        book = self.world.obligations.books.get(key)
        if book is None:
            return ()
        out = []
        for name in sorted(book.allocated.get(unit, {unit})):
            loan = book.loans.get(name)
            if loan is not None and loan.event[1]:
                fen = products_of(book, name).get(unit) or 1  # a listing that is sold by itself
                out.append(Asset(name, fen, loan.rate_ppm, loan.project_return_ppm, loan.event))
        return tuple(out)

    # -- judgement -----------------------------------------------------------------------------------------------------

    def _judge(self, m: Measured, key: str, day: int, gate: dict[str, Any]) -> Iterator[Finding]:
        z = m.base.z_milli(m.all_in, to_ppm(gate["scale_floor"])) if m.base is not None else 0
        above = m.all_in - m.base.median if m.base is not None else 0
        lines = (gate["z"][0] * 1_000, gate["z"][1] * 1_000, to_ppm(gate["above_median"]))
        reasons = {
            "over_line": m.line is not None and m.all_in >= m.line,
            "over_borrower": m.borrower is not None and m.all_in >= m.borrower + to_ppm(gate["above_borrower"]),
            "over_project": m.project is not None and m.all_in > 0 and m.all_in >= gate["project_multiple"] * m.project,
        }
        severity = RED if any(reasons.values()) else self.colour(z, above, lines)
        if severity == NO_SEVERITY:
            return
        values = {
            "all_in_yield_ppm": m.all_in,
            "peer_median_ppm": m.base.median if m.base is not None else 0,
            "peer_z_milli": z,
            "n_peers": m.base.n if m.base is not None else 0,
            "borrower_rate_ppm": m.borrower or 0,
            "legal_line_ppm": m.line or 0,
            **{name: int(held) for name, held in reasons.items()},
        }
        now = day_start_us(day + 1)
        yield Finding(self.id, key, now - 1, severity, m.fen, values, (now - MONTH_DAYS * DAY_US, now - 1), known=now,
                      key=(m, day))  # fmt: skip

    @staticmethod
    def colour(z: int, above: int, lines: tuple[int, int, int]) -> int:
        """Severity by peers: ``lines`` are z of yellow and of orange, and ppm above the median that either needs."""
        if above < lines[2] or z < lines[0]:
            return NO_SEVERITY
        return ORANGE if z >= lines[1] else YELLOW

    def evidence(self, finding: Finding) -> Evidence:
        m, day = finding.key
        gate, refs = self.in_force("yld.abnormal", finding.time), self.world.refs
        kept = set(counted(m.bonuses, gate["gift_fen"]))
        gifts = [bonus for bonus in m.bonuses if bonus not in kept]
        log, base = self.world.ledger.log, self.world.ledger.base
        bonuses = [
            {"transaction": list(refs.of(b.row)), "fen": int(log.fen[b.row - base]), "counted_fen": b.fen, "party": b.party}
            for b in m.bonuses
        ]
        return Evidence(
            {
                "all_in_yield_ppm": "coupon + sum of bonuses, gifts apart, * 365 * 10^6 / fen_days",
                "peer_z_milli": "(all_in - median) * 1000 / max(1.4826 * MAD, scale_floor)",
                "borrower_rate_ppm": "mean of the listings' rates by fen",
            },
            {
                "product": m.product,
                "day": day,
                "coupon_ppm": m.coupon,
                "sold_fen": m.fen,
                "fen_days": m.fen_days,
                "bonuses": bonuses,
                "peers": [[party, x] for party, x in m.peers],
                "peer_table": m.table,
                "legal_line_ppm": m.line,
                "lpr_ppm": m.lpr,
                "assets": [[a.listing, a.fen, a.rate, a.project] for a in m.assets],
            },
            [bonus.row for bonus in m.bonuses],
            events=sorted(a.event for a in m.assets),
            excuses=[Excuse("LA-GIFT", bool(gifts), {"gifts": len(gifts), "fen": sum(gift.fen for gift in gifts)})],
            thresholds={
                "yld.abnormal": gate,
                "yld.line": self.in_force("yld.line", day_start_us(day)),
                "least_peers": LEAST_PEERS,
                "view_days": VIEW_DAYS,
            },
        )


def counted(bonuses: tuple[Bonus, ...], gift_fen: int) -> list[Bonus]:
    """Without newcomers' gifts: the only bonus of its investor, and small."""
    times = Counter(bonus.party for bonus in bonuses)
    return [bonus for bonus in bonuses if bonus.fen > gift_fen or times[bonus.party] > 1]


def all_in_ppm(product: Product, bonuses: list[int]) -> int:
    """Coupon and bonuses, ppm a year."""
    days = product.sold().fen_days
    return product.coupon() + (sum(bonuses) * YEAR_DAYS * PPM // days if days else 0)


def mean(weighted: list[tuple[int, int]]) -> int | None:
    """Of rates by fen, rounded down; None of nothing."""
    whole = sum(fen for fen, _ in weighted)
    return sum(fen * rate for fen, rate in weighted) // whole if whole else None
