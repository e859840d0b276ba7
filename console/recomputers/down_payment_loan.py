"""RE-01 from its pack: buyers' down payments, the loans behind them, and how much of them was loan money."""

from typing import Any

from chuantou.console.recomputers.again import NONE, RED, YELLOW, Again, Pack, line_ppm, share_ppm
from chuantou.console.recomputers.new_money_pays_old import METHODS, booked


def again(pack: Pack) -> Again:
    """Sums over the buyers; each by its own share, five of them red."""
    lines, purchases = pack["thresholds"]["downpayment"], pack["inputs"]["purchases"]
    yellow, red = line_ppm(lines["yellow"]), line_ppm(lines["red"])
    loans = [total([*x["loans_before"], *x["loans_after"]]) for x in purchases]
    downs = [total(x["down_payments"]) for x in purchases]
    rooted = [{name: rooted_fen(x["down_payments"], name) for name in METHODS} for x in purchases]
    lent = [min(loan, down) for loan, down in zip(loans, downs)]
    colours = [NONE]
    for x, loan, down, root in zip(purchases, lent, downs, rooted):
        before, after = min(root["fifo"], root["prorata"]), min(total(x["loans_after"]), down)
        enough = x["mortgage"] is not None and max(share_ppm(before, down), share_ppm(after, down)) >= yellow
        share = share_ppm(loan, down) if enough else 0
        colours.append(RED if share >= red else YELLOW if share >= yellow else NONE)
    whole, buyers = sum(downs), len({x["buyer"] for x in purchases})
    values: dict[str, int | str] = {
        "loan_fen": sum(loans), "down_payment_fen": whole, "share_ppm": share_ppm(sum(lent), whole), "n_buyers": buyers,
        **{f"rooted_{name}_ppm": share_ppm(sum(root[name] for root in rooted), whole) for name in METHODS},
        "rooted_maxflow_ppm": share_ppm(sum(min(total(x["loans_before"]), down) for x, down in zip(purchases, downs)), whole),
    }  # fmt: skip
    colour = max(colours)
    return Again(values, sum(lent), RED if colour and buyers >= lines["buyers"] else colour)


def total(rows: list[dict[str, Any]]) -> int:
    return sum(row["fen"] for row in rows)


def rooted_fen(down_payments: list[dict[str, Any]], method: str) -> int:
    """What of the down payments, each the last transfer of its view, came from loans."""
    fen = 0
    for down in down_payments:
        rows = down["transfers"]
        made = booked(down["openings"], rows, METHODS[method])[-1]
        fen += sum(part for root, part in made if 0 <= root < len(rows) - 1 and rows[root]["loan"])
    return fen
