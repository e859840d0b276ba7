"""Stores of both kinds: every test of the case room runs on SQLite and on PostgreSQL."""

import asyncio
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.cases import postgres

NAMES = count()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not postgres.installed():
        if os.environ.get("CHUANTOU_REQUIRE_POSTGRES"):
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed")
    with postgres.server(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'cases.db'}"
    server, name = request.getfixturevalue("postgres_url"), f"cases_{os.getpid()}_{next(NAMES)}"
    asyncio.run(create_database(server, name))
    return f"{server}{name}"


async def create_database(server: str, name: str) -> None:
    engine = create_async_engine(server.replace("postgresql:", "postgresql+asyncpg:") + "postgres", isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await engine.dispose()
