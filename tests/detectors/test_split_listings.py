"""P2P-08: chains of listings whose money repays the one before, and needs that are cut into pieces within the cap."""

import pytest

from chuantou.detectors.p2p.listing_links import similarity_ppm
from tests.detectors.scenario import alerts, days_after, fen, only, run
from tests.detectors.stories import split_listings as stories
from tests.detectors.stories.split_listings import CAPPED, START, TERM, Shop, cut_among_sisters, cut_into_small_ones, in_turn


def found(told):
    return alerts(run(told.scenario), "P2P-08", told.subject)


@pytest.mark.parametrize(
    ("story", "length", "rolled"),
    [(stories.three_in_turn, 3, 997_500), (stories.two_under_one_contract, 2, 997_500),
     (stories.by_turns_in_a_group, 2, 1_000_000), (stories.netted_in_custody, 3, 1_000_000)],
)  # fmt: skip
def test_chains(story, length, rolled):
    (alert,) = found(story())
    assert (alert.severity, alert.amount_fen) == ("orange", fen(400_000) * (length - 1) * rolled // 1_000_000)
    assert (alert.values["chain_length"], alert.values["rollover_ppm"], alert.values["limb"]) == (length, rolled, 1)


def test_two_without_a_contract_are_no_chain():
    assert found(in_turn("two", 2)) == []
    assert [a.values["chain_length"] for a in found(in_turn("four", 4))] == [4]


@pytest.mark.parametrize(("gap", "length"), [(3, 3), (4, 0), (-3, 3), (-4, 0)])
def test_three_days_between(gap, length):
    assert [a.values["chain_length"] for a in found(in_turn("gap", 3, gap))] == ([length] if length else [])


@pytest.mark.parametrize(("second", "chained"), [(440_000, True), (440_400, False), (360_000, True), (359_600, False)])
def test_a_tenth_more_or_less(second, chained):
    """Three in turn of which the middle one differs; what is repaid is always the earlier one's principal."""
    told = in_turn("size", 3, sizes=(400_000, second, second))
    assert bool(found(told)) == chained


def test_contract_must_run_long_enough():
    """Two listings of one contract that overlap by half: 45 days for 30."""
    x = Shop("short")
    x.raise_money("L0", 400_000, START, parent_contract="HT")
    x.spend(400_000, days_after(START, 1))
    day = days_after(START, 15)
    x.raise_money("L1", 400_000, day, parent_contract="HT")
    x.repay("L0", 400_000, day)
    assert found(x.told(day)) == []


def test_words_alike():
    assert similarity_ppm("流动资金周转", "流动资金周转") == 1_000_000
    assert similarity_ppm("abcde", "abcdx") == 3 * 1_000_000 // 5
    assert similarity_ppm("", "") == similarity_ppm("a", "a") == 0
    assert found(in_turn("unlike", 3, words=("采购钢材", "支付工资", "装修门店"))) == []
    assert found(in_turn("silent", 3, words=("", "", ""))) == []


def test_only_four_fifths_of_the_repayment():
    def with_sales(yuan):
        x = Shop("sales")
        day = START
        x.raise_money("L0", 400_000, day, parent_contract="HT")
        x.spend(401_000, days_after(day, 1))
        day = days_after(day, TERM)
        x.s.pay(f"{day}T08:00", x.s.account(x.s.org(), holds=500_000), x.debtor, yuan, "MERCH_SETTLE")
        x.raise_money("L1", 400_000, day, parent_contract="HT")
        x.repay("L0", 400_000, day)
        return found(x.told(day))

    (alert,) = with_sales(80_000)
    assert (alert.values["rollover_ppm"], alert.values["rollover_lifo_ppm"]) == (800_000, 1_000_000)
    assert with_sales(80_400) == []


@pytest.mark.parametrize(
    ("each", "listings", "severity", "yuan"),
    [(100_000, 2, None, 0), (100_500, 2, "yellow", 1_000), (150_000, 2, "orange", 100_000), (200_100, 2, None, 0),
     (200_000, 6, "red", 1_000_000)],
)  # fmt: skip
def test_amounts_within_the_cap_and_together_above_it(each, listings, severity, yuan):
    seen = found(cut_into_small_ones(each, listings=listings))
    assert [(a.severity, a.amount_fen, a.values["cap_fen"]) for a in seen] == (
        [(severity, fen(yuan), fen(200_000))] if severity else []
    )


def test_before_the_cap_nothing_is_split():
    assert found(cut_into_small_ones(day="2016-08-01")) == []
    assert len(found(cut_into_small_ones(day="2016-08-24"))) == 1


def test_sisters_need_one_matter():
    assert len(found(cut_among_sisters())) == 1
    assert found(cut_among_sisters(("扩建染整车间", "购买织机"))) == []


def test_what_is_repaid_or_failed_no_longer_counts():
    told = cut_into_small_ones(120_000, listings=1)
    told.scenario.product(f"{CAPPED}T10:00", "LISTING_STATUS", told.subject, listing="L0", status="MISCARRY")
    borrower = next(e.borrower for e in told.scenario.told if getattr(e, "type", None) == "LISTING")
    told.scenario.product(f"{days_after(CAPPED, 1)}T10:00", "LISTING", told.subject, 120_000, listing="L9", borrower=borrower,
                          term_days=90)  # fmt: skip
    assert found(told) == []


def test_a_chain_without_its_first_link_is_shorter():
    told = stories.three_in_turn()
    first = next(e for e in told.scenario.told if getattr(e, "flow_class", None) == "REPAY_PRIN")
    told.scenario.undo("REVERSE", first.event_id, f"{days_after(START, 80)}T10:00")
    assert [a.values["chain_length"] for a in found(told)] != [3]
    assert only(run(stories.three_in_turn().scenario), "P2P-08").values["chain_length"] == 3
