"""ECF-05: clause 二(六)2 is word for word 二(一)2, so the same conduct of a crowdfunding platform is the same finding."""

import pytest
from msgspec.structs import replace

from chuantou.detectors.registry import DETECTORS
from chuantou.schemas.streams import PartyEvent
from tests.detectors.scenario import alerts, in_time, run
from tests.detectors.test_generic_suite import CASES

SAME_WORDS = ("P2P-13", "P2P-14", "P2P-15", "P2P-16", "P2P-17", "P2P-18")


def in_sector(events, sector):
    return [replace(e, sector=sector) if isinstance(e, PartyEvent) and e.sector == "P2P" else e for e in events]


@pytest.mark.parametrize("detector", SAME_WORDS)
def test_the_same_conduct_on_a_crowdfunding_platform(detector):
    events = in_time(CASES[detector].golden().scenario.events())
    lending = alerts(run(events), detector)
    crowd = alerts(run(in_sector(events, "ECF")), detector)
    assert [(a.severity, a.amount_fen, a.values, a.first_breach) for a in crowd] == [
        (a.severity, a.amount_fen, a.values, a.first_breach) for a in lending
    ] != []
    assert {(a.clause, a.offices[0]) for a in lending} == {("二(一)2", "O1")}
    assert {(a.clause, a.offices[0]) for a in crowd} == {("二(六)2", "O5")}
    assert all("二(六)2" in a.summary_zh for a in crowd)


def test_every_detector_of_that_clause_knows_both():
    assert {kind.id for kind in DETECTORS if kind.clause == "二(一)2"} == set(SAME_WORDS)
    assert all({"P2P", "ECF"} <= set(kind.sectors) for kind in DETECTORS if kind.clause == "二(一)2")
    assert all(kind.clause_for("ECF") == "二(六)2" for kind in DETECTORS if kind.clause == "二(一)2")
