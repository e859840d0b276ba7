"""FLOW-01: what closes a loop, whom it is about, and its colour. Lawful circles are in the generic suite."""

import pytest

from chuantou.schemas.clock import SECOND_US, iso_shanghai
from tests.detectors.scenario import Scenario, alerts, at, days_after, fen, only, run
from tests.detectors.schemes import LOAN_DAY
from tests.detectors.stories.transfer_loop import EVASIONS, circle, firms

DAY_S = 86_400
# severity, smallest transfer in fen, hops, seconds
FOUND = {
    "three hops": ("log", fen(90_000), 3, 2 * DAY_S + 2 * 3_600),
    "skimmed": ("log", fen(51_200), 4, 3 * DAY_S),
    "six hops in ten days": ("log", fen(100_000), 6, 10 * DAY_S),
    "next to a watched party": ("yellow", fen(100_000), 3, 2 * DAY_S),
    "unknown owners": ("log", fen(100_000), 3, 2 * DAY_S),
}


@pytest.mark.parametrize("name", EVASIONS)
def test_loops(name: str) -> None:
    severity, smallest, hops, seconds = FOUND[name]
    told = EVASIONS[name]()
    alert = only(run(told.scenario), "FLOW-01", told.subject)
    assert (alert.severity, alert.amount_fen) == (severity, smallest)
    assert alert.values == {"loop_fen": smallest, "hops": hops, "span_seconds": seconds}


def test_accounts_stand_in_the_order_of_payment() -> None:
    s = Scenario("order")
    owners = firms(s, 4)
    accounts = [s.account(o) for o in owners]
    circle(s, accounts)
    alert = only(run(s), "FLOW-01")
    assert alert.accounts == accounts
    assert alert.subjects == owners
    assert alert.first_breach == iso_shanghai(at(f"{days_after(LOAN_DAY, 3)}T10:00"))


@pytest.mark.parametrize(("hops", "found"), [(2, False), (3, True), (6, True), (7, False)])
def test_three_to_six_hops(hops: int, found: bool) -> None:
    s = Scenario("hops")
    circle(s, [s.account(o) for o in firms(s, hops)])
    assert bool(alerts(run(s), "FLOW-01")) is found


@pytest.mark.parametrize(("late_us", "found"), [(0, True), (SECOND_US, False)])
def test_ten_days_to_the_second(late_us: int, found: bool) -> None:
    s = Scenario("ten")
    a, b, c = (s.account(o) for o in firms(s))
    s.pay("2016-06-13T10:00", a, b, 100)
    s.pay("2016-06-14T10:00", b, c, 100)
    s.pay("2016-06-23T10:00" + (":01" if late_us else ""), c, a, 100)
    assert bool(alerts(run(s), "FLOW-01")) is found


def test_a_hop_that_grows_breaks_the_loop() -> None:
    """Money that comes back with more than left is not the same money (`--keep`: between s and 1 times the hop before)."""
    s = Scenario("grows")
    a, b, c = (s.account(o) for o in firms(s))
    for day, (payer, payee, yuan) in enumerate(((a, b, 100), (b, c, 100), (c, a, 101))):
        s.pay(days_after(LOAN_DAY, day), payer, payee, yuan)
    assert alerts(run(s), "FLOW-01") == []


def test_the_owner_may_become_known_and_the_party_watched_before_the_loop_closes() -> None:
    s = Scenario("watched")
    owners = firms(s)
    accounts = [s.account(o) for o in owners]
    circle(s, accounts)
    s.party_event(owners[1], f"{days_after(LOAN_DAY, 1)}T12:00", sector="P2P", watched=True)
    assert only(run(s), "FLOW-01", owners[0]).severity == "yellow"


def test_a_sweep_that_leaves_the_group_is_a_loop() -> None:
    """LA-CASHPOOL holds inside one group only, and only for what the bank itself calls a sweep."""
    s = Scenario("leaves")
    header, member, stranger = firms(s)
    s.owns(header, member, 100)
    circle(s, [s.account(o) for o in (header, member, stranger)], flow="POOL_SWEEP")
    assert alerts(run(s), "FLOW-01")
    t = Scenario("unswept")
    header, first, second = firms(t)
    for firm in (first, second):
        t.owns(header, firm, 100)
    circle(t, [t.account(o) for o in (header, first, second)])
    assert alerts(run(t), "FLOW-01")
