"""ILF-06: the lines, whom they count, and whose licence allows what."""

import pytest
from msgspec.structs import replace

from chuantou.console.recompute import compare
from tests.detectors.scenario import alerts, days_after, only, run
from tests.detectors.stories import out_of_scope as stories
from tests.detectors.stories.out_of_scope import DAY, Body


@pytest.mark.parametrize(
    ("story", "limb", "people", "yuan", "severity"),
    [
        (stories.ten_investors, 1, 10, 100_000, "orange"),
        (stories.five_borrowers, 2, 5, 100_000, "orange"),
        (stories.guarantor, 3, 5, 100_000, "orange"),
        (stories.owners_account, 1, 10, 100_000, "orange"),
        (stories.sister_lends, 2, 5, 100_000, "orange"),
    ],
)
def test_what_is_found(story, limb, people, yuan, severity):
    told = story()
    engine = run(told.scenario)
    alert = only(engine, "ILF-06", told.subject)
    assert (alert.values["limb"], alert.values["n_people"], alert.amount_fen) == (limb, people, yuan * 100)
    assert (alert.severity, alert.clause, alert.offices[0]) == (severity, "二(五)", "O4")
    assert [row.name for row in compare(engine.evidence(alert.alert_id)) if not row.equal] == []


@pytest.mark.parametrize(
    ("yuan", "severity"), [(999, None), (1_000, "yellow"), (9_999, "yellow"), (10_000, "orange"), (100_000, "red")]
)
def test_amounts(yuan, severity):
    b = Body("sums")
    b.take(yuan=yuan)
    found = alerts(run(b.s), "ILF-06")
    assert [a.severity for a in found] == ([severity] if severity else [])


def test_a_memo_alone_is_yellow_at_most():
    b = Body("memo")
    b.take(yuan=200_000, basis="memo")
    alert = only(run(b.s), "ILF-06")
    assert (alert.severity, alert.values["n_people"], alert.values["n_inferred"]) == ("yellow", 0, 10)


def test_the_register_alone_is_counted_where_it_reaches_the_line():
    b = Body("both")
    b.take()
    b.take(6, 50_000, basis="memo")
    alert = only(run(b.s), "ILF-06")
    assert (alert.amount_fen, alert.values["n_people"], alert.values["n_inferred"]) == (10_000_000, 10, 6)


@pytest.mark.parametrize(("back", "found"), [(20_000, 0), (20_001, 1)])
def test_more_back_than_was_lent_is_interest(back, found):
    b = Body("more")
    for number in range(5):
        account = b.s.account(b.s.person(), "PERSONAL_I", holds=9_000)
        b.s.pay(f"{DAY}T11:0{number}", b.purse, account, 20_000, "LOAN_OUT")
        b.s.pay(f"{days_after(DAY, 40)}T11:0{number}", account, b.purse, back, "REPAY_PRIN")
    assert len(alerts(run(b.s), "ILF-06")) == found


def test_a_licence_that_is_lost_allows_nothing():
    b = Body("lost", sector="AM")
    b.s.licence(b.party, "private_fund")
    b.s.told[-1] = replace(b.s.told[-1], status="CANCELLED")
    b.take()
    assert len(alerts(run(b.s), "ILF-06")) == 1


def test_staff_and_shareholders_stand_apart():
    """Ten others beside them: the alert counts the ten."""
    b = Body("apart", "盐城合力信息咨询有限公司")
    persons = b.take(16)
    for number in range(6):
        b.s.pay(f"2016-06-01T10:0{number}", b.purse, b.s.account(persons[number]), 5_000, "PAYROLL")
    values = only(run(b.s), "ILF-06").values
    assert (values["n_people"], values["n_inside"]) == (10, 6)


def test_nothing_is_older_than_ninety_days():
    b = Body("slow")
    b.take(9)
    b.s.pay(f"{days_after(DAY, 90)}T09:00", b.s.account(b.s.person()), b.purse, 10_000, "INVEST_IN", "order")
    assert alerts(run(b.s), "ILF-06") == []
