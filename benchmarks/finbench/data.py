"""A FinBench data set in memory: entities by id, and every kind of edge as `TimedEdges` over dense numbers.

A directory with a `snapshot` folder is read as that snapshot (what LDBC's reads are asked of); the writes of its streams are
added with ``updates``. A directory of write streams alone is read as such. Amounts are int64 thousandths, times ms UTC.
"""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path

from chuantou.graph.edges import TimedEdges, union

UNIT = 1_000  # thousandths: FinBench has two decimals, answers have three
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

# edges: name -> (snapshot file, stream files, columns of source and target in the snapshot, in the streams)
EDGES: dict[str, tuple[str, tuple[str, ...], tuple[str, str], tuple[str, str]]] = {
    "transfer": ("AccountTransferAccount", ("AddAccountTransferAccountWrite12", "AddAccountTransferAccountReadWrite1",
                 "AddAccountTransferAccountReadWrite2"), ("fromId", "toId"), ("fromId", "toId")),
    "withdraw": ("AccountWithdrawAccount", ("AddAccountWithdrawAccountWrite13",), ("fromId", "toId"), ("fromId", "toId")),
    "deposit": ("LoanDepositAccount", ("AddLoanDepositAccountWrite15",), ("loanId", "accountId"), ("loanId", "accountId")),
    "repay": ("AccountRepayLoan", ("AddAccountRepayLoanWrite14",), ("accountId", "loanId"), ("account", "loanId")),
    "sign_in": ("MediumSignInAccount", ("AddMediumSigninAccountWrite16",), ("mediumId", "accountId"),
                ("mediumId", "accountId")),
    "guarantee": ("PersonGuaranteePerson", ("AddPersonGuaranteePersonWrite10", "AddPersonGuaranteePersonReadWrite3"),
                  ("fromId", "toId"), ("fromId", "toId")),
    "invest": ("PersonInvestCompany", ("AddPersonInvestCompanyWrite8",), ("investorId", "companyId"),
               ("investorId", "companyId")),
    "apply": ("PersonApplyLoan", ("AddPersonApplyLoanWrite6",), ("personId", "loanId"), ("personId", "loanId")),
    "person_owns": ("PersonOwnAccount", ("AddPersonOwnAccountWrite4",), ("personId", "accountId"), ("personId", "accountId")),
    "company_owns": ("CompanyOwnAccount", ("AddCompanyOwnAccountWrite5",), ("companyId", "accountId"),
                     ("companyId", "accountId")),
}  # fmt: skip
# entities whose attributes the reads ask for: name -> (snapshot file, stream files, id column)
ENTITIES: dict[str, tuple[str, tuple[str, ...], str]] = {
    "account": ("Account", (), "accountId"),
    "medium": ("Medium", ("AddMediumWrite3",), "mediumId"),
    "loan": ("Loan", ("AddPersonApplyLoanWrite6", "AddCompanyApplyLoanWrite7"), "loanId"),
}


class DataError(ValueError):
    """A file of the set cannot be read: names the file, the line and the field."""


@dataclass
class Numbers:
    """Ids ↔ dense numbers; ids are 64-bit and of one kind."""

    ids: list[int] = field(default_factory=list)
    number: dict[int, int] = field(default_factory=dict)

    def of(self, id_: int) -> int:
        known = self.number.get(id_)
        if known is None:
            known = self.number[id_] = len(self.ids)
            self.ids.append(id_)
        return known


class FinBench:
    """``edges[name]`` over the numbers of one space for all kinds of nodes; ``owned`` and attributes as dicts by id."""

    def __init__(self, root: Path, updates: bool = False) -> None:
        self.nodes = Numbers()
        self.blocked: set[int] = set()  # accounts and media, by id
        self.medium_type: dict[int, str] = {}
        self.loan_amount: dict[int, int] = {}
        self.loan_balance: dict[int, int] = {}
        snapshot = root / "snapshot" if (root / "snapshot").is_dir() else root
        streams = (root / "incremental" if (root / "incremental").is_dir() else root) if updates or snapshot == root else None
        if not any(_file(snapshot, stem) for stem, *_ in EDGES.values()) and streams is None:
            raise DataError(f"{root}: no FinBench file in it")
        self._read_entities(snapshot, streams)
        raw = {name: list(self._edges(name, snapshot, streams)) for name in EDGES}
        if not any(raw.values()):
            raise DataError(f"{root}: no FinBench edge in it")
        n = len(self.nodes.ids)
        self.edges = {name: TimedEdges.of(n, *(zip(*rows) if rows else ((), (), (), ()))) for name, rows in raw.items()}
        self.flows = union(n, [self.edges["transfer"], self.edges["withdraw"]])

    def _read_entities(self, snapshot: Path, streams: Path | None) -> None:
        for name, (stem, stream_stems, key) in ENTITIES.items():
            for place, row in _rows(snapshot, (stem,), streams, stream_stems):
                id_ = _integer(row, key, place)
                if row.get("isBlocked", "").lower() == "true":
                    self.blocked.add(id_)
                if name == "medium":
                    self.medium_type[id_] = row.get("mediumType", "")
                if name == "loan":
                    self.loan_amount[id_] = _amount(row, "loanAmount", place)
                    self.loan_balance[id_] = _amount(row, "balance", place)

    def _edges(self, name: str, snapshot: Path, streams: Path | None) -> Iterator[tuple[int, int, int, int]]:
        stem, stream_stems, columns, stream_columns = EDGES[name]
        for place, row in _rows(snapshot, (stem,), streams, stream_stems):
            source, target = columns if columns[0] in row else stream_columns
            ends = self.nodes.of(_integer(row, source, place)), self.nodes.of(_integer(row, target, place))
            amount = _amount(row, "amount", place) if "amount" in row else 0
            if name == "apply" and "loanAmount" in row:
                self.loan_amount.setdefault(_integer(row, "loanId", place), _amount(row, "loanAmount", place))
            yield *ends, _time(row, "createTime", place), amount

    def number(self, id_: int) -> int | None:
        """The node with this id, or None."""
        return self.nodes.number.get(id_)

    def accounts_of(self, person: int) -> list[int]:
        """Numbers of the accounts a person owns, sorted."""
        return self.targets("person_owns", person)

    def targets(self, name: str, id_: int) -> list[int]:
        """Numbers of all distinct targets of edges ``name`` from the node ``id_``, sorted."""
        node = self.number(id_)
        if node is None:
            return []
        side = self.edges[name].outgoing
        return sorted(set(side.neighbour[side.offsets[node] : side.offsets[node + 1]].tolist()))

    @cached_property
    def company_accounts(self) -> frozenset[int]:
        """Numbers of the accounts that companies own."""
        return frozenset(self.edges["company_owns"].outgoing.neighbour.tolist())

    @cached_property
    def upstream(self) -> TimedEdges:
        """Transfers the other way round, times negated."""
        return self.edges["transfer"].reversed()


def _rows(
    snapshot: Path, stems: tuple[str, ...], streams: Path | None, stream_stems: tuple[str, ...]
) -> Iterator[tuple[str, dict[str, str]]]:
    places = [(snapshot, stem) for stem in stems]
    places += [(streams, stem) for stem in stream_stems] if streams is not None else []
    for directory, stem in places:
        path = _file(directory, stem)
        if path is None:
            continue
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8", newline="") as text:
            for number, row in enumerate(csv.DictReader(text, delimiter="|"), start=2):
                yield f"{path}:{number}", row


def _file(directory: Path, stem: str) -> Path | None:
    return next((path for suffix in (".csv", ".csv.gz") if (path := directory / (stem + suffix)).is_file()), None)


def _integer(row: dict[str, str], name: str, place: str) -> int:
    try:
        return int(row[name])
    except (KeyError, TypeError, ValueError):
        raise DataError(f"{place}: {name}: expected a whole number, found {row.get(name)!r}") from None


def _amount(row: dict[str, str], name: str, place: str) -> int:
    try:
        return int((Decimal(row[name]) * UNIT).to_integral_value())
    except (KeyError, TypeError, InvalidOperation):
        raise DataError(f"{place}: {name}: expected an amount, found {row.get(name)!r}") from None


def _time(row: dict[str, str], name: str, place: str) -> int:
    text = row.get(name) or ""
    try:
        if text.isdecimal():
            return int(text)
        return (datetime.fromisoformat(text).replace(tzinfo=UTC) - EPOCH) // MILLISECOND
    except ValueError:
        raise DataError(f"{place}: {name}: expected ms or YYYY-MM-DD HH:MM:SS.mmm, found {text!r}") from None
