"""P2P-01 资金池: investors' money collected where the platform can move it (catalogue §4.1).

160 investors put in 1.6 m yuan within 20 days for listings of eight investors each; the first listing is paid out to
its borrower, all the rest lies idle. The evasions spread or hide the same pool.
"""

from chuantou.city.lending import RATE_PPM, LendingPlatform
from chuantou.city.scene import Scene, hms

INVESTORS_A_DAY = 8
DAYS = 20
FIRST_DAY = 20
INVESTORS = INVESTORS_A_DAY * DAYS
# Yellow needs 30 investors: the fourth day brings the 32nd; a judgement may wait three working days for the match.
FIRST_BREACH = (FIRST_DAY + 3, FIRST_DAY + 10)
MAY = (
    "P2P-02", "P2P-09", "P2P-15", "P2P-16", "P2P-18", "P2P-20",
    "ILF-01", "ILF-02", "ILF-06", "REG-01", "REG-04", "REG-06", "AM-01", "RUN-01",
)  # fmt: skip


def clean(scene: Scene) -> None:
    """The pool is the platform's own general account."""
    platform = LendingPlatform(scene, custody=False)
    pool = scene.account(platform.party, "OWN_GENERAL", 0)
    _must(scene, platform, _collect(scene, platform, [pool]))


def several_small_pools(scene: Scene) -> None:
    """Four "technology" firms of the platform gather 40 investors each: every one stays below the entity line."""
    platform = LendingPlatform(scene, custody=False, region="320903")
    pools = []
    for number in range(4):
        firm = scene.org(f"盐城{number + 1}号技术服务有限公司")
        scene.owns(platform.party, firm, 700_000)
        pools.append(scene.account(firm, "OWN_BASIC", 0))
    _must(scene, platform, _collect(scene, platform, pools))


def employee_account(scene: Scene) -> None:
    """The pool is an employee's personal account; the platform's own signatory signs for it."""
    platform = LendingPlatform(scene, custody=False, region="320925")
    employee = scene.person()
    pool = scene.account(employee, "PERSONAL_I", 0, signatories=[platform.signatory])
    _must(scene, platform, _collect(scene, platform, [pool]))


def sweep_at_day_end(scene: Scene) -> None:
    """Each evening the pool is emptied into a subsidiary, each morning it comes back: no closing balance shows it."""
    platform = LendingPlatform(scene, custody=False, region="320981")
    pool = scene.account(platform.party, "OWN_GENERAL", 0)
    subsidiary = scene.org("盐城夜间管理咨询有限公司")
    scene.owns(platform.party, subsidiary, 1_000_000)
    night = scene.account(subsidiary, "OWN_BASIC", 0)
    paid_in = _collect(scene, platform, [pool])
    held = 0
    for day in range(FIRST_DAY, FIRST_DAY + DAYS):
        if held:
            scene.pay(day, hms(8, 30), night, pool, held)
        held += sum(paid_in[day])
        if day == FIRST_DAY + 1:
            held -= sum(paid_in[FIRST_DAY])  # the one listing that is paid out
        scene.pay(day, hms(17, 30), pool, night, held)
    _must(scene, platform, paid_in)


def _collect(scene: Scene, platform: LendingPlatform, pools: list[str]) -> dict[int, list[int]]:
    """Eight new investors a day, in turn over the pools; the first day's listing is lent out the day after."""
    paid_in: dict[int, list[int]] = {}
    pool_of_first_day: dict[str, int] = {}
    for day in range(FIRST_DAY, FIRST_DAY + DAYS):
        amounts = [scene.random.randrange(5, 16) * 100_000 for _ in range(INVESTORS_A_DAY)]
        listing, borrower = _list(scene, platform, day, sum(amounts))
        for number, fen in enumerate(amounts):
            pool = pools[number % len(pools)]
            _invest(scene, platform, day, hms(10, number), pool, listing, fen)
            if day == FIRST_DAY:
                pool_of_first_day[pool] = pool_of_first_day.get(pool, 0) + fen
        if day == FIRST_DAY:
            first_listing, first_borrower = listing, borrower
        paid_in[day] = amounts
    for number, (pool, fen) in enumerate(pool_of_first_day.items()):
        scene.pay(
            FIRST_DAY + 1, hms(15, number), pool, first_borrower, fen,
            flow_class="LOAN_OUT", class_basis="source", listing=first_listing,
        )  # fmt: skip
    return paid_in


def _list(scene: Scene, platform: LendingPlatform, day: int, fen: int) -> tuple[str, str]:
    borrower = scene.person()
    account = scene.account(borrower)
    listing = f"{scene.namespace}-L{day}"
    scene.product(
        day, hms(9), platform.party, "LISTING", listing=listing, borrower=borrower, amount_fen=fen,
        rate_ppm=RATE_PPM, term_days=180,
    )  # fmt: skip
    return listing, account


def _invest(scene: Scene, platform: LendingPlatform, day: int, second: int, pool: str, listing: str, fen: int) -> None:
    investor = scene.person()
    order = f"{listing}-{second}"
    scene.product(
        day, second, platform.party, "SUBSCRIBE", investor=investor, listing=listing, claim=order, amount_fen=fen,
        start=scene.book.date(day), due=scene.book.date(day + 180), rate_ppm=RATE_PPM,
    )  # fmt: skip
    marks = {"flow_class": "INVEST_IN", "class_basis": "order", "order_id": order, "listing": listing}
    scene.pay(day, second, scene.account(investor), pool, fen, **marks)


def _must(scene: Scene, platform: LendingPlatform, paid_in: dict[int, list[int]]) -> None:
    inflow = sum(map(sum, paid_in.values()))
    idle = inflow - sum(paid_in[FIRST_DAY])  # only the first listing reached its borrower
    unmatched = idle * 1_000_000 // inflow
    scene.must(
        platform.party, "red",
        {
            "n_investors": (INVESTORS, INVESTORS),
            "inflow_fen": (inflow, inflow),
            "pool_ratio_ppm": (unmatched, unmatched + 1),
            "idle_peak_fen": (max(map(sum, paid_in.values())), inflow),
        },
        FIRST_BREACH,
    )  # fmt: skip
    scene.may(MAY)


SCENES = (
    ("p2p01.clean", "P2P-01", "clean", clean),
    ("p2p01.pools", "P2P-01", "several-small-pools", several_small_pools),
    ("p2p01.employee", "P2P-01", "employee-account", employee_account),
    ("p2p01.sweep", "P2P-01", "sweep-at-day-end", sweep_at_day_end),
)
