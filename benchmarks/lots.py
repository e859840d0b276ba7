"""FIFO lots: ``trace_lots`` against queues of plain Python (``collections.deque``) on the same transfers in one run.

``python -m benchmarks.lots [--transfers N] [--accounts K] [--small]`` prints CPU ns a transfer of both, and the ratio. Scenarios:
``lots.uniform`` (payers and payees drawn evenly), ``lots.hubs`` (few accounts take part in most transfers).
"""

import argparse
import time
from collections import deque

import numpy as np

from chuantou.graph.lots import trace_lots

REPEATS = 3     # the fastest counts; CPU time, so that whoever shares the machine does not


def plain_fifo(debtor: list[int], creditor: list[int], amount: list[int], accounts: int) -> list[list[tuple[int, int]]]:
    """The pieces (root, fen) of every transfer, in the order in which they were taken."""
    held = [deque() for _ in range(accounts)]
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
    return pieces


def transfers(scenario: str, n: int, accounts: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Seeded transfers of up to 100 000 yuan."""
    draw = np.random.default_rng(2016)
    skew = {"lots.uniform": 1, "lots.hubs": 4}[scenario]
    debtor, creditor = ((draw.random(n) ** skew * accounts).astype(np.int64) for _ in range(2))
    return debtor, creditor, draw.integers(1, 10_000_000, n)


def fastest_ns(run, n: int) -> float:
    seconds = []
    for _ in range(REPEATS):
        begin = time.process_time()
        run()
        seconds.append(time.process_time() - begin)
    return min(seconds) / n * 1e9


def measure(scenario: str, n: int, accounts: int) -> str:
    debtor, creditor, amount = transfers(scenario, n, accounts)
    lists = debtor.tolist(), creditor.tolist(), amount.tolist()
    lots = trace_lots(debtor, creditor, amount)     # compiled, or loaded from the cache, before the clock starts
    plain = plain_fifo(*lists, accounts)
    for i in range(0, n, max(1, n // 1000)):
        roots, fen = lots.roots_of(i)
        assert [sum(f for root, f in plain[i] if root == wanted) for wanted in roots] == fen.tolist(), i
        assert sum(fen) == sum(f for _, f in plain[i])
    ours = fastest_ns(lambda: trace_lots(debtor, creditor, amount), n)
    theirs = fastest_ns(lambda: plain_fifo(*lists, accounts), n)
    pieces = sum(map(len, plain)) / n
    return (f"{scenario:14} {n:>9,} transfers {accounts:>8,} accounts {pieces:5.2f} pieces a transfer   "
            f"chuantou {ours:6.0f} ns   deque {theirs:6.0f} ns   ratio {theirs / ours:5.1f}")  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--transfers", type=int, default=300_000)
    parser.add_argument("--accounts", type=int, default=30_000)
    parser.add_argument("--small", action="store_true", help="prove that it works; the figures say nothing")
    options = parser.parse_args(arguments)
    n, accounts = (2_000, 200) if options.small else (options.transfers, options.accounts)
    for scenario in ("lots.uniform", "lots.hubs"):
        print(measure(scenario, n, accounts), flush=True)


if __name__ == "__main__":
    main()
