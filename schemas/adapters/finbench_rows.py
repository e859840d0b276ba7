"""FinBench rows as contract events: keys, units, and one mapping for each kind of row (read by `finbench`)."""

import datetime as dt
import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from chuantou.schemas.clock import micros
from chuantou.schemas.party_keys import USCC_ALPHABET, uscc_check_char

Row = dict[str, str]
Fields = dict[str, Any]

TERM_DAYS = 365
MEMO_LENGTH = 1_000
RELATIVES = frozenset({"parents", "siblings", "other relatives"})
BODIES = len(USCC_ALPHABET) ** 8


@dataclass
class Loans:
    """What rows about loans need from other files: loaded before the merge, small beside the transfers."""

    borrower: dict[str, str] = field(default_factory=dict)
    lender: dict[str, str] = field(default_factory=dict)
    terms: dict[str, Row] = field(default_factory=dict)  # loanUsage, interestRate
    guarantees: dict[str, list[tuple[int, str]]] = field(default_factory=dict)  # by guaranteed party: (time, guarantor)
    first_seen: dict[str, int] = field(default_factory=dict)  # lending organisation: time of its first loan

    def guarantor(self, party: str, time: int) -> str | None:
        given = self.guarantees.get(party, [])
        place = bisect_right(given, time, key=lambda guarantee: guarantee[0])
        return given[place - 1][1] if place else None


def company_key(company_id: str) -> str:
    """``uscc:<18>`` of a company id below 31⁸ × 10⁶: one to one."""
    overflow, body = divmod(int(company_id), BODIES)
    return _synthetic_uscc("91", overflow, body)


def lender_key(name: str) -> str:
    body = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % BODIES
    return _synthetic_uscc("93", 0, body)


def person_key(person_id: str) -> str:
    return f"person:finbench-{person_id}"


def _synthetic_uscc(prefix: str, number: int, body: int) -> str:
    places = []
    for _ in range(8):
        body, place = divmod(body, len(USCC_ALPHABET))
        places.append(USCC_ALPHABET[place])
    code = f"{prefix}{number:06d}{''.join(reversed(places))}0"
    return "uscc:" + code + uscc_check_char(code)


def _fen(amount: str) -> int | str:
    return _scaled(amount, 100)


def _scaled(text: str, scale: int) -> int | str:
    """A decimal number times ``scale`` as an integer, or the text itself where that is not whole."""
    try:
        scaled = Decimal(text) * scale
    except InvalidOperation:
        return text
    return int(scaled) if scaled.is_finite() and scaled == scaled.to_integral_value() else text


def time_us(text: str) -> int:
    """µs UTC of epoch milliseconds (streams) or ``2020-01-11 04:50:58.312`` (snapshot)."""
    if text.isdigit():
        return int(text) * 1_000
    return micros(dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC))


def _account(number: str) -> str:
    return f"finbench:{number}"


def _loan_account(loan: str) -> str:
    return f"finbench:loan:{loan}"


def _listing(loan: str) -> str:
    return f"finbench-loan-{loan}"


def _date(time: int, days: int = 0) -> str:
    return (dt.datetime.fromtimestamp(time // 1_000_000, dt.UTC) + dt.timedelta(days=days, hours=8)).date().isoformat()


# One function a kind of row: (row, its time, loans) -> (stream, fields) for each event.
Mapping = Callable[[Row, int, Loans], Iterator[tuple[str, Fields]]]


def _person(row: Row, time: int, loans: Loans) -> Iterator[tuple[str, Fields]]:
    yield "party.events", {"party": person_key(row["personId"]), "kind": "person"}


def _company(row: Row, time: int, loans: Loans) -> Iterator[tuple[str, Fields]]:
    yield "party.events", {"party": company_key(row["companyId"]), "kind": "org", "name": row["companyName"]}


def _own(row: Row, time: int, loans: Loans) -> Iterator[tuple[str, Fields]]:
    owner = person_key(row["personId"]) if "personId" in row else company_key(row["companyId"])
    role = "PERSONAL_I" if "personId" in row else "OWN_GENERAL"
    account = _account(row["accountId"])
    yield "acct.events", {"type": "OPEN", "account": account, "owner": owner, "role": role, "role_basis": "bank"}


def _delete(row: Row, time: int, loans: Loans) -> Iterator[tuple[str, Fields]]:
    yield "acct.events", {"type": "CLOSE", "account": _account(row["accountId"])}


def _invest(holder_key: Callable[[str], str]) -> Mapping:
    def invest(row: Row, time: int, loans: Loans) -> Iterator[tuple[str, Fields]]:
        yield (
            "own.events",
            {
                "type": "SHAREHOLDER",
                "party": company_key(row["companyId"]),
                "holder": holder_key(row["investorId"]),
                "ratio_ppm": int(Decimal(row["ratio"]) * 1_000_000),
                "valid_from": _date(time),
            },
        )

    return invest


def guarantee(row: Row, time: int, loans: Loans) -> Iterator[tuple[str, Fields]]:
    """Guarantees themselves went into `Loans`; what remains is kinship (only persons have it)."""
    if row["relation"] in RELATIVES:
        yield "own.events", {"type": "KIN", "party": person_key(row["toId"]), "holder": person_key(row["fromId"])}


def apply_loan(row: Row, time: int, loans: Loans) -> Iterator[tuple[str, Fields]]:
    loan = row["loanId"]
    terms, borrower, platform = loans.terms.get(loan, row), loans.borrower[loan], lender_key(row["org"])
    listing, amount = _listing(loan), _fen(row["loanAmount"])
    yield (
        "acct.events",
        {"type": "OPEN", "account": _loan_account(loan), "owner": platform, "role": "BANK_INTERNAL"},
    )
    yield (
        "prod.events",
        {
            "type": "LISTING",
            "platform": platform,
            "listing": listing,
            "borrower": borrower,
            "amount_fen": amount,
            "rate_ppm": _scaled(terms.get("interestRate", ""), 1_000_000),
            "term_days": TERM_DAYS,
            "loan_use": terms.get("loanUsage"),
            "guarantor": loans.guarantor(borrower, time),
        },
    )
    plan = {"listing": listing, "plan_id": listing, "principal_fen": amount, "interest_fen": 0, "issue_no": 1}
    yield "prod.events", {"type": "REPAY_PLAN", "platform": platform, "due": _date(time, TERM_DAYS)} | plan


def _deposit(row: Row, time: int, loans: Loans) -> Iterator[tuple[str, Fields]]:
    loan, amount = row["loanId"], _fen(row["amount"])
    if loan in loans.borrower:
        said = {"listing": _listing(loan), "borrower": loans.borrower[loan], "amount_fen": amount}
        yield "prod.events", {"type": "DISBURSE", "platform": lender_key(loans.lender[loan])} | said
    marks = {"flow_class": "LOAN_OUT", "class_basis": "source", "listing": _listing(loan)}
    yield "clr.transfers", _move(_loan_account(loan), _account(row["accountId"]), row) | marks


def _repay(row: Row, time: int, loans: Loans) -> Iterator[tuple[str, Fields]]:
    loan = row["loanId"]
    payer = _account(row["accountId"] if "accountId" in row else row["account"])
    if loan in loans.borrower:
        paid = {"plan_id": _listing(loan), "principal_fen": _fen(row["amount"]), "interest_fen": 0}
        yield "prod.events", {"type": "REPAY", "platform": lender_key(loans.lender[loan])} | paid
    marks = {"flow_class": "REPAY_PRIN", "class_basis": "source", "plan_id": _listing(loan)}
    yield "clr.transfers", _move(payer, _loan_account(loan), row) | marks


def _transfer(row: Row, time: int, loans: Loans) -> Iterator[tuple[str, Fields]]:
    yield (
        "clr.transfers",
        _move(_account(row["fromId"]), _account(row["toId"]), row) | {"end_to_end_id": row["orderNum"]},
    )


def _withdraw(row: Row, time: int, loans: Loans) -> Iterator[tuple[str, Fields]]:
    marks = {"flow_class": "WITHDRAW", "class_basis": "source"}
    yield "clr.transfers", _move(_account(row["fromId"]), _account(row["toId"]), row) | marks


def _move(debtor: str, creditor: str, row: Row) -> Fields:
    memo = row.get("comment", "")[:MEMO_LENGTH] or None
    amount = _fen(row["amount"])
    return {"debtor_account": debtor, "creditor_account": creditor, "amount_fen": amount, "rail": "OTHER", "memo": memo}


# Within one instant parties come before what they own, and accounts before what moves on them: the order here.
MAPPINGS: dict[str, Mapping] = {
    "Person": _person,
    "AddPersonWrite1": _person,
    "Company": _company,
    "AddCompanyWrite2": _company,
    "PersonOwnAccount": _own,
    "AddPersonOwnAccountWrite4": _own,
    "CompanyOwnAccount": _own,
    "AddCompanyOwnAccountWrite5": _own,
    "PersonInvestCompany": _invest(person_key),
    "AddPersonInvestCompanyWrite8": _invest(person_key),
    "CompanyInvestCompany": _invest(company_key),
    "AddCompanyInvestCompanyWrite9": _invest(company_key),
    "PersonGuaranteePerson": guarantee,
    "AddPersonGuaranteePersonWrite10": guarantee,
    "AddPersonGuaranteePersonReadWrite3": guarantee,
    "CompanyGuaranteeCompany": guarantee,
    "AddCompanyGuaranteeCompanyWrite11": guarantee,
    "PersonApplyLoan": apply_loan,
    "AddPersonApplyLoanWrite6": apply_loan,
    "CompanyApplyLoan": apply_loan,
    "AddCompanyApplyLoanWrite7": apply_loan,
    "LoanDepositAccount": _deposit,
    "AddLoanDepositAccountWrite15": _deposit,
    "AccountTransferAccount": _transfer,
    "AddAccountTransferAccountWrite12": _transfer,
    "AddAccountTransferAccountReadWrite1": _transfer,
    "AddAccountTransferAccountReadWrite2": _transfer,
    "AccountWithdrawAccount": _withdraw,
    "AddAccountWithdrawAccountWrite13": _withdraw,
    "AccountRepayLoan": _repay,
    "AddAccountRepayLoanWrite14": _repay,
    "DeleteAccountWrite17": _delete,
}
