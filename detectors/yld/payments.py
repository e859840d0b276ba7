"""The payments of one product, as payouts to look into and as evidence."""

from typing import Any

from chuantou.detectors.sources import Sources
from chuantou.graph.interest import PAID, ProductLegs
from chuantou.graph.world import World


def sources_of(world: World, key: str, now: int) -> Sources:
    """The institution's pots as of ``now``, with the strangers who pay its investors in its place."""
    base, log = world.ledger.base, world.ledger.log
    paid = [leg.rows for legs in world.interest.of[key].values() for leg in legs.legs if leg.what in PAID]
    return Sources(world, key, {int(log.debtor[row - base]) for rows in paid for row in rows.tolist() if row >= base}, now)


def payment_rows(sources: Sources, legs: ProductLegs, since: int) -> list[dict[str, Any]]:
    """The product's payments from the day ``since`` on as evidence, in booking order."""
    world, log, base = sources.world, sources.world.ledger.log, sources.world.ledger.base
    out = []
    for leg in legs.legs:
        for row, fen in zip(leg.rows.tolist(), leg.fen.tolist()):
            if leg.day < since or row < base:
                continue
            place = sources.place(row) if leg.what in PAID else None
            direct = sources.source(row) if leg.what in PAID and place is None else None
            out.append(
                {
                    "row": row,
                    "transaction": list(world.refs.of(row)),
                    "time": int(log.time[row - base]),
                    "day": leg.day,
                    "what": leg.what,
                    "fen": int(log.fen[row - base]),
                    "counted_fen": fen,
                    "party": sources.name(int(log.payee[row - base])),
                    "pot_row": place,
                    "root": direct.kind if direct else "",
                    "root_party": direct.party if direct else None,
                    "root_products": list(direct.products) if direct else [],
                }
            )
    return sorted(out, key=lambda payment: (payment.pop("row"), payment["what"]))


def payouts_of(legs: ProductLegs, since: int, base: int) -> list[tuple[int, int]]:
    """(row, fen) of what the product's investors were paid from the day ``since`` on, in booking order."""
    paid = [leg for leg in legs.legs if leg.what in PAID and leg.day >= since]
    return sorted((row, fen) for leg in paid for row, fen in zip(leg.rows.tolist(), leg.fen.tolist()) if row >= base)
