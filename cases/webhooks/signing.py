"""What is sent: a CloudEvents body, signed as Standard Webhooks says (standardwebhooks.com, 1.0)."""

import hmac
from base64 import b64decode, b64encode
from hashlib import sha256

import msgspec

from chuantou.cases.webhooks.subscriptions import SECRET_PREFIX
from chuantou.schemas.clock import iso_shanghai

SOURCE = "/chuantou/yancheng"
TYPE = "cn.chuantou.alert."
CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An alert in the envelope of CloudEvents 1.0, structured mode; ``time`` is when the alert was told."""

    specversion: str = "1.0"
    id: str
    source: str = SOURCE
    type: str
    subject: str
    time: str
    datacontenttype: str = "application/json"
    data: msgspec.Raw


class _Kind(msgspec.Struct):
    kind: str


_kind = msgspec.json.Decoder(_Kind).decode


def message_id(alert_id: str, version: int) -> str:
    """The same for every telling of one version: by it a receiver knows a duplicate."""
    return f"{alert_id}-{version}"


def body_of(alert_id: str, version: int, known_at_us: int, alert: bytes) -> bytes:
    """The request's body; ``alert`` is the alert's JSON as the engine told it."""
    event = CloudEvent(
        id=message_id(alert_id, version), type=TYPE + _kind(alert).kind, subject=alert_id, time=iso_shanghai(known_at_us),
        data=msgspec.Raw(alert),
    )  # fmt: skip
    return msgspec.json.encode(event)


def headers_of(identity: str, at_s: int, body: bytes, keys: tuple[str, ...]) -> dict[str, str]:
    """``webhook-id``, ``-timestamp`` and ``-signature``: one signature a key, so that a receiver may know either."""
    signed = b".".join((identity.encode(), str(at_s).encode(), body))
    marks = [b64encode(hmac.new(_key(secret), signed, sha256).digest()).decode() for secret in keys]
    return {
        "content-type": CONTENT_TYPE, "webhook-id": identity, "webhook-timestamp": str(at_s),
        "webhook-signature": " ".join(f"v1,{mark}" for mark in marks),
    }  # fmt: skip


def _key(secret: str) -> bytes:
    return b64decode(secret.removeprefix(SECRET_PREFIX))
