"""Plain twin of ``graph/kernels/trace.py``: lists of (fen, hop) lots, fractions, and networkx for the flow."""

from fractions import Fraction

import networkx as nx

UNTRACED = None


def largest_remainder(parts: list[int], debit: int) -> list[int]:
    """Splits ``debit`` in proportion to ``parts``; odd fen to the largest remainders, ties to the earlier part."""
    exact = [Fraction(part * debit, sum(parts)) if part else Fraction(0) for part in parts]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda k: (shares[k] - exact[k], k))
    for k in by_remainder[: debit - sum(shares)]:
        shares[k] += 1
    return shares


def take_queue(lots: list, wanted: int, newest_first: bool) -> list:
    taken = []
    while wanted and lots:
        at = -1 if newest_first else 0
        fen, hop = lots.pop(at)
        part = min(fen, wanted)
        if fen > part:
            lots.insert(len(lots) if newest_first else 0, (fen - part, hop))
        taken.append((part, hop))
        wanted -= part
    return taken


def take_pool(lots: list, wanted: int) -> list:
    """``lots`` are merged by hop; the debit is split into traced and untraced, then the traced part by hop."""
    untraced = sum(fen for fen, hop in lots if hop is UNTRACED)
    hops = sorted({hop for _, hop in lots if hop is not UNTRACED})
    by_hop = [sum(fen for fen, hop in lots if hop == wanted_hop) for wanted_hop in hops]
    debit = min(wanted, untraced + sum(by_hop))
    if debit == 0:
        return []
    from_untraced, from_traced = largest_remainder([untraced, sum(by_hop)], debit)
    from_hops = largest_remainder(by_hop, from_traced)
    lots[:] = [(untraced - from_untraced, UNTRACED)]
    lots += [(held - taken, hop) for hop, held, taken in zip(hops, by_hop, from_hops)]
    return [(from_untraced, UNTRACED), *((taken, hop) for hop, taken in zip(hops, from_hops))]


def trace(debtor, creditor, amount, opening, root, absorbs, max_hops, method):
    """Returns traced fen and least hop of every transfer, and whether the hop limit cut anything."""
    held = [[(max(fen, 0), UNTRACED)] for fen in opening]
    traced, hops, cut = [0] * len(debtor), [0] * len(debtor), False
    for i, (payer, payee, fen) in enumerate(zip(debtor, creditor, amount)):
        if payer == payee:
            continue
        taken = take_pool(held[payer], fen) if method == "prorata" else take_queue(held[payer], fen, method == "lifo")
        taken = [(part, hop) for part, hop in taken if part]
        cut |= any(hop == max_hops for _, hop in taken)
        arriving = [(part, UNTRACED if hop in (UNTRACED, max_hops) else hop + 1) for part, hop in taken]
        arriving.append((fen - sum(part for part, _ in taken), UNTRACED))
        traced[i] = sum(part for part, hop in arriving if hop is not UNTRACED)
        hops[i] = min((hop for _, hop in arriving if hop is not UNTRACED), default=0)
        if i == root:
            traced[i], arriving = fen, [(fen, 0)]
        if not absorbs[payee]:
            held[payee] += arriving
    return traced, hops, cut


def sink_fen(debtor, creditor, traced, sinks):
    return sum(fen for payer, payee, fen in zip(debtor, creditor, traced) if sinks[payee] and payer != payee)


def max_flow(debtor, creditor, amount, root, sinks, absorbs):
    """Node (a, i) is account a after transfer i: every account exists at every instant, nothing is pruned."""
    network = nx.DiGraph()
    network.add_nodes_from(["sink", "root"])
    if debtor[root] != creditor[root]:
        network.add_edge("root", (creditor[root], root), capacity=amount[root])
    for account in range(len(absorbs)):
        if sinks[account]:
            for i in range(root, len(debtor)):
                network.add_edge((account, i), "sink")
        elif not absorbs[account]:
            for i in range(root + 1, len(debtor)):
                network.add_edge((account, i - 1), (account, i))
    for i in range(root + 1, len(debtor)):
        if debtor[i] != creditor[i] and not absorbs[debtor[i]]:
            network.add_edge((debtor[i], i - 1), (creditor[i], i), capacity=amount[i])
    return nx.maximum_flow_value(network, "root", "sink")
