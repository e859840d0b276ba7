"""What the packs of all advert detectors have in common: publications by hash, fees, and the severity by the fees."""

from chuantou.console.recomputers.again import NONE, YELLOW, Again, Pack, line_ppm, zero_tolerance


def of_adverts(pack: Pack, values: dict[str, int | str], fires: bool) -> Again:
    """The values that every one has, beside its own ``values``; at least yellow where the definition holds."""
    adverts = pack["inputs"]["adverts"]
    fees = sum(advert["fee_fen"] for advert in adverts)
    told: dict[str, int | str] = {
        "n_texts": len({advert["sha256"] for advert in adverts}), "n_published": len(adverts), "fee_fen": fees,
    }  # fmt: skip
    severity = max(YELLOW, zero_tolerance(fees, pack["thresholds"]["zero_tolerance_fen"])) if fires else NONE
    return Again(told | values, fees, severity)


def words_of(pack: Pack) -> set[tuple[str, str]]:
    """Different (class, word) of all publications."""
    return {(said["class"], said["word"]) for advert in pack["inputs"]["adverts"] for said in advert["says"]}


def weighed(said: set[tuple[str, str]], weight: dict) -> tuple[int, bool]:
    """The score in ppm, and whether it fires."""
    score = sum(line_ppm(1 if rule in weight["strong"] else weight["other"]) for rule, _ in said)
    return score, score >= line_ppm(weight["fires"])
