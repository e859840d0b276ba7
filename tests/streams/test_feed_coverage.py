"""Missing days, statements that do not add up and opaque batches become events, and are reversed when they are over."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chuantou.detectors.voids import standing
from chuantou.schemas.clock import parse_time
from chuantou.schemas.streams import ReferenceItem
from chuantou.streams.broker import EmbeddedBroker
from chuantou.streams.feeds import staging
from tests.streams.feed_site import FEED, PROFILE, KilledSweeps, Site, adds_up, payments

pytestmark = pytest.mark.xdist_group("embedded-broker")

UNBALANCED = (Path(__file__).parents[1] / "data" / "feeds" / "camt" / "statement.xml").read_text(encoding="utf-8")
STATEMENT = UNBALANCED.replace(">1350.5<", ">1417.50<")  # an entry in dollars cannot be read, the others add up to this
POOL = "104:pool"
DAILY = PROFILE.replace("(?P<date>[0-9]{8})?", "(?P<date>[0-9]{8})")
DAILY += 'since: 2026-09-28\ncalendar: cn-working-days\ncutoff: "08:00"\naccounts: ["102:1"]\n'
NOW = parse_time("2026-09-30T08:00:00+08:00")  # the 28th and the 29th are due


@pytest.fixture
def broker() -> Iterator[str]:
    with EmbeddedBroker() as embedded:
        yield embedded.url


def told(site: Site) -> list[tuple[str, str, str]]:
    """(code, account, day) of what stands."""
    events = standing(site.on_broker(f"feed:{FEED}", ["in.ref.items"]).values())
    items = [event for event in events if isinstance(event, ReferenceItem) and event.table == "coverage"]
    return sorted((item.value["code"], item.key, str(item.valid_from)) for item in items)


def test_a_missing_day_is_told_of_each_account_and_taken_back(tmp_path: Path, broker: str) -> None:
    site = Site(tmp_path, broker, DAILY)
    site.put("a20260928.jsonl", b"")
    for _ in range(2):
        site.sweep(now_us=NOW)
        assert told(site) == [("GAP", "102:1", "2026-09-29")]
    assert site.report(NOW).no_all_clear == ["102:1"]
    site.put("a20260929.jsonl", payments("bank:A", [5]))
    site.sweep(now_us=NOW)
    assert told(site) == [] and site.report(NOW).no_all_clear == []


def test_before_the_cut_off_nothing_is_missing(tmp_path: Path, broker: str) -> None:
    site = Site(tmp_path, broker, DAILY)
    site.sweep(now_us=NOW - 1)
    assert told(site) == [("GAP", "102:1", "2026-09-28")]


def test_the_accounts_of_the_statements_are_known_without_the_profile(tmp_path: Path, broker: str) -> None:
    site = Site(tmp_path, broker, DAILY.replace("auto", "camt"))
    site.put("a20260928.xml", STATEMENT.encode())
    site.sweep(now_us=NOW)
    assert [flag for flag in told(site) if flag[0] == "GAP"] == [("GAP", "102:1", "2026-09-29"), ("GAP", POOL, "2026-09-29")]


def test_a_statement_that_does_not_add_up_and_its_right_version(tmp_path: Path, broker: str) -> None:
    site = Site(tmp_path, broker, PROFILE.replace("auto", "camt"))
    right = flags_after(site, "a_v1.xml", STATEMENT)
    assert {code for code, *_ in right} == {"BATCH_OPAQUE"} and ("BATCH_OPAQUE", POOL, "2016-06-20") in right
    for version in (2, 4):  # wrong again after it had been right
        assert ("UNBALANCED", POOL, "2016-06-20") in flags_after(site, f"a_v{version}.xml", UNBALANCED)
        assert flags_after(site, f"a_v{version + 1}.xml", STATEMENT) == right


def flags_after(site: Site, name: str, text: str) -> list[tuple[str, str, str]]:
    site.put(name, text.encode())
    (record,) = site.sweep()
    assert record.status == "done"
    return told(site)


NUMBERED = STATEMENT.replace("<Id>S1</Id>", "<Id>S{0}</Id><ElctrncSeqNb>{0}</ElctrncSeqNb>")


def numbered(number: int, opening: str = "1000.00") -> bytes:
    """The statement of a day, its movements left out; number 171 is that of 20 June 2016."""
    head, tail = NUMBERED.partition("<Ntry>")[0], "</Stmt></BkToCstmrStmt></Document>"
    day = f"2016-06-{20 + number - 171}"
    text = (head + tail).replace("{0}", str(number)).replace("2016-06-20", day)
    return re.sub(r">1417[.]50<", f">{opening}<", text.replace("1000.00", opening)).encode()


def test_a_statement_missing_between_two_is_a_gap_until_it_comes(tmp_path: Path, broker: str) -> None:
    site = Site(tmp_path, broker, PROFILE.replace("auto", "camt"))
    for letter, number in (("a", 171), ("b", 174)):
        assert flags_after(site, f"{letter}.xml", numbered(number).decode()) == (
            [] if number == 171 else [("GAP", POOL, "2016-06-21"), ("GAP", POOL, "2016-06-22")]
        )
    one = site.report()
    assert one.findings == ["104:pool: no statement 172 to 173, between 2016-06-20 and 2016-06-23"]
    assert one.faults == {"GAP": 1} and one.no_all_clear == [POOL]
    assert flags_after(site, "c.xml", numbered(172).decode()) == [("GAP", POOL, "2016-06-22")]
    assert flags_after(site, "d.xml", numbered(173).decode()) == [] and site.report().findings == []
    assert flags_after(site, "c_v2.xml", numbered(172, "7.00").decode()) == [
        ("UNBALANCED", POOL, "2016-06-21"), ("UNBALANCED", POOL, "2016-06-22"),
    ]  # fmt: skip


def test_a_statement_that_a_new_version_leaves_out_is_missing_again(tmp_path: Path, broker: str) -> None:
    site = Site(tmp_path, broker, PROFILE.replace("auto", "camt"))
    for letter, number in (("a", 171), ("b", 172), ("c", 173)):
        assert flags_after(site, f"{letter}.xml", numbered(number).decode()) == []
    assert flags_after(site, "b_v2.xml", numbered(172).decode().replace("104:pool", "104:other")) == [("GAP", POOL, "2016-06-21")]
    assert flags_after(site, "b_v3.xml", numbered(172).decode()) == []


def test_a_bank_that_does_not_number_by_account_has_no_holes(tmp_path: Path, broker: str) -> None:
    site = Site(tmp_path, broker, PROFILE.replace("auto", "camt") + "numbered: false\n")
    for letter, number in (("a", 171), ("b", 174)):
        assert flags_after(site, f"{letter}.xml", numbered(number).decode()) == []
    assert site.report().findings == []


def test_the_same_of_mt940(tmp_path: Path, broker: str) -> None:
    site = Site(tmp_path, broker, PROFILE.replace("auto", "mt940"))
    for name, number, before, day in (("a", 1, "160619", "160620"), ("b", 3, "160621", "160622")):
        text = f":20:S\n:25:105:1\n:28C:{number}/1\n:60F:C{before}CNY1,\n:62F:C{day}CNY1,\n"
        told = flags_after(site, f"{name}.xml", text)
    assert told == [("GAP", "105:1", "2016-06-21")]


def test_batches_that_a_platform_has_sent_and_that_are_not_here(
    tmp_path: Path, broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of two batches of the day is here; the platform says what it has sent; then the other one comes."""
    site = Site(tmp_path, broker)
    monkeypatch.setenv("CHUANTOU_FEEDS", str(site.home))
    (site.home / "institutions.yaml").write_text("CERT1: 91320900MA1N000016\n")
    said = {"sourceCode": "CERT1", "infType": "4", "sentDate": "2019-05-01", "dataType": "1", "totalNum": "2", "sums": {"6": "3"}}
    assert flags_after(site, "a.jsonl", ifcert_batch(1, "1.00")) == []
    assert flags_after(site, "said.jsonl", json.dumps(said)) == [("GAP", "own:CERT1", "2019-05-01")]
    assert [(letter.code, letter.field, letter.found, letter.expected) for letter in site.letters()] == [
        ("BAD_TOTALS", "CERT1 interface 4 2019-05-01 records", "1 accepted", "2, as was sent"),
        ("BAD_TOTALS", "CERT1 interface 4 2019-05-01 fen of transType 6", "100 accepted", "300, as was sent"),
    ]  # fmt: skip
    one = site.report()
    assert one.findings[0] == "CERT1 interface 4 2019-05-01 records: sent 2, accepted 1"
    assert one.faults == {"BAD_TOTALS": 2, "GAP": 2} and one.events["dead"] == 2 and adds_up(one)
    assert flags_after(site, "b.jsonl", ifcert_batch(2, "2.00")) == [] and site.report().findings == []


def ifcert_batch(number: int, yuan: str) -> str:
    record = {"transId": f"t{number}", "transType": "6", "userIdcardHash": "a", "transTime": "2019-05-01", "transMoney": yuan}
    stamp = "1556683200000"
    return json.dumps({
        "sourceCode": "CERT1", "infType": "4", "dataType": "1", "totalNum": "1", "batchNum": f"CERT1_20190501_{number}",
        "sentTime": "2019-05-01 12:00:00", "timestamp": stamp, "checkCode": hashlib.md5(stamp.encode()).hexdigest(),
        "dataList": [record],
    })  # fmt: skip


def test_a_file_of_too_many_statements_is_refused(tmp_path: Path, broker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "NOTES_MAX", 1)
    site = Site(tmp_path, broker, PROFILE.replace("auto", "camt"))
    twice = re.sub(r"(<Stmt>.*</Stmt>)", r"\1\1", numbered(171).decode(), flags=re.DOTALL)
    site.put("a.xml", twice.encode())
    site.put("b.xml", numbered(171))
    assert [record.status for record in site.sweep()] == ["failed", "done"]
    assert site.report().faults == {"BAD_FILE": 1}


def test_gaps_survive_a_kill_after_any_step(tmp_path: Path, broker: str) -> None:
    """The days since 28 September 2026 and up to this day are missing: the number is that of the calendar, however it died."""
    with KilledSweeps() as sweeps:
        site = Site(tmp_path, broker, DAILY)
        for step in range(1, 9):
            if not sweeps.after(step, site):
                break
        site.sweep()
    assert [day for _, _, day in told(site)] == site.report().gaps and step > 2
