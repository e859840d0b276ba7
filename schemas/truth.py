"""Scenes: what a stretch of events must and must not raise (docs/events.md, "Truth and scenes")."""

from pathlib import Path

import msgspec

from chuantou.schemas.alerts import Severity

Number = int | float


class Must(msgspec.Struct, frozen=True, kw_only=True):
    """Met when one final alert satisfies all that is not null. Ranges are inclusive."""

    detectors: list[str]
    subject: str
    min_severity: Severity | None = None
    values: dict[str, tuple[Number, Number]] | None = None
    amount_fen: tuple[int, int] | None = None
    first_breach: tuple[str, str] | None = None
    last_orange: str | None = None
    county_lead: str | None = None
    office: str | None = None
    recommended_class: str | None = None


class MustNot(msgspec.Struct, frozen=True, kw_only=True):
    """Broken when a final alert matches; `*` is any detector, or any party of the scene."""

    detector: str
    subject: str
    min_severity: Severity


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """One story and its truth; `may` lists detectors whose alerts on its parties do not count against precision."""

    scene: str
    family: str
    variant: str
    parties: list[str]
    must: list[Must] = []
    must_not: list[MustNot] = []
    may: list[str] = []


def load_truth(path: Path) -> list[Scene]:
    """The scenes of a truth file, a JSON array or one scene a line; msgspec.ValidationError names what does not fit."""
    content = path.read_bytes().strip()
    if content.startswith(b"["):
        return msgspec.json.decode(content, type=list[Scene])
    return msgspec.json.Decoder(Scene).decode_lines(content)
