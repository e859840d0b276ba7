"""The engine: an ordinary synchronous object without I/O, clock or chance (docs/architecture.md).

>>> engine = Engine()
>>> engine.close()
[]
"""

import pickle
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from chuantou.detectors.alerting import numbered, same_content
from chuantou.detectors.core import Core
from chuantou.detectors.intake import NEVER, Counts, Intake, LateRecord
from chuantou.schemas.alerts import Alert
from chuantou.schemas.clock import SECOND_US
from chuantou.schemas.rules import RulePack, load_rule_pack

# Live feeds of one city arrive within seconds of each other; what comes later is replayed, not lost.
SLACK_US = 2 * SECOND_US
# A rewind plays at least the events since the last snapshot, so late arrivals wait for each other a moment.
COLLECT_US = 2 * SECOND_US
# A snapshot copies the log, so it waits for as many events as the log holds: its cost an event stays constant.
SNAPSHOT_EVERY = 50_000
SNAPSHOTS_BYTES = 256 << 20  # compressed; beyond it every second of the older ones goes


class Engine:
    """Feed record batches of any stream with :meth:`step`; alerts come back as they are created or change.

    ``rewind=False`` is for input that is complete before the first event is judged (replay of files): no snapshots
    are taken and nothing is archived.
    """

    def __init__(self, rule_pack: str | RulePack = "yancheng-2016", slack_us: int = SLACK_US, rewind: bool = True) -> None:
        self.rules = load_rule_pack(rule_pack) if isinstance(rule_pack, str) else rule_pack
        self.slack_us, self.rewind = slack_us, rewind
        self.intake = Intake(keep=rewind)
        self.core = Core(self.rules)
        self.judged_until = NEVER
        self.published: dict[str, Alert] = {}
        self._snapshots: list[tuple[int, int, bytes]] = []  # (judged until, events, core)
        self._late: tuple[int, int] | None = None  # (oldest event time of what is late, judged until when it came)

    @property
    def counts(self) -> Counts:
        return self.intake.counts

    @property
    def settled(self) -> bool:
        """Whether everything accepted is judged: nothing waits in the slack or among the late."""
        return self._late is None and not self.counts.pending

    def bounds_met(self) -> dict[str, int]:
        """How often a bound of the judged past was met: loop searches cut short, parts of transfers that lost their root."""
        world = self.core.world
        untraced = world.ledger.untraced_overflow
        met = {"loop searches cut short": world.loops.truncated, "parts of money no longer traced": untraced,
               "payments not compared with all equal ones": world.payments.cut}  # fmt: skip
        return {name: n for name, n in met.items() if n}

    def late_records(self) -> list[LateRecord]:
        """Events that were refused as too old."""
        return self.intake.late

    def accept(self, batches: pa.RecordBatch | Sequence[pa.RecordBatch]) -> int:
        """Take batches without judging them; returns the oldest event time they may change."""
        if isinstance(batches, pa.RecordBatch):
            batches = [batches]
        return self.intake.accept(batches, self.judged_until)

    def step(self, batches: pa.RecordBatch | Sequence[pa.RecordBatch]) -> list[Alert]:
        """Take batches in any arrival order; returns alert versions that are new or changed."""
        oldest = self.accept(batches)
        return self._advance(oldest, self.intake.watermark - self.slack_us)

    def flush(self) -> list[Alert]:
        """Judge what waits now, in the slack and among the late (a quiet feed)."""
        return self._advance(-NEVER, self.intake.watermark, patience_us=0)

    def close(self) -> list[Alert]:
        """The end of time: judge all that waits and close all windows."""
        out = self._advance(-NEVER, self.intake.newest, patience_us=0)
        return out + self._publish(self.core.finish())

    def final_alerts(self) -> list[Alert]:
        """The last version of each alert, withdrawn ones marked, sorted by id."""
        return [self.published[key] for key in sorted(self.published)]

    def evidence(self, alert_id: str) -> dict[str, Any]:
        """The evidence pack of an alert's last version; KeyError for an unknown id."""
        return self.core.writer.packs[alert_id]

    def _advance(self, oldest: int, until: int, patience_us: int = COLLECT_US) -> list[Alert]:
        """Judge up to ``until``; what is late is collected for ``patience_us`` of event time and then played in one go."""
        if self.core.world.ended and until > self.judged_until:  # closed before, and it was not the end
            oldest, patience_us = min(oldest, self.judged_until), 0
        if oldest <= self.judged_until:
            since = self.judged_until if self._late is None else self._late[1]
            self._late = (min(oldest, self._late[0] if self._late else oldest), since)
        if self._late is not None and max(until, self.judged_until) - self._late[1] >= patience_us:
            return self._go_back(self._late[0], max(until, self.judged_until))
        if until <= self.judged_until:
            return []
        return self._publish(self._play(until))

    def _play(self, until: int) -> list[Alert]:
        out: list[Alert] = []
        for stop in self.intake.stops(self.judged_until, until):
            batches = self.intake.due(self.judged_until, stop)
            self.judged_until = stop
            out += self.core.play(batches) if batches else []
            if self.rewind:
                self._keep_snapshot(stop)
        return out

    def _keep_snapshot(self, until: int) -> None:
        last = self._snapshots[-1][1] if self._snapshots else 0
        ledger = self.core.world.ledger
        if self.core.events - last < max(SNAPSHOT_EVERY, ledger.end - ledger.base):
            return
        self._snapshots.append((until, self.core.events, _packed(self.core)))
        while len(self._snapshots) > 2 and sum(len(data) for _, _, data in self._snapshots) > SNAPSHOTS_BYTES:
            older = self._snapshots[:-1]
            self._snapshots = [*older[::2], self._snapshots[-1]] if len(older) > 2 else self._snapshots[1:]

    def _go_back(self, oldest: int, until: int) -> list[Alert]:
        """Play the past again from before ``oldest``; publish what is different now. RuntimeError without ``rewind``."""
        if not self.rewind:
            raise RuntimeError("an engine without rewind takes nothing older than what it has judged")
        self._late = None
        while self._snapshots and self._snapshots[-1][0] >= oldest:
            self._snapshots.pop()
        if self._snapshots:
            self.judged_until, _, data = self._snapshots[-1]
            self.core = _unpacked(data)
        else:
            self.judged_until, self.core = NEVER, Core(self.rules)
        self.intake.play_again(self.judged_until)
        self._play(until)
        now = self.core.writer.written
        told = {key: alert for key, alert in self.published.items() if alert.kind != "withdrawn"}
        out = self._publish([now[key] for key in sorted(now) if key not in told or not same_content(now[key], told[key])])
        for key in sorted(told.keys() - now.keys()):
            self.published[key] = numbered(self.core.writer.uncleared(told[key]), told[key].version + 1, "withdrawn")
            out.append(self.published[key])
        return out

    def _publish(self, alerts: list[Alert]) -> list[Alert]:
        """Number versions by what was published before."""
        out = []
        for alert in alerts:
            before = self.published.get(alert.alert_id)
            if before is None:
                alert = numbered(alert, 1, "created")
            else:
                alert = numbered(alert, before.version + 1, "amended" if alert.kind == "created" else alert.kind)
            self.published[alert.alert_id] = alert
            out.append(alert)
        return out

    _STATE = ("slack_us", "rewind", "intake", "core", "judged_until", "published", "_snapshots", "_late")

    def snapshot(self) -> bytes:
        """Everything, so that :meth:`restore` goes on as if nothing had happened."""
        state = {name: getattr(self, name) for name in self._STATE}
        return pickle.dumps({**state, "core": _packed(self.core)}, protocol=5)  # the rest is compressed already, or does not

    def restore(self, data: bytes) -> None:
        """Take up the state of a snapshot. Only for bytes that this program wrote: unpickling runs code."""
        state = pickle.loads(data)
        self.__dict__.update({**state, "core": _unpacked(state["core"])})


def _packed(state: Any) -> bytes:
    raw = pickle.dumps(state, protocol=5)
    return len(raw).to_bytes(8, "little") + pa.compress(raw, codec="zstd", asbytes=True)


def _unpacked(data: bytes) -> Any:
    return pickle.loads(pa.decompress(data[8:], int.from_bytes(data[:8], "little"), codec="zstd", asbytes=True))
