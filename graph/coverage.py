"""What is known to be missing or wrong in what the feeds told of an account, by day (catalogue §8).

``GAP`` the day's file did not come (DQ-01), ``UNBALANCED`` its statement does not add up (DQ-04), ``BATCH_OPAQUE`` a batch entry
hides the single payments (§7.5). Such a fact is an event, a ``ref.items`` of table ``coverage``, reversed once the file has come.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from chuantou.schemas.clock import day_of_date, shanghai_day
from chuantou.schemas.streams import ReferenceItem

CODES = ("GAP", "UNBALANCED", "BATCH_OPAQUE")
TABLE: Final = "coverage"


class Coverage:
    """Flags of accounts; ``news`` says whether one was told since the last day close."""

    def __init__(self) -> None:
        self._spans: dict[str, set[tuple[str, int, int]]] = defaultdict(set)  # account -> (code, first day, last day)
        self.news = False

    def apply(self, item: ReferenceItem) -> None:
        """Take an item of the table: ``key`` is the account, ``value.code`` one of ``CODES``; others are of no meaning here.
        Without ``valid_from`` it is the day of its event, without ``valid_to`` it is one day."""
        code = item.value.get("code") if isinstance(item.value, dict) else None
        if item.table != TABLE or code not in CODES:
            return
        first = shanghai_day(item.event_time) if item.valid_from is None else day_of_date(item.valid_from)
        last = first if item.valid_to is None else day_of_date(item.valid_to)
        self._spans[item.key].add((code, first, last))
        self.news = True

    def flags(self, accounts: Iterable[str], start_us: int, end_us: int) -> set[str]:
        """Codes that touch one of the accounts on a Shanghai day from ``start_us`` to ``end_us`` (µs, both inclusive)."""
        if not self._spans:
            return set()
        start, end = shanghai_day(start_us), shanghai_day(end_us)
        spans = (span for account in accounts for span in self._spans.get(account, ()))
        return {code for code, first, last in spans if first <= end and start <= last}
