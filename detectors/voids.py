"""Which events count as never having happened: what CORRECT, REVERSE and CANCEL leave of the events they name.

An event is known by its *name* (``source_id``, ``event_id``); an undoing event besides by its op and version, because a
source may send a correction under the name of the event that it corrects. Standing is a function of the set of events:

- of the undoing events that name one event and are not themselves undone, a reversal decides before any correction, and
  among corrections the last by (version, event_time, event_id);
- a CORRECT takes the event's place. Corrected again – by naming it, or the event – it gives way to the later one;
- a REVERSE or CANCEL leaves nothing. Undone itself, it gives the event back.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from chuantou.schemas.streams import Envelope

Name = tuple[str, str]
UNDOING = ("CORRECT", "REVERSE", "CANCEL")


@dataclass(frozen=True)
class Undo:
    """A CORRECT, REVERSE or CANCEL; ``target`` is the name of the event that it undoes."""

    name: Name
    op: str
    version: int
    event_time: int
    target: Name

    @property
    def key(self) -> tuple[str, str, str, int]:
        return (*self.name, self.op, self.version)

    @property
    def rank(self) -> tuple[bool, int, int, str]:
        """The last one decides; a reversal that stands is never outdone by a correction."""
        return self.op != "CORRECT", self.version, self.event_time, self.name[1]


@dataclass(frozen=True)
class Outcome:
    """What stands for a name: ``gone`` nothing, else the CORRECT ``by`` or, where that is None, the event itself."""

    by: Undo | None = None
    gone: bool = False


@dataclass
class Voids:
    """``void`` holds the names of plain events and the keys of corrections that do not count."""

    void: set[tuple] = field(default_factory=set)
    _undos: dict[Name, list[Undo]] = field(default_factory=lambda: defaultdict(list))  # by target
    _targets: dict[Name, set[Name]] = field(default_factory=lambda: defaultdict(set))  # by name of the undoing event

    def add(self, undo: Undo) -> set[Name]:
        """Take an undoing event; returns the names of events whose standing changed."""
        self._undos[undo.target].append(undo)
        if undo.name != undo.target:
            self._targets[undo.name].add(undo.target)
        names = self._connected(undo.target)
        undos = [u for name in names for u in self._undos.get(name, ())]
        before = self.void & {*names, *(u.key for u in undos)}
        outcomes = self._outcomes(names)
        roots = [outcomes[name] for name in self._roots(names)]
        standing = {outcome.by.key for outcome in roots if outcome.by is not None}
        after: set[tuple] = {u.key for u in undos if u.key not in standing}
        after |= {name for name in names if outcomes[name] != Outcome()}
        self.void -= before
        self.void |= after
        return {key[:2] for key in before ^ after}

    def stands(self, source_id: str, event_id: str, op: str, version: int) -> bool:
        """Whether the event counts: it says something itself, and nothing undoes it."""
        if op == "CORRECT":
            return (source_id, event_id, op, version) not in self.void
        return op not in UNDOING and (source_id, event_id) not in self.void

    def _connected(self, name: Name) -> set[Name]:
        """Names that hang together with ``name`` by undoing events."""
        found, todo = {name}, [name]
        while todo:
            here = todo.pop()
            near = {u.name for u in self._undos.get(here, ())} | self._targets.get(here, set())
            todo.extend(near - found)
            found |= near
        return found

    def _roots(self, names: set[Name]) -> list[Name]:
        """Names that undo nothing; where all undo each other, the smallest one."""
        return [name for name in sorted(names) if not self._targets.get(name)] or [min(names)]

    def _outcomes(self, names: set[Name]) -> dict[Name, Outcome]:
        """What stands for each name, from the events that nobody undoes upwards."""
        outcomes: dict[Name, Outcome] = {}
        seen: set[Name] = set()
        todo = [(name, False) for name in (*sorted(names), *reversed(self._roots(names)))]
        while todo:
            name, ready = todo.pop()
            if ready:
                outcomes[name] = self._decide(self._undos.get(name, ()), outcomes)
            elif name not in seen:
                seen.add(name)
                todo.append((name, True))
                todo.extend((u.name, False) for u in sorted(self._undos.get(name, ()), key=lambda u: u.key))
        return outcomes

    @staticmethod
    def _decide(undos: Iterable[Undo], outcomes: dict[Name, Outcome]) -> Outcome:
        """The outcome of the event that ``undos`` name; one that is undecided yet stands in a circle and does not act."""
        acting = []
        for undo in undos:
            own = Outcome() if undo.name == undo.target else outcomes.get(undo.name, Outcome(gone=True))
            if not own.gone:
                acting.append((undo.rank, undo.key, undo if own.by is None else own.by, undo.op))
        if not acting:
            return Outcome()
        *_, correction, op = max(acting, key=lambda entry: entry[:2])
        return Outcome(by=correction) if op == "CORRECT" else Outcome(gone=True)


def standing(events: Iterable[Envelope]) -> list[Envelope]:
    """Of events in any order with duplicates, those that count, in the order given."""
    voids = Voids()
    told: dict[tuple[str, str, str, int], Envelope] = {}
    for e in events:
        key = (e.source_id, e.event_id, e.op, e.version)
        if key not in told and e.op in UNDOING:
            target = (e.source_id, e.ref_event_id or "")
            voids.add(Undo((e.source_id, e.event_id), e.op, e.version, e.event_time, target))
        told.setdefault(key, e)
    return [e for key, e in told.items() if voids.stands(*key)]
