"""INS-02: insurers' texts that promise, bear losses or boast, and those that say what is filed."""

from collections.abc import Callable

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told
from tests.detectors.stories.misleading_advert import DAY

Story = Callable[[], Told]


def told(
    name: str, *texts: str, sector: str = "INS", licence: str | None = "insurance", filed: int | None = None, kind: str = "ad"
) -> Told:  # fmt: skip
    """An insurer, whose product is filed at a rate, publishes the texts, one a day."""
    s = Scenario(name)
    party = s.org(sector=sector, reg_region="320902", op_region="320902")
    if licence is not None:
        s.licence(party, licence)
    if filed is not None:
        s.product(f"{DAY}T07:00", "PRODUCT", party, product="盐城安心年金", term_days=1_825, rate_ppm=filed)
    for after, text in enumerate(texts):
        s.text(f"{days_after(DAY, after)}T08:00", party, text, kind)
    s.person(f"{days_after(DAY, 40)}T10:00")
    return Told(s, party)


def promised() -> Told:
    """“保证收益” in an advert, among others that promise nothing."""
    text = "万能险保证收益，安心"
    pages = ("公司简介", text, "保险知识问答", "理赔服务", "联系我们")
    return told("ins02", *pages, *pages, *pages)


EVASIONS: dict[str, Story] = {
    "losses borne": lambda: told("losses", "投连险亏损由公司承担"),
    "beyond what is filed": lambda: told("beyond", "安心年金保证收益，年化收益率6%", filed=25_000),
    "past results and comparison": lambda: told("past", "历史结算利率高达5%", "比存款收益高的保险"),
    "by a broker": lambda: told("broker", "分红险固定收益", sector="OTHER", licence="insurance_broker"),
    "on its site": lambda: told("site", "保 本保·息的年金险", kind="site"),
    "without a licence": lambda: told("none", "万能险保证收益", licence=None),
}
LAWFUL: dict[str, Story] = {
    "as filed": lambda: told("filed", "盐城安心年金，保证收益，年化收益率2.5%，投资有风险", filed=25_000),
    "below what is filed": lambda: told("below", "安心年金保证收益，年化2%，利益不确定部分有风险", filed=25_000),
    "uncertain benefits": lambda: told("uncertain", "分红是不确定的，不构成固定收益，历史结算利率不代表未来"),
    "one weaker word": lambda: told("one", "历史结算利率5%可查询"),
    "a warning": lambda: told("warning", "谨防“保本保息”保险骗局，“存款送保险”属于销售误导"),
    "news": lambda: told("news", "该公司宣传保证收益", kind="news"),
}
