"""How good a set of alerts is, measured against scenes whose truth is known (docs/events.md, "Truth and scenes").

Pure: alerts and scenes in, one `Score` out. The subject of an alert is the first of its `subjects`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chuantou.schemas.alerts import Alert
from chuantou.schemas.clock import day_of_date, parse_time, shanghai_day
from chuantou.schemas.truth import Must, MustNot, Scene

RANK = {"log": 1, "yellow": 2, "orange": 3, "red": 4}
ORANGE = RANK["orange"]
DATE_LENGTH = len("2016-06-20")


@dataclass(frozen=True)
class Cell:
    """One family × variant of the table."""

    family: str
    variant: str
    scenes: int
    must: int
    met: int
    hits: int  # alerts that break a must_not
    value_errors: int


@dataclass(frozen=True)
class Score:
    """The measures of a run; a ratio over nothing is 1.

    recall: expected alerts that are there, whole / expected. recall_by_variant: the same by variant, all families.
    clause_accuracy: of the expected alerts whose subject was reported at the wanted severity by any detector, the share
    reported by a right one. precision: orange and red alerts on parties of scenes whose detector a `must` of theirs
    names / those and the ones that neither `must` nor `may` names. lookalike_hits: alerts that break a `must_not`.
    value_errors: expected alerts of right detector, subject and severity of which something else is not as it must be.
    """

    recall: float
    recall_by_variant: dict[str, float]
    clause_accuracy: float
    precision: float
    lookalike_hits: int
    value_errors: int
    scenes: int
    cells: tuple[Cell, ...]


def final_alerts(alerts: Iterable[Alert]) -> list[Alert]:
    """The last version of each alert about somebody, without the withdrawn, in the order of their ids."""
    last: dict[str, Alert] = {}
    for alert in alerts:
        known = last.get(alert.alert_id)
        if known is None or alert.version >= known.version:
            last[alert.alert_id] = alert
    return [alert for _, alert in sorted(last.items()) if alert.kind != "withdrawn" and alert.subjects]


def score(alerts: Iterable[Alert], scenes: Sequence[Scene]) -> Score:
    """Measure ``alerts`` (any versions, any order) against ``scenes``."""
    by_subject: dict[str, list[Alert]] = {}
    for alert in final_alerts(alerts):
        by_subject.setdefault(alert.subjects[0], []).append(alert)
    by_cell: dict[tuple[str, str], list[Scene]] = {}
    for scene in scenes:
        by_cell.setdefault((scene.family, scene.variant), []).append(scene)
    table = tuple(_cell(*key, group, by_subject) for key, group in sorted(by_cell.items()))
    verdicts = _verdicts(scenes, by_subject)
    right, wrong = _named_and_unnamed(scenes, by_subject)
    return Score(
        recall=_ratio(sum(verdict.met for verdict in verdicts), len(verdicts)),
        recall_by_variant=_recall_by_variant(table),
        clause_accuracy=_ratio(
            sum(verdict.right_clause for verdict in verdicts), sum(verdict.reported for verdict in verdicts)
        ),
        precision=_ratio(right, right + wrong),
        lookalike_hits=sum(cell.hits for cell in table),
        value_errors=sum(cell.value_errors for cell in table),
        scenes=len(scenes),
        cells=table,
    )


def _cell(family: str, variant: str, scenes: list[Scene], by_subject: dict[str, list[Alert]]) -> Cell:
    verdicts = _verdicts(scenes, by_subject)
    return Cell(
        family,
        variant,
        scenes=len(scenes),
        must=len(verdicts),
        met=sum(verdict.met for verdict in verdicts),
        hits=sum(len(_breaking(scene, by_subject)) for scene in scenes),
        value_errors=sum(verdict.right_clause and not verdict.met for verdict in verdicts),
    )


@dataclass(frozen=True)
class _Verdict:
    reported: bool  # the subject, at the wanted severity, by any detector
    right_clause: bool  # by a detector that the must names
    met: bool  # and with everything else as it must be


def _verdicts(scenes: Sequence[Scene], by_subject: dict[str, list[Alert]]) -> list[_Verdict]:
    return [_verdict(must, by_subject.get(must.subject, [])) for scene in scenes for must in scene.must]


def _verdict(must: Must, on_subject: list[Alert]) -> _Verdict:
    least = RANK[must.min_severity or "log"]
    severe = [alert for alert in on_subject if RANK[alert.severity] >= least]
    right = [alert for alert in severe if alert.detector in must.detectors]
    return _Verdict(bool(severe), bool(right), any(_details_hold(must, alert) for alert in right))


def _details_hold(must: Must, alert: Alert) -> bool:
    for name, (low, high) in (must.values or {}).items():
        if name not in alert.values or not low <= alert.values[name] <= high:
            return False
    # Orange by `last_orange`: orange in the end, and in breach no later than that day.
    orange_in_time = RANK[alert.severity] >= ORANGE and _within(alert.first_breach, (None, must.last_orange))
    return (
        (must.amount_fen is None or _amount_within(alert.amount_fen, must.amount_fen))
        and (must.first_breach is None or _within(alert.first_breach, must.first_breach))
        and (must.last_orange is None or orange_in_time)
        and must.county_lead in (None, alert.county_lead)
        and (must.office is None or must.office in alert.offices)
        and must.recommended_class in (None, alert.recommended_class)
    )


def _amount_within(fen: int | None, bounds: tuple[int, int]) -> bool:
    return fen is not None and bounds[0] <= fen <= bounds[1]


def _within(time: str, bounds: tuple[str | None, str | None]) -> bool:
    """Whether an RFC 3339 time lies in an inclusive range; a bound given as a date means that whole Shanghai day."""
    low, high = bounds
    return (low is None or _to_grain(time, low) >= _to_grain(low, low)) and (
        high is None or _to_grain(time, high) <= _to_grain(high, high)
    )


def _to_grain(time: str, bound: str) -> int:
    """``time`` as a day number where ``bound`` is a date, else in microseconds."""
    if len(bound) == DATE_LENGTH:
        return day_of_date(time) if len(time) == DATE_LENGTH else shanghai_day(parse_time(time))
    return parse_time(time)


def _breaking(scene: Scene, by_subject: dict[str, list[Alert]]) -> set[str]:
    """Ids of the alerts that break a `must_not` of the scene."""
    return {
        alert.alert_id
        for rule in scene.must_not
        for party in (scene.parties if rule.subject == "*" else [rule.subject])
        for alert in by_subject.get(party, [])
        if _matches(rule, alert)
    }


def _matches(rule: MustNot, alert: Alert) -> bool:
    return rule.detector in ("*", alert.detector) and RANK[alert.severity] >= RANK[rule.min_severity]


def _named_and_unnamed(scenes: Sequence[Scene], by_subject: dict[str, list[Alert]]) -> tuple[int, int]:
    """Orange and red alerts on parties of scenes: those that a `must` names, those that nothing names."""
    named: dict[str, set[str]] = {}
    allowed: dict[str, set[str]] = {}
    for scene in scenes:
        for party in scene.parties:
            named.setdefault(party, set()).update(detector for must in scene.must for detector in must.detectors)
            allowed.setdefault(party, set()).update(scene.may)
    right = wrong = 0
    for party in sorted(named):
        for alert in by_subject.get(party, []):
            if RANK[alert.severity] >= ORANGE:
                right += alert.detector in named[party]
                wrong += alert.detector not in named[party] | allowed[party]
    return right, wrong


def _recall_by_variant(table: Sequence[Cell]) -> dict[str, float]:
    must: dict[str, int] = {}
    met: dict[str, int] = {}
    for cell in table:
        if cell.must:
            must[cell.variant] = must.get(cell.variant, 0) + cell.must
            met[cell.variant] = met.get(cell.variant, 0) + cell.met
    return {variant: _ratio(met[variant], must[variant]) for variant in sorted(must)}


def _ratio(part: int, whole: int) -> float:
    return round(part / whole, 6) if whole else 1.0
