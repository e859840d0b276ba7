"""AD-01 无资质宣传: financial business advertised without a licence, by its words or their disguise (catalogue §4.4)."""

from chuantou.city.adverts import DAY, Advertiser
from chuantou.city.scene import Scene

MAY = ("AD-03", "AD-04")


def clean(scene: Scene) -> None:
    """A consultant without a licence advertises wealth management, twice."""
    company = Advertiser(scene)
    company.say("投资理财，欢迎垂询")
    company.say("财富管理专家，为您服务", DAY + 3)
    scene.must(company.party, "yellow", {"n_businesses": (1, 1)}, (DAY, DAY))
    scene.may(MAY)


def written_otherwise(scene: Scene) -> None:
    """Evasion: homophones, blanks and marks inside the words."""
    company = Advertiser(scene, "OTHER", "320903")
    company.say("匹凸匹新模式；私·募 基 金火热发行")
    scene.must(company.party, "yellow", {"n_businesses": (2, 2)}, (DAY, DAY))
    scene.may(MAY)


def own_site(scene: Scene) -> None:
    """Evasion: no advert, but a site of its own that solicits, with fees paid for being found."""
    company = Advertiser(scene, "OTHER", "320904")
    company.say("抵押贷款，手续简便，咨询热线8888", kind="site", fee_fen=2_000_000)
    scene.must(company.party, "yellow", {"n_businesses": (1, 1), "fee_fen": (2_000_000, 2_000_000)}, (DAY, DAY))
    scene.may(MAY)


def licence_lost(scene: Scene) -> None:
    """Evasion: it goes on when its licence has been cancelled."""
    company = Advertiser(scene, "PAY", "320921", ("payment",))
    company.say("办理POS机，费率最低", DAY - 5)
    company.license("payment", DAY - 2, "CANCELLED")
    company.say("办理POS机，费率最低，送货上门")
    scene.must(company.party, "yellow", {"n_texts": (1, 1)}, (DAY, DAY))
    scene.may(MAY)


def licensed(scene: Scene) -> None:
    """Look-alike: a licensed seller of funds, a microlender and an insurance broker."""
    for kind, text in (("fund_sales", "货币基金一元起购，投资有风险"), ("microloan", "小额贷款，手续简便"),
                       ("insurance_broker", "车险投保，咨询电话888")):  # fmt: skip
        Advertiser(scene, licences=(kind,)).say(text)
    scene.lawful()


def staff(scene: Scene) -> None:
    """Look-alike: adverts for staff, a course, a shop that takes cards, a mortgage at the counter of a developer."""
    company = Advertiser(scene, "OTHER")
    company.say("招聘理财产品销售经理，底薪五千")
    company.say("投资理财培训班开课", DAY + 1)
    company.say("扫码支付优惠多多；买房送装修，可办按揭贷款", DAY + 2)
    scene.lawful()


def explained(scene: Scene) -> None:
    """Look-alike: education, news, and who says that he does none."""
    company = Advertiser(scene, "OTHER")
    company.say("金融知识普及：网贷、P2P与私募基金有何不同")
    company.say("某公司违规销售理财产品", DAY + 1, "news")
    company.say("本公司不从事财富管理、不销售信托产品", DAY + 2)
    scene.lawful()


SCENES = (
    ("ad01.clean", "AD-01", "clean", clean),
    ("ad01.otherwise", "AD-01", "written-otherwise", written_otherwise),
    ("ad01.site", "AD-01", "own-site", own_site),
    ("ad01.lost", "AD-01", "licence-lost", licence_lost),
    ("ad01.licensed", "AD-01", "lookalike:licensed", licensed),
    ("ad01.staff", "AD-01", "lookalike:staff-and-shops", staff),
    ("ad01.explained", "AD-01", "lookalike:explained", explained),
)
