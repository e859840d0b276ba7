"""The account that must balance: every event that came in went to exactly one place."""

from dataclasses import dataclass

from chuantou.detectors.intake import Counts


@dataclass(frozen=True)
class Tally:
    """Where every event went: `events = processed + duplicate + late + dead + pending`, always."""

    events: int
    processed: int
    duplicate: int
    late: int
    dead: int
    pending: int

    def __str__(self) -> str:
        waits = f" + pending {self.pending}" if self.pending else ""
        return (
            f"in {self.events} = processed {self.processed} + duplicate {self.duplicate} + late {self.late}"
            f" + dead {self.dead}{waits}"
        )


def tally(counts: Counts, dead: int, waiting: int = 0) -> Tally:
    """The engine's counts with the events that never reached it: `dead`, and those `waiting` in the lanes."""
    return Tally(
        events=counts.received + dead + waiting,
        processed=counts.processed,
        duplicate=counts.duplicate,
        late=counts.late,
        dead=dead,
        pending=counts.pending + waiting,
    )
