"""A P2P platform at work: clients, custody, listings, disbursement, instalments, repayments, exits.

With ``sub_ledgers`` every client has a CLIENT_SUB account below the platform's designated master and money moves from
sub-ledger to sub-ledger; without, all of it passes through the designated master itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .commons import CUSTODIAN_BANK
from .scene import Scene, hms

RATE_PPM = 90_000  # what borrowers pay and investors receive, act/365


def interest_fen(principal_fen: int, days: int, rate_ppm: int = RATE_PPM) -> int:
    return principal_fen * rate_ppm * days // (365 * 1_000_000)


@dataclass
class Client:
    party: str
    bank: str
    sub: str | None

    @property
    def desk(self) -> str:
        """Where the platform pays the client: the sub-ledger where there is one."""
        return self.sub or self.bank


@dataclass
class Claim:
    holder: Client
    name: str
    fen: int  # principal still outstanding


@dataclass
class Loan:
    name: str
    borrower: Client
    fen: int
    start: int
    term_days: int
    claims: list[Claim]
    issues: list[tuple[str, int, int]] = field(default_factory=list)  # plan id, due day, principal


class LendingPlatform:
    """One watched platform, its controller, its own account and its custody accounts."""

    def __init__(
        self, scene: Scene, sub_ledgers: bool = True, custody: bool = True, region: str = "320902", sector: str | None = None
    ) -> None:  # fmt: skip
        self.scene, self.sub_ledgers = scene, sub_ledgers
        self.party = scene.org(f"盐城{scene.namespace}信息服务有限公司", sector or scene.sector, region, watched=True)
        self.controller = scene.person()
        scene.owns(self.controller, self.party, 900_000)
        scene.officer(self.controller, self.party, "legal_rep")
        self.signatory = scene.person()
        self.own = scene.account(self.party, "OWN_BASIC", signatories=[self.signatory])
        self._moment: dict[int, int] = {}
        self._numbers = 0
        if custody:
            self.master = scene.account(
                self.party, "CLIENT_MASTER", 0, CUSTODIAN_BANK,
                role_basis="designated", platform=self.party, custodian=scene.commons.custodian,
            )  # fmt: skip

    def client(self, *, party: str | None = None, opening_fen: int | None = None) -> Client:
        """An investor or a borrower (a natural person unless ``party`` is given) with a bank account."""
        party = party or self.scene.person()
        role = "PERSONAL_I" if party.startswith("person:") else "OWN_BASIC"
        bank = self.scene.account(party, role, opening_fen)
        return Client(party, bank, self._sub_ledger(party) if self.sub_ledgers else None)

    def _sub_ledger(self, owner: str) -> str:
        return self.scene.account(
            owner, "CLIENT_SUB", 0, CUSTODIAN_BANK, role_basis="designated",
            platform=self.party, custodian=self.scene.commons.custodian, master_account=self.master,
        )  # fmt: skip

    def lend(
        self, day: int, borrower: Client, parts: Sequence[tuple[Client, int]], term_days: int,
        *, instalments: int = 1, claim_terms: Sequence[int] | None = None, spend: bool = True,
    ) -> Loan:  # fmt: skip
        """Offer a listing, fill it, disburse it and lay down its plan, all on one day.

        ``parts`` are (investor, fen); claims fall due after their ``claim_terms`` (the loan's term unless given). With
        ``spend`` the borrower buys from a supplier of his own next day, so that no loan repays itself.
        """
        fen = sum(part for _, part in parts)
        listing = self._number("L")
        self.say(
            day, "LISTING", listing=listing, borrower=borrower.party, amount_fen=fen, rate_ppm=RATE_PPM,
            term_days=term_days, start=self._date(day), due=self._date(day + term_days),
        )  # fmt: skip
        loan = Loan(listing, borrower, fen, day, term_days, [])
        for (investor, part), days in zip(parts, claim_terms or [term_days] * len(parts)):
            claim = Claim(investor, self._number("C"), part)
            self._collect(day, claim, loan)
            self.subscribe(day, claim, loan, days)
            loan.claims.append(claim)
        self.say(day, "LISTING_STATUS", listing=listing, status="FULL")
        self.say(day, "DISBURSE", listing=listing, borrower=borrower.party, amount_fen=fen)
        self._pay_out(day, loan)
        self._plan(loan, instalments)
        if spend:
            self._move(day + 1, borrower.bank, self._trader("供货"), fen, flow_class="SUPPLIER", class_basis="source")
        return loan

    def _collect(self, day: int, claim: Claim, loan: Loan) -> None:
        investor, order = claim.holder, {"order_id": claim.name, "class_basis": "order"}
        if investor.sub:
            self._move(day, investor.bank, investor.sub, claim.fen, flow_class="TOPUP", **order)
        else:
            self._move(day, investor.bank, self.master, claim.fen, flow_class="INVEST_IN", listing=loan.name, **order)

    def subscribe(self, day: int, claim: Claim, loan: Loan, claim_days: int) -> None:
        """Enter the claim in the platform's register; its principal is due after ``claim_days``."""
        self.say(
            day, "SUBSCRIBE", investor=claim.holder.party, listing=loan.name, claim=claim.name, amount_fen=claim.fen,
            start=self._date(day), due=self._date(day + claim_days), rate_ppm=RATE_PPM,
        )  # fmt: skip

    def renew(self, day: int, claim: Claim, loan: Loan, claim_days: int) -> None:
        """Give the claim back and take it again under a new name, without any money moving."""
        self.redeem(day, claim, claim.fen)
        claim.name = self._number("C")
        self.subscribe(day, claim, loan, claim_days)

    def _pay_out(self, day: int, loan: Loan) -> None:
        marks = {"flow_class": "LOAN_OUT", "class_basis": "source", "listing": loan.name}
        if loan.borrower.sub is None:
            self._move(day, self.master, loan.borrower.bank, loan.fen, **marks)
            return
        for claim in loan.claims:
            self._book(day, claim.holder.desk, loan.borrower.sub, claim.fen, order_id=claim.name, **marks)
        self._move(day, loan.borrower.sub, loan.borrower.bank, loan.fen, flow_class="WITHDRAW", class_basis="source")

    def _plan(self, loan: Loan, instalments: int) -> None:
        part, rest = divmod(loan.fen, instalments)
        for issue in range(1, instalments + 1):
            principal = part + (rest if issue == instalments else 0)
            due = loan.start + loan.term_days * issue // instalments
            plan = f"{loan.name}-P{issue}"
            interest = interest_fen(loan.fen - part * (issue - 1), loan.term_days // instalments)
            self.say(
                loan.start, "REPAY_PLAN", listing=loan.name, plan_id=plan, due=self._date(due),
                principal_fen=principal, interest_fen=interest, issue_no=issue,
            )  # fmt: skip
            loan.issues.append((plan, due, principal))

    def repay(self, loan: Loan, day: int | None = None) -> None:
        """The borrower pays all open instalments, each on its due day or all on ``day``; investors get it at once."""
        paid_until = loan.start
        for plan, due, principal in loan.issues:
            on = due if day is None else day
            self._repay_issue(loan, plan, on, principal, max(on - paid_until, 0))
            paid_until = on
        loan.issues.clear()

    def _repay_issue(self, loan: Loan, plan: str, day: int, principal: int, days: int) -> None:
        outstanding = sum(claim.fen for claim in loan.claims)
        shares = self._shares(loan, principal, outstanding)
        interests = [interest_fen(claim.fen, days) for claim in loan.claims]
        marks = {"plan_id": plan, "listing": loan.name, "class_basis": "obligation"}
        desk = loan.borrower.sub or self.master
        self._move(day, self._trader("采购"), loan.borrower.bank, principal + sum(interests), memo="货款")
        in_classes = ("TOPUP", "TOPUP") if loan.borrower.sub else ("REPAY_PRIN", "REPAY_INT")
        self._move(day, loan.borrower.bank, desk, principal, flow_class=in_classes[0], **marks)
        if sum(interests):
            self._move(day, loan.borrower.bank, desk, sum(interests), flow_class=in_classes[1], **marks)
        self.say(day, "REPAY", plan_id=plan, listing=loan.name, principal_fen=principal, interest_fen=sum(interests))
        for claim, share, interest in zip(loan.claims, shares, interests):
            to = claim.holder.desk
            pay = self._book if loan.borrower.sub else self._move
            pay(day, desk, to, share, flow_class="RETURN_PRIN", order_id=claim.name, **marks)
            if interest:
                pay(day, desk, to, interest, flow_class="RETURN_INT", order_id=claim.name, **marks)
            claim.fen -= share
            self.redeem(day, claim, share)

    @staticmethod
    def _shares(loan: Loan, principal: int, outstanding: int) -> list[int]:
        """Principal to each claim in proportion; what floors leave over goes to the last claim."""
        shares = [principal * claim.fen // outstanding for claim in loan.claims]
        shares[-1] += principal - sum(shares)
        return shares

    def redeem(self, day: int, claim: Claim, fen: int) -> None:
        self.say(day, "REDEEM", investor=claim.holder.party, claim=claim.name, amount_fen=fen)

    def transfer_claim(self, day: int, claim: Claim, buyer: Client) -> None:
        """A named buyer takes the claim over at par; the money passes inside custody."""
        seller = claim.holder
        marks = {"flow_class": "CLAIM_TRANSFER", "class_basis": "order", "order_id": claim.name}
        if seller.sub and buyer.sub:
            self._move(day, buyer.bank, buyer.sub, claim.fen, flow_class="TOPUP", class_basis="source")
            self._book(day, buyer.sub, seller.sub, claim.fen, **marks)
        else:
            self._move(day, buyer.bank, seller.bank, claim.fen, **marks)
        self.say(
            day, "CLAIM_TRANSFER", claim=claim.name, from_party=seller.party, to_party=buyer.party,
            principal_fen=claim.fen, amount_fen=claim.fen,
        )  # fmt: skip
        claim.holder = buyer

    def _trader(self, trade: str) -> str:
        """Account of one more firm that a borrower buys from or sells to."""
        return self.scene.account(self.scene.org(f"盐城{trade}商贸有限公司"), "OWN_BASIC")

    def say(self, day: int, kind: str, **fields: Any) -> None:
        self.scene.product(day, self._next_second(day), self.party, kind, **fields)

    def _book(self, day: int, debtor: str, creditor: str, fen: int, **fields: Any) -> None:
        self._move(day, debtor, creditor, fen, rail="CUSTODY_BOOK", **fields)

    def _move(self, day: int, debtor: str, creditor: str, fen: int, **fields: Any) -> None:
        self.scene.pay(day, self._next_second(day), debtor, creditor, fen, **fields)

    def _next_second(self, day: int) -> int:
        """Platform business is strictly ordered: each step of a day takes a later second, from 09:00 on."""
        self._moment[day] = self._moment.get(day, hms(9)) + 3
        return self._moment[day]

    def _number(self, prefix: str) -> str:
        self._numbers += 1
        return f"{self.scene.namespace}-{prefix}{self._numbers}"

    def _date(self, day: int) -> str:
        return self.scene.book.date(day)
