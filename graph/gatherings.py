"""Who gathers money from natural persons as an investment, from whom, on what basis, and what he gave back (catalogue §4.6).

Kept for 24 months: single payments while the log keeps them, older ones as sums of a month. What comes into accounts that a
third party designated for other people's money is not gathered: it lies there for somebody, and has detectors of its own.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.accounts import NONE, RESERVE_ROLES, TERMINAL_ROLES, role_mask
from chuantou.graph.columns import Columns
from chuantou.graph.flow_class import CLASS_ID, IS_UNSTATED, basis_mask, class_mask
from chuantou.graph.ledger import CLIENT
from chuantou.schemas.clock import date_of_day, day_of_date, day_start_us, shanghai_day

if TYPE_CHECKING:
    from chuantou.graph.world import World

SINGLE_DAYS = 185  # payments are told one by one for so long and to the end of the month: the log keeps them a little longer
KEPT_DAYS = 730  # catalogue §4.13, ILF-02: 24 months
REGISTER, INFERRED, BACK, REFUNDED = range(4)
INVEST_IN, REFUND = CLASS_ID["INVEST_IN"], CLASS_ID["REFUND"]
# §4.14, who counts: by order, obligation or the source's own code; everything else is inferred
IS_REGISTER_BASIS = basis_mask("order", "obligation", "source")
# what gives money back to an investor; wages, rent or a loan do not
IS_BACK = class_mask(
    "RETURN_PRIN", "RETURN_INT", "BONUS", "DIVIDEND", "REFUND", "WITHDRAW", "COMPENSATE_PLAT", "OTHER", "UNKNOWN"
)
IS_KEPT_FOR_OTHERS = role_mask(
    *TERMINAL_ROLES, *RESERVE_ROLES, "CLIENT_MASTER", "CLIENT_SUB", "ESCROW_PRESALE", "INSURER_PREMIUM"
) & ~role_mask("MERCHANT_SETTLE")  # fmt: skip
COLUMNS = {
    "time": (np.int64, 0), "row": (np.int64, NONE), "fen": (np.int64, 0), "who": (np.int64, NONE), "account": (np.int32, NONE),
    "person": (np.int32, NONE), "kind": (np.int8, 0), "n": (np.int32, 1),
}  # fmt: skip


class Gifts(NamedTuple):
    """Payments between natural persons and who gathers, by time; arrays of one length.

    time µs; row: log index, or -1 for the sum of ``n`` payments of one month, told at the first of them; fen; who: the party
    that gathers, or ``~account`` where its owner is unknown; account: of that party; person: party; kind: ``REGISTER`` or
    ``INFERRED`` for what was given, ``BACK`` for what was given back, ``REFUNDED`` where the source's own code says so.
    """

    time: NDArray[np.int64]
    row: NDArray[np.int64]
    fen: NDArray[np.int64]
    who: NDArray[np.int64]
    account: NDArray[np.int32]
    person: NDArray[np.int32]
    kind: NDArray[np.int8]
    n: NDArray[np.int32]

    def where(self, keep: NDArray[np.bool_]) -> "Gifts":
        return Gifts._make(column[keep] for column in self)

    @property
    def given(self) -> "Gifts":
        return self.where(self.kind < BACK)

    @property
    def back(self) -> "Gifts":
        return self.where(self.kind >= BACK)


class Gatherings:
    """The payments, and in ``today`` who was given money on the day that closed last (``who``, ascending)."""

    def __init__(self) -> None:
        self.columns = Columns(COLUMNS)
        self.count = 0
        self.today: NDArray[np.int64] = np.empty(0, np.int64)
        self._first_row = 0
        self._gathers: NDArray[np.bool_] = np.zeros(1, np.bool_)  # by party; the last is nobody
        self._folded_to = 0  # payments before this day are sums

    def close_day(self, world: "World", day: int) -> None:
        """Take the day's payments; ``world.roots`` is up to date."""
        first, end = max(self._first_row, world.ledger.base), world.ledger.end
        self._first_row = end
        if len(self._gathers) <= len(world.parties):
            self._gathers = np.concatenate((self._gathers[:-1], np.zeros(len(world.parties) + 2 - len(self._gathers), np.bool_)))
        self.today = np.empty(0, np.int64)
        if end > first:
            given = self._given(world, first, end)
            self.today = np.unique(given.who)
            self._gathers[self.today[self.today >= 0]] = True
            self._append(given)
            self._append(self._back(world, first, end))
        self._fold(day)

    def of(self, who: NDArray[np.int64]) -> Gifts:
        """All payments of these parties, by time, given before given back among equals."""
        kept = self._kept()
        mine = kept.where(np.isin(kept.who, who))
        order = np.lexsort((mine.row, mine.kind, mine.time))
        return Gifts._make(column[order] for column in mine)

    def gatherers(self) -> NDArray[np.int64]:
        """Everybody who was given money in the time that is kept, ascending."""
        return np.unique(self._kept().given.who)

    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(who, person) of every payment that was given in the time that is kept, as often as there are rows."""
        kept = self._kept()
        given = kept.kind < BACK
        return kept.who[given], kept.person[given].astype(np.int64)

    def _kept(self) -> Gifts:
        return Gifts._make(getattr(self.columns, name)[: self.count] for name in Gifts._fields)

    # -- a day ---------------------------------------------------------------------------------------------------------

    def _given(self, world: "World", first: int, end: int) -> Gifts:
        """Payments by natural persons that are an investment by class, or by their memo into a watched circle.

        What reaches the borrower named by the listing that it carries is lent, not gathered.
        """
        log, at = world.ledger.log, slice(first - world.ledger.base, end - world.ledger.base)
        flow, payer = log.flow_class[at], log.payer[at]
        person = world.party_table.person[payer] & (payer != NONE)
        rows = np.flatnonzero(person & ((flow == INVEST_IN) | (IS_UNSTATED[flow] & (log.kind[at] == CLIENT))))
        table, account = world.accounts.table, log.creditor[at][rows]
        listing = log.listing[at][rows]
        lent = (listing != NONE) & (world.listing_table.borrower[listing] == log.payee[at][rows]) & (log.payee[at][rows] != NONE)
        rows = rows[~(IS_KEPT_FOR_OTHERS[table.role[account]] & table.third_party[account]) & ~lent]
        gifts = self._rows(world, rows + first, log.creditor, log.payee, log.payer)
        basis = log.basis[gifts.row - world.ledger.base]
        register = IS_REGISTER_BASIS[basis] & (log.flow_class[gifts.row - world.ledger.base] == INVEST_IN)
        return gifts._replace(kind=np.where(register, REGISTER, INFERRED).astype(np.int8)).where(gifts.who != gifts.person)

    def _back(self, world: "World", first: int, end: int) -> Gifts:
        """Payments to natural persons by whoever gathers, or hangs together with one who does."""
        roots = world.roots.of_party
        mine = np.zeros(len(roots), np.bool_)
        mine[roots[np.flatnonzero(self._gathers[: len(roots) - 1])]] = True
        pays = mine[roots]
        pays[-1] = False
        log, at = world.ledger.log, slice(first - world.ledger.base, end - world.ledger.base)
        payer, payee = log.payer[at], log.payee[at]
        person = world.party_table.person[payee] & (payee != NONE)
        rows = np.flatnonzero(pays[payer] & person & (payee != payer) & IS_BACK[log.flow_class[at]])
        gifts = self._rows(world, rows + first, log.debtor, log.payer, log.payee)
        place = gifts.row - world.ledger.base
        refunded = (log.flow_class[place] == REFUND) & IS_REGISTER_BASIS[log.basis[place]]
        return gifts._replace(kind=np.where(refunded, REFUNDED, BACK).astype(np.int8))

    @staticmethod
    def _rows(world: "World", row: NDArray, account: NDArray, who: NDArray, person: NDArray) -> Gifts:
        at = row - world.ledger.base
        log, own = world.ledger.log, account[at].astype(np.int32)
        party = who[at].astype(np.int64)
        known = np.where(party == NONE, ~own.astype(np.int64), party)
        none = np.zeros(len(row), np.int8)
        return Gifts(log.time[at], row, log.fen[at], known, own, person[at], none, np.ones(len(row), np.int32))

    def _append(self, gifts: Gifts) -> None:
        end = self.count + len(gifts.time)
        self.columns.reserve(end)
        for name, column in zip(Gifts._fields, gifts):
            getattr(self.columns, name)[self.count : end] = column
        self.count = end

    def _fold(self, day: int) -> None:
        """Months that grow too old to be told payment by payment become sums; sums older than is kept are dropped."""
        month_start = day_of_date(date_of_day(day + 1 - SINGLE_DAYS).replace(day=1))
        if month_start == self._folded_to:
            return
        self._folded_to = month_start
        kept = self._kept()
        old = kept.time < day_start_us(month_start)
        late = kept.time >= day_start_us(day + 1 - KEPT_DAYS)
        sums, rest = by_month(kept.where(old & late)), kept.where(~old)
        self.count = 0
        self._append(sums)
        self._append(rest)


def by_month(gifts: Gifts) -> Gifts:
    """One row for each account, person, kind and month, at the time of its first payment."""
    if not len(gifts.time):
        return gifts
    month = np.array([month_of(day) for day in shanghai_day(gifts.time).tolist()], np.int64)
    keys = np.column_stack((gifts.who, gifts.account, gifts.person, gifts.kind, month))
    groups, first, number = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    number = number.reshape(-1)
    fen, n, time = (np.zeros(len(groups), np.int64) for _ in range(3))
    np.add.at(fen, number, gifts.fen)
    np.add.at(n, number, gifts.n)
    time[:] = gifts.time.max()
    np.minimum.at(time, number, gifts.time)
    folded = Gifts._make(column[first] for column in gifts)
    return folded._replace(time=time, fen=fen, n=n.astype(np.int32), row=np.full(len(groups), NONE, np.int64))


def month_of(day: int) -> int:
    """Months since year 0 of a day's date."""
    date = date_of_day(day)
    return date.year * 12 + date.month
