"""The one order and credits first: agreement with a plain sort, and with picking transfers one by one."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from chuantou.detectors.ordering import LONG_TIE, credits_first, merged_order

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=3)
ids = st.one_of(texts, st.sampled_from(["", "a", "b", "ab", "a\0", "é", "\uffff", "\U00010000", "行"]))
few = st.integers(0, 2)
events = st.lists(st.tuples(few, ids, few, ids), max_size=40)


def order_of(rows):
    time, source, seq, event_id = zip(*rows) if rows else ((), (), (), ())
    return merged_order(np.array(time, np.int64), pa.array(source, pa.string()), np.array(seq, np.int64),
                        pa.array(event_id, pa.string())).tolist()  # fmt: skip


@given(events)
def test_merged_order_is_the_order_of_tuples(rows):
    assert order_of(rows) == sorted(range(len(rows)), key=rows.__getitem__)


@given(st.lists(ids, min_size=LONG_TIE - 2, max_size=LONG_TIE + 6), few)
def test_short_and_long_ties_are_sorted_alike(event_ids, other):
    rows = [(5, "bank:A", 0, event_id) for event_id in event_ids] + [(5, "bank:A", other, "a")] * 3
    assert order_of(rows) == sorted(range(len(rows)), key=rows.__getitem__)


@given(events, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(rows, random):
    shuffled = rows[:]
    random.shuffle(shuffled)
    assert [rows[i] for i in order_of(rows)] == [shuffled[i] for i in order_of(shuffled)]


def test_columns_may_be_slices():
    column = pa.array(["x", "b", "a", "y"])
    order = merged_order(np.zeros(2, np.int64), pa.array(["p", "q", "q"])[1:], np.zeros(2, np.int64), column[1:3])
    assert order.tolist() == [1, 0]


def credited_first(rows):
    """Plain twin: of each tie, again and again the first transfer whose payer awaits no other credit, else the first."""
    out, at = [], 0
    while at < len(rows):
        tie = [i for i in range(at, len(rows)) if rows[i][:2] == rows[at][:2]]
        at += len(tie)
        while tie:
            credited = {rows[i][3] for i in tie if rows[i][2] != rows[i][3]}
            free = [i for i in tie if rows[i][2] not in credited]
            chosen = free[0] if free else tie[0]
            out.append(chosen)
            tie.remove(chosen)
    return out


account = st.integers(0, 6)
rows_in_order = st.lists(st.tuples(few, few, account, account), min_size=1, max_size=40)
transfers = rows_in_order.map(lambda rows: sorted(rows, key=lambda row: row[:2]))


def rearranged(rows):
    time, seq = (np.array([row[k] for row in rows], np.int64) for k in (0, 1))
    debtor, creditor = (np.array([row[k] for row in rows], np.int32) for k in (2, 3))
    order = credits_first(time, seq, debtor, creditor)
    return list(range(len(rows))) if order is None else order.tolist()


@given(transfers)
def test_credits_first_agrees_with_picking_one_by_one(rows):
    assert rearranged(rows) == credited_first(rows)


@given(transfers)
def test_credits_first_stays_within_ties(rows):
    order = rearranged(rows)
    assert sorted(order) == list(range(len(rows)))
    assert [rows[i][:2] for i in order] == [row[:2] for row in rows]


def test_by_hand():
    # 1 pays 2 before 0 has paid 1; 3 and 4 pay each other in a circle, its earliest goes ahead; 5 pays itself
    rows = [(0, 0, 1, 2), (0, 0, 3, 4), (0, 0, 4, 3), (0, 0, 0, 1), (0, 0, 5, 5), (1, 0, 2, 9)]
    assert rearranged(rows) == [3, 0, 4, 1, 2, 5]
    assert rearranged([(0, 0, 1, 2), (0, 1, 0, 1)]) == [0, 1]
