"""Roles in a flow: the collector, transit and payer of a network, and what has none."""

import pytest

from chuantou.graph.flow_roles import COLLECTOR, PAYER, TRANSIT, candidates, flow_roles, roles_of
from chuantou.graph.windows import IN, OUT
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from tests.detectors.scenario import Scenario, at, days_after, run
from tests.detectors.schemes import LOAN_DAY

PEOPLE = 30
END = f"{days_after(LOAN_DAY, 2)}T18:00"


def network(people: int = PEOPLE, persons: bool = True, hours_in_transit: int = 2, through: int = 94) -> Scenario:
    """People pay a collector, it pays a transit account in five parts, that a payer, and that people again."""
    s = Scenario("roles")
    who = s.person if persons else s.org
    collector, transit, payer = (s.account(s.org()) for _ in range(3))
    for number in range(people):
        s.pay(f"{LOAN_DAY}T08:{number:02d}", s.account(who()), collector, 10_000)
    part = people * 10_000 * through // 500
    for number in range(5):
        s.pay(f"{LOAN_DAY}T{9 + number:02d}:00", collector, transit, part)
        out = 9 + number + hours_in_transit
        s.pay(f"{days_after(LOAN_DAY, out // 24)}T{out % 24:02d}:30", transit, payer, part)
    for number in range(people):
        s.pay(f"{days_after(LOAN_DAY, 2)}T15:{number:02d}", payer, s.account(who()), 9_000)
    return s


def found(s: Scenario, moment: str = END) -> dict[str, str]:
    world = run(s).core.world
    return {world.accounts.ids.names[role.account]: role.role for role in flow_roles(world, at(moment))}


def test_the_three_roles_and_their_figures() -> None:
    world = run(network()).core.world
    collector, transit, payer = flow_roles(world, at(END))
    assert (collector.role, transit.role, payer.role) == (COLLECTOR, TRANSIT, PAYER)
    assert (collector.persons_in, collector.payees, collector.out_in_ppm) == (PEOPLE, 1, 940_000)
    assert (transit.holding_us, transit.out_in_ppm, transit.in_fen) == (DAY_US * 5 // 48, 1_000_000, transit.out_fen)
    assert (payer.payers, payer.persons_out) == (1, PEOPLE)
    closed = day_start_us(shanghai_day(at(END)) + 1) - 1  # the day is over
    assert {role.time for role in (collector, transit, payer)} == {closed}


def test_one_account_may_have_two_roles() -> None:
    """95 % handed on within hours: the collector is a transit account as well."""
    world = run(network(through=95)).core.world
    assert [role.role for role in flow_roles(world, at(END))] == [COLLECTOR, TRANSIT, TRANSIT, PAYER]


def test_no_account_with_a_role_is_missed_by_the_windows_figures() -> None:
    """The candidates are a superset: every account asked one by one gives the same."""
    world = run(network()).core.world
    world.flows.advance(at(END))
    gate = world.rules.at("flow.roles", shanghai_day(at(END)))
    one_by_one = [role for account in range(len(world.accounts.ids)) for role in roles_of(world, account, gate)]
    assert one_by_one == flow_roles(world, at(END))
    assert len(candidates(world, gate)) < len(world.accounts.ids)


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        (network(people=29), {COLLECTOR, PAYER}),
        (network(persons=False), {COLLECTOR, PAYER}),
        (network(through=79), {COLLECTOR}),
        (network(hours_in_transit=25), {TRANSIT}),
    ],
)
def test_what_takes_a_role_away(told: Scenario, missing: set[str]) -> None:
    assert set(found(told).values()) == {COLLECTOR, TRANSIT, PAYER} - missing


def test_a_role_is_of_the_last_thirty_days() -> None:
    late = days_after(LOAN_DAY, 30)
    assert set(found(network(), f"{late}T08:00").values()) == {COLLECTOR, TRANSIT, PAYER}
    assert set(found(network(), f"{late}T08:00:01").values()) == {TRANSIT, PAYER}
    assert found(network(), days_after(late, 4)) == {}


def test_no_role_before_the_rules_know_one() -> None:
    s = Scenario("early")
    s.pay("2016-05-19", s.account(s.person()), s.account(s.org()), 100)
    assert flow_roles(run(s).core.world, at("2016-05-19T12:00")) == []


def test_the_other_side_of_a_designated_account_is_nobody() -> None:
    s = Scenario("tax")
    payer, tax = s.account(s.org()), s.account(s.org(), "TAX")
    s.pay(LOAN_DAY, payer, tax, 100)
    flows = run(s).core.world.flows
    assert [int(x) for x in flows.side(OUT, 2, 0)] == [1, 0, 10_000]
    assert [int(x) for x in flows.side(IN, 2, 1)] == [1, 0, 10_000]
