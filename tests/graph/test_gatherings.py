"""Who gathers money from persons, from whom and on what basis, and what he gave back."""

import numpy as np
import pytest

from chuantou.detectors.core import Core
from chuantou.detectors.ilf.gatherers import gatherings_today, insiders
from chuantou.graph.gatherings import BACK, INFERRED, REGISTER, by_month
from chuantou.schemas.clock import day_of_date
from chuantou.schemas.columns import to_batches
from chuantou.schemas.rules import load_rule_pack
from tests.detectors.scenario import Scenario, days_after, fen, in_time

DAY = "2016-06-01"


def played(s: Scenario, until: str) -> Core:
    """All of it, and the days up to the one before ``until`` closed."""
    s.party_event(s.org(), f"{until}T00:00", name="later")
    core = Core(load_rule_pack("yancheng-2016"))
    core.play(list(to_batches(in_time(s.events())).values()))
    return core


def told(core: Core) -> list[tuple[str, str, int, int, int]]:
    """(who, person, kind, fen, n) of all that is kept, by time."""
    world = core.world
    g = world.gatherings.of(world.gatherings.gatherers())
    names = world.parties.names
    return [
        (names[who], names[p], k, f, n) for who, p, k, f, n in zip(*(c.tolist() for c in (g.who, g.person, g.kind, g.fen, g.n)))
    ]


@pytest.fixture
def house() -> tuple[Scenario, str, str, list[str], list[str]]:
    s = Scenario("g")
    firm = s.org()
    persons = [s.person() for _ in range(12)]
    return s, firm, s.account(firm), persons, [s.account(p, "PERSONAL_I") for p in persons]


def test_classes_and_bases_tell_register_from_inferred_and_what_comes_back(house) -> None:
    s, firm, pot, persons, accounts = house
    s.pay(DAY, pot, accounts[1], 7, "RETURN_INT")  # on the day of the first gift, before it
    s.pay(f"{DAY}T11:00", accounts[0], pot, 100, "INVEST_IN", "order", order_id="o")
    s.pay(f"{DAY}T12:00", accounts[1], pot, 200, "INVEST_IN", "memo")
    s.pay(f"{DAY}T13:00", accounts[2], pot, 300, "RENT", "memo")
    s.pay(f"{DAY}T13:30", accounts[2], pot, 300)
    s.pay(days_after(DAY, 1), pot, accounts[0], 5, "RETURN_INT")
    s.pay(days_after(DAY, 1), pot, accounts[3], 9, "PAYROLL")
    core = played(s, days_after(DAY, 3))
    assert told(core) == [
        (firm, persons[1], BACK, fen(7), 1), (firm, persons[0], REGISTER, fen(100), 1), (firm, persons[1], INFERRED, fen(200), 1),
        (firm, persons[0], BACK, fen(5), 1),
    ]  # fmt: skip


def test_designated_accounts_gather_nothing(house) -> None:
    s, firm, _, _, accounts = house
    custody = s.account(s.bank(), "CLIENT_MASTER", platform=firm)
    said_by_itself = s.account(firm, "CLIENT_MASTER", role_basis="inferred")
    s.pay(DAY, accounts[0], custody, 100, "INVEST_IN")
    assert told(played(s, days_after(DAY, 1))) == []
    s.pay(DAY, accounts[0], said_by_itself, 100, "INVEST_IN")
    assert len(told(played(s, days_after(DAY, 1)))) == 1


def test_what_reaches_the_borrower_of_its_listing_is_lent(house) -> None:
    s, firm, pot, _, accounts = house
    platform, other = s.platform(), s.account(s.org())
    s.product(f"{DAY}T09:00", "LISTING", platform, 1_000, listing="L", borrower=firm, term_days=30)
    s.pay(DAY, accounts[0], pot, 100, "INVEST_IN", listing="L")
    s.pay(DAY, accounts[0], other, 200, "INVEST_IN", listing="L")
    assert [row[3] for row in told(played(s, days_after(DAY, 1)))] == [fen(200)]


def test_months_too_old_become_sums_and_leave_after_two_years(house) -> None:
    s, firm, pot, persons, accounts = house
    for day in (0, 3, 40):
        s.pay(days_after(DAY, day), accounts[0], pot, 100, "INVEST_IN")
    s.pay(days_after(DAY, 300), accounts[1], pot, 1, "INVEST_IN")
    one, two = persons[:2]
    assert told(played(s, days_after(DAY, 301))) == [
        (firm, one, REGISTER, fen(200), 2), (firm, one, REGISTER, fen(100), 1), (firm, two, REGISTER, fen(1), 1),
    ]  # fmt: skip
    s.party_event(s.org(), days_after(DAY, 600), name="so long a silence is not closed day by day")
    assert [row[3] for row in told(played(s, days_after(DAY, 830)))] == [fen(1)]


def test_sums_of_a_month_keep_everything_but_the_rows(house) -> None:
    s, _, pot, _, accounts = house
    for day in range(9):
        s.pay(days_after(DAY, day), accounts[day % 3], pot, 10 + day, "INVEST_IN")
    world = played(s, days_after(DAY, 10)).world
    single = world.gatherings.of(world.gatherings.gatherers())
    folded = by_month(single)
    assert len(folded.time) == 3
    assert (folded.fen.sum(), folded.n.sum(), folded.time.min()) == (single.fen.sum(), 9, single.time.min())
    assert (folded.row == -1).all()


def test_an_owner_and_its_controlled_firms_gather_together(house) -> None:
    s, firm, pot, _, accounts = house
    other = s.org()
    s.owns(firm, other, 100)
    second = s.account(other)
    for number, account in enumerate(accounts):
        s.pay(f"{DAY}T11:{number:02d}", account, second if number < 5 else pot, 100, "INVEST_IN")
    s.pay(f"{DAY}T12:00", pot, second, 500, "INVEST_IN")  # no person's
    world = played(s, days_after(DAY, 1)).world
    day = day_of_date(DAY)
    (found,) = gatherings_today(world, day, 10)
    assert (found.subject, found.members, found.people) == (firm, (firm, other), 12)
    assert not list(gatherings_today(world, day, 13))


def test_staff_and_kin_are_certain_persons(house) -> None:
    s, firm, pot, persons, accounts = house
    s.tie("OFFICER", persons[0], firm, role="legal_rep")
    s.tie("KIN", persons[0], persons[1])
    s.pay(DAY, pot, accounts[2], 100, "PAYROLL")
    s.pay(DAY, pot, accounts[3], 100, "PAYROLL", "memo")
    s.pay(f"{DAY}T10:30", accounts[4], pot, 500, "INVEST_IN")
    for number, account in enumerate(accounts[1:]):
        s.pay(f"{DAY}T11:{number:02d}", account, pot, 100, "INVEST_IN")
    s.pay(f"{DAY}T12:00", pot, accounts[4], 100, "PAYROLL")  # too little for what he gave before
    world = played(s, days_after(DAY, 1)).world
    (found,) = gatherings_today(world, day_of_date(DAY), 10)
    g = found.gifts.given
    inside = insiders(world, {found.subject, *found.hand}, g.person, g.time, g.fen, day_of_date(DAY))
    assert {world.parties.names[p]: why for p, why in inside.items()} == {persons[1]: "kin", persons[2]: "staff"}
    assert np.all(found.gifts.person != world.parties.get(persons[0]))
