"""Plain twins of ``graph/maxflow.py`` and of the hops in ``graph/kernels/trace.py``: every way in networkx, nothing pruned."""

import networkx as nx


def most_between(debtor, creditor, amount, first, last):
    """Node (a, i) is account a after transfer i; the last transfer's edge alone leads to the goal."""
    if first == last:
        return amount[first]
    network = nx.DiGraph()
    network.add_nodes_from(["root", "goal"])
    if debtor[first] != creditor[first]:
        network.add_edge("root", (creditor[first], first), capacity=amount[first])
    accounts = {*debtor, *creditor}
    for i in range(first + 1, last + 1):
        for account in accounts:
            network.add_edge((account, i - 1), (account, i))
        if debtor[i] != creditor[i]:
            end = "goal" if i == last else (creditor[i], i)
            network.add_edge((debtor[i], i - 1), end, capacity=amount[i])
    return nx.maximum_flow_value(network, "root", "goal")


def hops_between(debtor, creditor, first, last):
    """The fewest further transfers that money of ``first`` makes up to and through ``last``, None where it cannot."""
    ways = nx.DiGraph()
    ways.add_nodes_from([first, last])
    for j in range(first, last + 1):
        for k in range(j + 1, last + 1):
            if creditor[j] == debtor[k] and debtor[k] != creditor[k] and debtor[j] != creditor[j]:
                ways.add_edge(j, k)
    return nx.shortest_path_length(ways, first, last) if nx.has_path(ways, first, last) else None
