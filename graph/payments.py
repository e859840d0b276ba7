"""One payment that several sources tell – payer's bank, payee's bank, clearing house, platform – is one payment (DQ-03).

Transfers are looked at in the one order, so what is a payment and what a further telling follows from the set of events alone.
The first telling is booked; further ones are kept as its witnesses. Equal are those of the same accounts and amount, of different
sources, with one ``end_to_end_id`` and at most 7 days apart, or, where one of them has none, at most 5 minutes apart. A bank that
tells a payment in the statement of its payer and again in that of its payee counts as two sources.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from chuantou.graph.columns import Columns
from chuantou.graph.kernels import witnesses as kernel
from chuantou.schemas.ipc import ipc_bytes
from chuantou.schemas.streams import Transfer
from chuantou.schemas.text import text_buffers

Name = tuple[str, str]  # (source_id, event_id)


def statement_sides(event_id: pa.Array, debtor_account: pa.Array, creditor_account: pa.Array) -> NDArray[np.int8]:
    """int8[n]: whether the payer's or the payee's statement told a transfer (``kernels.witnesses``), by how its id begins."""
    side = np.empty(len(event_id), np.int8)
    kernel.statement_sides(*text_buffers(event_id), *text_buffers(debtor_account), *text_buffers(creditor_account), side)
    return side


class Payments:
    """Payments that can be told again; holds those of the last 5 minutes, and of 7 days where they bear a reference."""

    def __init__(self) -> None:
        self.cursor = np.zeros(2, np.int64)
        self.columns = Columns({
            "time": (np.int64, 0), "debtor": (np.int32, 0), "creditor": (np.int32, 0), "fen": (np.int64, 0),
            "reference": (np.int64, 0), "row": (np.int64, 0), "link": (np.int64, kernel.NONE),
        })  # fmt: skip
        self.sources = np.full((self.columns.size, kernel.WITNESSES_MAX), kernel.NONE, np.int32)
        self.head = np.full(2 * self.columns.size, kernel.NONE, np.int64)

    @property
    def cut(self) -> int:
        """Transfers that were not compared with all equal payments of their time."""
        return int(self.cursor[kernel.CUT])

    def match(
        self,
        time: NDArray[np.int64],
        debtor: NDArray[np.int32],
        creditor: NDArray[np.int32],
        fen: NDArray[np.int64],
        reference: NDArray[np.int64],
        source: NDArray[np.int32],
        first_row: int,
    ) -> NDArray[np.int64]:
        """int64[n]: for each transfer, all later than those before, the log row of the payment that it tells again; -1 where it
        is one itself, and gets the next row from ``first_row`` on. ``reference`` is a hash of the ``end_to_end_id``, 0 for none.
        """
        told_as = np.empty(len(time), np.int64)
        if len(time):
            self._reserve(len(time), int(time[0]))
            c = self.columns
            kernel.match(time, debtor, creditor, fen, reference, source, first_row, self.cursor, self.head, c.link, c.time,
                         c.debtor, c.creditor, c.fen, c.reference, c.row, self.sources, told_as)  # fmt: skip
        return told_as

    def _reserve(self, more: int, now: int) -> None:
        c = self.columns
        if self.cursor[kernel.COUNT] + more <= c.size:
            return
        kernel.keep_open(now, self.cursor, c.time, c.debtor, c.creditor, c.fen, c.reference, c.row, self.sources)
        count = int(self.cursor[kernel.COUNT])
        c.reserve(2 * (count + more))  # so that the next sweep is as many transfers away
        wide = np.full((c.size, kernel.WITNESSES_MAX), kernel.NONE, np.int32)
        wide[:count] = self.sources[:count]
        self.sources = wide
        self.head = np.full(1 << (2 * c.size - 1).bit_length(), kernel.NONE, np.int64)
        kernel.hang(self.head, c.link, c.debtor, c.creditor, c.fen, 0, count)


def told_again(transfers: Sequence[Transfer]) -> dict[int, int]:
    """Of transfers in booking order: the position of each that tells a payment again, with the position of the first telling."""
    if not transfers:
        return {}
    numbers: dict[object, int] = {}

    def number(kind: str, name: str | None) -> int:
        return numbers.setdefault((kind, name), len(numbers) + 1) if name else 0

    texts = (pa.array(column) for column in zip(*((e.event_id, e.debtor_account, e.creditor_account) for e in transfers)))
    rows = [(e.event_time, number("a", e.debtor_account), number("a", e.creditor_account), e.amount_fen,
             number("r", e.end_to_end_id), number("s", e.source_id) * kernel.SIDES) for e in transfers]  # fmt: skip
    time, debtor, creditor, fen, reference, source = np.array(rows, np.int64).T.copy()
    witness = (source + statement_sides(*texts)).astype(np.int32)
    told_as = Payments().match(time, debtor.astype(np.int32), creditor.astype(np.int32), fen, reference, witness, 0)
    first = np.flatnonzero(told_as < 0)
    return {int(i): int(first[told_as[i]]) for i in np.flatnonzero(told_as >= 0)}


class Witnesses:
    """The further tellings of booked transfers, as the Arrow columns they came in."""

    def __init__(self) -> None:
        self._told: list[pa.RecordBatch] = []

    def append(self, row: NDArray[np.int64], time: NDArray[np.int64], source_id: pa.Array, event_id: pa.Array) -> None:
        """Tellings of the payments at log rows ``row``."""
        self._told.append(pa.record_batch([row, time, source_id, event_id], ["row", "time", "source_id", "event_id"]))

    def of(self, rows: Collection[int], until: int) -> dict[int, list[Name]]:
        """The witnesses of some log rows that had told by ``until`` (µs), sorted; rows without one are left out."""
        found: dict[int, list[Name]] = defaultdict(list)
        wanted = np.array(sorted(rows), np.int64)
        for batch in self._told:
            hit = np.isin(batch.column("row").to_numpy(), wanted) & (batch.column("time").to_numpy() <= until)
            for one in batch.filter(pa.array(hit)).to_pylist() if hit.any() else ():
                found[one["row"]].append((one["source_id"], one["event_id"]))
        return {row: sorted(found[row]) for row in sorted(found)}

    def forget_before(self, row: int) -> None:
        """Drop those of rows that are no longer in the log."""
        self._told = [batch for batch in self._told if int(batch.column("row").to_numpy().max()) >= row]

    def __getstate__(self) -> dict[str, Any]:
        """As an IPC stream: a pickled slice would take its whole parent buffer along."""
        return {"data": ipc_bytes(self._told) if self._told else b""}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._told = list(pa.ipc.open_stream(state["data"])) if state["data"] else []
