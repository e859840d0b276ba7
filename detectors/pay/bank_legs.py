"""Payments in and out of watched institutions that stay inside one bank, and moves between their own banks (PAY-06)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import PPM
from chuantou.detectors.pay.leg_pairs import Legs
from chuantou.graph.accounts import NONE, role_mask
from chuantou.graph.flow_class import CLASS_ID, IS_HARD_BASIS
from chuantou.graph.ownership import Window
from chuantou.graph.world import World
from chuantou.schemas.clock import shanghai_day

IS_BANKS_OWN = role_mask("BANK_INTERNAL", "NOSTRO")
# kinds of banks of which every city or county has its own: the bank is told by kind and place (catalogue §7.4)
LOCAL_BANKS = ("313", "314", "320", "401", "402")

Int64s = NDArray[np.int64]


def bank_key(cnaps: str) -> str:
    """The bank, not the branch: three digits of a 12-digit CNAPS number, seven where every place has a bank of the kind.

    >>> bank_key("102311000013"), bank_key("313311000013"), bank_key("a bank abroad")
    ('102', '3133110', 'a bank abroad')
    """
    if len(cnaps) != 12 or not cnaps.isdigit():
        return cnaps
    return cnaps[: 7 if cnaps.startswith(LOCAL_BANKS) else 3]


@dataclass
class Moves:
    """Transfers between the institution's own accounts at two banks."""

    row: Int64s
    fen: Int64s
    from_bank: NDArray[np.int32]
    to_bank: NDArray[np.int32]
    day: Int64s


@dataclass
class BankLegs:
    """One institution's payments in (``came``) and out (``paid``) inside one bank, and its ``moves``.

    ``banks``: names by number, sorted. ``left_out``: payments that are none, by look-alike.
    """

    banks: list[str]
    came: Legs
    paid: Legs
    moves: Moves
    left_out: dict[str, int]


def bank_legs(world: World, since: int) -> dict[str, BankLegs]:
    """By institution, sorted, those with payments of both kinds from log index ``since`` on; banks themselves are none."""
    log, base, cluster = world.ledger.log, world.ledger.base, world.watch.cluster_of
    at = slice(since - base, world.ledger.end - base)
    touched = (cluster[log.debtor[at]] != NONE) | (cluster[log.creditor[at]] != NONE)
    rows = np.flatnonzero(touched) + since - base
    debtor, creditor, time, fen = log.debtor[rows], log.creditor[rows], log.time[rows], log.fen[rows]
    out, into = cluster[debtor], cluster[creditor]
    banks, bank_of = bank_numbers(world)
    bank_out, bank_in = bank_of[debtor], bank_of[creditor]
    by_bank = held_by_banks(world, np.concatenate((debtor, creditor)))
    ibk = (out != into) & np.where(into != NONE, by_bank[: len(rows)], by_bank[len(rows) :])
    wages = (log.flow_class[rows] == CLASS_ID["PAYROLL"]) & IS_HARD_BASIS[log.basis[rows]] & (out != NONE)
    inside = (out != into) & (bank_out == bank_in) & (bank_in != NONE) & ~ibk & ~wages
    crossing = (out == into) & (bank_out != bank_in) & (bank_out != NONE) & (bank_in != NONE)
    none = np.full(len(rows), NONE, np.int64)
    order = log.order[rows].astype(np.int64)
    came = Legs(rows + base, time, fen, bank_in, creditor, debtor, order, none)
    paid = Legs(rows + base, time, fen, bank_out, debtor, creditor, order, none)
    found = {}
    for number in np.intersect1d(into[inside], out[inside]).tolist():
        if number == NONE or world.register.is_bank(world.watch.keys[number], Window(world.day, world.day)):
            continue
        m = np.flatnonzero(crossing & (out == number))
        mine = (out == number) | (into == number)
        found[world.watch.keys[number]] = BankLegs(
            banks, came.where(inside & (into == number)), paid.where(inside & (out == number)),
            Moves(rows[m] + base, fen[m], bank_out[m], bank_in[m], shanghai_day(time[m])),
            {"LA-IBK": int((ibk & mine).sum()), "LA-PAYROLL": int((wages & mine).sum())},
        )  # fmt: skip
    return {key: found[key] for key in sorted(found)}


def bank_numbers(world: World) -> tuple[list[str], NDArray[np.int32]]:
    """Names of banks, sorted, and int32[accounts]: the number of each account's bank, or -1."""
    keys = [bank_key(name) for name in world.accounts.banks.names]
    names = sorted(set(keys))
    number = np.array([names.index(key) for key in keys] + [NONE], np.int32)
    return names, number[world.accounts.table.bank]


def held_by_banks(world: World, accounts: NDArray) -> NDArray[np.bool_]:
    """LA-IBK: the account is a bank's in its own name, or one inside the bank."""
    table, parties = world.accounts.table, world.parties
    owner = table.owner[accounts]
    banks = [parties.get(name) for name in world.register.banks(Window(world.day, world.day))]
    return (np.isin(owner, banks) & (owner != NONE)) | IS_BANKS_OWN[table.role[accounts]]


# -- a day's pairs -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """The pairs whose first payment in is of ``day``, in booking order of it; arrays by pair.

    ``fen`` was paid out and ``came_fen`` had come in; ``received_fen``: all that came in. ``links``: pairs of banks, either
    way. ``net``: whether what was moved between two banks is the net of their pairs.
    """

    day: int
    number: Int64s
    from_bank: NDArray[np.int32]
    to_bank: NDArray[np.int32]
    fen: Int64s
    came_fen: Int64s
    first: int
    last: int
    received_fen: int
    net: bool

    @property
    def matched_fen(self) -> int:
        return int(self.fen.sum())

    @property
    def links(self) -> int:
        return len({frozenset(link) for link in zip(self.from_bank.tolist(), self.to_bank.tolist())})


def figures_of(legs: BankLegs, day: int, most_diff_ppm: int) -> Figures | None:
    """The figures of a day, once its legs are paired; None without a pair."""
    numbers, first_in, came_fen = by_pair(legs.came)
    chosen = np.flatnonzero(shanghai_day(legs.came.time[first_in]) == day)
    chosen = chosen[np.argsort(legs.came.row[first_in[chosen]])]
    if not len(chosen):
        return None
    number = numbers[chosen]
    numbers_out, first_out, paid_fen = by_pair(legs.paid)
    at = np.searchsorted(numbers_out, number)
    of_day = [np.isin(side.pair, number) for side in (legs.came, legs.paid)]
    times = np.concatenate((legs.came.time[of_day[0]], legs.paid.time[of_day[1]]))
    received = int(legs.came.fen[of_day[0] | (shanghai_day(legs.came.time) == day)].sum())
    from_bank, to_bank, fen = legs.came.bank[first_in[chosen]], legs.paid.bank[first_out[at]], paid_fen[at]
    net = is_net(legs.moves, day, from_bank, to_bank, fen, most_diff_ppm)
    return Figures(day, number, from_bank, to_bank, fen, came_fen[chosen], int(times.min()), int(times.max()), received, net)


def by_pair(side: Legs) -> tuple[Int64s, Int64s, Int64s]:
    """Numbers of the pairs, ascending, the place of the first leg of each, and its Σ fen."""
    paired = np.flatnonzero(side.pair != NONE)
    numbers, first, of = np.unique(side.pair[paired], return_index=True, return_inverse=True)
    fen = np.zeros(len(numbers), np.int64)
    np.add.at(fen, of, side.fen[paired])
    return numbers, paired[first], fen


def is_net(moves: Moves, day: int, from_bank: NDArray, to_bank: NDArray, fen: Int64s, most_diff_ppm: int) -> bool:
    """Whether, between two of the banks, the position moved that day or the next is what the pairs paid out net."""
    for a, b in sorted(set(zip(from_bank.tolist(), to_bank.tolist()))):
        net = between(from_bank, to_bank, fen, a, b)
        for on in (day, day + 1):
            that_day = moves.day == on
            moved = between(moves.from_bank[that_day], moves.to_bank[that_day], moves.fen[that_day], a, b)
            if net > 0 and abs(moved - net) * PPM <= most_diff_ppm * net:
                return True
    return False


def between(from_bank: NDArray, to_bank: NDArray, fen: Int64s, a: int, b: int) -> int:
    """Σ fen from bank ``a`` to ``b`` less the other way."""
    there, back = (from_bank == a) & (to_bank == b), (from_bank == b) & (to_bank == a)
    return int(fen[there].sum()) - int(fen[back].sum())
