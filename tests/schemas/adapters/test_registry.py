"""Every file has one format, by what is in it; what none knows is named."""

import gzip
import shutil
from pathlib import Path

import pytest

from chuantou.schemas.adapters.registry import adapters, known_by, seen_in
from chuantou.streams.files import FORMATS, contents, described, detect, expand

FEEDS = Path(__file__).parents[2] / "data" / "feeds"
FINBENCH = FEEDS.parent / "finbench"
SAMPLES = sorted(path for path in FEEDS.rglob("*") if path.is_file() and path.suffix != ".yaml")


def test_an_adapter_is_a_module() -> None:
    assert {"camt", "csv", "custody", "finbench", "ifcert", "xlsx"} <= adapters().keys()
    assert FORMATS.keys() == {"jsonl", *adapters()}
    assert list(adapters()) == sorted(adapters())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.relative_to(FEEDS)))
def test_a_sample_is_known_by_one_adapter_whatever_its_name(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "export.dat"
    shutil.copy(path, other)
    assert [name for name, adapter in adapters().items() if adapter.detects(other)] == [path.parent.name]
    ((_, read),) = expand([other])
    assert described(other, read).startswith(path.parent.name)


def test_contract_lines_are_known_by_content(tmp_path: Path) -> None:
    line = b'\n {"stream":"party.events","event_id":"e","source_id":"s","event_time":1,"party":"person:x"}\n'
    for name, content in (("plain", line), ("packed.gz", gzip.compress(line))):
        path = tmp_path / name
        path.write_bytes(content)
        assert detect(path) == "jsonl" and known_by(path) is None


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "an empty file"), (b"%PDF-1.7", "a PDF"), (b"\xd0\xcf\x11\xe0", "old Office file"), (b"PK\x03\x04 ", "zip archive"),
     (b"\x00\x01\x02", "binary data"), ("\ufeff<html>".encode(), "XML"), (b"a;b;c\n1;2;3", r"text that begins with b'a;b;c"),
     (b"PAR1", "Parquet"), (b'{"a":1}', "text that begins")],
)  # fmt: skip
def test_what_no_format_knows_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "export"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=says) as error:
        detect(path)
    assert str(path) in str(error.value) and "known: jsonl, camt" in str(error.value)
    assert says.split(" ")[0] in seen_in(path)


def test_a_folder_with_one_file_of_every_format(tmp_path: Path) -> None:
    shutil.copytree(FEEDS, tmp_path / "in")
    shutil.copytree(FINBENCH, tmp_path / "in" / "finbench")
    (tmp_path / "in" / "lines.jsonl").write_bytes(b"")
    (tmp_path / "in" / ".hidden").write_bytes(b"x")
    (tmp_path / "in" / "link").symlink_to("/etc/hostname")
    found = {str(path.relative_to(tmp_path / "in")): name for path, name in contents(tmp_path / "in")}
    expected: dict[str, str | None] = {str(path.relative_to(FEEDS)): path.parent.name for path in SAMPLES}
    assert found == expected | {"finbench": "finbench", "lines.jsonl": "jsonl", "ifcert/institutions.yaml": None}
    read = expand([tmp_path / "in"])
    assert len(read) == len(found) - 1 and [path for path, _ in read] == sorted(path for path, _ in read)
    assert {name for name in found.values() if name} == {"jsonl", "finbench"} | {path.parent.name for path in SAMPLES}


def test_a_data_set_is_read_as_a_whole() -> None:
    assert [path for path, _ in expand([FINBENCH])] == [FINBENCH]
