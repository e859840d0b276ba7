"""PAY-03: the schedule by date and kind of business, the list of banks, and the lines."""

import pytest

from tests.detectors.scenario import alerts, days_after, fen, only, run
from tests.detectors.stories.reserve_deposit import CENTRAL_CODE, EVASIONS, House, own_account, share, too_small


def found(story):
    return [(a.severity, dict(a.values)) for a in alerts(run(story().scenario), "PAY-03")]


@pytest.mark.parametrize(
    ("story", "required", "missing"),
    [
        (share(1_100_000), 120_000, 100_000),
        (share(0, day="2017-04-17", scope=("银行卡收单",)), 100_000, 1_000_000),
        (share(1_500_000, scope=("银行卡收单", "预付卡发行与受理")), 160_000, 100_000),
        (share(900_000, scope=()), 100_000, 100_000),  # what is not known of a licence is held against nobody
        (share(900_000, day="2018-09-03", scope=("银行卡收单",)), 100_000, 100_000),
        (share(9_000_000, day="2019-01-14"), 1_000_000, 1_000_000),
    ],
)
def test_the_share_by_date_and_kind(story, required, missing):
    ((_, values),) = found(story)
    assert (values["limb"], values["required_ppm"], values["missing_fen"]) == (2, required, fen(missing))


@pytest.mark.parametrize("day", ["2017-04-10", "2016-06-20"])
def test_before_the_schedule_nothing_had_to_be_centralised(day):
    assert found(share(0, day=day)) == []


def test_two_regimes_are_told_by_their_own_days():
    """A share that was enough in 2018 is not on 2019-01-14."""
    h = House("two", "2019-01-10", ("银行卡收单",))
    h.nights((h.reserve, 5_000_000), (h.account("RSV_CENTRAL", CENTRAL_CODE), 5_000_000), days=8)
    alert = only(run(h.s), "PAY-03", h.party)
    assert alert.first_breach.startswith("2019-01-14")
    assert (alert.values["required_ppm"], alert.severity) == (1_000_000, "red")


@pytest.mark.parametrize(("billions", "number"), [(199, 1), (200, 0)])
def test_two_hundred_billion(billions, number):
    assert len(found(too_small(billions))) == number


def test_a_list_that_begins_later_judges_nobody_before():
    h = House("later")
    h.listed(h.bank, 2_000, "2016-06-22")
    h.nights((h.reserve, 5_000_000), (h.account("RSV_PAYRECV", "313311000013"), 800_000), days=4)
    assert only(run(h.s), "PAY-03", h.party).first_breach.startswith("2016-06-22")


def test_both_methods_must_agree_on_what_still_lies_there():
    """Older money of its own goes first by FIFO; by pro-rata a part of the clients' has left with it."""
    told = EVASIONS["most of it passed on"]()
    alert = only(run(told.scenario), "PAY-03", told.subject)
    assert (alert.values["held_fen"], alert.values["held_prorata_fen"]) == (fen(100_000), fen(75_000))
    assert (alert.severity, alert.amount_low_fen) == ("yellow", fen(75_000))


def test_what_lay_there_thirty_days_is_no_longer_seen():
    story = own_account()
    told = story()
    engine = run(told.scenario)
    assert only(engine, "PAY-03", told.subject).first_breach.startswith("2016-06-20")
    late = days_after("2016-06-20", 45)
    told.scenario.pay(f"{late}T10:00", told.scenario.account(None), told.scenario.account(None), 1)
    assert len(alerts(run(told.scenario), "PAY-03")) == 1
