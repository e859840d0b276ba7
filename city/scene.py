"""A scene: one small story with its truth – what must be found, what must not, what may."""

from collections.abc import Sequence
from typing import Any

from .book import Book, Scribe
from .commons import Commons

# the joint office of a detector, else of its family (catalogue §6.2); leads have none
OFFICES = {
    "P2P": "O1", "PAY": "O2", "YLD": "O1", "RE-": "O1", "RE-03": "O5", "ECF": "O5", "RUN": "O4", "LVT": "O2", "ILF": "O4",
    "TV-": "O7", "INS": "O8", "AM-": "O6", "AD-": "O3", "REG": "O1", "REG-02": "O3", "REG-05": "O6", "REG-06": "O4",
}  # fmt: skip


def hms(hour: int, minute: int = 0, second: int = 0) -> int:
    """Second of the day."""
    return hour * 3_600 + minute * 60 + second


class Scene(Scribe):
    """Writes the events of one story and its truth in the contract's form (docs/events.md, "Truth and scenes")."""

    def __init__(self, book: Book, commons: Commons, name: str, family: str, variant: str) -> None:
        super().__init__(book, name)
        self.commons, self.family, self.variant = commons, family, variant
        self.sector = "P2P"  # of the platforms in it
        self._must: list[dict[str, Any]] = []
        self._must_not: list[dict[str, Any]] = []
        self._may: list[str] = []

    def must(
        self,
        subject: str,
        severity: str,
        values: dict[str, tuple[int, int]] | None = None,
        first_breach: tuple[int, int] | None = None,
    ) -> None:
        """The family's alert on ``subject``; ``first_breach`` is a range of days of the city, inclusive.

        Institutions work where they are registered, so that county leads and the family's office handles; of a
        person the register tells no county.
        """
        office = OFFICES["ECF"] if self.sector == "ECF" else OFFICES.get(self.family, OFFICES.get(self.family[:3]))
        self._must.append(
            {
                "detectors": [self.family],
                "subject": subject,
                "min_severity": severity,
                "values": {name: list(bounds) for name, bounds in (values or {}).items()},
                "amount_fen": None,
                "first_breach": [self.book.date(day) for day in first_breach] if first_breach else None,
                "last_orange": None,
                "county_lead": self.region_of.get(subject) if office else None,
                "office": office,
                "recommended_class": None,
            }
        )

    def must_not(self, detector: str, subject: str, severity: str) -> None:
        self._must_not.append({"detector": detector, "subject": subject, "min_severity": severity})

    def lawful(self) -> None:
        """A look-alike: nothing at yellow or above on any of its parties."""
        self.must_not("*", "*", "yellow")

    def may(self, detectors: Sequence[str]) -> None:
        """What other detectors would rightly say of the same story."""
        self._may.extend(detectors)

    def truth(self) -> dict[str, Any]:
        return {
            "scene": self.namespace,
            "family": self.family,
            "variant": self.variant,
            "parties": sorted(self.parties),
            "must": self._must,
            "must_not": self._must_not,
            "may": sorted(set(self._may)),
        }
