"""Names of accounts and parties in bank messages: one account has one name, whichever message it stands in (catalogue §7.1)."""

import hashlib
import re
from functools import lru_cache

from chuantou.schemas.party_keys import cnaps_check_ok, uscc_check_ok

# The first three digits of a 支付系统行号 by the first six letters of the bank's BIC.
BANKS = {
    "ICBKCN": "102", "ABOCCN": "103", "BKCHCN": "104", "PCBCCN": "105", "COMMCN": "301", "CIBKCN": "302", "EVERCN": "303",
    "HXBKCN": "304", "MSBCCN": "305", "GDBKCN": "306", "SZDBCN": "307", "CMBCCN": "308", "FJIBCN": "309", "SPDBCN": "310",
    "PSBCCN": "403",
}  # fmt: skip
_NAMED = re.compile(r"[0-9]{3}:")


@lru_cache(maxsize=4_096)
def bank_digits(bank: str | None) -> str | None:
    """The three digits of a bank that is given by its 行号 (with the right check digit) or by its BIC; None of any other."""
    if bank is None:
        return None
    return bank[:3] if cnaps_check_ok(bank) else BANKS.get(bank[:6].upper())


def bic_of(text: str) -> str:
    """A BIC in its one form: the ``XXX`` of a head office is left off."""
    return text[:8] if len(text) == 11 and text.endswith("XXX") else text


def account_id(number: str, *banks: str | None) -> str:
    """``104:6217…``: the bank's three digits and the number; the number alone where no bank is known."""
    if _NAMED.match(number):
        return number
    for bank in banks:
        digits = bank_digits(bank)
        if digits is not None:
            return f"{digits}:{number}"
    return number


def is_masked(number: str) -> bool:
    """Whether digits are hidden: such a number may be many accounts, and a weak key never merges two (§3.2, DQ-12)."""
    return "*" in number or "＊" in number


def outside_account(source: str, event_id: str) -> str:
    """An account that the message does not name: one of its own for each movement.

    Two unknown accounts are not known to be one; as one, money that leaves to somebody would seem to come back from him.
    """
    return "external:" + hashlib.sha256(f"{source}|{event_id}".encode()).hexdigest()[:24]


def party_of(code: str | None) -> str | None:
    """``uscc:…`` of an organisation's identification that is a 统一社会信用代码 with the right check digit; else None."""
    return f"uscc:{code}" if code is not None and len(code) == 18 and uscc_check_ok(code) else None
