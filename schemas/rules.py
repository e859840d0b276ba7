"""Rule packs: thresholds and lists that hold from a date to a date, each with the mark of its source.

A pack is a YAML file; the law that counts for an event is the one in force on the event's day.
"""

import datetime as dt
import hashlib
import itertools
import json
import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from chuantou.schemas.clock import day_of_date

PACK_MAX_BYTES = 1 << 20
DEFAULT_PACK = "yancheng-2016"
LAST_DAY = day_of_date(dt.date.max)


class RulePackError(ValueError):
    """A rule pack that cannot be used; the message names key and dates."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One value in force from `first` to `last` (inclusive; None is open), with the mark of its `source`."""

    value: Any
    source: str
    first: dt.date
    last: dt.date | None
    days: tuple[int, int] = field(init=False, repr=False, compare=False)  # the same as day numbers

    def __post_init__(self) -> None:
        last = LAST_DAY if self.last is None else day_of_date(self.last)
        object.__setattr__(self, "days", (day_of_date(self.first), last))

    def covers(self, day: int) -> bool:
        return self.days[0] <= day <= self.days[1]


@dataclass(frozen=True)
class RulePack:
    """`id`, SHA-256 of the content (not of its layout), and for each key its entries by date."""

    id: str
    sha256: str
    entries: dict[str, tuple[Entry, ...]]

    def at(self, key: str, when: int | str | dt.date) -> Any:
        """The value of `key` on a day number or date; None where none was in force, KeyError for an unknown key."""
        entry = self.entry(key, when)
        return None if entry is None else entry.value

    def entry(self, key: str, when: int | str | dt.date) -> Entry | None:
        """As `at`, with source and dates."""
        day = when if isinstance(when, int) else day_of_date(when)
        for entry in self.entries[key]:
            if entry.covers(day):
                return entry
        return None

    def ppm(self, key: str, when: int | str | dt.date) -> int | None:
        """The value of a ratio, written as a decimal in the pack, in exact parts per million."""
        value = self.at(key, when)
        return None if value is None else to_ppm(value)


@cache
def to_ppm(ratio: int | float) -> int:
    """Exact ppm of a ratio as the pack writes it: 0.2 is 200000; ValueError for more than six decimals."""
    ppm = Fraction(repr(ratio)) * 1_000_000
    if ppm.denominator != 1:
        raise ValueError(f"a ratio finer than one ppm: {ratio!r}")
    return int(ppm)


def load_rule_pack(name_or_path: str | Path = DEFAULT_PACK) -> RulePack:
    """The pack of that name shipped with the package, or of a `.yaml` file.

    Raises `RulePackError` for a pack that is missing, too large, malformed, or has overlapping dates.
    """
    text = _read(name_or_path)
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise RulePackError(f"{name_or_path}: YAML aliases are not allowed")
        content = yaml.load(text, _UniqueKeyLoader)
    except yaml.YAMLError as error:
        raise RulePackError(f"{name_or_path}: {error}") from None
    if not isinstance(content, dict) or not isinstance(content.get("params"), dict) or "rule_pack" not in content:
        raise RulePackError(f"{name_or_path}: needs the keys rule_pack and params")
    entries = {str(key): _entries(str(key), rows) for key, rows in content["params"].items()}
    return RulePack(id=str(content["rule_pack"]), sha256=_content_sha256(content), entries=entries)


def _read(name_or_path: str | Path) -> str:
    name = str(name_or_path)
    if name.endswith((".yaml", ".yml")):
        source: Any = Path(name)
    elif re.fullmatch(r"[\w-]+", name):
        source = resources.files("chuantou.schemas").joinpath("rulepacks", f"{name}.yaml")
    else:
        raise RulePackError(f"not the name of a rule pack nor a .yaml file: {name}")
    try:
        raw = source.read_bytes()
    except OSError as error:
        raise RulePackError(f"cannot read rule pack {name}: {error}") from None
    if len(raw) > PACK_MAX_BYTES:
        raise RulePackError(f"{name}: larger than {PACK_MAX_BYTES} bytes")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RulePackError(f"{name}: {error}") from None


def _entries(key: str, rows: Any) -> tuple[Entry, ...]:
    if not isinstance(rows, list) or not rows:
        raise RulePackError(f"{key}: needs a list of entries")
    entries = sorted((_entry(key, row) for row in rows), key=lambda entry: entry.first)
    for earlier, later in itertools.pairwise(entries):
        if earlier.covers(later.days[0]):
            raise RulePackError(
                f"{key}: {earlier.first} to {earlier.last or 'open'} overlaps {later.first} to {later.last or 'open'}"
            )
    return tuple(entries)


def _entry(key: str, row: Any) -> Entry:
    if not isinstance(row, dict) or not {"from", "v", "src"} <= row.keys() <= {"from", "to", "v", "src"}:
        raise RulePackError(f"{key}: an entry needs from, v and src, and may have to: {row}")
    first, last = row["from"], row.get("to")
    if type(first) is not dt.date or (last is not None and type(last) is not dt.date):
        raise RulePackError(f"{key}: from and to must be dates: {first} to {last}")
    if last is not None and last < first:
        raise RulePackError(f"{key}: ends before it begins: {first} to {last}")
    return Entry(value=row["v"], source=str(row["src"]), first=first, last=last)


def _content_sha256(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=dt.date.isoformat)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


class _UniqueKeyLoader(yaml.SafeLoader):
    """A SafeLoader that refuses what YAML calls an error and PyYAML lets pass: one key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted({str(name) for name in names if names.count(name) > 1})
        if twice:
            raise RulePackError(f"twice in one mapping: {', '.join(twice)}")
        return super().construct_mapping(node, deep)
