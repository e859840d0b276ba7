"""ILF-07: the course of one buyer's money, and the lines of a case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.console.recompute import compare
from chuantou.console.recomputers.trade_clothing import follow
from chuantou.detectors.ilf.buy_backs import course_of
from chuantou.detectors.ilf.returns import Paid, Payee
from tests.detectors.scenario import alerts, only, run
from tests.detectors.stories import trade_clothing as stories
from tests.detectors.stories.trade_clothing import Shop


def payee(put, got):
    return Payee([Paid(day * 10, day, fen) for day, fen in put], [Paid(day * 10 + 5, day, fen) for day, fen in got])


@pytest.mark.parametrize(
    ("put", "got", "course"),
    [
        ([(0, 1_000)], [(10, 50), (20, 50), (30, 50), (40, 1_000)], (1_000, 3, 150, 1_000)),
        ([(0, 1_000)], [(10, 50), (20, 50), (30, 50), (40, 999)], (1_000, 3, 150, 0)),
        ([(0, 1_000)], [(10, 50), (20, 50), (40, 1_000)], None),
        ([(0, 1_000)], [(10, 50), (20, 52), (30, 48), (40, 1_000)], (1_000, 3, 150, 1_000)),  # within 5 %
        ([(0, 1_000)], [(10, 50), (20, 53), (30, 50), (40, 1_000)], None),
        ([(0, 1_000)], [(10, 50), (20, 50), (30, 50), (40, 600), (42, 400)], (1_000, 3, 150, 1_000)),  # within three days
        ([(0, 1_000)], [(10, 50), (20, 50), (30, 50), (40, 600), (43, 400)], (1_000, 3, 150, 0)),
        ([(0, 1_000), (25, 1_000)], [(10, 50), (20, 50), (30, 100), (40, 2_000)], (2_000, 3, 200, 2_000)),  # bought again
        ([(0, 1_000)], [(10, 50), (20, 50), (30, 50), (32, 90), (34, 10), (40, 1_000)], None),  # three of five are fixed
        ([(50, 1_000)], [(10, 50), (20, 50), (30, 50), (40, 1_000)], None),  # paid first, and not for this
    ],
)
def test_courses(put, got, course):
    assert course_of(payee(put, got)) == course


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30).map(lambda n: n * 100)), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 90), st.sampled_from([5, 10, 11, 50, 100, 1_000, 3_000])), min_size=1, max_size=12),
)
def test_the_recomputer_follows_the_same_course(put, got):
    one = payee(sorted(put), sorted(got))
    sides = {"put": [p._asdict() for p in one.put], "got": [p._asdict() for p in one.got]}
    found, again = course_of(one), follow(sides)
    assert (found is None) == (again is None)
    if found is not None and again is not None:
        assert (found.fixed_fen, found.back_fen) == (again["fixed"], again["back"])
        assert found.principal_fen == again["held"]


@pytest.mark.parametrize(
    ("story", "limb", "severity"),
    [
        (stories.trees, 1, "orange"),
        (stories.called_rent, 1, "orange"),
        (stories.sister_pays, 1, "orange"),
        (stories.promised, 2, "yellow"),
    ],
)
def test_what_is_found(story, limb, severity):
    told = story()
    engine = run(told.scenario)
    alert = only(engine, "ILF-07", told.subject)
    assert (alert.values["limb"], alert.severity, alert.values["n_buyers"]) == (limb, severity, 10)
    assert (alert.amount_fen, alert.clause, alert.offices[0]) == (13 * 20_000 * 100, "二(五)", "O4")
    assert [row.name for row in compare(engine.evidence(alert.alert_id)) if not row.equal] == []


@pytest.mark.parametrize(("percent", "basis", "found"), [(29, "source", 1), (30, "source", 0), (80, "memo", 1)])
def test_goods_by_more_than_a_memo(percent, basis, found):
    shop = Shop(f"g{percent}{basis}")
    shop.stock(percent, basis=basis)
    shop.run()
    assert len(alerts(run(shop.s), "ILF-07")) == found


def test_without_clothes_it_is_no_trade():
    shop = Shop("bare", "盐城宏图管理有限公司")
    shop.run()
    assert alerts(run(shop.s), "ILF-07") == []


def test_a_licensed_house_is_silent():
    shop = Shop("licensed")
    shop.s.licence(shop.party, "private_fund")
    shop.run()
    assert alerts(run(shop.s), "ILF-07") == []


def test_staff_stand_apart():
    shop = Shop("staff", people=12)
    for number in (0, 1):
        shop.s.pay(f"2016-06-01T10:0{number}", shop.purse, shop.accounts[number], 90_000, "PAYROLL")
    shop.run()
    assert (only(run(shop.s), "ILF-07").values["n_buyers"], only(run(shop.s), "ILF-07").values["n_inside"]) == (10, 2)
