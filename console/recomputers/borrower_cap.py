"""P2P-12 from its pack: what a borrower owes by the entries of his loans, against the cap."""

from chuantou.console.recomputers.again import LOG, NONE, RED, YELLOW, Again, Pack


def again(pack: Pack) -> Again:
    """Sums the entries; loans older than the cap's first day are counted apart."""
    inputs, lines = pack["inputs"], pack["thresholds"]
    left = [sum(entry["fen"] for entry in loan["entries"]) for loan in inputs["loans"]]
    old = sum(fen for fen, loan in zip(left, inputs["loans"]) if loan["issued_day"] < lines["cap_first_day"])
    new, cap = sum(left) - old, lines["cap_fen"]
    group = inputs["scope"] == "group"
    breach = not group and lines["cap_in_force"] and new > cap
    counted = new if breach else sum(left)
    colour = RED if new * 100 >= cap * lines["red_percent"] else YELLOW
    severity = colour if breach else LOG if counted > cap else NONE
    values: dict[str, int | str] = {
        "outstanding_fen": counted,
        "cap_fen": cap,
        "legacy_fen": old,
        "n_platforms": len({loan["platform"] for loan in inputs["loans"]}),
        "legacy": int(not breach and not group),
        "group": int(group),
    }
    return Again(values, counted - cap, severity)
