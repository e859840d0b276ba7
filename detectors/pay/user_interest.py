"""What a payment institution pays its users for leaving money with it (PAY-04, from the day on which that is banned)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.correlation import r_squared
from chuantou.detectors.pay.bank_money import reserve_accounts
from chuantou.graph.accounts import IS_RESERVE, NONE
from chuantou.graph.flow_class import IS_HARD_BASIS, class_mask
from chuantou.graph.world import World

IS_STATED = class_mask("RETURN_INT", "INTEREST_BANK")
IS_GIFT = class_mask("BONUS", "OTHER", "UNKNOWN")
Rows = NDArray[np.int64]


class UserInterest(NamedTuple):
    """Payments of one day to users, as log indices: stated to be interest, or gifts that rise with what lies there.

    ``balances``: fen that each paid user (party id) had in the reserve.
    """

    rows: list[int]
    stated: bool
    r2_ppm: int
    balances: dict[int, int]


def user_interest(world: World, key: str, rows: range, users: int, least_r2_ppm: int) -> list[UserInterest]:
    """The payments of the day's ``rows`` that pay users of the institution for their balances."""
    log, base, role = world.ledger.log, world.ledger.base, world.accounts.table.role
    at = slice(rows.start - base, rows.stop - base)
    debtor, creditor, payee = log.debtor[at], log.creditor[at], log.payee[at]
    cluster = world.watch.cluster_of
    number = world.watch.index(key)
    # what leaves the reserve under a client's order is that client's money, such as a fund's dividend
    own = (cluster[debtor] == number) & ~(IS_RESERVE[role[debtor]] & (log.order[at] != NONE))
    outward = own & (cluster[creditor] != number) & (payee != NONE)
    flow = log.flow_class[at]
    stated = outward & IS_STATED[flow] & IS_HARD_BASIS[log.basis[at]]
    gifts = outward & IS_GIFT[flow] & ~IS_RESERVE[role[debtor]]
    enough_gifts = len(np.unique(payee[gifts])) >= users
    if not stated.any() and not enough_gifts:
        return []
    held = user_balances(world, key, rows.stop)
    out = []
    for found, is_stated in ((stated, True), (gifts, False)):
        mine = [int(i) for i in np.flatnonzero(found) if int(payee[i]) in held]
        given: dict[int, int] = {}
        for i in mine:
            given[int(payee[i])] = given.get(int(payee[i]), 0) + int(log.fen[at][i])
        balances = {user: held[user] for user in given}
        square = r_squared([(balances[user], given[user]) for user in given])
        if given and (is_stated or (len(given) >= users and square >= least_r2_ppm)):
            out.append(UserInterest([i + rows.start for i in mine], is_stated, square, balances))
    return out


def user_balances(world: World, key: str, end: int) -> dict[int, int]:
    """Fen in the reserve by user before log index ``end``: paid in, less taken out or spent under the user's orders."""
    log, used = world.ledger.log, end - world.ledger.base
    reserve = reserve_accounts(world, key)
    into, out_of = np.isin(log.creditor[:used], reserve), np.isin(log.debtor[:used], reserve)
    held: dict[int, int] = {}
    who_ordered: dict[int, int] = {}
    for i in np.flatnonzero(into ^ out_of).tolist():
        order = int(log.order[i])
        user = int(log.payer[i]) if into[i] else who_ordered.get(order, int(log.payee[i]))
        if into[i] and order != NONE:
            who_ordered[order] = user
        if user != NONE and (into[i] or user in held):
            held[user] = held.get(user, 0) + (int(log.fen[i]) if into[i] else -int(log.fen[i]))
    return held
