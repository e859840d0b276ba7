"""P2P-02 from its pack: whose money each payout was made of, by three conventions and at most."""

from collections.abc import Callable
from typing import Any

from chuantou.console.recomputers.again import NONE, RED, YELLOW, Again, Pack, line_ppm, share_ppm

DAY_US = 86_400_000_000
WINDOW_US = 30 * DAY_US

Lot = list[int]  # [root, fen]; a root is the place of a transfer, or below zero an opening balance


def again(pack: Pack) -> Again:
    """Books the listed transfers again, and splits the payouts of the window by what their roots were."""
    inputs, gate = pack["inputs"], pack["thresholds"]["ponzi.npo"]
    rows = inputs["transfers"]
    counted = [i for i, row in enumerate(rows) if row["payout"] == "window"]
    parts = {name: booked(inputs["openings"], rows, take) for name, take in METHODS.items()}
    paid = sum(rows[i]["fen"] for i in counted)
    classes = {name: [split(rows, i, made[i]) for i in counted] for name, made in parts.items()}
    others = {name: sum(c.get("others", 0) for c in some) for name, some in classes.items()}
    most = max(upper_bound(inputs["openings"], rows), *others.values())
    of_fifo = {label: sum(c.get(label, 0) for c in classes["fifo"]) for label in ("other_loan", "own", "unknown")}
    shares = {name: share_ppm(fen, paid) for name, fen in others.items()}
    sure = min(shares["fifo"], shares["prorata"])
    high_enough = sure >= pack["thresholds"]["rising_ppm"]
    rising = inputs["last_of_day"] and high_enough and rises(rows, parts["fifo"], inputs["judged_at"])
    values: dict[str, int | str] = {
        "payouts_fen": paid,
        "n_payees": len({rows[i]["party"] for i in counted}),
        **{f"npo_{name}_ppm": ppm for name, ppm in shares.items()},
        "npo_maxflow_ppm": share_ppm(most, paid),
        "cross_fifo_ppm": share_ppm(of_fifo["other_loan"], paid),
        "support_fifo_ppm": share_ppm(of_fifo["own"], paid),
        "unknown_ppm": share_ppm(of_fifo["unknown"], paid),
        "rising": int(rising),
    }
    big_enough = paid >= gate["min_fen"] and values["n_payees"] >= gate["min_payees"]
    colour = RED if rising or sure >= line_ppm(gate["red"]) else YELLOW if sure >= line_ppm(gate["yellow"]) else NONE
    return Again(values, others["fifo"], colour if big_enough else NONE)


def booked(openings: list[Any], rows: list[dict[str, Any]], take: Callable[[list[Lot], int], list[Lot]]) -> list[list[Lot]]:
    """What every transfer was made of."""
    held: dict[str, list[Lot]] = {account: [[place - len(openings), fen]] for place, (account, fen) in enumerate(openings)}
    out = []
    for i, row in enumerate(rows):
        moved = take(held.setdefault(row["payer"], []), row["fen"]) if row["payer"] is not None else []
        missing = row["fen"] - sum(fen for _, fen in moved)
        if missing:
            moved.append([i, missing])
        if row["payee"] is not None:
            held.setdefault(row["payee"], []).extend([root, fen] for root, fen in moved)
        out.append(moved)
    return out


def oldest_first(lots: list[Lot], fen: int) -> list[Lot]:
    taken = []
    while fen and lots:
        part = min(fen, lots[0][1])
        taken.append([lots[0][0], part])
        fen -= part
        lots[0][1] -= part
        if not lots[0][1]:
            del lots[0]
    return taken


def newest_first(lots: list[Lot], fen: int) -> list[Lot]:
    lots.reverse()
    taken = oldest_first(lots, fen)
    lots.reverse()
    return taken


def in_proportion(lots: list[Lot], fen: int) -> list[Lot]:
    """One amount a root; what the floors leave over goes by one fen to the largest remainders, the lower root first."""
    amounts: dict[int, int] = {}
    for root, held in lots:
        amounts[root] = amounts.get(root, 0) + held
    whole = sum(amounts.values())
    wanted = min(fen, whole)
    shares = {root: wanted * held // whole for root, held in amounts.items()} if whole else {}
    left = wanted - sum(shares.values())
    for root in sorted(amounts, key=lambda root: (-(wanted * amounts[root] % whole), root))[:left]:
        shares[root] += 1
    lots[:] = [[root, held - shares[root]] for root, held in sorted(amounts.items()) if held > shares[root]]
    return [[root, share] for root, share in sorted(shares.items()) if share]


METHODS = {"fifo": oldest_first, "prorata": in_proportion, "lifo": newest_first}


def split(rows: list[dict[str, Any]], payout: int, parts: list[Lot]) -> dict[str, int]:
    """Fen by class of one payout: a client's own money is his, another's is not; a repayment goes by its loan."""
    out: dict[str, int] = {}
    for root, fen in parts:
        if root < 0 or root == payout:
            out["unknown"] = out.get("unknown", 0) + fen
            continue
        came = rows[root]
        if came["root"] == "client":
            own = came["party"] is not None and came["party"] == rows[payout]["party"]
            out["same" if own else "others"] = out.get("same" if own else "others", 0) + fen
            continue
        elsewhere = came["root"] == "same" and came["listing"] != rows[payout]["listing"]
        theirs = fen * came["from_investors_fen"] // came["fen"]
        label = "other_loan" if elsewhere else came["root"]
        out["others"] = out.get("others", 0) + theirs
        out[label] = out.get(label, 0) + fen - theirs
    return out


def upper_bound(openings: list[Any], rows: list[dict[str, Any]]) -> int:
    """All pots as one: investors' money is kept for the payouts of the window, everything else is paid from the rest first."""
    investors, rest, most = 0, sum(fen for _, fen in openings), 0
    for row in rows:
        if row["payer"] is None:
            theirs = row["fen"] if row["root"] == "client" else row["from_investors_fen"]
            investors += theirs
            rest += row["fen"] - theirs
        elif row["payee"] is None:
            wanted = row["fen"] if row["payout"] == "window" else max(0, row["fen"] - rest)
            used = min(wanted, investors)
            most += used if row["payout"] == "window" else 0
            investors -= used
            rest = max(0, rest - row["fen"] + used)
    return most


def rises(rows: list[dict[str, Any]], parts: list[list[Lot]], until: int) -> bool:
    """Whether the share grew over the three windows that end with ``until``, the youngest first."""
    shares = []
    for back in range(3):
        end = until - back * WINDOW_US
        inside = [i for i, row in enumerate(rows) if row["payout"] and end - WINDOW_US < row["time"] <= end]
        paid = sum(rows[i]["fen"] for i in inside)
        if not paid:
            return False
        shares.append(share_ppm(sum(split(rows, i, parts[i]).get("others", 0) for i in inside), paid))
    return shares[0] > shares[1] > shares[2]
