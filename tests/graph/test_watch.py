"""The watch list: circles are what a fresh look-up says after every event, and nobody looks without need."""

import datetime as dt
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.graph.ownership import Link
from chuantou.graph.watch import Components, Institution, in_control
from chuantou.graph.world import World
from chuantou.schemas.clock import date_of_day, day_of_date, day_start_us, shanghai_day
from chuantou.schemas.rules import load_rule_pack
from chuantou.schemas.streams import AccountEvent, Event, LicenceEvent, OwnershipEvent, PartyEvent

RULES = load_rule_pack("yancheng-2016")
DAY = day_of_date("2016-06-01")
NOON = 43_200_000_000


class Story:
    """Register and account events in order of time; days count from 2016-06-01."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.numbers = count(1)

    def envelope(self, day: int) -> dict:
        number, time = next(self.numbers), day_start_us(DAY + day) + NOON
        return {"event_id": f"e{number:03d}", "source_id": "registry:test", "event_time": time}

    def party(self, key: str, day: int = 0, **fields) -> "Story":
        self.events.append(PartyEvent(**self.envelope(day), party=key, **fields))
        return self

    def tie(self, kind: str, holder: str, party: str, day: int = 0, since=None, until=None, **fields) -> "Story":
        self.events.append(OwnershipEvent(**self.envelope(day), type=kind, holder=holder, party=party,
                                          valid_from=date(since), valid_to=date(until), **fields))  # fmt: skip
        return self

    def bank(self, party: str, day: int = 0, status="VALID", until=None) -> "Story":
        self.events.append(LicenceEvent(**self.envelope(day), party=party, kind="bank", status=status, valid_to=date(until)))
        return self

    def account(self, name: str, day: int = 0, kind="OPEN", **fields) -> "Story":
        self.events.append(AccountEvent(**self.envelope(day), type=kind, account=name, **fields))
        return self

    def world(self) -> World:
        world = World(RULES)
        for e in self.events:
            world.apply(e)
        return world


def date(day: int | None) -> dt.date | None:
    return None if day is None else date_of_day(DAY + day)


def clusters(world: World) -> dict[str, str]:
    """Account → the institution to whose cluster it belongs."""
    watch = world.watch
    return {name: watch.keys[watch.cluster_of[i]] for i, name in enumerate(world.accounts.ids.names) if watch.cluster_of[i] >= 0}


def plain_clusters(world: World) -> dict[str, str]:
    """The same, asked account by account: whose client money, else whose own, else the first whose cluster owns it."""
    institutions, table, names = world.watch.institutions, world.accounts.table, world.parties.names
    found = {}
    for i, account in enumerate(world.accounts.ids.names):
        platform, owner = (names[p] if p >= 0 else None for p in (int(table.platform[i]), int(table.owner[i])))
        circle = [key for key in sorted(institutions) if owner in institutions[key].cluster()]
        first = [key for key in (platform, owner, *circle) if key in institutions]
        found |= {account: first[0]} if first else {}
    return found


# -- any history ---------------------------------------------------------------------------------------------------

PARTIES = "PQABC"


@st.composite
def histories(draw):
    """Few parties, so that chains form and break; gaps of any length, so that ties enter and leave the window."""
    story, day = Story().party("P", watched=True), 0
    party = st.sampled_from(PARTIES)
    near = st.sampled_from([None, None, None, -300, -20, 1, 150, 400, 700])
    kinds = ["tie", "tie", "tie", "tie", "account", "account", "party", "bank"]
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=2, max_size=14)):
        day += draw(st.sampled_from([0, 0, 0, 1, 30, 181, 400]))
        if kind == "party":
            watched = draw(st.sampled_from([True, True, False, None]))
            story.party(draw(party), day, watched=watched, sector=draw(st.sampled_from([None, "P2P", "BANK"])))
        elif kind == "tie":
            what = draw(st.sampled_from(["SHAREHOLDER", "SHAREHOLDER", "CONTROLLER", "OFFICER", "KIN", "SAME_PHONE"]))
            fields = {"SHAREHOLDER": {"ratio_ppm": draw(st.sampled_from([510_000, 300_000, 200_000, 0]))},
                      "OFFICER": {"role": draw(st.sampled_from(["legal_rep", "director"]))}}.get(what, {})  # fmt: skip
            holder, company = draw(st.permutations(PARTIES))[:2]
            story.tie(what, holder, company, day, draw(near), draw(near), **fields)
        elif kind == "bank":
            story.bank(draw(party), day, draw(st.sampled_from(["VALID", "CANCELLED"])), draw(near))
        else:
            what = draw(st.sampled_from(["OPEN", "OWNER_CHANGE", "SIGNATORY_CHANGE", "DEVICE_BIND", "CUSTODY_REVOKE"]))
            said = {"owner": party, "platform": party, "signatories": st.lists(party, max_size=2), "device": st.just("d")}
            story.account(draw(st.sampled_from("xyz")), day, what, **{k: draw(st.none() | v) for k, v in said.items()})
    return story.events, draw(st.lists(st.integers(1, 500), max_size=3))


def check(world: World, told: list[Event], day: int, before: dict[str, dict]) -> list[str]:
    """Refresh, and compare everything with a world that was told the same and never looked before."""
    changed = world.watch.refresh(day)
    fresh = World(RULES)
    for e in told:
        fresh.apply(e)
    assert sorted(world.watch.institutions) == sorted({e.party for e in told if isinstance(e, PartyEvent) and e.watched})
    circles = {key: fresh.register.related(key, day) for key in world.watch.institutions}
    assert {key: institution.related for key, institution in world.watch.institutions.items()} == circles
    assert changed == sorted(key for key, circle in circles.items() if key not in before or before[key] != circle)
    of = {party: {key for key, circle in circles.items() if party == key or party in circle} for party in PARTIES}
    assert {party: keys for party, keys in world.watch.institutions_of.items() if keys} == {p: k for p, k in of.items() if k}
    assert clusters(world) == plain_clusters(world)
    for key in circles:
        names = {world.accounts.ids.names[a] for a in world.watch.accounts_of(key, "R1", "R2")}
        close = {key, *(party for party, relation in circles[key].items() if relation.tier != "R3")}
        ids = enumerate(world.accounts.ids.names)
        assert names == {name for i, name in ids if world.accounts.owner_name(i) in close}
    before.clear()
    before.update(circles)
    return changed


@settings(max_examples=120)
@given(histories())
def test_circles_are_what_a_fresh_look_up_says_after_every_event(history):
    events, later = history
    world, before, day = World(RULES), {}, DAY
    for i, e in enumerate(events):
        day = shanghai_day(e.event_time)
        check(world, events[:i], day, before)
        far = isinstance(e, OwnershipEvent) and not world.watch.concerns(e.party, e.holder)
        world.apply(e)
        changed = check(world, events[: i + 1], day, before)
        assert not (far and changed)
    for gap in later:
        day += gap
        check(world, events, day, before)


# -- no look without need ------------------------------------------------------------------------------------------


@pytest.fixture
def watched(monkeypatch):
    """A world with one institution P and its owner A, looked up once, and the list of look-ups from then on."""
    world = Story().party("P", watched=True).tie("SHAREHOLDER", "A", "P", since=-1_000, ratio_ppm=600_000).world()
    assert world.watch.refresh(DAY) == ["P"]
    asked, related = [], world.register.related
    monkeypatch.setattr(world.register, "related", lambda key, day: asked.append((key, day - DAY)) or related(key, day))
    return world, asked


def tell(world: World, story: Story) -> None:
    for e in story.events:
        world.apply(e)


def test_quiet_days_and_strangers_are_not_looked_up(watched):
    world, asked = watched
    tell(world, Story().tie("SHAREHOLDER", "C", "D", ratio_ppm=900_000).party("C", name="丙"))
    tell(world, Story().account("x", owner="D", signatories=["C"]))
    assert [world.watch.refresh(DAY + later) for later in (0, 0, 1, 100)] == [[], [], [], []]
    assert asked == []
    assert not world.watch.concerns("C", "D")
    assert world.watch.concerns("C", "A")
    assert not world.watch.concerns(None)


def test_a_tie_that_hangs_together_with_an_institution_is_looked_up_once(watched):
    world, asked = watched
    tell(world, Story().tie("SHAREHOLDER", "C", "D", ratio_ppm=900_000).tie("SHAREHOLDER", "D", "A", ratio_ppm=900_000))
    assert [world.watch.refresh(DAY), world.watch.refresh(DAY)] == [["P"], []]
    assert asked == [("P", 0)]
    assert world.watch.institutions["P"].circle("R1") == ["A", "C", "D", "P"]
    tell(world, Story().party("C", name="丙"))  # looked at again, and found as it was
    assert world.watch.refresh(DAY) == []
    assert asked == [("P", 0), ("P", 0)]
    assert world.watch.changed_today == {"P"}


def test_a_tie_is_looked_up_when_it_enters_the_window_and_when_it_leaves(watched):
    world, asked = watched
    tell(world, Story().tie("KIN", "A", "B", since=300, until=310))
    in_circle = {}
    for later in (0, 119, 120, 130, 400, 490, 491, 500, 600):
        world.watch.refresh(DAY + later)
        in_circle[later] = world.watch.institutions["P"].tier("B")
    assert in_circle == {0: None, 119: None, 120: "R2", 130: "R2", 400: "R2", 490: "R2", 491: None, 500: None, 600: None}
    days = {day for _, day in asked}
    assert days >= {0, 120, 491}
    assert not days & {119, 600}


def test_an_owner_told_after_the_signatory_joins_the_circle(watched):
    world, _ = watched
    tell(world, Story().account("x", signatories=["A"]))
    named_later = Story().account("x", owner="B").events[0]
    assert world.cuts(named_later, None)  # not just another opening: A has the account in hand
    world.apply(named_later)
    assert world.watch.refresh(DAY) == ["P"]
    assert world.watch.institutions["P"].tier("B") == "R2"
    assert not world.cuts(Story().account("y", owner="B").events[0], None)


def test_the_map_of_accounts_follows_openings_and_new_owners(watched):
    world, _ = watched
    tell(world, Story().account("p", owner="P").account("a", owner="A").account("c", owner="C"))
    tell(world, Story().account("m", owner="C", platform="P"))
    assert clusters(world) == {"p": "P", "a": "P", "m": "P"}
    edition = world.watch.edition
    tell(world, Story().account("a", kind="OWNER_CHANGE", owner="C").account("m", kind="CUSTODY_REVOKE"))
    assert clusters(world) == {"p": "P"}
    assert world.watch.edition > edition
    assert [world.accounts.ids.names[a] for a in world.watch.accounts_of("P", "R1")] == ["p"]


def test_more_accounts_than_the_map_held_are_mapped():
    story = Story().party("P", watched=True)
    for number in range(3_000):
        story.account(f"x{number}", owner="P" if number % 1_000 == 999 else "A")
    world = story.world()
    world.watch.refresh(DAY)
    assert clusters(world) == {"x999": "P", "x1999": "P", "x2999": "P"}
    assert world.watch.party_ids().tolist() == [world.parties.get("P"), -2]


# -- parts ---------------------------------------------------------------------------------------------------------


def link(kind: str, **fields) -> Link:
    return Link("A", "B", kind, valid_from=0, valid_to=None, known_at=0, **fields)


@pytest.mark.parametrize(
    ("tie", "controls"),
    [
        (link("SHAREHOLDER", ratio_ppm=500_001), True), (link("SHAREHOLDER", ratio_ppm=500_000), False),
        (link("SHAREHOLDER"), False), (link("CONTROLLER"), True), (link("SIGNATORY"), True), (link("KIN"), False),
        (link("OFFICER", role="legal_rep"), True), (link("OFFICER", role="director"), False),
    ],
)  # fmt: skip
def test_control_is_in_the_hands_of(tie, controls):
    assert in_control(tie) == controls


def test_a_cluster_is_who_is_held_in_the_same_hands():
    """Of R2 only those whom control alone connects: a director's own company is near, and not in P's hands."""
    story = Story().party("P", watched=True).tie("SHAREHOLDER", "A", "P", ratio_ppm=600_000)
    story.tie("OFFICER", "B", "P", role="director").tie("SHAREHOLDER", "B", "D", ratio_ppm=900_000)
    story.tie("SHAREHOLDER", "A", "C", ratio_ppm=900_000).tie("SAME_PHONE", "E", "P")
    world = story.world()
    world.watch.refresh(DAY)
    institution = world.watch.institutions["P"]
    assert {party: institution.tier(party) for party in "PABCDEF"} == {
        "P": "P", "A": "R1", "B": "R2", "C": "R2", "D": "R2", "E": "R3", "F": None,
    }  # fmt: skip
    assert institution.cluster() == ["A", "C"]
    assert institution.circle("R3") == ["E", "P"]
    assert Institution("new").circle("R1", "R2", "R3") == ["new"]


@given(st.lists(st.tuples(*[st.integers(0, 9)] * 2), max_size=20), st.sets(st.integers(0, 9), max_size=4))
def test_what_hangs_together_is_the_connected_component(ties, institutions):
    components = Components()
    for k in sorted(institutions):
        components.watch(str(k))
    together = {k: {k} for k in range(10)}
    for one, other in ties:
        joined = together[one] | together[other]
        together.update(dict.fromkeys(joined, joined))
        assert components.join([str(one), str(other)]) == sorted(str(k) for k in joined & institutions)
    for k in range(10):
        assert components.watched(str(k)) == {str(i) for i in together[k] & institutions}
    assert components.join([]) == []
