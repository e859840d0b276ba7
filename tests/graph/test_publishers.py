"""Whose text a text is: by name, filing, number, host or account, and by nobody's guess."""

import doctest
import random

import pytest

from chuantou.graph import publishers
from chuantou.graph.accounts import Accounts
from chuantou.graph.interner import Interner
from chuantou.graph.publishers import Publisher, Publishers
from chuantou.schemas.streams import AccountEvent, TextItem

OURS, THEIRS = "uscc:91350200776049653A", "uscc:OTHER"
ICP, URL = "苏ICP备16000001号", "https://www.ours.example.cn/p?id=1"


def text(number: int, **fields) -> TextItem:
    return TextItem(event_id=f"t{number}", source_id="web", event_time=number, kind=fields.pop("kind", "ad"), **fields)


@pytest.fixture
def accounts() -> Accounts:
    accounts = Accounts(Interner())
    opened = {"type": "OPEN", "account": "6222020200112233445", "owner": OURS}
    accounts.apply(AccountEvent(event_id="a", source_id="bank", event_time=0, **opened))
    accounts.grow()
    return accounts


@pytest.fixture
def known() -> Publishers:
    known = Publishers()
    known.take(text(1, kind="site", party=OURS, icp=ICP, url=URL))
    return known


def test_documented_examples() -> None:
    assert doctest.testmod(publishers).failed == 0


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"party": THEIRS}, Publisher(THEIRS, "party", 800_000, None)),
        ({"party": OURS, "icp": ICP}, Publisher(OURS, "party", 1_000_000, None)),
        ({"party": THEIRS, "icp": ICP}, Publisher(THEIRS, "party", 800_000, OURS)),
        ({"icp": ICP}, Publisher(OURS, "icp", 900_000, None)),
        ({"text": "统一社会信用代码：91350200776049653A"}, Publisher(OURS, "uscc", 900_000, None)),
        ({"text": "统一社会信用代码：91350200776049653B"}, None),
        ({"url": "http://WWW.ours.example.cn/"}, Publisher(OURS, "host", 800_000, None)),
        ({"text": "汇款至6222020200112233445"}, Publisher(OURS, "payee", 800_000, None)),
        ({"text": "汇款至62220202001122334450"}, None),
        ({"text": "保本", "url": "http://["}, None),
        ({}, None),
    ],
)
def test_who_published(known, accounts, fields, expected) -> None:
    assert known.of(text(9, **fields), accounts) == expected


def test_the_first_site_has_a_filing_number_in_any_order_of_telling(accounts) -> None:
    told = [text(n, kind="site", party=party, icp=ICP) for n, party in ((5, "B"), (3, OURS), (8, "C"))]
    for seed in range(6):
        random.Random(seed).shuffle(told)
        known = Publishers()
        for each in told:
            known.take(each)
        assert known.of(text(9, icp=ICP), accounts) == Publisher(OURS, "icp", 900_000, None)


def test_an_advert_claims_no_site(accounts) -> None:
    known = Publishers()
    known.take(text(1, kind="ad", party=OURS, icp=ICP, url=URL))
    assert known.of(text(2, icp=ICP, url=URL), accounts) is None
