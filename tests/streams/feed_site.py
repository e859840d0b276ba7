"""A site with its drop folder, and what a broker holds of what was dropped."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from chuantou.schemas.columns import from_batch
from chuantou.schemas.dead_letters import DeadLetter
from chuantou.schemas.feed_profiles import load_profiles
from chuantou.schemas.streams import Envelope, Transfer, encode_line
from chuantou.streams.feeds.report import FeedReport, report
from chuantou.streams.feeds.state import FeedState, FileRecord
from chuantou.streams.feeds.watch import STATE, opened
from chuantou.streams.messages import Partition, decode_records
from chuantou.streams.outputs import read_dead_letters
from chuantou.streams.reading import read_topic
from chuantou.streams.topics import IN_TOPICS

PROFILE = """
institution: 91320900MA1N000016
format: auto
files: '[a-z]*(?P<date>[0-9]{8})?(?P<version>_v[0-9]+)?[.](?:jsonl|xml)'
"""
CONTRACT = Path(__file__).parents[1] / "data" / "contract" / "events.jsonl"
FEED = "bank"
NOON = 1_466_395_200_000_000  # 2016-06-20T12:00:00+08:00

# For each line "step drop site broker": one sweep in a process of its own, which ends as by kill -9 after the nth step that the
# watcher tells of. Forked from a process that has imported and read one file, since that takes longer than the sweep.
KILLED = """
import logging, os, signal, sys
from pathlib import Path
from chuantou.streams.feeds.watch import opened
from chuantou.streams.files import FORMATS, detect
list(FORMATS[detect(Path(sys.argv[1]))](Path(sys.argv[1])))
class Killer(logging.Handler):
    def emit(self, record):
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
for line in sys.stdin:
    step, drop, site, broker = line.split()
    child = os.fork()
    if child == 0:
        log, killer = logging.getLogger("chuantou.streams.feeds"), Killer()
        killer.left = int(step)
        log.setLevel(logging.DEBUG)
        log.addHandler(killer)
        with opened(Path(drop), Path(site), broker, settled_s=0) as folder:
            folder.sweep()
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class KilledSweeps:
    """Sweeps by processes that are killed."""

    def __enter__(self) -> "KilledSweeps":
        words = [sys.executable, "-c", KILLED, str(CONTRACT)]
        self._nursery = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._nursery.communicate(timeout=30)

    def after(self, step: int, site: "Site") -> bool:
        """One sweep that dies after ``step`` steps; False where it made fewer and ended by itself."""
        assert self._nursery.stdin is not None and self._nursery.stdout is not None
        self._nursery.stdin.write(f"{step} {site.drop} {site.home} {site.broker}\n")
        self._nursery.stdin.flush()
        code = int(self._nursery.stdout.readline())
        assert code in (0, -9)
        return code != 0


class Site:
    """A site in ``directory`` with one feed, watched by real processes over a real broker."""

    def __init__(self, directory: Path, broker: str, profile: str = PROFILE) -> None:
        self.home, self.drop, self.broker = directory / "site", directory / "drop", broker
        (self.home / "feeds").mkdir(parents=True)
        (self.home / "feeds" / f"{FEED}.yaml").write_text(profile, encoding="utf-8")
        self.folder.mkdir(parents=True)

    @property
    def folder(self) -> Path:
        return self.drop / FEED

    def put(self, name: str, content: bytes | Iterable[Envelope]) -> Path:
        """Drop a file, by renaming it into its place."""
        data = content if isinstance(content, bytes) else b"".join(encode_line(event) + b"\n" for event in content)
        arriving = self.folder / f".{name}"
        arriving.write_bytes(data)
        return arriving.rename(self.folder / name)

    def sweep(self, settled_s: float = 0, now_us: int | None = None) -> list[FileRecord]:
        with opened(self.drop, self.home, self.broker, settled_s) as folder:
            if now_us is not None:
                folder.desk.clock = lambda: now_us
            return folder.sweep()

    def report(self, now_us: int | None = None, letters: Iterable[DeadLetter] | None = None) -> FeedReport:
        with closing(FeedState(self.home / STATE)) as state:
            return report(state, load_profiles(self.home), now_us or time.time_ns() // 1_000, letters)[0]

    def places(self) -> dict[str, list[str]]:
        """The files of the feed in each folder; ``.`` is the one in which they are dropped."""
        out: dict[str, list[str]] = {}
        for path in sorted(path.relative_to(self.drop) for path in self.drop.rglob(f"{FEED}/*") if path.is_file()):
            out.setdefault(str(path.parent.parent), []).append(path.name)
        return out

    def on_broker(self, source: str, topics: Sequence[str] = IN_TOPICS) -> dict[tuple[str, str, str, int], Envelope]:
        """Every event of a source by its key. What was sent twice must be the same twice."""
        out: dict[tuple[str, str, str, int], Envelope] = {}
        for topic in topics:
            records = list(read_topic(self.broker, topic))
            chunks = [decode_records(Partition(topic, 0), records)] if records else []
            for event in (event for chunk in chunks for batch in chunk.batches for event in from_batch(batch)):
                key = (event.source_id, event.event_id, event.op, event.version)
                assert out.setdefault(key, event) == event
        return {key: event for key, event in out.items() if key[0] == source}

    def letters(self) -> list[DeadLetter]:
        return [letter for letter in read_dead_letters(self.broker) if letter.source.startswith(f"{FEED}/")]


def decided(site: Site, status: str) -> int:
    """A human's word about the held files; of how many."""
    with closing(FeedState(site.home / STATE)) as state:
        return len(state.decide(FEED, status))


def payments(source: str, amounts: Sequence[int], prefix: str = "t") -> list[Transfer]:
    """Transfers of one source, numbered."""
    return [Transfer(event_id=f"{prefix}{i}", source_id=source, event_time=NOON + i, debtor_account="102:1",
                     creditor_account="102:2", amount_fen=fen) for i, fen in enumerate(amounts)]  # fmt: skip


def adds_up(one: FeedReport) -> bool:
    """Whether in = processed + duplicate + late + dead."""
    counts = Counter({name: count or 0 for name, count in one.events.items()})
    return counts["in"] == counts["processed"] + counts["duplicate"] + counts["late"] + counts["dead"]
