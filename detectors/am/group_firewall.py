"""AM-05 集团防火墙与关联交易 · money that goes round a group of several licences, or through its firewall."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from chuantou.detectors.am.groups import OF_BOOKS, Book, Books, Group, Holding, group_of
from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import ORANGE, RED, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, ppm, zero_tolerance
from chuantou.detectors.crossings import Crossing, crossing_of
from chuantou.detectors.lookalikes import hard_class
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.accounts import IS_RESERVE, NONE, role_mask
from chuantou.graph.flow_class import class_mask
from chuantou.graph.ledger import CLIENT
from chuantou.graph.pots import METHODS, pots_of
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import DAY_US, day_start_us
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import ProductEvent

SWEEPS = ("SWEEP", "POOL_SWEEP")
# a loop with such a hop is no financing, by more than a memo: approved injections, dividends
NO_FINANCE = ("CAPITAL_IN", "DIVIDEND")
IS_OWN = role_mask("OWN_BASIC", "OWN_GENERAL", "OWN_FEE", "UNKNOWN")
IS_CLIENTS = class_mask("INVEST_IN", "TOPUP", "PREMIUM")
# what a member may get out of another's accounts: its own investment back, dividends, what clients ordered
ENTITLED = ("RETURN_PRIN", "RETURN_INT", "WITHDRAW", "REFUND", "DIVIDEND", "MERCH_SETTLE", "CLAIM_PAY", "TAX")
SERVICES = ("FEE", "SUPPLIER", "RENT")  # by contract; no contract is filed in the data, so only up to a share


class Round(NamedTuple):
    """A loop through members and friends: log indices of its payments, and the owners in order."""

    rows: tuple[int, ...]
    owners: tuple[str, ...]
    time: int
    fen: int


@dataclass(frozen=True)
class Shown:
    group: Group
    loops: tuple[Round, ...]
    leak: Crossing | None
    services: int  # payments left out as services
    book: Book | None
    product: str
    inside: tuple[Holding, ...]
    since: int
    now: int


class GroupFirewall(Detector):
    """集团防火墙与关联交易: in a group (R1) of two licences or more, money passes from member to member as in one firm.

    Judged at day closes for each watched member, over 30 days: (a) clients' money of the member – its custody, premium and
    reserve accounts, its own accounts and those of friends (R2, R3) that it went through – reaches other members' own accounts,
    ≥ 10,000 yuan by FIFO and pro-rata: red; services by the bank's code up to 5 % of what clients paid in are left out.
    (b) a product of the member holds assets or loans of other members of ≥ 10 % of its value: orange. (c) ≥ 2 loops of ≥ 3
    parties, members and friends, two of them members, within 10 days, each hop ≥ 80 % of the one before, Σ of the smallest
    transfers ≥ 5,000,000 yuan: zero tolerance. Not LA-CASHPOOL, capital paid in, dividends. Subjects: the member, and whoever
    heads the group. Clause 二(八)4. Amounts in fen, shares in ppm.

    >>> pack = {"client_fen": 1_000_000, "exposure": 0.1, "loops": 2, "loop_fen": 500_000_000}
    >>> GroupFirewall.colour(leaked=0, exposure=120_000, circular=600_000_000, loops=1, pack=pack)
    3
    """

    id, clause, family = "AM-05", "二(八)4", "group"
    title_zh, title_en = "集团防火墙与关联交易", "group firewall and related-party dealings"
    legal_basis = ("SEED 二(八)4", "私募投资基金监督管理条例 2023 art. 28, 30 [L3]")
    parameters = ("am.group",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.books = Books(world)
        self.rounds: dict[str, list[Round]] = {}
        self.today: list[ProductEvent] = []  # taken at the day's close, when who borrows is known
        self.crossed: set[str] = set()

    # -- facts ---------------------------------------------------------------------------------------------------------

    def observe(self, segment: Segment) -> Iterator[Finding]:
        self.today.extend(event for _, event in segment.events if isinstance(event, ProductEvent) and event.type in OF_BOOKS)
        for loop in segment.loops:
            self._loop(loop.rows)
        if segment.first < segment.end:
            self._crossings(segment)
        yield from ()

    def _loop(self, rows: tuple[int, ...]) -> None:
        """Keep a loop for every institution in whose circle all of its owners stand."""
        world = self.world
        log, base = world.ledger.log, world.ledger.base
        owners = tuple(world.accounts.owner_name(int(log.debtor[row - base])) for row in rows)
        keys = set.intersection(*(world.watch.institutions_of.get(owner, set()) for owner in owners))
        if keys and len(set(owners)) >= 3 and not any(hard_class(world, row) in NO_FINANCE for row in rows):
            fen = min(int(log.fen[row - base]) for row in rows)
            for key in sorted(keys):
                self.rounds.setdefault(key, []).append(Round(rows, owners, int(log.time[rows[-1] - base]), fen))
                self.crossed.add(key)

    def _crossings(self, s: Segment) -> None:
        """Institutions of which somebody in the circle, no natural person, paid an own account of somebody else in it."""
        watch, table, person = self.world.watch, self.world.accounts.table, self.world.party_table.person
        payee = table.owner[s.creditor]
        met = (watch.cluster_of[s.creditor] != NONE) & IS_OWN[table.role[s.creditor]] & (payee != s.payer_party)
        met &= (s.payer_party != NONE) & ~person[s.payer_party] & (payee != NONE)
        names = self.world.parties.names
        for payer, got in {*zip(s.payer_party[met].tolist(), payee[met].tolist())}:
            keys = watch.institutions_of.get(names[payer], set()) & watch.institutions_of.get(names[got], set())
            self.crossed.update(keys)

    # -- judgement -----------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        pack = self.in_force("am.group", now - 1)
        for event in self.today:
            self.books.take(event)
        self.today.clear()
        touched = sorted((self.crossed | self.books.touched) & self.world.watch.institutions.keys())
        self.crossed.clear()
        self.books.touched.clear()
        for key in touched if pack is not None else ():
            since = now - pack["window_days"] * DAY_US
            self.rounds[key] = [r for r in self.rounds.get(key, []) if r.time >= since]
            group = group_of(self.world, key, day)
            if len(group.members) > 1 and len(group.licences) >= pack["licences"]:
                yield from self._judge(key, group, since, now, pack)

    def _judge(self, key: str, group: Group, since: int, now: int, pack: dict[str, Any]) -> Iterator[Finding]:
        loops = self._apart(key, group)
        leak, services = self._leak(key, group, since, now, pack)
        product, book, inside = self._exposed(key, group)
        circular = sum(r.fen for r in loops)
        exposed = sum(h.fen for h in inside)
        fen = {method: leak.fen(method) if leak is not None else 0 for method in (*METHODS, "maxflow")}
        values = {
            "members": len(group.members),
            "n_licences": len(group.licences),
            "circular_fen": circular,
            "n_loops": len(loops),
            "exposure_ppm": ppm(exposed, book.nav_fen) if book is not None else 0,
            "exposure_fen": exposed,
            "client_fen": fen["fifo"],
            **{f"client_{method}_fen": fen[method] for method in fen if method != "fifo"},
        }
        severity = self.colour(min(fen["fifo"], fen["prorata"]), values["exposure_ppm"], circular, len(loops), pack)
        if severity == NO_SEVERITY:
            return
        shown = Shown(group, loops, leak, services, book, product, inside, since, now)
        times = self._times(shown)
        others = {owner for r in loops for owner in r.owners} | {str(h.party) for h in inside} | self._payees(shown)
        for subject in [key, *([group.head] if group.head not in (None, key) else [])]:
            yield Finding(
                self.id, str(subject), times[-1], severity, max(circular, exposed, fen["fifo"]), values, (times[0], times[-1]),
                low_fen=0 if leak is not None else None, high_fen=max(circular, exposed, *fen.values()) if leak else None,
                others=tuple(sorted(o for o in others - {subject} if not o.startswith("account:"))), known=now, key=(key, shown),
                flags=("truncated",) if leak is not None and leak.pots.truncated else (),
            )  # fmt: skip

    @staticmethod
    def colour(leaked: int, exposure: int, circular: int, loops: int, pack: dict[str, Any]) -> int:
        """The gravest of the three limbs; ``leaked``: the lesser of FIFO and pro-rata."""
        round_ = zero_tolerance(circular) if loops >= pack["loops"] and circular >= pack["loop_fen"] else NO_SEVERITY
        inside = ORANGE if exposure >= to_ppm(pack["exposure"]) else NO_SEVERITY
        return max(round_, inside, RED if leaked >= pack["client_fen"] else NO_SEVERITY)

    def _apart(self, key: str, group: Group) -> tuple[Round, ...]:
        """Loops of which no two share a payment, the earliest first; two members at least, everybody else a friend."""
        members, taken, out = set(group.members), set[int](), []
        for r in sorted(self.rounds[key], key=lambda r: (r.time, len(r.rows), r.rows)):
            owners = set(r.owners)
            inside = len(owners & members) >= 2 and owners <= members | group.friends
            if inside and taken.isdisjoint(r.rows) and r.rows[0] >= self.world.ledger.base and not self._pooled(r, members):
                taken.update(r.rows)
                out.append(r)
        return tuple(out)

    def _pooled(self, r: Round, members: set[str]) -> bool:
        """LA-CASHPOOL: every hop is a sweep by the bank's own code, between members."""
        return all(hard_class(self.world, row) in SWEEPS for row in r.rows) and set(r.owners) <= members

    def _exposed(self, key: str, group: Group) -> tuple[str, Book | None, tuple[Holding, ...]]:
        """The product of the institution that holds the largest share of other members."""
        found = [(name, book, inside) for name, book, inside in self.books.inside(key, group.members) if inside]
        if not found:
            return "", None, ()
        name, book, inside = min(found, key=lambda f: (-ppm(sum(h.fen for h in f[2]), f[1].nav_fen), f[0]))
        return name, Book(dict(book.held), book.to_persons_fen, book.sold_fen), tuple(inside)

    def _leak(self, key: str, group: Group, since: int, now: int, pack: dict[str, Any]) -> tuple[Crossing | None, int]:
        """Clients' money that crosses, and how many payments were left out as services."""
        world = self.world
        table, log, base = world.accounts.table, world.ledger.log, world.ledger.base
        pot = np.zeros(world.ledger.accounts.size, np.bool_)
        held = [a for who in (key, *sorted(group.friends)) for a in world.accounts.of_party.get(world.parties.get(who), ())]
        pot[held] = True
        pot[np.flatnonzero(table.platform == world.parties.get(key))] = True
        others = np.array([world.parties.get(m) for m in group.members if m != key], np.int32)
        pots = pots_of(world.ledger, pot, since - 1, now - 1)
        at = pots.rows - base
        institution = world.parties.get(key)
        mine = (table.owner[pots.creditor] == institution) | (table.platform[pots.creditor] == institution)
        paid_in = (log.kind[at] == CLIENT) | IS_CLIENTS[log.flow_class[at]] | IS_RESERVE[table.role[pots.creditor]]
        client = pots.enters & mine & paid_in
        crossing = pots.leaves & np.isin(table.owner[pots.creditor], others) & IS_OWN[table.role[pots.creditor]]
        if not client.any() or not crossing.any():
            return None, 0
        places, services = [], []
        for i in np.flatnonzero(crossing).tolist():
            stated = hard_class(world, int(pots.rows[i]))
            if stated in SERVICES:
                services.append(i)
            elif stated not in ENTITLED:
                places.append(i)
        if int(pots.fen[services].sum()) > int(pots.fen[client].sum()) * to_ppm(pack["services"]) // 1_000_000:
            places, services = sorted(places + services), []
        return crossing_of(pots, client, places), len(services)

    def _times(self, shown: Shown) -> list[int]:
        """Times of what the finding rests on, in order."""
        log, base = self.world.ledger.log, self.world.ledger.base
        times = [int(log.time[row - base]) for r in shown.loops for row in r.rows] + [h.time for h in shown.inside]
        if shown.leak is not None:
            times += [int(log.time[shown.leak.pots.rows[i] - base]) for i in shown.leak.places]
        return sorted(times)

    def _payees(self, shown: Shown) -> set[str]:
        if shown.leak is None:
            return set()
        return {self.world.accounts.owner_name(int(shown.leak.pots.creditor[i])) for i in shown.leak.places}

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        key, shown = finding.key
        world, leak, group = self.world, shown.leak, shown.group
        loops = [[self._hop(row) for row in r.rows] for r in shown.loops]
        rows = {row for r in shown.loops for row in r.rows}
        rows |= {int(row) for row in leak.pots.rows[: leak.end]} if leak is not None else set()
        holdings = list(shown.book.held.values()) if shown.book is not None else []
        inside = {h.asset: h.party for h in shown.inside}
        return Evidence(
            {
                "circular_fen": "sum of the smallest transfer of each loop",
                "exposure_ppm": "holdings of other members / the larger of sold_fen and all holdings",
                "client_*_fen": "clients' money in the payments that cross, by method",
            },
            {
                "members": list(group.members),
                "licences": [list(pair) for pair in group.licences],
                "friends": sorted({o for r in shown.loops for o in r.owners} & group.friends),
                "loops": loops,
                "project": shown.product,
                "holdings": [{"event": list(h.event), "asset": h.asset, "party": inside.get(h.asset), "fen": h.fen}
                             for h in sorted(holdings)],
                "to_persons_fen": shown.book.to_persons_fen if shown.book is not None else 0,
                "sold_fen": shown.book.sold_fen if shown.book is not None else 0,
                "openings": leak.openings(world) if leak is not None else [],
                "transfers": leak.rows(world) if leak is not None else [],
                "matrix": self._matrix(shown),
            },
            transactions=sorted(rows),
            events=sorted(h.event for h in holdings),
            related=related_paths(world, key, (*group.members, *finding.others)),
            excuses=[Excuse("LA-FEE", shown.services > 0, {"payments": shown.services})],
            thresholds={"am.group": self.in_force("am.group", finding.time), "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip

    def _hop(self, row: int) -> dict[str, Any]:
        log, at, names = self.world.ledger.log, row - self.world.ledger.base, self.world.accounts.ids.names
        return {
            "transaction": list(self.world.refs.of(row)), "time": int(log.time[at]), "payer": names[int(log.debtor[at])],
            "payee": names[int(log.creditor[at])], "owner": self.world.accounts.owner_name(int(log.debtor[at])),
            "fen": int(log.fen[at]),
        }  # fmt: skip

    def _matrix(self, shown: Shown) -> list[list[Any]]:
        """Who of the group paid whom how much in the window."""
        world = self.world
        log, base = world.ledger.log, world.ledger.base
        ids = np.array([world.parties.get(m) for m in shown.group.members], np.int32)
        at = world.ledger.rows_of(shown.since, shown.now) - base
        at = at[np.isin(log.payer[at], ids) & np.isin(log.payee[at], ids) & (log.payer[at] != log.payee[at])]
        total: dict[tuple[str, str], int] = {}
        for i in at.tolist():
            pair = world.parties.names[int(log.payer[i])], world.parties.names[int(log.payee[i])]
            total[pair] = total.get(pair, 0) + int(log.fen[i])
        return [[payer, payee, fen] for (payer, payee), fen in sorted(total.items())]
