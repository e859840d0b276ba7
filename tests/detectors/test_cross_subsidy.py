"""YLD-03: what of a product's payouts nobody of its own paid."""

import pytest

from tests.detectors.scenario import alerts, fen, only, run
from tests.detectors.stories import cross_subsidy as stories
from tests.detectors.stories.cross_subsidy import Shop


@pytest.mark.parametrize(
    ("story", "values"),
    [
        (stories.out_of_the_other_listing, (24_000, 24_000, 24_000, 24_000, 0)),
        (stories.out_of_new_principal, (24_000, 24_000, 24_000, 0, 24_000)),
        (stories.netted, (36_000, 24_000, 24_000, 24_000, 0)),
    ],
)
def test_whose_money_it_was(story, values):
    told = story()
    alert = only(run(told.scenario), "YLD-03", told.subject)
    names = ("payouts_fen", "excess_fen", "cross_fen", "other_products_fen", "other_clients_fen")
    assert tuple(alert.values[name] for name in names) == tuple(map(fen, values))
    assert alert.amount_fen == fen(24_000)


def test_only_what_the_own_borrower_did_not_pay():
    """FIFO takes all of A's payout from B's interest, and A's borrower paid four fifths of it."""
    x = Shop("part")
    x.repay("B", 120_000)
    x.repay("A", 80_000, "09:30")
    x.pay_out("A", 100_000)
    alert = only(run(x.told().scenario), "YLD-03")
    assert alert.values["excess_fen"] == alert.values["cross_fen"] == fen(20_000)
    assert alert.values["other_products_fen"] == fen(100_000)
    assert alert.values["cross_ppm"] == 200_000


@pytest.mark.parametrize(("missing", "found"), [(20_000, True), (19_996, False)])
def test_the_line_of_five_per_cent(missing, found):
    x = Shop("line")
    x.repay("B", 400_000)
    x.repay("A", 400_000 - missing, "09:30")
    x.pay_out("A", 400_000)
    assert bool(alerts(run(x.told().scenario), "YLD-03")) == found


def test_one_method_alone_makes_no_colour():
    """The queue says that own money paid, proportion that a tenth of it was clients': nothing is sure."""
    x = Shop("methods")
    s, fresh = x.s, x.s.account(x.s.person())
    s.pay(f"{stories.PAID}T08:00", x.own, x.pot, 24_000, "BONUS", "memo")
    s.pay(f"{stories.PAID}T09:00", fresh, x.pot, 216_000, "INVEST_IN", "order", listing="N")
    x.pay_out("A", 24_000)
    assert alerts(run(x.told().scenario), "YLD-03") == []


def test_a_bonus_by_its_tag_outranks_the_queue_in_custody():
    told = stories.bonus_of_the_platform()
    assert alerts(run(told.scenario), "YLD-03") == []
