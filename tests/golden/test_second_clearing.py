"""G5 and its twin: second clearing (catalogue §10.1), to the fen."""

import json
from pathlib import Path

import pytest

from chuantou.detectors.engine import Engine
from chuantou.schemas.clock import iso_shanghai
from chuantou.schemas.columns import to_batches
from chuantou.schemas.decode import decode_lines
from tests.detectors.scenario import alerts, at, fen, only, run
from tests.detectors.stories.second_clearing import every_day, fourteen_shops

CONTRACT = Path(__file__).parents[1] / "data" / "contract" / "events.jsonl"


@pytest.mark.parametrize("story", [fourteen_shops, every_day])
def test_g5_fourteen_shops_without_a_licence(story) -> None:
    told = story()
    alert = only(run(told.scenario), "PAY-07", told.subject)
    assert (alert.severity, alert.clause, alert.amount_fen) == ("red", "二(二)3", fen(596_280))
    assert alert.amount_high_fen == fen(596_280)
    expected = {"settled_fen": fen(596_280), "received_fen": fen(600_000), "split_ppm": 993_800, "n_payees": 14, "fee_ppm": 6_200}
    assert {name: alert.values[name] for name in expected} == expected


def test_g5_is_known_when_the_fourteenth_shop_is_paid() -> None:
    told = fourteen_shops()
    alert = only(run(told.scenario), "PAY-07", told.subject)
    assert alert.first_breach == iso_shanghai(at("2016-08-02T14:13"))


def test_g5_twin_the_supermarket_of_the_contract_is_silent() -> None:
    lines = [line for line in CONTRACT.read_bytes().splitlines() if json.loads(line)["event_id"].startswith("g5-")]
    events, dead = decode_lines(lines, str)
    assert (len(lines), dead) == (50, [])
    engine = Engine(rewind=False)
    engine.accept(list(to_batches(events).values()))
    engine.close()
    assert alerts(engine, "PAY-07") == []
