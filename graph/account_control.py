"""Who has accounts in hand: authorised signatories and devices (catalogue §3.3 e), with their history."""

from bisect import insort
from collections.abc import Sequence
from typing import NamedTuple

from chuantou.graph.ownership import Link, Window, in_order
from chuantou.schemas.clock import shanghai_day

OWNER, SIGNATORY, DEVICE = "owner", "signatory", "device"


class Spell(NamedTuple):
    """The owner, signatories or device an account had from the day ``first`` to ``last`` (None: still)."""

    values: tuple[str, ...]
    first: int
    last: int | None
    known_at: int


class Hold(NamedTuple):
    """An owner's account in the hand of a signatory or a device."""

    account: str
    owner: str
    hand: str
    first: int
    last: int | None
    known_at: int


class AccountControl:
    """Owners, signatories and devices of accounts. On the day of a change, old and new both count."""

    def __init__(self) -> None:
        # (account, OWNER | SIGNATORY | DEVICE) → (event_time, values), in order
        self._told: dict[tuple[str, str], list[tuple[int, tuple[str, ...]]]] = {}
        # (OWNER | SIGNATORY | DEVICE, its key) → accounts that ever had it
        self._accounts: dict[tuple[str, str], set[str]] = {}

    def tell(self, account: str, owner: str | None, signatories: Sequence[str], device: str | None, event_time: int) -> bool:
        """Take in what an account event says (None or empty says nothing). Whether ties may have changed by it."""
        news = [
            self._add(account, OWNER, () if owner is None else (owner,), event_time),
            self._add(account, SIGNATORY, tuple(sorted(set(signatories))), event_time),
            self._add(account, DEVICE, () if device is None else (device,), event_time),
        ]
        in_hand = (account, SIGNATORY) in self._told or (account, DEVICE) in self._told
        return any(news) and in_hand

    def _add(self, account: str, field: str, values: tuple[str, ...], event_time: int) -> bool:
        told = self._told.setdefault((account, field), []) if values else []
        if not values or (event_time, values) in told:
            return False
        insort(told, (event_time, values))
        for value in values:
            self._accounts.setdefault((field, value), set()).add(account)
        return True

    def tied_by(self, account: str) -> list[str]:
        """Whom the account ever tied together: its owners and signatories, owners of accounts on its devices; sorted."""
        on_devices = (self._accounts[DEVICE, device] for device in self._ever(account, DEVICE))
        owners = {owner for a in {account}.union(*on_devices) for owner in self._ever(a, OWNER)}
        return sorted(owners | self._ever(account, SIGNATORY))

    def _ever(self, account: str, field: str) -> set[str]:
        return {value for _, values in self._told.get((account, field), ()) for value in values}

    def signatories(self, owner: str, window: Window) -> list[Link]:
        """Links to ``owner`` from everyone else who could sign for an account of it, in order."""
        holds = self._holds(OWNER, owner, SIGNATORY, window)
        return in_order(signature(hold) for hold in holds if hold.owner == owner != hold.hand)

    def signs_for(self, signatory: str, window: Window) -> list[Link]:
        """Links from ``signatory`` to everyone else for whose account it could sign, in order."""
        holds = self._holds(SIGNATORY, signatory, SIGNATORY, window)
        return in_order(signature(hold) for hold in holds if hold.hand == signatory != hold.owner)

    def same_device(self, owner: str, window: Window) -> list[Link]:
        """Links from ``owner`` to everyone else with an account bound to a device that also served it, in order."""
        mine = [hold for hold in self._holds(OWNER, owner, DEVICE, window) if hold.owner == owner]
        return in_order(
            shared_device(own, other)
            for own in mine
            for other in self._holds(DEVICE, own.hand, DEVICE, window)
            if other.hand == own.hand and other.owner != owner
        )

    def _holds(self, index: str, key: str, field: str, window: Window) -> list[Hold]:
        """Every hold by a ``field`` on the accounts that ever had ``key`` as their ``index``."""
        return [hold for account in sorted(self._accounts.get((index, key), ())) for hold in self._on(account, field, window)]

    def _on(self, account: str, field: str, window: Window) -> list[Hold]:
        holds = []
        for owned in self._spells(account, OWNER):
            for held in self._spells(account, field):
                first = max(owned.first, held.first)
                last = min((day for day in (owned.last, held.last) if day is not None), default=None)
                if first <= window.last and (last is None or last >= max(first, window.first)):
                    known_at = max(owned.known_at, held.known_at)
                    holds += [Hold(account, owned.values[0], hand, first, last, known_at) for hand in held.values]
        return holds

    def _spells(self, account: str, field: str) -> list[Spell]:
        """The account's history in one field; what is told again goes on as one spell."""
        told = self._told.get((account, field), [])
        changes = [entry for i, entry in enumerate(told) if i == 0 or told[i - 1][1] != entry[1]]
        ends = [*(shanghai_day(time) for time, _ in changes[1:]), None]
        return [Spell(values, shanghai_day(time), end, time) for (time, values), end in zip(changes, ends)]


def signature(hold: Hold) -> Link:
    return Link(
        hold.hand, hold.owner, "SIGNATORY",
        valid_from=hold.first, valid_to=hold.last, known_at=hold.known_at, via=hold.account,
    )  # fmt: skip


def shared_device(one: Hold, other: Hold) -> Link:
    """For the days on which the device served both; where one came after the other, for the day the later began."""
    first = max(one.first, other.first)
    ends = [hold.last for hold in (one, other) if hold.last is not None]
    return Link(
        one.owner, other.owner, "ACCOUNT_DEVICE",
        valid_from=first, valid_to=max(first, min(ends)) if ends else None,
        known_at=max(one.known_at, other.known_at), via=one.hand,
    )  # fmt: skip
