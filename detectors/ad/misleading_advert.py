"""AD-03 误导虚假宣传 · misleading or false advertising."""

import re
from collections.abc import Iterator, Sequence

from chuantou.detectors.ad.adverts import WINDOW_US, AdvertDetector
from chuantou.detectors.ad.word_lists import Banned, banned_in, lists_in_force
from chuantou.detectors.claims_in_text import YIELD, claims_in
from chuantou.detectors.contract import YELLOW, Evidence, Excuse, Finding
from chuantou.detectors.phrases import CONTEXT
from chuantou.detectors.plain_text import plain_text
from chuantou.schemas.clock import day_start_us
from chuantou.schemas.rules import RulePack, to_ppm
from chuantou.schemas.streams import TextItem

NO_NOTICE, GUARANTEE, SAFETY, UNLICENSED, UNTRUE = "1", "2", "5", "6", "7"
LENDERS = ("bank", "microloan", "consumer_finance", "trust")
DEPOSITS = (NO_NOTICE, GUARANTEE, SAFETY, UNLICENSED)  # what a bank may say: its deposits are insured
PROMISED = "预期收益"  # what class 1 is about, in the place of a word
MISSTATED = "P2P-10"
NO_RISK = re.compile("(?:没有任何|没有|毫无|无|零)风险")
OF_THE_PAST = re.compile(r"(?:预期|历史|过往|往期)[^，,。；;]{0,4}$")


class MisleadingAdvert(AdvertDetector):
    """误导虚假宣传: a publisher's adverts, sites and apps of 30 days say what the notice of 2016 bans, by its nine classes.

    1 a yield without a risk notice; 2 guaranteed principal or return; 3 exaggeration; 4 endorsement; 5 false claims of safety;
    6 deposits or credit offered without a licence; 7 untrue numbers (a finding of P2P-10); 8 unlawful business; 9 products
    against housing-credit policy. Only what a text says of itself: not what it denies, warns of, asks or quotes. Score =
    Σ weights of different (class, word): 1 for 2, 6 and 9, 0.5 for the others [E]; fires at 1. Yellow; above it by zero
    tolerance of the fees paid for the adverts. Not for texts of insurers (INS-02), nor 1, 2, 5, 6 for a licensed bank. Clause
    二(三); 广告法 art. 25 [L8]. Weights in ppm, fees in fen.

    >>> MisleadingAdvert.score_ppm({("2", "保本"), ("3", "最高收益")}, ("2", "6", "9"), 500_000)
    1500000
    """

    id = "AD-03"
    title_zh, title_en = "误导虚假宣传", "misleading or false advertising"
    legal_basis = ("SEED 二(三)", "工商总局等 2016 互联网金融广告整治通知 [S18]", "广告法 art. 25, 55, 58 [L8]")
    parameters = ("ad.banned", "ad.weight", "ad.harmless", "ad.risk_notice")
    sectors = ("P2P", "PAY", "ECF", "AM", "ILF", "TV", "BANK", "GUARANTEE", "REALESTATE", "SECURITIES", "OTHER")

    def words(self, e: TextItem, day: int) -> tuple[Banned, ...]:
        return banned_words(self.world.rules, e.text, e.kind, day)

    def banned(self, party: str, e: TextItem, day: int, found: tuple[Banned, ...]) -> tuple[Banned, ...]:
        info = self.world.register.party(party)
        if info is not None and info.sector == "INS":
            return ()
        register = self.world.register
        bank = register.has_licence(party, "bank", day)
        lends = any(register.has_licence(party, kind, day) for kind in LENDERS)
        return tuple(b for b in found if not (bank and b.rule in DEPOSITS) and not (lends and b.rule == UNLICENSED))

    def day_close(self, day: int) -> Iterator[Finding]:
        for party, time in self.taken(day):
            yield from self._judge(party, time)

    def combine(self, day: int) -> Iterator[Finding]:
        """A number found untrue today may be what was missing."""
        now = day_start_us(day + 1)
        for party in sorted(self.adverts):
            if self.episodes.of((MISSTATED,), party, YELLOW, now - 1):
                yield from self._judge(party, now - 1)

    def _judge(self, party: str, time: int) -> Iterator[Finding]:
        weight = self.in_force("ad.weight", time)
        held = tuple(advert for advert in self.adverts[party] if time - WINDOW_US < advert.time <= time)
        if weight is None or not held:
            return
        untrue = self.episodes.of((MISSTATED,), party, YELLOW, time - WINDOW_US)
        said = {(b.rule, b.word) for advert in held for b in advert.says} | {(UNTRUE, MISSTATED) for _ in untrue}
        score = self.score_ppm(said, weight["strong"], to_ppm(weight["other"]))
        if score < to_ppm(weight["fires"]):
            return
        classes = {f"class{n}": sum(rule == str(n) for rule, _ in said) for n in range(1, 10)}
        told = tuple(sorted((episode.detector, episode.first_breach) for episode in untrue))
        yield self.finding(party, time, held, {"score_ppm": score, "n_hits": len(said), **classes}, key=(held, told))

    @staticmethod
    def score_ppm(said: set[tuple[str, str]], strong: Sequence[str], other: int) -> int:
        """Σ weights of different (class, word)."""
        return sum(1_000_000 if rule in strong else other for rule, _ in said)

    def evidence(self, finding: Finding) -> Evidence:
        held, told = finding.key
        licensed = Excuse("LA-LICENSED", False, {"licences": sorted({x.kind for advert in held for x in advert.licences})})
        out = self.evidence_of(
            finding, held, {"score_ppm": "sum of weights of different (class, word); class 7 is a finding of P2P-10"}, [licensed],
            **{"ad.weight": self.in_force("ad.weight", finding.time)},
        )  # fmt: skip
        out.inputs["untrue_numbers"] = [{"detector": detector, "first_breach": first} for detector, first in told]
        return out


def banned_words(rules: RulePack, text: str | None, kind: str, day: int) -> tuple[Banned, ...]:
    """What of the nine classes the text itself says on the day.

    Class 1 of adverts only: a yield and no word of risk. No guarantee is what “预期” or “历史” says beside a notice of risk
    (“Not” of P2P-06).
    """
    lexicon = lists_in_force(rules, "ad.banned", day, "ad.harmless")
    if lexicon is None:
        return ()
    found, plain = banned_in(text, lexicon), plain_text(text)
    noticed = any(notice in NO_RISK.sub("", plain) for notice in rules.at("ad.risk_notice", day) or ())
    if noticed:
        return tuple(b for b in found if b.rule != GUARANTEE or OF_THE_PAST.search(plain, 0, b.span[0]) is None)
    if kind == "ad" and "年" in plain and any(claim.what == YIELD for claim in claims_in(text, day)):
        return (*found, Banned(NO_NOTICE, PROMISED, (0, len(plain)), plain[: 2 * CONTEXT]))
    return found
