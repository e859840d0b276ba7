"""ILF-04 马甲账户、跑分账户 · mule and nominee accounts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import YELLOW, Detector, Evidence, Finding, ppm
from chuantou.detectors.ilf.account_life import AccountLife
from chuantou.detectors.ilf.mules import COLLECTOR, PAID, WINDOW_DAYS, Flow, Mule, mule_of
from chuantou.detectors.pay.acquiring import is_licensed
from chuantou.graph.accounts import IS_LOOP_BLOCKED, NONE
from chuantou.graph.flow_windows import GATHER, MONTH
from chuantou.graph.windows import IN, OUT
from chuantou.schemas.clock import day_start_us
from chuantou.schemas.rules import to_ppm

HOLDER = "holder"
MANY_PAYERS = 5  # an ordinary person is paid by fewer in a month: a gate only
COLLECTED_PPM = 800_000  # of what each of them pays, and of what he gets at all: a collector who lives by these accounts [E]
SUBJECT_PPM = 500_000  # who gets more than half of what a ring pays, and lives by it, is the one the alert is about [E]
Link = tuple[str, str, str]  # account, party, what links them


class MuleAccounts(Detector):
    """马甲、跑分账户: persons' accounts that are lent or sold to pass on strangers' money.

    Over 30 days, of an account of a person with ≥ 10,000 yuan in: *life* (.2), opened ≤ 30 days before, or after ≥ 180 days
    without a transfer, or ten times what it took before, or in a new hand; *passed* (.25), ≥ 80 % out within 24 hours;
    *strangers* (.2), ≥ 10 persons without a tie to the holder; *emptied* (.15), ≤ 5 % of the day's money left on ≥ 80 % of
    the days; *device* (.25), ≥ 3 owners of accounts on one device; *region* (.1), opened outside the holder's prefecture [E].
    A mule passes, has strangers, and scores 0.7. Fires yellow, never more, at ≥ 5 mules that hang together: by holder, device,
    signatory, payments among them, or one person who gets ≥ 80 % of each one's money and lives by it. Subject: who gets more
    than half of it and lives by it, else the holder of the largest. Judged at day closes. Clause 二(五). Amounts in fen.

    >>> rings_of([("a", "p", "holder"), ("b", "p", "device"), ("c", "q", "holder")])
    [('a', 'b'), ('c',)]
    """

    id, clause, family = "ILF-04", "二(五)", "mules"
    title_zh, title_en = "马甲账户、跑分账户", "mule and nominee accounts"
    legal_basis = ("SEED 二(五)", "银办发〔2016〕201号 [S14]")
    parameters = ("ilf.mule",)

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.life = AccountLife()
        self.mules: dict[str, Mule] = {}  # by account, as of the last day on which it was one

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        pack = self.in_force("ilf.mule", now - 1)
        dormant = pack["dormant_days"] if pack is not None else WINDOW_DAYS
        paid = self.life.close_day(self.world, day, dormant)
        self.mules = {name: mule for name, mule in self.mules.items() if mule.day > day - WINDOW_DAYS}
        if pack is None or not len(paid):
            return
        for account in sorted(self._candidates(paid, now, pack), key=self.world.accounts.ids.names.__getitem__):
            mule = mule_of(self.world, self.life, account, day, pack)
            if mule is not None:
                self.mules[mule.account] = mule
        if any(mule.day == day for mule in self.mules.values()):
            links, inflows = self._links(pack)
            for ring in rings_of(links):
                if len(ring) >= pack["linked"] and any(self.mules[name].day == day for name in ring):
                    yield self._finding([self.mules[name] for name in ring], links, inflows, now)

    def _candidates(self, paid: NDArray[np.int64], now: int, pack: dict[str, Any]) -> list[int]:
        """Persons' accounts whose window figures allow a mule: nothing is looked at one by one yet."""
        world, flows = self.world, self.world.flows
        flows.advance(now - 1)
        table = world.accounts.table
        owner = table.owner[paid]
        own = (owner != NONE) & world.party_table.person[owner] & ~IS_LOOP_BLOCKED[table.role[paid]]
        paid = paid[own & (paid < len(flows.accounts))]
        came, out = flows.side(IN, MONTH, paid), flows.side(OUT, MONTH, paid)
        lately, gave = flows.side(IN, GATHER, paid), flows.side(OUT, GATHER, paid)
        enough = (came.fen >= pack["fen"]) & (came.others + out.others >= pack["strangers"])
        most = to_ppm(pack["passed"]) // 1_000  # in thousandths: no product of the largest amounts may overflow
        least = lately.fen // 1_000 * most
        many = (came.others >= MANY_PAYERS) & (gave.fen >= least)  # what is drawn in cash is not passed on in the windows
        quick = (out.fen >= came.fen // 1_000 * most) & (lately.fen > 0) & (many | (flows.passed()[paid] >= least))
        return paid[enough & quick].tolist()

    # -- who hangs together --------------------------------------------------------------------------------------------

    def _links(self, pack: dict[str, Any]) -> tuple[list[Link], dict[str, int]]:
        """What links each mule to whom, sorted; and what came to each collector in all."""
        mules = [self.mules[name] for name in sorted(self.mules)]
        holders = {mule.holder for mule in mules}
        links = {(mule.account, mule.holder, HOLDER) for mule in mules}
        links |= {(mule.account, party, kind) for mule in mules for party, kind in mule.ties.items()}
        links |= {(mule.account, f.other, PAID) for mule in mules for f in mule.paid if f.other in holders}
        served: dict[str, list[Mule]] = {}
        for mule in mules:
            for other, fen in Counter(by_other(mule.paid)).items():
                if ppm(fen, mule.out_fen) >= COLLECTED_PPM and other.startswith(("person:", "account:")):
                    served.setdefault(other, []).append(mule)
        inflows = {other: self._inflow(other) for other, some in sorted(served.items()) if len(some) >= pack["linked"]}
        for other, came in inflows.items():
            if ppm(sum(by_other(mule.paid)[other] for mule in served[other]), came) >= COLLECTED_PPM:
                links |= {(mule.account, other, COLLECTOR) for mule in served[other]}
        return sorted(links), inflows

    def _inflow(self, other: str) -> int:
        """What came to a party, or to an account of nobody known, from others in the window of 30 days, in fen."""
        world = self.world
        if other.startswith("account:"):
            accounts = [world.accounts.ids.get(other.removeprefix("account:"))]
        else:
            accounts = world.accounts.of_party.get(world.parties.get(other), [])
        flows = world.flows
        return sum(int(flows.side(IN, MONTH, account).fen) for account in accounts if account < len(flows.accounts))

    # -- judgement -----------------------------------------------------------------------------------------------------

    def _finding(self, ring: Sequence[Mule], links: Sequence[Link], inflows: dict[str, int], now: int) -> Finding:
        flows = [f for mule in ring for f in (*mule.came, *mule.paid)]
        times = [f.time for f in flows]
        through = sum(mule.in_fen for mule in ring)
        values = {
            "n_mules": len(ring),
            "through_fen": through,
            "n_holders": len({mule.holder for mule in ring}),
            "n_strangers": len({who for mule in ring for who in mule.strangers}),
            "n_on_devices": sum("device" in mule.features for mule in ring),
            "passed_ppm": ppm(sum(mule.passed_fen for mule in ring), through),
            "score_ppm": sum(mule.score_ppm for mule in ring) // len(ring),
        }
        collector = self._collector(ring)
        largest = min(ring, key=lambda mule: (-mule.in_fen, mule.account))
        subject = collector or largest.holder
        names = {mule.account for mule in ring}
        linked = {party for account, party, kind in links if account in names and kind == COLLECTOR}
        others = tuple(sorted({mule.holder for mule in ring} - {subject}))
        return Finding(
            self.id, subject, max(times), YELLOW, through, values, (min(times), max(times)), others=others,
            accounts=tuple(sorted(names)), known=now,
            key=(tuple(ring), {other: came for other, came in inflows.items() if other in linked}, collector),
        )  # fmt: skip

    def _collector(self, ring: Sequence[Mule]) -> str | None:
        """Who gets more than half of what the ring pays to others, and lives by it; no bank or payment institution."""
        holders, day = {mule.holder for mule in ring}, max(mule.day for mule in ring)
        given: Counter[str] = Counter()
        for mule in ring:
            given.update({other: fen for other, fen in by_other(mule.paid).items() if other not in holders})
        other, fen = min(given.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
        if ppm(fen, sum(given.values())) <= SUBJECT_PPM or is_licensed(self.world, other, day):
            return None
        return other if ppm(fen, self._inflow(other)) > SUBJECT_PPM else None

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        ring, inflows, collector = finding.key
        rows = sorted({f.row for mule in ring for f in (*mule.came, *mule.paid)})
        order = {row: place for place, row in enumerate(rows)}
        told = []
        for mule in ring:
            sides = {
                name: [{"transaction": list(self.world.refs.of(f.row)), "order": order[f.row], "time": f.time, "fen": f.fen,
                        "other": f.other, "stranger": f.stranger} for f in some]
                for name, some in (("came", mule.came), ("paid", mule.paid))
            }  # fmt: skip
            told.append({
                "account": mule.account, "holder": mule.holder, **sides, "life": mule.life,
                "closings": [list(closing) for closing in mule.closings], "ties": mule.ties, "regions": list(mule.regions),
                "features": list(mule.features), "score_ppm": mule.score_ppm,
            })  # fmt: skip
        return Evidence(
            {"score_ppm": "mean over the accounts of the weights of their features", "n_mules": "accounts that hang together"},
            {"mules": told, "inflows": inflows, "collector": collector},
            rows,
            thresholds={"ilf.mule": self.in_force("ilf.mule", finding.time), "collected_ppm": COLLECTED_PPM},
        )


def by_other(paid: Sequence[Flow]) -> Counter[str]:
    """fen by whom it was paid to."""
    out: Counter[str] = Counter()
    for f in paid:
        out[f.other] += f.fen
    return out


def rings_of(links: Sequence[Link]) -> list[tuple[str, ...]]:
    """Accounts that hang together through parties; each ring sorted, and the rings."""
    root: dict[str, str] = {}

    def find(node: str) -> str:
        while root.setdefault(node, node) != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for account, party, _ in links:
        root[find(f"party {party}")] = find(f"account {account}")
    groups: dict[str, set[str]] = {}
    for account, _, _ in links:
        groups.setdefault(find(f"account {account}"), set()).add(account)
    return sorted(tuple(sorted(group)) for group in groups.values())
