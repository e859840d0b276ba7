"""DSP-01: the six classes of plan 一(二)4 as catalogue §6.1 has them, its gaps answered R, and what the letters rest on."""

import datetime as dt
from itertools import product

import pytest

from chuantou.detectors.disposal import Inputs, class_name, recommended_class
from chuantou.detectors.engine import Engine
from chuantou.schemas.clock import day_of_date
from chuantou.schemas.columns import to_batches
from chuantou.schemas.streams import LicenceEvent, PartyEvent, ProductEvent

PLATFORM = "uscc:91320902MA1DISPOS1"


def letters(L: bool, M: bool, V: bool, R: str, X: bool, E: bool, Z: bool) -> Inputs:
    return Inputs(L, M, V, R, X, E, Z, outstanding_fen=0, people=0, families=(), undeclared=0)


def by_the_catalogue(L: bool, M: bool, V: bool, R: str, X: bool, E: bool, Z: bool) -> str:
    """The table of §6.1 once more, as nested questions instead of rows."""
    if L:
        if not M:
            return "3"
        if V:
            return "2"
        return "1" if R == "large" else "0"
    if Z:
        return "6"
    if X:
        return "5" if E else "R"
    return "4" if R == "small" and not E else "R"


@pytest.mark.parametrize("size", ["large", "small"])
def test_every_combination_has_the_class_of_the_catalogue(size: str) -> None:
    for L, M, V, X, E, Z in product([False, True], repeat=6):
        told = letters(L, M, V, size, X, E, Z)
        assert recommended_class(told) == by_the_catalogue(L, M, V, size, X, E, Z), told


@pytest.mark.parametrize(
    "gap",
    [
        letters(False, False, True, "large", False, False, False),  # (i) unlicensed and large, nothing worse
        letters(False, False, True, "small", True, False, False),  # (iii) irregular without evasion
    ],
)
def test_gaps_of_the_plan_are_for_a_human(gap: Inputs) -> None:
    assert recommended_class(gap) == "R"


def test_before_the_plan_its_first_table_holds() -> None:
    assert recommended_class(letters(True, True, True, "small", False, False, False), day_of_date("2015-01-01")) == "2"


def test_classes_have_the_words_of_the_plan() -> None:
    assert class_name("2", "zh") == "停止业务、限期整改"
    assert class_name("5", "zh") == "坚决取缔"
    with pytest.raises(KeyError):
        class_name("7", "zh")


# -- from events -----------------------------------------------------------------------------------------------------------


def subscription(number: int, fen: int = 100_000_00) -> ProductEvent:
    """One investor's claim that is due a month before the loans behind it are: a maturity mismatch."""
    return ProductEvent(
        event_id=f"s{number}", source_id="platform:D", event_time=1_465_000_000_000_000, type="SUBSCRIBE", platform=PLATFORM,
        product="YDB", investor=f"person:i{number}", claim=f"c{number}", amount_fen=fen, due=dt.date(2016, 6, 20),
    )  # fmt: skip


def judged(investors: int, *more: object) -> Engine:
    """An engine after a platform with a gap of maturities towards so many investors."""
    told = {"source_id": "platform:D", "event_time": 1_465_000_000_000_000}
    events = [
        PartyEvent(event_id="p", party=PLATFORM, kind="org", sector="P2P", watched=True, **told),
        ProductEvent(event_id="l", type="LISTING", platform=PLATFORM, listing="L1", borrower="person:b", rate_ppm=120_000,
                     amount_fen=investors * 100_000_00, term_days=360, **told),
        ProductEvent(event_id="d", type="DISBURSE", platform=PLATFORM, listing="L1", borrower="person:b",
                     amount_fen=investors * 100_000_00, **told),
        *(subscription(number) for number in range(investors)), *more,
    ]  # fmt: skip
    engine = Engine(rewind=False)
    engine.accept(list(to_batches(events).values()))
    engine.close()
    return engine


def test_few_people_make_a_small_risk_and_many_a_large_one() -> None:
    few, many = judged(20), judged(150)
    (small,), (large,) = ([a for a in e.final_alerts() if a.detector == "P2P-07"] for e in (few, many))
    assert (small.recommended_class, large.recommended_class) == ("4", "R")
    pack = many.evidence(large.alert_id)["disposal"]
    assert pack["recommended_class"] == "R"
    assert pack["inputs"]["people"] == 150 and pack["inputs"]["outstanding_fen"] == 150 * 100_000_00
    assert not pack["inputs"]["L"]


def test_a_licensed_institution_is_put_right_and_not_wound_down() -> None:
    licence = LicenceEvent(event_id="lic", source_id="registry:D", event_time=1_464_000_000_000_000, party=PLATFORM,
                           kind="crowdfunding", status="VALID", valid_from=dt.date(2015, 1, 1))  # fmt: skip
    filed = LicenceEvent(event_id="fil", source_id="registry:D", event_time=1_464_000_000_000_000, party=PLATFORM,
                         kind="p2p_filing", status="VALID", valid_from=dt.date(2015, 1, 1))  # fmt: skip
    by = {name: [a.recommended_class for a in judged(20, e).final_alerts() if a.detector == "P2P-07"]
          for name, e in (("licence", licence), ("filing", filed))}  # fmt: skip
    assert by["filing"] == ["4"]  # a filing is no licence
    assert by["licence"] != by["filing"]
