"""`chuantou trace --html`: the ways of one transfer's money as one page: inline SVG and tables, no script, no request."""

from collections import defaultdict
from html import escape
from typing import Any, NamedTuple

import numpy as np

from chuantou.console.alerts import yuan
from chuantou.console.trace import METHODS, NO_TIE, Book, event_of
from chuantou.console.words import say
from chuantou.graph.lineage import Lineage
from chuantou.schemas.clock import iso_shanghai
from chuantou.schemas.streams import BalanceEvent

MAX_BANDS = 60  # transfers drawn, the largest first; the page says how many are left out
COLUMN, ROW, BOX_WIDTH, BOX_HEIGHT, MARGIN = 250, 64, 170, 40, 20
THICKEST = 26
STYLE = """
body{font:14px/1.5 "Noto Sans SC","Microsoft YaHei",sans-serif;color:#1a1a1a;margin:24px;max-width:1200px}
svg{width:100%;height:auto;border:1px solid #ccc}
table{border-collapse:collapse;width:100%;margin:12px 0;font-size:12px}
th,td{border:1px solid #bbb;padding:3px 6px;text-align:left;overflow-wrap:anywhere}td.n{text-align:right;white-space:nowrap}
.box{fill:#f4f1ea;stroke:#6b5d3f}.middle{fill:#fff3c4;stroke:#8a6d00}.band{fill:none;stroke:#2f6f9f;stroke-opacity:.45}
.asked{stroke:#b4451f;stroke-opacity:.8}text{font-size:11px}.small{font-size:9px;fill:#444}
@page{size:A4 landscape;margin:12mm}@media print{body{margin:0}svg{border:0}tr{break-inside:avoid}}
"""


class Band(NamedTuple):
    """Traced fen that one transfer moved between two accounts, first in first out."""

    row: int
    payer: int
    payee: int
    fen: int


def page(book: Book, index: int, answer: dict[str, Any]) -> str:
    """A whole HTML page about the transfer at ``index``; ``answer`` is what `trace.answer_of` said of it."""
    bands, left_out, cut = ways(book, index)
    event = book.events[index]
    asked = f"{event.source_id}/{event.event_id}"
    head = f"{say('trace.picture')} {asked}"
    notes = [f"<p>{escape(say('trace.left_out', count=left_out))}</p>"] if left_out else []
    if (np.asarray(book.ties.debit)[[band.row for band in bands]] != NO_TIE).any():
        notes.append(f"<p>{escape(say('trace.untied'))}</p>")
    if answer["truncated"] or cut:
        notes.append(f"<p>{escape(say('trace.truncated'))}</p>")
    return "\n".join([
        "<!DOCTYPE html>", '<html lang="zh-CN"><head><meta charset="utf-8"/>',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>",
        f"<title>{escape(head)}</title><style>{STYLE}</style></head><body>", f"<h1>{escape(head)}</h1>",
        f"<p>{escape(iso_shanghai(event.event_time))} · {escape(yuan(int(book.fen[index])))}</p>", drawing(book, index, bands),
        *notes, *(table(side, answer[side]) for side in ("roots", "ends")), moves(book, bands), "</body></html>",
    ])  # fmt: skip


def ways(book: Book, index: int) -> tuple[list[Band], int, bool]:
    """The transfers by which the money came and went on, largest first; how many are left out, and whether a bound was met."""
    lineage = Lineage(book.debtor, book.creditor, book.fen)
    fen = {**lineage.before(index), **lineage.after(index), index: int(book.fen[index])}
    drawn = sorted(fen, key=lambda i: (i != index, -fen[i], i))
    bands = [Band(i, int(book.debtor[i]), int(book.creditor[i]), fen[i]) for i in drawn[:MAX_BANDS]]
    return bands, len(drawn) - len(bands), lineage.truncated


def columns(bands: list[Band], asked: Band) -> dict[int, int]:
    """Column of each account: payers of the asked one's payer to the left of it, the payee's payees to the right."""
    place = {asked.payer: 0, asked.payee: 1} if asked.payer != asked.payee else {asked.payer: 0}
    for _ in bands:
        before = len(place)
        for band in bands:
            if band.row < asked.row and band.payee in place and place[band.payee] <= 0:
                place.setdefault(band.payer, place[band.payee] - 1)
            elif band.row > asked.row and band.payer in place and place[band.payer] >= 0:
                place.setdefault(band.payee, place[band.payer] + 1)
        if len(place) == before:
            break
    return place


def drawing(book: Book, index: int, bands: list[Band]) -> str:
    """The SVG: accounts as boxes in columns, transfers as bands whose width is their fen."""
    place = columns(bands, bands[0])
    first = min(place.values())
    rows: dict[int, int] = defaultdict(int)
    spot: dict[int, tuple[int, int]] = {}
    for account in sorted(place, key=lambda a: (place[a], a)):
        column = place[account] - first
        spot[account] = MARGIN + column * COLUMN, MARGIN + rows[column] * ROW
        rows[column] += 1
    width = 2 * MARGIN + (len(rows) - 1) * COLUMN + BOX_WIDTH
    height = 2 * MARGIN + max(rows.values()) * ROW
    most = max(band.fen for band in bands)
    names = account_names(book, bands)
    label = escape(say("trace.picture"))
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">']
    placed = [band for band in reversed(bands) if band.payer in spot and band.payee in spot]
    parts += [curve(band, spot, most, band.row == index) for band in placed]
    parts += [box(spot[account], names[account], account in (bands[0].payer, bands[0].payee)) for account in spot]
    return "".join([*parts, "</svg>"])


def curve(band: Band, spot: dict[int, tuple[int, int]], most: int, asked: bool) -> str:
    (x0, y0), (x1, y1) = spot[band.payer], spot[band.payee]
    x0, y0, y1 = x0 + BOX_WIDTH, y0 + BOX_HEIGHT // 2, y1 + BOX_HEIGHT // 2
    middle = (x0 + x1) // 2
    thick = max(1, band.fen * THICKEST // most)
    label = f'<text class="small" text-anchor="middle" x="{middle}" y="{(y0 + y1) // 2}">{escape(yuan(band.fen))}</text>'
    style = "band asked" if asked else "band"
    return f'<path class="{style}" stroke-width="{thick}" d="M{x0} {y0}C{middle} {y0} {middle} {y1} {x1} {y1}"/>{label}'


def box(at: tuple[int, int], name: tuple[str, str], middle: bool) -> str:
    x, y = at
    account, owner = (text if len(text) <= 26 else text[:25] + "…" for text in name)
    style = "middle" if middle else "box"
    return (
        f'<g><rect class="{style}" x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="4"/>'
        f"<title>{escape(' · '.join(part for part in name if part))}</title>"
        f'<text x="{x + 6}" y="{y + 16}">{escape(account)}</text>'
        f'<text class="small" x="{x + 6}" y="{y + 32}">{escape(owner)}</text></g>'
    )


def account_names(book: Book, bands: list[Band]) -> dict[int, tuple[str, str]]:
    """(account, owner) by number; what an account held before the files begin comes from nobody named."""
    out: dict[int, tuple[str, str]] = {}
    for band in bands:
        event = book.events[band.row]
        if isinstance(event, BalanceEvent):
            out[band.payer] = (say("trace.opening"), "")
            out[band.payee] = (event.account, book.owners.get(event.account, ""))
        else:
            out[band.payer] = (event.debtor_account, event.debtor_party or book.owners.get(event.debtor_account, ""))
            out[band.payee] = (event.creditor_account, event.creditor_party or book.owners.get(event.creditor_account, ""))
    return out


def table(side: str, rows: list[dict[str, Any]]) -> str:
    """Roots or ends with the four methods."""
    names = [say(f"trace.{name}") for name in ("event", "class", "party", *METHODS, "maxflow")]
    cells = [
        [event_of(row), row["origin_class"], row["origin_party"] or "–",
         *(yuan(row[f"{m}_fen"]) if row[f"{m}_fen"] is not None else "–" for m in (*METHODS, "maxflow"))]
        for row in rows
    ]  # fmt: skip
    return as_table(say(f"trace.{side}"), names, cells, numbers_from=3)


def moves(book: Book, bands: list[Band]) -> str:
    """The transfers drawn, in the order of booking."""
    names, owners = [say(f"trace.{name}") for name in ("time", "event", "payer", "payee", "fifo")], account_names(book, bands)
    cells = []
    for band in sorted(bands):
        event = book.events[band.row]
        ends = (" ".join(part for part in owners[account] if part) for account in (band.payer, band.payee))
        cells.append([iso_shanghai(event.event_time), f"{event.source_id}/{event.event_id}", *ends, yuan(band.fen)])
    return as_table(say("trace.moves"), names, cells, numbers_from=4)


def as_table(title: str, names: list[str], cells: list[list[str]], numbers_from: int) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    rows = []
    for row in cells:
        classes = [' class="n"' if i >= numbers_from else "" for i in range(len(row))]
        rows.append("<tr>" + "".join(f"<td{kind}>{escape(cell)}</td>" for kind, cell in zip(classes, row)) + "</tr>")
    return f"<h2>{escape(title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
