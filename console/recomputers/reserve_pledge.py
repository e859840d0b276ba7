"""PAY-05 from its pack: pledge tags on the reserve, or loans with a deposit that stood behind them."""

from chuantou.console.recomputers.again import NONE, PPM, RED, Again, Pack, line_ppm

DAY_US = 86_400_000_000
SHANGHAI_US = 8 * 3_600_000_000


def again(pack: Pack) -> Again:
    """Limb 1: tags in favour of anybody but an authority; limb 2: what the closings kept of a deposit."""
    inputs = pack["inputs"]
    if inputs["limb"] == 1:
        pledged = {p["account"] for p in inputs["pledges"] if not p["authority"]}
        fen = sum(fen for account, fen in inputs["closings"] if account in pledged)
        values: dict[str, int | str] = {"limb": 1, "pledged_fen": fen, "n_accounts": len(pledged)}
        return Again(values, fen, RED if pledged else NONE)
    lines = pack["thresholds"]["rsv.pledge"]
    days = [(loan["time"] + SHANGHAI_US) // DAY_US for loan in inputs["loans"]]
    lent = sum(loan["fen"] for loan in inputs["loans"])
    before_day, before = inputs["before"]
    must_hold = dict(inputs["closings"])
    deposit = min(must_hold.values()) - before
    known = set(range(days[-1], days[-1] + lines["hold_days"] + 1)) <= must_hold.keys()
    in_time = before_day == days[0] - lines["days"] - 1 and days[-1] - days[0] <= lines["days"]
    rise = inputs["largest_rise_fen"]
    blocked = not inputs["debits"] or (rise is not None and deposit > rise)
    holds = known and in_time and blocked and deposit * PPM >= line_ppm(lines["share"]) * lent
    values = {"limb": 2, "loan_fen": lent, "deposit_fen": deposit, "n_loans": len(days)}
    return Again(values, lent, RED if holds else NONE)
