"""REG-02: companies that bear the words of finance without a licence, however written, and words that say something else."""

from collections.abc import Callable
from typing import Any

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"
Story = Callable[[], Told]


def told(tag: str, name: str, scope: str = "", licence: str | None = None, day: str = DAY, **fields: Any) -> Told:
    """A company is registered among others that bear no such word."""
    s = Scenario(tag)
    for number in range(4):
        s.org(f"{days_after(day, number % 3)}T{9 + number:02d}:00", name=f"盐城第{number}商贸有限公司", scope_text="日用百货销售")
    party = s.org(f"{days_after(day, 1)}T10:30", name=name, scope_text=scope or None, reg_region="320902", **fields)
    if licence is not None:
        s.licence(party, licence)
    s.person(f"{days_after(day, 5)}T10:00")
    return Told(s, party)


def wealth_management() -> Told:
    """“财富管理” in the name, “投资管理” in the scope."""
    return told("reg02", "盐城聚宝财富管理有限公司", "投资管理、资产管理")


def existing() -> Told:
    """Registered long before the plan: the list of 2016 reaches what is there."""
    s = Scenario("existing")
    party = s.org(name="盐城老字号理财服务有限公司", reg_region="320902")
    s.person(f"{DAY}T10:00")
    return Told(s, party)


def licence_lost() -> Told:
    """A payment institution keeps its name when its licence is gone."""
    s = Scenario("lost")
    party = s.org(name="盐城汇通支付有限公司", reg_region="320902", sector="PAY")
    s.licence(party, "payment")
    s.licence_event(party, "payment", DAY, "CANCELLED")
    s.person(f"{days_after(DAY, 5)}T10:00")
    return Told(s, party)


EVASIONS: dict[str, Story] = {
    "homophones": lambda: told("homophones", "盐城匹凸匹信息服务有限公司"),
    "separators and widths": lambda: told("separators", "盐城Ｐ-２-Ｐ理·㎜财有限公司"),
    "traditional": lambda: told("traditional", "鹽城財富管理有限公司"),
    "English": lambda: told("english", "Yancheng Jubao Finance Co"),
    "only in the scope": lambda: told("scope", "盐城聚宝信息有限公司", "互联网信息服务；网络借贷信息中介"),
    "a synonym": lambda: told("soft", "盐城聚宝资本管理中心"),
    "existing company": existing,
    "licence lost": licence_lost,
}
LAWFUL: dict[str, Story] = {
    "licensed": lambda: told("licensed", "盐城汇通支付有限公司", licence="payment"),
    "a filed private fund": lambda: told("filed", "盐城聚宝股权投资基金管理有限公司", licence="private_fund"),
    "a bank": lambda: told("bank", "盐城农村商业银行", "吸收存款、代理基金、理财", "bank", sector="BANK"),
    "foundation": lambda: told("foundation", "盐城市慈善基金会"),
    "a place": lambda: told("place", "盐城金融街物业服务有限公司", "基金小镇物业管理"),
    "machines": lambda: told("machines", "盐城金融机具制造有限公司", "金融自助设备、支付终端制造"),
    "a quoted brand": lambda: told("brand", "盐城商贸有限公司", "代收支付宝款项"),
    "a school": lambda: told("school", "盐城培训有限公司", "理财规划培训"),
    "denied in the scope": lambda: told("denied", "盐城实业有限公司", "实业投资（不得从事金融、理财、支付业务）"),
    "excepted in the scope": lambda: told("excepted", "盐城咨询有限公司", "商务信息咨询（金融、基金业务除外）"),
    "outsourcing": lambda: told("outsourcing", "盐城外包有限公司", "接受金融机构委托从事金融信息技术外包"),
    "words in other words": lambda: told("inside", "盐城五金融创镍基金属有限公司", "代理财税申报、皮具钱包制造、办理财产登记"),
}
