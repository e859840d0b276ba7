"""TV-05 对赌、客损分成: who is paid by what clients lose, and who by what they trade (catalogue §4.5)."""

from chuantou.city.scene import Scene
from chuantou.city.venues import FIRST, LAST, Venue

DAYS = range(FIRST, LAST + 1)


def told(venue: Venue, beta_ppm: int, day: int) -> None:
    values = {"beta_ppm": (beta_ppm - 2_000, beta_ppm + 2_000), "corr_ppm": (990_000, 1_000_000)}
    venue.scene.must(venue.party, "red", values, (day, day))
    venue.scene.may(["TV-04"])


def half(scene: Scene) -> None:
    """Every evening the member gets 60 % of what its clients lost that day."""
    venue = Venue(scene)
    venue.business()
    for day in DAYS:
        venue.pay(day, venue.lost[day] * 6 // 10)
    told(venue, 600_000, FIRST + 19)


def third_firm(scene: Scene) -> None:
    """Evasion: a firm of the venue's owner pays by the week, a day late, for consulting."""
    venue = Venue(scene, "320903")
    firm = scene.org("盐城恒信咨询服务有限公司", "OTHER", "320903")
    scene.owns(venue.owner, firm, 900_000)
    pot = scene.account(firm, "OWN_GENERAL")
    venue.business()
    for end in (FIRST + 6, FIRST + 13, FIRST + 20):
        venue.pay(end + 1, sum(venue.lost[day] for day in range(end - 6, end + 1)) * 8 // 10, pot, "SUPPLIER")
    told(venue, 800_000, FIRST + 21)


def two_makers(scene: Scene) -> None:
    """Evasion: two firms of the venue stand against the clients, and the share is paid out of one of their accounts."""
    venue = Venue(scene, "320904", makers=2)
    pot = scene.account(venue.makers[1], "OWN_GENERAL")
    venue.business()
    for day in DAYS:
        venue.pay(day, venue.lost[day] * 4 // 10, pot)
    told(venue, 400_000, FIRST + 19)


def by_volume(scene: Scene) -> None:
    """Look-alike: a commission of one per cent of the turnover."""
    venue = Venue(scene, approved=True)
    venue.business()
    for day in DAYS:
        venue.pay(day, venue.traded[day] // 100)
    scene.lawful()


def service_fee(scene: Scene) -> None:
    """Look-alike: a fixed service fee by the week."""
    venue = Venue(scene, approved=True)
    venue.business()
    for day in (FIRST + 7, FIRST + 14, LAST):
        venue.pay(day, 2_000_000)
    scene.lawful()


def winners(scene: Scene) -> None:
    """Look-alike: half of the clients win; what the member gets for its introductions follows a bad week."""
    venue = Venue(scene, approved=True)
    venue.business(winners=5)
    for day in DAYS:
        venue.pay(day, max(venue.lost[day] * 6 // 10, 100))
    scene.lawful()


SCENES = (
    ("tv05.half", "TV-05", "clean", half),
    ("tv05.third", "TV-05", "paid-by-third-firm", third_firm),
    ("tv05.makers", "TV-05", "two-makers", two_makers),
    ("tv05.volume", "TV-05", "lookalike:by-volume", by_volume),
    ("tv05.flat", "TV-05", "lookalike:fixed-fee", service_fee),
    ("tv05.winners", "TV-05", "lookalike:clients-win", winners),
)
