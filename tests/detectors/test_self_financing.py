"""P2P-04: “Evade → counter” with exact traces. Its lawful look-alikes are in the generic suite."""

import pytest
from msgspec.structs import replace

from chuantou.schemas.clock import DAY_US, iso_shanghai
from tests.detectors.scenario import alerts, at, days_after, fen, only, run
from tests.detectors.schemes import LOAN_DAY, layered_proceeds
from tests.detectors.stories.self_financing import EVASIONS, Lending

METHODS = ("fifo", "prorata", "lifo", "maxflow")
# severity, traced share by every method (ppm), instant of the breach
TRACED = {
    "fee-skimming layers": ("red", 941_192, "2016-06-16T14:00"),
    "beneficial owner": ("red", 960_000, "2016-06-13T15:00"),
    "relative dropped before the deal": ("red", 1_000_000, "2016-06-13T15:00"),
    "nominee borrowers": ("red", 800_000, "2016-06-14T09:30"),
    "single hidden borrower": ("yellow", 800_000, "2016-06-16T09:30"),
    "assets bought from relatives": ("red", 1_000_000, "2016-06-13T15:00"),
    "offset by trade": ("red", 970_000, "2016-06-16T15:00"),
    "split in many": ("red", 952_000, "2016-06-14T11:12"),
}


@pytest.mark.parametrize("name", TRACED)
def test_evasions(name: str) -> None:
    severity, share, breach = TRACED[name]
    told = EVASIONS[name]()
    alert = only(run(told.scenario), "P2P-04", told.subject)
    assert alert.severity == severity
    assert {alert.values[f"traced_{method}_ppm"] for method in METHODS} == {share}
    assert alert.first_breach == iso_shanghai(at(breach))


def test_splitting_over_mules_breaches_when_three_tenths_have_arrived() -> None:
    """30 % of 500,000 are 150,000: thirteen payments of 11,900."""
    told = EVASIONS["split in many"]()
    alert = only(run(told.scenario), "P2P-04", told.subject)
    assert alert.first_breach == iso_shanghai(at("2016-06-14T11:12"))
    assert alert.amount_fen == 40 * fen(11_900)


def test_by_register_the_offer_is_yellow_and_the_payout_weighs_its_money() -> None:
    told = EVASIONS["SF1, by register"]()
    alert = only(run(told.scenario), "P2P-04", told.subject)
    assert (alert.severity, alert.values["sf"], alert.amount_fen) == ("red", 1, fen(2_000_000))
    assert alert.first_breach == iso_shanghai(at(f"{LOAN_DAY}T09:00"))
    offers = [e for e in told.scenario.events() if getattr(e, "type", None) != "DISBURSE"]
    offers = [e for e in offers if getattr(e, "flow_class", None) != "LOAN_OUT"]
    assert only(run(offers), "P2P-04", told.subject).severity == "yellow"


def test_by_register_the_alert_says_when_it_became_knowable() -> None:
    told = EVASIONS["SF1, the register lags"]()
    engine = run(told.scenario)
    alert = only(engine, "P2P-04", told.subject)
    assert alert.first_breach == iso_shanghai(at(f"{LOAN_DAY}T09:00"))
    assert engine.evidence(alert.alert_id)["as_of_known_time"] == iso_shanghai(at(days_after(LOAN_DAY, 14)))


def test_a_delay_of_45_days_is_followed_once_the_platform_is_a_red_suspect() -> None:
    told = EVASIONS["delays"]()
    found = sorted(alerts(run(told.scenario), "P2P-04", told.subject), key=lambda a: a.first_breach)
    assert [(a.severity, a.amount_fen) for a in found] == [("red", fen(500_000)), ("red", fen(3_000_000))]
    innocent = Lending("patient")
    account = innocent.lend(innocent.s.person())
    innocent.s.pay(f"{days_after(LOAN_DAY, 31)}T15:00", account, innocent.s.account(innocent.controller), 500_000)
    assert alerts(run(innocent.s), "P2P-04") == []


@pytest.mark.parametrize(("days", "found"), [(-175, True), (-185, False), (175, True), (185, False)])
def test_related_within_180_days_of_the_deal(days: int, found: bool) -> None:
    """The tie to the firm ends before, or begins after, the day on which it is a borrower."""
    p = Lending("around")
    firm = p.s.org()
    if days < 0:
        p.s.owns(p.controller, firm, 80)
        p.s.owns(p.controller, firm, 0, days_after(LOAN_DAY, days))
    else:
        p.s.owns(p.controller, firm, 80, days_after(LOAN_DAY, days))
    p.lend(firm)
    p.s.person(days_after(LOAN_DAY, 200))
    assert bool(alerts(run(p.s), "P2P-04", p.platform)) is found


@pytest.mark.parametrize(
    ("yuan", "severity"), [(149_999, None), (150_000, "yellow"), (249_999, "yellow"), (250_000, "red")]
)
def test_the_lines_of_30_and_50_percent(yuan: int, severity: str | None) -> None:
    p = Lending("lines")
    account = p.lend(p.s.person())
    p.s.pay(f"{LOAN_DAY}T15:00", account, p.s.account(p.controller), yuan)
    assert [a.severity for a in alerts(run(p.s), "P2P-04")] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("flow", "basis", "yuan", "found"),
    [("FEE", "source", 25_000, False), ("FEE", "source", 250_000, True), ("PAYROLL", "source", 250_000, True),
     ("SUPPLIER", "order", 450_000, False), ("SUPPLIER", "memo", 450_000, True), ("SUPPLIER", "learned", 450_000, True)],
)  # fmt: skip
def test_what_excuses_a_payment_rests_on_more_than_a_memo_and_is_limited(
    flow: str, basis: str, yuan: int, found: bool
) -> None:
    p = Lending("excuse")
    account = p.lend(p.s.org())
    p.s.pay(f"{LOAN_DAY}T15:00", account, p.s.account(p.controller), yuan, flow, basis=basis)
    assert bool(alerts(run(p.s), "P2P-04")) is found


@pytest.mark.parametrize(("hops", "found"), [(6, True), (7, False)])
def test_six_hops(hops: int, found: bool) -> None:
    p = Lending("hops")
    account = p.lend(p.s.person())
    for hop in range(hops):
        payee = p.s.account(p.s.org() if hop < hops - 1 else p.controller)
        p.s.pay(f"{days_after(LOAN_DAY, hop)}T15:00", account, payee, 500_000)
        account = payee
    assert bool(alerts(run(p.s), "P2P-04")) is found


def test_before_the_plan_nothing_is_judged() -> None:
    told = layered_proceeds()
    early = [replace(e, event_time=e.event_time - 60 * DAY_US) for e in told.scenario.events()]
    assert alerts(run(early), "P2P-04") == []


def test_the_subflow_agrees_with_the_whole_ledger_where_money_mixed_before() -> None:
    """Of the payee's 500,000 none is the loan's by FIFO; what it had paid before it was reached is not taken twice."""
    p = Lending("mixed")
    other = p.s.account(p.s.person(), holds=1_000_000)
    account = p.lend(p.s.person())
    p.s.pay(f"{LOAN_DAY}T11:00", other, account, 500_000)
    p.s.pay(f"{LOAN_DAY}T12:00", account, other, 500_000)
    p.s.pay(f"{LOAN_DAY}T13:00", other, p.s.account(p.controller), 650_000)
    alert = only(run(p.s), "P2P-04")
    # FIFO: 500,000 of its own leave first, then 150,000 of the loan; pro-rata: 65 % of the quarter million that came
    assert (alert.values["traced_fifo_ppm"], alert.values["traced_prorata_ppm"]) == (300_000, 325_000)
    assert alert.severity == "yellow"
