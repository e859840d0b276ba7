"""Amounts of bank messages as exact fen, or, where they are none, as the text that the decoder will refuse by name."""

import re
from decimal import Decimal

YUAN_CODES = frozenset({"CNY", "RMB", "156"})
_DECIMAL = re.compile(r"[0-9]{0,17}(?:\.[0-9]*)?\Z")
_COMMA = re.compile(r"[0-9]{1,14},[0-9]*\Z")  # SWIFT 15d: the comma is required, nothing groups thousands


def fen_of(text: str | None, currency: str | None) -> int | str:
    """Exact fen of a decimal amount in yuan (no currency means yuan, that of the feed).

    A sign, an exponent, a separator of thousands, a part of a fen or another currency stays the text that it is, with its
    currency: the side of an amount is told apart, and what is not yuan has no field in the contract.
    """
    if text is None:
        return ""
    if currency is not None and currency not in YUAN_CODES:
        return f"{text} {currency}"
    whole, _, cents = text.partition(".")
    if len(cents) <= 2 and whole.isdigit() and whole.isascii() and len(whole) <= 17 and _digits(cents):
        return int(whole) * 100 + int((cents + "00")[:2])
    if not _DECIMAL.match(text) or text in ("", "."):
        return text
    fen = Decimal(text) * 100
    return int(fen) if fen == fen.to_integral_value() else text


def fen_of_comma(text: str, currency: str | None) -> int | str:
    """The same of an amount as SWIFT writes it: ``1234,5`` or ``1234,``."""
    return fen_of(text.replace(",", "."), currency) if _COMMA.match(text) else f"{text} {currency or ''}".strip()


def _digits(cents: str) -> bool:
    return not cents or (cents.isdigit() and cents.isascii())
