"""ECF-03: the score of each scheme, and rates computed by hand."""

import json
from statistics import pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.console.recompute import compare
from chuantou.detectors.ecf.projects import Paid, Stake, sigma_ppm
from chuantou.schemas.alerts import canonical_json
from chuantou.schemas.clock import DAY_US
from tests.detectors.scenario import days_after, fen, only, run
from tests.detectors.stories import debt_as_equity as stories
from tests.detectors.stories.debt_as_equity import DAY


@pytest.mark.parametrize(
    ("story", "score", "sigma", "back", "day"),
    [
        (stories.fixed_with_a_clause, 1_000_000, (0, 0), 0, 180),
        (stories.consulting_fees, 1_000_000, (0, 5_000), 8, 210),
        (stories.paid_in_loss_months, 700_000, (0, 0), 0, 180),
        (stories.bought_by_the_controller, 1_000_000, (0, 0), 6, 195),
    ],
)
def test_what_was_found(story, score, sigma, back, day):
    told = story()
    engine = run(told.scenario)
    alert = only(engine, "ECF-03", told.subject)
    assert (alert.values["score_ppm"], alert.values["n_bought_back"]) == (score, back)
    assert sigma[0] <= alert.values["irr_sigma_ppm"] <= sigma[1]
    assert (alert.severity, alert.amount_fen, alert.first_breach[:10]) == ("orange", fen(400_000), days_after(DAY, day))
    assert alert.offices[0] == "O5"
    pack = json.loads(canonical_json(engine.evidence(alert.alert_id)))
    assert [row.name for row in compare(pack) if not row.equal] == []


def test_one_per_cent_a_month_is_twelve_a_year():
    """1,000 in, 10 every 30 days for 360 days: 120 over an average of what is out, simple interest, act/365."""
    paid = [Paid(30 * n * DAY_US, 1_000, "", "", 0) for n in range(1, 13)]
    stake = Stake([Paid(0, 100_000, "", "", 0)], paid)
    last, out = 360, 100_000
    weight = 100_000 * last - sum(1_000 * (last - 30 * n) for n in range(1, 13))
    assert stake.rate_ppm() == (12_000 + out - 100_000) * 365 * 1_000_000 // weight
    assert 128_000 < stake.rate_ppm() < 129_000


@given(st.lists(st.integers(-(10**7), 10**7), max_size=30))
def test_sigma_is_the_standard_deviation(rates):
    assert abs(sigma_ppm(rates) - (pstdev(rates) if rates else 0)) <= 1
