"""Schemes and their lawful twins: one file a story, each listing its scenes as (name, family, variant, play).

A scene writes under its own namespace with its own random numbers: a new file here changes no other scene's events.
"""

from . import (
    borrower_cap,
    claim_transfer,
    commingling,
    cross_subsidy,
    custody_bypass,
    disguised_clearing,
    fund_pool,
    fund_pool_lawful,
    gather_scatter,
    just_below,
    margin_financing,
    maturity_mismatch,
    misappropriation,
    new_money_pays_old,
    own_money_subsidy,
    reserve_misuse,
    reserve_shortfall,
    second_clearing,
    self_financing,
    self_financing_lawful,
    self_guarantee,
    transfer_loop,
)

SCENES = (
    *fund_pool.SCENES,
    *fund_pool_lawful.SCENES,
    *self_financing.SCENES,
    *self_financing_lawful.SCENES,
    *new_money_pays_old.SCENES,
    *self_guarantee.SCENES,
    *maturity_mismatch.SCENES,
    *borrower_cap.SCENES,
    *claim_transfer.SCENES,
    *margin_financing.SCENES,
    *commingling.SCENES,
    *custody_bypass.SCENES,
    *misappropriation.SCENES,
    *reserve_shortfall.SCENES,
    *reserve_misuse.SCENES,
    *disguised_clearing.SCENES,
    *second_clearing.SCENES,
    *own_money_subsidy.SCENES,
    *cross_subsidy.SCENES,
    *transfer_loop.SCENES,
    *gather_scatter.SCENES,
    *just_below.SCENES,
)
