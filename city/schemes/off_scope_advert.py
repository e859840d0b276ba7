"""AD-02 宣传与许可不符: licensed bodies that advertise another business, product or region (catalogue §4.4)."""

from chuantou.city.adverts import DAY, Advertiser
from chuantou.city.scene import Scene

MAY = ("AD-03", "AD-04")
SINCE = -100


def clean(scene: Scene) -> None:
    """A payment institution sells wealth products."""
    company = Advertiser(scene, "PAY", licences=("payment",))
    company.say("投资理财，欢迎垂询")
    scene.must(company.party, "yellow", {"n_business": (1, 1), "n_product": (0, 0), "n_region": (0, 0)}, (DAY, DAY))
    scene.may(MAY)


def product(scene: Scene) -> None:
    """Evasion: its business, but a product outside the scope of its licence."""
    company = Advertiser(scene, "PAY", "320903")
    company.license("payment", SINCE, scope=["互联网支付", "移动电话支付"])
    company.say("支付接口稳定可靠，预付卡大酬宾")
    scene.must(company.party, "yellow", {"n_business": (0, 0), "n_product": (1, 1)}, (DAY, DAY))
    scene.may(MAY)


def region(scene: Scene) -> None:
    """Evasion: its business, for the whole city where its licence is for one county."""
    company = Advertiser(scene, "OTHER", "320904")
    company.license("microloan", SINCE, region=["320904"])
    company.say("小额贷款，面向全市办理")
    scene.must(company.party, "yellow", {"n_business": (0, 0), "n_region": (1, 1)}, (DAY, DAY))
    scene.may(MAY)


def within(scene: Scene) -> None:
    """Look-alike: products and counties that its licences name."""
    company = Advertiser(scene, "PAY")
    company.license("payment", SINCE, scope=["互联网支付", "预付卡发行与受理"], region=["320900"])
    company.say("支付接口、预付卡，服务阜宁县")
    scene.lawful()


def unstated(scene: Scene) -> None:
    """Look-alike: a licence that states neither scope nor region."""
    company = Advertiser(scene, licences=("microloan",))
    company.say("小额贷款，服务全国")
    scene.lawful()


def address(scene: Scene) -> None:
    """Look-alike: another county only in its address, and a region that it says it does not serve."""
    company = Advertiser(scene)
    company.license("microloan", SINCE, region=["320902"])
    company.say("小额贷款，公司地址：阜宁县人民路，暂不支持全国")
    scene.lawful()


SCENES = (
    ("ad02.clean", "AD-02", "clean", clean),
    ("ad02.product", "AD-02", "product-outside-the-scope", product),
    ("ad02.region", "AD-02", "region-outside-the-licence", region),
    ("ad02.within", "AD-02", "lookalike:within-the-licence", within),
    ("ad02.unstated", "AD-02", "lookalike:nothing-stated", unstated),
    ("ad02.address", "AD-02", "lookalike:address", address),
)
