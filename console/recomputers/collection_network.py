"""ILF-01 from its pack: who gave, who was paid, and how much of the one is the other."""

from collections import Counter

from chuantou.console.recomputers.again import NONE, YELLOW, Again, Pack, line_ppm, share_ppm, zero_tolerance
from chuantou.console.recomputers.new_money_pays_old import METHODS, booked


def again(pack: Pack) -> Again:
    """Books the listed transfers again by three conventions and follows the persons' money to the payouts of the window."""
    inputs, thresholds = pack["inputs"], pack["thresholds"]
    rows, lines = inputs["transfers"], thresholds["topology"]
    gifts = {i for i, row in enumerate(rows) if row["given_by"] is not None}
    payouts = [i for i, row in enumerate(rows) if row["returned_to"] is not None and row["in_window"]]
    given: Counter[str] = Counter()
    got: Counter[str] = Counter()
    times: Counter[str] = Counter()
    for row in rows:
        if row["given_by"] is not None:
            given[row["given_by"]] += row["fen"]
        if row["returned_to"] is not None:
            got[row["returned_to"]] += row["fen"]
            times[row["returned_to"]] += 1
    payees = {rows[i]["returned_to"] for i in payouts}
    investors = {who for who in payees if given[who] and given[who] * 100 >= thresholds["wages_percent"] * got[who]
                 and (times[who] > 1 or got[who] > given[who])}  # fmt: skip
    through = {}
    for name, take in METHODS.items():
        made = booked(inputs["openings"], rows, take)
        through[name] = sum(fen for i in payouts for root, fen in made[i] if root in gifts)
    collected, paid = sum(rows[i]["fen"] for i in gifts), sum(rows[i]["fen"] for i in payouts)
    most = max(min(collected, paid), *through.values())
    sure = min(through["fifo"], through["prorata"])
    colour = NONE
    if sure >= lines["min_fen"]:
        colour = zero_tolerance(sure, thresholds["zero_tolerance_fen"])
    elif most >= lines["min_fen"]:
        colour = YELLOW
    roles = Counter(role for account in inputs["accounts"] for role in account["roles"])
    outer = [row for row in rows if (row["payer"] is None) != (row["payee"] is None)]
    values: dict[str, int | str] = {
        "n_payers": len(given), "n_payees": len(payees), "overlap_ppm": share_ppm(len(investors), len(payees)),
        "through_fen": through["fifo"], "through_prorata_fen": through["prorata"], "through_lifo_fen": through["lifo"],
        "through_most_fen": most, "n_collectors": roles["collector"], "n_transits": roles["transit"],
        "n_payer_accounts": roles["payer"], "collected_fen": collected,
        "cash_ppm": share_ppm(sum(row["fen"] for row in outer if row["cash"]), sum(row["fen"] for row in outer)),
    }  # fmt: skip
    fires = min(len(given), len(payees)) >= lines["people"] and roles["collector"] and roles["payer"]
    fires = fires and share_ppm(len(investors), len(payees)) >= line_ppm(lines["overlap"])
    return Again(values, through["fifo"] if sure >= lines["min_fen"] else most, colour if fires else NONE)
