"""Build a city: schemes and look-alikes with their truth, in the middle of an ordinary economy."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chuantou.schemas.clock import day_of_date

from .book import Book, Event
from .commons import Commons
from .economy import Economy
from .scene import Scene
from .schemes import SCENES

SHORTEST_CITY_DAYS = 120  # the latest scene ends before


class City:
    """A finished city: the same arguments give the same events, byte for byte."""

    def __init__(self, book: Book, scenes: list[Scene]) -> None:
        self._book, self._scenes = book, scenes

    def events(self) -> Iterator[Event]:
        """Contract events (JSON-able dicts) in the order time, source id, event id."""
        return self._book.events()

    def truth(self) -> list[dict[str, Any]]:
        """The scenes in the contract's form, as `score` reads them."""
        return [scene.truth() for scene in self._scenes]

    def write(self, directory: Path) -> None:
        """Write ``events.jsonl`` and ``expect.json`` into ``directory`` (made where missing)."""
        directory.mkdir(parents=True, exist_ok=True)
        encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
        with (directory / "events.jsonl").open("w", encoding="utf-8") as lines:
            lines.writelines(encode(event) + "\n" for event in self.events())
        (directory / "expect.json").write_text(json.dumps(self.truth(), ensure_ascii=False, indent=1), encoding="utf-8")


def build(
    seed: int = 2016, events: int = 200_000, start: str = "2016-05-20", days: int = 120, lawful: bool = False
) -> City:  # fmt: skip
    """A city of exactly ``events`` events over ``days`` days from ``start`` (a date in Shanghai).

    Scenes come first; the ordinary economy fills up what they leave. A ``lawful`` city is that economy alone.

    Raises:
        ValueError: fewer days than the scenes last, or fewer events than the scenes and a village around them need.
    """
    if days < SHORTEST_CITY_DAYS:
        raise ValueError(f"the scenes last {SHORTEST_CITY_DAYS} days, not {days}")
    book = Book(day_of_date(start), days, seed)
    commons = Commons(book)
    scenes = []
    for name, family, variant, play in () if lawful else SCENES:
        scene = Scene(book, commons, name, family, variant)
        play(scene)
        scenes.append(scene)
    economy = Economy(book, commons)
    economy.live(events - len(book.records))
    book.settle()
    return City(book, [*scenes, economy])
