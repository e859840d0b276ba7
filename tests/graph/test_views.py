"""What others read: graphs and tables say what the engine holds, as of a day, and are copies."""

import datetime as dt

import pytest

from chuantou.graph.views import alerts_frame, funds_networkx, transfers_frame
from tests.detectors import schemes
from tests.detectors.scenario import Scenario, at, run


def test_owners_as_of_a_day() -> None:
    s = Scenario("own")
    platform, holder = s.platform(), s.person()
    s.owns(holder, platform, 60, valid_from=dt.date(2015, 10, 1), valid_to=dt.date(2016, 5, 31))
    s.tie("OFFICER", holder, platform, role="legal_rep")
    register = run(s).core.world.register
    graph = register.to_networkx("2016-05-31")
    assert sorted(kind for *_, kind in graph.edges(data="kind")) == ["OFFICER", "SHAREHOLDER"]
    assert graph.edges[holder, platform, "SHAREHOLDER:"]["ratio_ppm"] == 600_000
    assert graph.nodes[platform]["watched"] and graph.nodes[platform]["sector"] == "P2P"
    assert [kind for *_, kind in register.to_networkx("2016-06-01").edges(data="kind")] == ["OFFICER"]
    graph.remove_node(platform)
    assert platform in register.to_networkx("2016-05-31")
    with pytest.raises(ValueError, match="date"):
        register.to_networkx("May")


def test_money_around_an_account_and_as_a_table() -> None:
    told = schemes.layered_proceeds()
    world = run(told.scenario).core.world
    transfers = [e for e in told.scenario.events() if type(e).__name__ == "Transfer"]
    frame = transfers_frame(world)
    assert len(frame) == len(transfers)
    assert sorted(frame["event"]) == sorted(f"{e.source_id}/{e.event_id}" for e in transfers)
    assert frame["fen"].sum() == sum(e.amount_fen for e in transfers)
    assert len(transfers_frame(world, after=at("2016-06-13T12:00"), until=at("2016-06-14T15:00"))) == 2
    first = transfers[0].creditor_account
    near, far = funds_networkx(world, first, hops=1), funds_networkx(world, first, hops=9)
    assert (near.number_of_edges(), far.number_of_edges()) == (2, len(transfers))
    assert not far.graph["truncated"] and far.nodes[first]["owner"]
    with pytest.raises(KeyError):
        funds_networkx(world, "nobody's")


def test_alerts_as_a_table() -> None:
    engine = run(schemes.layered_proceeds().scenario)
    frame = alerts_frame(engine.final_alerts())
    row = frame[frame["detector"] == "P2P-04"].iloc[0]
    assert row["values.traced_fifo_ppm"] == 941_192 and row["severity"] == "red" and row["window_from"] <= row["window_to"]
