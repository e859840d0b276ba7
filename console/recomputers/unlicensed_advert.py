"""AD-01 from its pack: the kinds of business advertised, and that no licence was held on the day of the text."""

from chuantou.console.recomputers.adverts import of_adverts
from chuantou.console.recomputers.again import Again, Pack


def again(pack: Pack) -> Again:
    takes = pack["thresholds"]["ad.licences"]
    kinds = {
        said["class"] for advert in pack["inputs"]["adverts"] for said in advert["says"]
        if said["class"] in takes and not advert["licences"]
    }  # fmt: skip
    return of_adverts(pack, {"n_businesses": len(kinds)}, bool(kinds))
