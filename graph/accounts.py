"""Accounts: dense ids, owners and roles with their history (catalogue §2, §3.4).

A role is *entitled* to hold other people's money only when a third party says so: designated, or tagged by the bank or
a registry – never because a memo or an inference claims it.
"""

from typing import NamedTuple

import numpy as np

from chuantou.graph.columns import Columns
from chuantou.graph.interner import NONE, Interner
from chuantou.schemas.clock import shanghai_day
from chuantou.schemas.streams import AccountEvent

ROLES = (
    "UNKNOWN", "OWN_BASIC", "OWN_GENERAL", "OWN_FEE", "CLIENT_MASTER", "CLIENT_SUB", "RSV_CENTRAL", "RSV_SPECIAL",
    "RSV_DEPOSITORY", "RSV_PAYRECV", "RSV_REMIT", "MERCHANT_SETTLE", "PAYMENT_ACCT", "PERSONAL_I", "PERSONAL_II",
    "PERSONAL_III", "ESCROW_PRESALE", "SEC_SETTLE", "FUND_RAISE", "FUND_CUSTODY", "TRUST_PROP", "BANK_INTERNAL",
    "NOSTRO", "TAX", "INSURER_PREMIUM",
)  # fmt: skip
ROLE_ID = {role: i for i, role in enumerate(ROLES)}
RESERVE_ROLES = ("RSV_CENTRAL", "RSV_SPECIAL", "RSV_DEPOSITORY", "RSV_PAYRECV", "RSV_REMIT")
# §3.6: money is followed no further than these
TERMINAL_ROLES = ("TAX", "BANK_INTERNAL", "NOSTRO", "SEC_SETTLE", "MERCHANT_SETTLE")
# accounts in which many people's money lies mixed: it does not keep its way there (§4.14)
POOLED_ROLES = (*RESERVE_ROLES, "CLIENT_MASTER", "INSURER_PREMIUM", "ESCROW_PRESALE", "FUND_CUSTODY", "TRUST_PROP")
# third parties that may give an account a role which excuses it
THIRD_PARTY_BASIS = ("designated", "bank", "registry")


def role_mask(*roles: str) -> np.ndarray:
    """bool[len(ROLES)] that is true at the given roles."""
    mask = np.zeros(len(ROLES), np.bool_)
    mask[[ROLE_ID[role] for role in roles]] = True
    return mask


IS_RESERVE = role_mask(*RESERVE_ROLES)
IS_TERMINAL = role_mask(*TERMINAL_ROLES)
IS_LOOP_BLOCKED = role_mask(*TERMINAL_ROLES, *POOLED_ROLES)


class RoleEntry(NamedTuple):
    """One line of an account's history, for evidence."""

    time: int
    type: str
    role: str | None
    basis: str | None
    owner: str | None
    platform: str | None
    custodian: str | None


class Accounts:
    """Owner, role and designation of every account as known now, and how they came about."""

    def __init__(self, parties: Interner) -> None:
        self.parties = parties
        self.ids = Interner()
        self.table = Columns(
            {
                "owner": (np.int32, NONE),
                "role": (np.int8, 0),
                "third_party": (np.bool_, False),
                "platform": (np.int32, NONE),
                "custodian": (np.int32, NONE),
                "subs": (np.int32, 0),
                "bank": (np.int32, NONE),
            }
        )
        self.history: dict[int, list[RoleEntry]] = {}
        self.signatories: dict[int, tuple[str, ...]] = {}
        self.branch: dict[int, str] = {}
        self.banks = Interner()
        self.master: dict[int, int] = {}
        self.of_party: dict[int, list[int]] = {}

    def grow(self) -> None:
        """Make room for every account id handed out."""
        self.table.reserve(len(self.ids))

    def apply(self, e: AccountEvent) -> int:
        """Take an account event into the books; returns the account's id."""
        account = self.ids.id(e.account)
        self.grow()
        entry = RoleEntry(e.event_time, e.type, e.role, e.role_basis, e.owner, e.platform, e.custodian)
        self.history.setdefault(account, []).append(entry)
        if e.type == "PLEDGE":  # the parties that it names are the creditor's, not the account's
            return account
        t = self.table
        if e.owner is not None and e.type in ("OPEN", "OWNER_CHANGE", "CUSTODY_DESIGNATE", "ROLE_TAG", "DECLARE"):
            self._set_owner(account, self.parties.id(e.owner))
        if e.role is not None:
            t.role[account] = ROLE_ID[e.role]
            t.third_party[account] = e.role_basis in THIRD_PARTY_BASIS
        if e.type == "CUSTODY_DESIGNATE" and e.role is None:
            t.role[account] = ROLE_ID["CLIENT_MASTER"]
            t.third_party[account] = True
        if e.type == "CUSTODY_REVOKE":
            t.third_party[account] = False
            t.platform[account] = NONE
        elif e.platform is not None:
            t.platform[account] = self.parties.id(e.platform)
        if e.custodian is not None:
            t.custodian[account] = self.parties.id(e.custodian)
        if e.master_account is not None:
            master = self.ids.id(e.master_account)
            self.grow()
            before = self.master.get(account)
            if before != master:
                self.master[account] = master
                self.table.subs[master] += 1
                if before is not None:
                    self.table.subs[before] -= 1
        if e.signatories:
            self.signatories[account] = tuple(e.signatories)
        if e.branch_region is not None:
            self.branch[account] = e.branch_region
        if e.bank is not None:
            t.bank[account] = self.banks.id(e.bank)
        return account

    def _set_owner(self, account: int, party: int) -> None:
        before = int(self.table.owner[account])
        if before == party:
            return
        if before != NONE:
            self.of_party[before].remove(account)
        self.table.owner[account] = party
        self.of_party.setdefault(party, []).append(account)

    def owner_name(self, account: int) -> str:
        """The owner's key, or ``account:<id>`` where nobody is known."""
        owner = int(self.table.owner[account])
        return self.parties.names[owner] if owner != NONE else f"account:{self.ids.names[account]}"

    def is_open(self, account: int, day: int) -> bool:
        """Whether the account is open at the end of the Shanghai day, as far as openings and closures were told."""
        told = [(shanghai_day(entry.time), entry.type) for entry in self.history.get(account, ())]
        turns = [(when, kind) for when, kind in told if kind in ("OPEN", "CLOSE")]
        last = [kind for when, kind in turns if when <= day][-1:]
        return last == ["OPEN"] or not (last or turns)

    def third_party_says(self, roles: np.ndarray, accounts: np.ndarray) -> np.ndarray:
        """Which of ``accounts`` have, by a third party's word, one of the ``roles`` (a ``role_mask``)."""
        return roles[self.table.role[accounts]] & self.table.third_party[accounts]

    def role_of(self, account: int) -> str:
        return ROLES[self.table.role[account]]
