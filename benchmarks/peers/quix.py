"""The peer of WRK-1 and WRK-2: Quix Streams that decodes transfers and keeps running sums by account, nothing else.

``python -m benchmarks.peers.quix --broker HOST:PORT --topic T --events N [--arrow]``, started by ``benchmarks.worker`` in
an environment that has quixstreams. Its sums live in plain dicts: its own state store (a copy of each value in and out)
would be slower. Prints ``events seconds``, from the first message it was handed to the last.
"""

import argparse
import time
from collections import defaultdict

import pyarrow as pa
from quixstreams import Application

SILENCE_S = 20.0  # no message for so long: it got what it will get


class Sums:
    """What every account paid and received, and when the first and the last message came."""

    def __init__(self) -> None:
        self.paid: dict[str, int] = defaultdict(int)
        self.received: dict[str, int] = defaultdict(int)
        self.events = 0
        self.begun = self.ended = 0.0

    def add(self, event: dict) -> None:
        self.begun = self.begun or time.perf_counter()
        self.paid[event["debtor_account"]] += event["amount_fen"]
        self.received[event["creditor_account"]] += event["amount_fen"]
        self.events += 1

    def add_batch(self, message: bytes) -> None:
        self.begun = self.begun or time.perf_counter()
        for batch in pa.ipc.open_stream(message):
            fen = batch.column("amount_fen").to_pylist()
            for sums, name in ((self.paid, "debtor_account"), (self.received, "creditor_account")):
                for account, amount in zip(batch.column(name).to_pylist(), fen):
                    sums[account] += amount
            self.events += batch.num_rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--broker", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--events", type=int, required=True)
    parser.add_argument("--arrow", action="store_true")
    options = parser.parse_args()
    sums = Sums()
    app = Application(
        broker_address=options.broker, consumer_group="quix-peer", auto_offset_reset="earliest", loglevel="WARNING",
        auto_create_topics=False, use_changelog_topics=False,
    )  # fmt: skip
    take = sums.add_batch if options.arrow else sums.add

    def handle(value: object) -> None:
        take(value)
        if sums.events >= options.events:
            sums.ended = time.perf_counter()
            app.stop()

    topic = app.topic(options.topic, value_deserializer="bytes" if options.arrow else "json")
    app.dataframe(topic).update(handle)
    app.run(timeout=SILENCE_S)
    if sums.events < options.events:
        raise SystemExit(f"quix: {sums.events} of {options.events} transfers came")
    print(sums.events, sums.ended - sums.begun)


if __name__ == "__main__":
    main()
