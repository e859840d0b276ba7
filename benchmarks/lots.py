"""FIFO lots: ``trace_lots`` against queues of plain Python (``collections.deque``) on the same transfers in one run.

``python -m benchmarks.lots [--transfers N] [--accounts K] [--small] [--json FILE]`` prints CPU ns a transfer of both, median and
fastest of several runs, and the ratio. Scenarios: ``lots.uniform`` (payers and payees drawn evenly), ``lots.hubs`` (few accounts
take part in most transfers). Roots of every transfer and balances of every account have to be equal, and the book has to add up.
"""

import argparse
import json
import statistics
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from chuantou.graph.lots import Lots, trace_lots

REPEATS = 7  # of ours; CPU time, so that whoever shares the machine does not count
PEER_REPEATS = 3
Pieces = list[tuple[int, int]]


def plain_fifo(debtor: list[int], creditor: list[int], amount: list[int], accounts: int) -> tuple[list[Pieces], list[deque]]:
    """The pieces (root, fen) of every transfer, in the order in which they were taken, and what every account holds."""
    held: list[deque] = [deque() for _ in range(accounts)]
    pieces = []
    for i, (payer, payee, missing) in enumerate(zip(debtor, creditor, amount)):
        if payer == payee:
            pieces.append([(i, missing)])
            continue
        lots, taken = held[payer], []
        while missing and lots:
            root, fen = lots[0]
            if fen > missing:
                lots[0] = (root, fen - missing)
                fen = missing
            else:
                lots.popleft()
            taken.append((root, fen))
            missing -= fen
        if missing:
            taken.append((i, missing))
        held[payee].extend(taken)
        pieces.append(taken)
    return pieces, held


def transfers(scenario: str, n: int, accounts: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Seeded transfers of up to 100 000 yuan."""
    draw = np.random.default_rng(2016)
    skew = {"lots.uniform": 1, "lots.hubs": 4}[scenario]
    debtor, creditor = ((draw.random(n) ** skew * accounts).astype(np.int64) for _ in range(2))
    return debtor, creditor, draw.integers(1, 10_000_000, n)


def cpu_ns(run: Callable[[], object], n: int, repeats: int) -> list[float]:
    """CPU ns a transfer of each run."""
    taken = []
    for _ in range(repeats):
        begin = time.process_time_ns()
        run()
        taken.append((time.process_time_ns() - begin) / n)
    return taken


def compare(lots: Lots, pieces: list[Pieces], held: list[deque]) -> None:
    """SystemExit unless both agree on the roots of every transfer and on the balance of every account."""
    lots.check()
    for i, taken in enumerate(pieces):
        sums: dict[int, int] = {}
        for root, fen in taken:
            sums[root] = sums.get(root, 0) + fen
        roots, fen = lots.roots_of(i)
        if dict(zip(roots.tolist(), fen.tolist())) != sums:
            raise SystemExit(f"transfer {i}: {sums} by deques")
    for account, queue in enumerate(held):
        if lots.balance_fen(account) != sum(fen for _, fen in queue):
            raise SystemExit(f"account {account}: {sum(fen for _, fen in queue)} fen by deques")


def measure(scenario: str, n: int, accounts: int) -> dict[str, Any]:
    debtor, creditor, amount = transfers(scenario, n, accounts)
    lists = debtor.tolist(), creditor.tolist(), amount.tolist()
    pieces, held = plain_fifo(*lists, accounts)
    compare(trace_lots(debtor, creditor, amount), pieces, held)  # compiled, or loaded from the cache, before the clock starts
    ours = cpu_ns(lambda: trace_lots(debtor, creditor, amount), n, REPEATS)
    theirs = cpu_ns(lambda: plain_fifo(*lists, accounts), n, PEER_REPEATS)
    return {
        "scenario": scenario, "transfers": n, "accounts": accounts, "pieces_a_transfer": sum(map(len, pieces)) / n,
        "ours_ns": statistics.median(ours), "ours_fastest_ns": min(ours), "deque_ns": statistics.median(theirs),
        "ratio": statistics.median(theirs) / statistics.median(ours),
    }  # fmt: skip


def shown(row: dict[str, Any]) -> str:
    return (f"{row['scenario']:14} {row['transfers']:>9,} transfers {row['accounts']:>8,} accounts "
            f"{row['pieces_a_transfer']:5.2f} pieces a transfer   chuantou {row['ours_ns']:6.0f} ns (fastest "
            f"{row['ours_fastest_ns']:.0f})   deque {row['deque_ns']:6.0f} ns   ratio {row['ratio']:5.1f}")  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--transfers", type=int, default=300_000)
    parser.add_argument("--accounts", type=int, default=30_000)
    parser.add_argument("--small", action="store_true", help="prove that it works; the figures say nothing")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args(arguments)
    n, accounts = (2_000, 200) if options.small else (options.transfers, options.accounts)
    rows = [measure(scenario, n, accounts) for scenario in ("lots.uniform", "lots.hubs")]
    print("\n".join(map(shown, rows)), flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
