"""The part of the log that money of one transfer can have touched: a small local ledger to trace in.

Forward in time from the payee of the root: every account that the money can have reached by transfers in booking order,
all debits of those accounts, and all credits that mixed with it there. Everything else is one account, OUTSIDE.
"""

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.kernels import ledger as kernel
from chuantou.graph.ledger import Ledger

OUTSIDE = 0
MAX_TRANSFERS = 20_000  # of one subflow; reaching it is reported
NONE = -1


@dataclass
class Subflow:
    """Transfers in booking order over dense local accounts; account 0 is OUTSIDE.

    ``rows`` int64[n] log indices, ``debtor``/``creditor`` int32[n] local, ``fen`` int64[n], ``opening_fen`` int64[k],
    ``accounts`` int32[k] dense ledger ids (``accounts[0]`` = -1; an account that was paid before it was reached is there
    twice), ``root`` the local index of the root transfer.
    """

    rows: NDArray[np.int64]
    debtor: NDArray[np.int32]
    creditor: NDArray[np.int32]
    fen: NDArray[np.int64]
    opening_fen: NDArray[np.int64]
    accounts: NDArray[np.int32]
    root: int
    truncated: bool


def subflow(
    ledger: Ledger, root: int, until_us: int, max_hops: int, min_fen: int, stops: Callable[[int], bool]
) -> Subflow:
    """Gather the subflow of log entry ``root`` up to ``until_us`` (inclusive).

    An account is reached by at most ``max_hops`` transfers of at least ``min_fen``; money is not followed out of
    accounts for which ``stops`` holds.
    """
    entries, base = ledger.log.rows, ledger.base
    first = entries[root - base].tolist()
    start = first[kernel.CREDITOR]
    accounts, opening = [NONE, start], [0, first[kernel.CREDITOR_BALANCE]]
    local = {start: 1}
    hop = {start: 0}  # of the accounts that were reached so far
    rows, debtor, creditor = [root], [OUTSIDE], [1]
    queue: list[int] = []  # log indices, each pushed from the chains of a reached account
    seen = {root}

    def follow(index: int) -> None:
        if index != NONE and index not in seen and entries[index - base, kernel.TIME] <= until_us:
            seen.add(index)
            heappush(queue, index)

    follow(ledger.first_out_after(root))
    follow(first[kernel.NEXT_IN])
    while queue and len(rows) < MAX_TRANSFERS:
        index = heappop(queue)
        entry = entries[index - base].tolist()
        payer, payee = entry[kernel.DEBTOR], entry[kernel.CREDITOR]
        from_reached = payer in hop
        reaches = from_reached and payee not in hop and hop[payer] < max_hops and entry[kernel.AMOUNT] >= min_fen
        reaches = reaches and not stops(payee)
        if reaches or payee not in local:
            # reached after crumbs, it begins anew: its debits since then are not listed, so only the log knows its balance
            local[payee] = len(accounts)
            accounts.append(payee)
            opening.append(entry[kernel.CREDITOR_BALANCE])
        rows.append(index)
        # what comes from an account whose debits are not all listed comes from OUTSIDE: nothing traced leaves it
        debtor.append(local[payer] if from_reached else OUTSIDE)
        creditor.append(local[payee])
        if reaches:
            hop[payee] = hop[payer] + 1
            follow(ledger.first_out_after(index))
        if from_reached:
            follow(entry[kernel.NEXT_OUT])
        if payee in hop:
            follow(entry[kernel.NEXT_IN])
    taken = np.array(rows, np.int64)
    return Subflow(taken, np.array(debtor, np.int32), np.array(creditor, np.int32), entries[taken - base, kernel.AMOUNT],
                   np.array(opening, np.int64), np.array(accounts, np.int32), 0, bool(queue))  # fmt: skip
