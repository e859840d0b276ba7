"""An alert and its evidence pack, made by hand."""

from typing import Any

from chuantou.schemas.alerts import Alert, Window, canonical_json, sha256_hex

SUBJECT = "uscc:91320902001010024P"
PACK = {"detector_id": "P2P-01", "values": {"inflow_fen": 123_456_789}, "note": "资金池"}
STARTS_WITH = f"甲平台（{SUBJECT}）"


def sample_alert(alert_id: str = "a1", **other: Any) -> Alert:
    """A red fund pool; ``other`` replaces fields."""
    fields: dict[str, Any] = {
        "alert_id": alert_id,
        "version": 1,
        "kind": "created",
        "detector": "P2P-01",
        "clause": "二(一)1",
        "subjects": [SUBJECT],
        "accounts": ["6222"],
        "severity": "red",
        "score": 90,
        "amount_fen": 123_456_789,
        "amount_low_fen": 123_456_789,
        "amount_high_fen": 123_456_789,
        "window": Window(first="2016-06-01T00:00:00+08:00", last="2016-06-20T00:00:00+08:00"),
        "first_breach": "2016-06-20T10:00:00+08:00",
        "values": {"inflow_fen": 123_456_789},
        "transactions": [],
        "offices": ["O1", "POLICE", "MARKET"],
        "county_lead": "320902",
        "four_in_one": True,
        "rule_pack": "yancheng-2016",
        "evidence_sha256": sha256_hex(canonical_json(PACK)),
        "summary_zh": f"{STARTS_WITH}归集资金。",
        "summary_en": f"{STARTS_WITH}, gathered money.",
    }
    return Alert(**fields | other)
