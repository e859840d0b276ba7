"""ILF-02 数额与人数线 · the lines of absorbed money and persons."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from chuantou.detectors.contract import LOG, RED, YELLOW, Detector, Evidence, Excuse, Finding
from chuantou.detectors.ilf.absorbed import BACK, GIVEN, REFUNDED, Entry, Slice, deposits_of
from chuantou.detectors.ilf.behaviour import LEAST_PAYMENTS, SHARE_PERCENT, SPACING_DAYS, paid_like_investors
from chuantou.detectors.ilf.exchanges import LICENSED
from chuantou.detectors.ilf.gatherers import Gathering, gatherings_today, insiders
from chuantou.graph import gatherings as facts
from chuantou.graph.world import World
from chuantou.schemas.clock import date_of_day, day_of_date, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm

LINES = ("amount", "people", "loss")
KINDS = {facts.REGISTER: GIVEN, facts.INFERRED: GIVEN, facts.BACK: BACK, facts.REFUNDED: REFUNDED}
ENDED = ("CANCELLED", "REVOKED")  # who is struck off pays nobody back: what is out is lost
COLUMNS = ("register", "inferred", "inside")
WHAT = ("register", "inferred", "back", "refunded")
INTERMEDIARIES = ("P2P", "ECF")


@dataclass(frozen=True)
class Person:
    """One giver: which column he counts in and why, his payments, what is overdue by the platform's own books."""

    name: str
    column: str
    why: str
    entries: tuple[Entry, ...]
    overdue_fen: int


@dataclass(frozen=True)
class Judged:
    """A gathering person by person; ``slices`` of the register column, in order, and the other columns as one slice each."""

    gathering: Gathering
    actor: str
    ended: bool
    intermediary: bool  # a platform whose business it is that the public's money passes on to borrowers
    people: tuple[Person, ...]
    slices: tuple[Slice, ...]
    apart: dict[str, Slice]
    behaved: tuple[int, ...]  # log indices of what persons gave who only behave like investors


class AbsorbedMoney(Detector):
    """数额与人数线: money absorbed from the public, and from how many, against the lines by date and actor.

    For every party that gathers INVEST_IN from ≥ 10 persons together with its R1 parties, watched or not, over 24 months:
    ``gross_absorbed`` = Σ payments that rest on an order, an obligation, the source's own code or a SUBSCRIBE event, repaid not
    deducted and re-invested principal counted (net of it beside); persons distinct; ``loss`` = principal overdue by the party's
    own books, or all that is out once it is struck off. By memo or behaviour only (inferred), and kin and staff (inside), in
    columns of their own and towards no line; refunds by the source's code undo a payment. Each payment counts under the lines of
    its own day. A person's lines where only persons' accounts gather, else the entity's. Log from 10 persons on; yellow from half
    a line [E]; red from a line [L4a, L4b], of a P2P or crowdfunding platform no more than yellow (P2P-20 accuses
    those). Not accounts that a third party gave to a licensed purpose, nor parties licensed to take the public's money.
    Clause 二(五); SPC interpretations 2010 and 2022 art. 3. Amounts in fen.

    >>> lines = {"amount": 100_000_000, "people": 150, "loss": None}
    >>> [AbsorbedMoney.colour(Slice(0, lines, gross_fen=fen), 500_000) for fen in (49_999_999, 90_000_000, 100_000_000)]
    [1, 2, 4]
    """

    id, clause, family = "ILF-02", "二(五)", "private_finance"
    title_zh, title_en = "非法集资数额与人数线", "lines of absorbed money and persons"
    legal_basis = ("SEED 二(五)", "最高人民法院非法集资解释 2010 art. 3 [L4a], 2022 art. 3 [L4b]", "防范和处置非法集资条例 [L1]")
    parameters = (
        "ilf.gather", "ilf.person.amount", "ilf.person.people", "ilf.person.loss", "ilf.person.huge", "ilf.entity.amount",
        "ilf.entity.people", "ilf.entity.loss", "ilf.entity.huge", "ilf.very_huge",
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.told: dict[str, tuple[Any, ...]] = {}  # by subject: what the last finding showed

    def day_close(self, day: int) -> Iterator[Finding]:
        gate = self.world.rules.at("ilf.gather", day)
        if gate is None:
            return
        # a loss grows without a payment: who was told is looked at again on the first of every month
        again = [who for subject in self.told if (who := self._who(subject)) is not None] if date_of_day(day).day == 1 else []
        for gathering in gatherings_today(self.world, day, gate["people"], again):
            if not any(self.world.register.has_licence(party, kind, day) for party in gathering.members for kind in LICENSED):
                yield from self._judge(gathering, gate, day)

    def _who(self, subject: str) -> int | None:
        """The gatherer's number by its name."""
        account = subject.startswith("account:")
        number = self.world.accounts.ids.get(subject[8:]) if account else self.world.parties.get(subject)
        return None if number < 0 else ~number if account else number

    @staticmethod
    def colour(part: Slice, watch_ppm: int) -> int:
        """By the lines of its own time: a line, half of one, or neither."""
        if part.reached(part.lines):
            return RED
        return YELLOW if part.reached(part.lines, watch_ppm) else LOG

    # -- judgement -----------------------------------------------------------------------------------------------------

    def _judge(self, g: Gathering, gate: dict[str, Any], day: int) -> Iterator[Finding]:
        judged = self._by_person(g, day)
        watch = to_ppm(gate["watch"])
        slices = judged.slices or (Slice(day, {}),)
        best = max(slices, key=lambda part: (self.colour(part, watch), part.gross_fen, part.first_day))
        values = {
            "gross_absorbed_fen": best.gross_fen, "n_people": len(best.people), "net_outstanding_fen": best.outstanding_fen,
            "net_of_rollover_fen": best.gross_fen - best.rolled_fen, "loss_fen": best.loss_fen,
            "n_inferred": len(judged.apart["inferred"].people), "inferred_fen": judged.apart["inferred"].gross_fen,
            "n_inside": len(judged.apart["inside"].people), "inside_fen": judged.apart["inside"].gross_fen,
            "entity": int(judged.actor == "entity"), "huge": self._huge(judged.actor, best, day), "n_slices": len(judged.slices),
            "all_absorbed_fen": sum(part.gross_fen for part in judged.slices),
        }  # fmt: skip
        shown = (*values.values(), g.members)
        if self.told.get(g.subject) == shown:
            return
        self.told[g.subject] = shown
        given = g.gifts.given
        last = max(int(given.time[-1]), day_start_us(day) if best.loss_fen else 0)
        yield Finding(
            self.id, g.subject, last, self._severity(judged, best, watch), best.gross_fen, values, (int(given.time[0]), last),
            low_fen=best.gross_fen - best.rolled_fen, high_fen=best.gross_fen,
            others=tuple(party for party in g.members[1:] if not party.startswith("account:")), known=day_start_us(day + 1),
            key=judged,
        )  # fmt: skip

    def _severity(self, judged: Judged, best: Slice, watch_ppm: int) -> int:
        """Of a platform that may lawfully bring lenders and borrowers together the sums accuse nobody: P2P-20 does."""
        severity = self.colour(best, watch_ppm)
        return min(severity, YELLOW) if judged.intermediary else severity

    def _huge(self, actor: str, part: Slice, day: int) -> int:
        """2 very huge, 1 huge, by the lines of the slice's last day."""
        until = part.last_day or day
        return max(
            (degree for degree, key in ((1, f"ilf.{actor}.huge"), (2, "ilf.very_huge"))
             if (lines := self.world.rules.at(key, until)) is not None and part.reached(lines)),
            default=0,
        )  # fmt: skip

    def _by_person(self, g: Gathering, day: int) -> Judged:
        world, gifts, given = self.world, g.gifts, g.gifts.given
        actor = "person" if all(party.startswith("person:") for party in g.members) else "entity"
        inside = insiders(world, {*g.members, *g.hand}, given.person, given.time, given.fen, day)
        ended = any((info := world.register.party(party)) is not None and info.status in ENDED for party in g.members)
        subscribed, overdue = self._books(g, day)
        names = world.parties.names
        behaved = dict(paid_like_investors(world, g))
        people = []
        for who in sorted({*np.unique(given.person).tolist(), *behaved}, key=names.__getitem__):
            mine, name = gifts.where(gifts.person == who), names[who]
            told = sorted((time, KINDS[kind], fen, kind) for time, kind, fen in zip(*(c.tolist() for c in (
                mine.time, mine.kind, mine.fen))))  # fmt: skip
            entries = [Entry(time, shanghai_day(time), kind, fen) for time, kind, fen, _ in told]
            if who in inside or name in subscribed:
                column, why = ("inside", inside[who]) if who in inside else ("register", "subscribed")
                people.append(Person(name, column, why, tuple(entries), overdue[name]))
                continue
            by_memo = [kind == facts.INFERRED for *_, kind in told]
            sure = tuple(entry for entry, memo in zip(entries, by_memo) if not memo)
            if any(entry.kind == GIVEN for entry in sure):
                people.append(Person(name, "register", "", sure, overdue[name]))
                sure = ()
            if any(by_memo):
                vague = (*sure, *(entry for entry, memo in zip(entries, by_memo) if memo))
                people.append(Person(name, "inferred", "memo", tuple(sorted(vague)), 0))
            elif who in behaved:
                people.append(Person(name, "inferred", "behaviour", self._put(behaved[who], sure), 0))
        slices: dict[tuple[int, ...], Slice] = {}
        apart = {column: Slice(day, {}) for column in COLUMNS[1:]}
        for person in people:
            self._count(person, actor, ended, slices, apart)
        rows = tuple(row for put in behaved.values() for row in put)
        info = self.world.register.party(g.subject)
        intermediary = info is not None and info.sector in INTERMEDIARIES
        return Judged(g, actor, ended, intermediary, tuple(people), tuple(slices[key] for key in sorted(slices)), apart, rows)

    def _put(self, rows: list[int], back: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """Entries of payments that nothing classes, with what came back."""
        log, base = self.world.ledger.log, self.world.ledger.base
        put = [Entry(int(log.time[row - base]), shanghai_day(int(log.time[row - base])), GIVEN, int(log.fen[row - base]))
               for row in rows]  # fmt: skip
        return tuple(sorted((*put, *back)))

    def _count(
        self, person: Person, actor: str, ended: bool, slices: dict[tuple[int, ...], Slice], apart: dict[str, Slice]
    ) -> None:
        lost = sum(entry.fen for entry in person.entries) if ended else person.overdue_fen
        for deposit in deposits_of(person.entries):
            if person.column != "register":
                apart[person.column].take(person.name, deposit, 0)
                continue
            entries = {line: self.world.rules.entry(f"ilf.{actor}.{line}", deposit.day) for line in LINES}
            if all(entry is None for entry in entries.values()):
                continue  # before there were lines
            key = tuple(day_of_date(entry.first) for entry in entries.values() if entry is not None)
            lines = {line: entry.value if entry is not None else None for line, entry in entries.items()}
            lost -= slices.setdefault(key, Slice(key[0], lines)).take(person.name, deposit, lost)

    def _books(self, g: Gathering, day: int) -> tuple[frozenset[str], Counter[str]]:
        """Who subscribed by the members' own books, and how much of each one's principal is overdue there."""
        subscribed: set[str] = set()
        overdue: Counter[str] = Counter()
        for party in g.members:
            book = self.world.obligations.books.get(party)
            for claim in (*book.claims.values(), *book.closed_claims.values()) if book is not None else ():
                subscribed.add(claim.holder)
                if claim.running and claim.due < day:
                    overdue[claim.holder] += claim.principal_fen
        return frozenset(subscribed), overdue

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        judged: Judged = finding.key
        g, world = judged.gathering, self.world
        names, day = world.parties.names, shanghai_day(finding.time)
        log, base = world.ledger.log, world.ledger.base
        columns = (g.gifts.time, g.gifts.row, g.gifts.fen, g.gifts.person, g.gifts.kind, g.gifts.n)
        told = [(time, row, fen, who, WHAT[kind], n) for time, row, fen, who, kind, n in zip(*(c.tolist() for c in columns))]
        told += [(int(log.time[row - base]), row, int(log.fen[row - base]), int(log.payer[row - base]), "behaviour", 1)
                 for row in judged.behaved]  # fmt: skip
        rows = [
            {**({"transaction": list(world.refs.of(row))} if row >= base else {}), "time": time, "day": shanghai_day(time),
             "person": names[who], "what": what, "fen": fen, "payments": n}
            for time, row, fen, who, what, n in told
        ]  # fmt: skip
        rows.sort(key=lambda row: (row["time"], row["person"], row["what"], row.get("transaction", [])))
        people = [{"person": p.name, "column": p.column, "why": p.why, "overdue_fen": p.overdue_fen} for p in judged.people]
        ties = {} if g.subject.startswith("account:") else world.register.related(g.subject, day)
        keys = (f"ilf.{judged.actor}.{line}" for line in LINES)
        return Evidence(
            {
                "gross_absorbed_fen": "sum of what the column register gave in the slice, refunds undone, repaid not deducted",
                "net_of_rollover_fen": "gross less what each had been paid back before, as far as he gave it again",
                "net_outstanding_fen": "gross less what was paid back, oldest deposit first",
            },
            {"members": list(g.members), "actor": judged.actor, "ended": judged.ended,
             "intermediary": judged.intermediary, "people": people, "payments": rows,
             "judged_day": shanghai_day((finding.known or finding.time) - 1)},
            sorted(row for row in (*g.gifts.row.tolist(), *judged.behaved) if row >= base),
            related={party: {"tier": ties[party].tier} for party in g.members if party in ties},
            excuses=[*g.excuses, Excuse("LA-LICENCE", False, {"members": list(g.members), "licences": LICENSED})],
            thresholds={
                "ilf.gather": world.rules.at("ilf.gather", day), "lines": {key: self._dated(key) for key in keys},
                "huge": self._dated(f"ilf.{judged.actor}.huge"), "very_huge": self._dated("ilf.very_huge"),
                "behaviour": {"payments": LEAST_PAYMENTS, "percent": SHARE_PERCENT, "days": SPACING_DAYS},
            },
        )  # fmt: skip

    def _dated(self, key: str) -> list[list[Any]]:
        """All values of a parameter: first and last day they hold, the value."""
        entries = self.world.rules.entries[key]
        return [[day_of_date(e.first), day_of_date(e.last) if e.last is not None else None, e.value] for e in entries]
