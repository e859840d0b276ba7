"""Plain twin of ``graph/kernels/ledger.py``: every account keeps all its money as lots, traced or not, nothing merged."""

from collections import defaultdict
from typing import NamedTuple


class Lot(NamedTuple):
    fen: int
    root: int | None  # None: untraced
    hop: int


class Entry(NamedTuple):
    """What the log says of one transfer beside itself."""

    debtor_balance: int
    creditor_balance: int


class PlainLedger:
    """Transfers booked one by one; ``parts`` are {(transfer, root, hop): fen}."""

    def __init__(self, horizon, through, max_hops, terminals=(), openings=None):
        self.horizon, self.through, self.max_hops = horizon, through, max_hops
        self.terminals = set(terminals)
        self.held = defaultdict(list)
        for account, fen in (openings or {}).items():
            self.held[account] = [Lot(fen, None, 0)] if fen > 0 else []
        self.booked = []  # (time, debtor, creditor, fen, kind)
        self.entries = []
        self.parts = defaultdict(int)

    def balance(self, account):
        return sum(lot.fen for lot in self.held[account])

    def lots(self, account):
        """(root or -1, fen), oldest first, equal neighbours as one; nothing where no lot is traced."""
        merged = []
        for lot in self.held[account]:
            root = -1 if lot.root is None else lot.root
            if merged and merged[-1][0] == root:
                merged[-1] = (root, merged[-1][1] + lot.fen)
            else:
                merged.append((root, lot.fen))
        return merged if any(root != -1 for root, _ in merged) else []

    def book(self, time, debtor, creditor, fen, kind):
        me = len(self.booked)
        self.booked.append((time, debtor, creditor, fen, kind))
        self.entries.append(Entry(self.balance(debtor), self.balance(creditor)))
        if debtor == creditor:
            return
        moved = [self.on_the_move(lot, time) for lot in self.take(debtor, fen)]
        for lot in moved:
            if lot.root is not None:
                self.parts[me, lot.root, lot.hop] += lot.fen
        moved.append(Lot(fen - sum(lot.fen for lot in moved), None, 0))  # what the payer was not seen to hold
        if kind:
            moved = [Lot(fen, me, 0)]
        if creditor in self.terminals and not self.through[kind]:
            moved = [Lot(fen, None, 0)]
        self.held[creditor] += [lot for lot in moved if lot.fen]

    def take(self, account, wanted):
        taken, lots = [], self.held[account]
        while wanted and lots:
            lot = lots.pop(0)
            part = min(wanted, lot.fen)
            if part < lot.fen:
                lots.insert(0, lot._replace(fen=lot.fen - part))
            taken.append(lot._replace(fen=part))
            wanted -= part
        return taken

    def on_the_move(self, lot, time):
        if lot.root is None:
            return lot._replace(hop=0)
        born, _, _, _, kind = self.booked[lot.root]
        if lot.hop + 1 > self.max_hops or time - born > self.horizon[kind]:
            return Lot(lot.fen, None, 0)
        return lot._replace(hop=lot.hop + 1)

    def next_out(self, me):
        """The next debit of the payer of transfer ``me``, or -1."""
        return self._next(me, column=1)

    def next_in(self, me):
        """The next credit of its payee, or -1."""
        return self._next(me, column=2)

    def _next(self, me, column):
        account = self.booked[me][column]
        return next((i for i in range(me + 1, len(self.booked)) if self.booked[i][column] == account), -1)

    def first_out_after(self, me):
        """The first debit, after transfer ``me``, of the account that it credited, or -1."""
        payee = self.booked[me][2]
        return next((i for i in range(me + 1, len(self.booked)) if self.booked[i][1] == payee), -1)
