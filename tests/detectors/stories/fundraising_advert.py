"""AD-04: adverts that raise funds from the public since the Regulation of 2021, and what only looks like it."""

from collections.abc import Callable

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2021-06-07"
FOUNDED = "2021-01-04"
Story = Callable[[], Told]


def told(name: str, *texts: str, kind: str = "ad", licence: str | None = None, **fields) -> Told:
    """A company of 2021 publishes the texts, one a day."""
    s = Scenario(name)
    party = s.org(FOUNDED, sector="ILF", reg_region="320902", op_region="320902")
    if licence is not None:
        s.licence(party, licence, FOUNDED)
    for after, text in enumerate(texts):
        s.text(f"{days_after(DAY, after)}T08:00", party, text, kind, **fields)
    s.person(f"{days_after(DAY, 40)}T10:00")
    return Told(s, party)


def monthly_returns() -> Told:
    """“投资满五万，每月返利三千”, among pages that promise nothing."""
    asked = "投资满五万，每月返利三千"
    return told("ad04", "公司简介", asked, "联系我们", "关注养老", asked, "走进基地", "欢迎参观", "公司荣誉")


def on_a_site_of_others() -> Told:
    """Carried by a portal, whose filing number the advert bears."""
    s = Scenario("portal")
    party = s.org(FOUNDED, sector="OTHER", reg_region="320902", op_region="320902")
    portal = s.org(FOUNDED, sector="OTHER", reg_region="320902", op_region="320902")
    s.text(f"{DAY}T07:00", portal, "本地生活门户", "site", icp="苏ICP备20000002号")
    s.text(f"{days_after(DAY, 1)}T08:00", party, "认养一头牛，到期原价回购", icp="苏ICP备20000002号", fee_fen=30_000_000)
    s.person(f"{days_after(DAY, 40)}T10:00")
    return Told(s, party)


def before_the_regulation() -> Told:
    """The same in 2016: a lead."""
    s = Scenario("before")
    party = s.org(sector="ILF", reg_region="320902", op_region="320902")
    s.text("2016-06-13T08:00", party, "投资满五万，每月返利三千")
    s.person("2016-07-30T10:00")
    return Told(s, party)


EVASIONS: dict[str, Story] = {
    "old-age care": lambda: told("care", "认购养老床位，年化回报10%"),
    "shares before listing": lambda: told("shares", "购买原始股，上市后翻倍"),
    "prepaid membership": lambda: told("prepaid", "预存一万，还本付息"),
    "a shared hotel": lambda: told("hotel", "众筹酒店，租金收益年年有"),
    "on a site of others": on_a_site_of_others,
    "a site of its own": lambda: told("own", "招募投资人，按月分红", kind="site"),
    "before the Regulation": before_the_regulation,
}
LAWFUL: dict[str, Story] = {
    "a bank": lambda: told("bank", "认购大额存单，年化2.6%", licence="bank"),
    "a fund": lambda: told("fund", "认购基金，分红方式可选，投资有风险", licence="fund"),
    "bonuses of a shop": lambda: told("shop", "购物返现，多买多返", "预存话费送手机"),
    "a warning": lambda: told("warning", "谨防以分红、返利为诱饵招募投资人"),
    "education": lambda: told("taught", "防范非法集资：高额回报是诱饵，入股需谨慎"),
    "who denies it": lambda: told("denies", "本公司不向公众集资，不支付利息"),
    "charity": lambda: told("charity", "公益众筹，救助患儿"),
    "news": lambda: told("news", "某公司以入股分红为名集资被查", kind="news"),
}
