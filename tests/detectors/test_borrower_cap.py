"""P2P-12: what a borrower owes by the ledger, against the cap of the day."""

import pytest

from chuantou.schemas.clock import iso_shanghai
from tests.detectors.scenario import Scenario, alerts, at, days_after, fen, only, run
from tests.detectors.stories.borrower_cap import (
    BEFORE,
    DAY,
    borrow,
    drawn_in_parts,
    group_of_companies,
    legacy_loan,
    over_all_platforms,
    person_above,
    repay,
)


def values(alert):
    return {name: alert.values[name] for name in ("outstanding_fen", "cap_fen", "n_platforms", "legacy_fen")}


def test_three_loans_to_one_person():
    told = person_above()
    alert = only(run(told.scenario), "P2P-12", told.subject)
    assert values(alert) == {"outstanding_fen": fen(270_000), "cap_fen": fen(200_000), "n_platforms": 1, "legacy_fen": 0}
    assert (alert.severity, alert.amount_fen) == ("red", fen(70_000))
    assert alert.first_breach == iso_shanghai(at(f"{days_after(DAY, 2)}T11:00"))


@pytest.mark.parametrize(
    ("person", "yuan", "severity"),
    [(True, 200_001, "yellow"), (True, 239_999, "yellow"), (True, 240_000, "red"), (False, 1_000_001, "yellow"),
     (False, 1_200_000, "red")],
)  # fmt: skip
def test_the_lines(person, yuan, severity):
    s = Scenario()
    platform = s.platform()
    borrow(s, platform, s.person() if person else s.org(), yuan)
    assert only(run(s), "P2P-12", platform).severity == severity


def test_the_platform_that_takes_the_borrower_over_all_of_them_is_named():
    told = over_all_platforms()
    engine = run(told.scenario)
    alert = only(engine, "P2P-12")
    assert alert.subjects[0] == told.subject
    assert values(alert) == {"outstanding_fen": fen(6_000_000), "cap_fen": fen(5_000_000), "n_platforms": 6, "legacy_fen": 0}
    assert {loan["platform"] for loan in engine.evidence(alert.alert_id)["inputs"]["loans"]} > {told.subject}


def test_every_tranche_of_a_listing_counts():
    told = drawn_in_parts()
    assert only(run(told.scenario), "P2P-12", told.subject).values["outstanding_fen"] == fen(280_000)


def test_a_group_is_a_lead_that_accuses_nobody():
    told = group_of_companies()
    engine = run(told.scenario)
    alert = only(engine, "P2P-12", told.subject)
    assert (alert.severity, alert.values["group"], alert.values["outstanding_fen"]) == ("log", 1, fen(1_600_000))
    assert "涉嫌" not in alert.summary_zh
    assert len(engine.evidence(alert.alert_id)["related"]) == 1


def test_loans_from_before_the_law_are_reported_and_not_held_against_anybody():
    told = legacy_loan()
    engine = run(told.scenario)
    found = sorted(alerts(engine, "P2P-12", told.subject), key=lambda a: a.first_breach)
    assert [(a.severity, a.values["legacy"], values(a)) for a in found] == [
        ("log", 1, {"outstanding_fen": fen(600_000), "cap_fen": fen(200_000), "n_platforms": 1, "legacy_fen": fen(600_000)}),
        ("log", 1, {"outstanding_fen": fen(750_000), "cap_fen": fen(200_000), "n_platforms": 1, "legacy_fen": fen(600_000)}),
    ]


def test_two_laws_are_judged_in_slices():
    s = Scenario()
    platform, borrower = s.platform(), s.person()
    old = borrow(s, platform, borrower, 150_000, BEFORE)
    for number in range(3):
        borrow(s, platform, borrower, 80_000, days_after(DAY, number))
    repay(s, platform, old, days_after(DAY, 1), 50_000)
    alert = only(run(s), "P2P-12", platform)
    assert values(alert) == {"outstanding_fen": fen(240_000), "cap_fen": fen(200_000), "n_platforms": 1,
                             "legacy_fen": fen(100_000)}  # fmt: skip
    assert alert.severity == "red"


def test_a_repayment_undoes_no_more_than_was_lent():
    s = Scenario()
    platform, borrower = s.platform(), s.person()
    first = borrow(s, platform, borrower, 100_000)
    repay(s, platform, first, days_after(DAY, 1), 900_000)
    repay(s, platform, first, days_after(DAY, 2), 900_000)
    borrow(s, platform, borrower, 150_000, days_after(DAY, 3))
    borrow(s, platform, borrower, 100_000, days_after(DAY, 4))
    assert only(run(s), "P2P-12", platform).values["outstanding_fen"] == fen(250_000)


def test_a_correction_of_the_amount_clears_the_platform():
    told = person_above()
    wrong = next(e for e in told.scenario.told if getattr(e, "type", None) == "DISBURSE")
    told.scenario.correct(wrong.event_id, amount_fen=fen(10_000))
    assert alerts(run(told.scenario), "P2P-12") == []
