"""What makes an account look like a mule's, feature by feature (ILF-04)."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from chuantou.detectors.contract import PPM, ppm
from chuantou.detectors.flow.payments import Payments, payments
from chuantou.detectors.ilf.account_life import AccountLife
from chuantou.graph.accounts import NONE
from chuantou.graph.kernels.windows import match
from chuantou.graph.windows import IN, OUT
from chuantou.graph.world import World
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm

WINDOW_DAYS = 30
DEVICE, SIGNATORY, PAID, COLLECTOR = "device", "signatory", "paid", "collector"  # what links two mules
TIE_OF = {"ACCOUNT_DEVICE": DEVICE, "SAME_DEVICE": DEVICE, "SIGNATORY": SIGNATORY}
CHANGES = ("OWNER_CHANGE", "SIGNATORY_CHANGE", "DEVICE_BIND")  # an account that is given to another hand
NEW_HAND_DAYS = 30
PREFECTURE = 4  # digits of a region code


@dataclass(frozen=True)
class Flow:
    """One payment with another owner: ``other`` is his key, ``stranger`` that nothing ties him to the holder."""

    time: int
    row: int
    fen: int
    other: str
    stranger: bool


@dataclass(frozen=True)
class Mule:
    """An account as it was judged on ``day``: the facts of its features, and whom it is tied to."""

    account: str
    holder: str
    day: int
    came: tuple[Flow, ...]
    paid: tuple[Flow, ...]
    passed_fen: int
    life: dict[str, Any]
    closings: tuple[tuple[int, int, int], ...]  # (day, fen that came in, balance at its end), where the balance is known
    ties: dict[str, str]  # other party -> DEVICE or SIGNATORY
    regions: tuple[str | None, str | None]  # holder's, branch's
    features: tuple[str, ...]
    score_ppm: int

    @property
    def in_fen(self) -> int:
        return sum(f.fen for f in self.came)

    @property
    def out_fen(self) -> int:
        return sum(f.fen for f in self.paid)

    @property
    def strangers(self) -> set[str]:
        return {f.other for f in (*self.came, *self.paid) if f.stranger}


def mule_of(world: World, life: AccountLife, account: int, day: int, pack: dict[str, Any]) -> Mule | None:
    """The account's features over 30 days; None where it is no mule by ``pack`` (``ilf.mule``)."""
    since = day_start_us(day - WINDOW_DAYS + 1)
    sides = [payments(world, [account], side, since, world.ledger.end - 1) for side in (IN, OUT)]
    came, paid = sides
    in_fen = int(came.fen.sum())
    if not len(came) or not len(paid) or in_fen < pack["fen"]:
        return None
    horizon = pack["hours"] * (DAY_US // 24)
    passed = match(came.row, came.time, came.fen, paid.row, paid.time, paid.fen, horizon, np.zeros(len(came), np.int64))
    if ppm(int(passed), in_fen) < to_ppm(pack["passed"]):
        return None
    holder = world.accounts.owner_name(account)
    ties, related = ties_of(world, holder, day)
    flows = [told(world, side, related) for side in sides]
    facts = life_of(world, life, account, day, in_fen, shanghai_day(min(flows[0][0].time, flows[1][0].time)))
    closings = closings_of(world, account, came, paid, facts)
    mule = Mule(
        world.accounts.ids.names[account], holder, day, flows[0], flows[1], int(passed), facts, closings, ties,
        regions_of(world, account, holder), (), 0,
    )  # fmt: skip
    features = features_of(mule, pack)
    score = sum(to_ppm(pack["weights"][name]) for name in features)
    needed = {"passed", "strangers"} <= set(features)
    if not needed or score < to_ppm(pack["mule"]):
        return None
    return replace(mule, features=features, score_ppm=score)


def features_of(m: Mule, pack: dict[str, Any]) -> tuple[str, ...]:
    """The features that the account has, in the order of the weights."""
    life = m.life
    aged_days = life["window_day"] - life["first_day"]
    before = life["before_fen"]
    has = {
        "life": life["opened_day"] is not None and life["window_day"] - life["opened_day"] <= pack["new_days"],
        "passed": ppm(m.passed_fen, m.in_fen) >= to_ppm(pack["passed"]),
        "strangers": len(m.strangers) >= pack["strangers"],
        "emptied": near_zero(m.closings, pack),
        "device": 1 + sum(kind == DEVICE for kind in m.ties.values()) >= pack["device"],
        "region": None not in m.regions and m.regions[0] != m.regions[1],
    }
    woke = life["slept_days"] >= pack["dormant_days"]
    broke = before > 0 and aged_days >= pack["new_days"] and m.in_fen * aged_days >= pack["break"] * before * WINDOW_DAYS
    has["life"] |= woke or broke or life["new_hand"] is not None
    return tuple(name for name in pack["weights"] if has[name])


def near_zero(closings: tuple[tuple[int, int, int], ...], pack: dict[str, Any]) -> bool:
    """Whether on most of the days on which money came the account was as good as empty at the day's end."""
    empty = sum(balance * PPM <= to_ppm(pack["near_zero"]) * came for _, came, balance in closings)
    return bool(closings) and ppm(empty, len(closings)) >= to_ppm(pack["days_share"])


# -- the facts ---------------------------------------------------------------------------------------------------------


def ties_of(world: World, holder: str, day: int) -> tuple[dict[str, str], set[str]]:
    """Others who share a device or a signatory with the holder, and everybody who is related to him."""
    if holder.startswith("account:"):
        return {}, set()
    related = world.register.related(holder, day)
    places = world.places_paid_at
    ties: dict[str, str] = {}
    for party in sorted(related):
        for link in related[party].path if len(related[party].path) == 1 else ():
            if link.kind in TIE_OF and places.get(link.via) == NONE:  # a shop's terminal is nobody's phone
                ties[party] = TIE_OF[link.kind]
    return ties, set(related)


def told(world: World, side: Payments, related: set[str]) -> tuple[Flow, ...]:
    names, accounts = world.parties.names, world.accounts.ids.names
    person = world.party_table.person
    out = []
    for time, row, fen, who in zip(side.time.tolist(), side.row.tolist(), side.fen.tolist(), side.who.tolist()):
        other = names[who] if who >= 0 else f"account:{accounts[~who]}"
        out.append(Flow(time, row, fen, other, other not in related and (who < 0 or bool(person[who]))))
    return tuple(out)


def life_of(world: World, life: AccountLife, account: int, day: int, in_fen: int, window_day: int) -> dict[str, Any]:
    """When the account was opened, first seen, woken; what it took before; when it came into another hand."""
    c, told_of = life.columns, world.accounts.history.get(account, [])
    opened = [shanghai_day(entry.time) for entry in told_of if entry.type == "OPEN"]
    changes = [shanghai_day(entry.time) for entry in told_of if entry.type in CHANGES]
    woke = int(c.woke_day[account])
    aged = [when for when in changes if not opened or when - opened[0] > NEW_HAND_DAYS]
    hands = [when for when in aged if window_day - NEW_HAND_DAYS <= when <= day]
    return {
        "window_day": window_day,
        "opened_day": opened[0] if opened else None,
        "first_day": int(c.first_day[account]),
        "slept_days": int(c.slept_days[account]) if woke >= window_day > NONE else 0,
        "before_fen": int(c.came_fen[account]) - in_fen,
        "new_hand": hands[0] if hands else None,
    }


def closings_of(
    world: World, account: int, came: Payments, paid: Payments, facts: dict[str, Any]
) -> tuple[tuple[int, int, int], ...]:
    """(day, fen that came, balance at its end) of the days on which money came: as the bank states it, else by the ledger of
    an account that was opened in view: what it held before its next payment, or holds now."""
    log, base, days = world.ledger.log, world.ledger.base, shanghai_day(came.time)
    in_view = facts["opened_day"] is not None and facts["first_day"] - facts["opened_day"] <= NEW_HAND_DAYS
    rows = np.sort(np.concatenate((came.row, paid.row))) - base
    after = shanghai_day(log.time[rows])
    out = []
    for day in np.unique(days).tolist():
        balance = world.stated.get((account, day, "CLOSING"))
        if balance is None and in_view:
            later = rows[after > day]
            pays = len(later) > 0 and log.debtor[later[0]] == account
            held = (log.debtor_balance if pays else log.creditor_balance)[later[0]] if len(later) else None
            balance = int(world.ledger.accounts.balance[account] if held is None else held)
        if balance is not None:
            out.append((day, int(came.fen[days == day].sum()), balance))
    return tuple(out)


def regions_of(world: World, account: int, holder: str) -> tuple[str | None, str | None]:
    """Prefectures of the holder's residence and of the branch that opened the account."""
    info = world.register.party(holder)
    home, branch = (info.reg_region if info is not None else None), world.accounts.branch.get(account)
    return home[:PREFECTURE] if home else None, branch[:PREFECTURE] if branch else None
