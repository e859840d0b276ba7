"""One issuer's stored value: who bought it, and which merchants were settled out of that money (PAY-09)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import Excuse
from chuantou.detectors.lookalikes import entitled_account, hard_class
from chuantou.detectors.pay.onward import hands_of, kin_of, payees_of, view_of
from chuantou.detectors.pay.stored_value import SETTLED, SOLD, Told
from chuantou.detectors.pay.till_sales import IS_CHANNEL, UNOWNED, name_of, party_or_account
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import IS_UNSTATED, class_mask
from chuantou.graph.pots import Method, Pots
from chuantou.graph.world import World
from chuantou.schemas.clock import day_start_us, shanghai_day

FACE_FEN = 10_000  # cards have faces of whole hundreds of yuan
UNSTATED = ("UNKNOWN", "OTHER")
IS_FOR_GOODS = class_mask(*UNSTATED, "SUPPLIER", "FEE")  # what a settlement may call itself
SHOPPERS = 10  # a shop is who is paid by so many other persons, or has a merchant's account [E]
SETTLING_DAYS = 3  # and a card's merchant is paid on so many days [E]
MOST_PAYEES = 50  # looked at for being shops, the largest first


@dataclass
class Programme:
    """A view of the issuer's accounts and its hands'. ``sold``: place of each sale in the view → buyer; ``settled``: place of
    each payment to a merchant → merchant; ``told``: places of those that were told as settlements."""

    issuer: str
    pots: Pots
    time: NDArray[np.int64]
    sold: dict[int, str]
    settled: dict[int, str]
    told: set[int]
    hands: list[str]
    kin: set[str]
    cut: bool
    excuses: list[Excuse] = field(default_factory=list)

    @property
    def sold_fen(self) -> int:
        return sum(int(self.pots.fen[at]) for at in self.sold)

    @property
    def merchants(self) -> list[str]:
        return sorted(set(self.settled.values()))

    @property
    def told_merchants(self) -> list[str]:
        return sorted({self.settled[at] for at in self.told})

    def settled_fen(self, method: Method) -> int:
        """What of the payments to merchants was stored value that had been sold."""
        return sum(fen for at in self.settled for root, fen in self.pots.made_of(at, method) if root in self.sold)

    @property
    def last(self) -> int:
        """Place of the last sale or settlement; NONE where there are none."""
        return max((*self.sold, *self.settled), default=NONE)


def accounts_of(world: World, issuer: int) -> list[int]:
    """The accounts of a party, or the account itself, as of :func:`party_or_account`."""
    return sorted(world.accounts.of_party.get(issuer, ())) if issuer >= 0 else [UNOWNED - issuer]


def moved_on(world: World, parties: Iterable[str], day: int) -> bool:
    """Whether money moved on an account of any of the parties on the day that has just closed."""
    first = world.ledger.between(day_start_us(day) - 1, None)[0] + world.ledger.base
    a, known = world.ledger.accounts, world.accounts
    held = {i for party in parties for i in known.of_party.get(world.parties.get(party), ())}
    held |= {known.ids.get(party.removeprefix("account:")) for party in parties if party.startswith("account:")}
    return any(max(int(a.last_out[i]), int(a.last_in[i])) >= first for i in held)


def programme(world: World, issuer: int, told: Told, first: int, now: int) -> Programme | None:
    """The view from the day ``first`` until ``now``; ``told``: what was told of anybody."""
    today, name = shanghai_day(now - 1), name_of(world, issuer)
    looked = [(account, entitled_account(world, account, today)) for account in accounts_of(world, issuer)]
    excuses = [excuse for _, excuse in looked if excuse is not None and excuse.id != "LA-ACQ"]
    members = [a for a, excuse in looked if excuse is None or excuse.id == "LA-ACQ" or not excuse.holds]
    if not members:
        return None
    kin = kin_of(world, name, today)
    view = view_of(world, members, first, now)
    hands = hands_of(world, view, kin, persons_too=False) if len(view.rows) else []
    if hands:
        view = view_of(world, [*members, *hands], first, now)
    names = world.accounts.ids.names
    out = Programme(name, view, world.ledger.log.time[view.rows - world.ledger.base], {}, {}, set(),
                    sorted(names[a] for a in hands), kin, view.truncated, excuses)  # fmt: skip
    _merchants(world, out, view.rows[np.isin(view.rows, told.row[told.what == SETTLED])].tolist())
    _buyers(world, out, members, view.rows[np.isin(view.rows, told.row[told.what == SOLD])].tolist())
    return out


def _merchants(world: World, out: Programme, told: Sequence[int]) -> None:
    """Payments to companies outside the issuer's circle: those told as settlements, else – where none are – those to shops."""
    paid = [(at, payee) for at, payee in payees_of(world, out.pots, out.kin) if payee.startswith("uscc:")]
    out.settled = {at: payee for at, payee in paid if int(out.pots.rows[at]) in told}
    out.told = set(out.settled)
    if out.settled:
        return
    days: dict[str, set[int]] = {}
    fen: dict[str, int] = {}
    flow = world.ledger.log.flow_class[out.pots.rows - world.ledger.base]
    for at, payee in paid:
        if IS_FOR_GOODS[flow[at]] and hard_class(world, int(out.pots.rows[at])) in (None, *UNSTATED):
            days.setdefault(payee, set()).add(shanghai_day(int(out.time[at])))
            fen[payee] = fen.get(payee, 0) + int(out.pots.fen[at])
    asked = sorted(fen, key=lambda payee: (-fen[payee], payee))[:MOST_PAYEES]
    out.cut |= len(fen) > MOST_PAYEES
    shops = {payee for payee in asked if len(days[payee]) >= SETTLING_DAYS and is_shop(world, payee, out.pots.rows)}
    out.settled = {at: payee for at, payee in paid if payee in shops}


def is_shop(world: World, party: str, rows: NDArray[np.int64]) -> bool:
    """Whether a merchant's account is filed for the party, or many persons pay it while the ``rows`` of the view run."""
    held = world.accounts.of_party.get(world.parties.get(party), ())
    third = world.accounts.table.third_party
    if any(world.accounts.role_of(a) == "MERCHANT_SETTLE" and bool(third[a]) for a in held):
        return True
    log, base = world.ledger.log, world.ledger.base
    span = slice(int(rows[0]) - base, int(rows[-1]) - base + 1)
    payers = np.unique(log.payer[span][np.isin(log.creditor[span], held)])
    return int(world.party_table.person[payers[payers != NONE]].sum()) >= SHOPPERS


def _buyers(world: World, out: Programme, members: Sequence[int], told: Sequence[int]) -> None:
    """Sales: what strangers paid for stored value, and where settlements are told as such also payments of round faces."""
    log, at = world.ledger.log, out.pots.rows - world.ledger.base
    inward = out.pots.enters & np.isin(out.pots.creditor, members) & ~IS_CHANNEL[world.accounts.table.role[out.pots.debtor]]
    round_face = IS_UNSTATED[log.flow_class[at]] & (out.pots.fen % FACE_FEN == 0) & bool(out.told)
    sold = inward & (np.isin(out.pots.rows, told) | round_face)
    for i in np.flatnonzero(sold).tolist():
        buyer = name_of(world, int(party_or_account(log.payer[at[i]], log.debtor[at[i]])))
        if buyer not in out.kin:
            out.sold[i] = buyer
