"""The score against alerts made by hand."""

import json

import pytest

from chuantou.console.score import score as print_score
from chuantou.detectors.score import final_alerts, score
from chuantou.schemas.alerts import Alert, Window, encode_alert
from chuantou.schemas.truth import Must, MustNot, Scene

P, Q, R = "uscc:A", "uscc:B", "person:c"
MUST = Must(
    detectors=["P2P-04"],
    subject=P,
    min_severity="orange",
    values={"traced_fifo_ppm": (900_000, 950_000)},
    first_breach=("2016-07-08", "2016-07-08"),
)
SCHEME = Scene(scene="s", family="P2P-04", variant="clean", parties=[P, R], must=[MUST], may=["P2P-18"])
LAWFUL = Scene(
    scene="t",
    family="P2P-04",
    variant="lookalike:fee",
    parties=[Q],
    must_not=[MustNot(detector="*", subject="*", min_severity="yellow")],
)


def alert(alert_id="a", detector="P2P-04", subject=P, severity="red", version=1, kind="created", **fields):
    facts = {
        "alert_id": alert_id,
        "version": version,
        "kind": kind,
        "detector": detector,
        "clause": "二(一)1",
        "subjects": [subject, R],
        "accounts": [],
        "severity": severity,
        "score": 80,
        "amount_fen": 94_119_200,
        "amount_low_fen": None,
        "amount_high_fen": None,
        "window": Window(first="2016-07-04T11:00:00+08:00", last="2016-07-08T10:00:00+08:00"),
        "first_breach": "2016-07-08T10:00:00+08:00",
        "values": {"traced_fifo_ppm": 941_192},
        "transactions": [],
        "rule_pack": "yancheng-2016",
        "evidence_sha256": "0" * 64,
        "summary_zh": "",
        "summary_en": "",
    }
    return Alert(**facts | fields)


def test_a_perfect_run():
    result = score([alert()], [SCHEME, LAWFUL])
    assert (result.recall, result.precision, result.clause_accuracy) == (1.0, 1.0, 1.0)
    assert (result.lookalike_hits, result.value_errors, result.scenes) == (0, 0, 2)
    assert result.recall_by_variant == {"clean": 1.0}


def test_silence_finds_nothing_and_accuses_nobody():
    result = score([], [SCHEME, LAWFUL])
    assert (result.recall, result.precision, result.lookalike_hits) == (0.0, 1.0, 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"values": {"traced_fifo_ppm": 950_001}},
        {"values": {}},
        {"first_breach": "2016-07-09T00:00:00+08:00"},
        {"first_breach": "2016-07-07T23:59:59+08:00"},
    ],
)
def test_a_detail_out_of_range_is_a_value_error_not_a_find(fields):
    result = score([alert(**fields)], [SCHEME])
    assert (result.recall, result.value_errors, result.clause_accuracy) == (0.0, 1, 1.0)


def test_dates_are_whole_shanghai_days():
    for time in ("2016-07-07T16:00:00+00:00", "2016-07-08T23:59:59.999999+08:00"):
        assert score([alert(first_breach=time)], [SCHEME]).recall == 1.0


@pytest.mark.parametrize(
    "fields", [{"severity": "yellow"}, {"detector": "P2P-02"}, {"subject": Q}, {"kind": "withdrawn"}]
)
def test_too_mild_other_or_withdrawn_alerts_do_not_count(fields):
    result = score([alert(**fields)], [SCHEME])
    assert (result.recall, result.value_errors) == (0.0, 0)


def test_the_wrong_clause_lowers_clause_accuracy_and_precision():
    result = score([alert(), alert("b", "P2P-02")], [SCHEME])
    assert (result.recall, result.precision, result.clause_accuracy) == (1.0, 0.5, 1.0)
    assert score([alert("b", "P2P-02")], [SCHEME]).clause_accuracy == 0.0


def test_what_the_scene_allows_is_neither_right_nor_wrong():
    assert score([alert(), alert("b", "P2P-18")], [SCHEME]).precision == 1.0
    assert score([alert(), alert("b", "P2P-02", severity="yellow")], [SCHEME]).precision == 1.0


def test_lookalike_hits_count_alerts_and_spare_mentions():
    assert score([alert(subject=Q, severity="log")], [LAWFUL]).lookalike_hits == 0
    assert score([alert(subject=Q, severity="yellow"), alert("b", subject=Q)], [LAWFUL]).lookalike_hits == 2
    named_second = alert(subjects=[P, Q])
    assert score([named_second], [LAWFUL]).lookalike_hits == 0


def test_must_not_names_one_detector_and_one_party():
    rule = MustNot(detector="FLOW-01", subject=Q, min_severity="log")
    scene = Scene(scene="u", family="FLOW-01", variant="lookalike:pair", parties=[P, Q], must_not=[rule])
    assert score([alert(subject=Q)], [scene]).lookalike_hits == 0
    assert score([alert(subject=P, detector="FLOW-01")], [scene]).lookalike_hits == 0
    assert score([alert(subject=Q, detector="FLOW-01", severity="log")], [scene]).lookalike_hits == 1


def test_only_the_last_version_speaks_in_any_order():
    withdrawn = [alert(), alert(version=2, kind="withdrawn")]
    assert final_alerts(withdrawn) == final_alerts(withdrawn[::-1]) == []
    assert [a.version for a in final_alerts([alert(version=3, kind="amended"), alert()])] == [3]


def test_routing_amount_and_deadline_are_checked_when_stated():
    must = {"detectors": ["P2P-04"], "subject": P}
    routed = alert(offices=["O1", "POLICE"], county_lead="320902", recommended_class="6")

    def met(given, **fields):
        scene = Scene(scene="s", family="P2P-04", variant="clean", parties=[P], must=[Must(**must, **fields)])
        return score([given], [scene]).recall == 1.0

    assert met(routed, office="POLICE", county_lead="320902", recommended_class="6")
    assert not met(routed, office="O2")
    assert not met(alert(), county_lead="320902")
    assert met(routed, amount_fen=(94_119_200, 94_119_200)) and not met(routed, amount_fen=(0, 94_119_199))
    assert not met(alert(amount_fen=None), amount_fen=(0, 1))
    assert met(routed, last_orange="2016-07-08") and not met(routed, last_orange="2016-07-07")
    assert not met(alert(severity="yellow"), last_orange="2016-07-08")


def test_the_last_line_is_json(tmp_path, capsys):
    (tmp_path / "alerts.jsonl").write_bytes(encode_alert(alert()) + b"\n")
    truth = (
        '[{"scene": "s", "family": "P2P-04", "variant": "clean", "parties": ["uscc:A"], "must": [], "must_not": []}]'
    )
    (tmp_path / "expect.json").write_text(truth, encoding="utf-8")
    print_score(tmp_path / "alerts.jsonl", tmp_path / "expect.json")
    lines = capsys.readouterr().out.splitlines()
    assert any("P2P-04" in line and "clean" in line for line in lines)
    assert json.loads(lines[-1]) == {
        "recall": 1.0,
        "recall_by_variant": {},
        "clause_accuracy": 1.0,
        "precision": 0.0,
        "lookalike_hits": 0,
        "value_errors": 0,
        "scenes": 1,
    }


def test_a_line_that_is_no_alert_is_named(tmp_path):
    (tmp_path / "alerts.jsonl").write_bytes(encode_alert(alert()) + b"\n{}\n")
    (tmp_path / "expect.json").write_text("[]", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"alerts\.jsonl:2"):
        print_score(tmp_path / "alerts.jsonl", tmp_path / "expect.json")
