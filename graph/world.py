"""Everything the engine knows about the money and its owners, advanced event by event in one order.

The transfers between two other events form a *run*: within it nothing changes that a transfer could look up, so a run
is booked by kernels over columns. Events that concern an account or listing which no transfer of the current run has
touched cannot change it either; they are applied at once and do not cut the run.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from chuantou.graph import flow_class as fc
from chuantou.graph.accounts import (
    IS_LOOP_BLOCKED,
    IS_RESERVE,
    IS_TERMINAL,
    NONE,
    RESERVE_ROLES,
    Accounts,
)
from chuantou.graph.closings import Closings
from chuantou.graph.columns import Columns
from chuantou.graph.coverage import TABLE as COVERAGE
from chuantou.graph.coverage import Coverage
from chuantou.graph.event_refs import EventRefs
from chuantou.graph.feeding import FED_US, Feeding
from chuantou.graph.flow_windows import FlowWindows
from chuantou.graph.gatherings import Gatherings
from chuantou.graph.habits import Hands, Places
from chuantou.graph.interest import InterestLegs
from chuantou.graph.interner import Interner
from chuantou.graph.kernels.witnesses import SIDES
from chuantou.graph.ledger import Ledger, Parts
from chuantou.graph.loops import Loop, LoopIndex
from chuantou.graph.obligations import Obligations
from chuantou.graph.party_roots import PartyRoots
from chuantou.graph.payments import Payments, Witnesses
from chuantou.graph.peers import Yields
from chuantou.graph.publishers import Publishers
from chuantou.graph.reference import References
from chuantou.graph.register import Register
from chuantou.graph.repayments import Repayments
from chuantou.graph.tips import TipCounts
from chuantou.graph.trades import Trades
from chuantou.graph.transfer_columns import IN_CASH, TransferColumns
from chuantou.graph.watch import WatchList
from chuantou.graph.windows import Passing
from chuantou.schemas.clock import DAY_US, closing_day, day_start_us
from chuantou.schemas.rules import RulePack
from chuantou.schemas.streams import (
    AccountEvent,
    BalanceEvent,
    Event,
    LicenceEvent,
    OwnershipEvent,
    PartyEvent,
    ProductEvent,
    ReferenceItem,
    TextItem,
    Tip,
)

SECOND_CORE = ThreadPoolExecutor(1, thread_name_prefix="loops")
LOOP_WINDOW_US = 10 * DAY_US  # contract, FLOW family
LOOP_KEEP_PPM = 800_000
LOOP_VISITS = 2_000  # transfers that one search may look at: a hub of a million a day must not stall the rest
STATE_ORGANS = "uscc:11"  # GB 32100: registered by the staffing office (1), category 机关 (1) [C6]
NO_MEMOS = pa.array([], pa.string())
BORROWS = ("ALLOC", "LISTING", "DISBURSE")  # product events that say who borrows on whose money


@dataclass
class Segment:
    """What one run of transfers and the events inside it brought, as facts; the register stood still meanwhile."""

    first: int
    end: int
    time: NDArray[np.int64]
    debtor: NDArray[np.int32]
    creditor: NDArray[np.int32]
    fen: NDArray[np.int64]
    kind: NDArray[np.int8]
    payer_party: NDArray[np.int32]
    payee_party: NDArray[np.int32]
    out_of: NDArray[np.int32]  # the institution (place in ``WatchList.keys``) in whose circle the debtor's account is, or NONE
    into: NDArray[np.int32]  # the same of the creditor's account
    place: NDArray[np.int32]  # where a payment was made in person: a terminal or a branch (``World.places_paid_at``), or NONE
    device: NDArray[np.int32]  # the payer's device; of a payment at a till, the terminal
    till: NDArray[np.int8]
    memo: pa.Array
    parts: Parts
    loops: list[Loop]
    passing: Passing
    events: list[tuple[int, Event]] = field(default_factory=list)  # (log index of the next transfer, event)

    @classmethod
    def empty(cls, at: int) -> "Segment":
        """A segment without transfers, at log index ``at``."""
        none = np.empty(0, np.int64)
        small = none.astype(np.int32)
        parts = Parts(none, none, none, none)
        byte = none.astype(np.int8)
        return cls(at, at, none, small, small, none, byte, small, small, small, small, small, small, byte, NO_MEMOS, parts,
                   [], Passing.empty())  # fmt: skip


class World:
    """Register, accounts, ledger, loops, obligations and the watch list."""

    def __init__(self, rules: RulePack) -> None:
        self.rules = rules
        self.parties = Interner()
        self.listings = Interner()
        self.products = Interner()
        self.orders = Interner()
        self.register = Register()
        self.accounts = Accounts(self.parties)
        self.watch = WatchList(self.register, self.accounts)
        self.ledger = Ledger()
        self.loops = LoopIndex(LOOP_WINDOW_US, LOOP_KEEP_PPM, max_visits=LOOP_VISITS)
        self.flows = FlowWindows(rules)
        self.obligations = Obligations()
        self.refs = EventRefs()
        self.sources = Interner()
        self.payments = Payments()
        self.witnesses = Witnesses()
        self.listing_table = Columns({"borrower": (np.int32, NONE), "platform": (np.int32, NONE)})
        self.party_table = Columns({"person": (np.bool_, False), "organ": (np.bool_, False)})
        self._persons_known = 0
        self.sub_ledger_gap: dict[int, int] = {}  # last reported master − Σ sub-ledgers (DQ-06), account -> fen
        self.stated: dict[tuple[int, int, str], int] = {}  # (account, day, kind) -> fen as the bank states it
        self.closings = Closings()
        self.coverage = Coverage()
        self.places = Places()
        self.devices = Interner()
        self.places_paid_at = Interner()
        self.hands = Hands()
        self.interest = InterestLegs()
        self.repayments = Repayments()
        self.feeding = Feeding()
        self.roots = PartyRoots()
        self.gatherings = Gatherings()
        self.yields = Yields()
        self.trades = Trades()
        self.references = References()
        self.tips = TipCounts()
        self.publishers = Publishers()
        self.day = NONE
        self.ended = False  # no event will come: what is due later than now says nothing

    # -- events that are not transfers ---------------------------------------------------------------------------

    def apply(self, e: Event) -> None:
        """Take an event of any stream but ``clr.transfers`` into the state."""
        take = self._TAKES.get(e.__class__)
        if take is not None:
            take(self, e)

    def _party(self, e: PartyEvent) -> None:
        self.register.party_event(e)
        self.watch.touch(e.party)

    def _ownership(self, e: OwnershipEvent) -> None:
        self.register.ownership_event(e)
        self.watch.touch(e.party, e.holder)

    def _licence(self, e: LicenceEvent) -> None:
        self.register.licence_event(e)
        self.watch.touch(e.party)

    def _balance(self, e: BalanceEvent) -> None:
        account = self.accounts.ids.id(e.account)
        self._grow()
        day = closing_day(e.as_of)
        self.closings.note(account, e)
        if e.kind != "OPENING":
            self.stated[account, day, e.kind] = e.fen
            master, subs = (self.stated.get((account, day, kind)) for kind in ("CLOSING", "LEDGER_SUB_SUM"))
            if master is not None and subs is not None:
                self.sub_ledger_gap[account] = master - subs
        elif self.ledger.accounts.last_out[account] == NONE and self.ledger.accounts.last_in[account] == NONE:
            self.ledger.set_opening(account, e.fen)

    def _account(self, e: AccountEvent) -> None:
        account = self.accounts.apply(e)
        self._grow()
        self.ledger.accounts.terminal[account] = IS_TERMINAL[self.accounts.table.role[account]]
        if e.type != "PLEDGE" and (e.owner or e.signatories or e.device):
            owner = self.accounts.owner_name(account) if self.accounts.table.owner[account] != NONE else None
            self.link(account, owner, e.signatories or (), e.device, e.event_time)
        self.watch.map_account(account)

    def link(
        self, account: int, owner: str | None, signatories: Sequence[str], device: str | None, event_time: int
    ) -> None:
        """Tell the register in whose hands an account is, and look again at the circles this may touch."""
        before, name = self.register.version, self.accounts.ids.names[account]
        self.register.account_link(name, owner, signatories, device, event_time)
        if self.register.version != before:
            self.watch.touch(*self.register.tied_by_account(name))  # a new owner meets the signatories told before him

    def _tip(self, e: Tip) -> None:
        self.tips.take(e)

    def _text(self, e: TextItem) -> None:
        self.publishers.take(e)

    def _product(self, e: ProductEvent) -> None:
        self.obligations.apply(e)
        self.yields.take(e)
        self.trades.take(e)
        if e.listing is None:
            return
        listing = self.listings.id(e.listing)
        self.listing_table.reserve(len(self.listings))
        self.listing_table.platform[listing] = self.parties.id(e.platform)
        if e.borrower is not None:
            self.listing_table.borrower[listing] = self.parties.id(e.borrower)

    def _reference(self, e: ReferenceItem) -> None:
        if e.table == COVERAGE:
            self.coverage.apply(e)
        else:
            self.references.tell(e)

    _TAKES: ClassVar[dict[type, Callable[["World", Any], None]]] = {
        AccountEvent: _account, PartyEvent: _party, OwnershipEvent: _ownership, LicenceEvent: _licence,
        ProductEvent: _product, BalanceEvent: _balance, ReferenceItem: _reference, Tip: _tip,
        TextItem: _text,
    }  # fmt: skip

    def cuts(self, e: Event, run: TransferColumns | None) -> bool:
        """Whether the event may change what a transfer of ``run`` or a fact waiting before it looks up.

        An account, listing or party that no transfer of the run has met cannot; nor can a tie between parties who do not
        hang together with any watched institution.
        """
        if isinstance(e, BalanceEvent):
            account = self.accounts.ids.get(e.account)
            if e.kind == "OPENING":
                return self._moves(account, run)
            return e.kind == "LEDGER_SUB_SUM" or (account, closing_day(e.as_of), "LEDGER_SUB_SUM") in self.stated
        if isinstance(e, AccountEvent):
            account, master = self.accounts.ids.get(e.account), self.accounts.ids.get(e.master_account)
            first = e.type == "OPEN" and account not in self.accounts.history
            quiet = first and not e.signatories and not e.device and e.role not in RESERVE_ROLES
            return not quiet or self._moves(account, run) or self._moves(master, run) or self._moved(account)
        if isinstance(e, ProductEvent):
            listing = self.listings.get(e.listing)
            if run is None or listing == NONE:
                return False
            return bool((run.listing == listing).any()) or (e.type in BORROWS and self._pays_borrower(e, listing, run))
        if isinstance(e, PartyEvent):
            return self.parties.get(e.party) != NONE or self.watch.concerns(e.party)
        if isinstance(e, OwnershipEvent):
            return self.watch.concerns(e.party, e.holder)
        return isinstance(e, LicenceEvent) or (isinstance(e, ReferenceItem) and e.table == COVERAGE)

    @staticmethod
    def _moves(account: int, run: TransferColumns | None) -> bool:
        if account == NONE or run is None:
            return False
        return bool((run.debtor == account).any() or (run.creditor == account).any())

    def _moved(self, account: int) -> bool:
        """Whether the account was met by a transfer booked before: what is known of it may stand in an alert's evidence."""
        a = self.ledger.accounts
        return 0 <= account < a.size and (a.last_in[account] != NONE or a.last_out[account] != NONE)

    def _pays_borrower(self, e: ProductEvent, listing: int, run: TransferColumns) -> bool:
        """Whether the run pays the borrower of the listing: product money may be matched to him by it (P2P-01)."""
        self._grow()
        self.listing_table.reserve(len(self.listings))
        borrower = self.parties.get(e.borrower) if e.borrower else int(self.listing_table.borrower[listing])
        paid = (self.accounts.table.owner[run.creditor] == borrower) | (run.creditor_party == borrower)
        return borrower != NONE and bool(paid.any())

    def region_of(self, account: int) -> str | None:
        """Region of the branch that opened the account, else of its owner's place of business."""
        branch = self.accounts.branch.get(account)
        owner = int(self.accounts.table.owner[account])
        if branch is not None or owner == NONE:
            return branch
        info = self.register.party(self.parties.names[owner])
        return (info.op_region or info.reg_region) if info is not None else None

    def _grow(self) -> None:
        self.accounts.grow()
        self.ledger.accounts.reserve(len(self.accounts.ids))

    # -- transfers -----------------------------------------------------------------------------------------------

    def book(self, t: TransferColumns) -> Segment:
        """Book a run of transfers; returns its facts."""
        self._grow()
        self._note_persons()
        self.listing_table.reserve(len(self.listings))
        if len(self.watch.cluster_of) < self.accounts.table.size:
            self.watch.map_accounts()
        owner, role = self.accounts.table.owner, self.accounts.table.role
        payer = np.where(owner[t.debtor] != NONE, owner[t.debtor], t.debtor_party).astype(np.int32)
        payee = np.where(owner[t.creditor] != NONE, owner[t.creditor], t.creditor_party).astype(np.int32)
        debtor_role, creditor_role = role[t.debtor], role[t.creditor]
        borrower = np.where(t.listing != NONE, self.listing_table.borrower[t.listing], NONE)
        person = self.party_table.person[payer] & (payer != NONE)
        out_of, into = self.watch.cluster_of[t.debtor], self.watch.cluster_of[t.creditor]
        into_cluster = into != NONE
        itself = owner[t.creditor] == self.watch.party_ids()[into]
        refers = (t.listing != NONE) | (t.product != NONE) | ((t.order != NONE) & itself)
        kind = fc.root_kinds(
            t.flow_class,
            refers | fc.says_invest(t.memo, person & into_cluster & fc.IS_UNSTATED[t.flow_class] & ~refers),
            person,
            into_cluster,
            (borrower != NONE) & (borrower == payee),
            IS_RESERVE[debtor_role],
            IS_RESERVE[creditor_role],
        )
        first = self.ledger.end
        extra: dict[str, NDArray] = {
            "flow_class": t.flow_class, "basis": t.basis, "listing": t.listing, "product": t.product,
            "order": t.order, "payer": payer, "payee": payee, "cash": (t.till == IN_CASH) | fc.IS_CASH[t.flow_class],
        }  # fmt: skip
        blocked = IS_LOOP_BLOCKED[debtor_role] | IS_LOOP_BLOCKED[creditor_role]
        rows = np.arange(first, first + len(t.time), dtype=np.int64)
        # kernels that share nothing: the second core searches loops and moves windows while the first one books
        search = SECOND_CORE.submit(self.loops.push, t.time, t.debtor, t.creditor, t.fen, rows, blocked)
        flows = SECOND_CORE.submit(
            self.flows.take, self.accounts, t.time, t.debtor, t.creditor, t.fen, payer, payee
        )  # fmt: skip
        parts = self.ledger.book(t.time, t.debtor, t.creditor, t.fen, kind, extra)
        self.refs.append(first, t.source_id, t.event_id)
        self.places.note(self, t, payer)
        self.hands.note(t)
        loops = search.result()
        segment = Segment(first, self.ledger.end, t.time, t.debtor, t.creditor, t.fen, kind, payer, payee, out_of, into,
                          t.place, t.device, t.till, t.memo, parts, loops, flows.result())  # fmt: skip
        self.interest.note(self, segment)
        self.repayments.note(self, segment)
        self.feeding.note(self, segment)
        return segment

    def told_first(self, t: TransferColumns) -> NDArray[np.bool_]:
        """bool[n]: the transfers, next ones in the one order, that are payments of their own; further tellings of a payment are
        noted as its witnesses."""
        witness = self.sources.ids(t.source_id) * SIDES + t.side
        rows = self.payments.match(t.time, t.debtor, t.creditor, t.fen, t.reference, witness, self.ledger.end)
        first = rows < 0
        if not first.all():
            again = pa.array(~first)
            self.witnesses.append(rows[~first], t.time[~first], t.source_id.filter(again), t.event_id.filter(again))
        return first

    def close_day(self, day: int) -> None:
        """Facts that are complete at a day's close, before it is judged."""
        self.closings.close_day(self, day)
        self.roots.close_day(self)
        self._note_persons()
        self.gatherings.close_day(self, day)
        self.interest.close_day(self, day)
        self.repayments.close_day(self, day)
        self.feeding.forget(day_start_us(day) - FED_US)
        self.yields.close_day(day)

    def _note_persons(self) -> None:
        """Mark natural persons, whose keys begin with ``p``, and organs of state among parties not met before."""
        known, self._persons_known = self._persons_known, len(self.parties)
        if known < self._persons_known:
            self.party_table.reserve(self._persons_known)
            self.party_table.person[known : self._persons_known] = self.parties.begin_with("p", known)
            self.party_table.organ[known : self._persons_known] = self.parties.begin_with(STATE_ORGANS, known)
