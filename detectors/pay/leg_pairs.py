"""Pairs of a payment in at one bank and a payment out at another: by order, one to one, by sums, with delay (PAY-06)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.kernels import leg_pairs as kernel
from chuantou.graph.accounts import NONE

MAX_CANDIDATES = 20_000_000  # pairs that one wave may weigh up (24 bytes each); of more, none is taken and it is said
WAVES = 5  # doublings of the window before it is whole
COVERED_PERCENT = 50  # pairs a day apart are believed where they explain half of the legs on both sides [E]

Int64s = NDArray[np.int64]
Side = tuple[Int64s, Int64s, NDArray[np.int32]]  # fen, time, bank


@dataclass
class Legs:
    """One side: ``row`` log indices, ``account`` of the institution, ``other`` account, ``bank`` (int32), ``order``.

    ``pair`` int64: number of the pair that the leg belongs to, or -1.
    """

    row: Int64s
    time: Int64s
    fen: Int64s
    bank: NDArray[np.int32]
    account: Int64s
    other: Int64s
    order: Int64s
    pair: Int64s

    def free(self) -> Int64s:
        return np.flatnonzero(self.pair == NONE)

    def where(self, pick: NDArray[np.bool_]) -> "Legs":
        """Some of the legs."""
        return Legs(*(getattr(self, name)[pick] for name in self.__dataclass_fields__))


class Pairing:
    """Numbers pairs over two sides; ``truncated`` where a search met its bound."""

    def __init__(self, came: Legs, paid: Legs, fee_ppm: int) -> None:
        self.came, self.paid, self.fee_ppm = came, paid, fee_ppm
        self.count = 0
        self.truncated = False

    def run(self, near_us: int, bin_us: int, far_us: int) -> None:
        """All ways in turn: order, nearest within ``near_us``, sums of bins of ``bin_us``, then up to ``far_us`` later."""
        self.by_order()
        self.one_to_one(near_us, near_us)
        self.by_sums(bin_us, near_us, same_party=True)
        self.by_sums(bin_us, near_us, same_party=False)
        self.late(far_us)

    def by_order(self) -> None:
        """Legs of one order, at two banks, whose sums differ by no more than the fee."""
        orders, first_in, first_out = self._both(self.came.order, self.paid.order)
        if not len(orders):
            return
        came, paid = (sums_by(legs.order, legs.fen, orders) for legs in (self.came, self.paid))
        fits = (paid <= came) & (paid >= came - kernel.part(came, self.fee_ppm))
        fits &= self.came.bank[first_in] != self.paid.bank[first_out]
        number = np.full(len(orders), NONE, np.int64)
        number[fits] = self._take(int(fits.sum()))
        for legs in (self.came, self.paid):
            at = np.searchsorted(orders, legs.order)
            known = (at < len(orders)) & (orders[np.minimum(at, len(orders) - 1)] == legs.order)
            legs.pair[known] = number[at[known]]

    @staticmethod
    def _both(a: Int64s, b: Int64s) -> tuple[Int64s, Int64s, Int64s]:
        orders_in, first_in = np.unique(a, return_index=True)
        orders_out, first_out = np.unique(b, return_index=True)
        orders, at_in, at_out = np.intersect1d(orders_in, orders_out, assume_unique=True, return_indices=True)
        known = orders != NONE
        return orders[known], first_in[at_in[known]], first_out[at_out[known]]

    def one_to_one(self, window_us: int, ahead_us: int) -> None:
        """Free legs, the nearest in time first."""
        free_in, free_out = self.came.free(), self.paid.free()
        came, paid = self.came, self.paid
        found = self._nearest(
            (came.fen[free_in], came.time[free_in], came.bank[free_in]),
            (paid.fen[free_out], paid.time[free_out], paid.bank[free_out]), window_us, ahead_us,
        )  # fmt: skip
        numbers = self._take(len(found[0]))
        came.pair[free_in[found[0]]] = numbers
        paid.pair[free_out[found[1]]] = numbers

    def by_sums(self, bin_us: int, near_us: int, same_party: bool) -> None:
        """Free legs of one account (and other party) inside one bin, as sums: payments split or put together."""
        sides = [binned(legs, bin_us, same_party) for legs in (self.came, self.paid)]
        found = self._nearest(sides[0][0], sides[1][0], near_us, near_us)
        numbers = self._take(len(found[0]))
        for legs, side, groups in zip((self.came, self.paid), sides, found):
            label = np.full(len(side[0][0]), NONE, np.int64)
            label[groups] = numbers
            legs.pair[legs.free()] = label[side[1]]

    def late(self, far_us: int) -> None:
        """Free legs out up to ``far_us`` after a leg in; undone where the day's legs have no partners for the most part."""
        before = self.came.pair.copy(), self.paid.pair.copy(), self.count
        self.one_to_one(far_us, 0)
        if any((legs.pair != NONE).sum() * 100 < COVERED_PERCENT * len(legs.pair) for legs in (self.came, self.paid)):
            self.came.pair, self.paid.pair, self.count = before

    def _nearest(self, came: Side, paid: Side, window_us: int, ahead_us: int) -> tuple[Int64s, Int64s]:
        """Places of pairs, the nearest in time first. In widening waves: what one wave leaves free was not near enough, so
        that the pairs are those of a single search, of which most candidates need never be weighed up."""
        partner_in, partner_out = np.full(len(came[0]), NONE, np.int64), np.full(len(paid[0]), NONE, np.int64)
        for wave in range(WAVES, -1, -1):
            free = np.flatnonzero(partner_in == NONE), np.flatnonzero(partner_out == NONE)
            left = [(fen[some], moment[some], bank[some]) for (fen, moment, bank), some in zip((came, paid), free)]
            found = self._wave(left[0], left[1], window_us >> wave, min(ahead_us, window_us >> wave))
            partner_in[free[0][found[0]]] = free[1][found[1]]
            partner_out[free[1][found[1]]] = free[0][found[0]]
        taken = np.flatnonzero(partner_in != NONE)
        return taken, partner_in[taken]

    def _wave(self, came: Side, paid: Side, window_us: int, ahead_us: int) -> tuple[Int64s, Int64s]:
        period = max(1, window_us)
        sorted_out = np.lexsort((paid[0], paid[1] // period))
        room = 4 * (len(came[0]) + len(paid[0])) + 16
        while True:
            pair_in, pair_out, cost = (np.empty(room, np.int64) for _ in range(3))
            found = kernel.candidates(
                *came, *paid, sorted_out, period, window_us, ahead_us, self.fee_ppm, pair_in, pair_out, cost
            )  # fmt: skip
            if found <= room:
                break
            if found > MAX_CANDIDATES:
                self.truncated = True
                return np.empty(0, np.int64), np.empty(0, np.int64)
            room = found
        order = np.argsort(cost[:found], kind="stable")
        partner_in, partner_out = np.full(len(came[0]), NONE, np.int64), np.full(len(paid[0]), NONE, np.int64)
        kernel.nearest_first(order, cost, pair_in, pair_out, partner_in, partner_out)
        taken = np.flatnonzero(partner_in != NONE)
        return taken, partner_in[taken]

    def _take(self, n: int) -> Int64s:
        self.count += n
        return np.arange(self.count - n, self.count, dtype=np.int64)


def sums_by(key: Int64s, fen: Int64s, wanted: Int64s) -> Int64s:
    """Σ fen of the rows of each wanted key (sorted)."""
    out = np.zeros(len(wanted), np.int64)
    at = np.searchsorted(wanted, key)
    known = (at < len(wanted)) & (wanted[np.minimum(at, len(wanted) - 1)] == key)
    np.add.at(out, at[known], fen[known])
    return out


def binned(legs: Legs, bin_us: int, same_party: bool) -> tuple[Side, Int64s]:
    """((Σ fen, first time, bank) by group of the free legs, in booking order of their first leg, and each free leg's group)."""
    free = legs.free()
    columns = [legs.time[free] // bin_us, legs.account[free], *([legs.other[free]] if same_party else [])]
    key = np.zeros(len(free), np.int64)
    for column in columns:
        values, number = np.unique(column, return_inverse=True)
        key = key * len(values) + number
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    order = np.argsort(first, kind="stable")
    rank[order] = np.arange(len(first))
    group = rank[number]
    fen = np.zeros(len(first), np.int64)
    np.add.at(fen, group, legs.fen[free])
    return (fen, legs.time[free][first[order]], legs.bank[free][first[order]]), group
