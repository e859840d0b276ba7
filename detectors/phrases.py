"""Words in free text that it says of itself: not where they are denied, warned of, asked, or quoted (catalogue §3.10).

Whoever publishes “谨防保本骗局” promises nothing; whoever publishes “无门槛、保本” does. Scope is that of Chinese grammar as far
as word lists carry it [E]: a denial reaches to the end of its clause and over “、”, a warning to the end of its sentence, and
neither reaches past a word with which the publisher speaks of himself.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import NamedTuple

from chuantou.detectors.lexicon import Hit, Lexicon, lexicon_of
from chuantou.detectors.plain_text import plain_text

CONTEXT = 30  # characters on each side that evidence shows
REACH = 200  # characters of a sentence that are looked at on each side
OPENS, CLOSES = '“「『《‘【"', '”」』》’】"'
QUOTED_AT_MOST = 40
HEADING = 40
SENTENCE_END = re.compile(r"[。！？!?；;\n]")
CLAUSE_END = re.compile(r"[，,：:](?!以及|或|和|及|也不|也无|更不|更无|亦|且不)")


def _any(*words: str) -> re.Pattern[str]:
    """A pattern of alternatives, each written as blank-separated words that may be regular expressions."""
    return re.compile("|".join(word for line in words for word in line.split()))


DENIAL = _any(
    "不得 不准 不允许 不可(?!多得|错过|思议|或缺|估量) 不能 不会 不应 不宜 不再(?!担心|害怕|怕|愁) 不做 不作",
    "不予 不提供 不承诺 不保证 不担保",
    "不构成 不代表 不等于 不意味 不存在 不属于 不支持 不承担 不包含 不包括 不含 不涉及 不从事 不接受 不是 不同于",
    "不(?:以|将|用|靠|宣传|销售|经营|办理|开展|吸收|支付|参与|介入|收取|向|搞|发放|推荐|鼓励|提倡|建议|使用|追逐|接)",
    "并不 并非 绝非 而非 决不 绝不(?!亏|赔|损) 从不(?!亏|赔|逾) 从未(?!逾|亏) 未承诺 未保证 未经 未取得 未获 未对 未作 未向 尚未",
    "没有(?!任何风险|风险) 没承诺 无法 无权 不具备 无资质 无任何(?!风险) 禁止 严禁 杜绝 拒绝 切勿 请勿 打破 取消 破除 告别 终结",
    "整治 整顿 清理 停止 叫停 取缔 远离 打击 抵制 除(?!了|夕)",
)
RIGHT_BEFORE = re.compile(r"(?:[不非未]|没有|没|无)$")
TURN = _any("但 却 而是 反而 只有 就是")
WARNING = _any(
    "谨防 警惕 提防 防范 当心 小心 切勿 勿信 勿轻信 勿听信 不要相信 不要轻信 不轻信 不要被 别信 别被 莫信 莫被",
    "所谓 号称 宣称 声称 谎称 吹嘘",
    "自称 打着 假借 为诱饵 以案 不法分子 犯罪分子 骗子 诈骗 骗局 非法集资 识别 揭秘 揭露 揭穿 曝光 查处 被查 处罚 案例 案件",
    "(?:任何|凡是|凡|如遇|遇到|遇见|发现|若有|如有|如果|若|有人|有的|一些|某些|某|部分|个别|不少|其他)[^，,]{0,8}?"
    "(?:承诺|宣传|以|机构|单位|形式|平台|公司|产品|项目|人员|中介)",
)
OF_ITSELF = _any("我们 我司 我行 我公司 本公司 本平台 本产品 本项目 本基金 本计划 选择 首选 就选 认准 加入 推荐 欢迎 尽在")
CLAIMS_IT = _any("我们 我司 我行 我公司 本公司 本平台 本产品 本项目 本计划 承诺 实现 享 为您 为你 全程")
ASKS = _any("是否 能否 会否 会不会 能不能 可不可以 为什么 为何 何为 何谓 什么是 怎么看 怎样看 怎么辨 如何辨 如何识")
ASKED = re.compile(r"^[^，,。！!；;\n]{0,6}(?:吗|么)[?？。!！]|^(?:的真相|是什么|为何|为什么|可信吗|靠谱吗)")
WANTS = _any("想 要不要 渴望 需要 还在")
FALSE = (
    "骗局|骗人|诈骗|陷阱|谎言|骗子|不可信|不靠谱|不合法|不合规|不可能|不现实|不存在|不实|虚假|噱头|幌子|诱饵|误导|违法|违规|非法|被禁止|禁止|被查"
    "|被罚|被处罚|被取缔|不受法律保护|无效"
)  # fmt: skip
AVOIDS = r"(?P<avoids>无|没有|没|不是|绝非|并非|拒绝|远离|杜绝|避免|告别|不搞|谨防|不怕)?[^，,无没]{0,2}?"
UNTRUE_HERE = re.compile(
    rf"{AVOIDS}(?:{FALSE}|不代表|不构成|不等于|不意味|不得(?!不|错过)|严禁|都不|均不|一律不|要警惕|需警惕|要小心|的?时代)"
)  # in the clause of the word itself
UNTRUE_THEN = re.compile(
    rf"(?:均|都|皆|多|是|属|系|为|涉嫌|往往|一律)[^，,无没不离免]{{0,4}}(?P<avoids>无|没|离|免)?(?:{FALSE})|不代表|不构成|不等于|不意味"
    "|请举报|立即举报|及时举报|请立即|向公安|后被查|等(?:字样|字眼|用语|表述|词语|宣传|内容|话术|说法)"
)  # in the clauses that follow
TEACHES = _any(
    "防范非法 打击非法 非法集资 投资者教育 消费者权益保护 金融知识 反诈 防骗(?!局) 风险警示 风险提示 警示",
    "以案说法 以案释法 典型案例 提醒广大 提醒您 辟谣 声明",
)
SOLICITS = _any(
    "立即 马上 扫码 扫描二维码 加入我",
    "抢购 起投 热线 咨询电话 联系电话 预约 开户 下载 注册 点击 客服 限时 名额 火爆 发售 热销 认购 招募 招商",
    "加盟 投资即 存入 详询 垂询 诚邀 抢先 选择我们 就选 认准 (?:我们|我司|我公司|本公司|本平台)承诺",
)
OTHER_LINES = _any(
    "举报热线 举报电话 监督电话 报警电话 投诉热线 反诈[^，。]{0,4}(?:APP|热线|专线)",
    "立即(?:举报|报警|拨打|停止|向) 及时(?:举报|报警)",
    "(?:不|勿|谨慎|不要)(?:扫码|点击|下载|注册)",
)


class Said(NamedTuple):
    """``word`` of a list, as it stands in the text from ``start`` to ``end`` (of the plain text), and what is around it."""

    word: str
    start: int
    end: int
    context: str


def says(text: str | None, words: Sequence[str]) -> str | None:
    """The first of ``words`` that the text says of itself, or None."""
    return next((said.word for said in said_in(text, lexicon_of(tuple(words)))), None)


def said_in(text: str | None, lexicon: Lexicon) -> list[Said]:
    """What of the lexicon the text says of itself, in its order.

    >>> said_in("本产品不承诺保本、保息。谨防“保本”骗局！", lexicon_of(("保本", "保息")))
    []
    >>> [said.word for said in said_in("零门槛，无手续费保 本；不保本？不可能不保息！", lexicon_of(("保本", "保息")))]
    ['保本', '保息']
    """
    plain = plain_text(text)
    hits = lexicon.find(plain)
    if not hits or _teaches(plain):
        return []
    return [shown(plain, hit) for hit in hits if not unsaid(plain, hit.start, hit.end)]


def shown(plain: str, hit: Hit) -> Said:
    context = plain[max(0, hit.start - CONTEXT) : hit.end + CONTEXT]
    return Said(hit.word, hit.start, hit.end, context)


def snapshot_hash(text: str) -> str:
    """SHA-256 of the text as published: what a dispute is about, and the same text on other pages."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def unsaid(plain: str, start: int, end: int) -> bool:
    """Whether ``plain[start:end]`` is denied, warned of, asked, called untrue, or only quoted."""
    before, after = _sentence(plain, start, end)
    if _denied(before):
        return True
    warning = _last(WARNING, before)
    if warning is not None and OF_ITSELF.search(before, warning.end()) is None:
        return True
    if _called_untrue(after) or _asked(_clause(before), after):
        return True
    return _quoted(plain, start, end) and CLAIMS_IT.search(_clause(before)) is None


def _sentence(plain: str, start: int, end: int) -> tuple[str, str]:
    """What of the sentence stands before and behind."""
    reach = max(0, start - REACH)
    first = max((hit.end() for hit in SENTENCE_END.finditer(plain, reach, start)), default=reach)
    stop = SENTENCE_END.search(plain, end, end + REACH)
    last = stop.end() if stop is not None else min(len(plain), end + REACH)
    return plain[first:start], plain[end:last]


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return max(pattern.finditer(text), key=lambda hit: hit.end(), default=None)


def _clause(before: str) -> str:
    cut = _last(CLAUSE_END, before)
    return before[cut.end() :] if cut is not None else before


def _denied(before: str) -> bool:
    """By a denial in the clause, or right before the word; by both it is said: “不会不保本”."""
    clause = _clause(before).rstrip(OPENS)
    denial = _last(DENIAL, clause)
    direct = RIGHT_BEFORE.search(clause)
    if direct is not None and (denial is None or denial.end() <= direct.start()):
        same = max(clause.rfind(c) for c in "，,、")
        return denial is None or denial.start() < same
    return denial is not None and TURN.search(clause, denial.end()) is None


def _called_untrue(after: str) -> bool:
    cut = CLAUSE_END.search(after)
    here, then = (after[: cut.start()], after[cut.end() :]) if cut is not None else (after, "")
    hits = (UNTRUE_HERE.search(here), UNTRUE_THEN.search(then))
    return any(
        hit is not None and hit["avoids"] is None and OF_ITSELF.search(part, 0, hit.start()) is None
        for hit, part in zip(hits, (here, then))
    )


def _asked(clause: str, after: str) -> bool:
    return ASKS.search(clause) is not None or (ASKED.search(after) is not None and WANTS.search(clause) is None)


def _quoted(plain: str, start: int, end: int) -> bool:
    """Within one pair of quotation marks."""
    for opens, closes in zip(OPENS, CLOSES):
        at = plain.rfind(opens, max(0, start - QUOTED_AT_MOST), start)
        if at < 0 or plain.find(closes, at + 1, start) >= 0:
            continue
        if opens != closes or plain.count(opens, 0, start) % 2:
            return plain.find(closes, end, end + QUOTED_AT_MOST) >= 0
    return False


def _teaches(plain: str) -> bool:
    """A text that is headed as education, warning or notice and solicits nothing."""
    return TEACHES.search(plain, 0, HEADING) is not None and SOLICITS.search(OTHER_LINES.sub("", plain)) is None
