"""Replays of files and archives: cut in time, by other rules, and compared; and what was known when."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from chuantou.console.alerts import last_versions
from chuantou.console.backtest import as_data, difference
from chuantou.console.instants import last_instant
from chuantou.console.main import main
from chuantou.detectors.engine import Engine
from chuantou.schemas.alerts import Alert, Window, decode_alert, encode_alert
from chuantou.schemas.clock import day_of_date, day_start_us
from chuantou.schemas.rules import RulePackError
from chuantou.streams.alert_versions import Told, decode_told, encode_told
from chuantou.streams.event_archive import EventArchive
from chuantou.streams.files import read_jsonl
from chuantou.streams.messages import Partition, decode_records
from chuantou.streams.reading import StoredRecord
from chuantou.streams.replay import Source, judge
from chuantou.streams.usable_rules import load_usable_pack
from tests.console.sample_alerts import sample_alert

CONTRACT = Path(__file__).parents[1] / "data" / "contract" / "events.jsonl"
PACK = Path(__file__).parents[2] / "schemas" / "rulepacks" / "yancheng-2016.yaml"
FEED = Partition("in.clr.transfers", 0)
MILLIS = 1_480_000_000_000


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUANTOU_LANG", "en")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """The contract's events, one a record and one record a second."""
    raws = CONTRACT.read_bytes().splitlines()
    records = [StoredRecord(n, None, raw, [], MILLIS + 1_000 * n) for n, raw in enumerate(raws)]
    kept = EventArchive(tmp_path / "archive")
    kept.begin({FEED: 0})
    kept.append(FEED, records, decode_records(FEED, records))
    kept.commit({FEED: len(records)}, late=0)
    return tmp_path / "archive"


def pack_with(path: Path, key: str, **values: Any) -> Path:
    """The shipped rules, with other values under one key."""
    content = yaml.safe_load(PACK.read_text(encoding="utf-8"))
    content["rule_pack"] = "other"
    for entry in content["params"][key]:
        entry["v"] |= values
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def test_an_archive_says_what_its_events_say(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, source in (("a", ["--archive", str(archive)]), ("e", ["--events", str(CONTRACT)])):
        assert main(["replay", *source, "--alerts", str(tmp_path / name)]) == 0
        assert capsys.readouterr().out == "in 205 = processed 205 + duplicate 0 + late 0 + dead 0\n"
    assert (tmp_path / "a").read_bytes() == (tmp_path / "e").read_bytes() != b""
    packs = [sorted((p.name, p.read_bytes()) for p in (tmp_path / f"{name}.evidence").iterdir()) for name in "ae"]
    assert packs[0] == packs[1] != []


@pytest.mark.parametrize("date", ["2016-05-31", "2016-06-12", "2016-06-20", "2016-06-30", "2016-08-01"])
def test_until_is_what_a_live_engine_had_said(date: str) -> None:
    moment, live = last_instant(date), Engine()
    (block,) = read_jsonl(CONTRACT)
    for batch in block.batches:
        live.accept(batch.filter(batch.column("event_time").to_numpy() <= moment))
    live.flush()
    engine, tally, left_out = judge(Source([CONTRACT], until=moment))
    assert [encode_alert(a) for a in engine.final_alerts()] == [encode_alert(a) for a in live.final_alerts()]
    assert tally.events + left_out == 205
    assert not engine.core.world.ended


def test_alerts_appear_one_after_the_other() -> None:
    dates = ("2015-01-01", "2016-06-12", "2016-06-20", "2016-06-30", "2017-12-31")
    found = [len(judge(Source([CONTRACT], until=last_instant(date))).engine.final_alerts()) for date in dates]
    assert found[0] == 0 < found[-1] and found == sorted(found)


@pytest.mark.parametrize("known", [0, 1, 100, 205])
def test_what_had_come_is_judged_and_the_rest_is_counted(archive: Path, tmp_path: Path, known: int) -> None:
    part = tmp_path / "part.jsonl"
    part.write_bytes(b"\n".join(CONTRACT.read_bytes().splitlines()[:known]))
    moment = (MILLIS + 1_000 * (known - 1)) * 1_000
    engine, tally, left_out = judge(Source(archive=archive, as_known_at=moment))
    assert (tally.events, left_out) == (known, 205 - known)
    expected = judge(Source([part], until=last_instant("9999-12-30"))).engine.final_alerts()
    assert engine.final_alerts() == expected


def test_a_backtest_names_what_it_gains_loses_and_changes(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strict = pack_with(tmp_path / "strict.yaml", "mismatch", gap30=[0.9, 0.95], wal=[50.0, 60.0])
    run = ["replay", "--archive", str(archive), "--rules", str(strict), "--compare", "yancheng-2016"]
    assert main([*run, "--json", "--alerts", str(tmp_path / "strict.jsonl")]) == 0
    told = json.loads(capsys.readouterr().out)
    before = {a.alert_id: a for a in judge(Source([CONTRACT])).engine.final_alerts()}
    after = {a.alert_id: a for a in map(decode_alert, (tmp_path / "strict.jsonl").read_bytes().splitlines())}
    lost = {alert["alert_id"] for alert in told["lost"]}
    assert lost == before.keys() - after.keys() and lost
    assert {before[key].detector for key in lost} == {"P2P-07"}
    assert (told["rules"], told["gained"]) == ("other", [])
    assert told["same"] + len(told["changed"]) == len(after) > 0
    assert main(run) == 0
    assert f"0 gained, {len(lost)} lost" in capsys.readouterr().out
    mild = pack_with(tmp_path / "mild.yaml", "mismatch", gap30=[0.3, 0.4], wal=[50.0, 60.0])
    run = ["replay", "--archive", str(archive), "--compare", str(mild), "--json"]
    assert main(run) == 0
    (change,) = (c for c in json.loads(capsys.readouterr().out)["changed"] if c["detector"] == "P2P-07")
    assert change["fields"]["severity"] == {"before": "yellow", "after": "red"}


def test_a_backtest_against_a_file_of_alerts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live = tmp_path / "live.jsonl"
    assert main(["replay", "--events", str(CONTRACT), "--alerts", str(live)]) == 0
    capsys.readouterr()
    assert main(["replay", "--events", str(CONTRACT), "--compare", str(live), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["gained"], told["lost"], told["changed"]) == ([], [], [])
    assert told["same"] == len(live.read_bytes().splitlines()) > 0


def window(first: str, last: str) -> Window:
    return Window(first=f"{first}T00:00:00+08:00", last=f"{last}T00:00:00+08:00")


def test_an_episode_that_begins_elsewhere_is_changed_and_not_lost() -> None:
    may, june = window("2016-05-01", "2016-06-10"), window("2016-06-01", "2016-06-20")
    before = [sample_alert("a", window=june), sample_alert("b", window=window("2016-09-01", "2016-09-02"))]
    after = [sample_alert("c", window=may, severity="yellow"), sample_alert("d", detector="P2P-04", window=june)]
    found = difference([*before, sample_alert("gone", kind="withdrawn")], after)
    assert [alert.alert_id for alert in found.gained] == ["d"]
    assert [alert.alert_id for alert in found.lost] == ["b"]
    (change,) = as_data(found)["changed"]
    assert (change["alert_id_before"], change["alert_id"]) == ("a", "c")
    assert change["fields"]["severity"] == {"before": "red", "after": "yellow"}
    assert set(change["fields"]) == {"severity", "window"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rule_pack: x\nparams: {}\n", "keys are missing"),
        ("rule_pack: x\n", "needs the keys rule_pack and params"),
        ("a: [", "yaml"),
    ],
)
def test_a_pack_that_cannot_be_used_is_told(
    tmp_path: Path, text: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = tmp_path / "pack.yaml"
    pack.write_text(text, encoding="utf-8")
    assert main(["replay", "--events", str(CONTRACT), "--rules", str(pack), "--compare", "yancheng-2016"]) == 1
    error = capsys.readouterr().err
    assert told in error and error.count("\n") == 1


def test_a_value_of_another_kind_is_told(tmp_path: Path) -> None:
    pack = pack_with(tmp_path / "pack.yaml", "pool.gate", people="thirty")
    with pytest.raises(RulePackError, match=r"pool\.gate from 2016-05-20: expected mapping of .*people: number"):
        load_usable_pack(pack)
    assert load_usable_pack(pack_with(tmp_path / "fine.yaml", "pool.gate", people=31)).id == "other"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--alerts", "x"], "--events is missing"),
        (["--events", str(CONTRACT)], "--alerts is missing"),
        (["--events", str(CONTRACT), "--alerts", "x", "--as-known-at", "2016-06-20"], "--as-known-at needs --archive"),
        (["--events", str(CONTRACT), "--alerts", "x", "--json"], "--json goes with --compare"),
        (["--events", str(CONTRACT), "--dead-letters", "x", "--compare", "y"], "writes no --dead-letters"),
    ],
)
def test_options_that_do_not_go_together(options: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", *options]) == 2
    assert told in capsys.readouterr().err


def test_a_date_means_its_end_in_shanghai() -> None:
    assert last_instant("2016-06-20") == day_start_us(day_of_date("2016-06-21")) - 1
    assert last_instant("2016-06-20T10:00:00+08:00") == last_instant("2016-06-20T02:00:00Z") == 1_466_388_000_000_000
    for wrong in ("2016-13-01", "2016-06-20T10:00:00", "today"):
        with pytest.raises(ValueError, match="not a"):
            last_instant(wrong)


# -- what was known when ---------------------------------------------------------------------------------------------


def versions() -> list[Told]:
    def at(date: str, alert_id: str, version: int, **other: Any) -> Told:
        return Told(sample_alert(alert_id, version=version, **other), last_instant(date))

    return [
        at("2016-06-01", "a", 1, severity="yellow"),
        at("2016-06-10", "b", 1),
        at("2016-06-20", "a", 2, kind="escalated"),
        at("2016-06-21", "a", 2, kind="escalated"),  # told again after a restart
        at("2016-06-30", "b", 2, kind="withdrawn"),
    ]


@pytest.fixture
def told(tmp_path: Path) -> Path:
    path = tmp_path / "told.jsonl"
    path.write_bytes(b"".join(encode_told(one) + b"\n" for one in versions()))
    return path


@pytest.mark.parametrize(
    ("then", "known"),
    [
        ("2016-05-31", []),
        ("2016-06-09", [("a", 1, "created")]),
        ("2016-06-10", [("a", 1, "created"), ("b", 1, "created")]),
        ("2016-06-20T23:59:59+08:00", [("a", 1, "created"), ("b", 1, "created")]),
        ("2016-06-25", [("a", 2, "escalated"), ("b", 1, "created")]),
        ("2017-01-01", [("a", 2, "escalated"), ("b", 2, "withdrawn")]),
    ],
)
def test_what_we_knew_then(
    told: Path, then: str, known: list[tuple[str, int, str]], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["alerts", "--alerts", str(told), "--jsonl", "--as-known-at", then]) == 0
    shown = [decode_alert(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert [(alert.alert_id, alert.version, alert.kind) for alert in shown] == known


def test_versions_go_out_and_come_back(told: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["alerts", "--alerts", str(told), "--versions"]) == 0
    lines = capsysbinary.readouterr().out.splitlines()
    assert list(map(decode_told, lines)) == versions()
    alerts: list[Alert] = [decode_alert(line) for line in lines]  # an alerts file like any other
    assert last_versions(alerts) == last_versions(one.alert for one in versions())


def test_a_file_that_does_not_say_when_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "final.jsonl"
    path.write_bytes(encode_alert(sample_alert()) + b"\n")
    assert main(["alerts", "--alerts", str(path), "--as-known-at", "2016-06-20"]) == 1
    assert f"{path}:1 does not say when it was known" in capsys.readouterr().err
