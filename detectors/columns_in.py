"""From record batches to what the world takes: transfers as numpy columns, everything else as typed events, in order."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from chuantou.detectors.kernels import keyset
from chuantou.detectors.ordering import credits_first, merged_order
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import BASIS_ID, CLASS_ID
from chuantou.graph.payments import statement_sides
from chuantou.graph.transfer_columns import AT_TILL, BY_CREDIT_CARD, IN_CASH, NO_TILL, TransferColumns
from chuantou.graph.world import World
from chuantou.schemas.columns import from_batch, to_batch
from chuantou.schemas.streams import Event
from chuantou.schemas.text import text_buffers

TRANSFERS = b"clr.transfers"
IN_PERSON = pa.array(["counter", "pos"])  # channels by which a payer stands before somebody
AT_TILL_CHANNELS = "^(pos|qr)"
CREDIT_CARD = "credit|信用卡|贷记卡"
NO_TRANSFERS = to_batch(TRANSFERS.decode(), [])


class Ordered(NamedTuple):
    """Events in the one order. ``position[k]`` of ``others`` counts the transfers before ``others[k]``."""

    transfers: TransferColumns | None
    others: list[tuple[int, Event]]


def ordered(world: World, batches: Sequence[pa.RecordBatch]) -> Ordered:
    """Merge batches of any streams into the one order and resolve ids."""
    moves = [batch for batch in batches if batch.schema.metadata[b"stream"] == TRANSFERS]
    rest = [batch for batch in batches if batch.schema.metadata[b"stream"] != TRANSFERS]
    table = _booked(_combine(moves))
    _learn(world, rest)
    events = [event for batch in rest for event in from_batch(batch)]
    n = table.num_rows
    time = np.concatenate((table.column("event_time").to_numpy(), np.array([e.event_time for e in events], np.int64)))
    if n and not events:
        order = merged_order(time, table.column("source_id"), _seq(table), table.column("event_id"))
        return Ordered(_columns(world, table, order), [])
    source = pa.array(table.column("source_id").to_pylist() + [e.source_id for e in events], pa.string())
    ids = pa.array(table.column("event_id").to_pylist() + [e.event_id for e in events], pa.string())
    seq = np.concatenate((_seq(table), np.zeros(len(events), np.int64)))
    order = merged_order(time, source, seq, ids)
    is_transfer = order < n
    before = np.cumsum(is_transfer)
    others = [(int(before[at]), events[order[at] - n]) for at in np.flatnonzero(~is_transfer)]
    return Ordered(_columns(world, table, order[is_transfer]) if n else None, others)


def told_once(world: World, told: Ordered) -> Ordered:
    """The same without the transfers that tell a payment again (DQ-03); they are its witnesses now."""
    if told.transfers is None:
        return told
    first = world.told_first(told.transfers)
    if first.all():
        return told
    before = np.concatenate(([0], np.cumsum(first)))
    others = [(int(before[position]), event) for position, event in told.others]
    return Ordered(told.transfers.where(first), others)


# columns by which events that are not transfers name accounts, parties and listings
NAMES = {
    "accounts": ("account", "master_account"),
    "parties": ("party", "owner", "platform", "borrower"),
    "listings": ("listing",),
}


def _learn(world: World, batches: Sequence[pa.RecordBatch]) -> None:
    """Hand out ids by the column, which is many times cheaper than one by one as the events are applied."""
    interners = {"accounts": world.accounts.ids, "parties": world.parties, "listings": world.listings}
    for batch in batches:
        for kind, names in NAMES.items():
            for name in names:
                if name in batch.schema.names:
                    interners[kind].learn(batch.column(name).drop_null())


def _combine(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    if not batches:
        return NO_TRANSFERS
    return batches[0] if len(batches) == 1 else pa.concat_batches(batches)


def _booked(table: pa.RecordBatch) -> pa.RecordBatch:
    """Pending, rejected and returned payments moved no money."""
    status = table.column("status")
    if status.null_count == len(status):
        return table
    encoded = status.dictionary_encode()
    states = encoded.dictionary.to_pylist()
    if states == ["BOOKED"]:
        return table
    return table.filter(pa.array([state in (None, "BOOKED") for state in status.to_pylist()]))


def _seq(table: pa.RecordBatch) -> NDArray[np.int64]:
    column = table.column("bank_seq")
    if column.null_count == len(column):
        return np.zeros(len(column), np.int64)
    return column.fill_null(0).to_numpy(zero_copy_only=False)


def _columns(world: World, table: pa.RecordBatch, order: NDArray[np.int64]) -> TransferColumns:
    if not bool((order == np.arange(len(order))).all()):
        table = table.take(pa.array(order))
    t = TransferColumns(
        time=table.column("event_time").to_numpy(),
        debtor=world.accounts.ids.ids(table.column("debtor_account")),
        creditor=world.accounts.ids.ids(table.column("creditor_account")),
        fen=table.column("amount_fen").to_numpy(),
        debtor_party=world.parties.ids(table.column("debtor_party")),
        creditor_party=world.parties.ids(table.column("creditor_party")),
        flow_class=_coded(table.column("flow_class"), CLASS_ID),
        basis=_coded(table.column("class_basis"), BASIS_ID),
        listing=world.listings.ids(table.column("listing")),
        product=world.products.ids(table.column("product")),
        order=world.orders.ids(table.column("order_id")),
        device=world.devices.ids(table.column("device")),
        place=world.places_paid_at.ids(_places(table)),
        till=tills_of(table),
        memo=table.column("memo"),
        source_id=table.column("source_id"),
        event_id=table.column("event_id"),
        reference=_references(table.column("end_to_end_id")),
        side=statement_sides(*(table.column(name) for name in ("event_id", "debtor_account", "creditor_account"))),
    )
    again = credits_first(t.time, _seq(table), t.debtor, t.creditor)
    if again is None:
        return t
    arrow = pa.array(again)
    return TransferColumns._make(c.take(arrow) if isinstance(c, pa.Array) else c[again] for c in t)


def _places(table: pa.RecordBatch) -> pa.Array:
    """The terminal, else the payer's bank branch, of payments made in person; null for all others."""
    channel = table.column("channel")
    if channel.null_count == len(channel):
        return pa.nulls(len(channel), pa.string())
    in_person = pc.is_in(pc.utf8_lower(channel), value_set=IN_PERSON)
    return pc.if_else(in_person, pc.coalesce(table.column("device"), table.column("debtor_bank")), pa.scalar(None, pa.string()))


def tills_of(table: pa.RecordBatch) -> NDArray[np.int8]:
    """int8[n]: ``AT_TILL`` for payments over the card network or a channel ``pos…`` or ``qr…``, ``BY_CREDIT_CARD`` for those
    of them whose channel or memo – the acquirer's, at a till – names a credit card, ``IN_CASH``, else ``NO_TILL``."""
    channel, rail, memo = table.column("channel"), table.column("rail"), table.column("memo")
    out = np.full(len(channel), NO_TILL, np.int8)
    if rail.null_count < len(rail):
        out[_holds(pc.equal(rail, "UNIONPAY"))] = AT_TILL
    if channel.null_count < len(channel):
        out[_holds(pc.match_substring_regex(pc.utf8_lower(channel), AT_TILL_CHANNELS))] = AT_TILL
    if rail.null_count < len(rail):
        out[_holds(pc.equal(rail, "CASH"))] = IN_CASH
    rows = np.flatnonzero(out == AT_TILL)
    for column in (channel, memo):
        if len(rows) and column.null_count < len(column):
            said = column.take(pa.array(rows))
            out[rows[_holds(pc.match_substring_regex(said, CREDIT_CARD, ignore_case=True))]] = BY_CREDIT_CARD
    return out


def _holds(answers: pa.Array) -> NDArray[np.bool_]:
    return answers.fill_null(False).to_numpy(zero_copy_only=False)


def _references(column: pa.Array) -> NDArray[np.int64]:
    """A hash of each text, 0 for none."""
    high = np.zeros(len(column), np.uint64)
    if column.null_count < len(column):
        low = np.zeros(len(column), np.uint64)
        keyset.mix(high, low, *text_buffers(column))
        high[pc.fill_null(pc.binary_length(column), 0).to_numpy(zero_copy_only=False) == 0] = 0
    return high.view(np.int64)


def _coded(column: pa.Array, code_of: dict[str, int]) -> NDArray[np.int8]:
    if column.null_count == len(column):
        return np.zeros(len(column), np.int8)
    encoded = column.dictionary_encode()
    lookup = np.array([code_of[name] for name in encoded.dictionary.to_pylist()] + [0], np.int8)
    return lookup[encoded.indices.fill_null(NONE).to_numpy(zero_copy_only=False)]
