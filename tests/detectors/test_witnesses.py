"""Payments that two to four sources tell give the alerts of the payments told once, however the tellings come (DQ-03)."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chuantou.detectors.engine import Engine
from chuantou.schemas.streams import Envelope, Transfer
from tests.detectors import schemes
from tests.detectors.scenario import feed, final_set, in_time, only, run

MINUTE = 60_000_000
SCHEMES = (schemes.pooled_credits, schemes.layered_proceeds, schemes.misused_reserve, schemes.closed_loop)


def witnesses(event: Transfer, chance: random.Random, referred: bool) -> list[Transfer]:
    """The event as up to four sources tell it, the first one at its own time; some with its reference, which some do not know."""
    reach = 3 * 24 * 60 * MINUTE if referred else 5 * MINUTE
    out = [replace(event, end_to_end_id=f"E-{event.event_id}" if referred else None)]
    for number in range(chance.randrange(4)):
        again = replace(out[0], source_id=f"witness:{number}", event_id=f"w{number}-{event.event_id}",
                        event_time=event.event_time + chance.randrange(1, reach))  # fmt: skip
        if referred and again.event_time - event.event_time <= 5 * MINUTE and chance.random() < 0.5:
            again = replace(again, end_to_end_id=None)
        out.append(again)
    return out


def told_by_many(events: Sequence[Envelope], seed: int, referred: bool) -> list[Envelope]:
    chance = random.Random(seed)
    return [one for e in events for one in (witnesses(e, chance, referred) if isinstance(e, Transfer) else [e])]


def without_evidence(alerts: dict[str, tuple]) -> dict[str, tuple]:
    return {key: content[:-1] for key, content in alerts.items()}


@pytest.mark.parametrize("referred", [False, True])
@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.__name__)
def test_many_witnesses_of_every_payment_change_no_alert(scheme, referred: bool) -> None:  # type: ignore[no-untyped-def]
    events = scheme().scenario.events()
    many = told_by_many(events, 7, referred)
    assert len(many) > len(events)
    clean, engine = run(events), run(in_time(many))
    assert without_evidence(final_set(engine)) == without_evidence(final_set(clean)) != {}
    assert engine.counts.processed == len(many)


@settings(max_examples=8)
@given(st.integers(0, 2**32), st.sampled_from([7, 60, 5_000]), st.booleans())
def test_the_order_of_arrival_does_not_matter(seed: int, size: int, referred: bool) -> None:
    """Late witnesses take the engine back in time; evidence, with the witnesses in it, is the same to the byte."""
    many = told_by_many(schemes.pooled_credits().scenario.events(), seed, referred)
    shuffled = random.Random(seed).sample(many, len(many))
    assert final_set(feed(shuffled, size, Engine(slack_us=60 * MINUTE))[0]) == final_set(run(in_time(many)))


def test_two_equal_payments_of_one_source_stay_two() -> None:
    """…also when another source tells both."""
    told = schemes.pooled_credits()
    events = told.scenario.events()
    first = next(e for e in events if isinstance(e, Transfer))
    again = replace(first, event_id="again", event_time=first.event_time + MINUTE)
    twice = only(run(events), "P2P-01", told.subject).values["inflow_fen"] + first.amount_fen
    for others in ([], [replace(e, source_id="clearing:C", event_time=e.event_time + MINUTE) for e in (first, again)]):
        assert only(run(in_time([*events, again, *others])), "P2P-01", told.subject).values["inflow_fen"] == twice


def test_the_statements_of_payer_and_payee_at_one_bank_are_two_witnesses() -> None:
    told = schemes.pooled_credits()
    events = [replace(e, event_id=f"{e.debtor_account}:{e.event_id}") if isinstance(e, Transfer) else e
              for e in told.scenario.events()]  # fmt: skip
    theirs = [replace(e, event_id=f"{e.creditor_account}:{e.event_id}") for e in events if isinstance(e, Transfer)]
    assert without_evidence(final_set(run(in_time([*events, *theirs])))) == without_evidence(final_set(run(events)))


def test_a_payment_keeps_its_witnesses_in_the_evidence() -> None:
    told = schemes.pooled_credits()
    events = told.scenario.events()
    first = next(e for e in events if isinstance(e, Transfer))
    other = replace(first, source_id="clearing:C", event_id="c-1", event_time=first.event_time + MINUTE)
    engine = run(in_time([*events, other]))
    pack = engine.evidence(only(engine, "P2P-01", told.subject).alert_id)
    (row,) = [row for row in pack["transactions"] if row.get("event_id") == first.event_id]
    assert row["witnesses"] == [{"source_id": "clearing:C", "event_id": "c-1"}]
    assert sum("witnesses" in row for row in pack["transactions"]) == 1


def test_a_witness_remains_when_the_first_telling_is_reversed() -> None:
    told = schemes.pooled_credits()
    events = told.scenario.events()
    moved = [e for e in events if isinstance(e, Transfer)]
    others = [replace(e, source_id="clearing:C", event_id=f"c-{e.event_id}", event_time=e.event_time + 1) for e in moved]
    gone = [replace(e, op="REVERSE", event_id=f"gone-{e.event_id}", ref_event_id=e.event_id) for e in moved]
    left = only(run(in_time([*events, *others, *gone])), "P2P-01", told.subject)
    assert left.values == only(run(events), "P2P-01", told.subject).values
