"""The state directory: whole or absent, the last three, and a broken one falls back to the one before it."""

import logging
import shutil
from pathlib import Path

import pytest

from chuantou.streams.checkpoint import KEPT, Meta, StateDirectory, StateError, Step


def meta(frontier: int) -> Meta:
    offsets = {"in.clr.transfers/0": (1, 2)}
    return Meta(program="1", rule_pack="r", rules_sha256="s", frontier=frontier, offsets=offsets, dead=0, late_told=0)


def steps(*frontiers: int) -> list[Step]:
    return [Step(frontier=frontier, taken={"in.clr.transfers/0": frontier}) for frontier in frontiers]


def fill(path: Path, snapshots: int) -> StateDirectory:
    """Snapshots 1…n, each followed by one step whose frontier is ten times its number."""
    state = StateDirectory(path)
    for number in range(1, snapshots + 1):
        state.save(meta(number), b"engine %d" % number)
        state.journal(steps(number * 10)[0])
    return state


def test_an_empty_directory_holds_nothing(tmp_path: Path) -> None:
    assert StateDirectory(tmp_path / "new" / "state").load() is None


def test_what_is_saved_comes_back_with_the_steps_since(tmp_path: Path) -> None:
    state = fill(tmp_path, 2)
    state.journal(Step(frontier=21, then="flush"))
    state.close()
    loaded = StateDirectory(tmp_path).load()
    assert loaded is not None
    assert (loaded.meta, loaded.engine) == (meta(2), b"engine 2")
    assert loaded.steps == [*steps(20), Step(frontier=21, then="flush")]


def test_the_last_three_are_kept(tmp_path: Path) -> None:
    fill(tmp_path, 5).close()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "lock") == [
        "journal-000003.jsonl", "journal-000004.jsonl", "journal-000005.jsonl",
        "snapshot-000003", "snapshot-000004", "snapshot-000005",
    ]  # fmt: skip
    assert KEPT == 3


@pytest.mark.parametrize("file", ["engine.bin", "meta.json", "SHA256SUMS"])
@pytest.mark.parametrize("harm", ["flip", "cut", "remove"])
def test_a_broken_snapshot_falls_back_loudly(
    tmp_path: Path, file: str, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    fill(tmp_path, 3).close()
    victim = tmp_path / "snapshot-000003" / file
    data = victim.read_bytes()
    if harm == "remove":
        victim.unlink()
    else:
        victim.write_bytes(data[:-1] if harm == "cut" else bytes([data[0] ^ 1]) + data[1:])
    state = StateDirectory(tmp_path)
    with caplog.at_level(logging.ERROR):
        loaded = state.load()
    if file == "SHA256SUMS" and harm == "cut":  # without its last newline it says the same
        assert loaded is not None and loaded.engine == b"engine 3"
        return
    assert "snapshot 3 is broken" in caplog.text
    assert loaded is not None
    assert loaded.engine == b"engine 2"
    assert loaded.steps == steps(20, 30)  # the journals of both lead to the same point
    assert state.save(meta(4), b"engine 4") == 4


def test_no_whole_snapshot_is_an_error_not_a_fresh_start(tmp_path: Path) -> None:
    fill(tmp_path, 2).close()
    for snapshot in tmp_path.glob("snapshot-*"):
        (snapshot / "engine.bin").write_bytes(b"?")
    with pytest.raises(StateError, match="no snapshot is whole"):
        StateDirectory(tmp_path).load()


@pytest.mark.parametrize("torn", [b'{"frontier":4', b'{"frontier":40}', b"\x00\x00\n"])
def test_a_torn_journal_ends_before_the_tear(tmp_path: Path, torn: bytes, caplog: pytest.LogCaptureFixture) -> None:
    fill(tmp_path, 1).close()
    with (tmp_path / "journal-000001.jsonl").open("ab") as journal:
        journal.write(torn)
    loaded = StateDirectory(tmp_path).load()
    assert loaded is not None
    assert loaded.steps == steps(10)
    assert "torn" in caplog.text


def test_a_crash_while_writing_leaves_the_old_one(tmp_path: Path) -> None:
    fill(tmp_path, 1).close()
    half = tmp_path / ".writing-000002"
    shutil.copytree(tmp_path / "snapshot-000001", half)
    (half / "SHA256SUMS").unlink()
    loaded = StateDirectory(tmp_path).load()
    assert loaded is not None and loaded.engine == b"engine 1"
    assert not half.exists()


def test_two_workers_do_not_share_a_directory(tmp_path: Path) -> None:
    first = StateDirectory(tmp_path)
    with pytest.raises(StateError, match="in use"):
        StateDirectory(tmp_path)
    first.close()
    StateDirectory(tmp_path).close()


def test_a_journal_needs_a_snapshot(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no snapshot"):
        StateDirectory(tmp_path).journal(Step(frontier=1))


def test_another_format_is_not_read(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path)
    state.save(
        Meta(
            format=99, program="1", rule_pack="r", rules_sha256="s", frontier=0, offsets={}, dead=0, late_told=0
        ),
        b"engine",
    )
    state.close()
    with pytest.raises(StateError):
        StateDirectory(tmp_path).load()
