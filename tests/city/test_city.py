"""The city as a generator: deterministic, valid by the contract, in order, and solvent."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict

import msgspec
import pytest

from chuantou import city
from chuantou.city import city as building
from chuantou.city.book import BANKS, Book, OverdraftError, Scribe
from chuantou.city.keys import organisation_key, person_key
from chuantou.detectors.registry import DETECTORS
from chuantou.schemas.decode import decode_lines
from chuantou.schemas.party_keys import cnaps_check_ok, uscc_check_ok
from chuantou.schemas.truth import Scene, load_truth
from tests.town import EVENTS

DIGEST = (
    "import hashlib, json; from chuantou import city; digest = hashlib.sha256();"
    f"[digest.update(json.dumps(event).encode()) for event in city.build(events={EVENTS}).events()];"
    "print(digest.hexdigest())"
)


def digest_of(events):
    digest = hashlib.sha256()
    for event in events:
        digest.update(json.dumps(event).encode())
    return digest.hexdigest()


def test_every_event_is_valid_by_the_contract(events):
    good, dead = decode_lines([json.dumps(event).encode() for event in events], lambda number: f"city:{number}")
    assert not dead
    assert len(good) == EVENTS
    order = [(event.event_time, event.source_id, event.event_id) for event in good]
    assert order == sorted(order)
    assert len({(event.source_id, event.event_id) for event in good}) == EVENTS


def test_the_same_seed_gives_the_same_bytes_in_another_process(events):
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    there = subprocess.run([sys.executable, "-c", DIGEST], env=environment, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == digest_of(events)


def test_another_seed_gives_other_keys_and_the_same_stories(town):
    other = city.build(seed=7, events=EVENTS)
    assert [scene["scene"] for scene in other.truth()] == [scene["scene"] for scene in town.truth()]
    assert not {p for s in other.truth() for p in s["parties"]} & {p for s in town.truth() for p in s["parties"]}


def test_a_scheme_does_not_change_with_its_neighbours(events, monkeypatch):
    kept = [scene for scene in building.SCENES if scene[0] in ("p2p07.book", "pay02.sham", "flow01.skim")]
    monkeypatch.setattr(building, "SCENES", kept)
    alone = list(city.build(events=EVENTS).events())
    for name, *_ in kept:
        assert of_scene(alone, name) == of_scene(events, name) != []


def of_scene(events, name):
    return [event for event in events if event["event_id"].startswith(name + "-")]


def test_keys_have_valid_check_digits(events):
    organisations = {event["party"] for event in events if event.get("kind") == "org"}
    assert organisations
    assert all(uscc_check_ok(key) for key in organisations)
    assert all(cnaps_check_ok(bank) for bank in BANKS)
    assert {event["bank"] for event in events if event.get("type") == "OPEN"} <= set(BANKS)
    assert organisation_key("320902", 1, "a", 0) != organisation_key("320902", 1, "b", 0)
    assert person_key(1, "a", 0) != person_key(2, "a", 0)


def test_no_account_ever_pays_what_it_has_not(events):
    balance = defaultdict(int)
    for event in events:
        if event["stream"] == "acct.balance" and event["kind"] == "OPENING":
            balance[event["account"]] += event["fen"]
        elif event["stream"] == "clr.transfers":
            balance[event["debtor_account"]] -= event["amount_fen"]
            assert balance[event["debtor_account"]] >= 0, event
            balance[event["creditor_account"]] += event["amount_fen"]


def test_every_account_is_opened_by_a_registered_party_before_it_moves_money(events):
    parties, accounts = set(), set()
    for event in events:
        if event["stream"] == "party.events":
            parties.add(event["party"])
        elif event["stream"] == "acct.events":
            assert event["type"] != "OPEN" or event["owner"] in parties
            accounts.add(event["account"])
        elif event["stream"] == "clr.transfers":
            assert {event["debtor_account"], event["creditor_account"]} <= accounts


def test_the_truth_speaks_of_parties_that_exist(town, events):
    scenes = msgspec.convert(town.truth(), list[Scene])
    registered = {event["party"] for event in events if event["stream"] == "party.events"}
    assert len({scene.scene for scene in scenes}) == len(scenes)
    for scene in scenes:
        assert set(scene.parties) <= registered
        assert {must.subject for must in scene.must} <= set(scene.parties)
        assert bool(scene.must) != scene.variant.startswith("lookalike")
        if not scene.must:
            assert ("*", "*", "yellow") in {(no.detector, no.subject, no.min_severity) for no in scene.must_not}


def test_each_family_has_clean_schemes_evasions_and_lookalikes(town):
    variants = defaultdict(set)
    for scene in town.truth():
        variants[scene["family"]].add(scene["variant"].split(":")[0])
    assert set(variants) == {detector.id for detector in DETECTORS}
    for family, kinds in variants.items():
        assert {"clean", "lookalike"} < kinds, family


def test_watched_institutions_stand_in_the_register_with_sector_and_region(events):
    watched = [event for event in events if event.get("watched")]
    assert len(watched) > 40
    licensed = {event["party"] for event in events if event["stream"] == "lic.events"}
    for event in watched:
        assert event["reg_region"] and event["op_region"]
        assert event["party"] in licensed or event["sector"] in ("P2P", "AM", "ECF", "TV")


def test_written_files_are_read_back(town, events, tmp_path):
    town.write(tmp_path)
    lines = (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == events
    assert load_truth(tmp_path / "expect.json") == msgspec.convert(town.truth(), list[Scene])


def test_a_city_too_small_for_its_scenes_is_refused():
    with pytest.raises(ValueError, match="ask for more events"):
        city.build(events=20_000)
    with pytest.raises(ValueError, match="120 days"):
        city.build(events=EVENTS, days=60)


def test_an_overdrawn_account_is_refused():
    book = Book(16_941, 120, 1)
    scribe = Scribe(book, "poor")
    payer, payee = (scribe.account(scribe.person(), opening_fen=fen) for fen in (99, 0))
    scribe.pay(1, 36_000, payer, payee, 100)
    with pytest.raises(OverdraftError, match="opens with 99 fen and needs 100"):
        book.settle()


def test_the_economy_is_mostly_transfers_of_every_ordinary_kind(events):
    kinds = Counter(event.get("flow_class") for event in of_scene(events, "economy"))
    assert {"PAYROLL", "RENT", "TAX", "SUPPLIER", "REPAY_PRIN", "MERCH_SETTLE", "TOPUP", "FEE"} <= set(kinds)


def test_the_truth_names_the_office_and_the_county_of_the_register(town, events):
    region = {event["party"]: event.get("op_region") for event in events if event["stream"] == "party.events"}
    for scene in town.truth():
        for must in scene["must"]:
            offices = {
                "P2P": "O1", "PAY": "O2", "YLD": "O1", "RE-": "O1", "ECF": "O5", "RUN": "O4", "LVT": "O2", "ILF": "O4",
                "TV-": "O7", "INS": "O8", "AM-": "O6", "AD-": "O3", "REG": "O1", "REG-02": "O3", "REG-05": "O6", "REG-06": "O4",
                "FLO": None,
            }  # fmt: skip
            crowdfunding = scene["family"] == "RE-03" or scene["scene"].startswith("ecf05")
            expected = "O5" if crowdfunding else offices.get(scene["family"], offices[scene["family"][:3]])
            assert must["office"] == expected
            assert must["county_lead"] == (region[must["subject"]] if expected else None)
