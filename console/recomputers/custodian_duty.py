"""REG-06 from its pack: which breaches a bank reported late, or not at all."""

from chuantou.console.recomputers.again import NONE, ORANGE, YELLOW, Again, Detail, Pack


def again(pack: Pack) -> Again:
    """Working days are stated: what is one, no pack can say."""
    breaches, gate = pack["inputs"]["breaches"], pack["thresholds"]["custodian.duty"]
    judged, details = pack["inputs"]["judged_day"], list[Detail]()
    for k, b in enumerate(breaches):
        end = judged if b["report"] is None else b["reported_day"]
        details.append(Detail(f"breaches[{k}].within", True, b["lag_days"] <= max(0, end - b["computable_day"])))
    late = [b for b in breaches if b["lag_days"] > gate["lag_days"]]
    reds = [b for b in breaches if b["severity"] == "red" and b["report"] is None and b["lag_days"] >= 1]
    several = len(reds) >= gate["reds"]
    values: dict[str, int | str] = {
        "n_breaches": len(breaches), "n_late": len(late), "n_unreported": sum(b["report"] is None for b in breaches),
        "n_unreported_red": len(reds), "lag_days": max(b["lag_days"] for b in breaches),
    }  # fmt: skip
    amount = sum(b["amount_fen"] for b in breaches if b in late or (several and b in reds))
    return Again(values, amount, ORANGE if several else YELLOW if late else NONE, details)
