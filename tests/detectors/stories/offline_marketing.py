"""P2P-11: investors who are gathered in the streets, and people who only work or pay there."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"
COUNTIES = ("320902", "320903", "320904", "320921")


class Desk:
    """A platform with custody; salesmen, rents and investors in four counties."""

    def __init__(self, name: str) -> None:
        self.s = Scenario(name)
        self.platform = self.s.platform()
        self.custody = self.s.account(self.platform, "CLIENT_MASTER", platform=self.platform, custodian=self.s.bank(),
                                      role_basis="designated")  # fmt: skip
        self.own = self.s.account(self.platform, holds=2_000_000)

    def invest(self, day: int, number: int, yuan: int, county: str = COUNTIES[0], **fields: str) -> None:
        account = self.s.account(self.s.person(), "PERSONAL_I", branch_region=county)
        moment = f"{days_after(DAY, day)}T09:{number:02d}"
        self.s.pay(moment, account, self.custody, yuan, "INVEST_IN", "order", listing="L1", **fields)

    def at_the_counter(self, days: tuple[int, ...] = (0, 3, 6), people: int = 10, channel: str = "counter") -> None:
        """Groups led to one bank counter."""
        for day in days:
            for number in range(people):
                self.invest(day, number, 10_000, "320981", channel=channel, debtor_bank="102311000013")

    def salesmen(self, share: bool = True, payer: str | None = None) -> None:
        """Twelve persons in four counties are paid 2 % of what their county brings, or all the same."""
        for place, county in enumerate(COUNTIES):
            for number in range(5):
                self.invest(number, number, 10_000 * (place + 1), county)
            for _ in range(3):
                account = self.s.account(self.s.person(), "PERSONAL_I", branch_region=county)
                yuan = 1_000 * (place + 1) if share else 3_000 + 500 * (_ - 1)
                self.s.pay(f"{days_after(DAY, 20)}T15:00", payer or self.own, account, yuan, "PAYROLL")

    def shops(self, counties: int = 3) -> None:
        for county in COUNTIES[:counties]:
            landlord = self.s.account(self.s.org(), branch_region=county)
            self.s.pay(f"{days_after(DAY, 2)}T15:00", self.own, landlord, 8_000, "RENT")

    def says(self, text: str, kind: str = "ad") -> None:
        self.s.text(f"{days_after(DAY, 1)}T08:00", self.platform, text, kind)

    def told(self) -> Told:
        return Told(self.s, self.platform)


def led_groups() -> Told:
    """Ten people at one counter on three days, and invitations to a meeting with eggs."""
    d = Desk("groups")
    d.at_the_counter()
    d.says("周六上午财富宣 讲会，到场有礼")
    return d.told()


def terminals() -> Told:
    """The same with a card terminal in each of three rented shops."""
    d = Desk("pos")
    for day in (0, 1, 2):
        for number in range(10):
            d.invest(day, number, 20_000, channel="POS", device="T-1")
    d.shops()
    return d.told()


def commission() -> Told:
    """Twelve salesmen are paid by what their county brings; shops in three counties."""
    d = Desk("commission")
    d.salesmen()
    d.shops()
    return d.told()


def by_agents() -> Told:
    """The controller's firm pays “independent” agents, who are paid by what they bring; nobody rents anything."""
    d = Desk("agents")
    controller, firm = d.s.person(), d.s.org()
    d.s.owns(controller, d.platform, 80)
    d.s.owns(controller, firm, 80)
    d.salesmen(payer=d.s.account(firm, holds=500_000))
    d.at_the_counter()
    return d.told()


def field_staff() -> Told:
    """Offices in three counties and loan officers on fixed pay: what the law allows."""
    d = Desk("field")
    d.salesmen(share=False)
    d.shops()
    return d.told()


def counters_alone() -> Told:
    """People who like to pay at the counter, and nothing else."""
    d = Desk("counter")
    d.at_the_counter()
    return d.told()


def from_their_phones() -> Told:
    """Many investors of one bank on the same days, each from his own phone; the platform warns of meetings."""
    d = Desk("phones")
    d.at_the_counter(channel="mobile")
    d.says("谨防以本平台名义举办的“宣讲会”骗局，本平台不举办线下说明会")
    return d.told()


def two_days_only() -> Told:
    """Ten at the counter on two days, nine on a third; an office in two counties; news about somebody's lecture."""
    d = Desk("two")
    d.at_the_counter((0, 3))
    d.at_the_counter((6,), 9)
    d.shops(2)
    d.says("某平台举办理财讲座", "news")
    return d.told()


EVASIONS = {"terminals": terminals, "commission": commission, "by agents": by_agents}
LAWFUL = {
    "field staff": field_staff,
    "counters alone": counters_alone,
    "from their phones": from_their_phones,
    "two days only": two_days_only,
}
