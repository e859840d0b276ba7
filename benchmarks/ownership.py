"""OWN-1, OWN-2: effective shares and related parties in a register of 20,000 parties and 60,000 stakes.

``python -m benchmarks.ownership [--small]``. Ours asks one party, cold, of the register as it is fed; the peers are given a
matrix of floats (scipy's sparse LU of the whole, the power series of one row) or walk the graph (networkx). OWN-1 is a
register as registers are: persons above groups of companies, some cross-holdings. OWN-2 is adversarial: stakes between
random parties, so that everybody owns part of everybody.
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

from chuantou.graph.register import Register
from chuantou.schemas.clock import DAY_US, day_of_date
from chuantou.schemas.streams import OwnershipEvent

N_PARTIES = 20_000
STAKES_A_PARTY = 3
HOLDERS_A_COMPANY = 15  # in OWN-1, where a fifth of the parties are companies
DAY = day_of_date("2016-06-01")
TOLERANCE = 1e-9  # of the float power series
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


def scenario(name: str, n_parties: int, stakes: list[Stake], n_asked: int, with_splu: bool) -> None:
    register = tell(stakes)
    holders, companies, ppm = (np.array(column) for column in zip(*stakes))
    shares = sp.csr_matrix((ppm / 1e6, (holders, companies)), shape=(n_parties, n_parties))
    asked = sorted({int(c) for c in companies[:: len(companies) // n_asked]})[:n_asked]
    register.effective_ppm(key(asked[0]), DAY)  # compiles the kernel
    ours = [milliseconds(lambda p=p: register.effective_ppm(key(p), DAY)) for p in asked]
    answers = [milliseconds(lambda p=p: register.related(key(p), DAY)) for p in asked]
    print(f"{name}: {n_parties} parties, {len(stakes)} stakes; one party of {len(asked)} asked, cold, ms")
    print(f"  ours effective_ppm        median {statistics.median(ours):9.2f}   worst {max(ours):9.2f}")
    print(f"  ours related              median {statistics.median(answers):9.2f}   worst {max(answers):9.2f}")
    series = [milliseconds(lambda p=p: power_series(shares, p)) for p in asked]
    print(f"  scipy float power series  median {statistics.median(series):9.2f}   worst {max(series):9.2f}")
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(stakes)
    walks = [milliseconds(lambda p=p: nx.descendants(graph, p)) for p in asked]
    print(f"  networkx descendants      median {statistics.median(walks):9.2f}   worst {max(walks):9.2f} (no shares)")
    if with_splu:
        system = (sp.identity(n_parties) - shares).T.tocsc()
        print(f"  scipy splu, whole graph   once   {milliseconds(lambda: sla.splu(system)):9.2f}")
    differ = max(
        abs(exact[int(company[-5:])] * 1e6 - share)
        for p in asked
        for exact in [power_series(shares, p)]
        for company, share in register.effective_ppm(key(p), DAY).items()
    )
    print(f"  largest difference to the power series: {differ:.3f} ppm (rounding: 0.5)")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="prove that it works; the figures say nothing")
    n = 500 if parser.parse_args(arguments).small else N_PARTIES
    scenario("OWN-1 groups", n, register_like(random.Random(2016), n), n_asked=20, with_splu=True)
    # scipy's LU fills up in the second: minutes
    scenario("OWN-2 random", n, random_graph(random.Random(2016), n), n_asked=2, with_splu=False)


if __name__ == "__main__":
    main()
