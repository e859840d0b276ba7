"""`chuantou demo`: the whole path on one machine: a generated city, broker, worker, alerts and score."""

import multiprocessing
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from chuantou.city import build
from chuantou.console.alerts import print_table, screen
from chuantou.console.words import say
from chuantou.detectors.score import Score
from chuantou.detectors.score import score as measure
from chuantou.schemas.alerts import Alert, encode_alert
from chuantou.schemas.truth import load_truth
from chuantou.streams.broker import EmbeddedBroker
from chuantou.streams.ingest import ingest
from chuantou.streams.outputs import read_alerts
from chuantou.streams.tally import Tally
from chuantou.streams.worker import run_worker

WORKER_LIVES = 5


def demo(no_console: bool, report: Path | None, events: int, seed: int) -> None:
    """Run to the end and print the alerts, where every event went, and the score against the city's truth.

    ``report`` gets the alerts as JSON Lines, as `chuantou score` and `chuantou evidence` take them. ValueError for a city
    too small to build.
    """
    progress = Console(stderr=True)
    if not no_console:
        progress.print(say("demo.no_web"))
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="chuantou-demo-") as scratch:
        city = Path(scratch) / "city"
        with progress.status(say("demo.city", events=f"{events:,}")):
            build(seed=seed, events=events).write(city)
        counts, alerts = watch(city / "events.jsonl", Path(scratch) / "state", progress)
        result = measure(alerts, load_truth(city / "expect.json"))
    seconds = round(time.monotonic() - begun, 1)
    if report is not None:
        report.write_bytes(b"".join(encode_alert(alert) + b"\n" for alert in alerts))
    tell(seconds, counts, result, alerts)


def watch(events: Path, state: Path, progress: Console) -> tuple[Tally, Sequence[Alert]]:
    """Feed a file through broker and worker; where its events went, and the final alerts."""
    with progress.status(say("demo.start")):
        broker = EmbeddedBroker().start()
    try:
        progress.print(say("demo.feed"))
        ingest([events], "jsonl", broker.url)
        with progress.status(say("demo.work")):
            counts = work(broker.url, state, progress)
        return counts, read_alerts(broker.url)
    finally:
        broker.stop()


def work(url: str, state: Path, progress: Console) -> Tally:
    """Run the worker to the end of the topics, and again from its state if somebody kills it."""
    for life in range(1, WORKER_LIVES + 1):
        # A process of its own, as in earnest, started afresh: a fork would inherit the threads of the Kafka clients.
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            try:
                return pool.submit(run_worker, url, state=state, drain=True).result()
            except BrokenProcessPool:
                if life == WORKER_LIVES:
                    raise
                progress.print(say("demo.again"))
    raise AssertionError("unreachable")


def tell(seconds: float, counts: Tally, result: Score, alerts: Sequence[Alert]) -> None:
    console = screen()
    print_table(alerts, console)
    console.print(say("demo.done", events=f"{counts.events:,}", alerts=len(alerts), seconds=seconds))
    console.print(say("counts", **asdict(counts)))
    console.print(
        say(
            "demo.score",
            recall=f"{result.recall:.1%}",
            precision=f"{result.precision:.1%}",
            lookalike_hits=result.lookalike_hits,
        )
    )
