"""ENG-1, ENG-2: the engine alone, no file and no broker: all detectors over transfers of which some touch a fund pool.

``python -m benchmarks.engine [--transfers N] [--small]``. One watched P2P platform takes clients' money into an account
of its own and pays it out to borrowers and earlier clients; everybody else pays anybody. ENG-1 books dense columns
(``World.book``) in runs of 5,000 and lets every detector observe the facts; days are not closed. ENG-2 sends the same
transfers as Arrow batches of 5,000 through ``Engine.step``: duplicates, order, ids of strings, days and alerts.

The clock starts after the first transfers, when names are known and arrays have room, as in a worker that has run for a
while. The peer of both keeps balances in a dict and first-in-first-out deques for the accounts that hold traced money,
and nothing else: no log, no loops, no detectors. It books fewer transfers, the ratio is of the same ones, and balances
and traced money must be equal to ours.
"""

import argparse
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from chuantou.detectors.core import Core
from chuantou.detectors.engine import Engine
from chuantou.graph.flow_class import BASIS_ID, CLASS_ID
from chuantou.graph.ledger import CLIENT, HORIZON_US, LOAN, MAX_HOPS, PLAIN
from chuantou.graph.transfer_columns import TransferColumns
from chuantou.schemas.clock import DAY_US, day_of_date, day_start_us
from chuantou.schemas.columns import ARROW, to_batches
from chuantou.schemas.rules import load_rule_pack
from chuantou.schemas.streams import AccountEvent, Envelope, PartyEvent, ProductEvent

RUN = 5_000  # transfers a batch
WARM = 200_000  # transfers before the clock starts
PEER_TRANSFERS = 200_000  # timed for the peer
REPEATS = 3  # the fastest counts
DAYS = 5
START = day_start_us(day_of_date("2016-06-01"))
PLATFORM = "uscc:91320900MA1BENCH01"
N_LISTINGS = 50
LENDS = 0.05  # share of what the pool pays out that are loans, each of many clients' money
POOL = 0  # number of the pool's account; the borrowers' accounts follow, then everybody's
NONE = -1


class Drawn(NamedTuple):
    """Transfers by account number; ``listing`` and ``invests`` of those that touch the pool."""

    time: np.ndarray
    debtor: np.ndarray
    creditor: np.ndarray
    fen: np.ndarray
    listing: np.ndarray  # number of the listing, or NONE
    flow: np.ndarray  # class id
    kind: np.ndarray  # CLIENT, LOAN or PLAIN: what a root of traced money is

    def cut(self, start: int, stop: int) -> "Drawn":
        return Drawn._make(column[start:stop] for column in self)


def setup() -> list[pa.RecordBatch]:
    """The platform, its account, its borrowers and what they ask for, as events of the day before."""
    told = {"source_id": "registry:bench", "event_time": START - DAY_US}
    events: list[Envelope] = [
        PartyEvent(event_id="platform", party=PLATFORM, kind="org", sector="P2P", watched=True, **told),
        AccountEvent(event_id="pool", type="OPEN", account=name(POOL), owner=PLATFORM, role="OWN_GENERAL", **told),
    ]
    for i in range(N_LISTINGS):
        events += [
            AccountEvent(event_id=f"open-{i}", type="OPEN", account=name(1 + i), owner=borrower(i), role="PERSONAL_I", **told),
            ProductEvent(event_id=f"listing-{i}", type="LISTING", platform=PLATFORM, listing=f"L{i}", borrower=borrower(i),
                         amount_fen=100_000_000, rate_ppm=120_000, term_days=90, **told),
        ]  # fmt: skip
    return list(to_batches(events).values())


def name(account: int) -> str:
    return f"bench:{account:07d}"


def borrower(listing: int) -> str:
    return f"person:borrower-{listing}"


def draw(n: int, accounts: int, share: float, seed: int = 2016) -> Drawn:
    """Seeded transfers of up to 10,000 yuan over ``DAYS`` days; of the ``share`` that touch the pool half pay in.

    Of the others few are loans of ten times as much, the rest gives clients back what they paid in.
    """
    rng = np.random.default_rng(seed)
    debtor, creditor = (rng.integers(1, accounts, n) for _ in range(2))
    touches = rng.random(n) < share
    pays_in, lends = touches & (rng.random(n) < 0.5), rng.random(n) < LENDS
    listing = np.where(touches, rng.integers(0, N_LISTINGS, n), NONE)
    lends &= touches & ~pays_in
    creditor = np.where(pays_in, POOL, np.where(lends, 1 + listing, creditor))
    debtor = np.where(pays_in, np.maximum(debtor, 1 + N_LISTINGS), np.where(touches, POOL, debtor))
    flow = np.full(n, CLASS_ID["UNKNOWN"])
    flow[touches] = CLASS_ID["RETURN_PRIN"]
    flow[pays_in], flow[lends] = CLASS_ID["INVEST_IN"], CLASS_ID["LOAN_OUT"]
    return Drawn(
        time=START + np.sort(rng.integers(0, DAYS * DAY_US, n)), debtor=debtor, creditor=creditor,
        fen=rng.integers(1, 1_000_000, n) * np.where(lends, 10, 1), listing=listing, flow=flow,
        kind=np.select([pays_in, lends], [CLIENT, LOAN], PLAIN),
    )  # fmt: skip


class PlainLedger:
    """The peer: ``balance`` by account, ``held`` of the accounts with traced money as deques of [root, fen, hop]."""

    def __init__(self) -> None:
        self.balance: dict[int, int] = defaultdict(int)
        self.held: dict[int, deque[list[int]]] = {}
        self.born: list[tuple[int, int]] = []  # time and horizon of each transfer as a root
        self.traced_fen = 0

    def book(self, transfers: Drawn) -> None:
        balance, held, horizon = self.balance, self.held, HORIZON_US.tolist()
        columns = (transfers.time, transfers.debtor, transfers.creditor, transfers.fen, transfers.kind)
        rows = zip(*(column.tolist() for column in columns))
        for me, (now, payer, payee, fen, kind) in enumerate(rows, start=len(self.born)):
            self.born.append((now, horizon[kind]))
            if payer == payee:
                continue
            moved = self.take(payer, fen, now)
            if kind:
                moved = [[me, fen, 0]]
            if any(root != NONE for root, _, _ in moved) or payee in held:
                queue = held.setdefault(payee, deque([[NONE, balance[payee], 0]] if balance[payee] else []))
                queue.extend(moved)
                covered = sum(part for _, part, _ in moved)
                if covered < fen:
                    queue.append([NONE, fen - covered, 0])
            balance[payer] = max(0, balance[payer] - fen)
            balance[payee] += fen

    def take(self, payer: int, missing: int, now: int) -> list[list[int]]:
        """The oldest money of the payer, hop by hop older; untraced once it is too old or too far from its root."""
        queue, moved = self.held.get(payer), []
        if queue is None:
            return moved
        while missing and queue:
            root, fen, hop = queue[0]
            taken = min(fen, missing)
            missing -= taken
            if taken == fen:
                queue.popleft()
            else:
                queue[0][1] -= taken
            if root != NONE:
                born, horizon = self.born[root]
                if hop + 1 > MAX_HOPS or now - born > horizon:
                    root = NONE
                else:
                    self.traced_fen += taken
            moved.append([root, taken, hop + 1 if root != NONE else 0])
        if all(root == NONE for root, _, _ in queue):
            del self.held[payer]
        return moved


def columns_of(core: Core, transfers: Drawn, accounts: int) -> TransferColumns:
    """The transfers with the world's own ids, as ``Engine`` would resolve them."""
    world, n = core.world, len(transfers.time)
    account_ids = world.accounts.ids.ids(pa.array([name(i) for i in range(accounts)]))
    persons = world.parties.ids(pa.array([f"person:{i}" for i in range(accounts)]))
    listings = np.append(world.listings.ids(pa.array([f"L{i}" for i in range(N_LISTINGS)])), NONE).astype(np.int32)
    nothing = np.full(n, NONE, np.int32)
    basis = np.where(transfers.flow == CLASS_ID["UNKNOWN"], BASIS_ID[""], BASIS_ID["source"])
    return TransferColumns(
        time=transfers.time, debtor=account_ids[transfers.debtor], creditor=account_ids[transfers.creditor],
        fen=transfers.fen, debtor_party=np.where(transfers.creditor == POOL, persons[transfers.debtor], NONE).astype(np.int32),
        creditor_party=nothing, flow_class=transfers.flow.astype(np.int8), basis=basis.astype(np.int8),
        listing=listings[transfers.listing], product=nothing, order=nothing, device=nothing,
        place=nothing, till=np.zeros(n, np.int8),
        memo=pa.nulls(n, pa.string()), source_id=pa.repeat("bank:A", n), event_id=event_ids(n),
        reference=np.zeros(n, np.int64), side=np.zeros(n, np.int8),
    )  # fmt: skip


def event_ids(n: int) -> pa.Array:
    return pa.array(np.arange(n)).cast(pa.string())


def batches_of(transfers: Drawn, accounts: int) -> Iterator[pa.RecordBatch]:
    """The same transfers as contract events in Arrow batches of ``RUN``."""
    n, schema = len(transfers.time), ARROW["clr.transfers"]
    names, persons = (pa.array([form(i) for i in range(accounts)]) for form in (name, "person:{}".format))
    pays_in = pa.array(transfers.creditor == POOL)
    listed = pa.array(transfers.listing, mask=transfers.listing == NONE)
    classes = pa.array(list(CLASS_ID))
    stated = pa.array(transfers.flow, mask=transfers.flow == CLASS_ID["UNKNOWN"])
    known = {
        "event_id": event_ids(n), "source_id": pa.repeat("bank:A", n), "event_time": pa.array(transfers.time),
        "op": pa.repeat("NEW", n), "version": pa.repeat(1, n).cast(pa.int64()),
        "debtor_account": names.take(pa.array(transfers.debtor)),
        "creditor_account": names.take(pa.array(transfers.creditor)), "amount_fen": pa.array(transfers.fen),
        "debtor_party": persons.take(pa.array(transfers.debtor, mask=~pays_in.to_numpy(zero_copy_only=False))),
        "listing": pa.array([f"L{i}" for i in range(N_LISTINGS)]).take(listed), "flow_class": classes.take(stated),
        "class_basis": pa.array(["source"]).take(pa.array(np.zeros(n, np.int64), mask=transfers.flow == 0)),
    }  # fmt: skip
    whole = pa.RecordBatch.from_arrays(
        [known.get(field.name, pa.nulls(n, field.type)) for field in schema], schema=schema
    )
    return (whole.slice(start, RUN) for start in range(0, n, RUN))


class Booked(NamedTuple):
    """One run of ENG-1."""

    seconds: float
    core: Core
    findings: int
    traced_fen: int


def book_columns(transfers: Drawn, accounts: int, warm: int) -> Booked:
    core = Core(load_rule_pack("yancheng-2016"))
    core.play(setup())
    columns = columns_of(core, transfers, accounts)
    core.world.watch.refresh(core.world.day)
    findings = traced = 0
    start = 0.0
    for at in range(0, len(columns.time), RUN):
        if at == warm:
            start = time.perf_counter()
        segment = core.world.book(columns.cut(at, min(at + RUN, len(columns.time))))
        findings += sum(1 for detector in core.detectors for _ in detector.observe(segment))
        traced += int(segment.parts.fen.sum())
    return Booked(time.perf_counter() - start, core, findings, traced)


def step_batches(batches: list[pa.RecordBatch], warm: int) -> float:
    """Seconds of ENG-2."""
    engine = Engine(rewind=False)
    engine.step(setup())
    start = 0.0
    for number, batch in enumerate(batches):
        if number * RUN == warm:
            start = time.perf_counter()
        engine.step(batch)
    engine.flush()
    return time.perf_counter() - start


def book_plainly(transfers: Drawn, warm: int) -> tuple[float, PlainLedger]:
    peer = PlainLedger()
    peer.book(transfers.cut(0, warm))
    start = time.perf_counter()
    peer.book(transfers.cut(warm, len(transfers.time)))
    return time.perf_counter() - start, peer


def agree(ours: Booked, peer: PlainLedger, accounts: int) -> bool:
    ids = ours.core.world.accounts.ids.ids(pa.array([name(i) for i in range(accounts)]))
    balances = ours.core.world.ledger.accounts.balance[ids].tolist()
    return ours.traced_fen == peer.traced_fen and all(peer.balance.get(i, 0) == fen for i, fen in enumerate(balances))


def compare(n: int, warm: int, accounts: int, share: float) -> None:
    transfers = draw(warm + n, accounts, share)
    part = min(n, PEER_TRANSFERS)
    head = transfers.cut(0, warm + part)
    peer_seconds, peer = book_plainly(head, warm)
    if not agree(book_columns(head, accounts, warm), peer, accounts):
        raise SystemExit("ENG-1: the plain ledger holds other balances or traced other money")
    batches = list(batches_of(transfers, accounts))
    whole, same = (
        min(book_columns(some, accounts, warm).seconds for _ in range(REPEATS)) for some in (transfers, head)
    )
    report("ENG-1 columns", n, accounts, share, whole, part, same, peer_seconds)
    whole, same = (
        min(step_batches(some, warm) for _ in range(REPEATS)) for some in (batches, batches[: (warm + part) // RUN])
    )
    report("ENG-2 Arrow", n, accounts, share, whole, part, same, peer_seconds)


def report(
    scenario: str, n: int, accounts: int, share: float, seconds: float, part: int, same: float, peer_seconds: float
) -> None:
    print(
        f"{scenario:13} {n:,} transfers, {accounts:,} accounts, {share:.0%} touch the pool: {n / seconds / 1e6:5.2f} M/s;  "
        f"of {part:,}: plain ledger {part / peer_seconds / 1e6:5.2f} M/s, ratio {peer_seconds / same:4.1f}",
        flush=True,
    )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--transfers", type=int, default=1_000_000)
    parser.add_argument("--small", action="store_true", help="prove that it works; the figures say nothing")
    options = parser.parse_args(arguments)
    if options.small:
        compare(RUN, RUN, accounts=2_000, share=0.02)
        return
    for accounts in (100_000, 1_000_000):
        for share in (0.02, 0.10):
            compare(options.transfers, WARM, accounts, share)


if __name__ == "__main__":
    main()
