"""On which days a feed owes a file, and until when: working days of mainland China, every day, or a site's own calendar.

A site's own calendar is ``calendars/<name>.yaml`` in the directory that ``CHUANTOU_FEEDS`` names: what it is based on and the
days that differ. So the holidays of a year that the State Council has just announced are a line of data, not a release.

    base: cn-working-days
    rest: [2027-02-08, 2027-02-09]   # 放假
    work: [2027-02-14]               # 调休
"""

import datetime as dt
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from chuantou.schemas.clock import day_of_date, is_working_day

Base = Literal["cn-working-days", "every-day", "none"]
SEARCHED_DAYS = 400  # no calendar rests longer


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    base: Base
    rest: list[dt.date] = []
    work: list[dt.date] = []


class FeedCalendar(msgspec.Struct, frozen=True):
    """Day numbers of Asia/Shanghai; ``rest`` and ``work`` are what differs from ``base``."""

    base: Base
    rest: frozenset[int] = frozenset()
    work: frozenset[int] = frozenset()

    def expects(self, day: int) -> bool:
        """Whether a file is owed for ``day``."""
        if day in self.work or day in self.rest:
            return day in self.work
        return self.base == "every-day" or (self.base == "cn-working-days" and is_working_day(day))

    def after(self, day: int, count: int) -> int:
        """The ``count``-th expected day after ``day``; 0 is ``day`` itself. ValueError where ``SEARCHED_DAYS`` hold too few."""
        last = day + SEARCHED_DAYS
        while count:
            day += 1
            if day > last:
                raise ValueError(f"a calendar that rests for more than {SEARCHED_DAYS} days")
            count -= self.expects(day)
        return day


BASES: dict[str, FeedCalendar] = {base: FeedCalendar(base) for base in ("cn-working-days", "every-day", "none")}


def load_calendar(name: str, site: Path) -> FeedCalendar:
    """The calendar called ``name``: a base, or a file of the site. ValueError says what is wrong in it, or that there is none."""
    if name in BASES:
        return BASES[name]
    path = site / "calendars" / f"{name}.yaml"
    if "/" in name or not path.is_file():
        raise ValueError(f"calendar {name!r}: expected one of {', '.join(BASES)}, or a file {path}")
    try:
        written = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), _Written)
    except (msgspec.ValidationError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {error}") from None
    rest, work = ({day_of_date(date) for date in dates} for dates in (written.rest, written.work))
    if rest & work:
        raise ValueError(f"{path}: a day stands under both rest and work")
    return FeedCalendar(written.base, frozenset(rest), frozenset(work))
