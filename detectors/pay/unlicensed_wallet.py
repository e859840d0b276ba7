"""PAY-10 无证网络支付/类支付账户 · unlicensed e-wallet."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from chuantou.detectors.contract import YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Finding, ppm, zero_tolerance
from chuantou.detectors.pay.card_programme import moved_on
from chuantou.detectors.pay.onward import kin_of
from chuantou.detectors.pay.stored_value import SOLD, StoredValue, may_store_value
from chuantou.detectors.pay.till_sales import name_of, party_or_account
from chuantou.detectors.pay.wallet_users import SETTLE, Move, Users, days_held, moves_of, users_of
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm

WINDOW_DAYS = 30


class UnlicensedWallet(Detector):
    """无证网络支付·类支付账户: balances with a company that has no licence, which are topped up, paid with and cashed.

    Within 30 days ≥ 100 users top up (by class or memo – game coins and points too –, or into payment accounts that the company
    runs) and are paid out a day later or more, by it or its R1 companies; and they pay others through it: of ≥ 10 % of the users
    a payment out of their balance is known (by the book, or by the order of a top-up), or ≥ 10 % each took out ≥ 10 % less and
    ≥ 10 % more than they put in, or ≥ 2 companies are settled [E]. Refunds, and money taken back whole, are no use of a wallet;
    balances that cannot be cashed are none. Severity: zero tolerance of the users' top-ups, at least yellow. Clause 二(二)3;
    令〔2010〕2号 [S32]; 条例 2024 [L2]. Amounts in fen.

    >>> UnlicensedWallet.pays_others(users=100, spenders=0, givers=60, getters=10, merchants=0, share_ppm=100_000, least=2)
    True
    >>> UnlicensedWallet.pays_others(users=100, spenders=0, givers=100, getters=9, merchants=1, share_ppm=100_000, least=2)
    False
    """

    id, clause, family = "PAY-10", "二(二)3", "unlicensed_payment"
    title_zh, title_en = "无证网络支付（类支付账户）", "unlicensed e-wallet"
    legal_basis = ("SEED 二(二)3", "令〔2010〕2号 [S32]", "非银行支付机构监督管理条例 2024 [L2]")
    parameters = ("wallet",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.stored = StoredValue(world, WINDOW_DAYS)

    def observe(self, segment: Segment) -> Iterator[Finding]:
        if segment.first < segment.end:
            self.stored.note(segment)
        yield from ()

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        told, line = self.stored.close_day(day), self.in_force("wallet", now - 1)
        if told is None or line is None:
            return
        rows = self.world.ledger.rows_of(now - WINDOW_DAYS * DAY_US, now)
        sold = told.where(told.what == SOLD)
        for operator in sorted(np.unique(sold.issuer).tolist(), key=lambda who: name_of(self.world, who)):
            name = name_of(self.world, operator)
            if not self._enough(sold.row[sold.issuer == operator], line["users"]) or may_store_value(self.world, name, day):
                continue
            last = told.row[told.issuer == operator][-1] - self.world.ledger.base
            told_today = shanghai_day(int(self.world.ledger.log.time[last])) == day
            if told_today or moved_on(self.world, kin_of(self.world, name, day), day):
                yield from self._judge(name, *moves_of(self.world, operator, told, rows, day), line, day)

    def _enough(self, rows: Any, least: int) -> bool:
        log, at = self.world.ledger.log, rows - self.world.ledger.base
        return len(at) >= least and len(np.unique(party_or_account(log.payer[at], log.debtor[at]))) >= least

    # -- judgement -----------------------------------------------------------------------------------------------------

    def _judge(self, name: str, moves: list[Move], cut: bool, line: dict[str, Any], day: int) -> Iterator[Finding]:
        rest, net = line["rest_days"] * DAY_US, to_ppm(line["net"])
        known = users_of(moves, rest, net).users
        kept = [move for move in moves if move.what == SETTLE or move.user in known]
        if not kept or kept[-1].time < day_start_us(day):
            return
        found = users_of(kept, rest, net)
        users = len(found.users)
        pays = self.pays_others(users, found.spenders, found.givers, found.getters, found.merchants, to_ppm(line["share"]),
                                line["merchants"])  # fmt: skip
        if users < line["users"] or not pays:
            return
        names, log, base = self.world.accounts.ids.names, self.world.ledger.log, self.world.ledger.base
        into = {names[log.creditor[move.row - base]] for move in kept if move.what == "topup"}
        yield Finding(
            self.id, name, kept[-1].time, max(YELLOW, zero_tolerance(found.topup_fen)), found.topup_fen, values_of(found),
            (kept[0].time, kept[-1].time), accounts=tuple(sorted(into)), known=day_start_us(day + 1), key=(kept, found.users),
            flags=("truncated",) if cut else (),
        )  # fmt: skip

    @staticmethod
    def pays_others(users: int, spenders: int, givers: int, getters: int, merchants: int, share_ppm: int, least: int) -> bool:
        """Whether the users pay each other or merchants through the operator; counts of users, and of companies settled."""
        return ppm(max(spenders, min(givers, getters)), users) >= share_ppm or merchants >= least

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        moves, users = finding.key
        rows = [
            {"transaction": list(self.world.refs.of(m.row)), "time": m.time, "what": m.what, "user": m.user, "other": m.other,
             "fen": m.fen}
            for m in moves
        ]  # fmt: skip
        return Evidence(
            {"n_users": "users with a top-up and, rest_days later or more, a withdrawal", "balance_fen": "most held together"},
            {"moves": rows, "held": days_held(moves, users)},
            [m.row for m in moves],
            thresholds={"wallet": self.in_force("wallet", finding.time), "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip


def values_of(found: Users) -> dict[str, int]:
    return {
        "n_users": len(found.users), "topup_fen": found.topup_fen, "withdrawn_fen": found.withdrawn_fen,
        "balance_fen": found.balance_fen, "n_spenders": found.spenders, "n_givers": found.givers, "n_getters": found.getters,
        "n_merchants": found.merchants,
    }  # fmt: skip
