"""P2P-17: what is wrong with a custodian, from which day on."""

import json

import pytest

from chuantou.console.recompute import compare
from chuantou.schemas.alerts import canonical_json
from tests.detectors.scenario import days_after, fen, only, run
from tests.detectors.stories import ineligible_custodian as stories
from tests.detectors.stories.ineligible_custodian import DAY, Desk


@pytest.mark.parametrize(
    ("story", "fault", "held", "severity", "day"),
    [
        (stories.payment_institution, "payment_alone", 150_000, "orange", 0),
        (stories.licence_lost, "no_bank", 300_000, "orange", 7),
        (stories.no_bank_at_all, "no_bank", 150_000, "orange", 0),
        (stories.claimed_before_go_live, "claimed", 0, "yellow", 0),
        (stories.not_on_the_list, "not_listed", 150_000, "orange", 21),
    ],
)
def test_what_is_wrong(story, fault, held, severity, day):
    told = story()
    engine = run(told.scenario)
    alert = only(engine, "P2P-17", told.subject)
    faults = [name for name in ("no_bank", "payment_alone", "not_listed", "claimed") if alert.values[name]]
    assert (faults, alert.severity, alert.amount_fen) == ([fault], severity, fen(held))
    assert alert.first_breach[:10] == days_after(DAY, day)
    pack = json.loads(canonical_json(engine.evidence(alert.alert_id)))
    assert [row.name for row in compare(pack) if not row.equal] == []


def test_five_days_to_move_and_not_more():
    d = Desk("slow")
    old, new = d.s.bank(), d.s.bank()
    account = d.designate(old)
    d.invest(account)
    d.lose(old, 10)
    d.invest(d.designate(new, day=10), 30)
    alert = only(run(d.s), "P2P-17", d.platform)
    assert alert.first_breach[:10] == days_after(DAY, 16)
    assert alert.accounts == [account]
