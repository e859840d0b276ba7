"""AD-03 from its pack: what the texts say, class by class, and whether their numbers were found untrue."""

from chuantou.console.recomputers.adverts import of_adverts, weighed, words_of
from chuantou.console.recomputers.again import Again, Pack


def again(pack: Pack) -> Again:
    said = words_of(pack) | {("7", untrue["detector"]) for untrue in pack["inputs"]["untrue_numbers"]}
    score, fires = weighed(said, pack["thresholds"]["ad.weight"])
    classes = {f"class{n}": sum(rule == str(n) for rule, _ in said) for n in range(1, 10)}
    return of_adverts(pack, {"score_ppm": score, "n_hits": len(said), **classes}, fires)
