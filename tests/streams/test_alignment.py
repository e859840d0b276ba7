"""Lanes and the frontier: nothing lost, nothing twice, nothing early, and the same after a restart."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.schemas.columns import to_batches
from chuantou.schemas.decode import decode_lines
from chuantou.streams.alignment import NEVER, Alignment
from chuantou.streams.messages import Chunk, Partition
from tests.streams.feeds import PARTIES, TRANSFERS, transfer


def chunk(first: int, *times: int) -> Chunk:
    events, dead = decode_lines([transfer(f"{first}-{i}-{time}", time) for i, time in enumerate(times)], str)
    assert not dead
    return Chunk(first, first + 1, list(to_batches(events).values()))


def times(batches: list[pa.RecordBatch]) -> list[int]:
    return [time for batch in batches for time in batch.column("event_time").to_pylist()]


def test_a_slow_partition_holds_the_fast_one_back() -> None:
    lanes = Alignment({TRANSFERS: 0, PARTIES: 0})
    lanes.take(TRANSFERS, chunk(0, 10, 20, 30))
    assert lanes.release([]) == []  # nothing is known of the other one
    lanes.take(PARTIES, chunk(0, 5, 20))
    assert times(lanes.release([])) == [10, 20, 5, 20]
    assert lanes.waiting == 1
    assert lanes.frontier == 20


def test_a_partition_at_its_end_holds_nobody_back() -> None:
    lanes = Alignment({TRANSFERS: 0, PARTIES: 0})
    lanes.take(TRANSFERS, chunk(0, 10, 30))
    assert times(lanes.release([PARTIES])) == [10, 30]


def test_the_frontier_never_goes_back() -> None:
    lanes = Alignment({TRANSFERS: 0, PARTIES: 0})
    lanes.take(TRANSFERS, chunk(0, 50))
    lanes.release([PARTIES])
    lanes.take(PARTIES, chunk(0, 7))
    assert times(lanes.release([TRANSFERS])) == [7]
    assert lanes.frontier == 50


def test_all_at_their_end_lets_everything_go() -> None:
    lanes = Alignment({TRANSFERS: 0, PARTIES: 0})
    lanes.take(TRANSFERS, chunk(0, 10, 30))
    lanes.take(PARTIES, chunk(0, 20))
    assert sorted(times(lanes.release([TRANSFERS, PARTIES]))) == [10, 20, 30]
    assert lanes.waiting == 0


def test_what_was_taken_is_not_taken_again() -> None:
    lanes = Alignment({TRANSFERS: 5})
    lanes.take(TRANSFERS, chunk(5, 1))
    with pytest.raises(ValueError, match="taken already"):
        lanes.take(TRANSFERS, chunk(5, 1))


def test_the_position_points_at_the_first_chunk_that_is_not_gone() -> None:
    lanes = Alignment({TRANSFERS: 0, PARTIES: 0})
    for first, time in enumerate((10, 20, 30)):
        lanes.take(TRANSFERS, chunk(first, time))
    lanes.take(PARTIES, chunk(0, 15))
    lanes.release([])
    position = lanes.positions()[TRANSFERS]
    assert (position.resume, position.accepted) == (1, 3)


Feed = list[tuple[int, list[int]]]  # (lane, event times of one record)


@given(
    feed=st.lists(st.tuples(st.integers(0, 2), st.lists(st.integers(0, 9), min_size=1, max_size=4)), max_size=12),
    ends=st.lists(st.sets(st.integers(0, 2)), min_size=12, max_size=12),
    crash=st.integers(0, 12),
)
def test_every_event_leaves_once_also_over_a_restart(feed: Feed, ends: list[set[int]], crash: int) -> None:
    partitions = [Partition("in.clr.transfers", number) for number in range(3)]
    stored: dict[Partition, list[Chunk]] = {partition: [] for partition in partitions}
    lanes, left = Alignment(dict.fromkeys(partitions, 0)), []
    for number, (lane, moments) in enumerate(feed):
        if number == crash:
            lanes = restarted(lanes, stored)
        partition = partitions[lane]
        arrived = chunk(len(stored[partition]), *moments)
        stored[partition].append(arrived)
        lanes.take(partition, arrived)
        left += times(lanes.release([partitions[end] for end in ends[number]]))
        waiting = [time for held in lanes._lanes.values() for batch in held.held for time in times([batch.batch])]
        assert all(time > lanes.frontier for time in waiting)
    left += times(lanes.release(partitions))
    assert sorted(left) == sorted(time for _, moments in feed for time in moments)


def restarted(lanes: Alignment, stored: dict[Partition, list[Chunk]]) -> Alignment:
    """The lanes as a checkpoint brings them back: positions, frontier, and the records themselves."""
    positions = lanes.positions()
    again = Alignment({partition: position.accepted for partition, position in positions.items()}, lanes.frontier)
    for partition, position in positions.items():
        for chunk_ in stored[partition][position.resume : position.accepted]:
            again.take_again(partition, chunk_)
    assert again.waiting == lanes.waiting
    return again


def test_nothing_known_is_before_everything() -> None:
    assert Alignment({TRANSFERS: 0}).frontier == NEVER
