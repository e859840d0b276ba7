"""P2P-16: clients' money past the designated custodian by every route, and what lawfully goes another way."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"


class Desk:
    """A platform with a designated custodian; three clients have paid 200,000 yuan into it."""

    def __init__(self, name: str) -> None:
        self.s = Scenario(name)
        self.platform, self.controller = self.s.platform(), self.s.person()
        self.s.owns(self.controller, self.platform, 60)
        self.master = self.custodian()
        self.clients = [self.s.account(self.s.person()) for _ in range(3)]
        self.invest(0, self.master, 200_000)

    def custodian(self, moment: str = "2015-09-01") -> str:
        return self.s.account(self.platform, "CLIENT_MASTER", moment, platform=self.platform, custodian=self.s.bank(),
                              role_basis="designated")  # fmt: skip

    def invest(self, day: int, account: str, each: int) -> None:
        for number, client in enumerate(self.clients):
            self.s.pay(f"{days_after(DAY, day)}T09:{number:02d}", client, account, each, "INVEST_IN", "order",
                       order_id=f"O{day}-{number}", listing="L1")  # fmt: skip

    def told(self) -> Told:
        return Told(self.s, self.platform)


def into_the_own_account() -> Told:
    """Three clients pay 20,000 yuan each into the platform's general account: 9.09 %."""
    d = Desk("bypass")
    d.invest(3, d.s.account(d.platform), 20_000)
    return d.told()


def controllers_account() -> Told:
    """A QR code of the controller: his personal account gathers."""
    d = Desk("qr")
    d.invest(3, d.s.account(d.controller, "PERSONAL_I"), 200_000)
    return d.told()


def forwarded() -> Told:
    """A stranger collects and hands nine tenths over within a day."""
    d = Desk("relay")
    stranger = d.s.account(d.s.person())
    d.invest(3, stranger, 50_000)
    d.s.pay(f"{days_after(DAY, 4)}T09:00", stranger, d.s.account(d.platform), 149_000)
    return d.told()


def paid_from_elsewhere() -> Told:
    """Clients are paid their interest out of the platform's own account."""
    d = Desk("out")
    own = d.s.account(d.platform, holds=500_000)
    for client in d.clients:
        d.s.pay(f"{days_after(DAY, 5)}T09:00", own, client, 30_000, "RETURN_PRIN")
    return d.told()


def two_custodians() -> Told:
    """A second bank is designated and the first one stays."""
    d = Desk("two")
    d.custodian(f"{days_after(DAY, 1)}T09:00")
    d.s.person(f"{days_after(DAY, 10)}T09:00")
    return d.told()


def no_custody_after_the_grace() -> Told:
    """Loans are offered in September 2017 and no custodian holds the money."""
    s = Scenario("none")
    platform = s.platform()
    s.product("2017-09-04T09:00", "LISTING", platform, 100_000, listing="L1", borrower=s.person("2017-09-01"), term_days=90)
    s.person("2017-09-05T12:00")
    return Told(s, platform)


def capital_and_fees() -> Told:
    """Shareholders pay capital in, and the platform takes its fee."""
    d = Desk("capital")
    own = d.s.account(d.platform)
    d.s.pay(f"{days_after(DAY, 1)}T09:00", d.s.account(d.controller), own, 500_000, "CAPITAL_IN")
    d.s.pay(f"{days_after(DAY, 2)}T09:00", d.master, own, 6_000, "FEE")
    return d.told()


def staff_through_custody() -> Told:
    """Employees invest like everybody else."""
    d = Desk("staff")
    employee = d.s.person()
    d.s.tie("OFFICER", employee, d.platform, role="senior")
    d.s.pay(f"{days_after(DAY, 1)}T09:00", d.s.account(employee), d.master, 100_000, "INVEST_IN", listing="L1")
    return d.told()


def migration() -> Told:
    """The custodian changes: for four days there are two."""
    d = Desk("move")
    d.custodian(f"{days_after(DAY, 1)}T09:00")
    d.s.account_event("CUSTODY_REVOKE", d.master, f"{days_after(DAY, 4)}T09:00")
    d.s.person(f"{days_after(DAY, 10)}T09:00")
    return d.told()


def two_people() -> Told:
    """Two clients err once and pay the company itself."""
    d = Desk("err")
    d.clients = d.clients[:2]
    d.invest(3, d.s.account(d.platform), 20_000)
    return d.told()


EVASIONS = {
    "controller's account": controllers_account,
    "forwarded": forwarded,
    "paid from elsewhere": paid_from_elsewhere,
    "two custodians": two_custodians,
    "no custody after the grace": no_custody_after_the_grace,
}
LAWFUL = {
    "capital and fees": capital_and_fees,
    "staff through custody": staff_through_custody,
    "migration": migration,
    "two people": two_people,
}
