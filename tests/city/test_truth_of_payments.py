"""The truth of payment institutions and of loops, recomputed by plain readings (catalogue §4.3, §4.14).

Nothing here uses the generator's own functions or the engine: a scene whose numbers were miscounted fails.
"""

import datetime as dt
from collections import defaultdict

import pytest

from tests.city.readings import day, names, owners, roles, transfers, within

# --- PAY-01, PAY-02 -------------------------------------------------------------------------------------------------


def nights(events):
    """(date, liabilities, assets, roll-forward break) of every reported day, read as §4.14 says, transit included."""
    reserve = {a for a, role in roles(events).items() if role.startswith("RSV_")}
    own = {a for a, owner in owners(events).items() if owner == owners(events)[min(reserve)]} | reserve
    client, balance, before = defaultdict(int), defaultdict(int), None
    for t in transfers(events):
        into, out = t["creditor_account"] in reserve, t["debtor_account"] in reserve
        if into and t["debtor_account"] not in own:
            client[t["event_time"][:10]] += t["amount_fen"]
        if out and t["creditor_account"] not in own and t.get("order_id"):
            client[t["event_time"][:10]] -= t["amount_fen"]
    for e in events:
        if e["stream"] == "acct.balance" and e["kind"] == "CLOSING":
            balance[e["event_time"][:10]] += e["fen"]
    for e in events:
        if e["stream"] == "rep.liability":
            owed = sum(
                e[f"{part}_fen"] for part in ("customer_balance", "prepaid_unspent", "merchant_payable", "in_process")
            )
            transit = e["in_transit_fen"]
            broken = 0 if before is None else owed - before[0] - client[e["as_of"]] - (transit - before[1])
            before = (owed, transit)
            yield e["as_of"], owed, balance[e["as_of"]] + transit - e["own_in_reserve_fen"], broken


@pytest.mark.parametrize("name", ["pay01.clean", "pay01.dressing"])
def test_the_shortfall_and_its_first_night(name, by_scene, scenes):
    (must,) = scenes[name]["must"]
    short = [(on, owed, assets) for on, owed, assets, _ in nights(by_scene[name]) if owed != assets]
    on, owed, assets = short[0]
    assert within(must["first_breach"], on)
    assert must["values"]["liabilities_fen"] == [owed, owed]
    assert must["values"]["assets_fen"] == [assets, assets]
    assert len(short) >= 5 and all((o - a) * 100 >= o for _, o, a in short)


def test_the_dressed_night_shows_no_shortfall(by_scene):
    assert {owed - assets for on, owed, assets, _ in nights(by_scene["pay01.dressing"]) if on == "2016-06-30"} == {0}


def test_understated_liabilities_balance_but_do_not_roll_forward(by_scene):
    reported = list(nights(by_scene["pay01.understated"]))
    assert all(owed == assets for _, owed, assets, _ in reported)
    (broken,) = [(on, by, owed) for on, owed, _, by in reported if by]
    assert broken[0] == "2016-06-27"
    assert -broken[1] * 100 > broken[2]


@pytest.mark.parametrize("name", [*names("PAY-01", lawful=True), *names("PAY-02", lawful=True)])
def test_lawful_institutions_are_covered_and_roll_forward(name, by_scene):
    reported = list(nights(by_scene[name]))
    assert len(reported) > 30
    for _, owed, assets, broken in reported:
        assert owed == assets
        assert abs(broken) * 10_000 < owed


def not_entitled(events):
    """Reserve debits that no client order, no filed merchant and no accrued fee covers."""
    role, owner = roles(events), owners(events)
    reserve = {a for a in role if role[a].startswith("RSV_")}
    ordered, fees = defaultdict(int), 0
    for t in transfers(events):
        if t["creditor_account"] in reserve and t["debtor_account"] not in reserve and t.get("order_id"):
            ordered[t["order_id"]] += t["amount_fen"]
            fees += t["amount_fen"]
        if t["debtor_account"] not in reserve or t["creditor_account"] in reserve:
            continue
        if t.get("order_id") in ordered:
            ordered[t["order_id"]] -= t["amount_fen"]
            fees -= t["amount_fen"]
            assert ordered[t["order_id"]] >= 0
        elif role[t["creditor_account"]] == "MERCHANT_SETTLE":
            continue
        elif owner[t["creditor_account"]] == owner[t["debtor_account"]] and t.get("flow_class") == "FEE":
            assert t["amount_fen"] <= fees
        else:
            yield t


@pytest.mark.parametrize("name", ["related", "own", "wealth", "small"])
def test_misused_reserve(name, by_scene, scenes):
    (must,) = scenes["pay02." + name]["must"]
    misused = list(not_entitled(by_scene["pay02." + name]))
    assert within(must["values"]["misused_fen"], sum(t["amount_fen"] for t in misused))
    assert within(must["values"]["n_debits"], len(misused))
    assert within(must["first_breach"], misused[0]["event_time"][:10])
    assert must["values"]["misused_fen"][0] * 10 > must["values"]["misused_fen"][1] * 9


@pytest.mark.parametrize("name", names("PAY-02", lawful=True))
def test_lawful_reserves_pay_only_the_entitled(name, by_scene):
    assert not list(not_entitled(by_scene[name]))


def test_the_sham_merchant_hands_on_four_fifths_within_two_days(by_scene):
    events = by_scene["pay02.sham"]
    shams = [t for t in transfers(events) if "-sham-" in t.get("order_id", "")]
    (merchant,) = {t["creditor_account"] for t in shams}
    handed = [t for t in transfers(events) if t["debtor_account"] == merchant]
    for paid, on in zip(shams, handed):
        assert on["amount_fen"] * 10 >= paid["amount_fen"] * 8
        assert (day(on["event_time"]) - day(paid["event_time"])).days <= 2


# --- FLOW-01 --------------------------------------------------------------------------------------------------------


def loops(events):
    """All simple loops of ≥ 3 accounts in rising time within ten days, each hop 80–100 % of the one before."""
    edges = [(t["event_time"], t["debtor_account"], t["creditor_account"], t["amount_fen"]) for t in transfers(events)]
    paths = []
    for edge in edges:
        time, debtor, creditor, fen = edge
        for path in list(paths):
            last = path[-1]
            kept = last[3] * 8 <= fen * 10 and fen <= last[3]
            near = (day(time) - day(path[0][0])).days <= 10
            if last[2] == debtor and last[0] < time and kept and near:
                if creditor == path[0][1]:
                    if len(path) >= 2:
                        yield [*path, edge]
                elif creditor not in {hop[1] for hop in path}:
                    paths.append([*path, edge])
        paths.append([edge])


@pytest.mark.parametrize("name", ["flow01.clean", "flow01.watched", "flow01.skim"])
def test_the_loop_and_its_numbers(name, by_scene, scenes):
    (loop,) = loops(by_scene[name])
    (must,) = scenes[name]["must"]
    assert must["subject"] == owners(by_scene[name])[loop[0][1]]
    assert must["values"]["hops"] == [len(loop)] * 2
    assert must["values"]["loop_fen"] == [min(hop[3] for hop in loop)] * 2
    start, end = (dt.datetime.fromisoformat(loop[place][0]) for place in (0, -1))
    assert must["values"]["span_seconds"] == [(end - start).total_seconds()] * 2
    assert within(must["first_breach"], loop[-1][0][:10])


@pytest.mark.parametrize("name", ["flow01.pair", "flow01.growing"])
def test_these_lookalikes_hold_no_loop_at_all(name, by_scene):
    assert not list(loops(by_scene[name]))


def test_these_lookalikes_are_loops_but_for_their_owners_or_their_pool(by_scene):
    (loop,) = loops(by_scene["flow01.owner"])
    assert len({owners(by_scene["flow01.owner"])[hop[1]] for hop in loop}) == 2
    (loop,) = loops(by_scene["flow01.pooled"])
    assert any(roles(by_scene["flow01.pooled"])[hop[1]].startswith("RSV_") for hop in loop)


@pytest.mark.parametrize("family", ["P2P-01", "P2P-04", "P2P-07", "PAY-01", "PAY-02"])
def test_lawful_scenes_hold_no_loop_outside_pooled_accounts(family, by_scene):
    pooled = ("CLIENT_", "RSV_", "BANK_INTERNAL", "ESCROW_", "INSURER_")
    for name in names(family, lawful=True):
        role = roles(by_scene[name])
        for loop in loops(by_scene[name]):
            assert any(role.get(hop[1], "BANK_INTERNAL").startswith(pooled) for hop in loop), name
