"""YLD-01: all-in yields, the peers they are held against, and the laws of the date."""

import datetime as dt

import pytest

from chuantou.schemas.streams import ReferenceItem
from tests.detectors.scenario import alerts, days_after, fen, only, run
from tests.detectors.stories import abnormal_yield as stories
from tests.detectors.stories.abnormal_yield import DAY, TERM, Market, beyond_the_peers


def tell(s, table, key, value, first=None):
    s._tell(ReferenceItem, DAY, "ref:cn", table=table, key=key, value=value, valid_from=first and dt.date.fromisoformat(first))


def found(told):
    return alerts(run(told.scenario), "YLD-01", told.subject)


def test_g9_exceeds_the_borrowers_rate_by_four_and_a_half_points():
    told = stories.beyond_the_borrower()
    alert = only(run(told.scenario), "YLD-01", told.subject)
    assert (alert.severity, alert.values["all_in_yield_ppm"], alert.values["borrower_rate_ppm"]) == ("red", 135_277, 90_000)
    assert [alert.values[name] for name in ("over_line", "over_borrower", "over_project")] == [0, 1, 0]


@pytest.mark.parametrize(
    ("rate", "severity"), [(119_999, None), (120_000, "orange"), (140_000, "orange"), (170_000, "red")]
)
def test_by_peers(rate, severity):
    """Rates 8 to 10 %: median 9, MAD 0.5; three points above are z = 4.0. 17 % is what the borrower pays plus two."""
    told = beyond_the_peers(rate)
    seen = found(told)
    assert [a.severity for a in seen] == ([severity] if severity else [])
    assert all((a.values["peer_median_ppm"], a.values["n_peers"]) == (90_000, 25) for a in seen)
    assert all(a.values["peer_z_milli"] == (rate - 90_000) * 10_000_000 // (14_826 * 5_000) for a in seen)


@pytest.mark.parametrize(("mad", "severity"), [(10_200, None), (10_100, "yellow"), (6_800, "yellow"), (6_700, "orange")])
def test_the_table_where_peers_are_few(mad, severity):
    """Nineteen peers do not count; three points above the table's median, at z just above or below two and three."""
    x = Market("few", 19)
    tell(x.s, "peer_yield", "P2P/31-90", {"median_ppm": 90_000, "mad_ppm": mad, "n": 312})
    x.sell(x.platform, "L", 120_000, 130_000)
    seen = found(x.told())
    assert [(a.severity, a.values["n_peers"]) for a in seen] == ([(severity, 312)] if severity else [])


def test_no_peers_and_no_table_say_nothing():
    x = Market("none", 19)
    tell(x.s, "peer_yield", "P2P/31-90", "ask someone else")
    x.sell(x.platform, "L", 140_000, 150_000)
    assert found(x.told()) == []


def test_peers_that_are_all_alike():
    x = Market("alike", 0)
    for number in range(20):
        x.sell(x.s.platform(), f"P{number}", 90_000, 150_000)
    x.sell(x.platform, "L", 120_000, 150_000)
    (alert,) = found(x.told())
    assert (alert.severity, alert.values["peer_z_milli"]) == ("orange", 12_000)


def test_another_term_has_other_peers():
    x = Market("term")
    x.s.product(f"{DAY}T09:00", "PRODUCT", x.platform, product="Q", term_days=400, rate_ppm=140_000)
    x.s.product(f"{DAY}T10:00", "SUBSCRIBE", x.platform, 200_000, product="Q", investor=x.s.person(), due=days_after(DAY, 400))
    assert found(x.told()) == []


@pytest.mark.parametrize(("rate", "seen"), [(239_999, 0), (240_000, 1)])
def test_the_line_of_24_per_cent(rate, seen):
    x = Market("law", 0)
    x.sell(x.platform, "L", rate, 300_000)
    assert len(found(x.told())) == seen


@pytest.mark.parametrize(("rate", "told_lpr", "seen"), [(153_999, True, 0), (154_000, True, 1), (240_000, False, 0)])
def test_four_times_the_lpr_from_2020_08_20(rate, told_lpr, seen):
    day = "2020-09-01"
    x = Market("lpr", 0)
    if told_lpr:
        tell(x.s, "lpr", "1y", {"rate_ppm": 38_500}, "2020-08-20")
        tell(x.s, "lpr", "1y", {"rate_ppm": 90_000}, "2020-10-20")
    x.sell(x.platform, "L", rate, 300_000, day)
    x.s.person(f"{days_after(day, 5)}T12:00")
    assert len(alerts(run(x.s), "YLD-01", x.platform)) == seen


def test_twice_what_the_project_earns():
    told = stories.beyond_the_project()
    assert [(a.severity, a.values["over_project"]) for a in found(told)] == [("red", 1)]
    x = Market("project", 0)
    x.sell(x.platform, "L", 109_999, 150_000, project_return_ppm=55_000)
    assert found(x.told()) == []


def test_gifts_are_small_and_one_off():
    def with_bonuses(*yuan):
        x = Market("gift")
        own = x.s.account(x.platform, holds=90_000)
        for account in x.sell(x.platform, "L", 90_000, 90_000):
            for number, each in enumerate(yuan):
                x.s.pay(f"{days_after(DAY, number)}T15:00", own, account, each, "BONUS", listing="L")
        x.told()
        return [a.values["all_in_yield_ppm"] for a in alerts(run(x.s), "YLD-01", x.platform)]

    assert with_bonuses(50) == []
    assert with_bonuses(400) == [90_000 + 2 * fen(400) * 365 * 1_000_000 // (fen(200_000) * TERM)]
    assert with_bonuses(50, 360) == [90_000 + 2 * fen(410) * 365 * 1_000_000 // (fen(200_000) * TERM)]


def test_small_sums_are_no_product():
    x = Market("small", 0)
    x.s.product(f"{DAY}T09:00", "PRODUCT", x.platform, product="Q", term_days=30, rate_ppm=400_000)
    x.s.product(f"{DAY}T10:00", "SUBSCRIBE", x.platform, 9_999, product="Q", investor=x.s.person())
    assert found(x.told()) == []


def test_a_product_of_two_listings_by_what_they_hold():
    x = Market("mix", 0)
    for listing, rate, yuan in (("A", 100_000, 300_000), ("B", 140_000, 100_000)):
        x.s.product(f"{DAY}T08:00", "LISTING", x.platform, yuan, listing=listing, borrower=x.s.org(), rate_ppm=rate, term_days=90)
        x.s.product(f"{DAY}T08:30", "ALLOC", x.platform, yuan, product="Q", listing=listing)
    x.s.product(f"{DAY}T09:00", "PRODUCT", x.platform, product="Q", term_days=90, rate_ppm=130_000)
    x.s.product(f"{DAY}T10:00", "SUBSCRIBE", x.platform, 400_000, product="Q", investor=x.s.person())
    (alert,) = found(x.told())
    assert (alert.values["borrower_rate_ppm"], alert.values["over_borrower"]) == (110_000, 1)
