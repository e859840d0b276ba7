"""Split transfers: what is one edge, when, and that nothing is lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.graph.cycles import find_loops
from chuantou.graph.split_transfers import merge_splits

ROWS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 60), st.integers(0, 9)), max_size=30)


@given(ROWS, st.integers(0, 30))
def test_every_transfer_is_in_one_edge_of_its_pair_and_within_the_span(rows: list[tuple[int, ...]], span: int) -> None:
    rows.sort(key=lambda row: row[2])
    columns = np.array(rows, np.int64).reshape(-1, 4).T
    merged = merge_splits(*columns, span)
    assert sorted(merged.members.tolist()) == list(range(len(rows)))
    assert merged.amount.sum() == columns[3].sum() and (np.diff(merged.time) >= 0).all()
    for edge in range(len(merged.src)):
        members = merged.rows(edge)
        assert {rows[i][:2] for i in members} == {(merged.src[edge], merged.dst[edge])}
        assert rows[members[-1]][2] - rows[members[0]][2] <= span and merged.time[edge] == rows[members[-1]][2]
        assert merged.amount[edge] == sum(rows[i][3] for i in members)
        again = [i for i in range(members[0], members[-1] + 1) if rows[i][:2] == rows[members[0]][:2]]
        assert again == members


def test_a_loop_paid_back_in_pieces_is_found_once_they_are_put_together() -> None:
    columns = [1, 2, 3, 3], [2, 3, 1, 1], [10, 20, 30, 40], [1000, 950, 450, 450]
    assert not find_loops(*columns[:3], 100, 6, columns[3], 0.8).loops
    merged = merge_splits(*columns, 24)
    (loop,) = find_loops(merged.src, merged.dst, merged.time, 100, 6, merged.amount, 0.8).loops
    assert [merged.rows(row) for row in loop.rows] == [[0], [1], [2, 3]]


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        (([1], [2], [3], [-1]), "row 0: a negative amount"),
        (([1, 1], [2, 2], [3, 2], [1, 1]), "row 1: time goes backwards"),
        (([1], [2], [3], []), "one entry a transfer"),
        (([1, 1], [2, 2], [3, 3], [2**62, 2**62]), "past int64"),
    ],
)
def test_bad_input_is_named(columns: tuple, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        merge_splits(*columns, 10)
