"""Golden case G7 and its variants; nesting and circles; all against a recursive twin on random relations."""

from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.graph import holders as module
from chuantou.graph.holders import look_through_holders, nesting


def people(first: int, n: int) -> list[str]:
    return [f"person:{i:04}" for i in range(first, first + n)]


def g7() -> dict[str, list[str]]:
    """30 persons, LP1 with 120, LP2 with 80 of whom 25 also stand in LP1, one filed product with 150 inside."""
    partners = {"LP1": people(100, 120), "LP2": people(195, 80), "filed": people(500, 150)}
    return {"fund": [*people(0, 30), *partners], **partners}


def test_g7() -> None:
    held = g7()
    found = look_through_holders("fund", lambda x: held.get(x, ()), lambda x: x == "filed")
    assert (found.count, found.direct, found.exempt) == (206, 33, ("filed",))
    assert found.path["person:0100"] == ("LP1",) and found.path["person:0001"] == ()


def test_g7_without_the_filing_and_with_one_person_in_everything() -> None:
    held = g7()
    assert look_through_holders("fund", lambda x: held.get(x, ())).count == 30 + 175 + 150
    held["LP2"].append("person:0000")
    assert look_through_holders("fund", lambda x: held.get(x, ()), lambda x: x == "filed").count == 206


def test_vehicles_inside_vehicles_and_a_vehicle_that_holds_itself() -> None:
    held = {"fund": ["LP1"], "LP1": ["LP2", "a"], "LP2": ["LP1", "b"]}
    found = look_through_holders("fund", lambda x: held.get(x, ()))
    assert found.final == ("a", "b") and found.path["b"] == ("LP1", "LP2") and found.direct == 1


def test_nobody_holds_it() -> None:
    assert look_through_holders("fund", lambda _: ()).count == 0


def test_depth_is_the_longest_way_and_public_funds_are_no_layer() -> None:
    held = {"A": ["B", "pub"], "pub": ["B"], "B": ["C"], "C": ["loan"]}
    assert nesting("A", lambda x: held.get(x, ())).chain == ("A", "pub", "B", "C")
    assert nesting("A", lambda x: held.get(x, ()), lambda x: x != "pub").chain == ("A", "B", "C")
    assert nesting("loan", lambda x: held.get(x, ())).depth == 1


def test_circles_are_named_from_their_least_member() -> None:
    held = {"P": ["C"], "C": ["A"], "A": ["C", "bond"]}
    assert nesting("P", lambda x: held.get(x, ())).circles == (("A", "C"),)
    assert nesting("X", lambda x: {"X": ["X"]}.get(x, ())).circles == (("X",),)


RELATIONS = st.dictionaries(st.sampled_from("abcdefgh"), st.lists(st.sampled_from("abcdefgh"), max_size=4), max_size=8)


@settings(max_examples=300, deadline=None)
@given(RELATIONS, st.sets(st.sampled_from("abcdefgh"), max_size=3))
def test_holders_of_random_relations(held: dict[str, list[str]], exempt: set[str]) -> None:
    ends, met = set(), set()

    def down(vehicle: str) -> None:
        for holder in held.get(vehicle, ()):
            if holder not in met and holder != "a":
                met.add(holder)
                if holder in exempt or not held.get(holder):
                    ends.add(holder)
                else:
                    down(holder)

    down("a")
    found = look_through_holders("a", lambda x: held.get(x, ()), exempt.__contains__)
    assert set(found.final) == ends and set(found.exempt) == ends & exempt


@settings(max_examples=300, deadline=None)
@given(RELATIONS)
def test_depth_of_random_layers(held: dict[str, list[str]]) -> None:
    acyclic = {node: [x for x in below if x > node] for node, below in held.items()}

    def depth(node: str) -> int:
        below = acyclic.get(node, [])
        return 1 + max((depth(x) for x in below if acyclic.get(x)), default=0)

    found = nesting("a", lambda x: acyclic.get(x, ()))
    assert found.depth == depth("a") and not found.circles
    assert nesting("a", lambda x: held.get(x, ())).depth >= 1


def test_a_bound_is_told(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(module, "MAX_NODES", 10)
    assert look_through_holders("fund", lambda x: g7().get(x, ())).truncated
