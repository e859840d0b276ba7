"""What YLD-02 and YLD-03 share: payments of one product, and what the payouts were made of by the pots' rows."""

from collections import Counter
from typing import Any, NamedTuple

from chuantou.console.recomputers.new_money_pays_old import METHODS, booked

PAID = ("interest", "bonus")


class Weighed(NamedTuple):
    """Fen by meaning: paid past the pots, and out of them by method; ``through``: Σ of what was paid out of them."""

    direct: Counter[str]
    pots: dict[str, Counter[str]]
    through: int

    def support(self, method: str, tagged: int, kinds: tuple[str, ...]) -> int:
        """What these kinds of money paid, by the queue or by the tag."""
        queue = sum(self.pots[method][kind] for kind in kinds)
        return sum(self.direct[kind] for kind in kinds) + max(queue, min(tagged, self.through))


def net_fen(payments: list[dict[str, Any]], first_day: int | None = None) -> int:
    """Paid − (received − fees) from a day on."""
    counted = [p for p in payments if first_day is None or p["day"] >= first_day]
    return sum(-p["counted_fen"] if p["what"] == "received" else p["counted_fen"] for p in counted)


def paid_fen(payments: list[dict[str, Any]], first_day: int | None = None) -> int:
    return sum(p["counted_fen"] for p in payments if p["what"] in PAID and (first_day is None or p["day"] >= first_day))


def weigh(inputs: dict[str, Any], first_day: int | None = None) -> Weighed:
    """What the payouts from a day on were made of."""
    rows, product = inputs["transfers"], inputs["product"]
    direct: Counter[str] = Counter()
    pots = {method: Counter[str]() for method in METHODS}
    payouts = [p for p in inputs["payments"] if p["what"] in PAID and (first_day is None or p["day"] >= first_day)]
    made = {method: booked(inputs["openings"], rows, take) for method, take in METHODS.items()}
    for payment in payouts:
        place = payment["pot_row"]
        if place is None:
            what = meaning(payment["root"], payment["root_party"], payment["root_products"], product, payment)
            direct[what] += payment["counted_fen"]
            continue
        for method in METHODS:
            for root, fen in made[method][place]:
                came = rows[root] if 0 <= root != place else None
                what = meaning(came["root"], came["party"], came["products"], product, payment) if came else "unknown"
                pots[method][what] += fen * payment["counted_fen"] // payment["fen"]
    return Weighed(direct, pots, sum(p["counted_fen"] for p in payouts if p["pot_row"] is not None))


def meaning(root: str, party: str | None, products: list[str], product: str, payment: dict[str, Any]) -> str:
    """What money of a root is to a payment: the client's own, or of a borrower of the product, is `same`."""
    if root == "client":
        return "same" if party is not None and party == payment["party"] else "others"
    if root == "borrower":
        return "same" if not products or product in products else "cross"
    return root


def brought_in(rows: list[dict[str, Any]], *roots: str) -> int:
    return sum(row["fen"] for row in rows if row["payer"] is None and row["root"] in roots)
