"""PAY-10: who is a user, what pays others, and the lines that a case must cross."""

import pytest

from chuantou.detectors.pay.wallet_users import SETTLE, SPEND, TOPUP, WITHDRAW, Move, most_held, users_of
from chuantou.schemas.clock import DAY_US
from tests.detectors.scenario import alerts, only, run
from tests.detectors.stories.unlicensed_wallet import USERS, Wallet, taken

NET = 100_000


def moved(time: int, what: str, fen: int, user: str | None = "a", other: str | None = None) -> Move:
    return Move(0, time, what, user, other, fen)


@pytest.mark.parametrize(("later", "is_user"), [(DAY_US, True), (DAY_US - 1, False)])
def test_a_balance_rests_a_day(later: int, is_user: bool) -> None:
    moves = [moved(0, TOPUP, 100), moved(later, WITHDRAW, 50)]
    assert ("a" in users_of(moves, DAY_US, NET).users) is is_user


@pytest.mark.parametrize(("out", "givers", "getters"), [(90, 1, 0), (91, 0, 0), (100, 0, 0), (109, 0, 0), (110, 0, 1)])
def test_far_less_and_far_more(out: int, givers: int, getters: int) -> None:
    found = users_of([moved(0, TOPUP, 100), moved(DAY_US, WITHDRAW, out)], DAY_US, NET)
    assert (found.givers, found.getters) == (givers, getters)


def test_companies_are_counted_once_and_persons_are_none() -> None:
    moves = [
        moved(0, TOPUP, 100), moved(1, SPEND, 10, other="uscc:1"), moved(2, SPEND, 10, other="person:b"),
        moved(3, SETTLE, 10, None, "uscc:1"), moved(4, SETTLE, 10, None, "uscc:2"), moved(DAY_US, WITHDRAW, 80),
    ]  # fmt: skip
    found = users_of(moves, DAY_US, NET)
    assert (found.merchants, found.spenders, found.topup_fen, found.withdrawn_fen) == (2, 1, 100, 80)
    assert most_held(moves, {"a"}) == 100


@pytest.mark.parametrize(("getters", "found"), [(10, True), (9, False)])
def test_a_tenth_on_either_side(getters: int, found: bool) -> None:
    w = Wallet("tenth")
    for k in range(USERS):
        w.top_up(k)
    for k in range(USERS):
        w.cash(k, 700 if k < getters else 400)
    assert bool(alerts(run(w.s), "PAY-10", w.company)) is found


def test_interest_is_no_payment_by_others() -> None:
    """A platform that gives back 500 with 5 % a month: its own matter, not a wallet."""
    w = Wallet("interest")
    for k in range(USERS):
        w.top_up(k)
    for k in range(USERS):
        w.cash(k, 525 if k % 2 else 300)
    assert alerts(run(w.s), "PAY-10") == []


def test_a_licence_that_comes_later_ends_the_wallet() -> None:
    """What was topped up before the licence is judged by its own day."""
    w = Wallet("late")
    w.s.licence(w.company, "payment", "2016-08-04T00:00")
    for k in range(USERS):
        w.top_up(k)
    for k in range(USERS):
        w.cash(k, taken(k))
    assert alerts(run(w.s), "PAY-10") == []


def test_a_licence_for_acquiring_covers_no_balances() -> None:
    w = Wallet("acquirer")
    w.s.licence(w.company, "payment", scope=["银行卡收单"])
    for k in range(USERS):
        w.top_up(k)
    for k in range(USERS):
        w.cash(k, taken(k))
    assert only(run(w.s), "PAY-10", w.company).severity == "yellow"
