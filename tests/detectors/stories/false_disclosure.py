"""P2P-10: adverts that the books contradict, and numbers that are true, rounded, dated, or said of others."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"
RATE = 80_000


class Shop:
    """A platform with ten loans of 100,000 yuan of which so many are repaid on their day, and claims at 8 %."""

    def __init__(self, name: str, repaid: int = 10, rate: int = RATE) -> None:
        self.s = Scenario(name)
        self.platform = self.s.platform()
        self.rate = rate
        for number in range(10):
            self.lend(f"L{number}", DAY, 100_000, 30)
        for number in range(repaid):
            self.repay(f"L{number}", days_after(DAY, 30))

    def lend(self, listing: str, day: str, yuan: int, term: int, rate: int = 0) -> None:
        s, due = self.s, days_after(day, term)
        s.product(f"{day}T09:00", "LISTING", self.platform, yuan, listing=listing, borrower=s.org(), term_days=term)
        s.product(f"{day}T09:10", "SUBSCRIBE", self.platform, yuan, listing=listing, investor=s.person(), claim=f"{listing}-C",
                  start=day, due=due, rate_ppm=rate or self.rate)  # fmt: skip
        s.product(f"{day}T09:20", "DISBURSE", self.platform, yuan, listing=listing)
        s.product(f"{day}T09:21", "REPAY_PLAN", self.platform, listing=listing, plan_id=f"{listing}-P", due=due,
                  principal_fen=yuan * 100, interest_fen=0)  # fmt: skip

    def repay(self, listing: str, day: str, yuan: int = 100_000) -> None:
        self.s.product(f"{day}T11:00", "REPAY", self.platform, listing=listing, plan_id=f"{listing}-P", principal_fen=yuan * 100)
        self.s.product(f"{day}T11:30", "REDEEM", self.platform, yuan, claim=f"{listing}-C")

    def say(self, text: str, after: int = 0, kind: str = "ad") -> None:
        self.s.text(f"{days_after(DAY, after)}T08:00", self.platform, text, kind)

    def told(self) -> Told:
        self.s.person(f"{days_after(DAY, 70)}T10:00")
        return Told(self.s, self.platform)


def lend_on(shop: Shop) -> None:
    """Twenty loans more that are not due yet: a million is overdue of none, or of three."""
    for number in range(10, 17):
        shop.lend(f"L{number}", days_after(DAY, 20), 100_000, 60)


def promised_twelve() -> Told:
    """An advert for 12 %; what is sold in the month bears 8."""
    shop = Shop("twelve")
    shop.say("预期年化收益率12%，立即加入")
    return shop.told()


def overdue_hidden() -> Told:
    """8 % is right; three loans of ten are overdue, 30 % of what is outstanding, and the site says 1.5 %."""
    shop = Shop("hidden", 7)
    lend_on(shop)
    shop.say("年化收益率8%，平台逾期率1.5%", 40, "site")
    return shop.told()


def no_overdue_at_all() -> Told:
    """“零逾期”, in full-width digits and without a rate."""
    shop = Shop("zero", 7)
    shop.say("运营至今　０逾期", 40, "app")
    return shop.told()


def changing_numbers() -> Told:
    """Another number each week: every text is a snapshot of its own."""
    shop = Shop("changing")
    shop.say("年化收益率百分之十二", 0)
    shop.say("年化收益率15%", 2)
    for number in range(10, 20):
        shop.lend(f"L{number}", days_after(DAY, 31), 100_000, 30)
    return shop.told()


def volume_of_the_month() -> Told:
    """A million was lent in June from the 13th on; the advert counts ten in the last fifteen days."""
    shop = Shop("volume")
    shop.say("近10日成交额1,000万元", 10)
    return shop.told()


def dated_books() -> Told:
    """The numbers of a day on which three loans were overdue; they were repaid before the text came out."""
    shop = Shop("dated", 7)
    lend_on(shop)
    for number in range(7, 10):
        shop.repay(f"L{number}", days_after(DAY, 38))
    shop.say("截至2016年7月18日，逾期率2%", 40, "site")
    return shop.told()


def another_product_bears_it() -> Told:
    """Hiding behind another product: the advert names the one that bears 8 %, while another bears 12."""
    shop = Shop("behind")
    shop.lend("盐盈宝三号", days_after(DAY, 1), 100_000, 30)
    shop.lend("盐盈宝九号", days_after(DAY, 1), 100_000, 30, 120_000)
    shop.say("盐盈宝三号 年化12%", 0)
    return shop.told()


def honest_numbers() -> Told:
    """8 %, 30 % overdue, a million lent: all true."""
    shop = Shop("honest", 7)
    lend_on(shop)
    shop.say("年化收益率8%", 0)
    shop.say("逾期率30%", 40, "site")
    shop.say("近10日成交额100万元，累计成交99亿元", 9)
    return shop.told()


def rounded_numbers() -> Told:
    """8.4 % said as “8 %”, a million as “1.1 million” at most."""
    shop = Shop("rounded", rate=84_000)
    shop.say("年化收益率8%", 0)
    shop.say("近10日成交额0.01亿元", 9)
    return shop.told()


def numbers_of_their_day() -> Told:
    """Nothing was overdue on the day that the text states; today three loans are."""
    shop = Shop("stated-day", 7)
    shop.say("截至2016年7月10日，逾期率0%", 40, "site")
    return shop.told()


def of_others() -> Told:
    """News, a chat, a contract, the sector, banks, a warning and a quotation."""
    shop = Shop("others", 7)
    shop.say("该平台年化收益率24%，零逾期", 0, "news")
    shop.say("年化收益率24%，零逾期", 0, "chat")
    shop.say("行业平均年化收益率24%，银行理财年化1%，警惕年化收益率36%的骗局，不承诺年化12%，“零逾期”不可信，借款年化利率18%", 40)
    return shop.told()


def product_of_that_yield() -> Told:
    """“up to 12 %”, and one product bears it."""
    shop = Shop("range")
    shop.lend("L99", days_after(DAY, 3), 100_000, 30, 120_000)
    shop.say("年化收益率8%-12%", 0)
    shop.say("最高年化12%", 1)
    return shop.told()


EVASIONS = {
    "overdue hidden behind a right yield": overdue_hidden,
    "no overdue at all": no_overdue_at_all,
    "changing numbers": changing_numbers,
    "volume of a period": volume_of_the_month,
    "a day with other books": dated_books,
    "another product bears it": another_product_bears_it,
}
LAWFUL = {
    "honest numbers": honest_numbers,
    "rounded numbers": rounded_numbers,
    "numbers of their day": numbers_of_their_day,
    "said of others": of_others,
    "a product of that yield": product_of_that_yield,
}
