"""Transfer loops over all accounts, as they close (catalogue §4.14, FLOW-01)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.columns import Columns
from chuantou.graph.kernels import loops as kernel

EDGE = {
    "time": (np.int64, 0),
    "payer": (np.int32, -1),
    "payee": (np.int32, -1),
    "fen": (np.int64, 0),
    "row": (np.int64, -1),
    "prev": (np.int64, -1),
}
LOOPS_A_CALL = 4096


class Loop(NamedTuple):
    """Log indices of the transfers of one loop, in order of payment; the last one closed it."""

    rows: tuple[int, ...]


class LoopIndex:
    """Transfers of the last ``window_us`` chained by (payee, size class), and the search over them."""

    def __init__(self, window_us: int, keep_ppm: int, max_hops: int = 6, max_visits: int = 20_000) -> None:
        self.window_us, self.keep_ppm = window_us, keep_ppm
        self.max_hops, self.max_visits = max_hops, max_visits
        self.edges = Columns(EDGE, 4096)
        self.base = 0
        self.cursor = np.zeros(3, np.int64)
        self.received = np.zeros(1024, np.uint64)
        self._new_table(1 << 12)

    def _new_table(self, size: int) -> None:
        self.table = np.full((size, 2), kernel.NONE, np.int64)

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
            self.received = np.concatenate((self.received, np.zeros(max(most, len(self.received)), np.uint64)))
        loops: list[Loop] = []
        e, at = self.edges, 0
        loop_row = np.empty((LOOPS_A_CALL, self.max_hops), np.int64)
        loop_hops = np.empty(LOOPS_A_CALL, np.int64)
        while at < len(time):
            at, found = kernel.close_loops(
                at, time, payer, payee, fen, row, blocked, self.window_us, self.keep_ppm, self.max_hops,
                self.max_visits, e.time, e.payer, e.payee, e.fen, e.row, e.prev, self.base,
                self.received, self.table, loop_row, loop_hops, 0, self.cursor,
            )  # fmt: skip
            loops.extend(Loop(tuple(loop_row[k, : loop_hops[k]].tolist())) for k in range(found))
            if at < len(time) and int(self.cursor[kernel.TABLE_USED]) * 2 > len(self.table):
                self._rebuild(2 * len(self.table))
        return loops

    def _make_room(self, n: int, now: int) -> None:
        used = int(self.cursor[kernel.EDGE_END]) - self.base
        if used + n > self.edges.size:
            old = int(np.searchsorted(self.edges.time[:used], now - self.window_us))
            if old * 2 > used:
                self.edges.drop_front(old, used)
                self.base += old
                used -= old
                self._rebuild(len(self.table))
            self.edges.reserve(used + n)

    def _rebuild(self, size: int) -> None:
        self._new_table(size)
        end = int(self.cursor[kernel.EDGE_END])
        kernel.rebuild(
            self.edges.payee, self.edges.fen, self.edges.prev, end, self.base, self.received, self.table, self.cursor
        )
