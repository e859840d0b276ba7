"""The capital test beside the daily reserve (PAY-01): paid-in capital against the average of what clients left."""

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from chuantou.detectors.contract import PPM, YELLOW, Evidence, Finding, ppm
from chuantou.detectors.pay.bank_money import reserve_accounts
from chuantou.detectors.pay.interest_periods import month_of
from chuantou.graph.world import World
from chuantou.schemas.clock import date_of_day, day_start_us
from chuantou.schemas.rules import to_ppm

CAPITAL = 2
AVERAGE_DAYS, MID_MONTH = 90, 15


class Latest(Protocol):
    """The institution's last cut-off, told beside the ratio."""

    liabilities_fen: int
    days: int

    @property
    def assets_fen(self) -> int: ...

    @property
    def shortfall_fen(self) -> int: ...


class Shown(NamedTuple):
    levels: list[tuple[int, int]]
    capital_fen: int
    required_ppm: int
    latest: dict[str, int]


class CapitalTest:
    """Judged on the 15th and the last day of a month: an average of ninety days does not jump."""

    def __init__(self, world: World) -> None:
        self.world = world

    def judge(self, key: str, day: int, latest: Latest | None) -> Iterator[Finding]:
        """The finding of ``day``; nothing where the capital or one of ninety closings is not told.

        Registered capital is at least what is paid in, so that a ratio below the line is a sure breach.
        """
        due = month_of(day + 1) != month_of(day) or date_of_day(day).day == MID_MONTH
        ratio = self.world.rules.at("rsv.capital_ratio", day) if due else None
        info = self.world.register.party(key)
        if ratio is None or info is None or info.reg_capital_fen is None:
            return
        accounts = reserve_accounts(self.world, key)
        known = [(on, self.world.closings.total(accounts, on)) for on in range(day - AVERAGE_DAYS + 1, day + 1)]
        levels = [(on, fen) for on, fen in known if fen is not None and fen > 0]
        average, required = sum(fen for _, fen in levels) // AVERAGE_DAYS, to_ppm(ratio)
        missing = average * required // PPM - info.reg_capital_fen
        if len(levels) < AVERAGE_DAYS or missing <= 0:
            return
        told = {name: int(getattr(latest, name)) if latest is not None else 0
                for name in ("liabilities_fen", "assets_fen", "shortfall_fen", "days")}  # fmt: skip
        told["shortfall_ppm"] = ppm(max(0, told["shortfall_fen"]), told["liabilities_fen"])
        values = {
            **told, "limb": CAPITAL, "capital_fen": info.reg_capital_fen, "average_reserve_fen": average,
            "capital_ppm": ppm(info.reg_capital_fen, average), "required_ppm": required,
        }  # fmt: skip
        now = day_start_us(day + 1)
        names = tuple(self.world.accounts.ids.names[account] for account in accounts)
        yield Finding("PAY-01", key, now - 1, YELLOW, missing, values, (day_start_us(levels[0][0]), now - 1), accounts=names,
                      known=now, key=Shown(levels, info.reg_capital_fen, required, told))  # fmt: skip

    def evidence(self, finding: Finding) -> Evidence:
        """Ninety closings, the capital and the share of the day."""
        shown: Shown = finding.key
        inputs: dict[str, Any] = {
            "limb": CAPITAL, "levels": [[str(date_of_day(on)), fen] for on, fen in shown.levels],
            "capital_fen": shown.capital_fen, "latest": shown.latest,
        }  # fmt: skip
        accounts = [self.world.accounts.ids.get(name) for name in finding.accounts]
        return Evidence(
            {"average_reserve_fen": "sum of 90 closings / 90", "capital_ppm": "registered capital / average reserve"}, inputs,
            events=self.world.closings.events(accounts),
            thresholds={"rsv.capital_ratio": self.world.rules.at("rsv.capital_ratio", shown.levels[-1][0])},
        )  # fmt: skip
