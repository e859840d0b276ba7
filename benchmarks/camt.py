"""FEED-3: camt.053 entries to contract events, and the memory that reading takes, which does not grow with the file.

``python -m benchmarks.camt [--entries N] [--megabytes M] [--small]``. The peers keep the amount, side, reference and account of
each entry and nothing else: the standard library's ``iterparse``, and lxml's where it is installed, each entry cleared after use.
All must count the same entries and the same fen. FEED-3 memory reads a statement of M megabytes that is made while it is read –
it lies on no disk – in a process of its own.
"""

import argparse
import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from chuantou.schemas.adapters import camt

ENTRIES, SMALL = 150_000, 2_000
MEGABYTES, SMALL_MEGABYTES = 1_000, 4
TAG = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M</MsgId><CreDtTm>2016-06-20T18:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S</Id><CreDtTm>2016-06-20T18:00:00</CreDtTm>
<Acct><Id><Othr><Id>6217000000000001</Id></Othr></Id><Svcr><FinInstnId><BICFI>PCBCCNBJXXX</BICFI></FinInstnId></Svcr></Acct>
"""
ENTRY = """<Ntry><NtryRef>{i}</NtryRef><Amt Ccy="CNY">{yuan}.{cents:02d}</Amt><CdtDbtInd>{side}</CdtDbtInd>
<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2016-06-20</Dt></BookgDt><ValDt><Dt>2016-06-20</Dt></ValDt><AcctSvcrRef>R{i}</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>E{i}</EndToEndId><TxId>T{i}</TxId></Refs>
<RltdPties><{party}><Pty><Nm>样例第{i}号客户</Nm></Pty></{party}>
<{party}Acct><Id><Othr><Id>6222{other:012d}</Id></Othr></Id></{party}Acct></RltdPties>
<RltdAgts><{party}Agt><FinInstnId><ClrSysMmbId><MmbId>102100099996</MmbId></ClrSysMmbId></FinInstnId></{party}Agt></RltdAgts>
<RmtInf><Ustrd>投资款 {i}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
"""
TAIL = "</Stmt></BkToCstmrStmt></Document>\n"


def pieces(entries: int) -> Iterator[bytes]:
    """A statement, entry by entry: every other one a credit, no two alike."""
    yield HEAD.encode()
    for i in range(entries):
        side, party = ("CRDT", "Dbtr") if i % 2 else ("DBIT", "Cdtr")
        text = ENTRY.format(i=i, yuan=i % 99_991 + 1, cents=i % 100, side=side, party=party, other=i * 7_919 % 100_000)
        yield text.encode()
    yield TAIL.encode()


class Made(io.RawIOBase):
    """The statement as a stream that makes what is read."""

    def __init__(self, entries: int) -> None:
        self.left, self.rest = pieces(entries), b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        have = [self.rest]
        length = len(self.rest)
        while length < size and (piece := next(self.left, b"")):
            have.append(piece)
            length += len(piece)
        text = b"".join(have)
        self.rest = text[size:]
        return text[:size]


def ours(path: Path) -> tuple[int, int]:
    """(entries, fen)."""
    moved = [event["amount_fen"] for event in camt.read(path) if isinstance(event, dict) and event["stream"] == "clr.transfers"]
    return len(moved), sum(moved)


def by_tree(iterparse: Callable[..., Any]) -> Callable[[Path], tuple[int, int]]:
    """A reader that keeps four texts an entry."""

    def read(path: Path) -> tuple[int, int]:
        entries = fen = 0
        with path.open("rb") as stream:
            for _, entry in iterparse(stream, events=("end",)):
                if entry.tag != TAG + "Ntry":
                    continue
                amount = entry.findtext(TAG + "Amt")
                kept = entry.findtext(TAG + "CdtDbtInd"), entry.findtext(TAG + "AcctSvcrRef"), entry.find(f".//{TAG}Othr/{TAG}Id")
                yuan, _, cents = amount.partition(".")
                fen += int(yuan) * 100 + int(cents)
                entries += None not in kept
                entry.clear()
        return entries, fen

    return read


def measured(read: Callable[[Path], tuple[int, int]], path: Path) -> tuple[float, tuple[int, int]]:
    start = time.perf_counter()
    found = read(path)
    return time.perf_counter() - start, found


def speed(entries: int) -> None:
    peers = {"ElementTree.iterparse": by_tree(ElementTree.iterparse)}
    try:
        from lxml import etree

        peers["lxml iterparse"] = by_tree(etree.iterparse)
    except ImportError:
        pass
    with tempfile.TemporaryDirectory(prefix="chuantou-bench-") as scratch:
        path = Path(scratch) / "statement.xml"
        path.write_bytes(b"".join(pieces(entries)))
        seconds, found = measured(ours, path)
        line = f"FEED-3 {entries:,} entries, {path.stat().st_size / 1e6:.0f} MB: {entries / seconds:,.0f} entries/s"
        for name, peer in peers.items():
            peer_seconds, same = measured(peer, path)
            if same != found:
                raise SystemExit(f"FEED-3: {name} finds {same}, we find {found}")
            line += f";  {name} {entries / peer_seconds:,.0f} entries/s, ratio {peer_seconds / seconds:.2f}"
    print(line, flush=True)


def peak(entries: int) -> None:
    """Read a statement that is made while it is read; prints entries and the largest resident set in MiB."""
    told = sum(isinstance(one, dict) for one in camt.events_of(Made(entries)))
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    print(told, int(line.split()[1]) / 1024)  # ru_maxrss would be that of the process which started this one, if it was larger


def memory(megabytes: int) -> None:
    entries = megabytes * 1_000_000 // (sum(map(len, pieces(1_000))) // 1_000)
    start = time.perf_counter()
    call = [sys.executable, "-m", "benchmarks.camt", "--peak", str(entries)]
    told, mib = subprocess.run(call, capture_output=True, text=True, check=True).stdout.split()
    if int(told) != entries:
        raise SystemExit(f"FEED-3 memory: {told} events of {entries} entries")
    seconds = time.perf_counter() - start
    print(f"FEED-3 memory: {float(mib):.0f} MiB at most, {megabytes:,} MB, {entries:,} entries, {seconds:.0f} s", flush=True)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=ENTRIES)
    parser.add_argument("--megabytes", type=int, default=MEGABYTES)
    parser.add_argument("--small", action="store_true", help="prove that it works; the figures say nothing")
    parser.add_argument("--peak", type=int, metavar="ENTRIES", help="the part of FEED-3 memory that runs by itself")
    options = parser.parse_args(arguments)
    if options.peak is not None:
        peak(options.peak)
        return
    speed(SMALL if options.small else options.entries)
    memory(SMALL_MEGABYTES if options.small else options.megabytes)


if __name__ == "__main__":
    main()
