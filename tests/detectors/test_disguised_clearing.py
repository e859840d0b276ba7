"""PAY-06: pairs against their plain twin, the ways of pairing one by one, and the lines."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.detectors.pay import leg_pairs
from chuantou.detectors.pay.bank_legs import bank_key
from chuantou.detectors.pay.leg_pairs import Legs, Pairing
from tests.detectors.scenario import alerts, fen, only, run
from tests.detectors.stories.disguised_clearing import BANK_A, BANK_B, House, written
from tests.oracles.leg_pairs import pairs as plain

MINUTE = 60_000_000


def legs(rows, order=None):
    column = [np.array([row[k] for row in rows], np.int64) for k in range(3)]
    n, none = len(rows), np.full(len(rows), -1, np.int64)
    orders = none if order is None else np.array(order, np.int64)
    return Legs(np.arange(n), column[1], column[0], column[2].astype(np.int32), column[2], np.arange(n), orders, none.copy())


leg = st.tuples(st.integers(1, 400) | st.integers(1, 10**13), st.integers(0, 40), st.integers(0, 2))


@given(st.lists(leg, max_size=12), st.lists(leg, max_size=12), st.integers(0, 20), st.sampled_from([0, 10_000, 500_000]))
@settings(max_examples=200)
def test_pairs_are_those_of_the_plain_twin(came, paid, window, fee):
    came, paid = (sorted(side, key=lambda row: row[1]) for side in (came, paid))
    pairing = Pairing(legs(came), legs(paid), fee)
    pairing.one_to_one(window, window)
    numbers = {int(n): j for j, n in enumerate(pairing.paid.pair) if n >= 0}
    assert [(i, numbers[int(n)]) for i, n in enumerate(pairing.came.pair) if n >= 0] == plain(came, paid, window, window, fee)
    assert pairing.count == len(numbers)


def test_too_many_candidates_are_said_and_none_is_taken(monkeypatch):
    monkeypatch.setattr(leg_pairs, "MAX_CANDIDATES", 100)
    pairing = Pairing(legs([(100, 0, 0)] * 40), legs([(100, 0, 1)] * 40), 0)
    pairing.one_to_one(1, 1)
    assert (pairing.truncated, pairing.count) == (True, 0)


def test_an_order_outranks_the_nearest_leg():
    pairing = Pairing(legs([(1_000, 0, 0), (1_000, 5, 0)], [7, -1]), legs([(1_000, 1, 1), (1_000, 90 * MINUTE, 1)], [-1, 7]), 0)
    pairing.by_order()
    pairing.one_to_one(10 * MINUTE, 10 * MINUTE)
    assert pairing.came.pair.tolist() == [0, 1]
    assert pairing.paid.pair.tolist() == [1, 0]


def test_an_order_at_one_bank_is_no_pair():
    pairing = Pairing(legs([(1_000, 0, 0)], [7]), legs([(1_000, 1, 0)], [7]), 0)
    pairing.by_order()
    assert pairing.count == 0


def test_days_apart_need_that_half_of_all_legs_find_a_partner():
    came = [(1_000 + 50 * n, n, 0) for n in range(10)]
    paid = [(fen, 60 * MINUTE + time, 1) for fen, time, _ in came]
    pairing = Pairing(legs(came), legs(paid), 10_000)
    pairing.late(120 * MINUTE)
    assert pairing.count == 10
    few = Pairing(legs(came + [(5 * 10**6 + n * 10**6, 1, 0) for n in range(11)]), legs(paid), 10_000)
    few.late(120 * MINUTE)
    assert (few.count, set(few.came.pair.tolist())) == (0, {-1})


@pytest.mark.parametrize(("one", "other", "same"), [
    ("102311000013", "102311000550", True),
    ("102311000013", "103311000019", False),
    ("313311000013", "313301000018", False),  # two cities, two city banks
    ("313311000013", "313311000021", True),
])  # fmt: skip
def test_banks_by_their_numbers(one, other, same):
    assert (bank_key(one) == bank_key(other)) == same


@pytest.mark.parametrize(("start", "pairs", "found"), [
    ("2016-06-13", 100, True), ("2016-06-13", 99, False),
    ("2018-06-29", 99, False), ("2018-06-30", 10, True), ("2018-06-30", 9, False),
    ("2016-05-19", 120, False),
])  # fmt: skip
def test_the_line_of_the_day(start, pairs, found):
    h = House("line", start=start)
    h.clear(0, pairs)
    assert bool(alerts(run(h.s), "PAY-06")) == found


@pytest.mark.parametrize(("banks", "yuan", "found"), [(2, 510_000, True), (1, 1_020_000, False), (2, 490_000, False)])
def test_a_million_needs_two_pairs_of_banks(banks, yuan, found):
    h = House("million")
    third = h.s.account(h.party, bank="104311000015")
    ends = [(h.at_b, h.customers(BANK_B, 1)[0]), (third, h.customers("104311000015", 1)[0])]
    for n in range(banks):
        account, payee = ends[n]
        h.s.pay(h.moment(0, 36_000 + n * 3_600), h.customers(BANK_A, 1)[0], h.at_a, yuan)
        h.s.pay(h.moment(0, 36_060 + n * 3_600), account, payee, written(fen(yuan) * 995 // 1_000))
    assert bool(alerts(run(h.s), "PAY-06")) == found


@pytest.mark.parametrize(("percent", "net"), [(100, 1), (98, 1), (97, 0)])
def test_the_position_is_the_net_within_two_percent(percent, net):
    h = House("position")
    h.level(0, h.clear(0, 110) * percent // 100)
    assert only(run(h.s), "PAY-06").values["net_days"] == net


def test_the_position_may_follow_on_the_next_morning():
    h = House("morning")
    for day in range(5):
        h.level(day + 1, h.clear(day, 12, yuan=lambda n, day=day: 1_000 + 37 * n + 211 * day), 8)
    alert = only(run(h.s), "PAY-06", h.party)
    assert (alert.values["pairs"], alert.values["net_days"]) == (12, 5)


def test_a_fee_above_one_percent_is_no_answer():
    h = House("fee")
    payers, payees = h.customers(BANK_A, 5), h.customers(BANK_B, 5)
    for n in range(110):
        h.s.pay(h.moment(0, 32_400 + 240 * n), payers[n % 5], h.at_a, 1_000)
        h.s.pay(h.moment(0, 32_460 + 240 * n), h.at_b, payees[n % 5], "989.99")
    assert alerts(run(h.s), "PAY-06") == []
