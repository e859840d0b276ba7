"""The register: who exists, who may do what, who belongs together. Fed by events, asked by detectors.

Answers depend on the set of events told, never on their order: where two disagree about the same thing, the later one
(event time, source, event id) is right. The register lags the money: what is told today may change what held last year.
"""

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from typing import Any

import networkx as nx

from chuantou.graph.account_control import AccountControl
from chuantou.graph.licences import LicenceBook, LicenceInfo
from chuantou.graph.look_through import ShareColumns, Shares, shares_of, shares_of_all
from chuantou.graph.ownership import Link, OwnershipGraph, Window, boundary_days, event_day
from chuantou.graph.related import EX_OFFICER_DAYS, Related, RelatedSearch, with_money
from chuantou.schemas.clock import date_of_day, day_of_date, shanghai_day
from chuantou.schemas.streams import LicenceEvent, OwnershipEvent, PartyEvent

AROUND_DAYS = 180  # the window of §3.3 against dropping a relative before the deal
MAX_ANSWERS = 10_000  # relations remembered; forgotten all at once, and asked anew


@dataclass(frozen=True, slots=True)
class PartyInfo:
    """What is known of a party; None where nothing was told. Money in fen."""

    key: str
    kind: str | None = None
    name: str | None = None
    sector: str | None = None
    scope_text: str | None = None
    reg_region: str | None = None
    op_region: str | None = None
    reg_capital_fen: int | None = None
    status: str | None = None
    watched: bool = False


FIELDS = tuple(field.name for field in fields(PartyInfo) if field.name != "key")


class Register:
    """Parties, licences, ownership and account control. ``version`` grows with every change; the whole pickles."""

    def __init__(self) -> None:
        self.version = 0
        # party → field → (order of telling, value): a later event without the field does not unsay it
        self._parties: dict[str, dict[str, tuple[tuple[int, str, str], Any]]] = {}
        self._capital: dict[str, list[tuple[int, int, int]]] = {}  # party → changes: (day, event time, registered capital)
        self._branches: dict[str, set[str]] = {}  # head office → regions in which it registered branches
        self._first_told: dict[str, int] = {}  # party → event time of its first party event
        self._infos: dict[str, PartyInfo] = {}  # answers of ``party``, forgotten when the party changes
        self._licences = LicenceBook()
        self._ownership = OwnershipGraph()
        self._accounts = AccountControl()
        self._answers: dict[tuple[str, int, int], Related] = {}
        # days on which a tie, a bank licence or an account's hands may begin or end to count
        self._boundaries: set[int] = set()
        self._bank_like: set[str] = set()  # parties that were ever told to be banks
        self.renamed_today: set[str] = set()  # companies whose name, scope or licences were told today

    def party_event(self, e: PartyEvent) -> None:
        told = [(name, value) for name in FIELDS if (value := getattr(e, name)) is not None]
        self._describe(e.party, told, (e.event_time, e.source_id, e.event_id))
        self._first_told[e.party] = min(e.event_time, self._first_told.get(e.party, e.event_time))
        if e.sector == "BANK":
            self._bank_like.add(e.party)
        if e.kind != "person" and (e.name or e.scope_text):
            self.renamed_today.add(e.party)
        self._changed(relations=e.sector is not None)

    def ownership_event(self, e: OwnershipEvent) -> None:
        if e.type == "CAPITAL":
            told = [("reg_capital_fen", e.amount_fen)]
            self._describe(e.party, told, (e.event_time, e.source_id, e.event_id))
            insort(self._capital.setdefault(e.party, []), (event_day(e), e.event_time, e.amount_fen or 0))
        if e.type == "BRANCH" and e.holder is not None and e.region is not None:
            self._branches.setdefault(e.holder, set()).add(e.region)
        tied = self._ownership.tell(e)
        self._changed(relations=tied, boundaries=boundary_days(e) if tied else ())

    def licence_event(self, e: LicenceEvent) -> None:
        self._licences.tell(e)
        self.renamed_today.add(e.party)
        bank = e.kind == "bank"
        if bank:
            self._bank_like.add(e.party)
        self._changed(relations=bank, boundaries=boundary_days(e) if bank else ())

    def account_link(
        self, account: str, owner: str | None, signatories: Sequence[str], device: str | None, event_time: int
    ) -> None:
        """Whose an account is and in whose hands from ``event_time`` (µs UTC) on; None or empty: as it was.

        No change, and no new ``version``, until something says in whose hands: an owner alone ties nobody.
        """
        if self._accounts.tell(account, owner, signatories, device, event_time):
            day = shanghai_day(event_time)
            self._changed(relations=True, boundaries=(day, day + 1))

    def _describe(self, party: str, told: Iterable[tuple[str, Any]], order: tuple[int, str, str]) -> None:
        self._infos.pop(party, None)
        known = self._parties.setdefault(party, {})
        for name, value in told:
            if name not in known or order >= known[name][0]:
                known[name] = (order, value)

    def _changed(self, relations: bool, boundaries: Iterable[int] = ()) -> None:
        self.version += 1
        self._boundaries.update(boundaries)
        if relations:
            self._answers.clear()

    def party(self, key: str) -> PartyInfo | None:
        """The latest word on each field; None for a party that no party event (or change of capital) named."""
        info = self._infos.get(key)
        if info is None and (known := self._parties.get(key)) is not None:
            info = self._infos[key] = PartyInfo(key, **{name: value for name, (_, value) in known.items()})
        return info

    def told_by(self, party: str, field: str) -> tuple[str, str] | None:
        """Source and id of the event that has the latest word on a field; None where none had one."""
        order = self._parties.get(party, {}).get(field, (None, None))[0]
        return order[1:] if order is not None else None

    def registered_at(self, party: str) -> int | None:
        """Event time (µs UTC) of the first party event; None for a party that is not in the register."""
        return self._first_told.get(party)

    def capital_changes(self, party: str) -> list[tuple[int, int]]:
        """Changes of the registered capital that were told: (day, capital in fen from then on), in order."""
        return [(day, fen) for day, _, fen in self._capital.get(party, ())]

    def places_of(self, party: str) -> set[str]:
        """Regions in which the party is registered, works, or has registered a branch."""
        info = self.party(party)
        own = (info.reg_region, info.op_region) if info is not None else ()
        return {region for region in (*own, *self._branches.get(party, ())) if region is not None}

    def status_since(self, party: str) -> tuple[str | None, int | None]:
        """The latest status and since when (µs UTC) it was told."""
        order, status = self._parties.get(party, {}).get("status", ((None, "", ""), None))
        return status, order[0]

    def shared_means(self, party: str, day: int, around_days: int = AROUND_DAYS) -> list[Link]:
        """Links to whoever shares a phone or a device with the party, or signs for accounts of the other."""
        window = Window(day - around_days, day + around_days)
        soft = ("SAME_PHONE", "SAME_DEVICE")
        return [
            *self._ownership.into(party, soft, window), *self._ownership.out_of(party, soft, window),
            *self._accounts.signatories(party, window), *self._accounts.signs_for(party, window),
            *self._accounts.same_device(party, window),
        ]  # fmt: skip

    def watched(self) -> list[str]:
        """Supervised institutions, sorted."""
        return sorted(key for key, known in self._parties.items() if "watched" in known and known["watched"][1])

    def of_sectors(self, sectors: Iterable[str]) -> list[str]:
        """Parties of these sectors, sorted."""
        wanted = set(sectors)
        return sorted(key for key, known in self._parties.items() if "sector" in known and known["sector"][1] in wanted)

    def companies(self) -> list[str]:
        """Parties with a name or a scope that are no natural persons, sorted."""
        return sorted(
            key for key, known in self._parties.items()
            if ("name" in known or "scope_text" in known) and not ("kind" in known and known["kind"][1] == "person")
        )  # fmt: skip

    def licences(self, party: str, day: int) -> list[LicenceInfo]:
        """Licences of a party that are valid on ``day``, by kind."""
        return self._licences.valid(party, day, day)

    def has_licence(self, party: str, kind: str, day: int) -> bool:
        return any(licence.kind == kind for licence in self.licences(party, day))

    def licence_told(self, party: str, kind: str) -> bool:
        """Whether anything was ever told of such a licence, valid or lost."""
        return self._licences.told(party, kind)

    def is_bank(self, party: str, window: Window) -> bool:
        """A bank by its licence on a day of the window, or by its sector."""
        known = self._parties.get(party, {})
        if "sector" in known and known["sector"][1] == "BANK":
            return True
        return any(licence.kind == "bank" for licence in self._licences.valid(party, *window))

    def banks(self, window: Window) -> frozenset[str]:
        """Everyone who is a bank on a day of the window."""
        return frozenset(party for party in self._bank_like if self.is_bank(party, window))

    def related(self, party: str, day: int, around_days: int = AROUND_DAYS, money_with: Iterable[str] | None = None) -> Related:
        """Rel(party, day): everyone in R1, R2 and R3 on any day within ``around_days``, sorted, without itself.

        R3 parties in ``money_with`` (those it has a money link with) that have two independent soft links come as R2.
        The answer is shared between callers: do not change it. ``.truncated`` tells that a bound was met.
        """
        question = (party, day, around_days)
        if question not in self._answers:
            if len(self._answers) >= MAX_ANSWERS:
                self._answers.clear()
            window = Window(day - around_days, day + around_days)
            search = RelatedSearch(self._ownership, self._accounts, self.banks(window), party, day, window)
            self._answers[question] = search.run()
        related = self._answers[question]
        return related if money_with is None else with_money(related, money_with)

    def window_moves(self, before: int, day: int, around_days: int = AROUND_DAYS) -> bool:
        """Whether ``related`` can answer differently on ``day`` than on the earlier day ``before``, by time alone."""
        return any(
            before + reach < boundary <= day + reach
            for boundary, reach in chain.from_iterable(
                ((b, around_days), (b, -around_days), (b, -EX_OFFICER_DAYS)) for b in self._boundaries
            )
        )

    def tied_by_account(self, account: str) -> list[str]:
        """Owners and signatories of the account at any time, and owners of accounts on its devices; sorted."""
        return self._accounts.tied_by(account)

    def effective_ppm(self, holder: str, day: int) -> dict[str, int]:
        """Effective share of ``holder`` in every company below it on ``day``, ppm by company, sorted."""
        return self.effective_shares(holder, day).ppm

    def effective_shares(self, holder: str, day: int) -> Shares:
        """As ``effective_ppm``, with what makes it doubtful: a bound that was met, closed rings, over-issued companies."""
        return shares_of(self._ownership, holder, day)

    def effective_table(self, holders: Iterable[str], day: int, least_ppm: int = 1) -> ShareColumns:
        """Effective shares of many holders at once, from ``least_ppm`` on."""
        return shares_of_all(self._ownership, holders, day, least_ppm)

    def shareholders_of(self, party: str, day: int) -> list[str]:
        """Who holds shares of ``party`` on ``day``, sorted."""
        return sorted({link.from_party for link in self._ownership.into(party, ("SHAREHOLDER",), Window(day, day))})

    def stakes_in(self, party: str, day: int) -> dict[str, int]:
        """Direct shares of ``party`` on ``day``, ppm by holder, sorted; a stake whose ratio was not told is 0."""
        stakes: dict[str, int] = {}
        for link in self._ownership.into(party, ("SHAREHOLDER",), Window(day, day)):
            stakes[link.from_party] = stakes.get(link.from_party, 0) + link.share_ppm
        return dict(sorted(stakes.items()))

    def entrusting(self, party: str, day: int) -> list[str]:
        """Who controls ``party`` by contract (AGREEMENT) on ``day`` and may hold through it, sorted."""
        return sorted({link.from_party for link in self._ownership.into(party, ("AGREEMENT",), Window(day, day))})

    def controllers_of(self, party: str, day: int, around_days: int = 0) -> list[Link]:
        """Direct links that give somebody control of ``party`` (§3.3 a–d), in order."""
        return self._ownership.controllers(party, Window(day - around_days, day + around_days))

    def controlled_by(self, party: str, day: int, around_days: int = 0) -> list[Link]:
        """Direct links that give ``party`` control of somebody (§3.3 a–d), in order."""
        return self._ownership.controlled(party, Window(day - around_days, day + around_days))

    def to_networkx(self, as_of: str | int) -> nx.MultiDiGraph:
        """The ties that stand on a day (``YYYY-MM-DD`` or a day number): holder → party, one edge a tie. A copy.

        Nodes carry ``name``, ``kind``, ``sector`` and ``watched`` where they are known; edges ``kind``, ``ratio_ppm``,
        ``role``, ``valid_from`` and ``valid_to`` as dates, ``known_at`` in µs UTC. ValueError for what is no date.
        """
        day = day_of_date(as_of) if isinstance(as_of, str) else as_of
        graph = nx.MultiDiGraph(as_of=str(date_of_day(day)))
        for link in self._ownership.standing_on(day):
            until = str(date_of_day(link.valid_to)) if link.valid_to is not None else None
            graph.add_edge(
                link.from_party, link.to_party, f"{link.kind}:{link.role or ''}", kind=link.kind, ratio_ppm=link.ratio_ppm,
                role=link.role, valid_from=str(date_of_day(link.valid_from)), valid_to=until, known_at=link.known_at,
            )  # fmt: skip
        for party in graph.nodes:
            info = self.party(party)
            if info is not None:
                graph.nodes[party].update(name=info.name, kind=info.kind, sector=info.sector, watched=info.watched)
        return graph

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_answers": {}, "_infos": {}}
