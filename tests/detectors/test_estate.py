"""RE-02 and RE-03: what was raised for real estate, and by how many."""

import json

import pytest

from chuantou.console.recompute import compare
from chuantou.schemas.alerts import canonical_json
from tests.detectors.scenario import alerts, days_after, fen, only, run
from tests.detectors.stories import estate as stories
from tests.detectors.stories.estate import DAY, Desk


def checked(engine, alert):
    pack = json.loads(canonical_json(engine.evidence(alert.alert_id)))
    assert [row.name for row in compare(pack) if not row.equal] == []
    return pack


@pytest.mark.parametrize(
    ("story", "raised", "people", "by_money", "severity", "day"),
    [
        (stories.developer_borrows, 1_200_000, 12, 0, "red", 0),
        (stories.stated_use, 90_000, 30, 0, "yellow", 0),
        (stories.builder_in_front, 1_500_000, 10, 1, "red", 30),
        (stories.sister_of_a_developer, 1_000_000, 8, 0, "red", 0),
    ],
)
def test_real_estate_finance(story, raised, people, by_money, severity, day):
    told = story()
    engine = run(told.scenario)
    alert = only(engine, "RE-02", told.subject)
    found = {name: alert.values[name] for name in ("raised_fen", "n_investors", "by_money")}
    assert found == {"raised_fen": fen(raised), "n_investors": people, "by_money": by_money}
    assert (alert.severity, alert.first_breach[:10]) == (severity, days_after(DAY, day))
    checked(engine, alert)


def test_less_than_a_million_from_few():
    d = Desk("small")
    d.raise_("L1", d.s.org(sector="REALESTATE"), 999_990, 10)
    assert alerts(run(d.s), "RE-02") == []


@pytest.mark.parametrize(
    ("story", "people", "subscribers", "raised", "severity"),
    [(stories.shares_of_a_flat, 15, 15, 450_000, "orange"), (stories.through_a_partnership, 12, 4, 390_000, "orange")],
)
def test_homes_in_shares(story, people, subscribers, raised, severity):
    told = story()
    engine = run(told.scenario)
    alert = only(engine, "RE-03", told.subject)
    found = {name: alert.values[name] for name in ("n_people", "n_subscribers", "raised_fen")}
    assert found == {"n_people": people, "n_subscribers": subscribers, "raised_fen": fen(raised)}
    assert (alert.severity, alert.offices[0]) == (severity, "O5")
    checked(engine, alert)
