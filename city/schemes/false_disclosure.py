"""P2P-10 误导夸大宣传: adverts against the books of a platform that pays 9 % (catalogue §4.1)."""

from chuantou.city.lending import RATE_PPM, LendingPlatform, Loan
from chuantou.city.scene import Scene, hms

EACH = 2_000_000  # fen
LENT, TERM = 20, 30
LOANS, REPAID = 10, 7
SAID = LENT + TERM + 10  # the day of texts on what is overdue
JUDGED = LENT + 29  # a promised yield is judged when the month of its sales is over
MAY = ("P2P-20", "RUN-01", "AD-03")


class Shop:
    """Ten loans of 20,000 yuan, of which some are repaid on their day; ten more that are not yet due."""

    def __init__(self, scene: Scene, region: str = "320902", repaid: int = REPAID) -> None:
        self.scene, self.platform = scene, LendingPlatform(scene, region=region)
        self.loans = [self.lend(LENT, TERM) for _ in range(LOANS)]
        for loan in self.loans[:repaid]:
            self.platform.repay(loan)
        self.later = [self.lend(LENT + 25, 60) for _ in range(LOANS - repaid + 4)]

    def lend(self, day: int, term: int) -> Loan:
        return self.platform.lend(day, self.platform.client(), [(self.platform.client(), EACH)], term, spend=False)

    def say(self, day: int, text: str, kind: str = "ad") -> None:
        self.scene.emit("txt.items", "web:patrol", day, hms(8), party=self.platform.party, kind=kind, text=text)

    def ended(self) -> None:
        """Borrowers of the later loans pay, so that nothing but the texts is wrong."""
        for loan in self.later:
            self.platform.repay(loan)

    def told(self, severity: str, day: int, **values: int) -> None:
        self.ended()
        self.scene.must(self.platform.party, severity, {name: (value, value) for name, value in values.items()}, (day, day))
        self.scene.may(MAY)


def clean(scene: Scene) -> None:
    """“15 %” where 9 are paid."""
    shop = Shop(scene, repaid=LOANS)
    shop.say(LENT, "预期年化收益率15%，立即加入")
    shop.told("yellow", JUDGED, n_false=1, yield_stated_ppm=150_000, yield_computed_ppm=RATE_PPM)


def overdue(scene: Scene) -> None:
    """Evasion: the yield is right; three of ten are overdue, and the site says 1.5 %."""
    shop = Shop(scene, "320903")
    shop.say(SAID, "年化收益率9%，逾期率１．５％", "site")
    shop.told("orange", SAID, n_false=1, overdue_stated_ppm=15_000, overdue_computed_ppm=300_000)


def changing(scene: Scene) -> None:
    """Evasion: another number every other day, the last of them true."""
    shop = Shop(scene, "320904", LOANS)
    shop.say(LENT, "年化百分之十二")
    shop.say(LENT + 2, "15%年化收益率")
    shop.say(LENT + 4, "年化收益率9%")
    shop.told("orange", JUDGED, n_false=2, yield_computed_ppm=RATE_PPM)


def volume(scene: Scene) -> None:
    """Evasion: a period of its own choosing, in which 200,000 yuan were lent and not five million."""
    shop = Shop(scene, "320921", LOANS)
    shop.say(LENT + 4, "近5日成交额500万元")
    shop.told("yellow", LENT + 4, n_false=1, volume_computed_fen=LOANS * EACH)


def dated(scene: Scene) -> None:
    """Evasion: a stated day, on which the books were other than stated; what was overdue is repaid before anybody looks."""
    shop = Shop(scene, "320922")
    for loan in shop.loans[REPAID:]:
        shop.platform.repay(loan, SAID - 2)
    date = scene.book.date(SAID - 5)
    shop.say(SAID, f"截至{date}，零逾期", "app")
    shop.told("orange", SAID, n_false=1, overdue_stated_ppm=0, overdue_computed_ppm=300_000)


def honest(scene: Scene) -> None:
    """Look-alike: 9 %, 30 % overdue, 200,000 yuan, and a sum since the beginning that nobody can compare."""
    shop = Shop(scene)
    shop.say(LENT, "年化收益率9%")
    shop.say(LENT + 4, "近5日成交额20万元，累计成交99亿元")
    shop.say(SAID, "逾期率30%", "site")
    shop.ended()
    scene.lawful()


def rounded(scene: Scene) -> None:
    """Look-alike: 9 % said as “up to 10”, 200,000 yuan as 0.2 million, 30 % in words."""
    shop = Shop(scene)
    shop.say(LENT, "最高年化10%")
    shop.say(LENT + 4, "近5日成交额0.2百万元")
    shop.say(SAID, "逾期率百分之三十", "site")
    shop.ended()
    scene.lawful()


def earlier_books(scene: Scene) -> None:
    """Look-alike: nothing was overdue on the day that the site names."""
    shop = Shop(scene)
    shop.say(SAID, f"截至{scene.book.date(LENT + TERM - 5)}，逾期率0%", "site")
    shop.ended()
    scene.lawful()


def others(scene: Scene) -> None:
    """Look-alike: a news item about it, the yields of others, a warning."""
    shop = Shop(scene)
    shop.say(LENT, "该平台年化收益率24%，零逾期", "news")
    shop.say(SAID, "行业平均年化收益率15%，警惕年化36%的骗局，借款年化利率18%")
    shop.ended()
    scene.lawful()


SCENES = (
    ("p2p10.clean", "P2P-10", "clean", clean),
    ("p2p10.overdue", "P2P-10", "overdue-behind-a-right-yield", overdue),
    ("p2p10.changing", "P2P-10", "changing-numbers", changing),
    ("p2p10.volume", "P2P-10", "volume-of-a-period", volume),
    ("p2p10.dated", "P2P-10", "a-stated-day", dated),
    ("p2p10.honest", "P2P-10", "lookalike:honest-numbers", honest),
    ("p2p10.rounded", "P2P-10", "lookalike:rounded-numbers", rounded),
    ("p2p10.earlier", "P2P-10", "lookalike:books-of-the-stated-day", earlier_books),
    ("p2p10.others", "P2P-10", "lookalike:numbers-of-others", others),
)
