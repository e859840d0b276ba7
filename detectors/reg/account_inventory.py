"""REG-04 账户清查 · account inventory."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import LOG, YELLOW, Detector, Evidence, Excuse, Finding
from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.accounts import IS_TERMINAL, NONE, POOLED_ROLES, role_mask
from chuantou.graph.flow_class import class_mask
from chuantou.graph.ledger import CLIENT
from chuantou.graph.windows import IN, OUT
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.streams import ProductEvent

# what an institution does with its clients; a memo may say it, for it is the payer's own word about his payment
IS_BUSINESS = class_mask(
    "INVEST_IN", "TOPUP", "WITHDRAW", "LOAN_OUT", "REPAY_PRIN", "REPAY_INT", "RETURN_PRIN", "RETURN_INT", "BONUS",
    "CLAIM_TRANSFER", "COMPENSATE_3P", "COMPENSATE_PLAT", "MERCH_SETTLE", "PREMIUM",
)  # fmt: skip
IS_KEPT_FOR_CLIENTS = role_mask(*POOLED_ROLES, "CLIENT_SUB", "FUND_RAISE", "SEC_SETTLE") | IS_TERMINAL
IS_SETTLEMENT = role_mask("UNKNOWN", "OWN_BASIC", "OWN_GENERAL", "OWN_FEE")
MOST_PAYMENTS = 2_000  # a side of an account, the newest
UNDECLARED, RELATED, PERSONAL, OUTSIDE, FINE = "undeclared", "related", "personal", "outside", "fine"
ACCUSES = (UNDECLARED, RELATED, PERSONAL)


class Seen(NamedTuple):
    """An account of the institution or of its R1 that moved money within the window, as it stood that day."""

    account: str
    owner: str
    own: bool
    person: bool
    settlement: bool
    declared: bool
    kept_for_clients: bool
    outside: bool
    opened: int | None  # day
    rows: tuple[NDArray[np.int64], NDArray[np.int64]]  # into it, out of it; log indices
    business: int  # counterparties of business payments
    clients: int  # payers of clients' money
    moved_fen: int


class AccountInventory(Detector):
    """账户清查: accounts of a practitioner that its declared list does not know, or that are a person's and do its business.

    Looked at when accounts of a watched institution or its R1 move money; by 30 days. ``undeclared``: an own account that
    moves money and is neither declared nor designated by a third party, 10 days after its opening, once the institution has a
    declared list at all; of R1, such an account into which 3 clients paid. ``personal``: an account of an R1 person with 20
    counterparties of the institution's kinds of business. These are yellow. More than 10 open settlement accounts, or one
    opened at a branch outside the cities in which the institution is registered, works or has branches: a lead. ``n_new``:
    flagged accounts opened at most 30 days before a product of the institution was offered. Clause 三(二). Amount: what
    moved over the flagged accounts in the window, in fen.

    >>> AccountInventory.colour(undeclared=0, personal=0, accounts=11, outside=0, most_accounts=10)
    1
    """

    id, clause, family = "REG-04", "三(二)", "accounts"
    title_zh, title_en = "账户清查异常", "accounts beyond the inventory"
    legal_basis = ("SEED 三(二)",)
    parameters = ("account.inventory",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.launches: dict[str, list[int]] = {}  # days on which products were offered

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for _, event in segment.events:
            if isinstance(event, ProductEvent) and event.type == "PRODUCT" and event.platform in self.world.watch.institutions:
                self.launches.setdefault(event.platform, []).append(shanghai_day(event.event_time))
        yield from ()

    # -- judgement -----------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        gate = self.in_force("account.inventory", now - 1)
        first, stop = self.world.ledger.between(day_start_us(day) - 1, now - 1)
        if gate is None or first == stop:
            return
        ledger, today = self.world.ledger.accounts, first + self.world.ledger.base
        for key in sorted(self.world.watch.institutions):
            held = self.world.watch.accounts_of(key, "R1")
            if held and max(int(ledger.last_in[held].max()), int(ledger.last_out[held].max())) >= today:
                yield from self._judge(key, held, now, gate)

    def _judge(self, key: str, held: list[int], now: int, gate: dict[str, Any]) -> Iterator[Finding]:
        names = self.world.accounts.ids.names
        listed = any(self._declared(a, now) for a in held if self.world.accounts.owner_name(a) == key)
        seen = [self._look(key, a, now, gate) for a in sorted(held, key=names.__getitem__)]
        found = [each for each in seen if len(each.rows[0]) + len(each.rows[1])]
        why = {each.account: self._why(each, listed, now, gate) for each in found}
        settlement = sum(each.settlement and each.own and self.world.accounts.is_open(self._id(each.account), self.world.day)
                         for each in seen)  # fmt: skip
        count = {name: sum(each == name for each in why.values()) for name in (UNDECLARED, RELATED, PERSONAL, OUTSIDE)}
        severity = self.colour(count[UNDECLARED] + count[RELATED], count[PERSONAL], settlement, count[OUTSIDE], gate["accounts"])
        if severity == NO_SEVERITY:
            return
        flagged = [each for each in found if why[each.account] in ACCUSES]
        values = {
            "n_undeclared": count[UNDECLARED] + count[RELATED], "n_related": count[RELATED], "n_personal": count[PERSONAL],
            "n_accounts": settlement, "n_outside": count[OUTSIDE], "n_new": sum(self._is_new(key, x, gate) for x in flagged),
            "business_most": max((each.business for each in found if each.person), default=0),
        }  # fmt: skip
        told = flagged or [each for each in found if why[each.account] == OUTSIDE] or [each for each in found if each.own]
        if not told:
            return
        log, base = self.world.ledger.log, self.world.ledger.base
        times = [int(log.time[row - base]) for each in told for rows in each.rows for row in rows]
        moved, span = sum(each.moved_fen for each in flagged), (min(times), max(times))
        yield Finding(
            self.id, key, max(times), severity, moved, values, span, known=now,
            others=tuple(sorted({each.owner for each in flagged} - {key})), accounts=tuple(each.account for each in told),
            key=(tuple((each, why[each.account]) for each in found), listed, settlement, tuple(self.launches.get(key, ())), now),
            flags=("truncated",) if any(len(rows) >= MOST_PAYMENTS for each in told for rows in each.rows) else (),
        )  # fmt: skip

    @staticmethod
    def colour(undeclared: int, personal: int, accounts: int, outside: int, most_accounts: int) -> int:
        """Severity of the counts; an inventory by itself never says more than yellow."""
        if undeclared or personal:
            return YELLOW
        return LOG if accounts > most_accounts or outside else NO_SEVERITY

    def _declared(self, account: int, now: int) -> bool:
        return any(entry.type == "DECLARE" and entry.time < now for entry in self.world.accounts.history.get(account, ()))

    def _id(self, account: str) -> int:
        return self.world.accounts.ids.get(account)

    def _look(self, key: str, account: int, now: int, gate: dict[str, Any]) -> Seen:
        world, table, log = self.world, self.world.accounts.table, self.world.ledger.log
        since = now - gate["window_days"] * DAY_US
        into, out = (world.flows.rows_of(account, side, since, MOST_PAYMENTS) for side in (IN, OUT))
        history = [entry for entry in world.accounts.history.get(account, ()) if entry.time < now]
        owner = world.accounts.owner_name(account)
        client = self._is_client(into)
        counterparties = {self._other(row, incoming) for rows, incoming in ((into, True), (out, False))
                          for row in rows[self._is_business(rows)].tolist()}  # fmt: skip
        opened = next((shanghai_day(entry.time) for entry in history if entry.type == "OPEN"), None)
        role, base = table.role[account], world.ledger.base
        moved = int(log.fen[into - base].sum() + log.fen[out - base].sum())
        return Seen(
            world.accounts.ids.names[account], owner, owner == key, owner.startswith("person:"), bool(IS_SETTLEMENT[role]),
            self._declared(account, now), bool(IS_KEPT_FOR_CLIENTS[role] & table.third_party[account]),
            self._outside(key, account), opened, (into, out), len(counterparties),
            len({self._other(row, True) for row in into[client].tolist()}), moved,
        )  # fmt: skip

    def _is_business(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        log, at = self.world.ledger.log, rows - self.world.ledger.base
        return IS_BUSINESS[log.flow_class[at]] | (log.kind[at] == CLIENT)

    def _is_client(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        return self.world.ledger.log.kind[rows - self.world.ledger.base] == CLIENT

    def _other(self, row: int, incoming: bool) -> str:
        log, at = self.world.ledger.log, row - self.world.ledger.base
        party = int((log.payer if incoming else log.payee)[at])
        account = int((log.debtor if incoming else log.creditor)[at])
        return self.world.parties.names[party] if party != NONE else self.world.accounts.owner_name(account)

    def _outside(self, key: str, account: int) -> bool:
        """Opened at a branch in another city (four digits) than those of the institution, which are known."""
        branch, cities = self.world.accounts.branch.get(account), {region[:4] for region in self.world.register.places_of(key)}
        return branch is not None and bool(cities) and branch[:4] not in cities

    def _why(self, seen: Seen, listed: bool, now: int, gate: dict[str, Any]) -> str:
        known = seen.declared or seen.kept_for_clients
        grace = seen.opened is not None and shanghai_day(now - 1) - seen.opened <= gate["grace_days"]
        if not seen.own and seen.owner in self.world.watch.institutions:
            return FINE  # it has a list of its own
        if seen.own and listed and not known and not grace:
            return UNDECLARED
        if not seen.own and seen.person and not seen.kept_for_clients and seen.business >= gate["counterparties"]:
            return PERSONAL
        if not seen.own and listed and not known and not grace and seen.clients >= gate["clients"]:
            return RELATED
        return OUTSIDE if seen.own and seen.settlement and seen.outside else FINE

    def _is_new(self, key: str, seen: Seen, gate: dict[str, Any]) -> bool:
        return is_new(seen.opened, self.launches.get(key, ()), gate["before_launch_days"])

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        found, listed, settlement, launches, now = finding.key
        rows, accounts = set[int](), []
        for each, why in found:
            listed_rows = each.rows if each.account in finding.accounts else (each.rows[0][-1:], each.rows[1][-1:])
            rows.update(row for side in listed_rows for row in side.tolist())
            accounts.append({
                "account": each.account, "owner": each.owner, "own": each.own, "person": each.person, "why": why,
                "settlement": each.settlement, "declared": each.declared, "kept_for_clients": each.kept_for_clients,
                "outside": each.outside, "opened": each.opened, "institution": each.owner in self.world.watch.institutions,
                "payments": [row for side, incoming in zip(listed_rows, (True, False)) for row in self._payments(side, incoming)],
                "business": each.business, "clients": each.clients,
            })  # fmt: skip
        return Evidence(
            {
                "n_undeclared": "own accounts that are not known, and R1 accounts into which clients paid",
                "n_personal": "accounts of R1 persons with counterparties of business payments from the line on",
            },
            {"day": shanghai_day(now - 1), "has_list": listed, "settlement_accounts": settlement, "accounts": accounts,
             "launches": list(launches)},
            sorted(rows),
            related=related_paths(self.world, finding.subject, {each.owner for each, _ in found}),
            excuses=[Excuse("designated", each.kept_for_clients, {"account": each.account}) for each, _ in found if each.own],
            thresholds={"account.inventory": self.in_force("account.inventory", finding.time)},
        )  # fmt: skip

    def _payments(self, rows: NDArray[np.int64], incoming: bool) -> Iterator[dict[str, Any]]:
        log, base = self.world.ledger.log, self.world.ledger.base
        marks = zip(rows.tolist(), self._is_business(rows).tolist(), self._is_client(rows).tolist())
        for row, business, client in marks:
            yield {
                "transaction": list(self.world.refs.of(row)), "time": int(log.time[row - base]), "fen": int(log.fen[row - base]),
                "party": self._other(row, incoming), "incoming": incoming, "business": business, "client": client and incoming,
            }  # fmt: skip


def is_new(opened: int | None, launches: Any, days: int) -> bool:
    """Whether an account was opened at most so many days before one of the launches."""
    return opened is not None and any(0 <= launch - opened <= days for launch in launches)
