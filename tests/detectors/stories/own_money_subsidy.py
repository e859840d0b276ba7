"""YLD-02: yields topped up from the platform's own pocket by every route, and what others may lawfully add to them."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

START = "2016-05-23"
END = days_after(START, 90)
LATER = days_after(START, 125)


class Loan:
    """G9: a million for 90 days at 9 %, promised at 8.5 % and 3 % on top; the client's money lies in designated custody.

    ``follow`` tells something after the thirty days for which a subsidy must stand.
    """

    def __init__(self, name: str, yuan: int = 1_000_000) -> None:
        self.s = Scenario(name)
        self.platform, self.controller = self.s.platform(), self.s.person()
        self.s.owns(self.controller, self.platform, 60)
        self.pot = self.s.account(self.platform, "CLIENT_MASTER", platform=self.platform, custodian=self.s.bank(),
                                  role_basis="designated")  # fmt: skip
        self.own = self.s.account(self.platform, holds=5_000_000)
        self.client, self.borrower = self.s.account(self.s.person(), holds=5_000_000), self.s.person()
        self.debtor = self.s.account(self.borrower, holds=5_000_000)
        self.lend("L1", yuan)

    def lend(self, listing: str, yuan: int) -> None:
        s = self.s
        s.product(f"{START}T09:00", "LISTING", self.platform, yuan, listing=listing, borrower=self.borrower, rate_ppm=90_000,
                  term_days=90)  # fmt: skip
        investor = next(e.owner for e in s.told if getattr(e, "account", None) == self.client and e.type == "OPEN")
        s.product(f"{START}T09:30", "SUBSCRIBE", self.platform, yuan, listing=listing, claim=f"C-{listing}", investor=investor,
                  start=START, due=END, rate_ppm=85_000)  # fmt: skip
        s.pay(f"{START}T10:00", self.client, self.pot, yuan, "INVEST_IN", "order", listing=listing, order_id=f"C-{listing}")
        s.product(f"{START}T11:00", "DISBURSE", self.platform, yuan, listing=listing, borrower=self.borrower)
        s.pay(f"{START}T11:01", self.pot, self.debtor, yuan, "LOAN_OUT", listing=listing)

    def repay(self, interest: str, day: str = END, listing: str = "L1", hour: str = "09:00") -> None:
        self.s.pay(f"{day}T{hour}", self.debtor, self.pot, interest, "REPAY_INT", "obligation", listing=listing)

    def pay_out(self, coupon: str, day: str = END, listing: str = "L1") -> None:
        self.s.pay(f"{day}T15:00", self.pot, self.client, coupon, "RETURN_INT", "obligation", listing=listing)

    def close(self, day: str = END) -> None:
        self.s.product(f"{day}T16:00", "REDEEM", self.platform, 1_000_000, claim="C-L1",
                       investor=next(e.investor for e in self.s.told if getattr(e, "type", None) == "SUBSCRIBE"))  # fmt: skip

    def told(self) -> Told:
        self.s.person(f"{LATER}T12:00")
        return Told(self.s, self.platform)


def topped_up() -> Told:
    """G9: the borrower pays 22,191.78; the client gets 20,958.90, 7,397.26 on top and 5,000 back."""
    x = Loan("g9")
    x.repay("22191.78")
    x.s.pay(f"{END}T10:00", x.own, x.pot, "11164.38", "BONUS", listing="L1")
    x.pay_out("20958.90")
    x.s.pay(f"{END}T15:10", x.pot, x.client, "7397.26", "BONUS", listing="L1")
    x.s.pay(f"{END}T15:20", x.pot, x.client, 5_000, "BONUS", listing="L1")
    x.close()
    return x.told()


def straight_to_the_client() -> Told:
    """The platform pays the bonus past custody, and names no product."""
    x = Loan("direct")
    x.repay("22191.78")
    x.pay_out("22191.78")
    x.s.pay(f"{days_after(START, 60)}T15:00", x.own, x.client, 12_000, "BONUS")
    return x.told()


def sponsor_pays() -> Told:
    """A firm on nobody's paper pays the bonus; it has the money from the platform."""
    x = Loan("sponsor")
    sponsor = x.s.account(x.s.org())
    x.repay("22191.78")
    x.pay_out("22191.78")
    x.s.pay(f"{days_after(END, -1)}T15:00", x.own, sponsor, 13_000, "SUPPLIER")
    x.s.pay(f"{END}T15:30", sponsor, x.client, 13_000, "BONUS", listing="L1")
    return x.told()


def controller_pays_the_interest() -> Told:
    """The controller "repays" the interest in the borrower's place."""
    x = Loan("r1")
    x.s.pay(f"{END}T09:00", x.s.account(x.controller, holds=100_000), x.pot, "22191.78", "REPAY_INT", listing="L1")
    x.pay_out("22191.78")
    return x.told()


def fee_for_show() -> Told:
    """The borrower's interest goes to the platform as a fee, and the platform pays the coupon itself."""
    x = Loan("fee")
    x.repay("22191.78")
    x.s.pay(f"{END}T09:30", x.pot, x.own, "22191.78", "FEE", listing="L1")
    x.s.pay(f"{END}T15:00", x.own, x.client, "24000", "RETURN_INT", listing="L1")
    return x.told()


def borrower_pays_all() -> Told:
    """The platform keeps half a per cent as its fee, and pays on what is left."""
    x = Loan("honest")
    x.repay("22191.78")
    x.s.pay(f"{END}T09:30", x.pot, x.own, "1232.88", "FEE", listing="L1")
    x.pay_out("20958.90")
    return x.told()


def guarantor_pays() -> Told:
    """LA-GUAR: a licensed guarantor that belongs to nobody pays the interest that the borrower owes."""
    x = Loan("guar")
    guarantor = x.s.org(sector="GUARANTEE")
    x.s.licence(guarantor, "guarantee")
    x.s.pay(f"{END}T10:00", x.s.account(guarantor, holds=5_000_000), x.pot, "20958.90", "COMPENSATE_3P", listing="L1")
    x.pay_out("20958.90")
    return x.told()


def repaid_within_the_month() -> Told:
    """The borrower is ten days late; the platform waits for its money no longer than that."""
    x = Loan("late")
    x.s.pay(f"{END}T10:00", x.own, x.pot, "20958.90", "BONUS", listing="L1")
    x.pay_out("20958.90")
    x.repay("22191.78", days_after(END, 10))
    x.s.pay(f"{days_after(END, 10)}T16:00", x.pot, x.own, "1232.88", "FEE", listing="L1")
    return x.told()


def small_gift() -> Told:
    """A newcomer's gift of fifty yuan is no tenth of the yield."""
    x = Loan("gift")
    x.s.pay(f"{days_after(START, 1)}T10:00", x.own, x.client, 50, "BONUS", listing="L1")
    x.repay("22191.78")
    x.s.pay(f"{END}T09:30", x.pot, x.own, "1232.88", "FEE", listing="L1")
    x.pay_out("20958.90")
    return x.told()


EVASIONS = {
    "straight to the client": straight_to_the_client,
    "sponsor pays": sponsor_pays,
    "controller pays the interest": controller_pays_the_interest,
    "fee for show": fee_for_show,
}
LAWFUL = {
    "borrower pays all": borrower_pays_all,
    "guarantor pays": guarantor_pays,
    "repaid within the month": repaid_within_the_month,
    "small gift": small_gift,
}
