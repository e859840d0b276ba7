"""AD-04 from its pack: texts that ask for money and promise something for it, and on whose sites they stand."""

from chuantou.console.recomputers.adverts import of_adverts
from chuantou.console.recomputers.again import LOG, NONE, Again, Pack


def again(pack: Pack) -> Again:
    adverts, limits = pack["inputs"]["adverts"], pack["thresholds"]
    both = all({said["class"] for said in advert["says"]} == {"asks", "promises"} for advert in adverts)
    may = set(limits["ad.raising.licensed"])
    licensed = any(x["kind"] in may for advert in adverts for x in advert["licences"])
    legacy = limits["ad.raising.duty"] == "lead"
    sites = {advert["site"] for advert in adverts if advert["site"] is not None}
    out = of_adverts(pack, {"n_sites": len(sites), "legacy": int(legacy)}, both and not licensed)
    return out._replace(severity=LOG) if legacy and out.severity != NONE else out
