"""A double of the engine for tests of the pipeline: what it says depends on how the events were cut into steps.

So a restart that took other steps than before would be seen, which the real engine, being right, would hide.
"""

import json
from dataclasses import dataclass

import pyarrow as pa

from chuantou.detectors.intake import Counts, LateRecord
from chuantou.schemas.alerts import Alert, Window


@dataclass(frozen=True)
class CountingRules:
    id: str = "counting"
    sha256: str = "c0" * 32


class CountingEngine:
    def __init__(self, rules: CountingRules | None = None) -> None:
        self.rules = rules or CountingRules()
        self.counts = Counts()
        self.steps: list[list[str]] = []
        self.late: list[LateRecord] = []

    def step(self, batches: list[pa.RecordBatch]) -> list[Alert]:
        ids = [event_id for batch in batches for event_id in batch.column("event_id").to_pylist()]
        self.counts.received += len(ids)
        self.steps.append(ids)
        self.late += [LateRecord("bank:A", event_id, 0, 1) for event_id in ids if event_id.startswith("late")]
        return [counting_alert(len(self.steps), ids)]

    @property
    def settled(self) -> bool:
        return not self.counts.pending

    def flush(self) -> list[Alert]:
        self.steps.append(["flush"])
        return [counting_alert(len(self.steps), ["flush"])]

    def close(self) -> list[Alert]:
        self.steps.append(["close"])
        return [counting_alert(len(self.steps), ["close"])]

    def late_records(self) -> list[LateRecord]:
        return self.late

    def snapshot(self) -> bytes:
        late = [record.event_id for record in self.late]
        return json.dumps([self.counts.received, self.steps, late]).encode()

    def restore(self, data: bytes) -> None:
        self.counts.received, self.steps, late = json.loads(data)
        self.late = [LateRecord("bank:A", event_id, 0, 1) for event_id in late]


def counting_alert(step: int, ids: list[str]) -> Alert:
    return Alert(
        alert_id=f"{step:04d}", version=1, kind="created", detector="P2P-01", clause="二(一)1", subjects=ids,
        accounts=[], severity="log", score=0, amount_fen=None, amount_low_fen=None, amount_high_fen=None,
        window=Window(first="2016-06-01T00:00:00+08:00", last="2016-06-01T00:00:00+08:00"),
        first_breach="2016-06-01T00:00:00+08:00", values={"n": len(ids)}, transactions=[], rule_pack="counting",
        evidence_sha256="", summary_zh="", summary_en="",
    )  # fmt: skip
