"""``chuantou loops``: what it reads, what it prints, and how it refuses."""

import gzip
import json
from pathlib import Path

import pytest
import typer

from chuantou.console.loops import loops, read_transfers
from chuantou.graph.cycles import temporal_cycles

SNAP = Path(__file__).parents[1] / "data" / "snap"
TRIANGLE = "src,dst,time,amount\n甲,乙,1,100.50\n\n丙,甲,3,90\n乙,丙,2,95.5\n"


@pytest.fixture
def run(tmp_path, capsys):
    def run(text, window=10, max_hops=6, keep=None):
        path = tmp_path / "transfers.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        loops(path, window, max_hops, keep, True, tmp_path / "loops.jsonl")
        lines = (tmp_path / "loops.jsonl").read_text(encoding="utf-8").splitlines()
        return json.loads(capsys.readouterr().out), [json.loads(line) for line in lines]

    return run


def test_unsorted_transfers_are_sorted_and_rows_are_those_of_the_file(run):
    summary, found = run(TRIANGLE)
    assert summary == {"counts": {"2": 0, "3": 1, "4": 0, "5": 0, "6": 0}, "edges": 3, "truncated": 0}
    assert found == [{"accounts": ["甲", "乙", "丙"], "rows": [0, 2, 1]}]


@pytest.mark.parametrize(("keep", "n"), [("0.94", 1), ("0.9424", 1), ("0.95", 0), ("1", 0), ("0", 1)])
def test_keep_is_applied_to_exact_decimals(run, keep, n):
    summary, found = run(TRIANGLE, keep=keep)  # 95.5 / 100.5 = 0.9502…, 90 / 95.5 = 0.9424…
    assert summary["counts"]["3"] == len(found) == n


@pytest.mark.parametrize(
    "text",
    [
        "1,2,1\n2,1,2\n",
        "# a comment\n1 2 1\n2  1\t2\n",
        "1;2;1\n2;1;2",
        "1\t2\t1\n2\t1\t2\n",
        "Source,Target,Weight,Timestamp\n1,2,-5,1\n2,1,7,2\n",
        '\ufeffsrc,dst,time\r\n"1",2,1\r\n2,"1",2\r\n',
        "who,whom,when\n1,2,1\n2,1,2\n",
        gzip.compress(b"src dst time\n1 2 1\n2 1 2\n", mtime=0),
    ],
)
def test_forms_that_are_read(run, text):
    summary, found = run(text)
    assert summary["edges"] == 2
    assert found == [{"accounts": ["1", "2"], "rows": [0, 1]}]


@pytest.mark.parametrize(
    ("text", "keep", "says"),
    [
        ("1,2,1\n2,1\n", None, "line 2: 2 fields where 3 are needed"),
        ("1,2,1\n\n2,1,x\n", None, "line 3: time 'x' is not an integer"),
        ("1,2,1\n2,1,1.5\n", None, "line 2: time '1.5' is not an integer"),
        ("1,2,1_0\n", None, "line 1: time '1_0' is not an integer"),
        ("1,2,99999999999999999999\n", None, "line 1: time 99999999999999999999 is beyond"),
        ("1,2,1\n,1,2\n", None, "line 2: an account is empty"),
        ('1,2,1\n"2,1,2\n', None, "line 2: unexpected end of data"),
        (b"1,2,1\n\xff,1,2\n", None, "line 2: 'utf-8' codec"),
        (b"\x1f\x8bnot gzip at all", None, "transfers.csv: "),
        (gzip.compress(b"1,2,1\n2,1,2\n" * 99, mtime=0)[:-9], None, "transfers.csv: Compressed file ended"),
        ("1,2,1\n", "0.8", "line 1: 3 fields where 4 are needed"),
        ("1,2,1,nan\n", "0.8", "line 1: amount 'nan' is not a decimal number"),
        ("1,2,1,-3\n", "0.8", "line 1: amount '-3' is not"),
        ("1,2,1,9223372036854775807.5\n", "0.8", "do not fit int64"),
        ("src,dst,time\n1,2,1\n", "0.8", "line 1: the header names no amount"),
        ("1,2,1,5\n", "1.5", "keep is '1.5'"),
    ],
)
def test_a_bad_line_is_named(run, text, keep, says):
    with pytest.raises(typer.BadParameter) as error:
        run(text, keep=keep)
    assert says in str(error.value)


def test_an_empty_file_has_no_loops(run):
    assert run("") == ({"counts": dict.fromkeys("23456", 0), "edges": 0, "truncated": 0}, [])


def test_a_missing_file_and_a_bad_window_are_refused(tmp_path, run):
    with pytest.raises(typer.BadParameter, match="No such file"):
        loops(tmp_path / "none.csv", 10, 6, None, True, None)
    with pytest.raises(typer.BadParameter, match="window -1"):
        run("1,2,1\n", window=-1)


def test_amounts_are_scaled_to_the_smallest_unit_used(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b,1,12.5\na,b,2,3\na,b,3,0.250\na,b,4,7.\n")
    assert read_transfers(path, with_amounts=True).amount.tolist() == [1250, 300, 25, 700]


@pytest.mark.parametrize("name", ["CollegeMsg-head.txt.gz", "soc-sign-bitcoinotc-head.csv.gz"])
def test_snap_files_are_read_as_they_are(capsys, name):
    loops(SNAP / name, 86_400, 6, None, True, None)
    summary = json.loads(capsys.readouterr().out)
    table = read_transfers(SNAP / name, with_amounts=False)
    order = table.time.argsort(kind="stable")
    by_length = temporal_cycles(table.src[order], table.dst[order], table.time[order], 86_400).sum(axis=0)
    assert summary["counts"] == {str(k): n for k, n in enumerate(by_length.tolist()) if k >= 2}
    assert sum(summary["counts"].values()) > 100


def test_the_table_for_people(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text(TRIANGLE, encoding="utf-8")
    loops(path, 10, 3, None, False, None)
    assert [line.split()[1::2] for line in capsys.readouterr().out.splitlines() if line.startswith("│")] == [
        ["2", "0"],
        ["3", "1"],
    ]
