"""What leaves: alerts and dead letters onto their topics, and how a reader gets the final ones back.

Both are published at least once. An alert says which one it is (`alert_id`, `version`), a dead letter where it stood
(`source`), so a reader that keeps one of each has the exact set.
"""

from collections.abc import Iterable

import msgspec

from chuantou.schemas.alerts import Alert, decode_alert, encode_alert
from chuantou.schemas.dead_letters import DeadLetter
from chuantou.streams.reading import read_topic
from chuantou.streams.sending import Sender
from chuantou.streams.topics import MESSAGE_MAX_BYTES, OUT_ALERTS, OUT_DEAD

# Base64 of a whole event of 1 MiB fits; of a longer line, which is dead for its length, the beginning is enough.
RAW_MAX_CHARS = MESSAGE_MAX_BYTES * 3 // 4

_encode_dead = msgspec.json.Encoder().encode
_decode_dead = msgspec.json.Decoder(DeadLetter).decode


class Publisher:
    """Sends without waiting; :meth:`flush` is the point after which everything sent is on the broker."""

    def __init__(self, broker: str) -> None:
        self._sender = Sender(broker)
        self.flush, self.poll, self.close = self._sender.flush, self._sender.poll, self._sender.close

    def alerts(self, alerts: Iterable[Alert]) -> None:
        """Publish alert versions on `out.alerts`, keyed by alert id."""
        for alert in alerts:
            self._sender.send(OUT_ALERTS, encode_alert(alert), alert.alert_id.encode())

    def dead(self, letters: Iterable[DeadLetter]) -> None:
        """Publish dead letters on `out.dead`, keyed by where they stood."""
        for letter in letters:
            self._sender.send(OUT_DEAD, encode_dead_letter(letter), letter.source.encode())


def encode_dead_letter(letter: DeadLetter) -> bytes:
    """One JSON line without newline; `raw` is cut at :data:`RAW_MAX_CHARS`, and the message says so."""
    if len(letter.raw) > RAW_MAX_CHARS:
        cut = f"{letter.message}; raw is the first {RAW_MAX_CHARS} of {len(letter.raw)} characters"
        letter = msgspec.structs.replace(letter, raw=letter.raw[:RAW_MAX_CHARS], message=cut)
    return _encode_dead(letter)


def read_alerts(broker: str) -> list[Alert]:
    """The last version of each alert on `out.alerts`, withdrawn ones marked as such, sorted by id.

    Of one version published twice the later record counts; a restart publishes the same again.
    """
    final: dict[str, Alert] = {}
    for record in read_topic(broker, OUT_ALERTS):
        alert = decode_alert(record.value or b"")
        if alert.alert_id not in final or alert.version >= final[alert.alert_id].version:
            final[alert.alert_id] = alert
    return [final[alert_id] for alert_id in sorted(final)]


def read_dead_letters(broker: str) -> list[DeadLetter]:
    """The dead letters on `out.dead`, one for each place, sorted by it."""
    letters = (_decode_dead(record.value or b"") for record in read_topic(broker, OUT_DEAD))
    return [letter for _, letter in sorted({letter.source: letter for letter in letters}.items())]
