"""Recomputers: one file a detector, from the evidence pack alone. Imports nothing of ours outside this folder.

A second program is worth something only where it repeats none of the first one's mistakes (catalogue §3.13): plain
integers, lists and fractions, written from the pack's `formulas` and docs/evidence.md.
"""

from collections.abc import Callable

from chuantou.console.recomputers import (
    abnormal_yield,
    borrower_cap,
    claim_transfer,
    commingling,
    cross_subsidy,
    crowd_buying,
    custody_bypass,
    disguised_clearing,
    debt_as_equity,
    down_payment_loan,
    fictitious_listing,
    fund_pool,
    gather_scatter,
    guaranteed_return,
    just_below,
    margin_financing,
    maturity_mismatch,
    misappropriation,
    new_money_pays_old,
    offline_marketing,
    own_money_subsidy,
    platform_lending,
    reserve_misuse,
    reserve_shortfall,
    second_clearing,
    self_financing,
    self_guarantee,
    split_listings,
    transfer_loop,
    unlicensed_finance,
)
from chuantou.console.recomputers.again import Again, Pack

RECOMPUTERS: dict[str, Callable[[Pack], Again]] = {
    "ECF-03": debt_as_equity.again,
    "FLOW-01": transfer_loop.again,
    "FLOW-02": gather_scatter.again,
    "FLOW-03": just_below.again,
    "P2P-01": fund_pool.again,
    "P2P-02": new_money_pays_old.again,
    "P2P-03": platform_lending.again,
    "P2P-04": self_financing.again,
    "P2P-05": self_guarantee.again,
    "P2P-06": guaranteed_return.again,
    "P2P-07": maturity_mismatch.again,
    "P2P-09": fictitious_listing.again,
    "P2P-11": offline_marketing.again,
    "P2P-08": split_listings.again,
    "P2P-12": borrower_cap.again,
    "P2P-13": claim_transfer.again,
    "P2P-14": margin_financing.again,
    "P2P-15": commingling.again,
    "P2P-16": custody_bypass.again,
    "P2P-18": misappropriation.again,
    "PAY-01": reserve_shortfall.again,
    "PAY-02": reserve_misuse.again,
    "PAY-06": disguised_clearing.again,
    "PAY-07": second_clearing.again,
    "YLD-01": abnormal_yield.again,
    "YLD-02": own_money_subsidy.again,
    "YLD-03": cross_subsidy.again,
    "RE-01": down_payment_loan.again,
    "RE-02": unlicensed_finance.again,
    "RE-03": crowd_buying.again,
}
