"""Eighteen months of an honest platform's business, with what goes wrong in any: nothing is said of it."""

import json
from collections.abc import Callable

import pytest

from chuantou.city.book import Book
from chuantou.city.commons import Commons
from chuantou.city.lending import Client, LendingPlatform, Loan
from chuantou.city.scene import Scene, hms
from chuantou.detectors.engine import Engine
from chuantou.schemas.clock import day_of_date
from chuantou.schemas.columns import to_batches
from chuantou.schemas.decode import decode_lines
from tests.detectors.scenario import RANK, YELLOW

DAYS = 548
EVERY_DAYS, LOANS = 4, 110  # a loan every four days, until the last ones can still be repaid
Compensate = Callable[[Scene, LendingPlatform, Loan, int], None]


class Business:
    """A platform with bank custody, sixty investors, a licensed guarantor, staff, and a borrower for every loan."""

    def __init__(self) -> None:
        self.book = Book(day_of_date("2016-05-20"), DAYS, seed=18)
        self.scene = Scene(self.book, Commons(self.book), "honest", "P2P", "honest")
        self.platform = LendingPlatform(self.scene)
        self.investors = [self.platform.client() for _ in range(60)]
        firm = self.scene.org("盐城市众信融资担保有限公司", "GUARANTEE")
        self.scene.licence(firm, "guarantee")
        self.guarantor = self.scene.account(firm, "OWN_BASIC")
        self.staff = [self.scene.account(self.scene.person(), "PERSONAL_I") for _ in range(6)]
        self.landlord = self.scene.account(self.scene.org("盐城城南置业有限公司"), "OWN_BASIC")

    def loan(self, number: int) -> tuple[Loan, int]:
        """The ``number``-th loan, of three or four investors, for three to six months; whole or in monthly instalments."""
        day, term = number * EVERY_DAYS, (90, 120, 180)[number % 3]
        borrower = self.platform.client()
        lenders = [self.investors[(number * 7 + i * 11) % 60] for i in range(3 + number % 2)]
        parts = [(lender, (20_000 + 1_000 * (number % 25 + i)) * 100) for i, lender in enumerate(lenders)]
        instalments = term // 30 if number % 4 == 1 else 1
        loan = self.platform.lend(day, borrower, parts, term, instalments=instalments)
        fee = {"flow_class": "FEE", "class_basis": "source", "order_id": loan.name}
        self.scene.pay(day + 1, hms(16), borrower.bank, self.platform.own, loan.fen // 100, **fee)
        return loan, day

    def sell_a_claim(self, loan: Loan, day: int) -> None:
        self.platform.transfer_claim(day, loan.claims[0], self.stranger_to(loan))

    def stranger_to(self, loan: Loan) -> Client:
        holders = {claim.holder.party for claim in loan.claims}
        return next(investor for investor in self.investors if investor.party not in holders)

    def default(self, loan: Loan) -> None:
        for plan, due, _ in loan.issues:
            self.platform.say(due + 1, "OVERDUE", listing=loan.name, plan_id=plan)

    def month(self, day: int) -> None:
        for number, account in enumerate(self.staff):
            self.scene.pay(day, hms(17, number), self.platform.own, account, 500_000, flow_class="PAYROLL", class_basis="source")
        self.scene.pay(day, hms(17, 30), self.platform.own, self.landlord, 300_000, flow_class="RENT", class_basis="source")

    def play(self, compensate: Compensate) -> list[dict]:
        """All events; every eleventh loan is never repaid, and of these every other is made good by ``compensate``."""
        for number in range(LOANS):
            loan, day = self.loan(number)
            if number % 11 == 10:
                self.default(loan)
                if number % 2:
                    compensate(self.scene, self.platform, loan, day + loan.term_days + 2)
                continue
            if number % 5 == 0:
                self.sell_a_claim(loan, day + 40)
            self.platform.repay(loan, day + loan.term_days // 2 if number % 6 == 3 and len(loan.issues) == 1 else None)
        for day in range(25, DAYS, 30):
            self.month(day)
        self.book.settle()
        return list(self.book.events())


def out_of(account: str, flow: str) -> Compensate:
    def compensate(scene: Scene, _: LendingPlatform, loan: Loan, day: int) -> None:
        for number, claim in enumerate(loan.claims):
            scene.pay(day, hms(15, number), account, claim.holder.desk, claim.fen, flow_class=flow, class_basis="obligation",
                      listing=loan.name, order_id=claim.name)  # fmt: skip

    return compensate


def judged(events: list[dict]) -> list[tuple[str, str, dict]]:
    engine = Engine(rewind=False)
    decoded, dead = decode_lines([json.dumps(event).encode() for event in events], str)
    assert not dead
    engine.accept(list(to_batches(decoded).values()))
    engine.close()
    return [(a.detector, a.severity, a.values) for a in engine.final_alerts() if RANK[a.severity] >= YELLOW]


@pytest.fixture(scope="module")
def honest() -> list[dict]:
    business = Business()
    return business.play(out_of(business.guarantor, "COMPENSATE_3P"))


def test_defaults_a_guarantor_sold_claims_and_early_repayment_stay_silent(honest: list[dict]) -> None:
    kinds = [event.get("type") for event in honest]
    assert min(kinds.count(kind) for kind in ("OVERDUE", "CLAIM_TRANSFER")) >= 10
    assert kinds.count("REPAY") > 100
    assert honest[-1]["event_time"] > "2017-11"
    assert judged(honest) == []


def test_the_same_platform_that_pays_for_its_borrowers_does_not() -> None:
    business = Business()
    found = judged(business.play(out_of(business.platform.own, "COMPENSATE_PLAT")))
    assert "P2P-05" in {detector for detector, _, _ in found}
