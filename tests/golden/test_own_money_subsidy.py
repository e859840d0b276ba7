"""G9: a borrower's 9 % cannot pay an investor's 8.5 % and 3 % and 5,000 yuan (catalogue §10.1), to the fen."""

from chuantou.schemas.clock import iso_shanghai
from tests.detectors.scenario import alerts, at, days_after, only, run
from tests.detectors.stories.own_money_subsidy import END, borrower_pays_all, topped_up

YUAN = 100


def test_g9_the_platform_pays_what_is_missing():
    told = topped_up()
    alert = only(run(told.scenario), "YLD-02", told.subject)
    assert alert.values["received_fen"] == 2_219_178  # 22,191.78
    assert alert.values["paid_fen"] == 3_335_616  # 33,356.16
    assert alert.values["subsidy_fen"] == alert.amount_fen == 1_116_438  # 11,164.38
    assert alert.values["all_in_yield_ppm"] == 135_277  # 13.5277 %
    assert {alert.values[f"subsidy_{method}_fen"] for method in ("prorata", "lifo", "maxflow")} == {1_116_438}
    assert alert.values["subsidy_ppm"] == 1_116_438 * 1_000_000 // 3_335_616
    # thirty day closes above zero, the first of them the day of the payment
    assert (alert.severity, alert.values["days"]) == ("yellow", 30)
    assert alert.first_breach == iso_shanghai(at(f"{days_after(END, 30)}T00:00") - 1)


def test_g9_twin_the_borrower_pays_all_and_a_fee():
    assert alerts(run(borrower_pays_all().scenario), "YLD-02") == []
