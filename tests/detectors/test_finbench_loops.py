"""FLOW-01 on FinBench: the engine finds the loops that a plain networkx enumeration of the same rule finds, no others."""

import json
import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from benchmarks.finbench_loops import Move, moves_of, networkx_loops
from chuantou.detectors.contract import Detector, Finding
from chuantou.detectors.engine import Engine
from chuantou.graph.accounts import IS_LOOP_BLOCKED
from chuantou.graph.world import Segment, World
from chuantou.schemas.adapters import finbench
from chuantou.schemas.clock import DAY_US
from chuantou.schemas.columns import to_batches
from chuantou.schemas.decode import decode_lines

SLICE = Path(__file__).parents[1] / "data" / "finbench"
SHARED = Path("/work/shared/data")
BATCH = 5_000
FIRST_TRANSFERS = 40_000

Events = list[dict[str, Any]]


class Recorder(Detector):
    """Finds nothing, and keeps every transfer and every loop that passes by."""

    id = "TEST-LOOPS"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.moves: list[Move] = []
        self.loops: list[tuple[int, ...]] = []

    def observe(self, segment: Segment) -> Iterator[Finding]:
        accounts = self.world.accounts
        blocked = IS_LOOP_BLOCKED[accounts.table.role]
        ends = segment.time.tolist(), segment.debtor.tolist(), segment.creditor.tolist(), segment.fen.tolist()
        self.moves += [
            Move(time, accounts.ids.names[payer], accounts.ids.names[payee], fen, bool(blocked[payer] or blocked[payee]))
            for time, payer, payee, fen in zip(*ends)
        ]
        self.loops += [loop.rows for loop in segment.loops]
        return iter(())


def judged(events: Events) -> Recorder:
    """What passes by a detector when the engine plays the events in batches."""
    decoded, dead = decode_lines([json.dumps(event).encode() for event in events], str)
    assert not dead
    engine = Engine(rewind=False)
    recorder = Recorder(engine.core.world)
    engine.core.detectors.append(recorder)
    for start in range(0, len(decoded), BATCH):
        engine.step(list(to_batches(decoded[start : start + BATCH]).values()))
    engine.close()
    assert engine.core.world.loops.truncated == 0
    return recorder


def assert_same_loops(events: Events) -> set[tuple[int, ...]]:
    """Engine and networkx agree; returns the loops as rows of transfers in booking order."""
    told, recorder = moves_of(events), judged(events)
    assert recorder.moves == told
    expected = networkx_loops(told)
    assert len(recorder.loops) == len(expected)
    assert set(recorder.loops) == expected
    return expected


def with_returns(events: Events, seed: int) -> Events:
    """Every other payment comes back over others: 75 to 101 % kept a hop, 3 to 7 accounts, in up to three weeks."""
    draw = random.Random(seed)
    moves = [event for event in events if event["stream"] == "clr.transfers"]
    accounts = sorted({move["creditor_account"] for move in moves})
    planted: Events = []
    for number, move in enumerate(moves[::2]):
        others = draw.sample(accounts, draw.randint(1, 5))
        way = [move["creditor_account"], *others, move["debtor_account"]]
        time, fen = move["event_time"], move["amount_fen"]
        for hop, (payer, payee) in enumerate(pairwise(way)):
            time += draw.randint(1, 3 * DAY_US)
            fen = max(1, fen * draw.randint(75, 101) // 100)
            changed = {"event_id": f"return-{number}-{hop}", "event_time": time, "amount_fen": fen}
            planted.append(move | changed | {"debtor_account": payer, "creditor_account": payee})
    return sorted([*events, *planted], key=lambda event: event["event_time"])


def with_equal_amounts(events: Events) -> Events:
    return [event | {"amount_fen": 100} if event["stream"] == "clr.transfers" else event for event in events]


def test_the_slice_as_it_is() -> None:
    """FinBench draws amounts independently: here nothing comes back, and nothing is found."""
    assert assert_same_loops(list(finbench.read(SLICE))) == set()


@pytest.mark.parametrize("seed", range(5))
def test_money_that_comes_back(seed: int) -> None:
    events = with_returns(list(finbench.read(SLICE)), seed)
    found = assert_same_loops(events)
    assert 3 <= len(found) < sum("return-" in event["event_id"] for event in events)
    assert {len(rows) for rows in found} & {4, 5, 6}


@pytest.mark.slow
@pytest.mark.parametrize(("equal", "loops"), [(False, 0), (True, 2)], ids=["as told", "equal amounts"])
@pytest.mark.parametrize("name", ["finbench", "finbench-sf0.3"])
def test_the_first_transfers_of_a_whole_data_set(name: str, equal: bool, loops: int) -> None:
    if not (SHARED / name).exists():
        pytest.skip(f"the data set {name} is not on this machine")
    events = list(until_transfer(FIRST_TRANSFERS, finbench.read(SHARED / name)))
    assert len(assert_same_loops(with_equal_amounts(events) if equal else events)) == loops


def until_transfer(count: int, events: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The events up to the transfer of that number."""
    transfers = 0
    for event in events:
        transfers += event["stream"] == "clr.transfers"
        yield event
        if transfers == count:
            return
