"""A city in which nobody does anything unlawful: no accusation, and next to no leads (at most two per 1,000 accounts a week)."""

import pytest

from chuantou import city
from chuantou.detectors.engine import Engine
from chuantou.streams.files import read_jsonl

DAYS = 120


@pytest.mark.parametrize("events", [30_000, pytest.param(1_050_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("seed", [2016, 7])
def test_nobody_is_accused(tmp_path, events: int, seed: int) -> None:
    city.build(seed=seed, events=events, days=DAYS, lawful=True).write(tmp_path)
    engine = Engine(rewind=False)
    for block in read_jsonl(tmp_path / "events.jsonl"):
        engine.accept(block.batches)
    engine.close()
    alerts = engine.final_alerts()
    assert [(alert.detector, alert.subjects[0]) for alert in alerts if alert.severity != "log"] == []
    accounts, weeks = len(engine.core.world.accounts.ids), DAYS / 7
    assert len(alerts) <= 2 * accounts / 1_000 * weeks
    assert engine.core.world.ledger.end > events * 9 // 10
