"""Feed profiles: what is read, what is refused, and on which days a file is owed."""

from pathlib import Path

import pytest

from chuantou.schemas.clock import day_of_date, iso_shanghai, parse_time
from chuantou.schemas.feed_calendars import BASES, load_calendar
from chuantou.schemas.feed_profiles import FeedProfile, load_profile, load_profiles, read_name

SHIPPED = Path(__file__).parents[2] / "docs" / "feeds" / "site"
BANK = (SHIPPED / "feeds" / "city-bank.yaml").read_text(encoding="utf-8")


def written(tmp_path: Path, text: str, name: str = "bank") -> Path:
    path = tmp_path / "feeds" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def bank() -> FeedProfile:
    return load_profile(SHIPPED / "feeds" / "city-bank.yaml")


def days(*dates: str) -> list[int]:
    return [day_of_date(date) for date in dates]


def test_the_example_site_is_read() -> None:
    profiles = load_profiles(SHIPPED)
    assert list(profiles) == ["city-bank", "platform-p1"]
    assert profiles["city-bank"].name == "city-bank" and profiles["city-bank"].typical_fen == 500_000
    assert profiles["platform-p1"].expected.base == "every-day"


def test_a_site_without_profiles_and_no_site(tmp_path: Path) -> None:
    assert load_profiles(tmp_path) == load_profiles(None) == {}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("units: yuan", "unit: yuan", "unknown field `unit`"),
        ("units: yuan", "name: other", "unknown field `name`"),
        ("units: yuan", "units: cent", "$.units"),
        ("91320900MA1N000016", "9132090X", "institution: expected a 统一社会信用代码"),
        ("format: camt", "format: swift", "format: expected one of auto, jsonl"),
        ("format: camt", "format: camt\nmapping: icbc", "mapping: only csv and xlsx"),
        ("format: camt", "format: csv\nmapping: nobody", "mapping: expected one of"),
        ("units: yuan", "units: fen\nmapping: icbc", "mapping: only csv"),
        ('cutoff: "08:00"', "cutoff: 20:00", "$.cutoff"),
        ('cutoff: "08:00"', 'cutoff: "24:00"', "cutoff: expected HH:MM"),
        ('cutoff: "08:00"', "", "calendar cn-working-days: needs cutoff"),
        ("since: 2026-09-01", "", "calendar cn-working-days: needs since"),
        ("?P<date>", "?:", "needs a group (?P<date>…) in files"),
        ("?P<date>", "?P<day>", "no other groups than date and version, found day"),
        ("\\.xml", "(\\.xml", "files: not a pattern"),
        ("calendar: cn-working-days", "calendar: ../secret", "calendar '../secret'"),
        ("days_after: 1", "days_after: 31", "$.days_after"),
        ("units: yuan", "units: yuan\nsigning_key: secret", "signing_key: expected ed25519:<public key in base64>"),
    ],
)
def test_what_is_wrong_is_named_with_its_file(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in BANK
    path = written(tmp_path, BANK.replace(old, new))
    with pytest.raises(ValueError, match=r"bank\.yaml") as told:
        load_profile(path)
    assert says in str(told.value)


def test_units_that_the_mapping_does_not_read(tmp_path: Path) -> None:
    path = written(tmp_path, BANK.replace("format: camt", "format: csv\nmapping: icbc").replace("yuan", "fen"))
    with pytest.raises(ValueError, match="units: mapping icbc reads yuan, found fen"):
        load_profile(path)


@pytest.mark.parametrize("name", ["done", "held", "no space", "-x"])
def test_a_feed_is_not_called_like_a_folder_of_ours(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="file name"):
        load_profile(written(tmp_path, BANK, name))


def test_what_a_file_name_says() -> None:
    first, second = (read_name(bank(), name) for name in ("STMT_20260929.xml", "STMT_20260929_v2.xml.gz"))
    assert (first.identity, first.version, first.day) == ("STMT_20260929.xml", 0, day_of_date("2026-09-29"))
    assert (second.identity, second.version, second.day) == (first.identity, 2, first.day)
    with pytest.raises(ValueError, match="a name like STMT_"):
        read_name(bank(), "stmt.xml")
    with pytest.raises(ValueError, match="a date of the calendar, not 20260931"):
        read_name(bank(), "STMT_20260931.xml")


def test_working_days_with_make_up_days() -> None:
    """国庆 2026: 1–7 October rest, Sunday 20 September and Saturday 10 October are worked."""
    calendar = BASES["cn-working-days"]
    september, october = day_of_date("2026-09-19"), day_of_date("2026-10-01")
    assert [calendar.expects(day) for day in range(september, september + 3)] == [False, True, True]
    assert not any(calendar.expects(day) for day in range(october, october + 7))
    assert calendar.after(day_of_date("2026-09-30"), 1) == day_of_date("2026-10-08")
    assert calendar.expects(day_of_date("2026-10-10"))


def test_the_deadline_follows_the_calendar() -> None:
    assert iso_shanghai(bank().deadline_us(day_of_date("2026-09-30"))) == "2026-10-08T09:00:00+08:00"


def test_what_is_owed_at_an_instant() -> None:
    before, after = parse_time("2026-10-08T08:59:59+08:00"), parse_time("2026-10-08T09:00:00+08:00")
    assert bank().owed(before)[-1:] == days("2026-09-29")
    assert bank().owed(after)[-2:] == days("2026-09-29", "2026-09-30")
    assert bank().owed(parse_time("2026-09-02T09:00:00+08:00")) == days("2026-09-01")


def test_a_site_says_what_differs(tmp_path: Path) -> None:
    (tmp_path / "calendars").mkdir()
    path = tmp_path / "calendars" / "bank-2027.yaml"
    path.write_text("base: cn-working-days\nrest: [2027-02-08]\nwork: [2027-02-13]\n")
    calendar = load_calendar("bank-2027", tmp_path)
    assert [calendar.expects(day) for day in days("2027-02-08", "2027-02-09", "2027-02-13", "2027-02-14")] == [
        False, True, True, False,
    ]  # fmt: skip
    path.write_text("base: none\nrest: [2027-02-08]\nwork: [2027-02-08]\n")
    with pytest.raises(ValueError, match="both rest and work"):
        load_calendar("bank-2027", tmp_path)
    path.write_text("base: lunar\n")
    with pytest.raises(ValueError, match=r"bank-2027.yaml: .*base"):
        load_calendar("bank-2027", tmp_path)


def test_a_calendar_that_never_works_is_no_endless_search() -> None:
    with pytest.raises(ValueError, match="rests for more than"):
        BASES["none"].after(0, 1)
