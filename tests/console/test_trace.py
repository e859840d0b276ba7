import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.console.main import main
from chuantou.console.trace import METHODS, answer_of, booked, most_between, new_money, read_book
from chuantou.graph.lots import trace_lots
from chuantou.schemas.streams import Transfer

DAY = 1_466_000_000_000_000


def transfer(name: str, debtor: str, creditor: str, fen: int, time: int, **other: Any) -> dict[str, Any]:
    base = {"stream": "clr.transfers", "event_id": name, "source_id": "bank:A", "event_time": DAY + time}
    return {**base, "debtor_account": debtor, "creditor_account": creditor, "amount_fen": fen, **other}


def written(path: Path, events: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(json.dumps(event) for event in events), encoding="utf-8")
    return path


# Three investors pay into a pool that held 10.00; it pays an old investor back, and he buys a car.
SCENE = [
    {"stream": "acct.balance", "event_id": "b", "source_id": "bank:A", "event_time": DAY, "account": "pool",
     "as_of": DAY, "kind": "OPENING", "fen": 1_000},
    {"stream": "acct.events", "event_id": "o", "source_id": "bank:A", "event_time": DAY, "type": "OPEN",
     "account": "pool", "owner": "uscc:91320902001010024P"},
    transfer("i1", "ann", "pool", 3_000, 1, flow_class="INVEST_IN", debtor_party="person:ann"),
    transfer("i2", "bob", "pool", 6_000, 2, flow_class="INVEST_IN", debtor_party="person:bob"),
    transfer("gone", "bob", "pool", 9_999, 2, status="REJECTED"),
    transfer("wrong", "eve", "pool", 5_000, 2),
    {"stream": "clr.transfers", "event_id": "undo", "source_id": "bank:A", "event_time": DAY + 3, "op": "REVERSE",
     "ref_event_id": "wrong", "debtor_account": "eve", "creditor_account": "pool", "amount_fen": 5_000},
    transfer("pay", "pool", "old", 2_000, 5, flow_class="RETURN_PRIN"),
    transfer("car", "old", "dealer", 1_500, 6, creditor_party="person:dealer"),
]  # fmt: skip


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHUANTOU_LANG", "en")
    return written(tmp_path / "events.jsonl", [*SCENE, {"stream": "nonsense"}])


def test_roots_and_ends_by_four_methods(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "--events", str(scene), "--transaction", "bank:A/pay", "--json"]) == 0
    shown = capsys.readouterr()
    answer = json.loads(shown.out)
    assert "1 lines are not events" in shown.err

    def row(name: str, kind: str, party: str | None, fifo: int, prorata: int, lifo: int, most: int) -> dict[str, Any]:
        amounts = {"fifo_fen": fifo, "prorata_fen": prorata, "lifo_fen": lifo, "maxflow_fen": most}
        return {"source_id": "bank:A", "event_id": name, "origin_class": kind, "origin_party": party, **amounts}

    assert answer == {
        "roots": [
            row("b", "OPENING", "uscc:91320902001010024P", 1_000, 200, 0, 1_000),
            row("i1", "INVEST_IN", "person:ann", 1_000, 600, 0, 2_000),
            row("i2", "INVEST_IN", "person:bob", 0, 1_200, 2_000, 2_000),
        ],
        "ends": [
            row("pay", "RETURN_PRIN", None, 500, 500, 500, 2_000),
            row("car", "UNKNOWN", "person:dealer", 1_500, 1_500, 1_500, 1_500),
        ],
        "truncated": False,
    }


def test_in_words_and_unknown(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "--events", str(scene), "--transaction", "bank:A/car"]) == 0
    told = capsys.readouterr().out
    assert "bank:A/i2" in told
    assert "15.00" in told
    for name in ("bank:A/gone", "bank:A/wrong", "bank:A/b", "nobody"):
        assert main(["trace", "--events", str(scene), "--transaction", name]) == 1
        assert f"no booked transfer {name}" in capsys.readouterr().err


def test_the_order_of_lines_does_not_matter(tmp_path: Path) -> None:
    forward, _ = read_book([written(tmp_path / "a.jsonl", SCENE)])
    backward, _ = read_book([written(tmp_path / "b.jsonl", SCENE[::-1])])
    assert forward.events == backward.events
    assert answer_of(forward, len(forward.events) - 1) == answer_of(backward, len(forward.events) - 1)


moves = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 9)), min_size=1, max_size=12)


@given(moves, st.data())
def test_every_method_is_whole_and_below_the_max_flow(rows: list[tuple[int, int, int]], data: st.DataObject) -> None:
    events = [
        Transfer(event_id=str(i), source_id="s", event_time=DAY + i, debtor_account=f"a{payer}",
                 creditor_account=f"a{payee}", amount_fen=fen)
        for i, (payer, payee, fen) in enumerate(rows)
    ]  # fmt: skip
    book = booked(list(events), {})
    index = data.draw(st.integers(0, len(rows) - 1))
    answer = answer_of(book, index)
    for method in METHODS:
        for side in ("roots", "ends"):
            assert sum(row[f"{method}_fen"] for row in answer[side]) == rows[index][2]
            assert all(row[f"{method}_fen"] <= row["maxflow_fen"] for row in answer[side])


def test_money_that_cannot_meet_does_not_flow() -> None:
    rows = [("a", "b", 5), ("c", "d", 5), ("b", "e", 3), ("d", "e", 4), ("e", "f", 9)]
    events = [
        Transfer(event_id=str(i), source_id="s", event_time=DAY + i, debtor_account=payer, creditor_account=payee,
                 amount_fen=fen)
        for i, (payer, payee, fen) in enumerate(rows)
    ]  # fmt: skip
    book = booked(list(events), {})
    assert most_between(book, 0, 3) == 0
    assert most_between(book, 0, 4) == 3
    assert most_between(book, 1, 4) == 4
    assert [new_money(trace_lots(book.debtor, book.creditor, book.fen), i) for i in range(5)] == [5, 5, 0, 0, 2]
