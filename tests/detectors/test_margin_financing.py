"""P2P-14: what counts as a margin loan, by the rhythm, the leverage and the account."""

import pytest

from chuantou.detectors.phrases import says
from chuantou.schemas.clock import iso_shanghai
from tests.detectors.scenario import alerts, at, days_after, fen, only, run
from tests.detectors.stories import margin_financing as stories
from tests.detectors.stories.margin_financing import DAY, Financier


def values(alert):
    return {name: alert.values[name] for name in ("n_clients", "funded_fen", "leverage_max_ppm", "full_cycles")}


def test_three_clients_at_five_times():
    told = stories.three_clients()
    alert = only(run(told.scenario), "P2P-14", told.subject)
    assert values(alert) == {"n_clients": 3, "funded_fen": fen(600_000), "leverage_max_ppm": 5_000_000, "full_cycles": 0}
    assert (alert.severity, alert.amount_fen) == ("orange", fen(600_000))
    assert alert.first_breach == iso_shanghai(at(f"{days_after(DAY, 65)}T11:00"))  # the third client's second interest


def test_one_full_cycle_is_yellow():
    told = stories.full_cycle()
    alert = only(run(told.scenario), "P2P-14", told.subject)
    assert values(alert) == {"n_clients": 1, "funded_fen": fen(250_000), "leverage_max_ppm": 5_000_000, "full_cycles": 1}
    assert alert.severity == "yellow"


@pytest.mark.parametrize(
    ("story", "clients", "funded", "severity"),
    [
        (stories.nominees, 4, 800_000, "orange"),
        (stories.by_a_sister, 3, 450_000, "orange"),
        (stories.unwatched_financier, 3, 480_000, "orange"),
        (stories.by_listing, 1, 260_000, "yellow"),
        (stories.sub_account_host, 25, 500_000, "orange"),
    ],
)
def test_every_route(story, clients, funded, severity):
    told = story()
    alert = only(run(told.scenario), "P2P-14", told.subject)
    assert (alert.values["n_clients"], alert.values["funded_fen"], alert.severity) == (clients, fen(funded), severity)


@pytest.mark.parametrize(
    ("deposit", "funded", "months", "rate"),
    [(40_000, 39_999, 2, "0.02"), (10_000, 150_001, 2, "0.02"), (40_000, 400_000, 1, "0.02"), (40_000, 400_000, 2, "0.004"),
     (40_000, 400_000, 2, "0.06")],
)  # fmt: skip
def test_what_is_no_margin_loan(deposit, funded, months, rate):
    """Less than the deposit, more than fifteen times, one interest only, too little or too much of it."""
    f = Financier("none")
    for number in range(4):
        f.lend(*f.client(), deposit, funded, first=number, months=months, rate=rate)
    assert alerts(run(f.s), "P2P-14") == []


def test_interest_without_rhythm_is_none():
    f = Financier("odd")
    for number in range(4):
        bank, settle = f.client()
        f.lend(bank, settle, 40_000, 200_000, months=1)
        f.s.pay(f"{days_after(DAY, 55 + number)}T11:00", bank, f.own, 4_000)
    assert alerts(run(f.s), "P2P-14") == []


def test_a_million_of_one_client():
    f = Financier("big")
    f.lend(*f.client(), 100_000, 1_000_000)
    alert = only(run(f.s), "P2P-14", f.platform)
    assert (alert.severity, alert.values["n_clients"]) == ("red", 1)


def test_words_that_are_denied_or_quoted_say_nothing():
    words = ("配资", "打新")
    assert says("股票配·资", words) == says("代客配資", words) == "配资"
    assert says("借款不得用于配资、打新", words) is says("谨防“配资”骗局", words) is says(None, words) is says("", words) is None
