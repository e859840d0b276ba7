"""FLOW-01 环形资金 · transfer loop."""

from collections.abc import Iterator

from chuantou.detectors.contract import LOG, YELLOW, Detector, Evidence, Excuse, Finding
from chuantou.detectors.lookalikes import hard_class
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.loops import Loop
from chuantou.graph.ownership import Window
from chuantou.graph.world import LOOP_KEEP_PPM, LOOP_WINDOW_US, Segment
from chuantou.schemas.clock import SECOND_US

MIN_OWNERS = 3
POOLING = ("SWEEP", "POOL_SWEEP")


class TransferLoop(Detector):
    """环形资金: money that comes back to the account it left.

    A simple cycle of ≥ 3 accounts of ≥ 3 owners, strictly increasing times, within 10 days, each hop keeping ≥ 80 % of
    the one before; not through terminals or pooled accounts. A lead on every account: ``log``, and ``yellow`` where a
    watched party or its R1/R2 is on the path. Subject: the owner of the account where it starts and ends.
    Clause 三(二) (catalogue §4.14). ``loop_fen`` is the smallest transfer, in fen.

    >>> TransferLoop.colour(on_path_of_watched=False), TransferLoop.colour(on_path_of_watched=True)
    (1, 2)
    """

    id, clause, family = "FLOW-01", "三(二)", "flow"
    title_zh, title_en = "环形资金", "transfer loop"
    legal_basis = ("SEED 三(二)",)

    @staticmethod
    def colour(on_path_of_watched: bool) -> int:
        """A lead is never an accusation: log, or yellow next to a watched institution."""
        return YELLOW if on_path_of_watched else LOG

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for loop in segment.loops:
            finding = self._finding(loop)
            if finding is not None:
                yield finding

    def _finding(self, loop: Loop) -> Finding | None:
        world = self.world
        log, base = world.ledger.log, world.ledger.base
        at = [row - base for row in loop.rows]
        accounts = [int(log.debtor[i]) for i in at]
        owners = [world.accounts.owner_name(a) for a in accounts]
        if len(set(owners)) < MIN_OWNERS or self._cash_pool(loop, owners).holds or self._interbank(owners).holds:
            return None
        first, last = int(log.time[at[0]]), int(log.time[at[-1]])
        smallest = min(int(log.fen[i]) for i in at)
        watched = self._institutions(owners)
        values = {"loop_fen": smallest, "hops": len(at), "span_seconds": (last - first) // SECOND_US}
        others = dict.fromkeys(o for o in owners if o != owners[0] and not o.startswith("account:"))
        names = tuple(world.accounts.ids.names[a] for a in accounts)
        return Finding(self.id, owners[0], last, self.colour(bool(watched)), smallest, values, (first, last),
                       others=tuple(others), accounts=names, key=loop.rows)  # fmt: skip

    def _institutions(self, owners: list[str]) -> list[str]:
        """Watched institutions that stand on the path themselves or by an R1/R2 party, sorted."""
        held = {key for owner in owners for key in self.world.watch.institutions_of.get(owner, ())
                if self.world.watch.institutions[key].tier(owner) in ("P", "R1", "R2")}  # fmt: skip
        return sorted(held)

    def _cash_pool(self, loop: Loop, owners: list[str]) -> Excuse:
        """LA-CASHPOOL: every hop is a sweep by the bank's own code, between parties under one control."""
        swept = all(hard_class(self.world, row) in POOLING for row in loop.rows)
        headers = [owner for owner in sorted(set(owners)) if swept and self._controls(owner, owners)]
        return Excuse("LA-CASHPOOL", bool(headers), {"swept": swept, "header": headers[0] if headers else None})

    def _controls(self, header: str, owners: list[str]) -> bool:
        group = self.world.register.related(header, self.world.day)
        return all(o == header or (o in group and group[o].tier == "R1") for o in owners)

    def _interbank(self, owners: list[str]) -> Excuse:
        """LA-IBK: nobody but banks, each in its own name."""
        day = Window(self.world.day, self.world.day)
        return Excuse("LA-IBK", all(self.world.register.is_bank(owner, day) for owner in owners), {"owners": owners})

    def evidence(self, finding: Finding) -> Evidence:
        world = self.world
        log, base = world.ledger.log, world.ledger.base
        hops = [
            {
                "transaction": list(world.refs.of(row)),
                "time": int(log.time[row - base]),
                "payer": world.accounts.ids.names[log.debtor[row - base]],
                "payee": world.accounts.ids.names[log.creditor[row - base]],
                "owner": world.accounts.owner_name(int(log.debtor[row - base])),
                "fen": int(log.fen[row - base]),
            }
            for row in finding.key
        ]
        owners = [hop["owner"] for hop in hops]
        related = {key: related_paths(world, key, owners) for key in self._institutions(owners)}
        return Evidence(
            formulas={"loop_fen": "min(hops.fen)", "hops": "count(hops)", "span_seconds": "last time - first time"},
            inputs={"hops": hops, "keep_ppm": LOOP_KEEP_PPM, "window_us": LOOP_WINDOW_US},
            transactions=list(finding.key), related=related,
            excuses=[self._cash_pool(Loop(finding.key), owners), self._interbank(owners)],
        )  # fmt: skip
