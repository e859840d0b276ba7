"""Missing days, statements that do not add up and opaque batches become events, and are reversed when they are over."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chuantou.detectors.voids import standing
from chuantou.schemas.clock import parse_time
from chuantou.schemas.streams import ReferenceItem
from chuantou.streams.broker import EmbeddedBroker
from tests.streams.feed_site import FEED, PROFILE, KilledSweeps, Site, payments

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


def test_gaps_survive_a_kill_after_any_step(tmp_path: Path, broker: str) -> None:
    """The days since 28 September 2026 and up to this day are missing: the number is that of the calendar, however it died."""
    with KilledSweeps() as sweeps:
        site = Site(tmp_path, broker, DAILY)
        for step in range(1, 9):
            if not sweeps.after(step, site):
                break
        site.sweep()
    assert [day for _, _, day in told(site)] == site.report().gaps and step > 2
