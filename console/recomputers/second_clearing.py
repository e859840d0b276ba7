"""PAY-07 from its pack: how much of the settlements was paid on, to how many, and how steady the fee was."""

from collections import Counter
from typing import Any

from chuantou.console.recomputers.again import NONE, ORANGE, RED, Again, Pack, line_ppm, share_ppm
from chuantou.console.recomputers.new_money_pays_old import METHODS, booked

Row = dict[str, Any]


def again(pack: Pack) -> Again:
    """Books the listed transfers again by three conventions, and measures the rounds of payment."""
    inputs, gate, shape = pack["inputs"], pack["thresholds"]["second_clear"], pack["thresholds"]["second_clear.shape"]
    first, last = inputs["days"]
    rows: list[Row] = [row | {"settlement": row["settlement"] and first <= row["day"] <= last} for row in inputs["transfers"]]
    payments = [i for i, row in enumerate(rows) if row["paid_to"] is not None]
    received = sum(row["fen"] for row in rows if row["settlement"])
    made = {name: booked(inputs["openings"], rows, take) for name, take in METHODS.items()}
    young = {name: {i: fresh(rows, i, parts[i], gate["days"]) for i in payments} for name, parts in made.items()}
    settled = {name: sum(fen for some in by.values() for _, fen in some) for name, by in young.items()}
    most = max(upper_bound(rows, gate["days"]), *settled.values())
    served: dict[str, set[str]] = {}
    for i, some in young["fifo"].items():
        for root, _ in some:
            served.setdefault(rows[root]["payee"], set()).add(rows[i]["trade"])
    unrelated = max(map(len, served.values()), default=0)
    payees = {rows[i]["paid_to"] for i in payments}
    spread, lag, fee, rounds = steadiest(inputs["sales"], rows, payments, pack["thresholds"]["lag_days"])
    recurring = recurrent(rows, payments, min(shape["times"], (rounds + 1) // 2))
    split = {name: share_ppm(fen, received) for name, fen in settled.items()}
    values: dict[str, int | str] = {
        "settled_fen": settled["fifo"],
        "split_ppm": split["fifo"],
        "split_prorata_ppm": split["prorata"],
        "split_lifo_ppm": split["lifo"],
        "split_maxflow_ppm": share_ppm(most, received),
        "received_fen": received,
        "n_payees": len(payees),
        "n_unrelated": unrelated,
        "recurring_ppm": share_ppm(recurring, len(payees)),
        "fee_ppm": fee,
        "fee_spread_ppm": spread,
        "lag_days": lag,
        "rounds": rounds,
    }
    line, steady = line_ppm(gate["split"]), rounds >= pack["thresholds"]["steady_rounds"]
    colour = NONE
    if min(split["fifo"], split["prorata"]) >= line:
        colour = RED if unrelated >= gate["payees"] else ORANGE
    elif steady and share_ppm(most, received) >= line:
        colour = ORANGE
    low, high = map(line_ppm, shape["fee"])
    fits = (
        received >= gate["min_fen"] and len(payees) >= gate["payees"] and low <= fee <= high
        and spread <= line_ppm(shape["spread"]) and share_ppm(recurring, len(payees)) >= line_ppm(shape["recurring"])
    )  # fmt: skip
    amount = settled["fifo"] if split["fifo"] >= line else most
    return Again(values, amount, colour if fits else NONE)


def fresh(rows: list[Row], payment: int, parts: list[list[int]], days: int) -> list[list[int]]:
    """What of a payment came from settlements no more than so many days before."""
    day = rows[payment]["day"]
    return [[root, fen] for root, fen in parts if root >= 0 and rows[root]["settlement"] and day - rows[root]["day"] <= days]


def upper_bound(rows: list[Row], days: int) -> int:
    """Each payment takes from the oldest settlement that is young enough; nothing else uses any up."""
    left: list[list[int]] = []
    most = 0
    for row in rows:
        if row["settlement"]:
            left.append([row["day"], row["fen"]])
        if row["paid_to"] is None:
            continue
        wanted = row["fen"]
        left = [[day, fen] for day, fen in left if fen and row["day"] - day <= days]
        for lot in left:
            used = min(wanted, lot[1])
            lot[1] -= used
            wanted -= used
            most += used
    return most


def steadiest(sales: list[list[int]], rows: list[Row], payments: list[int], most_lag: int) -> tuple[int, int, int, int]:
    """(distance of the quartiles, lag, median fee, rounds) at the lag whose fees lie closest together, of equals the least."""
    paid: Counter[int] = Counter()
    for i in payments:
        paid[rows[i]["day"]] += rows[i]["fen"]
    days = sorted(paid)
    rounds = list(zip([days[0] - most_lag, *days], days))
    if len(days) > 2:
        del rounds[0]
    best = []
    for lag in range(most_lag + 1):
        fees = []
        for start, end in rounds:
            gross = sum(fen for day, fen in sales if start - lag < day <= end - lag)
            fees.append((gross - paid[end]) * 1_000_000 // gross if gross else -1_000_000)
        fees.sort()
        quarter = (len(fees) - 1) // 4
        best.append((fees[-1 - quarter] - fees[quarter], lag, fees[(len(fees) - 1) // 2], len(days)))
    return min(best)


def recurrent(rows: list[Row], payments: list[int], least: int) -> int:
    """Payees that were paid on so many days."""
    days: dict[str, set[int]] = {}
    for i in payments:
        days.setdefault(rows[i]["paid_to"], set()).add(rows[i]["day"])
    return sum(len(some) >= least for some in days.values())
