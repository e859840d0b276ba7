"""`chuantou trace`: where the money of one transfer came from and where it went, by four methods (catalogue §3.6).

Every account is followed alike, from the first event of the files to the last; what an account held before, told by an
OPENING balance, is a root of its own, and so is the interest that its bank pays. In designated custody accounts the money of
an obligation (repayment plan, order) pays that obligation before any order of lots does.
"""

import json
from bisect import bisect_left, bisect_right
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
from chuantou.graph.lots import BEYOND, Lots, Ties, trace_lots
from chuantou.graph.maxflow import most_between
from chuantou.graph.payments import told_again
from chuantou.schemas.clock import DAY_US
from chuantou.schemas.streams import AccountEvent, BalanceEvent, Envelope, Transfer
from chuantou.streams.files import expand

METHODS = ("fifo", "prorata", "lifo")
MAX_FLOWS = 200  # roots or ends whose max-flow is computed, the largest first; the others say null
NO_TIE = -1
OVERDRAWN = "OVERDRAFT_OR_UNSEEN"

Event = Transfer | BalanceEvent


@dataclass(frozen=True)
class Book:
    """Transfers and opening balances in booking order; int64[n] accounts and fen, the obligations that tie credits and
    debits, and whose each account is."""

    events: list[Event]
    debtor: np.ndarray
    creditor: np.ndarray
    fen: np.ndarray
    ties: Ties
    owners: dict[str, str]
    again: dict[str, str]  # further tellings of a payment (DQ-03), with its first one


@dataclass(frozen=True)
class Limits:
    """How far money is followed: transfers, and days before and after the asked one; None: without limit."""

    max_hops: int | None = None
    days: int | None = None


UNLIMITED = Limits()


def trace(
    events: list[Path], transaction: str, as_json: bool, html: Path | None = None, limits: Limits = UNLIMITED
) -> None:
    """Print roots and ends of the transfer `SOURCE_ID/EVENT_ID`: the contract's JSON, or a table.

    An end is the last transfer that moved some of the money, and its party the one that holds it now. ValueError where
    the files have no such booked transfer; lines that are no events are counted on standard error.
    """
    book, n_dead = read_book(events)
    if n_dead:
        Console(stderr=True).print(say("trace.dead", count=n_dead))
    ids = {name_of(e): i for i, e in enumerate(book.events) if isinstance(e, Transfer)}
    transaction = book.again.get(transaction, transaction)
    if transaction not in ids:
        raise ValueError(say("trace.unknown", id=transaction))
    answer = answer_of(book, ids[transaction], limits)
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
    return booked(events), n_dead


def moves_money(e: Envelope) -> bool:
    if isinstance(e, BalanceEvent):
        return e.kind == "OPENING" and e.fen > 0
    return isinstance(e, Transfer) and e.status == "BOOKED"


def booked(events: Iterable[Envelope]) -> Book:
    """Accounts as numbers; an opening balance and bank interest as payments from an account of their own; credits first
    within a tie. Account events among the others say who owns what, and what is under designated custody by then."""
    numbers: dict[str, int] = {}
    obligations: dict[str, int] = {}
    owners: dict[str, str] = {}
    custody: set[str] = set()
    unnamed = count(-1, -1)
    moves: list[Event] = []
    rows: list[tuple[int, int, int, int, int, int]] = []
    for e in events:
        if isinstance(e, AccountEvent):
            owners |= {} if e.owner is None else {e.account: e.owner}
            custody = under_custody(custody, e)
        elif isinstance(e, Transfer) and moves_money(e):
            named = numbers.setdefault(e.debtor_account, len(numbers))
            payer = next(unnamed) if e.flow_class == "INTEREST_BANK" else named
            payee = numbers.setdefault(e.creditor_account, len(numbers))
            obligation = f"plan {e.plan_id}" if e.plan_id else f"order {e.order_id}" if e.order_id else None
            tie = NO_TIE if obligation is None else obligations.setdefault(obligation, len(obligations))
            moves.append(e)
            rows.append((payer, payee, e.amount_fen, e.bank_seq or 0, tie if e.creditor_account in custody else NO_TIE,
                         tie if e.debtor_account in custody else NO_TIE))  # fmt: skip
        elif isinstance(e, BalanceEvent) and moves_money(e):
            moves.append(e)
            rows.append((next(unnamed), numbers.setdefault(e.account, len(numbers)), e.fen, 0, NO_TIE, NO_TIE))
    columns = np.array(rows, np.int64).reshape(-1, 6).T.copy()
    _, dense = np.unique(columns[:2], return_inverse=True)
    payers, payees = dense.reshape(2, -1).astype(np.int32)
    times = np.array([e.event_time for e in moves], np.int64)
    order = credits_first(times, columns[3], payers, payees)
    if order is not None:
        columns, moves = columns[:, order], [moves[i] for i in order.tolist()]
    moved = [i for i, e in enumerate(moves) if isinstance(e, Transfer)]
    again = {moved[i]: moved[first] for i, first in told_again([moves[i] for i in moved]).items()}  # type: ignore[misc]
    names = {name_of(moves[i]): name_of(moves[first]) for i, first in again.items()}
    once = np.array([i for i in range(len(moves)) if i not in again], np.int64)
    debtor, creditor, fen, _, credit_tie, debit_tie = columns[:, once]
    return Book([moves[i] for i in once.tolist()], debtor, creditor, fen, Ties(credit_tie, debit_tie), owners, names)


def name_of(e: Event) -> str:
    return f"{e.source_id}/{e.event_id}"


def under_custody(accounts: set[str], e: AccountEvent) -> set[str]:
    """The designated custody accounts once ``e`` is known: those a platform cannot tag by itself (§3.6)."""
    if e.type == "CUSTODY_REVOKE":
        return accounts - {e.account}
    designated = e.type == "CUSTODY_DESIGNATE" or e.role_basis == "designated"
    if designated and e.role in (None, "CLIENT_MASTER", "CLIENT_SUB"):
        return accounts | {e.account}
    return accounts


def answer_of(book: Book, index: int, limits: Limits = UNLIMITED) -> dict[str, Any]:
    """The contract's object for the transfer at ``index``; ``truncated`` where a max-flow was too large to compute.

    What lies beyond the limits is one row of the class BEYOND without an event. RuntimeError if money was not conserved.
    """
    lots = {method: trace_lots(book.debtor, book.creditor, book.fen, method, ties=book.ties) for method in METHODS}  # type: ignore[arg-type]
    for found in lots.values():
        found.check()
    since, until = window(book, index, limits.days)
    roots = by_method({method: found.roots_of(index, limits.max_hops, since) for method, found in lots.items()})
    ends = by_method({method: found.ends_of(index, limits.max_hops, until) for method, found in lots.items()})
    for row in largest(roots):
        flow = flow_between(book, row["index"], index, index)
        own = int(book.fen[index]) if row["index"] == BEYOND else new_money(lots["fifo"], row["index"])
        row["maxflow_fen"] = None if flow is None else min(flow, own)
    for row in largest(ends):
        row["maxflow_fen"] = flow_between(book, index, row["index"], index)
    return {
        "roots": [as_told(book, row, True, lots["fifo"]) for row in roots],
        "ends": [as_told(book, row, False, lots["fifo"]) for row in ends],
        "truncated": any(row["maxflow_fen"] is None for row in [*roots, *ends]),
    }


def window(book: Book, index: int, days: int | None) -> tuple[int, int]:
    """The first and the last booking that is at most ``days`` from the one at ``index``."""
    if days is None:
        return 0, len(book.events)
    asked = book.events[index].event_time
    first = bisect_left(book.events, asked - days * DAY_US, key=lambda e: e.event_time)
    return first, bisect_right(book.events, asked + days * DAY_US, key=lambda e: e.event_time) - 1


def flow_between(book: Book, first: int, last: int, asked: int) -> int | None:
    """The most that can have gone that way; of what lies beyond the limits, all."""
    if BEYOND in (first, last):
        return int(book.fen[asked])
    return most_between(book.debtor, book.creditor, book.fen, first, last)


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


def as_told(book: Book, row: dict[str, Any], is_root: bool, lots: Lots) -> dict[str, Any]:
    amounts = {name: value for name, value in row.items() if name != "index"}
    if row["index"] == BEYOND:
        return {"source_id": None, "event_id": None, "origin_class": "BEYOND", "origin_party": None} | amounts
    e = book.events[row["index"]]
    if isinstance(e, BalanceEvent):
        kind, party = "OPENING", book.owners.get(e.account)
    elif is_root:
        unseen = e.flow_class != "INTEREST_BANK" and lots.overdrawn(row["index"])
        kind = OVERDRAWN if unseen else e.flow_class or "UNKNOWN"
        party = e.debtor_party or book.owners.get(e.debtor_account)
    else:
        kind, party = e.flow_class or "UNKNOWN", e.creditor_party or book.owners.get(e.creditor_account)
    told = {"source_id": e.source_id, "event_id": e.event_id, "origin_class": kind, "origin_party": party}
    return told | amounts


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
            names = (event_of(row), row["origin_class"], row["origin_party"] or "–")
            table.add_row(*names, *("–" if fen is None else yuan(fen) for fen in amounts))
        console.print(table)
    if answer["truncated"]:
        console.print(say("trace.truncated"))


def event_of(row: dict[str, Any]) -> str:
    """The row's event as it is asked for on the command line, or that it lies beyond the limits."""
    return say("trace.beyond") if row["event_id"] is None else f"{row['source_id']}/{row['event_id']}"
