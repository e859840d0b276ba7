"""The store: migrated from every released revision, and the same as the tables the code speaks to."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from chuantou.cases import store as module
from chuantou.cases.store import open_store, upgrade, writing
from chuantou.cases.tables import metadata

SCRIPTS = ScriptDirectory(str(module.Path(module.__file__).parent / "migrations"))
REVISIONS = [script.revision for script in SCRIPTS.walk_revisions()]


def test_a_new_store_has_the_tables_that_the_code_speaks_to(store: str) -> None:
    def differences(connection: Connection) -> list:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async def work() -> list:
        engine = await open_store(store)
        async with engine.connect() as connection:
            return await connection.run_sync(differences)

    assert asyncio.run(work()) == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_store_of_a_released_revision_is_brought_to_the_newest(store: str, revision: str) -> None:
    async def work() -> tuple[str, int]:
        engine = await open_store(store)
        async with writing(engine) as connection:
            await connection.run_sync(metadata.drop_all)
            await connection.execute(text("DROP TABLE alembic_version"))
            await connection.run_sync(upgrade, revision)
            await connection.execute(text("INSERT INTO read_offsets VALUES ('out.alerts', 0, 7)"))
        await engine.dispose()
        engine = await open_store(store)
        async with engine.connect() as connection:
            version = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one()
            return version, (await connection.execute(text("SELECT next FROM read_offsets"))).scalar_one()

    assert asyncio.run(work()) == (SCRIPTS.get_current_head(), 7)


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "sqlite://", "oracle://a"])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="store"):
        asyncio.run(open_store(url))
