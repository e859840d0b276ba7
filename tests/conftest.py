"""Hypothesis profiles: `short` for every run, `long` for runs that ask for slow tests (`-m slow`)."""

import pytest
from hypothesis import HealthCheck, settings

# Deadlines measure the machine, and the first call of a kernel compiles it. No examples are kept between runs: the same
# commit must give the same verdict.
settings.register_profile("short", max_examples=60, deadline=None, derandomize=True, database=None)
settings.register_profile(
    "long", max_examples=2_000, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def pytest_configure(config: pytest.Config) -> None:
    asks_for_slow = "slow" in config.option.markexpr and "not slow" not in config.option.markexpr
    settings.load_profile("long" if asks_for_slow else "short")
