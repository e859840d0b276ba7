"""What a platform says it has sent by the IFCERT interface, of one interface and day or month, as a note (catalogue §7.6).

The centre answers a platform's questions – how many batches, which ones – without repeating what was asked, so its answers cannot
stand in a file alone. The form here keeps the names of the questions (``sourceCode``, ``infType``, ``sentDate``, ``dataType``, as
public clients of its ``balanceService`` send them) and puts beside them what is stated:

    {"sourceCode": "CERT20190411026", "infType": "4", "sentDate": "2019-05-01", "dataType": "1",
     "batchCount": "2", "batchList": ["CERT20190411026_20190501_4", …], "totalNum": "14", "sums": {"6": "1000.00"}}

``sentMonth`` (``2019-05``) instead of ``sentDate`` states a month. Of the last four at least one is there; sums are yuan by
transType.
"""

import calendar
import datetime as dt
import re
from typing import Any

from chuantou.schemas.adapters.ifcert_records import INTERFACES, MOVES, text_of
from chuantou.schemas.adapters.notes import StatedBatches
from chuantou.schemas.adapters.site import institution
from chuantou.schemas.adapters.table_rows import fen_of
from chuantou.schemas.clock import day_of_date
from chuantou.schemas.dead_letters import BrokenRuleError, Reason, shown

LISTED_MAX = 2_000  # batches of one day and interface
NUMBER_MAX = 128  # characters of a batchNum
STATED = ("batchCount", "batchList", "totalNum", "sums")
_day = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII).match
_month = re.compile(r"(\d{4})-(\d{2})\Z", re.ASCII).match


def is_reconciliation(said: dict[str, Any]) -> bool:
    """Whether the object states what was sent, and is no batch."""
    return "dataList" not in said and ("sentDate" in said or "sentMonth" in said)


def stated_by(said: dict[str, Any]) -> StatedBatches:
    """The note; `BrokenRuleError` names what is wrong."""
    code, interface, kind = (text_of(said, name) for name in ("sourceCode", "infType", "dataType"))
    if code is None:
        raise BrokenRuleError(Reason.MISSING_FIELD, "sourceCode", "nothing", "the platform's code")
    institution(code)
    if interface not in INTERFACES:
        raise BrokenRuleError(Reason.BAD_ENUM, "infType", shown(interface), f"one of {', '.join(INTERFACES)}")
    if kind != "1":
        raise BrokenRuleError(Reason.BAD_ENUM, "dataType", shown(kind), "1: live data")
    if all(said.get(name) is None for name in STATED):
        raise BrokenRuleError(Reason.MISSING_FIELD, STATED[0], "nothing", f"one of {', '.join(STATED)}")
    first, last = _days(text_of(said, "sentDate"), text_of(said, "sentMonth"))
    return StatedBatches(
        code=code, interface=interface, first=first, last=last, batches=_count(said, "batchCount"), numbers=_numbers(said),
        records=_count(said, "totalNum"), sums=_sums(said),
    )  # fmt: skip


def _days(date: str | None, month: str | None) -> tuple[int, int]:
    try:
        if date is not None and _day(date):
            return day_of_date(date), day_of_date(date)
        found = _month(month or "")
        if date is None and found is not None:
            year, number = int(found[1]), int(found[2])
            first = day_of_date(dt.date(year, number, 1))
            return first, first + calendar.monthrange(year, number)[1] - 1
    except ValueError:
        pass
    raise BrokenRuleError(Reason.BAD_DATE, "sentDate", shown(date or month), "YYYY-MM-DD, or sentMonth YYYY-MM alone")


def _count(said: dict[str, Any], name: str) -> int | None:
    text = text_of(said, name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise BrokenRuleError(Reason.WRONG_TYPE, name, shown(text), "a count")
    return int(text)


def _numbers(said: dict[str, Any]) -> list[str] | None:
    listed = said.get("batchList")
    if listed is None:
        return None
    if not isinstance(listed, list) or not all(isinstance(one, str) and one for one in listed):
        raise BrokenRuleError(Reason.WRONG_TYPE, "batchList", shown(str(listed)), "a list of batchNum")
    if len(listed) > LISTED_MAX or max(map(len, listed), default=0) > NUMBER_MAX:
        expected = f"at most {LISTED_MAX}, of {NUMBER_MAX} characters"
        raise BrokenRuleError(Reason.BAD_LENGTH, "batchList", f"{len(listed)} numbers", expected)
    return sorted(set(listed))


def _sums(said: dict[str, Any]) -> dict[str, int]:
    sums = said.get("sums")
    if sums is None:
        return {}
    if not isinstance(sums, dict) or not sums.keys() <= MOVES.keys():
        raise BrokenRuleError(Reason.BAD_ENUM, "sums", shown(str(sums)), f"yuan by transType, one of {', '.join(MOVES)}")
    out: dict[str, int] = {}
    for kind in sums:
        fen = fen_of(text_of(sums, kind) or "", "yuan")
        if not isinstance(fen, int):
            raise BrokenRuleError(Reason.WRONG_TYPE, f"sums.{kind}", shown(str(sums[kind])), "yuan, to the fen")
        out[kind] = fen
    return out
