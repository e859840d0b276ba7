"""Records to chunks: JSON and Arrow told apart by the header, mixed polls kept in order, bad ones named by place."""

import dataclasses

import pytest

from chuantou.schemas.columns import to_batches
from chuantou.schemas.dead_letters import Reason
from chuantou.schemas.decode import decode_lines
from chuantou.schemas.ipc import ipc_bytes
from chuantou.streams.messages import Chunk, decode_records
from chuantou.streams.reading import StoredRecord
from chuantou.streams.topics import ARROW_CONTENT_TYPE
from tests.streams.feeds import TRANSFERS, records, transfer


def arrow(offset: int, *event_ids: str) -> StoredRecord:
    events, _ = decode_lines([transfer(event_id, 1) for event_id in event_ids], str)
    (batch,) = to_batches(events).values()
    return StoredRecord(offset, None, ipc_bytes([batch]), [("Content-Type", ARROW_CONTENT_TYPE)])


def ids(chunk: Chunk) -> list[list[str]]:
    return [batch.column("event_id").to_pylist() for batch in chunk.batches]


def test_a_poll_of_json_is_one_batch() -> None:
    chunk = decode_records(TRANSFERS, records(7, transfer("a", 1), transfer("b", 2)))
    assert (chunk.first, chunk.end, ids(chunk), chunk.dead) == (7, 9, [["a", "b"]], [])


def test_mixed_polls_stay_in_order() -> None:
    json = records(0, transfer("a", 1), transfer("b", 1))
    last = dataclasses.replace(json[1], offset=3)
    chunk = decode_records(TRANSFERS, [json[0], arrow(1, "c", "d"), arrow(2, "e"), last])
    assert ids(chunk) == [["a"], ["c", "d"], ["e"], ["b"]]
    assert (chunk.first, chunk.end) == (0, 4)


def test_another_header_says_nothing() -> None:
    (record,) = records(0, transfer("a", 1))
    chunk = decode_records(TRANSFERS, [dataclasses.replace(record, headers=[("content-type", b"application/json")])])
    assert ids(chunk) == [["a"]]


@pytest.mark.parametrize("value", [b"no arrow", b""])
def test_a_broken_arrow_message_is_one_letter(value: bytes) -> None:
    record = StoredRecord(5, None, value, [("content-type", ARROW_CONTENT_TYPE)])
    (letter,) = decode_records(TRANSFERS, [record]).dead
    assert (letter.code, letter.source) == (Reason.BAD_ARROW, "in.clr.transfers/0@5")


def test_a_letter_names_the_offset_and_tombstones_are_no_events() -> None:
    chunk = decode_records(TRANSFERS, [StoredRecord(4, None, None, []), *records(6, b"{", transfer("a", 1))])
    assert [letter.source for letter in chunk.dead] == ["in.clr.transfers/0@6"]
    assert (chunk.first, chunk.end, ids(chunk)) == (4, 8, [["a"]])
