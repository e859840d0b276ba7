"""What is to be said of each feed: last event, lag, counts, gaps, faults, quarantine.

Everything comes from the state and the profiles; only ``late`` – events that the engine refused as older than 400 days before
what it had judged – is asked of the broker, where the engine has told them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from chuantou.schemas.clock import SECOND_US, date_of_day, iso_shanghai
from chuantou.schemas.dead_letters import DeadLetter, Reason
from chuantou.schemas.feed_profiles import FeedProfile
from chuantou.streams.feeds.findings import findings_of_feed
from chuantou.streams.feeds.state import DISCARDED, DONE, FAILED, HELD, FeedState


class Quarantine(msgspec.Struct, frozen=True):
    """The held file that stops a feed, and why."""

    file: str
    reason: str
    since: str


class FeedReport(msgspec.Struct, frozen=True, kw_only=True):
    """One feed. ``events``: in = processed + duplicate + late + dead; ``late`` is None where the broker was not asked (they are
    among the processed ones then), ``changes`` are those among the processed ones that put an earlier file right. ``gaps`` are
    the days whose file is owed and not here, ``findings`` what the files show only together (statements and pages that are
    missing, balances that do not follow, batches that were not received), ``faults`` counts codes, ``no_all_clear`` are the
    accounts of which something is missing or wrong: that no alert is about them says nothing."""

    feed: str
    institution: str | None
    last_event: str | None
    lag_seconds: int | None
    files: dict[str, int]
    events: dict[str, int | None]
    changes: dict[str, int]
    gaps: list[str]
    findings: list[str]
    faults: dict[str, int]
    no_all_clear: list[str]
    quarantine: Quarantine | None


def report(
    state: FeedState, profiles: Mapping[str, FeedProfile], now_us: int, refused: Iterable[DeadLetter] | None = None
) -> list[FeedReport]:
    """All feeds that have a profile or ever dropped a file, by name. ``refused`` are the dead letters on the broker."""
    late = None if refused is None else late_by_source(refused)
    return [_of(feed, state, profiles.get(feed), now_us, late) for feed in sorted({*profiles, *state.feeds()})]


def late_by_source(letters: Iterable[DeadLetter]) -> Counter[str]:
    """Events that the engine refused as too old, by ``source_id``."""
    too_old = (letter for letter in letters if letter.code == Reason.TOO_OLD and letter.event_id is not None)
    return Counter(letter.source.removesuffix(f"/{letter.event_id}") for letter in too_old)


def missing_days(state: FeedState, profile: FeedProfile, now_us: int) -> list[int]:
    """Days whose file is owed at ``now_us`` and not accepted (DQ-01). A file without an event is a file."""
    here = state.days(profile.name)
    return [day for day in profile.owed(now_us) if day not in here]


def _of(feed: str, state: FeedState, profile: FeedProfile | None, now_us: int, late: Counter[str] | None) -> FeedReport:
    files = state.with_status(DONE, FAILED, HELD, DISCARDED, feed=feed)
    newest = max((one.newest_us for one in files if one.status == DONE and one.newest_us is not None), default=None)
    gaps = [] if profile is None else missing_days(state, profile, now_us)
    found = findings_of_feed(state, feed, profile is None or profile.numbered)
    faults = sum((one.faults for one in files), Counter({"GAP": len(gaps)} if gaps else {}))
    faults.update(one.code for one in found)
    told_late = None if late is None else sum(late[source] for source in state.names(feed, "source"))
    processed, duplicate, dead = (sum(getattr(one, name) for one in files) for name in ("processed", "duplicate", "dead"))
    held = next((one for one in files if one.status == HELD), None)
    return FeedReport(
        feed=feed,
        institution=profile.institution if profile is not None else None,
        last_event=None if newest is None else iso_shanghai(newest),
        lag_seconds=None if newest is None else (now_us - newest) // SECOND_US,
        files={status: sum(one.status == status for one in files) for status in (DONE, FAILED, HELD, DISCARDED)},
        events={"in": processed + duplicate + dead, "processed": processed - (told_late or 0), "duplicate": duplicate,
                "late": told_late, "dead": dead},
        changes={name: sum(getattr(one, name) for one in files) for name in ("corrected", "reversed")},
        gaps=[str(date_of_day(day)) for day in gaps],
        findings=[one.text for one in found],
        faults=dict(sorted(faults.items())),
        no_all_clear=state.flagged(feed),
        quarantine=None if held is None else Quarantine(held.name, held.reason or "", iso_shanghai(held.finished_us or 0)),
    )  # fmt: skip
