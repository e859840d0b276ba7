"""ECF-03 明股实债: projects that pay every month and buy their shares back (catalogue §4.7)."""

from chuantou.city.lending import LendingPlatform
from chuantou.city.scene import Scene, hms

START = -85  # six months of payments end inside the city
PEOPLE, EACH = 8, 5_000_000
MAY = ("P2P-01", "P2P-02", "P2P-03", "P2P-09", "P2P-13", "P2P-15", "P2P-16", "P2P-18", "P2P-20",
       "ECF-01", "ECF-02", "ECF-04", "ILF-02", "ILF-03", "AM-01", "AM-02", "REG-04", "YLD-01", "YLD-02")  # fmt: skip


class Project:
    """A crowdfunding platform without custody of its own and one issuer whose investors put in 50,000 yuan each."""

    def __init__(self, scene: Scene, region: str = "320902", people: int = PEOPLE, **fields: str) -> None:
        self.scene = scene
        self.platform = LendingPlatform(scene, sub_ledgers=False, custody=False, region=region, sector="ECF")
        self.issuer = scene.org("盐城晨光餐饮连锁有限公司")
        self.own = scene.account(self.issuer, "OWN_BASIC", since=START)
        self.listing = f"{scene.namespace}-E1"
        self.platform.say(START, "LISTING", listing=self.listing, borrower=self.issuer, amount_fen=people * EACH, rate_ppm=0,
                          term_days=1_000, **fields)  # fmt: skip
        self.people = [scene.person() for _ in range(people)]
        self.accounts = [scene.account(person, since=START) for person in self.people]
        for number, (person, account) in enumerate(zip(self.people, self.accounts)):
            self.platform.say(START, "SUBSCRIBE", investor=person, listing=self.listing, claim=f"{self.listing}-{number}",
                              amount_fen=EACH, start=scene.book.date(START), due=scene.book.date(START + 1_000))  # fmt: skip
            scene.pay(START, hms(15, number), account, self.own, EACH, flow_class="CAPITAL_IN", class_basis="source",
                      listing=self.listing)  # fmt: skip
        self.platform.say(START, "DISBURSE", listing=self.listing, borrower=self.issuer, amount_fen=people * EACH)

    def pay(self, day: int, fen: int, flow: str, payer: str | None = None) -> None:
        for number, account in enumerate(self.accounts):
            self.scene.pay(day, hms(15, number), payer or self.own, account, fen, flow_class=flow, class_basis="source")

    def told(self, score: int, back: int, day: int) -> None:
        values = {"score_ppm": (score, score), "irr_sigma_ppm": (0, 5_000), "n_bought_back": (back, back)}
        self.scene.must(self.platform.party, "orange", values, (day, day))
        self.scene.may(MAY)


def clause(scene: Scene) -> None:
    """One per cent a month, and a text that promises to buy back."""
    project = Project(scene, describe="三年期满由发行人按本金加年化百分之十二回购")
    for month in range(1, 7):
        project.pay(START + 30 * month, EACH // 100, "DIVIDEND")
    project.told(1_000_000, 0, START + 180)


def fees(scene: Scene) -> None:
    """Evasion: “consulting fees” by a sister of the issuer, and a buy-out at a premium."""
    project = Project(scene, "320903")
    owner, sister = scene.person(), scene.org("盐城晨光咨询服务有限公司")
    scene.owns(owner, project.issuer, 900_000)
    scene.owns(owner, sister, 900_000)
    pot = scene.account(sister, "OWN_BASIC", since=START)
    for month in range(1, 7):
        project.pay(START + 30 * month, EACH // 100, "FEE", pot)
    project.pay(START + 190, EACH + EACH // 20, "OTHER")
    project.told(1_000_000, PEOPLE, START + 190)


def dividends(scene: Scene) -> None:
    """Look-alike: dividends that follow the results."""
    project = Project(scene)
    for quarter, fen in ((1, 90_000), (2, 30_000)):
        project.platform.say(
            START + 90 * quarter - 5, "LISTING", listing=project.listing, borrower=project.issuer, amount_fen=PEOPLE * EACH,
            rate_ppm=0, term_days=1_000, project_return_ppm=20_000 * quarter,
        )  # fmt: skip
        project.pay(START + 90 * quarter, fen, "DIVIDEND")
    project.pay(START + 190, 70_000, "DIVIDEND")
    scene.lawful()


def venture(scene: Scene) -> None:
    """Look-alike: four investors of a venture with a redemption clause that nobody used."""
    project = Project(scene, people=4, describe="五年未上市则由创始人回购")
    for month in range(1, 7):
        project.pay(START + 30 * month, EACH // 200, "DIVIDEND")
    scene.lawful()


def preferred(scene: Scene) -> None:
    """Look-alike: disclosed preferred shares of a licensed securities firm."""
    project = Project(scene, describe="优先股，固定股息，回购条款已披露")
    scene.licence(project.issuer, "securities")
    for month in range(1, 7):
        project.pay(START + 30 * month, EACH // 100, "DIVIDEND")
    scene.lawful()


SCENES = (
    ("ecf03.clause", "ECF-03", "clean", clause),
    ("ecf03.fees", "ECF-03", "consulting-fees", fees),
    ("ecf03.dividends", "ECF-03", "lookalike:dividends-by-results", dividends),
    ("ecf03.venture", "ECF-03", "lookalike:venture", venture),
    ("ecf03.preferred", "ECF-03", "lookalike:preferred-shares", preferred),
)
