"""P2P-09: each mark alone, and together over the line."""

import json

import pytest

from chuantou.console.recompute import compare
from chuantou.schemas.alerts import canonical_json
from tests.detectors.scenario import alerts, days_after, fen, only, run
from tests.detectors.stories import fictitious_listing as stories
from tests.detectors.stories.fictitious_listing import DAY, TEXT, Desk


@pytest.mark.parametrize(
    ("story", "marks", "score", "day"),
    [
        (stories.unknown_to_the_register, "f1", 1_000_000, 0),
        (stories.cancelled_before, "f1", 1_000_000, 0),
        (stories.never_paid_out, "f2", 1_000_000, 3),
        (stories.lent_names, "f3 f6", 1_000_000, 4),
        (stories.one_text, "f4 f5 f6", 1_300_000, 4),
        (stories.same_bill, "f4 f8 f9", 1_100_000, 3),
        (stories.repaid_by_the_platform, "f3 f7", 1_000_000, 30),
    ],
)
def test_what_was_found(story, marks, score, day):
    told = story()
    engine = run(told.scenario)
    alert = only(engine, "P2P-09", told.subject)
    held = " ".join(f"f{n}" for n in range(1, 10) if alert.values[f"f{n}"])
    assert (held, alert.values["score_ppm"]) == (marks, score)
    assert (alert.severity, alert.amount_fen) == ("orange", fen(200_000))
    assert alert.first_breach[:10] == days_after(DAY, day)
    pack = json.loads(canonical_json(engine.evidence(alert.alert_id)))
    assert [row.name for row in compare(pack) if not row.equal] == []


def test_one_light_mark_accuses_nobody():
    d = Desk("light")
    borrower = d.s.person()
    d.offer("L1", borrower, paid=False)
    d.lend("L1", borrower, d.s.account(d.s.person()))
    for number in range(5):
        d.offer(f"T{number}", d.s.person(), describe=TEXT)
    assert alerts(run(d.s), "P2P-09") == []


def test_texts_that_differ_by_more_than_a_tenth_are_two_texts():
    d = Desk("texts")
    agent = d.s.person()
    for number in range(5):
        firm = d.s.org("2016-06-06")
        d.offer(f"L{number}", firm, describe=TEXT[: 30 + 6 * number] + "经营" * number, paid=False)
        d.lend(f"L{number}", firm, d.s.account(firm, signatories=[agent] if number < 4 else []))
    assert alerts(run(d.s), "P2P-09") == []


def test_money_that_comes_on_the_third_working_day_is_in_time():
    d = Desk("late")
    borrower = d.s.person()
    d.offer("L1", borrower, paid=False)
    d.lend("L1", borrower, d.s.account(borrower), day=3)
    assert alerts(run(d.s), "P2P-09") == []


def test_an_old_key_that_the_registry_itself_uses_is_kept():
    d = Desk("old")
    d.offer("L1", d.s.org())  # its check digit is wrong
    assert alerts(run(d.s), "P2P-09") == []
