"""Looking through vehicles: who really holds a product, how deep products are nested, which hold themselves (AM-02, AM-04).

Both questions walk one relation down its layers; what they need of the world is that relation alone, so that the same code
answers for subscriptions, partnerships and holdings of assets.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

MAX_NODES = 1_000_000  # of one walk; reaching it is told


@dataclass(frozen=True)
class Holders:
    """``final``: distinct persons, companies and exempt products at the ends, sorted; ``direct``: how many stand at the top.

    ``exempt``: the ends that were not opened because the rule exempts them, sorted; ``path``: for each final holder the
    vehicles through which it was met first, nearest the product first; ``truncated``: more than ``MAX_NODES``.
    """

    final: tuple[str, ...]
    direct: int
    exempt: tuple[str, ...]
    path: dict[str, tuple[str, ...]]
    truncated: bool

    @property
    def count(self) -> int:
        return len(self.final)


def look_through_holders(
    product: str, holders_of: Callable[[str], Iterable[str]], is_exempt: Callable[[str], bool] = lambda _: False
) -> Holders:
    """Expands the holders of ``product`` through vehicles – whoever has holders himself – down to the ends.

    An exempt holder counts as one and is not opened (registered products, pension and charity funds, catalogue AM-02 a).
    Whoever is met twice counts once; a vehicle that leads back to itself adds nobody.

    >>> held = {"P": ["a", "LP"], "LP": ["a", "b"]}
    >>> look_through_holders("P", lambda x: held.get(x, ())).final
    ('a', 'b')
    """
    final: dict[str, tuple[str, ...]] = {}
    exempt: set[str] = set()
    seen = {product}
    queue: deque[tuple[str, tuple[str, ...]]] = deque([(product, ())])
    direct = len(set(holders_of(product)) - {product})
    truncated = False
    while queue:
        vehicle, path = queue.popleft()
        for holder in sorted(set(holders_of(vehicle))):
            if holder in seen:
                continue
            if len(seen) >= MAX_NODES:
                truncated = True
                break
            seen.add(holder)
            if is_exempt(holder):
                exempt.add(holder)
                final[holder] = path
            elif any(True for _ in holders_of(holder)):
                queue.append((holder, (*path, holder)))
            else:
                final[holder] = path
    return Holders(tuple(sorted(final)), direct, tuple(sorted(exempt)), dict(sorted(final.items())), truncated)


@dataclass(frozen=True)
class Nesting:
    """``depth``: product layers from the top one to the last that holds a real asset, the longest way; ``chain``: that way.

    ``circles``: products that hold themselves through others, each as the way round from its least name, sorted.
    """

    depth: int
    chain: tuple[str, ...]
    circles: tuple[tuple[str, ...], ...]
    truncated: bool


def nesting(
    product: str, assets_of: Callable[[str], Iterable[str]], counts: Callable[[str], bool] = lambda _: True
) -> Nesting:
    """How deep ``product`` is nested: it is one layer, every product below that ``counts`` (no public fund) one more.

    An asset that holds nothing is real and no layer. A way that comes back to a product on it is a circle and goes no further.

    >>> held = {"A": ["B"], "B": ["C", "loan"], "C": ["bond"]}
    >>> nesting("A", lambda x: held.get(x, ())).depth
    3
    """
    longest: dict[str, tuple[str, ...]] = {}
    circles: set[tuple[str, ...]] = set()
    on_path: list[str] = []
    visited = 0
    stack: list[tuple[str, list[str], tuple[str, ...]]] = []

    def open_node(node: str) -> None:
        on_path.append(node)
        stack.append((node, sorted(set(assets_of(node)), reverse=True), ()))

    open_node(product)
    while stack:
        node, left, best = stack.pop()
        if left and visited < MAX_NODES:
            visited += 1
            below = left.pop()
            if below in on_path:
                circles.add(_from_least(on_path[on_path.index(below) :]))
                stack.append((node, left, best))
            elif below in longest:
                stack.append((node, left, max(best, longest[below], key=lambda way: (len(way), way))))
            else:
                stack.append((node, left, best))
                if any(True for _ in assets_of(below)):
                    open_node(below)
                else:
                    longest[below] = ()
            continue
        on_path.pop()
        longest[node] = (node, *best) if counts(node) else best
        if stack:
            above, rest, so_far = stack.pop()
            stack.append((above, rest, max(so_far, longest[node], key=lambda way: (len(way), way))))
    chain = longest[product]
    return Nesting(len(chain), chain, tuple(sorted(circles)), visited >= MAX_NODES)


def _from_least(way: list[str]) -> tuple[str, ...]:
    start = way.index(min(way))
    return (*way[start:], *way[:start])
