"""Where the money of one transfer went, by four methods: the answer is an interval, not a point (catalogue §3.6)."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chuantou.graph.kernels.trace import flow_network, maximum_flow, trace_pools, trace_queue

INT64_MAX = 2**63 - 1


@dataclass(frozen=True)
class Trace:
    """The money of one transfer, the root. Arrays are int64[n], one entry a listed transfer, amounts in fen.

    ``fifo_fen``, ``prorata_fen``, ``lifo_fen``: fen of the root that transfer *i* moved; the root moves its amount.
    ``hop``: 1 for a transfer out of the root's payee, and so on; the least, where lots of several hops or methods meet;
    0 where nothing traced moved and at the root.
    ``*_sink_fen``: what arrived at sinks. ``maxflow_sink_fen`` is the most that could have, whatever the order of lots
    inside an account: no method exceeds it.
    ``truncated``: ``max_hops`` made money untraced by one of the three methods; their sums are then lower bounds.
    """

    fifo_fen: NDArray[np.int64]
    prorata_fen: NDArray[np.int64]
    lifo_fen: NDArray[np.int64]
    hop: NDArray[np.int64]
    fifo_sink_fen: int
    prorata_sink_fen: int
    lifo_sink_fen: int
    maxflow_sink_fen: int
    truncated: bool


def trace_root(
    debtor: ArrayLike,
    creditor: ArrayLike,
    amount_fen: ArrayLike,
    opening_fen: ArrayLike,
    root: int,
    sinks: ArrayLike,
    terminals: ArrayLike,
    max_hops: int = 6,
) -> Trace:
    """Follows the money that transfer ``root`` credits, by FIFO, pro-rata, LIFO and time-respecting max-flow.

    ``debtor``, ``creditor``: int64[n] accounts 0 … k-1, and ``amount_fen``: int64[n] > 0, in booking order.
    ``opening_fen``: int64[k], the balance before the first listed transfer: untraced money, older than all credits. A
    negative balance holds nothing.
    ``sinks``, ``terminals``: bool[k]. Money stops at both and counts at sinks (an account that is both is a sink). A
    root that pays a sink has arrived in full, whoever paid.
    ``max_hops``: traced money that has made so many hops leaves untraced. The max-flow knows no hops and stays an upper
    bound.

    What a payer's balance does not cover is untraced. A transfer to itself moves nothing, also as the root. Pro-rata
    gives the odd fen to the larger remainder, a tie to the untraced money.

    Raises ``ValueError`` for arrays that do not fit together, a root outside them, or amounts that are not positive;
    ``OverflowError`` if the listed money could add up past int64.
    """
    payer, payee = np.ascontiguousarray(debtor, np.int64), np.ascontiguousarray(creditor, np.int64)
    amount, opening = np.ascontiguousarray(amount_fen, np.int64), np.ascontiguousarray(opening_fen, np.int64)
    is_sink, is_terminal = np.ascontiguousarray(sinks, np.bool_), np.ascontiguousarray(terminals, np.bool_)
    _check(payer, payee, amount, opening, root, is_sink, is_terminal, max_hops)
    absorbs = is_sink | is_terminal
    fifo, fifo_hop, fifo_cut = trace_queue(payer, payee, amount, opening, root, absorbs, max_hops, False)
    lifo, lifo_hop, lifo_cut = trace_queue(payer, payee, amount, opening, root, absorbs, max_hops, True)
    prorata, prorata_hop, prorata_cut = trace_pools(payer, payee, amount, opening, root, absorbs, max_hops)
    arrives = is_sink[payee] & (payer != payee)
    return Trace(
        fifo_fen=fifo,
        prorata_fen=prorata,
        lifo_fen=lifo,
        hop=_least_positive(fifo_hop, prorata_hop, lifo_hop),
        fifo_sink_fen=int(fifo[arrives].sum()),
        prorata_sink_fen=int(prorata[arrives].sum()),
        lifo_sink_fen=int(lifo[arrives].sum()),
        maxflow_sink_fen=_most_that_could_arrive(payer, payee, amount, root, is_sink, absorbs),
        truncated=bool(fifo_cut or lifo_cut or prorata_cut),
    )


def _most_that_could_arrive(payer, payee, amount, root: int, is_sink, absorbs) -> int:
    if payer[root] == payee[root] or (absorbs[payee[root]] and not is_sink[payee[root]]):
        return 0
    if is_sink[payee[root]]:
        return int(amount[root])
    return int(maximum_flow(flow_network(payer, payee, amount, root, is_sink, absorbs)))


def _least_positive(*hops: NDArray[np.int64]) -> NDArray[np.int64]:
    never = np.iinfo(np.int64).max
    least = np.minimum.reduce([np.where(hop > 0, hop, never) for hop in hops])
    return np.where(least == never, 0, least)


def _check(payer, payee, amount, opening, root: int, is_sink, is_terminal, max_hops: int) -> None:
    if not len(payer) == len(payee) == len(amount) or not len(opening) == len(is_sink) == len(is_terminal):
        raise ValueError("one entry a transfer, and one an account, is needed in every array")
    if not 0 <= root < len(amount):
        raise ValueError(f"root {root} is not among the {len(amount)} transfers")
    accounts = np.concatenate([payer, payee])
    if accounts.min() < 0 or accounts.max() >= len(opening) or amount.min() <= 0 or max_hops < 0:
        raise ValueError("accounts are 0 … k-1, amounts positive, max_hops not negative")
    if sum(amount.tolist()) + sum(opening[opening > 0].tolist()) > INT64_MAX:
        raise OverflowError("the listed money exceeds int64 fen")
