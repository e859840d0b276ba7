"""What is known of one product of a venue over its life: rules, subscriptions, holders, quick resales (TV-04)."""

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import NamedTuple

from chuantou.detectors.phrases import says
from chuantou.graph.trades import Closing
from chuantou.schemas.clock import date_of_day, is_working_day, shanghai_day
from chuantou.schemas.streams import ProductEvent

CENTRALISED = ("集合竞价", "连续竞价", "集中竞价", "电子撮合", "撮合交易", "匿名交易", "做市商", "做市交易")
EQUAL_SHARES = ("均等份额", "等额份额", "等额拆分", "份额化", "拆分为份额", "均分为")
PUBLIC_ISSUE = ("公开发行", "公开发售", "发售", "申购", "公开认购")
# the rest of a clause that begins like this says what the venue does not do, however long its list
EXCLUDED = re.compile(r"(不得|不采用|不采取|不使用|不实行|不设|不进行|未采用|禁止|严禁|拒绝|杜绝)[^，,；;。！!\n]*")
MOST_QUICK = 5_000  # quick resales of a product that are kept, the newest


class Said(NamedTuple):
    """A text of the venue that says how it trades; ``words`` are its own."""

    time: int
    words: tuple[str, ...]
    event: tuple[str, str]


class Held(NamedTuple):
    """Since when, and by which event, a party holds or held a product."""

    time: int
    how: str  # "bought", "subscribed" or "holding"
    event: tuple[str, str]


class Quick(NamedTuple):
    """A position closed ``days`` trading days after it was opened, fewer than the rule asks for."""

    closing: Closing
    days: int


class Sale(NamedTuple):
    investor: str
    fen: int
    event: tuple[str, str]


@dataclass
class Product:
    """``holders`` are all that ever were, by first sight; ``turnover`` fen by day; ``last`` the time of its last event (µs)."""

    rules: list[Said] = field(default_factory=list)
    holders: dict[str, Held] = field(default_factory=dict)
    sales: list[Sale] = field(default_factory=list)
    turnover: Counter[int] = field(default_factory=Counter)
    quick: deque[Quick] = field(default_factory=lambda: deque(maxlen=MOST_QUICK))
    last: int = 0

    def take(self, e: ProductEvent) -> None:
        """PRODUCT, SUBSCRIBE, HOLDING or TRADE."""
        event, fen = (e.source_id, e.event_id), e.amount_fen or 0
        if e.type == "PRODUCT":
            words = rules_in(e.describe)
            if not words:
                return
            self.rules.append(Said(e.event_time, words, event))
        elif e.type == "SUBSCRIBE" and e.investor is not None:
            self.holders.setdefault(e.investor, Held(e.event_time, "subscribed", event))
            self.sales.append(Sale(e.investor, fen, event))
        elif e.type == "HOLDING" and e.vehicle is not None:
            self.holders.setdefault(e.vehicle, Held(e.event_time, "holding", event))
        elif e.type == "TRADE" and e.to_party is not None and e.to_party != e.from_party:
            self.holders.setdefault(e.to_party, Held(e.event_time, "bought", event))
            self.turnover[shanghai_day(e.event_time)] += fen
        self.last = e.event_time


def rules_in(text: str | None) -> tuple[str, ...]:
    """What a text says of centralised trading, or of equal shares that are issued publicly; empty where neither.

    >>> rules_in("本品种采用连续竞价"), rules_in("不采用集合竞价、连续竞价、做市商等方式，协议转让")
    (('连续竞价',), ())
    >>> rules_in("等额份额，面向社会公开发行")
    ('等额份额', '公开发行')
    """
    kept = EXCLUDED.sub("", text) if text else None
    central, shares, issue = says(kept, CENTRALISED), says(kept, EQUAL_SHARES), says(kept, PUBLIC_ISSUE)
    return (*((central,) if central else ()), *((shares, issue) if shares and issue else ()))


def trading_days_after(first: int, last: int, most: int) -> int:
    """Trading days – working days that are no Saturday or Sunday – after day ``first`` up to ``last``, no more than ``most``."""
    count = 0
    for day in range(first + 1, last + 1):
        count += is_working_day(day) and date_of_day(day).weekday() < 5
        if count >= most:
            break
    return count
