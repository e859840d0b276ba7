"""LDBC FinBench data sets as contract events, for load and for flow primitives (catalogue §1, §9).

What is read: a directory of the generator's `|`-separated CSV files, plain or gzip – a `snapshot`, an `incremental`
stream, the transaction workload's write stream, or a directory that holds some of these. Files are known by their
names; every file is in time order, so one merge of all of them gives the whole in event-time order.

How FinBench is mapped:

- Person: `party.events` person, `person:finbench-<id>`. Company: `party.events` org with a synthetic USCC (below), as
  FinBench has no business codes.
- own: `acct.events` OPEN of `finbench:<id>`, PERSONAL_I or OWN_GENERAL by the kind of owner. Account deleted: CLOSE.
- invest: `own.events` SHAREHOLDER, `ratio_ppm` rounded down.
- guarantee: neither control nor a transfer. The latest guarantee given to a person or company before it applies for a
  loan names the `guarantor` of that LISTING; between parents, siblings and other relatives it also says KIN.
- apply: `prod.events` LISTING and REPAY_PLAN, with the lending organisation as the platform, and `acct.events` OPEN of
  an account of the loan's own, `finbench:loan:<id>`. FinBench states no term: loans get `TERM_DAYS` and one instalment.
- deposit: `clr.transfers` LOAN_OUT from the loan's account, and DISBURSE. repay: `clr.transfers` REPAY_PRIN to it, and
  REPAY. Without the application (write stream without its snapshot) only the transfer.
- transfer: `clr.transfers`. withdraw: the same, class WITHDRAW; the card account stays in view.
- medium, sign-in, updates: not read. A sign-in binds no device: it would tie strangers together as if one controlled
  the other.

Amounts go to fen exactly; what is not whole fen stays the text it was, so that the decoder refuses it with a reason, as
it does zero amounts. A row that cannot be read at all becomes an event of the unknown stream `finbench/<file>`, for the
same end: nothing is lost in silence. Times are UTC.

Synthetic USCC: `91`, six digits and eight characters that write the company id in base 31 (one to one; the six digits
are no region), `0`, and the right check digit; lending organisations have `93` and a hash of their name.
"""

import gzip
import heapq
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from chuantou.schemas.adapters.finbench_rows import (
    MAPPINGS,
    Fields,
    Loans,
    Row,
    apply_loan,
    company_key,
    guarantee,
    lender_key,
    person_key,
    time_us,
)

# Within one instant parties come before what they own, and accounts before what moves on them.
ORDER = {stem: place for place, stem in enumerate(MAPPINGS)}
UNREADABLE = (ValueError, KeyError, ArithmeticError)  # what a mapping raises on a row that is not one of its kind

Ordered = tuple[int, int, str, int, int, Fields]  # time, place of the file, source, row, part, event


def detects(path: Path) -> bool:
    """Whether ``path`` is a directory with at least one FinBench file in it or in a folder of it."""
    return path.is_dir() and next(_files(path), None) is not None


def read(path: Path) -> Iterator[Fields]:
    """Contract events of a FinBench directory, in event-time order; amounts in fen, times in µs UTC.

    Raises ValueError where the directory holds no FinBench file.
    """
    files = sorted(_files(path), key=lambda file: (file.parent.name, ORDER[_stem(file)]))
    if not files:
        raise ValueError(f"{path}: no FinBench file in it")
    loans = _load(files)
    return (event for *_, event in heapq.merge(_lenders(loans), *(_events(file, loans) for file in files)))


def _files(path: Path) -> Iterator[Path]:
    for pattern in ("*.csv", "*.csv.gz", "*/*.csv", "*/*.csv.gz"):
        yield from (file for file in path.glob(pattern) if _stem(file) in MAPPINGS)


def _stem(file: Path) -> str:
    return file.name.split(".")[0]


def _rows(file: Path) -> Iterator[Row]:
    """Rows as dicts; of a row of the wrong length only the raw line, under the empty name."""
    open_text: Callable = gzip.open if file.suffix == ".gz" else Path.open
    with open_text(file, "rt", encoding="utf-8") as lines:
        header = next(lines, "").rstrip("\n").split("|")
        for line in lines:
            cells = line.rstrip("\n").split("|")
            yield dict(zip(header, cells)) if len(cells) == len(header) else {"": line.rstrip("\n")}


def _events(file: Path, loans: Loans) -> Iterator[Ordered]:
    """Tuples that sort before it comes to comparing events."""
    stem, source = _stem(file), f"finbench:{file.parent.name}"
    mapping, place, time = MAPPINGS[stem], ORDER[_stem(file)], 0
    for number, row in enumerate(_rows(file), start=1):
        try:
            time = time_us(row["createTime"] if "createTime" in row else row["deleteTime"])
            parts = list(mapping(row, time, loans))
        except UNREADABLE:
            parts = [(f"finbench/{stem}", {"row": "|".join(row.values())})]  # at the time of the row before
        for part, (stream, fields) in enumerate(parts):
            envelope = {
                "stream": stream,
                "event_id": f"{stem}-{number}-{part}",
                "source_id": source,
                "event_time": time,
            }
            yield time, place, source, number, part, envelope | fields


def _load(files: list[Path]) -> Loans:
    """Read ahead what loans need; rows that cannot be read are left to the merge to report."""
    loans = Loans()
    for file in files:
        stem = _stem(file)
        if MAPPINGS[stem] is apply_loan:
            _each(file, partial(_load_application, loans))
        elif MAPPINGS[stem] is guarantee:
            key = company_key if "Company" in stem else person_key
            _each(file, partial(_load_guarantee, loans, key))
    for folder in sorted({file.parent for file in files}):
        for file in (*folder.glob("Loan.csv"), *folder.glob("Loan.csv.gz")):
            loans.terms.update((row["loanId"], row) for row in _rows(file) if "loanId" in row)
    for given in loans.guarantees.values():
        given.sort()
    return loans


def _each(file: Path, load: Callable[[Row], None]) -> None:
    for row in _rows(file):
        try:
            load(row)
        except UNREADABLE:
            continue


def _load_application(loans: Loans, row: Row) -> None:
    time, loan, lender = time_us(row["createTime"]), row["loanId"], row["org"]
    loans.borrower[loan] = person_key(row["personId"]) if "personId" in row else company_key(row["companyId"])
    loans.lender[loan] = lender
    loans.first_seen[lender] = min(time, loans.first_seen.get(lender, time))


def _load_guarantee(loans: Loans, key: Callable[[str], str], row: Row) -> None:
    given = (time_us(row["createTime"]), key(row["fromId"]))
    loans.guarantees.setdefault(key(row["toId"]), []).append(given)


def _lenders(loans: Loans) -> Iterator[Ordered]:
    """The lending organisations, each registered at the time of its first loan."""
    source = "finbench:lenders"
    for number, (time, name) in enumerate(sorted((time, name) for name, time in loans.first_seen.items())):
        party = {"party": lender_key(name), "kind": "org", "name": name}
        envelope = {"stream": "party.events", "event_id": f"lender-{number}", "source_id": source, "event_time": time}
        yield time, -1, source, number, 0, envelope | party
