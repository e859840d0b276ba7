"""Reversals of what an earlier file booked: by reference, else the only one that it can mean, else left as it came."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chuantou.detectors.voids import standing
from chuantou.schemas.clock import DAY_US, parse_time
from chuantou.schemas.columns import to_batch
from chuantou.schemas.streams import Transfer
from chuantou.streams.broker import EmbeddedBroker
from chuantou.streams.feeds import netting
from chuantou.streams.feeds.netting import netted, originals_of
from tests.schemas.adapters.test_camt import entry, statement
from tests.streams.feed_site import PROFILE, Site

BANK, OWN = "bank:A", "105:1"
FRIDAY = parse_time("2016-06-17T12:00:00+08:00")


def paid(name: str, fen: int = 500, day: int = 0, other: str = "external:x", source: str = BANK, **more: Any) -> Transfer:
    """A payment out of the account, ``day`` days after the Friday."""
    return Transfer(event_id=f"{OWN}:{name}:D{fen}", source_id=source, event_time=FRIDAY + day * DAY_US, debtor_account=OWN,
                    creditor_account=other, amount_fen=fen, **more)  # fmt: skip


def back(name: str, fen: int = 500, day: int = 3, other: str = "external:y", **more: Any) -> Transfer:
    """Money taken back into the account, as an adapter tells it that has not found what it means."""
    return Transfer(event_id=f"{OWN}:{name}:C{fen}", source_id=BANK, event_time=FRIDAY + day * DAY_US, debtor_account=other,
                    creditor_account=OWN, amount_fen=fen, status="RETURNED", memo="REVERSAL_UNMATCHED 冲正", **more)  # fmt: skip


def meant(own: list[Transfer], *earlier: list[Transfer]) -> list[str | None]:
    """What each reversal of the file takes back, by the references of the bank."""
    batches = [(max(e.event_time for e in some), [to_batch("clr.transfers", some)]) for some in earlier]
    originals = originals_of([to_batch("clr.transfers", own)], batches)
    named = [originals.get((e.source_id, e.event_id)) for e in own if e.status == "RETURNED"]
    return [name and name.split(":")[2] for name in named]


def test_the_only_one_in_five_working_days() -> None:
    assert meant([back("R")], [paid("A"), paid("B", fen=501)]) == ["A"]
    assert meant([back("R", day=7)], [paid("A")]) == ["A"]  # the fifth working day after a Friday is the next one
    assert meant([back("R", day=10)], [paid("A")]) == [None]
    assert meant([back("R", day=0)], [paid("A", day=1)]) == [None]  # nothing is taken back before it is booked


def test_two_that_it_may_mean_are_none() -> None:
    assert meant([back("R")], [paid("A")], [paid("B", day=1)]) == [None]
    assert meant([back("R"), paid("B", day=1)], [paid("A")]) == [None]  # one of them in the file itself
    assert meant([back("R")], [paid("A")], [paid("B", day=-20)]) == ["A"]


def test_other_accounts_sources_sides_and_what_is_not_booked_are_not_meant() -> None:
    assert meant([back("R", other="102:a")], [paid("A", other="102:b")]) == [None]
    assert meant([back("R", other="102:a")], [paid("A", other="102:a")]) == ["A"]
    assert meant([back("R", other="102:a")], [paid("A")]) == ["A"]  # who was not named then
    assert meant([back("R")], [paid("A", source="bank:B")]) == [None]
    assert meant([back("R")], [paid("A", status="PENDING")]) == [None]
    income = Transfer(event_id=f"{OWN}:A:C500", source_id=BANK, event_time=FRIDAY, debtor_account="external:x",
                      creditor_account=OWN, amount_fen=500)  # fmt: skip
    assert meant([back("R")], [income]) == [None]


def test_a_reference_decides_over_weeks_and_nothing_else_then() -> None:
    files = [paid("A", day=-30, end_to_end_id="E1"), paid("B", end_to_end_id="E2")]
    assert meant([back("R", return_of="E1", end_to_end_id="E1")], files) == ["A"]
    assert meant([back("R", return_of="A")], files) == ["A"]  # the bank's own reference of the original
    assert meant([back("R", return_of="E9")], [paid("B")]) == [None]  # it means something that is not here
    assert meant([back("R", return_of="E1")], files, [paid("C", end_to_end_id="E1")]) == [None]
    assert meant([back("A", return_of="A")], [paid("A"), paid("B")]) == ["A"]  # one reference for both


def test_the_payees_statement_is_not_what_the_payers_takes_back() -> None:
    theirs = Transfer(event_id="105:2:A:C500", source_id=BANK, event_time=FRIDAY, debtor_account=OWN, creditor_account="105:2",
                      amount_fen=500, end_to_end_id="E1")  # fmt: skip
    ours = paid("A", other="105:2", end_to_end_id="E1")
    assert meant([back("R", other="105:2", return_of="E1")], [theirs, ours]) == ["A"]


def test_what_is_taken_back_is_taken_back_once() -> None:
    assert meant([back("R"), back("S")], [paid("A")]) == ["A", None]
    gone = paid("Z", op="REVERSE", ref_event_id=f"{OWN}:A:D500")
    assert meant([back("R")], [paid("A")], [gone]) == [None]
    assert meant([back("R")], [paid("A"), paid("B")], [gone]) == ["B"]


def test_what_cannot_all_be_asked_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [[paid("A", end_to_end_id="E1")], [paid("B", fen=7)], [paid("C", fen=8)]]
    monkeypatch.setattr(netting, "FILES_MAX", 2)
    assert meant([back("R")], *files) == [None]
    assert meant([back("R", return_of="E1")], *files) == ["A"]
    monkeypatch.setattr(netting, "FILES_MAX", 3)
    assert meant([back("R")], *files) == ["A"]
    monkeypatch.setattr(netting, "CANDIDATES_MAX", 0)
    assert meant([back("R")], *files) == [None]


def test_the_event_becomes_a_reverse() -> None:
    batch = to_batch("clr.transfers", [paid("B"), back("R")])
    (kept, reverse) = netted(batch, {(BANK, f"{OWN}:R:C500"): f"{OWN}:A:D500"}).to_pylist()
    assert kept == batch.to_pylist()[0]
    changed = {name for name, value in reverse.items() if value != batch.to_pylist()[1][name]}
    assert changed == {"op", "ref_event_id", "return_of", "status", "memo"}
    assert (reverse["op"], reverse["ref_event_id"], reverse["status"], reverse["memo"]) == (
        "REVERSE", f"{OWN}:A:D500", "BOOKED", "冲正",
    )  # fmt: skip


def movement(number: str, kind: str, user: str = "a", **more: Any) -> Transfer:
    taken = {"status": "RETURNED", "memo": f"REVERSAL_UNMATCHED 冲正 {kind}"} if more.pop("taken", False) else {"memo": kind}
    name = f"money/{number}/{kind}/////{user}"
    sides = ("external:P", f"sub:P:{user}") if "status" not in taken else (f"sub:P:{user}", "external:P")
    return Transfer(event_id=name, source_id="platform:P", event_time=FRIDAY, op="CORRECT", ref_event_id=name, amount_fen=100_000,
                    debtor_account=sides[0], creditor_account=sides[1], **taken, **more)  # fmt: skip


def test_ifcert_takes_back_the_same_type_of_the_same_user() -> None:
    def taken(kind: str, *booked: Transfer) -> list[str]:
        own = [to_batch("clr.transfers", [movement("r", kind, taken=True)])]
        return list(originals_of(own, [(FRIDAY, [to_batch("clr.transfers", list(booked))])]).values())

    topup = movement("t", "6")
    assert taken("6", topup, movement("u", "50"), movement("v", "6", user="b")) == [topup.event_id]
    assert taken("6", topup, movement("w", "6")) == taken("50", topup) == []
    assert taken("8", movement("t", "8")) == []  # it says something of a claim besides


@pytest.fixture
def broker() -> Iterator[str]:
    with EmbeddedBroker() as embedded:
        yield embedded.url


@pytest.mark.xdist_group("embedded-broker")
def test_through_the_drop_folder(tmp_path: Path, broker: str) -> None:
    """Yesterday's payment is taken back today; what refers to nothing of this feed is flagged; a new version changes its mind."""
    site = Site(tmp_path, broker, PROFILE.replace("auto", "camt"))
    site.put("a.xml", statement(entry(500, "DBIT", "P1", "E1"), entry(700, "DBIT", "P2")).encode())
    reversal = "<RvslInd>true</RvslInd>"
    today = [entry(500, "CRDT", "R1", "E1", "2016-06-21", reversal), entry(900, "CRDT", "R2", "E2", "2016-06-21", reversal)]
    site.put("b_v1.xml", statement(*today).encode())
    assert [record.status for record in site.sweep()] == ["done", "done"]
    told = {event.event_id: event for event in site.on_broker("camt:104:pool", ["in.clr.transfers"]).values()}
    taken = {name.split(":")[2]: (event.op, event.ref_event_id, event.status) for name, event in told.items()}  # type: ignore[attr-defined]
    original = next(name for name in told if ":P1:" in name)
    assert taken["R1"] == ("REVERSE", original, "BOOKED") and taken["R2"] == ("NEW", None, "RETURNED")
    assert taken["P1"] == taken["P2"] == ("NEW", None, "BOOKED")
    site.put("b_v2.xml", statement(today[1]).encode())
    site.sweep()
    stand = standing(site.on_broker("camt:104:pool", ["in.clr.transfers"]).values())
    assert sorted(event.event_id.split(":")[2] for event in stand) == ["P1", "P2", "R2"]
