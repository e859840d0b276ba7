"""Every account's windows of payments between different owners, for the leads of the FLOW family (catalogue §4.14)."""

import numpy as np
from numpy.typing import NDArray

from chuantou.graph.accounts import NONE, POOLED_ROLES, TERMINAL_ROLES, Accounts, role_mask
from chuantou.graph.windows import COUNTS, PLAIN, Passing, Windows
from chuantou.schemas.clock import DAY_US
from chuantou.schemas.rules import RulePack

# numbers of the windows: how long gathered money may rest, the window of FLOW-02, that of FLOW-03 and of ILF-01's roles
PASS, GATHER, MONTH = range(3)
# accounts with detectors of their own, or in which money does not keep its way: nobody's payer or payee
IS_APART = role_mask(*TERMINAL_ROLES, *POOLED_ROLES, "CLIENT_SUB", "FUND_RAISE")
# a merchant's account is looked at itself: what excuses it is where its money goes (LA-ACQ)
IS_UNWATCHED = IS_APART & ~role_mask("MERCHANT_SETTLE")


def days_of(rules: RulePack, key: str, name: str) -> int:
    """A window length that a parameter of the pack states; ValueError where it differs between dates.

    What is stored can only follow one length; thresholds may change by date.
    """
    found = {entry.value[name] for entry in rules.entries[key]}
    if len(found) != 1:
        raise ValueError(f"{key}: {name} must be the same on all dates, not {sorted(found)}")
    return int(found.pop())


def lengths_of(rules: RulePack) -> tuple[int, int, int]:
    """(pass, gather, month) in µs."""
    month = max(days_of(rules, key, "window_days") for key in ("flow.split", "flow.roles"))
    days = (days_of(rules, "flow.gather", "pass_days"), days_of(rules, "flow.gather", "window_days"), month)
    return days[0] * DAY_US, days[1] * DAY_US, days[2] * DAY_US


class FlowWindows(Windows):
    """Windows numbered by log index: transfer *n* of the ledger's log is number *n* here."""

    def __init__(self, rules: RulePack) -> None:
        super().__init__(lengths_of(rules), shown=GATHER)

    def take(
        self, accounts: Accounts, time: NDArray, debtor: NDArray, creditor: NDArray, fen: NDArray, payer: NDArray,
        payee: NDArray,
    ) -> Passing:  # fmt: skip
        """Take a run of transfers with the parties at their ends; tells each payer's window of FLOW-02 after it."""
        counts = (debtor != creditor) & ((payer != payee) | (payer == NONE))
        apart = accounts.third_party_says(IS_APART, debtor) | accounts.third_party_says(IS_APART, creditor)
        plain = counts & ~apart
        return self.push(time, debtor, creditor, fen, counts * np.int32(COUNTS) + plain * np.int32(PLAIN))
