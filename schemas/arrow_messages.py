"""Arrow IPC messages: the contract's rules on columns.

A batch is brought to `columns.ARROW[stream]` (types that convert without loss are converted, columns we do not know
are dropped, optional columns that are absent are null), then every rule of `fields` and `rules_of_streams` is asked of
whole columns at once. A row that breaks one is diagnosed like a line, so the same fault has the same code in both.
"""

from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from chuantou.schemas.clock import TIME_MAX, TIME_MIN, date_of_day
from chuantou.schemas.columns import ARROW
from chuantou.schemas.dead_letters import BrokenRuleError, DeadLetter, Reason, dead_letter, shown
from chuantou.schemas.diagnose import build, check_frame, check_value
from chuantou.schemas.fields import FIELDS, Field
from chuantou.schemas.rules_of_streams import NEEDS_REF, TYPE_NEEDS
from chuantou.schemas.streams import STREAMS

DATE_MIN, DATE_MAX = -719_162, 2_932_896  # 0001-01-01 and 9999-12-31 in days since 1970-01-01
_STRINGS = (pa.string(), pa.large_string(), pa.string_view())
_INTEGERS = (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32())


def decode_arrow(ipc: bytes, source: str) -> tuple[list[pa.RecordBatch], list[DeadLetter]]:
    """The valid rows of an Arrow IPC stream, batches in order, and a dead letter for each other row.

    A row's letter has the source `<source>#<row in the message>` and as `raw` the row as a contract line. A message
    that cannot be read, or whose columns do not fit, is one letter with all its bytes.
    """
    batches: list[pa.RecordBatch] = []
    dead: list[DeadLetter] = []
    stream = None
    try:
        received = _read(ipc)
        if not received:
            return [], []
        stream = _stream_of(received[0].schema)
        fitted = [_fit(stream, batch) for batch in received]
    except BrokenRuleError as fault:
        return [], [dead_letter(fault, source, ipc, stream)]
    first_row = 0
    for batch in fitted:
        good = _good_rows(stream, batch)
        if good.true_count < batch.num_rows:
            passing, letters = _diagnosed(stream, batch, good, source, first_row)
            dead += letters
            batches.append(batch.filter(passing))
        else:
            batches.append(batch)
        first_row += batch.num_rows
    return [batch for batch in batches if batch.num_rows], dead


def _diagnosed(
    stream: str, batch: pa.RecordBatch, good: pa.BooleanArray, source: str, first_row: int
) -> tuple[pa.BooleanArray, list[DeadLetter]]:
    """Which rows pass, and the letters of the others: the columns suspect, the rules for one event decide."""
    passes, letters = good.to_pylist(), []
    for row, (passed, values) in enumerate(zip(passes, batch.to_pylist())):
        if passed:
            continue
        wire = _wire_row(stream, values)
        raw = msgspec.json.encode(wire)
        try:
            build(_with_json_parsed(stream, wire))
            passes[row] = True
        except BrokenRuleError as fault:
            letters.append(dead_letter(fault, f"{source}#{first_row + row}", raw, stream, values["event_id"]))
    return pa.array(passes, pa.bool_()), letters


def _wire_row(stream: str, values: dict[str, Any]) -> dict[str, Any]:
    """A row as a contract line says it; JSON text stays text here, so that even a broken one can be written down."""
    wire: dict[str, Any] = {"stream": stream}
    for field in FIELDS[stream]:
        value = values[field.name]
        if value is None:
            continue
        if field.kind == "date":
            value = date_of_day(value).isoformat() if DATE_MIN <= value <= DATE_MAX else f"day {value}"
        wire[field.wire] = value
    return wire


def _with_json_parsed(stream: str, wire: dict[str, Any]) -> dict[str, Any]:
    parsed = dict(wire)
    for field in FIELDS[stream]:
        if field.kind == "json" and field.wire in wire:
            parsed[field.wire] = _parse_json(field, wire[field.wire])
    return parsed


def _parse_json(field: Field, text: str) -> Any:
    raw = text.encode("utf-8")
    check_frame(raw)
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, ValueError) as error:
        raise BrokenRuleError(Reason.BAD_JSON, field.wire, str(error), "JSON text") from None


def _read(ipc: bytes) -> list[pa.RecordBatch]:
    try:
        with pa.ipc.open_stream(ipc) as reader:
            batches = list(reader)
        for batch in batches:
            batch.validate(full=True)  # offsets, lengths and UTF-8: what later kernels take for granted
    except (pa.ArrowException, OSError, ValueError) as error:
        raise BrokenRuleError(Reason.BAD_ARROW, "$", str(error).splitlines()[0], "an Arrow IPC stream") from None
    return batches


def _stream_of(schema: pa.Schema) -> str:
    named = (schema.metadata or {}).get(b"stream")
    if named is None:
        raise BrokenRuleError(Reason.MISSING_FIELD, "stream", "nothing", "the stream's name in the schema's metadata")
    stream = named.decode("utf-8", "replace")
    if stream not in STREAMS:
        raise BrokenRuleError(Reason.UNKNOWN_STREAM, "stream", shown(stream), f"one of {', '.join(STREAMS)}")
    return stream


def _fit(stream: str, batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch in the columns of `ARROW[stream]`; defaults stand where a column with a default has nulls."""
    columns = []
    for field, target in zip(FIELDS[stream], ARROW[stream]):
        index = max(batch.schema.get_field_index(field.name), batch.schema.get_field_index(field.wire))
        if index < 0 and field.required:
            raise BrokenRuleError(Reason.MISSING_FIELD, field.wire, "no or two columns", f"column of {target.type}")
        stated = pa.nulls(batch.num_rows) if index < 0 else batch.column(index)
        column = _converted(stated, field, target.type)
        columns.append(column if field.default is None else column.fill_null(field.default))
    return pa.RecordBatch.from_arrays(columns, schema=ARROW[stream])


def _converted(column: pa.Array, field: Field, target: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    stated = column.type
    if field.kind in ("time", "moment") and pa.types.is_timestamp(stated) and (stated.unit, stated.tz) == ("us", "UTC"):
        return column.view(pa.int64())
    if not _is_lossless(stated, target):
        raise BrokenRuleError(Reason.WRONG_TYPE, field.wire, f"column of {stated}", f"column of {target}")
    return column.cast(target)


def _is_lossless(stated: pa.DataType, target: pa.DataType) -> bool:
    if pa.types.is_list(target):
        listed = pa.types.is_list(stated) or pa.types.is_large_list(stated)
        return pa.types.is_null(stated) or (listed and stated.value_type in _STRINGS)
    accepted = {
        pa.int64(): _INTEGERS,
        pa.int32(): (pa.int32(), pa.date32()),
        pa.string(): _STRINGS,
        pa.bool_(): (pa.bool_(),),
    }[target]
    return pa.types.is_null(stated) or stated in accepted


def _good_rows(stream: str, batch: pa.RecordBatch) -> pa.BooleanArray:
    """Whether each row obeys every rule."""
    good = pa.repeat(True, batch.num_rows)
    for field, column in zip(FIELDS[stream], batch.columns):
        if column.null_count == len(column):
            verdict = None if not field.required else pc.is_valid(column)
        else:
            verdict = pc.fill_null(_obeys(field, column), not field.required)
        good = good if verdict is None else pc.and_(good, verdict)
    needs_ref = pc.is_in(batch.column("op"), pa.array(sorted(NEEDS_REF)))
    good = pc.and_(good, pc.or_(pc.invert(needs_ref), pc.is_valid(batch.column("ref_event_id"))))
    for kind, needs in TYPE_NEEDS.get(STREAMS[stream], {}).items():
        good = pc.and_(good, _has_needs(batch, kind, needs))
    return good


def _has_needs(batch: pa.RecordBatch, kind: str, needs: tuple[str, ...]) -> pa.BooleanArray:
    met = pc.fill_null(pc.not_equal(batch.column("type"), kind), True)
    present = None
    for need in needs:
        either = None
        for name in need.split("|"):
            valid = pc.is_valid(batch.column(name))
            either = valid if either is None else pc.or_(either, valid)
        present = either if present is None else pc.and_(present, either)
    return pc.or_(met, present)


def _obeys(field: Field, column: pa.Array) -> pa.BooleanArray:
    """Row by row whether the value is one that `field` accepts; null where the value is null."""
    if field.kind == "int":
        return _between(column, field.low, field.high)
    if field.kind in ("time", "moment"):
        return _between(column, TIME_MIN, TIME_MAX)
    if field.kind == "date":
        return _between(column, DATE_MIN, DATE_MAX)
    if field.kind == "enum":
        return pc.if_else(pc.is_valid(column), pc.is_in(column, pa.array(field.choices)), None)
    if field.kind == "text":
        return _text_obeys(field, column)
    if field.kind == "list":
        return _list_obeys(field, column)
    if field.kind == "json":
        return pa.array([None if text is None else _json_obeys(field, text) for text in column.to_pylist()], pa.bool_())
    return pc.if_else(pc.is_valid(column), True, None)


def _between(column: pa.Array, low: int | None, high: int | None) -> pa.BooleanArray:
    return pc.and_(pc.greater_equal(column, low), pc.less_equal(column, high))


def _text_obeys(field: Field, column: pa.Array) -> pa.BooleanArray:
    if field.pattern is not None:
        # RE2 spells the end of the text \z; like Python's, its dot does not match a newline.
        return pc.match_substring_regex(column, field.pattern.replace(r"\Z", r"\z"))
    return _between(pc.utf8_length(column), field.min_length or 0, field.max_length)


def _list_obeys(field: Field, column: pa.Array) -> pa.BooleanArray:
    short = pc.less_equal(pc.list_value_length(column), field.max_length)
    items, parents = pc.list_flatten(column), pc.list_parent_indices(column)
    broken = pc.invert(pc.fill_null(_text_obeys(field.item, items), False))  # type: ignore[arg-type]
    rows = pa.array(range(len(column)), pa.int64())
    return pc.and_(short, pc.invert(pc.is_in(rows, pc.filter(parents, broken))))


def _json_obeys(field: Field, text: str) -> bool:
    try:
        check_value(field, _parse_json(field, text), field.wire)
    except BrokenRuleError:
        return False
    return True
