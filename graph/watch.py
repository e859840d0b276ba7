"""The watch list: every supervised institution with its related parties and the accounts they own.

Relatedness is looked up again only when a registry event touches the institution's circle or a validity interval may
have entered or left the ±180-day window; the register answers, this class keeps the answer in arrays.
"""

from dataclasses import dataclass, field

import numpy as np

from chuantou.graph.accounts import NONE, Accounts
from chuantou.graph.register import Register
from chuantou.graph.related import Relation


@dataclass
class Institution:
    """A watched party, its circle (``{party: Relation}``), whether it must be looked up again, and never was before."""

    key: str
    related: dict[str, Relation] = field(default_factory=dict)
    stale: bool = True
    new: bool = True

    def tier(self, party: str) -> str | None:
        """``P`` for the institution itself, else ``R1``/``R2``/``R3``, else None."""
        if party == self.key:
            return "P"
        relation = self.related.get(party)
        return relation.tier if relation else None

    def circle(self, *tiers: str) -> list[str]:
        """The institution and its related parties of the tiers, sorted."""
        return sorted([self.key, *(p for p, r in self.related.items() if r.tier in tiers)])


class WatchList:
    """Institutions by key, and for every account the institution whose Own ∪ R1 cluster it belongs to."""

    def __init__(self, register: Register, accounts: Accounts) -> None:
        self.register, self.accounts = register, accounts
        self.institutions: dict[str, Institution] = {}
        self.institutions_of: dict[str, set[str]] = {}
        self.cluster_of = np.full(1024, NONE, np.int32)
        self.keys: list[str] = []
        self.edition = 0  # grows whenever an account may belong to another circle than before
        self._day = NONE
        self.changed_today: set[str] = set()  # institutions whose circle changed since the last day close

    def index(self, key: str) -> int:
        return self.keys.index(key)

    def touch(self, *parties: str | None) -> None:
        """A registry event named these parties: look again at every institution whose circle they stand in."""
        for party in parties:
            for key in self.institutions_of.get(party or "", ()):
                self.institutions[key].stale = True
            info = self.register.party(party) if party else None
            if info is not None and info.watched and party not in self.institutions:
                self.institutions[party] = Institution(party)
                self.institutions_of.setdefault(party, set()).add(party)
                self.keys.append(party)

    def refresh(self, day: int) -> list[str]:
        """Look up what is stale on ``day``; returns the institutions whose circle changed, sorted."""
        if day != self._day:
            if self._day != NONE and self.register.window_moves(self._day, day):
                for institution in self.institutions.values():
                    institution.stale = True
            self._day = day
        changed = []
        for key in sorted(self.institutions):
            institution = self.institutions[key]
            if not institution.stale:
                continue
            institution.stale = False
            related = self.register.related(key, day)
            if related != institution.related or institution.new:  # accounts may be older than the watch
                institution.new = False
                changed.append(key)
                self.changed_today.add(key)
                self._replace(institution, related)
        if len(self.cluster_of) < self.accounts.table.size or changed:
            self.map_accounts()
        return changed

    def _replace(self, institution: Institution, related: dict[str, Relation]) -> None:
        for party in institution.related:
            if party not in related:
                self.institutions_of[party].discard(institution.key)
        for party in related:
            self.institutions_of.setdefault(party, set()).add(institution.key)
        institution.related = related

    def map_accounts(self) -> None:
        """Rebuild ``cluster_of``: accounts that hold an institution's client money, then its own, then its R1 parties'.

        The smaller institution key wins a tie.
        """
        self.edition += 1
        self.cluster_of = np.full(self.accounts.table.size, NONE, np.int32)
        order = sorted(enumerate(self.keys), key=lambda item: item[1])
        for tiers in ((), ("R1",)):
            for i, key in order:
                for account in self.accounts_of(key, *tiers):
                    if self.cluster_of[account] == NONE:
                        self.cluster_of[account] = i
        for i, key in order:
            party = self.accounts.parties.get(key)
            if party != NONE:
                self.cluster_of[self.accounts.table.platform == party] = i

    def map_account(self, account: int) -> None:
        """Place one account that was opened or changed hands."""
        if account >= len(self.cluster_of):
            self.map_accounts()
            return
        self.edition += 1
        owner, platform = int(self.accounts.table.owner[account]), int(self.accounts.table.platform[account])
        self.cluster_of[account] = NONE
        if platform != NONE and self.accounts.parties.names[platform] in self.institutions:
            self.cluster_of[account] = self.index(self.accounts.parties.names[platform])
            return
        if owner == NONE:
            return
        name = self.accounts.parties.names[owner]
        held = sorted(self.institutions_of.get(name, ()))
        own = [key for key in held if key == name]
        first = own + [key for key in held if self.institutions[key].tier(name) == "R1"]
        if first:
            self.cluster_of[account] = self.index(first[0])

    def accounts_of(self, key: str, *tiers: str) -> list[int]:
        """Accounts owned by the institution and its related parties of the tiers, in id order."""
        parties = self.accounts.parties
        held = [self.accounts.of_party.get(parties.get(p), ()) for p in self.institutions[key].circle(*tiers)]
        return sorted(a for accounts in held for a in accounts)
