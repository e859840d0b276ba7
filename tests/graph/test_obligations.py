"""Books of claims and loans: ladders by due day after every kind of event, and agreement with the plain twin."""

import datetime as dt
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuantou.graph.obligations import FAR, Book, Obligations
from chuantou.schemas.clock import DAY_US, date_of_day, day_of_date, day_start_us
from chuantou.schemas.streams import ProductEvent
from tests.oracles import obligations as oracle

P = "uscc:91320902001010024P"
DAY = day_of_date("2016-06-01")
NOON = DAY_US // 2


class Story:
    """Product events of one platform, told in short lines; days count from 2016-06-01."""

    def __init__(self) -> None:
        self.events: list[ProductEvent] = []
        self.numbers = count(1)

    def told(self, kind: str, day: int = 0, due: int | None = None, start: int | None = None, **fields) -> "Story":
        self.events.append(
            ProductEvent(
                event_id=f"e{next(self.numbers)}", source_id="platform:P", type=kind, platform=P,
                event_time=day_start_us(DAY + day) + NOON, due=date(due), start=date(start), **fields,
            )
        )  # fmt: skip
        return self

    def lent(self, fen: int = 1_000, listing: str = "L", day: int = 0, **fields) -> "Story":
        """A listing of a year, paid out on ``day``."""
        asked = {"listing": listing, "borrower": "person:b", "amount_fen": fen}
        self.told("LISTING", day, term_days=365, rate_ppm=90_000, **asked, **fields)
        return self.told("DISBURSE", day, **asked)

    def subscribed(self, fen: int, claim: str, day: int = 0, investor: str = "person:i", **fields) -> "Story":
        return self.told("SUBSCRIBE", day, investor=investor, amount_fen=fen, claim=claim, **fields)

    def book(self) -> Book:
        book = Book(P)
        for e in self.events:
            book.apply(e)
        return book


def date(day: int | None) -> dt.date | None:
    return None if day is None else date_of_day(DAY + day)


def ladder(of: dict[int, int]) -> dict[int, int]:
    """A ladder without empty rungs, in days of the story."""
    return {due if due == FAR else due - DAY: fen for due, fen in of.items() if fen}


def owed(story: Story) -> tuple[dict[int, int], dict[int, int]]:
    book = story.book()
    return ladder(book.owed_to_investors), ladder(book.owed_by_borrowers)


# -- investors -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({"product": "F", "due": 10}, 10),
        ({"product": "F", "start": 5}, 35),
        ({"product": "F"}, 32),
        ({"product": "unknown"}, 2),
        ({"product": "unknown", "start": 5}, 5),
        ({"listing": "L"}, 367),
    ],
    ids=["said", "product-from-start", "product-from-today", "on-demand", "on-demand-from-start", "loan"],
)
def test_a_claim_is_due_when_it_says_or_its_product_or_loan_ends(fields, due):
    story = Story().told("PRODUCT", product="F", term_days=30).lent().subscribed(70, "c", day=2, **fields)
    assert owed(story)[0] == {due: 70}
    claim = story.book().claims["c"]
    assert (claim.holder, claim.exit_due, claim.since, claim.subscribed_fen) == ("person:i", DAY + due, DAY + 2, 70)


def test_a_claim_without_a_name_is_called_by_its_event():
    assert list(Story().subscribed(70, None, product="F").book().claims) == ["platform:P/e1"]


def test_a_claim_on_a_listing_runs_from_the_day_its_loan_is_paid_out():
    story = Story().subscribed(70, "c", listing="L", due=40)
    assert owed(story) == ({}, {})
    assert not story.book().claims["c"].running
    assert owed(story.lent(day=3)) == ({40: 70}, {368: 1_000})
    assert story.book().claims["c"].running


def test_a_listing_that_miscarries_leaves_no_claim():
    story = Story().subscribed(70, "c", listing="L", due=40).subscribed(30, "d", product="F", due=9)
    story.told("LISTING_STATUS", 1, listing="L", status="MISCARRY").lent(day=2)
    assert owed(story)[0] == {9: 30}
    assert story.book().loans["L"].status == "MISCARRY"


def test_a_claim_whose_loan_is_paid_out_does_not_miscarry():
    story = Story().subscribed(70, "c", listing="L", due=40).lent().told("LISTING_STATUS", 1, listing="L", status="MISCARRY")
    assert owed(story)[0] == {40: 70}


def test_a_miscarriage_takes_no_later_claim_of_the_same_name():
    story = Story().subscribed(70, "c", listing="L", due=40).told("REDEEM", 1, investor="person:i", amount_fen=70, claim="c")
    story.subscribed(50, "c", day=2, product="F", due=9).told("LISTING_STATUS", 3, listing="L", status="MISCARRY")
    assert owed(story)[0] == {9: 50}
    assert story.book().claims["c"].principal_fen == 50


def test_redemption_takes_the_claim_named():
    story = Story().subscribed(70, "c", product="F", due=5).subscribed(30, "d", product="F", due=3)
    story.told("REDEEM", 1, investor="person:i", amount_fen=20, claim="c")
    assert owed(story)[0] == {5: 50, 3: 30}
    book = story.told("REDEEM", 2, investor="person:i", amount_fen=90, claim="c").book()
    assert ladder(book.owed_to_investors) == {3: 30}
    assert (list(book.claims), list(book.closed_claims)) == (["d"], ["c"])
    book.forget_closed(DAY + 5)
    assert list(book.closed_claims) == ["c"]
    book.forget_closed(DAY + 6)
    assert book.closed_claims == {}


def test_redemption_from_a_product_takes_what_is_due_first_and_no_one_elses():
    story = Story().subscribed(70, "c", product="F", due=5).subscribed(30, "d", product="F", due=3)
    story.subscribed(10, "e", product="G", due=1).subscribed(10, "f", product="F", due=1, investor="person:j")
    assert owed(story.told("REDEEM", 1, investor="person:i", amount_fen=40, product="F"))[0] == {5: 60, 1: 20}


def test_redemption_of_nothing_known_changes_nothing():
    story = Story().subscribed(70, "c", product="F", due=5).told("REDEEM", 1, investor="person:j", amount_fen=9, product="F")
    assert owed(story.told("REDEEM", 1, investor="person:i", amount_fen=9, claim="unknown"))[0] == {5: 70}


def test_a_claim_is_renewed_only_by_a_word_of_its_holder():
    story = Story().subscribed(70, "c", product="F", due=5).subscribed(70, "c", day=5, product="F", due=35)
    assert owed(story)[0] == {5: 70}
    book = story.subscribed(70, "c", day=5, product="F", due=35, confirmed=True).book()
    assert ladder(book.owed_to_investors) == {35: 70}
    assert book.claims["c"].exit_due == DAY + 35


def test_the_buyer_of_a_claim_holds_it_to_the_end_of_its_loan():
    sold = {"claim": "c", "from_party": "person:i", "to_party": "person:j", "principal_fen": 70, "amount_fen": 71}
    story = Story().subscribed(70, "c", product="F", due=5).lent().told("CLAIM_TRANSFER", 4, **sold)
    assert owed(story)[0] == {5: 70}  # no loan is behind the claim
    allocated = Story().subscribed(70, "c", product="F", due=5).lent()
    allocated.told("ALLOC", 1, product="F", listing="L", amount_fen=70, claim="c").told("CLAIM_TRANSFER", 4, **sold)
    book = allocated.book()
    assert ladder(book.owed_to_investors) == {365: 70}
    claim = book.claims["c"]
    assert (claim.holder, claim.sold_to, claim.exit_due) == ("person:j", [(DAY + 4, "person:j")], DAY + 5)
    assert book.allocated == {"F": {"L"}}
    assert owed(allocated.told("CLAIM_TRANSFER", 5, **(sold | {"claim": "unknown"})))[0] == {365: 70}


def test_a_claim_is_matched_to_its_first_listing():
    story = Story().subscribed(70, "c", product="F", due=5)
    for listing in ("L", "M"):
        story.told("ALLOC", 1, product="F", listing=listing, amount_fen=70, claim="c")
    book = story.book()
    assert book.claims["c"].listing == "L"
    assert book.allocated == {"F": {"L", "M"}}


# -- borrowers -----------------------------------------------------------------------------------------------------


def test_a_loan_without_a_plan_falls_due_at_its_end():
    assert owed(Story().lent())[1] == {365: 1_000}
    assert owed(Story().lent(due=90))[1] == {90: 1_000}
    unasked = Story().told("DISBURSE", listing="L", borrower="person:b", amount_fen=500)
    assert owed(unasked)[1] == {FAR: 500}
    assert owed(unasked.lent(300, day=10))[1] == {365: 800}  # from the first payment on


def test_a_plan_takes_the_place_of_the_term_and_is_repaid_rung_by_rung():
    parts = [("p1", 30, 400), ("p2", 60, 600)]
    story = Story().lent()
    for plan_id, due, fen in parts:
        story.told("REPAY_PLAN", 1, due, listing="L", plan_id=plan_id, principal_fen=fen, interest_fen=9)
    assert owed(story)[1] == {30: 400, 60: 600}
    assert not story.book().loans["L"].repaid
    assert owed(story.told("REPAY", 30, plan_id="p1", principal_fen=150, interest_fen=9))[1] == {30: 250, 60: 600}
    assert owed(story.told("REPAY", 31, plan_id="p1", principal_fen=900, interest_fen=9))[1] == {60: 600}
    assert owed(story.told("REPAY", 31, plan_id="unknown", principal_fen=900, interest_fen=9))[1] == {60: 600}
    book = story.told("REPAY", 32, plan_id="p2", principal_fen=600, interest_fen=9).book()
    assert ladder(book.owed_by_borrowers) == {}
    assert book.loans["L"].repaid
    assert book.loans["L"].ends == DAY + 60


def test_an_instalment_told_again_is_another_instalment():
    story = Story().lent().told("REPAY_PLAN", 1, 30, listing="L", plan_id="p", principal_fen=400, interest_fen=9)
    story.told("REPAY_PLAN", 2, 45, listing="L", plan_id="p", principal_fen=500, interest_fen=9)
    assert owed(story)[1] == {45: 500}


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 3, 0, 1), (1, 2, 0, 3), (2, 0, 3, 1)])
def test_what_a_borrower_owes_does_not_hang_on_the_order_of_telling(order):
    story = Story().lent(1_000)
    story.told("REPAY_PLAN", 0, 30, listing="L", plan_id="p", principal_fen=1_000, interest_fen=9)
    story.told("REPAY", 0, plan_id="p", principal_fen=250, interest_fen=9)
    story.events = [story.events[i] for i in order]
    assert owed(story)[1] == {30: 750}


def test_a_loan_that_was_not_paid_out_is_owed_by_nobody():
    story = Story().told("REPAY_PLAN", 0, 30, listing="L", plan_id="p", principal_fen=400, interest_fen=9)
    assert owed(story)[1] == {}
    book = story.told("CLOSE", 1, listing="L").told("CLOSE", 1, product="F").book()
    assert book.loans["L"].status == "CLOSED"
    assert ladder(book.owed_by_borrowers) == {}


def test_events_that_oblige_nobody_leave_the_books_as_they_are():
    story = Story().lent().subscribed(70, "c", product="F", due=5)
    before = owed(story)
    story.told("OVERDUE", plan_id="p").told("HOLDING", vehicle="V", asset="A")
    assert owed(story) == before


def test_every_platform_has_its_own_book():
    books = Obligations()
    mine = Story().lent(300).events
    other = [ProductEvent(event_id="x", source_id="s", event_time=0, type="DISBURSE", platform="uscc:other", listing="L",
                          borrower="person:b", amount_fen=7)]  # fmt: skip
    for e in [*mine, *other]:
        assert books.apply(e) is books.books[e.platform]
    assert {key: sum(book.owed_by_borrowers.values()) for key, book in books.books.items()} == {P: 300, "uscc:other": 7}


def test_an_event_that_was_never_checked_is_refused_by_the_name_of_what_it_lacks():
    with pytest.raises(ValueError, match="listing is missing"):
        Story().told("DISBURSE", amount_fen=5).book()


# -- any story at all ----------------------------------------------------------------------------------------------


@st.composite
def stories(draw):
    """Few names and short terms, so that claims are sold, renewed, redeemed, miscarried and named again."""
    name, fen, day = st.sampled_from, st.integers(1, 9), st.integers(0, 40)
    maybe_day = st.none() | day
    kinds = {
        "PRODUCT": {"product": st.just("F"), "term_days": day},
        "LISTING": {"listing": name("LM"), "borrower": st.just("person:b"), "amount_fen": fen, "term_days": day,
                    "due": maybe_day},
        "LISTING_STATUS": {"listing": name("LM"), "status": name(["FULL", "MISCARRY"])},
        "SUBSCRIBE": {"investor": name("ij"), "amount_fen": fen, "claim": name(["c", "d", None]), "due": maybe_day,
                      "start": maybe_day, "confirmed": name([True, None])},
        "ALLOC": {"product": st.just("F"), "listing": name("LM"), "amount_fen": fen, "claim": name(["c", "d", None])},
        "DISBURSE": {"listing": name("LM"), "borrower": st.just("person:b"), "amount_fen": fen},
        "REPAY_PLAN": {"listing": name("LM"), "plan_id": name("pq"), "due": day, "principal_fen": st.integers(0, 9),
                       "interest_fen": fen},
        "REPAY": {"plan_id": name(["Lp", "Lq", "Mp", "Mq"]), "principal_fen": st.integers(0, 9), "interest_fen": fen},
        "REDEEM": {"investor": name("ij"), "amount_fen": fen},
        "CLAIM_TRANSFER": {"claim": name("cd"), "from_party": name("ij"), "to_party": name("ij"), "principal_fen": fen,
                           "amount_fen": fen},
    }  # fmt: skip
    either = {"SUBSCRIBE": [{"product": "F"}, {"listing": "L"}, {"listing": "M"}],
              "REDEEM": [{"product": "F"}, {"claim": "c"}, {"claim": "d"}]}  # fmt: skip
    often = [*kinds, "SUBSCRIBE", "SUBSCRIBE", "SUBSCRIBE", "REDEEM", "DISBURSE"]
    story, now = Story(), 0
    for kind in draw(st.lists(name(often), min_size=4, max_size=16)):
        now += draw(st.integers(0, 12))
        fields = draw(st.fixed_dictionaries(kinds[kind])) | draw(name(either.get(kind, [{}])))
        if kind == "REPAY_PLAN":
            fields["plan_id"] = fields["listing"] + fields["plan_id"]
        story.told(kind, now, **fields)
    return story.events


@settings(max_examples=200)
@given(stories())
def test_ladders_are_what_the_plain_twin_works_out_after_every_event(events):
    book = Book(P)
    for i, e in enumerate(events, 1):
        book.apply(e)
        told, claims = events[:i], oracle.claims_of(events[:i])
        assert {due: fen for due, fen in book.owed_to_investors.items() if fen} == oracle.owed_to_investors(told)
        assert {due: fen for due, fen in book.owed_by_borrowers.items() if fen} == oracle.owed_by_borrowers(told)
        assert book.outstanding_fen() == sum(oracle.owed_to_investors(told).values())
        assert {k: (c.holder, c.principal_fen, c.due, c.listing) for k, c in book.claims.items()} == {
            k: (c.holder, c.fen, c.due, c.backing) for k, c in claims.items()
        }
        assert book.outstanding_fen() == sum(c.principal_fen for c in book.claims.values() if c.running)
