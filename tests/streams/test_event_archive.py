"""The archive: everything that came in is there once, whatever happens to the process, and anyone can read it."""

import datetime as dt
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from msgspec.structs import astuple

from chuantou.detectors.intake import LateRecord
from chuantou.schemas.columns import from_batch, stream_of, to_batches
from chuantou.schemas.decode import decode_lines
from chuantou.schemas.fields import FIELDS
from chuantou.schemas.ipc import ipc_bytes
from chuantou.schemas.streams import Envelope
from chuantou.streams import archive_compaction, archive_files, event_archive
from chuantou.streams.archive_files import ArchiveError, all_files, committed_files
from chuantou.streams.archive_reading import ArchiveReader
from chuantou.streams.checkpoint import StateDirectory
from chuantou.streams.event_archive import EventArchive
from chuantou.streams.messages import Partition, decode_records
from chuantou.streams.pipeline import Pipeline
from chuantou.streams.reading import StoredRecord
from chuantou.streams.topics import ARROW_HEADERS
from tests.streams.counting_engine import CountingEngine
from tests.streams.delivery_checks import CONTRACT
from tests.streams.feeds import PARTIES, TRANSFERS, MemoryTape, transfer
from tests.streams.test_pipeline import Log, Topics, kept

MILLIS = 1_480_000_000_000
DAY = 86_400_000_000


def stored(offset: int, value: bytes, **other: object) -> StoredRecord:
    return StoredRecord(offset, None, value, other.get("headers", []), MILLIS + offset)  # type: ignore[arg-type]


def archived(root: Path, partition: Partition, records: list[StoredRecord]) -> EventArchive:
    archive = EventArchive(root)
    archive.begin({partition: records[0].offset})
    archive.append(partition, records, decode_records(partition, records))
    archive.commit({partition: records[-1].offset + 1}, late=0)
    return archive


def lines_of(root: Path) -> list[bytes]:
    """Every event of the archive as a line of all its fields, sorted."""
    return as_lines(event for block in ArchiveReader(root).blocks() for batch in block.batches for event in from_batch(batch))


def as_lines(events: Iterable[Envelope]) -> list[bytes]:
    return sorted(msgspec.json.encode([stream_of(event), *astuple(event)]) for event in events)


def rows_of(root: Path, stream: str = "clr.transfers") -> pd.DataFrame:
    files = [f.path for f in committed_files(root, "events") if f"stream={stream}" in str(f.path)]
    rows = pd.concat([pd.read_parquet(file, partitioning=None) for file in files], ignore_index=True)
    return rows.astype(object).where(rows.notna(), None)


@pytest.mark.parametrize("as_arrow", [False, True])
def test_nothing_of_the_contract_is_lost(tmp_path: Path, as_arrow: bool) -> None:
    raws = CONTRACT.read_bytes().splitlines()
    events, dead = decode_lines(raws, str)
    assert dead == []
    if as_arrow:
        records = [
            stored(n, ipc_bytes([batch]), headers=list(ARROW_HEADERS)) for n, batch in enumerate(to_batches(events).values())
        ]
    else:
        records = [stored(n, raw) for n, raw in enumerate(raws)]
    archived(tmp_path, TRANSFERS, records)
    assert lines_of(tmp_path) == as_lines(events)
    days = {path.parent.name for path in tmp_path.rglob("*.parquet")}
    assert len(days) > 10 and all(day.startswith("day=20") for day in days)


def test_names_types_and_places(tmp_path: Path) -> None:
    event = msgspec.json.decode(transfer("t1", 1_466_000_000_000_000)) | {"biz_date": "2016-06-14"}
    archived(tmp_path, TRANSFERS, [stored(7, msgspec.json.encode(event))])
    (path,) = tmp_path.rglob("*.parquet")
    name = "in.clr.transfers.0@000000000000007-000000000000008.parquet"
    assert path == tmp_path / "events" / "stream=clr.transfers" / "day=2016-06-14" / name  # the day it was booked for
    schema = pq.read_schema(path)
    assert schema.names == [f.wire for f in FIELDS["clr.transfers"]] + ["kafka_offset", "received_at", "extra"]
    assert schema.field("event_time").type == schema.field("received_at").type == pa.timestamp("us", "UTC")
    (row,) = pq.read_table(path, partitioning=None).to_pylist()
    assert row["received_at"] == dt.datetime.fromtimestamp((MILLIS + 7) / 1_000, dt.UTC)
    assert (row["kafka_offset"], row["amount_fen"], row["biz_date"], row["extra"]) == (7, 100, dt.date(2016, 6, 14), None)


def test_days_out_of_all_reason_share_one_place(tmp_path: Path) -> None:
    archived(tmp_path, TRANSFERS, [stored(0, transfer("a", 1 - 62_000_000_000_000_000)), stored(1, transfer("b", 10**17))])
    (path,) = tmp_path.rglob("*.parquet")
    assert path.parent.name == "day=__HIVE_DEFAULT_PARTITION__"
    assert len(lines_of(tmp_path)) == 2


def test_fields_that_the_contract_does_not_know_are_kept(tmp_path: Path) -> None:
    plain = msgspec.json.decode(transfer("t1", 1))
    raw = msgspec.json.encode(plain)[:-1] + b',"zeta":1.50,"alpha":{"n":12345678901234567890123}}'
    party = b'{"stream":"party.events","event_id":"p","source_id":"s","event_time":1,"party":"person:x","nick":"y"}'
    (batch,) = to_batches(decode_lines([transfer("t2", 2), transfer("t3", 3)], str)[0]).values()
    foreign = pa.RecordBatch.from_arrays([*batch.columns, pa.array([None, 5])], [*batch.schema.names, "shade"])
    foreign = foreign.replace_schema_metadata(batch.schema.metadata)
    records = [stored(0, raw), stored(1, party), stored(2, ipc_bytes([foreign]), headers=list(ARROW_HEADERS))]
    archived(tmp_path, TRANSFERS, records)
    extras = dict(zip(*(rows_of(tmp_path)[name] for name in ("event_id", "extra"))))
    assert extras == {"t1": '{"alpha":{"n":12345678901234567890123},"zeta":1.50}', "t2": None, "t3": '{"shade":5}'}
    assert list(rows_of(tmp_path, "party.events")["extra"]) == ['{"nick":"y"}']


def test_rows_know_their_record_among_dead_ones_and_blanks(tmp_path: Path) -> None:
    (batch,) = to_batches(decode_lines([transfer("c", 3), transfer("bad", 4), transfer("d", 5)], str)[0]).values()
    broken = batch.set_column(batch.schema.get_field_index("amount_fen"), "amount_fen", pa.array([1, -1, 1]))
    party = b'{"stream":"party.events","event_id":"p","source_id":"s","event_time":1,"party":"person:x"}'
    arrow = stored(5, ipc_bytes([broken.replace_schema_metadata(batch.schema.metadata)]), headers=list(ARROW_HEADERS))
    records = [
        stored(0, transfer("a", 1)), stored(1, b"{"), stored(2, b""), stored(3, party), stored(4, transfer("b", 2)), arrow,
        stored(6, b"none", headers=list(ARROW_HEADERS)), stored(9, transfer("e", 6)),
    ]  # fmt: skip
    archived(tmp_path, TRANSFERS, records)
    rows = rows_of(tmp_path)
    assert dict(zip(rows["event_id"], rows["kafka_offset"])) == {"a": 0, "b": 4, "c": 5, "d": 5, "e": 9}
    dead = pd.concat([pd.read_parquet(f.path, partitioning=None) for f in committed_files(tmp_path, "dead")])
    assert list(zip(dead["kafka_offset"], dead["code"])) == [(1, "BAD_JSON"), (5, "OUT_OF_RANGE"), (6, "BAD_ARROW")]
    assert list(dead["raw"])[::2] == [b"{", b"none"]
    letters = [letter for block in ArchiveReader(tmp_path).blocks() for letter in block.dead]
    assert letters == decode_records(TRANSFERS, records).dead


def test_anyone_can_read_it(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    records = [stored(n, transfer(f"t{n}", n * DAY)) for n in range(7_400, 7_420)]
    archived(tmp_path, TRANSFERS, records)
    everything = f"read_parquet('{tmp_path}/events/stream=clr.transfers/*/*.parquet', hive_partitioning = true)"
    query = f"select day, sum(amount_fen), min(epoch_us(event_time)) from {everything} group by day order by day"
    found = duckdb.sql(query).fetchall()
    assert found == [(dt.date(1970, 1, 1) + dt.timedelta(n), 100, n * DAY) for n in range(7_400, 7_420)]
    assert len(pd.read_parquet(tmp_path / "events" / "stream=clr.transfers")) == 20


# -- crashes ---------------------------------------------------------------------------------------------------------


class KilledError(BaseException):
    """The process is gone: nothing may catch it."""


@contextmanager
def killed_at(step: int) -> Iterator[list[str]]:
    """Whatever changes the disk is counted, and the one numbered `step` does not happen."""
    done: list[str] = []

    def counted(name: str, act):  # type: ignore[no-untyped-def]
        def acting(*args, **kwargs):  # type: ignore[no-untyped-def]
            if len(done) == step:
                raise KilledError(name)
            done.append(name)
            return act(*args, **kwargs)

        return acting

    with pytest.MonkeyPatch.context() as patch:
        for name in ("rename", "unlink", "mkdir", "write_bytes"):
            patch.setattr(Path, name, counted(name, getattr(Path, name)))
        patch.setattr(os, "fsync", counted("fsync", os.fsync))
        for module in (event_archive, archive_compaction):
            patch.setattr(module, "write_table", counted("write_table", module.write_table))
        yield done


def feed() -> Topics:
    day_of = [0, 0, 1, 0, 2, 0, 1, 0, 0, 2]
    transfers = [stored(n, transfer(f"t{n}", 1_466_000_000_000_000 + day * DAY + n)) for n, day in enumerate(day_of)]
    transfers.insert(4, stored(4, b"{"))
    transfers = [stored(n, record.value or b"") for n, record in enumerate(transfers)]
    parties = [stored(n, transfer(f"p{n}", 1_466_000_000_000_000 + n * DAY)) for n in range(3)]
    return {TRANSFERS: transfers, PARTIES: parties}


def start(root: Path, topics: Topics) -> Pipeline:
    state, archive = StateDirectory(root), EventArchive(root / "archive")
    try:
        pipeline = Pipeline(CountingEngine(), state, Log(), dict.fromkeys(topics, 0), archive)
        snapshot = state.load()
        if snapshot is None:
            archive.begin(dict.fromkeys(topics, 0))
        else:
            pipeline.resume(snapshot, kept(topics), lambda p, offset: MemoryTape(topics[p], offset))  # type: ignore[arg-type, return-value]
        pipeline.save()
    except BaseException:
        state.close()
        raise
    return pipeline


def run(root: Path, topics: Topics) -> None:
    """Read everything that is left, one record a poll, with a snapshot after each."""
    pipeline = start(root, topics)
    try:
        for partition in sorted(topics):
            for record in topics[partition]:
                pipeline.take(partition, [record])
                pipeline.pump([TRANSFERS, PARTIES])
                pipeline.save()
    finally:
        pipeline.state.close()


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compaction as soon as it can be."""
    monkeypatch.setattr(archive_compaction, "FILES_MIN", 2)
    monkeypatch.setattr(event_archive, "FILES_MIN", 2)


def contents(root: Path) -> tuple[list[bytes], list[bytes]]:
    letters = [letter for block in ArchiveReader(root).blocks() for letter in block.dead]
    return lines_of(root), sorted(map(msgspec.json.encode, letters))


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("stride", [31, pytest.param(1, marks=pytest.mark.slow)])
def test_kill_9_between_any_two_steps_loses_and_doubles_nothing(tmp_path: Path, stride: int) -> None:
    topics = feed()
    run(tmp_path / "straight", topics)
    whole = contents(tmp_path / "straight" / "archive")
    assert (len(whole[0]), len(whole[1])) == (13, 1)
    step = 0
    while True:
        root = tmp_path / f"killed-{step}"
        try:
            with killed_at(step) as done:
                run(root, topics)
        except KilledError:
            pass
        else:
            break
        if (root / "archive" / "committed.json").exists():
            between = contents(root / "archive")
            assert all(len(set(told)) == len(told) for told in between)
        run(root, topics)
        archive = root / "archive"
        assert contents(archive) == whole, done[-3:]
        everything = [f for kind in ("events", "dead") for f in all_files(archive, kind)]
        assert sum(pq.read_metadata(file.path).num_rows for file in everything) == 14  # readers that know no offsets
        assert not list(archive.rglob("*.writing"))
        step += stride  # a prime, so that another moment of a snapshot is met each time
    assert step > 300
    assert {"write_table", "rename", "unlink", "fsync", "mkdir"} <= set(done)


def test_many_small_files_become_one(tmp_path: Path) -> None:
    archive = EventArchive(tmp_path)
    archive.begin({TRANSFERS: 0})
    most = 0
    for n in range(40):
        records = [stored(n, transfer(f"t{n}", 1_466_000_000_000_000 + n))]
        archive.append(TRANSFERS, records, decode_records(TRANSFERS, records))
        archive.commit({TRANSFERS: n + 1}, late=0)
        most = max(most, len(all_files(tmp_path, "events")))
    assert most <= 2 * archive_compaction.FILES_MIN + event_archive.COMMITS_KEPT
    assert max(file.end - file.first for file in all_files(tmp_path, "events")) >= 24
    assert list(rows_of(tmp_path)["event_id"]) == [f"t{n}" for n in range(40)]


def test_much_is_written_before_the_commit_and_counts_only_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_archive, "HELD_ROWS_MAX", 1)
    archive = EventArchive(tmp_path)
    archive.begin({TRANSFERS: 0})
    records = [stored(n, transfer(f"t{n}", n)) for n in range(4)]
    archive.append(TRANSFERS, records[:2], decode_records(TRANSFERS, records[:2]))
    assert len(all_files(tmp_path, "events")) == 1
    assert lines_of(tmp_path) == []
    archive.append(TRANSFERS, records[2:], decode_records(TRANSFERS, records[2:]))
    archive.commit({TRANSFERS: 4}, late=0)
    assert [(f.first, f.end) for f in committed_files(tmp_path, "events")] == [(0, 2), (2, 4)]
    assert len(lines_of(tmp_path)) == 4


# -- what does not belong together -----------------------------------------------------------------------------------


def test_an_archive_of_another_state_is_left_alone(tmp_path: Path) -> None:
    archived(tmp_path, TRANSFERS, [stored(0, transfer("t", 1))])
    with pytest.raises(ArchiveError, match="holds an archive already"):
        EventArchive(tmp_path).begin({TRANSFERS: 0})
    with pytest.raises(ArchiveError, match="belongs to another --state"):
        EventArchive(tmp_path).resume({TRANSFERS: 5}, late=0)
    with pytest.raises(ArchiveError, match="belongs to another --state"):
        EventArchive(tmp_path / "none").resume({TRANSFERS: 5}, late=0)
    assert len(lines_of(tmp_path)) == 1


def test_what_is_broken_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="is no archive"):
        list(ArchiveReader(tmp_path).blocks())
    archived(tmp_path, TRANSFERS, [stored(n, transfer(f"t{n}", 1)) for n in range(100)])
    (path,) = tmp_path.rglob("*.parquet")
    whole = path.read_bytes()
    good, found = lines_of(tmp_path), 0
    for place in range(0, len(whole), 41):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            assert lines_of(tmp_path) == good  # what nobody reads may rot
        except ArchiveError as error:
            assert str(path) in str(error)
            found += 1
    assert found > len(whole) // 41 // 2
    pq.write_table(pq.read_table(pa.BufferReader(whole)).drop_columns(["amount_fen"]), path)
    with pytest.raises(ArchiveError, match="no column amount_fen"):
        lines_of(tmp_path)
    path.rename(path.with_name("mine.parquet"))
    with pytest.raises(ArchiveError, match="its name has no offsets"):
        lines_of(tmp_path)
    (tmp_path / archive_files._COMMITS).write_text("{}")
    with pytest.raises(ArchiveError, match=r"committed\.json cannot be read"):
        lines_of(tmp_path)


# -- what the engine refused, and what had come by then --------------------------------------------------------------


def test_refused_events_are_left_out_and_counted(tmp_path: Path) -> None:
    records = [stored(n, transfer(f"t{n}", 1_466_000_000_000_000 + n)) for n in range(5)]
    archive = archived(tmp_path, TRANSFERS, records)
    refused = [LateRecord("bank:A", "t3", 1_466_000_000_000_003, 2), LateRecord("bank:A", "t4", 7, 2)]  # t4 of another time
    archive.append_late(refused)
    archive.commit({TRANSFERS: 5}, late=2)
    reader = ArchiveReader(tmp_path)
    told = [name for block in reader.blocks() for batch in block.batches for name in batch.column("event_id").to_pylist()]
    assert (told, reader.late) == (["t0", "t1", "t2", "t4"], 1)
    again = EventArchive(tmp_path)
    again.resume({TRANSFERS: 5}, late=2)
    assert len(committed_files(tmp_path, "late")) == 2  # by the day of the event


@pytest.mark.parametrize(("moment", "known"), [(0, 0), ((MILLIS + 1) * 1_000, 2), ((MILLIS + 2) * 1_000 - 1, 2), (10**16, 3)])
def test_what_had_come_by_then(tmp_path: Path, moment: int, known: int) -> None:
    untimed = StoredRecord(4, None, transfer("untimed", 4), [])  # nothing shows when it came
    dead = stored(3, b"{")
    archived(tmp_path, TRANSFERS, [*(stored(n, transfer(f"t{n}", 1)) for n in range(3)), dead, untimed])
    reader = ArchiveReader(tmp_path, moment)
    blocks = list(reader.blocks())
    assert (sum(batch.num_rows for block in blocks for batch in block.batches), reader.unknown) == (known, 4 - known)
    assert sum(len(block.dead) for block in blocks) == (known == 3)
