"""Users of one operator's balances: who put money in, took it out later, and paid others through it (PAY-10)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import PPM
from chuantou.detectors.lookalikes import hard_class
from chuantou.detectors.pay.card_programme import accounts_of
from chuantou.detectors.pay.onward import kin_of
from chuantou.detectors.pay.stored_value import CASHED, PAYMENT_ACCT, SETTLED, SOLD, Told
from chuantou.detectors.pay.till_sales import name_of, party_or_account
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import CLASS_ID, IS_UNSTATED
from chuantou.graph.world import World
from chuantou.schemas.clock import shanghai_day

TOPUP, WITHDRAW, SPEND, SETTLE = "topup", "withdraw", "spend", "settle"
MAX_ROWS = 50_000  # transfers of one operator in view; of more, the newest


class Move(NamedTuple):
    """``what`` a ``user`` did: topup, withdraw, spend (to ``other``); or settle, with the merchant as ``other``."""

    row: int
    time: int
    what: str
    user: str | None
    other: str | None
    fen: int


class Users(NamedTuple):
    """What the moves show: all sums in fen. ``users``: put money in and took some out ``rest`` later or more; of them
    ``givers`` and ``getters`` took out far less or more than they put in, ``spenders`` are known to have paid others."""

    users: frozenset[str]
    givers: int
    getters: int
    spenders: int
    merchants: int
    topup_fen: int
    withdrawn_fen: int
    balance_fen: int


def moves_of(world: World, operator: int, told: Told, rows: NDArray[np.int64], day: int) -> tuple[list[Move], bool]:
    """The moves among the log rows ``rows``, and whether older ones were left out (``MAX_ROWS``); ``told``: of anybody."""
    log, at = world.ledger.log, rows - world.ledger.base
    name = name_of(world, operator)
    kin = kin_of(world, name, day)
    own, wallets = _accounts(world, operator, name, day)
    inside = np.zeros(world.ledger.accounts.size, np.bool_)
    inside[[*own, *wallets]] = True
    wallet = np.zeros_like(inside)
    wallet[wallets] = True
    at = at[inside[log.debtor[at]] | inside[log.creditor[at]]]
    cut, at = len(at) > MAX_ROWS, at[-MAX_ROWS:]
    payer, payee = party_or_account(log.payer[at], log.debtor[at]), party_or_account(log.payee[at], log.creditor[at])
    mine = np.isin(told.row, at + world.ledger.base)
    kinds = dict(zip(told.row[mine].tolist(), told.what[mine].tolist()))
    names = {who: name_of(world, who) for who in np.unique([payer, payee]).tolist()} if len(at) else {}
    topped: dict[int, str] = {}  # order -> user
    out: list[Move] = []
    for i, source, target in zip(at.tolist(), payer.tolist(), payee.tolist()):
        debtor, creditor, order = int(log.debtor[i]), int(log.creditor[i]), int(log.order[i])
        a, b = names[source], names[target]
        what, kind = None, kinds.get(i + world.ledger.base)
        user: str | None = a
        other: str | None = b
        if not inside[debtor]:
            if a not in kin and not a.startswith("uscc:") and (kind == SOLD or wallet[creditor]):
                what, user, other = TOPUP, b if wallet[creditor] and b.startswith("person:") else a, None
                topped.setdefault(order, user)
        elif wallet[debtor] and a != b:
            what = SPEND if b not in kin else None
        elif not inside[creditor] and b not in kin:
            spender = topped.get(order) if order != NONE else None
            if spender is not None and spender != b:
                what, user = SPEND, spender
            elif kind == SETTLED and b.startswith("uscc:"):
                what, user = SETTLE, None
            elif not b.startswith("uscc:") and _is_withdrawal(world, i, kind):
                what, user, other = WITHDRAW, b, None
        if what is not None:
            out.append(Move(i + world.ledger.base, int(log.time[i]), what, user, other, int(log.fen[i])))
    return out, cut


def _accounts(world: World, operator: int, name: str, day: int) -> tuple[list[int], list[int]]:
    """The operator's accounts with those of companies in one control with it, and the payment accounts that it runs."""
    t, known = world.accounts.table, world.accounts
    related = {} if name.startswith("account:") else world.register.related(name, day)
    sisters = [p for p, relation in related.items() if relation.tier == "R1" and p.startswith("uscc:")]
    own = {*accounts_of(world, operator), *(a for p in sisters for a in known.of_party.get(world.parties.get(p), ()))}
    run = (t.role == PAYMENT_ACCT) & ((t.platform == operator) | ((t.platform == NONE) & (t.custodian == operator)))
    under = {a for a, master in known.master.items() if master in own and t.role[a] == PAYMENT_ACCT}
    wallets = sorted({*np.flatnonzero(run).tolist(), *under})
    return sorted(own - set(wallets)), wallets


def _is_withdrawal(world: World, at: int, kind: int | None) -> bool:
    """Told as one, or nothing else: no refund, wage or dividend."""
    flow = world.ledger.log.flow_class[at]
    plain = IS_UNSTATED[flow] and hard_class(world, at + world.ledger.base) in (None, "UNKNOWN", "OTHER")
    return kind == CASHED or flow == CLASS_ID["WITHDRAW"] or bool(plain)


def users_of(moves: Sequence[Move], rest_us: int, net_ppm: int) -> Users:
    """Who used the balances as accounts."""
    put, taken = _sums(moves, TOPUP), _sums(moves, WITHDRAW)
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for move in moves:
        if move.what == TOPUP and move.user is not None:
            first.setdefault(move.user, move.time)
        elif move.what == WITHDRAW and move.user is not None:
            last[move.user] = move.time
    users = {user for user, time in last.items() if user in first and time - first[user] >= rest_us}
    givers = sum(taken[user] * PPM <= put[user] * (PPM - net_ppm) for user in users)
    getters = sum(taken[user] * PPM >= put[user] * (PPM + net_ppm) for user in users)
    spenders = {move.user for move in moves if move.what == SPEND}
    merchants = {move.other for move in moves if move.other is not None and move.other.startswith("uscc:")}
    return Users(
        frozenset(users), givers, getters, len(users & spenders), len(merchants), sum(put[user] for user in users),
        sum(taken[user] for user in users), most_held(moves, users),
    )  # fmt: skip


def _sums(moves: Iterable[Move], what: str) -> dict[str, int]:
    out: dict[str, int] = {}
    for move in moves:
        if move.what == what and move.user is not None:
            out[move.user] = out.get(move.user, 0) + move.fen
    return out


def most_held(moves: Sequence[Move], users: set[str]) -> int:
    """The most that the users had in the balances together: the highest sum of what they had put in less taken out and spent."""
    held = most = 0
    for move in moves:
        if move.user in users:
            held += move.fen if move.what == TOPUP else -move.fen
            most = max(most, held)
    return most


def days_held(moves: Sequence[Move], users: frozenset[str]) -> list[tuple[int, int]]:
    """(day, fen held by the users together at its end)."""
    held, out = 0, dict[int, int]()
    for move in moves:
        if move.user in users:
            held += move.fen if move.what == TOPUP else -move.fen
            out[shanghai_day(move.time)] = held
    return sorted(out.items())
