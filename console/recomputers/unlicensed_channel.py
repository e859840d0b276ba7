"""PAY-12 from its pack: which settlements came too long after the notice."""

from chuantou.console.recomputers.again import Again, Pack, zero_tolerance


def again(pack: Pack) -> Again:
    """A settlement counts from the day of its payee's own line, or, of several payees, once the first grace is over."""
    notices = {n["entity"]: n for n in pack["inputs"]["notices"]}
    settled = pack["inputs"]["settlements"]
    several = len(notices) >= pack["thresholds"]["channel"]["entities"]
    first = min(n["after_grace"] for n in notices.values())
    counted = [s for s in settled if s["day"] >= notices[s["entity"]]["alone"] or (several and s["day"] >= first)]
    amount = sum(s["fen"] for s in counted)
    entities = {s["entity"] for s in counted}
    noticed = [notices[entity]["day"] for entity in entities]
    values: dict[str, int | str] = {
        "settled_fen": amount, "n_settlements": len(counted), "n_entities": len(entities), "n_noticed": len(notices),
        "n_new_contracts": len({s["payee"] for s in counted if s["payee"] not in entities}),
        "days": counted[-1]["day"] - min(noticed) if counted else 0,
    }  # fmt: skip
    return Again(values, amount, zero_tolerance(amount, pack["thresholds"]["zero_tolerance_fen"]))
