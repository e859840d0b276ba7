"""RE-03 众筹买房 · crowd-funded home buying."""

from collections.abc import Iterator
from typing import Any

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, ppm, zero_tolerance
from chuantou.detectors.estate.raised import Sale, sale_of
from chuantou.detectors.phrases import says
from chuantou.graph.accounts import NONE, ROLE_ID
from chuantou.graph.holders import look_through_holders
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import ProductEvent

KEEP_US = 200 * DAY_US  # a project's life, as far as the log of transfers is kept
HOMES = ("买房", "购房", "房产", "楼盘", "公寓", "商铺", "住宅", "别墅", "民宿", "房屋")
PROMISES = ("回购", "包租", "返租", "折扣", "优惠购", "转售", "出售后分", "溢价", "收益分成", "保底")
SHARES = ("众筹", "份额", "合买", "共同购买", "共有", "认购")  # needed where not every listing is crowd-funding
COOPERATIVES = ("住宅合作社", "住房合作社")
ESCROW = ROLE_ID["ESCROW_PRESALE"]


class CrowdBuying(Detector):
    """众筹买房: ten persons and more buy shares of one property that is to be bought back, discounted or sold on.

    A listing or product whose text names a property and promises buy-back, discount or a split of the resale, with ≥ 10
    persons who subscribed – behind a company or partnership its shareholders count – fires [E], severity by zero tolerance of
    what they subscribed, at least yellow. Not a registered housing co-operative, nor a purchase of each in his own name:
    where ≥ 80 % of what subscribers paid for it went to pre-sale escrow accounts. More than 200 holders are AM-02's matter.
    Judged at day closes for the last subscription. Clause 二(六)3. Amounts in fen.

    >>> CrowdBuying.says_both("众筹海景公寓，两年后溢价回购"), CrowdBuying.says_both("公寓装修借款")
    (('公寓', '溢价'), None)
    """

    id, clause, family = "RE-03", "二(六)3", "real_estate"
    title_zh, title_en = "众筹买房", "crowd-funded home buying"
    legal_basis = ("SEED 二(六)3",)
    parameters = ("crowd.buying",)
    sectors = ("P2P", "ECF", "AM", "ILF")

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.projects: dict[tuple[str, str], tuple[tuple[str, str], tuple[str, str], int]] = {}  # words, event, time
        self.sales: dict[tuple[str, str], list[Sale]] = {}
        self.touched: set[tuple[str, str]] = set()

    def observe(self, segment: Segment) -> Iterator[Finding]:
        events = [event for _, event in segment.events if isinstance(event, ProductEvent)]
        mine = set(self.institutions()) if events else set()
        for e in events:
            if e.platform not in mine:
                continue
            if e.type in ("LISTING", "PRODUCT"):
                text = "，".join(part for part in (e.loan_use, e.describe, e.asset) if part)
                words, info = self.says_both(text), self.world.register.party(e.platform)
                shared = says(text, SHARES) is not None or (info is not None and info.sector == "ECF")
                if words is not None and shared and not self._cooperative(e.borrower or e.issuer):
                    self.projects[e.platform, e.listing or e.product or ""] = (words, (e.source_id, e.event_id), e.event_time)
            sale = sale_of(e)
            for name in {e.listing, e.product} - {None} if sale is not None else ():
                if (e.platform, name) in self.projects and sale is not None:
                    self.sales.setdefault((e.platform, str(name)), []).append(sale)
                    self.touched.add((e.platform, str(name)))
        yield from ()

    def _cooperative(self, party: str | None) -> bool:
        """A housing co-operative by the name under which the registry keeps it."""
        info = self.world.register.party(party) if party is not None else None
        return info is not None and info.name is not None and any(word in info.name for word in COOPERATIVES)

    @staticmethod
    def says_both(text: str) -> tuple[str, str] | None:
        """The property and the promise that a text names, or None where it lacks one of them."""
        home, promise = says(text, HOMES), says(text, PROMISES)
        return (home, promise) if home is not None and promise is not None else None

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        for key in sorted(self.touched):
            yield from self._judge(key, now)
        self.touched.clear()
        for key in [key for key, (_, _, time) in self.projects.items() if time < now - KEEP_US]:
            del self.projects[key]
            self.sales.pop(key, None)

    def _judge(self, key: tuple[str, str], now: int) -> Iterator[Finding]:
        sales = tuple(self.sales[key])
        time = sales[-1].time
        pack = self.in_force("crowd.buying", time)
        if pack is None:
            return
        behind = self._behind({sale.investor for sale in sales}, shanghai_day(time))
        people = len({person for persons in behind.values() for person in persons})
        fen = sum(sale.fen for sale in sales)
        if people < pack["people"]:
            return
        escrowed, paid = self._paid(key[1], sales, now)
        severity = NO_SEVERITY if paid and ppm(escrowed, paid) >= to_ppm(pack["escrow"]) else max(YELLOW, zero_tolerance(fen))
        if severity == NO_SEVERITY:
            return
        values = {"n_people": people, "n_subscribers": len(behind), "raised_fen": fen, "escrowed_fen": escrowed}
        yield Finding(self.id, key[0], time, severity, fen, values, (sales[0].time, time), known=now,
                      key=(key[1], sales, behind, escrowed, paid))  # fmt: skip

    def _behind(self, investors: set[str], day: int) -> dict[str, tuple[str, ...]]:
        """Persons behind each subscriber: himself, or whoever holds shares of the wrapper."""
        out = {}
        for investor in sorted(investors):
            held = look_through_holders(investor, lambda party: self.world.register.shareholders_of(party, day)).final
            out[investor] = held if held and not investor.startswith("person:") else (investor,)
        return out

    def _paid(self, name: str, sales: tuple[Sale, ...], now: int) -> tuple[int, int]:
        """``(to pre-sale escrow, in all)`` fen that subscribers paid under the name of the project."""
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        listing, product = world.listings.get(name), world.products.get(name)
        payers = {world.parties.get(sale.investor) for sale in sales} - {NONE}
        at = world.ledger.rows_of(sales[0].time - 3 * DAY_US, now) - base
        named = ((log.listing[at] == listing) & (listing != NONE)) | ((log.product[at] == product) & (product != NONE))
        at = at[named]
        mine = [i for i in at.tolist() if int(log.payer[i]) in payers]
        escrow = [i for i in mine if world.accounts.table.role[log.creditor[i]] == ESCROW
                  and world.accounts.table.third_party[log.creditor[i]]]  # fmt: skip
        return sum(int(log.fen[i]) for i in escrow), sum(int(log.fen[i]) for i in mine)

    def evidence(self, finding: Finding) -> Evidence:
        name, sales, behind, escrowed, paid = finding.key
        words, event, _ = self.projects[finding.subject, name]
        rows = [{"event": [s.source, s.event], "time": s.time, "investor": s.investor, "fen": s.fen} for s in sales]
        return Evidence(
            {"n_people": "persons who subscribed, and shareholders of companies that did"},
            {"project": name, "says": list(words), "sales": rows, "behind": {who: list(held) for who, held in behind.items()},
             "escrowed_fen": escrowed, "paid_fen": paid},
            events=sorted({event, *((s.source, s.event) for s in sales)}),
            excuses=[Excuse("LA-ESCROW", False, {"escrowed_fen": escrowed, "paid_fen": paid})],
            thresholds={"crowd.buying": self.in_force("crowd.buying", finding.time), "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip
