"""Versions of alerts as the engine tells them."""

from typing import Any

from chuantou.streams.alert_versions import Told
from tests.console.sample_alerts import sample_alert

HOUR_US = 3_600_000_000


def version(alert_id: str = "a1", number: int = 1, **other: Any) -> Told:
    """A version of a red alert of county 320902, told an hour after the one before; ``other`` replaces fields."""
    fields = {"kind": "created" if number == 1 else "amended", "score": 90 - number} | other
    return Told(sample_alert(alert_id, version=number, **fields), number * HOUR_US)
