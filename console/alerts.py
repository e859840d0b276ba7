"""`chuantou alerts`: the final alerts, as a table that a supervisor reads or as JSON Lines for a program."""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from chuantou.console.instants import DATE_LENGTH, last_instant
from chuantou.console.words import say, spoken
from chuantou.detectors.offices import office_name
from chuantou.detectors.score import RANK
from chuantou.detectors.territory import county_name
from chuantou.schemas.alerts import Alert, decode_alert, encode_alert
from chuantou.schemas.clock import day_of_date
from chuantou.streams.alert_versions import Told, decode_told, encode_told, read_versions

T = TypeVar("T")
COLOURS = {"red": "bold red", "orange": "dark_orange", "yellow": "yellow", "log": "dim"}
PAPER_WIDTH = 150  # where the output is no terminal


class Source(NamedTuple):
    """Where alerts are read: a broker's `out.alerts`, a file of alerts, or the case store; exactly one is given."""

    broker: str | None = None
    file: Path | None = None
    store: str | None = None

    def require_one(self) -> None:
        """typer.BadParameter unless one is given."""
        if sum(given is not None for given in self) != 1:
            raise typer.BadParameter(say("error.one_source"))


def show_alerts(
    source: Source, as_lines: bool, as_known_at: str | None = None, versions: bool = False, sheet: Path | None = None
) -> None:
    """Print the final alerts of a source.

    With `as_known_at` (:func:`instants.last_instant`) those that were final then; with `versions` every version with the
    instant at which it became known, as JSON Lines: the file that `as_known_at` needs where there is no broker. With `sheet`
    they also become a CSV file for a spreadsheet.
    """
    if versions:
        for told in versions_of(source, as_known_at):
            sys.stdout.buffer.write(encode_told(told) + b"\n")
        return
    known = None if as_known_at is None else versions_of(source, as_known_at)
    found = final_of(source) if known is None else last_versions(told.alert for told in known)
    if sheet is not None:
        from chuantou.console.alert_sheet import write_csv

        with sheet.open("w", encoding="utf-8", newline="") as out:
            write_csv(found, out)
    if as_lines:
        for alert in found:
            sys.stdout.buffer.write(encode_alert(alert) + b"\n")
    else:
        print_table(found, screen())


def final_of(source: Source) -> list[Alert]:
    """The last version of each alert, withdrawn ones as such, sorted by id; typer.BadParameter unless one source is given."""
    source.require_one()
    if source.file is not None:
        return last_versions(read_file(source.file))
    if source.store is not None:
        from chuantou.console.cases import stored_alerts

        return stored_alerts(source.store)
    from chuantou.streams.outputs import read_alerts

    return read_alerts(source.broker or "")


def versions_of(source: Source, as_known_at: str | None = None) -> list[Told]:
    """All versions of all alerts, those known by then, in the order in which they were told.

    typer.BadParameter unless one source is given; ValueError naming the line that does not say when it was known.
    """
    source.require_one()
    if source.file is not None:
        told = told_in(source.file)
    elif source.store is not None:
        from chuantou.console.cases import stored_versions

        told = stored_versions(source.store)
    else:
        told = read_versions(source.broker or "")
    limit = None if as_known_at is None else last_instant(as_known_at)
    return [one for one in told if limit is None or one.known_at <= limit]


def told_in(path: Path) -> list[Told]:
    """The versions of a file that `chuantou alerts --versions` wrote."""
    return each_line(path, decode_told, "error.not_told")


def read_file(path: Path) -> list[Alert]:
    """The alerts of a JSON Lines file. ValueError naming the line that is none."""
    return each_line(path, decode_alert, "error.not_alert")


def each_line(path: Path, decode: Callable[[bytes], T], refusal: str) -> list[T]:
    """The lines of a file that are not blank, decoded. ValueError in the words ``refusal`` naming the line that is not."""
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if line.strip():
            try:
                found.append(decode(line))
            except ValueError as error:  # a msgspec.DecodeError is one
                raise ValueError(say(refusal, path=path, line=number, reason=error)) from error
    return found


def last_versions(alerts: Iterable[Alert]) -> list[Alert]:
    """The last version of each alert, sorted by id; of one version told twice, the later."""
    last = {alert.alert_id: alert for alert in sorted(alerts, key=lambda alert: alert.version)}
    return [last[alert_id] for alert_id in sorted(last)]


def screen() -> Console:
    """Standard output; wide enough for a table where it is a file or a pipe."""
    return Console() if sys.stdout.isatty() else Console(width=PAPER_WIDTH)


def print_table(alerts: Sequence[Alert], console: Console) -> None:
    """By which clause, who and whose duty, how much since when, and why; the gravest and largest first."""
    table = Table(title=say("table.title", count=len(alerts)), show_lines=True)
    for heading in ("clause", "who", "amount", "why"):
        is_number = heading == "amount"
        justify: Literal["left", "right"] = "right" if is_number else "left"
        table.add_column(say(f"table.{heading}"), justify=justify, no_wrap=is_number, overflow="fold")
    for alert in sorted(alerts, key=gravest_first):
        table.add_row(*row(alert))
    console.print(table)


def gravest_first(alert: Alert) -> tuple[bool, int, int, str]:
    return alert.kind == "withdrawn", -RANK[alert.severity], -(alert.amount_fen or 0), alert.alert_id


def row(alert: Alert) -> list[Text]:
    """The cells of one alert; plain text, so that no name is taken for markup."""
    withdrawn = alert.kind == "withdrawn"
    style = "strike dim" if withdrawn else ""
    level = say(f"severity.{alert.severity}") + (say("table.withdrawn") if withdrawn else "")
    who, why = who_and_why(alert)
    return [
        Text.assemble((level, COLOURS[alert.severity]), (f"\n{alert.clause}\n{alert.detector}", style)),
        Text.assemble((who, style), ("\n" + duty(alert), "dim")),
        Text(f"{amount(alert)}\n{say('table.since', date=alert.first_breach[:DATE_LENGTH])}", style=style),
        Text.assemble((why, style), (f"\n{alert.alert_id}", "dim")),
    ]


def who_and_why(alert: Alert) -> tuple[str, str]:
    """The subject's name and key, and what the summary says of it: a summary begins with `name（key）` or the key."""
    key = alert.subjects[0]
    summary = alert.summary_zh if spoken() == "zh" else alert.summary_en
    name, named, why = summary.partition(f"（{key}）")
    who, why = (f"{name}\n{key}", why) if named else (key, summary.removeprefix(key))
    return who, why.lstrip("，, ")


def amount(alert: Alert) -> str:
    """The headline in yuan, and below it the interval where there is one."""
    if alert.amount_fen is None:
        return "–"
    low, high = alert.amount_low_fen, alert.amount_high_fen
    interval = "" if low is None or high is None or low == high else f"\n{yuan(low)} – {yuan(high)}"
    return yuan(alert.amount_fen) + interval


def yuan(fen: int) -> str:
    """Fen as yuan with thousands and two decimals, exactly."""
    sign, whole = "-" if fen < 0 else "", abs(fen)
    return f"{sign}{whole // 100:,}.{whole % 100:02d}"


def duty(alert: Alert) -> str:
    """The county that leads, then the offices, by name."""
    day = day_of_date(alert.first_breach[:DATE_LENGTH])
    lead = alert.county_lead
    places = [] if lead is None else [county_name(lead, spoken(), day) or lead]
    offices = [office_name(code, spoken()) for code in alert.offices]
    return " · ".join([*places, *offices, *([say("table.four_in_one")] if alert.four_in_one else [])])
