"""P2P-17: custodians that may not keep clients' money, and those that may."""

import datetime as dt

from chuantou.schemas.streams import LicenceEvent, ReferenceItem
from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"


class Desk:
    """A platform whose three clients pay 50,000 yuan each into the designated account."""

    def __init__(self, name: str, sector: str = "P2P") -> None:
        self.s = Scenario(name)
        self.platform = self.s.platform(sector)

    def designate(self, custodian: str, owner: str | None = None, day: int = 0, **fields: str) -> str:
        return self.s.account(owner or self.platform, "CLIENT_MASTER", f"{days_after(DAY, day)}T08:00", platform=self.platform,
                              custodian=custodian, role_basis="designated", **fields)  # fmt: skip

    def invest(self, account: str, day: int = 0) -> None:
        for number in range(3):
            self.s.pay(f"{days_after(DAY, day)}T09:{number:02d}", self.s.account(self.s.person()), account, 50_000, "INVEST_IN",
                       "order", order_id=f"O{day}-{number}", listing="L1")  # fmt: skip

    def lose(self, bank: str, day: int, status: str = "CANCELLED") -> None:
        self.s._tell(LicenceEvent, f"{days_after(DAY, day)}T08:00", "licence:cn", party=bank, kind="bank", status=status)

    def list_(self, party: str, since: str) -> None:
        self.s._tell(ReferenceItem, f"{since}T08:00", "ref:nifa", table="custodian_list", key=party, value=True,
                     valid_from=dt.date.fromisoformat(since))  # fmt: skip

    def told(self) -> Told:
        return Told(self.s, self.platform)


def payment_institution() -> Told:
    """A payment institution keeps the money alone."""
    d = Desk("alone")
    keeper = d.s.org(sector="PAY")
    d.s.licence(keeper, "payment")
    d.invest(d.designate(keeper))
    return d.told()


def licence_lost() -> Told:
    """The bank loses its licence a week after the designation."""
    d = Desk("lost")
    bank = d.s.bank()
    account = d.designate(bank)
    d.invest(account)
    d.lose(bank, 7)
    d.invest(account, 8)
    return d.told()


def no_bank_at_all() -> Told:
    """A guarantee company calls itself custodian."""
    d = Desk("guarantor")
    firm = d.s.org(sector="GUARANTEE")
    d.s.licence(firm, "guarantee")
    d.invest(d.designate(firm, firm))
    return d.told()


def claimed_before_go_live() -> Told:
    """“Bank custody is live”, says the site; nobody designated anything."""
    d = Desk("claimed")
    d.s.product(f"{DAY}T09:00", "LISTING", d.platform, 50_000, listing="L1", borrower=d.s.person(), term_days=90)
    d.s.text(f"{DAY}T09:00", d.platform, "本平台资金存 管系统已正式上线，资金由银行存管", "site")
    return d.told()


def not_on_the_list() -> Told:
    """In 2018 a white list comes into force; the custodian is not on it."""
    d = Desk("list")
    bank, other = d.s.bank(), d.s.bank()
    account = d.designate(bank)
    d.list_(other, "2016-07-04")
    d.invest(account, 25)
    return d.told()


def ordinary_bank() -> Told:
    """A licensed bank, one of which only the sector is known, and one of which nothing is."""
    d = Desk("bank")
    d.invest(d.designate(d.s.bank()))
    second = d.s.platform()
    keeper = d.s.org(sector="BANK")
    account = d.s.account(second, "CLIENT_MASTER", platform=second, custodian=keeper, role_basis="designated")
    d.s.pay(f"{DAY}T12:00", d.s.account(d.s.person()), account, 50_000, "INVEST_IN", listing="L2")
    third = d.s.platform()
    d.s.account(third, "CLIENT_MASTER", platform=third, custodian="uscc:91320900MA1NOTTOLD", role_basis="designated")
    return d.told()


def joint_model() -> Told:
    """A payment institution does the work, and the money lies in the bank's own account."""
    d = Desk("joint")
    keeper = d.s.org(sector="PAY")
    d.s.licence(keeper, "payment")
    d.invest(d.designate(keeper, d.s.bank()))
    return d.told()


def migration() -> Told:
    """The bank loses its licence; on the same day another takes over, and in four days the old account is revoked."""
    d = Desk("move")
    old, new = d.s.bank(), d.s.bank()
    account = d.designate(old)
    d.invest(account)
    d.lose(old, 10)
    second = d.designate(new, day=10)
    d.s.account_event("CUSTODY_REVOKE", account, f"{days_after(DAY, 14)}T09:00", role_basis="designated")
    d.invest(second, 15)
    return d.told()


def announced() -> Told:
    """The platform says truthfully that custody is not live yet."""
    d = Desk("soon")
    d.s.text(f"{DAY}T09:00", d.platform, "本平台尚未上线银行存管，正在与银行洽谈", "site")
    d.s.product(f"{DAY}T09:00", "PRODUCT", d.platform, product="P", term_days=30)
    return d.told()


EVASIONS = {
    "licence lost": licence_lost,
    "no bank at all": no_bank_at_all,
    "claimed before go-live": claimed_before_go_live,
    "not on the list": not_on_the_list,
}
LAWFUL = {"ordinary bank": ordinary_bank, "joint model": joint_model, "migration": migration, "announced": announced}
