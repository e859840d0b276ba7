"""Where an institution's reserve lies: at which banks, and how much of it centralised (PAY-03 a–c)."""

from typing import Any, NamedTuple

from chuantou.detectors.contract import PPM
from chuantou.detectors.pay.bank_legs import bank_key
from chuantou.detectors.pay.bank_money import CENTRAL_BANK_CODE, bank_of, reserve_accounts
from chuantou.graph.accounts import NONE, ROLE_ID, ROLES
from chuantou.graph.world import World
from chuantou.schemas.clock import date_of_day
from chuantou.schemas.rules import to_ppm

CENTRAL, SPECIAL = ROLE_ID["RSV_CENTRAL"], ROLE_ID["RSV_SPECIAL"]
TABLE = "reserve_bank"  # of the reference tables: banks filed for reserve, with their total assets
# words of a licence's scope, by kind of business of the centralisation schedule
KINDS = {
    "prepaid": ("预付卡", "prepaid"),
    "network": ("网络支付", "互联网支付", "移动电话支付", "移动支付", "network", "internet", "mobile"),
    "acquiring": ("收单", "acquiring"),
}


class Place(NamedTuple):
    """A reserve account outside the central bank, what lies in it, and what is wrong with its bank."""

    account: str
    role: str
    fen: int
    bank: str | None
    custodian: str | None
    no_bank: bool
    unlisted: bool
    assets_fen: int | None

    def faulty(self, min_assets_fen: int) -> bool:
        too_small = self.assets_fen is not None and self.assets_fen < min_assets_fen
        return self.no_bank or self.unlisted or too_small


def places(world: World, key: str, day: int, banks: dict[str, list[str]]) -> list[Place]:
    """Reserve accounts with a balance on the day that are not the central bank's; ``banks``: parties by CNAPS bank."""
    table, codes, parties = world.accounts.table, world.accounts.banks.names, world.parties.names
    listed = {filed_as(name): row.value for name, row in world.references.on(TABLE, day).items()}
    out = []
    for account in reserve_accounts(world, key):
        fen, code = world.closings.total((account,), day), int(table.bank[account])
        at_the_central_bank = code != NONE and codes[code].startswith(CENTRAL_BANK_CODE)
        if fen is None or fen <= 0 or table.role[account] == CENTRAL or at_the_central_bank:
            continue
        custodian = parties[table.custodian[account]] if table.custodian[account] != NONE else None
        bank = bank_of(world, account) if code != NONE else None
        names = [name for name in (custodian, bank, *banks.get(bank or "", ())) if name is not None]
        rows = [listed[name] for name in names if name in listed]
        stated = [row.get("total_assets_fen") for row in rows if isinstance(row, dict)]
        assets = next((fen for fen in stated if isinstance(fen, int)), None)
        no_bank = custodian is not None and is_no_bank(world, custodian, day)
        unlisted = bool(listed and names) and not rows
        out.append(Place(world.accounts.ids.names[account], ROLES[table.role[account]], fen, bank, custodian, no_bank, unlisted,
                         assets))  # fmt: skip
    return out


def filed_as(name: str) -> str:
    """A bank in the list by its party, or by any branch's CNAPS number."""
    return name if name.startswith(("uscc:", "person:")) else bank_key(name)


def is_no_bank(world: World, party: str, day: int) -> bool:
    """Whether somebody is known not to be a bank on the day; of whom nothing is known nothing is held."""
    if world.register.has_licence(party, "bank", day):
        return False
    info = world.register.party(party)
    of_another_trade = info is not None and info.sector is not None and info.sector != "BANK"
    return world.register.licence_told(party, "bank") or of_another_trade


class Central(NamedTuple):
    """The reserve of a day outside special-business accounts: centralised and in all, with every account's closing."""

    central_fen: int
    total_fen: int
    accounts: list[tuple[str, str, int]]
    has_central: bool


def central(world: World, key: str, day: int) -> Central:
    """What lies centralised on the day; ``accounts``: (name, role, fen) by name."""
    role, names = world.accounts.table.role, world.accounts.ids.names
    held = [(a, fen) for a in reserve_accounts(world, key)
            if role[a] != SPECIAL and (fen := world.closings.total((a,), day)) is not None]  # fmt: skip
    there = sum(fen for a, fen in held if role[a] == CENTRAL)
    rows = [(names[a], ROLES[role[a]], fen) for a, fen in held]
    return Central(there, sum(fen for _, fen in held), rows, any(role[a] == CENTRAL for a, _ in held))


def schedule(world: World, day: int) -> dict[str, Any] | None:
    """The shares that must be centralised on a day. Steps that are not on file raise nothing: what held before is the least."""
    begun = [e.value for e in world.rules.entries["rsv.central_ratio"] if e.first <= date_of_day(day)]
    shares = [value for value in begun if isinstance(value, dict)]
    return shares[-1] if shares else None


def required_ppm(world: World, key: str, day: int, shares: dict[str, Any]) -> tuple[int, list[str]]:
    """The least share by the schedule and the institution's kinds of business; the highest of several applies.

    Each kind has a range by the institution's grade, which no stream tells: its lower end is what everybody must reach.
    """
    if "all" in shares:
        return to_ppm(shares["all"]), ["all"]
    scope = [word for licence in world.register.licences(key, day) if licence.kind == "payment" for word in licence.scope]
    kinds = sorted(kind for kind, words in KINDS.items() if any(word in said for said in scope for word in words))
    least = {kind: to_ppm(shares[kind][0]) for kind in kinds or sorted(shares)}
    return (max if kinds else min)(least.values()), kinds


def missing_fen(central_fen: int, base_fen: int, required: int) -> int:
    """What is not centralised of what must be, rounded down."""
    return max(0, base_fen * required // PPM - central_fen)
