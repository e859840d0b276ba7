"""PAY-07: the golden case, every evasion that the event contract can tell, and the lawful twins of the catalogue."""

from collections.abc import Callable, Sequence

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

START = "2016-08-01"
SHOPS = 14
FEE_PERCENT_OF_PERCENT = 62  # 0.62 %


class Business:
    """A company that is settled by a licensed acquirer, and those whom it pays."""

    def __init__(self, name: str, role: str = "OWN_GENERAL", holds: int | None = None, **fields: str) -> None:
        self.s = Scenario(name)
        acquirer = self.s.org(sector="PAY")
        self.s.licence(acquirer, "payment")
        self.reserve = self.s.account(acquirer, "RSV_CENTRAL")
        self.company = self.s.org(reg_region="320902", op_region="320902")
        self.till = self.s.account(self.company, role, holds=holds, **fields)

    def shops(self, count: int = SHOPS, person: bool = False) -> list[str]:
        return [self.s.account(self.s.person() if person else self.s.org()) for _ in range(count)]

    def take(self, day: int, yuan: int) -> None:
        """Card sales settled by the acquirer."""
        self.s.pay(f"{days_after(START, day)}T09:10", self.reserve, self.till, yuan, "MERCH_SETTLE")

    def pay(self, day: int, payees: Sequence[str], yuan: str | int, payer: str | None = None, hour: int = 14,
            flow: str | None = None, memo: str | None = None) -> None:  # fmt: skip
        """The sum, shared out; what does not divide goes to the last one."""
        whole = round(float(yuan) * 100)
        shares = [whole // len(payees)] * len(payees)
        shares[-1] += whole - sum(shares)
        for number, (payee, share) in enumerate(zip(payees, shares)):
            self.s.pay(f"{days_after(START, day)}T{hour:02d}:{number:02d}", payer or self.till, payee,
                       f"{share // 100}.{share % 100:02d}", flow, memo=memo)  # fmt: skip

    def told(self) -> Told:
        return Told(self.s, self.company)


def sales(day: int) -> int:
    """Between 50,000 and 60,000 yuan, another sum each day."""
    return 50_000 + day * 3_700 % 10_000


def after_fee(yuan: int) -> str:
    fen = yuan * 100 - yuan * FEE_PERCENT_OF_PERCENT // 100
    return f"{fen // 100}.{fen % 100:02d}"


def settle_daily(b: Business, payees: Sequence[str], days: int = 12, **how: str) -> Told:
    """T+1: every day's sales, less 0.62 %, go to the payees next morning."""
    for day in range(days):
        b.take(day, sales(day))
        b.pay(day + 1, payees, after_fee(sales(day)), **how)  # type: ignore[arg-type]
    return b.told()


def fourteen_shops() -> Told:
    """G5 to the letter: 600,000 comes, 596,280 goes to fourteen shops next day."""
    b = Business("g5")
    b.take(0, 600_000)
    b.pay(1, b.shops(), "596280")
    return b.told()


def every_day() -> Told:
    """G5 over thirty days: 20,000 a day."""
    b = Business("daily")
    shops = b.shops()
    for day in range(30):
        b.take(day, 20_000)
        b.pay(day + 1, shops, "19876")
    return b.told()


def sales_that_vary() -> Told:
    b = Business("vary")
    return settle_daily(b, b.shops())


def employees_accounts() -> Told:
    """Three employees' accounts are paid, and pay the shops on the same day."""
    b = Business("staff")
    staff, shops = b.shops(3, person=True), b.shops()
    for day in range(12):
        b.take(day, sales(day))
        b.pay(day + 1, staff, after_fee(sales(day)), hour=11)
        each = round(float(after_fee(sales(day))) * 100) // 3
        for number, clerk in enumerate(staff):
            b.pay(day + 1, shops[number::3], f"{each // 100}.{each % 100:02d}", payer=clerk, hour=15)
    return b.told()


def sister_firm() -> Told:
    """A subsidiary that does nothing else pays the shops."""
    b = Business("sister")
    firm, shops = b.s.org(), b.shops()
    b.s.owns(b.company, firm, 100)
    account = b.s.account(firm)
    for day in range(12):
        b.take(day, sales(day))
        b.pay(day + 1, [account], after_fee(sales(day)), hour=11)
        b.pay(day + 1, shops, after_fee(sales(day)), payer=account, hour=15)
    return b.told()


def weekly_settlement() -> Told:
    """Every seventh day the week before is paid out."""
    b = Business("weekly")
    shops = b.shops()
    for week in range(4):
        for day in range(7):
            b.take(7 * week + day, sales(7 * week + day) // 2)
        b.pay(7 * week + 7, shops, after_fee(sum(sales(7 * week + day) // 2 for day in range(7))))
    return b.told()


def called_wages() -> Told:
    """Shopkeepers are paid “wages” by the bank's own code, day by day as much as they sold."""
    b = Business("wages")
    return settle_daily(b, b.shops(person=True), flow="PAYROLL")


def called_goods() -> Told:
    b = Business("goods")
    return settle_daily(b, b.shops(), memo="货款")


def old_money_first() -> Told:
    """A million of the company's own lies in the account: by FIFO it is what the shops get."""
    b = Business("old", holds=1_000_000)
    return settle_daily(b, b.shops())


def two_tills() -> Told:
    """Half of the settlements come to a second account."""
    b = Business("tills")
    second, shops = b.s.account(b.company), b.shops()
    for day in range(24):
        b.s.pay(f"{days_after(START, day)}T09:10", b.reserve, (b.till, second)[day % 2], sales(day), "MERCH_SETTLE")
        b.pay(day + 1, shops, after_fee(sales(day)), payer=(b.till, second)[day % 2])
    return b.told()


# -- lawful ------------------------------------------------------------------------------------------------------------


def pays_at_month_end(name: str, payees: int, percent: int, day: int = 35, **flow: str) -> Callable[[], Told]:
    """Thirty days of sales, and one day on which suppliers get what they delivered weeks ago."""

    def story() -> Told:
        b = Business(name, "MERCHANT_SETTLE")
        for sold in range(30):
            b.take(sold, 20_000)
        b.pay(day, b.shops(payees), 600_000 * percent // 100, **flow)  # type: ignore[arg-type]
        return b.told()

    return story


def store_by_the_week() -> Told:
    """A department store that pays fourteen brands every week, at a trade margin of an eighth."""
    b = Business("week", "MERCHANT_SETTLE")
    brands = b.shops()
    for week in range(4):
        for day in range(7):
            b.take(7 * week + day, 20_000)
        b.pay(7 * week + 7, brands, 122_500, flow="SUPPLIER")
    return b.told()


def wholesaler() -> Told:
    """Thin margins, but what is bought does not follow what was sold: the “fee” is all over the place."""
    b = Business("wholesale", "MERCHANT_SETTLE")
    suppliers = b.shops()
    for day in range(28):
        b.take(day, sales(day))
        b.pay(day + 1, suppliers, (0.80, 0.99, 1.02, 0.93)[day % 4] * sales(day), flow="SUPPLIER")  # type: ignore[arg-type]
    return b.told()


def bank_sub_ledgers() -> Told:
    """The bank's sub-ledger product: the account is tagged and its sub-ledgers agree."""
    b = Business("ledgers", "CLIENT_MASTER", custodian="uscc:bank", role_basis="designated")
    for _ in range(3):
        b.s.account(b.s.person(), "CLIENT_SUB", master_account=b.till, role_basis="designated")
    return settle_daily(b, b.shops())


def licensed_institution() -> Told:
    b = Business("licensed")
    b.s.licence(b.company, "payment")
    return settle_daily(b, b.shops())


def own_stores() -> Told:
    """A chain's head office passes the money on to its fourteen stores, which keep it."""
    b = Business("chain")
    stores = []
    for _ in range(SHOPS):
        store = b.s.org()
        b.s.owns(b.company, store, 100)
        stores.append(b.s.account(store))
    return settle_daily(b, stores)


def through_a_bank_product() -> Told:
    """Drivers are paid by a licensed bank's payout product; the platform pays the bank."""
    b = Business("gig")
    bank = b.s.bank()
    product, drivers = b.s.account(bank, "BANK_INTERNAL"), b.shops(person=True)
    for day in range(12):
        b.take(day, sales(day))
        b.pay(day + 1, [product], after_fee(sales(day)), hour=11)
        b.pay(day + 1, drivers, after_fee(sales(day)), payer=product, hour=15)
    return b.told()


def utilities(payees: int, days: int) -> Callable[[], Told]:
    """A property company collects water, power and heating bills and passes them on, to the yuan."""

    def story() -> Told:
        b = Business(f"utility{payees}")
        return settle_daily(b, b.shops(payees), days)

    return story


def monthly_wages() -> Told:
    """A restaurant pays forty people once a month, by the bank's payroll code; nearly all it takes goes there."""
    b = Business("restaurant", "MERCHANT_SETTLE")
    staff = b.shops(40, person=True)
    b.take(0, 600_000)
    b.pay(5, staff, 590_000, flow="PAYROLL")
    return b.told()


def merchants_with_contracts() -> Told:
    """A buying group: its members have their own acquiring, and more of it than they get from the group."""
    b = Business("group")
    members = b.shops()
    for day in range(12):
        for member in members:
            b.s.pay(f"{days_after(START, day)}T08:30", b.reserve, member, 20_000, "MERCH_SETTLE")
    return settle_daily(b, members)


EVASIONS = {
    "every day": every_day,
    "sales that vary": sales_that_vary,
    "employees' accounts": employees_accounts,
    "sister firm": sister_firm,
    "weekly settlement": weekly_settlement,
    "called wages": called_wages,
    "called goods": called_goods,
    "old money first": old_money_first,
    "two tills": two_tills,
}
LAWFUL = {
    "supermarket, five suppliers": pays_at_month_end("g5twin", 5, 70, flow="SUPPLIER"),
    "supermarket, fourteen suppliers": pays_at_month_end("market", SHOPS, 90, flow="SUPPLIER"),
    "store that leases to brands": pays_at_month_end("mall", SHOPS, 99),
    "store by the week": store_by_the_week,
    "wholesaler": wholesaler,
    "bank sub-ledgers": bank_sub_ledgers,
    "licensed institution": licensed_institution,
    "own stores": own_stores,
    "through a bank product": through_a_bank_product,
    "utilities, four": utilities(4, 12),
    "utilities, nine": utilities(9, 12),
    "monthly wages": monthly_wages,
    "merchants with contracts": merchants_with_contracts,
}
