"""P2P-10: what a text states, and what the books say to it."""

import pytest

from chuantou.detectors.claims_in_text import LARGEST_FEN, MOST, UNBOUNDED, claims_in
from chuantou.schemas.clock import day_of_date
from tests.detectors.scenario import alerts, days_after, only, run
from tests.detectors.stories import false_disclosure as stories
from tests.detectors.stories.false_disclosure import DAY, Shop, lend_on

TODAY = day_of_date("2016-07-20")
YI = 10**10  # fen


def read(text):
    return [(claim.what, claim.low, claim.high) for claim in claims_in(text, TODAY)]


def found(shop):
    return alerts(run(shop.told().scenario), "P2P-10", shop.platform)


# -- texts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("年化收益率12%", [("yield", 115_000, 125_000)]),
        ("年化收益率 １２．０ ％", [("yield", 119_500, 120_500)]),
        ("12.34%的年化收益", [("yield", 123_350, 123_450)]),
        ("预期年化百分之十二点五", [("yield", 124_500, 125_500)]),
        ("年化8%至12%", [("yield", 75_000, 125_000)]),
        ("年化8-12%", [("yield", 75_000, 125_000)]),
        ("年化12%至8%", [("yield", 75_000, 125_000)]),
        ("年化12%以上", [("yield", 115_000, UNBOUNDED)]),
        ("年化0%", [("yield", 0, 5_000)]),
        ("逾期率1%，年化收益率9%", [("overdue", 5_000, 15_000), ("yield", 85_000, 95_000)]),
        ("逾期率1% 年化收益率9%", [("overdue", 5_000, 15_000), ("yield", 85_000, 95_000)]),
        ("坏账率仅为0.05%", [("bad_debt", 450, 550)]),
        ("逾期率不超过2%", [("overdue", 0, 25_000)]),
        ("零逾期、零坏账", [("overdue", 0, 0), ("bad_debt", 0, 0)]),
        ("借款逾期率3%", [("overdue", 25_000, 35_000)]),
        ("本月成交3,500万元", [("volume", 34_995_000_00, 35_005_000_00)]),
        ("今日撮合额一千二百元", [("volume", 1_199_50, 1_200_50)]),
    ],
)
def test_numbers(text, claims):
    assert read(text) == claims


@pytest.mark.parametrize(
    "text",
    [
        None, "", "年化收益率", "年化NaN%", "年化-5%", f"年化1{'0' * 30}%", "年化12.34567%", f"本月成交{'9' * 9}亿元",
        "不承诺年化12%", "谨防年化24%的骗局", "“零逾期”", "行业平均年化12%", "借款年化利率18%", "项目逾期率1%",
        "累计逾期率0.1%", "90天以上逾期率0.1%", "车贷逾期率0.1%", "该借款人零逾期", "加息券年化2%", "逾期罚息年化24%",
        "截至2016年6月末累计成交9亿元", "自2016年6月以来成交9亿元", "2016年6月上线，累计成交9亿元", "今日成交新高，交易额9亿元",
        "无逾期罚息", "100逾期", "累计成交9亿元", "今日上线，累计成交2亿元", "截至年化12%", "截至2016年13月1日，年化12%",
        "截至2016年7月21日，年化12%", "2016年13月成交2亿元", "0" * MOST + "年化12%",
    ],
)  # fmt: skip
def test_no_claims(text):
    assert read(text) == []


def test_the_largest_number_fits_an_amount():
    (claim,) = claims_in("本月成交9999999亿元", TODAY)
    assert claim.high <= LARGEST_FEN and claim.least == 9_999_999 * YI


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("今日成交1亿元", "2016-07-20", "2016-07-20"),
        ("昨日成交1亿元", "2016-07-19", "2016-07-19"),
        ("近7日成交1亿元", "2016-07-14", "2016-07-20"),
        ("本月累计成交1亿元", "2016-07-01", "2016-07-20"),
        ("上月成交1亿元", "2016-06-01", "2016-06-30"),
        ("2016年2月，平台成交1亿元", "2016-02-01", "2016-02-29"),
        ("2016年7月成交1亿元", "2016-07-01", "2016-07-20"),
        ("截至2016年6月底，本月成交1亿元", "2016-06-01", "2016-06-30"),
        ("本月成交1亿元（数据截至2016-07-10）", "2016-07-01", "2016-07-10"),
    ],
)
def test_periods(text, first, last):
    (claim,) = claims_in(text, TODAY)
    assert (claim.first, claim.last) == (day_of_date(first), day_of_date(last))


# -- against the books -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("年化10.04%", 1), ("年化10%", 0), ("年化10.1%", 1), ("年化9.6%", 0), ("年化9.7%", 1), ("年化6%", 0),
            ("年化6.0%", 1),
        ("年化5%", 1), ("年化12%以上", 1), ("年化7%以上", 0), ("年化10%-15%", 0), ("年化11%-15%", 1),
    ],
)  # fmt: skip
def test_twenty_per_cent_and_one_point(text, seen):
    """8 % is paid: a fifth is 1.6 points."""
    shop = Shop("line")
    shop.say(text)
    assert len(found(shop)) == seen


def test_one_point_where_a_fifth_is_less():
    for text, seen in (("年化3.0%", 0), ("年化3.06%", 1)):
        shop = Shop("point", rate=20_000)
        shop.say(text)
        assert len(found(shop)) == seen


def test_a_promise_is_judged_after_its_month_and_the_past_at_once():
    for text, day in (("年化15%", 29), ("历史年化15%", 0)):
        shop = Shop("when")
        shop.say(text)
        (alert,) = found(shop)
        assert alert.first_breach.startswith(days_after(DAY, day))
        assert (alert.values["yield_stated_ppm"], alert.values["yield_computed_ppm"]) == (150_000, 80_000)


def test_bonuses_belong_to_the_yield():
    """8 % and 1,000 yuan for 30 days on 100,000: 20.16 %; both numbers are true, and what lies between."""
    for text, seen in (("年化8%", 0), ("年化15%", 0), ("年化20%", 0), ("年化26%", 1)):
        shop = Shop("bonus")
        shop.s.pay(f"{DAY}T15:00", shop.s.account(shop.platform, holds=9_000), shop.s.account(shop.s.person()), 1_000, "BONUS",
                   listing="L0")  # fmt: skip
        shop.say(text)
        assert len(found(shop)) == seen


def test_a_token_sale_bears_no_advert():
    for yuan, seen in ((9_999, 1), (10_000, 0)):
        shop = Shop("token")
        shop.lend("L99", days_after(DAY, 2), yuan, 30, 150_000)
        shop.say("年化15%")
        assert len(found(shop)) == seen


@pytest.mark.parametrize(("text", "seen"), [("逾期率15%", 0), ("逾期率14.4%", 1), ("逾期率14.6%", 1), ("逾期率60%", 0)])
def test_half_of_what_is_overdue(text, seen):
    """300,000 of a million yuan: false to 15.00 % including what rounds up to it."""
    shop = Shop("half", 7)
    lend_on(shop)
    shop.say(text, 40)
    assert [a.severity for a in found(shop)] == ["orange"] * seen


def test_a_part_repaid_and_a_day_not_yet_over():
    """Of one loan 90,001 are repaid: below 10,000 yuan nobody is told. On its due day nothing is overdue yet."""
    for repaid, day, seen in ((90_000, 31, 1), (90_001, 31, 0), (0, 30, 0)):
        shop = Shop("part", 9)
        if repaid:
            shop.repay("L9", days_after(DAY, 30), repaid)
        shop.say("零逾期", day)
        assert len(found(shop)) == seen


def test_bad_debt_is_overdue_for_more_than_ninety_days():
    for after, seen in ((119, 0), (120, 0), (121, 1)):
        shop = Shop("bad", 7)
        shop.say("坏账率0%", after)
        shop.s.person(f"{days_after(DAY, 130)}T10:00")
        assert len(found(shop)) == seen


def test_of_whose_repayments_nothing_is_told():
    shop = Shop("blind", 0)
    shop.say("零逾期", 40)
    assert found(shop) == []
    shop.s.product(f"{days_after(DAY, 33)}T10:00", "OVERDUE", shop.platform, plan_id="L1-P", listing="L1")
    assert len(found(shop)) == 1


@pytest.mark.parametrize(
    ("text", "seen"), [("近5日成交120万元", 0), ("近5日成交121万元", 1), ("近5日成交80万元", 0), ("近6日成交900万元", 0)]
)
def test_a_fifth_more_than_was_lent_in_a_period_that_lies_in_the_feed(text, seen):
    shop = Shop("fifth")
    shop.say(text, 4)
    assert len(found(shop)) == seen


def test_two_numbers_are_graver_than_one_told_twice():
    for second, severity, numbers in (("年化16%", "orange", 2), ("年化15.0%", "yellow", 1)):
        shop = Shop("twice")
        shop.say("年化15%")
        shop.lend("L99", days_after(DAY, 1), 100_000, 30)
        shop.say(second, 1)
        (alert,) = found(shop)
        assert (alert.severity, alert.values["n_false"]) == (severity, numbers)


def test_an_old_day_or_one_to_come_is_not_judged():
    for text in ("截至2015年12月31日，零逾期", "截至2017年1月1日，零逾期", "截至2016年2月30日，零逾期"):
        shop = Shop("old", 7)
        shop.say(text, 40)
        assert found(shop) == []


def test_the_day_stated_is_the_day_judged():
    told = stories.dated_books()
    alert = only(run(told.scenario), "P2P-10", told.subject)
    assert (alert.values["overdue_computed_ppm"], alert.amount_fen) == (300_000, 30_000_000)


def test_a_text_taken_back_says_nothing():
    shop = Shop("back")
    shop.say("年化15%")
    shop.s.undo("REVERSE", shop.s.told[-1].event_id, days_after(DAY, 2))
    assert found(shop) == []
