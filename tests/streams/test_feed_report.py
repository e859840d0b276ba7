"""What is said of each feed: gaps on the days that its calendar expects, where every event went, refused files (DQ-01, DQ-02)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chuantou.schemas.clock import parse_time
from chuantou.schemas.dead_letters import BrokenRuleError, Reason, dead_letter
from chuantou.streams.broker import EmbeddedBroker
from tests.streams.feed_site import PROFILE, Site, adds_up, payments

pytestmark = pytest.mark.xdist_group("embedded-broker")

CAMT = Path(__file__).parents[1] / "data" / "feeds" / "camt" / "statement.xml"
DAILY = PROFILE + 'since: 2026-09-28\ncalendar: cn-working-days\ncutoff: "08:00"\n'
DAILY = DAILY.replace("(?P<date>[0-9]{8})?", "(?P<date>[0-9]{8})")
AFTER_THE_HOLIDAY = parse_time("2026-10-09T08:00:00+08:00")


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    with EmbeddedBroker() as embedded:
        yield embedded.url


def test_a_missing_file_is_missing_on_expected_days_alone(tmp_path: Path, broker: str) -> None:
    """国庆 rests from 1 to 7 October; the file of 8 October is due on the 9th at 8."""
    site = Site(tmp_path, broker, DAILY)
    site.put("a20260928.jsonl", payments("bank:gaps", [1]))
    site.put("a20260930.jsonl", b"")  # nothing moved on that day
    site.sweep()
    one = site.report(AFTER_THE_HOLIDAY)
    assert one.gaps == ["2026-09-29", "2026-10-08"] and one.faults == {"GAP": 2}
    assert site.report(AFTER_THE_HOLIDAY - 1).gaps == ["2026-09-29"]
    site.put("a20260929_v3.jsonl", payments("bank:gaps", [2], "u"))
    site.sweep()
    assert site.report(AFTER_THE_HOLIDAY).gaps == ["2026-10-08"]


def test_a_refused_file_is_missing_still(tmp_path: Path, broker: str) -> None:
    site = Site(tmp_path, broker, DAILY)
    site.put("a20260928.xml", b"<Document>")
    (record,) = site.sweep()
    assert record.status == "failed" and "2026-09-28" in site.report(AFTER_THE_HOLIDAY).gaps


def test_where_every_event_went(tmp_path: Path, broker: str) -> None:
    site = Site(tmp_path, broker)
    lines = payments("bank:counts", [1, 2, 3])
    site.put("a.jsonl", lines)
    site.put("b.jsonl", lines[1:])
    site.put("c.jsonl", b'{"stream":"clr.transfers"}\n')
    site.sweep()
    too_old = BrokenRuleError(Reason.TOO_OLD, "event_time", "2014", "later")
    letters = [*site.letters(), dead_letter(too_old, "bank:counts/t0", b"", event_id="t0"),
               dead_letter(too_old, "bank:other/t0", b"", event_id="t0")]  # fmt: skip
    one = site.report(letters=letters)
    assert one.events == {"in": 6, "processed": 2, "duplicate": 2, "late": 1, "dead": 1} and adds_up(one)
    assert one.last_event == "2016-06-20T12:00:00.000002+08:00" and one.faults == {"MISSING_FIELD": 1}


def test_a_statement_whose_trailer_is_wrong_is_refused_whole_and_its_next_version_taken(tmp_path: Path, broker: str) -> None:
    site = Site(tmp_path, broker, PROFILE.replace("auto", "camt"))
    right = CAMT.read_text(encoding="utf-8")
    wrong = right.replace("</Stmt>", "<TxsSummry><TtlNtries><NbOfNtries>99</NbOfNtries></TtlNtries></TxsSummry></Stmt>", 1)
    site.put("a.xml", wrong.encode())
    (record,) = site.sweep()
    assert record.status == "failed" and record.reason is not None and record.reason.startswith("BAD_TOTALS: NbOfNtries")
    assert site.on_broker("bank:BKCHCNBJ95A") == {}
    assert site.places() == {"failed": ["000001-a.xml"]}
    assert "BAD_TOTALS" in {letter.code for letter in site.letters()}
    site.put("a_v2.xml", right.encode())
    (record,) = site.sweep()
    assert record.status == "done" and len(site.on_broker("bank:BKCHCNBJ95A")) == record.processed > 5
    assert adds_up(site.report())


def test_a_table_of_another_mapping_is_refused(tmp_path: Path, broker: str) -> None:
    table = Path(__file__).parents[1] / "data" / "feeds" / "csv" / "icbc.csv"
    for mapping, status in (("ccb", "failed"), ("icbc", "done")):
        profile = PROFILE.replace("auto", f"csv\nmapping: {mapping}").replace("xml", "csv")
        site = Site(tmp_path / mapping, broker, profile)
        site.put("a.csv", table.read_bytes())
        assert [record.status for record in site.sweep()] == [status]
