"""Late, reversed, cancelled, corrected, twice undone: the final alerts are those of the events as they are in the end."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chuantou.detectors.engine import Engine
from chuantou.detectors.voids import Undo, Voids, standing
from chuantou.schemas.clock import DAY_US
from chuantou.schemas.streams import Envelope
from tests.detectors import schemes
from tests.detectors.random_worlds import RandomWorld
from tests.detectors.scenario import Scenario, alerts, batches, feed, final_set, in_time, run

GOLDEN = (
    schemes.pooled_credits, schemes.layered_proceeds, schemes.seeded_mule, schemes.short_reserve,
    schemes.misused_reserve, schemes.mismatched_terms, schemes.closed_loop,
)  # fmt: skip


def balanced(engine: Engine) -> bool:
    c = engine.counts
    return c.received == c.processed + c.duplicate + c.late + c.pending and min(c.processed, c.pending) >= 0


# -- what a source can do to an event ------------------------------------------------------------------------------


class Faults:
    """Turns events into the ways in which a source may tell them; whatever it does, ``true`` events are what holds."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.number = 0
        self.told: list[Envelope] = []

    def fresh(self) -> str:
        self.number += 1
        return f"fault-{self.number}"

    def tell(self, *events: Envelope) -> None:
        self.told.extend(events)

    def undo(self, op: str, target: Envelope, event_id: str | None = None) -> Envelope:
        later = target.event_time + self.random.randrange(DAY_US)
        return replace(target, op=op, event_id=event_id or self.fresh(), ref_event_id=target.event_id, event_time=later)

    def wrong(self, e: Envelope) -> Envelope:
        """The event as first told: another id, another time, and what it is about half as much."""
        amounts = {name: getattr(e, name) // 2 + 1 for name in ("amount_fen", "fen") if getattr(e, name, None)}
        return replace(e, event_id=self.fresh(), event_time=e.event_time - self.random.randrange(DAY_US), **amounts)

    # each takes the true event and tells it, in more words

    def plain(self, e: Envelope) -> None:
        self.tell(e)

    def corrected(self, e: Envelope) -> None:
        wrong = self.wrong(e)
        self.tell(wrong, replace(e, op="CORRECT", ref_event_id=wrong.event_id))

    def corrected_under_its_own_name(self, e: Envelope) -> None:
        wrong = replace(self.wrong(e), event_id=e.event_id)
        self.tell(wrong, replace(e, op="CORRECT", ref_event_id=e.event_id, version=2))

    def correction_corrected(self, e: Envelope) -> None:
        """The second correction names the first."""
        first, second = self.wrong(e), self.wrong(e)
        self.tell(first, replace(second, op="CORRECT", ref_event_id=first.event_id),
                  replace(e, op="CORRECT", ref_event_id=second.event_id))  # fmt: skip

    def corrected_twice(self, e: Envelope) -> None:
        """Both corrections name the event; the version decides."""
        first, second = self.wrong(e), self.wrong(e)
        self.tell(first, replace(second, op="CORRECT", ref_event_id=first.event_id, version=2),
                  replace(e, op="CORRECT", ref_event_id=first.event_id, version=3))  # fmt: skip

    def one_correction_in_two_versions(self, e: Envelope) -> None:
        wrong, once = self.wrong(e), self.wrong(e)
        self.tell(wrong, replace(once, event_id=e.event_id, op="CORRECT", ref_event_id=wrong.event_id, version=2),
                  replace(e, op="CORRECT", ref_event_id=wrong.event_id, version=3))  # fmt: skip

    def correction_reversed(self, e: Envelope) -> None:
        """The event was right: its correction is taken back."""
        correction = replace(self.wrong(e), op="CORRECT", ref_event_id=e.event_id)
        self.tell(e, correction, self.undo("REVERSE", correction))

    def reversal_reversed(self, e: Envelope) -> None:
        reversal = self.undo("REVERSE", e)
        self.tell(e, reversal, self.undo("REVERSE", reversal))

    def reversal_cancelled_thrice(self, e: Envelope) -> None:
        """Undone, given back, undone, given back."""
        chain = [e]
        for op in ("REVERSE", "CANCEL", "REVERSE", "CANCEL"):
            chain.append(self.undo(op, chain[-1]))
        self.tell(*chain)

    def phantom_reversed(self, e: Envelope) -> None:
        """Besides the event one that never happened."""
        phantom = self.wrong(e)
        self.tell(e, phantom, self.undo("REVERSE", phantom))

    def phantom_cancelled_under_its_own_name(self, e: Envelope) -> None:
        phantom = self.wrong(e)
        self.tell(e, phantom, self.undo("CANCEL", phantom, phantom.event_id))

    def phantom_corrected_and_reversed(self, e: Envelope) -> None:
        phantom = self.wrong(e)
        correction = replace(self.wrong(e), op="CORRECT", ref_event_id=phantom.event_id)
        self.tell(e, phantom, correction, replace(self.undo("REVERSE", phantom), version=2))

    WAYS = (
        corrected, corrected_under_its_own_name, correction_corrected, corrected_twice, one_correction_in_two_versions,
        correction_reversed, reversal_reversed, reversal_cancelled_thrice, phantom_reversed,
        phantom_cancelled_under_its_own_name, phantom_corrected_and_reversed,
    )  # fmt: skip


def arrives(events: list[Envelope], shuffler: random.Random, copies: float = 0.2) -> list[Envelope]:
    """Events in any order, some of them twice."""
    out = [e for e in events for _ in range(1 + (shuffler.random() < copies))]
    shuffler.shuffle(out)
    return out


# -- one way at a time, on every golden scheme ---------------------------------------------------------------------


@pytest.mark.parametrize("way", Faults.WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.__name__)
def test_as_if_the_events_had_been_right_from_the_start(
    golden: Callable[[], schemes.Told], way: Callable[[Faults, Envelope], None]
) -> None:
    true = in_time(golden().scenario.events())
    faults = Faults(1)
    for number, event in enumerate(true):
        (way if number % 3 == 0 else Faults.plain)(faults, event)
    told = arrives(faults.told, random.Random(2))
    engine, _ = feed(told, size=37)
    assert final_set(engine) == final_set(run(true)) != {}
    assert balanced(engine)
    assert sorted(e.event_id for e in standing(told)) == sorted(e.event_id for e in true)


def test_a_reversal_may_come_before_its_target() -> None:
    told = schemes.misused_reserve()
    events = in_time(told.scenario.events())
    theft = next(e for e in events if getattr(e, "amount_fen", 0) == 50_000_000 and getattr(e, "order_id", "") is None)
    reversal = replace(theft, event_id="undo", op="REVERSE", ref_event_id=theft.event_id)
    engine, _ = feed([reversal, *events], size=1)
    assert alerts(engine, "PAY-02") == []
    assert alerts(run(events), "PAY-02")


def test_a_reversal_withdraws_the_alert_and_its_own_reversal_brings_it_back() -> None:
    told = schemes.misused_reserve()
    scenario, events = told.scenario, in_time(told.scenario.events())
    theft = next(e for e in events if getattr(e, "amount_fen", 0) == 50_000_000 and getattr(e, "order_id", "") is None)
    engine = Engine()
    kinds = []
    again = scenario.undo("REVERSE", theft.event_id, "2016-06-16")
    scenario.undo("CANCEL", again, "2016-06-18")
    for batch in batches(in_time(scenario.events()), 1):
        kinds += [(a.version, a.kind) for a in (*engine.step(batch), *engine.flush()) if a.detector == "PAY-02"]
    assert kinds == [(1, "created"), (2, "withdrawn"), (3, "amended")]
    engine.close()
    assert final_set(engine) == final_set(run(events))


def test_a_late_payment_is_numbered_like_a_new_one() -> None:
    """The first version of an alert that a late event brings is 1 and `created`, however often the past changed it."""
    told = schemes.pooled_credits()
    events = in_time(told.scenario.events())
    credits = [e for e in events if getattr(e, "flow_class", None) == "INVEST_IN"]
    later = Scenario("later")
    later.pay("2016-07-20", later.account(later.org()), later.account(later.org()), 1)
    engine = Engine()
    out = [a for batch in batches([*(e for e in events if e not in credits), *later.events()], 5_000)
           for a in (*engine.step(batch), *engine.flush())]  # fmt: skip
    assert [a for a in out if a.severity != "log"] == []
    out = [a for batch in batches(credits, 5_000) for a in (*engine.step(batch), *engine.flush())]
    grave = sorted((a.detector, a.version, a.kind) for a in out if a.severity != "log")
    assert grave == [("P2P-01", 1, "created"), ("P2P-02", 1, "created")]


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.__name__)
def test_closed_too_early(golden: Callable[[], schemes.Told]) -> None:
    """A close that was not the end: what comes after it is judged as if it had never been."""
    events = in_time(golden().scenario.events())
    for part in (len(events) // 3, len(events) - 2):
        engine, _ = feed(events[:part])
        engine, _ = feed(events[part:], engine=engine)
        assert final_set(engine) == final_set(run(events))
        assert engine.close() == []


def test_without_rewind_the_past_cannot_change() -> None:
    events = in_time(schemes.closed_loop().scenario.events())
    engine, _ = feed(events[:-1], engine=Engine(rewind=False))
    with pytest.raises(RuntimeError, match="rewind"):
        engine.step(next(batches(events[-1:], 1)))


def test_too_late_is_refused_and_listed() -> None:
    s = Scenario("ancient")
    a, b = s.account(s.org()), s.account(s.org())
    s.pay("2016-06-13", a, b, 100)
    ancient = s.pay("2015-01-05", a, b, 100)
    engine = Engine()
    for batch in batches(in_time([e for e in s.events() if e.event_id != ancient]), 1):
        engine.step(batch)
    engine.flush()
    for batch in batches([e for e in s.events() if e.event_id == ancient], 1):
        engine.step(batch)
    assert [record.event_id for record in engine.late_records()] == [ancient]
    assert engine.counts.late == 1
    assert balanced(engine)


# -- everything at once --------------------------------------------------------------------------------------------


@settings(max_examples=6)
@given(seed=st.integers(0, 10_000))
def test_random_worlds_told_badly(seed: int) -> None:
    """Permutation, duplicates, corrections and reversals in any batches: the same alerts, and the counts add up."""
    shuffler = random.Random(seed)
    true = in_time(RandomWorld(seed, events=60).s.events())
    faults = Faults(seed)
    for event in true:
        (shuffler.choice(Faults.WAYS) if shuffler.random() < 0.2 else Faults.plain)(faults, event)
    engine = Engine(slack_us=shuffler.choice((0, DAY_US)))
    for batch in batches(arrives(faults.told, shuffler), shuffler.choice((19, 60, 5_000))):
        engine.step(batch)
        assert balanced(engine)
    engine.close()
    assert final_set(engine) == final_set(run(true))
    assert balanced(engine)
    assert engine.counts.pending == 0


@settings(max_examples=6)
@given(seed=st.integers(0, 10_000), size=st.sampled_from((1, 7)))
def test_random_worlds_in_any_batches(seed: int, size: int) -> None:
    """Every version, to the byte: nothing that is told in the same batch is known too early or too late."""
    events = in_time(RandomWorld(seed, events=60).s.events())
    assert feed(events, size)[1] == feed(events)[1]


@given(st.data())
def test_what_stands_does_not_depend_on_the_order_of_telling(data: st.DataObject) -> None:
    """Also where undoing events name each other in circles."""
    names = st.sampled_from([("s", f"e{n}") for n in range(6)])
    undos = data.draw(st.lists(st.tuples(names, st.sampled_from(("CORRECT", "REVERSE", "CANCEL")), st.integers(1, 2),
                                         st.integers(0, 2), names), max_size=8, unique_by=lambda u: u[:3]))  # fmt: skip
    void = []
    for order in (undos, data.draw(st.permutations(undos))):
        voids = Voids()
        for undo in order:
            voids.add(Undo(*undo))
        void.append(voids.void)
    assert void[0] == void[1]


def test_a_long_chain_of_corrections() -> None:
    voids = Voids()
    for number in range(300):
        voids.add(Undo(("s", f"{number + 1:05d}"), "CORRECT", 1, number, ("s", f"{number:05d}")))
    assert voids.stands("s", "00300", "CORRECT", 1)
    assert not any(voids.stands("s", f"{number:05d}", "CORRECT", 1) for number in range(1, 300))
    assert not voids.stands("s", "00000", "NEW", 1)


def test_one_misdated_event_makes_nothing_late() -> None:
    """A year mistyped once must not send every later payment to the late records."""
    told = schemes.pooled_credits()
    events = in_time(told.scenario.events())
    wrong = Scenario("wrong")
    wrong.pay("2099-01-01", wrong.account(wrong.org()), wrong.account(wrong.org()), 1)
    engine, half = Engine(), len(events) // 2
    for part in (events[:half], wrong.events()[-1:], events[half:]):
        for batch in batches(part, 50):
            engine.step(batch)
            engine.flush()
    engine.close()
    assert engine.counts.late == 0
    assert final_set(engine) == final_set(run([*events, *wrong.events()[-1:]]))
