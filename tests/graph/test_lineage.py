"""Every fen followed by itself: the intervals of `Lineage` carry exactly those that a plain queue of single fen carries."""

from collections import Counter, defaultdict, deque

from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.graph import lineage as module
from chuantou.graph.lineage import Lineage
from chuantou.graph.lots import trace_lots

ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 6)), min_size=1, max_size=14)


def single_fen(rows: list[tuple[int, int, int]]) -> list[list[list[int]]]:
    """For each transfer its fen in order, each as the list of transfers that carried it, this one last."""
    held: dict[int, deque[list[int]]] = defaultdict(deque)
    out: list[list[list[int]]] = []
    for i, (payer, payee, fen) in enumerate(rows):
        moved: list[list[int]] = []
        if payer != payee:
            while held[payer] and len(moved) < fen:
                moved.append(held[payer].popleft())
        moved += [[] for _ in range(fen - len(moved))]
        moved = [[*way, i] for way in moved]
        if payer != payee:
            held[payee].extend(moved)
        out.append(moved)
    return out


@settings(max_examples=300, deadline=None)
@given(ROWS)
def test_before_and_after_are_those_of_single_fen(rows: list[tuple[int, int, int]]) -> None:
    ways, lineage = single_fen(rows), Lineage(*zip(*rows))
    for i, moved in enumerate(ways):
        assert lineage.before(i) == Counter(j for way in moved for j in way[:-1])
        onward: Counter[int] = Counter()
        for j in range(i + 1, len(rows)):
            onward[j] = sum(i in way[:-1] for way in ways[j])
        assert lineage.after(i) == {j: n for j, n in onward.items() if n}
    assert not lineage.truncated


@settings(max_examples=100, deadline=None)
@given(ROWS)
def test_where_it_begins_agrees_with_the_lots(rows: list[tuple[int, int, int]]) -> None:
    ways, lots = single_fen(rows), trace_lots(*zip(*rows))
    for i, moved in enumerate(ways):
        roots, fen = lots.roots_of(i)
        assert dict(zip(roots.tolist(), fen.tolist())) == Counter(way[0] for way in moved)


def test_a_walk_that_meets_its_bound_says_so(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(module, "MAX_PIECES", 3)
    lineage = Lineage([1, 2, 3, 4, 9], [9, 9, 9, 9, 5], [1, 1, 1, 1, 4])
    assert sum(lineage.before(4).values()) < 4
    assert lineage.truncated
