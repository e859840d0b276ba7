"""Lawful look-alike predicates LA-* (catalogue §3.9), shared by detectors and logged with their inputs.

None rests on memo text: what excuses an account is a role that a third party gave it, what excuses a transfer is a
class that rests on an obligation, an order, the source's own code or the roles at both ends.
"""

from chuantou.detectors.contract import Excuse
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import BASES, FLOW_CLASSES, HARD_BASIS
from chuantou.graph.ownership import Window
from chuantou.graph.world import World

# predicate, and the licences one of which the owner, platform or custodian must hold
ROLE_EXCUSES = {
    "CLIENT_SUB": ("LA-SWEEP", ()),
    "ESCROW_PRESALE": ("LA-ESCROW", ()),
    "FUND_RAISE": ("LA-CAPCALL", ("private_fund", "fund", "trust")),
    "FUND_CUSTODY": ("LA-CAPCALL", ("private_fund", "fund", "trust", "bank")),
    "TRUST_PROP": ("LA-CAPCALL", ("trust",)),
    "INSURER_PREMIUM": ("LA-INSCLAIM", ("insurance", "insurance_broker")),
    "MERCHANT_SETTLE": ("LA-ACQ", ()),
    "SEC_SETTLE": ("LA-SEC", ("securities",)),
    "BANK_INTERNAL": ("LA-IBK", ("bank",)),
    "NOSTRO": ("LA-IBK", ("bank",)),
    "TAX": ("LA-GOV", ()),
}


def custody(world: World, account: int, day: int) -> Excuse:
    """LA-SWEEP: a client master account that a third party designated, held by a licensed bank or kept by sub-ledgers.

    Does not hold when the bank's sub-ledger sum was last reported different from the master (sub-ledgers on paper only).
    """
    t = world.accounts.table
    custodian = _name(world, int(t.custodian[account])) or _name(world, int(t.owner[account]))
    licensed = custodian is not None and world.register.is_bank(custodian, Window(day, day))
    subs = int(t.subs[account])
    gap = world.sub_ledger_gap.get(account, 0)
    inputs = {
        "account": world.accounts.ids.names[account],
        "designated": bool(t.third_party[account]),
        "custodian": custodian,
        "custodian_licensed": licensed,
        "sub_ledgers": subs,
        "sub_ledger_gap_fen": gap,
    }
    return Excuse("LA-SWEEP", bool(t.third_party[account]) and (licensed or subs > 0) and gap == 0, inputs)


def entitled_account(world: World, account: int, day: int) -> Excuse | None:
    """Whether the account may hold many people's money: the predicate that its role points to, or None."""
    role = world.accounts.role_of(account)
    if role == "CLIENT_MASTER":
        return custody(world, account, day)
    if role.startswith("RSV_"):
        third = bool(world.accounts.table.third_party[account])
        return Excuse("LA-RESERVE", third, {"account": world.accounts.ids.names[account], "role": role})
    if role not in ROLE_EXCUSES:
        return None
    predicate, kinds = ROLE_EXCUSES[role]
    t = world.accounts.table
    held_by = [_name(world, int(column[account])) for column in (t.owner, t.platform, t.custodian)]
    licensed = not kinds or any(
        party is not None and world.register.has_licence(party, kind, day) for party in held_by for kind in kinds
    )
    inputs = {
        "account": world.accounts.ids.names[account],
        "role": role,
        "tagged_by_third_party": bool(t.third_party[account]),
        "licensed": licensed,
    }
    return Excuse(predicate, bool(t.third_party[account]) and licensed, inputs)


def hard_class(world: World, log_index: int) -> str | None:
    """The flow class of a logged transfer where it rests on more than a memo, else None."""
    at = log_index - world.ledger.base
    log = world.ledger.log
    basis = BASES[log.basis[at]]
    return FLOW_CLASSES[log.flow_class[at]] if basis in HARD_BASIS else None


def _name(world: World, party: int) -> str | None:
    return world.parties.names[party] if party != NONE else None
