"""FLOW-02 and FLOW-03 in small towns where everybody pays everybody: batches, restarts and order change nothing."""

import random

import pytest

from chuantou.detectors.engine import Engine
from chuantou.schemas.alerts import encode_alert
from chuantou.schemas.clock import DAY_US
from tests.detectors.scenario import Scenario, alerts, batches, days_after, feed, final_set, in_time

FIRST = "2016-06-06"
FLOWS = (None, None, None, None, "PAYROLL", "REFUND", "POOL_SWEEP", "SUPPLIER")


def town(seed: int, days: int = 9, payments: int = 420) -> Scenario:
    """A few hubs between many others, round hours, amounts near the lines, ties and accounts told in between."""
    rng = random.Random(seed)
    s = Scenario(f"town{seed}")
    platform, bank = s.platform(), s.bank()
    owners = [platform, bank, *(s.org() for _ in range(5)), *(s.person() for _ in range(14))]
    hubs = [s.account(owner) for owner in owners[:5] for _ in range(2)]
    others = [s.account(owner) for owner in owners[5:]] + [s.account(None) for _ in range(4)]
    for _ in range(payments):
        day, hour = rng.randrange(days), rng.randrange(9, 18)
        moment = f"{days_after(FIRST, day)}T{hour:02d}:{rng.choice((0, 30)):02d}"
        hub, other = rng.choice(hubs[: 2 + 2 * (day % 3)]), rng.choice(others)
        payer, payee = rng.choice(((hub, other), (other, hub), (hub, other), (hub, rng.choice(hubs))))
        s.pay(moment, payer, payee, rng.choice((49_000, 48_500, 47_000, 44_000, 51_000, 9_000)), rng.choice(FLOWS))
        luck = rng.random()
        if luck < 0.03:
            s.owns(rng.choice(owners[2:]), rng.choice(owners[:6]), rng.choice((30, 60, 100)), moment)
        elif luck < 0.05:
            s.account_event("OPEN", rng.choice(others[-4:]), moment, owner=rng.choice(owners))
        elif luck < 0.06:
            s.party_event(rng.choice(owners[2:7]), moment, watched=True, sector="P2P")
    return s


def versions(out: list) -> list[bytes]:
    return [encode_alert(alert) for alert in out]


@pytest.mark.parametrize("seed", range(6))
def test_batches_restarts_and_order_change_nothing(seed: int) -> None:
    events = in_time(town(seed).events())
    engine, whole = feed(events, 5_000)
    assert alerts(engine, "FLOW-02") or alerts(engine, "FLOW-03")
    for size in (1, 7):
        again, out = feed(events, size)
        assert versions(out) == versions(whole)
        assert [again.evidence(a.alert_id) for a in out] == [engine.evidence(a.alert_id) for a in whole]
    shuffled = list(events)
    random.Random(seed).shuffle(shuffled)
    assert final_set(feed(shuffled, 97)[0]) == final_set(engine)
    restarted, out = Engine(), []
    for batch in batches(events, 40):
        out += restarted.step(batch)
        restored = Engine()
        restored.restore(restarted.snapshot())
        restarted = restored
    assert versions(out + restarted.close()) == versions(whole)


def test_a_duplicate_world_with_slack_gives_the_same() -> None:
    events = in_time(town(9).events())
    expected = versions(feed(events, engine=Engine(slack_us=DAY_US))[1])
    assert versions(feed([e for e in events for _ in range(2)], 13, Engine(slack_us=DAY_US))[1]) == expected
