"""JSON objects of hostile files one by one: in lines, in an array, or simply after another; strict, bounded, exact.

Numbers come as int or Decimal, never as float. An object that names a key twice says two things, and is refused.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO, NoReturn

from chuantou.schemas.dead_letters import BrokenRuleError, Reason, shown
from chuantou.schemas.diagnose import DEPTH_MAX, nesting

CHUNK = 1 << 18
OBJECT_MAX = 16 << 20  # bytes of one object
BETWEEN = b" \t\r\n,[]\xef\xbb\xbf"
_MARK = re.compile(rb'["{}]')
_REST = re.compile(rb'(?:[^"\\]|\\.)*+("?)', re.DOTALL)  # of a string, to its end or as far as it has come


def json_objects(stream: BinaryIO) -> Iterator[bytes]:
    """The outermost objects, as they were written. `BrokenRuleError` ends the file: other data between them, or no end."""
    waiting, at, depth, start, quoted = b"", 0, 0, 0, False
    while chunk := stream.read(CHUNK):
        waiting += chunk
        while True:
            if quoted:
                rest = _REST.match(waiting, at)
                at, quoted = (rest.end(), not rest[1]) if rest else (at, True)
                if quoted:
                    break
            token = _MARK.search(waiting, at)
            if token is None:
                at = len(waiting)
                break
            at = token.end()
            if token[0] == b"{":
                if depth == 0:
                    _check_between(waiting[start : token.start()])
                    start = token.start()
                depth += 1
            elif depth == 0:
                _check_between(waiting[start:at])
            elif token[0] == b'"':
                quoted = True
            else:
                depth -= 1
                if depth == 0:
                    yield waiting[start:at]
                    start = at
        if depth == 0:
            _check_between(waiting[start:])
            start = len(waiting)
        waiting, at, start = waiting[start:], at - start, 0
        if len(waiting) > OBJECT_MAX:
            raise BrokenRuleError(Reason.TOO_LONG, "$", f"an object of more than {OBJECT_MAX} bytes", f"at most {OBJECT_MAX}")
    if depth:
        raise BrokenRuleError(Reason.BAD_JSON, "$", "the end of the file inside an object", "whole objects")


def _check_between(raw: bytes) -> None:
    if raw.strip(BETWEEN):
        raise BrokenRuleError(Reason.BAD_JSON, "$", shown(raw.strip(BETWEEN)[:40].decode("utf-8", "replace")), "objects alone")


def parsed(raw: bytes) -> dict[str, Any]:
    """The object; UTF-8, or GB18030 where it is not. `BrokenRuleError` says what is wrong."""
    text = text_of_json(raw)
    if raw.count(b"{") + raw.count(b"[") > DEPTH_MAX and nesting(raw) > DEPTH_MAX:
        raise BrokenRuleError(Reason.TOO_DEEP, "$", f"{nesting(raw)} levels", f"at most {DEPTH_MAX} levels")
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_once)
    except ValueError as error:  # also: an integer of more than 4,300 digits
        raise BrokenRuleError(Reason.BAD_JSON, "$", str(error)[:200], "one JSON object, no key twice") from None


def text_of_json(raw: bytes) -> str:
    """UTF-8, or GB18030 where it is not; `BrokenRuleError` where it is neither."""
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    raise BrokenRuleError(Reason.NOT_UTF8, "$", "bytes that are neither", "UTF-8 or GB18030")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    known = dict(pairs)
    if len(known) != len(pairs):
        twice = next(key for i, (key, _) in enumerate(pairs) if key in dict(pairs[:i]))
        raise ValueError(f"the key {twice!r} twice")
    return known
