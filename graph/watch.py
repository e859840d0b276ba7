"""The watch list: every supervised institution with its related parties and the accounts they own.

Relatedness is looked up again only when a registry event touches parties that hang together with the institution, or a
validity interval may have entered or left the ±180-day window; the register answers, this class keeps the answer in arrays.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.accounts import NONE, Accounts
from chuantou.graph.ownership import Link
from chuantou.graph.register import Register
from chuantou.graph.related import Relation

MAJORITY_PPM = 500_000
HANDS = ("CONTROLLER", "AGREEMENT", "BRANCH", "SIGNATORY", "ACCOUNT_DEVICE")


def in_control(link: Link) -> bool:
    """Whether a link puts one party's accounts into another's hands (R1 a–e of §3.3)."""
    if link.kind == "SHAREHOLDER":
        return (link.ratio_ppm or 0) > MAJORITY_PPM
    return link.kind in HANDS or (link.kind == "OFFICER" and link.role == "legal_rep")


def one_control(relation: Relation) -> bool:
    """R1, or whom R1 parties control (the party cluster of §3.8)."""
    return relation.tier == "R1" or (relation.tier == "R2" and all(map(in_control, relation.path)))


def by_cluster(cluster: NDArray[np.int32], rows: NDArray[np.int64]) -> dict[int, NDArray[np.int64]]:
    """``rows`` by the institution's number in ``cluster``, an array of their length; those of none left out."""
    met = cluster != NONE
    order = np.argsort(cluster[met], kind="stable")
    names, first = np.unique(cluster[met][order], return_index=True)
    return dict(zip(names.tolist(), np.split(rows[met][order], first[1:])))


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

    def cluster(self) -> list[str]:
        """Parties whose accounts are in the same hands: R1, and whom R1 parties control (R1-connected), sorted."""
        return sorted(party for party, relation in self.related.items() if one_control(relation))


class Components:
    """Parties that hang together by ties of any kind, ever (union-find), and the institutions among them.

    A tie far from an institution can still bring an owner over a line, so what hangs together is looked at together.
    """

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}
        self.institutions: dict[str, set[str]] = {}

    def root(self, party: str) -> str:
        parent = self.parent
        while parent.get(party, party) != party:
            parent[party] = parent.get(parent[party], parent[party])
            party = parent[party]
        return party

    def watch(self, institution: str) -> None:
        """The party is an institution from now on."""
        self.institutions.setdefault(self.root(institution), set()).add(institution)

    def watched(self, party: str) -> set[str]:
        """Institutions that hang together with the party."""
        return self.institutions.get(self.root(party), set())

    def join(self, parties: list[str]) -> list[str]:
        """Tie the parties together; returns the institutions among what now hangs together, sorted."""
        roots = sorted({self.root(party) for party in parties})
        for root in roots[1:]:
            self.parent[root] = roots[0]
            held = self.institutions.pop(root, None)
            if held:
                self.institutions.setdefault(roots[0], set()).update(held)
        return sorted(self.institutions.get(roots[0], ())) if roots else []


class WatchList:
    """Institutions by key, and for every account the institution to whose cluster it belongs: its own and R1-connected."""

    def __init__(self, register: Register, accounts: Accounts) -> None:
        self.register, self.accounts = register, accounts
        self.institutions: dict[str, Institution] = {}
        self.institutions_of: dict[str, set[str]] = {}
        self.components = Components()
        self.cluster_of = np.full(1024, NONE, np.int32)
        self.keys: list[str] = []
        self._places: dict[str, int] = {}  # of the keys
        self._of_sectors: dict[tuple[str, ...], tuple[str, ...]] = {}  # answers of :meth:`of_sectors` until a party is told of
        self.edition = 0  # grows whenever an account may belong to another circle than before
        self._day = NONE
        self.changed_today: set[str] = set()  # institutions whose circle changed since the last day close

    def index(self, key: str) -> int:
        return self._places[key]

    def of_sectors(self, sectors: tuple[str, ...]) -> tuple[str, ...]:
        """The institutions of the sectors, sorted."""
        found = self._of_sectors.get(sectors)
        if found is None:
            told = ((key, self.register.party(key)) for key in sorted(self.institutions))
            found = self._of_sectors[sectors] = tuple(key for key, info in told if info is not None and info.sector in sectors)
        return found

    def party_ids(self) -> NDArray[np.int32]:
        """int32[institutions + 1]: party ids of the institutions by index; the last entry answers index -1 with -2."""
        return np.array([self.accounts.parties.get(key) for key in self.keys] + [-2], np.int32)

    def touch(self, *parties: str | None) -> None:
        """A registry event tied or described these parties: look again at every institution it can concern."""
        named = [party for party in parties if party]
        self._of_sectors.clear()
        for party in named:
            info = self.register.party(party)
            if info is not None and info.watched and party not in self.institutions:
                self.institutions[party] = Institution(party)
                self.institutions_of.setdefault(party, set()).add(party)
                self.components.watch(party)
                self._places[party] = len(self.keys)
                self.keys.append(party)
        for key in self.components.join(named):
            self.institutions[key].stale = True

    def concerns(self, *parties: str | None) -> bool:
        """Whether a tie between these parties can change any circle: one of them hangs together with an institution."""
        return any(self.components.watched(party) for party in parties if party)

    def refresh(self, day: int) -> list[str]:
        """Look up what is stale on ``day``; returns the institutions whose circle changed, sorted."""
        if day != self._day:
            if self._day != NONE and self.register.window_moves(self._day, day):
                for institution in self.institutions.values():
                    institution.stale = True
            self._day = day
        changed = []
        for key in sorted(key for key, institution in self.institutions.items() if institution.stale):
            institution = self.institutions[key]
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
        """Rebuild ``cluster_of``: accounts that hold an institution's client money, then its own, then its cluster's.

        The smaller institution key wins a tie.
        """
        self.edition += 1
        self.cluster_of = np.full(self.accounts.table.size, NONE, np.int32)
        order = sorted(enumerate(self.keys), key=lambda item: item[1])
        for own in (True, False):
            for i, key in order:
                parties = [key] if own else self.institutions[key].cluster()
                for account in self._held_by(parties):
                    if self.cluster_of[account] == NONE:
                        self.cluster_of[account] = i
        platform = self.accounts.table.platform
        institution = np.full(len(self.accounts.parties) + 1, NONE, np.int32)  # by party; the last entry answers NONE
        ids = self.party_ids()[:-1]
        institution[ids[ids != NONE]] = np.flatnonzero(ids != NONE)
        held = np.flatnonzero(platform != NONE)
        held = held[institution[platform[held]] != NONE]
        self.cluster_of[held] = institution[platform[held]]

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
        first = own + [key for key in held if name in self.institutions[key].cluster()]
        if first:
            self.cluster_of[account] = self.index(first[0])

    def accounts_of(self, key: str, *tiers: str) -> list[int]:
        """Accounts owned by the institution and its related parties of the tiers, in id order."""
        return self._held_by(self.institutions[key].circle(*tiers))

    def _held_by(self, parties: list[str]) -> list[int]:
        ids = self.accounts.parties
        held = [self.accounts.of_party.get(ids.get(party), ()) for party in parties]
        return sorted(a for accounts in held for a in accounts)
