"""The six daily files of a custody bank, field by field."""

from pathlib import Path
from typing import Any

import pytest

from chuantou.schemas.adapters.custody import COLUMNS, FLOWS, header_of, read
from chuantou.schemas.adapters.site import FEEDS_VARIABLE, KEY_VARIABLE
from chuantou.schemas.clock import parse_time
from chuantou.schemas.dead_letters import BrokenRuleError
from chuantou.schemas.party_keys import keyed_hash
from chuantou.streams.files import detect, expand

FOLDER = Path(__file__).parents[2] / "data" / "feeds" / "custody"
SITE = FOLDER.parent / "ifcert"
KEY = "a key for tests"
PLATFORM, OUTSIDE = "uscc:91320900MA1N000016", "external:PT001"
U1, U2, U3 = "sub:PT001:U1", "sub:PT001:U2", "sub:PT001:U3"
GUARANTEE, INCOME = "sub:PT001:SYS_GENERATE_001", "sub:PT001:SYS_GENERATE_004"
PERSON = f"person:{keyed_hash('320901199001010013', KEY.encode())}"
SOURCE = {"source_id": "custody:PT001"}


def moved(event_id: str, time: str, debtor: str, creditor: str, fen: int, flow: str, **fields: Any) -> dict[str, Any]:
    _, request, order, *_ = event_id.split("/")
    return SOURCE | {
        "stream": "clr.transfers", "event_id": event_id, "event_time": parse_time(f"2018-04-{time}+08:00"),
        "debtor_account": debtor, "creditor_account": creditor, "amount_fen": fen, "rail": "CUSTODY_BOOK", "flow_class": flow,
        "class_basis": "source", "end_to_end_id": request, "order_id": order,
    } | fields  # fmt: skip


def withdrawn(event_id: str, time: str, fen: int, status: str, version: int) -> dict[str, Any]:
    more = {"status": status, "op": "CORRECT", "ref_event_id": event_id, "version": version}
    return moved(event_id, time, U1, OUTSIDE, fen, "WITHDRAW", **more)


def opened(event_id: str, time: str, account: str, owner: str, role: str, **fields: Any) -> dict[str, Any]:
    return SOURCE | {
        "stream": "acct.events", "event_id": event_id, "event_time": parse_time(f"{time}+08:00"), "type": "OPEN",
        "account": account, "owner": owner, "role": role, "platform": PLATFORM,
    } | fields  # fmt: skip


def party(event_id: str, time: str, key: str, kind: str, **fields: Any) -> dict[str, Any]:
    when = parse_time(f"{time}+08:00")
    return SOURCE | {"stream": "party.events", "event_id": event_id, "event_time": when, "party": key, "kind": kind} | fields


FIRST, SECOND = "2018-04-01T09:00:00", "2018-04-01T09:00:01"
ORG = "uscc:91320900MA1N00002R"
BY_HAND: dict[str, list[dict[str, Any]]] = {
    "recharge": [
        moved("recharge/R1/O1", "19T10:00:00", OUTSIDE, U1, 10_000, "TOPUP"),
        moved("recharge/R2/O2", "19T10:00:01", OUTSIDE, U1, 4_950, "TOPUP", memo="扣通道费"),
    ],
    "returned": [moved("returned/B1/O9", "20T09:00:00", OUTSIDE, U1, 3_000, "REFUND", memo="卡号有误", return_of="W2")],
    "withdrawal": [
        withdrawn("withdrawal/W1/O4", "19T11:00:00", 2_000, "BOOKED", 2),
        withdrawn("withdrawal/W2/O5", "19T11:00:01", 3_000, "PENDING", 1),
        withdrawn("withdrawal/W3/O6", "19T11:00:02", 4_000, "REJECTED", 2),
    ],
    "transaction": [
        moved("transaction/T1/O10", "19T12:00:00", U1, U2, 100_000, "LOAN_OUT", listing="L1", memo="放款"),
        moved("transaction/T2/O11/interest", "19T12:00:01", U2, U1, 850, "REPAY_INT", listing="L1"),
        moved("transaction/T2/O11", "19T12:00:01", U2, U1, 100_000, "REPAY_PRIN", listing="L1"),
        opened("own/SYS_GENERATE_001", "2010-01-01T00:00:00", GUARANTEE, PLATFORM, "OWN_GENERAL"),
        moved("transaction/T3/O12", "19T12:00:02", GUARANTEE, U1, 500, "COMPENSATE_PLAT", listing="L1"),
        moved("transaction/T4/O13", "19T12:00:03", U3, U1, 600, "COMPENSATE_3P", listing="L1"),
    ],
    "fee": [
        opened("own/SYS_GENERATE_004", "2010-01-01T00:00:00", INCOME, PLATFORM, "OWN_FEE"),
        moved("fee/C1/O20", "19T13:00:00", U2, INCOME, 1_200, "FEE", listing="L1", memo="服务费"),
    ],
    "user": [
        party("user/U1/20180401090000/party", FIRST, PERSON, "person"),
        opened("user/U1/20180401090000/account", FIRST, U1, PERSON, "CLIENT_SUB", role_basis="bank"),
        party("user/U2/20180410090000/party", SECOND, ORG, "org", name="盐城某公司"),
        opened("user/U2/20180410090000/account", SECOND, U2, ORG, "CLIENT_SUB", role_basis="bank"),
        opened("own/SYS_GENERATE_004", "2010-01-01T00:00:00", INCOME, PLATFORM, "OWN_FEE"),
    ],
}
FAULTS = {
    "recharge": [("4", "BAD_ENUM", "currency"), ("5", "BAD_LENGTH", "$")],
    "withdrawal": [("5", "BAD_ENUM", "status")],
    "transaction": [("8", "BAD_ENUM", "kind")],
}


@pytest.fixture(autouse=True)
def site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FEEDS_VARIABLE, str(SITE))
    monkeypatch.setenv(KEY_VARIABLE, KEY)


def faults_of(path: Path) -> list[tuple[str, str, str]]:
    return [(told.place, told.what.code, told.what.field) for told in read(path) if isinstance(told.what, BrokenRuleError)]


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_file_field_by_field(kind: str) -> None:
    path = FOLDER / f"{kind}.txt"
    header = header_of(path)
    assert detect(path) == "custody" and header is not None and header.kind == kind
    assert [told.what for told in read(path) if isinstance(told.what, dict)] == BY_HAND[kind]
    assert faults_of(path) == FAULTS.get(kind, [])


@pytest.mark.parametrize("kind", COLUMNS)
def test_every_event_obeys_the_contract(kind: str) -> None:
    ((_, reader),) = expand([FOLDER / f"{kind}.txt"])
    (block,) = reader(FOLDER / f"{kind}.txt")
    assert len(block.events) == len(BY_HAND[kind]) and len(block.dead) == len(FAULTS.get(kind, []))


def test_money_that_is_only_held_does_not_move(tmp_path: Path) -> None:
    header = (FOLDER / "transaction.txt").read_bytes().decode("gb18030").partition("\n")[0]
    kinds = ["追加冻结", "APPEND_FREEZ", *FLOWS]
    rows = [f"20180419120000,PT001,T{number},O,{kind},1.00,,CNY,,U1,,U2,,," for number, kind in enumerate(kinds)]
    path = tmp_path / "file"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    assert [told.what["flow_class"] for told in read(path)] == list(FLOWS.values())  # type: ignore[index]


def test_persons_and_platforms_must_be_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE)
    assert faults_of(FOLDER / "user.txt") == [("2", "BAD_FILE", "$")]
    monkeypatch.delenv(FEEDS_VARIABLE)
    assert faults_of(FOLDER / "fee.txt") == [("2", "BAD_FILE", "institution")]


def test_a_person_is_not_named() -> None:
    assert all("王某" not in str(told.what) and "320901" not in str(told.what) for told in read(FOLDER / "user.txt"))


@pytest.mark.parametrize("first", ["充值时间,平台商编", "发生时间,金额" + "," * 13, ""])
def test_another_table_is_not_taken_for_one(tmp_path: Path, first: str) -> None:
    path = tmp_path / "file"
    path.write_text(first + "\n", encoding="utf-8")
    assert header_of(path) is None and faults_of(path) == [("", "BAD_FILE", "$")]
