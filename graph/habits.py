"""What accounts do again and again: where rent and salaries go, and from which device they pay."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from chuantou.graph import flow_class as fc
from chuantou.graph.accounts import NONE

if TYPE_CHECKING:
    from chuantou.graph.transfer_columns import TransferColumns
    from chuantou.graph.world import World


class Places:
    """Where watched institutions pay rent and salaries: evidence of the operating place (catalogue §6.3).

    What a day brings counts from its close on, so that an alert never depends on how a day was cut into batches.
    """

    def __init__(self) -> None:
        self.counts: dict[tuple[str, str], dict[str, int]] = {}
        self._today: list[tuple[str, str, str]] = []
        self.moved: NDArray[np.bool_] = np.zeros(0, np.bool_)

    def note(self, world: "World", t: "TransferColumns", payer: NDArray[np.int32]) -> None:
        """Remember the regions of payees of rent and salaries in a run of transfers."""
        for kind, code in (("rent", fc.CLASS_ID["RENT"]), ("payroll", fc.CLASS_ID["PAYROLL"])):
            for i in np.flatnonzero((t.flow_class == code) & (payer != NONE)).tolist():
                party = world.parties.names[payer[i]]
                region = world.region_of(int(t.creditor[i])) if party in world.watch.institutions else None
                if region is not None:
                    self._today.append((party, kind, region))

    def active(self, account: int) -> bool:
        """Whether money had moved on the account by the last day close."""
        return account < len(self.moved) and bool(self.moved[account])

    def close_day(self, world: "World") -> None:
        self.moved = (world.ledger.accounts.last_in != NONE) | (world.ledger.accounts.last_out != NONE)
        for party, kind, region in self._today:
            counts = self.counts.setdefault((party, kind), {})
            counts[region] = counts.get(region, 0) + 1
        self._today.clear()


class Hands:
    """From which device each account pays: the same one on ≥ 80 % of payments is account control (§3.3 e).

    Counted until a day's close and told to the register there, so that it never depends on batches.
    """

    LEAST_PAYMENTS = 5  # a share of fewer payments says nothing [E]
    SHARE_PERCENT = 80

    def __init__(self) -> None:
        self.counts: dict[int, dict[int, int]] = {}
        self.told: dict[int, int] = {}
        self._today: set[int] = set()

    def note(self, t: "TransferColumns") -> None:
        """Count the payments of a run that name a device of the payer's: a till's terminal is the merchant's."""
        for i in np.flatnonzero((t.device != NONE) & (t.till == 0)).tolist():
            account, device = int(t.debtor[i]), int(t.device[i])
            counts = self.counts.setdefault(account, {})
            counts[device] = counts.get(device, 0) + 1
            self._today.add(account)

    def close_day(self, world: "World", now: int) -> None:
        """Tell the register of accounts that now pay from one device."""
        for account in sorted(self._today, key=world.accounts.ids.names.__getitem__):
            counts = self.counts[account]
            total = sum(counts.values())
            most = max(counts.values())
            device = min((d for d, n in counts.items() if n == most), key=lambda d: world.devices.names[d])
            enough = total >= self.LEAST_PAYMENTS and most * 100 >= self.SHARE_PERCENT * total
            if not enough or self.told.get(account) == device:
                continue
            self.told[account] = device
            owner = int(world.accounts.table.owner[account])
            if owner != NONE:
                world.link(account, world.parties.names[owner], (), world.devices.names[device], now)
        self._today.clear()
