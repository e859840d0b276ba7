"""What stands in the archive's files: the contract's columns in types that every reader of Parquet knows.

Column names are those of the contract, times timestamp[µs, UTC], dates date32, `values` and `value` JSON text. Beside
them: `kafka_offset` and `received_at` of the record that an event came in, and `extra`, the fields that the contract does
not know, as a JSON object with each value as it was written.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from chuantou.schemas.columns import ARROW
from chuantou.schemas.fields import FIELDS
from chuantou.streams.archive_files import ArchiveError

MOMENT = pa.timestamp("us", "UTC")
OF_RECORD = pa.schema([("kafka_offset", pa.int64()), ("received_at", MOMENT)])
OF_EVENT = pa.schema([*OF_RECORD, ("extra", pa.string())])
DEAD = pa.schema([
    ("code", pa.string()), ("stream", pa.string()), ("source", pa.string()), ("event_id", pa.string()),
    ("field", pa.string()), ("found", pa.string()), ("expected", pa.string()), ("message", pa.string()),
    ("raw", pa.binary()), *OF_RECORD,
])  # fmt: skip
LATE = pa.schema([
    ("source_id", pa.string()), ("event_id", pa.string()), ("event_time", MOMENT), ("judged_until", MOMENT),
])  # fmt: skip
_TYPES: dict[str, pa.DataType] = {"time": MOMENT, "moment": MOMENT, "date": pa.date32()}


def _schema(stream: str) -> pa.Schema:
    known = [pa.field(f.wire, _TYPES.get(f.kind, ARROW[stream].field(f.name).type)) for f in FIELDS[stream]]
    return pa.schema([*known, *OF_EVENT])


EVENTS: dict[str, pa.Schema] = {stream: _schema(stream) for stream in ARROW}

# Ids that count upwards share their beginnings, times their high bytes: 18 bytes a transfer become 14.
_COUNTING_IDS = ("event_id", "ref_event_id", "end_to_end_id", "order_id", "plan_id", "batch_id", "claim")
_COMPRESSION_LEVEL = 3
ROW_GROUP_ROWS = 1 << 20


def archived_events(stream: str, batch: pa.RecordBatch, of_record: list[pa.Array]) -> pa.RecordBatch:
    """A batch of `columns.ARROW[stream]` and the columns of `OF_EVENT`, as rows of the archive; copies nothing."""
    schema = EVENTS[stream]
    columns = [column.view(field.type) if field.type != column.type else column for column, field in zip(batch.columns, schema)]
    return pa.RecordBatch.from_arrays([*columns, *of_record], schema=schema)


def contract_events(stream: str, table: pa.Table, path: Path) -> list[pa.RecordBatch]:
    """Rows of the archive as batches of `columns.ARROW[stream]`; the exact inverse of :func:`archived_events`.

    ArchiveError naming `path` and column where a column that the contract requires is missing, has nulls or another type.
    """
    columns = []
    there = dict(zip(table.column_names, table.columns))
    for field, known, archived in zip(FIELDS[stream], ARROW[stream], EVENTS[stream]):
        must = field.required or field.default is not None
        column = there.get(field.wire)
        if column is None:
            if must:
                raise ArchiveError(f"{path}: no column {field.wire}")
            columns.append(pa.chunked_array([pa.nulls(table.num_rows, known.type)]))
            continue
        expected = archived.type
        if column.type != expected:
            raise ArchiveError(f"{path}: column {field.wire} is {column.type}, expected {expected}")
        if must and column.null_count:
            raise ArchiveError(f"{path}: column {field.wire} has {column.null_count} rows without a value")
        if expected != known.type:
            column = pa.chunked_array([chunk.view(known.type) for chunk in column.chunks], known.type)
        columns.append(column)
    return pa.Table.from_arrays(columns, schema=ARROW[stream]).to_batches()


def write_table(path: Path, table: pa.Table) -> None:
    """Write a Parquet file: zstd, checksums of pages, encodings by column."""
    delta = {name: "DELTA_BYTE_ARRAY" for name in _COUNTING_IDS if name in table.column_names}
    delta |= {field.name: "DELTA_BINARY_PACKED" for field in table.schema if field.type == MOMENT or field.name == "kafka_offset"}
    plain = {field.name for field in table.schema if field.name.endswith("_fen") or field.type == pa.binary()}
    pq.write_table(
        table, path, row_group_size=ROW_GROUP_ROWS, compression="zstd", compression_level=_COMPRESSION_LEVEL,
        use_dictionary=[name for name in table.column_names if name not in delta and name not in plain],
        column_encoding=delta, write_statistics=["event_time", "received_at"], write_page_checksum=True,
        store_schema=False,
    )  # fmt: skip


def read_table(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Read a Parquet file, or those of `columns` that it has. ArchiveError when it is broken or gone.

    The whole file is read at once: its columns are small, and reading them one by one would cost more than decoding them.
    """
    try:
        with pq.ParquetFile(pa.BufferReader(path.read_bytes()), page_checksum_verification=True) as file:
            known = set(file.schema_arrow.names)
            there = None if columns is None else [name for name in columns if name in known]
            return file.read(columns=there, use_threads=False)
    except FileNotFoundError as error:
        raise ArchiveError(f"{path} is gone: the worker has just compacted the archive; read it again") from error
    except (pa.ArrowException, OSError) as error:
        raise ArchiveError(f"{path} is broken: {str(error).splitlines()[0]}") from error
