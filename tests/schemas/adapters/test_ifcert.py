"""IFCERT batches, all twelve interfaces, field by field; corrections, nulls, and batches that are refused."""

import gzip
import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from chuantou.detectors.voids import Undo, Voids
from chuantou.schemas.adapters.ifcert import detects, read
from chuantou.schemas.adapters.ifcert_records import INTERFACES, MOVES
from chuantou.schemas.adapters.ifcert_seal import RECORDS, TIMESTAMP, sealed
from chuantou.schemas.adapters.notes import SentBatch, StatedBatches
from chuantou.schemas.adapters.site import FEEDS_VARIABLE
from chuantou.schemas.clock import day_of_date, parse_time
from chuantou.schemas.dead_letters import BrokenRuleError
from chuantou.schemas.streams import ProductEvent, Transfer
from chuantou.streams.files import detect, expand

FOLDER = Path(__file__).parents[2] / "data" / "feeds" / "ifcert"
SAMPLE = FOLDER / "batches.json"
CODE = "CERT20190411026"
P = {"platform": "uscc:91320900MA1N000016"}
A, B, C = ("a" * 32, "b" * 32, "c" * 32)
SUB_A, SUB_C, POT = f"sub:{CODE}:{A}", f"sub:{CODE}:{C}", f"pot:{CODE}:L1"
SENT = "2019-05-01T12:00:00"
PAID = "2019-04-02T10:00:00"


def event(stream: str, event_id: str, time: str, **fields: Any) -> dict[str, Any]:
    return {"stream": stream, "event_id": event_id, "event_time": parse_time(f"{time}+08:00")} | fields


def money(key: str, flow: str, debtor: str, creditor: str, fen: int | str | None, memo: str, **fields: Any) -> dict[str, Any]:
    sides = {"debtor_account": debtor, "creditor_account": creditor, "rail": "CUSTODY_BOOK", "flow_class": flow}
    amount = {} if fen is None else {"amount_fen": fen}
    return event("clr.transfers", f"money/{key}", PAID, class_basis="source", memo=memo, **sides, **amount, **fields)


def book(event_id: str, time: str, kind: str, **fields: Any) -> dict[str, Any]:
    return event("prod.events", event_id, time, type=kind, **P, **fields)


def opened(event_id: str, time: str, account: str, owner: str, role: str) -> dict[str, Any]:
    return event("acct.events", event_id, time, type="OPEN", account=account, owner=owner, role=role, **P)


L1, PLAN = {"listing": "L1"}, {"plan_id": "P1"}
OUTSIDE, PLATFORM = f"external:{CODE}", P["platform"]
BY_HAND = [
    opened("platform/own", "2010-01-01T00:00:00", f"own:{CODE}", PLATFORM, "OWN_GENERAL"),
    opened("platform/fee", "2010-01-01T00:00:00", f"fee:{CODE}", PLATFORM, "OWN_FEE"),
    event("party.events", f"user/{A}/party", "2019-04-01T10:00:00", party=f"person:{A}", kind="person"),
    opened(f"user/{A}/account", "2019-04-01T10:00:00", SUB_A, f"person:{A}", "CLIENT_SUB"),
    event("party.events", f"user/{C}/party", "2019-04-01T00:00:00", party=f"person:{C}", kind="org", name="盐城某公司"),
    opened(f"user/{C}/account", "2019-04-01T00:00:00", SUB_C, f"person:{C}", "CLIENT_SUB"),
    book("listing/L1", "2019-01-05T09:00:00", "LISTING", listing="L1", borrower=f"person:{C}", amount_fen=5_000_000,
         rate_ppm=85_000, term_days=180, start="2019-01-05", loan_use="4", describe="周转 购货"),
    opened("listing/L1/account", "2019-01-05T09:00:00", POT, PLATFORM, "CLIENT_SUB"),
    book("listing/L1/stock", "2019-03-01T00:00:00", "DISBURSE", listing="L1", borrower=f"person:{C}", amount_fen=2_000_000),
    book("status/L1/5/2019-04-02 11:00:00", "2019-04-02T11:00:00", "LISTING_STATUS", listing="L1", status="REPAYING"),
    book("plan/P1/1", SENT, "REPAY_PLAN", listing="L1", plan_id="P1", due="2019-05-02", issue_no=1, principal_fen=100_000,
         interest_fen=850),
    book("claim/F1", PAID, "SUBSCRIBE", investor=f"person:{A}", listing="L1", claim="F1", amount_fen=100_000, rate_ppm=80_000,
         start="2019-04-02"),
    book("taken/F2", PAID, "SUBSCRIBE", investor=f"person:{B}", product="X1", claim="F2", amount_fen=99_050, rate_ppm=80_000,
         start="2019-04-02"),
    money(f"t1/6/////{A}", "TOPUP", OUTSIDE, SUB_A, 100_000, "6"),
    money(f"t2/2/L1/F1///{A}", "INVEST_IN", SUB_A, POT, 100_000, "2", **L1),
    money(f"t3/1/L1////{C}", "LOAN_OUT", POT, SUB_C, 99_000, "1", **L1),
    book(f"book/t3/1/L1////{C}", PAID, "DISBURSE", listing="L1", borrower=f"person:{C}", amount_fen=99_000),
    money(f"t3/4/L1////{C}", "FEE", POT, f"fee:{CODE}", 1_000, "4", **L1),
    money(f"t4/18/L1///P1/{C}", "REPAY_PRIN", SUB_C, POT, 100_000, "18", **L1, **PLAN),
    book(f"book/t4/18/L1///P1/{C}", PAID, "REPAY", plan_id="P1", principal_fen=100_000, interest_fen=0),
    money(f"t5/8/L1/F1///{A}", "RETURN_PRIN", POT, SUB_A, 100_000, "8", **L1),
    book(f"book/t5/8/L1/F1///{A}", PAID, "REDEEM", investor=f"person:{A}", claim="F1", amount_fen=100_000),
    money(f"t6/37/L1///P1/{C}", "COMPENSATE_PLAT", f"own:{CODE}", POT, 500, "37", **L1, **PLAN),
    book(f"book/t6/37/L1///P1/{C}", PAID, "COMPENSATE", plan_id="P1", guarantor=PLATFORM, amount_fen=500),
    money(f"t7/6/////{A}", "REFUND", SUB_A, OUTSIDE, 100_000, "REVERSAL_UNMATCHED 冲正 6", status="RETURNED"),
    money(f"t10/6/////{A}", "TOPUP", OUTSIDE, SUB_A, "1.005", "6"),
    money(f"t11/6/////{A}", "TOPUP", OUTSIDE, SUB_A, None, "6"),
    book("product/C1", "2019-04-01T00:00:00", "PRODUCT", product="C1", term_days=30, rate_ppm=60_000,
         advertised_yield_ppm=90_000),
    book("config/k1/C1/F1", SENT, "HOLDING", vehicle="C1", asset="F1"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FEEDS_VARIABLE, str(FOLDER))


def batch(interface: str, *records: Any, **envelope: Any) -> dict[str, Any]:
    said = {"sourceCode": CODE, "infType": interface, "dataType": "1", "totalNum": str(len(records)),
            "checkCode": md5(compact(records)), "sentTime": "2019-05-01 12:00:00", "dataList": list(records)}  # fmt: skip
    return said | envelope


def compact(records: Any) -> str:
    return json.dumps(records, ensure_ascii=False, separators=(",", ":"))


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def written(path: Path, *batches: dict[str, Any]) -> Path:
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in batches), encoding="utf-8")
    return path


def faults_of(path: Path) -> list[tuple[str, str, str]]:
    return [(told.place, told.what.code, told.what.field) for told in read(path) if isinstance(told.what, BrokenRuleError)]


def test_all_interfaces_field_by_field() -> None:
    assert detect(SAMPLE) == "ifcert"
    told = [one.what for one in read(SAMPLE) if isinstance(one.what, dict)]
    envelope = ("source_id", "op", "ref_event_id", "version")
    assert [{name: value for name, value in what.items() if name not in envelope} for what in told] == BY_HAND
    assert {what["source_id"] for what in told} == {f"platform:{CODE}"}
    sent = (parse_time(f"{SENT}+08:00") - parse_time("2010-01-01T00:00:00+08:00")) // 1_000_000
    assert all((what["op"], what["ref_event_id"], what["version"]) == ("CORRECT", what["event_id"], sent) for what in told[2:])
    assert faults_of(SAMPLE) == [("9/10", "BAD_ENUM", "transType")]


def test_the_sample_has_every_interface() -> None:
    assert {json.loads(line)["infType"] for line in SAMPLE.read_text(encoding="utf-8").splitlines()} == INTERFACES.keys()


def samples() -> list[Any]:
    """Of each interface its records, and what they tell."""
    batches = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    return [pytest.param(one["infType"], one["dataList"], id=one["infType"]) for one in batches]


@pytest.mark.parametrize(("interface", "records"), samples())
def test_minus_one_is_no_value_in_any_field_of_any_interface(tmp_path: Path, interface: str, records: list[Any]) -> None:
    """Each field in turn ``-1``, empty, null and absent: the same events and the same faults."""
    for name in sorted({name for record in records for name in record}):
        said = []
        for form in ("-1", "", None, ...):
            some = [{k: form if k == name else v for k, v in one.items() if k != name or form is not ...} for one in records]
            told = read(written(tmp_path / "b", batch(interface, *some)))
            said.append([(one.place, str(one.what)) for one in told if not isinstance(one.what, SentBatch)])
        assert said[0] == said[1] == said[2] == said[3], name


AMOUNTS = {
    "2": "amount", "81": "curFund", "82": "invAmount", "84": "amount", "85": "takeAmount", "4": "transMoney", "88": "transMoney",
}  # fmt: skip


@pytest.mark.parametrize(("interface", "records"), samples())
def test_a_negative_amount_books_nothing_in_any_interface(tmp_path: Path, interface: str, records: list[Any]) -> None:
    """Money is taken back by 4 alone, as RETURNED; elsewhere a negative amount is a letter, or in what makes no event."""
    if interface not in AMOUNTS:
        assert not {"amount", "transMoney", "invAmount", "takeAmount", "curFund"} & {name for one in records for name in one}
        return
    name = AMOUNTS[interface]
    some = [one | {name: "-12.34"} for one in records if one.get("transType") != "99"]
    ((_, reader),) = expand([written(tmp_path / "b", batch(interface, *some))])
    (block,) = reader(tmp_path / "b")
    moved = [one for one in block.events if isinstance(one, Transfer)]
    assert {one.status for one in moved} <= {"RETURNED"} and len(moved) == (len(some) if interface == "4" else 0)
    assert {one.amount_fen for one in block.events if isinstance(one, ProductEvent)} <= {2_000_000}  # what is still owed of 2
    negative = {"2": 1, "81": 1, "82": 1, "85": 1}
    assert [letter.code for letter in block.dead] == ["OUT_OF_RANGE"] * negative.get(interface, 0)


def test_through_the_reader_bad_records_are_letters() -> None:
    ((path, reader),) = expand([SAMPLE])
    (block,) = reader(path)
    assert len(block.events) == len(BY_HAND) - 2
    assert {(letter.source, letter.code, letter.field) for letter in block.dead} == {
        (f"{path}:9/10", "BAD_ENUM", "transType"), (f"{path}:9/11", "WRONG_TYPE", "amount_fen"),
        (f"{path}:9/12", "MISSING_FIELD", "amount_fen"),
    }  # fmt: skip


@pytest.mark.parametrize("kind", MOVES)
def test_each_type_moves_once_and_a_negative_amount_takes_it_back(tmp_path: Path, kind: str) -> None:
    record = {"transId": "t", "transType": kind, "userIdcardHash": A, "transTime": "2019-04-02", "sourceProductCode": "L1"}
    there, back = record | {"transMoney": "12.34"}, record | {"transId": "u", "transMoney": "-12.34"}
    path = written(tmp_path / "b", batch("4", there, back))
    balance: dict[str, int] = defaultdict(int)
    moved = [one.what for one in read(path) if isinstance(one.what, dict) and one.what["stream"] == "clr.transfers"]
    assert [what["flow_class"] for what in moved] == [MOVES[kind][0], "REFUND"]
    for what in moved:
        balance[what["debtor_account"]] -= what["amount_fen"]
        balance[what["creditor_account"]] += what["amount_fen"]
    assert set(balance.values()) == {0} and len(balance) == 2


def test_the_latest_sending_stands_in_any_order(tmp_path: Path) -> None:
    record = {"transId": "t", "transType": "6", "userIdcardHash": A, "transTime": "2019-04-02 10:00:00"}
    early = batch("4", record | {"transMoney": "1"})
    late = batch("4", record | {"transMoney": "2"}, sentTime="2019-05-01 12:00:01")
    standing = set()
    for number, order in enumerate(((early, late), (late, early))):
        voids, amounts = Voids(), {}
        for one in read(written(tmp_path / str(number), *order)):
            if isinstance(one.what, dict) and one.what.get("op") == "CORRECT":
                name = (one.what["source_id"], one.what["event_id"])
                target = (one.what["source_id"], one.what["ref_event_id"])
                voids.add(Undo(name, "CORRECT", one.what["version"], one.what["event_time"], target))
                amounts[(*name, "CORRECT", one.what["version"])] = one.what["amount_fen"]
        standing.add(tuple(fen for key, fen in amounts.items() if voids.stands(*key)))
    assert standing == {(200,)}


@pytest.mark.parametrize(
    ("envelope", "code", "field"),
    [({"totalNum": "2"}, "BAD_LENGTH", "dataList"), ({"totalNum": None}, "BAD_LENGTH", "dataList"),
     ({"dataType": "0"}, "BAD_ENUM", "dataType"), ({"infType": "3"}, "BAD_ENUM", "infType"),
     ({"sentTime": "-1"}, "BAD_TIME", "sentTime"),
     ({"sourceCode": "CERT-unknown"}, "BAD_FILE", "institution"), ({"sourceCode": "-1"}, "MISSING_FIELD", "sourceCode"),
     ({"batchNum": "CERT1_20190501_1"}, "BAD_FORMAT", "batchNum"), ({"batchNum": CODE + "_" * 200}, "BAD_FORMAT", "batchNum"),
     ({"dataList": {}}, "WRONG_TYPE", "dataList"), ({"sentTime": "1999-01-01 00:00:00"}, "BAD_TIME", "sentTime")],
)  # fmt: skip
def test_a_batch_that_cannot_be_trusted_is_refused_whole(tmp_path: Path, envelope: dict[str, Any], code: str, field: str) -> None:
    good = batch("83", {"transferId": "X"})
    path = written(tmp_path / "b", batch("83", {"transferId": "X"}, **envelope), good)
    assert faults_of(path) == [("1", code, field)]


def test_records_of_the_wrong_shape_cost_themselves(tmp_path: Path) -> None:
    path = written(tmp_path / "b", batch("83", 7, [], {"transferId": ["x"]}, {"transferId": "-1"}, {"transferId": "X"}))
    assert faults_of(path) == [("1/1", "WRONG_TYPE", "$"), ("1/2", "WRONG_TYPE", "$"), ("1/3", "WRONG_TYPE", "transferId"),
                               ("1/4", "MISSING_FIELD", "transferId")]  # fmt: skip


def test_forms_of_a_file(tmp_path: Path) -> None:
    batches = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    told = list(read(SAMPLE))
    forms = {
        "array": json.dumps(batches, ensure_ascii=False, indent=2).encode(),
        "gb18030": SAMPLE.read_text(encoding="utf-8").encode("gb18030"),
        "bom": b"\xef\xbb\xbf" + SAMPLE.read_bytes(),
        "gzip": gzip.compress(SAMPLE.read_bytes()),
        "together": b"".join(json.dumps(one).encode() for one in batches),
    }
    for name, content in forms.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert detects(path), name
        assert [str(one.what) for one in read(path)] == [str(one.what) for one in told], name
    assert len([one for one in told if isinstance(one.what, SentBatch)]) == len(batches)


def test_long_ids_and_hashes_fit_the_contract(tmp_path: Path) -> None:
    record = {"transId": "t" * 300, "transType": "6", "userIdcardHash": "f" * 64, "transTime": "2019-04-02", "transMoney": 1}
    path = written(tmp_path / "b", batch("4", record))
    ((_, reader),) = expand([path])
    (block,) = reader(path)
    assert not block.dead and len(block.events) == 3


# -- checkCode ---------------------------------------------------------------------------------------------------

PERSON = {"userIdcardHash": A, "userType": "1", "userCreateTime": "2019-04-01 10:00:00", "userName": "王/五", "userFund": None}
JAVA = f"[{{userIdcardHash={A}, userType=1, userCreateTime=2019-04-01 10:00:00, userName=王/五, userFund=null}}]"
STAMP = "1556683200000"


@pytest.mark.parametrize(
    ("text", "seals"),
    [
        (json.dumps([PERSON], ensure_ascii=False), RECORDS),  # as they stand in the file
        (compact([PERSON]), RECORDS),
        (json.dumps([PERSON], separators=(",", ":")).replace("/", "\\/"), RECORDS),
        (JAVA, RECORDS),
        (STAMP, TIMESTAMP),
        ("null", None),  # one public client seals the records before it has put them in
    ],
)
def test_what_the_code_of_public_clients_seals(text: str, seals: str | None) -> None:
    said = batch("1", PERSON, timestamp=STAMP)
    assert sealed(md5(text).upper(), json.dumps(said, ensure_ascii=False), said["dataList"], STAMP) == seals


def test_a_changed_record_is_told_and_stands(tmp_path: Path) -> None:
    said = batch("1", PERSON)
    changed = said | {"dataList": [PERSON | {"userType": "2"}]}
    path = written(tmp_path / "b", said, changed, said | {"checkCode": "-1"})
    assert faults_of(path) == [("2", "BAD_CHECKSUM", "checkCode"), ("3", "BAD_CHECKSUM", "checkCode")]
    kinds = [told.what["kind"] for told in read(path) if isinstance(told.what, dict) and told.what["stream"] == "party.events"]
    assert kinds == ["person", "org", "person"]


def test_numbers_with_a_point_are_sealed_as_they_stand(tmp_path: Path) -> None:
    record = '[{"transferId": "X", "amount": 12.50}]'
    for sealed_text, faults in ((record, []), ('[{"transferId":"X","amount":12.5}]', [("1", "BAD_CHECKSUM", "checkCode")])):
        path = tmp_path / "b"
        said = json.dumps(batch("83", {}) | {"checkCode": md5(sealed_text)})
        path.write_text(said.replace("[{}]", record))
        assert faults_of(path) == faults


def test_half_a_character_seals_nothing(tmp_path: Path) -> None:
    path = tmp_path / "b"
    path.write_text(json.dumps(batch("83", {"transferId": "X"}, note="?")).replace("?", "\\ud800"))
    assert faults_of(path) == [("1", "BAD_CHECKSUM", "checkCode")]


# -- reconciliation ----------------------------------------------------------------------------------------------


def test_a_batch_is_noted_with_what_could_be_read_of_it() -> None:
    notes = {one.what.interface: one.what for one in read(SAMPLE) if isinstance(one.what, SentBatch)}
    assert notes.keys() == INTERFACES.keys() and {note.day for note in notes.values()} == {day_of_date("2019-05-01")}
    assert notes["4"].number == f"{CODE}_20190501_4" and notes["4"].records == 11  # of twelve, one is of no known type
    assert notes["4"].sums == {
        "6": 0, "2": 100_000, "1": 99_000, "4": 1_000, "18": 100_000, "8": 100_000, "37": 500, "23": 0,
    }  # fmt: skip
    assert notes["1"].records == 2 and notes["83"].records == 1 and notes["1"].sums == {}


STATED = {
    "sourceCode": CODE, "infType": "4", "sentDate": "2019-05-01", "dataType": "1", "batchCount": "2", "totalNum": 14,
    "batchList": ["b", "a"], "sums": {"6": "-10.5", "2": 3},
}  # fmt: skip


def test_what_was_sent_is_stated_of_a_day_or_a_month(tmp_path: Path) -> None:
    day, may = day_of_date("2019-05-01"), {"sentDate": None, "sentMonth": "2019-05", "batchList": None, "sums": None}
    path = written(tmp_path / "b", STATED, STATED | may)
    assert detects(path)
    assert [one.what for one in read(path)] == [
        StatedBatches(code=CODE, interface="4", first=day, last=day, batches=2, records=14, numbers=["a", "b"],
                      sums={"6": -1_050, "2": 300}),
        StatedBatches(code=CODE, interface="4", first=day, last=day + 30, batches=2, records=14),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("sourceCode", "CERT-unknown", "BAD_FILE"), ("sourceCode", "-1", "MISSING_FIELD"), ("infType", "3", "BAD_ENUM"),
     ("dataType", "0", "BAD_ENUM"), ("sentDate", "2019-02-29", "BAD_DATE"), ("sentDate", "20190501", "BAD_DATE"),
     ("sentMonth", "2019-13", "BAD_DATE"), ("batchCount", "-2", "WRONG_TYPE"), ("totalNum", "1e3", "WRONG_TYPE"),
     ("batchList", "a", "WRONG_TYPE"), ("batchList", [1], "WRONG_TYPE"),
     ("batchList", ["a"] * 2_001, "BAD_LENGTH"), ("batchList", ["a" * 129], "BAD_LENGTH"), ("sums", {"99": "1"}, "BAD_ENUM"),
     ("sums", [], "BAD_ENUM"), ("sums", {"6": "1.005"}, "WRONG_TYPE"), ("sums", {"6": None}, "WRONG_TYPE")],
)  # fmt: skip
def test_a_statement_of_what_was_sent_that_cannot_be_read(tmp_path: Path, field: str, value: Any, code: str) -> None:
    said = STATED | {field: value} | ({"sentDate": "-1"} if field == "sentMonth" else {})
    assert [one[1] for one in faults_of(written(tmp_path / "b", said))] == [code]


def test_nothing_is_stated(tmp_path: Path) -> None:
    said = {name: value for name, value in STATED.items() if name not in ("batchCount", "totalNum", "batchList", "sums")}
    assert faults_of(written(tmp_path / "b", said)) == [("1", "MISSING_FIELD", "batchCount")]


def test_statements_without_end_end_the_file(tmp_path: Path) -> None:
    path = written(tmp_path / "b", *[STATED] * 402)
    assert faults_of(path) == [("402", "BAD_LENGTH", "$")]
    assert len([one for one in read(path) if isinstance(one.what, StatedBatches)]) == 401
