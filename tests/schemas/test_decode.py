"""Lines: what the contract accepts comes out typed; everything else is one dead letter that says why."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.schemas.clock import parse_time
from chuantou.schemas.dead_letters import MEANING_ZH, BrokenRuleError, DeadLetter, Reason, dead_letter, message_zh
from chuantou.schemas.decode import BLOCK_LINES, decode_line, decode_lines
from chuantou.schemas.diagnose import DEPTH_MAX, LINE_MAX_BYTES, diagnose, nesting
from chuantou.schemas.fields import FIELDS
from chuantou.schemas.rules_of_streams import OWNERSHIP_NEEDS, PRODUCT_NEEDS
from chuantou.schemas.streams import STREAMS, Envelope, ProductEvent, Transfer, encode_line

CONTRACT_EVENTS = Path(__file__).parents[1] / "data" / "contract" / "events.jsonl"
PARTY = "uscc:91350200776049653A"
ENVELOPE = {"event_id": "e1", "source_id": "bank:A", "event_time": "2016-06-20T10:00:00+08:00"}
TRANSFER = {
    "stream": "clr.transfers", **ENVELOPE, "debtor_account": "a", "creditor_account": "b", "amount_fen": 100,
}  # fmt: skip
BASES = {
    "clr.transfers": TRANSFER,
    "party.events": {"stream": "party.events", **ENVELOPE, "party": PARTY},
    "own.events": {"stream": "own.events", **ENVELOPE, "type": "SHAREHOLDER", "party": PARTY, "holder": "person:1"},
    "acct.events": {"stream": "acct.events", **ENVELOPE, "type": "OPEN", "account": "a", "owner": PARTY},
    "acct.balance": {
        "stream": "acct.balance", **ENVELOPE, "account": "a", "as_of": 0, "kind": "OPENING", "fen": -5,
    },
    "lic.events": {"stream": "lic.events", **ENVELOPE, "party": PARTY, "kind": "bank", "status": "VALID"},
    "prod.events": {"stream": "prod.events", **ENVELOPE, "type": "OVERDUE", "platform": PARTY, "plan_id": "p"},
    "rep.disclosure": {
        "stream": "rep.disclosure", **ENVELOPE, "party": PARTY, "month": "2016-06", "values": {"x": 1.5},
    },
    "txt.items": {"stream": "txt.items", **ENVELOPE, "kind": "ad"},
}  # fmt: skip


def line(stream="clr.transfers", **changes):
    """A good line of `stream` with some fields changed; ... takes a field away."""
    return json.dumps({k: v for k, v in (BASES[stream] | changes).items() if v is not ...}).encode()


def spoiled(old, new):
    return line().replace(old, new)


BROKEN = {
    "half a line": (line()[:-9], Reason.BAD_JSON, "$"),
    "no JSON at all": (b"hello", Reason.BAD_JSON, "$"),
    "two objects": (line() + line(), Reason.BAD_JSON, "$"),
    "NaN": (spoiled(b"100", b"NaN"), Reason.BAD_JSON, "$"),
    "number beyond float": (line("rep.disclosure").replace(b"1.5", b"1e400"), Reason.BAD_JSON, "$"),
    "unpaired surrogate": (spoiled(b'"b"', rb'"\ud800"'), Reason.BAD_JSON, "$"),
    "half a surrogate pair": (spoiled(b'"b"', rb'"\ud800\u0041"'), Reason.BAD_JSON, "$"),
    "GBK": (spoiled(b'"b"', '"账"'.encode("gbk")), Reason.NOT_UTF8, "$"),
    "GBK in an unknown field": (spoiled(b"}", ',"x":"账"}'.encode("gbk")), Reason.NOT_UTF8, "$"),
    "too long": (line() + b" " * LINE_MAX_BYTES, Reason.TOO_LONG, "$"),
    "65 levels in an unknown field": (spoiled(b"}", b',"x":' + b"[" * 64 + b"]" * 64 + b"}"), Reason.TOO_DEEP, "$"),
    "65 levels of objects": (spoiled(b"}", b',"x":' + b'{"x":' * 64 + b"1" + b"}" * 65), Reason.TOO_DEEP, "$"),
    "100000 levels": (b"[" * 100_000, Reason.TOO_DEEP, "$"),
    "an array": (b"[]", Reason.WRONG_TYPE, "$"),
    "a number": (b"5", Reason.WRONG_TYPE, "$"),
    "no stream": (line(stream_=1).replace(b'"stream"', b'"Stream"'), Reason.MISSING_FIELD, "stream"),
    "stream is a number": (spoiled(b'"clr.transfers"', b"7"), Reason.WRONG_TYPE, "stream"),
    "unknown stream": (spoiled(b"clr.transfers", b"clr.transfer"), Reason.UNKNOWN_STREAM, "stream"),
    "no event id": (line(event_id=...), Reason.MISSING_FIELD, "event_id"),
    "event id null": (line(event_id=None), Reason.MISSING_FIELD, "event_id"),
    "event id empty": (line(event_id=""), Reason.BAD_LENGTH, "event_id"),
    "no amount": (line(amount_fen=...), Reason.MISSING_FIELD, "amount_fen"),
    "amount a float": (spoiled(b"100", b"100.0"), Reason.WRONG_TYPE, "amount_fen"),
    "amount with exponent": (spoiled(b"100", b"1e2"), Reason.WRONG_TYPE, "amount_fen"),
    "amount a bool": (line(amount_fen=True), Reason.WRONG_TYPE, "amount_fen"),
    "amount a string": (line(amount_fen="100"), Reason.WRONG_TYPE, "amount_fen"),
    "amount zero": (line(amount_fen=0), Reason.OUT_OF_RANGE, "amount_fen"),
    "amount negative": (line(amount_fen=-1), Reason.OUT_OF_RANGE, "amount_fen"),
    "amount beyond int64": (line(amount_fen=2**63), Reason.OUT_OF_RANGE, "amount_fen"),
    "amount of 5000 digits": (spoiled(b"100", b"9" * 5000), Reason.BAD_JSON, "$"),
    "version a float": (line(version=1.5), Reason.WRONG_TYPE, "version"),
    "ratio above 100 %": (line("own.events", ratio_ppm=1_000_001), Reason.OUT_OF_RANGE, "ratio_ppm"),
    "rating 6": (line("prod.events", risk_rating=6), Reason.OUT_OF_RANGE, "risk_rating"),
    "op unknown": (line(op="DELETE"), Reason.BAD_ENUM, "op"),
    "flow class unknown": (line(flow_class="invest_in"), Reason.BAD_ENUM, "flow_class"),
    "time without offset": (line(event_time="2016-06-20T10:00:00"), Reason.BAD_TIME, "event_time"),
    "time a date": (line(event_time="2016-06-20"), Reason.BAD_TIME, "event_time"),
    "time a float": (line(event_time=1.5), Reason.WRONG_TYPE, "event_time"),
    "time a bool": (line(event_time=True), Reason.WRONG_TYPE, "event_time"),
    "time after 9999": (line(event_time=10**18), Reason.OUT_OF_RANGE, "event_time"),
    "time beyond int64": (line(event_time=10**30), Reason.OUT_OF_RANGE, "event_time"),
    "balance time": (line("acct.balance", as_of="noon"), Reason.BAD_TIME, "as_of"),
    "balance time after 9999": (line("acct.balance", as_of=10**18), Reason.OUT_OF_RANGE, "as_of"),
    "first seen": (line("txt.items", first_seen="last week"), Reason.BAD_TIME, "first_seen"),
    "first seen too long": (line("txt.items", first_seen="2" * 99), Reason.BAD_TIME, "first_seen"),
    "date impossible": (line(biz_date="2016-02-30"), Reason.BAD_DATE, "biz_date"),
    "date compact": (line(biz_date="20160220"), Reason.BAD_DATE, "biz_date"),
    "month 13": (line("rep.disclosure", month="2016-13"), Reason.BAD_DATE, "month"),
    "party without prefix": (line("party.events", party=PARTY[5:]), Reason.BAD_PARTY, "party"),
    "party short": (line("party.events", party=PARTY[:-1]), Reason.BAD_PARTY, "party"),
    "party with newline": (line("party.events", party=PARTY + "\n"), Reason.BAD_PARTY, "party"),
    "person empty": (line(debtor_party="person:"), Reason.BAD_PARTY, "debtor_party"),
    "creditor party": (line(creditor_party="张三"), Reason.BAD_PARTY, "creditor_party"),
    "second signatory": (line("acct.events", signatories=["person:1", "x"]), Reason.BAD_PARTY, "signatories[1]"),
    "null signatory": (line("acct.events", signatories=[None]), Reason.WRONG_TYPE, "signatories[0]"),
    "signatories a string": (line("acct.events", signatories="person:1"), Reason.WRONG_TYPE, "signatories"),
    "1001 signatories": (line("acct.events", signatories=["person:1"] * 1001), Reason.BAD_LENGTH, "signatories"),
    "region": (line("party.events", reg_region="盐城"), Reason.BAD_FORMAT, "reg_region"),
    "bank code": (line("acct.events", bank="1021"), Reason.BAD_FORMAT, "bank"),
    "account of 65": (line(debtor_account="x" * 65), Reason.BAD_LENGTH, "debtor_account"),
    "memo of 1001": (line(memo="货" * 1001), Reason.BAD_LENGTH, "memo"),
    "CORRECT without ref": (line(op="CORRECT"), Reason.MISSING_REF, "ref_event_id"),
    "CANCEL with null ref": (line(op="CANCEL", ref_event_id=None), Reason.MISSING_REF, "ref_event_id"),
    "OPEN without owner": (line("acct.events", owner=...), Reason.MISSING_FIELD, "owner"),
    "shareholder without holder": (line("own.events", holder=None), Reason.MISSING_FIELD, "holder"),
    "licence without status": (line("lic.events", status=...), Reason.MISSING_FIELD, "status"),
    "licence from": (line("lic.events", **{"from": "soon"}), Reason.BAD_DATE, "from"),
    "watched a number": (line("party.events", watched=1), Reason.WRONG_TYPE, "watched"),
    "a disclosed bool": (line("rep.disclosure", values={"x": True}), Reason.WRONG_TYPE, "values.x"),
    "disclosed list": (line("rep.disclosure", values=[1]), Reason.WRONG_TYPE, "values"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_line_is_one_letter_with_everything_in_it(name):
    raw, code, field = BROKEN[name]
    letter = decode_line(raw, "feed.jsonl:7")
    assert isinstance(letter, DeadLetter)
    assert (letter.code, letter.field, letter.source) == (code, field, "feed.jsonl:7")
    assert base64.b64decode(letter.raw) == raw
    assert letter.found and letter.expected
    for part in ("feed.jsonl:7", letter.field, letter.found, letter.expected, code):
        assert part in letter.message and part in message_zh(letter)
    readable = code not in (Reason.NOT_UTF8, Reason.TOO_LONG, Reason.TOO_DEEP, Reason.BAD_JSON) and field != "$"
    if readable and field not in ("event_id", "stream"):
        assert letter.event_id == "e1" and letter.stream in BASES


def test_every_reason_that_a_line_can_give_is_tried_above():
    tried = {code for _, code, _ in BROKEN.values()}
    of_files = {Reason.BAD_FILE, Reason.UNBALANCED, Reason.BAD_TOTALS}
    of_files |= {Reason.WRONG_NAME, Reason.OLD_VERSION, Reason.UNIT_JUMP, Reason.BAD_CHECKSUM, Reason.BAD_SIGNATURE}
    assert set(Reason) - tried == {Reason.BAD_ARROW, Reason.TOO_OLD} | of_files  # elsewhere
    assert set(MEANING_ZH) == set(Reason)


def test_reasons_of_other_rooms_make_letters_too():
    fault = BrokenRuleError(Reason.TOO_OLD, "event_time", "2014-01-01", "at most 400 days before the newest event")
    letter = dead_letter(fault, "in.clr.transfers/3@17", b"{}", "clr.transfers", "e9")
    assert letter.message.startswith("in.clr.transfers/3@17: clr.transfers event e9: event_time: ")
    assert letter.message.endswith("[TOO_OLD]") and MEANING_ZH[Reason.TOO_OLD] in message_zh(letter)


def test_broken_lines_do_not_touch_the_good_ones_between_them():
    raws = [part for name in BROKEN for part in (line(event_id=name), BROKEN[name][0], b"", b" \r\n")]
    events, dead = decode_lines(raws, lambda i: f"f:{i}")
    assert [event.event_id for event in events] == list(BROKEN)
    assert [(letter.code, letter.source) for letter in dead] == [
        (code, f"f:{4 * i + 1}") for i, (_, code, _) in enumerate(BROKEN.values())
    ]


def test_contract_examples_all_decode_and_survive_encoding():
    raws = CONTRACT_EVENTS.read_bytes().splitlines()
    events, dead = decode_lines(raws, str)
    assert (len(events), dead) == (205, [])
    again, dead = decode_lines([encode_line(event) for event in events], str)
    assert again == events and dead == []


def test_the_slow_road_gives_the_same_events_as_the_fast_one():
    for raw in CONTRACT_EVENTS.read_bytes().splitlines():
        assert diagnose(raw, "x") == decode_line(raw, "x")


def test_blocks_keep_order_and_sources():
    raws = [line(event_id=str(i)) for i in range(2 * BLOCK_LINES + 5)]
    raws[BLOCK_LINES] = b"?"
    events, dead = decode_lines(raws, str)
    assert [int(event.event_id) for event in events] == [i for i in range(len(raws)) if i != BLOCK_LINES]
    assert [letter.source for letter in dead] == [str(BLOCK_LINES)]


@pytest.mark.parametrize(
    "written",
    ["2016-06-20T10:00:00+08:00", "2016-06-20T02:00:00Z", "2016-06-19T22:00:00.000000-04:00", 1466388000000000],
)
def test_both_forms_of_time(written):
    event = decode_line(line(event_time=written), "x")
    assert event.event_time == 1466388000000000 == parse_time(written)
    balance = decode_line(line("acct.balance", as_of=written), "x")
    assert balance.as_of == 1466388000000000


def test_where_time_or_date_is_left_open_both_are_read():
    seen = [decode_line(line("txt.items", first_seen=form), "x").first_seen for form in
            ("2016-06-20", "2016-06-20T00:00:00+08:00", 1466352000000000)]  # fmt: skip
    assert seen == [1466352000000000] * 3


def test_null_is_absent_also_where_there_is_a_default():
    event = decode_line(line(op=None, version=None, status=None, memo=None, biz_date=None), "x")
    assert event == decode_line(line(), "x")
    assert (event.op, event.version, event.status) == ("NEW", 1, "BOOKED")


def test_unknown_fields_are_ignored_up_to_64_levels():
    deep = spoiled(b"}", b',"x":' + b"[" * 63 + b"]" * 63 + b"}")
    assert nesting(deep) == DEPTH_MAX
    assert decode_line(deep, "x") == decode_line(line(), "x")


def test_brackets_in_strings_are_not_nesting():
    memo = '[{"' * 100 + "\\"
    assert decode_line(line(memo=memo), "x").memo == memo


def test_last_of_duplicate_keys_counts():
    assert decode_line(spoiled(b"}", b',"amount_fen":7}'), "x").amount_fen == 7


def test_a_wrong_check_digit_is_kept():
    assert decode_line(line("party.events", party="uscc:91350200776049653B"), "x").party == "uscc:91350200776049653B"


def test_extremes_of_int64():
    assert decode_line(line(amount_fen=2**63 - 1), "x").amount_fen == 2**63 - 1
    assert decode_line(line("acct.balance", fen=-(2**63) + 1), "x").fen == -(2**63) + 1


FULL = {
    "product": "q", "listing": "l", "borrower": "person:b", "investor": "person:i", "guarantor": "person:g",
    "amount_fen": 5, "principal_fen": 4, "interest_fen": 0, "rate_ppm": 0, "term_days": 90, "due": "2016-09-01",
    "plan_id": "p", "claim": "c", "from_party": "person:f", "to_party": "person:t", "status": "OPEN", "vehicle": "v",
    "asset": "a", "units": 1,
}  # fmt: skip


@pytest.mark.parametrize("kind", PRODUCT_NEEDS)
def test_each_product_type_needs_its_fields(kind):
    assert isinstance(decode_line(line("prod.events", type=kind, **FULL), "x"), ProductEvent)
    for need in PRODUCT_NEEDS[kind]:
        either = need.split("|")
        letter = decode_line(line("prod.events", **(FULL | {"type": kind} | dict.fromkeys(either, ...))), "x")
        assert (letter.code, letter.field) == (Reason.MISSING_FIELD, either[0])
        for kept in either[1:]:
            less = FULL | {"type": kind} | {name: ... for name in either if name != kept}
            assert isinstance(decode_line(line("prod.events", **less), "x"), ProductEvent)


def test_capital_alone_needs_no_holder():
    assert decode_line(line("own.events", type="CAPITAL", holder=...), "x").type == "CAPITAL"
    assert "CAPITAL" not in OWNERSHIP_NEEDS and len(OWNERSHIP_NEEDS) == 9


def test_memo_beside_a_reference_is_a_correction():
    event = decode_line(line(op="CORRECT", ref_event_id="e0"), "x")
    assert isinstance(event, Transfer) and event.ref_event_id == "e0"


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=4)
    | st.sampled_from(["2016-06-20", "2016-06-20T10:00:00+08:00", "2016-02-30T10:00:00Z", PARTY, "320902", "2016-06"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)


@settings(max_examples=600, deadline=None)
@given(data=st.data(), stream=st.sampled_from(sorted(BASES)))
def test_any_value_in_any_field_gets_a_verdict_and_both_roads_agree(data, stream):
    names = [field.wire for field in FIELDS[stream]]
    changes = data.draw(st.dictionaries(st.sampled_from(names), ANY_JSON, min_size=1, max_size=2))
    raw = line(stream, **changes)
    outcome = decode_line(raw, "x")
    assert outcome == diagnose(raw, "x")
    assert isinstance(outcome, DeadLetter | STREAMS[stream])


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(BASES)), st.integers(0, 200), st.binary(max_size=3), st.integers(0, 3))
def test_any_bytes_get_a_verdict(stream, place, patch, width):
    raw = line(stream)
    outcome = decode_line(raw[:place] + patch + raw[place + width :], "x")
    assert isinstance(outcome, DeadLetter | Envelope)
