"""PAY-06 变相跨行清算 · one party's accounts at several banks used as a clearing house."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import (
    ORANGE,
    RED,
    YELLOW,
    ZERO_TOLERANCE_FEN,
    Detector,
    Evidence,
    Excuse,
    Finding,
    ppm,
    zero_tolerance,
)
from chuantou.detectors.pay.bank_legs import BankLegs, Figures, bank_legs, figures_of
from chuantou.detectors.pay.leg_pairs import Legs, Pairing
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.accounts import NONE
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import DAY_US, day_start_us
from chuantou.schemas.rules import to_ppm

MINUTE_US = 60_000_000
LISTED_PAIRS = 5_000  # of a day's pairs, in booking order; of more, one sum


@dataclass(frozen=True)
class Shown:
    """What a finding's evidence is written from: ``history`` of (day, whether the position was the net) before the day."""

    legs: BankLegs
    figures: Figures
    history: tuple[tuple[int, bool], ...]


class DisguisedClearing(Detector):
    """变相跨行清算: money comes in at one bank and goes out at another, both on-us, so that no clearing system sees it.

    Leg 1: a credit on an account of the institution (or of its R1 parties) from a payer at the same bank. Leg 2: a debit of
    an account at another bank to a payee at that bank, less at most 1 % fee: of the same order, else nearest within 10
    minutes, else sums inside 5-minute bins (by party, then all), else up to T+1 where half of all legs find a partner. By day
    of leg 1: (a) ≥ 100 pairs, or ≥ 1,000,000 yuan over ≥ 2 pairs of banks; (b) the position moved between the banks is the
    net of the pairs within 2 %, on ≥ 5 of 30 days of ≥ 10 pairs; (c) from 2018-06-30 ≥ 10 pairs [E]. Severity by the
    zero-tolerance table of ``matched_fen`` (Σ leg 2 in fen), at least yellow, from 2018-06-30 orange; a step more with (b).
    Clause 二(二)2; 条例 2024 art. 30, 51(7) [L2]; network payments [S11].

    >>> DisguisedClearing.colour(fen=11_940_000, crossed=True, netted=True, banned=False)
    4
    """

    id, clause, family = "PAY-06", "二(二)2", "clearing"
    title_zh, title_en = "变相跨行清算", "disguised interbank clearing"
    legal_basis = ("SEED 二(二)2", "网络支付业务由直连模式迁移至网联平台 [S11]", "条例 2024 art. 30, 51(7) [L2]")
    parameters = ("clr.direct_link", "clr.netting", "clr.pairing")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._starts: deque[tuple[int, int]] = deque(maxlen=2)  # the last two days with transfers and their first rows
        self._end = 0
        self.netted: dict[str, dict[int, bool]] = {}  # institution -> day -> whether the position was the net of the pairs

    def observe(self, segment: Segment) -> Iterator[Finding]:
        yield from ()

    def day_close(self, day: int) -> Iterator[Finding]:
        first, self._end = self._end, self.world.ledger.end
        if first == self._end:
            return
        self._starts.append((day, first))
        pairing, netting = (self.in_force(key, day_start_us(day)) for key in ("clr.pairing", "clr.netting"))
        if pairing is None or netting is None:
            return
        since = next(row for began, row in self._starts if began >= day - 1)
        for key, legs in bank_legs(self.world, since).items():
            yield from self._judge(key, legs, day, pairing, netting)

    def _judge(self, key: str, legs: BankLegs, day: int, pairing: dict[str, Any], netting: dict[str, Any]) -> Iterator[Finding]:
        pairs = Pairing(legs.came, legs.paid, to_ppm(pairing["fee"]))
        pairs.run(pairing["minutes"] * MINUTE_US, pairing["bin_minutes"] * MINUTE_US, 2 * DAY_US)
        netted = self.netted.setdefault(key, {})
        for old in [d for d in netted if d <= day - netting["window_days"] - 1]:
            del netted[old]
        for on in (day - 1, day):
            figures = figures_of(legs, on, to_ppm(netting["diff"]))
            if figures is None:
                continue
            netted[on] = len(figures.fen) >= netting["pairs_day"] and figures.net
            history = tuple((d, netted[d]) for d in sorted(netted) if on - netting["window_days"] < d < on)
            days = sum(was for _, was in history) + netted[on]
            gate = self.in_force("clr.direct_link", day_start_us(on))
            crossed = gate is not None and self.crosses(len(figures.fen), figures.matched_fen, figures.links, gate)
            banned = gate is not None and "fen_day" not in gate
            severity = self.colour(figures.matched_fen, crossed, netted[on] and days >= netting["days"], banned)
            if severity != NO_SEVERITY:
                yield self._finding(key, Shown(legs, figures, history), severity, days, day, pairs.truncated)

    @staticmethod
    def crosses(pairs: int, fen: int, links: int, gate: dict[str, Any]) -> bool:
        """Limb (a), or (c) where the pack of the day has no line of money any more."""
        return bool(pairs >= gate["pairs_day"] or ("fen_day" in gate and fen >= gate["fen_day"] and links >= 2))

    @staticmethod
    def colour(fen: int, crossed: bool, netted: bool, banned: bool) -> int:
        """Severity of a day's matched fen, where a limb holds."""
        if not (crossed or netted):
            return NO_SEVERITY
        return min(RED, max(ORANGE if banned else YELLOW, zero_tolerance(fen)) + netted)

    def _finding(self, key: str, shown: Shown, severity: int, days: int, closing: int, cut: bool) -> Finding:
        f, world = shown.figures, self.world
        values = {
            "pairs": len(f.fen),
            "matched_fen": f.matched_fen,
            "net_days": days,
            "bank_pairs": f.links,
            "dl_ppm": ppm(int(f.came_fen.sum()), f.received_fen),
        }
        sides = (shown.legs.came, shown.legs.paid)
        mine = np.unique(np.concatenate([side.account[np.isin(side.pair, f.number)] for side in sides]))
        owners = {world.accounts.owner_name(account) for account in mine.tolist()}
        return Finding(
            self.id, key, f.last, severity, f.matched_fen, values, (f.first, f.last), known=day_start_us(closing + 1),
            others=tuple(sorted(owner for owner in owners - {key} if not owner.startswith("account:"))),
            accounts=tuple(sorted(world.accounts.ids.names[a] for a in mine.tolist())), key=shown,
            flags=("truncated",) if cut else (),
        )  # fmt: skip

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        shown: Shown = finding.key
        f, legs, moves = shown.figures, shown.legs, shown.legs.moves
        near = np.flatnonzero((moves.day == f.day) | (moves.day == f.day + 1)).tolist()
        listed = f.number[:LISTED_PAIRS]
        came, paid = places_by_pair(legs.came, listed), places_by_pair(legs.paid, listed)
        pairs = [{"in": [self._leg(legs, legs.came, at) for at in came[number]],
                  "out": [self._leg(legs, legs.paid, at) for at in paid[number]]} for number in listed.tolist()]  # fmt: skip
        rows = [int(legs.came.row[at]) for some in came.values() for at in some]
        rows += [int(legs.paid.row[at]) for some in paid.values() for at in some]
        day = day_start_us(f.day)
        return Evidence(
            {
                "matched_fen": "sum of the payments out of all pairs of the day",
                "dl_ppm": "payments in of the pairs / received_fen, all that came in inside one bank",
            },
            {
                "day": f.day,
                "pairs": pairs,
                "unlisted": [
                    [legs.banks[a], legs.banks[b], came_fen, fen]
                    for a, b, came_fen, fen in zip(
                        *(column[LISTED_PAIRS:].tolist() for column in (f.from_bank, f.to_bank, f.came_fen, f.fen))
                    )
                ],
                "moves": [
                    [list(self.world.refs.of(int(moves.row[m]))), int(moves.day[m]), legs.banks[moves.from_bank[m]],
                     legs.banks[moves.to_bank[m]], int(moves.fen[m])]
                    for m in near
                ],
                "received_fen": f.received_fen,
                "history": [[on, int(was)] for on, was in shown.history],
            },
            transactions=sorted({*rows, *moves.row[near].tolist()}),
            related=related_paths(self.world, finding.subject, finding.others),
            excuses=[Excuse(name, n > 0, {"payments": n}) for name, n in sorted(legs.left_out.items())],
            thresholds={key: self.in_force(key, day) for key in ("clr.direct_link", "clr.netting", "clr.pairing")}
            | {"zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip

    def _leg(self, legs: BankLegs, side: Legs, at: int) -> dict[str, Any]:
        names, order = self.world.accounts.ids.names, int(side.order[at])
        return {
            "transaction": list(self.world.refs.of(int(side.row[at]))), "time": int(side.time[at]), "fen": int(side.fen[at]),
            "bank": legs.banks[side.bank[at]], "account": names[side.account[at]], "other": names[side.other[at]],
            "order": self.world.orders.names[order] if order != NONE else None,
        }  # fmt: skip


def places_by_pair(side: Legs, numbers: NDArray[np.int64]) -> dict[int, list[int]]:
    """Places of the legs of each pair, in booking order."""
    out: dict[int, list[int]] = {number: [] for number in numbers.tolist()}
    for at in np.flatnonzero(np.isin(side.pair, numbers)).tolist():
        out[int(side.pair[at])].append(at)
    return out
