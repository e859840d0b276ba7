"""FinBench's reads and writes: answers worked out by hand, and equal to their plain twins on random sets and the real one."""

import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.finbench.__main__ import main
from benchmarks.finbench.data import EDGES, MOVES_MONEY, DataError, Tables, load
from benchmarks.finbench.duck import Duck
from benchmarks.finbench.graph import FinBench
from benchmarks.finbench.measure import tiny
from benchmarks.finbench.nets import Networkx
from benchmarks.finbench.parameters import QUESTIONS, Drawing
from benchmarks.finbench.reads import READS, window_of
from benchmarks.finbench.writes import WRITES
from tests.oracles.finbench_reads import ORACLES

REAL = Path(__file__).parents[3] / "shared" / "data" / "finbench-sf0.3"
SMALL = Path(__file__).parents[1] / "data" / "finbench_reads"
BY_HAND = json.loads((SMALL / "answers.json").read_text("utf-8"))

# Ids of different kinds are the same on purpose: person 1 is not medium 1, loan 2 not account 2.
ENDS = {"account": range(1, 7), "person": range(1, 4), "company": range(1, 3), "loan": range(1, 4), "medium": range(1, 3)}
STRANGER = 99
OF_PERSONS = ("TCR2", "TCR5", "TCR10", "TCR11", "TCR12", "TRW3")


def ours(data: FinBench, read: str, p: dict[str, Any]) -> Any:
    return QUESTIONS[read].answer(data, p, window_of(p))


@st.composite
def tables(draw: Any) -> Tables:
    edges = {}
    for kind, files in EDGES.items():
        money = st.integers(1, 9).map(lambda fen: fen * 50) if kind in MOVES_MONEY else st.just(0)
        ends = (st.sampled_from(ENDS[files.source[0]]), st.sampled_from(ENDS[files.target[0]]))
        edge = st.tuples(*ends, st.integers(1, 20).map(lambda ms: ms * 1000), money)
        edges[kind] = draw(st.lists(edge, max_size=16 if kind == "transfer" else 6))
    nodes = [(kind, id_) for kind, ids in ENDS.items() for id_ in ids]
    blocked = draw(st.lists(st.sampled_from([node for node in nodes if node[0] in ("account", "person", "medium")]), max_size=3))
    amount = {loan: draw(st.integers(0, 9)) * 150 for loan in ENDS["loan"]}
    media = dict.fromkeys(ENDS["medium"], "POS")
    return Tables(edges, set(draw(st.lists(st.sampled_from(nodes)))), set(blocked), media, amount, dict.fromkeys(amount, 200))


def asked(draw: Any, read: str) -> dict[str, Any]:
    kind = "loan" if read == "TCR8" else "person" if read in OF_PERSONS else "account"
    begin = draw(st.integers(0, 8))
    line = st.sampled_from([Decimal(text) for text in ("-1", "0", "0.5", "1", "1.505", "3")])
    known: dict[str, Any] = {"startTime": begin, "endTime": begin + draw(st.integers(-1, 20)), "time": draw(st.integers(0, 25))}
    for name in QUESTIONS[read].parameters:
        if name.lower().endswith(("id", "id1", "id2")):
            known[name] = draw(st.sampled_from([*ENDS[kind], STRANGER]))
        elif name == "amount":
            known[name] = Decimal(draw(st.integers(0, 400))) / 100
        elif name not in known:
            known[name] = abs(draw(line)) if read == "TCR8" else draw(line)
    if read in READS and draw(st.booleans()):
        known["truncationLimit"] = draw(st.integers(1, 3))
        known["truncationOrder"] = draw(st.sampled_from(["TIMESTAMP_DESCENDING", "TIMESTAMP_ASCENDING"]))
    return known


@settings(max_examples=200)
@given(st.data())
def test_every_read_and_write_equals_its_plain_twin(data: st.DataObject) -> None:
    drawn = data.draw(tables())
    for read, twin in ORACLES.items():
        p = asked(data.draw, read)
        assert ours(FinBench(drawn), read, p) == twin(drawn, p), (read, p)


@settings(max_examples=60)
@given(tables(), st.data())
def test_what_is_committed_is_there_for_the_next(drawn: Tables, data: st.DataObject) -> None:
    graph, kinds = FinBench(drawn), {"TRW1": "account", "TRW2": "account", "TRW3": "person"}
    for read in data.draw(st.lists(st.sampled_from(sorted(kinds)), min_size=2, max_size=5)):
        p = asked(data.draw, read)
        expected = ORACLES[read](drawn, p)
        assert ours(graph, read, p) == expected
        edge = "guarantee" if read == "TRW3" else "transfer"
        if expected["transferAdded"]:
            drawn.edges[edge].append((p["srcId"], p["dstId"], p["time"] * 1000, int(p.get("amount", 0) * 100)))
        drawn.blocked |= {(kinds[read], int(id_)) for id_ in expected["blockedNow"]}
    for read in ("TCR3", "TCR7", "TCR11"):
        p = asked(data.draw, read)
        assert ours(graph, read, p) == ORACLES[read](drawn, p)


@settings(max_examples=30)
@given(tables(), st.randoms(use_true_random=False), st.data())
def test_the_order_of_rows_changes_nothing(drawn: Tables, rng: Any, data: st.DataObject) -> None:
    shuffled = Tables({kind: rng.sample(rows, len(rows)) for kind, rows in drawn.edges.items()}, drawn.nodes, drawn.blocked,
                      drawn.medium_type, drawn.loan_amount, drawn.loan_balance)  # fmt: skip
    for read in READS:
        p = asked(data.draw, read)
        assert ours(FinBench(shuffled), read, p) == ours(FinBench(drawn), read, p)


@pytest.mark.parametrize("case", BY_HAND, ids=[f"{case['read']}-{k}" for k, case in enumerate(BY_HAND)])
def test_answers_worked_out_by_hand(case: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([case["read"], json.dumps(case["parameters"]), "--data", str(SMALL)]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out) == case["answer"]
    assert ("cut off" in told.err) == ("truncationLimit" in case["parameters"])


def test_every_read_has_an_answer_by_hand() -> None:
    assert {case["read"] for case in BY_HAND} == set(QUESTIONS) == set(ORACLES)


def test_updates_are_added_when_asked_for(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    times = {"startTime": 1577836800000, "endTime": 1577836800100}
    path = tmp_path / "parameters.json"
    path.write_text(json.dumps({"id1": "1005", "id2": 1001, **times}))
    for options, length in (([], -1), (["--updates"], 1)):
        assert main(["TCR3", str(path), "--data", str(SMALL), *options]) == 0
        assert json.loads(capsys.readouterr().out) == {"shortestPathLength": length}


def test_a_directory_of_streams_is_read_as_such() -> None:
    assert load(SMALL / "incremental").edges["transfer"] == [(1005, 1001, 1577836800095000, 700)]


@pytest.mark.parametrize("read", sorted(QUESTIONS))
def test_the_peers_answer_the_same(read: str) -> None:
    drawn = tiny()
    graph, peers = FinBench(drawn), (Networkx(drawn), Duck(drawn))
    answers = []
    for p in Drawing(drawn).sets(read, 12):
        answers.append(ours(graph, read, p))
        assert [peer.ask(read, p) for peer in peers] == [answers[-1], answers[-1]]
    assert len({json.dumps(answer) for answer in answers}) > 1  # there is something to find


@pytest.fixture(scope="module")
def real() -> Tables:
    if not REAL.is_dir():
        pytest.skip("the FinBench set is not here")
    return load(REAL, updates=True)


@pytest.fixture(scope="module")
def real_askers(real: Tables) -> tuple[FinBench, Networkx]:
    return FinBench(real), Networkx(real)


@pytest.mark.parametrize("read", sorted(READS))
def test_the_real_set(read: str, real: Tables, real_askers: tuple[FinBench, Networkx]) -> None:
    graph, peer = real_askers
    for k, p in enumerate(Drawing(real).sets(read, 6)):
        answer = ours(graph, read, p)
        assert peer.ask(read, p) == answer
        if k == 0 and read not in ("TCR1", "TCR2", "TCR5", "TCR8"):  # those twins try every edge for every account they reach
            assert ORACLES[read](real, p) == answer


@pytest.mark.parametrize("read", sorted(WRITES))
def test_writes_to_the_real_set(read: str, real: Tables) -> None:
    graph, peer = FinBench(real), Networkx(real)
    for p in Drawing(real).sets(read, 6):
        assert peer.ask(read, p) == ours(graph, read, p)


@pytest.mark.parametrize(
    ("read", "parameters", "says"),
    [
        ("TCR4", '"id1": "x", "id2": 2', "parameter id1: expected a whole number"),
        ("TCR3", '"id1": 1.5, "id2": 2', "parameter id1: expected a whole number"),
        ("TCR3", '"id1": -1, "id2": 2', "parameter id1: expected a whole number"),
        ("TCR3", '"id1": true, "id2": 2', "parameter id1: expected a number, found True"),
        ("TCR3", '"id1": [1], "id2": 2', "parameter id1: expected a number"),
        ("TCR3", '"id1": 9223372036854775808, "id2": 2', "parameter id1: expected a whole number"),
        ("TCR3", '"id": 1, "id1": 1, "id2": 2', "parameter id: TCR3 does not know it"),
        ("TCR7", '"id": 1, "threshold": "much"', "parameter threshold: expected a number"),
        ("TCR7", '"id": 1, "threshold": NaN', "parameter threshold: expected a number"),
        ("TCR7", '"id": 1, "threshold": 1e999999', "parameter threshold: expected a number"),
        ("TCR8", '"id": 1001, "threshold": 0.1234567', "parameter threshold: 0.1234567: expected at most 6 decimals"),
        ("TCR8", '"id": 1001, "threshold": -1', "threshold_ppm -1000000"),
        ("TCR5", '"id": 1, "truncationLimit": 0', "parameter truncationLimit: expected at least 1"),
        ("TCR5", '"id": 1, "truncationOrder": "AMOUNT"', "parameter truncationOrder: expected TIMESTAMP_DESC"),
        ("TRW1", '"srcId": 1, "dstId": 2, "time": 1, "amount": 1.005', "parameter amount: expected yuan"),
        ("TRW1", '"srcId": 1, "dstId": 2, "time": 1, "amount": 1, "truncationLimit": 9', "parameter truncationLimit"),
    ],
)
def test_bad_parameters_are_named(read: str, parameters: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([read, f'{{{parameters}, "startTime": 1, "endTime": 2}}', "--data", str(SMALL)]) == 2
    told = capsys.readouterr()
    assert says in told.err and told.out == ""


@pytest.mark.parametrize(
    ("read", "text", "says"),
    [
        ("TCR99", "{}", "unknown read 'TCR99': expected one of TCR1"),
        ("TCR4", "{", "no JSON"),
        ("TCR4", "[]", "expected a JSON object"),
        ("TCR4", "no-such-file", "No such file"),
        ("TCR4", '{"a":' * 99_999, "parameters: nested too deep"),
        ("TCR4", '{"id1": 1, "id2": 2, "startTime": 1}', "parameter endTime: missing"),
        ("TCR3", '{"id1": 1, "id2": 2, "startTime": 9223372036854775807, "endTime": 2}', "parameter startTime: expected"),
    ],
)
def test_what_are_no_parameters_is_told(read: str, text: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([read, text, "--data", str(SMALL)]) == 2
    told = capsys.readouterr()
    assert says in told.err and told.out == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1|2|many|3", "csv:2: amount: expected an amount with at most two decimals, found 'many'"),
        ("1|2|0.001|3", "csv:2: amount"),
        ("1|2|-1|3", "csv:2: amount"),
        ("1|2|NaN|3", "csv:2: amount"),
        ("1|2|1e30|3", "csv:2: amount"),
        ("1|2|1|3\n1|x|1|3", "csv:3: toId: expected a whole number"),
        ("1|9223372036854775808|1|3", "csv:2: toId"),
        ("1|2|1|yesterday", "csv:2: createTime"),
        ("1|2|1", "csv:2: not as many fields as the header"),
        ("1|2|1|3|4", "csv:2: not as many fields as the header"),
    ],
)
def test_bad_rows_are_named(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "AccountTransferAccount.csv").write_text(f"fromId|toId|amount|createTime\n{text}\n")
    with pytest.raises(DataError, match=says):
        load(tmp_path)


def test_a_file_that_is_no_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no FinBench edge"):
        load(tmp_path)
    whole = gzip.compress(b"fromId|toId|amount|createTime\n" + b"1|2|3|4\n" * 9_999)
    for content in (whole[:-20], b"\xff\xfe|"):
        path = tmp_path / "AccountTransferAccount.csv.gz"
        path.write_bytes(content if content[:2] == b"\x1f\x8b" else gzip.compress(content))
        with pytest.raises(DataError, match=r"AccountTransferAccount\.csv\.gz: after line"):
            load(tmp_path)


def test_quotes_are_letters_like_others(tmp_path: Path) -> None:
    rows = ['1|2|3|4|"so he said', "2|3|4|5|fine"]
    (tmp_path / "AccountTransferAccount.csv").write_text("\n".join(["fromId|toId|amount|createTime|comment", *rows, ""]))
    assert len(load(tmp_path).edges["transfer"]) == 2
