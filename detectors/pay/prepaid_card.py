"""PAY-09 无证多用途预付卡 · unlicensed multi-purpose prepaid card."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from chuantou.detectors.contract import YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, ppm, zero_tolerance
from chuantou.detectors.pay.card_programme import Programme, accounts_of, moved_on, programme
from chuantou.detectors.pay.onward import kin_of
from chuantou.detectors.pay.stored_value import SETTLED, SOLD, StoredValue, Told, may_store_value, sold_at
from chuantou.detectors.pay.till_sales import name_of, party_or_account
from chuantou.detectors.related_evidence import link_row
from chuantou.graph.flow_windows import MONTH
from chuantou.graph.transfer_columns import BY_CREDIT_CARD, IN_CASH
from chuantou.graph.windows import IN
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm

WINDOW_DAYS = 90
CARDS = "预付卡"  # the scope of a payment licence that covers prepaid cards
OWN_REGIME = ("公共交通", "城市公交", "轨道交通", "电信业务", "社会保障卡")  # by their register: not multi-purpose cards [S17]
PROGRAMME, LIMITS = 1, 2  # limbs


class Sale(NamedTuple):
    """A sale of a licensed issuer in ``IN_CASH`` or ``BY_CREDIT_CARD``."""

    row: int
    time: int
    fen: int
    buyer: str
    how: int


class PrepaidCard(Detector):
    """无证多用途预付卡: stored value sold to the public that other companies' shops take – without a licence for prepaid cards.

    Limb 1, within 90 days: (a) ≥ 50 buyers pay ≥ 100,000 yuan for stored value (by class, by memo – points and memberships
    too –, or, where (b) is told, in whole hundreds); (b) ≥ 2 companies outside the issuer's R1/R2 are settled: told as such, else
    shops paid on ≥ 3 days, and ≥ 10 % of what was sold reaches them by FIFO and pro-rata [E]. Severity: zero tolerance of what
    was sold. Limb 2, a licensed issuer: a day's purchases of a person of ≥ 50,000 yuan, of a company of ≥ 5,000, paid in cash, or
    by credit card at all [S17]; zero tolerance, at least yellow. Clause 二(二)3; 支付机构预付卡业务管理办法 2012 [S17]; 条例 2024
    art. 15 [L2]. Amounts in fen.

    >>> PrepaidCard.reaches(100, 10, 9, told=False), PrepaidCard.reaches(100, 10, 10, told=False)
    (False, True)
    """

    id, clause, family = "PAY-09", "二(二)3", "unlicensed_payment"
    title_zh, title_en = "无证多用途预付卡", "unlicensed multi-purpose prepaid card"
    legal_basis = ("SEED 二(二)3", "支付机构预付卡业务管理办法 2012 [S17]", "非银行支付机构监督管理条例 2024 art. 15 [L2]")
    parameters = ("card.programme", "card.limit")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.stored = StoredValue(world, WINDOW_DAYS)
        self.barred: list[tuple[int, int]] = []  # today's sales in cash or by credit card: row, how

    def observe(self, segment: Segment) -> Iterator[Finding]:
        if segment.first < segment.end:
            self.stored.note(segment)
            at = sold_at(self.world, segment, (segment.till == IN_CASH) | (segment.till == BY_CREDIT_CARD))
            self.barred.extend(zip((at + segment.first).tolist(), segment.till[at].tolist()))
        yield from ()

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        yield from self._limits(now)
        told, line = self.stored.close_day(day), self.in_force("card.programme", now - 1)
        if told is None or line is None:
            return
        for issuer in sorted(self._sellers(told, line["fen"]), key=lambda who: name_of(self.world, who)):
            name = name_of(self.world, issuer)
            if may_store_value(self.world, name, day) or not self._may_be(issuer, told.where(told.issuer == issuer), line):
                continue
            if moved_on(self.world, kin_of(self.world, name, day), day):
                yield from self._programme(issuer, told, line, day)

    def _sellers(self, told: Told, line_fen: int) -> list[int]:
        """Who sold enough as told, or settles as told."""
        fen = self.world.ledger.log.fen[told.row - self.world.ledger.base]
        issuers, number = np.unique(told.issuer, return_inverse=True)
        sold, settled = np.zeros((2, len(issuers)), np.int64)
        np.add.at(sold, number, np.where(told.what == SOLD, fen, 0))
        np.add.at(settled, number, told.what == SETTLED)
        return [int(who) for who in issuers[(sold >= line_fen) | (settled > 0)]]

    def _may_be(self, issuer: int, mine: Told, line: dict[str, Any]) -> bool:
        """Enough told sales, or told settlements and enough payers."""
        log, at = self.world.ledger.log, mine.row - self.world.ledger.base
        sold, settled = mine.what == SOLD, mine.what == SETTLED
        buyers = len(np.unique(party_or_account(log.payer[at[sold]], log.debtor[at[sold]])))
        if buyers >= line["buyers"] and int(log.fen[at[sold]].sum()) >= line["fen"]:
            return True
        flows = self.world.flows
        held = [a for a in accounts_of(self.world, issuer) if a < len(flows.accounts)]
        payers = sum(int(flows.side(IN, MONTH, a).others) for a in held)
        return len(np.unique(log.payee[at[settled]])) >= line["merchants"] and payers >= line["buyers"]

    # -- limb 1 --------------------------------------------------------------------------------------------------------

    def _programme(self, issuer: int, told: Told, line: dict[str, Any], day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        view = programme(self.world, issuer, told, day - WINDOW_DAYS + 1, now)
        if view is None or view.last < 0 or shanghai_day(int(view.time[view.last])) != day:
            return
        regime = self._own_regime(view.issuer)
        view.excuses.append(regime)
        sold, buyers, merchants = view.sold_fen, set(view.sold.values()), view.merchants
        if regime.holds or len(buyers) < line["buyers"] or sold < line["fen"] or len(merchants) < line["merchants"]:
            return
        fifo, prorata = view.settled_fen("fifo"), view.settled_fen("prorata")
        if not self.reaches(sold, fifo, prorata, bool(view.told), to_ppm(line["share"])):
            return
        values = {
            "limb": PROGRAMME, "n_buyers": len(buyers), "sold_fen": sold, "n_merchants": len(merchants),
            "n_told": len(view.told_merchants), "settled_fen": fifo, "settled_prorata_fen": prorata,
            "unspent_fen": max(0, sold - fifo),
        }  # fmt: skip
        time, names = int(view.time[view.last]), self.world.accounts.ids.names
        yield Finding(
            self.id, view.issuer, time, zero_tolerance(sold), sold, values, (int(view.time[min(view.sold)]), time),
            accounts=tuple(sorted({names[int(view.pots.creditor[at])] for at in view.sold} | set(view.hands))), known=now,
            key=view, flags=("truncated",) if view.cut else (),
        )  # fmt: skip

    @staticmethod
    def reaches(sold: int, fifo: int, prorata: int, told: bool, share_ppm: int = 100_000) -> bool:
        """Whether enough of what was sold (fen) reaches merchants; settlements told as such need no share."""
        return told or min(ppm(fifo, sold), ppm(prorata, sold)) >= share_ppm

    def _own_regime(self, issuer: str) -> Excuse:
        info = self.world.register.party(issuer)
        word = next((word for word in OWN_REGIME if info is not None and word in (info.scope_text or "")), None)
        return Excuse("LA-OWN-REGIME", word is not None, {"scope": word})

    # -- limb 2 --------------------------------------------------------------------------------------------------------

    def _limits(self, now: int) -> Iterator[Finding]:
        log, base, world = self.world.ledger.log, self.world.ledger.base, self.world
        by_issuer: dict[str, list[Sale]] = {}
        for row, how in self.barred:
            at = row - base
            buyer, issuer = (
                name_of(world, int(party_or_account(party[at : at + 1], account[at : at + 1])[0]))
                for party, account in ((log.payer, log.debtor), (log.payee, log.creditor))
            )
            by_issuer.setdefault(issuer, []).append(Sale(row, int(log.time[at]), int(log.fen[at]), buyer, how))
        self.barred = []
        limit = self.in_force("card.limit", now - 1)
        for issuer in sorted(by_issuer):
            if limit is not None and may_store_value(world, issuer, shanghai_day(now - 1), CARDS):
                yield from self._beyond(issuer, by_issuer[issuer], limit, now)

    def _beyond(self, issuer: str, sales: list[Sale], limit: dict[str, int], now: int) -> Iterator[Finding]:
        world = self.world
        day_fen: dict[str, int] = {}
        for sale in sales:
            day_fen[sale.buyer] = day_fen.get(sale.buyer, 0) + (sale.fen if sale.how == IN_CASH else 0)
        line = {buyer: limit["noncash_entity" if buyer.startswith("uscc:") else "noncash_person"] for buyer in day_fen}
        counted = [s for s in sales if s.how == BY_CREDIT_CARD or day_fen[s.buyer] >= line[s.buyer]]
        if not counted:
            return
        cash = sum(s.fen for s in counted if s.how == IN_CASH)
        amount = sum(s.fen for s in counted)
        values = {
            "limb": LIMITS, "n_buyers": len({s.buyer for s in counted}), "sold_fen": amount, "n_merchants": 0,
            "cash_fen": cash, "credit_card_fen": amount - cash,
        }  # fmt: skip
        into = {world.accounts.ids.names[world.ledger.log.creditor[s.row - world.ledger.base]] for s in counted}
        yield Finding(
            self.id, issuer, counted[-1].time, max(YELLOW, zero_tolerance(amount)), amount, values,
            (counted[0].time, counted[-1].time), accounts=tuple(sorted(into)), known=now, key=counted,
        )  # fmt: skip

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        thresholds = {name: self.in_force(name, finding.time) for name in self.parameters}
        thresholds["zero_tolerance_fen"] = ZERO_TOLERANCE_FEN
        if finding.values["limb"] == LIMITS:
            sales = [
                {"transaction": list(self.world.refs.of(s.row)), "time": s.time, "fen": s.fen, "buyer": s.buyer,
                 "how": "cash" if s.how == IN_CASH else "credit_card"}
                for s in finding.key
            ]  # fmt: skip
            return Evidence(
                {"sold_fen": "sum of fen of the day's purchases in cash over the line, or by credit card"},
                {"limb": LIMITS, "sales": sales}, [s.row for s in finding.key], thresholds=thresholds,
            )  # fmt: skip
        view: Programme = finding.key
        day = shanghai_day(finding.time)
        related = {} if view.issuer.startswith("account:") else self.world.register.related(view.issuer, day)
        owners = {self.world.accounts.owner_name(self.world.accounts.ids.get(name)) for name in view.hands}
        return Evidence(
            {"settled_fen": "sum of fen paid to merchants that stored value was, by FIFO; pro-rata beside it"},
            {"limb": PROGRAMME, "hands": view.hands} | transfers_of(self.world, view),
            [int(row) for row in view.pots.rows[: view.last + 1]],
            related={party: {"tier": related[party].tier, "path": [link_row(link) for link in related[party].path]}
                     for party in sorted(owners) if party in related},
            excuses=view.excuses, thresholds=thresholds,
        )  # fmt: skip


def transfers_of(world: World, view: Programme) -> dict[str, Any]:
    """The view in booking order up to its last sale or settlement, and what the accounts held before."""
    pots, names = view.pots, world.accounts.ids.names
    rows = [
        {
            "transaction": list(world.refs.of(int(pots.rows[i]))),
            "time": int(view.time[i]),
            "payer": None if pots.enters[i] else names[pots.debtor[i]],
            "payee": None if pots.leaves[i] else names[pots.creditor[i]],
            "fen": int(pots.fen[i]),
            "buyer": view.sold.get(i),
            "merchant": view.settled.get(i),
            "told": i in view.told,
        }
        for i in range(view.last + 1)
    ]
    return {"openings": [[names[account], fen] for account, fen in pots.openings], "transfers": rows}
