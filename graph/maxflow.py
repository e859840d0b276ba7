"""The most of one transfer's money that another can have moved: time-respecting maximum flow (catalogue §3.6).

Whatever the order of lots inside an account, no method can say more; so it is the upper end of every interval.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.kernels.trace import flow_network, maximum_flow, ways_between

MAX_TRANSFERS = 20_000  # of one network; a larger one is not answered

Int64s = NDArray[np.int64]


def most_between(
    debtor: Int64s, creditor: Int64s, amount_fen: Int64s, first: int, last: int, most: int = MAX_TRANSFERS
) -> int | None:
    """Fen of transfer ``first`` that ``last`` can have moved; None where more than ``most`` transfers lie between them.

    int64[n] account ids ≥ 0 and amounts > 0 in booking order, ``first`` <= ``last``. What the payee of ``first`` held before
    does not matter: the flow may leave it behind. A transfer to itself moves nothing, but moves itself.

    >>> most_between(np.array([0, 1, 1]), np.array([1, 2, 3]), np.array([100, 60, 70]), 0, 2)
    70

    Raises ``IndexError`` unless 0 <= ``first`` <= ``last`` < n.
    """
    if not 0 <= first <= last < len(amount_fen):
        raise IndexError(f"no way from transfer {first} to {last} among {len(amount_fen)}")
    if first == last:
        return int(amount_fen[first])
    if debtor[first] == creditor[first] or debtor[last] == creditor[last]:
        return 0
    rows, cut = ways_between(debtor, creditor, first, last, most)
    if cut:
        return None
    if not len(rows):
        return 0
    known, accounts = np.unique(np.concatenate([debtor[rows], creditor[rows]]), return_inverse=True)
    payer, payee = accounts[: len(rows)].astype(np.int64), accounts[len(rows) :].astype(np.int64)
    goal = payee[-1] = len(known)  # what the last transfer moves has arrived, wherever it goes
    payer[0] = goal + 1  # where the first one came from is no way on
    is_goal = np.arange(goal + 2) == goal
    return int(maximum_flow(flow_network(payer, payee, amount_fen[rows], 0, is_goal, is_goal)))
