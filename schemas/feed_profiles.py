"""Feed profiles: what a site expects of each feed, one YAML file a feed (docs/feeds/operations.md names every key).

They stand in ``feeds/*.yaml`` of the directory that ``CHUANTOU_FEEDS`` names. The file's name is the feed's name, and the name of
its folder in the drop folder.
"""

import datetime as dt
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import yaml

from chuantou.schemas.adapters import registry
from chuantou.schemas.adapters.mapping import mappings
from chuantou.schemas.clock import SECOND_US, day_of_date, day_start_us, shanghai_day
from chuantou.schemas.feed_calendars import BASES, FeedCalendar, load_calendar
from chuantou.schemas.signatures import SigningKey, signing_key
from chuantou.schemas.streams import AccountId, Amount

_is_feed_name = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}\Z").match
_is_uscc = re.compile(r"[0-9A-Z]{18}\Z").match  # a few genuine old codes have a wrong check digit
_time_of_day = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])\Z").match
VERSION_DIGITS = 18  # as many as an int64 has for sure
RESERVED = {"done", "failed", "held"}  # folders of the drop folder itself
MISSING_MAX = 400  # days that are looked back for missing files; older ones could not be judged any more


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to call when the feed fails."""

    name: str
    phone: str | None = None
    email: str | None = None


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """The keys of a profile. ``files`` is a pattern of whole file names; its groups ``date`` (YYYYMMDD or YYYY-MM-DD, the day
    that the file is about) and ``version`` (what the name of a re-sent file has besides, such as ``_v2``; a higher one replaces a
    lower one) mean what they say.

    ``cutoff`` is Shanghai time on the ``days_after``-th expected day after the one that a file is about. ``typical_fen`` is the
    median amount to expect of the first files, ``accounts`` are those of which the feed tells all movements, ``numbered`` is
    whether the numbers of one account's statements follow one another, ``signing_key`` that by which ``FILE.sig`` must sign each
    file (`signatures`).
    """

    institution: str
    since: dt.date | None = None
    format: str = "auto"
    mapping: str | None = None
    files: str = ".*"
    calendar: str = "none"
    cutoff: str | None = None
    days_after: Annotated[int, msgspec.Meta(ge=0, le=30)] = 1
    slack_minutes: Annotated[int, msgspec.Meta(ge=0, le=10_080)] = 0
    contact: Contact | None = None
    units: Literal["fen", "yuan", "wan"] | None = None
    typical_fen: Amount | None = None
    accounts: list[AccountId] = []
    numbered: bool = True
    signing_key: str | None = None


class FeedProfile(Written, frozen=True):
    """One feed, with its name and calendar."""

    name: str = ""
    expected: FeedCalendar = BASES["none"]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.files)

    @cached_property
    def signed_by(self) -> SigningKey | None:
        """The key by which each file is signed, if any."""
        return None if self.signing_key is None else signing_key(self.signing_key)

    def deadline_us(self, day: int) -> int:
        """Until when the file about ``day`` may come, slack included; µs UTC."""
        hours, minutes = map(int, (self.cutoff or "00:00").split(":"))
        due = day_start_us(self.expected.after(day, self.days_after))
        return due + ((hours * 60 + minutes) + self.slack_minutes) * 60 * SECOND_US

    def owed(self, now_us: int) -> list[int]:
        """Days whose files should be here at ``now_us``, of the last ``MISSING_MAX`` at most, ascending."""
        if self.since is None:
            return []
        today = shanghai_day(now_us)
        first = max(day_of_date(self.since), today - MISSING_MAX)
        return [day for day in range(first, today + 1) if self.expected.expects(day) and self.deadline_us(day) <= now_us]


def is_feed_name(name: str) -> bool:
    """Whether a feed, and its folder, can have this name."""
    return _is_feed_name(name) is not None and name not in RESERVED


class FileName(msgspec.Struct, frozen=True):
    """What a file's name says: ``identity`` is the name without its version, ``day`` None where it tells none."""

    identity: str
    version: int
    day: int | None


def read_name(profile: FeedProfile, name: str) -> FileName:
    """What the name of a file says of it; ValueError says what the profile expects of it instead."""
    match = profile.pattern.fullmatch(name)
    if match is None:
        raise ValueError(f"a name like {profile.files}")
    groups = match.groupdict()
    identity, version, day = name, 0, None
    if groups.get("version"):
        start, stop = match.span("version")
        digits = "".join(filter(str.isdecimal, groups["version"]))
        identity, version = name[:start] + name[stop:], int(digits[:VERSION_DIGITS] or 0)
    if groups.get("date"):
        digits = groups["date"].replace("-", "")
        try:
            day = day_of_date(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
        except ValueError:
            raise ValueError(f"a date of the calendar, not {groups['date']}") from None
    return FileName(identity.removesuffix(".gz"), version, day)


def load_profiles(site: Path | None) -> dict[str, FeedProfile]:
    """All profiles of a site by name; none without a site. ValueError names the file, the key and what is wrong."""
    paths = sorted((site / "feeds").glob("*.yaml")) if site is not None else []
    return {path.stem: load_profile(path) for path in paths}


def load_profile(path: Path) -> FeedProfile:
    """The profile in ``SITE/feeds/NAME.yaml``; ValueError names the file, the key and what is wrong."""
    try:
        written = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), Written)
        expected = load_calendar(written.calendar, path.parent.parent)
    except (msgspec.ValidationError, yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from None
    profile = FeedProfile(**msgspec.structs.asdict(written), name=path.stem, expected=expected)
    wrong = _wrong(profile)
    if wrong:
        raise ValueError(f"{path}: {wrong}")
    return profile


def _wrong(profile: FeedProfile) -> str | None:
    formats = ("auto", "jsonl", *registry.adapters())
    if not is_feed_name(profile.name):
        return f"file name: expected letters, digits, '.', '_' and '-', and none of {', '.join(sorted(RESERVED))}"
    if not _is_uscc(profile.institution):
        return f"institution: expected a 统一社会信用代码 of 18 digits or capitals, found {profile.institution!r}"
    if profile.format not in formats:
        return f"format: expected one of {', '.join(formats)}, found {profile.format!r}"
    return _wrong_key(profile) or _wrong_mapping(profile) or _wrong_files(profile)


def _wrong_key(profile: FeedProfile) -> str | None:
    try:
        _ = profile.signed_by
    except ValueError as error:
        return f"signing_key: {error}"
    return None


def _wrong_mapping(profile: FeedProfile) -> str | None:
    if profile.mapping is None:
        return None
    known = {mapping.name: mapping for mapping in mappings()}
    if profile.format not in ("csv", "xlsx"):
        return f"mapping: only csv and xlsx have one, not {profile.format}"
    if profile.mapping not in known:
        return f"mapping: expected one of {', '.join(sorted(known))}, found {profile.mapping!r}"
    unit = known[profile.mapping].amount.unit
    if profile.units not in (None, unit):
        return f"units: mapping {profile.mapping} reads {unit}, found {profile.units}"
    return None


def _wrong_files(profile: FeedProfile) -> str | None:
    try:
        groups = set(profile.pattern.groupindex)
    except re.error as error:
        return f"files: not a pattern: {error}"
    if groups - {"date", "version"}:
        return f"files: expected no other groups than date and version, found {', '.join(sorted(groups))}"
    if profile.cutoff is not None and not _time_of_day(profile.cutoff):
        return f"cutoff: expected HH:MM, found {profile.cutoff!r}"
    needed = {"since": profile.since, "cutoff": profile.cutoff, "a group (?P<date>…) in files": "date" in groups or None}
    missing = [key for key, there in needed.items() if there is None]
    if profile.calendar != "none" and missing:
        return f"calendar {profile.calendar}: needs {', '.join(missing)}"
    return None
