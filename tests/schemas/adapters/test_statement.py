"""What statements share: memory that is bounded and says so, reversals against a plain search, charsets cut anywhere."""

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.schemas.adapters import charsets, reversals, statement
from chuantou.schemas.adapters.bank_accounts import account_id, bic_of, is_masked, party_of
from chuantou.schemas.adapters.charsets import CharsetError, Utf8Chunks
from chuantou.schemas.adapters.feed_file import has_element
from chuantou.schemas.adapters.reversals import Booked, Originals
from chuantou.schemas.adapters.statement import Movement, Recent, Statement


def paid(content: str, reference: str | None = None) -> Movement:
    return Movement(True, 100, "2016-06-20T12:00:00+08:00", "BOOKED", reference, (), None, content, "", False, {})


def test_two_equal_movements_without_a_reference_are_two() -> None:
    book = Statement("104:a", "bank:B")
    first, second, other = (book.transfer(paid(content)) for content in "aab")
    assert second["event_id"] == first["event_id"] + ":2" and other["event_id"] not in (first["event_id"], second["event_id"])
    assert len({event["debtor_account"] for event in (first, second, other)}) == 3
    assert book.transfer(paid("a", "R"))["event_id"] == book.transfer(paid("b", "R"))["event_id"] == "104:a:R:C100"


def test_what_was_forgotten_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement, "UNREFERENCED_MAX", 4)
    book = Statement("104:a", "bank:B")
    for content in "abcdefgh":
        book.transfer(paid(content))
    assert not list(book.faults())
    book.transfer(paid("i"))
    (fault,) = book.faults()
    assert fault.code == "BAD_FILE" and "more than 4 movements" in fault.found


def test_recent_keeps_at_least_what_it_says_and_at_most_twice_as_much() -> None:
    recent: Recent[int] = Recent(3)
    for number in range(1, 50):
        recent.put(number, number)
        assert all(recent.get(kept) == kept for kept in range(max(1, number - 2), number + 1))
        assert all(recent.get(gone) is None for gone in range(1, number - 5))
        assert recent.complete == (number <= 6)


def day(number: int) -> str:
    return f"2016-06-{number:02}T12:00:00+08:00"


REFERENCES, OTHERS = st.sets(st.sampled_from("RS")), st.none() | st.sampled_from("op")
STEPS = st.tuples(st.booleans(), st.integers(1, 2), st.booleans(), REFERENCES, OTHERS)  # booked or taken back, fen, side


@given(st.lists(st.tuples(STEPS, st.integers(13, 27)), max_size=12))
def test_reversals_are_those_of_a_plain_search(steps: list[Any]) -> None:
    originals, left = Originals(), []
    for number, ((books, fen, incoming, references, other), date) in enumerate(steps):
        booked = Booked(str(number), tuple(sorted(references)), other, day(date))
        if books:
            originals.remember(fen, incoming, booked)
            left.append((fen, incoming, booked, date))
            continue
        of_amount = [(one, when) for amount, side, one, when in left if amount == fen and side is not incoming]
        named = [[one for one, _ in of_amount if reference in one.references] for reference in sorted(references)]
        only = [found[0] for found in named if len(found) == 1]
        if not references and len(of_amount) == 1:
            one, when = of_amount[0]
            working = [d for d in range(when + 1, date + 1) if d not in (18, 19, 25, 26)]  # June 2016 from the 13th: two weekends
            only = [one] if when <= date and len(working) <= 5 and (not other or not one.other or other == one.other) else []
        expected = only[0].event_id if only else None
        assert originals.take_back(fen, incoming, booked, bool(references)) == expected
        left = [kept for kept in left if kept[2].event_id != expected]


def test_a_reversal_without_a_reference_finds_nothing_once_something_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reversals, "REMEMBERED_MAX", 2)
    originals = Originals()
    for number in range(5):
        originals.remember(number, True, Booked(str(number), (f"R{number}",), None, day(20)))
    back = Booked("x", (), None, day(20))
    assert originals.take_back(4, False, back, False) is None  # another movement of that amount may be forgotten
    assert originals.take_back(4, False, back._replace(references=("R4",)), True) == "4"
    assert originals.take_back(0, False, back._replace(references=("R0",)), True) is None


TEXT = "汇款𠀀abc㐀（存管）é\n"


CHARSETS = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]


@given(st.integers(1, 40), st.sampled_from(CHARSETS), st.integers(0, 9))
def test_characters_may_lie_across_chunks(size: int, charset: str, pad: int) -> None:
    text = "<?xml version='1.0'?>" + "x" * pad + TEXT * 3
    stream = BytesIO(text.encode(charset))
    whole = charsets.CHUNK
    charsets.CHUNK = 64 + size  # the declaration and the mark of the order of bytes lie in the first chunk
    try:
        assert b"".join(Utf8Chunks(stream)).decode("utf-8") == text
    finally:
        charsets.CHUNK = whole


@pytest.mark.parametrize("cut", [1, 2, 3])
@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "utf-16"])
def test_half_a_character_at_the_end_is_refused(charset: str, cut: int) -> None:
    content = ("<a>" + TEXT * 20 + "𠀀").encode(charset)[:-cut]
    with pytest.raises(CharsetError):
        list(Utf8Chunks(BytesIO(content)))


def test_what_is_given_back_comes_next() -> None:
    chunks = Utf8Chunks(BytesIO(b"abc"))
    assert next(chunks) == b"abc"
    chunks.give_back(b"c")
    chunks.give_back(b"b")
    assert b"".join(chunks) == b"bc"


@pytest.mark.parametrize(
    ("head", "known"),
    [(b"<BkToCstmrStmt>", True), (b"<a:BkToCstmrStmt xmlns:a='x'>", True), ("<BkToCstmrStmt>".encode("utf-16"), True),
     (b"<BkToCstmrStmt/>", True), (b"<XBkToCstmrStmt>", False), (b"<BkToCstmrStmtX>", False), (b"BkToCstmrStmt>", False),
     (b"</BkToCstmrStmt>", False), (b'"BkToCstmrStmt",1', False), (b"<BkToCstmrStmtX><BkToCstmrStmt\n", True)],
)  # fmt: skip
def test_an_element_is_known_by_its_whole_name(head: bytes, known: bool) -> None:
    assert has_element(head, (b"BkToCstmrStmt",)) is known


def test_names_of_accounts_banks_and_parties() -> None:
    assert account_id("6217", None, "105100000017") == "105:6217"
    assert account_id("6217", "105100000018", "PCBCCNBJXXX") == "105:6217"  # a wrong check digit names no bank
    assert account_id("6217", "DEUTDEFF") == "6217" and account_id("104:6217", "PCBCCNBJ") == "104:6217"
    assert [bic_of(bic) for bic in ("PCBCCNBJXXX", "PCBCCNBJ", "PCBCCNBJSHA")] == ["PCBCCNBJ", "PCBCCNBJ", "PCBCCNBJSHA"]
    assert is_masked("6217****1") and is_masked("6217＊1") and not is_masked("62171")
    assert party_of("91350200776049653A") == "uscc:91350200776049653A" and party_of("91350200776049653B") is None
