"""From bytes to events: JSON lines and JSON messages here, Arrow messages through `arrow_messages`.

The fast road is one call of the C decoder for each event; only an event that it refuses is looked at in Python.
Of duplicate keys in one object the last counts, as in most JSON readers; the archive keeps the raw line.
"""

from collections.abc import Callable, Sequence
from itertools import repeat

import msgspec

from chuantou.schemas.arrow_messages import decode_arrow
from chuantou.schemas.dead_letters import DeadLetter
from chuantou.schemas.diagnose import LINE_MAX_BYTES, check_frame, diagnose
from chuantou.schemas.rules_of_streams import seal
from chuantou.schemas.streams import Envelope, Event

__all__ = ["decode_arrow", "decode_line", "decode_lines"]

BLOCK_LINES = 1_024  # lines whose frames are checked at once

_decode = msgspec.json.Decoder(Event).decode


def decode_line(raw: bytes, source: str) -> Envelope | DeadLetter | None:
    """The event of one contract line, a dead letter that says what is wrong, or None for a blank line."""
    events, dead = decode_lines([raw], lambda _: source)
    return events[0] if events else dead[0] if dead else None


def decode_lines(raws: Sequence[bytes], source: Callable[[int], str]) -> tuple[list[Envelope], list[DeadLetter]]:
    """All events of `raws` in order, and a dead letter for each other line that is not blank.

    `source(i)` names where `raws[i]` stood (`file:line`, `topic/partition@offset`); it is asked for dead letters alone.
    """
    events: list[Envelope] = []
    dead: list[DeadLetter] = []
    for start in range(0, len(raws), BLOCK_LINES):
        block = raws[start : start + BLOCK_LINES]
        plain = _all_plain(block)
        for index, raw in enumerate(block, start):
            try:
                if not plain:
                    check_frame(raw)
                event = _decode(raw)
                seal(event)
            except (msgspec.DecodeError, ValueError, RecursionError):
                outcome = diagnose(raw, source(index))
                if isinstance(outcome, DeadLetter):
                    dead.append(outcome)
                elif outcome is not None:
                    events.append(outcome)
            else:
                events.append(event)
    return events, dead


def _all_plain(block: Sequence[bytes]) -> bool:
    """Whether no line of the block can break a frame rule: all short, valid UTF-8, one flat object each.

    Asked of the joined block because a scan costs far less a byte than a call a line. A line that fails this only takes
    its block through `check_frame`.
    """
    joined = b"\n".join(block)
    last_brace = max(map(bytes.rfind, block, repeat(b"{")))
    if last_brace > 0 or b"[" in joined or max(map(len, block)) > LINE_MAX_BYTES:
        return False
    if joined.isascii():
        return True
    try:
        joined.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
