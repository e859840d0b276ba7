"""The truth of lending platforms, recomputed from the events alone by plain readings (catalogue §4.1, §4.14).

Nothing here uses the generator's own functions or the engine: a scene whose numbers were miscounted fails.
"""

import datetime as dt
from collections import defaultdict

import pytest

from tests.city.readings import MILLION, day, names, opening, owners, roles, transfers, within

# --- P2P-01 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", names("P2P-01", lawful=False))
def test_pools_gather_what_the_truth_says_within_one_window(name, by_scene, scenes):
    paid_in = [t for t in transfers(by_scene[name]) if t.get("flow_class") == "INVEST_IN"]
    (must,) = scenes[name]["must"]
    owner = owners(by_scene[name])
    assert within(must["values"]["n_investors"], len({owner[t["debtor_account"]] for t in paid_in}))
    assert within(must["values"]["inflow_fen"], sum(t["amount_fen"] for t in paid_in))
    assert (day(paid_in[-1]["event_time"]) - day(paid_in[0]["event_time"])).days < 25
    assert len({owner[t["debtor_account"]] for t in paid_in}) >= 150
    assert sum(t["amount_fen"] for t in paid_in) >= 100_000_000
    # Yellow opens at 30 investors and 200 000 yuan.
    assert within(must["first_breach"], paid_in[29]["event_time"][:10])
    assert sum(t["amount_fen"] for t in paid_in[:30]) >= 20_000_000


@pytest.mark.parametrize("name", names("P2P-01", lawful=False))
def test_only_the_first_listing_reaches_its_borrower(name, by_scene, scenes):
    moves = transfers(by_scene[name])
    inflow = sum(t["amount_fen"] for t in moves if t.get("flow_class") == "INVEST_IN")
    lent = [t for t in moves if t.get("flow_class") == "LOAN_OUT"]
    (listing,) = {t["listing"] for t in lent}
    first = sum(t["amount_fen"] for t in moves if t.get("flow_class") == "INVEST_IN" and t["listing"] == listing)
    assert sum(t["amount_fen"] for t in lent) == first
    (must,) = scenes[name]["must"]
    assert within(must["values"]["pool_ratio_ppm"], (inflow - first) * MILLION // inflow)


def test_the_swept_pool_is_empty_every_night(by_scene):
    events = by_scene["p2p01.sweep"]
    (pool,) = {t["creditor_account"] for t in transfers(events) if t.get("flow_class") == "INVEST_IN"}
    balance = defaultdict(int)
    for t in transfers(events):
        sign = (t["creditor_account"] == pool) - (t["debtor_account"] == pool)
        balance[day(t["event_time"])] += sign * t["amount_fen"]
    held = 0
    for change in (balance[d] for d in sorted(balance)):
        held += change
        assert held == 0


def test_pass_through_leaves_nothing_on_the_master(by_scene):
    events = by_scene["p2p01.through"]
    (master,) = [account for account, role in roles(events).items() if role == "CLIENT_MASTER"]
    held = defaultdict(int)
    for t in transfers(events):
        held[day(t["event_time"])] += t["amount_fen"] * (
            (t["creditor_account"] == master) - (t["debtor_account"] == master)
        )
    assert len(held) > 5
    assert set(held.values()) == {0}


def test_swept_sub_ledgers_and_master_agree(by_scene):
    events = by_scene["p2p01.custody"]
    role = roles(events)
    balance = defaultdict(int)
    for t in transfers(events):
        balance[t["debtor_account"]] -= t["amount_fen"]
        balance[t["creditor_account"]] += t["amount_fen"]
        assert all(fen >= 0 for account, fen in balance.items() if role.get(account, "").startswith("CLIENT_"))


# --- P2P-04 ---------------------------------------------------------------------------------------------------------


def fifo_traced(events, ends):
    """Fen of the first LOAN_OUT that reach ``ends``, by oldest lot first; accounts open with untraced money."""
    lots = {account: [[opening(events, account), False]] for account in owners(events)}
    root, reached = None, 0
    for t in transfers(events):
        need, moved = t["amount_fen"], []
        queue = lots[t["debtor_account"]]
        while need:
            lot = queue[0]
            part = min(lot[0], need)
            moved.append([part, lot[1]])
            need, lot[0] = need - part, lot[0] - part
            if not lot[0]:
                queue.pop(0)
        if root is None and t.get("flow_class") == "LOAN_OUT":
            root, moved = t, [[t["amount_fen"], True]]
        reached += sum(part for part, traced in moved if traced and t["creditor_account"] in ends)
        lots[t["creditor_account"]] += [lot for lot in moved if lot[0]]
    return reached, root["amount_fen"]


@pytest.mark.parametrize("name", ["sf2", "layers", "skim", "split", "delay", "seeded"])
def test_what_reaches_the_controllers_firm(name, by_scene, scenes):
    events = by_scene["p2p04." + name]
    (must,) = scenes["p2p04." + name]["must"]
    held = {e["party"] for e in events if e.get("type") == "SHAREHOLDER" and e["party"] != must["subject"]}
    ends = {account for account, owner in owners(events).items() if owner in held}
    assert len(ends) == 1
    reached, disbursed = fifo_traced(events, ends)
    assert must["values"]["disbursed_fen"] == [disbursed, disbursed]
    assert within(must["values"]["traced_fifo_ppm"], reached * MILLION // disbursed)
    last = max(t["event_time"][:10] for t in transfers(events) if t["creditor_account"] in ends)
    assert within(must["first_breach"], last)
    # Thirty days and six hops: otherwise no detector is asked to find it.
    (lent,) = [t["event_time"] for t in transfers(events) if t.get("flow_class") == "LOAN_OUT"]
    assert (day(last) - day(lent)).days < 30


def test_seeded_mule_has_the_numbers_of_g16(scenes):
    values = scenes["p2p04.seeded"]["must"][0]["values"]
    assert values["traced_fifo_ppm"] == [0, 0]
    assert values["traced_lifo_ppm"] == values["traced_maxflow_ppm"] == [MILLION, MILLION]
    assert within(values["traced_prorata_ppm"], 500_000 * MILLION // 1_500_000)


def test_g2_keeps_its_famous_share(scenes):
    assert scenes["p2p04.sf2"]["must"][0]["values"]["traced_fifo_ppm"] == [941_192, 941_192]


@pytest.mark.parametrize("name", names("P2P-04", lawful=True))
def test_lawful_borrowers_send_almost_nothing_to_the_platform(name, by_scene):
    events = by_scene[name]
    related = {e["party"] for e in events if e.get("watched")} | {
        e["holder"] for e in events if e["stream"] == "own.events"
    }
    pooled = {account for account, role in roles(events).items() if role.startswith("CLIENT_")}
    ends = {account for account, owner in owners(events).items() if owner in related} - pooled
    back = [t for t in transfers(events) if t["creditor_account"] in ends]
    lent = sum(t["amount_fen"] for t in transfers(events) if t.get("flow_class") == "LOAN_OUT")
    assert sum(t["amount_fen"] for t in back) * 20 < lent
    assert all(t.get("flow_class") in ("FEE", "PAYROLL") for t in back)


# --- P2P-07 ---------------------------------------------------------------------------------------------------------


def books(events, last):
    """(day, investors' [(due, fen)], borrowers' [(due, fen)]) at each day's end from the first subscription on."""
    said = [e for e in events if e["stream"] == "prod.events"]
    first = min(day(e["event_time"]) for e in said if e["type"] == "SUBSCRIBE")
    claims, plans, of_listing = {}, {}, defaultdict(list)
    disbursed = set()
    for today in (first + dt.timedelta(days=n) for n in range((last - first).days)):
        for e in said:
            if day(e["event_time"]) != today:
                continue
            if e["type"] == "SUBSCRIBE":
                claims[e["claim"]] = [day(e["due"]), e["amount_fen"]]
            elif e["type"] == "REDEEM":
                claims[e["claim"]][1] -= e["amount_fen"]
            elif e["type"] == "REPAY_PLAN":
                of_listing[e["listing"]].append(e["plan_id"])
                plans[e["plan_id"]] = [day(e["due"]), e["principal_fen"]]
            elif e["type"] == "DISBURSE":
                disbursed.add(e["listing"])
            elif e["type"] == "REPAY":
                plans[e["plan_id"]][1] -= e["principal_fen"]
        assets = [plans[plan] for listing in disbursed for plan in of_listing[listing]]
        yield today, [(on, fen) for on, fen in claims.values() if fen], [(on, fen) for on, fen in assets if fen]


def gap_ppm(today, horizon, claims, assets):
    due = today + dt.timedelta(days=horizon)
    owed = sum(fen for on, fen in claims if on <= due) - sum(fen for on, fen in assets if on <= due)
    return owed * MILLION // sum(fen for _, fen in claims)


def wal_ratio_ppm(today, claims, assets):
    owed, owned = (
        (sum((on - today).days * fen for on, fen in side), sum(fen for _, fen in side)) for side in (claims, assets)
    )
    return owned[0] * owed[1] * MILLION // (owned[1] * owed[0])


CITY_END = dt.date(2016, 9, 16)


def test_g8_is_worst_on_its_first_day(by_scene, scenes):
    values = scenes["p2p07.book"]["must"][0]["values"]
    days = [(today, c, a) for today, c, a in books(by_scene["p2p07.book"], CITY_END) if c]
    assert len(days) == 20
    today, claims, assets = days[0]
    assert within(values["gap7_ppm"], gap_ppm(today, 7, claims, assets))
    assert within(values["wal_ratio_ppm"], wal_ratio_ppm(today, claims, assets))
    assert {gap_ppm(today, 30, c, a) for today, c, a in days} == {310_000}


def test_the_claim_scenes_stay_below_the_lines_of_the_book(by_scene):
    for name in ("p2p07.claim", "p2p07.maker"):
        for today, claims, assets in books(by_scene[name], CITY_END):
            assert gap_ppm(today, 30, claims, assets) < 150_000
            assert wal_ratio_ppm(today, claims, assets) < 1_500_000


def test_renewal_is_wholly_mismatched(by_scene):
    today, claims, assets = next(books(by_scene["p2p07.renewal"], CITY_END))
    assert gap_ppm(today, 30, claims, assets) == MILLION


@pytest.mark.parametrize("name", [*names("P2P-07", lawful=True), "p2p01.custody", "p2p01.through", "p2p01.payroll"])
def test_lawful_books_match_every_night(name, by_scene):
    seen = 0
    for today, claims, assets in books(by_scene[name], CITY_END):
        if claims:
            seen += 1
            assert all(gap_ppm(today, horizon, claims, assets) <= 0 for horizon in (7, 30, 90, 180))
            assert wal_ratio_ppm(today, claims, assets) <= MILLION
    assert seen > 10
