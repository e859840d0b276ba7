"""PAY-03 备付金存放违规 · the reserve lies where it may not lie."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from chuantou.detectors.contract import NONE as NO_SEVERITY
from chuantou.detectors.contract import ZERO_TOLERANCE_FEN, Detector, Evidence, Excuse, Finding, ppm, zero_tolerance
from chuantou.detectors.pay.bank_money import bank_parties
from chuantou.detectors.pay.reserve_places import Central, Place, central, missing_fen, places, required_ppm, schedule
from chuantou.detectors.pay.unlisted_money import Held, UnlistedMoney
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.accounts import NONE
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day

BASE_DAYS = 90
BANK, SHARE, UNLISTED = 1, 2, 3
Told = tuple[dict[str, Any], list[int], list[Excuse], dict[str, Any]]  # inputs, transactions, look-alikes, related


class ReserveDeposit(Detector):
    """备付金存放违规: at an ineligible bank, not centralised, or in an account that nobody filed.

    Every day close. (1) Until 2019-01-13: Σ of reserve accounts at somebody who is no bank, at a bank that is not on the list of
    reserve banks (``ref.items`` table ``reserve_bank``, once there is one), or whose total assets there are below 200 bn yuan.
    (2) From 2017-04-17: required share × average reserve of up to 90 days, less what lies in the centralised account; the
    lower end of the range of each kind of licence, the highest of several kinds; from 2019-01-14 all of the day's reserve.
    Special-business accounts do not count. (3) Clients' TOPUPs of 30 days still in unlisted accounts of the institution or its
    R1, on FIFO and pro-rata. Severity: zero tolerance of the fen that lie wrongly, (3) the lesser of the two methods.
    Clause 二(二)1; 2013 办法 art. 7(1) [S2]; centralisation [S12][S12b].

    >>> missing_fen(central_fen=100_000_000, base_fen=1_000_000_000, required=120_000)
    20000000
    """

    id, clause, family = "PAY-03", "二(二)1", "client_money"
    title_zh, title_en = "备付金存放违规", "reserve kept where it may not be"
    legal_basis = ("SEED 二(二)1", "支付机构客户备付金存管办法 2013 art. 7(1) [S2]", "客户备付金集中交存 2017, 2018 [S12][S12b]")
    parameters = ("rsv.bank.min_assets", "rsv.central_ratio", "rsv.payees")
    sectors = ("PAY",)

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.unlisted = UnlistedMoney(world)
        self.totals: dict[str, deque[tuple[int, int]]] = {}  # institution -> (day, reserve outside special accounts)
        self._end = 0

    def day_close(self, day: int) -> Iterator[Finding]:
        first, self._end = max(self._end, self.world.ledger.base), self.world.ledger.end
        mine, now = list(self.institutions()), day_start_us(day + 1)
        if self.world.ended or not mine:
            return
        self.unlisted.note(range(first, self._end), set(mine))
        banks = bank_parties(self.world, day)
        least, regime = (self.in_force(name, now - 1) for name in ("rsv.bank.min_assets", "rsv.payees"))
        for key in mine if least is not None else ():
            yield from self._banks(key, day, now, banks, least)
        yield from self._shares(mine, day, now)
        for key in mine if regime is not None else ():
            yield from self._unfiled(key, now)

    # -- (1) which banks -----------------------------------------------------------------------------------------------

    def _banks(self, key: str, day: int, now: int, banks: dict[str, list[str]], least: int) -> Iterator[Finding]:
        held = places(self.world, key, day, banks)
        faulty = [place for place in held if place.faulty(least)]
        fen = sum(place.fen for place in faulty)
        values = {
            "limb": BANK, "held_fen": fen, "n_accounts": len(faulty), "no_bank": sum(place.no_bank for place in faulty),
            "not_listed": sum(place.unlisted for place in faulty),
        }  # fmt: skip
        keepers = {place.custodian for place in faulty if place.custodian is not None}
        yield from self._finding(key, zero_tolerance(fen), fen, values, now, [place.account for place in faulty],
                                 (BANK, held, least), tuple(sorted(keepers - {key})))  # fmt: skip

    # -- (2) how much of it centralised ----------------------------------------------------------------------------------

    def _shares(self, mine: list[str], day: int, now: int) -> Iterator[Finding]:
        if schedule(self.world, day + BASE_DAYS) is None:  # no average of these days will ever be asked for
            return
        shares = schedule(self.world, day)
        here = {key: central(self.world, key, day) for key in mine}
        told = any(held.has_central for held in here.values())
        for key in mine:
            yield from self._share(key, here[key], shares, day, now, told)

    def _share(
        self, key: str, here: Central, shares: dict[str, Any] | None, day: int, now: int, told: bool
    ) -> Iterator[Finding]:
        totals = self.totals.setdefault(key, deque())
        if here.total_fen > 0:
            totals.append((day, here.total_fen))
        while totals and totals[0][0] <= day - BASE_DAYS:
            totals.popleft()
        # a feed that knows no centralised account at all does not say that there is none
        if shares is None or not totals or ("all" not in shares and not told):
            return
        required, kinds = required_ppm(self.world, key, day, shares)
        base = here.total_fen if "all" in shares else sum(fen for _, fen in totals) // len(totals)
        missing = missing_fen(here.central_fen, base, required)
        values = {
            "limb": SHARE, "missing_fen": missing, "central_fen": here.central_fen, "base_fen": base,
            "share_ppm": ppm(max(0, here.central_fen), base), "required_ppm": required,
        }  # fmt: skip
        yield from self._finding(key, zero_tolerance(missing), missing, values, now, [name for name, _, _ in here.accounts],
                                 (SHARE, here, tuple(totals), kinds, shares))  # fmt: skip

    # -- (3) in accounts that nobody filed -------------------------------------------------------------------------------

    def _unfiled(self, key: str, now: int) -> Iterator[Finding]:
        held = self.unlisted.held(key, now)
        if held is None or zero_tolerance(held.came_fen) == NO_SEVERITY:
            return
        fifo, even = held.left("fifo"), held.left("prorata")
        accounts = set(held.pots.creditor[held.clients].tolist())
        values = {
            "limb": UNLISTED, "held_fen": fifo, "held_prorata_fen": even, "came_fen": held.came_fen,
            "n_clients": len({self._client(held, i) for i in held.clients.tolist()}), "n_accounts": len(accounts),
        }  # fmt: skip
        names = self.world.accounts.ids.names
        owners = {self.world.accounts.owner_name(a) for a in accounts}
        severity = min(zero_tolerance(fifo), zero_tolerance(even))
        yield from self._finding(key, severity, fifo, values, now, [names[a] for a in accounts], (UNLISTED, held, owners),
                                 tuple(sorted(owners - {key})), (min(fifo, even), max(fifo, even)))  # fmt: skip

    def _finding(
        self, key: str, severity: int, fen: int, values: dict[str, int], now: int, accounts: list[str], shown: Any,
        others: tuple[str, ...] = (), span: tuple[int, int] | None = None,
    ) -> Iterator[Finding]:  # fmt: skip
        if severity == NO_SEVERITY:
            return
        low, high = span if span is not None else (None, None)
        flags = ("truncated",) if values["limb"] == UNLISTED and shown[1].pots.truncated else ()
        yield Finding(self.id, key, now - 1, severity, fen, values, (now - DAY_US, now - 1), low, high, others,
                      tuple(sorted(accounts)), known=now, key=shown, flags=flags)  # fmt: skip

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        limb, *shown = finding.key
        told: dict[int, Callable[..., Told]] = {BANK: self._of_banks, SHARE: self._of_share, UNLISTED: self._of_unlisted}
        inputs, rows, excuses, related = told[limb](finding, *shown)
        return Evidence(
            {"held_fen": "sum of the faulty accounts (1), or clients' credits still there by FIFO (3)",
             "missing_fen": "required_ppm of base_fen - central_fen"},
            {"limb": limb, **inputs}, rows, [] if rows else self.world.closings.events(self._accounts(finding)), related, excuses,
            thresholds={"rsv.bank.min_assets": self.in_force("rsv.bank.min_assets", finding.time),
                        "rsv.payees": self.in_force("rsv.payees", finding.time), "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip

    def _accounts(self, finding: Finding) -> list[int]:
        return [self.world.accounts.ids.get(name) for name in finding.accounts]

    def _of_banks(self, finding: Finding, held: list[Place], least: int) -> Told:
        rows = [place._asdict() | {"counts": place.faulty(least)} for place in held]
        return {"places": rows}, [], [], {}

    def _of_share(
        self, finding: Finding, here: Central, totals: tuple[Any, ...], kinds: list[str], shares: dict[str, Any]
    ) -> Told:  # fmt: skip
        scope = [licence.scope for licence in self.world.register.licences(finding.subject, shanghai_day(finding.time))]
        inputs = {"accounts": [list(row) for row in here.accounts], "totals": [list(pair) for pair in totals],
                  "kinds": kinds, "schedule": shares, "scope": sorted(word for words in scope for word in words)}  # fmt: skip
        special = Excuse("RSV_SPECIAL", True, {"counted": False})
        return inputs, [], [special], {}

    def _of_unlisted(self, finding: Finding, held: Held, owners: set[str]) -> Told:
        pots, names = held.pots, self.world.accounts.ids.names
        theirs = set(held.clients.tolist())
        transfers = [
            {"transaction": list(self.world.refs.of(int(pots.rows[i]))), "fen": int(pots.fen[i]),
             "payer": None if pots.enters[i] else names[pots.debtor[i]],
             "payee": None if pots.leaves[i] else names[pots.creditor[i]],
             "client": self._client(held, i) if i in theirs else None}
            for i in range(len(pots.rows))
        ]  # fmt: skip
        openings = [[names[account], fen] for account, fen in pots.openings]
        return ({"openings": openings, "transfers": transfers}, pots.rows.tolist(), [],
                related_paths(self.world, finding.subject, owners))  # fmt: skip

    def _client(self, held: Held, place: int) -> str:
        party = int(self.world.ledger.log.payer[held.pots.rows[place] - self.world.ledger.base])
        account = self.world.accounts.ids.names[held.pots.debtor[place]]
        return self.world.parties.names[party] if party != NONE else f"account:{account}"
