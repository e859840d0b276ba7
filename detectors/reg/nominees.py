"""Shareholders who hold for somebody else: his money in the capital, and the dividends passed on to him (REG-03)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import ppm
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import CLASS_ID
from chuantou.graph.pots import Pots, pots_of
from chuantou.graph.watch import one_control
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import DAY_US
from chuantou.schemas.rules import to_ppm

DIVIDEND = CLASS_ID["DIVIDEND"]
KEEP_DAYS = 215  # as far as the log goes; of the twelve months of the definition no more is kept


class Dividend(NamedTuple):
    """A dividend, and what of it the holder paid to the one behind him in the days after: (log index, fen)."""

    row: int
    fen: int
    passed: tuple[tuple[int, int], ...]


@dataclass
class Nominee:
    """A holder, who stands behind him, and the holder's accounts up to his last capital payment, as pots.

    ``behind``: of each row, that it brings that one's money; ``paid``: places of the capital payments.
    """

    holder: str
    master: str
    kin: bool
    pots: Pots
    time: NDArray[np.int64]
    behind: list[bool]
    paid: list[int]
    dividends: list[Dividend]

    @property
    def paid_fen(self) -> int:
        return sum(int(self.pots.fen[at]) for at in self.paid)

    def values(self) -> dict[str, int]:
        rooted = {
            method: sum(fen for at in self.paid for root, fen in self.pots.made_of(at, method) if root >= 0 and self.behind[root])
            for method in ("fifo", "prorata")
        }  # fmt: skip
        enters = self.pots.enters & ~self.pots.leaves & ~np.array(self.behind, np.bool_)
        got = sum(dividend.fen for dividend in self.dividends)
        passed = sum(min(dividend.fen, sum(fen for _, fen in dividend.passed)) for dividend in self.dividends)
        return {
            "rooted_ppm": ppm(rooted["fifo"], self.paid_fen), "rooted_prorata_ppm": ppm(rooted["prorata"], self.paid_fen),
            "own_inflow_ppm": ppm(int(self.pots.fen[enters].sum()), self.paid_fen), "contributed_fen": self.paid_fen,
            "dividends_fen": got, "passed_on_ppm": ppm(passed, got),
        }  # fmt: skip


def is_nominee(values: dict[str, int], gate: dict[str, Any]) -> bool:
    """Whether the capital is another's, the holder has hardly any means, and the dividends go on to that other."""
    rooted = min(values["rooted_ppm"], values["rooted_prorata_ppm"])
    return (
        rooted >= to_ppm(gate["rooted"]) and values["own_inflow_ppm"] < to_ppm(gate["own_inflow"])
        and values["passed_on_ppm"] >= to_ppm(gate["passed_on"])
    )  # fmt: skip


class Nominees:
    """Dividends of watched institutions by holder, and the capital that he paid in; log indices."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dividends: dict[tuple[str, str], list[int]] = {}
        self.capital: dict[tuple[str, str], list[int]] = {}

    def note(self, segment: Segment) -> None:
        """Take the dividends that watched institutions paid to others."""
        log, base = self.world.ledger.log, self.world.ledger.base
        flow = log.flow_class[segment.first - base : segment.end - base]
        names = self.world.parties.names
        for at in np.flatnonzero(flow == DIVIDEND).tolist():
            payer, payee = int(segment.payer_party[at]), int(segment.payee_party[at])
            if NONE not in (payer, payee) and payer != payee and names[payer] in self.world.watch.institutions:
                self.dividends.setdefault((names[payer], names[payee]), []).append(segment.first + at)

    def pay_in(self, key: str, holder: str, row: int) -> None:
        if not holder.startswith("account:"):
            self.capital.setdefault((key, holder), []).append(row)

    def of_day(self, now: int, gate: dict[str, Any]) -> Iterator[tuple[str, Nominee]]:
        """(institution, nominee) of holders who paid somebody today and got a dividend in the days before."""
        world, reach = self.world, gate["passed_days"] * DAY_US
        log, base = world.ledger.log, world.ledger.base
        for key, holder in sorted(self.dividends.keys() & self.capital.keys()):
            held = world.accounts.of_party.get(world.parties.get(holder), ())
            last = max((int(world.ledger.accounts.last_out[a]) for a in held), default=NONE)
            news = last >= base and log.time[last - base] >= now - DAY_US
            fresh = [row for row in self.dividends[key, holder] if log.time[row - base] > now - DAY_US - reach]
            if news and fresh:
                yield from ((key, nominee) for nominee in self._behind(key, holder, held, now, reach))

    def forget(self, now: int) -> None:
        base, log = self.world.ledger.base, self.world.ledger.log
        oldest = now - KEEP_DAYS * DAY_US
        for rows in (self.dividends, self.capital):
            for pair in list(rows):
                rows[pair] = [row for row in rows[pair] if row >= base and log.time[row - base] > oldest]
                if not rows[pair]:
                    del rows[pair]

    def _behind(self, key: str, holder: str, held: Sequence[int], now: int, reach: int) -> Iterator[Nominee]:
        """The holder as a nominee of each party that he paid after a dividend."""
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        rows, capital = self.dividends[key, holder], self.capital[key, holder]
        first = min(int(log.time[row - base]) for row in rows)
        out = world.ledger.rows_of(first, now)
        out = out[np.isin(log.debtor[out - base], held)]
        paid = {int(p) for p in log.payee[out - base]} - {NONE, world.parties.get(key), world.parties.get(holder)}
        inside = np.zeros(world.ledger.accounts.size, np.bool_)
        inside[held] = True
        pots = pots_of(world.ledger, inside, now - KEEP_DAYS * DAY_US, int(log.time[max(capital) - base]))
        pots.openings.sort(key=lambda held_fen: world.accounts.ids.names[held_fen[0]])
        payer = log.payer[pots.rows - base]
        at = np.flatnonzero(np.isin(pots.rows, capital) & pots.leaves).tolist()
        day, names = world.day, world.parties.names
        for master in sorted(names[p] for p in paid):
            related = world.register.related(master, day)
            circle = [master, *(p for p, r in related.items() if one_control(r) and p not in (holder, key))]
            ids = [world.parties.get(p) for p in circle]
            brought = (np.isin(payer, ids) & pots.enters).tolist()
            dividends = [self._dividend(row, out, ids, reach) for row in rows]
            kin = any(link.kind == "KIN" for link in (related[holder].path if holder in related else ()))
            yield Nominee(holder, master, kin, pots, log.time[pots.rows - base], brought, at, dividends)

    def _dividend(self, row: int, out: NDArray[np.int64], ids: list[int], reach: int) -> Dividend:
        log, base = self.world.ledger.log, self.world.ledger.base
        at, time = out - base, int(log.time[row - base])
        mine = (out > row) & (log.time[at] <= time + reach) & np.isin(log.payee[at], ids)
        return Dividend(row, int(log.fen[row - base]), tuple(zip(out[mine].tolist(), log.fen[at][mine].tolist())))
