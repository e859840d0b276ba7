"""RPL-1: ``chuantou replay`` of a generated city, from JSON Lines on disk to the final alerts.

``python -m benchmarks.replay [--events N] [--small]``. The city is built once and kept in ``~/.cache/chuantou-bench``.
The peer reads the same file line by line with ``json.loads`` and keeps running sums by account in dicts: the least that
any surveillance in plain Python would have to do. Both must count the same events.
"""

import argparse
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from chuantou.city import build
from chuantou.streams.replay import replay

CACHE = Path.home() / ".cache" / "chuantou-bench"
SEED = 2016
SMALL = 20_000  # a village without scenes


def city_file(events: int, cache: Path = CACHE, lawful: bool = False) -> Path:
    """``events.jsonl`` of a city of so many events, built when it is not there; moved into place when it is whole."""
    place = cache / f"city-{SEED}-{events}"
    if not place.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            build(seed=SEED, events=events, lawful=lawful).write(Path(scratch) / "city")
            (Path(scratch) / "city").rename(place)
    return place / "events.jsonl"


def running_sums(events: Path) -> int:
    """What every account paid and received, in plain Python; returns how many events there were."""
    paid: dict[str, int] = defaultdict(int)
    received: dict[str, int] = defaultdict(int)
    count = 0
    with events.open("rb") as lines:
        for line in lines:
            event = json.loads(line)
            count += 1
            if event["stream"] == "clr.transfers":
                paid[event["debtor_account"]] += event["amount_fen"]
                received[event["creditor_account"]] += event["amount_fen"]
    return count


def compare(events: Path, scratch: Path) -> None:
    start = time.perf_counter()
    tally = replay([events], scratch / "alerts.jsonl")
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    count = running_sums(events)
    peer_seconds = time.perf_counter() - start
    if tally.events != count:
        raise SystemExit(f"RPL-1: the replay counts {tally.events} events, the plain loop {count}")
    print(
        f"RPL-1 {count:,} events: {count / seconds / 1e3:7.1f} k events/s, all detectors;  json.loads and running sums "
        f"{count / peer_seconds / 1e3:7.1f} k events/s, ratio {peer_seconds / seconds:.2f}",
        flush=True,
    )


def run_on_city(description: str, compare: Callable[[Path, Path], None], arguments: list[str] | None) -> None:
    """Command line of a benchmark of a whole city: ``compare`` gets its events and an empty directory."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--small", action="store_true", help="prove that it works; the figures say nothing")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="chuantou-bench-") as scratch:
        compare(city_file(SMALL, Path(scratch), lawful=True) if options.small else city_file(options.events), Path(scratch))


def main(arguments: list[str] | None = None) -> None:
    run_on_city(__doc__, compare, arguments)


if __name__ == "__main__":
    main()
