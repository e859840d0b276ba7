"""GRW-1, GRW-2: what a transfer costs, and what it leaves in memory, as a stream grows from 10⁵ to 10⁷ transfers.

``python -m benchmarks.growth [--transfers N] [--accounts K] [--small]``. A power-law stream (few accounts in most transfers)
passes the ledger, the loop search and the windows of every account; what is older than the windows is freed. GRW-1: ns a
transfer around 10⁵, 10⁶ and 10⁷ transfers, and the ratio of the dearest to the cheapest. GRW-2: bytes a stored edge of the
windows and an account of all three. GRW-3: one hub with a million transfers in a day, and how long everybody else's batch
takes beside it. There is no peer: no library keeps such a window.
"""

import argparse
import time
from typing import NamedTuple

import numpy as np

from chuantou.graph.ledger import KEEP_US, Ledger
from chuantou.graph.loops import LoopIndex
from chuantou.graph.windows import COUNTS, PLAIN, Windows
from chuantou.graph.world import LOOP_KEEP_PPM, LOOP_VISITS, LOOP_WINDOW_US
from chuantou.schemas.clock import DAY_US

BATCH = 5_000
LENGTHS = (2 * DAY_US, 10 * DAY_US, 30 * DAY_US)
MARKS = (100_000, 1_000_000, 10_000_000)
ROWS_A_DAY = 20_000
AROUND = 50_000  # transfers timed before each mark


class State(NamedTuple):
    ledger: Ledger
    loops: LoopIndex
    windows: Windows


def new_state(accounts: int) -> State:
    loops = LoopIndex(LOOP_WINDOW_US, LOOP_KEEP_PPM, max_visits=LOOP_VISITS)
    state = State(Ledger(), loops, Windows(LENGTHS))
    state.ledger.accounts.reserve(accounts)
    return state


def drawn(rng: np.random.Generator, first: int, n: int, accounts: int, a_day: int) -> tuple[np.ndarray, ...]:
    """Transfers ``first …`` of the stream."""
    payer, payee = ((rng.random(n) ** 3 * accounts).astype(np.int32) for _ in range(2))
    moment = (first + np.arange(n)) * (DAY_US // a_day)
    return moment, payer, payee, rng.integers(1, 10_000_000, n)


def push(state: State, rows: tuple[np.ndarray, ...]) -> None:
    moment, payer, payee, fen = rows
    n, first = len(moment), state.ledger.end
    state.loops.push(moment, payer, payee, fen, np.arange(first, first + n), np.zeros(n, np.bool_))
    state.ledger.book(moment, payer, payee, fen, np.zeros(n, np.int8), {})
    state.windows.push(moment, payer, payee, fen, np.full(n, COUNTS | PLAIN, np.int32))
    state.ledger.forget_before(int(moment[-1]) - KEEP_US)


def grow(transfers: int, accounts: int) -> State:
    rng, state = np.random.default_rng(2016), new_state(accounts)
    push(new_state(accounts), drawn(rng, 0, BATCH, accounts, ROWS_A_DAY))  # loads the kernels
    marks = [mark for mark in MARKS if mark <= transfers] or [transfers]
    cost: dict[int, float] = {}
    spent = 0
    for first in range(0, transfers, BATCH):
        rows = drawn(rng, first, min(BATCH, transfers - first), accounts, ROWS_A_DAY)
        begun = time.process_time_ns()
        push(state, rows)
        spent += time.process_time_ns() - begun
        done = first + len(rows[0])
        mark = next((m for m in marks if m - min(AROUND, m) <= first < m), None)
        if mark is None:
            spent = 0
        elif done == mark:
            cost[mark] = spent / min(AROUND, mark)
            spent = 0
    told = ", ".join(f"{ns:.0f} ns at {mark:,}" for mark, ns in cost.items())
    spread = max(cost.values()) / min(cost.values())
    print(f"GRW-1 {told} transfers, {accounts:,} accounts: dearest to cheapest {spread:.2f}", flush=True)
    return state


def weigh(state: State, accounts: int) -> None:
    stored = state.windows.stored
    account_bytes = state.ledger.accounts.rows.nbytes + state.loops.received.nbytes
    print(
        f"GRW-2 {state.windows.nbytes / max(stored, 1):.1f} bytes a stored transfer of the windows ({stored:,} stored), "
        f"{account_bytes / accounts:.0f} bytes an account beside them", flush=True,
    )  # fmt: skip


def hub(transfers: int, accounts: int) -> None:
    rng, state = np.random.default_rng(7), new_state(accounts)
    push(state, drawn(rng, 0, BATCH, accounts, ROWS_A_DAY))
    slowest = usual = 0.0
    for first in range(0, transfers, BATCH):
        moment, payer, payee, fen = drawn(rng, 10_000_000 + first, BATCH, accounts, transfers)
        payer[::2] = 0
        payee[1::2] = 0
        begun = time.process_time()
        push(state, (moment, payer, payee, fen))
        seconds = time.process_time() - begun
        slowest, usual = max(slowest, seconds), usual + seconds
    batches = max(transfers // BATCH, 1)
    print(
        f"GRW-3 a hub in all of {transfers:,} transfers of a day: {usual / batches / BATCH * 1e9:.0f} ns a transfer, "
        f"slowest batch of {BATCH:,} {slowest * 1e3:.0f} ms; {state.loops.truncated:,} searches cut", flush=True,
    )  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--transfers", type=int, default=MARKS[-1])
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--small", action="store_true", help="prove that it works; the figures say nothing")
    options = parser.parse_args(arguments)
    transfers, accounts = (20_000, 2_000) if options.small else (options.transfers, options.accounts)
    weigh(grow(transfers, accounts), accounts)
    hub(min(transfers, 1_000_000), accounts)


if __name__ == "__main__":
    main()
