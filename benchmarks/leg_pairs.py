"""CLR-1: a day's payments in at one bank paired with payments out at another (PAY-06), all four ways in turn.

``python -m benchmarks.leg_pairs [--legs N] [--small]``. Half of the legs come in at five banks over a day; 80 % of them are
paid out at another bank within five minutes less up to 1 %, the rest of the payments out is noise. Peer: the nearest in time by
plain Python (amounts sorted, ``bisect``) on the first legs; both must find the same pairs.
"""

import argparse
import time
from bisect import bisect_left, bisect_right

import numpy as np

from chuantou.detectors.pay.leg_pairs import Legs, Pairing
from chuantou.schemas.clock import DAY_US

MINUTE_US = 60_000_000
NEAR_US, BIN_US, FAR_US = 10 * MINUTE_US, 5 * MINUTE_US, 2 * DAY_US
FEE_PPM = 10_000
BANKS = 5
ANSWERED = 0.8
MOST_FEN = 100_000_000
PEER_LEGS = 20_000


def drawn(n: int) -> tuple[Legs, Legs]:
    """``n`` legs in all, half of them in, in booking order."""
    rng = np.random.default_rng(2016)
    half = n // 2
    moment, fen, bank = np.sort(rng.integers(0, DAY_US, half)), rng.integers(10_000, MOST_FEN, half), rng.integers(0, BANKS, half)
    answered = rng.random(half) < ANSWERED
    later = moment + rng.integers(0, NEAR_US // 2, half)
    out_time = np.where(answered, later, rng.integers(0, DAY_US, half))
    out_fen = np.where(answered, fen - fen * rng.integers(0, FEE_PPM, half) // 1_000_000, rng.integers(10_000, MOST_FEN, half))
    out_bank = (bank + rng.integers(1, BANKS, half)) % BANKS
    order = np.argsort(out_time, kind="stable")
    return legs(moment, fen, bank), legs(out_time[order], out_fen[order], out_bank[order])


def legs(moment: np.ndarray, fen: np.ndarray, bank: np.ndarray) -> Legs:
    n = len(moment)
    nobody = np.full(n, -1, np.int64)
    return Legs(np.arange(n), moment, fen, bank.astype(np.int32), bank, np.arange(n), nobody, nobody.copy())


def plainly(came: Legs, paid: Legs) -> list[tuple[int, int]]:
    """The nearest first, every candidate looked up by amount in a sorted list."""
    by_fen = sorted(zip(paid.fen.tolist(), range(len(paid.fen))))
    amounts = [fen for fen, _ in by_fen]
    out_time, out_bank = paid.time.tolist(), paid.bank.tolist()
    possible = []
    for i, (fen, moment, bank) in enumerate(zip(came.fen.tolist(), came.time.tolist(), came.bank.tolist())):
        least = fen - fen * FEE_PPM // 1_000_000
        for _, j in by_fen[bisect_left(amounts, least) : bisect_right(amounts, fen)]:
            if bank != out_bank[j] and abs(out_time[j] - moment) <= NEAR_US:
                possible.append((abs(out_time[j] - moment), i, j))
    used_in, used_out, found = set(), set(), []
    for _, i, j in sorted(possible):
        if i not in used_in and j not in used_out:
            used_in.add(i)
            used_out.add(j)
            found.append((i, j))
    return sorted(found)


def nearest(came: Legs, paid: Legs) -> list[tuple[int, int]]:
    pairing = Pairing(came, paid, FEE_PPM)
    pairing.one_to_one(NEAR_US, NEAR_US)
    out = dict(zip(paid.pair.tolist(), range(len(paid.pair))))
    return [(i, out[pair]) for i, pair in enumerate(came.pair.tolist()) if pair >= 0]


def timed(run) -> tuple[float, object]:
    start = time.perf_counter()
    answer = run()
    return time.perf_counter() - start, answer


def measure(n: int, peer_legs: int) -> None:
    nearest(*drawn(1_000))  # the kernels are loaded before the clock starts
    came, paid = drawn(peer_legs)
    peer_seconds, expected = timed(lambda: plainly(came, paid))
    seconds, found = timed(lambda: nearest(came, paid))
    if found != expected:
        raise SystemExit("CLR-1: the plain search finds other pairs")
    came, paid = drawn(n)
    pairing = Pairing(came, paid, FEE_PPM)
    whole, _ = timed(lambda: pairing.run(NEAR_US, BIN_US, FAR_US))
    cut = ", cut" if pairing.truncated else ""
    print(f"CLR-1 {n:,} legs: {whole:6.2f} s, {pairing.count:,} pairs{cut};  of {peer_legs:,}: plain Python "
          f"{peer_seconds:6.2f} s, ratio {peer_seconds / seconds:6.1f}", flush=True)  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--legs", type=int, default=1_000_000)
    parser.add_argument("--small", action="store_true", help="prove that it works; the figures say nothing")
    options = parser.parse_args(arguments)
    measure(*(2_000, 1_000) if options.small else (options.legs, PEER_LEGS))


if __name__ == "__main__":
    main()
