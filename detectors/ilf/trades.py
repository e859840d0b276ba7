"""Which bodies may not do which financial business: trades by the register, licences that allow it (ILF-06, ILF-07)."""

from chuantou.detectors.contract import Excuse
from chuantou.detectors.phrases import says
from chuantou.graph.world import World

# supervised trades with detectors of their own
APART = ("P2P", "ECF", "PAY", "TV", "INS", "BANK", "SECURITIES")
TAKE, LEND, GUARANTEE = "take", "lend", "guarantee"
LICENCES = {
    TAKE: ("bank", "trust", "fund", "private_fund", "securities", "insurance", "p2p_filing", "crowdfunding"),
    LEND: ("bank", "trust", "microloan", "consumer_finance"),
    GUARANTEE: ("bank", "insurance", "guarantee"),
}
# trades that lend lawfully under permits which the licence register of the contract does not know
LENDING_TRADES = ("典当", "融资租赁", "商业保理", "小额贷款", "企业集团财务")
# what a body calls itself, the longest words first (plan 二(五); SPC 2022 art. 2)
TRADES = (
    ("non-financing guarantee", ("非融资性担保", "非融资担保", "担保")),
    ("wealth management", ("第三方理财", "财富管理", "投资理财", "理财", "财富")),
    ("investment advice", ("投资咨询", "投资顾问", "投资管理", "商务咨询", "信息咨询")),
    ("pawn, factoring or leasing", ("典当", "保理", "融资租赁")),
    ("co-operative", ("合作社", "资金互助")),
    ("care of the elderly", ("养老", "康养")),
    ("stored value of members", ("会员", "储值", "预付卡")),
)


def is_apart(world: World, party: str) -> bool:
    """A natural person, an unknown owner, or a body of a trade that other detectors judge."""
    info = world.register.party(party)
    return not party.startswith("uscc:") or (info is not None and info.sector in APART)


def permit(world: World, party: str, activity: str, day: int) -> Excuse:
    """Whether the body may do it: a licence of the day, or for loans a registered trade that lends."""
    held = [kind for kind in LICENCES[activity] if world.register.has_licence(party, kind, day)]
    trade = registered_as(world, party, LENDING_TRADES) if activity == LEND else None
    name = {TAKE: "LA-CAPCALL", LEND: "LA-LICLOAN", GUARANTEE: "LA-GUAR"}[activity]
    return Excuse(name, bool(held) or trade is not None, {"party": party, "licences": held, "trade": trade})


def trade_of(world: World, party: str) -> tuple[str, str] | None:
    """(trade, the word that says so) by the registered name, else the registered scope."""
    for trade, words in TRADES:
        word = registered_as(world, party, words)
        if word is not None:
            return trade, word
    return None


def registered_as(world: World, party: str, words: tuple[str, ...]) -> str | None:
    info = world.register.party(party)
    if info is None:
        return None
    return says(info.name, words) or says(info.scope_text, words)
