"""ILF-07 名义为贸易的集资 · fund-raising in trade clothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, ppm, zero_tolerance
from chuantou.detectors.ilf.buy_backs import Course, course_of
from chuantou.detectors.ilf.exchanges import WINDOW_DAYS, Exchange, Exchanges
from chuantou.detectors.ilf.gatherers import insiders
from chuantou.detectors.ilf.returns import Paid, Payee
from chuantou.detectors.ilf.trades import registered_as
from chuantou.detectors.phrases import says
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import CLASS_ID, IS_HARD_BASIS, class_mask
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import TextItem

KEEP_TEXTS_US = 365 * DAY_US
# trades in whose name money is raised (SPC art. 2; catalogue ILF-07), by registered name or scope, and in texts
GOODS = (
    "农业", "林业", "林权", "造林", "种植", "养殖", "苗木", "果园", "茶", "白酒", "酒业", "玉器", "珠宝", "黄金", "艺术品",
    "收藏", "古玩", "字画", "邮币", "文化传播", "租赁", "商铺", "酒店", "设备", "汽车", "养老", "公寓", "电器", "商贸", "贸易",
    "百货", "商城", "电子商务", "加盟", "墓位", "药材", "木材",
)  # fmt: skip
PROMISES = ("回购", "回收", "收购", "包租", "返租", "托管代销", "代销", "返本", "保值", "到期退款", "全额退款")
# by more than a memo: what is paid to a buyer for another reason; rent, goods and fees may be the clothes
IS_NO_RETURN = class_mask(
    "PAYROLL", "TAX", "MERCH_SETTLE", "LOAN_OUT", "CLAIM_PAY", "SEC_TRANSFER", "REFUND", "CASH_IN", "CASH_OUT",
)  # fmt: skip
IS_TRADE = class_mask("SUPPLIER", "MERCH_SETTLE", "RENT", "FEE")
SUPPLIER = CLASS_ID["SUPPLIER"]


class Text(NamedTuple):
    time: int
    word: str
    source: str
    event: str


@dataclass(frozen=True, eq=False)
class Trade:
    """A hand that sells to persons: buyers by name, what each paid and got, and the goods that it bought itself.

    ``rows``: by buyer, the log indices of what he put and of what he got; ``bought``: of purchases from strangers.
    """

    exchange: Exchange
    buyers: dict[str, Payee]
    rows: dict[str, tuple[list[int], list[int]]]
    courses: dict[str, Course]
    given_fen: int
    bought: NDArray[np.int64]
    bought_fen: int
    clothes: tuple[str, str]
    texts: tuple[Text, ...]
    inside: int


class TradeClothing(Detector):
    """名义为贸易的集资: goods, leases, trees or antiques are sold that nobody delivers, and bought back.

    Over 180 days, persons who paid a body (with its R1 parties; staff and kin apart) and got ≥ 3 fixed payments – each at most a
    quarter of what was paid in, alike within 5 % – and then, within three days, all of it or more. (1) ≥ 10 such buyers;
    (2) ≥ 10 with the fixed payments alone, where a text of the body promises the buy-back: at most yellow. The clothes: its
    registered name or scope or a text says goods, or most of the money came as goods, rent or fees. Severity: zero tolerance
    of what those buyers paid. Not LA-COOP: where ≥ 30 % of what buyers paid went to unrelated suppliers by more than a memo,
    goods are there; notes of delivery are memos. Judged at day closes. Clause 二(五); SPC art. 2 [L4]. Amounts in fen.

    >>> put, got = [Paid(0, 0, 1_000)], [Paid(day, day, 50) for day in (30, 60, 90)]
    >>> course_of(Payee(put, [*got, Paid(99, 99, 1_000)]))
    Course(principal_fen=1000, fixed=3, fixed_fen=150, back_fen=1000)
    """

    id, clause, family = "ILF-07", "二(五)", "private_finance"
    title_zh, title_en = "名义为贸易的集资", "fund-raising in trade clothing"
    legal_basis = ("SEED 二(五)", "最高人民法院非法集资解释 art. 2 [L4]", "防范和处置非法集资条例 art. 19 [L1]")
    parameters = ("ilf.trade",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.exchanges = Exchanges(world, IS_NO_RETURN)
        self.texts: dict[str, list[Text]] = {}

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for _, e in segment.events:
            if isinstance(e, TextItem) and e.kind != "news" and e.party is not None:
                word = says(e.text, PROMISES) if says(e.text, GOODS) is not None else None
                if word is not None:
                    self.texts.setdefault(e.party, []).append(Text(e.event_time, word, e.source_id, e.event_id))
        yield from ()

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        self.texts = {party: kept for party, told in self.texts.items()
                      if (kept := [text for text in told if text.time > now - KEEP_TEXTS_US])}  # fmt: skip
        pack = self.in_force("ilf.trade", now - 1)
        if pack is not None:
            for exchange in self.exchanges.today(day, pack["people"]):
                yield from self._judge(exchange, pack, day, now)

    # -- judgement -----------------------------------------------------------------------------------------------------

    def _judge(self, e: Exchange, pack: dict[str, Any], day: int, now: int) -> Iterator[Finding]:
        trade = self._trade(e, pack["people"], day)
        if trade is None:
            return
        values = values_of(trade, pack["people"])
        severity = self.colour(values["limb"], values["principal_fen"])
        if values["goods_ppm"] >= to_ppm(pack["goods"]) or severity == NO_SEVERITY:
            return
        counted = counted_of(trade, values["limb"])
        times = [p.time for who in counted for p in (*trade.buyers[who].put, *trade.buyers[who].got)]
        subject = trade.clothes[0]
        others = tuple(sorted({party for party in e.members if not party.startswith("account:")} - {subject}))
        yield Finding(self.id, subject, max(times), severity, values["principal_fen"], values, (min(times), max(times)),
                      others=others, known=now, key=trade)  # fmt: skip

    @staticmethod
    def colour(limb: int, principal: int) -> int:
        """Severity: of a promise alone at most yellow."""
        return zero_tolerance(principal) if limb == 1 else min(YELLOW, zero_tolerance(principal))

    def _trade(self, e: Exchange, people: int, day: int) -> Trade | None:
        """The trade of a hand; None where too few buyers were paid by the calendar, or nothing says that it is a trade."""
        log, base, names = self.world.ledger.log, self.world.ledger.base, self.world.parties.names
        at = e.given - base
        inside = insiders(self.world, {*e.members, *e.hand}, log.payer[at], log.time[at], log.fen[at], day)
        apart = np.array(sorted(inside), np.int64)
        paid = e.paid[~np.isin(log.payee[e.paid - base], apart)]
        buyers = {names[who]: Payee([], []) for who in np.unique(log.payee[paid - base]).tolist()}
        rows: dict[str, tuple[list[int], list[int]]] = {who: ([], []) for who in buyers}
        for side, (some, party) in enumerate(((e.given, log.payer), (paid, log.payee))):
            for i in (some - base).tolist():
                who = names[party[i]]
                if who in buyers:
                    time = int(log.time[i])
                    (buyers[who].got if side else buyers[who].put).append(Paid(time, shanghai_day(time), int(log.fen[i])))
                    rows[who][side].append(i + base)
        courses = {who: course for who in sorted(buyers) if (course := course_of(buyers[who])) is not None}
        if len(courses) < people:
            return None
        texts = tuple(sorted(text for party in {*e.members, *e.hand} for text in self.texts.get(party, ())))
        clothes = self._clothes(e, texts)
        if clothes is None:
            return None
        given_fen, bought = int(log.fen[at][~np.isin(log.payer[at], apart)].sum()), self._bought(e, day)
        bought_fen = int(log.fen[bought - base].sum())
        return Trade(e, buyers, rows, courses, given_fen, bought, bought_fen, clothes, texts, len(inside))

    def _clothes(self, e: Exchange, texts: tuple[Text, ...]) -> tuple[str, str] | None:
        """(the body that sells, what says that it trades)."""
        log, at = self.world.ledger.log, e.given - self.world.ledger.base
        sold = {party: int(log.fen[at][log.payee[at] == self.world.parties.get(party)].sum()) for party in e.members}
        sellers = sorted((party for party in e.members if party.startswith("uscc:")), key=lambda party: (-sold[party], party))
        subject = sellers[0] if sellers else None
        for party in (*sellers, *(party for party in e.hand if party.startswith("uscc:"))):
            word = registered_as(self.world, party, GOODS)
            if word is not None:
                return subject or party, word
        trade = int(log.fen[at][IS_TRADE[log.flow_class[at]]].sum())
        if texts or 2 * trade > int(log.fen[at].sum()):
            return subject or e.subject, texts[0].word if texts else "flow_class"
        return None

    def _bought(self, e: Exchange, day: int) -> NDArray[np.int64]:
        """Log indices of what the hand paid to suppliers who are none of its circle, by more than a memo (LA-COOP)."""
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        own = {party for party in (*e.members, *e.hand) if not party.startswith("account:")}
        ties = [tie for one in own for tie in world.register.related(one, day).items()]
        circle = own | {party for party, tie in ties if tie.tier in ("R1", "R2")}
        mine, tied = (np.array(sorted(world.parties.get(party) for party in some), np.int64) for some in (own, circle))
        at = world.ledger.rows_of(day_start_us(day + 1 - WINDOW_DAYS), day_start_us(day + 1)) - base
        at = at[(log.flow_class[at] == SUPPLIER) & IS_HARD_BASIS[log.basis[at]] & (log.payee[at] != NONE)]
        at = at[np.isin(log.payer[at], mine) & ~np.isin(log.payee[at], tied) & ~world.party_table.person[log.payee[at]]]
        return at + base

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        trade: Trade = finding.key
        log, base, refs = self.world.ledger.log, self.world.ledger.base, self.world.refs
        rows: list[int] = []

        def told(side: list[Paid], indices: list[int]) -> list[dict[str, Any]]:
            rows.extend(indices)
            return [{"transaction": list(refs.of(row)), "time": p.time, "day": p.day, "fen": p.fen}
                    for p, row in zip(side, indices)]  # fmt: skip

        buyers = [
            {"person": who, "put": told(trade.buyers[who].put, trade.rows[who][0]),
             "got": told(trade.buyers[who].got, trade.rows[who][1])}
            for who in counted_of(trade, int(finding.values["limb"]))
        ]  # fmt: skip
        bought = [
            {"transaction": list(refs.of(row)), "payee": self.world.parties.names[log.payee[row - base]],
             "fen": int(log.fen[row - base])}
            for row in trade.bought.tolist()
        ]  # fmt: skip
        return Evidence(
            {
                "n_bought_back": "buyers with 3 fixed payments and then all that they had paid in",
                "goods_ppm": "purchases from unrelated suppliers / what buyers paid",
            },
            {"limb": finding.values["limb"], "buyers": buyers, "given_fen": trade.given_fen, "bought": bought,
             "clothes": list(trade.clothes), "n_inside": trade.inside,
             "texts": [{"event": [t.source, t.event], "time": t.time, "says": t.word} for t in trade.texts]},
            sorted({*rows, *trade.bought.tolist()}),
            sorted({(t.source, t.event) for t in trade.texts}),
            excuses=[*trade.exchange.excuses, Excuse("LA-COOP", False, {"goods_ppm": finding.values["goods_ppm"]})],
            thresholds={"ilf.trade": self.in_force("ilf.trade", finding.time), "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip


def counted_of(trade: Trade, limb: int) -> list[str]:
    """The buyers who make the limb: bought back, or (2) paid by the calendar."""
    return [who for who, course in trade.courses.items() if course.back_fen or limb == 2]


def values_of(trade: Trade, people: int) -> dict[str, int]:
    """Values of limb 1, of limb 2 where a text promises what has not come yet, else of limb 0, which is none."""
    back = sum(course.back_fen > 0 for course in trade.courses.values())
    limb = 1 if back >= people else 2 if trade.texts else 0
    courses = [trade.courses[who] for who in counted_of(trade, limb)]
    return {
        "limb": limb,
        "n_buyers": len(courses),
        "n_bought_back": back,
        "principal_fen": sum(course.principal_fen for course in courses) if limb else 0,
        "fixed_fen": sum(course.fixed_fen for course in courses),
        "back_fen": sum(course.back_fen for course in courses),
        "goods_ppm": ppm(trade.bought_fen, trade.given_fen),
        "n_inside": trade.inside,
    }
