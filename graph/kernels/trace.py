"""Where the money of one transfer went: FIFO and LIFO queues, pro-rata pools, and the time-respecting max-flow."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from chuantou.graph.kernels.lot_pools import share, share_out
from chuantou.graph.kernels.lots import ACCOUNT, OTHER, UNTIED, Flags, Ints, empty_lots, put, take
from chuantou.graph.kernels.lots import NONE as FIRST

NONE = -1                           # no edge, no node
SOURCE, SINK, START = 0, 1, 2       # nodes of a network: supply, goal, the account that received the root


class Network(NamedTuple):
    """Adjacency lists. ``first``: int64[nodes], an edge out of the node; ``following``, ``end``, ``room``:
    int64[edges], the next edge out of the same node, the node it leads to, its residual capacity in fen. The reverse of
    *e* is *e ^ 1*."""

    first: Ints
    following: Ints
    end: Ints
    room: Ints


@njit(cache=True)
def trace_queue(
    debtor: Ints,
    creditor: Ints,
    amount: Ints,
    opening: Ints,
    root: int,
    absorbs: Flags,
    max_hops: int,
    newest_first: bool,
) -> tuple[Ints, Ints, bool]:
    """Follows the lot of ``root`` through queues whose labels are hops (0 as credited by the root, ``OTHER`` untraced).

    Returns traced fen int64[n], least hop int64[n] (0 = none) and whether ``max_hops`` made traced money untraced.
    Accounts that absorb receive nothing; what they pay is untraced.
    """
    n, n_accounts = debtor.shape[0], opening.shape[0]
    fen, hop, cut = np.zeros(n, np.int64), np.zeros(n, np.int64), False
    # a transfer adds one lot at most: it splits the last lot it takes, or it takes all and brings uncovered money
    accounts, lots = np.zeros(n_accounts, ACCOUNT), empty_lots(n_accounts + n)
    for account in range(n_accounts):
        if opening[account] > 0:
            put(accounts, lots, account, opening[account], OTHER, UNTIED, newest_first)
    for i in range(n):
        payer, payee, missing = debtor[i], creditor[i], amount[i]
        if payer == payee:
            continue
        while missing > 0:
            moved, label = missing, OTHER
            if accounts[payer]["fen"] > 0:
                label = lots[accounts[payer]["first"]]["label"]
                moved = take(accounts, lots, payer, FIRST, missing)
            missing -= moved
            if label == max_hops:
                label, cut = OTHER, True
            elif label != OTHER:
                label += 1
                fen[i] += moved
                hop[i] = label if hop[i] == 0 else min(hop[i], label)
            if i != root and not absorbs[payee]:
                put(accounts, lots, payee, moved, label, UNTIED, newest_first)
        if i == root:
            fen[i] = amount[i]
            if not absorbs[payee]:
                put(accounts, lots, payee, amount[i], 0, UNTIED, newest_first)
    return fen, hop, cut


@njit(cache=True)
def trace_pools(
    debtor: Ints, creditor: Ints, amount: Ints, opening: Ints, root: int, absorbs: Flags, max_hops: int
) -> tuple[Ints, Ints, bool]:
    """The same by pro-rata. A debit is split between traced and untraced money first, and its traced part by hop after
    that: the hops serve the limit only and must not move a fen between traced and untraced."""
    n, n_accounts = debtor.shape[0], opening.shape[0]
    fen, hop, cut = np.zeros(n, np.int64), np.zeros(n, np.int64), False
    untraced = np.maximum(opening, 0)
    traced = np.zeros((n_accounts, max_hops + 1), np.int64)
    moved = np.zeros(max_hops + 1, np.int64)
    for i in range(n):
        payer, payee = debtor[i], creditor[i]
        if payer == payee:
            continue
        held_traced = traced[payer].sum()
        held = held_traced + untraced[payer]
        debit, moved_traced = min(amount[i], held), 0
        moved[:] = 0
        if held_traced > 0:
            moved_traced, rest = share(held_traced, debit, held)
            moved_traced += rest > held - rest      # the larger remainder; a tie goes to the older, untraced money
            share_out(traced[payer], moved_traced, held_traced, moved)
        untraced[payer] -= debit - moved_traced
        traced[payer] -= moved
        cut |= moved[max_hops] > 0
        moved[max_hops] = 0
        fen[i] = amount[i] if i == root else moved.sum()
        for held_hop in range(max_hops):
            if moved[held_hop] > 0:
                hop[i] = held_hop + 1
                break
        if absorbs[payee]:
            continue
        if i == root:
            traced[payee, 0] += amount[i]
            continue
        untraced[payee] += amount[i] - fen[i]
        traced[payee, 1:] += moved[:max_hops]
    return fen, hop, cut


@njit(cache=True)
def _leads_to_sink(debtor: Ints, creditor: Ints, root: int, sinks: Flags, absorbs: Flags) -> Flags:
    """Transfers after ``root`` from which a sink can still be reached in booking order: bool[n]."""
    kept = np.zeros(debtor.shape[0], np.bool_)
    leads = sinks.copy()
    for i in range(debtor.shape[0] - 1, root, -1):
        kept[i] = debtor[i] != creditor[i] and leads[creditor[i]] and not absorbs[debtor[i]]
        leads[debtor[i]] |= kept[i]
    return kept


@njit(cache=True)
def _add_edge(network: Network, edge: int, source: int, target: int, capacity: int) -> int:
    """Writes an edge and its reverse, returns the next free edge."""
    reverse = edge + 1
    network.end[edge], network.room[edge], network.following[edge] = target, capacity, network.first[source]
    network.end[reverse], network.room[reverse], network.following[reverse] = source, 0, network.first[target]
    network.first[source], network.first[target] = edge, reverse
    return edge + 2


@njit(cache=True)
def _hold(network: Network, edge: int, before: int, after: int, supply: int, depth: Ints, jump: Ints) -> int:
    """Joins a new node ``after`` to the chain that ended with ``before``, returns the next free edge."""
    far = jump[before]
    jump[after] = jump[far] if depth[before] - depth[far] == depth[far] - depth[jump[far]] else before
    depth[after] = depth[before] + 1
    if jump[after] != before:
        edge = _add_edge(network, edge, jump[after], after, supply)
    return _add_edge(network, edge, before, after, supply)


@njit(cache=True)
def flow_network(
    debtor: Ints, creditor: Ints, amount: Ints, root: int, sinks: Flags, absorbs: Flags
) -> Network:
    """The time-expanded network of the transfers after ``root``; the root's payee does not absorb.

    An account is a chain of nodes joined by holding edges: money that arrives after a departure opens a new node, so
    that nothing departs before it has arrived. Beside the edge from node to node runs one from the jump pointer of each
    node (Myers 1983): holding is then a path of O(log n) edges, however long the chain, and ``maximum_flow`` needs few
    rounds.
    """
    supply = amount[root]       # the network is acyclic: no edge carries more than the supply
    kept = _leads_to_sink(debtor, creditor, root, sinks, absorbs)
    most_nodes, most_edges = kept.sum() + START + 1, 6 * kept.sum() + 2
    network = Network(
        np.full(most_nodes, NONE, np.int64),
        np.empty(most_edges, np.int64),
        np.empty(most_edges, np.int64),
        np.empty(most_edges, np.int64),
    )
    node_of = np.full(absorbs.shape[0], NONE, np.int64)
    departed = np.zeros(most_nodes, np.bool_)
    depth, jump = np.zeros(most_nodes, np.int64), np.arange(most_nodes)
    node_of[creditor[root]] = START
    nodes, edges = START + 1, _add_edge(network, 0, SOURCE, START, supply)
    for i in range(root + 1, debtor.shape[0]):
        start = node_of[debtor[i]]
        if not kept[i] or start == NONE:
            continue
        departed[start] = True
        if sinks[creditor[i]]:
            goal = SINK
        else:
            goal = node_of[creditor[i]]
            if goal == NONE or departed[goal]:
                if goal != NONE:
                    edges = _hold(network, edges, goal, nodes, supply, depth, jump)
                goal = nodes
                node_of[creditor[i]] = goal
                nodes += 1
        edges = _add_edge(network, edges, start, goal, min(amount[i], supply))
    return Network(network.first[:nodes], network.following[:edges], network.end[:edges], network.room[:edges])


@njit(cache=True)
def _distances(network: Network) -> Ints:
    """Least number of edges with room from ``SOURCE`` to every node, ``NONE`` where there is no way."""
    distance = np.full(network.first.shape[0], NONE, np.int64)
    queue = np.empty(network.first.shape[0], np.int64)
    distance[SOURCE], queue[0] = 0, SOURCE
    read, written = 0, 1
    while read < written:
        node = queue[read]
        read += 1
        edge = network.first[node]
        while edge != NONE:
            target = network.end[edge]
            if network.room[edge] > 0 and distance[target] == NONE:
                distance[target] = distance[node] + 1
                queue[written] = target
                written += 1
            edge = network.following[edge]
    return distance


@njit(cache=True)
def _push(network: Network, path: Ints) -> tuple[int, int]:
    """Sends what the path has room for; returns those fen and the position of its first edge that is full now."""
    pushed = network.room[path].min()
    first_full = 0
    for position in range(path.shape[0] - 1, -1, -1):
        edge = path[position]
        network.room[edge] -= pushed
        network.room[edge ^ 1] += pushed
        if network.room[edge] == 0:
            first_full = position
    return pushed, first_full


@njit(cache=True)
def _blocking_flow(network: Network, distance: Ints) -> int:
    """Fills shortest paths from ``SOURCE`` to ``SINK`` until each has a full edge; returns the fen added."""
    added, depth, node = 0, 0, SOURCE
    path = np.empty(network.first.shape[0], np.int64)
    arc = network.first.copy()      # edges before it are known to lead nowhere
    while True:
        if node == SINK:
            pushed, depth = _push(network, path[:depth])
            added += pushed
            node = network.end[path[depth] ^ 1]
        edge = arc[node]
        while edge != NONE and (network.room[edge] == 0 or distance[network.end[edge]] != distance[node] + 1):
            edge = network.following[edge]
        arc[node] = edge
        if edge != NONE:
            path[depth] = edge
            depth += 1
            node = network.end[edge]
        elif depth == 0:
            return added
        else:
            depth -= 1
            node = network.end[path[depth] ^ 1]
            arc[node] = network.following[path[depth]]


@njit(cache=True)
def maximum_flow(network: Network) -> int:
    """Dinic's algorithm (1970), in fen; uses up ``network.room``. Every round lengthens the shortest path, so there are
    at most as many rounds as nodes."""
    total = 0
    while True:
        distance = _distances(network)
        if distance[SINK] == NONE:
            return total
        total += _blocking_flow(network, distance)


@njit(cache=True)
def hops_to(debtor: Ints, creditor: Ints, last: int) -> Ints:
    """The least transfers that money of each earlier transfer makes to have gone through ``last`` in booking order,
    int64[last + 1]: 0 for ``last`` itself, int64's greatest where none can have."""
    never = np.iinfo(np.int64).max
    hops = np.full(last + 1, never, np.int64)
    hops[last] = 0
    if debtor[last] == creditor[last]:
        return hops
    from_account = {debtor[last]: 1}
    for i in range(last - 1, -1, -1):
        if debtor[i] != creditor[i] and creditor[i] in from_account:
            hops[i] = from_account[creditor[i]]
            from_account[debtor[i]] = min(hops[i] + 1, from_account.get(debtor[i], never))
    return hops


@njit(cache=True)
def hops_from(debtor: Ints, creditor: Ints, first: int) -> Ints:
    """The least transfers that money of ``first`` makes up to each later one and through it, int64[n]: 0 for ``first``
    itself, int64's greatest where it cannot have gone through."""
    never = np.iinfo(np.int64).max
    hops = np.full(debtor.shape[0], never, np.int64)
    hops[first] = 0
    if debtor[first] == creditor[first]:
        return hops
    at_account = {creditor[first]: 0}
    for i in range(first + 1, debtor.shape[0]):
        if debtor[i] != creditor[i] and debtor[i] in at_account:
            hops[i] = at_account[debtor[i]] + 1
            at_account[creditor[i]] = min(hops[i], at_account.get(creditor[i], never))
    return hops


@njit(cache=True)
def ways_between(debtor: Ints, creditor: Ints, first: int, last: int, most: int) -> tuple[Ints, bool]:
    """The transfers by which money of ``first`` can have reached ``last``, both of them included, ascending; empty where
    there is no way. At most ``most``: True says that there are more."""
    reached = {creditor[first]: True}
    on_way = np.zeros(last + 1 - first, np.bool_)
    for i in range(first + 1, last + 1):
        if debtor[i] in reached and debtor[i] != creditor[i]:
            reached[creditor[i]] = True
            on_way[i - first] = True
    needed = {debtor[last]: True}
    count = 2
    for i in range(last - 1, first, -1):
        on_way[i - first] &= creditor[i] in needed
        if on_way[i - first]:
            needed[debtor[i]] = True
            count += 1
    if creditor[first] not in needed or count > most:
        return np.empty(0, np.int64), creditor[first] in needed
    on_way[0] = on_way[last - first] = True
    return np.flatnonzero(on_way) + first, False
