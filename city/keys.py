"""Keys that pass their check digits: organisations (USCC), banks (CNAPS), natural persons (opaque hashes).

Every key is a hash of the seed, a namespace and a running number, so that one scheme's keys never depend on how many
keys another scheme drew.
"""

import hashlib

from chuantou.schemas.party_keys import USCC_ALPHABET, uscc_check_char

ORG_CODE_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def organisation_key(region: str, seed: int, namespace: str, number: int, code: str = "91") -> str:
    """``uscc:<18>`` registered in ``region`` (6 digits), with both check digits right (§7.1).

    ``code``: ``91`` a company, ``11`` an organ of state.
    """
    residue = int.from_bytes(_digest(seed, namespace, "org", number)[:8], "big")
    body = "M"
    for _ in range(7):
        residue, place = divmod(residue, len(USCC_ALPHABET))
        body += USCC_ALPHABET[place]
    number17 = code + region + body + _org_code_check(body)
    return "uscc:" + number17 + uscc_check_char(number17)


def person_key(seed: int, namespace: str, number: int) -> str:
    """``person:<16 hex>``: stands for the keyed hash of an identity number."""
    return "person:" + _digest(seed, namespace, "person", number)[:8].hex()


def cnaps(bank_type: str, city: str, branch: str) -> str:
    """12-digit payment-system bank number: type (3), city (4), branch (4), check digit by ISO 7064 MOD 11,10 (§7.1)."""
    digits = bank_type + city + branch
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return digits + str((11 - product) % 10)


def _digest(seed: int, namespace: str, kind: str, number: int) -> bytes:
    return hashlib.sha256(f"{seed}/{namespace}/{kind}/{number}".encode()).digest()


def _org_code_check(body: str) -> str:
    """Ninth character of the organisation code: 0–9 count as themselves, A–Z as 10–35."""
    check = 11 - sum(int(c, 36) * w for c, w in zip(body, ORG_CODE_WEIGHTS)) % 11
    return {10: "X", 11: "0"}.get(check, str(check))
