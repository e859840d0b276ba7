"""Dates and times as banks write them, as RFC 3339 times of Shanghai. What is none stays the text that the decoder refuses."""

import datetime as dt

NOON, MIDNIGHT, NIGHT = "12:00:00", "00:00:00", "23:59:59"
NO_DATE = "9999-12-31"  # what fills the field where there is no date


def at_time(text: str, of_day: str) -> str:
    """A date (``2016-06-20``, also with an offset) at ``of_day`` in Shanghai; a time without offset as Shanghai's.

    24:00:00 is midnight of the next day. Shanghai has had no summer time since 1991: nothing is ambiguous.
    """
    if len(text) == 10 or (len(text) in (11, 16) and text[10] in "Z+-"):
        return f"{text[:10]}T{of_day}+08:00"
    if text[11:16] == "24:00":
        return _after_midnight(text)
    told = text[10:11] != "T" or text[-1:] == "Z" or "+" in text[10:] or "-" in text[10:]
    return text if told else f"{text}+08:00"


def first_stated(*texts: str | None) -> str:
    """The first that is there and is not ``NO_DATE``."""
    return next((text for text in texts if text and not text.startswith(NO_DATE)), "")


def next_midnight(date: str) -> str:
    """The end of a day in Shanghai, 24:00 as the next day's 00:00."""
    return at_time(f"{date[:10]}T24:00:00", NOON) if date else ""


def _after_midnight(text: str) -> str:
    """``…T24:00:00`` with or without offset; other minutes of a 25th hour stay what they are."""
    clock, offset = text[11:], "+08:00"
    for sign in "Z+-":
        if sign in clock:
            offset = clock[clock.index(sign) :]
            clock = clock[: clock.index(sign)]
    if clock.replace("0", "") not in ("24:", "24::", "24::."):
        return text
    try:
        day = dt.date.fromisoformat(text[:10]) + dt.timedelta(days=1)
    except (ValueError, OverflowError):
        return text
    return f"{day.isoformat()}T00:00:00{offset}"
