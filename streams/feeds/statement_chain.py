"""Whether the statements of one account follow one another (DQ-01, DQ-04): numbers, pages, and each balance against the next.

Statements are ordered by their days, then by their numbers; those of two successive ones are compared where both have the same
kind of number. A number that does not rise begins a new count, as banks do each year, and says nothing. An opening balance must
be the closing one before it where the numbers are successive, or where it opens the day after that one's.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from chuantou.schemas.adapters.notes import StatementPage
from chuantou.schemas.clock import date_of_day

SAME_DAYS = 31  # pages of one number further apart belong to statements of different years

Break = tuple[str, str, int, int, str]  # code, account, first day, last day, what is wrong


class Whole(NamedTuple):
    """One statement: its pages by number."""

    pages: dict[int, StatementPage]

    @property
    def head(self) -> StatementPage:
        return self.pages[min(self.pages)]

    @property
    def tail(self) -> StatementPage:
        return self.pages[max(self.pages)]

    @property
    def days(self) -> tuple[int, int] | None:
        """The first and the last day that it is known to be about; None where it names none."""
        first, last = self.head.opens, self.tail.closes
        if first is None or last is None:
            known = [day for page in self.pages.values() for day in (page.opens, page.closes, page.day) if day is not None]
            if not known:
                return None
            first, last = min(known) if first is None else first, max(known) if last is None else last
        return min(first, last), last  # some date an opening balance by its own day

    @property
    def is_named(self) -> bool:
        return self.head.electronic is not None or self.head.legal is not None or self.head.name != ""

    @property
    def shown(self) -> str:
        number = self.head.electronic if self.head.electronic is not None else self.head.legal
        return self.head.name if number is None else f"{number}"


def breaks(pages: Sequence[StatementPage], numbered: bool = True) -> Iterator[Break]:
    """What is missing or does not fit, given the pages of one account in the order in which their files were accepted.

    ``numbered`` is whether the numbers of the account's statements follow one another; where a bank counts for all accounts
    together, they do not.
    """
    wholes = _wholes(pages)
    for whole in wholes:
        yield from _missing_pages(whole)
    dated = [(days, whole) for whole in wholes if (days := whole.days) is not None]
    dated.sort(key=lambda one: (one[0][1], one[1].head.electronic or 0, one[1].head.legal or 0, one[1].head.name))
    for (left, before), (right, after) in pairwise(dated):
        yield from _between(before.tail, left, after.head, right, numbered)


def _wholes(pages: Sequence[StatementPage]) -> list[Whole]:
    """Pages by statement; of two tellings of one page the later counts. Without a number and a name each page stands alone."""
    found: dict[tuple[int | None, int | None, str], list[Whole]] = {}
    for page in pages:
        same = found.setdefault((page.electronic, page.legal, page.name), [])
        whole = next((one for one in same if one.is_named and _may_hold(one, page)), None)
        if whole is None:
            same.append(Whole({page.page: page}))
        else:
            whole.pages[page.page] = page
    return [whole for same in found.values() for whole in same]


def _may_hold(whole: Whole, page: StatementPage) -> bool:
    known = whole.pages.get(page.page)
    if known is not None and (known.opens, known.closes) != (page.opens, page.closes):
        return False
    days = whole.days
    return days is None or page.day is None or days[0] - SAME_DAYS <= page.day <= days[1] + SAME_DAYS


def _missing_pages(whole: Whole) -> Iterator[Break]:
    if not whole.is_named:  # no other page could be known as its own
        return
    final = max((number for number, page in whole.pages.items() if page.last), default=None)
    known = max(whole.pages)
    missing = [number for number in range(1, known) if number not in whole.pages]
    if (missing or final is None) and whole.days is not None:
        told = [*map(str, missing), *([] if final is not None else [f"{known + 1} and what follows"])]
        account = whole.head.account
        yield "GAP", account, *whole.days, f"{account}: statement {whole.shown} without page {', '.join(told)}"


def _between(
    a: StatementPage, left: tuple[int, int], b: StatementPage, right: tuple[int, int], numbered: bool
) -> Iterator[Break]:
    """Of the last page of a statement and the first one of the next, with the days of both."""
    kinds = ((a.electronic, b.electronic), (a.legal, b.legal)) if numbered else ()
    numbers = next(((x, y) for x, y in kinds if x is not None and y is not None), None)
    if numbers is not None and numbers[1] > numbers[0] + 1:
        first, last = left[1] + 1, right[0] - 1
        if first > last:  # it lies inside days of which others are here
            first = last = left[1]
        missing = f"{numbers[0] + 1} to {numbers[1] - 1}" if numbers[1] > numbers[0] + 2 else f"{numbers[0] + 1}"
        text = f"{a.account}: no statement {missing}, between {_date(left[1])} and {_date(right[0])}"
        yield "GAP", a.account, first, last, text
        return
    follows = numbers is not None and numbers[1] == numbers[0] + 1
    adjacent = a.closes is not None and b.opens == a.closes + 1
    if (follows or adjacent) and a.closing is not None and b.opening is not None and a.closing != b.opening:
        text = f"{a.account}: opens {_date(right[0])} with {b.opening} fen, closed {_date(left[1])} with {a.closing} fen"
        yield "UNBALANCED", a.account, right[0], right[0], text


def _date(day: int) -> str:
    return str(date_of_day(day))
