"""OWN-1, OWN-2: effective shares and related parties in a register of 20,000 parties and 60,000 stakes.

``python -m benchmarks.ownership [--small]``. Ours asks the register as it is fed: one party, cold, and all that 500 watched
parties own, in one table. The peers are given a matrix of floats (scipy's power series of one row, its sparse LU of the whole) or
a graph (networkx, the same series in dictionaries). OWN-1 is a register as registers are: persons above groups of companies,
some cross-holdings. OWN-2 is adversarial: stakes between random parties, so that nearly everybody owns part of everybody in
one ring of 20,000. Every share of every party asked is compared with the series; the run fails where they differ by a ppm.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator

import networkx as nx
import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as sla

from chuantou.graph.look_through import ShareColumns
from chuantou.graph.register import Register
from chuantou.schemas.clock import DAY_US, day_of_date
from chuantou.schemas.streams import OwnershipEvent

N_PARTIES = 20_000
STAKES_A_PARTY = 3
HOLDERS_A_COMPANY = 15  # in OWN-1, where a fifth of the parties are companies
DAY = day_of_date("2016-06-01")
N_WATCHED = 500
TOLERANCE = 1e-12  # of the float power series
HALF_PPM = 0.5 + 1e-4  # what rounding may take away, and what the series leaves out
Stake = tuple[int, int, int]  # holder, company, ppm


def split(rng: random.Random, holders: list[int], company: int) -> Iterator[Stake]:
    """95 % of the company over its holders, at random."""
    weights = [rng.random() + 0.01 for _ in holders]
    for holder, weight in zip(holders, weights):
        yield holder, company, int(950_000 * weight / sum(weights))


def register_like(rng: random.Random, n_parties: int) -> list[Stake]:
    """A fifth of the parties are companies with 15 holders: persons, and one to three companies of its group of 40."""
    n_companies = n_parties * STAKES_A_PARTY // HOLDERS_A_COMPANY
    stakes: list[Stake] = []
    for company in range(n_companies):
        group = company // 40 * 40
        parents = set(range(group, company))
        chosen = set(rng.sample(sorted(parents), min(len(parents), 2)))
        if company % 20 == 19:  # a cross-holding: an older sister holds a younger one that holds it
            chosen.add(min(company + 1, n_companies - 1) if company + 1 < group + 40 else group)
        chosen.discard(company)
        while len(chosen) < HOLDERS_A_COMPANY:
            chosen.add(rng.randrange(n_companies, n_parties))
        stakes += split(rng, sorted(chosen), company)
    return stakes


def random_graph(rng: random.Random, n_parties: int) -> list[Stake]:
    stakes: list[Stake] = []
    for company in range(n_parties):
        holders = {rng.randrange(n_parties) for _ in range(STAKES_A_PARTY)} - {company}
        stakes += split(rng, sorted(holders), company)
    return stakes


def key(i: int) -> str:
    return f"person:{i:05d}"


def tell(stakes: list[Stake]) -> Register:
    register = Register()
    for i, (holder, company, ppm) in enumerate(stakes):
        register.ownership_event(
            OwnershipEvent(
                event_id=f"e{i:06d}", source_id="registry:bench", event_time=(DAY - 1_000) * DAY_US,
                type="SHAREHOLDER", party=key(company), holder=key(holder), ratio_ppm=ppm,
            )
        )  # fmt: skip
    return register


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def power_series(shares: sp.csr_matrix, holder: int) -> np.ndarray:
    arrived = np.asarray(shares[holder].todense()).ravel()
    total = arrived.copy()
    while arrived.max() > TOLERANCE:
        arrived = arrived @ shares
        total += arrived
    return total


def networkx_series(graph: nx.DiGraph, holder: int) -> dict[int, float]:
    total: dict[int, float] = {}
    arrived = {holder: 1.0}
    while arrived:
        passed: dict[int, float] = {}
        for party, share in arrived.items():
            for company, tie in graph.adj[party].items():
                passed[company] = passed.get(company, 0.0) + share * tie["weight"] / 1e6
        arrived = {company: share for company, share in passed.items() if share > TOLERANCE}
        for company, share in arrived.items():
            total[company] = total.get(company, 0.0) + share
    return total


def check(register: Register, shares: sp.csr_matrix, table: ShareColumns, asked: list[int]) -> float:
    """Largest difference in ppm between the exact shares and the series; SystemExit where it is more than rounding."""
    largest = 0.0
    for party in asked:
        series = power_series(shares, party) * 1e6
        series[party] = 0.0
        one, of_table = np.zeros(len(series)), np.zeros(len(series))
        for company, ppm in register.effective_ppm(key(party), DAY).items():
            one[int(company[-5:])] = ppm
        mine = table.holder == table.parties.index(key(party))
        of_table[[int(table.parties[c][-5:]) for c in table.company[mine]]] = table.ppm[mine]
        largest = max(largest, float(np.abs(one - series).max()), float(np.abs(of_table - series).max()))
    if largest > HALF_PPM:
        raise SystemExit(f"shares differ from the power series by {largest} ppm")
    return largest


def scenario(id_: str, n_parties: int, stakes: list[Stake], n_asked: int, in_one_ring: bool) -> None:
    register = tell(stakes)
    holders, companies, ppm = (np.array(column) for column in zip(*stakes))
    shares = sp.csr_matrix((ppm / 1e6, (holders, companies)), shape=(n_parties, n_parties))
    watched = sorted({int(c) for c in companies})[:: max(1, len(set(companies.tolist())) // N_WATCHED)][:N_WATCHED]
    asked = watched[:: max(1, len(watched) // n_asked)][:n_asked]
    register.related(key(asked[0]), DAY, around_days=1)  # compiles the kernels
    ours = [milliseconds(lambda p=p: register.effective_ppm(key(p), DAY)) for p in asked]
    answers = [milliseconds(lambda p=p: register.related(key(p), DAY)) for p in asked]
    series = [milliseconds(lambda p=p: power_series(shares, p)) for p in asked]
    tables: list[ShareColumns] = []
    all_targets = milliseconds(lambda: tables.append(register.effective_table(map(key, watched), DAY)))
    print(f"{id_} {n_parties:,} parties, {len(stakes):,} stakes: one of {len(asked)} parties asked, cold, ms median and worst")
    print(f"{id_} effective shares {statistics.median(ours):.2f} and {max(ours):.2f}")
    print(f"{id_} related parties {statistics.median(answers):.2f} and {max(answers):.2f}")
    print(f"{id_} peer scipy float power series {statistics.median(series):.2f} and {max(series):.2f}")
    print(f"{id_} all targets of {len(watched)} watched parties {all_targets / 1e3:.2f} s, {len(tables[0].ppm):,} shares")
    print(f"{id_} peer scipy series for them {statistics.median(series) * len(watched) / 1e3:.2f} s (by the median)")
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(stakes)
    if in_one_ring:  # the LU fills up and the series of dictionaries goes round for ever: minutes
        walks = [milliseconds(lambda p=p: nx.descendants(graph, p)) for p in asked]
        print(f"{id_} peer networkx descendants, no shares {statistics.median(walks):.2f} and {max(walks):.2f}")
    else:
        walks = [milliseconds(lambda p=p: networkx_series(graph, p)) for p in asked]
        print(f"{id_} peer networkx series {statistics.median(walks):.2f} and {max(walks):.2f}")
        whole = (sp.identity(n_parties) - shares).T.tocsc()
        print(f"{id_} peer scipy LU of the whole, once {milliseconds(lambda: sla.splu(whole)):.2f}")
    print(f"{id_} equal to the series within rounding: largest difference {check(register, shares, tables[0], asked):.4f} ppm")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="prove that it works; the figures say nothing")
    n = 500 if parser.parse_args(arguments).small else N_PARTIES
    scenario("OWN-1", n, register_like(random.Random(2016), n), n_asked=20, in_one_ring=False)
    scenario("OWN-2", n, random_graph(random.Random(2016), n), n_asked=5, in_one_ring=True)


if __name__ == "__main__":
    main()
