"""P2P-10 from its pack: what a platform's texts state, against products, instalments and deals."""

from typing import Any, NamedTuple

from chuantou.console.recomputers.again import NONE, ORANGE, PPM, YELLOW, Again, Pack, line_ppm, share_ppm

KINDS = {"yield": ("yield", "ppm"), "overdue": ("overdue", "ppm"), "bad_debt": ("overdue", "ppm"), "volume": ("volume", "fen")}


class Weighed(NamedTuple):
    """A claim: what of the books speaks to it, how far it lies off, the money, and whether that is false."""

    computed: int
    gap: int
    fen: int
    false: bool


def again(pack: Pack) -> Again:
    """Compares each claim again; those that are not false count for nothing."""
    gate = pack["thresholds"]["disclosure"]
    held = [(claim, weighed) for claim in pack["inputs"]["claims"] if (weighed := weigh(claim, gate)).false]
    numbers = {(claim["what"], *claim["states"]) for claim, _ in held}
    values: dict[str, int | str] = {"n_false": len(numbers), "n_texts": len({tuple(claim["event"]) for claim, _ in held})}
    for name, unit in sorted(set(KINDS.values())):
        of_kind = [pair for pair in held if KINDS[pair[0]["what"]][0] == name]
        stated = computed = 0
        if of_kind:
            claim, worst = max(of_kind, key=lambda pair: pair[1].gap)
            computed = worst.computed
            stated = claim["states"][0] if claim["low"] > computed else claim["states"][1]
        values |= {f"{name}_stated_{unit}": stated, f"{name}_computed_{unit}": computed}
    hidden = any(what in ("overdue", "bad_debt") for what, _, _ in numbers)
    severity = (ORANGE if hidden or len(numbers) >= 2 else YELLOW) if held else NONE
    return Again(values, max((weighed.fen for _, weighed in held), default=0), severity)


def weigh(claim: dict[str, Any], gate: dict[str, Any]) -> Weighed:
    if claim["what"] == "yield":
        gap, _, computed, fen = min(to_product(claim, row) for row in claim["products"])
        return Weighed(computed, gap, fen, gap >= line_ppm(gate["points"]) and beyond(gap, computed, gate["yield"]))
    if claim["what"] == "volume":
        computed = sum(fen for _, fen in claim["dealt"])
        gap = claim["low"] - computed
        return Weighed(computed, gap, gap, gap >= gate["min_fen"] and beyond(gap, computed, gate["volume"]))
    owed = claim["owed_by_due_day"]
    late = sum(fen for due, fen in owed if due < claim["due_before"])
    computed = share_ppm(late, sum(fen for _, fen in owed))
    gap = computed - claim["high"]
    return Weighed(computed, gap, late, late >= gate["min_fen"] and beyond(gap, computed, gate["overdue"]))


def to_product(claim: dict[str, Any], row: list[Any]) -> tuple[int, str, int, int]:
    """(gap, product, computed, fen): the claim against one product's contracted and all-in yield."""
    name, fen, fen_days, weighted, bonuses = row
    contracted = weighted // fen_days
    all_in = contracted + bonuses * 365 * PPM // fen_days
    if claim["low"] > all_in:
        return claim["low"] - all_in, name, all_in, fen
    return max(0, contracted - claim["high"]), name, contracted, fen


def beyond(gap: int, computed: int, share: int | str) -> bool:
    return gap * PPM >= line_ppm(share) * computed
