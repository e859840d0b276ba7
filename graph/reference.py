"""Reference tables as told by ``ref.items``: what holds for a key on a day (catalogue §3.11, §3.14)."""

from typing import Any, NamedTuple

from chuantou.schemas.clock import day_of_date
from chuantou.schemas.streams import ReferenceItem


class Row(NamedTuple):
    """One value and the days on which it holds, with its event; later telling comes first among equals."""

    told: tuple[int, str, str]
    first: int | None
    last: int | None
    value: Any


class References:
    """All tables. The answer depends on the set of rows told, never on their order."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, list[Row]]] = {}

    def tell(self, e: ReferenceItem) -> None:
        first, last = (day_of_date(day) if day is not None else None for day in (e.valid_from, e.valid_to))
        told = Row((e.event_time, e.source_id, e.event_id), first, last, e.value)
        self._rows.setdefault(e.table, {}).setdefault(e.key, []).append(told)

    def at(self, table: str, key: str, day: int) -> Row | None:
        """The row in force on a day: of several, the one that begins last, then the one told last."""
        held = [
            row for row in self._rows.get(table, {}).get(key, ())
            if (row.first is None or row.first <= day) and (row.last is None or day <= row.last)
        ]  # fmt: skip
        return max(held, key=lambda row: (row.first if row.first is not None else -1, row.told), default=None)

    def on(self, table: str, day: int) -> dict[str, Row]:
        """The rows of a table in force on ``day``, by key, sorted."""
        held = {key: self.at(table, key, day) for key in sorted(self._rows.get(table, {}))}
        return {key: row for key, row in held.items() if row is not None}
