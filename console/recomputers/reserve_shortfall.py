"""PAY-01 from its pack: one cut-off's statement and balances, and the cut-offs before it."""

from collections.abc import Callable

from chuantou.console.recomputers.again import NONE, ORANGE, PPM, RED, YELLOW, Again, Detail, Pack, line_ppm, share_ppm

CAPITAL, DAYS = 2, 90
OWED = ("customer_balance_fen", "prepaid_unspent_fen", "merchant_payable_fen", "in_process_fen")


def again(pack: Pack) -> Again:
    """Liabilities with what the roll-forward finds missing in them, against what lies in the reserve."""
    inputs, thresholds = pack["inputs"], pack["thresholds"]
    if inputs.get("limb") == CAPITAL:
        return capital(pack)
    report = inputs["report"]
    missing = understated(inputs, thresholds["break_ppm"])
    owed = sum(report[name] for name in OWED) + missing
    borrowed = sum(min(entry["in_fen"], entry["out_fen"]) for entry in inputs["borrowed"])
    held = sum(balance["fen"] for balance in inputs["balances"]) + report["in_transit_fen"]
    assets = held - report["own_in_reserve_fen"] - borrowed
    short = owed - assets

    def is_short(owed: int, assets: int) -> bool:
        return owed - assets > max(thresholds["floor_fen"], owed * thresholds["floor_ppm"] // PPM)

    row = [inputs["day"], owed, assets]
    history = inputs["history"]
    days = days_short([*(entry for entry in history if entry[0] < row[0]), [*row, 0]], is_short)
    severity = YELLOW if missing else NONE
    if is_short(owed, assets):
        grave = days >= thresholds["red_days"] or short * PPM >= thresholds["red_ppm"] * owed
        severity = RED if grave else ORANGE
    values: dict[str, int | str] = {
        "liabilities_fen": owed,
        "assets_fen": assets,
        "shortfall_fen": short,
        "shortfall_ppm": share_ppm(max(0, short), owed),
        "days": days,
        "understated_fen": missing,
        "borrowed_fen": borrowed,
        "unreconciled_fen": unreconciled(inputs["reconciled"], owed, thresholds["break_ppm"]),
    }
    return Again(values, max(short, missing), severity, [Detail("history[-1]", history[-1], [*row, days])])


def capital(pack: Pack) -> Again:
    """The capital against the mean of ninety closings."""
    inputs, ratio = pack["inputs"], line_ppm(pack["thresholds"]["rsv.capital_ratio"])
    average, own = sum(fen for _, fen in inputs["levels"]) // DAYS, inputs["capital_fen"]
    values: dict[str, int | str] = {
        **inputs["latest"], "limb": CAPITAL, "capital_fen": own, "average_reserve_fen": average,
        "capital_ppm": share_ppm(own, average), "required_ppm": ratio,
    }  # fmt: skip
    missing = average * ratio // PPM - own
    return Again(values, missing, YELLOW if missing > 0 and len(inputs["levels"]) == DAYS else NONE)


def unreconciled(rows: list[list[int]], owed: int, break_ppm: int) -> int:
    """What closings moved by beyond the transfers between them."""
    fen = sum(abs(closing - before - net) for _, before, closing, net in rows)
    return fen if fen * PPM > break_ppm * owed else 0


def understated(inputs: Pack, break_ppm: int) -> int:
    """Yesterday's liabilities, moved on by client money and by what came into transit, beyond those reported today."""
    if inputs["yesterday_liabilities_fen"] is None:
        return 0
    report = inputs["report"]
    reported = sum(report[name] for name in OWED)
    in_transit = report["in_transit_fen"] - inputs["yesterday_in_transit_fen"]
    missing = inputs["yesterday_liabilities_fen"] + inputs["client_net_fen"] + in_transit - reported
    return missing if missing > 0 and missing * PPM >= break_ppm * max(reported, 1) else 0


def days_short(history: list[list[int]], is_short: Callable[[int, int], bool]) -> int:
    """Length of the run of short days that ends with the last row of (day, owed, assets, days).

    The run that led to the first row is taken as the pack tells it: the days before are beyond its memory.
    """
    day, owed, assets, told = history[0]
    first_is_last = len(history) == 1
    days = (1 if first_is_last else told) if is_short(owed, assets) else 0
    for next_day, owed, assets, _ in history[1:]:
        days = (days if next_day == day + 1 else 0) + 1 if is_short(owed, assets) else 0
        day = next_day
    return days
