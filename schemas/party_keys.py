"""Check digits of the identifiers that name parties and banks (catalogue §7.1).

A wrong digit is a data-quality flag (`USCC_CHECK`), never a reason to refuse or to merge: a few genuine old codes fail.
"""

import hashlib
import hmac

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
RESIDENT_ID_CHECKS = "10X98765432"  # GB 11643: by the weighted sum mod 11


def uscc_check_ok(key: str) -> bool:
    """Whether a 统一社会信用代码, bare or as `uscc:<18 chars>`, has the right form and check digit (GB 32100-2015)."""
    code = key.removeprefix("uscc:")
    return len(code) == 18 and all(char in USCC_ALPHABET for char in code) and uscc_check_char(code[:17]) == code[17]


def uscc_check_char(body: str) -> str:
    """The 18th character for the 17 of `body`: −Σ cᵢ·3^(i−1) mod 31; ValueError outside the alphabet."""
    total = sum(USCC_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return USCC_ALPHABET[-total % 31]


def cnaps_check_ok(code: str) -> bool:
    """Whether a 支付系统行号 is 12 digits with the right ISO 7064 MOD 11,10 check digit."""
    if len(code) != 12 or not code.isascii() or not code.isdigit():
        return False
    product = 10
    for digit in code[:11]:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(code[11])


def resident_id_check_ok(number: str) -> bool:
    """Whether an 18-character 居民身份证 number has the right ISO 7064 MOD 11-2 check (GB 11643).

    Asked at the edge, before the number is hashed; no number enters an event.
    """
    body, check = number[:17], number[17:]
    if len(number) != 18 or not body.isascii() or not body.isdigit():
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))
    return RESIDENT_ID_CHECKS[total % 11] == check


def keyed_hash(value: str, key: bytes) -> str:
    """HMAC-SHA-256 of what names a natural person, 32 hex digits: the same person by the same key, nobody without it (§3.2)."""
    return hmac.new(key, value.encode("utf-8"), hashlib.sha256).hexdigest()[:32]
