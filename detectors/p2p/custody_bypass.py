"""P2P-16 绕过存管 · bypass of third-party custody."""

from collections import Counter, deque
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

import numpy as np

from chuantou.detectors.contract import LOG, ORANGE, RED, YELLOW, Detector, Evidence, Finding, ppm
from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.p2p.exits import is_custody
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.accounts import NONE, ROLE_ID
from chuantou.graph.flow_class import class_mask
from chuantou.graph.ledger import CLIENT
from chuantou.graph.obligations import Book
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, day_start_us
from chuantou.schemas.rules import to_ppm

WINDOW_US = 30 * DAY_US
FORWARD_US = 2 * DAY_US
MIGRATION_DAYS = 5  # “Not”: days on which the money moves from one custodian to the next
IS_RETURN = class_mask("RETURN_PRIN", "RETURN_INT")
IN, OUT, FORWARDED, CUSTODY = "in", "out", "forwarded", "custody"
ENDED = ("CLOSED", "MISCARRY")


class Entry(NamedTuple):
    """One payment of a client, or to one, past custody or through it; ``party`` is the client."""

    time: int
    row: int
    what: str
    fen: int
    party: int
    account: int  # where it went past custody


class CustodyBypass(Detector):
    """绕过存管: clients pay, or are paid, past the bank that was designated to hold their money.

    Over 30 days: credits of clients to Own(P), R1 and R2 accounts that are no custody, or to any account that forwards ≥
    80 % of one to them within 2 days; returns to clients from such accounts. ``ratio = bypass / (bypass + custody)``. Fires
    at 3 investors and 50,000 yuan: yellow, orange at 5 %, red at 20 % [E], while a custodian is designated. Without one and
    with live listings: a lead until 2017-08-23 (rectification), orange from 2017-08-24 on. Two custodians for more than 5
    days: yellow. Clause 二(一)2; 三(二). Amounts in fen.

    >>> [CustodyBypass.colour(ratio, 50_000, 200_000) for ratio in (49_999, 50_000, 200_000)]
    [2, 3, 4]
    """

    id, clause, family = "P2P-16", "二(一)2", "client_money"
    title_zh, title_en = "绕过资金存管", "bypass of custody"
    legal_basis = ("SEED 二(一)2", "SEED 三(二)", "2017 网络借贷资金存管业务指引 [S6]")
    parameters = ("bypass", "p2p.custody.required")
    sectors = ("P2P", "ECF")
    clause_in: ClassVar[dict[str, str]] = {"ECF": "二(六)2"}

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.entries: dict[str, deque[Entry]] = {}
        self.clients: dict[str, set[int]] = {}
        self.waiting: dict[int, dict[str, int]] = {}  # client credit outside the circle -> institution -> fen forwarded
        self.touched: set[str] = set()
        self.doubled: dict[str, int] = {}  # institution -> first day with two custodians

    # -- facts ---------------------------------------------------------------------------------------------------------

    def observe(self, segment: Segment) -> Iterator[Finding]:
        if segment.first == segment.end:
            return
        watch, log, base = self.world.watch, self.world.ledger.log, self.world.ledger.base
        into, out_of = segment.into, segment.out_of
        flow = log.flow_class[segment.first - base : segment.end - base]
        mine = set(self.institutions())
        paid_in = (into != NONE) & (segment.kind == CLIENT) & (into != out_of)
        paid_out = (out_of != NONE) & IS_RETURN[flow] & (into != out_of)
        for i in np.flatnonzero(paid_in | paid_out).tolist():
            key = watch.keys[into[i] if paid_in[i] else out_of[i]]
            if key not in mine:
                continue
            account, party = (segment.creditor, segment.payer_party) if paid_in[i] else (segment.debtor, segment.payee_party)
            if paid_in[i]:
                self.clients.setdefault(key, set()).add(int(party[i]))
            elif int(party[i]) not in self.clients.get(key, ()):
                continue
            past = IN if paid_in[i] else OUT
            what = CUSTODY if is_custody(self.world, int(account[i]), key) else past
            self._note(key, Entry(int(segment.time[i]), segment.first + i, what, int(segment.fen[i]), int(party[i]),
                                  int(account[i])))  # fmt: skip
        self._forwarded(segment, into, mine)
        yield from ()

    def _note(self, key: str, entry: Entry) -> None:
        self.entries.setdefault(key, deque()).append(entry)
        self.touched.add(key)

    def _forwarded(self, s: Segment, into: np.ndarray, mine: set[str]) -> None:
        """Clients' credits to a stranger's account that reach the platform's circle, by first-in-first-out lots."""
        log, base, watch = self.world.ledger.log, self.world.ledger.base, self.world.watch
        at, row = s.parts.root - base, s.parts.transfer - s.first
        arrives = (into[row] != NONE) & (log.kind[at] == CLIENT) & (watch.cluster_of[log.creditor[at]] == NONE)
        for p in np.flatnonzero(arrives).tolist():
            root, i = int(s.parts.root[p]), int(row[p])
            key, came = watch.keys[into[i]], int(log.time[root - base])
            if key not in mine or int(s.time[i]) - came > FORWARD_US or is_custody(self.world, int(s.creditor[i]), key):
                continue
            fen, before = int(log.fen[root - base]), self.waiting.setdefault(root, {}).get(key, 0)
            self.waiting[root][key] = before + int(s.parts.fen[p])
            if before * 10 < fen * 8 <= self.waiting[root][key] * 10:
                party, account = int(log.payer[root - base]), int(log.creditor[root - base])
                self.clients.setdefault(key, set()).add(party)
                self._note(key, Entry(int(s.time[i]), root, FORWARDED, fen, party, account))

    # -- judgement -----------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        for root in [root for root in self.waiting if root < self.world.ledger.base]:
            del self.waiting[root]
        designated = self._custodians()
        for key in self.institutions():
            custodians = designated.get(key, {})
            if key in self.touched:
                entries = self.entries[key]
                while entries[0].time <= now - DAY_US - WINDOW_US:
                    entries.popleft()
                if custodians:
                    yield from self._judge(key, list(entries), now)
            yield from self._by_register(key, custodians, day)
        self.touched.clear()

    def _custodians(self) -> dict[str, dict[str, list[str]]]:
        """Designated master accounts by institution and custodian; sub-ledgers go with their master."""
        accounts, parties = self.world.accounts, self.world.parties.names
        table = accounts.table
        masters = (table.role == ROLE_ID["CLIENT_MASTER"]) & table.third_party & (table.platform != NONE)
        held: dict[str, dict[str, list[str]]] = {}
        for account in np.flatnonzero(masters).tolist():
            custodian = int(table.custodian[account])
            banks = held.setdefault(parties[table.platform[account]], {})
            banks.setdefault(parties[custodian] if custodian != NONE else "", []).append(accounts.ids.names[account])
        return {key: {bank: sorted(banks[bank]) for bank in sorted(banks)} for key, banks in held.items()}

    def _judge(self, key: str, entries: list[Entry], now: int) -> Iterator[Finding]:
        """At every payment past custody of the day that makes the day's gravest finding graver, and at the last one."""
        told, first, sums = NO_SEVERITY, 0, Sums()
        last = max((n for n, entry in enumerate(entries) if entry.what != CUSTODY), default=NONE)
        for n, entry in enumerate(entries):
            sums.add(entry, 1)
            while entries[first].time <= entry.time - WINDOW_US:
                sums.add(entries[first], -1)
                first += 1
            gate = self.in_force("bypass", entry.time)
            if gate is None or entry.what == CUSTODY or entry.time < now - DAY_US:
                continue
            fen, investors, ratio = sums.past, sum(count > 0 for count in sums.people.values()), ppm(sums.past, sums.whole)
            if fen < gate["fen"] or investors < gate["investors"]:
                continue
            severity = self.colour(ratio, to_ppm(gate["orange"]), to_ppm(gate["red"]))
            if severity > told or n == last:
                told = max(told, severity)
                values = {"bypass_fen": fen, "bypass_ratio_ppm": ratio, "n_investors": investors, "n_custodians": 1,
                          "rectify": 0}  # fmt: skip
                yield self._finding(key, entries[first : n + 1], severity, fen, values, now)

    def _finding(self, key: str, window: list[Entry], severity: int, fen: int, values: dict[str, int], now: int) -> Finding:
        names = self.world.accounts.ids.names
        return Finding(
            self.id, key, window[-1].time, severity, fen, values, (window[0].time, window[-1].time), known=now,
            accounts=tuple(sorted({names[entry.account] for entry in window if entry.what != CUSTODY})),
            key=("bypass", tuple(window)),
        )  # fmt: skip

    @staticmethod
    def colour(ratio: int, orange: int, red: int) -> int:
        """Severity of a share in ppm, once investors and fen are enough."""
        return RED if ratio >= red else ORANGE if ratio >= orange else YELLOW

    def _by_register(self, key: str, custodians: dict[str, list[str]], day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        if len(custodians) > 1:
            since = self.doubled.setdefault(key, day)
        else:
            since = day
            self.doubled.pop(key, None)
        book = self.world.obligations.books.get(key)
        live = self._live(book) if book is not None and not custodians else []
        rule = self.in_force("p2p.custody.required", now - 1)
        severity = YELLOW if day - since > MIGRATION_DAYS else NO_SEVERITY
        if not custodians and live and rule is not None:
            severity = ORANGE if rule == "breach" else LOG
        if severity == NO_SEVERITY or self.world.ended:
            return
        asked = sum(book.loans[name].asked_fen for name in live) if book is not None else 0
        values = {"bypass_fen": 0, "bypass_ratio_ppm": 0, "n_investors": 0, "n_custodians": len(custodians),
                  "rectify": int(severity == LOG)}  # fmt: skip
        yield Finding(self.id, key, now, severity, asked, values, (now - DAY_US, now),
                      key=("register", custodians, tuple(live), day - since, rule))  # fmt: skip

    @staticmethod
    def _live(book: Book) -> list[str]:
        """Listings that were offered and have neither failed nor ended."""
        return sorted(name for name, loan in book.loans.items() if loan.event[1] and loan.status not in ENDED)

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        formulas = {"bypass_ratio_ppm": "fen past custody / fen past custody and through it, 30 days"}
        if finding.key[0] == "register":
            _, custodians, live, days, rule = finding.key
            inputs = {"limb": "register", "custodians": custodians, "live_listings": live, "days_with_two": days}
            book = self.world.obligations.books.get(finding.subject)
            loans = [book.loans[name] for name in live] if book else []
            inputs["asked_fen"] = finding.amount_fen
            return Evidence(formulas, inputs, events=sorted({loan.event for loan in loans}),
                            thresholds={"p2p.custody.required": rule, "migration_days": MIGRATION_DAYS})  # fmt: skip
        window = finding.key[1]
        parties, accounts = self.world.parties.names, self.world.accounts
        rows = [
            {"transaction": list(self.world.refs.of(e.row)), "time": e.time, "what": e.what, "fen": e.fen,
             "client": parties[e.party] if e.party != NONE else None, "account": accounts.ids.names[e.account]}
            for e in window
        ]  # fmt: skip
        owners = {accounts.owner_name(e.account) for e in window if e.what != CUSTODY}
        return Evidence(
            formulas,
            {"limb": "bypass", "payments": rows, "custodians": self._custodians().get(finding.subject, {})},
            sorted({e.row for e in window}),
            related=related_paths(self.world, finding.subject, owners),
            thresholds={"bypass": self.in_force("bypass", finding.time)},
        )


class Sums:
    """Of a window: all fen, the fen that went past custody, and payments past it by client."""

    def __init__(self) -> None:
        self.whole = self.past = 0
        self.people: Counter[int] = Counter()

    def add(self, entry: Entry, sign: int) -> None:
        self.whole += sign * entry.fen
        if entry.what != CUSTODY:
            self.past += sign * entry.fen
            self.people[entry.party] += sign
