"""Evidence packs recomputed: all that the engine writes agree, and whatever is tampered with is called different."""

import ast
import json
from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.city import build
from chuantou.console.main import main
from chuantou.console.recompute import compare, read_pack, recompute, sha256_of
from chuantou.console.recomputers import RECOMPUTERS, tracing
from chuantou.detectors.engine import Engine
from chuantou.detectors.registry import DETECTORS
from chuantou.schemas.alerts import canonical_json
from chuantou.schemas.columns import to_batches
from chuantou.schemas.decode import decode_lines
from tests.detectors.random_worlds import RandomWorld
from tests.detectors.scenario import Scenario, days_after, only, run
from tests.oracles import trace as oracle
from tests.town import EVENTS

CONSOLE = Path(__file__).parents[2] / "console"
CONTRACT = Path(__file__).parents[1] / "data" / "contract" / "events.jsonl"


def judged(lines):
    engine = Engine(rewind=False)
    events, dead = decode_lines(lines, str)
    assert not dead
    engine.accept(list(to_batches(events).values()))
    engine.close()
    return [(alert, engine.evidence(alert.alert_id)) for alert in engine.final_alerts()]


@cache
def packs():
    """(alert, pack) of the contract's example and of a generated city."""
    city = build(seed=2016, events=EVENTS)
    return judged(CONTRACT.read_bytes().splitlines()) + judged([json.dumps(event).encode() for event in city.events()])


def pack_of(detector, **values):
    """A pack as JSON gives it back; ``values`` single out one."""
    found = (pack for _, pack in packs() if pack["detector_id"] == detector and values.items() <= pack["values"].items())
    return json.loads(canonical_json(next(found)))


def different(pack):
    return [row.name for row in compare(pack) if not row.equal]


def written(tmp_path, pack):
    path = tmp_path / "pack.json"
    path.write_bytes(canonical_json(pack))
    return path


def test_every_detector_has_a_recomputer():
    assert sorted(RECOMPUTERS) == sorted(kind.id for kind in DETECTORS)


@pytest.mark.parametrize("path", [CONSOLE / "recompute.py", *sorted((CONSOLE / "recomputers").glob("*.py"))],
                         ids=lambda path: path.name)  # fmt: skip
def test_nothing_of_the_engine_is_imported(path):
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(node.module)
    plain = {"ast", "collections", "decimal", "fractions", "hashlib", "itertools", "json", "math", "pathlib", "typing", "rich"}
    own = {name for name in names if name.split(".")[0] not in plain}
    assert all(name.startswith("chuantou.console.recompute") for name in own), own


def test_every_pack_of_the_engine_agrees():
    assert {pack["detector_id"] for _, pack in packs()} == set(RECOMPUTERS)
    assert {pack["inputs"]["sf"] for _, pack in packs() if pack["detector_id"] == "P2P-04"} == {1, 2, 3}
    for alert, pack in packs():
        again = json.loads(canonical_json(pack))
        assert different(again) == [], alert.alert_id
        assert sha256_of(again) == alert.evidence_sha256
        assert again["severity"] == alert.severity


def test_the_command_says_equal_and_different(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("CHUANTOU_LANG", "en")
    alert, pack = packs()[0]
    assert main(["recompute", str(written(tmp_path, pack))]) == 0
    shown = capsys.readouterr().out
    assert alert.evidence_sha256 in shown
    assert shown.count("equal") >= len(pack["values"]) + 2
    assert "different" not in shown
    name = sorted(pack["values"])[0]
    tampered = {**pack, "values": {**pack["values"], name: 1 + int(pack["values"][name])}}
    assert main(["recompute", str(written(tmp_path, tampered))]) == 1
    row = next(line for line in capsys.readouterr().out.splitlines() if name in line)
    assert "different" in row
    assert f" {pack['values'][name]} " in row
    assert f" {tampered['values'][name]} " in row


@pytest.mark.parametrize("detector", sorted(RECOMPUTERS))
def test_every_stated_value_is_checked(detector):
    pack = pack_of(detector)
    for name, value in pack["values"].items():
        for other in (f"{value}0", None, int(float(value)) + 1):
            assert different({**pack, "values": {**pack["values"], name: other}}) == [name]
    without = {name: value for name, value in pack["values"].items() if name != sorted(pack["values"])[0]}
    assert different({**pack, "values": without}) == [sorted(pack["values"])[0]]
    assert different({**pack, "values": {**pack["values"], "more": 1}}) == ["more"]
    assert different({**pack, "amount_fen": pack["amount_fen"] + 1}) == ["amount_fen"]
    assert different({**pack, "severity": "none"}) == ["severity"]


def changed(pack, *path, by=None, to=None):
    """A copy with one place changed: by a number, or to a value."""
    copy = deepcopy(pack)
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to if by is None else place[path[-1]] + by
    return copy


CHANGES = [
    ("AD-01", {"fee_fen": 0}, ("inputs", "adverts", 0, "licences"), {"to": [{"kind": "bank"}]}, {"n_businesses", "severity"}),
    ("AD-02", {"n_business": 1}, ("inputs", "adverts", 0, "licences", 0, "kind"), {"to": "bank"}, {"n_business", "severity"}),
    ("AD-02", {"n_product": 1}, ("inputs", "adverts", 0, "licences", 0, "scope"), {"to": ["预付卡"]}, {"n_product", "severity"}),
    ("AD-02", {"n_region": 1}, ("inputs", "adverts", 0, "licences", 0, "region"), {"to": ["320900"]}, {"n_region", "severity"}),
    ("AD-03", {"class4": 1}, ("inputs", "adverts", 0, "says"), {"to": []}, {"score_ppm", "n_hits", "severity"}),
    ("AD-03", {"fee_fen": 12_000_000}, ("inputs", "adverts", 0, "fee_fen"), {"to": 0}, {"fee_fen", "amount_fen", "severity"}),
    ("AD-03", {"class7": 1}, ("inputs", "untrue_numbers"), {"to": []}, {"class7", "score_ppm", "severity"}),
    ("AD-04", {"n_sites": 1}, ("inputs", "adverts", 0, "site"), {"to": None}, {"n_sites"}),
    ("AD-04", {"n_sites": 0}, ("inputs", "adverts", 0, "says"), {"to": []}, {"severity"}),
    ("AD-04", {"n_sites": 0}, ("thresholds", "ad.raising.duty"), {"to": "breach"}, {"legacy", "severity"}),
    ("AM-05", {"n_loops": 2}, ("inputs", "loops", 0, 0, "owner"), {"to": "uscc:stranger"}, {"n_loops", "severity"}),
    ("AM-05", {"n_loops": 2}, ("thresholds", "am.group", "loop_fen"), {"by": 10**9}, {"severity"}),
    ("AM-05", {"exposure_ppm": 250_000}, ("inputs", "sold_fen"), {"by": 10**9}, {"exposure_ppm", "severity"}),
    ("AM-05", {"client_fen": 9_000_000}, ("inputs", "transfers", 0, "client"), {"to": False}, {"client_fen", "amount_fen"}),
    ("ECF-03", {"n_bought_back": 0}, ("inputs", "clause"), {"to": None}, {"score_ppm", "severity"}),
    ("ECF-03", {"n_bought_back": 0}, ("inputs", "investors", 0, "got", 0, "day"), {"by": 9}, {"n_regular"}),
    ("ECF-03", {"n_bought_back": 0}, ("inputs", "investors", 0, "got", 0, "fen"), {"by": 10**6}, {"irr_sigma_ppm"}),
    ("ECF-03", {"n_bought_back": 8}, ("inputs", "investors", 0, "got", -1, "fen"), {"to": 1}, {"n_bought_back"}),
    ("FLOW-01", {}, ("inputs", "hops", 0, "fen"), {"by": 10**12}, {"severity", "transactions.fen"}),
    ("FLOW-01", {}, ("inputs", "hops", -1, "time"), {"by": 1_000_000}, {"span_seconds"}),
    ("FLOW-01", {}, ("inputs", "hops", 0, "payer"), {"to": "elsewhere"}, {"severity"}),
    ("FLOW-01", {}, ("transactions", 0, "fen"), {"by": 1}, {"transactions.fen", "coverage.listed_fen"}),
    ("FLOW-01", {}, ("transactions", 0, "event_id"), {"to": "another"}, {"transactions.missing"}),
    ("FLOW-02", {"n_payers": 14}, ("inputs", "credits", 0, "back_fen"), {"to": 3_000_000}, {"n_payers", "gathered_fen"}),
    ("FLOW-02", {"n_payers": 14}, ("inputs", "debits", 0, "excuse"), {"to": "LA-REFUND"}, {"n_payees", "through_ppm"}),
    ("FLOW-02", {"n_payers": 14}, ("inputs", "pass_us"), {"to": 1}, {"through_ppm", "amount_fen", "severity"}),
    ("FLOW-03", {}, ("inputs", "line", "line_fen"), {"by": -1_000_000}, {"line_fen", "n_transfers", "just_below_ppm"}),
    ("FLOW-03", {}, ("inputs", "debits", -1, "counts"), {"to": False}, {"n_transfers", "amount_fen"}),
    ("FLOW-03", {}, ("thresholds", "flow.split", "transfers"), {"by": 90}, {"severity"}),
    ("ILF-01", {"n_collectors": 4}, ("inputs", "transfers", 0, "given_by"), {"to": None}, {"collected_fen", "through_fen"}),
    ("ILF-01", {"n_collectors": 4}, ("inputs", "transfers", -40, "in_window"), {"to": False}, {"through_fen"}),
    ("ILF-01", {"through_fen": 0}, ("inputs", "openings"), {"to": []}, {"through_fen", "severity"}),
    ("ILF-01", {"n_collectors": 4}, ("thresholds", "topology", "people"), {"by": 3}, {"severity"}),
    ("ILF-02", {"gross_absorbed_fen": 96_700_000}, ("inputs", "payments", 0, "fen"), {"by": 10**8},
     {"gross_absorbed_fen", "severity"}),
    ("ILF-02", {"n_people": 34}, ("inputs", "people", 0, "column"), {"to": "inside"}, {"n_people", "n_inside", "inside_fen"}),
    ("ILF-02", {"gross_absorbed_fen": 93_300_000}, ("inputs", "ended"), {"to": True}, {"loss_fen", "severity"}),
    ("ILF-02", {"n_inside": 36}, ("inputs", "people", 0, "column"), {"to": "register"}, {"n_people", "n_inside", "n_slices"}),
    ("ILF-02", {"n_people": 20, "net_of_rollover_fen": 40_000_000}, ("inputs", "payments", 25, "what"), {"to": "refunded"},
     {"gross_absorbed_fen", "amount_fen"}),
    ("ILF-02", {"n_people": 20, "net_of_rollover_fen": 60_000_000}, ("thresholds", "ilf.gather", "watch"), {"to": "0.9"},
     {"severity"}),
    ("ILF-03", {"n_rhythm": 32, "unit_fen": 250_000}, ("inputs", "paid", 0, "day"), {"by": 5}, {"n_rhythm"}),
    ("ILF-03", {"payout_ratio_ppm": 1_175_000}, ("inputs", "paid", 0, "fen"), {"by": 10**6}, {"n_lattice", "transactions.fen"}),
    ("ILF-03", {"unit_fen": 0}, ("inputs", "given", 0, "fen"), {"by": 10**8}, {"n_sums", "principal_fen"}),
    ("ILF-03", {"unit_fen": 0}, ("thresholds", "ilf.rhythm", "payees"), {"by": 10}, {"n_payees", "amount_fen", "severity"}),
    ("ILF-04", {"n_on_devices": 0}, ("inputs", "mules", 0, "paid", 0, "time"), {"by": 10**12}, {"mules[0]", "n_mules"}),
    ("ILF-04", {"n_on_devices": 6}, ("inputs", "mules", 0, "ties"), {"to": {}}, {"mules[0]", "n_on_devices"}),
    ("ILF-04", {"n_on_devices": 0, "through_fen": 18_060_000}, ("inputs", "inflows"), {"to": {}}, {"n_mules", "severity"}),
    ("ILF-04", {}, ("thresholds", "ilf.mule", "linked"), {"by": 5}, {"severity"}),
    ("ILF-05", {"levels": 3}, ("inputs", "rewarded", 0, "fen"), {"by": 10**9}, {"r2_ppm", "commission_fen", "severity"}),
    ("ILF-05", {"levels": 4}, ("inputs", "person"), {"to": False}, {"levels", "n_participants"}),
    ("ILF-05", {"levels": 4}, ("inputs", "invested", -1, "order"), {"to": None}, {"n_participants"}),
    ("ILF-05", {}, ("thresholds", "ilf.pyramid", "people"), {"by": 10}, {"severity"}),
    ("ILF-06", {"limb": 1, "n_people": 12}, ("inputs", "entries", 0, "inside"), {"to": "kin"}, {"n_people", "n_inside"}),
    ("ILF-06", {"limb": 1, "n_people": 12}, ("inputs", "entries", 0, "register"), {"to": False}, {"n_people", "n_inferred"}),
    ("ILF-06", {"limb": 2}, ("inputs", "entries", -1, "interest"), {"to": False}, {"n_people", "income_fen"}),
    ("ILF-06", {"limb": 3}, ("thresholds", "ilf.scope", "guaranteed"), {"by": 5}, {"severity"}),
    ("ILF-07", {"limb": 1, "n_inside": 0}, ("inputs", "buyers", 0, "got", 0, "fen"), {"by": 90_000}, {"n_buyers"}),
    ("ILF-07", {"limb": 2}, ("inputs", "texts"), {"to": []}, {"severity"}),
    ("ILF-07", {"limb": 1}, ("thresholds", "ilf.trade", "people"), {"by": 5}, {"severity"}),
    ("INS-01", {"n_tagged": 32, "n_claims": 0}, ("inputs", "tagged", 0, "fen"), {"by": 10**9}, {"tagged_fen", "amount_fen"}),
    ("INS-01", {"n_tagged": 32, "n_claims": 0}, ("inputs", "tagged", 0, "time"), {"by": -(10**14)}, {"n_tagged", "n_people"}),
    ("INS-01", {"n_claims": 3}, ("inputs", "claims", 0, "fen"), {"to": 100}, {"n_claims", "severity"}),
    ("INS-01", {"n_claims": 3}, ("inputs", "texts"), {"to": []}, {"n_members", "severity"}),
    ("INS-02", {"n_past": 1}, ("inputs", "adverts", 0, "says"), {"to": []}, {"n_past", "score_ppm", "severity"}),
    ("INS-02", {"n_promised": 1}, ("thresholds", "ins.weight", "fires"), {"to": 9}, {"severity"}),
    ("INS-03", {"n_payments": 3}, ("inputs", "payments", 0, "what"), {"to": "contract"}, {"outside_fen", "contract_fen"}),
    ("INS-03", {"returned_fen": 120_000_000}, ("inputs", "payments", -1, "fen"), {"by": -(10**8)}, {"returned_fen", "severity"}),
    ("INS-03", {"premium_fen": 4_000_000}, ("inputs", "transfers", 0, "client"), {"to": False}, {"premium_fen"}),
    ("INS-04", {}, ("inputs", "chains", 0, "back_fen"), {"by": -(10**6)}, {"n_people", "payout_fen", "collected_fen"}),
    ("INS-04", {}, ("inputs", "chains", 0, "sink_fen", "prorata"), {"by": 1}, {"chains[0].sink_fen.prorata"}),
    ("INS-04", {}, ("inputs", "investors"), {"to": ["person:x"]}, {"n_investors", "severity"}),
    ("LVT-01", {"n_transfers": 3}, ("inputs", "payments", 0, "fen"), {"by": 100}, {"total_fen", "transactions.fen"}),
    ("LVT-01", {"n_banks": 2, "n_transfers": 4}, ("inputs", "payments", 0, "fen"), {"by": 10**7}, {"one_bank_fen", "others_fen"}),
    ("LVT-01", {"n_transfers": 60}, ("inputs", "payments", 0, "reason"), {"to": "LA-GOV"}, {"total_fen", "n_transfers"}),
    ("LVT-01", {"cash": 1}, ("thresholds", "line_fen"), {"by": 10**9}, {"line_fen", "severity"}),
    ("P2P-01", {}, ("inputs", "credits", 0, "fen"), {"by": 1}, {"inflow_fen", "transactions.fen"}),
    ("P2P-01", {}, ("inputs", "credits", 0, "matched_fen"), {"by": -1_000_000}, {"pool_ratio_ppm", "amount_fen"}),
    ("P2P-01", {}, ("inputs", "now"), {"by": -5 * 86_400_000_000}, {"pool_ratio_ppm", "amount_fen"}),
    ("P2P-01", {}, ("inputs", "credits", 0, "time"), {"by": -31 * 86_400_000_000}, {"n_investors", "inflow_fen"}),
    ("P2P-01", {}, ("inputs", "held_changes", 0, 1), {"by": 7}, {"idle_peak_fen"}),
    ("P2P-01", {"n_investors": 160}, ("thresholds", "ilf.entity.people"), {"by": 1_000}, {"severity"}),
    ("P2P-02", {}, ("inputs", "transfers", 0, "fen"), {"by": -1}, {"transactions.fen"}),
    ("P2P-02", {}, ("inputs", "transfers", -1, "payout"), {"to": ""}, {"payouts_fen", "n_payees", "amount_fen"}),
    ("P2P-02", {}, ("thresholds", "ponzi.npo", "red"), {"to": "1.5"}, {"severity"}),
    ("P2P-03", {"limb": 1}, ("inputs", "loans", 0, "paid", 0, "fen"), {"by": 10**9}, {"lent_fen", "own_funded_ppm", "severity"}),
    ("P2P-03", {"limb": 2}, ("inputs", "claims", 0, "sold", 0, 1), {"by": -100}, {"sold_ppm"}),
    ("P2P-03", {"limb": 2}, ("thresholds", "platform_lending", "loans"), {"by": 10**6}, {"severity"}),
    ("P2P-03", {"limb": 3}, ("inputs", "early", 0, "full_at"), {"by": -(10**15)}, {"n_loans", "lent_fen", "severity"}),
    ("P2P-04", {"sf": 2}, ("inputs", "loans", 0, "transfers", 1, "fen"), {"by": -1}, {"transactions.fen"}),
    ("P2P-04", {"sf": 2}, ("inputs", "loans", 0, "sink_fen", "maxflow"), {"by": 1}, {"loans[0].sink_fen.maxflow"}),
    ("P2P-04", {"sf": 2}, ("inputs", "loans", 0, "transfers", 0, "traced_fen", 1), {"by": 1}, {"loans[0].traced_fen"}),
    ("P2P-04", {"sf": 2}, ("inputs", "loans", 0, "disbursed_fen"), {"by": 1}, {"disbursed_fen", "loans.root_fen"}),
    ("P2P-04", {"sf": 2}, ("thresholds", "selffin.share", "red"), {"to": "0.99"}, {"severity"}),
    ("P2P-04", {"sf": 1}, ("related",), {"to": {}}, {"severity", "traced_fifo_ppm"}),
    ("P2P-05", {"n_events": 1}, ("inputs", "events", 0, "parts", 0, "fen"), {"by": -100}, {"transactions.fen"}),
    ("P2P-05", {"n_events": 1}, ("inputs", "events", 0, "parts", 0, "payout"), {"to": False}, {"compensated_fen"}),
    ("P2P-05", {"n_events": 4}, ("inputs", "events", 0, "told", 0, "fen"), {"by": 100}, {"compensated_fen", "amount_fen"}),
    ("P2P-05", {}, ("thresholds", "self_guarantee", "event_fen"), {"by": 10**12}, {"severity"}),
    ("P2P-06", {"n_unpaid": 21}, ("inputs", "instalments", -1, "by_borrower_fen"), {"by": 10**9}, {"n_unpaid", "guaranteed_fen"}),
    ("P2P-06", {"n_unpaid": 21}, ("inputs", "instalments", -1, "to_investors_fen"), {"to": 0}, {"guaranteed_ppm", "amount_fen"}),
    ("P2P-06", {"n_unpaid": 21}, ("inputs", "lent", -1, "received_fen"), {"by": 10**6}, {"spread_ppm", "n_alike"}),
    ("P2P-06", {"n_unpaid": 21, "n_promises": 0}, ("thresholds", "guaranteed.return", "unpaid"), {"by": 10**6}, {"severity"}),
    ("P2P-06", {"n_unpaid": 21, "n_promises": 1}, ("inputs", "promises"), {"to": []}, {"n_promises", "severity"}),
    ("P2P-07", {}, ("inputs", "owed_by_borrowers", 0, 1), {"by": 1_000}, {"wal_ratio_ppm"}),
    ("P2P-07", {}, ("inputs", "owed_to_investors", 0, 1), {"by": 1_000}, {"outstanding_fen"}),
    ("P2P-08", {"limb": 1}, ("inputs", "links", 0, "parts", 0, "fen"), {"by": 100}, {"rollover_ppm", "transactions.fen"}),
    ("P2P-08", {"limb": 1}, ("inputs", "listings", 1, "start"), {"by": 9}, {"severity"}),
    ("P2P-08", {"limb": 2}, ("inputs", "listings", 0, "fen"), {"by": -100}, {"listed_fen", "amount_fen"}),
    ("P2P-08", {"limb": 1}, ("thresholds", "split_listings", "rolled"), {"to": "1.5"}, {"severity"}),
    ("P2P-09", {"f1": 1}, ("inputs", "marks", "f1", "status"), {"to": "ACTIVE"}, {"f1", "score_ppm", "severity"}),
    ("P2P-09", {"f2": 1}, ("inputs", "marks", "f2", "refunds"), {"to": [{"fen": 20_000_000}]}, {"f2", "score_ppm"}),
    ("P2P-09", {"f2": 1}, ("inputs", "marks", "f2", "payouts"), {"to": [{"fen": 1}]}, {"f2"}),
    ("P2P-09", {"f3": 1}, ("inputs", "marks", "f6", "ties"), {"to": []}, {"f6", "severity"}),
    ("P2P-09", {"f5": 1}, ("inputs", "marks", "f5", "texts", 0, 2), {"to": "quite another text"}, {"f5"}),
    ("P2P-09", {"f5": 1}, ("inputs", "marks", "f4", "receipts_fen"), {"to": 10**9}, {"f4"}),
    ("P2P-09", {"f1": 1}, ("thresholds", "fiction", "weights", "f1"), {"to": "0.9"}, {"score_ppm", "severity"}),
    ("P2P-10", {"overdue_stated_ppm": 15_000}, ("inputs", "claims", 0, "high"), {"by": 200_000}, {"n_false", "severity"}),
    ("P2P-10", {"volume_stated_fen": 500_000_000}, ("inputs", "claims", 0, "dealt"), {"to": []}, {"amount_fen"}),
    ("P2P-10", {"n_false": 1, "yield_stated_ppm": 150000}, ("inputs", "claims", 0, "states", 0), {"to": 7}, {"yield_stated_ppm"}),
    ("P2P-10", {"yield_stated_ppm": 150_000}, ("thresholds", "disclosure", "points"), {"to": "0.1"}, {"n_false", "severity"}),
    ("P2P-11", {"n_texts": 1}, ("inputs", "texts"), {"to": []}, {"n_texts", "limbs", "severity"}),
    ("P2P-11", {"n_salesmen": 12}, ("inputs", "entries", -1, "fen"), {"by": 10**8}, {"r2_ppm", "commission_fen"}),
    ("P2P-11", {"n_salesmen": 12}, ("thresholds", "offline", "counties"), {"by": 1}, {"limbs", "severity"}),
    ("P2P-12", {}, ("inputs", "loans", 0, "entries", 0, "fen"), {"by": 100}, {"outstanding_fen", "amount_fen"}),
    ("P2P-12", {"legacy": 0}, ("inputs", "loans", 0, "issued_day"), {"by": -1_000}, {"legacy_fen"}),
    ("P2P-12", {}, ("thresholds", "cap_fen"), {"by": 10**12}, {"severity", "cap_fen"}),
    ("P2P-13", {"limb": 3}, ("inputs", "entries", 0, "fen"), {"by": 10}, {"amount_fen"}),
    ("P2P-13", {"limb": 1}, ("thresholds", "claim.transfer", "claims"), {"by": 10}, {"amount_fen", "severity"}),
    ("P2P-13", {"limb": 1}, ("inputs", "claims", 0, "fen"), {"by": 10}, {"amount_fen"}),
    ("P2P-13", {"limb": 4}, ("thresholds", "claim.transfer", "fen"), {"by": 10**10}, {"severity"}),
    ("P2P-14", {"n_clients": 4}, ("inputs", "loans", 0, "fundings", 0, "counted_fen"), {"by": 10**6}, {"funded_fen"}),
    ("P2P-14", {"n_clients": 4}, ("inputs", "loans", 0, "interest", 0, "time"), {"by": 10**12}, {"n_clients", "funded_fen"}),
    ("P2P-14", {"full_cycles": 1, "n_clients": 1}, ("inputs", "loans", 0, "returns"), {"to": []}, {"full_cycles", "severity"}),
    ("P2P-14", {"hosted": 1}, ("inputs", "moves", 0, "inward"), {"to": False}, {"funded_fen"}),
    ("P2P-14", {"by_listing": 6}, ("inputs", "loans", 0, "sink_fen", "maxflow"), {"by": 1}, {"loans[0].sink_fen.maxflow"}),
    ("P2P-15", {"own_debits": 1}, ("inputs", "entries", 0, "counted_fen"), {"by": 10**9}, {"client_credits_fen"}),
    ("P2P-15", {"own_debits": 1}, ("inputs", "entries", -1, "what"), {"to": "own_income"}, {"own_income_fen"}),
    ("P2P-15", {"own_debits": 1}, ("thresholds", "commingle", "credits"), {"by": 10**6}, {"severity"}),
    ("P2P-16", {"n_custodians": 1}, ("inputs", "payments", -1, "what"), {"to": "custody"}, {"bypass_fen", "bypass_ratio_ppm"}),
    ("P2P-16", {"n_custodians": 1}, ("thresholds", "bypass", "investors"), {"by": 10**6}, {"severity"}),
    ("P2P-16", {"n_custodians": 0}, ("inputs", "live_listings"), {"to": []}, {"severity"}),
    ("P2P-17", {"no_bank": 1}, ("inputs", "designations", 0, "no_bank"), {"to": False}, {"no_bank", "severity"}),
    ("P2P-17", {"payment_alone": 1}, ("inputs", "designations", 0, "credits"), {"to": []}, {"held_fen", "severity"}),
    ("P2P-17", {"claimed": 1}, ("inputs", "claim"), {"to": None}, {"claimed", "severity"}),
    ("P2P-17", {"no_bank": 1}, ("inputs", "custodian_list"), {"to": ["another"]}, {"designations[0].not_listed"}),
    ("P2P-18", {"misused_fen": 0}, ("inputs", "exits", 0, "sink_fen", "lifo"), {"by": 1}, {"exits[0].sink_fen.lifo"}),
    ("P2P-18", {}, ("inputs", "exits", 0, "disbursed_fen"), {"by": 10**12}, {"client_inflow_fen"}),
    ("P2P-18", {"misused_fen": 0}, ("thresholds", "misuse", "red"), {"to": "1.5"}, {"severity"}),
    ("P2P-20", {"n_people": 40}, ("inputs", "illegality", "licences"), {"to": ["trust"]}, {"severity"}),
    ("P2P-20", {"n_people": 160}, ("inputs", "credits", 0, "kind"), {"to": "inside"}, {"n_people", "n_inside", "amount_fen"}),
    ("P2P-20", {"n_people": 160}, ("inputs", "sociality", "findings"), {"to": []}, {"n_pools", "severity"}),
    ("P2P-20", {"n_regular": 34}, ("inputs", "inducement", "regular"), {"to": []}, {"n_regular"}),
    ("P2P-20", {"n_people": 40}, ("inputs", "texts"), {"to": []}, {"n_adverts", "n_promises"}),
    ("PAY-01", {}, ("inputs", "balances", 0, "fen"), {"by": 5}, {"assets_fen", "shortfall_fen", "history[-1]"}),
    ("PAY-01", {}, ("inputs", "report", "in_process_fen"), {"by": 5}, {"liabilities_fen", "shortfall_fen"}),
    ("PAY-01", {"days": 3}, ("inputs", "history", -2, 2), {"by": 10**12}, {"days"}),
    ("PAY-01", {"understated_fen": 13_000_000}, ("inputs", "reconciled", 0, 3), {"by": 10**9}, {"unreconciled_fen"}),
    ("PAY-01", {"limb": 2}, ("inputs", "levels", 0, 1), {"by": 9_000}, {"average_reserve_fen", "amount_fen"}),
    ("PAY-01", {"limb": 2}, ("inputs", "capital_fen"), {"by": 10**9}, {"capital_ppm", "severity"}),
    ("PAY-02", {}, ("inputs", "debits", 0, "misused_fen"), {"by": -1}, {"misused_fen", "amount_fen"}),
    ("PAY-02", {}, ("inputs", "debits", 0, "fen"), {"by": 1}, {"transactions.fen"}),
    ("PAY-02", {"n_debits": 2}, ("inputs", "debits", 1, "transaction"), {"to": ["a", "b"]}, {"transactions.missing"}),
    ("PAY-03", {"limb": 1}, ("inputs", "places", -1, "no_bank"), {"to": False}, {"no_bank", "held_fen", "severity"}),
    ("PAY-03", {"limb": 3}, ("inputs", "transfers", -1, "client"), {"to": None}, {"came_fen", "n_clients", "held_fen"}),
    ("PAY-03", {"limb": 3}, ("inputs", "transfers", -1, "fen"), {"by": 100}, {"came_fen", "transactions.fen", "amount_fen"}),
    ("PAY-04", {"limb": 1}, ("inputs", "credits", 0, "excused"), {"to": True}, {"interest_fen", "severity"}),
    ("PAY-04", {"limb": 2}, ("inputs", "periods", 0, "level_days_fen"), {"by": 10**12}, {"r2_ppm", "rate_ppm"}),
    ("PAY-04", {"limb": 2}, ("inputs", "periods", 0, "paid", 0, "fen"), {"by": 100}, {"interest_fen", "transactions.fen"}),
    ("PAY-04", {"limb": 2}, ("thresholds", "rsv.interest.gate", "periods"), {"by": 9}, {"severity"}),
    ("PAY-05", {"limb": 1}, ("inputs", "pledges", 0, "authority"), {"to": True}, {"n_accounts", "pledged_fen", "severity"}),
    ("PAY-05", {"limb": 2}, ("inputs", "closings", -1, 1), {"to": 0}, {"deposit_fen", "severity"}),
    ("PAY-05", {"limb": 2}, ("inputs", "loans", 0, "fen"), {"by": 100}, {"loan_fen", "amount_fen", "transactions.fen"}),
    ("PAY-06", {}, ("inputs", "pairs", 0, "out", 0, "fen"), {"by": 10**12}, {"pairs", "matched_fen", "dl_ppm", "amount_fen"}),
    ("PAY-06", {}, ("inputs", "pairs", 0, "in", 0, "time"), {"by": -3 * 86_400_000_000}, {"pairs"}),
    ("PAY-06", {"net_days": 6}, ("inputs", "moves"), {"to": []}, {"net_days", "severity"}),
    ("PAY-06", {"net_days": 6}, ("inputs", "history"), {"to": []}, {"net_days", "severity"}),
    ("PAY-07", {}, ("inputs", "transfers", -1, "paid_to"), {"to": None}, {"settled_fen", "amount_fen"}),
    ("PAY-07", {"split_ppm": 984_580}, ("inputs", "sales", -2, 1), {"by": 10**9}, {"fee_spread_ppm"}),
    ("PAY-07", {}, ("inputs", "days", 1), {"by": -10}, {"received_fen", "settled_fen"}),
    ("PAY-07", {}, ("thresholds", "second_clear", "split"), {"to": "1.5"}, {"severity"}),
    ("PAY-08", {"night_ppm": 10**6}, ("inputs", "paid", 0, "holder"), {"to": None}, {"looped_fen", "loop_ppm", "amount_fen"}),
    ("PAY-08", {"limb": 1}, ("inputs", "sales", 0, "by_credit"), {"to": False}, {"credit_ppm"}),
    ("PAY-08", {"limb": 2}, ("inputs", "texts"), {"to": []}, {"n_texts", "severity"}),
    ("PAY-08", {"night_ppm": 0}, ("thresholds", "card.cash_out", "credit"), {"to": "1.5"}, {"signs", "limb", "severity"}),
    ("PAY-09", {"n_told": 5}, ("inputs", "transfers", 0, "buyer"), {"to": None}, {"n_buyers", "sold_fen", "amount_fen"}),
    ("PAY-09", {"n_told": 0}, ("inputs", "transfers", -1, "fen"), {"by": 10**8}, {"settled_fen", "transactions.fen"}),
    ("PAY-09", {"n_told": 0}, ("thresholds", "card.programme", "share"), {"to": "1.5"}, {"severity"}),
    ("PAY-09", {"limb": 2}, ("inputs", "sales", 0, "fen"), {"by": -5_000_000}, {"sold_fen", "amount_fen"}),
    ("PAY-10", {"n_getters": 50}, ("inputs", "moves", 0, "fen"), {"by": 100}, {"topup_fen", "balance_fen", "amount_fen"}),
    ("PAY-10", {"n_getters": 50}, ("inputs", "moves", 0, "user"), {"to": "person:x"}, {"n_users", "severity"}),
    ("PAY-10", {"n_spenders": 50}, ("thresholds", "wallet", "share"), {"to": "0.6"}, {"severity"}),
    ("PAY-10", {"n_merchants": 3}, ("thresholds", "wallet", "merchants"), {"to": 4}, {"severity"}),
    ("PAY-11", {}, ("inputs", "month", "large"), {"to": 0}, {"large_ppm", "large_z_milli"}),
    ("PAY-11", {}, ("inputs", "peers", "large"), {"to": [999_999] * 20}, {"large_z_milli", "n_peers", "lines.large"}),
    ("PAY-11", {}, ("thresholds", "purpose.drift", "z"), {"by": 10**6}, {"severity"}),
    ("PAY-12", {"n_new_contracts": 1}, ("inputs", "settlements", 0, "payee"), {"to": "uscc:x"}, {"n_new_contracts"}),
    ("PAY-12", {"n_settlements": 13}, ("inputs", "notices", 0, "alone"), {"by": 2}, {"settled_fen", "n_settlements"}),
    ("PAY-12", {"n_entities": 3}, ("thresholds", "channel", "entities"), {"to": 4}, {"settled_fen", "amount_fen"}),
    ("RE-01", {"n_buyers": 5}, ("inputs", "purchases", 0, "loans_before", 0, "fen"), {"by": 10}, {"loan_fen"}),
    ("RE-01", {"loan_fen": 18_000_000}, ("inputs", "purchases", 0, "mortgage"), {"to": None}, {"severity"}),
    ("RE-01", {"loan_fen": 18_000_000}, ("inputs", "purchases", 0, "down_payments", 0, "openings", 0, 1), {"by": 10**8},
     {"rooted_fifo_ppm", "severity"}),
    ("RE-01", {"n_buyers": 5}, ("thresholds", "downpayment", "buyers"), {"by": 1}, {"severity"}),
    ("RE-02", {"by_money": 1}, ("inputs", "listings", 0, "loans"), {"to": []}, {"raised_fen", "severity"}),
    ("RE-02", {"by_money": 0}, ("inputs", "listings", 0, "sales", 0, "fen"), {"by": 10}, {"raised_fen", "amount_fen"}),
    ("RE-03", {"n_people": 12}, ("thresholds", "crowd.buying", "people"), {"by": 3}, {"severity"}),
    ("RE-03", {"n_people": 12}, ("inputs", "escrowed_fen"), {"by": 10**10}, {"escrowed_fen", "severity"}),
    ("REG-02", {"in_scope": 1, "n_hard": 3}, ("inputs", "licences"), {"to": ["fund"]}, {"n_words", "in_name", "n_hard"}),
    ("REG-02", {"n_soft": 1}, ("inputs", "words"), {"to": []}, {"n_soft", "n_words", "severity"}),
    ("REG-02", {"n_soft": 1}, ("thresholds", "names.soft"), {"to": []}, {"n_soft", "n_words"}),
    ("REG-03", {"n_contributors": 3}, ("inputs", "transfers", 0, "label"), {"to": None}, {"circular_ppm", "severity"}),
    ("REG-03", {"n_contributors": 3}, ("thresholds", "capital.source", "circular"), {"to": "1.5"}, {"severity"}),
    ("REG-03", {"withdrawn_ppm": 971_428}, ("inputs", "followed", 0, "transfers", 1, "fen"), {"by": 1}, {"transactions.fen"}),
    ("REG-03", {"withdrawn_ppm": 971_428}, ("inputs", "reduced_fen"), {"by": 10**10}, {"severity"}),
    ("REG-03", {"limb": 3}, ("inputs", "transfers", 0, "behind"), {"to": False}, {"rooted_ppm", "own_inflow_ppm", "severity"}),
    ("REG-03", {"limb": 3}, ("inputs", "dividends", 0, "passed"), {"to": []}, {"passed_on_ppm", "severity"}),
    ("REG-04", {"n_undeclared": 1}, ("inputs", "has_list"), {"to": False}, {"n_undeclared", "severity"}),
    ("REG-04", {"business_most": 22}, ("thresholds", "account.inventory", "counterparties"), {"by": 9}, {"severity"}),
    ("REG-04", {"n_undeclared": 1}, ("inputs", "settlement_accounts"), {"by": 1}, {"n_accounts"}),
    ("REG-05", {"cash_in_ppm": 333_333}, ("inputs", "sources", 0, "fen"), {"by": 10**9}, {"cash_in_ppm", "severity"}),
    ("REG-05", {"cash_in_ppm": 0, "judged_in": 1}, ("inputs", "before"), {"to": None}, {"psi_in_ppm", "severity"}),
    ("REG-05", {"cash_in_ppm": 333_333}, ("thresholds", "money.profile", "payments"), {"by": 100}, {"judged_in", "severity"}),
    ("REG-06", {}, ("inputs", "breaches", 0, "lag_days"), {"by": 1}, {"lag_days"}),
    ("REG-06", {"n_unreported": 1}, ("inputs", "judged_day"), {"by": -30}, {"breaches[0].within"}),
    ("REG-06", {}, ("thresholds", "custodian.duty", "lag_days"), {"by": 90}, {"n_late", "severity", "amount_fen"}),
    ("RUN-01", {}, ("inputs", "cash_fen"), {"by": 10**12}, {"covered_fen", "signals", "severity"}),
    ("RUN-01", {}, ("inputs", "entries", -1, 3), {"by": 100}, {"new_clients"}),
    ("RUN-01", {}, ("inputs", "changes"), {"to": [[1, "x"]]}, {"signals", "signal_change"}),
    ("RUN-01", {}, ("thresholds", "run.precursors", "orange"), {"by": 10}, {"severity"}),
    ("TV-04", {"n_holders": 208}, ("thresholds", "tv.holders.max"), {"by": 10}, {"limit", "severity"}),
    ("TV-04", {"n_quick_parties": 5}, ("inputs", "quick", 0, "trading_days"), {"by": 9}, {"n_quick", "quick_fen", "amount_fen"}),
    ("TV-04", {"n_quick_parties": 5}, ("inputs", "supplied_fen"), {"by": 10**12}, {"severity"}),
    ("TV-04", {"n_rules": 1}, ("inputs", "rules"), {"to": []}, {"n_rules", "severity"}),
    ("TV-05", {"lag_days": 0}, ("inputs", "payments", 0, "fen"), {"by": 10**6}, {"beta_ppm", "corr_ppm", "amount_fen"}),
    ("TV-05", {"lag_days": 0}, ("inputs", "closings", 5, "closed_fen"), {"by": -100}, {"lost_fen"}),
    ("TV-05", {"lag_days": 0}, ("inputs", "hubs"), {"to": []}, {"against_ppm", "n_counterparties", "severity"}),
    ("TV-05", {"lag_days": 0}, ("inputs", "turnover", 0, 3), {"by": 10**9}, {"turnover_corr_ppm"}),
    ("TV-05", {"lag_days": 0}, ("thresholds", "tv.loss_sharing", "days"), {"by": 10}, {"severity"}),
    ("YLD-01", {}, ("inputs", "coupon_ppm"), {"by": 1_000}, {"all_in_yield_ppm"}),
    ("YLD-01", {"over_borrower": 1}, ("inputs", "bonuses", 0, "counted_fen"), {"by": 10**6}, {"all_in_yield_ppm"}),
    ("YLD-01", {"over_borrower": 1}, ("inputs", "assets", 0, 2), {"by": 10**6}, {"borrower_rate_ppm", "severity"}),
    ("YLD-01", {"over_line": 1}, ("thresholds", "yld.line", "soft"), {"to": "0.9"}, {"legal_line_ppm", "over_line"}),
    ("YLD-02", {}, ("inputs", "payments", 0, "counted_fen"), {"by": 100}, {"paid_fen", "all_in_yield_ppm"}),
    ("YLD-02", {}, ("inputs", "day"), {"by": -10}, {"days", "severity"}),
    ("YLD-02", {}, ("inputs", "claims", 0, 2), {"by": 30}, {"all_in_yield_ppm"}),
    ("YLD-02", {}, ("inputs", "before_received_fen"), {"by": 10**9}, {"received_fen", "subsidy_fen", "severity"}),
    ("YLD-02", {}, ("thresholds", "yld.subsidy", "share"), {"to": "1.5"}, {"severity"}),
    ("YLD-03", {}, ("inputs", "payments", -1, "what"), {"to": "received"}, {"payouts_fen", "excess_fen"}),
    ("YLD-03", {}, ("inputs", "first_day"), {"by": 40}, {"payouts_fen", "cross_fen", "severity"}),
    ("YLD-03", {}, ("thresholds", "yld.subsidy", "cross"), {"to": "1.5"}, {"severity"}),
]


@pytest.mark.parametrize(("detector", "values", "path", "change", "shows"), CHANGES)
def test_a_changed_input_shows_in_the_values_that_rest_on_it(detector, values, path, change, shows):
    assert shows <= set(different(changed(pack_of(detector, **values), *path, **change)))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not an evidence pack: Expecting"),
        ("[]", "not an evidence pack of a detector"),
        ('{"detector_id": "P2P-99"}', "not an evidence pack of a detector"),
        ('{"detector_id": "PAY-02", "amount_fen": 1.5}', "1.5 is not an integer"),
        ('{"detector_id": "PAY-02", "amount_fen": NaN}', "NaN is not an integer"),
        ('{"detector_id": "PAY-02"}', "cannot be recomputed: KeyError: 'inputs'"),
        ('{"detector_id": "PAY-02", "inputs": [], "thresholds": {}}', "cannot be recomputed: TypeError"),
        ("[" * 100_000, "not an evidence pack"),
        ("9" * 5_000, "not an evidence pack"),
    ],
)
def test_what_is_no_pack_is_one_clear_error(tmp_path, capsys, monkeypatch, text, says):
    monkeypatch.setenv("CHUANTOU_LANG", "en")
    path = tmp_path / "pack.json"
    path.write_text(text)
    assert main(["recompute", str(path)]) == 1
    shown = capsys.readouterr()
    assert says in shown.err
    assert (shown.err.count("\n"), shown.out) == (1, "")


NEEDED = {
    "AD-01": "inputs.adverts thresholds.ad.licences thresholds.zero_tolerance_fen",
    "AD-02": "inputs.adverts thresholds.ad.licences thresholds.ad.product_types thresholds.zero_tolerance_fen",
    "AD-03": "inputs.adverts inputs.untrue_numbers thresholds.ad.weight thresholds.zero_tolerance_fen",
    "AD-04": "inputs.adverts thresholds.ad.raising.duty thresholds.ad.raising.licensed thresholds.zero_tolerance_fen",
    "AM-05": "inputs.members inputs.licences inputs.friends inputs.loops inputs.holdings inputs.to_persons_fen inputs.sold_fen "
    "inputs.openings inputs.transfers thresholds.am.group thresholds.zero_tolerance_fen",
    "ECF-03": "inputs.investors inputs.results inputs.clause thresholds.debt.equity thresholds.zero_tolerance_fen",
    "FLOW-01": "inputs.hops inputs.keep_ppm inputs.window_us",
    "ILF-01": "inputs.accounts inputs.openings inputs.transfers thresholds.topology thresholds.wages_percent "
    "thresholds.zero_tolerance_fen",
    "ILF-02": "inputs.actor inputs.ended inputs.intermediary inputs.people inputs.payments thresholds.ilf.gather "
    "thresholds.lines thresholds.huge thresholds.very_huge thresholds.behaviour",
    "ILF-03": "inputs.given inputs.paid inputs.inside thresholds.ilf.rhythm thresholds.ilf.entity.people "
    "thresholds.ilf.entity.amount",
    "ILF-04": "inputs.mules inputs.inflows thresholds.ilf.mule thresholds.collected_ppm",
    "ILF-05": "inputs.invested inputs.rewarded inputs.up inputs.down inputs.person inputs.uplines thresholds.ilf.pyramid",
    "ILF-06": "inputs.limb inputs.entries thresholds.ilf.scope thresholds.zero_tolerance_fen",
    "ILF-07": "inputs.limb inputs.buyers inputs.given_fen inputs.bought inputs.n_inside thresholds.ilf.trade "
    "thresholds.zero_tolerance_fen",
    "INS-01": "inputs.tagged inputs.came inputs.claims inputs.texts inputs.staff inputs.now thresholds.ins.unlicensed "
    "thresholds.zero_tolerance_fen",
    "INS-02": "inputs.adverts inputs.classes thresholds.ins.weight thresholds.zero_tolerance_fen",
    "INS-03": "inputs.now inputs.parties inputs.payments inputs.openings inputs.transfers inputs.shared "
    "thresholds.ins.firewall thresholds.zero_tolerance_fen",
    "INS-04": "inputs.chains inputs.investors inputs.insurer_duty thresholds.ins.loop thresholds.zero_tolerance_fen",
    "LVT-01": "inputs.payments inputs.rest inputs.incoming inputs.cash thresholds.line_fen",
    "P2P-01": "inputs.now inputs.credits inputs.held_at_start_fen inputs.held_changes inputs.paid_investors "
    "thresholds.pool.gate thresholds.ilf.entity.people thresholds.ilf.entity.amount",
    "P2P-02": "inputs.openings inputs.transfers inputs.last_of_day thresholds.ponzi.npo thresholds.rising_ppm",
    "P2P-03": "inputs.limb inputs.loans thresholds.platform_lending thresholds.zero_tolerance_fen",
    "P2P-04": "inputs.sf inputs.loans thresholds.selffin.share",
    "P2P-05": "inputs.events inputs.guaranteed thresholds.self_guarantee thresholds.zero_tolerance_fen",
    "P2P-06": "inputs.instalments inputs.lent inputs.promises thresholds.guaranteed.return",
    "P2P-07": "inputs.day inputs.owed_to_investors inputs.owed_by_borrowers inputs.early_exits inputs.on_demand "
    "inputs.owed_by_borrowers_without_date_fen thresholds.mismatch",
    "P2P-08": "inputs.limb inputs.listings inputs.links thresholds.split_listings thresholds.cap_fen",
    "P2P-09": "inputs.marks inputs.asked_fen thresholds.fiction thresholds.zero_tolerance_fen",
    "P2P-10": "inputs.claims thresholds.disclosure",
    "P2P-11": "inputs.entries inputs.texts thresholds.offline thresholds.zero_tolerance_fen",
    "P2P-12": "inputs.scope inputs.loans thresholds.cap_fen thresholds.cap_first_day thresholds.red_percent",
    "P2P-13": "inputs.limb inputs.entries thresholds.claim.transfer thresholds.zero_tolerance_fen",
    "P2P-14": "inputs.limb inputs.loans thresholds.margin thresholds.zero_tolerance_fen",
    "P2P-15": "inputs.entries thresholds.commingle thresholds.zero_tolerance_fen",
    "P2P-16": "inputs.limb inputs.payments thresholds.bypass",
    "P2P-17": "inputs.designations inputs.claim inputs.custodian_list thresholds.zero_tolerance_fen",
    "P2P-18": "inputs.limb inputs.exits inputs.client_inflow inputs.fees inputs.openings thresholds.misuse",
    "P2P-20": "inputs.illegality inputs.publicness inputs.inducement inputs.sociality inputs.texts inputs.credits "
    "thresholds.illegal.raising thresholds.ilf.entity.people thresholds.ilf.entity.amount",
    "PAY-01": "inputs.day inputs.reconciled inputs.report inputs.balances inputs.history inputs.borrowed "
    "inputs.yesterday_liabilities_fen "
    "thresholds.floor_fen thresholds.floor_ppm thresholds.red_days",
    "PAY-02": "inputs.now inputs.window_us inputs.debits",
    "PAY-03": "inputs.limb inputs.openings inputs.transfers thresholds.zero_tolerance_fen",
    "PAY-04": "inputs.limb inputs.periods thresholds.rsv.interest.gate thresholds.zero_tolerance_fen",
    "PAY-05": "inputs.limb inputs.loans inputs.closings inputs.before inputs.debits thresholds.rsv.pledge",
    "PAY-06": "inputs.day inputs.pairs inputs.unlisted inputs.moves inputs.history inputs.received_fen "
    "thresholds.clr.direct_link thresholds.clr.netting thresholds.clr.pairing thresholds.zero_tolerance_fen",
    "PAY-07": "inputs.openings inputs.transfers inputs.sales inputs.days thresholds.second_clear thresholds.second_clear.shape "
    "thresholds.lag_days thresholds.steady_rounds",
    "PAY-08": "inputs.sales inputs.paid inputs.texts thresholds.card.cash_out thresholds.card.cash_out.shape "
    "thresholds.zero_tolerance_fen",
    "PAY-09": "inputs.limb inputs.openings inputs.transfers thresholds.card.programme thresholds.zero_tolerance_fen",
    "PAY-10": "inputs.moves thresholds.wallet thresholds.zero_tolerance_fen",
    "PAY-11": "inputs.month inputs.peers inputs.lines thresholds.purpose.drift",
    "PAY-12": "inputs.settlements inputs.notices thresholds.channel thresholds.zero_tolerance_fen",
    "RE-01": "inputs.purchases thresholds.downpayment",
    "RE-02": "inputs.listings thresholds.estate.finance thresholds.zero_tolerance_fen",
    "RE-03": "inputs.sales inputs.behind inputs.paid_fen inputs.escrowed_fen inputs.says thresholds.crowd.buying",
    "REG-02": "inputs.words inputs.licences inputs.government thresholds.names.hard thresholds.names.licences",
    "REG-03": "inputs.payments inputs.openings inputs.transfers inputs.followed inputs.reduced_fen thresholds.capital.source "
    "thresholds.zero_tolerance_fen",
    "REG-04": "inputs.day inputs.has_list inputs.settlement_accounts inputs.accounts inputs.launches "
    "thresholds.account.inventory",
    "REG-05": "inputs.sources inputs.uses inputs.n_in inputs.n_out inputs.before thresholds.money.profile",
    "REG-06": "inputs.breaches inputs.judged_day thresholds.custodian.duty",
    "RUN-01": "inputs.day inputs.cash_fen inputs.owed_to_investors inputs.entries inputs.redeemed inputs.changes "
    "thresholds.run.precursors thresholds.cash_scale_fen",
    "TV-04": "inputs.rules inputs.holders inputs.behind inputs.sales inputs.unlisted_fen inputs.turnover inputs.quick "
    "inputs.supplied_fen thresholds.tv.holders.max thresholds.tv.min_trading_days thresholds.tv.trading "
    "thresholds.zero_tolerance_fen",
    "TV-05": "inputs.payments inputs.closings inputs.unlisted inputs.turnover inputs.not_clients inputs.hubs "
    "thresholds.tv.loss_sharing",
    "YLD-01": "inputs.coupon_ppm inputs.bonuses inputs.fen_days inputs.peers inputs.assets thresholds.yld.abnormal "
    "thresholds.yld.line",
    "YLD-02": "inputs.payments inputs.transfers inputs.openings inputs.claims inputs.day thresholds.yld.subsidy "
    "thresholds.view_days",
    "YLD-03": "inputs.payments inputs.transfers inputs.openings inputs.first_day inputs.product thresholds.yld.subsidy",
}


@pytest.mark.parametrize(("detector", "place"), [(d, place) for d in sorted(NEEDED) for place in NEEDED[d].split()])
def test_a_pack_that_lacks_what_its_values_rest_on_is_refused(tmp_path, detector, place):
    chosen = {
        "AD-02": {"n_product": 1}, "ILF-06": {"limb": 1}, "P2P-01": {"n_investors": 160}, "P2P-03": {"limb": 1},
        "P2P-04": {"sf": 2}, "P2P-08": {"limb": 1}, "P2P-13": {"limb": 3}, "P2P-14": {"n_clients": 4},
        "P2P-16": {"n_custodians": 1}, "P2P-17": {"no_bank": 1}, "P2P-18": {"shortfall_days": 0}, "P2P-20": {"n_people": 40},
        "PAY-03": {"limb": 3}, "PAY-04": {"limb": 2}, "PAY-05": {"limb": 2}, "PAY-09": {"limb": 1},
        "REG-03": {"n_contributors": 3},
    }  # fmt: skip
    pack = pack_of(detector, **chosen.get(detector, {}))
    part, _, name = place.partition(".")
    del pack[part][name]
    with pytest.raises(ValueError, match="cannot be recomputed: KeyError"):
        recompute(written(tmp_path, pack))


def test_a_debit_listed_twice_counts_once():
    pack = pack_of("PAY-02", n_debits=1)
    twice = changed(pack, "inputs", "debits", to=pack["inputs"]["debits"] * 2)
    assert different(changed(twice, "values", "n_debits", by=1)) == ["n_debits"]


def test_zero_is_not_false(tmp_path):
    pack = pack_of("P2P-01")
    assert pack["values"]["structural"] == 0
    assert different({**pack, "values": {**pack["values"], "structural": False}}) == ["structural"]
    assert read_pack(written(tmp_path, pack)) == pack


# -- instants at which a pack is easily about another moment than its values ---------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_packs_of_random_worlds_agree(seed):
    """Circles, openings and crowds of payments that change at the same instants, to everybody."""
    engine = run(RandomWorld(seed, events=200).s)
    found = engine.final_alerts()
    assert found
    for alert in found:
        assert different(json.loads(canonical_json(engine.evidence(alert.alert_id)))) == [], alert.detector


def test_credits_of_the_very_instant_that_come_after_the_finding():
    """A bank that gives only dates: the 150th investor is one of forty at one midnight, and the pack must stop there."""
    s = Scenario()
    platform, borrower = s.platform(), s.org()
    pool, through = s.account(platform), s.account(platform)
    s.product("2016-06-06", "LISTING", platform, 400_000, listing="L2", borrower=borrower, rate_ppm=80_000, term_days=90)
    for _ in range(149):
        s.pay("2016-06-06", s.account(s.person(), "PERSONAL_I"), pool, 10_000, "INVEST_IN", listing="L1")
    for _ in range(40):  # theirs reaches its borrower: nothing later makes a graver finding
        s.pay("2016-06-15T00:00", s.account(s.person(), "PERSONAL_I"), through, 10_000, "INVEST_IN", listing="L2")
    s.pay("2016-06-15T09:00", through, s.account(borrower), 400_000, "LOAN_OUT", listing="L2")
    engine = run(s)
    alert = only(engine, "P2P-01", platform)
    assert (alert.severity, alert.values["n_investors"]) == ("red", 150)
    assert different(engine.evidence(alert.alert_id)) == []


def test_investors_and_borrowers_paid_from_one_cluster():
    """The structural limb: thirty investors and two listings paid; everything else of the pack says nothing."""
    s = Scenario()
    platform = s.platform()
    pool = s.account(platform, holds=1_000)
    people = [s.account(s.person(), "PERSONAL_I") for _ in range(30)]
    for person in people:
        s.pay("2016-06-06", person, pool, 100, "INVEST_IN", listing="L1")
    for listing in ("L1", "L2"):
        borrower = s.org()
        s.product("2016-06-05", "LISTING", platform, 10_000, listing=listing, borrower=borrower, rate_ppm=80_000,
                  term_days=90)  # fmt: skip
        s.pay("2016-06-07", pool, s.account(borrower), 1_000, "LOAN_OUT", listing=listing)
    for person in people:
        s.pay("2016-06-08", pool, person, 10, "RETURN_INT")
    engine = run(s)
    alert = only(engine, "P2P-01", platform)
    assert (alert.severity, alert.values["structural"]) == ("yellow", 1)
    pack = engine.evidence(alert.alert_id)
    assert different(pack) == []
    assert len(pack["inputs"]["paid_investors"]) == 30
    assert pack["inputs"]["paid_listings"] == ["L1", "L2"]
    assert different(changed(pack, "inputs", "paid_listings", to=["L1"])) == ["structural", "severity"]


def test_a_circle_that_changes_after_the_finding_of_the_day():
    """The cluster is gathered anew at the close of the day; the morning's finding keeps the pool that it saw."""
    s = Scenario()
    platform, friend = s.platform(), s.org()
    pools = [s.account(platform), s.account(friend)]
    for _ in range(149):
        s.pay("2016-06-06", s.account(s.person(), "PERSONAL_I"), pools[0], 10_000, "INVEST_IN", listing="L1")
    for _ in range(5):
        s.pay("2016-06-06", s.account(s.person(), "PERSONAL_I"), pools[1], 10, "INVEST_IN", listing="L1")
    s.pay("2016-06-15T09:00", s.account(s.person(), "PERSONAL_I"), pools[0], 10_000, "INVEST_IN", listing="L1")
    s.owns(platform, friend, 60, "2016-06-15T15:00")
    engine = run(s)
    alert = only(engine, "P2P-01", platform)
    assert alert.severity == "red"
    assert different(engine.evidence(alert.alert_id)) == []


def test_fees_beyond_the_limit_only_after_the_arrival():
    """Fees of 3 % before and 3 % after: together no look-alike, and the pack of the arrival between must know it."""
    s = Scenario()
    platform = s.platform()
    borrower, own = s.org(), s.account(platform)
    s.product("2016-06-01", "LISTING", platform, 1_000_000, listing="L1", borrower=borrower, rate_ppm=80_000,
              term_days=90)  # fmt: skip
    lender, loan = s.account(s.person(), "PERSONAL_I"), s.account(borrower)
    s.pay("2016-06-02", lender, loan, 1_000_000, "LOAN_OUT", listing="L1")
    for moment, yuan, flow in (("T11:00", 30_000, "FEE"), ("T12:00", 700_000, None), ("T13:00", 30_000, "FEE")):
        s.pay(f"2016-06-03{moment}", loan, own, yuan, flow)
    engine = run(s)
    alert = only(engine, "P2P-04", platform)
    assert (alert.severity, alert.values["traced_fifo_ppm"]) == ("red", 760_000)
    assert different(engine.evidence(alert.alert_id)) == []


def test_own_money_lent_to_the_reserve_for_the_cut_off():
    s = Scenario()
    institution = s.platform("PAY")
    reserve, own = s.account(institution, "RSV_DEPOSITORY"), s.account(institution, holds=10_000_000)
    day = "2016-06-06"
    for k in range(3):
        s.balance(reserve, f"{days_after(day, k)}T23:00", 1_000_000)
        s.report(f"{days_after(day, k)}T23:30", institution, days_after(day, k), customer_balance=1_000_000)
    s.pay("2016-06-07T22:00", own, reserve, 400_000, "TOPUP")
    s.pay("2016-06-08T09:00", reserve, own, 400_000)
    engine = run(s)
    alert = only(engine, "PAY-01", institution)
    assert (alert.values["borrowed_fen"], alert.values["shortfall_fen"]) == (40_000_000, 40_000_000)
    pack = engine.evidence(alert.alert_id)
    assert different(pack) == []
    assert different(changed(pack, "inputs", "borrowed", to=[]))[:2] == ["assets_fen", "borrowed_fen"]


# -- the tracing against the twin of the engine's ------------------------------------------------------------------


@st.composite
def loans(draw):
    accounts = draw(st.integers(2, 6))
    fen = st.one_of(st.integers(1, 12), st.integers(1, 10**13))
    account = st.integers(0, accounts - 1)
    rows = draw(st.lists(st.tuples(account, account, fen), min_size=1, max_size=20))
    flag = st.sampled_from([False, False, True])
    listed = [
        {"opening_fen": draw(st.integers(-5, 30)), "sink": draw(flag), "terminal": draw(flag)} for _ in range(accounts)
    ]
    return {"accounts": listed, "transfers": [{"payer": a, "payee": b, "fen": fen} for a, b, fen in rows],
            "root": draw(st.integers(0, len(rows) - 1)), "max_hops": draw(st.integers(0, 5))}  # fmt: skip


@given(loans())
@settings(max_examples=150)
def test_tracing_agrees_with_the_plain_twin(loan):
    scene = tracing.Scene.of(loan)
    columns = tuple(map(list, zip(*scene.transfers)))
    again = {"fifo": tracing.queue(scene, False), "lifo": tracing.queue(scene, True), "prorata": tracing.pool(scene)}
    for method, moved in again.items():
        fen, _, _ = oracle.trace(*columns, scene.opening, scene.root, scene.ends, scene.max_hops, method)
        fen[scene.root] = fen[scene.root] if columns[0][scene.root] != columns[1][scene.root] else 0
        assert moved == fen, method
        assert scene.arrived(moved) == oracle.sink_fen(*columns[:2], fen, scene.sinks)
    assert tracing.flow(scene) == oracle.max_flow(*columns, scene.root, scene.sinks, scene.ends)


# -- the page that says how ----------------------------------------------------------------------------------------


def test_every_name_in_a_pack_is_explained():
    page = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text(encoding="utf-8")
    for _, pack in packs():
        names = {*pack, *pack["inputs"], *pack["thresholds"], *pack["transactions"][0], *pack["coverage"], *pack["replay"]}
        assert {name for name in names - {"source"} if f"`{name}`" not in page and f"`{name}." not in page} == set()
