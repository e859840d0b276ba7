"""Columns and Arrow messages: exact inverses, and the same verdict on a row as on a line."""

import datetime as dt
import json
import re
from itertools import product
from operator import attrgetter

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.schemas.clock import TIME_MAX, TIME_MIN, day_of_date
from chuantou.schemas.columns import ARROW, from_batch, stream_of, to_batch, to_batches
from chuantou.schemas.dead_letters import Reason
from chuantou.schemas.decode import decode_arrow, decode_line, decode_lines
from chuantou.schemas.fields import FIELDS
from chuantou.schemas.rules_of_streams import NEEDS_REF, TYPE_NEEDS
from chuantou.schemas.streams import STREAMS, Transfer, encode_line

CHARACTERS = st.characters(codec="utf-8")
NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.booleans() | NUMBERS | st.text(CHARACTERS, max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(CHARACTERS, max_size=5), inner, max_size=3),
    max_leaves=6,
)


def values_of(field):
    """Any value that a field accepts."""
    if field.kind == "int":
        return st.integers(field.low, field.high)
    if field.kind in ("time", "moment"):
        return st.integers(TIME_MIN, TIME_MAX)
    if field.kind == "enum":
        return st.sampled_from(field.choices)
    if field.kind == "list":
        return st.lists(values_of(field.item), max_size=4)
    if field.kind == "json":
        return st.dictionaries(st.text(CHARACTERS, max_size=5), NUMBERS, max_size=4) if field.wire == "values" else JSON
    if field.kind == "text" and field.pattern:
        return st.from_regex(field.pattern, fullmatch=True, alphabet=CHARACTERS)
    plain = {"bool": st.booleans(), "date": st.dates()}
    return plain.get(field.kind, st.text(CHARACTERS, min_size=field.min_length or 0, max_size=12))


@st.composite
def events_of(draw, stream):
    """Any valid event of a stream."""
    cls, fields = STREAMS[stream], {field.name: field for field in FIELDS[stream]}
    stated = {}
    for name, field in fields.items():
        if field.required or draw(st.booleans()):
            stated[name] = draw(values_of(field))
    needs = ["ref_event_id"] if stated.get("op") in NEEDS_REF else []
    needs += TYPE_NEEDS.get(cls, {}).get(stated.get("type"), ())
    for need in needs:
        first = need.split("|")[0]
        if stated.get(first) is None:
            stated[first] = draw(values_of(fields[first]))
    return cls(**stated)


ANY_EVENT = st.sampled_from(sorted(STREAMS)).flatmap(events_of)


def ipc(*batches, schema=None):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema or batches[0].schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def transfer(number=0, **changes):
    return Transfer(
        event_id=f"e{number}", source_id="bank:A", event_time=number, debtor_account="a", creditor_account="b",
        amount_fen=100, **changes,
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(ANY_EVENT, max_size=8))
def test_events_columns_events(events):
    batches = to_batches(events)
    for stream, batch in batches.items():
        batch.validate(full=True)
        assert batch.schema.equals(ARROW[stream], check_metadata=True)
        assert from_batch(batch) == [event for event in events if stream_of(event) == stream]
    assert sum(batch.num_rows for batch in batches.values()) == len(events)


@settings(max_examples=150, deadline=None)
@given(ANY_EVENT)
def test_events_lines_events(event):
    assert decode_line(encode_line(event), "x") == event


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(STREAMS)).flatmap(lambda stream: st.lists(events_of(stream), min_size=1, max_size=5)))
def test_good_messages_pass_whole(events):
    batch = to_batch(stream_of(events[0]), events)
    batches, dead = decode_arrow(ipc(batch, batch), "t/0@1")
    assert dead == [] and [from_batch(got) for got in batches] == [events, events]


SPOILS = {
    "int": [None, -(2**63), -1, 0, 6, 1_000_001, 2**31, 2**63 - 1],
    "time": [None, TIME_MIN - 1, TIME_MAX + 1, 2**63 - 1],
    "moment": [None, TIME_MIN - 1, TIME_MAX + 1],
    "date": [None, day_of_date("0001-01-01"), day_of_date("9999-12-31")],
    "bool": [None, True],
    "enum": [None, "", "NOPE", "CORRECT", "CAPITAL", "OPEN", "SUBSCRIBE"],
    "text": [None, "", "x", "货" * 256, "货" * 257, "uscc:91350200776049653a", "person:", "person:\n", "2016-00",
             "320902"],
    "list": [None, [], ["person:1"], ["x"], ["person:1", None], ["person:1"] * 1001],
    "json": ["1", "[]", '{"a":true}', '{"a":1}', '{"a":"b"}'],
}  # fmt: skip


FIXED = {"time": 0, "moment": 0, "date": 0, "bool": True, "list": ["person:1"], "json": '{"a":1}'}
FORMATTED = ["person:1", "320902", "102100099996", "2016-06"]


def fixed(field):
    """One good value of a field, as its column holds it."""
    if field.kind == "int":
        return max(field.low, 1)
    if field.kind == "enum":
        return field.default or field.choices[0]
    if field.kind == "text":
        return next(text for text in FORMATTED if re.match(field.pattern or "", text))
    return FIXED[field.kind]


def rows_with_one_spoil(stream):
    """For every `type`, with all fields and with the required ones alone, every field spoiled in every way."""
    fields = FIELDS[stream]
    types = next((field.choices for field in fields if field.name == "type"), [None])
    for kind, bare in product(types, (False, True)):
        row = {field.name: None if bare and not field.required else fixed(field) for field in fields}
        row |= {"type": kind} if kind else {}
        for field in fields:
            for spoil in SPOILS[field.kind]:
                yield row | {field.name: spoil}


@pytest.mark.parametrize("stream", STREAMS)
def test_a_row_and_a_line_get_the_same_verdict(stream):
    rows = list(rows_with_one_spoil(stream))
    batch = pa.RecordBatch.from_pylist(rows, schema=ARROW[stream])
    batches, dead = decode_arrow(ipc(batch), "t")
    events = [event for got in batches for event in from_batch(got)]
    raws = [
        json.dumps({"stream": stream} | {f.wire: wire_form(f, row[f.name]) for f in FIELDS[stream]}).encode()
        for row in rows
    ]
    expected, letters = decode_lines(raws, lambda i: f"t#{i}")
    assert events == expected and events
    verdicts = [[(d.code, d.field, d.found, d.source) for d in found] for found in (dead, letters)]
    assert verdicts[0] == verdicts[1] and dead


def wire_form(field, value):
    if value is None or field.kind not in ("date", "json"):
        return value
    return json.loads(value) if field.kind == "json" else (dt.date(1970, 1, 1) + dt.timedelta(value)).isoformat()


def test_bad_rows_leave_and_the_rest_goes_on():
    rows = to_batch("clr.transfers", [transfer(i) for i in range(6)]).to_pylist()
    rows[1]["amount_fen"], rows[4]["rail"] = 0, "PIGEON"
    first, second = (pa.RecordBatch.from_pylist(part, schema=ARROW["clr.transfers"]) for part in (rows[:3], rows[3:]))
    batches, dead = decode_arrow(ipc(first, second), "in.clr.transfers/2@40")
    assert [event.event_id for batch in batches for event in from_batch(batch)] == ["e0", "e2", "e3", "e5"]
    assert [(d.code, d.source, d.event_id) for d in dead] == [
        (Reason.OUT_OF_RANGE, "in.clr.transfers/2@40#1", "e1"),
        (Reason.BAD_ENUM, "in.clr.transfers/2@40#4", "e4"),
    ]
    again = decode_line(msgspec.json.decode(b'"' + dead[0].raw.encode() + b'"', type=bytes), "x")
    assert again.code == Reason.OUT_OF_RANGE


def message_with(column, values, stream="clr.transfers"):
    """A message of two transfers with one column replaced (or taken out: None)."""
    batch = to_batch("clr.transfers", [transfer(0), transfer(1)])
    arrays = {name: batch.column(name) for name in batch.schema.names if name != column}
    if values is not None:
        arrays[column] = values
    metadata = {} if stream is None else {b"stream": stream.encode()}
    table = pa.Table.from_pydict(arrays).replace_schema_metadata(metadata)
    return ipc(*table.to_batches(), schema=table.schema)


UNFIT = {
    "floats": (message_with("amount_fen", pa.array([1.0, 2.0])), Reason.WRONG_TYPE, "amount_fen"),
    "unsigned": (message_with("amount_fen", pa.array([1, 2], pa.uint64())), Reason.WRONG_TYPE, "amount_fen"),
    "naive times": (message_with("event_time", pa.array([1, 2], pa.timestamp("us"))), Reason.WRONG_TYPE, "event_time"),
    "required column absent": (message_with("debtor_account", None), Reason.MISSING_FIELD, "debtor_account"),
    "no stream": (message_with("memo", None, stream=None), Reason.MISSING_FIELD, "stream"),
    "unknown stream": (message_with("memo", None, stream="clr"), Reason.UNKNOWN_STREAM, "stream"),
    "not Arrow": (b"\xff\xff\xff\xff garbage", Reason.BAD_ARROW, "$"),
    "empty": (b"", Reason.BAD_ARROW, "$"),
    "cut short": (message_with("memo", None)[:-200], Reason.BAD_ARROW, "$"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNFIT)
def test_a_message_that_does_not_fit_is_one_letter(name):
    raw, code, field = UNFIT[name]
    batches, dead = decode_arrow(raw, "t/0@9")
    assert batches == [] and [(d.code, d.field, d.source) for d in dead] == [(code, field, "t/0@9")]


def test_invalid_utf8_in_a_column_is_one_letter():
    raw = message_with("memo", pa.array(["abcd", "efgh"]))
    assert raw.count(b"abcdefgh") == 1
    _, dead = decode_arrow(raw.replace(b"abcdefgh", b"abcd\xff\xfegh"), "t")
    assert [d.code for d in dead] == [Reason.BAD_ARROW]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("memo", pa.array(["x", None]).dictionary_encode()),
        ("memo", pa.array(["x", None], pa.large_string())),
        ("memo", pa.nulls(2)),
        ("amount_fen", pa.array([1, 2], pa.int32())),
        ("event_time", pa.array([1, 2], pa.timestamp("us", "UTC"))),
        ("biz_date", pa.array([dt.date(2016, 6, 20), None])),
        ("op", pa.array([None, "NEW"])),
        ("nobody_knows", pa.array([1.5, 2.5])),
    ],
)
def test_what_converts_without_loss_passes(column, values):
    batches, dead = decode_arrow(message_with(column, values), "t")
    assert dead == [] and [len(from_batch(batch)) for batch in batches] == [2]
    assert batches[0].schema.equals(ARROW["clr.transfers"], check_metadata=True)
    assert {event.op for event in from_batch(batches[0])} == {"NEW"}


def test_broken_json_text_is_a_letter():
    event = decode_line(
        b'{"stream":"ref.items","event_id":"e","source_id":"s","event_time":0,"table":"lpr","key":"k","value":1}', "x"
    )
    [row] = to_batch("ref.items", [event]).to_pylist()
    for text, code in (("{", Reason.BAD_JSON), ("NaN", Reason.BAD_JSON), ("[" * 65 + "]" * 65, Reason.TOO_DEEP)):
        batch = pa.RecordBatch.from_pylist([row | {"value": text}], schema=ARROW["ref.items"])
        batches, dead = decode_arrow(ipc(batch), "t")
        assert batches == [] and [d.code for d in dead] == [code]


def test_contract_names_of_columns_are_read_too():
    event = decode_line(
        b'{"stream":"lic.events","event_id":"e","source_id":"s","event_time":0,"party":"person:1","kind":"bank",'
        b'"status":"VALID","from":"2016-01-01"}', "x",
    )  # fmt: skip
    batch = to_batch("lic.events", [event])
    renamed = batch.rename_columns([{"valid_from": "from"}.get(name, name) for name in batch.schema.names])
    [got], dead = decode_arrow(ipc(renamed.replace_schema_metadata(batch.schema.metadata)), "t")
    assert dead == [] and from_batch(got) == [event]


def test_nothing_makes_no_batch():
    assert to_batches([]) == {}
    assert to_batch("clr.transfers", []).num_rows == 0
    assert decode_arrow(ipc(to_batch("clr.transfers", [])), "t") == ([], [])


def test_batches_keep_the_order_of_events():
    events = [transfer(i) for i in (5, 1, 3)]
    assert list(map(attrgetter("event_id"), from_batch(to_batches(events)["clr.transfers"]))) == ["e5", "e1", "e3"]


def test_a_day_outside_the_calendar_is_a_letter():
    row = to_batch("clr.transfers", [transfer()]).to_pylist()[0] | {"biz_date": 5_000_000}
    batches, dead = decode_arrow(ipc(pa.RecordBatch.from_pylist([row], schema=ARROW["clr.transfers"])), "t")
    assert batches == [] and [(d.code, d.found) for d in dead] == [(Reason.BAD_DATE, '"day 5000000"')]
