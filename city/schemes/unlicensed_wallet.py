"""PAY-10 类支付账户: balances topped up, paid with and cashed without a licence (catalogue §4.3), and what looks like it."""

from typing import Any

from chuantou.city.scene import Scene, hms

FIRST_DAY = 50
USERS = 100
TOPUP_FEN = 50_000
MAY = ("FLOW-02", "ILF-06", "AM-01", "REG-01", "ILF-04", "REG-04", "P2P-01")


class Wallet:
    """A company and a hundred users; each tops up on one of five days and takes out three days later."""

    def __init__(self, scene: Scene, name: str, region: str = "320902", **fields: Any) -> None:
        self.scene, self.region = scene, region
        self.company = scene.org(name, region=region, **fields)
        self.account = scene.account(self.company, "OWN_GENERAL")
        self.people = [scene.person() for _ in range(USERS)]
        self.banks = [scene.account(person) for person in self.people]

    def move(self, day: int, k: int, payer: str, payee: str, fen: int, hour: int, **fields: Any) -> None:
        self.scene.pay(FIRST_DAY + day, hms(hour + k // 60, k % 60), payer, payee, fen, **fields)

    def top_up(self, into: list[str] | None = None, fen: int = TOPUP_FEN, **fields: Any) -> None:
        fields = fields or {"flow_class": "TOPUP", "class_basis": "source"}
        for k, bank in enumerate(self.banks):
            self.move(k % 5, k, bank, into[k] if into else self.account, fen, 10, **fields)

    def cash(self, payers: list[str] | None = None, even: int = 70_000, odd: int = 30_000, **fields: Any) -> None:
        """Users with an even number got money from those with an odd one."""
        fields = fields or {"flow_class": "WITHDRAW", "class_basis": "source"}
        for k, bank in enumerate(self.banks):
            payer = payers[k % len(payers)] if payers else self.account
            self.move(k % 5 + 3, k, payer, bank, odd if k % 2 else even, 16, **fields)

    def must(self, **values: tuple[int, int]) -> None:
        sure = {"n_users": (USERS, USERS), "topup_fen": (USERS * TOPUP_FEN, USERS * TOPUP_FEN)} | values
        self.scene.must(self.company, "yellow", sure, (FIRST_DAY + 6, FIRST_DAY + 9))
        self.scene.may(MAY)


def users_pay_each_other(scene: Scene) -> None:
    """A hundred users put in 500 yuan each; half of them take out 300, the others 700."""
    wallet = Wallet(scene, "盐城随心付科技有限公司")
    wallet.top_up()
    wallet.cash()
    wallet.must(n_givers=(50, 50), n_getters=(50, 50))


def game_coins(scene: Scene) -> None:
    """Evasion: “game coins” that are bought, passed on and “bought back” to the bank account."""
    wallet = Wallet(scene, "盐城欢乐互娱网络科技有限公司", "320903")
    wallet.top_up(memo="买游戏币")
    wallet.cash(memo="回收游戏币")
    wallet.must(n_getters=(50, 50))


def sister_pays_out(scene: Scene) -> None:
    """Evasion: one company takes the money, another of the same owner pays it out."""
    wallet = Wallet(scene, "盐城易转信息技术有限公司", "320904")
    firm = scene.org("盐城易转商务有限公司", region="320904")
    scene.owns(wallet.company, firm, 1_000_000)
    wallet.top_up()
    wallet.cash([scene.account(firm, "OWN_BASIC")])
    wallet.must()


def by_the_book(scene: Scene) -> None:
    """Payment accounts under the company's master account; users pay each other on its book."""
    wallet = Wallet(scene, "盐城钱包通科技有限公司", "320921")
    held = [scene.account(person, "PAYMENT_ACCT", master_account=wallet.account) for person in wallet.people]
    wallet.top_up(held, memo="转账")
    for k in range(0, USERS, 2):
        wallet.move(k % 5 + 1, k, held[k], held[k + 1], 2_000, 12, rail="PI_BOOK")
    wallet.cash(held, 48_000, 52_000, memo="转账")
    wallet.must(n_spenders=(50, 50))


def shops_settled(scene: Scene) -> None:
    """Users pay at shops, which are settled together."""
    wallet = Wallet(scene, "盐城聚合钱包有限公司", "320922")
    wallet.top_up(memo="余额充值")
    for k in range(3):
        shop = scene.account(scene.org(f"盐城{k + 1}号便利店"), "MERCHANT_SETTLE")
        wallet.move(6, k, wallet.account, shop, 150_000, 9, memo="商户结算")
    wallet.cash(even=45_000, odd=45_000, memo="余额提现")
    wallet.must(n_merchants=(3, 3))


def licensed(scene: Scene) -> None:
    """Look-alike: the same with a licence."""
    wallet = Wallet(scene, "盐城持证网络支付有限公司")
    scene.licence(wallet.company, "payment")
    wallet.top_up()
    wallet.cash()
    scene.lawful()


def points_that_stay(scene: Scene) -> None:
    """Look-alike: game points that nobody can cash."""
    wallet = Wallet(scene, "盐城乐游网络有限公司")
    wallet.top_up(memo="充值游戏币")
    scene.lawful()


def membership(scene: Scene) -> None:
    """Look-alike: a sauna's balances, spent at the sauna; the rest is given back."""
    wallet = Wallet(scene, "盐城汤泉洗浴有限公司")
    wallet.top_up(memo="会员卡充值")
    wallet.cash(even=20_000, odd=10_000, memo="退卡")
    scene.lawful()


def deposits(scene: Scene) -> None:
    """Look-alike: deposits for bicycles, given back whole."""
    wallet = Wallet(scene, "盐城共享单车有限公司")
    wallet.top_up(memo="押金充值", fen=29_900)
    wallet.cash(even=29_900, odd=29_900, memo="押金余额提现")
    scene.lawful()


def escrow(scene: Scene) -> None:
    """Look-alike: a market place whose users' money lies in a licensed institution's reserve."""
    wallet = Wallet(scene, "盐城交易撮合电商有限公司")
    institution = scene.org("盐城托付支付有限公司", "PAY")
    scene.licence(institution, "payment")
    reserve = scene.account(institution, "RSV_DEPOSITORY", role_basis="designated")
    wallet.top_up([reserve] * USERS)
    wallet.cash([reserve])
    scene.lawful()


SCENES = tuple(
    (f"pay10.{name}", "PAY-10", variant, play)
    for name, variant, play in (
        ("each", "clean", users_pay_each_other),
        ("book", "clean", by_the_book),
        ("shops", "clean", shops_settled),
        ("coins", "game-coins", game_coins),
        ("sister", "sister-firm", sister_pays_out),
        ("licensed", "lookalike:licensed", licensed),
        ("points", "lookalike:points-not-redeemable", points_that_stay),
        ("sauna", "lookalike:membership-balances", membership),
        ("bicycle", "lookalike:deposits", deposits),
        ("escrow", "lookalike:escrow-in-licensed-reserve", escrow),
    )
)
