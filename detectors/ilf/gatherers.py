"""Parties in one hand that gather money from natural persons: what ILF-02, ILF-03, ILF-06 and ILF-07 judge (§3.8, §4.6)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import Excuse
from chuantou.detectors.lookalikes import entitled_account
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import CLASS_ID, IS_HARD_BASIS
from chuantou.graph.gatherings import BACK, Gifts
from chuantou.graph.watch import one_control
from chuantou.graph.world import World

MOST_ANCHORS = 8  # parties around whom hands are looked for, for each component and day
PAYROLL = CLASS_ID["PAYROLL"]
NO_WAGES_TIMES = 3  # LA-PAYROLL: who had paid in three times what he gets is no staff


@dataclass(frozen=True, eq=False)
class Gathering:
    """``members``: the subject and its R1 parties that gather too, by name, the subject first; ``hand``: all its R1 parties.

    ``gifts``: what natural persons who are none of them gave it and got back, by time. ``excuses``: accounts that were left
    out because a third party gave them to a licensed purpose.
    """

    subject: str
    members: tuple[str, ...]
    hand: tuple[str, ...]
    gifts: Gifts
    excuses: tuple[Excuse, ...]

    @property
    def people(self) -> int:
        return len(np.unique(self.gifts.given.person))


def name_of(world: World, who: int) -> str:
    """The key of a party, or ``account:<id>`` where the owner is unknown."""
    return world.parties.names[who] if who >= 0 else f"account:{world.accounts.ids.names[~who]}"


def gatherings_today(world: World, day: int, people: int) -> Iterator[Gathering]:
    """Whoever was given money on the closed ``day`` and has it from ≥ ``people`` persons together with its R1 parties.

    By the subject's name. A subject is the one of a hand that gathers from most persons, of equals the first by name.
    """
    facts = world.gatherings
    if not len(facts.today):
        return
    everybody = facts.gatherers()
    roots = roots_of(world, everybody)
    groups: dict[int, list[int]] = {}
    wanted = set(roots_of(world, facts.today).tolist())
    for who, root in zip(everybody.tolist(), roots.tolist()):
        if root in wanted:
            groups.setdefault(root, []).append(who)
    found = [g for whos in groups.values() for g in _in_one_hand(world, np.array(whos, np.int64), day, people)]
    yield from sorted(found, key=lambda gathering: gathering.subject)


def roots_of(world: World, who: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number for parties that hang together; accounts of unknown owners stand alone."""
    return np.where(who >= 0, world.roots.of_party[np.maximum(who, 0)], who)


def _in_one_hand(world: World, whos: NDArray[np.int64], day: int, people: int) -> Iterator[Gathering]:
    gifts, excuses = _lawful_out(world, world.gatherings.of(whos), day)
    given = gifts.given
    if len(np.unique(given.person)) < people:
        return
    today = set(world.gatherings.today.tolist())
    weight = {who: len(np.unique(given.person[given.who == who])) for who in whos.tolist()}
    heavy = sorted((who for who in weight if weight[who]), key=lambda who: (-weight[who], name_of(world, who)))
    placed: set[int] = set()
    for anchor in heavy[:MOST_ANCHORS]:
        if anchor in placed:
            continue
        subject = name_of(world, anchor)
        hand = hand_of(world, subject, day)
        members = [anchor, *(who for who in heavy if who not in placed and who != anchor and name_of(world, who) in hand)]
        placed.update(members)
        inside = {world.parties.get(party) for party in hand} | set(members)
        pays = np.array(sorted(inside), np.int64)
        mine = gifts.where(np.isin(gifts.who, pays) & ~np.isin(gifts.person, pays))
        mine = mine.where((mine.kind == BACK) | np.isin(mine.who, members))
        found = Gathering(
            subject, (subject, *sorted(name_of(world, who) for who in members[1:])), tuple(sorted(hand)), mine, excuses
        )
        if found.people >= people and not today.isdisjoint(members):
            yield found


def hand_of(world: World, subject: str, day: int) -> set[str]:
    """The R1 parties of a subject, and whom they control."""
    if subject.startswith("account:"):
        return set()
    return {party for party, relation in world.register.related(subject, day).items() if one_control(relation)}


def _lawful_out(world: World, gifts: Gifts, day: int) -> tuple[Gifts, tuple[Excuse, ...]]:
    """Without what came into accounts that a third party gave to a licensed purpose (LA-CAPCALL and the like)."""
    names = world.accounts.ids.names
    accounts = sorted(np.unique(gifts.given.account).tolist(), key=names.__getitem__)
    told = {account: entitled_account(world, account, day) for account in accounts}
    excused = [account for account, excuse in told.items() if excuse is not None and excuse.holds]
    kept = gifts.where(~np.isin(gifts.account, np.array(excused, np.int32)) | (gifts.kind == BACK))
    return kept, tuple(excuse for excuse in told.values() if excuse is not None)


def insiders(world: World, hand: Iterable[str], gifts: Gifts, day: int) -> dict[int, str]:
    """Givers who are certain persons, not the public (特定对象): ``{person: "kin" | "staff"}``.

    Kin: R1 and R2 of the subject by the register. Staff: paid wages by the source's own code in the kept log, unless they had
    given three times as much before the first of them.
    """
    parties = sorted(hand)
    tied = {p for party in parties if not party.startswith("account:")
            for p, relation in world.register.related(party, day).items() if relation.tier in ("R1", "R2")}  # fmt: skip
    given = gifts.given
    wages = _wages(world, np.array([world.parties.get(party) for party in parties], np.int64))
    out = {}
    for person in np.unique(given.person).tolist():
        if world.parties.names[person] in tied:
            out[person] = "kin"
        elif person in wages:
            first, fen = wages[person]
            before = int(given.fen[(given.person == person) & (given.time < first)].sum())
            if before < NO_WAGES_TIMES * fen:
                out[person] = "staff"
    return out


def _wages(world: World, payers: NDArray[np.int64]) -> dict[int, tuple[int, int]]:
    """``{person: (time of the first wage, fen)}`` of what the parties paid as wages by more than a memo."""
    log, used = world.ledger.log, world.ledger.end - world.ledger.base
    at = np.flatnonzero(log.flow_class[:used] == PAYROLL)
    at = at[np.isin(log.payer[at], payers[payers != NONE]) & IS_HARD_BASIS[log.basis[at]]]
    out: dict[int, tuple[int, int]] = {}
    for i in at.tolist():
        person, time, fen = int(log.payee[i]), int(log.time[i]), int(log.fen[i])
        first, sofar = out.get(person, (time, 0))
        out[person] = first, sofar + fen
    return out
