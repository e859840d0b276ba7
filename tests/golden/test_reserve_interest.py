"""G15: interest of the central bank on the centralised reserve account, by date (catalogue §10.1)."""

from chuantou.schemas.clock import iso_shanghai
from tests.detectors.scenario import alerts, at, fen, only, run
from tests.detectors.stories.reserve_interest import pboc_interest


def test_g15_in_august_2016_it_is_a_hit() -> None:
    told = pboc_interest("2016-08-22")
    alert = only(run(told.scenario), "PAY-04", told.subject)
    assert (alert.severity, alert.clause, alert.amount_fen) == ("yellow", "二(二)1", fen(35_000))
    assert dict(alert.values) == {"limb": 1, "interest_fen": fen(35_000), "n_payments": 1}
    assert alert.first_breach == iso_shanghai(at("2016-08-22T10:00"))


def test_g15_in_december_2019_it_is_not() -> None:
    assert alerts(run(pboc_interest("2019-12-21").scenario), "PAY-04") == []
