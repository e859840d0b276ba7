"""Plain twin of ``graph/kernels/witnesses.py``: every earlier payment is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

MINUTES_5 = 300_000_000
DAYS_7 = 7 * 86_400_000_000
SOURCES = 4


class Telling(NamedTuple):
    time: int
    debtor: int
    creditor: int
    fen: int
    reference: int  # 0: none
    source: int


@dataclass
class Payment:
    first: Telling
    reference: int
    sources: list[int] = field(default_factory=list)

    def rank(self, told: Telling) -> int | None:
        """2: told again under its reference, 1: within five minutes, None: not."""
        age = told.time - self.first.time
        if told[1:4] != self.first[1:4] or told.source in self.sources or len(self.sources) == SOURCES:
            return None
        if told.reference and self.reference:
            return 2 if told.reference == self.reference and age <= DAYS_7 else None
        return 1 if age <= MINUTES_5 else None


def side(event_id: str, debtor: str, creditor: str) -> int:
    """0: no statement of either account told it, 1: the payer's, 2: the payee's."""
    fitting = [(len(account), -number) for number, account in ((1, debtor), (2, creditor)) if event_id.startswith(f"{account}:")]
    return -max(fitting)[1] if fitting else 0


def match(tellings: Sequence[Telling]) -> list[int]:
    """For each telling in order: the number of the payment that it tells again, or -1: it is the next payment."""
    payments: list[Payment] = []
    out = []
    for told in tellings:
        ranks = [(rank, -number) for number, payment in enumerate(payments) if (rank := payment.rank(told)) is not None]
        if ranks:
            number = -max(ranks)[1]
            payments[number].sources.append(told.source)
            payments[number].reference = payments[number].reference or told.reference
            out.append(number)
        else:
            payments.append(Payment(told, told.reference, [told.source]))
            out.append(-1)
    return out
