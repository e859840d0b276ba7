"""Time, days and working days."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.schemas.clock import (
    DAY_US,
    TIME_MAX,
    TIME_MIN,
    WORKING_DAYS_MAX,
    add_working_days,
    closing_day,
    date_of_day,
    day_of_date,
    day_start_us,
    is_working_day,
    iso_shanghai,
    parse_time,
    shanghai_day,
)

MICROS = st.integers(TIME_MIN, TIME_MAX)


@given(MICROS)
def test_a_time_lies_in_its_shanghai_day(us):
    day = shanghai_day(us)
    assert day_start_us(day) <= us < day_start_us(day) + DAY_US
    assert iso_shanghai(us)[:10] == date_of_day(day).isoformat()
    assert day_of_date(date_of_day(day)) == day == day_of_date(iso_shanghai(us)[:10])


@given(MICROS)
def test_written_time_reads_back(us):
    assert parse_time(iso_shanghai(us)) == us == parse_time(us)


@given(st.lists(MICROS, min_size=1))
def test_arrays_of_times_have_the_days_of_their_members(times):
    days = shanghai_day(np.array(times, np.int64))
    assert days.dtype == np.int64 and days.tolist() == [shanghai_day(us) for us in times]


def test_midnight_belongs_to_the_new_day():
    midnight = parse_time("2016-06-20T00:00:00+08:00")
    assert shanghai_day(midnight) == shanghai_day(midnight - 1) + 1 == day_of_date("2016-06-20")


def test_microseconds_are_written_only_where_there_are_some():
    assert iso_shanghai(1466388000000000) == "2016-06-20T10:00:00+08:00"
    assert iso_shanghai(1466388000000001) == "2016-06-20T10:00:00.000001+08:00"


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "2016-06-20",
        "2016-06-20T10:00:00",
        "20160620T100000+0800",
        "2016-W25-1T10:00:00+08:00",
        "noon",
        True,
        1.5,
        None,
        TIME_MAX + 1,
    ],
)
def test_what_is_no_time_is_refused(bad):
    with pytest.raises(ValueError, match="time"):
        parse_time(bad)


@pytest.mark.parametrize("bad", ["20160620", "2016-W25-1", "2016-6-20", "2016-02-30"])
def test_what_is_no_date_is_refused(bad):
    with pytest.raises(ValueError, match="not a date"):
        day_of_date(bad)


@pytest.mark.parametrize(
    ("date", "works"),
    [
        ("2016-06-08", True),  # Wednesday
        ("2016-06-09", False),  # Dragon Boat, a Thursday
        ("2016-06-12", True),  # a Sunday made up for it (调休)
        ("2016-06-18", False),  # Saturday
        ("1999-10-01", True),  # a Friday in a year that the calendar does not know
        ("1999-10-02", False),
        ("2099-01-01", True),  # Thursday
    ],
)
def test_working_days(date, works):
    assert is_working_day(day_of_date(date)) is works


def test_adding_working_days_skips_holidays_and_uses_made_up_ones():
    start = day_of_date("2016-06-08")
    assert date_of_day(add_working_days(start, 1)) == dt.date(2016, 6, 12)
    assert add_working_days(start, 0) == start
    assert date_of_day(add_working_days(day_of_date("2016-06-13"), -2)) == dt.date(2016, 6, 8)
    with pytest.raises(ValueError, match="working days"):
        add_working_days(start, WORKING_DAYS_MAX + 1)


def test_a_closing_balance_at_midnight_closes_the_day_before() -> None:
    midnight = parse_time("2016-06-07T00:00:00+08:00")
    assert date_of_day(closing_day(midnight)).isoformat() == "2016-06-06"
    assert date_of_day(closing_day(midnight - 120_000_000)).isoformat() == "2016-06-06"
    assert date_of_day(closing_day(midnight + 1)).isoformat() == "2016-06-07"
