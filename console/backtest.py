"""`chuantou replay --compare`: what other rules would have told, alert by alert.

Another threshold can move the first finding of an episode, and with it the alert's id. So alerts are paired by id, and
those left over by detector, subject and a common span of time, the earliest with the earliest.
"""

import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from rich.table import Table
from rich.text import Text

from chuantou.console.alerts import amount, gravest_first, last_versions, read_file, screen, who_and_why
from chuantou.console.words import say
from chuantou.detectors.score import RANK
from chuantou.schemas.alerts import Alert
from chuantou.streams.replay import Source, judge, write_alerts
from chuantou.streams.usable_rules import load_usable_pack

# What an alert says; the rest is its name, its words, or the hash of all of it.
COMPARED = (
    "severity", "score", "amount_fen", "amount_low_fen", "amount_high_fen", "window", "first_breach", "values", "accounts",
    "offices", "county_lead", "county_assist", "flags",
)  # fmt: skip


class Change(NamedTuple):
    """One alert under both rules, and the fields of `COMPARED` in which it differs."""

    before: Alert
    after: Alert
    fields: tuple[str, ...]


class Difference(NamedTuple):
    """What the second set of alerts has more, less and otherwise than the first, and how many are the same."""

    gained: list[Alert]
    lost: list[Alert]
    changed: list[Change]
    same: int


def backtest(source: Source, rules: str, against: str, as_json: bool, alerts: Path | None, evidence: Path | None) -> None:
    """Judge `source` by `rules` and print the difference from `against`: another rule pack, or a `.jsonl` file of alerts.

    Writes the alerts of `rules` where a file is given. RulePackError, ValueError and OSError.
    """
    pack = load_usable_pack(rules)
    if against.endswith(".jsonl"):
        before = last_versions(read_file(Path(against)))
    else:
        before = judge(source, load_usable_pack(against)).engine.final_alerts()
    judged = judge(source, pack)
    found = difference(before, judged.engine.final_alerts())
    if alerts is not None:
        write_alerts(judged.engine, alerts, evidence)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode({"rules": pack.id, "against": against, **as_data(found)}) + b"\n")
        return
    print_difference(found)
    print(judged.tally)


def difference(before: Sequence[Alert], after: Sequence[Alert]) -> Difference:
    """Compare two sets of final alerts; withdrawn ones count as not there. Each list by gravity."""
    old = {alert.alert_id: alert for alert in before if alert.kind != "withdrawn"}
    new = {alert.alert_id: alert for alert in after if alert.kind != "withdrawn"}
    pairs = [(old.pop(key), new.pop(key)) for key in sorted(old.keys() & new.keys())]
    candidates: dict[tuple[str, str], list[Alert]] = defaultdict(list)
    for alert in sorted(old.values(), key=_begins):
        candidates[alert.detector, alert.subjects[0]].append(alert)
    for alert in sorted(new.values(), key=_begins):
        rivals = candidates[alert.detector, alert.subjects[0]]
        match = next((rival for rival in rivals if _overlap(rival, alert)), None)
        if match is not None:
            rivals.remove(match)
            pairs.append((old.pop(match.alert_id), new.pop(alert.alert_id)))
    changes = [Change(a, b, tuple(f for f in COMPARED if getattr(a, f) != getattr(b, f))) for a, b in pairs]
    changed = [change for change in changes if change.fields]
    return Difference(
        gained=sorted(new.values(), key=gravest_first),
        lost=sorted(old.values(), key=gravest_first),
        changed=sorted(changed, key=lambda change: (-_step(change), gravest_first(change.after))),
        same=len(changes) - len(changed),
    )


def as_data(found: Difference) -> dict[str, Any]:
    """The difference as JSON data: whole alerts, and of a change both sides of the fields that differ."""
    changed = [
        {
            "alert_id": change.after.alert_id, "alert_id_before": change.before.alert_id,
            "detector": change.after.detector, "subject": change.after.subjects[0],
            "fields": {f: {"before": getattr(change.before, f), "after": getattr(change.after, f)} for f in change.fields},
        }
        for change in found.changed
    ]  # fmt: skip
    return {"gained": found.gained, "lost": found.lost, "changed": changed, "same": found.same}


def print_difference(found: Difference) -> None:
    """One row for each alert gained, lost or changed."""
    counts = {"gained": len(found.gained), "lost": len(found.lost), "changed": len(found.changed), "same": found.same}
    table = Table(title=say("backtest.title", **counts), show_lines=True)
    for heading in ("backtest.what", "table.clause", "table.who", "backtest.before", "backtest.after"):
        table.add_column(say(heading), overflow="fold")
    for alert in found.gained:
        table.add_row(say("backtest.gained"), *_named(alert), Text("–"), _said(alert))
    for alert in found.lost:
        table.add_row(say("backtest.lost"), *_named(alert), _said(alert), Text("–"))
    for change in found.changed:
        what = say("backtest.changed", fields=", ".join(change.fields))
        table.add_row(what, *_named(change.after), _said(change.before), _said(change.after))
    screen().print(table)


def _named(alert: Alert) -> tuple[Text, Text]:
    return Text(f"{alert.clause}\n{alert.detector}"), Text(who_and_why(alert)[0])


def _said(alert: Alert) -> Text:
    return Text(f"{say(f'severity.{alert.severity}')}\n{amount(alert)}\n{alert.first_breach}")


def _begins(alert: Alert) -> tuple[str, str]:
    return alert.window.first, alert.alert_id


def _overlap(a: Alert, b: Alert) -> bool:
    return a.window.first <= b.window.last and b.window.first <= a.window.last  # all written at +08:00


def _step(change: Change) -> int:
    return abs(RANK[change.after.severity] - RANK[change.before.severity])
