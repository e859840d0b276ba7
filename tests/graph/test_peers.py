"""Robust baselines against plain statistics, and tables that answer where peers are few."""

import datetime as dt
import random
from statistics import median as middle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.graph.peers import BUCKETS, Baseline, baseline, median, term_bucket
from chuantou.graph.reference import References
from chuantou.schemas.clock import day_of_date
from chuantou.schemas.streams import ReferenceItem

RATES = st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=50)


@given(RATES)
def test_median(values):
    assert median(values) == middle(values).__floor__()
    assert median(values) == median(sorted(values, reverse=True))


def test_no_median_of_nothing():
    with pytest.raises(ValueError, match="no median of nothing"):
        median([])


@given(st.lists(st.integers(0, 10**6), min_size=20, max_size=60), st.integers(0, 10**6))
def test_z_of_twenty_peers(values, x):
    base = baseline(values, References(), "peer_yield", "P2P/1-30", 0)
    assert (base.n, base.source) == (len(values), "peers")
    mad = median([abs(value - base.median) for value in values])
    assert base.mad == mad
    scale = max(1.4826 * mad, 2_500)
    assert abs(base.z_milli(x, 2_500) - (x - base.median) * 1_000 / scale) <= 1.001


def test_terms():
    assert [term_bucket(days) for days in (1, 30, 31, 90, 91, 180, 181, 365, 366, 10_000)] == [
        "1-30", "1-30", "31-90", "31-90", "91-180", "91-180", "181-365", "181-365", "366-", "366-",
    ]  # fmt: skip
    assert BUCKETS[-1] == "366-"


def item(number, value, first=None, last=None, key="K"):
    day = dt.date.fromisoformat
    return ReferenceItem(event_id=str(number), source_id="ref", event_time=number, table="peer_yield", key=key, value=value,
                         valid_from=first and day(first), valid_to=last and day(last))  # fmt: skip


def test_the_row_in_force_whatever_the_order_of_telling():
    told = [item(1, "always"), item(2, "year", "2016-01-01", "2016-12-31"), item(3, "again", "2016-01-01", "2016-12-31"),
            item(4, "later", "2016-07-01")]  # fmt: skip
    for seed in range(6):
        some = References()
        for one in random.Random(seed).sample(told, len(told)):
            some.tell(one)
        days = ("2015-12-31", "2016-01-01", "2016-06-30", "2016-07-01", "2017-01-01")
        held = [some.at("peer_yield", "K", day_of_date(day)).value for day in days]
        assert held == ["always", "again", "again", "later", "later"]
        assert some.at("peer_yield", "other", 0) is None
        assert some.at("lpr", "K", 0) is None


def test_the_table_must_be_understood():
    references = References()
    references.tell(item(1, {"median_ppm": 90_000, "mad_ppm": 5_000, "n": 40}))
    references.tell(item(2, {"median_ppm": "9 %"}, key="bad"))
    assert baseline([1] * 19, references, "peer_yield", "K", 0) == Baseline(90_000, 5_000, 40, "table")
    assert baseline([1] * 19, references, "peer_yield", "bad", 0) is None
    assert baseline([1] * 20, references, "peer_yield", "bad", 0) == Baseline(1, 0, 20, "peers")
