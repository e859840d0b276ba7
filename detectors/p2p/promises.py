"""What a platform promises in words: adverts, site, app, contract templates, chat scripts, descriptions (P2P-06)."""

import re
from typing import Any, NamedTuple

from chuantou.detectors.ad.misleading_advert import GUARANTEE, banned_words
from chuantou.detectors.ad.word_lists import Banned
from chuantou.detectors.phrases import snapshot_hash
from chuantou.detectors.plain_text import plain_text
from chuantou.schemas.clock import shanghai_day
from chuantou.schemas.rules import RulePack
from chuantou.schemas.streams import ProductEvent, TextItem

PRODUCT = "product"
BETWEEN_TWO = ("chat", "contract")
WITH_STAFF = re.compile(r"内部(?:员工|职工)|员工内部")


class Promise(NamedTuple):
    """A text that promises principal or return. ``event``: (source, id)."""

    time: int
    kind: str
    event: tuple[str, str]
    sha256: str
    says: tuple[Banned, ...]

    def row(self) -> dict[str, Any]:
        return {
            "time": self.time, "kind": self.kind, "event": list(self.event), "sha256": self.sha256,
            "says": [said.row() for said in self.says],
        }  # fmt: skip


def promise_of(rules: RulePack, e: TextItem | ProductEvent) -> Promise | None:
    """What the text promises, or None; news promise nothing, nor does what is agreed with the staff alone."""
    text, kind = (e.text, e.kind) if isinstance(e, TextItem) else (e.describe, PRODUCT)
    if not text or kind == "news" or (kind in BETWEEN_TWO and WITH_STAFF.search(plain_text(text)) is not None):
        return None
    found = banned_words(rules, text, kind, shanghai_day(e.event_time))
    says = tuple(b for b in found if b.rule == GUARANTEE)
    return Promise(e.event_time, kind, (e.source_id, e.event_id), snapshot_hash(text), says) if says else None
