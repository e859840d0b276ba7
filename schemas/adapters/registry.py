"""Which adapters there are, and which one knows a file – by what is in it, never by its name.

An adapter is one module of this package with ``detects(path)`` and ``read(path)``; its format is the module's name, or its
``NAME``. ``read`` yields contract fields as dicts, broken rules and `notes`, or all with their place (`told.Told`); a module that
makes columns itself offers ``read_blocks(path)`` beside it, of (batches, dead letters, bytes of the file). ``describe(path)`` may
say more: which mapping, which charset.
"""

import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import chuantou.schemas.adapters as package
from chuantou.schemas.adapters.notes import Note
from chuantou.schemas.adapters.told import Block, Fields, Told
from chuantou.schemas.dead_letters import BrokenRuleError

HEAD_SHOWN = 40  # bytes of an unknown file that its error quotes
MAGIC = {
    b"PK\x03\x04": "a zip archive", b"\x1f\x8b": "gzip", b"%PDF": "a PDF", b"\xd0\xcf\x11\xe0": "an old Office file (.xls)",
    b"PAR1": "Parquet", b"ARROW1": "Arrow", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive", b"SQLite format 3": "an SQLite data base",
}  # fmt: skip


class Adapter(NamedTuple):
    """One outside format."""

    name: str
    detects: Callable[[Path], bool]
    read: Callable[[Path], Iterator[Fields | BrokenRuleError | Note | Told]]
    read_blocks: Callable[[Path], Iterator[Block]] | None
    describe: Callable[[Path], str]


@cache
def adapters() -> dict[str, Adapter]:
    """All adapters by name, in the order of names."""
    found = {}
    for info in pkgutil.iter_modules(package.__path__):
        module = import_module(f"{package.__name__}.{info.name}")
        if hasattr(module, "detects") and hasattr(module, "read"):
            name = getattr(module, "NAME", info.name)
            described = getattr(module, "describe", lambda path, name=name: name)
            found[name] = Adapter(name, module.detects, module.read, getattr(module, "read_blocks", None), described)
    return dict(sorted(found.items()))


def known_by(path: Path) -> str | None:
    """The name of the adapter that knows the file or directory; None where none does."""
    return next((name for name, adapter in adapters().items() if adapter.detects(path)), None)


def seen_in(path: Path) -> str:
    """What an unknown file looks like, for the error that names it."""
    if path.is_dir():
        return "a directory without a file that any format knows"
    with path.open("rb") as file:
        head = file.read(HEAD_SHOWN)
    if not head:
        return "an empty file"
    kind = next((name for magic, name in MAGIC.items() if head.startswith(magic)), "")
    if not kind:
        kind = "binary data" if b"\x00" in head else "XML" if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else "text"
    return f"{kind} that begins with {head!r}"
