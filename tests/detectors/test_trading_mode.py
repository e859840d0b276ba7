"""TV-04: trading days, the limit of holders, and who counts behind a name."""

import datetime as dt

import pytest

from chuantou.detectors.tv.products import rules_in, trading_days_after
from chuantou.schemas.clock import day_of_date
from tests.detectors.scenario import alerts, only, run
from tests.detectors.stories.trading_mode import Board


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2016-06-13", "2016-06-13", 0),
        ("2016-06-13", "2016-06-17", 4),
        ("2016-06-08", "2016-06-13", 1),  # the Dragon Boat holiday; Sunday 12 June was worked, but no exchange opened
        ("2016-09-30", "2016-10-14", 5),  # the National Day week; Saturday 8 and Sunday 9 October were worked
        ("2016-06-13", "2017-06-13", 5),
    ],
)
def test_trading_days(first, last, days):
    assert trading_days_after(*(day_of_date(dt.date.fromisoformat(day)) for day in (first, last)), most=5) == days


@pytest.mark.parametrize(("days", "found"), [(6, 1), (7, 0)])  # bought on a Monday: four trading days later, and five
def test_five_trading_days(days, found):
    b = Board("five")
    for number in range(3):
        person = b.s.person()
        b.trade(0, b.issuer, person, hour=f"10:{number:02d}")
        b.trade(days, person, b.s.person(), 11_000, hour=f"11:{number:02d}")
    assert len(alerts(run(b.s), "TV-04")) == found


@pytest.mark.parametrize(("holders", "found"), [(200, 0), (201, 1)])
def test_two_hundred_holders_ever(holders, found):
    b = Board("crowd")
    for number in range(holders):
        b.trade(number // 60, b.issuer, b.s.person(), 100, 1, f"10:{number % 60:02d}")
    assert len(alerts(run(b.s), "TV-04")) == found


def test_a_nominee_who_becomes_known_later():
    b = Board("later")
    agent = b.s.person()
    b.trade(0, b.issuer, agent, 50_000)
    for _ in range(201):
        b.s.tie("AGREEMENT", b.s.person(), agent, "2016-07-20", valid_from=dt.date(2016, 6, 1))
    alert = only(run(b.s), "TV-04", b.venue)
    assert (alert.values["n_holders"], alert.values["direct_holders"]) == (201, 1)


def test_an_ordinary_company_is_one_holder_whatever_its_shareholders():
    b = Board("company")
    company = b.s.org(name="盐城国有资产经营有限公司")
    for _ in range(201):
        b.s.owns(b.s.person(), company, 1)
    b.trade(0, b.issuer, company, 50_000)
    assert alerts(run(b.s), "TV-04") == []


def test_a_lost_licence_excuses_nobody():
    b = Board("lost", "采用连续竞价")
    b.s.licence(b.venue, "securities")
    assert alerts(run(b.s), "TV-04") == []
    b = Board("never", "采用连续竞价")
    b.s.licence(b.venue, "payment")
    assert len(alerts(run(b.s), "TV-04")) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("实行T+0连续竞价", ("连续竞价",)),
        ("电 子 撮 合 交易", ("电子撮合",)),
        ("谨防“集合竞价”骗局", ()),
        ("不得采用集合竞价、连续竞价、电子撮合、匿名交易、做市商", ()),
        ("份额化发售", ("份额化", "发售")),
        ("公开发行", ()),
        (None, ()),
    ],
)
def test_what_rules_say(text, says):
    assert rules_in(text) == says
