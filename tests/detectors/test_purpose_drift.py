"""PAY-11: what counts in which share, to the fen, and that it is never more than a note."""

from tests.detectors.scenario import alerts, fen, only, run
from tests.detectors.stories.purpose_drift import EVASIONS, MONTH, Trade, large_tickets, like_the_others


def test_large_payments_by_value() -> None:
    """320,000 of 350,000 yuan in payments of 50,000 or more; median and MAD of twenty peers are zero."""
    told = large_tickets()
    alert = only(run(told.scenario), "PAY-11", told.subject)
    assert (alert.severity, alert.amount_fen) == ("log", fen(320_000))
    share = 320_000 * 10**6 // 350_000
    assert (alert.values["large_ppm"], alert.values["large_z_milli"]) == (share, share * 1_000 // 20_000)
    assert alert.summary_zh.endswith("属线索，待核实。")
    assert "不作预警" in alert.summary_zh


def test_income_is_interest_fees_and_what_is_carried_out() -> None:
    told = EVASIONS["lives on interest"]()
    assert only(run(told.scenario), "PAY-11", told.subject).values["interest_ppm"] == 4_000 * 10**6 // 4_300


def test_exactly_fifty_thousand_is_large() -> None:
    for yuan, found in ((50_000, True), (49_999, False)):
        t = Trade("line")
        t.usual(slice(None))
        t.pay(f"{MONTH}-10", t.clients[0], t.reserve, yuan, "TOPUP", "one")
        assert bool(alerts(run(t.told().scenario), "PAY-11")) is found


def test_a_month_that_is_not_over_is_not_judged() -> None:
    told = large_tickets()
    events = [e for e in told.scenario.events() if e.event_id != told.scenario.events()[-1].event_id]
    assert alerts(run(events), "PAY-11") == []
    assert alerts(run(like_the_others().scenario), "PAY-11") == []
