"""FinBench's reads: every answer equals its plain twin, on random sets and on a slice of the real one."""

import json
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.finbench.__main__ import QUESTIONS, main
from benchmarks.finbench.data import DataError, FinBench
from benchmarks.finbench.measure import draw
from benchmarks.finbench.peers import Networkx
from chuantou.graph.edges import TimedEdges
from chuantou.graph.kernels import paths as kernel
from tests.oracles.finbench_reads import ORACLES, PlainSet

REAL = Path(__file__).parents[3] / "shared" / "data" / "finbench-sf0.3"
HEADS = {
    "transfer": ("AccountTransferAccount", "fromId|toId|amount|createTime"),
    "withdraw": ("AccountWithdrawAccount", "fromId|toId|amount|createTime"),
    "deposit": ("LoanDepositAccount", "loanId|accountId|amount|createTime"),
    "repay": ("AccountRepayLoan", "accountId|loanId|amount|createTime"),
    "sign_in": ("MediumSignInAccount", "mediumId|accountId|amount|createTime"),
    "guarantee": ("PersonGuaranteePerson", "fromId|toId|amount|createTime"),
    "invest": ("PersonInvestCompany", "investorId|companyId|amount|createTime"),
    "apply": ("PersonApplyLoan", "personId|loanId|amount|createTime"),
    "person_owns": ("PersonOwnAccount", "personId|accountId|amount|createTime"),
    "company_owns": ("CompanyOwnAccount", "companyId|accountId|amount|createTime"),
}
ACCOUNTS, PERSONS, COMPANIES, LOANS, MEDIA = range(10, 16), range(30, 33), range(40, 42), range(50, 53), range(60, 62)
ENDS = {
    "transfer": (ACCOUNTS, ACCOUNTS), "withdraw": (ACCOUNTS, ACCOUNTS), "deposit": (LOANS, ACCOUNTS), "repay": (ACCOUNTS, LOANS),
    "sign_in": (MEDIA, ACCOUNTS), "guarantee": (PERSONS, PERSONS), "invest": (PERSONS, COMPANIES), "apply": (PERSONS, LOANS),
    "person_owns": (PERSONS, ACCOUNTS), "company_owns": (COMPANIES, ACCOUNTS),
}  # fmt: skip


def written(root: Path, plain: PlainSet) -> Path:
    """The set as FinBench's snapshot."""
    folder = root / "snapshot"
    folder.mkdir(parents=True, exist_ok=True)
    for kind, (stem, head) in HEADS.items():
        rows = [f"{a}|{b}|{m // 1000}.{m % 1000:03}|{t}" for a, b, t, m in plain.edges.get(kind, [])]
        (folder / f"{stem}.csv").write_text("\n".join([head, *rows, ""]))
    loans = [f"{loan}|{m // 1000}.{m % 1000:03}|{plain.loan_balance[loan] // 1000}" for loan, m in plain.loan_amount.items()]
    (folder / "Loan.csv").write_text("\n".join(["loanId|loanAmount|balance", *loans, ""]))
    for stem, key, ids in (("Account", "accountId", ACCOUNTS), ("Medium", "mediumId", MEDIA)):
        rows = [f"{id_}|{str(id_ in plain.blocked).lower()}|POS" for id_ in ids]
        (folder / f"{stem}.csv").write_text("\n".join([f"{key}|isBlocked|mediumType", *rows, ""]))
    return root


@st.composite
def sets(draw_: Any) -> PlainSet:
    edges = {}
    for kind, (sources, targets) in ENDS.items():
        amounts = st.integers(1, 9).map(lambda m: m * 500)
        edge = st.tuples(st.sampled_from(sources), st.sampled_from(targets), st.integers(1, 20), amounts)
        edges[kind] = draw_(st.lists(edge, max_size=14 if kind == "transfer" else 5))
    edges["transfer"].append((ACCOUNTS[0], ACCOUNTS[1], 10, 1000))
    amount = {loan: draw_(st.integers(1, 9)) * 1500 for loan in LOANS}
    return PlainSet(
        edges, set(draw_(st.lists(st.sampled_from([*MEDIA, *ACCOUNTS[:2]]), max_size=2))), dict.fromkeys(MEDIA, "POS"), amount,
        dict.fromkeys(LOANS, 2000),
    )  # fmt: skip


def asked(read: str, draw_: Any) -> dict[str, Any]:
    of_persons = ("TCR2", "TCR5", "TCR10", "TCR11", "TCR12")
    middle = PERSONS if read in of_persons else LOANS if read == "TCR8" else ACCOUNTS
    one, two = (draw_(st.sampled_from([*middle, 999])) for _ in range(2))
    begin = draw_(st.integers(0, 8))
    line = draw_(st.sampled_from(["0", "0.5", "1", "1.5", "3"]))
    return {
        "id": one, "id1": one, "id2": two, "srcId": one, "dstId": two, "time": draw_(st.integers(0, 21)), "amount": "2.5",
        "threshold": line, "threshold1": line, "threshold2": "0.5", "startTime": begin,
        "endTime": begin + draw_(st.integers(2, 20)),
    }  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_every_read_equals_its_plain_twin(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    plain = data.draw(sets())
    ours = FinBench(written(tmp_path_factory.mktemp("finbench"), plain))
    for read, twin in ORACLES.items():
        p = asked(read, data.draw)
        blocked = set(ours.blocked)
        assert QUESTIONS[read][0](ours, p) == twin(plain, p), (read, p)
        ours.blocked = blocked


@pytest.mark.skipif(not REAL.is_dir(), reason="the FinBench set is not here")
@pytest.mark.parametrize("read", sorted(set(ORACLES) - {"TRW1"}))
def test_the_real_set(read: str) -> None:
    data = FinBench(REAL)
    graph = Networkx(data)
    for p in draw(data, read, 8):
        assert graph.ask(read, p) == QUESTIONS[read][0](data, p)


def test_a_write_that_closes_a_triangle_is_undone_and_blocks(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    plain = PlainSet({"transfer": [(11, 12, 5, 1000), (12, 10, 6, 1000)]}, set(), {}, {}, {})
    root = written(tmp_path, plain)
    p = {"srcId": 10, "dstId": "11", "time": 4, "amount": 10.5, "startTime": 0, "endTime": 10}
    assert main(["TRW1", json.dumps(p), "--data", str(root)]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "outcome": "aborted-cycle", "transferAdded": False, "blockedNow": ["10", "11"], "closingAccounts": ["12"],
    }  # fmt: skip
    assert main(["TRW1", json.dumps({**p, "time": 10}), "--data", str(root)]) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "committed"
    limited = {**p, "threshold": 0, "ratioThreshold": 0.01}
    assert main(["TRW2", json.dumps(limited), "--data", str(root)]) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "aborted-ratio"


@pytest.mark.parametrize(
    ("read", "parameters", "says"),
    [
        ("TCR99", "{}", "unknown read"),
        ("TCR4", "{", "finbench:"),
        ("TCR4", "[]", "No such file"),
        ("TCR4", '{"id1": 1, "id2": 2, "startTime": 1}', "parameter endTime: missing"),
        ("TCR4", '{"id1": "x", "id2": 2, "startTime": 1, "endTime": 2}', "parameter id1: expected a 64-bit whole number"),
        ("TCR3", '{"id1": 1.5, "id2": 2, "startTime": 1, "endTime": 2}', "parameter id1: expected a 64-bit whole number"),
        ("TCR7", '{"id": 1, "threshold": "much", "startTime": 1, "endTime": 2}', "parameter threshold: expected a number"),
    ],
)
def test_bad_parameters_are_named(read: str, parameters: str, says: str, capsys: pytest.CaptureFixture) -> None:
    assert main([read, parameters]) == 2
    assert says in capsys.readouterr().err


def test_bad_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no FinBench"):
        FinBench(tmp_path)
    root = written(tmp_path, PlainSet({"transfer": [(1, 2, 3, 4)]}, set(), {}, {}, {}))
    path = root / "snapshot" / "AccountTransferAccount.csv"
    path.write_text("fromId|toId|amount|createTime\n1|2|many|3\n")
    with pytest.raises(DataError, match=r"AccountTransferAccount.csv:2: amount: expected an amount, found 'many'"):
        FinBench(root)


def test_rows_survive() -> None:
    edges = TimedEdges.of(3, [0, 1, 1], [1, 2, 0], [5, 4, 6], [7, 8, 9])
    assert edges.reversed().shortest_path(2, 0, -10, 10) == 2
    assert edges.reached_from(0, 0, 10) == [1, 2]
    assert edges.rising_walks(0, 0, 10, 3) == {(0, 1)}
    with pytest.raises(ValueError, match="one entry an edge"):
        TimedEdges.of(2, [0], [1], [1, 2], [1])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(*map(st.integers, (0, 0, 0), (5, 5, 9))), max_size=25), st.integers(0, 9), st.integers(0, 10))
def test_walks_of_the_kernel(rows: list[tuple[int, int, int]], after: int, before: int) -> None:
    edges = TimedEdges.of(6, *(zip(*rows) if rows else ((), (), ())), [1] * len(rows))
    plain: set[tuple[int, ...]] = set()
    walks = [((0,), after)]
    for _ in range(3):
        walks = [((*walk, b), t) for walk, last in walks for a, b, t in rows
                 if a == walk[-1] and last < t < before and b not in walk]  # fmt: skip
        plain |= {walk for walk, _ in walks}
    assert edges.rising_walks(0, after, before, 3) == plain
    times = np.array(sorted(t for *_, t in rows), np.int64)
    assert kernel.first_after(times, 0, len(times), after) == next(i for i in count() if i == len(times) or times[i] > after)
