"""A missing or wrong file reaches the alerts of the accounts concerned, and leaves them when it has come (DQ-01, DQ-04)."""

import datetime as dt
import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chuantou.detectors.engine import Engine
from chuantou.schemas.clock import day_of_date, day_start_us
from chuantou.schemas.streams import Envelope, ReferenceItem, Transfer
from tests.detectors import schemes
from tests.detectors.scenario import feed, final_set, in_time, only, run

TOLD = schemes.pooled_credits()
EVENTS = TOLD.scenario.events()
POOL = next(e.creditor_account for e in EVENTS if isinstance(e, Transfer))
STRANGER = next(e.debtor_account for e in EVENTS if isinstance(e, Transfer))


def item(code: str, day: str, account: str = POOL, last: str | None = None, **more: object) -> ReferenceItem:
    dates = (dt.date.fromisoformat(day), dt.date.fromisoformat(last or day))
    return ReferenceItem(event_id=f"{code}:{day}", source_id="feed:bank", event_time=day_start_us(day_of_date(day)),
                         table="coverage", key=account, value={"code": code, "feed": "bank"}, valid_from=dates[0],
                         valid_to=dates[1], **more)  # type: ignore[arg-type] # fmt: skip


def flags(*items: ReferenceItem) -> list[str]:
    return only(run(in_time([*EVENTS, *items])), "P2P-01").flags


def test_without_a_fault_there_is_no_flag() -> None:
    assert flags() == []


@pytest.mark.parametrize("code", ["GAP", "UNBALANCED", "BATCH_OPAQUE"])
def test_an_alert_of_the_account_carries_the_flag_and_less_certainty(code: str) -> None:
    engine = run(in_time([*EVENTS, item(code, "2016-06-14")]))
    alert, clean = only(engine, "P2P-01"), only(run(EVENTS), "P2P-01")
    assert alert.flags == [code] and engine.evidence(alert.alert_id)["data_quality"] == [code]
    assert alert.score < clean.score and alert.values == clean.values


@pytest.mark.parametrize(
    "other",
    [
        item("GAP", "2016-06-14", account=STRANGER),
        item("GAP", "2016-05-10"),
        item("RUMOUR", "2016-06-14"),
        replace(item("GAP", "2016-06-14"), table="calendar"),
        replace(item("GAP", "2016-06-14"), value="GAP"),
    ],
    ids=["another account", "another time", "no code of ours", "another table", "no value of ours"],
)
def test_what_does_not_concern_the_alert(other: ReferenceItem) -> None:
    assert flags(other) == []


def test_a_file_that_comes_takes_its_flag_along() -> None:
    gap = item("GAP", "2016-06-14")
    assert flags(gap, replace(gap, op="REVERSE", event_id="here", ref_event_id=gap.event_id)) == []


def test_a_fault_told_later_of_the_past_amends_what_stands() -> None:
    """Whoever tells it at its own time, and not at the day that it is about."""
    late = replace(item("GAP", "2016-06-14"), event_time=day_start_us(day_of_date("2016-06-18")))
    assert flags(late) == ["GAP"]


def test_a_live_feed_amends_the_alert_and_takes_it_back() -> None:
    engine, _ = feed(in_time(EVENTS))
    gap = item("GAP", "2016-06-14")
    *_, amended = (alert for alert in feed([gap], engine=engine)[1] if alert.detector == "P2P-01")
    assert amended.kind == "amended" and amended.flags == ["GAP"]
    here = replace(gap, op="REVERSE", event_id="here", ref_event_id=gap.event_id)
    *_, again = (alert for alert in feed([here], engine=engine)[1] if alert.detector == "P2P-01")
    assert again.flags == []
    assert final_set(engine) == final_set(run(EVENTS))


def test_an_alert_that_is_withdrawn_while_a_file_is_missing_is_no_all_clear() -> None:
    engine, _ = feed(in_time(EVENTS))
    before = only(engine, "P2P-01")
    paid_in = [e for e in EVENTS if isinstance(e, Transfer) and e.creditor_account == POOL]
    gone = [replace(e, op="REVERSE", event_id=f"gone-{e.event_id}", ref_event_id=e.event_id) for e in paid_in]
    feed([item("GAP", "2016-06-14"), *gone], engine=engine)
    (alert,) = [alert for alert in engine.final_alerts() if alert.alert_id == before.alert_id]
    assert alert.kind == "withdrawn" and alert.flags == ["GAP"]


def shuffled(events: Sequence[Envelope], seed: int) -> list[Envelope]:
    return random.Random(seed).sample(list(events), len(events))


@settings(max_examples=8)
@given(st.integers(0, 2**32), st.sampled_from([7, 60, 5_000]), st.booleans())
def test_flags_do_not_depend_on_the_order_or_the_cuts(seed: int, size: int, at_noon: bool) -> None:
    items = [item("GAP", "2016-06-14"), item("UNBALANCED", "2016-06-15"), item("GAP", "2016-06-13", account=STRANGER)]
    if at_noon:
        items = [replace(one, event_time=one.event_time + 13 * 3_600_000_000) for one in items]
    whole = [*EVENTS, *items]
    known = final_set(run(in_time(whole)))
    assert final_set(feed(shuffled(whole, seed), size, Engine(slack_us=3_600_000_000))[0]) == known
