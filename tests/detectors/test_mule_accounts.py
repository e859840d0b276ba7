"""ILF-04: each feature at its line, what links accounts, and whom the alert is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.console.recompute import compare
from chuantou.detectors.ilf.mule_accounts import rings_of
from chuantou.detectors.ilf.mules import Flow, Mule, features_of
from chuantou.schemas.alerts import canonical_json
from chuantou.schemas.clock import day_of_date
from chuantou.schemas.rules import load_rule_pack
from tests.detectors.scenario import alerts, only, run
from tests.detectors.stories import mule_accounts as stories
from tests.detectors.stories.mule_accounts import EACH, Ring

PACK = load_rule_pack().at("ilf.mule", day_of_date("2016-06-13"))
LIFE = {"window_day": 1_000, "opened_day": None, "first_day": 1_000, "slept_days": 0, "before_fen": 0, "new_hand": None}


def features(came=((100, "person:a"),), passed=0, life=None, closings=(), ties=None, regions=(None, None)):
    flows = tuple(Flow(0, at, fen, who, True) for at, (fen, who) in enumerate(came))
    mule = Mule("a", "person:h", 1_010, flows, (), passed, LIFE | (life or {}), closings, ties or {}, regions, (), 0)
    return features_of(mule, PACK)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"passed": 80}, ("passed",)),
        ({"passed": 79}, ()),
        ({"came": [(10, f"person:{n}") for n in range(10)]}, ("strangers",)),
        ({"came": [(10, f"person:{n}") for n in range(9)]}, ()),
        ({"life": {"opened_day": 970}}, ("life",)),
        ({"life": {"opened_day": 969}}, ()),
        ({"life": {"slept_days": 180}}, ("life",)),
        ({"life": {"slept_days": 179}}, ()),
        ({"life": {"new_hand": 1_005}}, ("life",)),
        ({"life": {"first_day": 970, "before_fen": 10}}, ("life",)),  # 100 in 30 days, before 10 in 30
        ({"life": {"first_day": 970, "before_fen": 11}}, ()),
        ({"life": {"first_day": 971, "before_fen": 1}}, ()),  # too young to have habits
        ({"life": {"first_day": 900, "before_fen": 0}}, ()),  # of what came before nothing is known
        ({"closings": ((1, 100, 5),) * 4 + ((2, 100, 6),)}, ("emptied",)),
        ({"closings": ((1, 100, 5),) * 3 + ((2, 100, 6),)}, ()),
        ({"ties": {"person:b": "device", "person:c": "device"}}, ("device",)),
        ({"ties": {"person:b": "device", "person:c": "signatory"}}, ()),
        ({"regions": ("3209", "3205")}, ("region",)),
        ({"regions": ("3209", None)}, ()),
    ],
)
def test_features(facts, found):
    assert features(**facts) == found


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("pqrst"), st.just("device")), max_size=12))
def test_rings_are_what_hangs_together(links):
    together = {account: {account} for account, _, _ in links}
    for _ in links:  # naive: whoever shares a party is one with him, again and again
        for one, party, _ in links:
            for other, same, _ in links:
                if party == same:
                    both = together[one] | together[other]
                    for account in both:
                        together[account] = both
    assert rings_of(links) == sorted({tuple(sorted(ring)) for ring in together.values()})


@pytest.mark.parametrize("story", [stories.five_new_accounts, *stories.EVASIONS.values()])
def test_found_yellow_about_the_right_one(story):
    told = story()
    engine = run(told.scenario)
    alert = only(engine, "ILF-04", told.subject)
    assert (alert.severity, alert.values["n_mules"], alert.values["passed_ppm"]) == ("yellow", 5, 1_000_000)
    assert [row.name for row in compare(engine.evidence(alert.alert_id)) if not row.equal] == []
    assert canonical_json(engine.evidence(alert.alert_id))


def test_values_of_the_golden_ring():
    told = stories.five_new_accounts()
    values = only(run(told.scenario), "ILF-04").values
    assert values == {
        "n_mules": 5, "through_fen": 5 * 10 * EACH * 100, "n_holders": 5, "n_strangers": 51, "n_on_devices": 5,
        "passed_ppm": 1_000_000, "score_ppm": 1_050_000,
    }  # fmt: skip


def test_nine_strangers_and_the_boss_are_ten():
    found = []
    for strangers in (9, 8):
        ring = Ring(f"n{strangers}", phones=1)
        ring.run(strangers)
        found.append(len(alerts(run(ring.s), "ILF-04")))
    assert found == [1, 0]


def test_a_terminal_that_everybody_pays_at_links_nobody():
    """Eight payments of each at one shop's terminal: a place, and no phone in common."""
    ring = Ring("pos")
    shop = ring.s.account(ring.s.org(), "MERCHANT_SETTLE")
    for number, account in enumerate(ring.accounts):
        for turn in range(8):
            ring.s.pay(f"2016-06-12T1{turn}:0{number}", account, shop, 1, device="T-1", channel="POS")
        ring.s.pay(f"{stories.DAY}T20:0{number}", account, ring.strangers(1)[0], ring.take(number))
    assert alerts(run(ring.s), "ILF-04") == []


def test_a_boss_with_an_income_of_his_own_is_not_the_subject():
    ring = Ring("rich", phones=1)
    ring.s.pay("2016-06-12T10:00", ring.s.account(ring.s.org(), holds=900_000), ring.purse, 200_000, "PAYROLL")
    ring.run()
    assert only(run(ring.s), "ILF-04").subjects[0] in ring.holders
