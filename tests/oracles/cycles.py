"""Naive twins of the cycle kernels: every chain of transfers by brute force, in plain Python."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

Transfer = tuple[int, int, int]  # src, dst, time
PPM = 1_000_000


def number_accounts(accounts: Sequence[int]) -> list[int]:
    """Dense numbers in order of first sight."""
    numbers: dict[int, int] = {}
    return [numbers.setdefault(account, len(numbers)) for account in accounts]


def keeps(before: int, after: int, keep_ppm: int) -> bool:
    return after * PPM >= keep_ppm * before and after <= before


def chains_closed_by(closing: int, transfers: Sequence[Transfer], window: int, max_hops: int) -> Iterator[list[int]]:
    """Yield the rows, in order of payment, of every simple temporal cycle whose last transfer is row ``closing``."""
    payer, payee, end = transfers[closing]
    if payer == payee:
        return

    def extend(rows: list[int], visited: list[int]) -> Iterator[list[int]]:
        last_time = transfers[rows[-1]][2] if rows else None
        for row, (src, dst, time) in enumerate(transfers):
            if src != visited[-1] or not end - window <= time < end or (rows and time <= last_time):
                continue
            if dst == payer and len(rows) + 2 <= max_hops:
                yield [*rows, row, closing]
            elif dst != payer and dst not in visited and len(rows) + 3 <= max_hops:
                yield from extend([*rows, row], [*visited, dst])

    yield from extend([], [payee])


def loops_closed_by(
    closing: int,
    transfers: Sequence[Transfer],
    window: int,
    max_hops: int,
    amount: Sequence[int] | None = None,
    keep_ppm: int = 0,
) -> dict[tuple[int, ...], tuple[int, ...]]:
    """Accounts in order of payment -> rows: of all chains the one whose rows, read from the last back, are largest."""
    chains: dict[tuple[int, ...], list[tuple[int, ...]]] = defaultdict(list)
    for rows in chains_closed_by(closing, transfers, window, max_hops):
        if amount is None or all(keeps(amount[a], amount[b], keep_ppm) for a, b in pairwise(rows)):
            chains[tuple(transfers[row][0] for row in rows)].append(tuple(rows))
    return {accounts: max(found, key=lambda rows: rows[::-1]) for accounts, found in chains.items()}


def bundled_counts(transfers: Sequence[Transfer], window: int, max_hops: int) -> list[list[int]]:
    counts = []
    for closing in range(len(transfers)):
        row = [0] * (max_hops + 1)
        for accounts in loops_closed_by(closing, transfers, window, max_hops):
            row[len(accounts)] += 1
        counts.append(row)
    return counts
