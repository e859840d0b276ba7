"""ILF-06 超范围金融业务 · financial business by a body that has no licence for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, zero_tolerance
from chuantou.detectors.ilf.gatherers import Gathering, gatherings_today, hands, insiders, name_of, roots_of
from chuantou.detectors.ilf.kept import Kept, Rows
from chuantou.detectors.ilf.trades import GUARANTEE, LEND, TAKE, is_apart, permit, trade_of
from chuantou.graph.accounts import IS_LOOP_BLOCKED, NONE
from chuantou.graph.flow_class import CLASS_ID, class_mask
from chuantou.graph.gatherings import REFUNDED, REGISTER, Gifts
from chuantou.graph.world import World
from chuantou.schemas.clock import day_start_us, shanghai_day

WINDOW_DAYS = 90
GIVEN, LENT, BACK, COMPENSATED, FEES = "given", "lent", "back", "compensated", "fee"
LINE = {TAKE: "investors", LEND: "borrowers", GUARANTEE: "guaranteed"}
LIMB = {TAKE: 1, LEND: 2, GUARANTEE: 3}
PUT = {TAKE: GIVEN, LEND: LENT, GUARANTEE: COMPENSATED}  # what makes the amount
INCOME = {TAKE: "", LEND: BACK, GUARANTEE: FEES}
LOAN, COMPENSATION, FEE, INTEREST = (CLASS_ID[name] for name in ("LOAN_OUT", "COMPENSATE_3P", "FEE", "REPAY_INT"))
IS_REPAYMENT = class_mask("REPAY_PRIN", "REPAY_INT")


class Entry(NamedTuple):
    """A payment between a body and somebody: ``what`` it is, ``interest`` by its class, and who ``inside`` he is, if he is."""

    time: int
    row: int
    what: str
    who: str
    fen: int
    interest: bool
    register: bool
    inside: str | None


@dataclass(frozen=True)
class Business:
    """One activity of a body and those in one hand with it."""

    subject: str
    others: tuple[str, ...]
    activity: str
    entries: tuple[Entry, ...]
    excuses: tuple[Excuse, ...]


class OutOfScope(Detector):
    """超范围金融业务: a non-financial body – non-financing guarantor, adviser, wealth manager, pawn shop, co-operative, home for
    the aged, seller of memberships – does financial business that no licence of its own allows.

    Over 90 days, of an organisation and its R1 parties: (1) INVEST_IN from ≥ 10 persons; (2) LOAN_OUT to ≥ 5 who pay interest
    – by class, or more back than they were lent; (3) claims of ≥ 5 others paid as guarantor and fees from ≥ 5. Staff, kin,
    shareholders and the hand's own firms are counted apart. Severity: zero tolerance of what was taken, lent or paid; where
    the register alone does not reach the ten (§4.14, memo or behaviour), at most yellow. Not for licensed bodies, accounts that
    a third party gave to a licensed purpose, persons who were refunded all; pawn, leasing, factoring and small-loan firms as
    lenders; nor P2P, crowdfunding, payment, venue, insurance, banking and securities firms, which have detectors of their
    own. Judged at day closes. Clause 二(五); 条例 art. 19 from 2021-05-01 [L1], SPC art. 2 [L4]. Amounts in fen.

    >>> [OutOfScope.colour(n, 10, fen=20_000_000) for n in (10, 9)], OutOfScope.colour(12, 10, fen=999_999)
    ([3, 2], 0)
    """

    id, clause, family = "ILF-06", "二(五)", "private_finance"
    title_zh, title_en = "超范围金融业务", "finance by a non-financial body"
    legal_basis = ("SEED 二(五)", "防范和处置非法集资条例 art. 19 [L1]", "最高人民法院非法集资解释 art. 2 [L4]")
    parameters = ("ilf.scope",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.rows = {what: Kept(WINDOW_DAYS) for what in (LENT, BACK, COMPENSATED, FEES)}

    @staticmethod
    def colour(register: int, least: int, fen: int) -> int:
        """Severity of an amount; at most yellow where the register alone does not reach the line."""
        return zero_tolerance(fen) if register >= least else min(YELLOW, zero_tolerance(fen))

    # -- judgement -----------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        today = self._note(day)
        pack = self.in_force("ilf.scope", now - 1)
        if pack is None:
            return
        found: list[Business] = []
        for gathering in gatherings_today(self.world, day, pack["investors"]):
            found += self._taking(gathering, day)
        found += self._paying_out(LEND, today, day, pack["borrowers"])
        found += self._paying_out(GUARANTEE, today, day, pack["guaranteed"])
        for business in sorted(found, key=lambda b: (b.subject, b.activity)):
            yield from self._judge(business, pack, now)

    def _note(self, day: int) -> set[int]:
        """Keep the day's loans, repayments, compensations and fees of organisations; returns the parties that they concern."""
        world, log = self.world, self.world.ledger.log
        at = world.ledger.rows_of(day_start_us(day), day_start_us(day + 1)) - world.ledger.base
        flow, person, role = log.flow_class[at], world.party_table.person, world.accounts.table.role
        payer, payee = log.payer[at], log.payee[at]
        pays = (payer != NONE) & ~person[payer] & ~IS_LOOP_BLOCKED[role[log.debtor[at]]]
        gets = (payee != NONE) & ~person[payee] & ~IS_LOOP_BLOCKED[role[log.creditor[at]]]
        masks = {LENT: pays & (flow == LOAN), BACK: gets & IS_REPAYMENT[flow], COMPENSATED: pays & (flow == COMPENSATION),
                 FEES: gets & (flow == FEE)}  # fmt: skip
        for what, mask in masks.items():
            self.rows[what].add(day, at[mask] + world.ledger.base)
        met = [payer[masks[LENT] | masks[COMPENSATED]], payee[masks[BACK] | masks[FEES]]]
        return set(np.unique(np.concatenate(met)).tolist())

    def _judge(self, b: Business, pack: dict[str, Any], now: int) -> Iterator[Finding]:
        least = pack[LINE[b.activity]]
        values = values_of(b, least)
        enough = b.activity != GUARANTEE or payers_of_fees(b.entries) >= least
        severity = self.colour(values["n_people"], least, values["amount_fen"])
        if values["n_people"] + values["n_inferred"] < least or not enough or severity == NO_SEVERITY:
            return
        times = [e.time for e in b.entries]
        yield Finding(self.id, b.subject, max(times), severity, values["amount_fen"], values, (min(times), max(times)),
                      others=b.others, known=now, key=b)  # fmt: skip

    # -- what a body takes ---------------------------------------------------------------------------------------------

    def _taking(self, g: Gathering, day: int) -> Iterator[Business]:
        """INVEST_IN of persons into members without a licence for it; the body that answers is the first organisation."""
        world = self.world
        permits = {party: permit(world, party, TAKE, day) for party in g.members if not party.startswith("account:")}
        free = [party for party in g.members if party.startswith("account:") or not (permits[party].holds or self._apart(party))]
        subject = self._body(free, g.hand, TAKE, day)
        if subject is None:
            return
        given = g.gifts.given
        ids = [who for who in np.unique(given.who).tolist() if name_of(world, who) in free]
        late = (given.time >= day_start_us(day + 1 - WINDOW_DAYS)) & np.isin(given.who, np.array(ids, np.int64))
        given, refund = self._without_refunded(given.where(late), g.gifts.back)
        inside = self._insiders({*g.members, *g.hand}, given.person, given.time, given.fen, subject, day)
        names = world.parties.names
        entries = tuple(
            Entry(time, row, GIVEN, names[who], fen, False, kind == REGISTER, inside.get(who))
            for time, row, fen, who, kind in zip(*(getattr(given, c).tolist() for c in ("time", "row", "fen", "person", "kind")))
        )
        if entries:
            others = tuple(party for party in free if party != subject and not party.startswith("account:"))
            yield Business(subject, others, TAKE, entries, (*permits.values(), *g.excuses, refund))

    @staticmethod
    def _without_refunded(given: Gifts, back: Gifts) -> tuple[Gifts, Excuse]:
        """LA-REFUND: who got back all that he gave, by the source's own code, gave nothing."""
        refunds = back.where(back.kind == REFUNDED)
        whole = [who for who in np.intersect1d(given.person, refunds.person).tolist()
                 if int(refunds.fen[refunds.person == who].sum()) >= int(given.fen[given.person == who].sum())]  # fmt: skip
        kept = given.where(~np.isin(given.person, np.array(whole, np.int64)))
        return kept, Excuse("LA-REFUND", bool(whole), {"persons": len(whole)})

    def _apart(self, party: str) -> bool:
        """Natural persons gather for a body of their hand; bodies of supervised trades are judged elsewhere."""
        return party.startswith("uscc:") and is_apart(self.world, party)

    def _body(self, members: Sequence[str], hand: Sequence[str], activity: str, day: int) -> str | None:
        """The organisation that answers: the first member that is one, else a body of the hand whose trade is told."""
        orgs = [party for party in members if party.startswith("uscc:")]
        if orgs or not members:
            return orgs[0] if orgs else None
        for party in hand:
            trade = None if is_apart(self.world, party) else trade_of(self.world, party)
            if trade is not None and not permit(self.world, party, activity, day).holds:
                return party
        return None

    def _insiders(self, hand: set[str], who: Any, time: Any, fen: Any, subject: str, day: int) -> dict[int, str]:
        """``{party: "kin" | "staff" | "shareholder"}`` of those among ``who`` who are not the public."""
        holders = {self.world.parties.get(holder) for holder in self.world.register.shareholders_of(subject, day)}
        out = {int(one): "shareholder" for one in np.unique(who).tolist() if one in holders}
        return out | insiders(self.world, hand, who, time, fen, day)

    # -- what a body lends or guarantees -------------------------------------------------------------------------------

    def _paying_out(self, activity: str, today: set[int], day: int, least: int) -> Iterator[Business]:
        """Bodies that lent, or paid as guarantors, to enough others, with anything of it today."""
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        rows = self.rows[PUT[activity]].since(day + 1 - WINDOW_DAYS)
        payer, payee = log.payer[rows - base].astype(np.int64), log.payee[rows - base]
        roots = roots_of(world, payer)
        stirred = np.unique(roots_of(world, np.array(sorted(today), np.int64))) if today else np.empty(0, np.int64)
        pairs = np.unique(np.column_stack((roots, payee))[(payee != NONE) & np.isin(roots, stirred)], axis=0)
        groups, count = np.unique(pairs[:, 0], return_counts=True)
        for root in groups[count >= least].tolist():
            mine = rows[roots == root]
            who = log.payer[mine - base].astype(np.int64)
            weight = {int(each): len(np.unique(log.payee[mine - base][who == each])) for each in np.unique(who).tolist()}
            for members, hand in hands(world, weight, day):
                names = [name_of(world, member) for member in members]
                permits = {name: permit(world, name, activity, day) for name in names}
                free = [name for name in names if not (permits[name].holds or is_apart(world, name))]
                if free and not today.isdisjoint({*members, *(world.parties.get(name) for name in hand)}):
                    paid = mine[np.isin(who, np.array([world.parties.get(name) for name in free], np.int64))]
                    yield self._business(activity, free, hand, paid, tuple(permits.values()), day)

    def _business(
        self, activity: str, free: list[str], hand: set[str], paid: Rows, permits: tuple[Excuse, ...], day: int
    ) -> Business:
        world, log, base = self.world, self.world.ledger.log, self.world.ledger.base
        own = np.array(sorted({world.parties.get(name) for name in (*free, *hand)}), np.int64)
        paid = paid[(log.payee[paid - base] != NONE) & ~np.isin(log.payee[paid - base], own)]
        back = self.rows[INCOME[activity]].since(day + 1 - WINDOW_DAYS)
        back = back[np.isin(log.payee[back - base], own) & (log.payer[back - base] != NONE)]
        if activity == LEND:
            back = back[np.isin(log.payer[back - base], log.payee[paid - base])]
        who = log.payee[paid - base]
        inside = self._insiders({*free, *hand}, who, log.time[paid - base], np.zeros(len(paid), np.int64), free[0], day)
        names = world.parties.names
        entries = [
            Entry(int(log.time[i]), i + base, what, names[party[i]], int(log.fen[i]), bool(log.flow_class[i] == INTEREST), True,
                  inside.get(int(party[i])))
            for what, some, party in ((PUT[activity], paid, log.payee), (INCOME[activity], back, log.payer))
            for i in (some - base).tolist()
        ]  # fmt: skip
        return Business(free[0], tuple(free[1:]), activity, tuple(sorted(entries, key=lambda e: e.row)), permits)

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        b: Business = finding.key
        rows = [
            {"transaction": list(self.world.refs.of(e.row)), "time": e.time, "what": e.what, "who": e.who, "fen": e.fen,
             "interest": e.interest, "register": e.register, "inside": e.inside}
            for e in b.entries
        ]  # fmt: skip
        day = shanghai_day(finding.time)
        hand = {} if b.subject.startswith("account:") else self.world.register.related(b.subject, day)
        return Evidence(
            {"n_people": "distinct persons or borrowers outside", "amount_fen": "sum of what they gave, were lent or were paid"},
            {"limb": LIMB[b.activity], "trade": trade_of(self.world, b.subject), "entries": rows},
            sorted(e.row for e in b.entries),
            related={party: {"tier": hand[party].tier} for party in b.others if party in hand},
            excuses=list(b.excuses),
            thresholds={"ilf.scope": self.in_force("ilf.scope", finding.time), "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip


def values_of(b: Business, least: int) -> dict[str, int]:
    """The values of one activity: whom it reached outside, and for how much; the amount of those whom only a memo or their
    behaviour tells counts where the register alone does not reach ``least``."""
    put = [e for e in b.entries if e.what == PUT[b.activity] and e.inside is None]
    income = [e for e in b.entries if e.what == INCOME[b.activity] and e.inside is None]
    if b.activity == LEND:
        bearing = with_interest(put, income)
        put, income = [e for e in put if e.who in bearing], [e for e in income if e.who in bearing]
    sure = {e.who for e in put if e.register}
    return {
        "limb": LIMB[b.activity],
        "n_people": len(sure),
        "n_inferred": len({e.who for e in put} - sure),
        "n_inside": len({e.who for e in b.entries if e.inside is not None}),
        "amount_fen": sum(e.fen for e in put if e.register or len(sure) < least),
        "income_fen": sum(e.fen for e in income),
    }


def with_interest(lent: Sequence[Entry], back: Sequence[Entry]) -> set[str]:
    """Borrowers who paid what is called interest, or more than they were lent."""
    balance: dict[str, int] = {}
    for e in lent:
        balance[e.who] = balance.get(e.who, 0) + e.fen
    for e in back:
        if e.who in balance:
            balance[e.who] -= e.fen
    return {who for who, fen in balance.items() if fen < 0} | {e.who for e in back if e.interest and e.who in balance}


def payers_of_fees(entries: Sequence[Entry]) -> int:
    """How many paid the body a fee."""
    return len({e.who for e in entries if e.what == FEES})
