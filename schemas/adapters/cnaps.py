"""CNAPS2 messages – hvps.111/112/141, beps.121/122, ibps.101 – with their head ``{H:…}``, as contract events (catalogue §7.4).

A file holds one message or many, each a head of 130 characters, blocks of signatures ``{S:…}``, and an XML document; a document
without a head is one of `pacs`. Documents end where their root ends, and not where a line looks like a head: a memo cannot forge
a message. A message that cannot be read is one dead letter, as is what stands between two messages; reading goes on at the next
line that begins with a head. Transfers are those of `pacs`, with the system as their rail and ``clearing:<system>`` as source.
"""

import re
from collections.abc import Generator, Iterator
from pathlib import Path

from chuantou.schemas.adapters import feed_file
from chuantou.schemas.adapters.charsets import CharsetError, Utf8Chunks
from chuantou.schemas.adapters.pacs import RAILS, Message, events_of
from chuantou.schemas.adapters.pacs_layout import CNAPS
from chuantou.schemas.adapters.statement import Fields
from chuantou.schemas.adapters.xml_stream import HostileXmlError, Values, records
from chuantou.schemas.dead_letters import BrokenRuleError, Reason

NAME = "cnaps"
# version, sender, its system, receiver, its system, date, time, XML, type, id, reference, priority, direction, reserve
HEAD = re.compile(
    rb"\{H:(?P<version>.{2})(?P<sender>.{14})(?P<system>.{4})(?P<receiver>.{14})(?P<to>.{4})(?P<date>\d{8})(?P<time>\d{6})XML"
    rb"(?P<type>.{20})(?P<id>.{20})(?P<reference>.{20})(?P<priority>.)(?P<direction>.)(?P<reserve>.{9})\}"
)
HEAD_BYTES = 130
TYPES = ("hvps.111", "hvps.112", "hvps.141", "beps.121", "beps.122", "ibps.101")
BLOCKS_MAX = 1 << 16  # bytes of a head, signatures and blanks before the document
NEXT_HEAD = b"\n{H:"


def recognises(head: bytes) -> bool:
    """Whether the content begins with the head of a message."""
    return HEAD.match(head.lstrip(b"\xef\xbb\xbf\r\n")) is not None


def detects(path: Path) -> bool:
    """Whether the file, plain or gzip, begins with the head of a message."""
    return recognises(feed_file.head(path))


def read(path: Path) -> Iterator[Fields | BrokenRuleError]:
    """Contract events of the messages of one file, plain or gzip, in the order of the file."""
    with feed_file.opened(path) as stream:
        chunks = Utf8Chunks(stream)
        try:
            broken, more = False, True
            while more:
                between, more = _to_head(chunks)
                if between and not broken:
                    yield BrokenRuleError(Reason.BAD_FORMAT, "{H:", between, f"a head of {HEAD_BYTES} characters")
                broken = more and (yield from _message(chunks))
        except (CharsetError, *feed_file.BREAKS) as error:
            yield BrokenRuleError(Reason.BAD_FILE, "$", str(error), "messages that can be read to their end")


def _message(chunks: Utf8Chunks) -> Generator[Fields | BrokenRuleError, None, bool]:
    """One message, which ``chunks`` begin with; gives back whether it broke off before its end."""
    text = _before_document(chunks)
    head = HEAD.match(text)
    if head is None:
        found = text[:HEAD_BYTES].decode("utf-8", "replace").strip()
        yield BrokenRuleError(Reason.BAD_FORMAT, "{H:", found, f"a head of {HEAD_BYTES} characters")
        return True
    said = {name: value.decode("utf-8", "replace").strip() for name, value in head.groupdict().items()}
    system = RAILS.get(said["system"]) or RAILS.get(said["to"]) or RAILS.get(said["type"][:4].upper())
    known = said["type"].startswith(TYPES)
    if not known:
        yield BrokenRuleError(Reason.BAD_ENUM, "{H:", f"{said['id']}: {said['type']}", f"one of {', '.join(TYPES)}")
    document = records(chunks, CNAPS if known else {}, several=True)
    try:
        yield from events_of(document, Message(f"clearing:{system or said['type'][:4].upper()}", system, _around(said)))
    except HostileXmlError as error:
        yield BrokenRuleError(Reason.BAD_FILE, "$", f"{said['id']}: {error}", "a message that can be read to its end")
        return True
    return False


def _around(said: dict[str, str]) -> Values:
    """What the head says that the document may leave out."""
    date, time = said["date"], said["time"]
    return {
        "message": said["id"], "sender_member": said["sender"],
        "created": f"{date[:4]}-{date[4:6]}-{date[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}",
    }  # fmt: skip


def _to_head(chunks: Utf8Chunks) -> tuple[str, bool]:
    """Go on to where the next head begins; what was passed over (the start of it), and whether there is one."""
    passed, text = b"", b"\n"
    for chunk in chunks:
        text += chunk
        at = text.find(NEXT_HEAD)
        if at >= 0:
            chunks.give_back(text[at + 1 :])
            return _start_of(passed + text[:at]), True
        passed, text = (passed + text[:-3]).lstrip()[:HEAD_BYTES], text[-3:]
    return _start_of(passed + text), False


def _before_document(chunks: Utf8Chunks) -> bytes:
    """The head and blocks of a message, up to its document, the next head or the bound."""
    text = b""
    for chunk in chunks:
        text += chunk
        ends = [at for at in (text.find(b"<"), text.find(NEXT_HEAD), BLOCKS_MAX) if 0 <= at < len(text)]
        if ends:
            chunks.give_back(text[min(ends) :])
            return text[: min(ends)]
    return text


def _start_of(text: bytes) -> str:
    return text.strip()[:HEAD_BYTES].decode("utf-8", "replace")
