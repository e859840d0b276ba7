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


def gatherings_today(world: World, day: int, people: int, also: Iterable[int] = ()) -> Iterator[Gathering]:
    """Whoever was given money on the closed ``day``, or is in ``also``, and has it from ≥ ``people`` persons with its R1 parties.

    By the subject's name. A subject is the one of a hand that gathers from most persons, of equals the first by name.
    """
    today = np.union1d(world.gatherings.today, np.array(sorted(also), np.int64))
    if not len(today):
        return
    who, person = world.gatherings.pairs()
    roots = roots_of(world, who)
    wanted = np.isin(roots, roots_of(world, today))
    who, roots, person = who[wanted], roots[wanted], person[wanted]
    order = np.lexsort((person, roots))
    first = np.ones(len(order), np.bool_)
    first[1:] = (np.diff(roots[order]) != 0) | (np.diff(person[order]) != 0)
    groups, count = np.unique(roots[order][first], return_counts=True)
    found = [gathering for root in groups[count >= people].tolist()
             for gathering in _in_one_hand(world, np.unique(who[roots == root]), today, day, people)]  # fmt: skip
    yield from sorted(found, key=lambda gathering: gathering.subject)


def roots_of(world: World, who: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number for parties that hang together; accounts of unknown owners stand alone."""
    return np.where(who >= 0, world.roots.of_party[np.maximum(who, 0)], who)


def _in_one_hand(
    world: World, whos: NDArray[np.int64], today: NDArray[np.int64], day: int, people: int
) -> Iterator[Gathering]:  # fmt: skip
    gifts, excuses = _lawful_out(world, world.gatherings.of(whos), day)
    given = gifts.given
    if len(np.unique(given.person)) < people:
        return
    weight = {who: len(np.unique(given.person[given.who == who])) for who in whos.tolist()}
    for members, hand in hands(world, weight, day):
        inside = {world.parties.get(party) for party in hand} | set(members)
        own = np.array(sorted(inside), np.int64)
        mine = gifts.where(np.isin(gifts.who, own) & ~np.isin(gifts.person, own))
        mine = mine.where((mine.kind >= BACK) | np.isin(mine.who, members))
        names = [name_of(world, who) for who in members]
        found = Gathering(names[0], tuple(names), tuple(sorted(hand)), mine, excuses)
        if found.people >= people and np.isin(members, today).any():
            yield found


def hands(world: World, weight: dict[int, int], day: int) -> Iterator[tuple[list[int], set[str]]]:
    """``(members, R1 parties)`` around whoever weighs most, then around the next; the first member is the subject.

    ``weight`` by party (or ``~account``); who weighs nothing is nobody. At most ``MOST_ANCHORS`` hands.
    """
    heavy = sorted((who for who in weight if weight[who]), key=lambda who: (-weight[who], name_of(world, who)))
    placed: set[int] = set()
    for anchor in heavy[:MOST_ANCHORS]:
        if anchor in placed:
            continue
        hand = hand_of(world, name_of(world, anchor), day)
        others = (who for who in heavy if who != anchor and who not in placed and name_of(world, who) in hand)
        members = [anchor, *sorted(others, key=lambda who: name_of(world, who))]
        placed.update(members)
        yield members, hand


def hand_of(world: World, subject: str, day: int) -> set[str]:
    """The R1 parties of a subject, and whom they control."""
    if subject.startswith("account:"):
        return set()
    return {party for party, relation in world.register.related(subject, day).items() if one_control(relation)}


def _lawful_out(world: World, gifts: Gifts, day: int) -> tuple[Gifts, tuple[Excuse, ...]]:
    """Without what came into accounts that a third party gave to a licensed purpose (LA-CAPCALL and the like)."""
    excused, told = excused_accounts(world, gifts.given.account, day)
    return gifts.where(~np.isin(gifts.account, excused) | (gifts.kind >= BACK)), told


def excused_accounts(world: World, accounts: NDArray, day: int) -> tuple[NDArray[np.int64], tuple[Excuse, ...]]:
    """Those of the accounts that a third party gave to a licensed purpose, and what was tested.

    Not a merchant's: a till that persons pay to and are paid from is no retail (LA-ACQ).
    """
    told: list[Excuse] = []
    excused = []
    for account in sorted(np.unique(accounts).tolist(), key=world.accounts.ids.names.__getitem__):
        excuse = entitled_account(world, account, day) if world.accounts.role_of(account) != "MERCHANT_SETTLE" else None
        if excuse is not None:
            told.append(excuse)
            excused += [account] if excuse.holds else []
    return np.array(excused, np.int64), tuple(told)


def insiders(
    world: World, hand: Iterable[str], person: NDArray, time: NDArray[np.int64], fen: NDArray[np.int64], day: int
) -> dict[int, str]:
    """Givers who are certain persons, not the public (特定对象): ``{person: "kin" | "staff"}``; by what each gave, and when.

    Kin: R1 and R2 of the hand by the register. Staff: paid wages by the source's own code in the kept log, unless they had
    given three times as much before the first of them.
    """
    parties = sorted(hand)
    tied = {p for party in parties if not party.startswith("account:")
            for p, relation in world.register.related(party, day).items() if relation.tier in ("R1", "R2")}  # fmt: skip
    wages = _wages(world, np.array([world.parties.get(party) for party in parties], np.int64))
    out = {}
    for who in np.unique(person).tolist():
        if world.parties.names[who] in tied:
            out[who] = "kin"
        elif who in wages:
            first, paid = wages[who]
            if int(fen[(person == who) & (time < first)].sum()) < NO_WAGES_TIMES * paid:
                out[who] = "staff"
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
