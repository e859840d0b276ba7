"""The drop folder, with real files, processes and a broker over TCP."""

import gzip
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chuantou.detectors.voids import standing
from chuantou.schemas.streams import encode_line
from chuantou.streams.broker import EmbeddedBroker
from chuantou.streams.feeds.state import DISCARDED, FORGOTTEN_US, RELEASED
from chuantou.streams.feeds.watch import STAGED, STATE, SiteInUseError, opened
from chuantou.streams.files import BLOCK_BYTES
from tests.streams.feed_site import PROFILE, KilledSweeps, Site, decided, payments

pytestmark = pytest.mark.xdist_group("embedded-broker")

STEPS_MAX = 40


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    with EmbeddedBroker() as embedded:
        yield embedded.url


@pytest.fixture
def site(tmp_path: Path, broker: str) -> Site:
    return Site(tmp_path, broker)


def test_a_finished_file_is_taken_sent_and_moved(site: Site) -> None:
    site.put("a20160620.jsonl", payments("bank:first", [100, 200]))
    (record,) = site.sweep()
    assert (record.status, record.received, record.processed, record.format) == ("done", 2, 2, "jsonl")
    assert site.places() == {"done": ["000001-a20160620.jsonl"]}
    assert len(site.on_broker("bank:first")) == 2
    assert site.sweep() == []


def test_what_is_not_finished_or_not_a_file_is_left_alone(site: Site, tmp_path: Path) -> None:
    line = payments("bank:unfinished", [1])
    for name in ("a.jsonl.part", "a.jsonl.filepart", ".a.jsonl", "a.jsonl.tmp"):
        site.put(name, line)
    secret = tmp_path / "secret.jsonl"
    secret.write_bytes(b"")
    (site.folder / "link.jsonl").symlink_to(secret)
    os.mkfifo(site.folder / "pipe.jsonl")
    assert site.sweep() == []


def test_a_file_is_left_alone_until_nothing_has_changed_for_a_while(site: Site) -> None:
    path = site.put("a.jsonl", payments("bank:growing", [1]))
    assert site.sweep(settled_s=1) == []
    with path.open("ab") as file:
        file.write(b"\n")
    time.sleep(1.1)
    assert len(site.sweep(settled_s=1)) == 1


def test_a_process_that_is_killed_after_any_step_loses_and_doubles_nothing(tmp_path: Path, broker: str) -> None:
    """Two versions of a file: the second one corrects, reverses and adds. Every boundary between two steps is tried."""
    with KilledSweeps() as sweeps:
        for step in range(1, STEPS_MAX):
            source = f"bank:killed{step}"
            site = Site(tmp_path / str(step), broker)
            site.put("a20160620.jsonl", payments(source, [100, 200, 300]))
            site.sweep()
            site.put("b20160621.jsonl", [*payments(source, [500], "u"), *payments(source, [100, 200, 300])[:1]])
            site.put("a20160620_v2.jsonl", payments(source, [100, 250]))
            killed = sweeps.after(step, site)
            site.sweep()
            sent = site.on_broker(source, ["in.clr.transfers"]).values()
            assert {e.event_id: e.amount_fen for e in standing(sent)} == {"t0": 100, "t1": 250, "u0": 500}  # type: ignore[attr-defined]
            assert site.report().events == {"in": 8, "processed": 6, "duplicate": 2, "late": None, "dead": 0}
            assert list(site.places()) == ["done"] and len(site.places()["done"]) == 3
            if not killed:
                break
    assert 16 <= step < STEPS_MAX  # eight steps or more a file


def test_the_name_is_agreed(site: Site) -> None:
    site.put("Wrong.jsonl", payments("bank:name", [1]))
    site.put("a20160631.jsonl", payments("bank:name", [1]))
    assert [record.status for record in site.sweep()] == ["failed", "failed"]
    assert {letter.code for letter in site.letters()[-2:]} == {"WRONG_NAME"}
    assert site.on_broker("bank:name") == {}
    assert site.report().faults == {"WRONG_NAME": 2} and site.report().events["in"] == 2


def test_an_old_version_does_not_replace_a_newer_one(site: Site) -> None:
    site.put("a_v2.jsonl", payments("bank:old", [2]))
    site.sweep()
    site.put("a_v1.jsonl", payments("bank:old", [1]))
    (record,) = site.sweep()
    assert record.status == "failed" and record.faults == {"OLD_VERSION": 1}
    assert len(site.on_broker("bank:old")) == 1


@pytest.mark.parametrize("name", ["对账单.jsonl".encode("gb18030"), b"x" * 245 + b".jsonl"])
def test_names_of_older_systems_and_long_ones(tmp_path: Path, broker: str, name: bytes) -> None:
    site = Site(tmp_path, broker, PROFILE.replace("[a-z]*", ".*"))
    Path(os.fsdecode(os.fsencode(site.folder) + b"/" + name)).write_bytes(b"")
    (record,) = site.sweep()
    assert record.status == "done" and record.name.endswith(".jsonl")


def test_a_damaged_file_fails_and_the_next_goes_on(site: Site) -> None:
    site.put("a.jsonl", b"\x1f\x8b\x08\x00 cut off")
    site.put("b.jsonl", payments("bank:damage", [5]))
    assert [record.status for record in site.sweep()] == ["failed", "done"]
    assert site.places()["failed"] == ["000001-a.jsonl"]


def test_a_file_that_is_cut_off_is_refused_and_counted_by_its_letters(tmp_path: Path, broker: str) -> None:
    site = Site(tmp_path, broker, PROFILE.replace("|xml)", "|jsonl[.]gz)"))
    (line,) = payments("bank:cut", [1])
    blocks = 16 * (BLOCK_BYTES // len(encode_line(line)))  # enough for the first ones to be taken before the end is read
    text = b'{"stream":"nonsense"}\n' + blocks * (encode_line(line) + b"\n")
    site.put("cut.jsonl.gz", gzip.compress(text, 1)[:-9])
    (record,) = site.sweep()
    letters = [letter for letter in site.letters() if "cut" in letter.source]
    assert record.status == "failed" and record.faults == {"UNKNOWN_STREAM": 1, "BAD_FILE": 1}
    assert record.received == record.dead == len(letters) == 2
    assert site.on_broker("bank:cut", ["in.clr.transfers"]) == {}


def test_an_empty_file_is_no_missing_file(site: Site) -> None:
    site.put("a20160620.jsonl", b"")
    (record,) = site.sweep()
    assert (record.status, record.format, record.received) == ("done", "empty", 0)


def test_a_state_has_one_watcher(site: Site) -> None:
    with opened(site.drop, site.home, site.broker), pytest.raises(SiteInUseError, match="in use"):
        site.sweep()


# -- units (DQ-11) -----------------------------------------------------------------------------------------------


def held(site: Site, source: str) -> None:
    """A usual day, then one with amounts a hundred times as large, then another usual one."""
    for name, factor in (("a", 1), ("b", 100), ("c", 1)):
        site.put(f"{name}.jsonl", payments(source, [factor * (9_000 + i) for i in range(25)], name))
    assert [record.status for record in site.sweep()] == ["done", "held"]


def test_a_jump_of_a_hundred_stops_the_feed(site: Site) -> None:
    held(site, "bank:units")
    assert len(site.on_broker("bank:units")) == 25
    assert site.places() == {".": ["c.jsonl"], "done": ["000001-a.jsonl"], "held": ["000002-b.jsonl"]}
    one = site.report()
    assert one.quarantine is not None and one.quarantine.file == "b.jsonl"
    assert one.quarantine.reason == "UNIT_JUMP: median of 25 amounts 901200 fen, 9012 fen in the files before"
    assert one.events["in"] == 25 and one.faults == {"UNIT_JUMP": 1}
    assert site.sweep() == []


def test_a_released_file_is_sent_and_begins_a_new_history(site: Site) -> None:
    held(site, "bank:release")
    assert decided(site, RELEASED) == 1
    assert [(record.name, record.status) for record in site.sweep()] == [("b.jsonl", "done"), ("c.jsonl", "held")]
    assert len(site.on_broker("bank:release")) == 50
    assert site.places()["done"] == ["000001-a.jsonl", "000002-b.jsonl"]


def test_a_discarded_file_is_never_sent_and_the_right_one_is(site: Site) -> None:
    held(site, "bank:discard")
    assert decided(site, DISCARDED) == 1
    site.put("b.jsonl", payments("bank:discard", [9_000 + i for i in range(25)], "b"))
    assert [(record.name, record.status) for record in site.sweep()] == [("c.jsonl", "done"), ("b.jsonl", "done")]
    assert site.places() == {"done": ["000001-a.jsonl", "000003-c.jsonl", "000004-b.jsonl"], "failed": ["000002-b.jsonl"]}
    assert {event.amount_fen > 90_000 for event in site.on_broker("bank:discard").values()} == {False}  # type: ignore[attr-defined]
    assert decided(site, RELEASED) == 0


def test_the_first_file_is_held_against_what_the_profile_expects(tmp_path: Path, broker: str) -> None:
    site = Site(tmp_path, broker, PROFILE + "typical_fen: 10000\n")
    site.put("a.jsonl", payments("bank:typical", [1_000_000] * 20))
    assert [record.status for record in site.sweep()] == ["held"]


def test_what_is_too_old_to_be_compared_is_forgotten(site: Site) -> None:
    now = time.time_ns() // 1_000
    site.put("a.jsonl", payments("bank:forgotten", [1, 2]))
    site.sweep(now_us=now - FORGOTTEN_US - 1)
    staged = site.home / STATE / STAGED
    assert len(list(staged.iterdir())) == 1
    site.sweep()
    assert list(staged.iterdir()) == []
    site.put("a_v2.jsonl", payments("bank:forgotten", [1]))
    (record,) = site.sweep()
    assert (record.status, record.processed, record.duplicate) == ("done", 1, 0)


def test_folders_that_are_no_feeds_are_left_alone(site: Site) -> None:
    for name in ("done", "no feed", ".hidden"):
        (site.drop / name).mkdir(exist_ok=True)
        (site.drop / name / "a.jsonl").write_bytes(b"")
    assert site.sweep() == []
