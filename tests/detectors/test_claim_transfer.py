"""P2P-13: each of the five limbs at its exact numbers, and where none of them holds."""

import pytest

from chuantou.console.recompute import compare
from chuantou.schemas.clock import iso_shanghai
from tests.detectors.scenario import alerts, at, days_after, fen, only, run
from tests.detectors.stories import claim_transfer as stories
from tests.detectors.stories.claim_transfer import DAY, Desk


@pytest.mark.parametrize(
    ("story", "limb", "items", "yuan", "day"),
    [
        (stories.super_lender, 3, 12, 180_000, 18),
        (stories.spread_over_hands, 3, 12, 144_000, 8),
        (stories.managed_plan, 1, 24, 120_000, 60),
        (stories.packed_claims, 2, 6, 120_000, 3),
        (stories.packed_in_a_vehicle, 2, 6, 240_000, 3),
        (stories.trust_sold, 4, 1, 250_000, 1),
        (stories.units_of_income, 5, 3, 300_000, 1),
        (stories.on_a_crowdfunding_platform, 5, 3, 300_000, 1),
    ],
)
def test_what_was_found(story, limb, items, yuan, day):
    told = story()
    engine = run(told.scenario)
    alert = only(engine, "P2P-13", told.subject)
    found = {name: alert.values[name] for name in ("limb", "n_items", "amount_fen")}
    assert found == {"limb": limb, "n_items": items, "amount_fen": fen(yuan)}
    assert (alert.severity, alert.amount_fen) == ("orange", fen(yuan))
    assert alert.first_breach[:10] == days_after(DAY, day)
    assert [row.name for row in compare(engine.evidence(alert.alert_id)) if not row.equal] == []


def test_the_tenth_transfer_is_the_first_breach():
    told = stories.super_lender()
    assert only(run(told.scenario), "P2P-13").first_breach == iso_shanghai(at(f"{days_after(DAY, 18)}T14:00"))


def test_ten_transfers_of_less_than_a_hundred_thousand():
    d = Desk("small")
    lender = d.s.person()
    for number in range(10):
        d.transfer(number, d.subscribe(0, lender, 9_999, listing="L1"), lender, d.s.person(), 9_999)
    assert alerts(run(d.s), "P2P-13") == []


def test_ten_transfers_over_two_months():
    d = Desk("slow")
    lender = d.s.person()
    for number in range(10):
        d.transfer(6 * number, d.subscribe(0, lender, 50_000, listing="L1"), lender, d.s.person(), 50_000)
    assert alerts(run(d.s), "P2P-13") == []


def test_several_claims_named_in_one_transfer():
    d = Desk("list")
    lender = d.s.person()
    claims = [d.subscribe(0, lender, 50_000, listing=f"L{n}") for n in range(3)]
    d.transfer(1, "、".join(claims), lender, d.s.person(), 150_000)
    alert = only(run(d.s), "P2P-13", d.platform)
    assert (alert.values["limb"], alert.values["n_items"], alert.amount_fen) == (2, 3, fen(150_000))


def test_a_licence_that_is_lost_covers_nothing_afterwards():
    d = Desk("lost", "AM")
    d.s.licence(d.platform, "fund_sales")
    fund = d.s.org()
    d.s.licence(fund, "fund")
    d.say(0, "PRODUCT", product="F", term_days=0, issuer=fund)
    d.subscribe(1, d.s.person(), 900_000, product="F")
    lost = d.s.told[0]
    assert lost is not None
    d.s._tell(type(next(e for e in d.s.told if type(e).__name__ == "LicenceEvent")), f"{days_after(DAY, 5)}T09:00", "licence:cn",
              party=d.platform, kind="fund_sales", status="CANCELLED")  # fmt: skip
    d.subscribe(6, d.s.person(), 120_000, product="F")
    alert = only(run(d.s), "P2P-13", d.platform)
    assert (alert.values["limb"], alert.amount_fen) == (4, fen(120_000))
