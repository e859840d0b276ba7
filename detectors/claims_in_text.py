"""Numbers that a text states of the platform that publishes it: yield, overdue rate, volume of a period (catalogue P2P-10).

Whole numbers only: rates in ppm, money in fen. A stated number stands for every value that rounds to it, so that a claim is
an interval. What is denied, quoted, said of others, or is no plain number is not a claim.
"""

import calendar
import datetime as dt
import re
import unicodedata
from typing import NamedTuple

from chuantou.detectors.phrases import unsaid
from chuantou.detectors.plain_text import MOST, SIMPLIFIED
from chuantou.schemas.clock import date_of_day, day_of_date

YIELD, OVERDUE, BAD_DEBT, VOLUME = "yield", "overdue", "bad_debt", "volume"
BLANK = re.compile(r"[\s\u200b-\u200f\u2060\ufeff*＊_|]+")
FILL = r"(?:[约为达高至到超过仅只有可在的了是近逾:]|不超过|不高于|低于|不到)*"
CHINESE = "零〇一二两三四五六七八九十百千"
ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,9})(?:\.[0-9]{1,4})?(?![0-9])"
PLAIN = rf"{ARABIC}|[{CHINESE}]{{1,9}}(?:点[{CHINESE[:11]}]{{1,4}})?"
PERCENT = rf"(?:(?:{PLAIN})%|百分之(?:{PLAIN}))"
SHARE = rf"(?P<first>{PERCENT}|(?:{PLAIN})(?=[-~至到]{PERCENT}))(?:[-~至到](?P<second>{PERCENT}))?"
YIELDS = r"(?:年化收益率?|年化回报率?|年化利率|年收益率|年化)"
RATE_AFTER = re.compile(rf"(?P<what>{YIELDS}|逾期率|坏账率){FILL}{SHARE}(?P<more>以上|起)?")
YIELD_BEFORE = re.compile(rf"{SHARE}的?(?:预期|历史)?(?P<what>{YIELDS}){FILL}(?!{PERCENT})")
NONE_BAD = re.compile(r"(?<![0-9.])(?:零|0|无)(?P<what>逾期|坏账)(?!率?为?[0-9]|罚息|费|利息)")
DEALS = re.compile(
    rf"(?:成交|撮合|交易|募集|出借)(?:总?额|金额|总量|规模|量)?{FILL}(?P<first>{PLAIN})(?P<unit>千万|百万|亿|万)?元(?P<more>以上)?"
)  # fmt: skip
UNITS = {"": 1, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
LARGEST_FEN = 10**17  # more than all money there is: no number to hold anything against
UNBOUNDED = 1 << 62
SAME = r"[^，,。；;！!]{0,8}$"  # to the end, within one part of a sentence
OTHERS = re.compile(r"(同业|行业|银行|市场|同类|其他|全国|平均水平|余额宝|存款|国债)" + SAME)
OTHER_RATES = re.compile(r"(借款|贷款|融资|加息|奖励|红包|券|费|罚)" + SAME)  # no investor's whole yield
PART = r"新增|本月|当月|单月|今日|该|此|本标|本项目|借款人|车贷|房贷|信用贷|抵押|M[0-9]|[0-9]{1,3}(?:天|日以[上内])"
OF_PART = re.compile(rf"({PART})" + SAME)  # not of the whole book
OTHER_MEASURE = re.compile(rf"(累计|项目|历史|{PART})" + SAME)  # of all loans ever made, or of projects, not of money
PAST = re.compile(r"(历史|平均|实际|已实现)" + SAME)
AT_MOST = ("不超过", "不高于", "低于", "不到")
DATE = r"(?P<year>[0-9]{4})[年\-/.](?P<month>[0-9]{1,2})(?:[月\-/.](?P<day>[0-9]{1,2}|底|末)[日号]?)"
AS_OF = re.compile(rf"截[至止]到?(?:{DATE})?")
PERIODS = re.compile(
    r"(?P<today>今日|当日|今天)|(?P<yesterday>昨日|昨天)|(?P<month>本月|当月)|(?P<before>上月|上个月)"
    r"|近(?P<days>[0-9]{1,3})[日天]|(?P<y>[0-9]{4})年(?P<m>[0-9]{1,2})月份?(?![0-9])"
)  # fmt: skip
LINKS = re.compile(r"(?:平台|我司|公司|共|总|累计|新增|完成|实现|的|,(?!累计))*")
SINCE = re.compile(r"(自|从|截[至止]到?)$")
NEAR = 16  # characters before a volume in which its period stands


class Number(NamedTuple):
    """As it is written, and the least and the largest value that rounds to it."""

    value: int
    low: int
    high: int


class Claim(NamedTuple):
    """``low`` to ``high``: what the number may stand for (ppm, of volumes fen); ``least`` and ``most``: the numbers themselves,
    one where it is no range. ``as_of``: the day that it speaks of, where it says so. ``first`` and ``last``: days of a volume's
    period. ``past``: a yield of the past."""

    what: str
    low: int
    high: int
    least: int
    most: int
    said: str
    as_of: int | None = None
    first: int = 0
    last: int = 0
    past: bool = False


def plain_text(text: str | None) -> str:
    """One width, simplified, without blanks and what separates characters of a word; at most ``MOST`` characters are read."""
    return BLANK.sub("", unicodedata.normalize("NFKC", (text or "")[:MOST]).translate(SIMPLIFIED))


def claims_in(text: str | None, day: int) -> tuple[Claim, ...]:
    """What a text published on ``day`` states, in the order of the text.

    >>> [(c.what, c.low, c.high) for c in claims_in("预期年化收益率12％，逾期率百分之一点五", 0)]
    [('yield', 115000, 125000), ('overdue', 14500, 15500)]
    >>> [(c.low, c.high) for c in claims_in("年化8.5%-12%，谨防年化24%的骗局，银行理财年化4%", 0)]
    [(84500, 125000)]
    >>> [(c.low, c.high, c.first, c.last) for c in claims_in("截至1970年2月10日，本月成交1.2亿元，累计成交9亿元", 50)]
    [(11500000000, 12500000000, 31, 40)]
    """
    plain, found = plain_text(text), list[tuple[int, Claim]]()
    dates = list(AS_OF.finditer(plain))
    for hit, claim in [*_rates(plain), *_volumes(plain, day)]:
        if _said(plain, hit):
            dated = _as_of(dates, hit.start())
            if dated is None:
                found.append((hit.start(), claim))
            elif 0 <= dated <= day:
                found.append((hit.start(), claim._replace(as_of=dated)))
    placed = sorted(found, key=lambda pair: (pair[0], pair[1].what))
    return tuple(in_period for _, claim in placed if (in_period := _in_period(claim, day)) is not None)


def _said(plain: str, hit: re.Match[str]) -> bool:
    before = plain[max(0, hit.start() - 24) : hit.start()]
    word = hit.groupdict().get("what", "")
    other = OTHER_RATES if word.startswith("年") else OTHER_MEASURE if word.endswith("率") else OF_PART if word else OTHERS
    return not (OTHERS.search(before) or other.search(before) or unsaid(plain, *hit.span()))


# -- rates ---------------------------------------------------------------------------------------------------------------


def _rates(plain: str) -> list[tuple[re.Match[str], Claim]]:
    out, taken = list[tuple[re.Match[str], Claim]](), set[int]()
    for hit in RATE_AFTER.finditer(plain):
        what = OVERDUE if hit["what"] == "逾期率" else BAD_DEBT if hit["what"] == "坏账率" else YIELD
        first, last = _share(hit)
        low = 0 if any(word in hit.group() for word in AT_MOST) else first.low
        high = UNBOUNDED if hit["more"] else last.high
        out.append((hit, Claim(what, low, high, first.value, last.value, hit.group(), past=_past(plain, hit))))
        taken.update(range(*hit.span()))
    for hit in YIELD_BEFORE.finditer(plain):
        if hit.start() not in taken:
            first, last = _share(hit)
            claim = Claim(YIELD, first.low, last.high, first.value, last.value, hit.group(), past=_past(plain, hit))
            out.append((hit, claim))
    for hit in NONE_BAD.finditer(plain):
        out.append((hit, Claim(OVERDUE if hit["what"] == "逾期" else BAD_DEBT, 0, 0, 0, 0, hit.group())))
    return out


def _past(plain: str, hit: re.Match[str]) -> bool:
    return PAST.search(plain[max(0, hit.start() - 12) : hit.start()]) is not None


def _share(hit: re.Match[str]) -> tuple[Number, Number]:
    first = number_of(_bare(hit["first"]), 10_000)
    second = number_of(_bare(hit["second"]), 10_000) if hit["second"] else first
    return min(first, second), max(first, second)


def _bare(percent: str) -> str:
    return percent.removeprefix("百分之").removesuffix("%")


def number_of(number: str, unit: int) -> Number:
    """``number`` of ``unit``, in Arabic or Chinese digits with at most four decimals.

    >>> tuple(number_of("3,500", 10_000)), tuple(number_of("十二点五", 10_000)), tuple(number_of("0", 10_000))
    ((35000000, 34995000, 35005000), (125000, 124500, 125500), (0, 0, 5000))
    """
    whole, _, fraction = number.replace(",", "").replace("点", ".").partition(".")
    if whole[0] in CHINESE:
        whole, fraction = str(chinese_number(whole)), "".join(str(DIGITS[c]) for c in fraction)
    step = 10 ** len(fraction)
    value = int(whole + fraction) * unit
    return Number(value // step, max(0, (2 * value - unit) // (2 * step)), (2 * value + unit) // (2 * step))


DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def chinese_number(text: str) -> int:
    """A number below ten thousand in Chinese.

    >>> [chinese_number(text) for text in ("十二", "三千五百", "一百零五", "二四")]
    [12, 3500, 105, 24]
    """
    total, digit = 0, 0
    for c in text:
        if c in DIGITS:
            digit = digit * 10 + DIGITS[c]
        else:
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1_000}[c]
            digit = 0
    return total + digit


# -- volumes and days ----------------------------------------------------------------------------------------------------


def _volumes(plain: str, day: int) -> list[tuple[re.Match[str], Claim]]:
    out = []
    for hit in DEALS.finditer(plain):
        number = number_of(hit["first"], UNITS[hit["unit"] or ""] * 100)
        named = list(PERIODS.finditer(plain, max(0, hit.start() - NEAR), hit.start()))
        if named and _of_period(plain, named[-1], hit) and number.high <= LARGEST_FEN:
            said, high = plain[named[-1].start() : hit.end()], UNBOUNDED if hit["more"] else number.high
            out.append((hit, Claim(VOLUME, number.low, high, number.value, number.value, said)))
    return out


def _of_period(plain: str, period: re.Match[str], hit: re.Match[str]) -> bool:
    """Whether the number is the period's, and not a sum since the beginning or since the day named."""
    between, before = plain[period.end() : hit.start()], plain[max(0, period.start() - 3) : period.start()]
    cumulative = "累计" in between and period["y"] is not None
    return not cumulative and LINKS.fullmatch(between) is not None and SINCE.search(before) is None


def _in_period(claim: Claim, day: int) -> Claim | None:
    """A volume with the days of its period, as they are to be understood on the day that it speaks of."""
    if claim.what != VOLUME:
        return claim
    named, today = PERIODS.match(claim.said), claim.as_of if claim.as_of is not None else day
    if named is None:
        return None
    month_first = day_of_date(date_of_day(today).replace(day=1))
    if named["y"]:
        year, month = int(named["y"]), int(named["m"])
        last = _date_day(year, month, None)
        if last is None:
            return None
        first = day_of_date(dt.date(year, month, 1))
    elif named["before"]:
        last = month_first - 1
        first = day_of_date(date_of_day(last).replace(day=1))
    elif named["days"]:
        first, last = today - int(named["days"]) + 1, today
    elif named["yesterday"]:
        first = last = today - 1
    else:
        first, last = (month_first if named["month"] else today), today
    last = min(last, today)
    return claim._replace(first=first, last=last) if first <= last else None


def _as_of(dates: list[re.Match[str]], place: int) -> int | None:
    """The day that the number at ``place`` speaks of: the last “截至” before it, else the first of the text; None where the text
    has none, -1 where it cannot be read."""
    if not dates:
        return None
    hit = next((one for one in reversed(dates) if one.start() < place), dates[0])
    if hit["year"] is None:
        return -1
    last = hit["day"] if hit["day"] not in ("底", "末") else None
    found = _date_day(int(hit["year"]), int(hit["month"]), int(last) if last else None)
    return -1 if found is None else found


def _date_day(year: int, month: int, day: int | None) -> int | None:
    """Of a month without a day its last; None for what is no date."""
    try:
        return day_of_date(dt.date(year, month, day or calendar.monthrange(year, month)[1]))
    except (ValueError, OverflowError):
        return None
