"""What the notes of several files show together: holes between statements, missing pages, balances, batches."""

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.schemas.adapters.notes import Note, SentBatch, StatedBatches, StatementPage
from chuantou.streams.feeds.findings import findings

MONDAY = 17_000
POOL = "104:pool"


def statement(number: int | None, day: int, opening: int, closing: int, /, **more: object) -> StatementPage:
    """Of one day, with an opening balance that bears the day before."""
    return StatementPage(
        **{"account": POOL, "electronic": number, "opens": day, "opening": opening, "closes": day, "closing": closing, "day": day,
           **more}
    )  # type: ignore[arg-type]  # fmt: skip


def found(*notes: Note) -> list[tuple[str, int, int]]:
    return [(one.code, one.first - MONDAY, one.last - MONDAY) for one in findings(notes)]


A, B, C = statement(7, MONDAY, 0, 100), statement(8, MONDAY + 1, 100, 50), statement(9, MONDAY + 2, 50, 70)


def test_statements_that_follow_one_another() -> None:
    assert found() == found(A) == found(A, B, C) == []


def test_numbers_that_are_not_those_of_the_account_tell_nothing() -> None:
    a, b = statement(7, MONDAY, 0, 100), statement(9, MONDAY + 1, 90, 0)
    assert [one.code for one in findings([a, b])] == ["GAP"]
    assert [one.code for one in findings([a, b], numbered=False)] == ["UNBALANCED"]  # by the days alone
    assert findings([A, statement(8, MONDAY + 2, 90, 0)], numbered=False) == []


def test_a_hole_is_the_days_between_and_names_the_numbers() -> None:
    (one,) = findings([A, C])
    assert (one.code, one.account, one.first, one.last) == ("GAP", POOL, MONDAY + 1, MONDAY + 1)
    assert one.text == "104:pool: no statement 8, between 2016-07-18 and 2016-07-20"
    (one,) = findings([A, statement(12, MONDAY + 7, 100, 0)])
    assert (one.first, one.last) == (MONDAY + 1, MONDAY + 6) and "no statement 8 to 11," in one.text


def test_what_is_missing_inside_a_day_is_told_of_that_day() -> None:
    assert found(A, statement(9, MONDAY, 100, 100)) == [("GAP", 0, 0)]
    assert found(A, statement(9, MONDAY + 1, 100, 100)) == [("GAP", 0, 0)]


def test_a_number_that_falls_begins_a_new_count() -> None:
    assert found(A, statement(1, MONDAY + 1, 100, 0), statement(2, MONDAY + 2, 0, 0)) == []


def test_legal_numbers_count_where_the_electronic_ones_are_not_on_both() -> None:
    a = statement(None, MONDAY, 0, 0, legal=3)
    assert found(a, statement(9, MONDAY + 2, 0, 0, legal=5)) == [("GAP", 1, 1)]
    assert found(a, statement(9, MONDAY + 2, 0, 0)) == []  # no number in common


def test_a_balance_that_does_not_follow() -> None:
    (one,) = findings([A, statement(8, MONDAY + 3, 99, 0)])
    assert (one.code, one.first) == ("UNBALANCED", MONDAY + 3)
    assert one.text == "104:pool: opens 2016-07-21 with 99 fen, closed 2016-07-18 with 100 fen"
    assert found(statement(None, MONDAY, 0, 5), statement(None, MONDAY + 1, 6, 0)) == [("UNBALANCED", 1, 1)]
    assert found(statement(None, MONDAY, 0, 5), statement(None, MONDAY + 2, 6, 0)) == []  # who knows what was between them


def test_over_a_hole_no_balance_is_held_against_another() -> None:
    assert found(A, statement(9, MONDAY + 1, 12, 0)) == [("GAP", 0, 0)]


PAGES = [
    statement(7, MONDAY, 0, 0, page=1, last=False, closing=None, closes=None),
    statement(7, MONDAY, 0, 0, page=2, last=False, opening=None, opens=None, closing=None, closes=None),
    statement(7, MONDAY, 0, 100, page=3, opening=None, opens=None),
]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_pages_of_several_files_are_one_statement(order: tuple[int, ...]) -> None:
    assert found(*(PAGES[n] for n in order), B) == []


@pytest.mark.parametrize(
    ("here", "told"), [((0, 2), "without page 2"), ((1, 2), "without page 1"), ((0, 1), "without page 3 and what follows"),
                       ((1,), "without page 1, 3 and what follows")],
)  # fmt: skip
def test_a_missing_page_is_told(here: tuple[int, ...], told: str) -> None:
    (one,) = findings([PAGES[n] for n in here])
    assert (one.code, one.first, one.last) == ("GAP", MONDAY, MONDAY) and one.text.endswith(f"statement 7 {told}")


def test_the_same_number_of_another_year_is_another_statement() -> None:
    assert found(PAGES[0], PAGES[2], statement(7, MONDAY + 366, 5, 5, page=2, last=False)) == [("GAP", 0, 0), ("GAP", 366, 366)]


def test_a_statement_sent_again_under_another_name_counts_once_and_the_later_one() -> None:
    assert found(A, B, A, B) == []
    assert found(A, statement(7, MONDAY, 0, 100, closing=90), B) == [("UNBALANCED", 1, 1)]


@given(st.sets(st.integers(1, 12), max_size=9).flatmap(lambda numbers: st.permutations(sorted(numbers))))
def test_the_order_of_the_files_decides_nothing(numbers: list[int]) -> None:
    told = found(*(statement(n, MONDAY + n, 10 * n, 10 * n + 10) for n in numbers))
    here = sorted(numbers)
    holes = [(a, b) for a, b in pairwise(here) if b > a + 1]
    assert told == [("GAP", a + 1, b - 1) for a, b in holes]


# -- IFCERT ------------------------------------------------------------------------------------------------------

CODE = "CERT1"


def sent(number: str, day: int = MONDAY, interface: str = "4", records: int = 2, **sums: int) -> SentBatch:
    named = {kind[1:]: fen for kind, fen in sums.items()}
    return SentBatch(code=CODE, day=day, interface=interface, number=number, records=records, sums=named)


def stated(first: int = MONDAY, last: int = MONDAY, **said: object) -> StatedBatches:
    return StatedBatches(code=CODE, interface="4", first=first, last=last, **said)  # type: ignore[arg-type]


def texts(*notes: Note) -> list[str]:
    assert {one.account for one in findings(notes)} <= {f"own:{CODE}"}
    return [f"{one.code} {one.text.removeprefix('CERT1 interface 4 ')}" for one in findings(notes)]


def test_what_was_sent_is_what_was_accepted() -> None:
    both = stated(batches=2, records=4, numbers=["a", "b"], sums={"6": 50, "7": 0})
    assert texts(sent("a", _6=100), sent("b", _6=-50), sent("c", interface="2"), sent("d", MONDAY + 1), both) == []


def test_each_difference_names_both_numbers() -> None:
    said = stated(batches=2, records=4, numbers=["a", "b"], sums={"6": 50, "7": 10})
    assert texts(sent("a", _6=100), said) == [
        "GAP 2016-07-18 batches: sent 2, accepted 1",
        "GAP 2016-07-18 batches, of them not here b: sent 2, accepted 1",
        "GAP 2016-07-18 records: sent 4, accepted 2",
        "UNBALANCED 2016-07-18 fen of transType 6: sent 50, accepted 100",
        "GAP 2016-07-18 fen of transType 7: sent 10, accepted 0",
    ]
    assert texts(sent("a"), sent("c"), stated(numbers=["a"])) == [
        "UNBALANCED 2016-07-18 batches, of them not listed c: sent 1, accepted 2",
    ]


def test_a_month_and_the_later_statement() -> None:
    may = stated(MONDAY, MONDAY + 30, batches=3)
    assert texts(sent("a"), sent("b", MONDAY + 30), sent("c", MONDAY + 31), may) == [
        "GAP 2016-07-18 to 2016-08-17 batches: sent 3, accepted 2",
    ]
    assert texts(sent("a"), may, stated(MONDAY, MONDAY + 30, batches=1)) == []


def test_a_batch_sent_again_counts_once() -> None:
    assert texts(sent("a", records=1), sent("a", records=3), stated(batches=1, records=3)) == []
