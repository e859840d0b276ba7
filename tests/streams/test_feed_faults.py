"""Whatever a feed does to its files – split, sent again, corrected, in the wrong unit – the alerts become the clean ones."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from chuantou.schemas.alerts import Alert
from chuantou.schemas.streams import Envelope, Transfer
from chuantou.streams.broker import EmbeddedBroker
from chuantou.streams.feeds.state import DISCARDED
from chuantou.streams.files import read_jsonl
from chuantou.streams.ingest import ingest
from chuantou.streams.outputs import read_alerts
from chuantou.streams.worker import run_worker
from tests.streams.feed_site import CONTRACT, KilledSweeps, Site, decided

pytestmark = pytest.mark.xdist_group("embedded-broker")

PARTS = 3
KILLED_AT = (3, 7, 12)


@pytest.fixture
def broker() -> Iterator[str]:
    with EmbeddedBroker() as embedded:
        yield embedded.url


def said(alerts: Sequence[Alert]) -> dict[str, Alert]:
    """What stands, without how it came to be."""
    return {alert.alert_id: replace(alert, version=0, kind="created") for alert in alerts if alert.kind != "withdrawn"}


def times(events: Sequence[Envelope], factor: int) -> list[Envelope]:
    return [replace(e, amount_fen=e.amount_fen * factor) if isinstance(e, Transfer) else e for e in events]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Alert]:
    with EmbeddedBroker() as broker:
        ingest([CONTRACT], "jsonl", broker.url)
        run_worker(broker.url, drain=True, state=tmp_path_factory.mktemp("clean"))
        return said(read_alerts(broker.url))


def test_files_that_are_split_wrong_sent_again_and_killed_give_the_clean_alerts(
    tmp_path: Path, broker: str, clean: dict[str, Alert]
) -> None:
    events = [event for block in read_jsonl(CONTRACT) for event in block.events]
    parts = [events[start::PARTS] for start in range(PARTS)]
    site = Site(tmp_path, broker)
    # wrong at first: amounts of the second part halved or so, its last ten events missing, one that never was
    stray = replace(next(e for e in events if isinstance(e, Transfer)), event_id="stray")
    wrong = [replace(e, amount_fen=e.amount_fen // 2 + 1) if isinstance(e, Transfer) else e for e in parts[1][:-10]]
    site.put("a_v1.jsonl", parts[0])
    site.put("b_v1.jsonl", [*wrong, stray])
    with KilledSweeps() as sweeps:
        for step in KILLED_AT:
            assert sweeps.after(step, site)
    site.sweep()
    run_worker(broker, drain=True, state=tmp_path / "state")
    assert said(read_alerts(broker)) != clean
    # then in the wrong unit, which is held; then right
    site.put("c_v1.jsonl", times(parts[2], 100))
    assert [record.status for record in site.sweep()] == ["held"]
    assert decided(site, DISCARDED) == 1
    site.put("c_v2.jsonl", parts[2])
    site.put("b_v2.jsonl", parts[1])
    site.put("a_v2.jsonl", parts[0])
    assert [record.status for record in site.sweep()] == ["done"] * 3
    tally = run_worker(broker, drain=True, state=tmp_path / "state")
    assert said(read_alerts(broker)) == clean
    counts = site.report().events
    assert counts["processed"] == tally.processed and counts["in"] == counts["processed"] + counts["duplicate"] + counts["dead"]
