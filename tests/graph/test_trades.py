"""Closings of positions on venues: nothing is lost of the money, whatever the order of buying and selling."""

from hypothesis import given
from hypothesis import strategies as st

from chuantou.graph.trades import MOST_LOTS, Closing, VenueTrades
from chuantou.schemas.streams import ProductEvent

A, B, C = "person:a", "person:b", "person:c"
SIDES = ((A, B), (B, A), (A, C), (C, B), (A, A))


def trade(number: int, seller: str, buyer: str, units: int, fen: int, day: int = 0) -> ProductEvent:
    return ProductEvent(
        event_id=f"e{number}", source_id="v", event_time=day * 86_400_000_000, type="TRADE", platform="uscc:V", product="P",
        from_party=seller, to_party=buyer, units=units, amount_fen=fen,
    )  # fmt: skip


def closed(venue: VenueTrades, party: str) -> list[Closing]:
    return [c for c in venue.closings if c.party == party]


@given(st.lists(st.tuples(st.sampled_from(SIDES), st.integers(0, 7), st.integers(1, 10**12)), max_size=40))
def test_gains_and_what_is_open_are_all_the_money_that_moved(trades):
    venue = VenueTrades()
    for number, ((seller, buyer), units, fen) in enumerate(trades):
        venue.take(trade(number, seller, buyer, units, fen))
    real = [(sides, units, fen) for sides, units, fen in trades if sides[0] != sides[1]]
    for party in (A, B, C):
        cash = sum(((s == party) - (b == party)) * fen for (s, b), units, fen in real if units)
        position = venue.positions.get((party, "P"))
        held = sum(lot.fen for lot in position.lots) * (1 if position.long else -1) if position else 0
        units = sum(lot.units for lot in position.lots) * (1 if position.long else -1) if position else 0
        assert sum(c.gain_fen for c in closed(venue, party)) == cash + held
        assert sum(gains.get(party, 0) for gains in venue.gains.values()) == cash + held
        assert units == sum(((b == party) - (s == party)) * n for (s, b), n, _ in real)
    assert sum(sum(pairs.values()) for pairs in venue.turnover.values()) == sum(fen for _, _, fen in real)


def test_the_oldest_lot_is_closed_first_and_split():
    venue = VenueTrades()
    venue.take(trade(1, B, A, 10, 1_000))
    venue.take(trade(2, B, A, 10, 3_000, day=1))
    venue.take(trade(3, A, B, 15, 3_000, day=2))
    first, second = closed(venue, A)
    assert (first.units, first.opened_fen, first.closed_fen, first.gain_fen, first.opened_day) == (10, 1_000, 2_000, 1_000, 0)
    assert (second.units, second.opened_fen, second.closed_fen, second.opened) == (5, 1_500, 1_000, ("v", "e2"))
    (short, *_) = closed(venue, B)
    assert (short.long, short.gain_fen) == (False, -1_000)


def test_a_position_of_many_lots_keeps_its_units():
    venue = VenueTrades()
    for number in range(MOST_LOTS + 5):
        venue.take(trade(number, B, A, 1, 7))
    lots = venue.positions[A, "P"].lots
    assert (len(lots), sum(lot.units for lot in lots)) == (MOST_LOTS, MOST_LOTS + 5)
