"""Ten thousand random graphs each: kernels and their naive twins agree on all of them."""

import random

import numpy as np
import pytest

from chuantou.graph.cycles import find_cycles
from chuantou.graph.lots import trace_lots
from tests.oracles.cycles import bundled_counts
from tests.oracles.lots import trace_lots as plain_lots

GRAPHS = 10_000


def random_rows(rng: random.Random) -> list[tuple[int, int, int, int]]:
    accounts, n, span = rng.randint(2, 7), rng.randint(0, 24), rng.choice((5, 20, 200))
    rows = [(rng.randrange(accounts), rng.randrange(accounts), rng.randrange(span), rng.randint(1, 50)) for _ in range(n)]
    return sorted(rows, key=lambda row: row[2])


@pytest.mark.slow
def test_cycles() -> None:
    rng = random.Random(2016)
    for _ in range(GRAPHS):
        rows, window, hops = random_rows(rng), rng.randint(0, 60), rng.randint(2, 6)
        src, dst, times, _ = np.array(rows, np.int64).reshape(-1, 4).T
        plain = bundled_counts([row[:3] for row in rows], window, hops)
        assert find_cycles(src, dst, times, window, hops).counts.tolist() == plain, (rows, window, hops)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["fifo", "prorata", "lifo"])
def test_lots(method: str) -> None:
    rng = random.Random(2017)
    for _ in range(GRAPHS):
        rows = random_rows(rng)
        debtor, creditor, _, fen = np.array(rows, np.int64).reshape(-1, 4).T
        ours, (plain, held) = trace_lots(debtor, creditor, fen, method), plain_lots(debtor, creditor, fen, method)
        for i in range(len(rows)):
            roots, parts = ours.roots_of(i)
            assert dict(zip(roots.tolist(), parts.tolist())) == plain[i], (rows, i)
        assert all(ours.balance_fen(account) == sum(part for _, part in lots) for account, lots in held.items())
