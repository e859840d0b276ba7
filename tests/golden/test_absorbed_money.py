"""G10 and G17 (catalogue §10.1): the lines by date and actor, to the fen and the person; the columns kept apart."""

import json

import pytest

from chuantou.console.recompute import compare
from chuantou.detectors.ilf.absorbed import BACK, GIVEN, REFUNDED, Entry, deposits_of
from chuantou.schemas.alerts import canonical_json
from chuantou.schemas.clock import DAY_US
from tests.detectors.scenario import alerts, days_after, fen, only, run
from tests.detectors.stories.absorbed_money import Raiser, by_subscription, repaid_and_given_again

PEOPLE, EACH = 120, 7_500


@pytest.mark.parametrize(
    ("person", "start", "severity"),
    [(False, "2016-06-06", "yellow"), (True, "2016-06-06", "red"), (True, "2022-06-06", "yellow")],
    ids=["a", "b", "c"],
)
def test_g10_900_000_yuan_of_120_people(person: bool, start: str, severity: str) -> None:
    r = Raiser("g10", person, start).invite(PEOPLE).give(EACH)
    alert = only(run(r.s), "ILF-02", r.party)
    assert (alert.severity, alert.amount_fen, alert.clause) == (severity, fen(900_000), "二(五)")
    assert (alert.values["n_people"], alert.values["gross_absorbed_fen"]) == (120, fen(900_000))
    assert alert.values["entity"] == int(not person)
    assert (alert.values["net_outstanding_fen"], alert.values["loss_fen"], alert.values["n_slices"]) == (fen(900_000), 0, 1)


@pytest.mark.parametrize(("each", "people", "severity"), [(6_666, 150, "red"), (6_710, 149, "yellow"), (6_712, 149, "red")])
def test_an_entitys_lines(each: int, people: int, severity: str) -> None:
    r = Raiser("line").invite(people).give(each)
    assert only(run(r.s), "ILF-02").severity == severity


def test_g17_sixty_of_eighty_staff() -> None:
    """Wages are suppressed, the product is in the inside column and towards no line."""
    r = Raiser("g17").invite(80)
    for month in range(3):
        r.back(5_000, 30 * month, "PAYROLL")
    r.give(20_000, day=65, of=range(60))
    engine = run(r.s)
    alert = only(engine, "ILF-02", r.party)
    assert (alert.severity, alert.amount_fen) == ("log", 0)
    columns = {name: alert.values[name] for name in ("n_people", "gross_absorbed_fen", "n_inside", "inside_fen", "n_inferred")}
    assert columns == {"n_people": 0, "gross_absorbed_fen": 0, "n_inside": 60, "inside_fen": fen(1_200_000), "n_inferred": 0}
    assert not [a for a in engine.final_alerts() if a.severity != "log"]


def test_wages_after_three_times_as_much_was_given_make_no_staff() -> None:
    r = Raiser("fake").invite(40).give(30_000).back(9_000, 30, "PAYROLL")
    r.give(10, day=31)
    alert = max(alerts(run(r.s), "ILF-02"), key=lambda a: a.amount_fen)
    assert (alert.values["n_inside"], alert.values["n_people"], alert.severity) == (0, 40, "red")


def test_methods_are_kept_apart() -> None:
    """Gross, net of what was rolled over, and what is still out."""
    last = max(alerts(run(repaid_and_given_again().scenario), "ILF-02"), key=lambda a: a.amount_fen)
    assert last.amount_fen == fen(1_200_000)
    assert (last.amount_low_fen, last.amount_high_fen) == (fen(400_000), fen(1_200_000))
    assert (last.values["net_of_rollover_fen"], last.values["net_outstanding_fen"]) == (fen(400_000), fen(376_000))


def test_memo_and_behaviour_are_inferred_and_count_towards_no_line() -> None:
    r = Raiser("vague").invite(60)
    r.give(30_000, of=range(10), day=100)
    r.give(30_000, of=range(10, 35), basis="memo", day=100)
    r.give(30_000, of=range(35, 60), flow=None)
    for month in range(1, 4):
        r.back(450, 30 * month, None, of=range(35, 60))
    engine = run(r.s)
    alert = max(alerts(engine, "ILF-02"), key=lambda a: a.amount_fen)
    columns = (alert.values["n_people"], alert.values["n_inferred"], alert.values["inferred_fen"], alert.severity)
    assert columns == (10, 25, fen(750_000), "log")


def test_who_behaves_like_an_investor_is_shown() -> None:
    r = Raiser("behaves").invite(30)
    r.give(30_000, of=range(12))
    r.give(30_000, of=range(12, 30), flow=None)
    for month in range(1, 4):
        r.back(450, 30 * month, None, of=range(12, 30))
    r.give(10, day=95, of=range(1))
    engine = run(r.s)
    alert = max(alerts(engine, "ILF-02"), key=lambda a: a.amount_fen)
    assert (alert.values["n_people"], alert.values["n_inferred"], alert.values["inferred_fen"]) == (12, 18, fen(540_000))
    pack = json.loads(canonical_json(engine.evidence(alert.alert_id)))
    assert all(row.equal for row in compare(pack))
    assert {p["why"] for p in pack["inputs"]["people"] if p["column"] == "inferred"} == {"behaviour"}


def test_what_is_overdue_by_the_own_books_is_lost() -> None:
    told = by_subscription()
    alert = max(alerts(run(told.scenario), "ILF-02"), key=lambda a: a.amount_fen)
    assert (alert.severity, alert.values["loss_fen"], alert.values["n_people"]) == ("red", fen(600_000), 30)


def test_each_payment_counts_under_the_lines_of_its_day() -> None:
    """A person: 150,000 of twenty-five before 2022-03-01, 900,000 of sixty after; neither part reaches its line."""
    r = Raiser("two", person=True, start="2022-02-20").invite(60)
    r.give(6_000, of=range(25))
    r.give(15_000, day=15)
    engine = run(r.s)
    alert = max(alerts(engine, "ILF-02"), key=lambda a: a.amount_fen)
    assert (alert.severity, alert.values["n_slices"], alert.amount_fen) == ("yellow", 2, fen(900_000))
    assert alert.values["all_absorbed_fen"] == fen(1_050_000)
    assert all(row.equal for row in compare(json.loads(canonical_json(engine.evidence(alert.alert_id)))))


def test_huge_and_very_huge() -> None:
    r = Raiser("huge").invite(10).give(500_000)
    assert only(run(r.s), "ILF-02").values["huge"] == 1
    r = Raiser("huger", start="2022-06-06").invite(10).give(5_000_000)
    assert only(run(r.s), "ILF-02").values["huge"] == 2


def test_refunds_undo_the_newest_payments() -> None:
    def entry(day: int, kind: str, yuan: int) -> Entry:
        return Entry(day * DAY_US, day, kind, yuan)

    told = [entry(1, GIVEN, 100), entry(2, GIVEN, 200), entry(3, REFUNDED, 250)]
    assert [(d.day, d.fen) for d in deposits_of(told)] == [(1, 50)]
    late = [entry(1, GIVEN, 100), entry(182, REFUNDED, 100)]
    assert [(d.fen, d.left_fen) for d in deposits_of(late)] == [(100, 100)]
    rolled = [entry(1, GIVEN, 100), entry(2, BACK, 110), entry(3, GIVEN, 300), entry(4, BACK, 150)]
    assert deposits_of(rolled) == [(1, 100, 0, 0), (3, 300, 110, 140)]


def test_the_first_of_a_month_sees_a_loss_without_a_payment() -> None:
    told = by_subscription()
    told.scenario.told = [e for e in told.scenario.told if not (e.event_time > 1_467_000_000_000_000)]
    told.scenario.party_event(told.scenario.org(), days_after("2016-06-06", 30), name="later")
    assert max(a.values["loss_fen"] for a in alerts(run(told.scenario), "ILF-02")) == fen(600_000)
