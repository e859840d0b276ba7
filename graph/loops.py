"""Transfer loops over all accounts, as they close (catalogue §4.14, FLOW-01)."""

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.columns import Columns
from chuantou.graph.kernels import loops as kernel
from chuantou.graph.kernels.loop_chains import NONE, PPM, rebuild

EDGE = {
    "time": (np.int64, 0),
    "payer": (np.int32, -1),
    "payee": (np.int32, -1),
    "fen": (np.int64, 0),
    "row": (np.int64, -1),
    "back_in": (np.int32, 0),
    "back_out": (np.int32, 0),
}
LEAST_KEEP_PPM = 666_667  # a hop then spans two size classes
LOOPS_A_CALL = 4096
FIRST_TABLE = 1 << 12
MAX_REACHED = 48  # edges that a look around may gather at either end
MAX_LOOKS = 16  # edges of one account that it may look at: behind more of them lies a hub


class Loop(NamedTuple):
    """Log indices of the transfers of one loop, in order of payment; the last one closed it."""

    rows: tuple[int, ...]


class LoopIndex:
    """Transfers of the last ``window_us`` chained by payee and by payer and size class, and the search over them."""

    def __init__(
        self, window_us: int, keep_ppm: int, max_hops: int = 6, max_visits: int = 20_000, max_looks: int = MAX_LOOKS,
        max_reached: int = MAX_REACHED,
    ) -> None:  # fmt: skip
        if not LEAST_KEEP_PPM <= keep_ppm <= PPM:
            raise ValueError(f"keep_ppm {keep_ppm}: expected {LEAST_KEEP_PPM} to {PPM}")
        self.window_us, self.keep_ppm, self.max_hops = window_us, keep_ppm, max_hops
        self.max_visits, self.max_looks = max_visits, max_looks
        self.classes = classes_above(keep_ppm, max_hops - 1)
        self.edges = Columns(EDGE, 4096)
        self.base = 0
        self.cursor = np.zeros(4, np.int64)
        self.received, self.paid = np.zeros((2, 1024), np.uint64)
        self.ahead, self.behind = np.zeros((2, max_reached + 1, 3), np.int64)
        self.marks = np.zeros(2 * max_reached, np.int64)
        self._new_tables(FIRST_TABLE)

    def _new_tables(self, size: int) -> None:
        self.table_in, self.table_out = np.full((2, size, 2), NONE, np.int64)

    @property
    def truncated(self) -> int:
        """Searches that met the bound on visited transfers or reported loops."""
        return int(self.cursor[kernel.TRUNCATED])

    def push(
        self, time: NDArray, payer: NDArray, payee: NDArray, fen: NDArray, row: NDArray, blocked: NDArray
    ) -> list[Loop]:
        """Take transfers in order; returns the loops that they close. ``row`` is each transfer's log index."""
        if not len(time):
            return []
        self._make_room(len(time), int(time[-1]))
        most = int(max(payer.max(), payee.max())) + 1
        if most > len(self.received):
            more = np.zeros(max(most, 2 * len(self.received)) - len(self.received), np.uint64)
            self.received, self.paid = (np.concatenate((bits, more)) for bits in (self.received, self.paid))
        loops: list[Loop] = []
        e, at = self.edges, 0
        loop_row = np.empty((LOOPS_A_CALL, self.max_hops), np.int64)
        loop_hops = np.empty(LOOPS_A_CALL, np.int64)
        while at < len(time):
            at, found = kernel.close_loops(
                at, time, payer, payee, fen, row, blocked, self.window_us, self.keep_ppm, self.classes, self.max_hops,
                self.max_visits, self.max_looks, (e.time, e.payer, e.payee, e.fen), e.row, e.back_in, e.back_out, self.base,
                self.received, self.table_in, self.paid, self.table_out, self.ahead, self.behind, self.marks,
                loop_row, loop_hops, 0, self.cursor,
            )  # fmt: skip
            loops.extend(Loop(tuple(loop_row[k, : loop_hops[k]].tolist())) for k in range(found))
            if at < len(time) and int(self.cursor[[kernel.IN_USED, kernel.OUT_USED]].max()) * 2 > len(self.table_in):
                self._rebuild(2 * len(self.table_in))
        return loops

    def _make_room(self, n: int, now: int) -> None:
        used = int(self.cursor[kernel.EDGE_END]) - self.base
        if used + n > self.edges.size:
            old = int(np.searchsorted(self.edges.time[:used], now - self.window_us))
            if old * 2 > used:
                self.edges.drop_front(old, used)
                self.base += old
                used -= old
                self._rebuild(len(self.table_in))
            self.edges.reserve(used + n)

    def _rebuild(self, size: int) -> None:
        self._new_tables(size)
        e, end = self.edges, int(self.cursor[kernel.EDGE_END])
        self.cursor[kernel.IN_USED] = rebuild(e.payee, e.fen, e.back_in, self.base, end, self.received, self.table_in)
        self.cursor[kernel.OUT_USED] = rebuild(e.payer, e.fen, e.back_out, self.base, end, self.paid, self.table_out)

    def __getstate__(self) -> dict[str, Any]:
        """Without the tables, which are made again from the edges."""
        left_out = ("table_in", "table_out", "received", "paid")
        return {name: value for name, value in self.__dict__.items() if name not in left_out} | {
            "accounts": len(self.received), "table": len(self.table_in)
        }  # fmt: skip

    def __setstate__(self, state: dict[str, Any]) -> None:
        accounts, table = state.pop("accounts"), state.pop("table")
        self.__dict__.update(state)
        self.received, self.paid = np.zeros((2, accounts), np.uint64)
        self._rebuild(table)


def classes_above(keep_ppm: int, hops: int) -> int:
    """Size classes in which an amount may lie that so many hops have brought down to the lowest of them, or more.

    >>> classes_above(1_000_000, 5), classes_above(800_000, 5)
    (1, 5)
    """
    ratio = Fraction(PPM, keep_ppm) ** hops
    return 2 * next(octaves for octaves in range(64) if 2**octaves >= ratio) + 1
