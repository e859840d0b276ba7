"""Which events were seen: agreement with a set of keys, whatever the batches, the growth and the copies."""

import pickle

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.detectors.kernels import keyset
from chuantou.detectors.seen import Seen

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered in scalar")  # hashes wrap around

words = st.sampled_from(["", "a", "b", "ab", "a\0", "bank:A", "银行"])
keys = st.tuples(words, words, st.sampled_from(["NEW", "CORRECT", "REVERSE"]), st.integers(0, 3))
batches = st.lists(st.lists(keys, max_size=20), max_size=6)
SCHEMA = pa.schema([("source_id", pa.string()), ("event_id", pa.string()), ("op", pa.string()), ("version", pa.int64())])


def batch_of(rows):
    return pa.RecordBatch.from_pylist([dict(zip(SCHEMA.names, row)) for row in rows], schema=SCHEMA)


class Twin:
    def __init__(self):
        self.keys = set()

    def add(self, rows):
        return [row not in self.keys and not self.keys.add(row) for row in rows]


@given(batches)
def test_agrees_with_a_set(told):
    seen, twin = Seen(), Twin()
    for rows in told:
        assert seen.add(batch_of(rows)).tolist() == twin.add(rows)
        assert seen.count == len(twin.keys)


@given(batches)
def test_a_copy_goes_on_as_the_original(told):
    seen, twin = Seen(), Twin()
    for rows in told:
        seen = pickle.loads(pickle.dumps(seen))
        assert seen.add(batch_of(rows)).tolist() == twin.add(rows)


@given(st.lists(keys, max_size=20), st.integers(0, 20), st.integers(0, 20))
def test_slices_of_a_batch(rows, start, length):
    part = rows[start : start + length]
    assert Seen().add(batch_of(rows).slice(start, length)).tolist() == Twin().add(part)


def test_words_are_not_run_together():
    """The same letters cut elsewhere, or a field that moved, are another key."""
    rows = [("ab", "", "NEW", 1), ("a", "b", "NEW", 1), ("", "ab", "NEW", 1), ("b", "a", "NEW", 1), ("ab", "", "NEW", 2)]
    assert Seen().add(batch_of([*rows, *rows])).tolist() == [True] * 5 + [False] * 5


def test_growth():
    seen, twin = Seen(), Twin()
    size = len(seen.high)
    for batch in range(6):
        rows = [(f"bank:{k % 3}", f"e{(batch * 1_700 + k) * 11 % 7_919}", "NEW", 1) for k in range(2_000)]
        assert seen.add(batch_of(rows)).tolist() == twin.add(rows)
    assert len(seen.high) > size
    assert seen.count == len(twin.keys)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12), st.integers(0, 2**64 - 1))
def test_the_table_itself(pairs, high):
    """Keys that collide in their slot, and the key that looks like an empty one."""
    rows = [(0 if a == 0 else high ^ a, b) for a, b in pairs]
    columns = [np.array(column, np.uint64) for column in (zip(*rows) if rows else ([], []))]
    table = np.zeros(32, np.uint64), np.zeros(32, np.uint64)
    fresh = np.empty(len(rows), np.bool_)
    twin = Twin()
    # (0, 0) is kept as (0, 1): the two are one key
    expected = twin.add([(0, 1) if row == (0, 0) else row for row in rows])
    assert keyset.add(*columns, *table, fresh) == len(twin.keys)
    assert fresh.tolist() == expected
