"""REG-05: a month's sources and uses by kinds."""

import json
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.console.recompute import compare
from chuantou.console.recomputers.money_profile import stability
from chuantou.detectors.reg.month_statement import stability_ppm
from chuantou.schemas.alerts import canonical_json
from tests.detectors.scenario import fen, only, run
from tests.detectors.stories import money_profile as stories


def judged(told):
    engine = run(told.scenario)
    alert = only(engine, "REG-05", told.subject)
    pack = json.loads(canonical_json(engine.evidence(alert.alert_id)))
    assert [row for row in compare(pack) if not row.equal] == []
    return alert, pack


def test_cash():
    alert, pack = judged(stories.cash_comes())
    assert (alert.severity, alert.amount_fen) == ("yellow", fen(50_000))
    assert (alert.values["cash_in_ppm"], alert.values["cash_out_ppm"]) == (250_000, 0)
    assert alert.first_breach.startswith("2016-06-30T23:59:59")
    assert {"kind": "income", "n": 25, "fen": fen(150_000)} in pack["inputs"]["sources"]
    assert judged(stories.cash_goes())[0].severity == "yellow"


@pytest.mark.parametrize(("story", "name", "number"), [
    (stories.nobody_knows, "unknown_in_ppm", 333_333), (stories.the_circle_takes_over, "psi_in_ppm", None),
])  # fmt: skip
def test_leads(story, name, number):
    alert, _ = judged(story())
    assert alert.severity == "log"
    assert alert.values[name] == number or (number is None and alert.values[name] > 10_000_000)
    assert "涉嫌" not in alert.summary_zh


def test_investors_by_size_and_region():
    b = stories.Books("investors")
    till = b.s.account(b.s.bank(), "BANK_INTERNAL")
    for number, moment in enumerate(stories.days("2016-06")):
        investor = b.s.person()
        b.s.party_event(investor, "2015-09-02", reg_region="320902" if number % 2 else None)
        b.s.pay(moment, b.s.account(investor), b.own, 500 if number < 5 else 5_000, "INVEST_IN", "order", order_id=f"o{number}")
        b.s.pay(moment, till, b.own, 2_000, "CASH_IN")
    _, pack = judged(b.told())
    assert pack["inputs"]["investors_by_size"] == [["<100000", 5, fen(2_500)], ["<1000000", 20, fen(100_000)]]
    assert [row[:2] for row in pack["inputs"]["investors_by_region"]] == [["320902", 12], ["unknown", 13]]


sums = st.lists(st.integers(0, 10**12), min_size=8, max_size=8)


@given(sums, sums)
def test_the_index_is_that_of_the_formula(now, before):
    first, second = ({str(k): fen for k, fen in enumerate(month)} for month in (now, before))
    index = stability_ppm(first, second)
    assert index == stability(first, second)
    p, q = ([max(100, x * 10**6 // sum(month)) if sum(month) else 100 for x in month] for month in (now, before))
    assert abs(index - sum((a - b) * log(a / b) for a, b in zip(p, q))) <= 1.01
