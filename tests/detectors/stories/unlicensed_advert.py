"""AD-01: financial business advertised by who may not do it, and by who may, or who only speaks of it."""

from collections.abc import Callable

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told
from tests.detectors.stories.misleading_advert import DAY, told

Story = Callable[[], Told]


def wealth_by_a_consultant() -> Told:
    """“投资理财” by a consultant without a licence, among pages that offer nothing."""
    return told("ad01", "公司简介", "投资理财，欢迎垂询", "关注健康", "稳健理财，轻松每一天", "联系我们")


def licence_lost() -> Told:
    """The licence was cancelled the week before."""
    s = Scenario("lost")
    party = s.org(sector="PAY", reg_region="320902", op_region="320902")
    s.licence(party, "payment")
    s.licence_event(party, "payment", days_after(DAY, -7), "CANCELLED")
    s.text(f"{DAY}T08:00", party, "办理POS机，费率最低，送货上门")
    s.person(f"{days_after(DAY, 40)}T10:00")
    return Told(s, party)


def after_the_grace() -> Told:
    """A platform that is not filed goes on when all had to be."""
    s = Scenario("late")
    party = s.platform()
    s.text("2017-09-01T08:00", party, "网络借贷，出借资金，年化收益率9%，投资有风险")
    s.person("2017-10-20T10:00")
    return Told(s, party)


EVASIONS: dict[str, Story] = {
    "words drawn otherwise": lambda: told("drawn", "匹凸匹新模式，财　富·管·理专家", sector="OTHER"),
    "a site that solicits": lambda: told("site", "十万起投，热线888", kind="site"),
    "a site that names a yield": lambda: told("yield", "定期理财，年化收益率12%", kind="app"),
    "licence lost": licence_lost,
    "after the grace": after_the_grace,
    "wealth products on a platform in the grace": lambda: told("grace", "银行级理财产品，立即抢购", sector="P2P"),
    "insurance by a shop": lambda: told("insurance", "车险低至五折，立即投保", sector="OTHER"),
}
LAWFUL: dict[str, Story] = {
    "a licensed fund seller": lambda: told("seller", "货币基金一元起购，投资有风险", licence="fund_sales"),
    "a licensed microlender": lambda: told("lender", "小额贷款，手续简便", licence="microloan"),
    "a licensed broker's own site": lambda: told("broker", "车险投保，咨询电话888", licence="insurance_broker", kind="site"),
    "adverts for staff": lambda: told("staff", "招聘理财经理，办理贷款业务，底薪五千", sector="OTHER"),
    "a course": lambda: told("course", "投资理财培训班开课", sector="OTHER"),
    "a shop that takes cards": lambda: told("shop", "扫码支付优惠多多，可办按揭贷款", sector="OTHER"),
    "education": lambda: told("taught", "金融知识普及：网贷、P2P与私募基金有何不同", sector="OTHER"),
    "news": lambda: told("reported", "某公司违规销售理财产品", kind="news"),
    "a site that only explains": lambda: told("explains", "理财产品有哪些种类", kind="site", sector="OTHER"),
    "a platform while platforms were put in order": lambda: told("rectify", "网络借贷，年化收益率9%，投资有风险", sector="P2P"),
    "who denies it": lambda: told("denies", "本公司不从事财富管理、不销售信托产品", sector="OTHER"),
}
