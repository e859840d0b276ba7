"""The `chuantou` command: what each sub-command takes, in the words of `words.yaml`.

Help texts here are keys of that catalogue. What a command does is imported when it runs, so that `--help` is quick.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from chuantou.console.words import Language, say, speak, wanted_language

FAILURE, USAGE, INTERRUPTED = 1, 2, 130

app = typer.Typer(help="app", add_completion=False, pretty_exceptions_enable=False)
feeds_app = typer.Typer(help="feeds", invoke_without_command=True)
app.add_typer(feeds_app, name="feeds")
webhooks_app = typer.Typer(help="webhooks")
app.add_typer(webhooks_app, name="webhooks")
audit_app = typer.Typer(help="audit")
app.add_typer(audit_app, name="audit")

Events = Annotated[list[Path], typer.Option("--events", help="events", exists=True)]
MaybeEvents = Annotated[list[Path] | None, typer.Option("--events", help="events", exists=True)]
AsKnownAt = Annotated[str | None, typer.Option("--as-known-at", help="as_known_at")]
Broker = Annotated[str, typer.Option("--broker", help="broker.url")]
MaybeBroker = Annotated[str | None, typer.Option("--broker", help="broker.url")]
Site = Annotated[Path | None, typer.Option("--site", help="feeds.site", exists=True, file_okay=False)]
Store = Annotated[str, typer.Option("--store", help="store", envvar="CHUANTOU_STORE")]
Subscription = Annotated[str, typer.Argument(help="webhooks.id")]
Allowed = Annotated[list[str] | None, typer.Option("--allow", help="webhooks.allow")]
AsJson = Annotated[bool, typer.Option("--json", help="json")]


@app.callback()
def everywhere(lang: Annotated[Language | None, typer.Option("--lang", help="app.lang")] = None) -> None:
    """`--lang` has been obeyed before this runs, since it also decides the language of the help texts."""


@app.command(help="replay")
def replay(
    events: MaybeEvents = None,
    archive: Annotated[Path | None, typer.Option("--archive", help="replay.archive", exists=True, file_okay=False)] = None,
    alerts: Annotated[Path | None, typer.Option("--alerts", help="replay.alerts")] = None,
    rules: Annotated[str, typer.Option("--rules", help="replay.rules")] = "yancheng-2016",
    dead_letters: Annotated[Path | None, typer.Option("--dead-letters", help="replay.dead_letters")] = None,
    evidence: Annotated[Path | None, typer.Option("--evidence", help="replay.evidence")] = None,
    until: Annotated[str | None, typer.Option("--until", help="replay.until")] = None,
    as_known_at: AsKnownAt = None,
    compare: Annotated[str | None, typer.Option("--compare", help="replay.compare")] = None,
    json: AsJson = False,
) -> None:
    from chuantou.console.replay import replay as run

    run(events or [], archive, alerts, rules, dead_letters, evidence, until, as_known_at, compare, json)


@app.command(help="ingest")
def ingest(
    broker: Broker,
    files: Annotated[list[Path] | None, typer.Argument(help="ingest.files", exists=True)] = None,
    format: Annotated[str, typer.Option("--format", help="ingest.format")] = "auto",
    json_messages: Annotated[bool, typer.Option("--json-messages", help="ingest.json_messages")] = False,
    watch: Annotated[Path | None, typer.Option("--watch", help="ingest.watch", exists=True, file_okay=False)] = None,
    once: Annotated[bool, typer.Option("--once", help="ingest.once")] = False,
    signing_key: Annotated[str | None, typer.Option("--signing-key", help="ingest.signing_key")] = None,
    site: Site = None,
) -> None:
    from chuantou.console.ingest import ingest as run
    from chuantou.console.ingest import watch as run_watch

    if watch is None:
        run(files or [], format, broker, json_messages, signing_key)
    else:
        run_watch(watch, site, broker, once)


@feeds_app.callback()
def feeds(context: typer.Context, site: Site = None, broker: MaybeBroker = None, json: AsJson = False) -> None:
    if context.invoked_subcommand is None:
        from chuantou.console.feeds import feeds as run

        run(site, broker, json)


@feeds_app.command(help="feeds.release")
def release(
    name: Annotated[str, typer.Argument(help="feeds.name")],
    site: Site = None,
    discard: Annotated[bool, typer.Option("--discard", help="feeds.discard")] = False,
) -> None:
    from chuantou.console.feeds import release as run

    run(name, site, discard)


@app.command(help="broker")
def broker(port: Annotated[int, typer.Option("--port", help="broker.port", min=0, max=65_535)] = 0) -> int:
    from chuantou.streams.broker import serve_broker

    return serve_broker(port)


@app.command(help="worker")
def worker(
    broker: Broker,
    shard: Annotated[str | None, typer.Option("--shard", help="worker.shard")] = None,
    state: Annotated[Path | None, typer.Option("--state", help="worker.state")] = None,
    drain: Annotated[bool, typer.Option("--drain", help="worker.drain")] = False,
    slack_ms: Annotated[int, typer.Option("--slack-ms", help="worker.slack", min=0, max=3_600_000)] = 20,
    archive: Annotated[Path | None, typer.Option("--archive", help="worker.archive", file_okay=False)] = None,
) -> None:
    from chuantou.streams.worker import run_worker

    run_worker(broker, shard, state, drain, slack_ms=slack_ms, archive=archive)


@app.command(help="alerts")
def alerts(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="alerts.jsonl")] = False,
    broker: MaybeBroker = None,
    file: Annotated[Path | None, typer.Option("--alerts", help="alerts.file", exists=True, dir_okay=False)] = None,
    as_known_at: AsKnownAt = None,
    versions: Annotated[bool, typer.Option("--versions", help="alerts.versions")] = False,
    sheet: Annotated[Path | None, typer.Option("--csv", help="alerts.csv", dir_okay=False)] = None,
    store: Annotated[str | None, typer.Option("--store", help="store")] = None,
) -> None:
    from chuantou.console.alerts import Source, show_alerts

    show_alerts(Source(broker, file, store), jsonl, as_known_at, versions, sheet)


@app.command(help="cases")
def cases(
    store: Store,
    broker: Broker,
    drain: Annotated[bool, typer.Option("--drain", help="cases.drain")] = False,
    allow: Allowed = None,
    key: Annotated[Path | None, typer.Option("--key", help="audit.key_file", exists=True, dir_okay=False)] = None,
) -> None:
    from chuantou.console.cases import cases as run

    run(store, broker, drain, allow or [], key)


@webhooks_app.command("add", help="webhooks.add")
def webhooks_add(
    url: Annotated[str, typer.Argument(help="webhooks.url")],
    store: Store,
    office: Annotated[list[str] | None, typer.Option("--office", help="webhooks.office")] = None,
    county: Annotated[list[str] | None, typer.Option("--county", help="webhooks.county")] = None,
    detector: Annotated[list[str] | None, typer.Option("--detector", help="webhooks.detector")] = None,
    severity: Annotated[str, typer.Option("--severity", help="webhooks.severity")] = "yellow",
    allow_http: Annotated[bool, typer.Option("--allow-http", help="webhooks.allow_http")] = False,
) -> None:
    from chuantou.console.cases import add
    from chuantou.console.cases import wanted as wanted_by

    add(store, url, wanted_by(office or [], county or [], detector or [], severity), allow_http)


@webhooks_app.command("list", help="webhooks.list")
def webhooks_list(store: Store, json: AsJson = False) -> None:
    from chuantou.console.cases import show

    show(store, json)


@webhooks_app.command("test", help="webhooks.test")
def webhooks_test(subscription: Subscription, store: Store, allow: Allowed = None) -> int:
    from chuantou.console.cases import test

    return test(store, subscription, allow or [])


@webhooks_app.command("resend", help="webhooks.resend")
def webhooks_resend(
    subscription: Subscription,
    store: Store,
    alert: Annotated[str | None, typer.Option("--alert", help="webhooks.alert")] = None,
) -> None:
    from chuantou.console.cases import resend

    resend(store, subscription, alert)


def changing(action: str) -> Callable[..., None]:
    def command(subscription: Subscription, store: Store) -> None:
        from chuantou.console.cases import change

        change(store, subscription, action)

    return command


for change in ("stop", "start", "rotate", "retire"):
    webhooks_app.command(change, help=f"webhooks.{change}")(changing(change))


@audit_app.command("verify", help="audit.verify")
def audit_verify(
    store: Store,
    public_key: Annotated[Path | None, typer.Option("--public-key", help="audit.public_key", exists=True)] = None,
) -> int:
    from chuantou.console.cases import verify

    return verify(store, public_key)


@audit_app.command("key", help="audit.key")
def audit_key(file: Annotated[Path, typer.Argument(help="audit.key_file", dir_okay=False)]) -> None:
    from chuantou.console.cases import make_key

    make_key(file)


@app.command(help="detectors")
def detectors(
    detector: Annotated[str | None, typer.Argument(help="detectors.id")] = None,
    write: Annotated[Path | None, typer.Option("--write", help="detectors.write", file_okay=False)] = None,
) -> None:
    from chuantou.console.detector_pages import show_detectors

    show_detectors(detector, write)


@app.command(help="score")
def score(
    alerts: Annotated[Path, typer.Option("--alerts", help="score.alerts", exists=True, dir_okay=False)],
    truth: Annotated[Path, typer.Option("--truth", help="score.truth", exists=True, dir_okay=False)],
) -> None:
    from chuantou.console.score import score as run

    run(alerts, truth)


@app.command(help="demo")
def demo(
    no_console: Annotated[bool, typer.Option("--no-console", help="demo.no_console")] = False,
    json: Annotated[Path | None, typer.Option("--json", help="demo.json")] = None,
    events: Annotated[int, typer.Option("--events", help="demo.events", min=1)] = 200_000,
    seed: Annotated[int, typer.Option("--seed", help="demo.seed")] = 2016,
) -> None:
    from chuantou.console.demo import demo as run

    run(no_console, json, events, seed)


@app.command(help="evidence")
def evidence(
    alert_id: Annotated[str, typer.Argument(help="evidence.id")],
    alerts: Annotated[Path | None, typer.Option("--alerts", help="evidence.alerts", exists=True)] = None,
    broker: MaybeBroker = None,
    directory: Annotated[Path | None, typer.Option("--evidence", help="evidence.dir", exists=True)] = None,
    out: Annotated[Path | None, typer.Option("--out", help="evidence.out")] = None,
) -> None:
    from chuantou.console.evidence import show_evidence

    show_evidence(alert_id, alerts, broker, directory, out)


@app.command(help="recompute")
def recompute(
    pack: Annotated[Path, typer.Argument(help="recompute.pack", exists=True, dir_okay=False)],
) -> int:
    from chuantou.console.recompute import recompute as run

    return run(pack)


@app.command(help="related")
def related(
    events: Events,
    party: Annotated[str, typer.Option("--party", help="related.party")],
    as_of: Annotated[str, typer.Option("--as-of", help="related.as_of")],
    json: AsJson = False,
) -> None:
    from chuantou.console.related import related as run

    run(events, party, as_of, json)


@app.command(help="loops")
def loops(
    transfers: Annotated[Path, typer.Option("--transfers", help="loops.transfers", exists=True, dir_okay=False)],
    window: Annotated[int, typer.Option("--window", help="loops.window", min=0)],
    max_hops: Annotated[int, typer.Option("--max-hops", help="loops.max_hops", min=2)] = 6,
    keep: Annotated[str | None, typer.Option("--keep", help="loops.keep")] = None,
    json: AsJson = False,
    out: Annotated[Path | None, typer.Option("--out", help="loops.out")] = None,
    merge: Annotated[int | None, typer.Option("--merge", help="loops.merge", min=0)] = None,
) -> None:
    from chuantou.console.loops import loops as run

    run(transfers, window, max_hops, keep, json, out, merge)


@app.command(help="trace")
def trace(
    events: Events,
    transaction: Annotated[str, typer.Option("--transaction", help="trace.transaction")],
    json: AsJson = False,
    html: Annotated[Path | None, typer.Option(help="trace.html")] = None,
    max_hops: Annotated[int | None, typer.Option(min=0, max=1_000_000, help="trace.max_hops")] = None,
    days: Annotated[int | None, typer.Option(min=0, max=100_000, help="trace.days")] = None,
) -> None:
    from chuantou.console.trace import Limits
    from chuantou.console.trace import trace as run

    run(events, transaction, json, html, Limits(max_hops, days))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line (default: `sys.argv`); returns the exit code: 0, 1 for a failure, 2 for wrong usage.

    What goes wrong is told in one line; with `CHUANTOU_DEBUG` in the environment, as a traceback.
    """
    argv = list(sys.argv[1:] if arguments is None else arguments)
    speak(wanted_language(argv, os.environ))
    command = typer.main.get_command(app)
    put_into_words(command)
    try:
        code = command.main(list(flag_each(argv, "--events")) or ["--help"], "chuantou", standalone_mode=False)
    except TyperException as error:
        return complain("error.usage", usage_reason(error), USAGE)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except (OSError, RuntimeError, ValueError, OverflowError, MemoryError) as error:
        if os.environ.get("CHUANTOU_DEBUG"):
            raise
        return complain("error.failed", failure_reason(error), FAILURE)
    return code if isinstance(code, int) else 0


def flag_each(argv: Sequence[str], option: str) -> Iterator[str]:
    """`--events A B` as `--events A --events B`: what a shell makes of `--events *.jsonl`."""
    inside = values = False
    for word in argv:
        if word.startswith("-"):
            inside, values = word == option, False
        elif inside and values:
            yield option
        else:
            values = True
        yield word


def put_into_words(command: Any) -> None:
    """Put words for the catalogue keys that a command, its options and its sub-commands have as help texts."""
    command.help = say(command.help)
    context = command.context_class(command)
    for param in command.get_params(context):
        is_help = "--help" in param.opts
        param.help = say("app.help" if is_help else param.help)
        param.rich_help_panel = say("app.arguments" if param.param_type_name == "argument" else "app.options")
    for child in getattr(command, "commands", {}).values():
        child.rich_help_panel = say("app.commands")
        put_into_words(child)


def usage_reason(error: TyperException) -> str:
    kind = type(error).__name__
    if kind == "MissingParameter" and getattr(error, "param", None) is not None:
        param = error.param  # type: ignore[attr-defined]
        return say("error.missing", name=param.opts[0] if param.param_type_name == "option" else param.name.upper())
    if kind == "NoSuchOption":
        return say("error.no_option", name=error.option_name)  # type: ignore[attr-defined]
    if kind == "BadParameter" and getattr(error, "param", None) is None:
        return error.message
    return error.format_message()


def failure_reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return say("error.file", path=error.filename, reason=error.strerror)
    return " ".join(str(error).split()) or type(error).__name__


def complain(key: str, reason: str, code: int) -> int:
    print(say(key, reason=reason), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
