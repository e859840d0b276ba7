"""P2P-18 挪用、占用客户资金 · misappropriation."""

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

import numpy as np

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
from chuantou.detectors.lookalikes import hard_class
from chuantou.detectors.p2p.exits import (
    MANNERS,
    Clients,
    Exit,
    arrivals,
    cash_ends,
    class_of,
    client_parts,
    is_custody,
    own_pots,
    wealth_ends,
    within,
)
from chuantou.detectors.p2p.proceeds import Loan, follow_proceeds
from chuantou.detectors.p2p.self_financing import trace_inputs
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.accounts import NONE
from chuantou.graph.ledger import CLIENT, LOAN
from chuantou.graph.pots import Pots
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, closing_day, day_start_us
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import BalanceEvent

WINDOW_US = 30 * DAY_US
VIEW_US = 3 * WINDOW_US  # how far back an own account's money is told apart: parked client money stays clients' money
FOLLOW_US = 30 * DAY_US
MAX_INSTANTS = 64
REMEMBERED_DAYS = 60  # cut-offs, for statements that are corrected late
MAX_EXITS = 2_000  # a platform's payments followed at once; of more, the newest, and the flag ``truncated`` says so
TIERS = ("P", "R1", "R2")


class Line(NamedTuple):
    """The lines of the rule pack in fen and ppm."""

    single_fen: int
    single_ppm: int
    yellow: int
    red: int
    red_fen: int


class Misappropriation(Detector):
    """挪用/占用客户资金: clients' money reaches an end that is entitled to none of it, or is absent at a cut-off.

    Every payment out of designated client accounts, and out of the platform's own accounts into which clients paid, to
    others than its clients is followed 30 days and 6 hops to Own(P), R1, R2, securities, funds, trusts, real estate and
    cash (a loan to its true borrower: to Own(P), R1, R2 alone, from 30 % of the loan on).
    ``Mis = Σ client money at such ends / Σ client inflow`` of 30 days, or of what was paid out where that is more. Yellow
    at 10,000 yuan at one end and 1 %, or at 5 %; red at 20 % or 1,000,000 yuan [E]; FIFO and pro-rata must both be over a
    line; orange where FIFO is under all lines, pro-rata at 5 % and the max-flow at red (G16). Fees to the platform count
    above 5 % + 1 % of the inflow. Occupation: Σ sub-ledgers − master > 0 at a cut-off, graded by zero tolerance, cured or
    not. Clause 二(一)2. Amounts in fen.

    >>> line = Line(1_000_000, 10_000, 50_000, 200_000, 100_000_000)
    >>> Misappropriation.level(fen=2_000_000, single=2_000_000, share=30_000, line=line)
    2
    >>> Misappropriation.colour(fifo=0, prorata=4, maxflow=4, enough=True)
    3
    """

    id, clause, family = "P2P-18", "二(一)2", "client_money"
    title_zh, title_en = "挪用客户资金", "misappropriation of client money"
    legal_basis = ("SEED 二(一)2", "SEED 二(六)2")
    parameters = ("misuse",)
    sectors = ("P2P", "ECF")
    clause_in: ClassVar[dict[str, str]] = {"ECF": "二(六)2"}

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.clients: dict[str, Clients] = {}
        self.cut_offs: dict[tuple[int, int], dict[str, tuple[int, str, str]]] = {}  # (account, day) -> kind -> statement
        self.short: dict[str, dict[int, int]] = {}  # platform -> day -> fen missing

    # -- facts ---------------------------------------------------------------------------------------------------------

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for _, event in segment.events:
            if isinstance(event, BalanceEvent) and event.kind != "OPENING":
                yield from self._cut_off(event)
        if segment.first == segment.end:
            return
        watch = self.world.watch
        into, out_of = segment.into, segment.out_of
        mine = set(self.institutions())
        for i in np.flatnonzero(((into != NONE) & (segment.kind == CLIENT)) | (out_of != NONE)).tolist():
            if into[i] != NONE and segment.kind[i] == CLIENT and into[i] != out_of[i] and watch.keys[into[i]] in mine:
                self._paid_in(watch.keys[into[i]], segment, i)
            if out_of[i] != NONE and watch.keys[out_of[i]] in mine:
                self._paid_out(watch.keys[out_of[i]], segment, i)

    def _paid_in(self, key: str, s: Segment, i: int) -> None:
        clients, account = self.clients.setdefault(key, Clients()), int(s.creditor[i])
        clients.parties.add(int(s.payer_party[i]))
        if self._owned_by(key, account) and not is_custody(self.world, account, key):
            clients.pots.add(account)
        clients.inflow.append((int(s.time[i]), int(s.fen[i]), s.first + i))

    def _owned_by(self, key: str, account: int) -> bool:
        return self.world.accounts.owner_name(account) == key

    def _paid_out(self, key: str, s: Segment, i: int) -> None:
        world, row, pot, end = self.world, s.first + i, int(s.debtor[i]), int(s.creditor[i])
        clients = self.clients.setdefault(key, Clients())
        custody = is_custody(world, pot, key)
        if (not custody and pot not in clients.pots) or end in clients.pots or is_custody(world, end, key):
            return
        payee = int(s.payee_party[i])
        if payee != NONE and payee == int(world.accounts.table.owner[pot]) and world.accounts.role_of(pot) == "CLIENT_SUB":
            return  # a client draws his own money
        related = payee != NONE and world.watch.institutions[key].tier(world.parties.names[payee]) in TIERS
        if hard_class(world, row) == "FEE" and self._owned_by(key, end):
            clients.fees.append((int(s.time[i]), int(s.fen[i]), row))
            clients.new_fees = True
            return
        lent = int(s.kind[i]) == LOAN and not related
        if payee in clients.parties and not lent and not related:
            return
        listing = int(world.ledger.log.listing[row - world.ledger.base])
        rules = self.in_force("misuse", int(s.time[i]))
        if rules is None:
            return
        loan = Loan(row, key, payee if lent else NONE, listing, int(s.fen[i]), int(s.time[i]))
        clients.exits[row] = Exit(loan, pot, custody, lent, to_ppm(rules["round_trip"]))

    # -- misuse --------------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        self.cut_offs = {at: said for at, said in self.cut_offs.items() if at[1] > day - REMEMBERED_DAYS}
        for key in sorted(self.clients):
            clients = self.clients[key]
            clients.forget(now - WINDOW_US - FOLLOW_US, self.world.ledger.base)
            if not clients.exits and not clients.new_fees:
                continue
            truncated = len(clients.exits) > MAX_EXITS
            for root in sorted(clients.exits)[: -MAX_EXITS]:
                del clients.exits[root]
            instants = self._look(key, clients, now)
            if clients.new_fees:
                instants.update(time for time, *_ in clients.fees if time >= now - DAY_US)
            clients.new_fees = False
            for time in sorted(instants)[-MAX_INSTANTS:]:
                yield from self._judge(key, clients, time, now, truncated)

    def _look(self, key: str, clients: Clients, now: int) -> set[int]:
        """Follow what moved since it was looked at last; returns the instants of new arrivals."""
        last_out = self.world.ledger.accounts.last_out
        changed = key in self.world.watch.changed_today
        instants: set[int] = set()
        pots: Pots | None = None
        related, others = set(self._related_accounts(key, clients)), None
        for root in sorted(clients.exits):
            exit_ = clients.exits[root]
            loan = exit_.loan
            moved = loan.checked < 0 or bool((last_out[loan.reached] >= loan.checked).any())
            if not (changed or (moved and now - DAY_US <= loan.time + FOLLOW_US)):
                continue
            if not exit_.client_fen:
                if not exit_.custody:
                    pots = pots or own_pots(self.world, clients.pots, now - VIEW_US, now - 1)
                exit_.client_fen = self._client_fen(exit_, pots)
            if not exit_.to_borrower and others is None:
                others = wealth_ends(self.world) | cash_ends(self.world, now - WINDOW_US - FOLLOW_US, now - 1)
            sinks = related if exit_.to_borrower else related | (others or set())
            proceeds = follow_proceeds(self.world, loan, min(now - 1, loan.time + FOLLOW_US), sinks)
            loan.reached, loan.checked = proceeds.flow.accounts[1:], self.world.ledger.end
            before = {arrival.row for arrival in exit_.arrivals}
            exit_.arrivals = arrivals(self.world, exit_, proceeds, MAX_INSTANTS)
            instants.update(arrival.time for arrival in exit_.arrivals if arrival.row not in before)
        return instants

    def _client_fen(self, exit_: Exit, pots: Pots | None) -> dict[str, int]:
        if pots is None or exit_.custody:
            return dict.fromkeys(MANNERS, exit_.loan.fen)
        return client_parts(self.world, pots, int(np.searchsorted(pots.rows, exit_.loan.root)))

    def _related_accounts(self, key: str, clients: Clients) -> list[int]:
        """Own(P) ∪ R1 ∪ R2 without clients' money."""
        held = self.world.watch.accounts_of(key, "R1", "R2")
        return [a for a in held if a not in clients.pots and not is_custody(self.world, a, key)]

    def _judge(self, key: str, clients: Clients, time: int, now: int, truncated: bool) -> Iterator[Finding]:
        pack = self.in_force("misuse", time)
        if pack is None:
            return
        counted = [
            (exit_, arrived) for root, exit_ in sorted(clients.exits.items())
            if time - WINDOW_US < exit_.loan.time <= time and (arrived := exit_.by(time)) is not None
        ]  # fmt: skip
        inflow = within(clients.inflow, time - WINDOW_US, time)
        fees = within(clients.fees, time - WINDOW_US, time)
        base = max(sum(fen for _, fen, _ in inflow), sum(exit_.client_fen["fifo"] for exit_, _ in counted))
        excess = max(0, sum(fen for _, fen, _ in fees) - base * to_ppm(pack["fees"]) // 1_000_000)
        total = {name: excess + sum(arrived.fen[name] for _, arrived in counted) for name in MANNERS}
        total["maxflow"] = max(min(total["maxflow"], base), *(total[name] for name in MANNERS[:3]))  # one fen is misused once
        single = {n: max([excess, *(arrived.single[n] for _, arrived in counted)]) for n in ("fifo", "prorata")}
        line = Line(pack["single_fen"], to_ppm(pack["single"]), to_ppm(pack["yellow"]), to_ppm(pack["red"]), pack["red_fen"])
        level = {n: self.level(total[n], single[n], ppm(total[n], base), line) for n in single}
        most = self.level(total["maxflow"], total["maxflow"], ppm(total["maxflow"], base), line)
        severity = self.colour(level["fifo"], level["prorata"], most, ppm(total["prorata"], base) >= line.yellow)
        if severity == NO_SEVERITY:
            return
        values = {
            "misused_fen": total["fifo"],
            **{f"misused_{name}_fen": total[name] for name in MANNERS[1:]},
            "misuse_ratio_ppm": ppm(total["fifo"], base),
            **{f"misuse_ratio_{name}_ppm": ppm(total[name], base) for name in MANNERS[1:]},
            "client_inflow_fen": base,
            "shortfall_days": 0,
        }
        first = min([exit_.loan.time for exit_, _ in counted] + [t for t, *_ in fees])
        rows = tuple((exit_.loan.root, arrived.row) for exit_, arrived in counted)
        names = self.world.accounts.ids.names
        yield Finding(
            self.id, key, time, severity, total["fifo"] or total["maxflow"], values, (first, time),
            low_fen=min(total.values()), high_fen=max(total.values()),
            accounts=tuple(sorted({names[exit_.pot] for exit_, _ in counted})), known=now,
            key=("misuse", rows, tuple(inflow), tuple(fees), now), flags=("truncated",) if truncated else (),
        )  # fmt: skip

    @staticmethod
    def level(fen: int, single: int, share: int, line: Line) -> int:
        """Severity of one way of telling the money apart: fen in all, fen at one end, ppm of the inflow."""
        if share >= line.red or fen >= line.red_fen:
            return RED
        return YELLOW if share >= line.yellow or (single >= line.single_fen and share >= line.single_ppm) else NO_SEVERITY

    @staticmethod
    def colour(fifo: int, prorata: int, maxflow: int, enough: bool) -> int:
        """FIFO and pro-rata make a colour together; FIFO alone clears nobody (``enough``: pro-rata over the yellow share)."""
        if fifo == NO_SEVERITY and maxflow == RED and enough:
            return ORANGE
        return min(fifo, prorata)

    # -- occupation ----------------------------------------------------------------------------------------------------

    def _cut_off(self, e: BalanceEvent) -> Iterator[Finding]:
        world, account, day = self.world, self.world.accounts.ids.get(e.account), closing_day(e.as_of)
        platform = int(world.accounts.table.platform[account]) if account != NONE else NONE
        key = world.parties.names[platform] if platform != NONE else ""
        if world.accounts.role_of(account) != "CLIENT_MASTER" or key not in self.institutions():
            return
        told = self.cut_offs.setdefault((account, day), {})
        told[e.kind] = (e.fen, e.source_id, e.event_id)
        if len(told) < 2:
            return
        missing = told["LEDGER_SUB_SUM"][0] - told["CLOSING"][0]
        days = self.short.setdefault(key, {})
        days.pop(day, None)
        if missing > 0:
            days[day] = max(missing, days.get(day, 0))
        for past in [past for past in days if past <= day - REMEMBERED_DAYS]:
            del days[past]
        severity = zero_tolerance(missing)
        if severity == NO_SEVERITY or self.in_force("misuse", e.event_time) is None:
            return
        count = sum(day - 30 < past <= day for past in days)
        owed = told["LEDGER_SUB_SUM"][0]
        values = {"misused_fen": missing, "misuse_ratio_ppm": ppm(missing, owed), "shortfall_days": count}
        history = tuple(sorted((past, fen) for past, fen in days.items() if day - 30 < past <= day))
        yield Finding(
            self.id, key, e.event_time, severity, missing, values, (day_start_us(day), e.event_time),
            accounts=(e.account,), key=("short", e.account, day, dict(told), history),
        )  # fmt: skip

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        if finding.key[0] == "short":
            _, account, day, told, history = finding.key
            stated = {kind: {"fen": fen, "event": [source, event]} for kind, (fen, source, event) in sorted(told.items())}
            return Evidence(
                {"misused_fen": "LEDGER_SUB_SUM - CLOSING", "shortfall_days": "days of the history"},
                {"limb": "short", "account": account, "day": day, "balances": stated, "history": history},
                events=[(source, event) for _, (_, source, event) in sorted(told.items())],
                thresholds={"zero_tolerance_fen": ZERO_TOLERANCE_FEN},
            )
        _, rows, inflow, fees, now = finding.key
        world, clients = self.world, self.clients[finding.subject]
        pots = own_pots(world, clients.pots, now - VIEW_US, now - 1)
        related = set(self._related_accounts(finding.subject, clients))
        others = wealth_ends(world) | cash_ends(world, now - WINDOW_US - FOLLOW_US, now - 1)
        exits, listed, last = [], [row for *_, row in (*inflow, *fees)], 0
        excuses: list[Excuse] = []
        for root, row in rows:
            exit_ = clients.exits[root]
            until = min(now - 1, exit_.loan.time + FOLLOW_US)
            p = follow_proceeds(world, exit_.loan, until, related if exit_.to_borrower else related | others)
            upto = int(np.searchsorted(p.flow.rows, row)) + 1
            at = int(np.searchsorted(pots.rows, root)) if not exit_.custody else None
            last = max(last, at + 1 if at is not None else 0)
            told = {"pot_row": at, "to_borrower": exit_.to_borrower, "class": class_of(world, root)}
            exits.append(trace_inputs(world, p, upto) | told)
            listed.extend(p.flow.rows[:upto].tolist())
            excuses.extend(p.excuses)
        listed.extend(int(row) for row in pots.rows[:last])
        owners = {world.accounts.owner_name(a) for a in related}
        return Evidence(
            {
                "misused_*_fen": "sum over exits of client part * what reached sinks / fen, by manner, + fees above the limit",
                "misuse_ratio_*_ppm": "misused / max(client inflow, client money in the exits by FIFO)",
            },
            {
                "limb": "misuse",
                "exits": exits,
                "openings": [[world.accounts.ids.names[account], fen] for account, fen in pots.openings] if last else [],
                "pot_transfers": self._pot_rows(pots, last),
                "client_inflow": [self._paid(entry) for entry in inflow],
                "fees": [self._paid(entry) for entry in fees],
            },
            sorted(set(listed)),
            related=related_paths(world, finding.subject, owners),
            excuses=excuses,
            thresholds={"misuse": self.in_force("misuse", finding.time)},
        )

    def _paid(self, entry: tuple[int, int, int]) -> dict[str, Any]:
        return {"transaction": list(self.world.refs.of(entry[2])), "time": entry[0], "fen": entry[1]}

    def _pot_rows(self, pots: Pots, last: int) -> list[dict[str, Any]]:
        names, log = self.world.accounts.ids.names, self.world.ledger.log
        return [
            {
                "transaction": list(self.world.refs.of(int(pots.rows[i]))),
                "payer": None if pots.enters[i] else names[pots.debtor[i]],
                "payee": None if pots.leaves[i] else names[pots.creditor[i]],
                "fen": int(pots.fen[i]),
                "client": bool(pots.enters[i]) and int(log.kind[pots.rows[i] - self.world.ledger.base]) == CLIENT,
            }
            for i in range(last)
        ]
