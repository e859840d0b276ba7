"""The parameters of a question: checked, and drawn from a data set for the benchmark."""

import json
import random
from collections import defaultdict
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from benchmarks.finbench.data import Tables
from benchmarks.finbench.reads import OLDEST_FIRST, READS
from benchmarks.finbench.writes import WRITES

QUESTIONS = READS | WRITES
SEED = 2016
WINDOW_MS = 2 * 365 * 86_400_000
ORDERS = ("TIMESTAMP_DESCENDING", OLDEST_FIRST)
INT64 = 1 << 63
MOST_MS = INT64 // 1000 - 1  # still an int64 in µs
MOST_YUAN = 10**12
INTEGERS = {"time": MOST_MS, "startTime": MOST_MS, "endTime": MOST_MS, "truncationLimit": (1 << 31) - 2}
TRIES = 50
OPTIONAL = ("truncationLimit", "truncationOrder")


def parameters(read: str, text: str) -> dict[str, Any]:
    """The parameters of a question from JSON, or a file of it. ValueError naming the one that is missing or wrong."""
    if read not in QUESTIONS:
        raise ValueError(f"unknown read {read!r}: expected one of {', '.join(QUESTIONS)}")
    raw = text if text.lstrip()[:1] in ("{", "[", '"') else Path(text).read_text("utf-8")
    try:
        stated = json.loads(raw, parse_float=Decimal)
    except RecursionError:
        raise ValueError("parameters: nested too deep") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"parameters: no JSON: {error}") from None
    if not isinstance(stated, dict):
        raise ValueError(f"parameters: expected a JSON object, found {raw[:80]}")
    needed = QUESTIONS[read].parameters
    optional = OPTIONAL if read in READS else ()  # whether somebody is blocked is decided by all edges
    unknown = sorted(stated.keys() - {*needed, *optional})
    if unknown:
        raise ValueError(f"parameter {unknown[0]}: {read} does not know it, only {', '.join((*needed, *optional))}")
    return {name: _checked(name, stated) for name in (*needed, *optional) if name in needed or name in stated}


def _checked(name: str, stated: dict[str, Any]) -> Any:
    if name not in stated:
        raise ValueError(f"parameter {name}: missing")
    value = stated[name]
    if name == "truncationOrder":
        if value not in ORDERS:
            raise ValueError(f"parameter {name}: expected {' or '.join(ORDERS)}, found {value!r}")
        return value
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise ValueError(f"parameter {name}: expected a number, found {value!r}")
    if name in INTEGERS or name.lower().endswith(("id", "id1", "id2")):
        return _integer(name, value)
    return _amount(name, value)


def _integer(name: str, value: int | str | Decimal) -> int:
    text, most = str(value), INTEGERS.get(name, INT64 - 1)
    if not text.isascii() or not text.isdecimal() or len(text) > 19 or int(text) > most:
        raise ValueError(f"parameter {name}: expected a whole number from 0 to {most}, found {value!r}")
    if name == "truncationLimit" and int(text) == 0:
        raise ValueError("parameter truncationLimit: expected at least 1")
    return int(text)


def _amount(name: str, value: int | str | Decimal) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or abs(number) > MOST_YUAN or number.as_tuple().exponent < -12:
        raise ValueError(f"parameter {name}: expected a number of at most 10¹² with at most 12 decimals, found {value!r}")
    if name == "amount" and (number < 0 or number * 100 != int(number * 100)):
        raise ValueError(f"parameter amount: expected yuan with at most two decimals, found {value!r}")
    return number


class Drawing:
    """Seeded parameters: nodes drawn by the transfers that touch them, so that who moves much is asked often; two years each.

    An answer of nothing is as rare as the data allow it: what is measured is the search.
    """

    def __init__(self, tables: Tables) -> None:
        self.edges = tables.edges
        self.paid: dict[int, list[int]] = defaultdict(list)
        self.investors: dict[int, list[int]] = defaultdict(list)
        for src, dst, *_ in tables.edges["transfer"]:
            self.paid[src].append(dst)
        for person, company, *_ in tables.edges["invest"]:
            self.investors[company].append(person)
        self.owner = {account: person for person, account, *_ in tables.edges["person_owns"]}
        times = [time // 1000 for _, _, time, _ in tables.edges["transfer"]]
        self.first, self.last = min(times), max(times)

    def sets(self, read: str, count: int) -> list[dict[str, Any]]:
        """``count`` sets; the same for the same tables."""
        rng = random.Random(f"{SEED} {read}")
        return [self._set(read, rng) for _ in range(count)]

    def _set(self, read: str, rng: random.Random) -> dict[str, Any]:
        begin = rng.randint(self.first, max(self.first, self.last - WINDOW_MS))
        known = {
            "threshold": {"TCR8": Decimal("0.1"), "TRW3": Decimal(10**8)}.get(read, Decimal(1000)),
            "threshold1": Decimal(1000), "threshold2": Decimal(1000), "amountThreshold": Decimal(1000),
            "ratioThreshold": Decimal(5), "amount": Decimal(rng.randint(1, 10**9)) / 100,
            "time": begin + rng.randint(1, WINDOW_MS - 1), "startTime": begin, "endTime": begin + WINDOW_MS,
        }  # fmt: skip
        known |= self._ends(read, rng)
        return {name: known[name] for name in QUESTIONS[read].parameters}

    def _ends(self, read: str, rng: random.Random) -> dict[str, int]:
        if read == "TCR10":
            person, company, *_ = rng.choice(self.edges["invest"])
            return {"pid1": person, "pid2": rng.choice(self.investors[company])}
        if read == "TRW3":
            src, dst, *_ = rng.choice(self.edges["guarantee"])
            return {"srcId": dst, "dstId": src}
        src, dst, *_ = rng.choice(self.edges["transfer"])
        if read == "TCR3":
            return {"id1": src, "id2": rng.choice(self.edges["transfer"])[1]}
        if read == "TCR4":
            return {"id1": src, "id2": dst}
        if read in WRITES:  # from where two transfers lead back to: often closes a triangle
            return {"srcId": rng.choice(self.paid.get(dst, [dst])), "dstId": src}
        return {"id": self._one(read, rng)}

    def _one(self, read: str, rng: random.Random) -> int:
        moved = self.edges["transfer"]
        if read in ("TCR2", "TCR5", "TCR12"):
            end = 1 if read == "TCR2" else 0
            for _ in range(TRIES):  # companies own accounts too
                owner = self.owner.get(rng.choice(moved)[end])
                if owner is not None:
                    return owner
        if read == "TCR8":
            for _ in range(TRIES):  # a loan whose money moved on
                loan, account, *_ = rng.choice(self.edges["deposit"])
                if account in self.paid:
                    return loan
        kind, end = {"TCR6": ("withdraw", 1), "TCR8": ("deposit", 0), "TCR9": ("deposit", 1), "TCR11": ("guarantee", 0),
                     "TCR2": ("person_owns", 0), "TCR5": ("person_owns", 0), "TCR12": ("person_owns", 0),
                     "TCR7": ("transfer", 1)}.get(read, ("transfer", 0))  # fmt: skip
        return rng.choice(self.edges[kind])[end]
