"""The audit chain: whatever is done or told is a row whose hash contains the hash of the row before.

A row that is changed, left out, put in or moved breaks the chain at its number. The head of each day is signed (Ed25519),
so that the whole chain cannot be written anew by somebody who has the database alone.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chuantou.cases.tables import audit, audit_heads
from chuantou.schemas.alerts import canonical_json, sha256_hex
from chuantou.schemas.clock import DAY_US, shanghai_day

GENESIS = "0" * 64
SHANGHAI_US = 8 * 3_600 * 1_000_000  # ahead of UTC
PAGE = 10_000


class Deed(NamedTuple):
    """What was done: by whom, what, to whom or what, and its content (anything that has a canonical form)."""

    actor: str
    action: str
    subject: str
    content: dict[str, Any]


class Verdict(NamedTuple):
    """Rows and signed heads that were checked; ``fault`` names the first that does not fit, with its reason."""

    rows: int
    heads: int
    fault: str | None


async def append(connection: AsyncConnection, at_us: int, deeds: Iterable[Deed]) -> None:
    """Add rows behind the last one, inside the caller's transaction."""
    last = (await connection.execute(select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1))).first()
    number, before = (last.number, last.hash) if last else (0, GENESIS)
    rows = []
    for deed in deeds:
        number += 1
        content = canonical_json(deed.content).decode()
        before = row_hash(before, number, at_us, deed.actor, deed.action, deed.subject, content)
        rows.append({"number": number, "at_us": at_us, "actor": deed.actor, "action": deed.action, "subject": deed.subject,
                     "content": content, "hash": before})  # fmt: skip
    if rows:
        await connection.execute(insert(audit), rows)


def row_hash(before: str, number: int, at_us: int, actor: str, action: str, subject: str, content: str) -> str:
    """SHA-256 of the canonical JSON of the row and the hash before it."""
    return sha256_hex(canonical_json([before, number, at_us, actor, action, subject, content]))


async def sign_heads(connection: AsyncConnection, key: Ed25519PrivateKey, at_us: int) -> None:
    """Sign the last row of every finished Shanghai day that has rows and no signed head yet."""
    signed = {day for (day,) in await connection.execute(select(audit_heads.c.day))}
    numbers = select(func.max(audit.c.number)).group_by((audit.c.at_us + SHANGHAI_US) // DAY_US)
    rows = await connection.execute(select(audit.c.number, audit.c.at_us, audit.c.hash).where(audit.c.number.in_(numbers)))
    for number, at, digest in sorted(tuple(row) for row in rows):
        day = shanghai_day(at)
        if day < shanghai_day(at_us) and day not in signed:
            await connection.execute(insert(audit_heads), [
                {"day": day, "number": number, "hash": digest, "signature": key.sign(head_text(day, number, digest))}
            ])  # fmt: skip


def head_text(day: int, number: int, digest: str) -> bytes:
    """What is signed of a day's head."""
    return canonical_json(["chuantou audit head", day, number, digest])


async def verify(connection: AsyncConnection, key: Ed25519PublicKey | None) -> Verdict:
    """Walk the chain from its first row; without ``key`` the signatures are left out."""
    heads = {row.number: row for row in await connection.execute(select(audit_heads))}
    before, expected, checked = GENESIS, 1, 0
    while True:
        page = select(audit).where(audit.c.number >= expected).order_by(audit.c.number).limit(PAGE)
        rows = (await connection.execute(page)).all()
        for row in rows:
            if row.number != expected:
                return Verdict(expected - 1, checked, f"row {expected} is missing")
            before = row_hash(before, row.number, row.at_us, row.actor, row.action, row.subject, row.content)
            if row.hash != before:
                return Verdict(expected - 1, checked, f"row {expected} ({row.action} {row.subject}) was changed")
            head = heads.pop(row.number, None)
            if head is not None and key is not None:
                if head.hash != row.hash or not _signed(key, head):
                    return Verdict(expected, checked, f"the signed head of row {expected} does not fit")
                checked += 1
            expected += 1
        if len(rows) < PAGE:
            break
    beyond = min(heads, default=None)
    fault = f"rows up to {beyond} were signed, the chain ends at {expected - 1}" if beyond is not None else None
    return Verdict(expected - 1, checked, fault)


def _signed(key: Ed25519PublicKey, head: Any) -> bool:
    try:
        key.verify(head.signature, head_text(head.day, head.number, head.hash))
    except InvalidSignature:
        return False
    return True
