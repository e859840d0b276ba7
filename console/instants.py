"""Moments as people write them on the command line."""

from chuantou.schemas.clock import day_of_date, day_start_us, parse_time

DATE_LENGTH = len("2016-06-20")


def last_instant(text: str) -> int:
    """µs UTC of an RFC 3339 time with offset; of a date, its last microsecond in Shanghai. ValueError for anything else."""
    if len(text) <= DATE_LENGTH:
        return day_start_us(day_of_date(text) + 1) - 1
    return parse_time(text)
