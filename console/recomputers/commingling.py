"""P2P-15 from its pack: what one account received of clients, and what of the platform's own went through it."""

from chuantou.console.recomputers.again import Again, Pack, zero_tolerance


def again(pack: Pack) -> Again:
    entries, lines = pack["inputs"]["entries"], pack["thresholds"]
    count = dict.fromkeys(("client_credit", "own_debit", "own_income", "own_into_custody"), 0)
    fen = dict(count)
    for entry in entries:
        count[entry["what"]] += 1
        fen[entry["what"]] += entry["counted_fen"]
    gate = lines["commingle"]
    clients = count["client_credit"] >= gate["credits"] and fen["client_credit"] >= gate["credits_fen"]
    mixed = fen["client_credit"] if clients and count["own_debit"] + count["own_income"] else 0
    amount = max(mixed, fen["own_into_custody"])
    values: dict[str, int | str] = {
        "client_credits": count["client_credit"],
        "client_credits_fen": fen["client_credit"],
        "own_debits": count["own_debit"],
        "own_debits_fen": fen["own_debit"],
        "own_income_fen": fen["own_income"],
        "own_into_custody_fen": fen["own_into_custody"],
    }
    return Again(values, amount, zero_tolerance(amount, lines["zero_tolerance_fen"]))
