"""Alerts in the store: each version once, the newest shown, whatever the order in which they come."""

import asyncio
from itertools import permutations

import pytest
from sqlalchemy import select

from chuantou.cases import alert_intake, audit_chain
from chuantou.cases.store import open_store, writing
from chuantou.cases.tables import alerts
from chuantou.schemas.alerts import Alert
from chuantou.streams.alert_versions import Told
from tests.cases.told import version

VERSIONS = [
    version("a", 1, severity="yellow"), version("a", 2, severity="red"), version("a", 3, kind="withdrawn"), version("b", 1),
]  # fmt: skip


def taken(store: str, *batches: list[Told]) -> tuple[list[int], list[Alert], list[Told], audit_chain.Verdict]:
    """How many were new in each batch, the final alerts, all versions, and whether the audit chain is whole."""

    async def work() -> tuple[list[int], list[Alert], list[Told], audit_chain.Verdict]:
        engine = await open_store(store)
        new = []
        for batch in batches:
            async with writing(engine) as connection:
                new.append(await alert_intake.take(connection, batch, 0))
        async with engine.connect() as connection:
            final, told = await alert_intake.final_alerts(connection), await alert_intake.all_versions(connection)
            shown = {row.alert_id: row.version for row in await connection.execute(select(alerts))}
            assert shown == {alert.alert_id: alert.version for alert in final}
            verdict = await audit_chain.verify(connection, None)
        await engine.dispose()
        return new, final, told, verdict

    return asyncio.run(work())


def test_any_order_of_versions_ends_in_the_same_state(store: str, tmp_path) -> None:
    _, final, told, _ = taken(store, VERSIONS)
    assert [alert.version for alert in final] == [3, 1] and final[0].kind == "withdrawn"
    assert told == sorted(VERSIONS, key=lambda one: (one.known_at, one.alert.alert_id))
    for number, order in enumerate(permutations(VERSIONS)):
        mixed = taken(f"sqlite:///{tmp_path / f'order{number}.db'}", *([one] for one in order))
        assert mixed[1:3] == (final, told)


def test_a_version_that_is_told_twice_is_taken_once(store: str) -> None:
    new, _, told, verdict = taken(store, VERSIONS[:2], [*VERSIONS[1:], VERSIONS[3]], VERSIONS)
    assert new == [2, 2, 0]
    assert len(told) == 4
    assert verdict == audit_chain.Verdict(4, 0, None)  # one row of the chain a version


def test_a_version_with_other_words_is_refused_and_nothing_of_its_batch_taken(store: str) -> None:
    with pytest.raises(ValueError, match="alert a, version 1: told before with other words"):
        taken(store, [version("a", 1)], [version("c", 1), version("a", 1, score=1)])
    new, final, *_ = taken(store, [])
    assert new == [0] and [alert.alert_id for alert in final] == ["a"]


def test_two_stores_take_turns_at_one_database(store: str) -> None:
    async def work() -> audit_chain.Verdict:
        engines = [await open_store(store) for _ in range(4)]

        async def take(engine, at: int) -> None:
            for number in range(5):
                async with writing(engine) as connection:
                    await alert_intake.take(connection, [version(f"x{at}-{number}", 1)], 0)

        await asyncio.gather(*(take(engine, at) for at, engine in enumerate(engines)))
        async with engines[0].connect() as connection:
            return await audit_chain.verify(connection, None)

    assert asyncio.run(work()) == audit_chain.Verdict(20, 0, None)
