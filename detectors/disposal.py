"""Which of the plan's six classes is recommended for an institution (一(二)4, catalogue §6.1 DSP-01).

A pure function of what is found and registered by an instant; a named official confirms it or not. Gaps of the plan are
answered ``R``, to be judged by hand, and never filled silently. The table is ``schemas/rulepacks/yancheng-disposal.yaml``.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from chuantou.detectors.contract import NONE, ORANGE, RED
from chuantou.detectors.episodes import Episode
from chuantou.detectors.offices import table_on
from chuantou.graph.obligations import Claim
from chuantou.graph.ownership import Window
from chuantou.graph.world import World
from chuantou.schemas.rules import RulePack, load_rule_pack, to_ppm

BY_HAND = "R"
# values of findings that count the public: people, and what is owed to them (catalogue §6.1, R)
PEOPLE = ("n_people", "n_investors")
OWED = ("net_outstanding_fen",)
NO_FAMILY = ("flow", "report")  # leads and reports accuse nobody


@dataclass(frozen=True)
class Inputs:
    """The letters of §6.1; R rests on ``outstanding_fen`` and ``people``, X on ``families`` and ``undeclared``."""

    L: bool
    M: bool
    V: bool
    R: str  # large or small
    X: bool
    E: bool
    Z: bool
    outstanding_fen: int
    people: int
    families: tuple[str, ...]
    undeclared: int

    def as_evidence(self, day: int) -> dict[str, Any]:
        """The inputs and the class as plain data for an evidence pack."""
        return {"recommended_class": recommended_class(self, day), "inputs": {**asdict(self), "families": list(self.families)}}


def recommended_class(inputs: Inputs, day: int | None = None) -> str:
    """``0`` to ``6`` or ``R``: the first row of the table in force on ``day`` (default: the newest) that fits.

    >>> recommended_class(Inputs(False, False, True, "large", True, False, True, 0, 0, (), 0))
    '6'
    """
    letters = asdict(inputs)
    for row in _in_force("disposal.table", day):
        if all(letters[letter] == wanted for letter, wanted in row["when"].items()):
            return str(row["class"])
    return BY_HAND


def class_name(code: str, language: str, day: int | None = None) -> str:
    """The measure of a class in the plan's words, ``zh`` or ``en``; KeyError for an unknown class."""
    return str(_in_force("disposal.classes", day)[code][language])


def inputs_of(world: World, subject: str, episodes: Sequence[Episode], families: dict[str, str], day: int) -> Inputs:
    """The letters for an institution at the close of ``day``. ``episodes``: all of the subject; ``families``: by detector id."""
    found = {e.detector: [o for o in episodes if o.detector == e.detector] for e in episodes}
    red = sorted({families[e.detector] for e in episodes if e.best.severity == RED} - set(NO_FAMILY))
    held = {licence.kind for licence in world.register.licences(subject, day)} & set(_in_force("disposal.licences", day))
    licensed = bool(held) or world.register.is_bank(subject, Window(day, day))
    outstanding, people = _public(world, subject, episodes)
    large, odd = _in_force("disposal.large", day), _in_force("disposal.irregular", day)
    fled = _worst(found.get("RUN-01", ())) >= ORANGE
    gap = max((int(e.best.values.get("gap_ppm", 0)) for e in found.get("AM-01", ())), default=0)
    undeclared = max((int(e.best.values.get("n_undeclared", 0)) for e in found.get("REG-04", ())), default=0)
    invented = any(int(e.best.values.get("score_ppm", 0)) >= 1_000_000 for e in found.get("P2P-09", ()))
    raised = max(_worst(found.get(id_, ())) for id_ in ("P2P-20", "ILF-02")) == RED
    return Inputs(
        L=licensed,
        M=licensed and gap < to_ppm(_in_force("disposal.substance_gap", day)),
        V=bool(red),
        R="large" if outstanding >= large["outstanding_fen"] or people >= large["people"] or fled else "small",
        X=len(red) >= odd["families"] or undeclared >= odd["undeclared"],
        E=any("LIABILITY_UNDERSTATED" in e.flags for e in found.get("PAY-01", ())),
        Z=(invented and _worst(found.get("P2P-18", ())) == RED) or (raised and fled),
        outstanding_fen=outstanding, people=people, families=tuple(red), undeclared=undeclared,
    )  # fmt: skip


def _worst(episodes: Sequence[Episode]) -> int:
    return max((e.best.severity for e in episodes), default=NONE)


def _public(world: World, subject: str, episodes: Sequence[Episode]) -> tuple[int, int]:
    """What the institution owes the public and to how many: by its book, or by what was found where that is more."""
    book = world.obligations.books.get(subject)
    owed = [book.outstanding_fen()] if book is not None else []
    people = [len({holder_of(claim) for claim in book.claims.values() if claim.running})] if book is not None else []
    owed += [int(e.best.values[name]) for e in episodes for name in OWED if name in e.best.values]
    people += [int(e.best.values[name]) for e in episodes for name in PEOPLE if name in e.best.values]
    return max(owed, default=0), max(people, default=0)


def holder_of(claim: Claim) -> str:
    """Who holds a claim now: the last buyer, else who subscribed."""
    return claim.sold_to[-1][1] if claim.sold_to else claim.holder


def _in_force(key: str, day: int | None) -> Any:
    return table_on(_table(), key, day)


@cache
def _table() -> RulePack:
    return load_rule_pack("yancheng-disposal")
