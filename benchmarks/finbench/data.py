"""A FinBench data set as plain tables, read from its files.

A directory with a `snapshot` folder is read as that snapshot (what LDBC's reads are asked of); ``updates`` adds the writes of
its streams. A directory of streams alone is read as such. Deleted accounts stay: what they moved has been moved. Amounts are
int64 fen, times int64 µs UTC.
"""

import csv
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from chuantou.schemas.adapters.finbench_rows import time_us

Edge = tuple[int, int, int, int]  # id of the source, id of the target, time in µs, amount in fen
Node = tuple[str, int]  # kind, id: ids of different kinds may be equal
Row = dict[str, str]

MOST_FEN = 10**15
INT64 = 1 << 63


class EdgeFiles(NamedTuple):
    """Where edges of a kind stand: snapshot file, stream files, and for both ends the kind of node and its columns."""

    snapshot: str
    streams: tuple[str, ...]
    source: tuple[str, ...]
    target: tuple[str, ...]


EDGES = {
    "transfer": EdgeFiles("AccountTransferAccount", ("AddAccountTransferAccountWrite12", "AddAccountTransferAccountReadWrite1",
                          "AddAccountTransferAccountReadWrite2"), ("account", "fromId"), ("account", "toId")),
    "withdraw": EdgeFiles("AccountWithdrawAccount", ("AddAccountWithdrawAccountWrite13",), ("account", "fromId"),
                          ("account", "toId")),
    "deposit": EdgeFiles("LoanDepositAccount", ("AddLoanDepositAccountWrite15",), ("loan", "loanId"), ("account", "accountId")),
    "repay": EdgeFiles("AccountRepayLoan", ("AddAccountRepayLoanWrite14",), ("account", "accountId", "account"),
                       ("loan", "loanId")),
    "sign_in": EdgeFiles("MediumSignInAccount", ("AddMediumSigninAccountWrite16",), ("medium", "mediumId"),
                         ("account", "accountId")),
    "guarantee": EdgeFiles("PersonGuaranteePerson", ("AddPersonGuaranteePersonWrite10", "AddPersonGuaranteePersonReadWrite3"),
                           ("person", "fromId"), ("person", "toId")),
    "invest": EdgeFiles("PersonInvestCompany", ("AddPersonInvestCompanyWrite8",), ("person", "investorId"),
                        ("company", "companyId")),
    "apply": EdgeFiles("PersonApplyLoan", ("AddPersonApplyLoanWrite6",), ("person", "personId"), ("loan", "loanId")),
    "person_owns": EdgeFiles("PersonOwnAccount", ("AddPersonOwnAccountWrite4",), ("person", "personId"),
                             ("account", "accountId")),
    "company_owns": EdgeFiles("CompanyOwnAccount", ("AddCompanyOwnAccountWrite5",), ("company", "companyId"),
                              ("account", "accountId")),
}  # fmt: skip
MOVES_MONEY = ("transfer", "withdraw", "deposit", "repay")

# kind -> (snapshot file, stream files, column of the id, columns that say that it is blocked)
NODES = {
    "account": ("Account", ("AddPersonOwnAccountWrite4", "AddCompanyOwnAccountWrite5"), "accountId",
                ("isBlocked", "accountBlocked")),
    "person": ("Person", ("AddPersonWrite1",), "personId", ("isBlocked",)),
    "company": ("Company", ("AddCompanyWrite2",), "companyId", ("isBlocked",)),
    "loan": ("Loan", ("AddPersonApplyLoanWrite6", "AddCompanyApplyLoanWrite7"), "loanId", ()),
    "medium": ("Medium", ("AddMediumWrite3",), "mediumId", ("isBlocked",)),
}  # fmt: skip


class DataError(ValueError):
    """A file of the set cannot be read: names the file, the line and the field."""


@dataclass
class Tables:
    """``edges[kind]`` as lists; of nodes what is known besides: which there are and which of them are blocked, and by id the
    type of a medium, amount and balance of a loan in fen."""

    edges: dict[str, list[Edge]]
    nodes: set[Node] = field(default_factory=set)
    blocked: set[Node] = field(default_factory=set)
    medium_type: dict[int, str] = field(default_factory=dict)
    loan_amount: dict[int, int] = field(default_factory=dict)
    loan_balance: dict[int, int] = field(default_factory=dict)


def load(root: Path, updates: bool = False) -> Tables:
    """DataError where ``root`` holds no edge of FinBench or a row cannot be read."""
    snapshot = root / "snapshot" if (root / "snapshot").is_dir() else root
    streams = root / "incremental" if (root / "incremental").is_dir() else root
    with_streams = updates or snapshot == root
    tables = Tables({})
    for kind, (stem, stream_stems, key, blocked) in NODES.items():
        for place, row in _rows(snapshot, stem, streams, stream_stems if with_streams else ()):
            _node(tables, kind, key, blocked, place, row)
    for kind, files in EDGES.items():
        rows = _rows(snapshot, files.snapshot, streams, files.streams if with_streams else ())
        tables.edges[kind] = [_edge(kind, files, place, row) for place, row in rows]
    if not any(tables.edges.values()):
        raise DataError(f"{root}: no FinBench edge in it")
    return tables


def _node(tables: Tables, kind: str, key: str, blocked: tuple[str, ...], place: str, row: Row) -> None:
    id_ = _integer(row, (key,), place)
    tables.nodes.add((kind, id_))
    if any(row.get(column, "").lower() == "true" for column in blocked):
        tables.blocked.add((kind, id_))
    if kind == "medium":
        tables.medium_type[id_] = row.get("mediumType", "")
    if kind == "loan":
        tables.loan_amount[id_], tables.loan_balance[id_] = _fen(row, "loanAmount", place), _fen(row, "balance", place)


def _edge(kind: str, files: EdgeFiles, place: str, row: Row) -> Edge:
    fen = _fen(row, "amount", place) if kind in MOVES_MONEY else 0
    return _integer(row, files.source[1:], place), _integer(row, files.target[1:], place), _time(row, place), fen


def _rows(snapshot: Path, stem: str, streams: Path, stream_stems: tuple[str, ...]) -> Iterator[tuple[str, Row]]:
    for directory, name in ((snapshot, stem), *((streams, stream) for stream in stream_stems)):
        path = next((p for end in (".csv", ".csv.gz") if (p := directory / (name + end)).is_file()), None)
        if path is None:
            continue
        opened = gzip.open if path.suffix == ".gz" else open
        number = 1
        try:
            with opened(path, "rt", encoding="utf-8", newline="") as text:
                for number, row in enumerate(csv.DictReader(text, delimiter="|", quoting=csv.QUOTE_NONE), start=2):
                    if None in row or None in row.values():
                        raise DataError(f"{path}:{number}: not as many fields as the header")
                    yield f"{path}:{number}", row
        except (csv.Error, UnicodeDecodeError, EOFError, zlib.error) as error:
            raise DataError(f"{path}: after line {number}: {error}") from None


def _integer(row: Row, names: tuple[str, ...], place: str) -> int:
    text = next((row[name] for name in names if name in row), "")
    if not text.isascii() or not text.isdecimal() or int(text) >= INT64:
        raise DataError(f"{place}: {names[0]}: expected a whole number below 2⁶³, found {text[:40]!r}")
    return int(text)


def _fen(row: Row, name: str, place: str) -> int:
    text = row.get(name, "")
    try:
        fen = Decimal(text) * 100
        if 0 <= fen <= MOST_FEN and fen == fen.to_integral_value():
            return int(fen)
    except InvalidOperation:
        pass
    raise DataError(f"{place}: {name}: expected an amount with at most two decimals, found {text[:40]!r}")


def _time(row: Row, place: str) -> int:
    text = row.get("createTime", "")
    try:
        return time_us(text[:30])
    except (ValueError, OverflowError):
        raise DataError(f"{place}: createTime: expected ms or YYYY-MM-DD HH:MM:SS.mmm, found {text[:40]!r}") from None
