"""LAT-0, LAT-1, LAT-2: from an event on its topic to its alert on ``out.alerts``, under a steady load.

``python -m benchmarks.latency [--rate N] [--seconds S] [--small]``. A worker with all detectors reads transfers, one JSON
event a message, at 2,000 a second; ten times a second one of them closes a loop that was prepared before (FLOW-01), so
that an alert is due at once. Latency is the time from handing the closing transfer to the producer to having its alert
in a consumer. The producer waits up to 5 ms for company, as that of ``ingest``: a request for each message would keep
the embedded broker busy with requests alone. Each loop has accounts of its own, so every alert is a new one. There is
no peer: no other library here makes alerts.

The engine lets events wait for a slack of *event time*, in which the feeds of a city come in order. Event time is the
clock here, so an alert cannot leave before an event later by the slack has come, and latency contains it:

- LAT-1 with the worker's own slack, 20 ms.
- LAT-2 with ``--slack-ms 2000``: feeds that are up to two seconds apart are put in order instead of replayed.
- LAT-0 hands the events to the worker's pipeline in this process, in polls of 20 and without a slack to wait for: from
  poll to alerts, without Kafka and Faust.
"""

import argparse
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np
from confluent_kafka import Consumer, Producer, TopicPartition

from benchmarks.worker import PARTITIONS, TRANSFERS, new_pipeline, worker_command
from chuantou.schemas.alerts import Alert, decode_alert
from chuantou.schemas.clock import SECOND_US, parse_time
from chuantou.streams.broker import EmbeddedBroker
from chuantou.streams.messages import Partition
from chuantou.streams.reading import StoredRecord
from chuantou.streams.sending import LINGER_MS
from chuantou.streams.topics import OUT_ALERTS, bootstrap, ensure_topics
from chuantou.streams.worker import SLACK_MS

RATE, SECONDS, ALERTS_A_SECOND = 2_000, 30, 10
LONG_SLACK_MS = 2_000
LONG_AGO = parse_time("2016-06-01T09:00:00+08:00")  # where LAT-0 begins
FAST_PACE_US = SECOND_US  # event time from one event to the next in LAT-0: each one releases the one before
POLL = 20  # events of a poll in LAT-0: 10 ms at 2,000 a second
ACCOUNTS = 20_000
SPREAD = 37  # where in its tenth of a second a loop closes: coprime to every poll and period, so evenly spread
LEAD_US = 60 * SECOND_US  # how long before the live part the loops were prepared
READY_TIMEOUT_S, LAST_ALERTS_S = 60.0, 10.0


class Feed:
    """Transfers with event times ``pace_us`` apart; loop 0 is closed to see whether anybody listens, the rest live."""

    def __init__(self, loops: int, period: int, pace_us: int, now_us: int) -> None:
        self.loops, self.period, self.pace_us, self.now_us = loops, period, pace_us, now_us
        self.number = 0
        self.draw = np.random.default_rng(2016)

    def prepared(self) -> Iterator[bytes]:
        """All loops up to their closing payments, and that of loop 0."""
        for number in range(self.loops):
            yield self._payment(f"loop{number}:a", f"loop{number}:b", 100_000)
            yield self._payment(f"loop{number}:b", f"loop{number}:c", 100_000)
        yield self._closing(0)

    def live(self) -> Iterator[tuple[bytes, int | None]]:
        """(event, the loop that it closes or None): one loop a period among payments of anybody to anybody."""
        for number in range(1, self.loops + 1):
            for place in range(self.period):
                closes = number < self.loops and place == number * SPREAD % self.period
                yield (self._closing(number), number) if closes else (self._background(), None)

    def _closing(self, number: int) -> bytes:
        return self._payment(f"loop{number}:c", f"loop{number}:a", 100_000)

    def _background(self) -> bytes:
        payer, payee = self.draw.integers(0, ACCOUNTS, 2)
        return self._payment(f"other:{payer}", f"other:{payee}", int(self.draw.integers(1, 1_000_000)))

    def _payment(self, payer: str, payee: str, fen: int) -> bytes:
        self.number += 1
        self.now_us += self.pace_us
        return msgspec.json.encode({
            "stream": "clr.transfers", "source_id": "bank:A", "event_id": f"t{self.number}", "event_time": self.now_us,
            "debtor_account": payer, "creditor_account": payee, "amount_fen": fen,
        })  # fmt: skip


def loop_of(alert: Alert) -> int | None:
    """The number of the loop that an alert is about."""
    owner = alert.subjects[0].removeprefix("account:loop")
    return int(owner.partition(":")[0]) if owner != alert.subjects[0] else None


# -- without a broker ------------------------------------------------------------------------------------------------


def without_broker(loops: int, period: int, scratch: Path) -> None:
    """LAT-0."""
    pipeline, collected = new_pipeline(scratch / "LAT-0")
    feed, partition = Feed(loops + 1, period, FAST_PACE_US, LONG_AGO), Partition(TRANSFERS, 0)
    handed: dict[int, float] = {}
    offset = 0

    def hand_over(values: list[bytes]) -> None:
        nonlocal offset
        pipeline.take(partition, [StoredRecord(offset + i, None, value, []) for i, value in enumerate(values)])
        offset += len(values)
        pipeline.pump(PARTITIONS)

    hand_over(list(feed.prepared()))
    events = feed.live()
    while poll := list(islice(events, POLL)):
        now = time.perf_counter()
        handed.update((number, now) for _, number in poll if number is not None)
        hand_over([event for event, _ in poll])
    at = {loop_of(alert): moment for moment, alert in collected.published}
    pipeline.state.close()
    report("LAT-0", handed, at, f"polls of {POLL}, no broker")


# -- with a broker ---------------------------------------------------------------------------------------------------


class Arrivals(threading.Thread):
    """Reads ``out.alerts``; ``at``: when the alert of each loop came (seconds of ``time.perf_counter``)."""

    def __init__(self, broker: str) -> None:
        super().__init__(daemon=True)
        self.at: dict[int | None, float] = {}
        self.over = threading.Event()
        self._consumer = Consumer({
            "bootstrap.servers": bootstrap(broker), "group.id": "latency", "enable.auto.commit": False,
            "fetch.wait.max.ms": 5, "fetch.queue.backoff.ms": 5, "log_level": 3,
        })  # fmt: skip
        self._consumer.assign([TopicPartition(OUT_ALERTS, 0, 0)])

    def run(self) -> None:
        while not self.over.is_set():
            message = self._consumer.poll(0.1)
            if message is not None and not message.error():
                now = time.perf_counter()
                self.at.setdefault(loop_of(decode_alert(message.value())), now)
        self._consumer.close()

    def wait_for(self, count: int, seconds: float) -> bool:
        """Whether alerts of so many loops were there in time."""
        deadline = time.perf_counter() + seconds
        while len(self.at) < count and time.perf_counter() < deadline:
            time.sleep(0.02)
        return len(self.at) >= count


def send_paced(producer: Producer, feed: Feed, rate: int) -> tuple[dict[int, float], float]:
    """When each loop was closed, and how many events a second were sent."""
    closed: dict[int, float] = {}
    begun = time.perf_counter()
    for sent, (event, number) in enumerate(feed.live()):
        while (wait := begun + sent / rate - time.perf_counter()) > 0:
            time.sleep(wait)
        if number is not None:
            closed[number] = time.perf_counter()
        producer.produce(TRANSFERS, event)
        producer.poll(0)
    return closed, sent / (time.perf_counter() - begun)


def now_us() -> int:
    return time.time_ns() // 1_000


def with_broker(scenario: str, rate: int, loops: int, slack_ms: int, scratch: Path) -> None:
    """LAT-1 and LAT-2."""
    feed = Feed(loops + 1, rate // ALERTS_A_SECOND, SECOND_US // rate, now_us() - LEAD_US)
    with EmbeddedBroker() as broker:
        ensure_topics(broker.url)
        producer = Producer({"bootstrap.servers": bootstrap(broker.url), "linger.ms": LINGER_MS, "log_level": 3})
        arrivals = Arrivals(broker.url)
        arrivals.start()
        command = worker_command(broker.url, scratch / scenario, "--slack-ms", str(slack_ms))
        worker = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            for event in feed.prepared():
                producer.produce(TRANSFERS, event)
            producer.flush()
            if not arrivals.wait_for(1, READY_TIMEOUT_S):
                raise SystemExit(f"{scenario}: no alert of the first loop in {READY_TIMEOUT_S} s")
            feed.now_us = now_us()
            closed, reached = send_paced(producer, feed, rate)
            producer.flush()
            arrivals.wait_for(len(closed) + 1, LAST_ALERTS_S)
        finally:
            worker.terminate()
            worker.wait()
            arrivals.over.set()
            arrivals.join()
    report(scenario, closed, arrivals.at, f"{reached:,.0f} events/s, slack {slack_ms:,} ms")


def report(scenario: str, closed: dict[int, float], at: dict[int | None, float], settings: str) -> None:
    missing = sorted(closed.keys() - at.keys())
    if missing:
        raise SystemExit(f"{scenario}: {len(missing)} of {len(closed)} alerts did not come, first that of loop {missing[0]}")
    ms = np.array([at[number] - closed[number] for number in sorted(closed)]) * 1e3
    p50, p99 = np.percentile(ms, [50, 99])
    worst = ms.max()
    print(f"{scenario} {len(ms):,} alerts: p50 {p50:,.1f} ms, p99 {p99:,.1f} ms, worst {worst:,.1f} ms;  {settings}", flush=True)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=int, default=RATE)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--small", action="store_true", help="LAT-0 with a few loops: prove that it works")
    options = parser.parse_args(arguments)
    loops = options.seconds * ALERTS_A_SECOND
    with tempfile.TemporaryDirectory(prefix="chuantou-bench-") as directory:
        scratch = Path(directory)
        if options.small:
            without_broker(loops=5, period=100, scratch=scratch)
            return
        without_broker(loops, options.rate // ALERTS_A_SECOND, scratch)
        with_broker("LAT-1", options.rate, loops, SLACK_MS, scratch)
        with_broker("LAT-2", options.rate, loops, LONG_SLACK_MS, scratch)


if __name__ == "__main__":
    main()
