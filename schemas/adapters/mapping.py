"""Mappings: what the columns of one bank's table mean, one YAML file a bank (docs/feeds/csv.md names every key).

The shipped ones stand in ``mappings/``, a site's own in the directory that `site` names. A mapping is known in a table by the
column names that it requires.
"""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from chuantou.schemas.adapters.site import own_mappings

MAPPINGS = Path(__file__).parent / "mappings"
FEN = {"fen": 1, "yuan": 100, "wan": 1_000_000}  # of one unit
ANYTHING = "*"  # at the end of a word of a status: whatever follows


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose statement it is: a column, a constant, or a pattern with one group in the lines above the header."""

    column: str | None = None
    constant: str | None = None
    preamble: str | None = None
    prefix: str = ""
    hidden: bool = False


class Time(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    columns: list[str]
    formats: list[str]


class Amount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``debit`` and ``credit`` name columns, or, with ``value`` and ``side``, the words of the side column."""

    unit: Literal["fen", "yuan", "wan"]
    value: str | None = None
    side: str | None = None
    debit: str | list[str] | None = None
    credit: str | list[str] | None = None
    skip: list[str] = []
    signed: bool = False


class Status(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words may end in ``*``."""

    column: str
    booked: list[str]
    skip: list[str] = []


class Currency(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    column: str
    accept: list[str]


class Counterparty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    account: str
    prefix: str = ""
    hidden: bool = False


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One bank's table."""

    name: str
    source: str
    requires: list[str]
    account: Account
    time: Time
    amount: Amount
    counterparty: Counterparty
    memo: list[str] = []
    id: list[str] = []
    status: Status | None = None
    currency: Currency | None = None
    delimiter: str = ","
    charset: str | None = None

    @property
    def columns(self) -> set[str]:
        """The names of all columns that it reads."""
        single = [self.account.column, self.amount.value, self.amount.side, self.counterparty.account]
        single += [name for name in (self.amount.debit, self.amount.credit) if isinstance(name, str)]
        single += [part.column for part in (self.status, self.currency) if part is not None]
        return {name for name in (*single, *self.time.columns, *self.memo, *self.id) if name is not None}

    @property
    def hides(self) -> bool:
        """Whether it needs the key by which persons are hashed."""
        return self.account.hidden or self.counterparty.hidden


def mappings() -> tuple[Mapping, ...]:
    """The site's own mappings, then the shipped ones, by file name. ValueError names the file and what is wrong in it."""
    return tuple(map(load_mapping, (*own_mappings(), *_shipped())))


@cache
def _shipped() -> tuple[Path, ...]:
    return tuple(sorted(MAPPINGS.glob("*.yaml")))


@cache
def load_mapping(path: Path) -> Mapping:
    """The mapping in a file; ValueError says what is wrong in it."""
    try:
        mapping = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), Mapping)
    except (msgspec.ValidationError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {error}") from None
    wrong = _wrong(mapping)
    if wrong:
        raise ValueError(f"{path}: {wrong}")
    return mapping


def _wrong(mapping: Mapping) -> str | None:
    account, amount = mapping.account, mapping.amount
    if sum(bool(way) for way in (account.column, account.constant, account.preamble)) != 1:
        return "account: expected one of column, constant, preamble"
    sides = isinstance(amount.debit, list) and isinstance(amount.credit, list)
    columns = isinstance(amount.debit, str) and isinstance(amount.credit, str)
    ways = (
        amount.value is not None and amount.side is not None and sides and not amount.signed,
        amount.value is not None and amount.side is None and amount.signed and amount.debit is None is amount.credit,
        amount.value is None and amount.side is None and columns and not amount.signed,
    )
    if not any(ways):
        return "amount: expected value with side and its words, value with signed, or the columns debit and credit"
    if not mapping.requires or not mapping.time.columns or not mapping.time.formats:
        return "requires, time.columns and time.formats: expected at least one each"
    if len(mapping.delimiter) != 1:
        return f"delimiter: expected one character, found {mapping.delimiter!r}"
    return None


def one_of(word: str, words: list[str]) -> bool:
    """Whether a status is one of the words of a mapping."""
    return any(word.startswith(known[:-1]) if known.endswith(ANYTHING) else word == known for known in words)
