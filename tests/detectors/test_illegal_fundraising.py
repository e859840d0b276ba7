"""P2P-20: four limbs, none of which is enough without the others; G17's staff are no public."""

import json

import pytest

from chuantou.console.recompute import compare
from chuantou.schemas.alerts import canonical_json
from tests.detectors.scenario import alerts, days_after, fen, only, run
from tests.detectors.stories import illegal_fundraising as stories
from tests.detectors.stories.illegal_fundraising import DAY, Raiser


@pytest.mark.parametrize(
    ("story", "values", "severity"),
    [
        (stories.promised_to_the_public, {"n_people": 40, "gross_absorbed_fen": fen(400_000), "n_adverts": 2, "n_promises": 2},
         "orange"),
        (stories.many_without_adverts, {"n_people": 160, "n_adverts": 0, "n_promises": 2}, "red"),
        (stories.paid_by_the_calendar, {"n_people": 36, "n_regular": 36, "n_promises": 1}, "orange"),
    ],
)  # fmt: skip
def test_all_four(story, values, severity):
    told = story()
    engine = run(told.scenario)
    alert = only(engine, "P2P-20", told.subject)
    assert {name: alert.values[name] for name in values} == values
    assert alert.severity == severity
    assert "POLICE" in alert.offices
    pack = json.loads(canonical_json(engine.evidence(alert.alert_id)))
    assert [row.name for row in compare(pack) if not row.equal] == []
    limbs = pack["inputs"]
    assert {"illegality", "publicness", "inducement", "sociality"} <= set(limbs)
    assert limbs["sociality"]["findings"]


def test_two_names_of_one_owner_are_one():
    told = stories.under_another_name()
    found = {alert.subjects[0]: alert for alert in alerts(run(told.scenario), "P2P-20")}
    assert found[told.subject].values["n_people"] == 70
    assert len(found) == 2


def without(limb):
    r = Raiser("three")
    if limb == "promise":
        r.take(40)
        r.promise("财富增值新选择")
    elif limb == "public":
        r.take(40)
        r.promise("到期保本付息", "contract")
        for number, account in enumerate(r.people[:15]):  # colleagues: twenty-five remain
            r.s.pay(f"{days_after(DAY, -3)}T10:{number:02d}", r.pot, account, 5_000, "PAYROLL")
    elif limb == "pool":
        r.take(29)
        r.promise()
    else:
        r.s.licence(r.platform, "trust")
        r.take(40)
        r.promise()
    r.s.person(f"{days_after(DAY, 12)}T10:00")
    return r


@pytest.mark.parametrize("limb", ["promise", "public", "pool", "licence"])
def test_three_are_not_enough(limb):
    assert alerts(run(without(limb).s), "P2P-20") == []
