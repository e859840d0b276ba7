"""What feeds do to a clean stream of events: every fault here must leave the final alerts as they are."""

import random
from typing import Any

from chuantou.schemas.clock import DAY_US, parse_time

Event = dict[str, Any]
SLACK_US = 20_000
DUPLICATES, LATE, REBOOKED, CORRECTED = 0.05, 0.10, 0.01, 0.005
LATE_DAYS = (1, 20)


def disordered(events: list[Event], seed: int) -> list[list[Event]]:
    """The events and their faults, in the order of arrival, as two live stretches with what is late behind each of them.

    Every event arrives within the slack of its time, 5 % twice, 10 % one to twenty days late (as files of a night do: with
    the next stretch that is over by then); of 1 % a wrong amount was booked first and reversed, of 0.5 % corrected.
    """
    chance = random.Random(seed)
    arrivals: list[tuple[int, Event]] = []
    for event in events:
        time = parse_time(event["event_time"])
        for told in _told(event, chance):
            late = chance.random() < LATE
            delay = chance.randint(*LATE_DAYS) * DAY_US if late else 0
            arrivals.append((time + delay + chance.randint(0, SLACK_US), told))
            if chance.random() < DUPLICATES:
                arrivals.append((time + delay + chance.randint(0, 3 * DAY_US), told))
    arrivals.sort(key=lambda arrival: arrival[0])
    middle = arrivals[len(arrivals) // 2][0]
    first = [(at, event) for at, event in arrivals if at <= middle]
    second = [(at, event) for at, event in arrivals if at > middle]
    return [part for half in (first, second) for part in _live_then_late(half)]


def _told(event: Event, chance: random.Random) -> list[Event]:
    """All that a source says of one event: it, or a wrong one before it and what undoes that."""
    dice = chance.random()
    if event["stream"] != "clr.transfers" or event.get("op", "NEW") != "NEW" or dice >= REBOOKED + CORRECTED:
        return [event]
    wrong = {**event, "event_id": f"wrong:{event['event_id']}", "amount_fen": event["amount_fen"] * 100}
    if dice < CORRECTED:
        return [wrong, {**event, "op": "CORRECT", "ref_event_id": wrong["event_id"]}]
    undo = {**wrong, "event_id": f"undo:{event['event_id']}", "op": "REVERSE", "ref_event_id": wrong["event_id"]}
    return [wrong, undo, event]


def _live_then_late(arrivals: list[tuple[int, Event]]) -> list[list[Event]]:
    live = [event for at, event in arrivals if at - parse_time(event["event_time"]) <= SLACK_US]
    late = [event for at, event in arrivals if at - parse_time(event["event_time"]) > SLACK_US]
    return [live, late]
