"""P2P-06: which instalments count, who covered them, and yields that no default can be seen in."""

from collections import deque
from statistics import pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.detectors.p2p.guaranteed_return import MOST_PROMISES, GuaranteedReturn
from chuantou.detectors.p2p.promises import Promise
from chuantou.schemas.clock import day_start_us
from tests.detectors.scenario import alerts, days_after, fen, only, run
from tests.detectors.stories import guaranteed_return as stories
from tests.detectors.stories.guaranteed_return import DUE, Shop


@pytest.mark.parametrize(
    ("story", "unpaid", "yuan", "default"),
    [
        (stories.paid_all_the_same, 25, 252_000, 833_333),
        (stories.third_firm_buys_back, 25, 252_000, 833_333),
        (stories.alike_though_some_default, 2, 20_160, 66_666),
    ],
)
def test_what_was_guaranteed(story, unpaid, yuan, default):
    told = story()
    alert = only(run(told.scenario), "P2P-06", told.subject)
    assert (alert.severity, alert.amount_fen) == ("orange", fen(yuan))
    assert {name: alert.values[name] for name in ("guaranteed_ppm", "n_unpaid", "n_alike", "spread_ppm", "default_ppm")} == {
        "guaranteed_ppm": 1_000_000, "n_unpaid": unpaid, "n_alike": 60, "spread_ppm": 0, "default_ppm": default,
    }  # fmt: skip


def unlike(name, repaid, paid, total=30):
    """As many listings paid out as ``paid``; the yields differ, so that only the first limb can hold."""
    x = Shop(name, total)
    x.repay(range(repaid))
    x.pay_out(range(repaid))
    third = x.s.account(x.s.org(), holds=900_000)
    x.pay_out(range(repaid, repaid + paid), pot=third)
    x.s.pay(f"{DUE}T16:00", x.own, x.clients[0][0], 5_000, "RETURN_INT", listing="L0")  # somebody was lucky
    return alerts(run(x.told().scenario), "P2P-06")


@pytest.mark.parametrize(("total", "found"), [(24, 0), (25, 1)])
def test_twenty_unpaid_instalments(total, found):
    assert len(unlike("n", 5, total - 5, total)) == found


def test_the_share_of_95_per_cent():
    assert unlike("share", 5, 23) == []
    (alert,) = unlike("share", 5, 24)
    assert (alert.values["guaranteed_ppm"], alert.values["n_alike"]) == (960_000, 0)


def test_paid_late_is_not_on_schedule():
    x = Shop("slow")
    x.repay(range(5))
    x.pay_out(range(5))
    x.pay_out(range(5, 30), days_after(DUE, 4), x.s.account(x.s.org(), holds=900_000))
    assert alerts(run(x.told().scenario), "P2P-06") == []


def test_a_feed_that_tells_no_borrowers_payment_accuses_nobody():
    x = Shop("blind")
    x.pay_out(range(30))
    assert alerts(run(x.told().scenario), "P2P-06") == []


def test_after_the_last_event_nothing_is_said():
    x = Shop("end")
    x.repay(range(5))
    x.pay_out(range(30))
    assert alerts(run(x.s), "P2P-06") == []


@given(st.lists(st.integers(-1_000_000, 1_000_000), min_size=1, max_size=40))
def test_spread_is_the_standard_deviation_rounded_up(yields):
    assert GuaranteedReturn.spread_ppm(yields) - 1e-6 <= pstdev(yields) + 1
    assert pstdev(yields) <= GuaranteedReturn.spread_ppm(yields) + 1e-6


def test_words_alone_are_yellow_and_with_behaviour_red():
    told = stories.promised_alone("words", "本平台本金保障", "site")
    alert = only(run(told.scenario), "P2P-06", told.subject)
    assert (alert.severity, alert.amount_fen, alert.values["n_promises"]) == ("yellow", 0, 1)
    assert alert.first_breach.startswith(f"{days_after(DUE, -5)}T08:00")
    both = stories.promised_and_kept()
    alert = only(run(both.scenario), "P2P-06", both.subject)
    assert (alert.severity, alert.values["n_promises"], alert.values["n_unpaid"]) == ("red", 1, 25)


def test_a_promise_of_more_than_90_days_ago_is_forgotten():
    detector, day = GuaranteedReturn(None), 16_972
    detector.promises["P"] = deque(
        [Promise(day_start_us(day + after), "ad", ("web", str(after)), "", ()) for after in (-90, -89, 0)], maxlen=MOST_PROMISES
    )
    detector._forget("P", day)
    assert [promise.event[1] for promise in detector.promises["P"]] == ["-89", "0"]
