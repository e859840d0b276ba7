"""AD-02 from its pack: what each advert offers against the licences of its day, by kind, product and region."""

from typing import Any

from chuantou.console.recomputers.adverts import of_adverts
from chuantou.console.recomputers.again import Again, Pack

ONE_DISTRICT = {"320982": "320904"}  # Dafeng by its older code


def again(pack: Pack) -> Again:
    takes, types = pack["thresholds"]["ad.licences"], pack["thresholds"]["ad.product_types"]
    beyond: dict[str, set[str]] = {"business": set(), "product": set(), "region": set()}
    for advert in pack["inputs"]["adverts"]:
        for said in advert["says"]:
            what, _, which = said["class"].partition(":")
            if outside(what, which, advert["licences"], takes, types):
                beyond[what].add(which)
    values: dict[str, int | str] = {f"n_{what}": len(found) for what, found in beyond.items()}
    return of_adverts(pack, values, any(beyond.values()))


def outside(
    what: str, which: str, licences: list[dict[str, Any]], takes: dict[str, list[str]], types: dict[str, Any]
) -> bool:  # fmt: skip
    if not licences:
        return False
    if what == "business":
        return not {x["kind"] for x in licences} & set(takes[which])
    if what == "product":
        kind, _, product = which.partition(":")
        words = {product, *types[kind][product]}
        return not any(word in scope for x in licences if x["kind"] == kind for scope in x["scope"] for word in words)
    granted = [shortened(code) for x in licences for code in x["region"]]
    return bool(granted) and not any(which.startswith(code) for code in granted)


def shortened(code: str) -> str:
    """A region's code without its trailing pairs of zeros: what all places in it begin with."""
    code = ONE_DISTRICT.get(code, code)
    while code.endswith("00"):
        code = code[:-2]
    return code
