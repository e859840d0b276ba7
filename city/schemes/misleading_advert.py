"""AD-03 误导虚假宣传: what nobody may promise, how it is hidden, and texts that only speak of it (catalogue §4.4)."""

from chuantou.city.adverts import DAY, Advertiser
from chuantou.city.scene import Scene

MAY = ("AD-01", "AD-04")
ICP = "苏ICP备16008888号"


def clean(scene: Scene) -> None:
    """“保本保息” in an advert."""
    company = Advertiser(scene)
    company.say("本公司项目保本保息，安心之选")
    scene.must(company.party, "yellow", {"class2": (1, 1), "score_ppm": (1_000_000, 1_000_000)}, (DAY, DAY))
    scene.may(MAY)


def written_otherwise(scene: Scene) -> None:
    """Evasion: blanks, look-alikes and traditional characters inside the words."""
    company = Advertiser(scene, region="320903")
    company.say("夲金无忧：保 夲·保　息，保證收益")
    scene.must(company.party, "yellow", {"n_texts": (1, 1)}, (DAY, DAY))
    scene.may(MAY)


def negated(scene: Scene) -> None:
    """Evasion: a denial of something else before the promise, a warning of others, and quotation marks."""
    company = Advertiser(scene, region="320904")
    company.say("谨防骗局！无手续费，不仅收益高，我们承诺“保本”")
    scene.must(company.party, "yellow", {"class2": (1, 1)}, (DAY, DAY))
    scene.may(MAY)


def in_pieces(scene: Scene) -> None:
    """Evasion: one praise a week, none of them enough."""
    company = Advertiser(scene, "OTHER", "320921")
    company.say("行业第一的平台")
    company.say("著名专家推荐", DAY + 9)
    scene.must(company.party, "yellow", {"class3": (1, 1), "class4": (1, 1), "n_texts": (2, 2)}, (DAY + 9, DAY + 9))
    scene.may(MAY)


def nameless(scene: Scene) -> None:
    """Evasion: a page that names nobody, under the filing number of the company's site; paid for dearly."""
    company = Advertiser(scene, region="320922")
    company.say("公司简介", DAY - 2, "site", icp=ICP, url="https://www.jubao.example.cn/")
    company.say("兜底承诺，亏损包赔", named=False, icp=ICP, fee_fen=12_000_000)
    scene.must(company.party, "orange", {"fee_fen": (12_000_000, 12_000_000)}, (DAY, DAY))
    scene.may(MAY)


def bank(scene: Scene) -> None:
    """Look-alike: a licensed bank's deposits."""
    Advertiser(scene, "BANK", licences=("bank",)).say("定期存款保本保息，存款保险保障")
    scene.lawful()


def warning(scene: Scene) -> None:
    """Look-alike: a warning, education and a notice of risk."""
    body = Advertiser(scene, "OTHER")
    body.say("谨防“保本保息”骗局！凡是承诺稳赚不赔的，请立即举报。")
    body.say("投资者教育：如何识别“零风险、高回报”的骗局", DAY + 1)
    body.say("我们不承诺保本、保息，过往业绩不代表未来", DAY + 2)
    scene.lawful()


def news(scene: Scene) -> None:
    """Look-alike: the news report what the company never said itself."""
    company = Advertiser(scene)
    company.say("该公司宣传保本保息、稳赚不赔", kind="news")
    scene.lawful()


def one_word(scene: Scene) -> None:
    """Look-alike: one praise, on many pages; words inside other words."""
    company = Advertiser(scene, "OTHER")
    for day in range(DAY, DAY + 5):
        company.say("行业第一的平台", day)
    company.say("为借款提供担保，担保本公司债务；社保本人可领", DAY + 5)
    scene.lawful()


SCENES = (
    ("ad03.clean", "AD-03", "clean", clean),
    ("ad03.otherwise", "AD-03", "written-otherwise", written_otherwise),
    ("ad03.negated", "AD-03", "negation-abuse", negated),
    ("ad03.pieces", "AD-03", "in-pieces", in_pieces),
    ("ad03.nameless", "AD-03", "nameless-page", nameless),
    ("ad03.bank", "AD-03", "lookalike:bank-deposits", bank),
    ("ad03.warning", "AD-03", "lookalike:warnings-and-education", warning),
    ("ad03.news", "AD-03", "lookalike:news", news),
    ("ad03.one", "AD-03", "lookalike:one-word", one_word),
)
