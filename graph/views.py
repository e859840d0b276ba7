"""What others read: money as a networkx graph, transfers and alerts as pandas tables. Copies; the hot path has arrays.

The graph of owners is `Register.to_networkx`.

>>> frame = alerts_frame([])
>>> list(frame.columns)[:3], len(frame)
(['alert_id', 'version', 'kind'], 0)
"""

from collections import deque
from collections.abc import Iterable

import networkx as nx
import numpy as np
import pandas as pd

from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import BASES, FLOW_CLASSES
from chuantou.graph.world import World
from chuantou.schemas.alerts import Alert

MAX_TRANSFERS = 5_000  # edges of one neighbourhood; reaching it is told by the graph's attribute ``truncated``
ALERT_COLUMNS = (
    "alert_id", "version", "kind", "detector", "clause", "severity", "score", "amount_fen", "amount_low_fen", "amount_high_fen",
    "first_breach", "county_lead", "rule_pack", "evidence_sha256", "summary_zh", "summary_en",
)  # fmt: skip


def funds_networkx(
    world: World, account: str, hops: int = 2, after: int | None = None, until: int | None = None
) -> nx.MultiDiGraph:
    """Transfers around an account: payer → payee, one edge a transfer with ``time`` (µs UTC), ``fen``, ``flow_class``.

    ``hops`` transfers away in either direction, with ``after < time <= until``, of what the log still holds; the newest
    first where ``MAX_TRANSFERS`` cuts. Nodes carry ``owner``. KeyError for an account that was never seen.
    """
    start = world.accounts.ids.get(account)
    if start == NONE:
        raise KeyError(account)
    log, names = world.ledger.log, world.accounts.ids.names
    first, last = world.ledger.between(after, until)
    rows: set[int] = set()
    seen, queue = {start}, deque([(start, 0)])
    truncated = False
    while queue:
        here, distance = queue.popleft()
        if distance == hops:
            continue
        at = np.flatnonzero((log.debtor[first:last] == here) | (log.creditor[first:last] == here)) + first
        for row in at[::-1].tolist():
            if len(rows) >= MAX_TRANSFERS:
                truncated = True
                break
            rows.add(row)
            for other in (int(log.debtor[row]), int(log.creditor[row])):
                if other not in seen:
                    seen.add(other)
                    queue.append((other, distance + 1))
    graph = nx.MultiDiGraph(account=account, hops=hops, truncated=truncated)
    for row in sorted(rows):
        source_id, event_id = world.refs.of(row + world.ledger.base)
        graph.add_edge(
            names[log.debtor[row]], names[log.creditor[row]], f"{source_id}/{event_id}", time=int(log.time[row]),
            fen=int(log.fen[row]), flow_class=FLOW_CLASSES[log.flow_class[row]],
        )  # fmt: skip
    graph.add_node(account)
    for name in graph.nodes:
        owner = world.accounts.owner_name(world.accounts.ids.get(name))
        graph.nodes[name]["owner"] = None if owner.startswith("account:") else owner
    return graph


def transfers_frame(world: World, after: int | None = None, until: int | None = None) -> pd.DataFrame:
    """The log as a table, in booking order: ``time`` (UTC), payer and payee accounts and parties, ``fen``, class and basis."""
    first, last = world.ledger.between(after, until)
    log, base = world.ledger.log, world.ledger.base
    accounts, parties = world.accounts.ids.names, world.parties.names

    def party(ids: np.ndarray) -> list[str | None]:
        return [parties[i] if i != NONE else None for i in ids.tolist()]

    return pd.DataFrame({
        "event": ["/".join(world.refs.of(base + row)) for row in range(first, last)],
        "time": pd.to_datetime(log.time[first:last], unit="us", utc=True),
        "payer": [accounts[i] for i in log.debtor[first:last].tolist()],
        "payee": [accounts[i] for i in log.creditor[first:last].tolist()],
        "payer_party": party(log.payer[first:last]), "payee_party": party(log.payee[first:last]),
        "fen": log.fen[first:last].copy(),
        "flow_class": [FLOW_CLASSES[i] for i in log.flow_class[first:last].tolist()],
        "class_basis": [BASES[i] or None for i in log.basis[first:last].tolist()],
    })  # fmt: skip


def alerts_frame(alerts: Iterable[Alert]) -> pd.DataFrame:
    """One row an alert: its own columns, ``subject``, ``window_from``, ``window_to`` and one column ``values.<name>`` a value."""
    told = list(alerts)
    frame = pd.DataFrame({name: [getattr(alert, name) for alert in told] for name in ALERT_COLUMNS})
    frame["subject"] = [alert.subjects[0] if alert.subjects else None for alert in told]
    for end in ("from", "to"):
        frame[f"window_{end}"] = [getattr(alert.window, {"from": "first", "to": "last"}[end]) for alert in told]
    for name in sorted({name for alert in told for name in alert.values}):
        frame[f"values.{name}"] = [alert.values.get(name) for alert in told]
    return frame
