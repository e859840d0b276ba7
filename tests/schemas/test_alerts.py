"""Alerts on the wire, canonical JSON, truth files."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.schemas.alerts import (
    Alert,
    TransactionRef,
    Window,
    canonical_json,
    decode_alert,
    encode_alert,
    sha256_hex,
)
from chuantou.schemas.truth import load_truth

EXPECT = Path(__file__).parents[1] / "data" / "contract" / "expect.json"
TIME = "2016-06-20T10:00:00+08:00"
ALERT = Alert(
    alert_id="a1", version=1, kind="created", detector="P2P-02", clause="二(一)1", subjects=["person:1"],
    accounts=["x"], severity="red", score=90, amount_fen=5, amount_low_fen=4, amount_high_fen=6,
    window=Window(first=TIME, last=TIME),
    first_breach=TIME, values={"npo_fifo_ppm": 1_000_000, "n_payees": 3, "net_days": 1.5},
    transactions=[TransactionRef("bank:A", "e1")], rule_pack="yancheng-2016", evidence_sha256="0" * 64,
    summary_zh="借新还旧", summary_en="new money pays old",
)  # fmt: skip
CONTRACT_FIELDS = [
    "alert_id", "version", "kind", "detector", "clause", "subjects", "accounts", "severity", "score", "amount_fen",
    "amount_low_fen", "amount_high_fen", "window", "first_breach", "values", "transactions", "more", "merkle_root",
    "offices", "county_lead", "county_assist", "four_in_one", "recommended_class", "rule_pack", "evidence_sha256",
    "summary_zh", "summary_en",
]  # fmt: skip


def test_alert_has_the_contracts_fields_and_reads_back():
    raw = encode_alert(ALERT)
    written = json.loads(raw)
    assert [*written] == [*CONTRACT_FIELDS, "flags"]
    assert written["window"] == {"from": TIME, "to": TIME}
    assert written["transactions"] == [{"source_id": "bank:A", "event_id": "e1"}]
    assert [*written["values"]] == sorted(written["values"])
    assert decode_alert(raw) == ALERT and b"\n" not in raw


def test_what_is_no_alert_is_named():
    with pytest.raises(msgspec.ValidationError, match=r"\$.severity"):
        decode_alert(encode_alert(ALERT).replace(b'"red"', b'"pink"'))


CANONICAL = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(CANONICAL)
def test_canonical_json_is_one_text_for_one_content(content):
    raw = canonical_json(content)
    assert json.loads(raw) == content
    assert canonical_json(json.loads(raw)) == raw


def test_canonical_json_sorts_and_leaves_no_spaces():
    assert canonical_json({"b": [1, (2, None)], "a": {"穿": True}}) == '{"a":{"穿":true},"b":[1,[2,null]]}'.encode()
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("content", "place"),
    [({"a": [1, 2.0]}, r"\$\.a\[1\]"), ({1: 2}, r"\$: key 1"), ({"a": {1}}, r"\$\.a"), (b"", r"\$")],
)
def test_canonical_json_refuses_what_has_no_one_text(content, place):
    with pytest.raises(TypeError, match=place):
        canonical_json(content)


def test_truth_reads_as_array_and_as_lines(tmp_path):
    scenes = load_truth(EXPECT)
    assert [scene.scene for scene in scenes] == ["g1", "g2", "g3", "g5", "g8", "loop"]
    assert scenes[0].must[0].values["n_payees"] == (12, 12)
    assert scenes[2].must[0].first_breach == ("2016-06-06", "2016-06-07")
    assert scenes[3].must_not[0].subject == "*" and scenes[4].may == ["P2P-12", "P2P-16", "P2P-09"]
    lines = tmp_path / "truth.jsonl"
    lines.write_bytes(b"\n".join(json.dumps(scene).encode() for scene in json.loads(EXPECT.read_bytes())) + b"\n")
    assert load_truth(lines) == scenes


def test_truth_that_does_not_fit_is_named(tmp_path):
    bad = tmp_path / "truth.json"
    bad.write_text('[{"scene":"x","family":"P2P-02","variant":"clean"}]', encoding="utf-8")
    with pytest.raises(msgspec.ValidationError, match="parties"):
        load_truth(bad)
