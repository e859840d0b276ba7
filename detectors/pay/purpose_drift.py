"""PAY-11 偏离小额便民 · how far a payment institution's business drifts from small payments for everyday life."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from typing import Any, NamedTuple

import numpy as np

from chuantou.detectors.contract import LOG, Detector, Evidence, Finding, ppm
from chuantou.detectors.pay.bank_money import reserve_accounts
from chuantou.detectors.pay.interest_periods import first_of, month_of
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import CLASS_ID, class_mask
from chuantou.graph.ownership import Window
from chuantou.graph.peers import Baseline, baseline
from chuantou.schemas.clock import day_start_us
from chuantou.schemas.rules import to_ppm

PARTS, LISTED = ("large", "transfers", "interest"), 200
TABLE = "peer_index"  # of the reference tables: a national baseline where peers are too few
INTEREST = CLASS_ID["INTEREST_BANK"]
IS_INCOME = class_mask("FEE", "INTEREST_BANK")
IS_BACK = class_mask("WITHDRAW", "REFUND")  # a person's own money back


@dataclass
class Month:
    """Fen of one institution in a calendar month; each pair is a part and its whole."""

    large: int = 0
    tickets: int = 0
    transfers: int = 0
    paid: int = 0
    interest: int = 0
    income: int = 0

    def add(self, other: "Month") -> None:
        for field, fen in zip(fields(self), astuple(other)):
            setattr(self, field.name, getattr(self, field.name) + fen)

    def shares(self) -> dict[str, int]:
        return {"large": ppm(self.large, self.tickets), "transfers": ppm(self.transfers, self.paid),
                "interest": ppm(self.interest, self.income)}  # fmt: skip

    def part(self, name: str) -> int:
        return int(getattr(self, name))


class Compared(NamedTuple):
    """An institution's month against its peers'; ``lines`` by index, None where there is nothing to compare with."""

    month: Month
    peers: dict[str, list[int]]
    lines: dict[str, Baseline | None]
    z_milli: dict[str, int]
    rows: tuple[int, ...]  # the first transfers of the part that stands out most


class PurposeDrift(Detector):
    """偏离小额便民: three shares of a calendar month, each against those of all watched payment institutions.

    (a) value of clients' payments of 50,000 yuan or more / of all of clients' payments into the reserve (banks and clearing
    organisations do not count); (b) what the reserve pays to natural persons, but for withdrawals and refunds / all that it
    pays to others; (c) bank interest / income: bank interest, fees received and what is carried out of the reserve. A
    robust z ≥ 3 (median and MAD of ≥ 20 peers, else the reference table ``peer_index``) makes a note of severity ``log``, never
    more: a line for the monthly report, and no alert. Months of less than 10,000 yuan are not looked at [E]. Clause 二(二)1.

    >>> Month(large=60, tickets=100, transfers=1, paid=4).shares()
    {'large': 600000, 'transfers': 250000, 'interest': 0}
    """

    id, clause, family = "PAY-11", "二(二)1", "purpose"
    title_zh, title_en = "偏离小额便民", "drift from the purpose of payment"
    legal_basis = ("SEED 二(二)1",)
    parameters = ("purpose.drift",)
    sectors = ("PAY",)

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.months: dict[str, Month] = {}
        self.rows: dict[tuple[str, str], list[int]] = {}  # (institution, part) -> its first transfers of the month
        self._month = NONE
        self._end = 0

    def day_close(self, day: int) -> Iterator[Finding]:
        first, self._end = max(self._end, self.world.ledger.base), self.world.ledger.end
        if month_of(day) != self._month:
            self._month, self.months, self.rows = month_of(day), {}, {}
        pack = self.in_force("purpose.drift", day_start_us(day))
        if pack is None:
            return
        if first < self._end:
            for key, month in self._of_day(range(first, self._end), day, pack["ticket_fen"]).items():
                self.months.setdefault(key, Month()).add(month)
        if month_of(day + 1) != self._month and self.months and not self.world.ended:
            yield from self._judge(day, pack)

    def _of_day(self, rows: range, day: int, large_fen: int) -> dict[str, Month]:
        """What the day's transfers add, by institution, sorted."""
        world, log = self.world, self.world.ledger.log
        at = slice(rows.start - world.ledger.base, rows.stop - world.ledger.base)
        debtor, creditor, fen, flow = log.debtor[at], log.creditor[at], log.fen[at], log.flow_class[at]
        keys = list(self.institutions())
        owner = np.full((2, world.accounts.table.size), NONE, np.int32)  # of own accounts, of reserve accounts
        for k, key in enumerate(keys):
            owner[0, world.watch.accounts_of(key)] = k
            reserve = reserve_accounts(world, key)
            owner[0, reserve], owner[1, reserve] = NONE, k
        banks = [world.parties.get(name) for name in world.register.banks(Window(day, day))]
        person = world.party_table.person[log.payee[at]] & (log.payee[at] != NONE)
        into, out_of = owner[1, creditor], owner[1, debtor]
        own_in = owner[0, creditor]
        crosses = (into != out_of) & (owner[0, debtor] == NONE) & (own_in == NONE)
        ticket = crosses & (into != NONE) & ~np.isin(log.payer[at], banks) & (flow != INTEREST)
        paid = crosses & (out_of != NONE)
        interest = (flow == INTEREST) & (owner[0, debtor] == NONE) & (out_of == NONE)
        income = (own_in != NONE) & (owner[0, debtor] == NONE) & (IS_INCOME[flow] | (out_of == own_in))
        rows_of = {
            "large": (ticket & (fen >= large_fen), into), "tickets": (ticket, into),
            "transfers": (paid & person & ~IS_BACK[flow], out_of), "paid": (paid, out_of),
            "interest": (interest & ((into != NONE) | (own_in != NONE)), np.maximum(into, own_in)),
            "income": (income | (interest & (into != NONE)), np.maximum(into, own_in)),
        }  # fmt: skip
        sums = np.zeros((len(keys), len(rows_of)), np.int64)
        for k, (name, (chosen, whose)) in enumerate(rows_of.items()):
            np.add.at(sums[:, k], whose[chosen], fen[chosen])
            for i in np.flatnonzero(chosen).tolist() if name in PARTS else ():
                listed = self.rows.setdefault((keys[whose[i]], name), [])
                if len(listed) < LISTED:
                    listed.append(i + rows.start)
        return {keys[k]: Month(*sums[k].tolist()) for k in np.flatnonzero(sums.any(axis=1)).tolist()}

    # -- judgement -----------------------------------------------------------------------------------------------------

    def _judge(self, day: int, pack: dict[str, Any]) -> Iterator[Finding]:
        """The month that ends with ``day``."""
        now = day_start_us(day + 1)
        months = {key: month for key, month in sorted(self.months.items()) if month.tickets + month.paid >= pack["least_fen"]}
        shares = {key: month.shares() for key, month in months.items()}
        for key, month in months.items():
            found = self.compare(key, month, shares, day, to_ppm(pack["scale_floor"]))
            worst = max(found.z_milli, key=lambda name: (found.z_milli[name], name))
            if found.z_milli[worst] < pack["z"] * 1_000:
                continue
            values = {f"{name}_ppm": share for name, share in shares[key].items()}
            values |= {f"{name}_z_milli": z for name, z in found.z_milli.items()}
            values["n_peers"] = len(months) - 1
            found = found._replace(rows=tuple(self.rows.get((key, worst), ())))
            names = [self.world.accounts.ids.names[account] for account in reserve_accounts(self.world, key)]
            yield Finding(self.id, key, now - 1, LOG, month.part(worst), values, (day_start_us(first_of(self._month)), now - 1),
                          accounts=tuple(names), known=now, key=found)  # fmt: skip

    def compare(self, key: str, month: Month, shares: dict[str, dict[str, int]], day: int, least_scale: int) -> Compared:
        """The three shares of an institution against those of all others; z is 0 where there is no baseline."""
        peers = {name: [others[name] for other, others in shares.items() if other != key] for name in shares[key]}
        lines = {name: baseline(held, self.world.references, TABLE, f"PAY/{name}", day) for name, held in peers.items()}
        z = {name: line.z_milli(shares[key][name], least_scale) if line else 0 for name, line in lines.items()}
        return Compared(month, peers, lines, z, ())

    def evidence(self, finding: Finding) -> Evidence:
        found: Compared = finding.key
        lines = {name: line._asdict() if line is not None else None for name, line in found.lines.items()}
        return Evidence(
            {"large_ppm": "payments of ticket_fen or more / payments of clients", "z_milli": "(share - median) / (1.4826 MAD)"},
            {"month": dict(vars(found.month)), "peers": found.peers, "lines": lines}, list(found.rows),
            thresholds={"purpose.drift": self.in_force("purpose.drift", finding.time)},
        )  # fmt: skip
