"""DET-1, DET-2, DET-3: what each detector costs, with many watched platforms.

``python -m benchmarks.detectors [--transfers N] [--small]``. A million accounts, a tenth of the transfers touch one of
100 (DET-1) or 1,000 (DET-2) watched P2P platforms: nine of ten under designated custody, the tenth with a pool of its
own. Clients pay in, borrowers are paid, clients are paid back; everybody else pays anybody. As in ENG-1 dense columns
are booked in runs of 5,000 and every detector observes the facts. DET-3 closes one day of 1,000 platforms of 1,000
investors each, with loans, subscriptions and repayment plans.

Printed is the CPU time, of all threads, of the world (ledger, windows, loops) and of each detector: what one core alone
would take, whoever shares the machine. There is no peer: no library detects any of this; ``benchmarks.engine`` holds the
ledger beneath against plain Python.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

import numpy as np
import pyarrow as pa

from benchmarks.engine import RUN, START, event_ids
from chuantou.detectors.core import Core
from chuantou.graph.flow_class import BASIS_ID, CLASS_ID
from chuantou.graph.transfer_columns import TransferColumns
from chuantou.schemas.clock import DAY_US, date_of_day, shanghai_day
from chuantou.schemas.columns import to_batches
from chuantou.schemas.rules import load_rule_pack
from chuantou.schemas.streams import AccountEvent, Envelope, PartyEvent, ProductEvent
from chuantou.streams.garbage import collect_rarely

WARM = 200_000  # transfers before the clock starts
ACCOUNTS = 1_000_000
TOUCHING = 0.10
DAYS = 5
LISTINGS = 20  # of each platform
OWN_POOL = 10  # every tenth platform keeps its clients' money itself
LENDS = 0.05  # share of what a platform pays out that are loans
INVESTORS = 1_000  # of each platform, in DET-3
NONE = -1
Result = TypeVar("Result")


class Town(NamedTuple):
    """Account numbers: the platforms' pots, then the borrowers', then everybody's."""

    platforms: int
    accounts: int

    def account(self, number: int) -> str:
        return f"bench:{number:07d}"

    def platform(self, number: int) -> str:
        return f"uscc:91320900MA1B{number:06d}"

    def listing(self, number: int) -> str:
        return f"L{number:06d}"

    def borrower(self, listing: int) -> str:
        return f"person:borrower-{listing}"

    @property
    def listings(self) -> int:
        return self.platforms * LISTINGS

    def told(self) -> Iterator[Envelope]:
        """Platforms, pots, borrowers and listings, as events of the day before."""
        stamp = {"source_id": "registry:bench", "event_time": START - DAY_US}
        bank = "uscc:91320900MA1BANK001"
        yield PartyEvent(event_id="bank", party=bank, kind="org", sector="BANK", **stamp)
        for p in range(self.platforms):
            yield PartyEvent(event_id=f"p-{p}", party=self.platform(p), kind="org", sector="P2P", watched=True, **stamp)
            custody = p % OWN_POOL != 0
            role, holder = ("CLIENT_MASTER", bank) if custody else ("OWN_GENERAL", self.platform(p))
            pot = {"account": self.account(p), **stamp}
            yield AccountEvent(event_id=f"pot-{p}", type="OPEN", owner=holder, role=role, **pot)
            if custody:
                yield AccountEvent(
                    event_id=f"custody-{p}", type="CUSTODY_DESIGNATE", platform=self.platform(p), custodian=bank, **pot
                )
        for number in range(self.listings):
            owner = self.borrower(number)
            account = self.account(self.platforms + number)
            yield AccountEvent(event_id=f"o-{number}", type="OPEN", account=account, owner=owner, role="PERSONAL_I", **stamp)
            yield ProductEvent(
                event_id=f"l-{number}", type="LISTING", platform=self.platform(number // LISTINGS), borrower=owner,
                listing=self.listing(number), amount_fen=20_000_000, rate_ppm=120_000, term_days=90, **stamp,
            )  # fmt: skip

    def books(self, investors: int) -> Iterator[Envelope]:
        """What each platform owes its investors, and is owed: loans paid out, claims of 90 days, one instalment a loan."""
        stamp = {"source_id": "platform:bench", "event_time": START - DAY_US // 2}
        due = date_of_day(shanghai_day(START) + 90)
        for number in range(self.listings):
            told = {"platform": self.platform(number // LISTINGS), "listing": self.listing(number), **stamp}
            borrower = self.borrower(number)
            yield ProductEvent(event_id=f"d-{number}", type="DISBURSE", borrower=borrower, amount_fen=20_000_000, **told)
            yield ProductEvent(
                event_id=f"r-{number}", type="REPAY_PLAN", plan_id=f"plan-{number}", due=due, principal_fen=20_000_000,
                interest_fen=600_000, **told,
            )  # fmt: skip
            for claim in range(investors // LISTINGS):
                who = number * (investors // LISTINGS) + claim
                yield ProductEvent(
                    event_id=f"s-{who}", type="SUBSCRIBE", investor=f"person:{who}", claim=f"claim-{who}", due=due,
                    amount_fen=20_000_000 * LISTINGS // investors, rate_ppm=100_000, **told,
                )  # fmt: skip


def transfers(core: Core, town: Town, n: int, seed: int = 2016) -> TransferColumns:
    """Seeded transfers of up to 10,000 yuan over ``DAYS`` days with the world's own ids; half of those that touch pay in."""
    rng, world = np.random.default_rng(seed), core.world
    first = town.platforms + town.listings
    debtor, creditor = (rng.integers(first, town.accounts, n) for _ in range(2))
    listing = np.where(rng.random(n) < TOUCHING, rng.integers(0, town.listings, n), NONE)
    touches, draw = listing != NONE, rng.random(n)
    pays_in, lends = touches & (draw < 0.5), touches & (draw >= 1 - LENDS / 2)
    pot = listing // LISTINGS
    creditor = np.where(pays_in, pot, np.where(lends, town.platforms + listing, creditor))
    debtor = np.where(touches & ~pays_in, pot, debtor)
    flow = np.where(touches, CLASS_ID["RETURN_PRIN"], CLASS_ID["UNKNOWN"])
    flow[pays_in], flow[lends] = CLASS_ID["INVEST_IN"], CLASS_ID["LOAN_OUT"]
    accounts = world.accounts.ids.ids(pa.array([town.account(i) for i in range(town.accounts)]))
    persons = world.parties.ids(pa.array([f"person:{i}" for i in range(town.accounts)]))
    listings = np.append(world.listings.ids(pa.array([town.listing(i) for i in range(town.listings)])), NONE)
    nothing = np.full(n, NONE, np.int32)
    basis = np.where(touches, BASIS_ID["source"], BASIS_ID[""])
    return TransferColumns(
        time=START + np.sort(rng.integers(0, DAYS * DAY_US, n)), debtor=accounts[debtor], creditor=accounts[creditor],
        fen=rng.integers(1, 1_000_000, n) * np.where(lends, 10, 1),
        debtor_party=np.where(pays_in, persons[debtor], NONE).astype(np.int32), creditor_party=nothing,
        flow_class=flow.astype(np.int8), basis=basis.astype(np.int8), listing=listings[listing].astype(np.int32),
        product=nothing, order=nothing, device=nothing, place=nothing,
        till=np.zeros(n, np.int8), memo=pa.nulls(n, pa.string()),
        source_id=pa.repeat("bank:A", n), event_id=event_ids(n), reference=np.zeros(n, np.int64), side=np.zeros(n, np.int8),
    )  # fmt: skip


def timed(spent: Counter[str], key: str, work: Callable[[], Result]) -> Result:
    start = time.process_time()
    result = work()
    spent[key] += time.process_time() - start
    return result


def observe(town: Town, n: int, warm: int) -> Counter[str]:
    """Seconds by detector, and of the world under ``world``, for ``n`` transfers after ``warm`` others."""
    core = Core(load_rule_pack("yancheng-2016"))
    core.play(list(to_batches(list(town.told())).values()))
    columns = transfers(core, town, warm + n)
    core.world.watch.refresh(core.world.day)
    spent: Counter[str] = Counter()
    for at in range(0, warm + n, RUN):
        if at == warm:
            spent.clear()
        run = columns.cut(at, min(at + RUN, warm + n))
        segment = timed(spent, "world", lambda run=run: core.world.book(run))
        for detector in core.detectors:
            timed(spent, detector.id, lambda detector=detector, segment=segment: list(detector.observe(segment)))
    return spent


def close_a_day(town: Town, investors: int, n: int) -> Counter[str]:
    """Seconds by detector of one day's close: ``investors`` claims on every platform, an instalment a loan, ``n`` transfers."""
    core = Core(load_rule_pack("yancheng-2016"))
    core.play(list(to_batches([*town.told(), *town.books(investors)]).values()))
    columns = transfers(core, town, n)
    columns = columns._replace(time=np.sort(START + columns.time % DAY_US))
    core.world.day = shanghai_day(START)
    core.world.watch.refresh(core.world.day)
    for at in range(0, n, RUN):
        segment = core.world.book(columns.cut(at, min(at + RUN, n)))
        for detector in core.detectors:
            for _ in detector.observe(segment):
                pass
    spent: Counter[str] = Counter()
    timed(spent, "world", lambda: core.world.close_day(core.world.day))
    for detector in core.detectors:
        timed(spent, detector.id, lambda detector=detector: list(detector.day_close(core.world.day)))
    return spent


def print_shares(scenario: str, words: str, spent: Counter[str], unit: str, each: float) -> None:
    """``words`` and the sum, then whoever has half a percent of it, the dearest first."""
    total = sum(spent.values())
    print(f"{scenario} {words}: {total / each:,.0f} {unit}")
    for key, seconds in spent.most_common():
        if seconds >= total / 200:
            print(f"{scenario} {key}: {seconds / each:,.1f} {unit}, {seconds / total:.1%}", flush=True)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--transfers", type=int, default=1_000_000)
    parser.add_argument("--small", action="store_true", help="prove that it works; the figures say nothing")
    options = parser.parse_args(arguments)
    collect_rarely()
    n, warm, accounts = (RUN, RUN, 50_000) if options.small else (options.transfers, WARM, ACCOUNTS)
    for scenario, platforms in (("DET-1", 100), ("DET-2", 1_000)):
        spent = observe(Town(platforms, accounts), n, warm)
        speed = f"{platforms:,} platforms, {n / sum(spent.values()) / 1e6:.2f} M transfers/s a core"
        print_shares(scenario, speed, spent, "ns a transfer", n / 1e9)
    platforms, investors = (50, 100) if options.small else (1_000, INVESTORS)
    spent = close_a_day(Town(platforms, accounts), investors, n // 10)
    print_shares("DET-3", f"{platforms * investors:,} investors of {platforms:,} platforms", spent, "ms a day close", 1e-3)


if __name__ == "__main__":
    main()
