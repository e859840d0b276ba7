"""One small city for all tests of this room."""

from collections import defaultdict

import pytest

from chuantou import city
from tests.town import EVENTS


@pytest.fixture(scope="session")
def town():
    return city.build(events=EVENTS)


@pytest.fixture(scope="session")
def events(town):
    return list(town.events())


@pytest.fixture(scope="session")
def by_scene(events):
    found = defaultdict(list)
    for event in events:
        found[event["event_id"].rsplit("-", 1)[0]].append(event)
    return found


@pytest.fixture(scope="session")
def scenes(town):
    return {scene["scene"]: scene for scene in town.truth()}
