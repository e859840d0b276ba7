"""Files that are sent again: what is sent to the engine is the difference, and the last version is what stands (DQ-02, DQ-09)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chuantou.detectors.voids import standing
from chuantou.schemas.columns import from_batch, to_batch
from chuantou.schemas.streams import Envelope, Transfer
from chuantou.streams.feeds.state import DONE, FeedState, FileRecord
from chuantou.streams.feeds.versions import InexpressibleError, Versions


def pay(name: str, fen: int = 100, source: str = "bank:A", **more: object) -> Transfer:
    return Transfer(event_id=name, source_id=source, event_time=1_466_388_000_000_000, debtor_account="a", creditor_account="b",
                    amount_fen=fen, **more)  # type: ignore[arg-type] # fmt: skip


class Feed:
    """A feed whose files are lists of events, with what it has sent."""

    def __init__(self, state: FeedState) -> None:
        self.state = state
        self.contents: dict[int, Sequence[Envelope]] = {}
        self.sent: list[Envelope] = []

    def file(self, identity: str, events: Sequence[Envelope], crashes: int = 0) -> tuple[int, int, int, int]:
        number = self.state.claim("f", identity)
        before = [one.id for one in self.state.versions("f", identity)]
        for _ in range(crashes + 1):  # what a crash has sent is sent again
            versions = Versions(self.state, "f", number, before)
            earlier = [to_batch("clr.transfers", self.contents[before[-1]])] if before else []
            batches = list(versions.of([to_batch("clr.transfers", events)], earlier))
            self.sent += [event for batch in batches for event in from_batch(batch)]
        self.state.finish(FileRecord(id=number, feed="f", name=identity, status=DONE, identity=identity))
        self.contents[number] = events
        t = versions.tally
        return t.sent, t.duplicate, t.corrected, t.reversed

    def stands(self) -> dict[str, int]:
        return {event.event_id: event.amount_fen for event in standing(self.sent)}  # type: ignore[attr-defined]


@pytest.fixture
def feed(tmp_path: Path) -> Iterator[Feed]:
    state = FeedState(tmp_path)
    yield Feed(state)
    state.close()


def test_the_same_file_again_is_all_duplicates(feed: Feed) -> None:
    events = [pay("1"), pay("2")]
    assert feed.file("day", events) == (2, 0, 0, 0)
    assert feed.file("day", events) == (0, 2, 0, 0)


def test_changed_missing_and_new_ones(feed: Feed) -> None:
    feed.file("day", [pay("same"), pay("changed"), pay("gone")])
    assert feed.file("day", [pay("same"), pay("changed", 200), pay("new")]) == (3, 1, 1, 1)
    assert feed.stands() == {"same": 100, "changed": 200, "new": 100}


def test_one_that_comes_back_stands_again(feed: Feed) -> None:
    feed.file("day", [pay("1"), pay("2", 7)])
    feed.file("day", [pay("2", 7)])
    assert feed.stands() == {"2": 7}
    assert feed.file("day", [pay("1", 300), pay("2", 7)]) == (2, 1, 1, 0)
    assert feed.stands() == {"1": 300, "2": 7}


def test_what_another_file_told_too_is_not_reversed_by_leaving_it_out(feed: Feed) -> None:
    feed.file("intraday", [pay("1"), pay("2")])
    assert feed.file("day", [pay("1")]) == (0, 1, 0, 0)
    assert feed.file("intraday", [pay("2")]) == (0, 1, 0, 0)
    assert feed.stands() == {"1": 100, "2": 100}


def test_what_another_file_tells_otherwise_is_corrected(feed: Feed) -> None:
    """The end of the day corrects what was told during it (§7.5)."""
    feed.file("intraday", [pay("1")])
    assert feed.file("day", [pay("1", 90)]) == (1, 0, 1, 0)
    assert feed.stands() == {"1": 90}


def test_one_event_twice_in_a_file_counts_once(feed: Feed) -> None:
    assert feed.file("day", [pay("1"), pay("1")]) == (1, 1, 0, 0)
    assert feed.file("next", [pay("1", 5), pay("1", 6)]) == (1, 1, 1, 0)
    assert feed.stands() == {"1": 5}


def test_a_reversal_that_the_next_version_does_not_tell(feed: Feed) -> None:
    back = pay("r", op="REVERSE", ref_event_id="1")
    feed.file("day", [pay("1"), back])
    assert feed.stands() == {}
    feed.file("day", [pay("1")])
    assert feed.stands() == {"1": 100}
    feed.file("day", [pay("1"), replace(back, memo="said otherwise, of the same one")])
    assert feed.stands() == {}


def test_what_no_event_can_put_right_is_refused(feed: Feed) -> None:
    own = pay("1", 50, op="CORRECT", ref_event_id="1")
    feed.file("day", [pay("1"), own, pay("r", op="REVERSE", ref_event_id="1")])
    with pytest.raises(InexpressibleError, match="r names another event than before: 2"):
        feed.file("day", [pay("1"), own, pay("r", op="REVERSE", ref_event_id="2")])
    with pytest.raises(InexpressibleError, match="CORRECT 1 is missing now"):
        feed.file("day", [pay("1"), pay("r", op="REVERSE", ref_event_id="1")])
    feed.file("far", [pay("x", version=2**31 - 1)])
    with pytest.raises(InexpressibleError, match="no version is left"):
        feed.file("far", [pay("x", 5, version=2**31 - 1)])


def test_a_long_id_has_room_for_its_reversal(feed: Feed) -> None:
    feed.file("day", [pay("x" * 256)])
    feed.file("day", [])
    assert feed.stands() == {} and max(len(event.event_id) for event in feed.sent) <= 256


CONTENTS = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 3), max_size=4)


@given(st.lists(st.tuples(CONTENTS, st.integers(0, 1)), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_whatever_was_sent_before_the_last_version_stands(tmp_path_factory, files, chance) -> None:  # type: ignore[no-untyped-def]
    """…in any order of arrival, with every file of a crash sent twice."""
    state = FeedState(tmp_path_factory.mktemp("state"))
    feed = Feed(state)
    for contents, crashes in files:
        feed.file("day", [pay(name, fen) for name, fen in contents.items()], crashes)
        chance.shuffle(feed.sent)
        assert feed.stands() == contents
    state.close()
