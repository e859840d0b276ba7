"""AD-04 集资广告 in the city of 2016: a lead, for the Regulation came in 2021 (catalogue §4.4)."""

from chuantou.city.adverts import DAY, Advertiser
from chuantou.city.scene import Scene

MAY = ("AD-01", "AD-03")
ICP = "苏ICP备16007777号"


def clean(scene: Scene) -> None:
    """“投资满五万，每月返利三千”."""
    company = Advertiser(scene)
    company.say("投资满五万，每月返利三千")
    scene.must(company.party, "log", {"legacy": (1, 1), "n_sites": (0, 0)}, (DAY, DAY))
    scene.may(MAY)


def in_other_words(scene: Scene) -> None:
    """Evasion: no investment, but a cow to be adopted and bought back."""
    company = Advertiser(scene, "OTHER", "320903")
    company.say("认养一头牛，到期原 价 回·购")
    scene.must(company.party, "log", {"legacy": (1, 1)}, (DAY, DAY))
    scene.may(MAY)


def carried(scene: Scene) -> None:
    """Evasion: on a portal of somebody else, who is told beside it."""
    company, portal = Advertiser(scene, "OTHER", "320904"), Advertiser(scene, "OTHER", "320904")
    portal.say("本地生活门户", DAY - 3, "site", icp=ICP)
    company.say("认购养老床位，按月返利", icp=ICP)
    scene.must(company.party, "log", {"n_sites": (1, 1)}, (DAY, DAY))
    scene.may(MAY)


def licensed(scene: Scene) -> None:
    """Look-alike: a bank's certificates of deposit."""
    Advertiser(scene, "BANK", licences=("bank",)).say("认购大额存单，年化2.6%")
    scene.lawful()


def shops(scene: Scene) -> None:
    """Look-alike: bonuses for buying, prepaid calls."""
    company = Advertiser(scene, "OTHER")
    company.say("购物返现，多买多返；预存话费送手机")
    scene.lawful()


def warning(scene: Scene) -> None:
    """Look-alike: a warning, charity, and who denies it."""
    company = Advertiser(scene, "OTHER")
    company.say("谨防以分红、返利为诱饵招募投资人")
    company.say("公益众筹，救助患儿", DAY + 1)
    company.say("本公司不向公众集资，不支付利息", DAY + 2)
    scene.lawful()


SCENES = (
    ("ad04.clean", "AD-04", "clean", clean),
    ("ad04.otherwise", "AD-04", "in-other-words", in_other_words),
    ("ad04.carried", "AD-04", "on-a-portal", carried),
    ("ad04.licensed", "AD-04", "lookalike:licensed", licensed),
    ("ad04.shops", "AD-04", "lookalike:shops", shops),
    ("ad04.warning", "AD-04", "lookalike:warnings-and-charity", warning),
)
