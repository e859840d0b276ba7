"""P2P-16 from its pack: what clients paid and were paid past custody, against all that they paid and were paid."""

from chuantou.console.recomputers.again import LOG, NONE, ORANGE, RED, YELLOW, Again, Pack, line_ppm, share_ppm


def again(pack: Pack) -> Again:
    """By the limb that the pack is about."""
    return by_register(pack) if pack["inputs"]["limb"] == "register" else by_payments(pack)


def by_register(pack: Pack) -> Again:
    inputs, lines = pack["inputs"], pack["thresholds"]
    banks = len(inputs["custodians"])
    values: dict[str, int | str] = {"bypass_fen": 0, "bypass_ratio_ppm": 0, "n_investors": 0, "n_custodians": banks}
    rule = lines["p2p.custody.required"]
    values["rectify"] = int(not banks and rule != "breach")
    if banks:
        return Again(values, 0, YELLOW if banks > 1 and inputs["days_with_two"] > lines["migration_days"] else NONE)
    missing = ORANGE if rule == "breach" else LOG
    return Again(values, inputs["asked_fen"], missing if inputs["live_listings"] else NONE)


def by_payments(pack: Pack) -> Again:
    payments, gate = pack["inputs"]["payments"], pack["thresholds"]["bypass"]
    past = [payment for payment in payments if payment["what"] != "custody"]
    fen, people = sum(p["fen"] for p in past), len({p["client"] for p in past})
    ratio = share_ppm(fen, sum(p["fen"] for p in payments))
    colour = RED if ratio >= line_ppm(gate["red"]) else ORANGE if ratio >= line_ppm(gate["orange"]) else YELLOW
    enough = people >= gate["investors"] and fen >= gate["fen"]
    values: dict[str, int | str] = {
        "bypass_fen": fen,
        "bypass_ratio_ppm": ratio,
        "n_investors": people,
        "n_custodians": 1,
        "rectify": 0,
    }
    return Again(values, fen, colour if enough else NONE)
