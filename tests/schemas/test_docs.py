"""The pages for those who write feeds say what the code does."""

import re
from pathlib import Path

from chuantou.schemas.alerts import Alert
from chuantou.schemas.dead_letters import Reason
from chuantou.schemas.decode import decode_lines
from chuantou.schemas.fields import FIELDS
from chuantou.schemas.rules_of_streams import PRODUCT_NEEDS
from chuantou.schemas.streams import STREAMS

DOCS = Path(__file__).parents[2] / "docs"
EVENTS = (DOCS / "events.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### `([a-z.]+)`.*?\n(.*?)(?=^##)", EVENTS, re.MULTILINE | re.DOTALL))
ENVELOPE = {"event_id", "source_id", "event_time", "op", "ref_event_id", "version", "biz_date"}


def test_every_stream_has_a_section_with_an_example_that_decodes():
    assert [*SECTIONS] == [*STREAMS]
    for stream, section in SECTIONS.items():
        [example] = re.findall(r"```json\n(.*)\n```", section)
        events, dead = decode_lines([example.encode()], str)
        assert dead == [] and type(events[0]) is STREAMS[stream]


def test_every_field_and_enum_value_is_named_and_required_ones_are_bold():
    for stream, section in SECTIONS.items():
        for field in FIELDS[stream]:
            place = EVENTS if field.wire in ENVELOPE else section
            assert f"`{field.wire}`" in place, (stream, field.wire)
            assert (f"**`{field.wire}`**" in place) == (
                field.required or (stream, field.wire) == ("own.events", "holder")
            )
            for choice in field.choices:
                assert f"`{choice}`" in EVENTS, (stream, field.wire, choice)


def test_the_table_of_products_is_the_one_that_is_checked():
    rows = re.findall(r"^\| `([A-Z_]+)` \| [^|]* \| ([^|]*) \|", SECTIONS["prod.events"], re.MULTILINE)
    written = {kind: set(re.findall(r"`(\w+)`", needs)) for kind, needs in rows}
    assert written == {
        kind: {name for need in needs for name in need.split("|")} for kind, needs in PRODUCT_NEEDS.items()
    }


def test_every_alert_field_is_named():
    alerts = EVENTS.split("## Alerts")[1]
    for name in Alert.__struct_fields__:
        assert f"`{name}`" in alerts


def test_every_reason_code_has_its_row():
    rows = re.findall(r"^\| `([A-Z_0-9]+)` \|", (DOCS / "dead-letters.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [reason.value for reason in Reason]
