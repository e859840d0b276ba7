"""The road of columns and the road of objects accept the same lines with the same values, and refuse the same ones."""

import json

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.schemas import flat_lines
from chuantou.schemas.columns import to_batches
from chuantou.schemas.decode import decode_lines
from chuantou.schemas.flat_lines import cut_lines, decode_columns, joined
from chuantou.schemas.kernels import flat_json as kernel
from chuantou.schemas.streams import STREAMS, encode_line
from tests.schemas.test_columns import events_of
from tests.schemas.test_decode import BASES, BROKEN, CONTRACT_EVENTS, line


def same_as_objects(raws: list[bytes]) -> list[pa.RecordBatch]:
    """Both roads over the same lines; batches must be equal and valid, dead letters too."""
    events, letters = decode_lines(raws, str)
    batches, dead = decode_columns(joined(raws), str)
    assert dead == letters
    assert len(batches) == len(to_batches(events))
    for ours, theirs in zip(batches, to_batches(events).values()):
        ours.validate(full=True)
        assert ours.schema.equals(theirs.schema, check_metadata=True)
        assert ours.equals(theirs)
    return batches


def test_the_examples_of_the_contract() -> None:
    raws = CONTRACT_EVENTS.read_bytes().splitlines()
    assert same_as_objects(raws)
    blocks, dead = decode_columns(cut_lines(CONTRACT_EVENTS.read_bytes()), str)
    assert not dead
    assert [b.num_rows for b in blocks] == [b.num_rows for b in same_as_objects(raws)]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_line_among_good_ones(name: str) -> None:
    same_as_objects([line(event_id="before"), BROKEN[name][0], line(event_id="after"), b""])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(sorted(STREAMS)).flatmap(events_of), max_size=12))
def test_any_events(events: list) -> None:
    same_as_objects([encode_line(event) for event in events])


ODD_VALUES = [
    None, True, False, 0, -0.0, 1, -1, 1.5, 10**18, 2**63 - 1, 2**63, -(2**63), -(2**63) + 1, 10**30, "", "a", "A" * 64,
    "账" * 64, "x" * 300, 'q"uote', "back\\slash", "tab\t", "\x00", "\x7f", "\ud7ff", "😀", [], {}, ["person:1"], {"a": 1},
    "uscc:91350200776049653A", "uscc:9135020077604965aA", "uscc:91350200776049653", "person:", "person:x", "person:" + "y" * 249,
    "person:" + "y" * 250, "320900", "32090", "３２０９００", "102100099996", "2016-02-29", "2015-02-29", "2016-13-01",
    "0000-01-01", "0001-01-01", "9999-12-31", "1900-02-29", "2000-02-29", "2016-06", "2016-6-20", "2016-06-20T10:00:00+08:00",
    "2016-06-20T10:00:00Z",
    "2016-06-20t10:00:00z", "2016-06-20 10:00:00Z", "2016-06-20T10:00:00", "2016-06-20T24:00:00Z", "2016-06-20T10:60:00Z",
    "2016-06-20T10:00:60Z", "2016-06-20T10:00:00.1Z", "2016-06-20T10:00:00.123456Z", "2016-06-20T10:00:00.1234567Z",
    "2016-06-20T10:00:00.Z", "2016-06-20T10:00:00-00:00", "2016-06-20T10:00:00+24:00", "2016-06-20T10:00:00+08:60",
    "2016-06-20T10:00:00-11:59", "2016-06-20T10:00:00+0800", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "NEW", "new",
    "CORRECT",
    "REVERSE", "SNAPSHOT", "OPEN", "SHAREHOLDER", "BOOKED", "PENDING", "INVEST_IN",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_value_in_any_field(data: st.DataObject) -> None:
    base = BASES[data.draw(st.sampled_from(sorted(BASES)))]
    names = sorted({name for other in BASES.values() for name in other} | {"op", "ref_event_id", "biz_date", "bank", ""})
    changed = data.draw(st.dictionaries(st.sampled_from(names), st.sampled_from(ODD_VALUES), max_size=3))
    order = data.draw(st.permutations(sorted(base.keys() | changed.keys())))
    spaces = data.draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,\t", " :\r\n ")]))
    whole = base | changed
    ascii_only = data.draw(st.booleans())
    text = json.dumps({name: whole[name] for name in order}, separators=spaces, ensure_ascii=ascii_only)
    same_as_objects([line(event_id="before"), text.encode()])


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(BASES)), st.integers(0, 400), st.binary(max_size=3), st.integers(0, 3))
def test_any_damage(stream: str, at: int, put: bytes, cut: int) -> None:
    raw = line(stream)
    at = min(at, len(raw))
    same_as_objects([raw[:at] + put.replace(b"\n", b"") + raw[at + cut :], line(event_id="after")])


def test_a_key_told_twice() -> None:
    twice = line()[:-1] + b',"amount_fen":7}'
    (batch,) = same_as_objects([twice])
    assert batch.column("amount_fen").to_pylist() == [7]
    same_as_objects([line()[:-1] + b',"stream":"party.events"}'])


def test_more_members_than_the_kernel_takes() -> None:
    many = {f"x{i}": i for i in range(kernel.TOKENS_MAX)}
    assert same_as_objects([line(**many)])[0].num_rows == 1


def test_the_plain_road_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were it never taken, the tests above would compare the exact road with itself."""
    raws = [raw for raw in CONTRACT_EVENTS.read_bytes().splitlines() if raw]

    def never(*_: object) -> None:
        raise AssertionError("not plain")

    monkeypatch.setattr(flat_lines, "decode_lines", never)
    assert sum(batch.num_rows for batch in decode_columns(joined(raws), str)[0]) == len(raws)
    with pytest.raises(AssertionError, match="not plain"):
        decode_columns(joined([line(memo='"')]), str)
