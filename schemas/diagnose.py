"""The slow, exact look at an event that the fast decoder refused: which rule, which field, what was found.

Classification rests on our own description of the fields (`fields.FIELDS`), never on the wording of a library's error.
"""

import datetime as dt
import re
from typing import Any

import msgspec

from chuantou.schemas.dead_letters import BrokenRuleError, DeadLetter, Reason, dead_letter, shown
from chuantou.schemas.fields import EXPECTED_DATE, EXPECTED_PARTY, EXPECTED_TIME, FIELDS, Field
from chuantou.schemas.rules_of_streams import seal
from chuantou.schemas.streams import STREAMS, Envelope

LINE_MAX_BYTES = 1 << 20
DEPTH_MAX = 64

_string = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_bracket = re.compile(rb"[\[\]{}]")


def check_frame(raw: bytes) -> None:
    """Raise `BrokenRuleError` for a line that is too long, not UTF-8 or nested too deep to be parsed at all."""
    if len(raw) > LINE_MAX_BYTES:
        raise BrokenRuleError(Reason.TOO_LONG, "$", f"{len(raw)} bytes", f"at most {LINE_MAX_BYTES} bytes")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BrokenRuleError(Reason.NOT_UTF8, "$", f"byte {raw[error.start]:#x} at {error.start}", "UTF-8") from None
    if raw.count(b"{") + raw.count(b"[") > DEPTH_MAX and nesting(raw) > DEPTH_MAX:
        raise BrokenRuleError(Reason.TOO_DEEP, "$", f"{nesting(raw)} levels", f"at most {DEPTH_MAX} levels")


def nesting(raw: bytes) -> int:
    """The deepest nesting of arrays and objects, brackets inside strings not counted."""
    depth = deepest = 0
    for bracket in _bracket.findall(_string.sub(b"", raw)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def diagnose(raw: bytes, source: str) -> Envelope | DeadLetter | None:
    """What became of the line `raw`: the event, a dead letter, or None for a blank line.

    An event comes back where the fast decoder is stricter than the contract: a null in place of `op`, `version` or
    `status` means the default.
    """
    if not raw.strip():
        return None
    try:
        check_frame(raw)
        wire = _parse(raw)
    except BrokenRuleError as fault:
        return dead_letter(fault, source, raw)
    stream, event_id = wire.get("stream"), wire.get("event_id")
    try:
        return build(wire)
    except BrokenRuleError as fault:
        return dead_letter(fault, source, raw, _text_or_none(stream), _text_or_none(event_id))


def build(wire: dict[str, Any]) -> Envelope:
    """The event of a parsed line; `BrokenRuleError` names the first broken rule, in the fields' order."""
    stream = wire.get("stream")
    if stream is None:
        raise BrokenRuleError(Reason.MISSING_FIELD, "stream", "nothing", "the name of a stream")
    if not isinstance(stream, str):
        raise BrokenRuleError(Reason.WRONG_TYPE, "stream", shown(stream), "string")
    if stream not in STREAMS:
        raise BrokenRuleError(Reason.UNKNOWN_STREAM, "stream", shown(stream), f"one of {', '.join(STREAMS)}")
    stated = {key: value for key, value in wire.items() if value is not None}
    for field in FIELDS[stream]:
        if field.wire in stated:
            check_value(field, stated[field.wire], field.wire)
        elif field.required:
            expected = f"{_expected(field)}, required in {stream}"
            raise BrokenRuleError(Reason.MISSING_FIELD, field.wire, "nothing", expected)
    event = msgspec.convert(stated, STREAMS[stream])
    seal(event)
    return event


def check_value(field: Field, value: Any, path: str) -> None:
    """Raise `BrokenRuleError` unless `value`, parsed JSON, is one that `field` accepts."""
    if field.kind == "list" and isinstance(value, list) and field.item is not None:
        _check_bounds(field, len(value), path, value)
        for index, item in enumerate(value):
            check_value(field.item, item, f"{path}[{index}]")
        return
    if not _has_type(field, value):
        raise BrokenRuleError(Reason.WRONG_TYPE, path, shown(value), _expected(field))
    if field.kind == "enum" and value not in field.choices:
        raise BrokenRuleError(Reason.BAD_ENUM, path, shown(value), _expected(field))
    if field.kind == "int" and not field.low <= value <= field.high:  # type: ignore[operator]
        raise BrokenRuleError(Reason.OUT_OF_RANGE, path, shown(value), _expected(field))
    if field.kind == "date":
        _check_convertible(value, dt.date, Reason.BAD_DATE, path, field)
    if field.kind == "time" and isinstance(value, str):
        _check_convertible(value, field.type, Reason.BAD_TIME, path, field)
    if field.kind == "text":
        _check_text(field, value, path)
    if field.wire == "values":
        _check_numbers(value, path)


def _check_text(field: Field, value: str, path: str) -> None:
    if field.pattern is not None and not re.match(field.pattern, value):
        code = Reason.BAD_PARTY if field.is_party else Reason.BAD_DATE if field.wire == "month" else Reason.BAD_FORMAT
        raise BrokenRuleError(code, path, shown(value), _expected(field))
    _check_bounds(field, len(value), path, value)


def _check_bounds(field: Field, length: int, path: str, value: Any) -> None:
    if length < (field.min_length or 0) or (field.max_length is not None and length > field.max_length):
        raise BrokenRuleError(Reason.BAD_LENGTH, path, f"length {length}: {shown(value)}", _expected(field))


def _check_convertible(value: str, to: Any, code: Reason, path: str, field: Field) -> None:
    try:
        msgspec.convert(value, to)
    except msgspec.ValidationError:
        raise BrokenRuleError(code, path, shown(value), _expected(field)) from None


def _check_numbers(values: dict[str, Any], path: str) -> None:
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BrokenRuleError(Reason.WRONG_TYPE, f"{path}.{name}", shown(value), "number")


def _has_type(field: Field, value: Any) -> bool:
    if field.kind == "json":
        return isinstance(value, dict) if field.wire == "values" else True
    if isinstance(value, bool):
        return field.kind == "bool"
    accepted: dict[str, type | tuple[type, ...]] = {
        "int": int, "bool": bool, "date": str, "time": (int, str), "moment": (int, str), "text": str, "enum": str,
        "list": list,
    }  # fmt: skip
    return isinstance(value, accepted[field.kind])


def _expected(field: Field) -> str:
    if field.kind == "int":
        return f"integer from {field.low} to {field.high}"
    if field.kind == "enum":
        return f"one of {', '.join(field.choices)}"
    if field.kind in ("text", "list"):
        return _expected_text(field)
    return {
        "bool": "true or false",
        "date": EXPECTED_DATE,
        "time": EXPECTED_TIME,
        "moment": f"{EXPECTED_TIME}, or a date",
        "json": "object of numbers",
    }[field.kind]


def _expected_text(field: Field) -> str:
    if field.is_party:
        return EXPECTED_PARTY
    if field.pattern is not None:
        return f"string like {field.pattern}"
    if field.kind == "list":
        return f"list of at most {field.max_length} strings"
    return f"string of {field.min_length or 0} to {field.max_length} characters"


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        wire = msgspec.json.decode(raw)
    except (msgspec.DecodeError, ValueError) as error:
        raise BrokenRuleError(Reason.BAD_JSON, "$", str(error), "one JSON object") from None
    if not isinstance(wire, dict):
        raise BrokenRuleError(Reason.WRONG_TYPE, "$", shown(wire), "one JSON object")
    return wire


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None
