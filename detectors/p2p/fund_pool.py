"""P2P-01 资金池 · fund pool."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import RED, YELLOW, Detector, Evidence, Finding, ppm
from chuantou.detectors.lookalikes import entitled_account
from chuantou.detectors.p2p.pool import Credit, Pool
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.accounts import NONE
from chuantou.graph.ledger import CLIENT, LOAN
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, add_working_days, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm

STRUCTURAL_INVESTORS, STRUCTURAL_PRODUCTS = 30, 2  # catalogue P2P-01, structural limb


class FundPool(Detector):
    """资金池: many investors' money in accounts that the platform or its R1 parties can move, untied from borrowers.

    Over the Own ∪ R1 cluster of a platform and W = 30 days: ``inflow`` = Σ client credits, ``n_investors`` their
    distinct payers, ``pooled`` = Σ what of each credit did not reach the borrower it names within 3 working days by
    FIFO lots, ``pool_ratio = pooled / inflow``. A credit is judged when its time is over; until then it counts as
    matched. Fires yellow at 30 people, 200,000 yuan and ratio 0.2, red at 150 people and 1,000,000 yuan [L4a, L4b as
    noise gates; ratio E]; or yellow when the cluster pays ≥ 30 of its investors and borrowers of ≥ 2 listings.
    Clause 二(一)1; 2016 办法 art. 10(2). Amounts in fen.

    >>> pool = Pool()
    >>> pool.add(Credit(index=0, time=0, investor=7, fen=100, deadline=10, matched=[(5, 60)]))
    >>> pool.judge(until=10)
    >>> pool.inflow, pool.pooled
    (100, 40)
    """

    id, clause, family = "P2P-01", "二(一)1", "client_money"
    title_zh, title_en = "资金池", "fund pool"
    legal_basis = ("SEED 二(一)1", "2016 网络借贷暂行办法 art. 10(2) [S5]")
    parameters = ("ilf.entity.amount", "ilf.entity.people", "pool.gate")
    sectors = ("P2P", "ECF", "AM", "ILF")

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.pools: dict[str, Pool] = {}
        self.matches: dict[int, list[tuple[int, int]]] = {}  # root -> (time, fen), whatever the cluster

    def observe(self, segment: Segment) -> Iterator[Finding]:
        if segment.first == segment.end:
            return
        for index, kind, data in self._facts(segment):
            time = int(segment.time[index - segment.first])
            if kind == "match":
                self._match(data[0], time, data[1])
                continue
            key = data[0]
            pool = self.pools.get(key)
            if pool is None:
                pool = self.pools[key] = Pool()
            if kind == "credit":
                credit = self._credit(index)
                pool.add(credit)
                pool.move(time, index, credit.fen)
            elif kind == "move":
                pool.move(time, index, data[1])
                continue
            elif data[1] != NONE:
                if data[1] not in pool.investors:
                    continue
                pool.paid_investors.add(time, index, data[1])
            else:
                pool.paid_listings.add(time, index, data[2])
            yield from self._judge(key, pool, time, index)

    def _facts(self, s: Segment) -> Iterator[tuple[int, str, tuple]]:
        """Credits, matches, movements and payouts of the segment in booking order."""
        facts: list[tuple[int, int, str, tuple]] = []
        watch, into, out_of = self.world.watch, s.into, s.out_of
        mine = set(self.institutions())
        judged: dict[tuple[int, int], bool] = {}  # (account, day): nothing is told inside a segment
        for i in np.flatnonzero((s.kind == CLIENT) & (into != NONE) & (into != out_of)).tolist():
            key, at = watch.keys[into[i]], (int(s.creditor[i]), shanghai_day(int(s.time[i])))
            if key not in mine:
                continue
            if at not in judged:
                judged[at] = self._counts(*at)
            if judged[at]:
                facts.append((s.first + i, 0, "credit", (key,)))
        for i in np.flatnonzero((out_of != NONE) & (into != out_of)).tolist():
            key = watch.keys[out_of[i]]
            if key not in mine:
                continue
            listing = int(self.world.ledger.log.listing[s.first + i - self.world.ledger.base])
            if s.kind[i] == LOAN and listing != NONE:
                facts.append((s.first + i, 2, "payout", (key, NONE, listing)))
            elif s.kind[i] != LOAN and s.payee_party[i] != NONE:
                facts.append((s.first + i, 2, "payout", (key, int(s.payee_party[i]), NONE)))
        facts.extend(self._part_facts(s, mine))
        facts.sort(key=lambda fact: fact[:2])
        return ((index, kind, data) for index, _, kind, data in facts)

    def _part_facts(self, s: Segment, mine: set[str]) -> Iterator[tuple[int, int, str, tuple]]:
        ledger, watch = self.world.ledger, self.world.watch
        root_at = s.parts.root - ledger.base
        client = np.flatnonzero(ledger.log.kind[root_at] == CLIENT)
        transfer, root_at, fen = s.parts.transfer[client], root_at[client], s.parts.fen[client]
        row = transfer - s.first
        listing = ledger.log.listing[root_at]
        borrower = np.where(listing != NONE, self.world.listing_table.borrower[listing], NONE)
        matched = (borrower != NONE) & (borrower == s.payee_party[row])
        product = ledger.log.product[root_at]
        for i in np.flatnonzero(~matched & (listing == NONE) & (product != NONE)):
            matched[i] = self._allocated(int(product[i]), int(s.payee_party[row[i]]))
        into, out_of = s.into[row], s.out_of[row]
        for i in np.flatnonzero(matched):
            yield int(transfer[i]), 1, "match", (int(root_at[i]) + ledger.base, int(fen[i]))
        for i in np.flatnonzero(into != out_of):
            for cluster, change in ((out_of[i], -int(fen[i])), (into[i], int(fen[i]))):
                if cluster != NONE and watch.keys[cluster] in mine and s.kind[row[i]] != CLIENT:
                    yield int(transfer[i]), 1, "move", (watch.keys[cluster], change)

    def _allocated(self, product: int, payee: int) -> bool:
        """Whether the payee borrows on a listing to which money of the product was allocated."""
        if payee == NONE:
            return False
        name, party = self.world.products.names[product], self.world.parties.names[payee]
        books = self.world.obligations.books.values()
        return any(b.loan(x).borrower == party for b in books for x in sorted(b.allocated.get(name, ())))

    def _counts(self, account: int, day: int) -> bool:
        """Whether a client's credit on the account is judged: a gate was in force, and nothing excuses the account."""
        excuse = entitled_account(self.world, account, day)
        return self.world.rules.at("pool.gate", day) is not None and not (excuse is not None and excuse.holds)

    def _credit(self, index: int) -> Credit:
        log, at = self.world.ledger.log, index - self.world.ledger.base
        time = int(log.time[at])
        days = self.in_force("pool.gate", time)["match_days"]
        deadline = day_start_us(add_working_days(shanghai_day(time), days) + 1)
        matched = self.matches.setdefault(index, [])
        return Credit(index, time, int(log.payer[at]), int(log.fen[at]), deadline, int(log.creditor[at]), matched)

    def _match(self, root: int, time: int, fen: int) -> None:
        told = int(self.world.ledger.log.time[root - self.world.ledger.base])
        gate = self.in_force("pool.gate", told)
        if gate is None:
            return
        day, days = shanghai_day(told), gate["match_days"]
        if time < day_start_us(add_working_days(day, days) + 1):  # at that midnight the credit is judged
            self.matches.setdefault(root, []).append((time, fen))

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        for key in self.institutions():
            if key in self.world.watch.changed_today:
                self._rebuild(key, now)
            pool = self.pools.get(key)
            if pool is None:
                continue
            pool.judge(now)
            yield from self._judge(key, pool, now, self.world.ledger.end)
            gate = self.in_force("pool.gate", now)
            pool.forget(now - ((gate["window_days"] if gate else 30) + 2) * DAY_US)
        if len(self.matches) > 4096:
            self.matches = {root: m for root, m in self.matches.items() if root >= self.world.ledger.base}

    def _rebuild(self, key: str, now: int) -> None:
        """The circle changed: gather the window's credits again from the log, whoever's accounts they now are."""
        ledger, watch = self.world.ledger, self.world.watch
        used = ledger.end - ledger.base
        log = ledger.log
        mine = watch.cluster_of == watch.index(key)
        recent = (log.kind[:used] == CLIENT) & (log.time[:used] >= now - 30 * DAY_US)
        rows = np.flatnonzero(recent & mine[log.creditor[:used]] & ~mine[log.debtor[:used]])
        before = self.pools.get(key, Pool())
        pool = Pool(
            held=before.held, moves=list(before.moves), peaks=dict(before.peaks),
            paid_investors=before.paid_investors, paid_listings=before.paid_listings,
        )  # fmt: skip
        for at in rows.tolist():
            if self._counts(int(log.creditor[at]), shanghai_day(int(log.time[at]))):
                pool.add(self._credit(at + ledger.base))
        held = sum(fen for a in np.flatnonzero(mine).tolist() for root, fen in ledger.lots_of(a)
                   if root >= ledger.base and log.kind[root - ledger.base] == CLIENT)  # fmt: skip
        if pool.credits or before.credits:
            pool.move(now - 1, ledger.end, held - pool.held)
            self.pools[key] = pool

    def _judge(self, key: str, pool: Pool, time: int, index: int) -> Iterable[Finding]:
        gate = self.in_force("pool.gate", time)
        if gate is None:
            return
        window = gate["window_days"] * DAY_US
        pool.expire(time - window)
        severity = self._severity(pool, gate, time)
        both = len(pool.paid_investors) >= STRUCTURAL_INVESTORS and len(pool.paid_listings) >= STRUCTURAL_PRODUCTS
        structural = YELLOW if both else NO_SEVERITY
        severity, amount = max(severity, structural), pool.pooled or pool.inflow
        if severity == NO_SEVERITY or not pool.tells(shanghai_day(time), (severity, amount)):
            return
        values = {
            "n_investors": len(pool.investors),
            "inflow_fen": pool.inflow,
            "pool_ratio_ppm": ppm(pool.pooled, pool.inflow),
            "idle_peak_fen": pool.idle_peak(shanghai_day(time), gate["window_days"]),
            "structural": int(structural > 0),
        }
        first = pool.credits[pool.first].time if pool.first < len(pool.credits) else time
        accounts = tuple(sorted(self.world.accounts.ids.names[a] for a in pool.accounts))
        yield Finding(self.id, key, time, severity, amount, values, (first, time), accounts=accounts, key=(pool, index))

    def _severity(self, pool: Pool, gate: dict[str, Any], time: int) -> int:
        people, fen = len(pool.investors), pool.inflow
        if people < gate["people"] or fen < gate["fen"] or ppm(pool.pooled, fen) < to_ppm(gate["ratio"]):
            return NO_SEVERITY
        many, much = self.in_force("ilf.entity.people", time), self.in_force("ilf.entity.amount", time)
        return RED if people >= many and fen >= much else YELLOW

    def evidence(self, finding: Finding) -> Evidence:
        (pool, last_index), now = finding.key, finding.time
        gate = self.in_force("pool.gate", now)
        oldest = now - gate["window_days"] * DAY_US
        names = self.world.parties.names
        inside = [c for c in pool.credits if oldest <= c.time and c.index <= last_index]
        credits = [
            {
                "transaction": list(self.world.refs.of(c.index)),
                "time": c.time,
                "account": self.world.accounts.ids.names[c.account],
                "investor": names[c.investor] if c.investor != NONE else None,
                "fen": c.fen,
                "deadline": c.deadline,
                "matched_fen": c.matched_fen(min(now, c.deadline)),
            }
            for c in inside
        ]
        first_day = shanghai_day(now) - gate["window_days"] + 1
        moves = [m for m in pool.moves if m[0] >= day_start_us(first_day)]
        held_at_start = pool.held - sum(change for _, _, change in moves)
        curve = [[time, change] for time, index, change in moves if time <= now and index <= last_index]
        accounts = [self.world.accounts.ids.get(name) for name in finding.accounts]
        excuses = [entitled_account(self.world, a, shanghai_day(now)) for a in accounts]
        return Evidence(
            formulas={
                "inflow_fen": "sum(credits.fen)",
                "n_investors": "distinct(credits.investor)",
                "pool_ratio_ppm": "sum(fen - matched_fen where deadline <= now) / inflow_fen",
                "idle_peak_fen": "max(held_at_start_fen + running sum of held_changes)",
                "structural": "count(paid_investors) >= structural_investors and count(paid_listings) >= "
                "structural_listings",
            },
            inputs={
                "now": now,
                "credits": credits,
                "held_at_start_fen": held_at_start,
                "held_changes": curve,
                "paid_investors": named(pool.paid_investors.between(oldest, last_index), names),
                "paid_listings": named(pool.paid_listings.between(oldest, last_index), self.world.listings.names),
            },
            transactions=[c.index for c in inside],
            related=related_paths(self.world, finding.subject, self._owners(accounts)),
            excuses=[excuse for excuse in excuses if excuse is not None],
            thresholds={
                "pool.gate": gate,
                "ilf.entity.people": self.in_force("ilf.entity.people", now),
                "ilf.entity.amount": self.in_force("ilf.entity.amount", now),
                "structural_investors": STRUCTURAL_INVESTORS,
                "structural_listings": STRUCTURAL_PRODUCTS,
            },
        )

    def _owners(self, accounts: list[int]) -> list[str]:
        return sorted({self.world.accounts.owner_name(a) for a in accounts})


def named(ids: list[int], names: Sequence[str]) -> list[str | None]:
    """By name: ids are handed out in order of first sight, which batches may change."""
    return sorted((names[i] if i != NONE else None for i in ids), key=lambda name: (name is None, name or ""))
