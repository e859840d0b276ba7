"""PAY-08 个人POS收付款 · card cash-out, and terminals sold to individuals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, ppm, zero_tolerance
from chuantou.detectors.flow.clusters import Clusters
from chuantou.detectors.pay.till_groups import (
    Payback,
    Ticket,
    TillGroup,
    busy,
    listed,
    looped_fen,
    paid_to_people,
    paybacks,
    till_groups,
)
from chuantou.detectors.pay.till_sales import Tickets, TillSales
from chuantou.detectors.phrases import says
from chuantou.detectors.related_evidence import link_row
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import DAY_US, SHANGHAI_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import TextItem

KEEP_DAYS = 8  # a week, and the day that a payer may wait for his money
TERMINALS_OFFERED = (
    "个人POS", "个人pos", "办理POS机", "办理pos机", "POS机办理", "pos机办理", "POS机代理", "免费送POS", "免费领POS", "出售POS机",
    "手机POS", "POS机套现", "pos机套现", "信用卡套现", "信用卡取现",
)  # fmt: skip
CASH_OUT, TERMINALS = 1, 2  # limbs


@dataclass(frozen=True)
class View:
    """A group's week: its sales, what it paid to persons, and the texts in which it offers terminals."""

    group: TillGroup
    tickets: list[Ticket]
    back: list[Payback]
    cut: bool
    texts: list[tuple[int, str, str, str]]


class CardCashOut(Detector):
    """个人POS收付款·套现: sales at a till that are none – the money goes back to who paid –, or terminals sold to anybody.

    Over 7 days and ≥ 200,000 yuan of sales at the tills in one hand (shared terminals, control, one device): (1) *loop* – ≥ 80 %
    goes back within a day to the payer, or to a person of his name or device – and two more of: *shape* – ≥ 50 % of the tickets
    lie in [0.9, 1.0) of a usual credit limit or just below a round thousand –, *night* – ≥ 30 % at 22:00–06:00 –, *credit* –
    ≥ 80 % of the sales are by credit card; or (2) an unlicensed party that offers terminals in its texts gets the sales of ≥ 20
    terminals and pays ≥ 80 % to persons [E]. Severity: zero tolerance of what went back, or to persons. Refunds to the card that
    paid are no loop. Clause 二(二)3; 令〔2010〕2号 [S32]; 条例 2024 [L2]. Amounts in fen.

    >>> CardCashOut.is_shaped(995_000, [1_000_000], 100_000, 100_000, 10_000)
    True
    >>> CardCashOut.is_shaped(1_940_000, [5_000_000], 100_000, 100_000, 10_000)
    False
    """

    id, clause, family = "PAY-08", "二(二)3", "unlicensed_payment"
    title_zh, title_en = "个人POS收付款（套现）", "personal POS and card cash-out"
    legal_basis = ("SEED 二(二)3", "令〔2010〕2号 [S32]", "非银行支付机构监督管理条例 2024 [L2]")
    parameters = ("card.cash_out", "card.cash_out.shape")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.sales = TillSales(world, KEEP_DAYS)
        self.clusters = Clusters(world)
        self.texts: dict[str, list[tuple[int, str, str, str]]] = {}

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for _, event in segment.events:
            if isinstance(event, TextItem) and event.party is not None and event.kind != "news":
                word = says(event.text, TERMINALS_OFFERED)
                if word is not None:
                    self.texts.setdefault(event.party, []).append((event.event_time, word, event.source_id, event.event_id))
        if segment.first < segment.end:
            self.sales.note(segment)
        yield from ()

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        tickets = self.sales.close_day(day)
        line, shape = self.in_force("card.cash_out", now - 1), self.in_force("card.cash_out.shape", now - 1)
        if tickets is None or line is None or shape is None:
            return
        since = now - line["window_days"] * DAY_US
        tickets = tickets.where(tickets.time >= since)
        for view in self._views(tickets, line, since, now):
            last = max([t.since for t in view.tickets] + [p.time for p in view.back])
            if shanghai_day(last) == day:
                yield from self._judge(view, last, now)

    def _views(self, tickets: Tickets, line: dict[str, Any], since: int, now: int) -> Iterator[View]:
        """Groups over the line that pay enough to persons, or to whoever paid them, to be one of the two."""
        if int(tickets.fen.sum()) < line["fen"]:
            return
        rows, share = self.world.ledger.rows_of(since, now), to_ppm(line["loop"])
        paid = paid_to_people(self.world, rows)
        self.clusters.refresh()
        tickets = busy(tickets, self.clusters.component, paid, line["fen"], line["fen"] * share // 1_000_000)
        for group, sold in till_groups(self.world, tickets, line["fen"], shanghai_day(now - 1)):
            if ppm(int(paid[list(group.accounts)].sum()), int(sold.fen.sum())) < share:
                continue
            told = listed(self.world, sold)
            texts = [text for member in group.members for text in self.texts.get(member, ())]
            yield View(group, told, *paybacks(self.world, group, told, rows), sorted(texts))

    # -- judgement -----------------------------------------------------------------------------------------------------

    def _judge(self, view: View, last: int, now: int) -> Iterator[Finding]:
        line, shape = self.in_force("card.cash_out", now - 1), self.in_force("card.cash_out.shape", now - 1)
        sold, n = sum(t.fen for t in view.tickets), len(view.tickets)
        by_merchant = looped_fen(view.tickets, view.back, line["days"] * DAY_US)
        looped = sum(by_merchant.values())
        paid = min(sold, sum(p.fen for p in view.back if not p.refund))
        terminals = len({t.terminal for t in view.tickets} - {None})
        steps, near = shape["steps"], shape["round_fen"]
        shaped = sum(self.is_shaped(t.fen, steps, to_ppm(shape["band"]), near, to_ppm(shape["near"])) for t in view.tickets)
        night = sum(at_night(t.time, *shape["hours"]) for t in view.tickets)
        shares = {
            "loop": ppm(looped, sold), "shape": ppm(shaped, n), "night": ppm(night, n),
            "credit": ppm(sum(t.fen for t in view.tickets if t.by_credit), sold),
        }  # fmt: skip
        signs = [name for name in ("loop", "shape", "night", "credit") if shares[name] >= to_ppm(line[name])]
        limb = CASH_OUT if "loop" in signs and len(signs) >= line["signs"] else TERMINALS
        amount = looped if limb == CASH_OUT else paid
        offered = view.texts and terminals >= line["terminals"] and ppm(paid, sold) >= to_ppm(line["loop"])
        if limb == TERMINALS and not offered:
            return
        values = {
            "limb": limb, "volume_fen": sold, "looped_fen": looped, "loop_ppm": shares["loop"], "shape_ppm": shares["shape"],
            "night_ppm": shares["night"], "credit_ppm": shares["credit"], "signs": len(signs), "paid_fen": paid,
            "n_tickets": n, "n_payers": len({t.payer for t in view.tickets}), "n_merchants": len(view.group.members),
            "n_terminals": terminals, "n_texts": len(view.texts),
        }  # fmt: skip
        severity = zero_tolerance(amount)
        if severity == NO_SEVERITY:
            return
        names = self.world.accounts.ids.names
        in_it = by_merchant if limb == CASH_OUT else self.texts
        named = [member for member in view.group.members if member in in_it]
        rows = np.array([t.row for t in view.tickets if t.merchant in named], np.int64) - self.world.ledger.base
        into = {names[account] for account in self.world.ledger.log.creditor[rows].tolist()}
        yield Finding(
            self.id, named[0], last, severity, amount, values, (min(t.time for t in view.tickets), last),
            others=tuple(sorted(m for m in named[1:] if not m.startswith("account:"))), accounts=tuple(sorted(into)), known=now,
            key=view, flags=("truncated",) if view.cut else (),
        )  # fmt: skip

    @staticmethod
    def is_shaped(fen: int, steps: Sequence[int], band_ppm: int, round_fen: int, near_ppm: int) -> bool:
        """Just below a credit limit, or a round amount less what a terminal's fee may be."""
        under = any((1_000_000 - band_ppm) * step <= 1_000_000 * fen < 1_000_000 * step for step in steps)
        return under or (-fen % round_fen) * 1_000_000 <= near_ppm * fen

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        view, refs = finding.key, self.world.refs
        sales = [
            {"transaction": list(refs.of(t.row)), "time": t.time, "since": t.since, "fen": t.fen, "payer": t.payer,
             "merchant": t.merchant, "by_credit": t.by_credit, "terminal": t.terminal}
            for t in view.tickets
        ]  # fmt: skip
        back = [
            {"transaction": list(refs.of(p.row)), "time": p.time, "fen": p.fen, "payee": p.payee, "holder": p.holder,
             "refund": p.refund}
            for p in view.back
        ]  # fmt: skip
        refunds = [p for p in view.back if p.refund]
        key = ("card.cash_out", "card.cash_out.shape")
        return Evidence(
            {"loop_ppm": "fen that went back to payers within a day / fen of the sales"},
            {"sales": sales, "paid": back, "texts": [{"event": [s, e], "time": t, "says": w} for t, w, s, e in view.texts]},
            sorted({t.row for t in view.tickets} | {p.row for p in view.back}), sorted({(s, e) for _, _, s, e in view.texts}),
            related={name: {"tier": tie.tier, "path": [link_row(link) for link in tie.path]}
                     for name, tie in sorted(view.group.ties.items())},
            excuses=[Excuse("LA-REFUND", bool(refunds), {"payments": len(refunds), "fen": sum(p.fen for p in refunds)})],
            thresholds={name: self.in_force(name, finding.time) for name in key} | {"zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip


def at_night(time: int, evening: int, morning: int) -> bool:
    """Whether the Shanghai hour is from ``evening`` on or before ``morning``; midnight sharp may be a date without an hour."""
    second = (time + SHANGHAI_US) % DAY_US // 1_000_000
    return second != 0 and not morning * 3_600 <= second < evening * 3_600
