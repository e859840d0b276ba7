"""Names to dense ids: agreement with a dict, whatever the names, the batches and the growth."""

import pickle

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.graph.interner import NONE, Interner

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered in scalar")  # hashes wrap around

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
near = st.sampled_from(["", "a", "b", "aa", "ab", "ba", "a\0", "\0a", "\0", "银行", "银", "行"])  # prefixes, NUL, three bytes
columns = st.lists(st.lists(st.one_of(names, near, st.none()), max_size=20), max_size=6)


class Twin:
    """A dict in order of first sight."""

    def __init__(self):
        self.numbers = {}

    def ids(self, column):
        return [NONE if name is None else self.numbers.setdefault(name, len(self.numbers)) for name in column]


@given(columns)
def test_agrees_with_a_dict(batches):
    interner, twin = Interner(), Twin()
    for column in batches:
        assert interner.ids(pa.array(column, pa.string())).tolist() == twin.ids(column)
        assert len(interner) == len(twin.numbers)
    assert list(interner.names) == list(twin.numbers)
    assert [interner.get(name) for name in twin.numbers] == list(range(len(interner)))
    assert interner.get(None) == interner.get("never seen before") == NONE


@given(columns)
def test_one_by_one_and_by_column_are_the_same(batches):
    by_column, by_name = Interner(), Interner()
    for column in batches:
        by_column.ids(pa.array(column, pa.string()))
        for name in column:
            if name is not None:
                assert by_name.get(name) in (NONE, by_name.id(name))
    assert list(by_column.names) == list(by_name.names)


@given(st.lists(st.one_of(names, near, st.none()), min_size=1, max_size=20), st.data())
def test_slices_of_a_column(column, data):
    """A slice shares the bytes of the whole column: only its own may be read."""
    start = data.draw(st.integers(0, len(column)))
    stop = data.draw(st.integers(start, len(column)))
    interner, twin = Interner(), Twin()
    assert interner.ids(pa.array(column, pa.string())[start:stop]).tolist() == twin.ids(column[start:stop])
    assert list(interner.names) == list(twin.numbers)


@given(columns)
def test_a_copy_goes_on_as_the_original(batches):
    interner, twin = Interner(), Twin()
    for column in batches:
        interner = pickle.loads(pickle.dumps(interner))
        assert interner.ids(pa.array(column, pa.string())).tolist() == twin.ids(column)
        assert list(interner.names) == list(twin.numbers)


def test_growth_of_table_bytes_and_entries():
    interner, twin = Interner(), Twin()
    sizes = len(interner.table), len(interner.arena), len(interner.ends)
    for batch in range(8):
        column = [f"账户-{(batch * 1_500 + k) * 7 % 9_001:>24}" for k in range(2_000)]
        assert interner.ids(pa.array(column)).tolist() == twin.ids(column)
    assert all(now > then for now, then in zip((len(interner.table), len(interner.arena), len(interner.ends)), sizes))
    assert list(interner.names) == list(twin.numbers)
    assert [interner.get(name) for name in twin.numbers] == list(range(len(interner)))


def test_names_are_a_sequence():
    interner = Interner()
    interner.ids(pa.array(["甲", "", "丙", "丁"]))
    assert (interner.names[0], interner.names[1], interner.names[1:3], len(interner.names)) == ("甲", "", ["", "丙"], 4)
    for outside in (4, -1):
        with pytest.raises(IndexError):
            interner.names[outside]
