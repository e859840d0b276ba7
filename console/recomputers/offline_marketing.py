"""P2P-11 from its pack: investors at one place, commissions by county, rents, texts."""

from typing import Any

from chuantou.console.recomputers.again import NONE, PPM, YELLOW, Again, Pack, line_ppm, zero_tolerance


def again(pack: Pack) -> Again:
    """At least so many of the four signs."""
    inputs, lines = pack["inputs"], pack["thresholds"]["offline"]
    entries = inputs["entries"]
    kinds = {what: [e for e in entries if e["what"] == what] for what in ("credit", "inflow", "commission", "rent")}
    gathered = together(kinds["credit"], lines["investors"], lines["days"])
    square, people = correlation(kinds["inflow"], kinds["commission"])
    counties = {e["region"] for e in kinds["rent"]} - {None}
    signs = [
        bool(gathered),
        people >= lines["salesmen"] and square >= line_ppm(lines["r2"]),
        len(counties) >= lines["counties"],
        bool(inputs["texts"]),
    ]
    raised, paid, rent = (sum(e["fen"] for e in some) for some in (gathered, kinds["commission"], kinds["rent"]))
    amount = raised if signs[0] else paid if signs[1] else rent
    values: dict[str, int | str] = {
        "limbs": sum(signs), "n_investors": len({e["party"] for e in gathered}), "gathered_fen": raised, "n_salesmen": people,
        "commission_fen": paid, "r2_ppm": square, "rent_counties": len(counties), "n_texts": len(inputs["texts"]),
    }  # fmt: skip
    colour = max(YELLOW, zero_tolerance(amount, pack["thresholds"]["zero_tolerance_fen"]))
    return Again(values, amount, colour if sum(signs) >= lines["limbs"] else NONE)


def together(credits: list[dict[str, Any]], investors: int, days: int) -> list[dict[str, Any]]:
    """Payments of the places that saw enough investors on enough days, on those days."""
    held: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for e in credits:
        held.setdefault((e["place"], e["day"]), []).append(e)
    full = {key: some for key, some in held.items() if len({e["party"] for e in some}) >= investors}
    often = [place for place, _ in full]
    return [e for (place, _), some in full.items() if often.count(place) >= days for e in some]


def correlation(inflow: list[dict[str, Any]], paid: list[dict[str, Any]]) -> tuple[int, int]:
    """R² in ppm over (county's inflow, fen of one person there), and how many persons; 0 below three counties."""
    of_county: dict[str, int] = {}
    for e in inflow:
        of_county[e["region"]] = of_county.get(e["region"], 0) + e["fen"]
    of_person: dict[tuple[str, str], int] = {}
    for e in paid:
        if e["region"] is not None:
            of_person[e["party"], e["region"]] = of_person.get((e["party"], e["region"]), 0) + e["fen"]
    xs, ys = [of_county.get(region, 0) for _, region in of_person], list(of_person.values())
    people, n = len({party for party, _ in of_person}), len(xs)
    if len({region for _, region in of_person}) < 3:
        return 0, people
    mean_x, mean_y = sum(xs), sum(ys)  # n times the means: all in integers
    cov = sum((n * x - mean_x) * (n * y - mean_y) for x, y in zip(xs, ys))
    var_x, var_y = sum((n * x - mean_x) ** 2 for x in xs), sum((n * y - mean_y) ** 2 for y in ys)
    return (cov * cov * PPM // (var_x * var_y) if cov > 0 and var_x and var_y else 0), people
