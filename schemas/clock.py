"""Time: microseconds since the epoch in UTC, days of Asia/Shanghai, and the working days of mainland China.

Shanghai is UTC+8 all year: summer time was last observed in 1991, before any date the rule pack knows, so a fixed
offset is exact here and needs no time-zone data base.
"""

import datetime as dt
from functools import cache
from typing import Annotated, Any, overload

import chinese_calendar
import msgspec
import numpy as np
import numpy.typing as npt

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US
SHANGHAI_US = 8 * 3_600 * SECOND_US
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()
MICROSECOND = dt.timedelta(microseconds=1)

# One day inside the years 1 and 9999, so that every accepted time can be written in any offset.
TIME_MIN = (dt.datetime(1, 1, 2, tzinfo=dt.UTC) - EPOCH) // MICROSECOND
TIME_MAX = (dt.datetime(9999, 12, 31, tzinfo=dt.UTC) - EPOCH) // MICROSECOND

WORKING_DAYS_MAX = 10_000  # bound of add_working_days, 40 years
_WithOffset = Annotated[dt.datetime, msgspec.Meta(tz=True)]


@overload
def shanghai_day(us: int) -> int: ...
@overload
def shanghai_day(us: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]: ...
def shanghai_day(us):  # type: ignore[no-untyped-def]
    """Day number (1970-01-01 is 0) of the Shanghai date at `us`; scalar or int64 array."""
    return (us + SHANGHAI_US) // DAY_US


def closing_day(us: int) -> int:
    """The day that a closing balance as of `us` closes: exactly midnight (24:00) is the day that has just ended."""
    return shanghai_day(us - 1)


def day_start_us(day: int) -> int:
    """Shanghai midnight at which `day` begins, in µs UTC."""
    return day * DAY_US - SHANGHAI_US


def date_of_day(day: int) -> dt.date:
    """The calendar date of a day number."""
    return dt.date.fromordinal(day + EPOCH_ORDINAL)


def day_of_date(date: dt.date | str) -> int:
    """The day number of a date or of `YYYY-MM-DD`; ValueError for anything else."""
    known: dt.date = _read(date, dt.date, "a date YYYY-MM-DD") if isinstance(date, str) else date
    return known.toordinal() - EPOCH_ORDINAL


def micros(moment: dt.datetime) -> int:
    """`moment` (with offset) in µs since the epoch."""
    return (moment - EPOCH) // MICROSECOND


def parse_time(value: str | int) -> int:
    """µs UTC of an RFC 3339 time with offset, or of an integer already in µs; ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"not a time: {value!r}")
    if isinstance(value, int):
        if not TIME_MIN <= value <= TIME_MAX:
            raise ValueError(f"time outside the years 1 to 9999: {value}")
        return value
    return parse_time(micros(_read(value, _WithOffset, "an RFC 3339 time with offset")))


def _read(text: str, form: Any, name: str) -> Any:
    # msgspec and not fromisoformat, which reads far more of ISO 8601 than the contract allows: 20160620, 2016-W25-1
    try:
        return msgspec.convert(text, form)
    except msgspec.ValidationError:
        raise ValueError(f"not {name}: {text!r}") from None


def iso_shanghai(us: int) -> str:
    """RFC 3339 with +08:00; microseconds only where they are not zero."""
    return (EPOCH + dt.timedelta(microseconds=us)).astimezone(SHANGHAI).isoformat()


@cache
def is_working_day(day: int) -> bool:
    """Whether mainland China works on `day`: State Council holidays and make-up days (调休).

    Outside the years that chinese_calendar knows, Monday to Friday.
    """
    date = date_of_day(day)
    try:
        return chinese_calendar.is_workday(date)
    except NotImplementedError:
        return date.weekday() < 5


@cache
def add_working_days(day: int, count: int) -> int:
    """The `count`-th working day after `day` (`count` < 0: before it); 0 gives `day` itself.

    ValueError where |count| exceeds `WORKING_DAYS_MAX`.
    """
    if abs(count) > WORKING_DAYS_MAX:
        raise ValueError(f"more than {WORKING_DAYS_MAX} working days: {count}")
    step = 1 if count > 0 else -1
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day
