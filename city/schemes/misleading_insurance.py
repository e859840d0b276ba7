"""INS-02 保险误导宣传: returns promised beyond the contract, losses borne, results of the past (catalogue §4.8)."""

from chuantou.city.adverts import DAY, Advertiser
from chuantou.city.scene import Scene, hms

MAY = ("AD-01", "AD-02", "AD-04")
PRODUCT = "盐城安心年金"


def insurer(scene: Scene, region: str = "320902", filed_ppm: int | None = None) -> Advertiser:
    """A licensed insurer, whose product is filed at a rate."""
    company = Advertiser(scene, "INS", region, ("insurance",), f"盐城{scene.namespace}人寿保险")
    if filed_ppm is not None:
        scene.product(DAY - 5, hms(8), company.party, "PRODUCT", product=PRODUCT, term_days=1_825, rate_ppm=filed_ppm)
    return company


def clean(scene: Scene) -> None:
    """“保证收益” in an advert of an insurer that filed none."""
    company = insurer(scene)
    company.say("万能险保证收益，安心")
    scene.must(company.party, "yellow", {"n_promised": (1, 1), "score_ppm": (1_000_000, 1_000_000)}, (DAY, DAY))
    scene.may(MAY)


def beyond(scene: Scene) -> None:
    """Evasion: a filed product, advertised at more than is filed."""
    company = insurer(scene, "320903", 25_000)
    company.say(f"{PRODUCT}保证收益，年化收益率6%")
    scene.must(company.party, "yellow", {"n_promised": (1, 1)}, (DAY, DAY))
    scene.may(MAY)


def in_pieces(scene: Scene) -> None:
    """Evasion: nothing is promised; the past and a comparison with deposits say it."""
    company = insurer(scene, "320904")
    company.say("历史结算利率高达5%")
    company.say("比存款收益高的保险", DAY + 6)
    scene.must(company.party, "yellow", {"n_past": (1, 1), "n_exaggerated": (1, 1)}, (DAY + 6, DAY + 6))
    scene.may(MAY)


def losses(scene: Scene) -> None:
    """Evasion: a broker, not the insurer, bears the losses – in words drawn otherwise."""
    company = Advertiser(scene, "OTHER", "320921", ("insurance_broker",))
    company.say("投连险，虧 損由公司承擔")
    scene.must(company.party, "yellow", {"n_losses": (1, 1)}, (DAY, DAY))
    scene.may(MAY)


def as_filed(scene: Scene) -> None:
    """Look-alike: the rate that is filed, or less."""
    company = insurer(scene, filed_ppm=25_000)
    company.say(f"{PRODUCT}，保证收益，年化收益率2.5%")
    company.say(f"{PRODUCT}，保证收益，年化2%", DAY + 1)
    scene.lawful()


def uncertain(scene: Scene) -> None:
    """Look-alike: what is uncertain is called so."""
    company = insurer(scene)
    company.say("分红是不确定的，不构成固定收益；历史结算利率不代表未来")
    scene.lawful()


def warning(scene: Scene) -> None:
    """Look-alike: a warning, and news of another's promise."""
    company = insurer(scene)
    company.say("谨防“保本保息”保险骗局，“存款送保险”属于销售误导")
    company.say("某公司宣传保证收益，被责令改正", DAY + 1, "news")
    scene.lawful()


SCENES = (
    ("ins02.clean", "INS-02", "clean", clean),
    ("ins02.beyond", "INS-02", "beyond-the-filed-rate", beyond),
    ("ins02.pieces", "INS-02", "in-pieces", in_pieces),
    ("ins02.losses", "INS-02", "by-a-broker", losses),
    ("ins02.filed", "INS-02", "lookalike:as-filed", as_filed),
    ("ins02.uncertain", "INS-02", "lookalike:uncertain-benefits", uncertain),
    ("ins02.warning", "INS-02", "lookalike:warning-and-news", warning),
)
