"""P2P-07 期限错配: short claims on long loans, by the book and by the claim (catalogue §4.1, §4.14; G8 of §10.1)."""

from chuantou.city.lending import LendingPlatform, Loan
from chuantou.city.scene import Scene, hms

FIRST_DAY = 10
LOAN_FEN = 20_000_000
LAWFUL_LOAN_FEN = 15_000_000  # below the cap of a natural person from 2016-08-24 on
UNIT_FEN = 2_000_000  # G8 at a fifth of its size in units of 20 000 yuan
MAY = ("P2P-02", "P2P-05", "P2P-08", "P2P-09", "P2P-12", "P2P-13", "P2P-16", "P2P-18", "RUN-01")


def by_the_book(scene: Scene) -> None:
    """G8 at a fifth of its size; after 20 days everything is prepaid, so that the first day remains the worst."""
    platform = LendingPlatform(scene, sub_ledgers=False)
    # (loan term, [(claim term, parts of 20 000 yuan)]): investors 30 d 40 %, 90 d 40 %, 180 d 20 % of 2 m yuan;
    # loans 30 d 9 %, 180 d 41 %, 360 d 50 %.
    ladder = ((30, [(30, 9)]), (180, [(30, 31), (90, 10)]), (360, [(90, 30), (180, 20)]))
    loans = [_mixed_loan(scene, platform, term, claims) for term, claims in ladder]
    for loan in loans:
        platform.repay(loan, FIRST_DAY + 20)
    values = {
        "gap7_ppm": (0, 0),
        "gap30_ppm": (310_000, 310_000),
        "wal_assets_days": (255, 257),
        "wal_liabilities_days": (83, 84),
        "wal_ratio_ppm": (3_050_000, 3_085_000),
    }
    scene.must(platform.party, "red", values, (FIRST_DAY, FIRST_DAY + 1))
    scene.may(MAY)


def _mixed_loan(scene: Scene, platform: LendingPlatform, term: int, claims: list[tuple[int, int]]) -> Loan:
    """One loan to one firm, held by claims of several lengths; units of 20 000 yuan."""
    borrower = platform.client(party=scene.org(f"盐城{term}天周转制造有限公司"))
    parts = [(platform.client(), units * UNIT_FEN) for _, units in claims]
    return platform.lend(FIRST_DAY, borrower, parts, term, claim_terms=[days for days, _ in claims])


def by_the_claim(scene: Scene) -> None:
    """A book that matches but for one tenth: which is paid back 70 days before its loan ends, unbought."""
    platform = LendingPlatform(scene, region="320923")
    for number in range(9):
        _loan(platform, FIRST_DAY + number % 3, 130)
    early = _loan(platform, FIRST_DAY, 130, claim_days=60)
    exit_day = FIRST_DAY + 60
    for claim in early.claims:
        back = {"flow_class": "RETURN_PRIN", "class_basis": "source"}
        scene.pay(exit_day, hms(14), platform.own, claim.holder.bank, claim.fen, **back)
        platform.redeem(exit_day, claim, claim.fen)
    scene.must(platform.party, "yellow", first_breach=(FIRST_DAY, exit_day + 2))
    scene.may(MAY)


def auto_renewal(scene: Scene) -> None:
    """Evasion: 30-day claims on 180-day loans renew themselves, so that nobody is ever seen to leave."""
    platform = LendingPlatform(scene, region="320904")
    loans = [_loan(platform, FIRST_DAY, 180, claim_days=30) for _ in range(5)]
    for renewal in (1, 2):
        day = FIRST_DAY + 30 * renewal
        for loan in loans:
            for claim in loan.claims:
                platform.renew(day, claim, loan, 30)
    scene.must(platform.party, "red", {"gap30_ppm": (1_000_000, 1_000_000)}, (FIRST_DAY, FIRST_DAY + 1))
    scene.may(MAY)


def market_maker(scene: Scene) -> None:
    """Evasion: investors leave after 30 days by "selling" to a company of the platform: no independent buyer."""
    platform = LendingPlatform(scene, region="320925")
    maker = scene.org("盐城债转做市信息咨询有限公司")
    scene.owns(platform.party, maker, 1_000_000)
    buyer = platform.client(party=maker)
    loans = [_loan(platform, FIRST_DAY + number, 130) for number in range(8)]
    for number, loan in enumerate(loans[:4]):
        for claim in loan.claims:
            platform.transfer_claim(FIRST_DAY + 30 + number, claim, buyer)
    scene.must(platform.party, "yellow", first_breach=(FIRST_DAY + 30, FIRST_DAY + 33))
    scene.may(MAY)


def matched_terms(scene: Scene) -> None:
    """Look-alike: every claim ends with its loan."""
    platform = LendingPlatform(scene)
    for number, term in enumerate((30, 45, 60, 90)):
        platform.repay(_loan(platform, FIRST_DAY + number, term, fen=LAWFUL_LOAN_FEN))
    scene.lawful()


def genuine_transfer(scene: Scene) -> None:
    """Look-alike: four lenders leave early; each sells one claim to another named lender, who pays for it."""
    platform = LendingPlatform(scene)
    loans = [_loan(platform, FIRST_DAY + number, 90, fen=LAWFUL_LOAN_FEN) for number in range(4)]
    for number, loan in enumerate(loans):
        platform.transfer_claim(FIRST_DAY + 40 + number, loan.claims[number], platform.client())
        platform.repay(loan)
    scene.lawful()


def instalments(scene: Scene) -> None:
    """Look-alike: borrowers repay in three instalments and investors receive each of them."""
    platform = LendingPlatform(scene)
    for number in range(4):
        platform.repay(_loan(platform, FIRST_DAY + number, 90, fen=LAWFUL_LOAN_FEN, instalments=3))
    scene.lawful()


def prepaid_early(scene: Scene) -> None:
    """Look-alike: borrowers prepay 180-day loans on day 50; investors are out early because the loan is."""
    platform = LendingPlatform(scene)
    for number in range(4):
        platform.repay(_loan(platform, FIRST_DAY + number, 180, fen=LAWFUL_LOAN_FEN), FIRST_DAY + 50 + number)
    scene.lawful()


def _loan(
    platform: LendingPlatform,
    day: int,
    term: int,
    fen: int = LOAN_FEN,
    claim_days: int | None = None,
    instalments: int = 1,
) -> Loan:
    """A loan of ``fen`` to a new natural person by five new lenders in equal parts."""
    parts = [(platform.client(), fen // 5) for _ in range(5)]
    claim_terms = [claim_days or term] * len(parts)
    return platform.lend(day, platform.client(), parts, term, claim_terms=claim_terms, instalments=instalments)


SCENES = tuple(
    (f"p2p07.{name}", "P2P-07", variant, play)
    for name, variant, play in (
        ("book", "clean", by_the_book),
        ("claim", "clean", by_the_claim),
        ("renewal", "auto-renewal", auto_renewal),
        ("maker", "market-maker", market_maker),
        ("matched", "lookalike:matched-terms", matched_terms),
        ("transfer", "lookalike:genuine-transfer", genuine_transfer),
        ("instalments", "lookalike:instalments", instalments),
        ("prepaid", "lookalike:prepaid-early", prepaid_early),
    )
)
