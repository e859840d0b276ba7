"""The audit chain names the first row that was changed, left out, put in or moved."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chuantou.cases import audit_chain
from chuantou.cases.audit_chain import Deed, Verdict
from chuantou.cases.store import open_store, writing
from chuantou.schemas.clock import DAY_US

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes([1] * 32))


def chain(store: str, tamper: Callable[[AsyncConnection], Awaitable[None]] | None = None, signed: bool = True) -> Verdict:
    """Ten rows on two days, the first day's head signed; then ``tamper``, then the verdict."""

    async def work() -> Verdict:
        engine = await open_store(store)
        async with writing(engine) as connection:
            for day, rows in ((0, 6), (1, 4)):
                deeds = [Deed("王主任", "case.class", f"case-{day}-{n}", {"class": "2", "第": n}) for n in range(rows)]
                await audit_chain.append(connection, day * DAY_US, deeds)
            await audit_chain.sign_heads(connection, KEY, DAY_US)
            if tamper is not None:
                await tamper(connection)
        async with engine.connect() as connection:
            verdict = await audit_chain.verify(connection, KEY.public_key() if signed else None)
        await engine.dispose()
        return verdict

    return asyncio.run(work())


def sql(*statements: str) -> Callable[[AsyncConnection], Awaitable[None]]:
    async def tamper(connection: AsyncConnection) -> None:
        for statement in statements:
            await connection.execute(text(statement))

    return tamper


def test_a_chain_that_nobody_touched_is_whole(store: str) -> None:
    assert chain(store) == Verdict(10, 1, None)


def test_an_empty_chain_is_whole(store: str) -> None:
    async def work() -> Verdict:
        engine = await open_store(store)
        async with engine.connect() as connection:
            return await audit_chain.verify(connection, None)

    assert asyncio.run(work()) == Verdict(0, 0, None)


@pytest.mark.parametrize(
    ("statements", "rows", "says"),
    [
        (["UPDATE audit SET content = '{\"class\":\"0\"}' WHERE number = 4"], 3, "row 4 (case.class case-0-3) was changed"),
        (["UPDATE audit SET actor = '李主任' WHERE number = 1"], 0, "row 1 (case.class case-0-0) was changed"),
        (["UPDATE audit SET at_us = at_us + 1 WHERE number = 10"], 9, "row 10 (case.class case-1-3) was changed"),
        (["DELETE FROM audit WHERE number = 5"], 4, "row 5 is missing"),
        (["DELETE FROM audit WHERE number = 5", "UPDATE audit SET number = 5 WHERE number = 10"], 4,
         "row 5 (case.class case-1-3) was changed"),
        (["UPDATE audit SET number = 99 WHERE number = 2", "UPDATE audit SET number = 2 WHERE number = 3",
          "UPDATE audit SET number = 3 WHERE number = 99"], 1, "row 2 (case.class case-0-2) was changed"),
        (["DELETE FROM audit WHERE number > 5"], 5, "rows up to 6 were signed, the chain ends at 5"),
        (["DELETE FROM audit"], 0, "rows up to 6 were signed, the chain ends at 0"),
        (["UPDATE audit_heads SET day = day + 1"], 6, "the signed head of row 6 does not fit"),
    ],
)  # fmt: skip
def test_the_first_fault_is_named(store: str, statements: list[str], rows: int, says: str) -> None:
    verdict = chain(store, sql(*statements))
    assert (verdict.rows, verdict.fault) == (rows, says)


def test_a_chain_written_anew_without_the_key_is_noticed(store: str) -> None:
    async def forge(connection: AsyncConnection) -> None:
        await connection.execute(text("DELETE FROM audit"))
        await connection.execute(text("DELETE FROM audit_heads"))
        await audit_chain.append(connection, 0, [Deed("王主任", "case.class", "case", {"class": "0"})] * 6)
        await audit_chain.sign_heads(connection, OTHER, DAY_US)

    assert chain(store, forge).fault == "the signed head of row 6 does not fit"
    assert chain(store, forge, signed=False).fault is None  # without the public key nobody can tell: publish the heads


def test_content_without_a_canonical_form_is_refused(store: str) -> None:
    async def work() -> None:
        engine = await open_store(store)
        async with writing(engine) as connection:
            await audit_chain.append(connection, 0, [Deed("a", "b", "c", {"share": 0.5})])

    with pytest.raises(TypeError, match=r"\$.share"):
        asyncio.run(work())
