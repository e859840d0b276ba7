"""The case store: a database by URL, brought to the newest revision when it is opened.

``sqlite:///PATH`` (write-ahead log, one file, nothing to install) or ``postgresql://USER@HOST/NAME``.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
WRITES = "chuantou_writes"
ONE_WRITER = 0x6368_7561_6E74_6F75  # the advisory lock's number: "chuantou"
BUSY_MS = 30_000  # how long one process waits for another one's transaction


async def open_store(url: str) -> AsyncEngine:
    """Connect to the store and migrate it to the newest revision. ValueError for a URL that is none of the two kinds."""
    engine = create_async_engine(_address(url))
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    async with writing(engine) as connection:
        await connection.run_sync(upgrade)
    return engine


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction that writes: one at a time in all processes, so that what it read still holds when it commits."""
    async with engine.execution_options(**{WRITES: True}).begin() as connection:
        if engine.dialect.name == "postgresql":
            await connection.execute(select(func.pg_advisory_xact_lock(ONE_WRITER)))
        yield connection


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Migrate inside the connection's transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _address(url: str) -> Any:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ValueError(f"store {url!r}: expected sqlite:///PATH or postgresql://USER@HOST/NAME") from error
    if parsed.drivername not in DRIVERS:
        raise ValueError(f"store {parsed.render_as_string()}: expected sqlite:///PATH or postgresql://USER@HOST/NAME")
    if parsed.drivername == "sqlite" and not parsed.database:
        raise ValueError("store sqlite: a file is needed, sqlite:///PATH")
    return parsed.set(drivername=DRIVERS[parsed.drivername])


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITES) else "BEGIN")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    for pragma in ("journal_mode = WAL", "synchronous = FULL", f"busy_timeout = {BUSY_MS}", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
