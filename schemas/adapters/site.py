"""What a site says of its own feeds, in the directory that ``CHUANTOU_FEEDS`` names: mappings, and who stands behind a code.

``mappings/*.yaml`` are mappings of banks beside the shipped ones; ``institutions.yaml`` names the 统一社会信用代码 behind the
codes by which platforms and custodians call themselves or are called (``CERT20190411026: 91320900MA1XXXXXXX``). A code that is
a USCC with a right check digit needs no line. Persons are hashed by the key in ``CHUANTOU_PARTY_KEY``.
"""

import os
import re
from functools import cache
from pathlib import Path

import yaml

from chuantou.schemas.dead_letters import BrokenRuleError, Reason, shown
from chuantou.schemas.party_keys import uscc_check_ok

FEEDS_VARIABLE = "CHUANTOU_FEEDS"
KEY_VARIABLE = "CHUANTOU_PARTY_KEY"
_uscc = re.compile(r"[0-9A-Z]{18}\Z").match


def party_key() -> bytes:
    """The key by which persons are hashed; `BrokenRuleError` where there is none."""
    key = os.environ.get(KEY_VARIABLE, "").encode()
    if not key:
        raise BrokenRuleError(Reason.BAD_FILE, "$", f"no {KEY_VARIABLE}", "the key by which persons are hashed")
    return key


def own_mappings() -> tuple[Path, ...]:
    """The site's mapping files by name; none where there is no such directory."""
    place = os.environ.get(FEEDS_VARIABLE)
    return tuple(sorted((Path(place) / "mappings").glob("*.yaml"))) if place else ()


def known_institution(code: str) -> str | None:
    """``uscc:<18>`` of the institution that the site's list names for ``code``."""
    known = _institutions(os.environ.get(FEEDS_VARIABLE, "")).get(code)
    return None if known is None else f"uscc:{known}"


def institution(code: str) -> str:
    """``uscc:<18>`` of the institution that calls itself ``code``; `BrokenRuleError` where nobody says who that is."""
    known = known_institution(code) or (f"uscc:{code}" if uscc_check_ok(code) else None)
    if known is None:
        expected = f"a USCC, or a code with a line in {FEEDS_VARIABLE}/institutions.yaml"
        raise BrokenRuleError(Reason.BAD_FILE, "institution", shown(code), expected)
    return known


@cache
def _institutions(place: str) -> dict[str, str]:
    path = Path(place) / "institutions.yaml"
    said = yaml.safe_load(path.read_text(encoding="utf-8")) if place and path.exists() else {}
    if not isinstance(said, dict) or not all(_uscc(str(uscc)) for uscc in said.values()):
        raise BrokenRuleError(Reason.BAD_FILE, "$", str(path), "lines CODE: USCC of 18 digits or capitals")
    return {str(code): str(uscc) for code, uscc in said.items()}
