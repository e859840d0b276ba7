"""P2P-02 借新还旧: the first listing's investors are paid out of the second one's (catalogue §4.1).

Fifteen people lend 1.5 m yuan that never comes back; fifteen more pay in 1.8 m, and the first get principal and interest
out of that. The evasions park the new money, lend it to a shell that repays in the first borrower's place, gather it
elsewhere, or call the payment a refund.
"""

from chuantou.city.lending import RATE_PPM, LendingPlatform
from chuantou.city.scene import Scene, hms

PEOPLE = 15
LENT, NEW, PAID = 10_000_000, 12_000_000, 10_300_000  # fen a person
FIRST_DAY, SECOND_DAY = 10, 25
MAY = (
    "P2P-01", "P2P-03", "P2P-04", "P2P-07", "P2P-08", "P2P-09", "P2P-15", "P2P-16", "P2P-18", "P2P-20",
    "ILF-01", "ILF-02", "ILF-03", "ILF-06", "REG-01", "REG-04", "REG-06", "AM-01", "RUN-01", "YLD-01", "YLD-02", "YLD-03",
)  # fmt: skip


class Ponzi:
    """The platform, its pot, its two listings, and what becomes of them."""

    def __init__(self, scene: Scene, region: str = "320902") -> None:
        self.scene = scene
        self.platform = LendingPlatform(scene, custody=False, region=region)
        self.pot = scene.account(self.platform.party, "OWN_GENERAL", 0)
        self.borrower = scene.person()
        self.borrowed = scene.account(self.borrower)
        self.first = self.list(FIRST_DAY, "L1", self.borrower, LENT, self.pot)
        self.lend(FIRST_DAY + 1, "L1", self.borrowed, PEOPLE * LENT)
        shop = scene.account(scene.org("盐城钢材贸易有限公司"), "OWN_BASIC")
        scene.pay(FIRST_DAY + 2, hms(11), self.borrowed, shop, PEOPLE * LENT, flow_class="SUPPLIER", class_basis="source")

    def list(self, day: int, name: str, borrower: str, fen: int, pot: str) -> list[str]:
        """Fifteen new investors fill a listing; returns their accounts."""
        scene, listing = self.scene, f"{self.scene.namespace}-{name}"
        scene.product(day, hms(9), self.platform.party, "LISTING", listing=listing, borrower=borrower,
                      amount_fen=PEOPLE * fen, rate_ppm=RATE_PPM, term_days=60)  # fmt: skip
        accounts = []
        for number in range(PEOPLE):
            investor, order = scene.person(), f"{listing}-{number}"
            accounts.append(scene.account(investor))
            scene.product(day, hms(10, number), self.platform.party, "SUBSCRIBE", investor=investor, listing=listing,
                          claim=order, amount_fen=fen, start=scene.book.date(day), due=scene.book.date(day + 60),
                          rate_ppm=RATE_PPM)  # fmt: skip
            scene.pay(day, hms(10, number), accounts[-1], pot, fen, flow_class="INVEST_IN", class_basis="order",
                      order_id=order, listing=listing)  # fmt: skip
        return accounts

    def lend(self, day: int, name: str, account: str, fen: int) -> None:
        self.scene.pay(day, hms(15), self.pot, account, fen, flow_class="LOAN_OUT", class_basis="source",
                       listing=f"{self.scene.namespace}-{name}")  # fmt: skip

    def pay_the_first(self, day: int, flow_class: str = "RETURN_PRIN") -> None:
        """Everybody of the first listing is paid, and the truth says so."""
        for number, account in enumerate(self.first):
            self.scene.pay(day, hms(16, number), self.pot, account, PAID, flow_class=flow_class, class_basis="source",
                           listing=f"{self.scene.namespace}-L1")  # fmt: skip
        everything = (1_000_000, 1_000_000)
        paid = (PEOPLE * PAID, PEOPLE * PAID)
        values = {"payouts_fen": paid, "n_payees": (PEOPLE, PEOPLE), "npo_fifo_ppm": everything, "npo_prorata_ppm": everything}
        self.scene.must(self.platform.party, "red", values, (day, day))
        self.scene.may(MAY)


def clean(scene: Scene) -> None:
    """The pot pays the day after the new money came."""
    ponzi = Ponzi(scene)
    ponzi.list(SECOND_DAY, "L2", scene.person(), NEW, ponzi.pot)
    ponzi.pay_the_first(SECOND_DAY + 1)


def parked(scene: Scene) -> None:
    """The new money lies for 40 days before it pays."""
    ponzi = Ponzi(scene, region="320903")
    ponzi.list(SECOND_DAY, "L2", scene.person(), NEW, ponzi.pot)
    ponzi.pay_the_first(SECOND_DAY + 40)


def through_a_shell(scene: Scene) -> None:
    """The second listing is lent to a shell that hands the money to the first borrower, who "repays" with it."""
    ponzi = Ponzi(scene, region="320925")
    shell = scene.org("盐城润达物资有限公司")
    account = scene.account(shell, "OWN_BASIC", 0)
    ponzi.list(SECOND_DAY, "L2", shell, NEW, ponzi.pot)
    ponzi.lend(SECOND_DAY, "L2", account, PEOPLE * NEW)
    scene.pay(SECOND_DAY + 1, hms(9), account, ponzi.borrowed, PEOPLE * PAID)
    scene.pay(SECOND_DAY + 1, hms(10), ponzi.borrowed, ponzi.pot, PEOPLE * PAID, flow_class="REPAY_PRIN",
              class_basis="obligation", listing=f"{scene.namespace}-L1")  # fmt: skip
    ponzi.pay_the_first(SECOND_DAY + 1)


def subsidiary_gathers(scene: Scene) -> None:
    """A subsidiary takes the new money in and passes it on in one sum."""
    ponzi = Ponzi(scene, region="320981")
    subsidiary = scene.org("盐城汇川咨询有限公司")
    scene.owns(ponzi.platform.party, subsidiary, 1_000_000)
    other = scene.account(subsidiary, "OWN_BASIC", 0)
    ponzi.list(SECOND_DAY, "L2", scene.person(), NEW, other)
    scene.pay(SECOND_DAY, hms(20), other, ponzi.pot, PEOPLE * NEW)
    ponzi.pay_the_first(SECOND_DAY + 1)


def called_a_refund(scene: Scene) -> None:
    """The returns carry the name of refunds, of more than was paid and of no order."""
    ponzi = Ponzi(scene, region="320924")
    ponzi.list(SECOND_DAY, "L2", scene.person(), NEW, ponzi.pot)
    ponzi.pay_the_first(SECOND_DAY + 1, "REFUND")


def miscarried(scene: Scene) -> None:
    """LA-REFUND: a listing fails in designated custody; everybody gets his own back, the last ones first."""
    platform = LendingPlatform(scene, sub_ledgers=False, region="320902")
    listing, fen = f"{scene.namespace}-L1", 10_000_000
    platform.say(20, "LISTING", listing=listing, borrower=scene.person(), amount_fen=PEOPLE * fen, rate_ppm=RATE_PPM,
                 term_days=90)  # fmt: skip
    clients = [platform.client() for _ in range(PEOPLE)]
    for number, client in enumerate(clients):
        scene.pay(20, hms(11, number), client.bank, platform.master, fen, flow_class="INVEST_IN", class_basis="order",
                  order_id=f"{listing}-{number}", listing=listing)  # fmt: skip
    platform.say(24, "LISTING_STATUS", listing=listing, status="MISCARRY")
    for number, client in enumerate(reversed(clients)):
        scene.pay(24, hms(15, number), platform.master, client.bank, fen, flow_class="RETURN_PRIN", class_basis="source",
                  listing=listing)  # fmt: skip
    scene.lawful()


SCENES = (
    ("p2p02.clean", "P2P-02", "clean", clean),
    ("p2p02.parked", "P2P-02", "parked", parked),
    ("p2p02.shell", "P2P-02", "through-a-shell", through_a_shell),
    ("p2p02.subsidiary", "P2P-02", "second-pot", subsidiary_gathers),
    ("p2p02.refund", "P2P-02", "called-a-refund", called_a_refund),
    ("p2p02.miscarried", "P2P-02", "lookalike:miscarried-listing", miscarried),
)
