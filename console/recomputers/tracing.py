"""One transfer's money traced through a pack's local ledger: queues, pools and the max-flow, in plain Python (§3.6).

Traced money carries the number of transfers it has made since the root; None marks every other money.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Any, NamedTuple

Hop = int | None
SOURCE, SINK, START = 0, 1, 2


class Scene(NamedTuple):
    """Transfers (payer, payee, fen) in booking order over accounts 0 … k-1, and what holds for each account."""

    transfers: list[tuple[int, int, int]]
    root: int
    max_hops: int
    opening: list[int]
    sinks: list[bool]
    ends: list[bool]  # sinks and terminals: money is followed no further

    @classmethod
    def of(cls, loan: dict[str, Any]) -> "Scene":
        """ValueError for a transfer of nothing or of an account that is not listed."""
        accounts = loan["accounts"]
        transfers = [(t["payer"], t["payee"], t["fen"]) for t in loan["transfers"]]
        for payer, payee, fen in transfers:
            if not (0 <= payer < len(accounts) and 0 <= payee < len(accounts) and fen > 0):
                raise ValueError(f"transfer {payer} → {payee} of {fen} fen among {len(accounts)} accounts")
        if not 0 <= loan["root"] < len(transfers):
            raise ValueError(f"root {loan['root']} of {len(transfers)} transfers")
        sinks = [account["sink"] for account in accounts]
        ends = [account["sink"] or account["terminal"] for account in accounts]
        opening = [max(0, account["opening_fen"]) for account in accounts]
        return cls(transfers, loan["root"], loan["max_hops"], opening, sinks, ends)

    def arrived(self, moved: Sequence[int]) -> int:
        """What of the traced fen of each transfer reached sinks."""
        return sum(fen for (payer, payee, _), fen in zip(self.transfers, moved) if self.sinks[payee] and payer != payee)

    def one_hop_on(self, hop: Hop) -> Hop:
        return None if hop is None or hop >= self.max_hops else hop + 1


def queue(scene: Scene, newest_first: bool) -> list[int]:
    """Fen of the root's money in each transfer, when an account pays its oldest, or its newest, money first."""
    held = [deque([(fen, None)] if fen else []) for fen in scene.opening]
    return follow(scene, held, lambda lots, fen: from_queue(lots, fen, newest_first))


def pool(scene: Scene) -> list[int]:
    """The same when every payment takes from all money of the account alike."""
    held = [deque([(fen, None)] if fen else []) for fen in scene.opening]
    return follow(scene, held, from_pool)


def follow(scene: Scene, held: list[deque], take: Any) -> list[int]:
    moved = []
    for i, (payer, payee, fen) in enumerate(scene.transfers):
        if payer == payee:
            moved.append(0)
            continue
        paid = [(part, scene.one_hop_on(hop)) for part, hop in take(held[payer], fen)]
        paid.append((fen - sum(part for part, _ in paid), None))  # what the account did not hold
        if i == scene.root:
            paid = [(fen, 0)]
        moved.append(sum(part for part, hop in paid if hop is not None))
        if not scene.ends[payee]:
            held[payee].extend((part, hop) for part, hop in paid if part)
    return moved


def from_queue(lots: deque, wanted: int, newest_first: bool) -> list[tuple[int, Hop]]:
    taken = []
    while wanted and lots:
        fen, hop = lots.pop() if newest_first else lots.popleft()
        part = min(fen, wanted)
        if fen > part:
            (lots.append if newest_first else lots.appendleft)((fen - part, hop))
        taken.append((part, hop))
        wanted -= part
    return taken


def from_pool(lots: deque, wanted: int) -> list[tuple[int, Hop]]:
    """First other money against traced money, then the traced part by hop; odd fen as in `portions`."""
    sums: dict[Hop, int] = defaultdict(int)
    for fen, hop in lots:
        sums[hop] += fen
    other, hops = sums.pop(None, 0), sorted(hop for hop in sums if hop is not None)
    traced = sum(sums.values())
    from_other, from_traced = portions([other, traced], min(wanted, other + traced))
    parts = portions([sums[hop] for hop in hops], from_traced)
    lots.clear()
    lots.extend([(other - from_other, None), *((sums[hop] - part, hop) for hop, part in zip(hops, parts))])
    return [(from_other, None), *zip(parts, hops)]


def portions(parts: list[int], debit: int) -> list[int]:
    """``debit`` in proportion to ``parts``: whole fen, and odd fen to the largest remainders, the first of equals."""
    whole = sum(parts)
    if not whole:
        return [0] * len(parts)
    shares, rests = zip(*(divmod(part * debit, whole) for part in parts))
    lucky = sorted(range(len(parts)), key=lambda k: -rests[k])[: debit - sum(shares)]
    return [share + (k in lucky) for k, share in enumerate(shares)]


def flow(scene: Scene) -> int:
    """The most of the root's money that can have reached a sink, each payment in its time, whoever's lots it took."""
    payer, payee, supply = scene.transfers[scene.root]
    if payer == payee or (scene.ends[payee] and not scene.sinks[payee]):
        return 0
    return supply if scene.sinks[payee] else most_through(network(scene))


def network(scene: Scene) -> list[dict[int, int]]:
    """Room from node to node. A node is an account until it has paid: what arrives later stands in the next node."""
    _, first, supply = scene.transfers[scene.root]
    room: list[dict[int, int]] = [{START: supply}, {}, {}]
    node, has_paid = {first: START}, set()

    def widen(a: int, b: int, fen: int) -> None:
        room[a][b] = room[a].get(b, 0) + fen

    for payer, payee, fen in scene.transfers[scene.root + 1 :]:
        if payer == payee or payer not in node or (scene.ends[payee] and not scene.sinks[payee]):
            continue
        has_paid.add(node[payer])
        if scene.sinks[payee]:
            widen(node[payer], SINK, fen)
            continue
        before = node.get(payee)
        if before is None or before in has_paid:
            room.append({})
            node[payee] = len(room) - 1
            if before is not None:
                widen(before, node[payee], supply)
        widen(node[payer], node[payee], fen)
    return room


def most_through(room: list[dict[int, int]]) -> int:
    """Maximum flow by shortest augmenting paths (Edmonds and Karp 1972); uses up ``room``."""
    total = 0
    while True:
        came_from = {SOURCE: SOURCE}
        line = deque([SOURCE])
        while line and SINK not in came_from:
            at = line.popleft()
            for to, free in room[at].items():
                if free and to not in came_from:
                    came_from[to] = at
                    line.append(to)
        if SINK not in came_from:
            return total
        path = [SINK]
        while path[-1] != SOURCE:
            path.append(came_from[path[-1]])
        steps = list(zip(path[1:], path))
        fen = min(room[a][b] for a, b in steps)
        for a, b in steps:
            room[a][b] -= fen
            room[b][a] = room[b].get(a, 0) + fen
        total += fen
