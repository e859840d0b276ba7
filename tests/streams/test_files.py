"""Event files: which format, which lines, which directory, and what fits one message."""

import base64
import codecs
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from chuantou.schemas.columns import to_batches
from chuantou.schemas.decode import decode_arrow, decode_lines
from chuantou.schemas.ipc import ipc_bytes
from chuantou.streams import files
from chuantou.streams.files import Block, adapted, detect, expand, read_jsonl
from chuantou.streams.ingest import BATCH_BYTES_MAX, fitting_parts
from chuantou.streams.outputs import RAW_MAX_CHARS, encode_dead_letter
from chuantou.streams.topics import MESSAGE_MAX_BYTES
from tests.streams.feeds import transfer


def ids(blocks: Iterator[Block]) -> list[str]:
    return [event.event_id for block in blocks for event in block.events]


def test_lines_are_numbered_over_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "BLOCK_BYTES", 300)
    lines = [transfer(f"e{number}", number) for number in range(20)]
    lines[13] = b"{"
    lines.insert(4, b"")
    path = tmp_path / "feed.jsonl"
    lines[2] += b"  \r"
    path.write_bytes(b"\n".join([*lines, b""]))
    blocks = list(read_jsonl(path))
    assert len(blocks) > 3
    assert ids(iter(blocks)) == [f"e{number}" for number in range(20) if number != 13]
    assert [letter.source for block in blocks for letter in block.dead] == [f"{path}:15"]
    assert sum(block.size for block in blocks) == path.stat().st_size


def test_an_endless_line_is_one_letter_and_does_not_stay_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LINE_KEPT", 3 << 20)
    path = tmp_path / "feed.jsonl"
    path.write_bytes(transfer("a", 1) + b"\n" + b"x" * (9 << 20) + b"\n" + transfer("b", 2) + b"\n{\n")
    blocks = list(read_jsonl(path))
    assert ids(iter(blocks)) == ["a", "b"]
    assert [letter.source for block in blocks for letter in block.dead] == [f"{path}:2", f"{path}:4"]
    assert max(block.size for block in blocks) <= (3 << 20)


def test_gzip_is_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl.gz"
    path.write_bytes(gzip.compress(transfer("a", 1) + b"\n" + transfer("b", 2)))
    assert ids(read_jsonl(path)) == ["a", "b"]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be"])
def test_lines_come_in_any_charset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, charset: str) -> None:
    monkeypatch.setattr(files, "BLOCK_BYTES", 700)
    told = [transfer("a", 1).decode(), *(transfer(f"{n}", n, memo="货款 𠮷 é").decode() for n in range(1, 9))]
    path = tmp_path / "feed.dat"
    mark = codecs.BOM_UTF16_BE if charset == "utf-16-be" else b""
    path.write_bytes(mark + "\n".join(told).encode(charset))
    assert detect(path) == "jsonl"
    blocks = list(read_jsonl(path))
    assert [letter for block in blocks for letter in block.dead] == []
    assert [event.memo for block in blocks for event in block.events] == [None, *["货款 𠮷 é"] * 8]


def test_a_line_of_another_charset_than_its_file_is_a_dead_letter(tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl"
    strange = transfer("x", 9, memo="货款").decode().encode("gb18030")
    path.write_bytes(b"\n".join([transfer("a", 1), transfer("b", 2, memo="货款"), strange, transfer("c", 3)]))
    blocks = list(read_jsonl(path))
    assert ids(iter(blocks)) == ["a", "b", "c"]
    (letter,) = [letter for block in blocks for letter in block.dead]
    assert (letter.source, base64.b64decode(letter.raw)) == (f"{path}:3", strange)


def test_a_directory_stands_for_its_files(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl", "sub/c.jsonl.gz", "readme.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert [path.name for path, _ in expand([tmp_path])] == ["a.jsonl", "b.jsonl", "c.jsonl.gz"]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    unknown = tmp_path / "feed.xls"
    unknown.write_bytes(b"")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="no format known"):
        detect(unknown)
    with pytest.raises(ValueError, match="no event file"):
        expand([tmp_path / "empty"])
    with pytest.raises(ValueError, match="expected one of auto, jsonl, "):
        expand([unknown], "xls")
    with pytest.raises(FileNotFoundError):
        expand([tmp_path / "missing.jsonl"])
    assert expand([unknown], "jsonl") == [(unknown, read_jsonl)]


def test_an_adapter_is_held_to_the_contract(tmp_path: Path) -> None:
    def adapter(path: Path) -> Iterator[dict[str, Any]]:
        for number in range(3):
            yield {
                "stream": "clr.transfers", "event_id": f"e{number}", "source_id": "s", "event_time": number,
                "debtor_account": "a", "creditor_account": "b", "amount_fen": number,
            }  # fmt: skip

    (block,) = adapted(adapter)(tmp_path)
    assert [event.event_id for event in block.events] == ["e1", "e2"]
    assert [letter.source for letter in block.dead] == [f"{tmp_path}:1"]


def test_a_batch_too_big_for_a_message_is_cut() -> None:
    events, _ = decode_lines([transfer(f"e{number:0200}", 1) for number in range(9_000)], str)
    (batch,) = to_batches(events).values()
    assert batch.nbytes > BATCH_BYTES_MAX
    parts = list(fitting_parts(batch))
    assert max(len(ipc_bytes([part])) for part in parts) < MESSAGE_MAX_BYTES
    back = [decoded for part in parts for decoded in decode_arrow(ipc_bytes([part]), "s")[0]]
    assert pa.Table.from_batches(back).equals(pa.Table.from_batches([batch]))


def test_a_letter_always_fits_a_message() -> None:
    (letter,) = decode_lines([b'"' + b"x" * (3 << 20) + b'"'], lambda _: "f:1")[1]
    encoded = encode_dead_letter(letter)
    assert len(encoded) < MESSAGE_MAX_BYTES
    assert f"first {RAW_MAX_CHARS} of {len(letter.raw)}".encode() in encoded
