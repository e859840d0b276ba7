"""INS-03 保险公司防火墙 · money and hands that an insurer shares with its non-insurance subsidiaries."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, zero_tolerance
from chuantou.detectors.crossings import Crossing, crossing_of
from chuantou.detectors.lookalikes import hard_class
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import CLASS_ID
from chuantou.graph.pots import METHODS, pots_of
from chuantou.graph.watch import in_control
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import DAY_US, day_start_us
from chuantou.schemas.rules import to_ppm

LICENCES = ("insurance", "insurance_broker")
VIEW_DAYS = 95  # how far back premiums are told apart and prepayments remembered: as far as the log is sure to reach
PREMIUM = CLASS_ID["PREMIUM"]
# by more than a memo: capital, what a policyholder pays and gets, taxes, wages, shares of the profit
LAWFUL = ("CAPITAL_IN", "PREMIUM", "CLAIM_PAY", "TAX", "PAYROLL", "DIVIDEND")
CONTRACTS = ("FEE", "SUPPLIER", "RENT")  # services by contract, unless what was prepaid comes back


class Payment(NamedTuple):
    """Between the insurer and a subsidiary; ``what``: ``outside``, ``contract`` or ``back`` (from the subsidiary)."""

    time: int
    row: int
    party: str
    fen: int
    what: str


@dataclass(frozen=True)
class Shown:
    subsidiaries: tuple[str, ...]
    payments: tuple[Payment, ...]
    crossing: Crossing | None
    shared: tuple[tuple[str, str, str], ...]
    now: int


class InsurerFirewall(Detector):
    """保险公司防火墙: an insurer's money goes to its own e-commerce or tech firm as if the two were one.

    For each watched insurer and the firms that it controls (R1, downwards) without an insurance licence, judged at day closes.
    Outside contracts is what is neither a service (FEE, SUPPLIER, RENT) nor capital, premium, claim, tax, wage or dividend by
    more than a memo; services prepaid of which ≥ 80 % came back within 90 days are outside too. Fires at Σ ≥ 1,000,000 yuan of
    that in 30 days, or when ≥ 10,000 yuan of it were premiums of 95 days by FIFO and pro-rata: zero tolerance [E]; yellow where
    accounts of both have a signatory in common. Amount: Σ outside. Clause 二(七); 互联网保险业务监管办法 [S27]. Amounts in fen.

    >>> returned([Payment(0, 1, "F", 100, "contract"), Payment(9, 2, "F", 85, "back")], 800_000, 90)
    {1: 9}
    """

    id, clause, family = "INS-03", "二(七)", "insurance"
    title_zh, title_en = "保险公司与非保险子公司防火墙", "firewall between an insurer and its subsidiaries"
    legal_basis = ("SEED 二(七)", "互联网保险业务监管办法 (令〔2020〕13号) [S27]")
    parameters = ("ins.firewall",)
    sectors = ("INS",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.insurers: dict[int, str] = {}  # by party id, as of the last day close
        self.touched: set[str] = set()

    def observe(self, segment: Segment) -> Iterator[Finding]:
        if self.insurers and segment.first < segment.end:
            ids, person = np.array(sorted(self.insurers), np.int32), self.world.party_table.person
            payer, payee = segment.payer_party, segment.payee_party
            between = (payer != payee) & (payer != NONE) & (payee != NONE) & ~person[payer] & ~person[payee]
            for mine in (payer, payee):
                self.touched.update(self.insurers[party] for party in np.unique(mine[between & np.isin(mine, ids)]).tolist())
        yield from ()

    def _licensed(self, party: str, kinds: tuple[str, ...], day: int) -> bool:
        return any(self.world.register.has_licence(party, kind, day) for kind in kinds)

    def _refresh(self, day: int) -> set[str]:
        """Look up the watched insurers; returns those that are new today or whose circle changed: nothing of them was noted."""
        watch, known = self.world.watch, set(self.insurers.values())
        mine = {*self.institutions(), *(key for key in watch.institutions if self._licensed(key, LICENCES[:1], day))}
        self.insurers = {self.world.parties.id(key): key for key in sorted(mine)}
        return (mine - known) | (mine & watch.changed_today)

    # -- judgement -----------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        pack = self.in_force("ins.firewall", now - 1)
        touched = sorted(self.touched | self._refresh(day))
        self.touched.clear()
        for key in touched if pack is not None else ():
            subsidiaries = self._subsidiaries(key, day)
            if subsidiaries:
                yield from self._judge(key, subsidiaries, now, pack)

    def _subsidiaries(self, key: str, day: int) -> tuple[str, ...]:
        """Firms that the insurer controls by links that all lead down from it, without an insurance licence."""
        out = []
        for party, relation in self.world.watch.institutions[key].related.items():
            holders = [key, *(link.to_party for link in relation.path)]
            down = all(link.from_party == above and in_control(link) for link, above in zip(relation.path, holders))
            if relation.tier == "R1" and down and party.startswith("uscc:") and not self._licensed(party, LICENCES, day):
                out.append(party)
        return tuple(sorted(out))

    def _payments(self, key: str, subsidiaries: tuple[str, ...], now: int) -> list[Payment]:
        """All payments between them that are kept, in booking order."""
        world, ids = self.world, self.world.parties
        log, base = world.ledger.log, world.ledger.base
        firms = np.array([ids.get(party) for party in subsidiaries], np.int32)
        at = world.ledger.rows_of(now - VIEW_DAYS * DAY_US, now) - base
        outward = (log.payer[at] == ids.get(key)) & np.isin(log.payee[at], firms)
        inward = (log.payee[at] == ids.get(key)) & np.isin(log.payer[at], firms)
        out = []
        for i, paid in zip(at[outward | inward].tolist(), outward[outward | inward].tolist()):
            stated = hard_class(world, i + base)
            if stated not in LAWFUL:
                what = ("contract" if stated in CONTRACTS else "outside") if paid else "back"
                party = ids.names[int(log.payee[i] if paid else log.payer[i])]
                out.append(Payment(int(log.time[i]), i + base, party, int(log.fen[i]), what))
        return out

    def _judge(self, key: str, subsidiaries: tuple[str, ...], now: int, pack: dict[str, Any]) -> Iterator[Finding]:
        payments = self._payments(key, subsidiaries, now)
        since = now - pack["window_days"] * DAY_US
        back = returned(payments, to_ppm(pack["returned"]), pack["return_days"])
        outside = [p for p in payments if (p.what == "outside" and p.time >= since) or back.get(p.row, 0) >= since]
        crossing = self._crossing(key, {p.row for p in payments if p.what == "outside" or p.row in back}, now)
        shared = self._shared(key, subsidiaries)
        premium = {method: crossing.fen(method) if crossing is not None else 0 for method in (*METHODS, "maxflow")}
        total = sum(p.fen for p in outside)
        values = {
            "outside_fen": total,
            "n_payments": len(outside),
            "returned_fen": sum(p.fen for p in outside if p.row in back),
            "contract_fen": sum(p.fen for p in payments if p.what == "contract" and p.row not in back and p.time >= since),
            "premium_fen": premium["fifo"],
            **{f"premium_{method}_fen": premium[method] for method in premium if method != "fifo"},
            "n_shared": len(shared),
        }
        severity = self.colour(total, min(premium["fifo"], premium["prorata"]), len(shared), pack)
        if severity == NO_SEVERITY:
            return
        times = [p.time for p in outside] + [back[p.row] for p in outside if p.row in back]
        last = max(times, default=now - 1)
        firms = {p.party for p in outside} | {firm for firm, *_ in shared}
        yield Finding(
            self.id, key, last, severity, max(total, premium["fifo"]), values, (min(times, default=now - 1), last),
            others=tuple(sorted(firms)), known=now, key=Shown(subsidiaries, tuple(payments), crossing, shared, now),
            flags=("truncated",) if crossing is not None and crossing.pots.truncated else (),
        )  # fmt: skip

    @staticmethod
    def colour(outside: int, premium: int, shared: int, pack: dict[str, Any]) -> int:
        """By what went outside contracts, by premiums in it (the lesser of FIFO and pro-rata), by hands in common."""
        money = zero_tolerance(outside) if outside >= pack["fen"] else NO_SEVERITY
        return max(money, zero_tolerance(premium), YELLOW if shared else NO_SEVERITY)

    def _crossing(self, key: str, rows: set[int], now: int) -> Crossing | None:
        """Premiums in the payments of these log rows."""
        world = self.world
        if not rows:
            return None
        pot = np.zeros(world.ledger.accounts.size, np.bool_)
        pot[world.accounts.of_party.get(world.parties.get(key), [])] = True
        pots = pots_of(world.ledger, pot, now - VIEW_DAYS * DAY_US, now - 1)
        premium = pots.enters & (world.ledger.log.flow_class[pots.rows - world.ledger.base] == PREMIUM)
        return crossing_of(pots, premium, [i for i, row in enumerate(pots.rows.tolist()) if row in rows])

    def _shared(self, key: str, subsidiaries: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
        """(subsidiary, its account, the insurer's account) with a signatory in common, sorted."""
        accounts, ids = self.world.accounts, self.world.parties
        mine = [(a, set(accounts.signatories[a])) for a in accounts.of_party.get(ids.get(key), ()) if a in accounts.signatories]
        found = {
            (firm, accounts.ids.names[other], accounts.ids.names[own])
            for firm in subsidiaries if mine
            for other in accounts.of_party.get(ids.get(firm), ())
            for own, signers in mine if signers & set(accounts.signatories.get(other, ()))
        }  # fmt: skip
        return tuple(sorted(found))

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        shown: Shown = finding.key
        crossing, pack = shown.crossing, self.in_force("ins.firewall", finding.time)
        contracts = sum(p.what == "contract" for p in shown.payments)
        rows = {p.row for p in shown.payments}
        rows |= {int(row) for row in crossing.pots.rows[: crossing.end]} if crossing is not None else set()
        return Evidence(
            {"outside_fen": "payments outside contracts in the window, and prepayments that came back in it",
             "premium_*_fen": "premiums in the payments that cross, by method"},
            {
                "now": shown.now,
                "parties": list(shown.subsidiaries),
                "payments": [{"transaction": list(self.world.refs.of(p.row)), "time": p.time, "party": p.party, "fen": p.fen,
                              "what": p.what} for p in shown.payments],
                "openings": crossing.openings(self.world) if crossing is not None else [],
                "transfers": crossing.rows(self.world) if crossing is not None else [],
                "shared": [list(row) for row in shown.shared],
            },
            transactions=sorted(rows),
            related=related_paths(self.world, finding.subject, shown.subsidiaries),
            excuses=[Excuse("LA-FEE", contracts > 0, {"contracts": contracts})],
            thresholds={"ins.firewall": pack, "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip


def returned(payments: list[Payment], least_ppm: int, within_days: int) -> dict[int, int]:
    """Services of which so much came back from the same party within so many days: row → time at which it had.

    What comes back is for the oldest services that are young enough and not yet wholly returned.
    """
    left: dict[str, deque[list[int]]] = {}  # party → [row, time, fen, returned] in order
    out: dict[int, int] = {}
    for p in payments:
        queue = left.setdefault(p.party, deque())
        if p.what == "contract":
            queue.append([p.row, p.time, p.fen, 0])
        elif p.what == "back":
            fen = p.fen
            while queue and queue[0][1] < p.time - within_days * DAY_US:
                queue.popleft()
            while queue and fen:
                row, _, whole, got = queue[0]
                part = min(fen, whole - got)
                queue[0][3], fen = got + part, fen - part
                if (got + part) * 1_000_000 >= least_ppm * whole:
                    out.setdefault(row, p.time)
                if got + part == whole:
                    queue.popleft()
    return out
