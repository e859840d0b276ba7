"""The fields of each stream as data, read off the structs: one description for columns, diagnosis and Arrow checks."""

from dataclasses import dataclass
from typing import Any, Literal, cast, get_type_hints

import msgspec
from msgspec import inspect

from chuantou.schemas.streams import PARTY_PATTERN, STREAMS, Claimed, Envelope

Kind = Literal["int", "bool", "date", "time", "moment", "text", "enum", "list", "json"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `name` in Python and Arrow, `wire` in JSON, bounds inclusive, `type` as msgspec understands it.

    `is_party` marks party ids, `default` is what an absent or null optional field becomes.
    """

    name: str
    wire: str
    type: Any
    kind: Kind
    required: bool
    default: Any
    low: int | None = None
    high: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    choices: tuple[str, ...] = ()
    item: "Field | None" = None

    @property
    def is_party(self) -> bool:
        return self.pattern == PARTY_PATTERN


def _kind_of(types: tuple[inspect.Type, ...]) -> Kind:
    by_type: dict[type, Kind] = {
        inspect.BoolType: "bool",
        inspect.DateType: "date",
        inspect.StrType: "text",
        inspect.LiteralType: "enum",
        inspect.ListType: "list",
        inspect.DictType: "json",
        inspect.AnyType: "json",
        inspect.IntType: "int",
    }
    names = {type(member) for member in types}
    if inspect.DateTimeType in names:
        return "time"
    if names == {inspect.IntType, inspect.StrType}:
        return "moment"
    (only,) = names
    return by_type[only]


def _field(name: str, wire: str, annotation: Any, info: inspect.Type, required: bool, default: Any) -> Field:
    members = info.types if isinstance(info, inspect.UnionType) else (info,)
    types = tuple(_unwrapped(member) for member in members if not isinstance(member, inspect.NoneType))
    kind, first = _kind_of(types), cast(Any, types[0])
    item = None
    if isinstance(first, inspect.ListType):
        item = _field(name, wire, Any, first.item_type, True, None)
    text = kind in ("text", "list")
    return Field(
        name=name,
        wire=wire,
        type=annotation,
        kind=kind,
        required=required,
        default=default,
        low=first.ge if kind == "int" else None,
        high=first.le if kind == "int" else None,
        min_length=first.min_length if text else None,
        max_length=first.max_length if text else None,
        pattern=PARTY_PATTERN if _is_claimed(annotation) else first.pattern if kind == "text" else None,
        choices=tuple(first.values) if kind == "enum" else (),
        item=item,
    )


def _unwrapped(info: inspect.Type) -> inspect.Type:
    return info.type if isinstance(info, inspect.Metadata) else info


def _is_claimed(annotation: Any) -> bool:
    return annotation == Claimed | None


def _fields_of(cls: type[Envelope]) -> tuple[Field, ...]:
    hints = get_type_hints(cls, include_extras=True)
    return tuple(
        _field(info.name, info.encode_name, hints[info.name], info.type, info.required, _plain(info.default))
        for info in inspect.type_info(cls).fields  # type: ignore[attr-defined]
    )


def _plain(default: Any) -> Any:
    return None if default is msgspec.NODEFAULT else default


FIELDS: dict[str, tuple[Field, ...]] = {stream: _fields_of(cls) for stream, cls in STREAMS.items()}

EXPECTED_TIME = "RFC 3339 time with offset, or integer µs since the epoch, in the years 1 to 9999"
EXPECTED_DATE = "date YYYY-MM-DD"
EXPECTED_PARTY = "uscc:<18 digits or capitals> or person:<1 to 249 characters>"
