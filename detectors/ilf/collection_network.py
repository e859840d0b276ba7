"""ILF-01 集资资金拓扑 · collector–transit–payer network."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, ppm, zero_tolerance
from chuantou.detectors.ilf.exchanges import IS_OWN_REASON, LICENSED
from chuantou.detectors.ilf.network import COLLECTOR, PAYER, TRANSIT, Network, networks, payers_today
from chuantou.detectors.related_evidence import link_row
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import CLASS_ID, IS_HARD_BASIS
from chuantou.graph.pots import METHODS, Pots, pots_of
from chuantou.graph.world import World
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm

ROTATED = 3  # so many accounts may share the thirty: rotated every ten days, three are in a month's window
WAGES_PERCENT = 50  # LA-PAYROLL: whose payments are less of what he gets is no investor
CASH = (CLASS_ID["CASH_IN"], CLASS_ID["CASH_OUT"])


@dataclass(frozen=True)
class View:
    """The network's money: its pots, which rows are a person's gift or a person's payout in the window, and to whom."""

    network: Network
    owners: dict[int, str]
    pots: Pots
    gifts: dict[int, str]  # place in the pots' rows → person
    payouts: dict[int, str]
    returned: dict[int, str]  # payouts of the whole time, in the window or before
    investors: frozenset[str]  # payees in the window who had given
    through: dict[str, int]


class CollectionNetwork(Detector):
    """集资资金拓扑: some accounts collect from many persons, others pass it on, others pay many persons, mostly the same.

    Accounts that hang together by money over 180 days, each with a role of ``flow.roles`` but for the number of persons:
    collector (out/in ≥ 0.8, few payees), transit (out/in 0.95–1.05, ≥ 10 payments, median rest ≤ 1 day), payer (few payers).
    Together ≥ 30 persons pay the collectors within 180 days and ≥ 30 are paid by the payers within 30; ≥ 50 % of these had given
    (at least half of what they got; a single payment back of no more than was given is a refund); ``through`` = what of their
    payouts is rooted in the persons' payments to collectors, ≥ 100,000 yuan. Severity by zero tolerance of ``through`` where FIFO
    and pro-rata both reach the line; yellow where only the upper bound does (old money in the accounts). Not parties licensed to
    take the public's money, nor accounts that a third party keeps for others. Subject: the owner with whom most persons deal.
    Clause 二(五); 条例 art. 12–13 [L1]; roles [S15]. Amounts in fen.

    >>> CollectionNetwork.colour(sure=10_000_000, most=10_000_000, line=10_000_000)
    3
    >>> CollectionNetwork.colour(sure=0, most=10_000_000, line=10_000_000)
    2
    """

    id, clause, family = "ILF-01", "二(五)", "private_finance"
    title_zh, title_en = "集资资金拓扑", "collector, transit and payer accounts"
    legal_basis = ("SEED 二(五)", "银办发〔2016〕201号 [S14]", "防范和处置非法集资条例 art. 12–13 [L1]")
    parameters = ("topology", "flow.roles")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._first_row = 0

    @staticmethod
    def colour(sure: int, most: int, line: int) -> int:
        """Severity of what came through: ``sure`` by FIFO and pro-rata, ``most`` by the upper bound."""
        if sure >= line:
            return zero_tolerance(sure)
        return YELLOW if most >= line else NO_SEVERITY

    def day_close(self, day: int) -> Iterator[Finding]:
        first, self._first_row = max(self._first_row, self.world.ledger.base), self.world.ledger.end
        now = day_start_us(day + 1)
        topology, roles = self.in_force("topology", now - 1), self.in_force("flow.roles", now - 1)
        if topology is None or roles is None or self.world.ledger.end == first:
            return
        low, high = (to_ppm(bound) for bound in roles["band"])
        gate = {"people": topology["people"], "rotated": ROTATED, "few": roles["few"], "through": to_ppm(roles["through"]),
                "transfers": roles["transfers"], "low": low, "high": high, "holding_days": roles["holding_days"]}  # fmt: skip
        seeds = payers_today(self.world, first, gate)
        for network in networks(self.world, seeds, now, gate) if seeds else ():
            if not any(self._licensed(owner, day) for owner in self._owners(network).values()):
                yield from self._judge(network, topology, now)

    def _licensed(self, owner: str, day: int) -> bool:
        return any(self.world.register.has_licence(owner, kind, day) for kind in LICENSED)

    def _owners(self, network: Network) -> dict[int, str]:
        return {account: self.world.accounts.owner_name(account) for account in network.roles}

    # -- judgement -----------------------------------------------------------------------------------------------------

    def _judge(self, network: Network, topology: dict[str, Any], now: int) -> Iterator[Finding]:
        kinds = {kind for held in network.roles.values() for kind in held}
        if not {COLLECTOR, PAYER} <= kinds:
            return
        view = self._view(network, topology["days"], now)
        payers, payees = set(view.gifts.values()), set(view.payouts.values())
        overlap = ppm(len(view.investors), len(payees))
        enough = min(len(payers), len(payees)) >= topology["people"] and overlap >= to_ppm(topology["overlap"])
        if not enough:
            return
        sure, most = min(view.through["fifo"], view.through["prorata"]), max(view.through.values())
        severity = self.colour(sure, most, topology["min_fen"])
        if severity == NO_SEVERITY:
            return
        amount = view.through["fifo"] if severity > YELLOW or sure >= topology["min_fen"] else most
        log, base = self.world.ledger.log, self.world.ledger.base
        times = log.time[view.pots.rows - base]
        last = int(times[max(view.payouts)])
        names, weight = self.world.accounts.ids.names, self._weights(view)
        subject = min(weight, key=lambda owner: (-weight[owner], owner.startswith("person:"), owner))
        roles = Counter(kind for held in network.roles.values() for kind in held)
        values = {
            "n_payers": len(payers), "n_payees": len(payees), "overlap_ppm": overlap, "through_fen": view.through["fifo"],
            "through_prorata_fen": view.through["prorata"], "through_lifo_fen": view.through["lifo"],
            "through_most_fen": view.through["most"], "n_collectors": roles[COLLECTOR], "n_transits": roles[TRANSIT],
            "n_payer_accounts": roles[PAYER], "collected_fen": sum(int(view.pots.fen[at]) for at in view.gifts),
            "cash_ppm": self._cash(view),
        }  # fmt: skip
        yield Finding(
            self.id, subject, last, severity, amount, values, (int(times[min(view.gifts)]), last),
            low_fen=min(view.through.values()), high_fen=most,
            others=tuple(owner for owner in sorted(set(view.owners.values())) if owner != subject and owner[:8] != "account:"),
            accounts=tuple(sorted(names[account] for account in network.roles)), known=now, key=view,
            flags=("truncated",) if network.truncated or view.pots.truncated else (),
        )  # fmt: skip

    def _view(self, network: Network, days: int, now: int) -> View:
        world = self.world
        members = np.zeros(world.ledger.accounts.size, np.bool_)
        members[list(network.roles)] = True
        pots = pots_of(world.ledger, members, now - 220 * DAY_US, now - 1, network.rows)
        log, at = world.ledger.log, pots.rows - world.ledger.base
        owners = self._owners(network)
        own = set(owners.values())
        reasons = IS_OWN_REASON[log.flow_class[at]] & IS_HARD_BASIS[log.basis[at]]
        gifts: dict[int, str] = {}
        returned: dict[int, str] = {}
        for place in range(len(at)):
            if pots.enters[place] == pots.leaves[place]:
                continue
            inward = bool(pots.enters[place])
            party = int((log.payer if inward else log.payee)[at[place]])
            account = int((pots.creditor if inward else pots.debtor)[place])
            if party == NONE or not world.party_table.person[party] or world.parties.names[party] in own:
                continue
            if inward and COLLECTOR in network.roles[account]:
                gifts[place] = world.parties.names[party]
            elif not inward and PAYER in network.roles[account] and not reasons[place]:
                returned[place] = world.parties.names[party]
        since = now - days * DAY_US
        payouts = {place: who for place, who in returned.items() if int(log.time[at[place]]) >= since}
        through: dict[str, int] = {}
        for method in METHODS:
            through[method] = sum(fen for payout in payouts for root, fen in pots.made_of(payout, method) if root in gifts)
        paid, given = (sum(int(pots.fen[place]) for place in side) for side in (payouts, gifts))
        return View(network, owners, pots, gifts, payouts, returned, self._investors(pots, gifts, returned, payouts),
                    {**through, "most": max(min(paid, given), *through.values())})  # fmt: skip

    @staticmethod
    def _investors(
        pots: Pots, gifts: dict[int, str], returned: dict[int, str], payouts: dict[int, str]
    ) -> frozenset[str]:  # fmt: skip
        """Payees of the window who had given at least half of what they got, and were not just refunded."""
        given: Counter[str] = Counter()
        got: Counter[str] = Counter()
        for side, sums in ((gifts, given), (returned, got)):
            for place, who in side.items():
                sums[who] += int(pots.fen[place])
        times = Counter(returned.values())
        return frozenset(
            who for who in set(payouts.values())
            if given[who] and given[who] * 100 >= WAGES_PERCENT * got[who] and (times[who] > 1 or got[who] > given[who])
        )  # fmt: skip

    def _weights(self, view: View) -> dict[str, int]:
        """How many persons deal with each owner's accounts."""
        people: dict[str, set[str]] = {owner: set() for owner in view.owners.values()}
        for side, column in ((view.gifts, view.pots.creditor), (view.returned, view.pots.debtor)):
            for place, who in side.items():
                people[view.owners[int(column[place])]].add(who)
        return {owner: len(who) for owner, who in people.items()}

    def _cash(self, view: View) -> int:
        """The share of cash in what entered and left the network."""
        log, at = self.world.ledger.log, view.pots.rows - self.world.ledger.base
        outer = view.pots.enters != view.pots.leaves
        cash = outer & np.isin(log.flow_class[at], CASH)
        return ppm(int(view.pots.fen[cash].sum()), int(view.pots.fen[outer].sum()))

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        view: View = finding.key
        world, pots, names = self.world, view.pots, self.world.accounts.ids.names
        log, at, day = world.ledger.log, view.pots.rows - world.ledger.base, shanghai_day(finding.time)
        cash = np.isin(log.flow_class[at], CASH).tolist()
        rows = [
            {
                "transaction": list(world.refs.of(int(pots.rows[i]))), "time": int(log.time[at[i]]),
                "payer": None if pots.enters[i] else names[pots.debtor[i]],
                "payee": None if pots.leaves[i] else names[pots.creditor[i]], "fen": int(pots.fen[i]), "cash": cash[i],
                "given_by": view.gifts.get(i), "returned_to": view.returned.get(i), "in_window": i in view.payouts,
            }
            for i in range(len(at))
        ]  # fmt: skip
        ties = {} if finding.subject.startswith("account:") else world.register.related(finding.subject, day)
        accounts = sorted(((names[a], view.owners[a], list(kinds)) for a, kinds in view.network.roles.items()))
        return Evidence(
            {
                "overlap_ppm": "payees of the window who had given, of all payees of the window",
                "through_fen": "what of the payouts in the window is rooted in persons' payments to collectors, by FIFO",
            },
            {
                "accounts": [{"account": account, "owner": owner, "roles": kinds} for account, owner, kinds in accounts],
                "openings": sorted([names[account], fen] for account, fen in pots.openings), "transfers": rows,
            },
            pots.rows.tolist(),
            related={party: {"tier": ties[party].tier, "path": [link_row(link) for link in ties[party].path]}
                     for party in sorted(set(view.owners.values())) if party in ties},
            excuses=[Excuse("LA-LICENCE", False, {"licences": LICENSED}),
                     Excuse("LA-PAYROLL", False, {"paid_and_no_investor": len(set(view.payouts.values()) - view.investors)})],
            thresholds={
                "topology": self.in_force("topology", finding.time), "flow.roles": self.in_force("flow.roles", finding.time),
                "wages_percent": WAGES_PERCENT, "zero_tolerance_fen": ZERO_TOLERANCE_FEN,
            },
        )  # fmt: skip
