import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.console.main import main
from chuantou.console.trace import METHODS, Book, Limits, answer_of, booked, new_money, read_book
from chuantou.graph.lots import trace_lots
from chuantou.graph.maxflow import most_between
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


def test_a_payment_that_two_banks_tell_is_booked_once_and_known_by_both_names(
    tmp_path: Path, scene: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    others = [{**e, "source_id": "bank:B", "event_id": f"b-{e['event_id']}"} for e in SCENE if "debtor_account" in e]
    twice = written(tmp_path / "twice.jsonl", [*SCENE, *(e for e in others if e["event_id"] not in ("b-wrong", "b-undo"))])
    said = []
    for file, name in ((scene, "bank:A/pay"), (twice, "bank:A/pay"), (twice, "bank:B/b-pay")):
        assert main(["trace", "--events", str(file), "--transaction", name, "--json"]) == 0
        said.append(json.loads(capsys.readouterr().out))
    assert said[0] == said[1] == said[2] != {}


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
    book = booked(events)
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
    book = booked(events)
    assert most_between(book.debtor, book.creditor, book.fen, 0, 3) == 0
    assert most_between(book.debtor, book.creditor, book.fen, 0, 4) == 3
    assert most_between(book.debtor, book.creditor, book.fen, 1, 4) == 4
    assert [new_money(trace_lots(book.debtor, book.creditor, book.fen), i) for i in range(5)] == [5, 5, 0, 0, 2]


def bytes_of(book: Book) -> list[bytes]:
    """Every lot, account and piece by every method."""
    bookings = [trace_lots(book.debtor, book.creditor, book.fen, method, ties=book.ties).booking for method in METHODS]
    return [
        part.tobytes()
        for b in bookings
        for part in (b.lots, b.accounts, b.start, b.label[: b.start[-1]], b.fen[: b.start[-1]])
    ]


@given(st.permutations(SCENE))
def test_the_lots_are_the_same_bytes_in_any_order_of_arrival(tmp_path_factory: pytest.TempPathFactory, told: list[dict]) -> None:
    path = tmp_path_factory.mktemp("order")
    forward, _ = read_book([written(path / "a.jsonl", SCENE)])
    shuffled, _ = read_book([written(path / "b.jsonl", [*told, *told[:3]])])
    assert shuffled.events == forward.events and bytes_of(shuffled) == bytes_of(forward)


def test_what_was_reversed_never_happened(tmp_path: Path) -> None:
    never = [event for event in SCENE if event["event_id"] not in ("wrong", "undo")]
    whole, _ = read_book([written(tmp_path / "a.jsonl", SCENE)])
    without, _ = read_book([written(tmp_path / "b.jsonl", never)])
    assert whole.events == without.events and bytes_of(whole) == bytes_of(without)


def g1n(*account: dict[str, Any]) -> list[dict[str, Any]]:
    """G1n: B1 repays under a plan, and I1 is paid under it."""
    yuan = 100
    return [
        *({"stream": "acct.events", "event_id": f"c{i}", "source_id": "bank:A", "event_time": DAY, "account": "a", **told}
          for i, told in enumerate(account)),
        transfer("i1", "I1", "a", 100_000 * yuan, 1), transfer("i2", "I2", "a", 200_000 * yuan, 2),
        transfer("loan", "a", "B1", 150_000 * yuan, 3), transfer("i3", "I3", "a", 120_000 * yuan, 4),
        transfer("repaid", "B1", "a", 103_000 * yuan, 5, plan_id="p1", class_basis="obligation"),
        transfer("paid", "a", "I1", 103_000 * yuan, 6, plan_id="p1", class_basis="obligation"),
    ]  # fmt: skip


DESIGNATED = {"type": "CUSTODY_DESIGNATE", "platform": "uscc:91320902001010024P", "custodian": "uscc:91320902001010024P"}


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ((DESIGNATED,), {"paid": 10_300_000}),
        ((), {"repaid": 10_300_000}),
        (({"type": "ROLE_TAG", "role": "CLIENT_MASTER", "role_basis": "inferred"},), {"repaid": 10_300_000}),
        ((DESIGNATED, {"type": "CUSTODY_REVOKE"}), {"repaid": 10_300_000}),
    ],
    ids=["custody", "nobody says so", "only inferred", "revoked"],
)
def test_g1n_the_plan_outranks_the_queue_in_designated_custody_alone(
    tmp_path: Path, account: tuple[dict[str, Any], ...], expected: dict[str, int]
) -> None:
    book, n_dead = read_book([written(tmp_path / "a.jsonl", g1n(*account))])
    assert n_dead == 0
    answer = answer_of(book, [e.event_id for e in book.events].index("repaid"))
    assert {row["event_id"]: row["fifo_fen"] for row in answer["ends"] if row["fifo_fen"]} == expected


def test_interest_is_new_money_and_money_that_nobody_saw_is_called_so(tmp_path: Path) -> None:
    events = [
        transfer("in", "ann", "pool", 1_000, 1, flow_class="INVEST_IN"),
        transfer("to bank", "pool", "bank", 400, 2, flow_class="FEE"),
        transfer("interest", "bank", "pool", 50, 3, flow_class="INTEREST_BANK"),
        transfer("out", "pool", "old", 900, 4, flow_class="RETURN_PRIN"),
    ]
    book, _ = read_book([written(tmp_path / "a.jsonl", events)])
    rows = answer_of(book, 3)["roots"]
    assert [(row["event_id"], row["origin_class"], row["fifo_fen"]) for row in rows] == [
        ("in", "INVEST_IN", 600), ("interest", "INTEREST_BANK", 50), ("out", "OVERDRAFT_OR_UNSEEN", 250),
    ]  # fmt: skip


def test_what_lies_beyond_the_limits_is_one_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    day = 86_400_000_000
    events = [transfer(f"t{i}", f"a{i}", f"a{i + 1}", 1_000 - i, i * day) for i in range(6)]
    path = written(tmp_path / "a.jsonl", events)
    book, _ = read_book([path])

    def shares(limits: Limits) -> list[list[tuple[str | None, int, int]]]:
        answer = answer_of(book, 3, limits)
        assert all(sum(row["fifo_fen"] for row in answer[side]) == 997 for side in ("roots", "ends"))
        return [[(row["event_id"], row["fifo_fen"], row["maxflow_fen"]) for row in answer[side]] for side in ("roots", "ends")]

    whole = [[("t0", 997, 997)], [("t3", 1, 997), ("t4", 1, 996), ("t5", 995, 995)]]
    assert shares(Limits()) == shares(Limits(max_hops=3, days=3)) == whole
    assert shares(Limits(max_hops=2)) == [[(None, 997, 997)], whole[1]]
    assert shares(Limits(max_hops=1)) == [[(None, 997, 997)], [(None, 995, 997), *whole[1][:2]]]
    assert shares(Limits(days=1)) == shares(Limits(max_hops=1))
    ask = ["trace", "--events", str(path), "--transaction", "bank:A/t3", "--max-hops", "1"]
    page = tmp_path / "t.html"
    assert main([*ask, "--html", str(page)]) == 0
    assert re.search(r"beyond the limits|超出追踪范围", capsys.readouterr().out)
    assert re.search(r"beyond the limits|超出追踪范围", page.read_text(encoding="utf-8"))
    assert main([*ask[:-1], "-1"]) == 2


def test_an_empty_file_and_sums_past_int64_have_a_clear_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = written(tmp_path / "empty.jsonl", [])
    assert main(["trace", "--events", str(empty), "--transaction", "bank:A/x"]) == 1
    assert "bank:A/x" in capsys.readouterr().err
    huge = written(tmp_path / "huge.jsonl", [transfer(n, n, "pot", 2**62, i) for i, n in enumerate("ab")])
    assert main(["trace", "--events", str(huge), "--transaction", "bank:A/a"]) == 1
    assert "int64" in capsys.readouterr().err


def test_a_transfer_to_itself_is_its_own_root_and_end(tmp_path: Path) -> None:
    book, _ = read_book([written(tmp_path / "a.jsonl", [transfer("x", "a", "b", 5, 1), transfer("self", "b", "b", 9, 2)])])
    answer = answer_of(book, 1)
    for side in ("roots", "ends"):
        assert [(row["event_id"], row["fifo_fen"], row["maxflow_fen"]) for row in answer[side]] == [("self", 9, 9)]


@pytest.mark.parametrize("account", [(DESIGNATED,), ()], ids=["custody", "plain"])
def test_the_page_says_where_the_picture_and_the_tables_differ(tmp_path: Path, account: tuple[dict[str, Any], ...]) -> None:
    path, page = written(tmp_path / "a.jsonl", g1n(*account)), tmp_path / "t.html"
    assert main(["trace", "--events", str(path), "--transaction", "bank:A/paid", "--html", str(page)]) == 0
    assert bool(re.search(r"plain FIFO|未计对应关系", page.read_text(encoding="utf-8"))) == bool(account)
