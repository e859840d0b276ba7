"""`chuantou replay`: which of its options go together, and what is then run."""

from collections.abc import Sequence
from pathlib import Path

import typer

from chuantou.console.backtest import backtest
from chuantou.console.instants import last_instant
from chuantou.console.words import say
from chuantou.streams.replay import Source
from chuantou.streams.replay import replay as run


def replay(
    events: Sequence[Path],
    archive: Path | None,
    alerts: Path | None,
    rules: str,
    dead_letters: Path | None,
    evidence: Path | None,
    until: str | None,
    as_known_at: str | None,
    compare: str | None,
    as_json: bool,
) -> None:
    """Replay event files or an archive into a file of alerts, or print how they compare with others.

    typer.BadParameter for options that do not go together; errors as of `streams.replay` and `backtest`.
    """
    if bool(events) == (archive is not None):
        raise typer.BadParameter(say("replay.one_input"))
    if as_known_at is not None and archive is None:
        raise typer.BadParameter(say("replay.known_needs_archive"))
    source = Source(events, archive, _instant(until), _instant(as_known_at))
    if compare is not None:
        if dead_letters is not None:
            raise typer.BadParameter(say("replay.compare_alone"))
        backtest(source, rules, compare, as_json, alerts, evidence)
        return
    if alerts is None:
        raise typer.BadParameter(say("error.missing", name="--alerts"))
    if as_json:
        raise typer.BadParameter(say("replay.json_compares"))
    run(source, alerts, rules, dead_letters, evidence)


def _instant(text: str | None) -> int | None:
    return None if text is None else last_instant(text)
