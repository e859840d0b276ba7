"""P2P-17 from its pack: who keeps the money, by what licence, and whether anybody does."""

from chuantou.console.recomputers.again import NONE, YELLOW, Again, Detail, Pack, zero_tolerance


def again(pack: Pack) -> Again:
    inputs = pack["inputs"]
    listed = inputs["custodian_list"]
    counted = [x for x in inputs["designations"] if x["counts"]]
    details = [Detail(f"designations[{k}].not_listed", x["not_listed"], bool(listed) and x["custodian"] not in listed)
               for k, x in enumerate(inputs["designations"])]  # fmt: skip
    faulty = [x for x in counted if x["no_bank"] or x["payment_alone"] or x["not_listed"]]
    fen = sum(credit["fen"] for x in faulty for credit in x["credits"])
    claimed = inputs["claim"] is not None and not inputs["designations"]
    values: dict[str, int | str] = {
        "held_fen": fen, "n_ineligible": len(faulty), "no_bank": sum(x["no_bank"] for x in faulty),
        "payment_alone": sum(x["payment_alone"] for x in faulty), "not_listed": sum(x["not_listed"] for x in faulty),
        "claimed": int(claimed),
    }  # fmt: skip
    colour = max(YELLOW, zero_tolerance(fen, pack["thresholds"]["zero_tolerance_fen"])) if faulty or claimed else NONE
    return Again(values, fen, colour, details)
