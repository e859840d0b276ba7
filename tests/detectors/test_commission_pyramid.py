"""ILF-05: the tree by itself, and the lines that a case must cross."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.detectors.ilf.upline import Money, Paid, hands_on, tree, uplines_of
from chuantou.schemas.clock import DAY_US
from tests.detectors.scenario import alerts, only, run
from tests.detectors.stories import commission_pyramid as stories
from tests.detectors.stories.commission_pyramid import Members

NAMES = st.sampled_from("abcdef")
TIES = st.lists(st.tuples(NAMES, NAMES, st.integers(1, 9)), max_size=14)


def paid(time, payer, payee, fen, order=""):
    return Paid(time, time, payer, payee, fen, order)


def test_a_small_tree_by_hand():
    """c was brought by b, b by a; c's order paid both, b keeps what he does not share."""
    money = Money(
        invested=[paid(1, "c", "", 100, "o1"), paid(2, "b", "", 300, "o2")],
        rewarded=[paid(3, "", "b", 10, "o1"), paid(4, "", "a", 4, "o1"), paid(5, "", "a", 30, "o2")],
        down=[paid(6, "b", "c", 3)],
    )
    found = tree(money)
    assert found.level == {"a": 1, "b": 2, "c": 3}
    assert (found.own, found.below) == ({"a": 0, "b": 300, "c": 100}, {"a": 400, "b": 100, "c": 0})
    assert found.earned == {"a": 34, "b": 7, "c": 3}
    assert found.points == [(400, 34), (100, 7)]


def test_what_is_handed_up_is_the_lower_ones_and_what_is_kept_is_earned():
    found = tree(Money([paid(3, "a", "", 180)], [], up=[paid(1, "b", "a", 100), paid(2, "c", "a", 100)]))
    assert (found.own, found.below["a"], found.earned["a"]) == ({"a": 0, "b": 100, "c": 100}, 200, 20)


@given(TIES)
def test_no_circle_whatever_the_payments(ties):
    up = [paid(i, payer, payee, fen) for i, (payer, payee, fen) in enumerate(ties)]
    found = tree(Money([], [], up=up))
    above = {}
    for p in up:  # the same rule, told again: a tie is taken unless its upper end stands below its lower end already
        if p.payer != p.payee and p.payer not in uplines_of(p.payee, above):
            above.setdefault(p.payer, set()).add(p.payee)
    for person in found.level:
        assert person not in uplines_of(person, above)
        assert found.level[person] == 1 + max((found.level[upper] for upper in above.get(person, ())), default=0)


@pytest.mark.parametrize(
    ("gap", "fen", "others", "hands"),
    [
        (3 * DAY_US, 160, 2, True),
        (3 * DAY_US + 1, 160, 2, False),  # too late
        (1, 159, 2, False),  # 79.5 % of it
        (1, 160, 1, False),  # one payer
        (1, 401, 2, False),  # less than half of what he pays in
        (1, 400, 2, True),
    ],
)
def test_hands(gap, fen, others, hands):
    collected = [paid(10, f"p{i % others}", "h", 100) for i in range(2)]
    assert hands_on(collected, [paid(10 + gap, "h", "", fen)]) == hands


def test_the_lines():
    """Thirty persons: 2 tops, 6 below, 22 leaves; one fewer is silent."""
    found = []
    for leaves in (22, 21):
        m = Members(f"l{leaves}", leaves=leaves)
        m.invest()
        m.reward()
        found.append(alerts(run(m.s), "ILF-05", m.body))
    assert [len(some) for some in found] == [1, 0]
    values = found[0][0].values
    assert (found[0][0].severity, values["n_participants"], values["levels"], values["n_uplines"]) == ("orange", 30, 3, 8)


def test_one_level_of_recruiters_is_no_pyramid():
    m = Members("flat")
    for number in range(2, len(m.people)):
        m.s.pay(f"2016-06-13T10:{number:02d}", m.accounts[number], m.purse, m.yuan(number), "INVEST_IN", order_id=f"O{number}")
        m.s.pay(f"2016-06-13T16:{number:02d}", m.purse, m.accounts[number % 2], m.yuan(number) // 20, order_id=f"O{number}")
    assert alerts(run(m.s), "ILF-05") == []


def test_commissions_that_follow_nothing_are_silent():
    """Each upline gets the same for each order, and the small ones bring as much as the large."""
    m = Members("fixed")
    m.invest()
    for number in range(8, len(m.people)):
        m.s.pay(f"2016-06-20T16:{number:02d}", m.purse, m.accounts[stories.above(number)], 10 if number > 12 else 3_000, "FEE",
                order_id=f"O{number}")  # fmt: skip
        m.s.pay(f"2016-06-20T17:{number:02d}", m.purse, m.accounts[number % 2], 1, "FEE", order_id=f"O{number}")
    assert alerts(run(m.s), "ILF-05") == []


def test_a_hundred_and_twenty_persons_are_red():
    m = Members("large", leaves=112)
    m.invest()
    m.reward(rates=(5, 5, 5, 5))
    assert only(run(m.s), "ILF-05", m.body).severity == "red"
