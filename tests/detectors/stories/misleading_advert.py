"""AD-03: adverts that promise what nobody may promise, and those that warn, teach, report or may say so."""

from collections.abc import Callable

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told

DAY = "2016-06-13"
Story = Callable[[], Told]


def told(name: str, *texts: str, sector: str = "ILF", kind: str = "ad", licence: str | None = None, **fields) -> Told:
    """A company publishes the texts, one a day."""
    s = Scenario(name)
    party = s.org(sector=sector, name="盐城聚宝信息咨询有限公司", reg_region="320902", op_region="320902")
    if licence is not None:
        s.licence(party, licence)
    for after, text in enumerate(texts):
        s.text(f"{days_after(DAY, after)}T08:00", party, text, kind, **fields)
    s.person(f"{days_after(DAY, 40)}T10:00")
    return Told(s, party)


def guaranteed() -> Told:
    """“保本保息” in an advert, among others that promise nothing, on two pages."""
    promise = "养老项目，保本保息，安心之选"
    return told("ad03", "公司简介", promise, "关注健康，关注家人", promise, "联系我们")


def by_filing_alone() -> Told:
    """A page that names nobody: the filing number is that of the company's site."""
    s = Scenario("icp")
    party = s.org(sector="ILF", reg_region="320902", op_region="320902")
    s.text(f"{DAY}T08:00", party, "公司简介", "site", icp="苏ICP备16000001号", url="https://www.jb.example.cn/")
    s.text(f"{days_after(DAY, 1)}T08:00", None, "兜底承诺，亏损包赔", "ad", icp="苏ICP备16000001号")
    s.person(f"{days_after(DAY, 40)}T10:00")
    return Told(s, party)


def by_payee_account() -> Told:
    """A landing page that names nobody and asks for money on a known account."""
    s = Scenario("payee")
    party = s.org(sector="ILF", reg_region="320902", op_region="320902")
    s.account_event("OPEN", "6222020200112233445", DAY, owner=party, role="OWN_BASIC")
    s.text(f"{days_after(DAY, 1)}T08:00", None, "保本付息！汇款账号：6222020200112233445", "site")
    s.person(f"{days_after(DAY, 40)}T10:00")
    return Told(s, party)


def data_are_untrue() -> Told:
    """Numbers that the books contradict (P2P-10), in an advert without a notice of risk: two of the weaker classes."""
    from tests.detectors.stories.false_disclosure import promised_twelve

    return promised_twelve()


EVASIONS: dict[str, Story] = {
    "spaced and drawn otherwise": lambda: told("spaced", "夲金无忧，保 \u200b夲·保　熄，百万级"),
    "traditional characters": lambda: told("traditional", "保證收益，資金安全"),
    "abuse of negation": lambda: told("negation", "零门槛、无手续费，不仅收益高，而且不可能不保本"),
    "behind a notice": lambda: told("notice", "风险提示：理财有风险。警惕骗局！选择我们，保本12%，扫码加入"),
    "two weaker ones on different days": lambda: told("weaker", "行业第一的平台", "著名专家推荐"),
    "no yield without a notice, and praise": lambda: told("praise", "预期年化收益率18%，收益最高，立即加入"),
    "by the filing of its site alone": by_filing_alone,
    "by the account that it asks to pay into": by_payee_account,
    "untrue numbers": data_are_untrue,
    "a down-payment loan": lambda: told("first", "零首付，轻松入住", sector="REALESTATE"),
    "deposits by a consultant": lambda: told("deposit", "高息存款，来就送礼"),
}
LAWFUL: dict[str, Story] = {
    "a bank's deposits": lambda: told("bank", "定期存款保本保息，存款保险保障，绝对安全", sector="BANK", licence="bank"),
    "a microlender's credit": lambda: told("micro", "小额贷款，手续简便", licence="microloan"),
    "a warning": lambda: told("warning", "谨防“保本保息”骗局！凡是承诺稳赚不赔的，请立即举报。", sector="OTHER"),
    "investor education": lambda: told("teaches", "投资者教育：什么是“零风险、高回报”的骗局？", sector="SECURITIES"),
    "what is denied": lambda: told("denied", "本产品不承诺保本、保息，过往业绩不代表未来", sector="SECURITIES"),
    "news": lambda: told("news", "该公司宣传保本保息", "又一平台承诺稳赚不赔", kind="news"),
    "one weaker word": lambda: told("one", "行业第一的平台", sector="OTHER"),
    "the same word again": lambda: told("again", "行业第一的平台", "我们是行业第一", sector="OTHER"),
    "words in other words": lambda: told("other", "该公司为借款提供担保，担保本公司债务；社保本人可领", sector="OTHER"),
}
