"""ILF-02 from its pack: what each person gave and got back, summed under the lines of each payment's own day."""

from collections import defaultdict
from itertools import pairwise
from typing import Any

from chuantou.console.recomputers.again import LOG, PPM, RED, YELLOW, Again, Pack, line_ppm

DAY_US = 86_400_000_000
SHANGHAI_US = 8 * 3_600_000_000
REFUND_US = 180 * DAY_US
Row = dict[str, Any]
FIGURES = ("amount", "people", "loss")
GIVEN = ("register", "inferred", "behaviour")


class Part:
    """Deposits under one set of lines, or in one column."""

    def __init__(self) -> None:
        self.people: set[str] = set()
        self.gross = self.rolled = self.out = self.lost = 0
        self.last = 0

    def over(self, lines: dict[str, int | None], share: int = PPM) -> bool:
        figures = dict(zip(FIGURES, (self.gross, len(self.people), self.lost)))
        return any(line is not None and figures[name] * PPM >= share * line for name, line in lines.items())


def again(pack: Pack) -> Again:
    inputs, thresholds = pack["inputs"], pack["thresholds"]
    parts: dict[tuple[int, ...], tuple[Part, dict[str, int | None]]] = {}
    apart: dict[str, Part] = {"inferred": Part(), "inside": Part()}
    dated = {name: thresholds["lines"][f"ilf.{inputs['actor']}.{name}"] for name in FIGURES}
    of_person: dict[str, list[Row]] = defaultdict(list)
    for row in inputs["payments"]:
        of_person[row["person"]].append(row)
    registered = {p["person"] for p in inputs["people"] if p["column"] == "register"}
    for person in inputs["people"]:
        rows = counted(person, of_person[person["person"]], registered, thresholds["behaviour"])
        lost = sum(row["fen"] for row in rows) if inputs["ended"] else person["overdue_fen"]
        for day, fen, rolled, out in deposits(rows):
            if person["column"] == "register":
                found = {name: next((e for e in dated[name] if within(e, day)), None) for name in FIGURES}
                if not any(found.values()):
                    continue
                key = tuple(e[0] for e in found.values() if e)
                part, _ = parts.setdefault(key, (Part(), {name: e[2] if e else None for name, e in found.items()}))
                lost -= add(part, person["person"], (day, fen, rolled, out), lost)
            else:
                add(apart[person["column"]], person["person"], (day, fen, rolled, out), 0)
    watch = line_ppm(thresholds["ilf.gather"]["watch"])
    best, lines, _ = max(
        [(part, lines, key[0]) for key, (part, lines) in parts.items()] or [(Part(), {}, 0)],
        key=lambda found: (colour(found[0], found[1], watch), found[0].gross, found[2]),
    )
    huge = [degree for degree, name in ((1, "huge"), (2, "very_huge")) for e in thresholds[name]
            if within(e, best.last or inputs["judged_day"]) and best.over(e[2])]  # fmt: skip
    values: dict[str, int | str] = {
        "gross_absorbed_fen": best.gross, "n_people": len(best.people), "net_outstanding_fen": best.out,
        "net_of_rollover_fen": best.gross - best.rolled, "loss_fen": best.lost,
        "n_inferred": len(apart["inferred"].people), "inferred_fen": apart["inferred"].gross,
        "n_inside": len(apart["inside"].people), "inside_fen": apart["inside"].gross,
        "entity": int(inputs["actor"] == "entity"), "huge": max(huge, default=0), "n_slices": len(parts),
        "all_absorbed_fen": sum(part.gross for part, _ in parts.values()),
    }  # fmt: skip
    people = {row["person"] for row in inputs["payments"] if row["what"] in ("register", "inferred")}
    fires = len(people) >= thresholds["ilf.gather"]["people"]
    severity = colour(best, lines, watch) if fires else 0
    return Again(values, best.gross, min(severity, YELLOW) if inputs["intermediary"] else severity)


def counted(person: dict[str, Any], rows: list[Row], registered: set[str], rule: dict[str, Any]) -> list[Row]:
    """The payments that count in the person's column."""
    if person["column"] == "inside" or person["why"] == "subscribed":
        return rows
    if person["column"] == "register":
        return [row for row in rows if row["what"] != "inferred"]
    vague = [row for row in rows if row["what"] in ("inferred", "behaviour")]
    back = [] if person["person"] in registered else [row for row in rows if row["what"] in ("back", "refunded")]
    if person["why"] == "behaviour" and not like_an_investor(vague, back, rule):
        return []
    return vague + back


def like_an_investor(put: list[Row], got: list[Row], rule: dict[str, Any]) -> bool:
    days = []
    for row in sorted(got, key=lambda row: row["time"]):
        if row["fen"] * 100 <= rule["percent"] * sum(p["fen"] for p in put if p["time"] < row["time"]):
            days.append(row["day"])
    return len(days) >= rule["payments"] and any(rule["days"][0] <= b - a <= rule["days"][1] for a, b in pairwise(days))


def deposits(rows: list[Row]) -> list[tuple[int, int, int, int]]:
    """(day, fen, of it rolled over, of it still out) of what was given and not refunded, in order."""
    names = {"back": "back", "refunded": "refunded"}
    rows = sorted(rows, key=lambda row: (row["time"], names.get(row["what"], "given"), row["fen"]))
    given = [row for row in rows if row["what"] in GIVEN]
    left = [row["fen"] for row in given]
    for refund in (row for row in rows if row["what"] == "refunded"):
        rest = refund["fen"]
        for i in range(len(given) - 1, -1, -1):
            if refund["time"] - REFUND_US <= given[i]["time"] <= refund["time"]:
                undone = min(rest, left[i])
                left[i], rest = left[i] - undone, rest - undone
    rolled, pool, i = [], 0, 0
    for row in rows:
        if row["what"] == "back":
            pool += row["fen"]
        elif row["what"] in GIVEN:
            rolled.append(min(pool, left[i]))
            pool -= rolled[-1]
            i += 1
    repaid = sum(row["fen"] for row in rows if row["what"] == "back")
    out = []
    for row, fen, again_given in zip(given, left, rolled):
        paid = min(repaid, fen)
        repaid -= paid
        if fen:
            out.append(((row["time"] + SHANGHAI_US) // DAY_US, fen, again_given, fen - paid))
    return out


def add(part: Part, who: str, deposit: tuple[int, int, int, int], overdue: int) -> int:
    day, fen, rolled, out = deposit
    lost = min(out, overdue)
    part.people.add(who)
    part.gross, part.rolled, part.out, part.lost = part.gross + fen, part.rolled + rolled, part.out + out, part.lost + lost
    part.last = max(part.last, day)
    return lost


def within(entry: list[Any], day: int) -> bool:
    return bool(entry[0] <= day and (entry[1] is None or day <= entry[1]))


def colour(part: Part, lines: dict[str, int | None], watch: int) -> int:
    if part.over(lines):
        return RED
    return YELLOW if part.over(lines, watch) else LOG
