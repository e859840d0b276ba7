"""Merchants whose tills are in one hand, and what that hand pays back to the people who paid there (PAY-08)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.lookalikes import hard_class
from chuantou.detectors.pay.acquiring import is_licensed
from chuantou.detectors.pay.till_sales import IS_CHANNEL, Tickets, name_of, party_or_account
from chuantou.graph.accounts import NONE
from chuantou.graph.ownership import Link
from chuantou.graph.related import Relation
from chuantou.graph.world import World

MOST_ANCHORS = 8  # groups looked for among merchants that hang together in any way
MOST_MEMBERS = 50  # of a group asked for who controls them, the largest first
MOST_PAYEES = 500  # payees who never paid at the tills and are asked for a payer's name or device
IN_ONE_HAND = ("SAME_DEVICE", "ACCOUNT_DEVICE", "SIGNATORY")


@dataclass(frozen=True)
class TillGroup:
    """``members``: the merchants, the largest first; ``ties``: how the register ties them to the first; ``hands``: members and
    whoever controls them or is controlled with them, on whose ``accounts`` (ids) the money may come back."""

    members: tuple[str, ...]
    ties: dict[str, Relation]
    hands: tuple[str, ...]
    accounts: tuple[int, ...]


class Ticket(NamedTuple):
    """A sale: ``account`` it was paid from (id); ``since`` µs, from when on the merchant had the money."""

    row: int
    time: int
    since: int
    fen: int
    payer: str
    merchant: str
    by_credit: bool
    terminal: str | None
    account: int


class Payback(NamedTuple):
    """A payment of the group to a person; ``holder``: the payer whom it goes back to; ``refund``: taken back, not paid out."""

    row: int
    time: int
    fen: int
    payee: str
    holder: str | None
    refund: bool


def busy(tickets: Tickets, component: NDArray[np.int64], paid: NDArray[np.int64], sold_fen: int, paid_fen: int) -> Tickets:
    """The tickets of merchants who, with all that hang together with them in any way or share a terminal with them, sold and paid
    to people so much. ``component``: a number for each account of those that hang together; ``paid``: fen by account."""
    labels, place = np.unique(component[tickets.till], return_inverse=True)
    label = joined_by_terminals(len(labels), tickets.terminal, place)
    payers = np.flatnonzero(paid[: len(component)])
    at = np.searchsorted(labels, component[payers]).clip(max=max(len(labels) - 1, 0))
    known = labels[at] == component[payers] if len(labels) else np.zeros(len(payers), np.bool_)
    sold, given = np.zeros((2, len(labels)), np.int64)
    np.add.at(sold, label[place], tickets.fen)
    np.add.at(given, label[at[known]], paid[payers[known]])
    return tickets.where(((sold >= sold_fen) & (given >= paid_fen))[label[place]])


def joined_by_terminals(count: int, terminal: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64[count]: the same number for places that share terminals, directly or by others."""
    label = np.arange(count, dtype=np.int64)
    met = terminal != NONE
    pairs = np.unique(terminal[met] * max(count, 1) + place[met])
    at, where = np.divmod(pairs, max(count, 1))
    for i in np.flatnonzero(at[1:] == at[:-1]).tolist():
        one, other = label[where[i]], label[where[i + 1]]
        label[label == max(one, other)] = min(one, other)
    return label


def till_groups(world: World, tickets: Tickets, line_fen: int, day: int) -> Iterator[tuple[TillGroup, Tickets]]:
    """Groups of merchants without a payment licence whose tills took ``line_fen`` together, with their tickets."""
    numbers, place = np.unique(tickets.merchant, return_inverse=True)
    volume = np.zeros(len(numbers), np.int64)
    np.add.at(volume, place, tickets.fen)
    names = [name_of(world, who) for who in numbers.tolist()]
    for atoms in _hanging_together(world, tickets, place, names):
        if int(volume[[i for atom in atoms for i in atom]].sum()) < line_fen:
            continue
        for members, ties in _in_one_hand(world, atoms, volume, names, day):
            free = [i for i in members if not is_licensed(world, names[i], day)]
            if free and int(volume[free].sum()) >= line_fen:
                group = _group(world, [names[i] for i in free], ties, day)
                yield group, tickets.where(np.isin(place, free))


def _hanging_together(world: World, tickets: Tickets, place: NDArray, names: list[str]) -> list[list[list[int]]]:
    """Merchants that share terminals (atoms), gathered where ties of any kind make them hang together; all sorted by name."""
    leader = list(range(len(names)))

    def find(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    first: dict[int, int] = {}
    met = tickets.terminal != NONE
    for pair in np.unique(tickets.terminal[met] * len(names) + place[met]).tolist():
        terminal, i = divmod(pair, len(names))
        leader[find(i)] = find(first.setdefault(terminal, i))
    atoms: dict[int, list[int]] = {}
    for i in sorted(range(len(names)), key=names.__getitem__):
        atoms.setdefault(find(i), []).append(i)
    parent = world.watch.components.parent
    together: dict[str, list[list[int]]] = {}
    for atom in atoms.values():
        tied = [names[i] for i in atom if names[i] in parent]
        together.setdefault(min(map(world.watch.components.root, tied)) if tied else names[atom[0]], []).append(atom)
    return [together[root] for root in sorted(together)]


def _in_one_hand(
    world: World, atoms: list[list[int]], volume: NDArray[np.int64], names: list[str], day: int
) -> Iterator[tuple[list[int], dict[str, Relation]]]:
    """Members (the largest first) around the largest merchant, then around the largest of those that are left."""
    left = sorted(atoms, key=lambda atom: (-int(volume[atom].sum()), names[atom[0]]))
    for _ in range(min(MOST_ANCHORS, len(left))):
        if not left:
            return
        anchor = min(left[0], key=lambda i: (-int(volume[i]), names[i]))
        related = {} if names[anchor].startswith("account:") else world.register.related(names[anchor], day)
        ties = {name: relation for name, relation in related.items() if _tied(relation)}
        mine = [atom for atom in left if atom is left[0] or any(names[i] in ties for i in atom)]
        left = [atom for atom in left if atom not in mine]
        members = sorted((i for atom in mine for i in atom), key=lambda i: (-int(volume[i]), names[i]))
        yield members, {names[i]: ties[names[i]] for i in members if names[i] in ties}


def _tied(relation: Relation) -> bool:
    links: Sequence[Link] = relation.links or relation.path
    return relation.tier in ("R1", "R2") or any(link.kind in IN_ONE_HAND for link in links)


def _group(world: World, members: list[str], ties: dict[str, Relation], day: int) -> TillGroup:
    hands = set(members)
    for member in members[:MOST_MEMBERS]:
        if not member.startswith("account:"):
            hands |= {who for who, relation in world.register.related(member, day).items() if relation.tier == "R1"}
    known = world.accounts
    accounts = {a for who in hands for a in known.of_party.get(world.parties.get(who), ())}
    accounts |= {known.ids.get(who.removeprefix("account:")) for who in hands if who.startswith("account:")}
    return TillGroup(tuple(members), ties, tuple(sorted(hands)), tuple(sorted(accounts, key=known.ids.names.__getitem__)))


def listed(world: World, tickets: Tickets) -> list[Ticket]:
    """The tickets one by one, with names."""
    names = {who: name_of(world, who) for who in np.unique([tickets.payer, tickets.merchant]).tolist()}
    terminals, log, base = world.devices.names, world.ledger.log, world.ledger.base
    return [
        Ticket(row, time, since, fen, names[payer], names[merchant], by_credit,
               None if terminal == NONE else terminals[terminal], int(log.debtor[row - base]))
        for row, time, since, fen, payer, merchant, by_credit, terminal, _ in zip(*(column.tolist() for column in tickets))
    ]  # fmt: skip


# -- what comes back ---------------------------------------------------------------------------------------------------


def paid_to_people(world: World, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64[accounts]: what each account paid, in the log rows ``rows``, to persons and to accounts without a known owner."""
    log, at = world.ledger.log, rows - world.ledger.base
    payee = log.payee[at]
    people = (payee == NONE) | world.party_table.person[payee]
    out = np.zeros(world.ledger.accounts.size, np.int64)
    np.add.at(out, log.debtor[at[people]], log.fen[at[people]])
    return out


def paybacks(
    world: World, group: TillGroup, tickets: Sequence[Ticket], rows: NDArray[np.int64]
) -> tuple[list[Payback], bool]:
    """What the group's accounts paid, among the log rows ``rows``, to persons and to whoever paid at its tills; and whether not
    all of them were asked for a payer's name or device."""
    log, base = world.ledger.log, world.ledger.base
    at = rows[np.isin(log.debtor[rows - base], group.accounts) & ~np.isin(log.creditor[rows - base], group.accounts)] - base
    at = at[~IS_CHANNEL[world.accounts.table.role[log.creditor[at]]]]
    payees = [name_of(world, who) for who in party_or_account(log.payee[at], log.creditor[at]).tolist()]
    holders = _holders(world, {t.payer for t in tickets}, payees)
    origin = {(t.payer, t.account, int(log.order[t.row - base])) for t in tickets}
    accounts = {(payer, account) for payer, account, _ in origin}
    out = []
    for i, payee in zip(at.tolist(), payees):
        holder = holders.get(payee)
        if (holder is None and not payee.startswith(("person:", "account:"))) or payee in group.hands:
            continue
        account, order = int(log.creditor[i]), int(log.order[i])
        same_order = order != NONE and (holder, account, order) in origin
        refund = (holder, account) in accounts and (same_order or hard_class(world, i + base) == "REFUND")
        out.append(Payback(i + base, int(log.time[i]), int(log.fen[i]), payee, holder, refund))
    return out, len({p.payee for p in out if p.holder is None}) > MOST_PAYEES or len(group.members) > MOST_MEMBERS


def _holders(world: World, payers: set[str], payees: list[str]) -> dict[str, str]:
    """Whom each payee is paid for: himself, or the payer who has his name or pays from his device."""
    out = {payee: payee for payee in payees if payee in payers}
    others = sorted({payee for payee in payees if payee.startswith("person:")} - payers)[:MOST_PAYEES]
    if not others:
        return out
    named: dict[str, str] = {}
    for payer in sorted(payers):
        info = world.register.party(payer)
        if info is not None and info.name:
            named.setdefault(info.name, payer)
    for payee in others:
        info = world.register.party(payee)
        links = world.register.shared_means(payee, world.day)
        sharing = {link.from_party if link.to_party == payee else link.to_party for link in links} & payers
        if info is not None and info.name in named:
            out[payee] = named[info.name]
        elif sharing:
            out[payee] = min(sharing)
    return out


def looped_fen(tickets: Sequence[Ticket], back: Sequence[Payback], within_us: int) -> dict[str, int]:
    """By merchant, what of the sales went back to who paid: each payment takes from his oldest sales, the merchant having had the
    money no more than ``within_us`` before."""
    left: dict[str, list[list[int]]] = {}
    for i, t in enumerate(tickets):
        left.setdefault(t.payer, []).append([i, t.since + within_us, t.fen])
    looped: dict[str, int] = {}
    for p in back:
        wanted = p.fen if p.holder is not None and not p.refund else 0
        for sale in left.get(p.holder or "", ()):
            sold = tickets[sale[0]]
            if wanted and sale[2] and sold.time <= p.time <= sale[1]:
                used = min(wanted, sale[2])
                wanted, sale[2] = wanted - used, sale[2] - used
                looped[sold.merchant] = looped.get(sold.merchant, 0) + used
    return looped
