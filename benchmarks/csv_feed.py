"""FEED-1, FEED-2: a bank's table of CSV to columns of events, in UTF-8 and in GB18030, amounts in quotes among them.

``python -m benchmarks.csv_feed [--rows N] [--small]``. The peers read the same file: pandas.read_csv in either charset, DuckDB in
UTF-8 alone; they give columns of text, numbers and times, no ids, no accounts by side, no refusal of what is not exact. All count
the same rows and the same fen.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.compute as pc

from chuantou.schemas.adapters.csv_table import read_blocks

HEADER = "交易日期,交易时间,本方账号,对方账号,借方发生额,贷方发生额,摘要,凭证号\n"
ROWS, SMALL = 500_000, 20_000


def table(path: Path, rows: int, charset: str) -> Path:
    """A table whose every third amount has a comma and quotes."""
    with path.open("w", encoding=charset) as file:
        file.write("某银行历史明细\n" + HEADER)
        for i in range(rows):
            amount = f"{i % 99_991}.{i % 100:02d}" if i % 3 else f'"{i % 999 + 1},{i % 1_000:03d}.50"'
            sides = f"{amount}," if i % 2 else f",{amount}"
            when = f"2016-06-{i % 28 + 1:02d},{i % 24:02d}:{i % 60:02d}:{i * 7 % 60:02d}"
            file.write(f"{when},102:{i % 500:012d},104:{i * 7_919 % 100_000:012d},{sides},货款{i % 100},V{i}\n")
    return path


def ours(path: Path) -> tuple[int, int]:
    """(events, fen)."""
    batches = [batch for block, dead, _ in read_blocks(path) for batch in block if not dead]
    return sum(batch.num_rows for batch in batches), sum(pc.sum(batch["amount_fen"]).as_py() for batch in batches)


def by_pandas(charset: str) -> Callable[[Path], tuple[int, int]]:
    """pandas with its C parser; amounts as floats, rounded to fen."""

    def read(path: Path) -> tuple[int, int]:
        rows = pd.read_csv(path, skiprows=1, thousands=",", encoding=charset, dtype={"本方账号": str, "对方账号": str})
        pd.to_datetime(rows["交易日期"] + " " + rows["交易时间"])
        fen = (rows["借方发生额"].fillna(0) + rows["贷方发生额"].fillna(0)) * 100
        moved = fen.round().astype("int64")
        return int((moved > 0).sum()), int(moved.sum())

    return read


def by_duckdb(path: Path) -> tuple[int, int]:
    """DuckDB, UTF-8 alone; amounts as decimals."""
    import duckdb

    amount = "cast(coalesce(nullif(replace({0}, ',', ''), ''), '0') as decimal(18, 2))"
    debit, credit = amount.format("借方发生额"), amount.format("贷方发生额")
    source = f"read_csv('{path}', skip = 1, header = true, all_varchar = true)"
    moment = "strptime(交易日期 || ' ' || 交易时间, '%Y-%m-%d %H:%M:%S')"
    moved = f"select {debit} + {credit} as yuan, {moment} as moment from {source}"
    summed = f"select count(*), cast(sum(yuan) * 100 as bigint), max(moment) from ({moved}) where yuan > 0"
    ((rows, fen, _),) = duckdb.sql(summed).fetchall()
    return rows, fen


def measured(read: Callable[[Path], tuple[int, int]], path: Path) -> tuple[float, tuple[int, int]]:
    start = time.perf_counter()
    found = read(path)
    return time.perf_counter() - start, found


def compare(scenario: str, path: Path, peers: dict[str, Callable[[Path], tuple[int, int]]]) -> None:
    seconds, found = measured(ours, path)
    line = f"{scenario} {found[0]:,} rows, {path.stat().st_size / 1e6:.0f} MB: {found[0] / seconds / 1e3:,.0f} k rows/s"
    for name, peer in peers.items():
        peer_seconds, same = measured(peer, path)
        if same != found:
            raise SystemExit(f"{scenario}: {name} finds {same}, we find {found}")
        line += f";  {name} {found[0] / peer_seconds / 1e3:,.0f} k rows/s, ratio {peer_seconds / seconds:.2f}"
    print(line, flush=True)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--small", action="store_true", help="prove that it works; the figures say nothing")
    options = parser.parse_args(arguments)
    rows = SMALL if options.small else options.rows
    with tempfile.TemporaryDirectory(prefix="chuantou-bench-") as scratch:
        ours(table(Path(scratch) / "warm.csv", 1_000, "utf-8"))
        peers = {"pandas": by_pandas("utf-8"), "DuckDB": by_duckdb}
        compare("FEED-1", table(Path(scratch) / "utf8.csv", rows, "utf-8"), peers)
        compare("FEED-2", table(Path(scratch) / "gb18030.csv", rows, "gb18030"), {"pandas": by_pandas("gb18030")})


if __name__ == "__main__":
    main()
