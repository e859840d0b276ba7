"""Whether the ``checkCode`` of an IFCERT batch is that of its records.

The handbook leaves it to a tool, CertToolV1, whose source is not published. Its edition in public PHP clients
(emmetltd/ifcert and SureYee/laravel-ifcert on GitHub) is the MD5, in hexadecimal, of a text that the caller hands over – and
callers differ: the records as JSON, as Java prints a list of maps, or the time stamp alone, which seals no record. A code that is
none of these is told and refuses nothing: the method is not proved, and a platform must not be able to silence itself by a wrong
number.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

RECORDS, TIMESTAMP = "records", "timestamp"
_code = re.compile(r"[0-9a-f]{32}\Z").match


class _Sealed(msgspec.Struct):
    dataList: msgspec.Raw  # noqa: N815 - the interface's name


def sealed(code: str | None, batch: str, records: list[Any], timestamp: str | None) -> str | None:
    """What the code seals: ``RECORDS``, or the ``TIMESTAMP`` alone; None where it is the code of neither.

    ``batch`` is the JSON text of the whole batch, ``records`` its parsed ``dataList``.
    """
    code = (code or "").lower()
    if not _code(code):
        return None
    if any(_md5(text) == code for text in _texts(batch, records)):
        return RECORDS
    return TIMESTAMP if timestamp is not None and _md5(timestamp) == code else None


def _texts(batch: str, records: list[Any]) -> Iterator[str]:
    """The texts of the records that platforms hand to the tool."""
    try:
        written = bytes(msgspec.json.decode(batch, type=_Sealed).dataList).decode()
    except msgspec.DecodeError:  # half a surrogate, which Python's reader lets pass
        return
    yield written
    yield _as_java_prints(records)
    try:
        yield json.dumps(records, ensure_ascii=False, separators=(",", ":"))
        yield json.dumps(records, separators=(",", ":")).replace("/", "\\/")  # as PHP does
    except TypeError:  # a number with a point, though the interface writes all values as text: how it was written is not known
        return


def _as_java_prints(value: Any) -> str:
    """
    >>> _as_java_prints([{"transId": "t1", "replanId": None}])
    '[{transId=t1, replanId=null}]'
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={_as_java_prints(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_as_java_prints, value)) + "]"
    return {None: "null", True: "true", False: "false"}[value] if value is None or isinstance(value, bool) else str(value)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
