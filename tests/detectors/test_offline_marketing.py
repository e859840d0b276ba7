"""P2P-11: two of four signs, each at its exact line."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.console.recompute import compare
from chuantou.detectors.correlation import r_squared
from chuantou.schemas.alerts import canonical_json
from tests.detectors.scenario import alerts, fen, only, run
from tests.detectors.stories import offline_marketing as stories
from tests.detectors.stories.offline_marketing import Desk


@pytest.mark.parametrize(
    ("story", "signs", "amount", "severity"),
    [
        (stories.led_groups, {"n_investors": 30, "n_texts": 1, "rent_counties": 0}, 300_000, "orange"),
        (stories.terminals, {"n_investors": 30, "rent_counties": 3}, 600_000, "orange"),
        (stories.commission, {"n_salesmen": 12, "r2_ppm": 1_000_000, "rent_counties": 3}, 30_000, "yellow"),
        (stories.by_agents, {"n_salesmen": 12, "n_investors": 30}, 300_000, "orange"),
    ],
)
def test_two_signs(story, signs, amount, severity):
    told = story()
    engine = run(told.scenario)
    alert = only(engine, "P2P-11", told.subject)
    assert {name: alert.values[name] for name in signs} == signs
    assert (alert.values["limbs"], alert.amount_fen, alert.severity) == (2, fen(amount), severity)
    pack = json.loads(canonical_json(engine.evidence(alert.alert_id)))
    assert [row.name for row in compare(pack) if not row.equal] == []


def test_a_licensed_bank_may_sell_at_its_counter():
    d = Desk("bank")
    d.s.licence(d.platform, "bank")
    d.at_the_counter()
    d.says("投资讲座，到场有礼")
    assert alerts(run(d.s), "P2P-11") == []


def test_signs_of_different_months_do_not_add_up():
    d = Desk("months")
    d.at_the_counter((40, 43, 46))
    d.says("投资讲座，到场有礼")
    assert alerts(run(d.s), "P2P-11") == []


@given(st.lists(st.tuples(st.integers(0, 10**12), st.integers(1, 10**9)), max_size=12))
def test_the_correlation_is_exact(points):
    n = len(points)
    found = r_squared(points)
    if n < 2:
        assert found == 0
        return
    mx, my = Fraction(sum(x for x, _ in points), n), Fraction(sum(y for _, y in points), n)
    cov = sum((x - mx) * (y - my) for x, y in points)
    var = sum((x - mx) ** 2 for x, _ in points) * sum((y - my) ** 2 for _, y in points)
    assert found == (int(cov * cov * 1_000_000 / var) if cov > 0 and var else 0)
