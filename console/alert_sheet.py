"""Alerts as CSV that a spreadsheet opens: what a bank or a debtor wrote must not run there."""

import csv
from collections.abc import Iterable
from typing import TextIO

from chuantou.console.alerts import duty, gravest_first, who_and_why, yuan
from chuantou.console.words import say
from chuantou.schemas.alerts import Alert

COLUMNS = ("id", "version", "kind", "severity", "clause", "detector", "subject", "duty", "fen", "low", "high", "first", "why")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "\ufeff"  # without it Excel takes the text for the local charset


def write_csv(alerts: Iterable[Alert], out: TextIO) -> None:
    """One row an alert, the gravest and largest first; amounts in yuan, headings and words in the spoken language."""
    out.write(MARK)
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(say(f"sheet.{name}") for name in COLUMNS)
    for alert in sorted(alerts, key=gravest_first):
        sheet.writerow(map(harmless, cells(alert)))


def cells(alert: Alert) -> tuple[str, ...]:
    """The row of an alert as text, in the order of ``COLUMNS``."""
    who, why = who_and_why(alert)
    amounts = (alert.amount_fen, alert.amount_low_fen, alert.amount_high_fen)
    return (
        alert.alert_id, str(alert.version), alert.kind, say(f"severity.{alert.severity}"), alert.clause, alert.detector,
        who.replace("\n", " "), duty(alert), *("" if fen is None else yuan(fen).replace(",", "") for fen in amounts),
        alert.first_breach, why,
    )  # fmt: skip


def harmless(text: str) -> str:
    """The text of a cell, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
