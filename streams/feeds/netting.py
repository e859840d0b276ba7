"""Reversals of what an earlier file booked (catalogue §8, DQ-08): found among the feed's accepted files, or left as they are.

A statement takes back what it holds itself (`schemas.adapters.reversals`); what it cannot find arrives flagged and not booked.
Here the movements of the last ``LOOKED_BACK_DAYS`` days in the staged files of the feed are asked, this one included, by the same
rule: a reversal that refers to something means the only movement with that reference; one that refers to nothing the only one of
that amount on the other side, booked on the day or in the five working days before, between the same accounts as far as both name
them. The movement is of the same source, account and, of IFCERT, type. What is found becomes a REVERSE: both are netted out. Two
candidates, none, or more movements than can be asked: it stays as it came. Nothing is guessed. An IFCERT movement that says
something of a loan or a claim besides stays too: the interface takes back the money alone.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from chuantou.schemas.adapters.ifcert_records import BOOKED_TYPES, type_of
from chuantou.schemas.adapters.reversals import REVERSAL_DAYS
from chuantou.schemas.adapters.statement import UNMATCHED
from chuantou.schemas.clock import DAY_US, add_working_days, shanghai_day

log = logging.getLogger(__name__)
LOOKED_BACK_DAYS = 45  # as long as late events are expected (DQ-05)
FILES_MAX = 400  # asked for one file
CANDIDATES_MAX = 100_000  # movements of the amounts and accounts in question, of all files
TRANSFERS = b"clr.transfers"
UNNAMED = "external:"
COLUMNS = ("event_id", "source_id", "event_time", "op", "ref_event_id", "debtor_account", "creditor_account", "amount_fen",
           "end_to_end_id", "return_of", "memo", "status")  # fmt: skip

CHANGED = ("op", "ref_event_id", "return_of", "status", "memo")


class Moved(NamedTuple):
    """A row of ``COLUMNS``, in their order."""

    event_id: str
    source_id: str
    event_time: int
    op: str
    ref_event_id: str | None
    debtor_account: str
    creditor_account: str
    amount_fen: int
    end_to_end_id: str | None
    return_of: str | None
    memo: str | None
    status: str

    @property
    def stem(self) -> str:
        """Its id without side and amount: account and the bank's own reference."""
        return self.event_id.rpartition(":")[0]

    @property
    def owner(self) -> str | None:
        """The account whose statement tells it; None where its id does not say."""
        sides = (self.debtor_account, self.creditor_account)
        return next((account for account in sides if self.event_id.startswith(f"{account}:")), None)

    @property
    def refers(self) -> bool:
        """Whether it names something beside itself."""
        return self.return_of is not None and not self.stem.endswith(f":{self.return_of}")


def unmatched_rows(batch: pa.RecordBatch) -> pa.Array:
    """bool[n]: the transfers that take back what was not found."""
    flagged = pc.fill_null(pc.starts_with(batch.column("memo"), UNMATCHED), False)
    return pc.and_(flagged, pc.equal(batch.column("status"), "RETURNED"))


def originals_of(
    own: Iterable[pa.RecordBatch], earlier: Sequence[tuple[int, Iterable[pa.RecordBatch]]]
) -> dict[tuple[str, str], str]:
    """The originals of the unmatched reversals of a file (``own``) by the name (source, event) of the reversal.

    ``earlier`` are the other accepted files of its feed, the latest first, each with the time of its last event (µs UTC).
    """
    reversals = [row for batch in _transfers(own) for row in _rows(batch.filter(unmatched_rows(batch)))]
    reversals = [row for row in reversals if type_of(row.event_id) not in BOOKED_TYPES]
    if not reversals:
        return {}
    since = min(row.event_time for row in reversals) - LOOKED_BACK_DAYS * DAY_US
    amounts = pa.array(sorted({row.amount_fen for row in reversals}), pa.int64())
    accounts = pa.array(sorted({account for row in reversals for account in (row.debtor_account, row.creditor_account)}))
    candidates: list[Moved] = []
    gone: set[tuple[str, str | None]] = set()
    recent = [batches for newest, batches in earlier if newest >= since]
    complete = len(recent) <= FILES_MAX
    for batch in _transfers(chain(own, *recent[:FILES_MAX])):
        gone |= {(row.source_id, row.ref_event_id) for row in _rows(batch.filter(_is_in(batch, "op", ["REVERSE", "CANCEL"])))}
        candidates += _rows(batch.filter(_may_be_meant(batch, since, amounts, accounts)))
        if len(candidates) > CANDIDATES_MAX:
            complete = False
            break
    if not complete:
        log.warning("more files or movements than can be asked: of %d reversals those without reference stay", len(reversals))
    return _matched(reversals, candidates, gone, complete)


def netted(batch: pa.RecordBatch, originals: dict[tuple[str, str], str]) -> pa.RecordBatch:
    """The batch with its reversals of ``originals`` as REVERSE."""
    if batch.schema.metadata[b"stream"] != TRANSFERS:
        return batch
    names = list(zip(batch.column("source_id").to_pylist(), batch.column("event_id").to_pylist()))
    flagged = unmatched_rows(batch).to_pylist()
    meant = [originals.get(name) if is_flagged else None for name, is_flagged in zip(names, flagged)]
    if not any(meant):
        return batch
    changed: dict[str, list[Any]] = {name: batch.column(name).to_pylist() for name in CHANGED}
    for row, original in enumerate(meant):
        if original is not None:
            memo = changed["memo"][row].removeprefix(UNMATCHED).strip() or None
            for name, value in zip(CHANGED, ("REVERSE", original, original, "BOOKED", memo)):
                changed[name][row] = value
    for name, values in changed.items():
        at = batch.schema.get_field_index(name)
        batch = batch.set_column(at, batch.schema.field(at), pa.array(values, batch.schema.field(at).type))
    return batch


def _matched(
    reversals: Sequence[Moved], candidates: Sequence[Moved], gone: set[tuple[str, str | None]], complete: bool
) -> dict[tuple[str, str], str]:
    alike: dict[tuple[str, int], list[Moved]] = {}
    for one in candidates:
        alike.setdefault((one.source_id, one.amount_fen), []).append(one)
    originals: dict[tuple[str, str], str] = {}
    for reversal in reversals:
        same = alike.get((reversal.source_id, reversal.amount_fen), ())
        left = [one for one in same if _goes_back(reversal, one) and (one.source_id, one.event_id) not in gone]
        meant = {one.event_id for one in left if _names(reversal, one)}
        if not (meant or reversal.refers) and complete:
            meant = {one.event_id for one in left if _follows(reversal, one)}
        if len(meant) == 1:
            (original,) = meant
            originals[reversal.source_id, reversal.event_id] = original
            gone.add((reversal.source_id, original))
    return originals


def _goes_back(reversal: Moved, one: Moved) -> bool:
    """Whether the money of ``one`` would go back: of the same account and type, not earlier, and one side at least the same."""
    if (type_of(one.event_id), one.owner) != (type_of(reversal.event_id), reversal.owner):
        return False
    same = reversal.debtor_account == one.creditor_account or reversal.creditor_account == one.debtor_account
    return same and shanghai_day(one.event_time) <= shanghai_day(reversal.event_time)


def _names(reversal: Moved, one: Moved) -> bool:
    """Whether it refers to it, or the bank gave both one reference."""
    if reversal.refers:
        return reversal.return_of == one.end_to_end_id or one.stem.endswith(f":{reversal.return_of}")
    return reversal.stem != "" and reversal.stem == one.stem


def _follows(reversal: Moved, one: Moved) -> bool:
    """Whether it is of the day or of the five working days after it, and no two named accounts differ."""
    sides = ((reversal.debtor_account, one.creditor_account), (reversal.creditor_account, one.debtor_account))
    same = all(a == b or a.startswith(UNNAMED) or b.startswith(UNNAMED) for a, b in sides)
    return same and shanghai_day(reversal.event_time) <= add_working_days(shanghai_day(one.event_time), REVERSAL_DAYS)


def _may_be_meant(batch: pa.RecordBatch, since: int, amounts: pa.Array, accounts: pa.Array) -> pa.Array:
    right = pc.and_(pc.is_in(batch.column("amount_fen"), amounts), pc.greater_equal(batch.column("event_time"), since))
    booked = pc.and_(pc.equal(batch.column("status"), "BOOKED"), _is_in(batch, "op", ["NEW", "CORRECT"]))
    named = pc.or_(*(pc.is_in(batch.column(side), accounts) for side in ("debtor_account", "creditor_account")))
    return pc.and_(pc.and_(right, booked), named)


def _is_in(batch: pa.RecordBatch, column: str, values: Sequence[str]) -> pa.Array:
    return pc.is_in(batch.column(column), pa.array(values))


def _transfers(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return (batch for batch in batches if batch.schema.metadata[b"stream"] == TRANSFERS)


def _rows(batch: pa.RecordBatch) -> list[Moved]:
    return [Moved(*row) for row in zip(*(batch.column(name).to_pylist() for name in COLUMNS))] if batch.num_rows else []
