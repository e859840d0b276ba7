"""INS-02 from its pack: what the insurer's texts say, class by class."""

from chuantou.console.recomputers.adverts import of_adverts, weighed, words_of
from chuantou.console.recomputers.again import Again, Pack


def again(pack: Pack) -> Again:
    said = words_of(pack)
    score, fires = weighed(said, pack["thresholds"]["ins.weight"])
    classes = {f"n_{name}": sum(rule == name for rule, _ in said) for name in pack["inputs"]["classes"]}
    return of_adverts(pack, {"score_ppm": score, "n_hits": len(said), **classes}, fires)
