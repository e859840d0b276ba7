"""TV-04 from its pack: rules, resales too soon, and who stands behind the holders of a product."""

from chuantou.console.recomputers.again import NONE, YELLOW, Again, Pack, line_ppm, share_ppm, zero_tolerance


def again(pack: Pack) -> Again:
    """Rules, or resale by enough parties, or too many holders; the latter two not where invoices pay the turnover."""
    inputs, lines = pack["inputs"], pack["thresholds"]
    least, limit = lines["tv.min_trading_days"], lines["tv.holders.max"]
    quick = [row for row in inputs["quick"] if row["trading_days"] < least]
    parties = {row["party"] for row in quick}
    held = [row["party"] for row in inputs["holders"]]
    ends = {end for party in held for end in inputs["behind"][party]}
    turnover = sum(fen for _, fen in inputs["turnover"])
    raised = sum(sale["fen"] for sale in inputs["sales"]) + inputs["unlisted_fen"]
    resold = sum(row["closed_fen"] for row in quick)
    spot = share_ppm(inputs["supplied_fen"], turnover) >= line_ppm(lines["tv.trading"]["spot"])
    rules, many = bool(inputs["rules"]), len(ends) > limit and not spot
    soon = len(parties) >= lines["tv.trading"]["parties"] and not spot
    amount = turnover + raised if rules or many else resold
    values: dict[str, int | str] = {
        "n_holders": len(ends), "direct_holders": len(held), "limit": limit, "n_quick": len(quick),
        "n_quick_parties": len(parties), "quick_fen": resold,
        "min_interval_days": min((row["trading_days"] for row in quick), default=least), "n_rules": len(inputs["rules"]),
        "turnover_fen": turnover, "raised_fen": raised,
    }  # fmt: skip
    colour = max(YELLOW, zero_tolerance(amount, lines["zero_tolerance_fen"]))
    return Again(values, amount, colour if rules or soon or many else NONE)
