"""INS-01 无证互联网保险 · premiums on accounts where no premium belongs, and mutual-aid pools."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.contract import YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, ppm, zero_tolerance
from chuantou.detectors.phrases import says
from chuantou.graph.accounts import IS_RESERVE, NONE, role_mask
from chuantou.graph.flow_class import CLASS_ID, class_mask
from chuantou.graph.watch import one_control
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import TextItem

LICENCES = ("insurance", "insurance_broker")
KEEP_US = 95 * DAY_US  # payments in and out of a mutual-aid pool, as long as the log is sure to reach back
PREMIUM, PAYROLL = CLASS_ID["PREMIUM"], CLASS_ID["PAYROLL"]
# what members may be asked for under another name
IS_FEE = class_mask("FEE", "PREMIUM", "TOPUP", "OTHER", "UNKNOWN")
# where premiums may lie with a licence, and through which accounts they only pass
IS_PREMIUM_ROLE = role_mask("INSURER_PREMIUM", "CLIENT_MASTER", "CLIENT_SUB", "ESCROW_PRESALE", "UNKNOWN")
IS_PASSAGE = IS_RESERVE | role_mask("BANK_INTERNAL", "NOSTRO", "TAX")
INSURANCE = ("投保", "保单", "承保", "参保", "车险", "意外险", "重疾险", "医疗险", "车辆统筹", "安全统筹", "互助", "赔付", "理赔")
MUTUAL = ("互助",)


class Paid(NamedTuple):
    """A person's payment to the subject, or the subject's to him."""

    time: int
    row: int
    person: str
    fen: int
    tagged: bool


class Text(NamedTuple):
    time: int
    word: str
    mutual: bool
    event: tuple[str, str]


@dataclass
class Desk:
    """One payee: what persons paid to it and it to them in the last 95 days, in booking order; what it says of itself."""

    came: deque[Paid] = field(default_factory=deque)
    paid: deque[Paid] = field(default_factory=deque)
    texts: list[Text] = field(default_factory=list)

    def forget(self, before: int) -> None:
        for past in (self.came, self.paid):
            while past and past[0].time < before:
                past.popleft()


@dataclass(frozen=True)
class Shown:
    """What a finding rests on: ``tagged`` premiums of the window, and what the pool took and paid, with its texts."""

    parties: tuple[str, ...]
    tagged: tuple[Paid, ...]
    came: tuple[Paid, ...]
    claims: tuple[Paid, ...]
    texts: tuple[Text, ...]
    staff: tuple[str, ...]


class UnlicensedInsurance(Detector):
    """无证互联网保险、保费入非保险账户: premiums go where no insurer's or broker's premium account is.

    Payees in one control (R1) count together. (1) ≥ 30 persons within 30 days paid premiums (class PREMIUM) to accounts that are
    not a licensed insurer's or broker's premium or client account – a licensed one's own account among them. Without licence:
    (2) its own texts speak of insurance, ≥ 30 persons paid it fees of any name within 30 days, and ≥ 3 members got ≥ 5 times
    what they had paid in within 95 days (claims) [E]; (3) its texts speak of mutual aid (互助) and ≥ 500 persons prepaid.
    Not the employer who collects for a group policy: ≥ 80 % of the payers get wages from it. Severity by zero tolerance of the
    premiums of 30 days, of a pool what was prepaid in 95; at least yellow. Clause 二(七); 互联网保险业务监管办法 [S27]. In fen.

    >>> pack = {"people": 30, "claims": 3, "members": 500}
    >>> UnlicensedInsurance.limbs(tagged=29, fees=40, claims=3, members=40, mutual=True, pack=pack)
    (False, True, False)
    """

    id, clause, family = "INS-01", "二(七)", "insurance"
    title_zh, title_en = "无证互联网保险、保费入非保险账户", "insurance without a licence, premiums on other accounts"
    legal_basis = ("SEED 二(七)", "互联网保险业务监管办法 (令〔2020〕13号) [S27]")
    parameters = ("ins.unlicensed",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.desks: dict[str, Desk] = {}
        self.speaks: dict[str, int] = {}  # parties whose texts speak of insurance, by party id
        self.touched: set[str] = set()
        self._end = 0

    # -- facts ---------------------------------------------------------------------------------------------------------

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for _, event in segment.events:
            if isinstance(event, TextItem) and event.party is not None and event.kind != "news":
                self._read(event)
        yield from ()

    def _read(self, e: TextItem) -> None:
        word, party = says(e.text, INSURANCE), str(e.party)
        if word is not None:
            self.speaks[party] = self.world.parties.id(party)
            mutual = says(e.text, MUTUAL) is not None
            self.desks.setdefault(party, Desk()).texts.append(Text(e.event_time, word, mutual, (e.source_id, e.event_id)))
            self.touched.add(party)

    def _note(self, rows: NDArray[np.int64]) -> None:
        """Take the day's payments: premiums of persons, and what was paid to and by those whose texts speak of insurance."""
        world, names = self.world, self.world.parties.names
        log, at = world.ledger.log, rows - world.ledger.base
        table, person = world.accounts.table, world.party_table.person
        flow, creditor, payer, payee = log.flow_class[at], log.creditor[at], log.payer[at], log.payee[at]
        from_person = (payer != NONE) & person[payer] & (payer != payee)
        premium = (flow == PREMIUM) & from_person & ~(IS_PASSAGE[table.role[creditor]] & table.third_party[creditor])
        known = np.array(sorted(self.speaks.values()), np.int32)
        fee = np.isin(payee, known) & from_person & IS_FEE[flow]
        out = np.isin(payer, known) & (flow != PAYROLL) & (payee != NONE) & person[payee]
        for i in np.flatnonzero(premium | fee | out).tolist():
            time, row, fen = int(log.time[at[i]]), int(rows[i]), int(log.fen[at[i]])
            if premium[i] or fee[i]:
                desk = world.accounts.owner_name(int(creditor[i]))
                tagged = bool(premium[i]) and not self._entitled(desk, int(creditor[i]), time)
                if tagged or fee[i]:
                    self.desks.setdefault(desk, Desk()).came.append(Paid(time, row, names[payer[i]], fen, tagged))
                    self.touched.add(desk)
            if out[i]:
                desk = names[payer[i]]
                self.desks[desk].paid.append(Paid(time, row, names[payee[i]], fen, False))
                self.touched.add(desk)

    def _entitled(self, payee: str, account: int, time: int) -> bool:
        """A licensed insurer's or broker's account for premiums or clients' money, as far as its role is told."""
        return bool(IS_PREMIUM_ROLE[self.world.accounts.table.role[account]]) and self._licensed(payee, time)

    def _licensed(self, party: str, time: int) -> bool:
        return any(self.world.register.has_licence(party, kind, shanghai_day(time)) for kind in LICENCES)

    # -- judgement -----------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        first, self._end = self._end, self.world.ledger.end
        if first < self._end:
            self._note(np.arange(first, self._end))
        pack, touched = self.in_force("ins.unlicensed", now - 1), sorted(self.touched)
        self.touched.clear()
        done: set[str] = set()
        for party in touched if pack is not None else ():
            if party not in done:
                parties = self._one_control(party, day)
                done.update(parties)
                yield from self._judge(parties, now, pack)

    def _one_control(self, party: str, day: int) -> list[str]:
        """Desks in one control with ``party``, sorted, itself among them."""
        if party.startswith("account:"):
            return [party]
        related = self.world.register.related(party, day)
        return sorted({party, *(other for other in related if other in self.desks and one_control(related[other]))})

    def _judge(self, parties: list[str], now: int, pack: dict[str, Any]) -> Iterator[Finding]:
        since = now - pack["window_days"] * DAY_US
        for party in parties:
            self.desks[party].forget(now - KEEP_US)
        came = sorted((p for party in parties for p in self.desks[party].came), key=lambda p: p.row)
        if not came:
            return
        texts = sorted(text for party in parties if not self._licensed(party, now - 1) for text in self.desks[party].texts)
        tagged = tuple(p for p in came if p.tagged and p.time >= since)
        pool = tuple(came) if texts else ()
        claims = self._claims(parties, pool, pack["multiple"])
        fees = tuple(p for p in pool if p.time >= since)
        values = {
            "n_people": len({p.person for p in (*tagged, *fees)}),
            "premium_fen": sum(p.fen for p in {p.row: p for p in (*tagged, *fees)}.values()),
            "n_tagged": len({p.person for p in tagged}),
            "tagged_fen": sum(p.fen for p in tagged),
            "n_members": len({p.person for p in pool}),
            "prepaid_fen": sum(p.fen for p in pool),
            "n_claims": len({p.person for p in claims}),
        }
        limbs = self.limbs(
            values["n_tagged"], len({p.person for p in fees}), values["n_claims"], values["n_members"],
            any(text.mutual for text in texts), pack,
        )  # fmt: skip
        payers = {p.person for p in (*tagged, *pool)}
        staff = self._staff(parties, payers) if any(limbs) else set()
        if not any(limbs) or ppm(len(staff), len(payers)) >= to_ppm(pack["staff"]):
            return
        amount = max(values["tagged_fen"] if limbs[0] else 0, values["premium_fen"] if limbs[1] else 0,
                     values["prepaid_fen"] if limbs[2] else 0)  # fmt: skip
        weight = {party: sum(p.fen for p in self.desks[party].came) for party in parties}
        subject = min(parties, key=lambda party: (-weight[party], party))
        last = max(p.time for p in (*tagged, *pool, *claims))
        yield Finding(
            self.id, subject, last, max(YELLOW, zero_tolerance(amount)), amount, values, (came[0].time, last), known=now,
            others=tuple(p for p in parties if p != subject and not p.startswith("account:")),
            accounts=tuple(sorted({self._account(p) for p in (*tagged, *pool)})),
            key=Shown(tuple(parties), tagged, pool, claims, tuple(texts), tuple(sorted(staff))),
        )  # fmt: skip

    def _staff(self, parties: list[str], payers: set[str]) -> set[str]:
        """Those of the payers who got wages from one of the parties, as far back as the log goes."""
        world, log = self.world, self.world.ledger.log
        used = world.ledger.end - world.ledger.base
        firms = np.array([world.parties.get(party) for party in parties], np.int32)
        wages = (log.flow_class[:used] == PAYROLL) & np.isin(log.payer[:used], firms[firms != NONE])
        return payers & {world.parties.names[payee] for payee in np.unique(log.payee[:used][wages]).tolist() if payee != NONE}

    @staticmethod
    def limbs(tagged: int, fees: int, claims: int, members: int, mutual: bool, pack: dict[str, Any]) -> tuple[bool, bool, bool]:
        """Premiums by their class; insurance under another name; a mutual-aid pool."""
        disguised = fees >= pack["people"] and claims >= pack["claims"]
        return tagged >= pack["people"], disguised, mutual and members >= pack["members"]

    def _claims(self, parties: list[str], pool: tuple[Paid, ...], multiple: int) -> tuple[Paid, ...]:
        """Payments to members who got a multiple of all that they had paid in before."""
        out = []
        for paid in sorted((p for party in parties for p in self.desks[party].paid), key=lambda p: p.row) if pool else ():
            before = sum(p.fen for p in pool if p.person == paid.person and p.time <= paid.time)
            if before and paid.fen >= multiple * before:
                out.append(paid)
        return tuple(out)

    def _account(self, p: Paid) -> str:
        return self.world.accounts.ids.names[int(self.world.ledger.log.creditor[p.row - self.world.ledger.base])]

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        shown: Shown = finding.key
        payers = {p.person for p in (*shown.tagged, *shown.came)}
        pack = self.in_force("ins.unlicensed", finding.time)
        return Evidence(
            {"n_tagged": "persons who paid premiums in the window", "n_claims": "members who got a multiple of what they paid"},
            {
                "parties": list(shown.parties),
                "licensed": [party for party in shown.parties if self._licensed(party, finding.time)],
                "tagged": [self._row(p) for p in shown.tagged],
                "came": [self._row(p) for p in shown.came],
                "claims": [self._row(p) for p in shown.claims],
                "texts": [{"event": list(t.event), "time": t.time, "says": t.word, "mutual": t.mutual} for t in shown.texts],
                "staff": list(shown.staff),
                "now": finding.known,
            },
            transactions=sorted({p.row for p in (*shown.tagged, *shown.came, *shown.claims)}),
            events=sorted({t.event for t in shown.texts}),
            excuses=[Excuse("LA-PAYROLL", False, {"payers": len(payers), "staff": len(shown.staff)})],
            thresholds={"ins.unlicensed": pack, "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip

    def _row(self, p: Paid) -> dict[str, Any]:
        return {"transaction": list(self.world.refs.of(p.row)), "time": p.time, "person": p.person, "fen": p.fen}
