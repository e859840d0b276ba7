"""Sliding windows of every account, and all leads of the FLOW family together.

``python -m benchmarks.windows [--transfers N] [--accounts K] [--data DIR] [--small]``

WIN-1 (payers and payees drawn evenly) and WIN-2 (few accounts in most transfers): three lengths, both sides – counts, sums,
distinct counterparties, what was passed on – in batches of 5,000; CPU ns a transfer. Peer: ``pandas`` rolling sums and counts by
account, same lengths, without counterparties, on the first transfers. Both must give the same sums and counts.
FLW-1: what FLOW-01, FLOW-02 and FLOW-03 cost on every account together – loop search, windows, amounts near the lines, lines
crossed – on FinBench transfers (``--data``, by default sf 0.3). Its peer is a plain loop of a deque and counters over one
window, without loops, sums and amounts; both must see the same payers and payees.
"""

import argparse
import time
from collections import Counter, deque
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.finbench_loops import SHARED, SLICE, columns_of, moves_of
from chuantou.detectors.flow.split_counts import SplitCounts
from chuantou.graph.loops import LoopIndex
from chuantou.graph.windows import COUNTS, IN, OUT, PLAIN, Windows
from chuantou.schemas.adapters import finbench
from chuantou.schemas.clock import DAY_US
from chuantou.schemas.rules import load_rule_pack

BATCH = 5_000
RULES = load_rule_pack()
REPEATS = 3  # the fastest counts; CPU time, so that whoever shares the machine does not
PEER_TRANSFERS = 30_000
SPAN_US = 60 * DAY_US
LENGTHS = (2 * DAY_US, 10 * DAY_US, 30 * DAY_US)
SKEW = {"WIN-1": 1, "WIN-2": 3}

Rows = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def transfers(scenario: str, n: int, accounts: int) -> Rows:
    """Seeded transfers of up to 100,000 yuan over sixty days, all of them between parties."""
    draw = np.random.default_rng(2016)
    payer, payee = ((draw.random(n) ** SKEW[scenario] * accounts).astype(np.int32) for _ in range(2))
    moments = np.sort(draw.integers(0, SPAN_US, n))
    return moments, payer, payee, draw.integers(1, 10_000_000, n), np.full(n, COUNTS | PLAIN, np.int32)


def batches(rows: Rows) -> list[Rows]:
    return [tuple(column[at : at + BATCH] for column in rows) for at in range(0, len(rows[0]), BATCH)]


def cpu_ns(run, n: int) -> float:
    seconds = []
    for _ in range(REPEATS):
        begin = time.process_time()
        run()
        seconds.append(time.process_time() - begin)
    return min(seconds) / n * 1e9


def ours(pieces: list[Rows]) -> Windows:
    windows = Windows(LENGTHS)
    for piece in pieces:
        windows.push(*piece)
    return windows


def with_pandas(rows: Rows) -> list[pd.DataFrame]:
    """Count and sum of each side and window after each transfer."""
    moments, payer, payee, fen, _ = rows
    out = []
    for side in (payer, payee):
        frame = pd.DataFrame({"account": side, "fen": fen}, index=pd.to_datetime(moments, unit="us"))
        for length in LENGTHS:
            rolling = frame.groupby("account")["fen"].rolling(pd.Timedelta(length, "us"), closed="both")
            out.append(rolling.agg(["count", "sum"]))
    return out


def check(windows: Windows, rows: Rows, frames: list[pd.DataFrame]) -> None:
    """The last state of each account that still has everything inside the window agrees with pandas."""
    now = int(rows[0][-1])
    for number, frame in enumerate(frames):
        side, length = (OUT, IN)[number // 3], number % 3
        last = frame.groupby(level=0).tail(1)
        recent = last[last.index.get_level_values(1) == pd.to_datetime(now, unit="us")]
        seen = windows.side(side, length, slice(None))
        for (account, _), row in recent.iterrows():
            assert (int(seen.transfers[account]), int(seen.fen[account])) == (int(row["count"]), int(row["sum"]))
        assert len(recent)


def windows_scenario(scenario: str, n: int, accounts: int) -> str:
    rows = transfers(scenario, n, accounts)
    pieces = batches(rows)
    windows = ours(pieces)
    head = tuple(column[:PEER_TRANSFERS] for column in rows)
    head = tuple(column[head[1] != head[2]] for column in head)
    begin = time.process_time()
    frames = with_pandas(head)
    theirs = (time.process_time() - begin) / len(head[0]) * 1e9
    check(ours(batches(head)), head, frames)
    mine = cpu_ns(lambda: ours(pieces), n)
    return (f"{scenario} {n:>9,} transfers {accounts:>7,} accounts  chuantou {mine:5.0f} ns, "
            f"{windows.nbytes / windows.stored:4.1f} bytes a stored transfer   pandas {theirs:7.0f} ns   "
            f"ratio {theirs / mine:5.1f}")  # fmt: skip


def all_leads(pieces: list[Rows]) -> list[np.ndarray]:
    """The kernels of the FLOW family over a stream, and the accounts that cross a line of FLOW-02."""
    windows, loops = Windows(LENGTHS), LoopIndex(10 * DAY_US, 800_000)
    counts, row, crossed = SplitCounts(RULES, 30), 0, []
    for moments, payer, payee, fen, state in pieces:
        rows = np.arange(row, row + len(moments), dtype=np.int64)
        loops.push(moments, payer, payee, fen, rows, np.zeros(len(rows), np.bool_))
        seen = windows.push(moments, payer, payee, fen, state)
        counts.push(moments, payer, fen, state & PLAIN > 0)
        over = np.flatnonzero((seen.payers >= 10) & (seen.payees >= 10))
        crossed.append(row + over)
        row += len(rows)
    return crossed


def plain_leads(rows: Rows) -> list[int]:
    """Rows at which a payer has ten payers and ten payees inside ten days, with a deque and counters an account."""
    inside: deque[tuple[int, int, int]] = deque()
    payers: dict[int, Counter[int]] = {}
    payees: dict[int, Counter[int]] = {}
    found = []
    for i, (now, payer, payee) in enumerate(zip(*(column.tolist() for column in rows[:3]))):
        while inside and inside[0][0] < now - LENGTHS[1]:
            _, u, v = inside.popleft()
            for counter, other in ((payees[u], v), (payers[v], u)):
                counter[other] -= 1
                if not counter[other]:
                    del counter[other]
        if payer == payee:
            continue
        inside.append((now, payer, payee))
        payees.setdefault(payer, Counter())[payee] += 1
        payers.setdefault(payee, Counter())[payer] += 1
        if len(payers.get(payer, ())) >= 10 and len(payees[payer]) >= 10:
            found.append(i)
    return found


def leads_scenario(directory: Path) -> str:
    found = columns_of(moves_of(finbench.read(directory)))
    rows: Rows = (found.time, found.payer, found.payee, found.fen, np.where(found.blocked, 0, COUNTS | PLAIN).astype(np.int32))
    rows = tuple(column[~found.blocked] for column in rows)
    pieces, n = batches(rows), len(rows[0])
    crossed = np.concatenate(all_leads(pieces))
    begin = time.process_time()
    expected = plain_leads(rows)
    theirs = (time.process_time() - begin) / n * 1e9
    assert crossed.tolist() == expected
    mine = cpu_ns(lambda: all_leads(pieces), n)
    return (f"FLW-1 {directory.name} {n:,} transfers, {len(crossed):,} over the line  chuantou {1e3 / mine:5.2f} M transfers/s   "
            f"deque and counters {1e3 / theirs:5.2f}   ratio {theirs / mine:5.1f}")  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--transfers", type=int, default=500_000)
    parser.add_argument("--accounts", type=int, default=50_000)
    parser.add_argument("--data", type=Path, help="a FinBench directory")
    parser.add_argument("--small", action="store_true", help="prove that it works; the figures say nothing")
    options = parser.parse_args(arguments)
    n, accounts = (2_000, 60) if options.small else (options.transfers, options.accounts)
    for scenario in ("WIN-1", "WIN-2"):
        print(windows_scenario(scenario, n, accounts), flush=True)
    shared = SHARED / "finbench-sf0.3"
    directory = SLICE if options.small else options.data or (shared if shared.exists() else SLICE)
    print(leads_scenario(directory), flush=True)


if __name__ == "__main__":
    main()
