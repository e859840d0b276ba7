"""Related parties: every rule of catalogue §3.3 with a case for and a case against, the window, paths, any order."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.console.related import related as related_command
from chuantou.graph import related as related_module
from chuantou.graph.ownership import Link
from chuantou.schemas.clock import day_of_date
from chuantou.schemas.streams import encode_line
from tests.graph.register_scenes import DEAL, DEAL_DAY, LONG_AGO, Scene, moment
from tests.graph.test_ownership import stakes
from tests.oracles import ownership as oracle

HALF_YEAR_BEFORE = "2015-12-04"  # 180 days before the deal
DAY_TOO_EARLY = "2015-12-03"
HALF_YEAR_AFTER = "2016-11-28"
DAY_TOO_LATE = "2016-11-29"


def test_the_window_dates_are_180_days_off():
    assert DEAL_DAY - day_of_date(HALF_YEAR_BEFORE) == 180 == day_of_date(HALF_YEAR_AFTER) - DEAL_DAY


# -- R1: control ---------------------------------------------------------------------------------------------------


def test_majority_chains_up_and_down_are_r1():
    scene = Scene().holds("G", "H", 51).holds("H", "P", 60).holds("P", "S", 55).holds("S", "T", 80)
    assert scene.tiers() == {"G": "R1", "H": "R1", "S": "R1", "T": "R1"}


def test_exactly_half_beside_another_large_holder_is_not_control():
    scene = Scene().holds("H", "P", 50).holds("K", "P", 50)
    assert scene.tiers() == {"H": "R2", "K": "R2"}  # but 25 % and more


def test_one_ppm_above_half_is_control():
    scene = Scene().holds("H", "P", 50.0001).holds("K", "P", 49.9999)
    assert scene.tiers() == {"H": "R1", "K": "R2"}


@pytest.mark.parametrize(("percent", "tiers"), [(30, {"H": "R1"}), (29.9999, {"H": "R2"}), (25, {"H": "R2"}), (24.9999, {})])
def test_the_lines_of_30_and_25_percent_are_met_exactly(percent, tiers):
    scene = Scene().holds("H", "P", percent)
    for i in range(7):
        scene.holds(f"o{i}", "P", (100 - percent) / 7)
    assert scene.tiers() == tiers


def test_the_beneficial_line_is_met_by_the_share_to_the_nearest_ppm():
    def relation(percent):
        scene = Scene().holds("X", "M", 33.3333).holds("Y", "M", 66.6667).holds("M", "P", percent)
        return scene.register().related("X", DEAL_DAY)["P"]

    assert (relation(75).tier, relation(75).effective_ppm) == ("R2", 250_000)  # 249,999.75
    assert (relation(74.9999).tier, relation(74.9999).effective_ppm) == ("R2", None)  # 249,999.42: M controls it, that is all


def test_the_largest_holder_far_ahead_is_r1_and_not_far_ahead_r2():
    assert Scene().holds("H", "P", 31).holds("K", "P", 15).tiers() == {"H": "R1"}
    assert Scene().holds("H", "P", 31).holds("K", "P", 16).tiers() == {"H": "R2"}


def test_legal_representative_and_actual_controller_are_r1():
    assert Scene().office("L", "P", "legal_rep").tie("CONTROLLER", "C", "P").tiers() == {"C": "R1", "L": "R1"}
    assert Scene().office("L", "P", "legal_rep").tiers("L") == {"P": "R1"}


def test_an_agreement_is_control_and_carries_a_chain():
    scene = Scene().tie("AGREEMENT", "WFOE", "P").holds("Founder", "WFOE", 100)
    assert scene.tiers() == {"Founder": "R1", "WFOE": "R1"}


def test_head_office_and_branch_are_r1_of_each_other():
    scene = Scene().tie("BRANCH", "P", "Branch")
    assert scene.tiers() == {"Branch": "R1"}
    assert scene.tiers("Branch") == {"P": "R1"}


def test_who_signs_for_its_account_is_r1_and_who_else_he_signs_for():
    scene = Scene().account("a", "P", ["X"]).account("b", "Q", ["X"]).account("c", "R", ["Y"]).account("d", "P", ["P"])
    assert scene.tiers() == {"Q": "R1", "X": "R1"}
    assert scene.tiers("X") == {"P": "R1", "Q": "R1"}


def test_accounts_bound_to_one_device_tie_their_owners_as_r1():
    scene = Scene().account("a", "P", device="d1").account("b", "Q").account("c", "R", device="d2")
    assert scene.tiers() == {}
    assert scene.account("b", device="d1", told="2016-05-01").tiers() == {"Q": "R1"}


def test_a_device_given_up_before_the_window_ties_nobody():
    def scene(day):
        return Scene().account("a", "P", device="d1").account("b", "Q", device="d1").account("b", device="d9", told=day)

    assert scene(HALF_YEAR_BEFORE).tiers() == {"Q": "R1"}
    assert scene(DAY_TOO_EARLY).tiers() == {}


def test_the_former_owner_of_an_account_goes_when_its_time_is_over():
    def scene(day):
        return Scene().account("a", "Q", ["P"]).account("a", "R", told=day)

    assert scene(HALF_YEAR_BEFORE).tiers() == {"Q": "R1", "R": "R1"}
    assert scene(DAY_TOO_EARLY).tiers() == {"R": "R1"}


# -- R2 ------------------------------------------------------------------------------------------------------------


def test_an_effective_share_of_25_percent_is_r2_either_way():
    def scene(percent):
        return Scene().holds("X", "M", 50).holds("Y", "M", 50).holds("M", "P", percent).holds("Z", "P", 100 - percent)

    assert scene(50).tiers()["X"] == "R2"
    assert "X" not in scene(49.99).tiers()
    assert scene(50).tiers("X")["P"] == "R2"
    assert "P" not in scene(49.99).tiers("X")


def test_shares_by_several_chains_and_rings_add_up():
    scene = Scene().holds("P", "B", 22).holds("B", "C", 70).holds("C", "B", 20).holds("Z", "B", 58)
    relation = scene.register().related("P", DEAL_DAY)["B"]
    assert (relation.tier, relation.effective_ppm) == ("R2", round(0.22 / 0.86 * 1e6))


@pytest.mark.parametrize("role", ["director", "supervisor", "senior"])
def test_directors_supervisors_and_senior_staff_are_r2_either_way(role):
    scene = Scene().office("D", "P", role).office("E", "Q", role)
    assert scene.tiers() == {"D": "R2"}
    assert scene.tiers("D") == {"P": "R2"}


def test_kin_of_r1_persons_is_r2_but_not_kin_of_directors_or_of_kin():
    scene = (
        Scene()
        .holds("Boss", "P", 60).tie("KIN", "Wife", "Boss").tie("KIN", "Wife", "Cousin")
        .office("D", "P", "director").tie("KIN", "D", "Son")
    )  # fmt: skip
    assert scene.tiers() == {"Boss": "R1", "Wife": "R2", "D": "R2"}


def test_kin_of_the_person_asked_about_is_r2():
    assert Scene().tie("KIN", "P", "Wife").tiers() == {"Wife": "R2"}


def test_firms_that_relatives_control_are_r2_through_any_number_of_links():
    scene = (
        Scene()
        .holds("Boss", "P", 60).holds("Boss", "Firm", 80).holds("Firm", "Sub", 80)
        .tie("KIN", "Boss", "Wife").office("Wife", "Shop", "legal_rep")
        .office("D", "P", "director").holds("D", "DFirm", 70)
        .holds("Boss", "Minor", 20).holds("Big", "Minor", 80)
    )  # fmt: skip
    assert scene.tiers() == {
        "Boss": "R1", "Firm": "R2", "Sub": "R2", "Wife": "R2", "Shop": "R2", "D": "R2", "DFirm": "R2",
    }  # fmt: skip


def test_accounts_that_relatives_sign_for_are_r2():
    assert Scene().holds("Boss", "P", 60).account("a", "Mule", ["Boss"]).tiers() == {"Boss": "R1", "Mule": "R2"}


def test_who_controls_a_relatives_firm_is_not_drawn_in():
    scene = Scene().office("D", "P", "director").office("D", "Other", "director").holds("Owner", "Other", 90)
    assert scene.tiers() == {"D": "R2"}


def test_a_26_percent_holder_is_r2_even_when_a_bank_but_nothing_spreads_through_the_bank():
    def scene(is_bank):
        scene = Scene().holds("B", "P", 26).holds("Z", "P", 74).holds("B", "Client", 90).holds("State", "B", 100)
        return scene.licence("B", "bank") if is_bank else scene

    assert scene(is_bank=False).tiers() == {"B": "R2", "Client": "R2", "State": "R2", "Z": "R1"}
    assert scene(is_bank=True).tiers() == {"B": "R2", "Z": "R1"}
    assert scene(is_bank=True).tiers("B") == {"Client": "R1", "P": "R2", "State": "R1"}


def test_a_bank_by_sector_or_as_signatory_is_no_bridge_and_a_lapsed_licence_is_no_excuse():
    scene = Scene().account("a", "P", ["B"]).account("b", "Q", ["B"])
    assert scene.tiers() == {"B": "R1", "Q": "R1"}
    assert scene.party("B", sector="BANK").tiers() == {"B": "R1"}
    lapsed = Scene().account("a", "P", ["B"]).account("b", "Q", ["B"]).licence("B", "bank", until="2015-01-01")
    assert lapsed.tiers() == {"B": "R1", "Q": "R1"}


# -- R3 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["SAME_ADDRESS", "SAME_PHONE", "SAME_DEVICE"])
def test_soft_traces_are_r3_either_way_and_lead_nowhere(kind):
    scene = Scene().tie(kind, "N", "P").tie(kind, "N", "Far").holds("N", "NFirm", 100)
    assert scene.tiers() == {"N": "R3"}
    assert scene.tiers("N") == {"Far": "R3", "NFirm": "R1", "P": "R3"}


def test_who_left_office_within_24_months_is_r3():
    assert Scene().office("D", "P", "director", until="2014-06-02").tiers() == {"D": "R3"}
    assert Scene().office("D", "P", "director", until="2014-06-01").tiers() == {}
    assert Scene().office("D", "P", "legal_rep", until="2014-10-01").tiers() == {"D": "R3"}
    assert Scene().office("D", "P", "director", until=HALF_YEAR_BEFORE).tiers() == {"D": "R2"}


def test_two_independent_soft_links_and_money_are_r2():
    scene = (
        Scene()
        .tie("SAME_ADDRESS", "N", "P").tie("SAME_PHONE", "P", "N")
        .tie("SAME_ADDRESS", "M", "P").tie("SAME_ADDRESS", "P", "M")
        .tie("SAME_ADDRESS", "O", "P").tie("SAME_DEVICE", "P", "O")
    )  # fmt: skip
    assert scene.tiers() == {"M": "R3", "N": "R3", "O": "R3"}
    assert scene.tiers(money_with={"M", "N"}) == {"M": "R3", "N": "R2", "O": "R3"}
    raised = scene.register().related("P", DEAL_DAY, money_with={"N"})["N"]
    assert [link.kind for link in raised.path] == ["SAME_ADDRESS", "SAME_PHONE"]


def test_the_closest_tier_wins():
    scene = Scene().holds("X", "P", 60).office("X", "P", "director").tie("SAME_PHONE", "X", "P")
    assert scene.tiers() == {"X": "R1"}


# -- the window ----------------------------------------------------------------------------------------------------


def test_dropping_the_relative_before_the_deal_does_not_help():
    assert Scene().holds("X", "P", 60, until=HALF_YEAR_BEFORE).tiers() == {"X": "R1"}
    assert Scene().holds("X", "P", 60, until=DAY_TOO_EARLY).tiers() == {}
    assert Scene().holds("X", "P", 60).holds("X", "P", 0, told="2016-01-04").tiers() == {"X": "R1"}


def test_nor_does_buying_it_after():
    assert Scene().holds("X", "P", 60, since=HALF_YEAR_AFTER).tiers() == {"X": "R1"}
    assert Scene().holds("X", "P", 60, since=DAY_TOO_LATE).tiers() == {}


def test_the_window_is_asked_for():
    scene = Scene().holds("X", "P", 60, until="2016-05-31")
    assert scene.tiers(around_days=0) == {}
    assert scene.tiers(around_days=1) == {"X": "R1"}


def test_a_share_is_the_largest_of_any_day_not_the_sum_of_two():
    scene = (
        Scene()
        .holds("X", "S1", 100).holds("X", "S2", 100).holds("Z", "P", 80)
        .holds("S1", "P", 20, until="2016-03-01").holds("S2", "P", 20, since="2016-03-02")
    )  # fmt: skip
    assert scene.tiers() == {"Z": "R1"}
    scene = Scene().holds("X", "P", 30, until="2016-03-01").holds("Z", "P", 60)
    assert scene.register().related("P", DEAL_DAY)["X"].effective_ppm == 300_000


def test_window_moves_when_a_tie_may_enter_or_leave_by_time_alone():
    register = Scene().holds("X", "P", 60, since=LONG_AGO, until="2016-06-01").register()
    day = day_of_date("2016-06-01")
    assert register.window_moves(day + 180, day + 181)
    assert not register.window_moves(day + 182, day + 189)
    assert register.window_moves(day - 181, day - 180)
    assert not register.window_moves(day - 190, day - 182)
    assert register.related("P", day + 180) != register.related("P", day + 181)


# -- paths, order, cache -------------------------------------------------------------------------------------------


def test_the_path_is_the_evidence():
    scene = (
        Scene()
        .holds("Boss", "Parent", 70, told="2014-02-03", since="2014-02-01")
        .holds("Parent", "P", 60, told="2014-01-06", until="2016-03-01")
        .holds("Boss", "Firm", 55, told="2016-04-05")
    )
    related = scene.register().related("P", DEAL_DAY)
    to_parent = Link(
        "Parent", "P", "SHAREHOLDER", 600_000, None,
        day_of_date("2014-01-06"), day_of_date("2016-03-01"), moment("2014-01-06"),
    )  # fmt: skip
    to_boss = Link("Boss", "Parent", "SHAREHOLDER", 700_000, None, day_of_date("2014-02-01"), None, moment("2014-02-03"))
    to_firm = Link("Boss", "Firm", "SHAREHOLDER", 550_000, None, day_of_date("2016-04-05"), None, moment("2016-04-05"))
    assert related["Parent"].path == (to_parent,)
    assert related["Boss"].path == (to_parent, to_boss)
    assert related["Firm"].path == (to_parent, to_boss, to_firm)
    assert list(related) == ["Boss", "Firm", "Parent"]


def test_account_links_name_account_or_device():
    scene = Scene().account("a", "P", ["X"], told="2015-01-05").account("b", "Q", ["X"], told="2016-02-01")
    path = scene.register().related("P", DEAL_DAY)["Q"].path
    assert [(k.from_party, k.to_party, k.kind, k.via) for k in path] == [
        ("X", "P", "SIGNATORY", "a"), ("X", "Q", "SIGNATORY", "b"),
    ]  # fmt: skip
    assert path[1].known_at == moment("2016-02-01")


@pytest.mark.parametrize(("left", "until"), [(None, None), ("2016-05-01", "2016-05-01"), ("2016-03-01", "2016-04-01")])
def test_a_device_link_lasts_as_long_as_the_device_serves_both(left, until):
    scene = Scene().account("a", "P", device="d", told="2016-01-05").account("b", "Q", device="d", told="2016-04-01")
    if left:
        scene.account("a", device="other", told=left)
    (link,) = scene.register().related("P", DEAL_DAY)["Q"].path
    assert (link.from_party, link.to_party, link.kind, link.via) == ("P", "Q", "ACCOUNT_DEVICE", "d")
    assert link.valid_from == day_of_date("2016-04-01")
    assert link.valid_to == (None if until is None else day_of_date(until))


def test_rings_of_control_end():
    scene = Scene().holds("A", "P", 60).holds("P", "A", 60).holds("A", "S", 60).holds("P", "T", 60)
    assert scene.tiers() == {"A": "R1", "S": "R1", "T": "R1"}


def test_the_bound_on_related_parties_is_reported(monkeypatch):
    monkeypatch.setattr(related_module, "MAX_RELATED", 2)
    scene = Scene().holds("P", "A", 60).holds("P", "B", 60).holds("P", "C", 60)
    answer = scene.register().related("P", DEAL_DAY)
    assert answer.truncated
    assert len(answer) == 2


def test_an_answer_is_remembered_until_a_tie_is_told():
    register = Scene().holds("X", "P", 60).register()
    first = register.related("P", DEAL_DAY)
    version = register.version
    register.account_link("new", "Q", (), None, moment(DEAL))
    assert register.version == version
    assert register.related("P", DEAL_DAY) is first
    for event in Scene().holds("X", "Y", 60).events:
        register.ownership_event(event)
    assert register.version == version + 1
    assert list(register.related("P", DEAL_DAY)) == ["X", "Y"]


NAMES = ["P", "A", "B", "C", "D"]
DATES = [LONG_AGO, "2015-06-01", "2015-12-20", "2016-03-01", "2016-08-01"]


@st.composite
def stories(draw):
    """A handful of ties of every kind between five parties, told at various times, some superseding each other."""
    scene, date, name = Scene(), st.sampled_from(DATES), st.sampled_from(NAMES)
    kinds = ["SHAREHOLDER", "SHAREHOLDER", "SHAREHOLDER", "OFFICER", "CONTROLLER", "AGREEMENT", "KIN", "SAME_PHONE"]
    for _ in range(draw(st.integers(1, 9))):
        kind = draw(st.sampled_from(kinds))
        fields = {"told": draw(date), "since": draw(st.none() | date), "until": draw(st.none() | date)}
        if kind == "SHAREHOLDER":
            fields["ratio_ppm"] = draw(st.sampled_from([0, 200_000, 300_000, 450_000, 500_001]))
        if kind == "OFFICER":
            fields["role"] = draw(st.sampled_from(["legal_rep", "director"]))
        scene.tie(kind, draw(name), draw(name), **fields)
    for account in draw(st.lists(st.sampled_from(["a", "b"]), max_size=4)):
        owner, signatory, device = draw(st.none() | name), draw(st.none() | name), draw(st.none() | st.just("d"))
        scene.account(account, owner, [signatory] if signatory else [], device, told=draw(date))
    return scene


@settings(max_examples=120, deadline=None)
@given(stories(), st.data())
def test_any_order_of_telling_gives_the_same_relations(scene, data):
    order = data.draw(st.permutations(range(len(scene.events))))
    one, other = scene.register(), scene.register(order)
    for party in NAMES:
        assert list(one.related(party, DEAL_DAY).items()) == list(other.related(party, DEAL_DAY).items())


@settings(max_examples=60, deadline=None)
@given(stories())
def test_the_window_answer_holds_that_of_every_day_in_it(scene):
    register = scene.register()
    rank = {"R1": 1, "R2": 2, "R3": 3}
    wide = register.related("P", DEAL_DAY, around_days=60)
    for day in range(DEAL_DAY - 60, DEAL_DAY + 61, 20):
        for party, relation in register.related("P", day, around_days=0).items():
            if relation.tier != "R3":
                assert rank[wide[party].tier] <= rank[relation.tier]


@settings(max_examples=150, deadline=None)
@given(stakes(), st.data())
def test_tiers_are_those_of_the_plain_closure(graph, data):
    n, found = graph
    pair = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda p: p[0] != p[1])
    reps, directors, kin, neighbours = (set(data.draw(st.lists(pair, max_size=2))) for _ in range(4))
    scene = Scene()
    for (holder, company), ppm in found.items():
        scene.tie("SHAREHOLDER", f"p{holder}", f"p{company}", ratio_ppm=ppm)
    ties = [("OFFICER", reps, {"role": "legal_rep"}), ("OFFICER", directors, {"role": "director"}), ("KIN", kin, {}),
            ("SAME_PHONE", neighbours, {})]  # fmt: skip
    for kind, pairs, fields in ties:
        for one, other in sorted(pairs):
            scene.tie(kind, f"p{one}", f"p{other}", **fields)
    register = scene.register()
    for party in range(n):
        ours = {key: relation.tier for key, relation in register.related(f"p{party}", DEAL_DAY).items()}
        plain = oracle.tiers(party, n, found, reps, directors, kin, neighbours)
        assert ours == {f"p{other}": tier for other, tier in plain.items()}


# -- parties and licences ------------------------------------------------------------------------------------------


def test_a_party_is_what_was_told_last_field_by_field():
    scene = (
        Scene()
        .party("P", told="2016-03-01", name="新名", watched=True)
        .party("P", told="2014-01-06", name="旧名", kind="org", sector="P2P", reg_capital_fen=100)
        .tie("CAPITAL", None, "P", told="2015-01-06", amount_fen=500)
    )
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        register = scene.register(order)
        info = register.party("P")
        assert (info.name, info.kind, info.sector, info.reg_capital_fen, info.watched) == (
            "新名",
            "org",
            "P2P",
            500,
            True,
        )
        assert register.watched() == ["P"]
        assert register.party("Q") is None
    assert scene.party("P", told="2016-09-01", watched=False).register().watched() == []


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 1, 0, 2]])
def test_licences_are_valid_from_their_first_to_their_last_day_or_their_loss(order):
    scene = (
        Scene()
        .licence("P", "payment", since="2012-05-01", until="2017-04-30")
        .licence("P", "payment", "CANCELLED", told="2016-03-05", since="2016-03-01")
        .licence("P", "bank", since="2014-01-01")
        .licence("P", "bank", "SUSPENDED", told="2016-01-10", since="2014-01-01")
    )
    register = scene.register(order)

    def kinds(date):
        return [licence.kind for licence in register.licences("P", day_of_date(date))]

    assert kinds("2012-04-30") == []
    assert kinds("2012-05-01") == ["payment"]
    assert kinds("2016-01-09") == ["bank", "payment"]
    assert kinds("2016-01-10") == ["payment"]
    assert kinds("2016-02-29") == ["payment"]
    assert kinds("2016-03-01") == []
    assert register.has_licence("P", "payment", day_of_date("2015-01-01"))
    assert not register.has_licence("P", "trust", day_of_date("2015-01-01"))


def test_an_account_ties_everybody_who_ever_had_it_in_hand():
    scene = Scene().account("a", "P", device="d").account("b", "Q", device="d").account("b", "R").account("c", "S", ["P"])
    register = scene.account("c", "T", ["U"], "e").register()
    assert register.tied_by_account("a") == register.tied_by_account("b") == ["P", "Q", "R"]
    assert register.tied_by_account("c") == ["P", "S", "T", "U"]
    assert register.tied_by_account("unknown") == []


# -- the command ---------------------------------------------------------------------------------------------------


def test_the_command_prints_the_contracts_object(tmp_path, capsys):
    p, boss, sub = "uscc:91320902001010024P", "person:boss", "uscc:9132090200102002XW"
    scene = Scene().party(p, name="盐城样例").holds(boss, p, 60).holds(p, sub, 40).holds(boss, sub, 5)
    wrong = scene.holds("person:wrong", p, 30).events[-1]
    undone = {"stream": "own.events", "event_id": "undo", "source_id": "registry:test", "op": "CANCEL",
              "ref_event_id": wrong.event_id, "event_time": wrong.event_time, "type": "SHAREHOLDER", "party": p,
              "holder": "person:wrong", "ratio_ppm": 300_000}  # fmt: skip
    lines = [encode_line(e) for e in scene.events]
    (tmp_path / "events.jsonl").write_bytes(b"\n".join([json.dumps(undone).encode(), *lines, lines[0], b"{"]))
    related_command([tmp_path], p, DEAL, True)
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert answer["holdings"] == [{"party": sub, "effective_ppm": 400_000}]
    assert [(r["party"], r["tier"]) for r in answer["related"]] == [(boss, "R1"), (sub, "R1")]
    assert answer["related"][0]["path"] == [
        {"from": boss, "to": p, "kind": "SHAREHOLDER", "ratio_ppm": 600_000, "valid_from": LONG_AGO, "valid_to": None,
         "known_at": f"{LONG_AGO}T10:00:00+08:00"}
    ]  # fmt: skip
    assert (answer["truncated"], answer["closed_rings"], answer["over_issued"]) == (False, [], [])
    assert "1 lines" in err
    related_command([tmp_path / "events.jsonl"], p, DEAL, False)
    words = capsys.readouterr().out
    assert "盐城样例" in words
    assert "40.0000 %" in words
    assert f"R1 {boss}" in words


def test_the_command_refuses_what_is_no_date(tmp_path):
    with pytest.raises(ValueError, match="2016-6-1"):
        related_command([tmp_path], "person:x", "2016-6-1", True)


def test_the_command_refuses_a_party_that_nothing_names_and_knows_one_without_ties(tmp_path, capsys):
    lines = [encode_line(e) for e in Scene().holds("person:a", "person:b", 60).party("person:张三").events]
    (tmp_path / "events.jsonl").write_bytes(b"\n".join(lines))
    for wrong in ("person:", "person:aa", "p"):
        with pytest.raises(ValueError, match=f"names the party {wrong}$"):
            related_command([tmp_path], wrong, DEAL, True)
    assert capsys.readouterr().out == ""
    related_command([tmp_path], "person:张三", DEAL, True)
    assert json.loads(capsys.readouterr().out)["related"] == []


def test_the_command_names_what_the_register_cannot_mean(tmp_path, capsys):
    scene = Scene().party("person:a", name="甲").holds("person:a", "person:b", 100).holds("person:b", "person:a", 100)
    scene.holds("person:q", "person:a", 5)
    (tmp_path / "events.jsonl").write_bytes(b"\n".join(encode_line(e) for e in scene.events))
    related_command([tmp_path], "person:a", DEAL, True)
    answer = json.loads(capsys.readouterr().out)
    assert (answer["closed_rings"], answer["over_issued"]) == (["person:a", "person:b"], ["person:a"])
    related_command([tmp_path], "person:a", DEAL, False)
    words = capsys.readouterr().out
    assert "hold all of each other, so that the register names no owner (taken as one): person:a 甲, person:b" in words
    assert "more than 100 % is held, the register is wrong here: person:a 甲" in words
