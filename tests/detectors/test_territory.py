import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.detectors.territory import Territory, TerritoryEvidence, county_name, territory_of
from chuantou.schemas.clock import day_of_date

IN_2016 = day_of_date("2016-06-20")
NOTHING = TerritoryEvidence()
SURE_OF_YANDU = TerritoryEvidence(rent={"320903": 3}, payroll={"320903": 8})


def decided(reg: str | None, op: str | None, evidence: TerritoryEvidence = NOTHING, **other: object) -> Territory:
    arguments = {"day": IN_2016, "illegal_fundraising": False} | other
    return territory_of(reg, op, evidence, **arguments)  # type: ignore[arg-type]


def test_one_place_for_both() -> None:
    place = decided("320903", "320903", SURE_OF_YANDU)
    assert (place.lead, place.assist, place.basis, place.unsure) == ("320903", (), "same_place", False)
    assert place.confidence_ppm == 750_000


def test_operating_county_leads_and_registered_assists() -> None:
    place = decided("320902", None, SURE_OF_YANDU)
    assert (place.lead, place.assist, place.basis) == ("320903", ("320902",), "operating_leads")
    assert (place.registered, place.operating, place.confidence_ppm) == ("320902", "320903", 600_000)


def test_below_one_half_the_registered_county_stands_and_it_is_flagged() -> None:
    place = decided("320902", "320903", TerritoryEvidence(accounts={"320903": 4}))
    assert (place.lead, place.assist, place.unsure, place.confidence_ppm) == ("320902", (), True, 400_000)
    exactly_half = decided("320902", "320903", TerritoryEvidence(rent={"320903": 1}))
    assert (exactly_half.lead, exactly_half.unsure) == ("320903", False)


def test_half_is_exact_whatever_the_counts() -> None:
    thirds = TerritoryEvidence(
        rent={"320903": 2, "320921": 1}, payroll={"320903": 2, "320921": 1}, accounts={"320903": 7, "320921": 8}
    )
    place = decided("320902", None, thirds)  # 400000 + 116666.66… ppm
    assert (place.confidence_ppm, place.unsure) == (516_666, False)
    sevenths = TerritoryEvidence(payroll={"320903": 1}, accounts={"320903": 6, "320921": 1}, rent={"320903": 1, "x": 9})
    assert decided("320902", None, sevenths).confidence_ppm == 250_000 + 214_285 + 35_000


def test_a_tie_goes_to_the_lower_code() -> None:
    tie = TerritoryEvidence(payroll={"320925": 1}, accounts={"320921": 1}, rent={"320925": 1, "320921": 1})
    place = decided(None, None, tie)
    assert (place.operating, place.lead, place.unsure) == ("320921", "320921", True)


def test_nothing_known() -> None:
    assert decided(None, None) == Territory(None, (), "unknown", True, None, None, 0)


def test_registered_alone_leads_unsure() -> None:
    place = decided("320924", None)
    assert (place.lead, place.basis, place.unsure) == ("320924", "same_place", True)


@pytest.mark.parametrize(
    ("date", "dafeng"), [("2014-12-31", "320982"), ("2015-01-01", "320904"), ("2016-06-20", "320904")]
)
def test_dafeng_changed_its_code_in_2015(date: str, dafeng: str) -> None:
    both_codes = TerritoryEvidence(rent={"320904": 1}, payroll={"320982": 1})
    for code in ("320904", "320982"):
        place = decided(code, None, both_codes, day=day_of_date(date))
        assert (place.lead, place.basis, place.confidence_ppm) == (dafeng, "same_place", 600_000)
    assert county_name(dafeng, "en", day_of_date(date)) == "Dafeng"
    assert county_name("320901", "zh", IN_2016) is None


def test_operating_outside_the_city() -> None:
    place = decided("320902", "320100", TerritoryEvidence(rent={"320100": 1}))
    assert (place.lead, place.assist, place.basis) == ("320902", ("320100", "320900"), "operating_outside")


def test_registered_outside_the_city() -> None:
    place = decided("310115", None, SURE_OF_YANDU)
    assert (place.lead, place.assist, place.basis) == ("320903", ("310115",), "operating_leads")


def test_wholly_outside_is_told_to_the_city_alone() -> None:
    place = decided("310115", "310115", TerritoryEvidence(rent={"310115": 1}))
    assert (place.lead, place.assist, place.basis) == (None, ("320900",), "both_outside")


@pytest.mark.parametrize(
    ("date", "illegal", "lead"),
    [("2021-04-30", True, "320903"), ("2021-05-01", True, "320902"), ("2021-05-01", False, "320903")],
)
def test_from_2021_the_registered_place_leads_on_illegal_fund_raising(date: str, illegal: bool, lead: str) -> None:
    place = decided("320902", None, SURE_OF_YANDU, day=day_of_date(date), illegal_fundraising=illegal)
    assert place.lead == lead
    assert set(place.assist) == {"320902", "320903"} - {lead}


def test_city_level_matters_and_codes_of_no_county() -> None:
    assert decided("320902", "320902", city_level=True).assist == ("320900",)
    assert decided("320901", None).lead == "320900"
    assert decided("320900", None, city_level=True).assist == ()
    assert decided("3209-KFQ", None).lead == "3209-KFQ"


regions = st.sampled_from(["320902", "320903", "320904", "320982", "320100"])
counts = st.dictionaries(regions, st.integers(0, 5), max_size=4)


@given(st.none() | regions, st.none() | regions, counts, counts, counts, st.booleans(), st.booleans())
def test_whoever_leads_never_assists(
    reg: str | None, op: str | None, rent: dict[str, int], pay: dict[str, int], at: dict[str, int], bad: bool, top: bool
) -> None:
    place = decided(reg, op, TerritoryEvidence(rent, pay, at), illegal_fundraising=bad, city_level=top)
    turned = TerritoryEvidence(*(dict(reversed(d.items())) for d in (rent, pay, at)))
    assert place == decided(reg, op, turned, illegal_fundraising=bad, city_level=top)
    assert place.lead not in place.assist
    assert 0 <= place.confidence_ppm <= 1_000_000
    assert place.unsure == (place.confidence_ppm < 500_000)
    assert "320982" not in (place.lead, *place.assist)
