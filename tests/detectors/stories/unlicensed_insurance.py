"""INS-01: premiums where no premium belongs, and those who may take them."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"


def collect(
    s: Scenario, accounts: list[str], people: list[str], yuan: int = 800, flow: str | None = "PREMIUM", basis: str = "source",
    first: int = 0, **fields: str,
) -> None:  # fmt: skip
    """Ten people a day pay, to one account after the other."""
    for number, person in enumerate(people):
        moment = f"{days_after(DAY, first + number // 10)}T10:{number % 60:02d}"
        s.pay(moment, s.account(person), accounts[number % len(accounts)], yuan, flow, basis, **fields)


def crowd(s: Scenario, people: int) -> list[str]:
    return [s.person() for _ in range(people)]


def premiums() -> Told:
    """Thirty-two people pay premiums to a consulting firm."""
    s = Scenario("premiums")
    firm = s.org(name="盐城安心咨询服务有限公司")
    collect(s, [s.account(firm)], crowd(s, 32))
    return Told(s, firm)


def diverted() -> Told:
    """A licensed insurer lets premiums come to its ordinary account."""
    s = Scenario("diverted")
    insurer = s.platform("INS")
    s.licence(insurer, "insurance")
    collect(s, [s.account(insurer, "INSURER_PREMIUM", role_basis="registry")], crowd(s, 40))
    collect(s, [s.account(insurer)], crowd(s, 35), 3_000)
    return Told(s, insurer)


def two_sisters() -> Told:
    """Two firms of one owner take twenty premiums each, tagged by the payers' memos alone."""
    s = Scenario("sisters")
    owner, first, second = s.person(), s.org(), s.org()
    s.owns(owner, first, 90)
    s.owns(owner, second, 90)
    collect(s, [s.account(first)], crowd(s, 20), 900, basis="memo")
    collect(s, [s.account(second)], crowd(s, 20), 700, basis="memo")
    return Told(s, first)


def membership() -> Told:
    """Called a membership fee; its site speaks of cover, and three members got claims paid."""
    s = Scenario("membership")
    firm = s.org(name="盐城车友俱乐部有限公司")
    pot = s.account(firm, holds=90_000)
    people = crowd(s, 36)
    s.text(f"{DAY}T08:00", firm, "车友会员享车辆统筹，出险后由会员共同赔付", "site")
    collect(s, [pot], people, 1_500, "FEE")
    for number in range(3):
        s.pay(f"{days_after(DAY, 10 + number)}T15:00", pot, s.account(people[number]), 9_000)
    return Told(s, firm)


def mutual_pool() -> Told:
    """Five hundred members of a mutual-aid plan prepay ten yuan each over a month and a half."""
    s = Scenario("mutual")
    firm = s.org(name="盐城众护网络科技有限公司")
    pot = s.account(firm)
    s.text(f"{DAY}T08:00", firm, "抗癌互助计划，预存10元成为会员，非保险", "app")
    for number, person in enumerate(crowd(s, 500)):
        moment = f"{days_after(DAY, number // 12)}T10:{number % 12:02d}"
        s.pay(moment, s.account(person), pot, 10, "TOPUP")
    return Told(s, firm)


def licensed_insurer() -> Told:
    """An insurer's premium account, a broker's own premium account, and a payment institution in between."""
    s = Scenario("insurer")
    insurer, broker, institution = s.platform("INS"), s.org(), s.org()
    s.licence(insurer, "insurance")
    s.licence(broker, "insurance_broker")
    s.licence(institution, "payment")
    for owner, role in ((insurer, "INSURER_PREMIUM"), (broker, "INSURER_PREMIUM"), (institution, "RSV_DEPOSITORY")):
        collect(s, [s.account(owner, role)], crowd(s, 40))
    s.text(f"{DAY}T08:00", insurer, "在线投保车险，理赔快捷", "app")
    return Told(s, insurer)


def employer() -> Told:
    """A factory collects a group policy's premiums from its staff and pays them to the insurer."""
    s = Scenario("employer")
    factory, insurer = s.org(), s.org(sector="INS")
    s.licence(insurer, "insurance")
    own, staff = s.account(factory, holds=900_000), crowd(s, 40)
    for person in staff:
        s.pay(f"{DAY}T09:00", own, s.account(person), 4_000, "PAYROLL")
    collect(s, [own], staff, 200, first=1)
    s.pay(f"{days_after(DAY, 8)}T10:00", own, s.account(insurer, "INSURER_PREMIUM"), 8_000, "PREMIUM")
    return Told(s, factory)


def gym() -> Told:
    """A sports club's membership fees: no word of insurance; it pays some back to who leaves."""
    s = Scenario("gym")
    club = s.org(name="盐城跃动健身有限公司")
    own, people = s.account(club, holds=9_000), crowd(s, 60)
    s.text(f"{DAY}T08:00", club, "年卡会员八折，不设最低消费", "ad")
    collect(s, [own], people, 1_200, "FEE")
    for number in range(4):
        s.pay(f"{days_after(DAY, 9)}T15:0{number}", own, s.account(people[number]), 1_200, "REFUND")
    return Told(s, club)


def small_circle() -> Told:
    """Twenty-nine premiums, and a mutual-aid plan of four hundred members that pays no claims yet."""
    s = Scenario("small")
    firm, plan = s.org(), s.org()
    collect(s, [s.account(firm)], crowd(s, 29))
    s.text(f"{DAY}T08:00", plan, "邻里互助计划", "app")
    pot = s.account(plan)
    for number, person in enumerate(crowd(s, 200)):
        s.pay(f"{days_after(DAY, number // 20)}T10:{number % 20:02d}", s.account(person), pot, 10, "TOPUP")
    return Told(s, firm)


EVASIONS = {"premiums": premiums, "diverted": diverted, "two sisters": two_sisters, "membership": membership,
            "mutual pool": mutual_pool}  # fmt: skip
LAWFUL = {"licensed insurer": licensed_insurer, "employer": employer, "gym": gym, "small circle": small_circle}
