"""Investments into bodies and commissions out of them, kept for a window, and who may be tied by them (ILF-05).

What concerns every transfer is a mask over a day's rows; only a body with some persons in ties is looked at whole.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from chuantou.detectors.ilf.bodies import INVEST, Bodies, is_investment
from chuantou.detectors.ilf.kept import Kept, Rows
from chuantou.detectors.ilf.upline import COLLECTED_PPM, LEAST_BELOW, PASS_US, PPM, SHARE_US
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import IS_UNSTATED, class_mask
from chuantou.graph.world import World
from chuantou.schemas.clock import DAY_US, day_start_us

FEW_TIES = 5  # with fewer persons in ties a body is not looked at whole: a pyramid has many more
LEVELS_DOWN = 3  # of shares of a commission that make a body worth looking at
PASS_DAYS, SHARE_DAYS = PASS_US // DAY_US, SHARE_US // DAY_US
# what a body pays its investors, borrowers, suppliers and landlords: no commission
IS_NO_COMMISSION = class_mask(
    "RETURN_PRIN", "RETURN_INT", "REFUND", "WITHDRAW", "LOAN_OUT", "CLAIM_TRANSFER", "COMPENSATE_3P", "COMPENSATE_PLAT",
    "DIVIDEND", "SWEEP", "RENT", "TAX", "SUPPLIER", "MERCH_SETTLE", "SEC_TRANSFER", "INTEREST_BANK", "REPAY_PRIN", "REPAY_INT",
)  # fmt: skip


class Commissions:
    """``invested``: investments of persons into anybody; ``rewarded``: what bodies paid persons that may be a commission;
    ``shared``: what those paid others of it; ``tied``: body -> person -> last day on which a payment showed a tie of his."""

    def __init__(self, world: World, days: int) -> None:
        self.world, self.days = world, days
        self.bodies = Bodies(world)
        self.invested, self.rewarded, self.shared = Kept(days), Kept(days), Kept(SHARE_DAYS + 1)
        self.tied: dict[int, dict[int, int]] = {}
        self.below: dict[tuple[int, int], dict[int, int]] = {}  # (body, person) -> who may have given him money for it, last day

    def close_day(self, day: int) -> list[int]:
        """Take the rows of a day; returns the bodies with ties in which anything was new on it, sorted by name."""
        world, base = self.world, self.world.ledger.base
        at = world.ledger.rows_of(day_start_us(day), day_start_us(day + 1)) - base
        came = at[is_investment(world, at)]
        self.invested.add(day, came + base)
        if not self.bodies.any:
            return []
        self.bodies.refresh(day)
        went = at[self._are_commissions(at)]
        self.rewarded.add(day, went + base)
        self._note_handed_up(day, came)
        self._note_shared(day, at)
        self._note_orders(day, went)
        self.tied = {body: alive for body, told in self.tied.items()
                     if (alive := {who: when for who, when in told.items() if when > day - self.days})}  # fmt: skip
        self.below = {key: alive for key, told in self.below.items()
                      if (alive := {who: when for who, when in told.items() if when > day - self.days})}  # fmt: skip
        paying = set(np.unique(self.bodies.of[world.ledger.log.payer[went]]).tolist())
        bodies = [body for body, told in self.tied.items()
                  if len(told) >= FEW_TIES and (body in paying or day in told.values())]  # fmt: skip
        return sorted(bodies, key=world.parties.names.__getitem__)

    def _are_commissions(self, at: Rows) -> NDArray[np.bool_]:
        log, of, person = self.world.ledger.log, self.bodies.of, self.world.party_table.person
        payer, payee = log.payer[at], log.payee[at]
        body = of[payer]
        paid = (payer != NONE) & (payee != NONE) & (body != NONE)
        return paid & person[payee] & (body != of[payee]) & ~IS_NO_COMMISSION[log.flow_class[at]]

    def between_persons(self, at: Rows) -> NDArray[np.bool_]:
        """bool[n]: transfers between two persons that may be money on its way to or from a body."""
        log, person = self.world.ledger.log, self.world.party_table.person
        payer, payee = log.payer[at], log.payee[at]
        known = (payer != NONE) & (payee != NONE) & (payer != payee)
        return known & person[payer] & person[payee] & ~IS_NO_COMMISSION[log.flow_class[at]]

    def may_be_handed_up(self, at: Rows) -> NDArray[np.bool_]:
        """bool[n]: of these, what may be somebody's investment."""
        flow = self.world.ledger.log.flow_class[at]
        return IS_UNSTATED[flow] | (flow == INVEST)

    # -- who may be tied -----------------------------------------------------------------------------------------------

    def _note_handed_up(self, day: int, came: Rows) -> None:
        """Persons who paid those who invest today, in the days before, where that makes half of what they invest."""
        log = self.world.ledger.log
        body = self._body_by(log.payer[came], self.bodies.of[self._taker(came)])
        if body is None:
            return
        at = self._days(day - PASS_DAYS, day)
        at = at[body[log.payee[at]] != NONE]
        at = at[self.between_persons(at)]
        at = at[self.may_be_handed_up(at)]
        if not len(at):
            return
        got, passed = self._sums(log.payee[at], log.fen[at]), self._sums(log.payer[came], log.fen[came])
        at = at[got[log.payee[at]] * PPM >= COLLECTED_PPM * passed[log.payee[at]]]
        for where, payer, payee in zip(body[log.payee[at]].tolist(), log.payer[at].tolist(), log.payee[at].tolist()):
            below = self.below.setdefault((where, payee), {})
            below[payer] = day
            if len(below) >= LEAST_BELOW:
                self.tied.setdefault(where, {}).update(dict.fromkeys((payee, *below), day))

    def _note_shared(self, day: int, at: Rows) -> None:
        """Persons whom somebody paid today who got a commission, or a share of one, in the week: no more than he got."""
        log, base = self.world.ledger.log, self.world.ledger.base
        direct, shared = self.rewarded.since(day - SHARE_DAYS) - base, self.shared.since(day - SHARE_DAYS) - base
        body = self._body_by(log.payee[direct], self.bodies.of[log.payer[direct]])
        if body is None:
            return
        for _ in range(LEVELS_DOWN):
            new = shared[body[log.payee[shared]] == NONE]
            body[log.payee[new]] = body[log.payer[new]]
        at = at[body[log.payer[at]] != NONE]
        at = at[self.between_persons(at)]
        if not len(at):
            return
        brought = self._mask(log.payer[self.invested.since(0) - base])
        recent = np.concatenate([direct, shared])
        got = self._sums(log.payee[recent], log.fen[recent])
        at = at[brought[log.payee[at]] & (log.fen[at] <= got[log.payer[at]])]
        self.shared.add(day, at + base)
        self._tie(day, body[log.payer[at]], log.payer[at], log.payee[at])

    def _note_orders(self, day: int, went: Rows) -> None:
        """Persons for whose order somebody else got a commission today."""
        log = self.world.ledger.log
        named = went[log.order[went] != NONE]
        if not len(named):
            return
        invested = self.invested.since(0) - self.world.ledger.base
        invested = invested[np.isin(log.order[invested], log.order[named])]
        payer_of = dict(zip(log.order[invested].tolist(), log.payer[invested].tolist()))
        payer = np.array([payer_of.get(order, NONE) for order in log.order[named].tolist()], np.int32)
        other = (payer != NONE) & (payer != log.payee[named])
        self._tie(day, self.bodies.of[log.payer[named]][other], payer[other], log.payee[named][other])

    def _tie(self, day: int, body: NDArray[np.int32], *people: NDArray[np.int32]) -> None:
        for person in people:
            for where, who in zip(body.tolist(), person.tolist()):
                if where != NONE:
                    self.tied.setdefault(where, {})[who] = day

    # -- rows and masks ------------------------------------------------------------------------------------------------

    def _taker(self, at: Rows) -> NDArray[np.int32]:
        log, table = self.world.ledger.log, self.world.accounts.table
        platform = table.platform[log.creditor[at]]
        return np.where(platform != NONE, platform, log.payee[at])

    def _body_by(self, person: NDArray[np.int32], body: NDArray[np.int32]) -> NDArray[np.int32] | None:
        """int32[parties]: the body that a person is given with (the last of several); None where there is none."""
        met = body != NONE
        if not met.any():
            return None
        out = np.full(len(self.world.parties), NONE, np.int32)
        out[person[met]] = body[met]
        return out

    def _sums(self, party: NDArray[np.int32], fen: NDArray[np.int64]) -> NDArray[np.int64]:
        """int64[parties]: fen by party."""
        out = np.zeros(len(self.world.parties), np.int64)
        np.add.at(out, party, fen)
        return out

    def _mask(self, parties: NDArray[np.int32]) -> NDArray[np.bool_]:
        out = np.zeros(len(self.world.parties), np.bool_)
        out[parties] = True
        return out

    def tied_to(self, body: int) -> NDArray[np.bool_]:
        """bool[parties]: persons in ties of the body."""
        return self._mask(np.array(sorted(self.tied.get(body, ())), np.int32))

    def mask_of(self, names: Iterable[str]) -> NDArray[np.bool_]:
        """bool[parties]: those with these names."""
        return self._mask(np.array([self.world.parties.get(name) for name in names], np.int32))

    def _days(self, first: int, last: int) -> Rows:
        return self.world.ledger.rows_of(day_start_us(first), day_start_us(last + 1)) - self.world.ledger.base
