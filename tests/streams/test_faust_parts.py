"""What we put into Faust: the scheduler, the schema, the watchdog, and which shard may run."""

from types import SimpleNamespace

import pytest
from faust.types import TP

from chuantou.streams.scheduler import PollScheduler, RawSchema
from chuantou.streams.topics import addresses
from chuantou.streams.watchdog import Watchdog
from chuantou.streams.worker import group_of


def record(offset: int) -> SimpleNamespace:
    return SimpleNamespace(offset=offset, timestamp=0, timestamp_type=0, value=b"%d" % offset)


def test_a_poll_is_one_list_a_partition() -> None:
    polled = {
        TP("in.tip.items", 0): [record(3)],
        TP("in.clr.transfers", 1): [record(7), record(8)],
        TP("in.clr.transfers", 0): [],
        TP("other", 0): [record(1), record(2)],
    }
    delivered = [(tp, r.offset, r.value) for tp, r in PollScheduler().iterate(polled)]
    assert delivered == [
        (TP("in.clr.transfers", 1), 8, polled[TP("in.clr.transfers", 1)]),
        (TP("in.tip.items", 0), 3, polled[TP("in.tip.items", 0)]),
        (TP("other", 0), 1, b"1"),
        (TP("other", 0), 2, b"2"),
    ]


def test_lists_pass_through_the_schema() -> None:
    message = SimpleNamespace(key=b"k", value=[1, 2])
    assert RawSchema().loads_value(None, message) is message.value
    assert RawSchema().loads_key(None, message) == b"k"


def test_the_watchdog_bites_when_nothing_is_taken() -> None:
    dog = Watchdog(stuck_s=60, join_s=60)
    assert dog.observe(0, progress=5, behind=9, missing=0) is None
    assert dog.observe(59, progress=5, behind=9, missing=0) is None
    assert "9 records ahead" in (dog.observe(60, progress=5, behind=9, missing=0) or "")


@pytest.mark.parametrize(("progress", "behind"), [(6, 9), (5, 0)])
def test_the_watchdog_is_calm_while_it_moves_or_has_nothing_to_do(progress: int, behind: int) -> None:
    dog = Watchdog(stuck_s=60, join_s=60)
    dog.observe(0, progress=5, behind=9, missing=0)
    assert dog.observe(59, progress=progress, behind=behind, missing=0) is None
    assert dog.observe(118, progress=progress, behind=9, missing=0) is None


def test_the_watchdog_does_not_count_the_time_of_work() -> None:
    dog = Watchdog(stuck_s=60, step_s=900)
    dog.observe(0, progress=5, behind=9, missing=0, worked=100)
    assert dog.observe(299, progress=5, behind=9, missing=0, worked=340) is None
    assert dog.observe(309, progress=5, behind=9, missing=0, worked=350) is None
    assert "none taken for 310 s" in (dog.observe(310, progress=5, behind=9, missing=0, worked=350) or "")


def test_the_watchdog_bites_when_a_step_does_not_end() -> None:
    dog = Watchdog(stuck_s=60, step_s=900)
    dog.observe(0, progress=5, behind=9, missing=0)
    assert dog.observe(899, progress=5, behind=9, missing=0, worked=899) is None
    assert "none taken for 900 s" in (dog.observe(900, progress=5, behind=9, missing=0, worked=900) or "")


def test_the_watchdog_bites_when_partitions_stay_away() -> None:
    dog = Watchdog(stuck_s=60, join_s=60)
    dog.observe(0, progress=0, behind=0, missing=13)
    assert dog.observe(30, progress=0, behind=0, missing=1) is None
    assert "not assigned" in (dog.observe(60, progress=0, behind=0, missing=1) or "")


def test_one_shard_is_the_whole() -> None:
    assert group_of("1/1") == "chuantou-worker-1-of-1"


@pytest.mark.parametrize("shard", ["", "1", "0/1", "2/1", "a/b", "1/", "-1/1"])
def test_a_shard_has_a_form(shard: str) -> None:
    with pytest.raises(ValueError, match="expected I/N"):
        group_of(shard)


def test_more_shards_are_refused_not_pretended() -> None:
    with pytest.raises(ValueError, match="not built yet"):
        group_of("1/2")


def test_a_broker_may_be_several() -> None:
    assert addresses("kafka://a:1,b:2") == ["a:1", "b:2"]
    assert addresses("127.0.0.1:9092") == ["127.0.0.1:9092"]


@pytest.mark.parametrize("broker", ["kafka://", "kafka://host", "kafka://:1", "kafka://h:x", "kafka://a:1,"])
def test_a_broker_has_a_form(broker: str) -> None:
    with pytest.raises(ValueError, match="expected kafka://HOST:PORT"):
        addresses(broker)
