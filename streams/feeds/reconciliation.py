"""IFCERT batches that a platform says it has sent, against those that were accepted (catalogue §7.6, DQ-02): always two numbers.

A statement is about one interface and one day or month. What it states and what is here must agree: which batches, how many, how
many records, and the sums of each transType. Of two statements about the same the later one counts. A difference is told of the
platform's own account (``own:<code>``) on the days concerned, and so of the alerts about the platform: ``GAP`` where less is here
than was sent, ``UNBALANCED`` where more or other is.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chuantou.schemas.adapters.notes import SentBatch, StatedBatches
from chuantou.schemas.adapters.told import fitting
from chuantou.schemas.clock import date_of_day

NAMED_MAX = 5  # batches that one text names


class Difference(NamedTuple):
    """``about`` says of what two numbers differ; ``account`` and the days ``first`` to ``last`` are those that it is told of."""

    account: str
    first: int
    last: int
    about: str
    sent: int
    accepted: int

    @property
    def code(self) -> str:
        return "GAP" if self.accepted < self.sent else "UNBALANCED"

    @property
    def text(self) -> str:
        return f"{self.about}: sent {self.sent}, accepted {self.accepted}"


def differences(sent: Sequence[SentBatch], stated: Sequence[StatedBatches]) -> Iterator[Difference]:
    """What does not agree, of one platform; both in the order in which their files were accepted."""
    batches = {(one.interface, one.number): one for one in sent}
    latest = {(one.interface, one.first, one.last): one for one in stated}
    for _, said in sorted(latest.items()):
        here = [one for one in batches.values() if one.interface == said.interface and said.first <= one.day <= said.last]
        for name, was_sent, accepted in _unequal(said, here):
            about = f"{said.code} interface {said.interface} {_days(said)} {name}"
            yield Difference(fitting(f"own:{said.code}"), said.first, said.last, about, was_sent, accepted)


def _unequal(said: StatedBatches, here: Sequence[SentBatch]) -> Iterator[tuple[str, int, int]]:
    if said.batches is not None and said.batches != len(here):
        yield "batches", said.batches, len(here)
    if said.numbers is not None:
        known, listed = {one.number for one in here}, set(said.numbers)
        if listed - known:
            yield f"batches, of them not here {_some(listed - known)}", len(listed), len(listed & known)
        if known - listed:
            yield f"batches, of them not listed {_some(known - listed)}", len(listed), len(listed | known)
    if said.records is not None and said.records != (records := sum(one.records for one in here)):
        yield "records", said.records, records
    sums: Counter[str] = Counter()
    for one in here:
        sums.update(one.sums)
    for kind in sorted(said.sums):
        if said.sums[kind] != sums[kind]:
            yield f"fen of transType {kind}", said.sums[kind], sums[kind]


def _some(numbers: set[str]) -> str:
    return ", ".join(sorted(numbers)[:NAMED_MAX]) + (", …" if len(numbers) > NAMED_MAX else "")


def _days(said: StatedBatches) -> str:
    first, last = date_of_day(said.first), date_of_day(said.last)
    return f"{first}" if first == last else f"{first} to {last}"
