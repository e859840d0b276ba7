"""`chuantou trace`: where the money of one transfer came from and where it went, by four methods (catalogue §3.6).

Every account is followed alike, from the first event of the files to the last; what an account held before, told by an
OPENING balance, is a root of its own.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from chuantou.console.alerts import screen, yuan
from chuantou.console.words import say
from chuantou.detectors.ordering import credits_first
from chuantou.detectors.voids import standing
from chuantou.graph.lots import Lots, trace_lots
from chuantou.graph.trace import trace_root
from chuantou.schemas.streams import AccountEvent, BalanceEvent, Envelope, Transfer
from chuantou.streams.files import expand

METHODS = ("fifo", "prorata", "lifo")
MAX_FLOWS = 200  # roots or ends whose max-flow is computed, the largest first; the others say null
MAX_FLOW_TRANSFERS = 20_000  # of one flow network; a larger one says null

Event = Transfer | BalanceEvent


@dataclass(frozen=True)
class Book:
    """Transfers and opening balances in booking order; int64[n] accounts and fen, and whose each account is."""

    events: list[Event]
    debtor: np.ndarray
    creditor: np.ndarray
    fen: np.ndarray
    owners: dict[str, str]


def trace(events: list[Path], transaction: str, as_json: bool, html: Path | None = None) -> None:
    """Print roots and ends of the transfer `SOURCE_ID/EVENT_ID`: the contract's JSON, or a table.

    An end is the last transfer that moved some of the money, and its party the one that holds it now. ValueError where
    the files have no such booked transfer; lines that are no events are counted on standard error.
    """
    book, n_dead = read_book(events)
    if n_dead:
        Console(stderr=True).print(say("trace.dead", count=n_dead))
    ids = {f"{e.source_id}/{e.event_id}": i for i, e in enumerate(book.events) if isinstance(e, Transfer)}
    if transaction not in ids:
        raise ValueError(say("trace.unknown", id=transaction))
    answer = answer_of(book, ids[transaction])
    if html is not None:
        from chuantou.console.trace_picture import page

        html.write_text(page(book, ids[transaction], answer), encoding="utf-8")
    if as_json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print_answer(answer)


def read_book(paths: Iterable[Path]) -> tuple[Book, int]:
    """All money of the files, undone events left out, and how many lines were bad."""
    told: list[Envelope] = []
    n_dead = 0
    for path, read in expand(paths):
        for block in read(path):
            n_dead += len(block.dead)
            told.extend(block.events)
    events = standing(told)
    events.sort(key=lambda e: (e.event_time, e.source_id, getattr(e, "bank_seq", None) or 0, e.event_id))
    owners = {e.account: e.owner for e in events if isinstance(e, AccountEvent) and e.owner is not None}
    return booked([e for e in events if moves_money(e)], owners), n_dead  # type: ignore[misc]


def moves_money(e: Envelope) -> bool:
    if isinstance(e, BalanceEvent):
        return e.kind == "OPENING" and e.fen > 0
    return isinstance(e, Transfer) and e.status == "BOOKED"


def booked(events: list[Event], owners: dict[str, str]) -> Book:
    """Accounts as numbers, an opening balance as a payment from an account of its own, credits first within a tie."""
    numbers: dict[str, int] = {}
    unnamed = count(-1, -1)
    rows = [
        (numbers.setdefault(e.debtor_account, len(numbers)), numbers.setdefault(e.creditor_account, len(numbers)),
         e.amount_fen, e.bank_seq or 0)
        if isinstance(e, Transfer)
        else (next(unnamed), numbers.setdefault(e.account, len(numbers)), e.fen, 0)
        for e in events
    ]  # fmt: skip
    debtor, creditor, fen, seq = np.array(rows, np.int64).reshape(-1, 4).T
    _, dense = np.unique(np.concatenate([debtor, creditor]), return_inverse=True)
    time = np.array([e.event_time for e in events], np.int64)
    order = credits_first(time, seq, dense[: len(fen)].astype(np.int32), dense[len(fen) :].astype(np.int32))
    if order is None:
        return Book(events, debtor, creditor, fen, owners)
    return Book([events[i] for i in order.tolist()], debtor[order], creditor[order], fen[order], owners)


def answer_of(book: Book, index: int) -> dict[str, Any]:
    """The contract's object for the transfer at ``index``; ``truncated`` where a max-flow was too large to compute."""
    lots = {method: trace_lots(book.debtor, book.creditor, book.fen, method) for method in METHODS}  # type: ignore[arg-type]
    roots = by_method({method: found.roots_of(index) for method, found in lots.items()})
    ends = by_method({method: found.ends_of(index) for method, found in lots.items()})
    for row in largest(roots):
        flow = most_between(book, row["index"], index)
        row["maxflow_fen"] = None if flow is None else min(flow, new_money(lots["fifo"], row["index"]))
    for row in largest(ends):
        row["maxflow_fen"] = most_between(book, index, row["index"])
    rows = [*roots, *ends]
    truncated = any(row["maxflow_fen"] is None for row in rows)
    return {
        "roots": [as_told(book, row, is_root=True) for row in roots],
        "ends": [as_told(book, row, is_root=False) for row in ends],
        "truncated": truncated,
    }


def by_method(found: dict[str, tuple[np.ndarray, np.ndarray]]) -> list[dict[str, Any]]:
    """One row a transfer that any method names, in booking order; 0 where a method does not name it."""
    fen = {method: dict(zip(index.tolist(), amount.tolist())) for method, (index, amount) in found.items()}
    named = sorted({index for amounts in fen.values() for index in amounts})
    return [
        {"index": index, **{f"{method}_fen": fen[method].get(index, 0) for method in METHODS}, "maxflow_fen": None}
        for index in named
    ]


def largest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (-max(row[f"{method}_fen"] for method in METHODS), row["index"]))[:MAX_FLOWS]


def new_money(lots: Lots, index: int) -> int:
    """What transfer ``index`` brought in that its payer did not hold; the same by every method."""
    roots, fen = lots.roots_of(index)
    return int(fen[roots == index].sum())


def most_between(book: Book, first: int, last: int) -> int | None:
    """The most of the money of transfer ``first`` that transfer ``last`` can have moved; None past the bound."""
    if first == last:
        return int(book.fen[first])
    debtor, creditor = book.debtor[first : last + 1].tolist(), book.creditor[first : last + 1].tolist()
    reached, forward = {creditor[0]}, [0]
    for i in range(1, len(debtor)):
        if debtor[i] in reached:
            reached.add(creditor[i])
            forward.append(i)
    needed, kept = {debtor[-1]}, [len(debtor) - 1]
    for i in reversed(forward[1:]):
        if i != kept[0] and creditor[i] in needed:
            needed.add(debtor[i])
            kept.append(i)
    if len(kept) >= MAX_FLOW_TRANSFERS or creditor[0] not in needed:
        return None if creditor[0] in needed else 0
    rows = np.array([0, *reversed(kept)], np.int64)
    numbers: dict[int, int] = {}
    payer = [numbers.setdefault(debtor[i], len(numbers)) for i in rows]
    payee = [numbers.setdefault(creditor[i], len(numbers)) for i in rows]
    sink = payee[-1] = len(numbers)  # what the last transfer moves has arrived, wherever it goes
    payer[0] = sink + 1  # where the root came from is no way on
    is_sink = np.arange(sink + 2) == sink
    nothing = np.zeros(sink + 2, np.int64)
    found = trace_root(payer, payee, book.fen[first + rows], nothing, 0, is_sink, nothing.astype(bool))
    return found.maxflow_sink_fen


def as_told(book: Book, row: dict[str, Any], is_root: bool) -> dict[str, Any]:
    e = book.events[row["index"]]
    if isinstance(e, BalanceEvent):
        kind, party = "OPENING", book.owners.get(e.account)
    elif is_root:
        kind, party = e.flow_class or "UNKNOWN", e.debtor_party or book.owners.get(e.debtor_account)
    else:
        kind, party = e.flow_class or "UNKNOWN", e.creditor_party or book.owners.get(e.creditor_account)
    told = {"source_id": e.source_id, "event_id": e.event_id, "origin_class": kind, "origin_party": party}
    return told | {name: value for name, value in row.items() if name != "index"}


def print_answer(answer: dict[str, Any]) -> None:
    console = screen()
    for side in ("roots", "ends"):
        table = Table(title=say(f"trace.{side}"))
        for heading in ("event", "class", "party"):
            table.add_column(say(f"trace.{heading}"), overflow="fold")
        for heading in (*METHODS, "maxflow"):
            table.add_column(say(f"trace.{heading}"), justify="right", no_wrap=True)
        for row in answer[side]:
            amounts = (row[f"{method}_fen"] for method in (*METHODS, "maxflow"))
            names = (f"{row['source_id']}/{row['event_id']}", row["origin_class"], row["origin_party"] or "–")
            table.add_row(*names, *("–" if fen is None else yuan(fen) for fen in amounts))
        console.print(table)
    if answer["truncated"]:
        console.print(say("trace.truncated"))
