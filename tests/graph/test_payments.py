"""One payment told by several sources is one, two equal ones stay two; kernel against its plain twin (DQ-03)."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.graph.kernels.witnesses import COMPARED_MAX
from chuantou.graph.payments import Payments, Witnesses, statement_sides
from tests.oracles import witnesses as oracle
from tests.oracles.witnesses import Telling

MINUTE, DAY = 60_000_000, 86_400_000_000
BANK_A, BANK_B, CLEARING, PLATFORM, FIFTH = range(5)


def told(*tellings: Telling, cuts: tuple[int, ...] = (), payments: Payments | None = None) -> list[int]:
    """What the kernel says, the tellings given in parts that end at ``cuts``."""
    payments = payments or Payments()
    out: list[int] = []
    for part in np.split(np.arange(len(tellings)), cuts):
        some = [tellings[i] for i in part]
        columns = (np.array(column) for column in zip(*some)) if some else [np.empty(0)] * 6
        time, debtor, creditor, fen, reference, source = columns
        rows = payments.match(time.astype(np.int64), debtor.astype(np.int32), creditor.astype(np.int32), fen.astype(np.int64),
                              reference.astype(np.int64), source.astype(np.int32), out.count(-1))  # fmt: skip
        out += rows.tolist()
    return out


def one(source: int, minutes: float = 0, reference: int = 0, fen: int = 100) -> Telling:
    return Telling(int(minutes * MINUTE), 1, 2, fen, reference, source)


@pytest.mark.parametrize(
    ("tellings", "said"),
    [
        ([one(BANK_A), one(BANK_B)], [-1, 0]),
        ([one(BANK_A), one(BANK_B, 5)], [-1, 0]),
        ([one(BANK_A), one(BANK_B, 5.1)], [-1, -1]),
        ([one(BANK_A), one(BANK_A, 1)], [-1, -1]),
        ([one(BANK_A), one(BANK_B, fen=101)], [-1, -1]),
        ([one(BANK_A, 0, 7), one(BANK_B, 1, 8)], [-1, -1]),
        ([one(BANK_A, 0, 7), one(BANK_B, 7 * 1_440, 7)], [-1, 0]),
        ([one(BANK_A, 0, 7), one(BANK_B, 7 * 1_440 + 1, 7)], [-1, -1]),
        ([one(BANK_A, 0, 7), one(BANK_B, 6)], [-1, -1]),
        ([one(BANK_A), one(BANK_B, 1, 7), one(CLEARING, 1_440, 7)], [-1, 0, 0]),
        ([one(BANK_A), one(BANK_B), one(CLEARING), one(PLATFORM), one(FIFTH)], [-1, 0, 0, 0, -1]),
        ([one(BANK_A), one(BANK_A), one(BANK_B), one(BANK_B)], [-1, -1, 0, 1]),
        ([one(BANK_A), one(BANK_A, 0, 7), one(BANK_B, 1, 7)], [-1, -1, 1]),
    ],
    ids=["two witnesses", "five minutes", "more", "one source", "another amount", "other references", "seven days", "longer",
         "one without a reference, too late", "a reference learned", "four witnesses", "two payments", "reference first"],
)  # fmt: skip
def test_what_is_one_payment(tellings: list[Telling], said: list[int]) -> None:
    assert told(*tellings) == said == oracle.match(tellings)


def test_the_other_direction_is_another_payment() -> None:
    assert told(one(BANK_A), one(BANK_B)._replace(debtor=2, creditor=1)) == [-1, -1]


TELLINGS = st.lists(
    st.builds(
        lambda gap, *rest: (gap, *rest), st.sampled_from([0, 1, MINUTE, 4 * MINUTE, DAY, 6 * DAY]), st.integers(1, 2),
        st.integers(1, 2), st.sampled_from([100, 200]), st.sampled_from([0, 0, 7, 8]), st.integers(0, 5),
    ),
    max_size=40,
)  # fmt: skip


@given(TELLINGS, st.lists(st.integers(0, 40), max_size=5), st.integers(1, 8))
def test_the_kernel_says_what_its_plain_twin_says_wherever_the_batches_end(steps: list, cuts: list[int], size: int) -> None:
    tellings, now = [], 0
    for gap, *rest in steps:
        now += gap
        tellings.append(Telling(now, *rest))
    small = Payments()  # a small table is swept often
    small.columns.drop_front(0, 0)
    small.columns.size = size
    for name in small.columns.fill:
        setattr(small.columns, name, getattr(small.columns, name)[:size].copy())
    small.sources, small.head = small.sources[:size].copy(), small.head[:2].copy()
    ends = tuple(sorted(min(cut, len(tellings)) for cut in cuts))
    assert told(*tellings) == told(*tellings, cuts=ends) == told(*tellings, cuts=ends, payments=small) == oracle.match(tellings)


def test_a_crowd_of_equal_payments_is_a_bound_that_is_told() -> None:
    payments = Payments()
    crowd = [one(BANK_A, i / 1_000, i + 1) for i in range(COMPARED_MAX)]
    assert told(*crowd, one(BANK_B, 1, 1), payments=payments)[-1] == 0 and payments.cut == 0
    payments = Payments()
    assert told(*crowd, one(BANK_A, 0.9, 999), one(BANK_B, 1, 1), payments=payments)[-1] == -1 and payments.cut == 1


NAMES = st.sampled_from(["a", "a:b", "ab", "甲", "甲:乙", "a:b:c"])


@given(st.lists(st.tuples(NAMES, NAMES, st.one_of(NAMES, NAMES.map(lambda name: f"{name}:1"), st.just(":"))), max_size=6))
def test_whose_statement_told_it(rows: list[tuple[str, str, str]]) -> None:
    debtor, creditor, event_id = (pa.array([row[k] for row in rows], pa.string()) for k in range(3))
    told = statement_sides(event_id.slice(1), debtor.slice(1), creditor.slice(1))
    assert told.tolist() == [oracle.side(row[2], row[0], row[1]) for row in rows[1:]]


def test_witnesses_are_kept_until_the_log_forgets() -> None:
    witnesses = Witnesses()
    for row, time, source in ((3, 10, "bank:B"), (3, 20, "clearing:C"), (5, 30, "bank:B")):
        witnesses.append(np.array([row]), np.array([time]), pa.array([source]), pa.array([f"e{time}"]))
    assert witnesses.of([3, 4], until=20) == {3: [("bank:B", "e10"), ("clearing:C", "e20")]}
    assert witnesses.of([3], until=10) == {3: [("bank:B", "e10")]}
    again = Witnesses.__new__(Witnesses)
    again.__setstate__(witnesses.__getstate__())
    again.forget_before(5)
    assert again.of([3, 5], until=99) == {5: [("bank:B", "e30")]}
