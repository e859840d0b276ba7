"""AD-02: adverts beyond the licence – another business, another product, another region – and adverts within it."""

from collections.abc import Callable, Sequence

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told
from tests.detectors.stories.misleading_advert import DAY

Story = Callable[[], Told]


def licensed(
    name: str, kind: str, *texts: str, scope: Sequence[str] = (), region: Sequence[str] = (), sector: str = "OTHER",
    how: str = "ad",
) -> Told:  # fmt: skip
    """A company with a licence of ``kind`` publishes the texts, one a day."""
    s = Scenario(name)
    party = s.org(sector=sector, reg_region="320902", op_region="320902")
    s.licence_event(party, kind, "2015-09-01", "VALID", scope=list(scope), region=list(region))
    for after, text in enumerate(texts):
        s.text(f"{days_after(DAY, after)}T08:00", party, text, how)
    s.person(f"{days_after(DAY, 40)}T10:00")
    return Told(s, party)


def another_business() -> Told:
    """A payment institution sells wealth products, among adverts of its own business."""
    own = ("聚合支付，扫码支付接入", "公司简介", "支付接口，稳定可靠", "联系我们", "办理POS机")
    return licensed("ad02", "payment", own[0], "投资理财，欢迎垂询", *own, "投资理财，欢迎垂询", *own)


EVASIONS: dict[str, Story] = {
    "a product outside the scope": lambda: licensed("card", "payment", "预付卡大酬宾", scope=["互联网支付", "移动电话支付"]),
    "a region outside": lambda: licensed("region", "microloan", "小额贷款，面向全市办理", region=["320923"]),
    "the whole country": lambda: licensed("country", "microloan", "小额贷款，服务全国", region=["320900"]),
    "another county": lambda: licensed("county", "microloan", "小额贷款，可办阜宁县", region=["320902"]),
    "its own business beside it": lambda: licensed("beside", "insurance_broker", "车险投保，另有私募基金火热发行"),
    "on its own site": lambda: licensed("own", "fund_sales", "抵押贷款，咨询电话888", how="site"),
}
LAWFUL: dict[str, Story] = {
    "within the scope": lambda: licensed("within", "payment", "支付接口，预付卡", scope=["互联网支付", "预付卡发行与受理"]),
    "no scope, all products": lambda: licensed("all", "payment", "预付卡大酬宾"),
    "its own region": lambda: licensed("home", "microloan", "小额贷款，服务阜宁县", region=["320923"]),
    "a county of its city": lambda: licensed("city", "microloan", "小额贷款，服务阜宁县", region=["320900"]),
    "no region, everywhere": lambda: licensed("everywhere", "microloan", "小额贷款，服务全国"),
    "a region that it does not serve": lambda: licensed("not-there", "microloan", "小额贷款，暂不支持全国", region=["320923"]),
    "an address": lambda: licensed("address", "microloan", "小额贷款，公司地址：阜宁县人民路", region=["320902"]),
    "a bank": lambda: licensed("bank", "bank", "抵押贷款、信托产品、货币基金，欢迎办理", sector="BANK"),
}
