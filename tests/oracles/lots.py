"""Plain twin of ``graph/kernels/lots.py``: deques of (label, fen) in Python integers, nothing merged or reused."""

from collections import defaultdict, deque

OTHER = -1


def take_queue(lots: deque, wanted: int, newest_first: bool) -> list[tuple[int, int]]:
    taken = []
    while wanted and lots:
        label, fen = lots.pop() if newest_first else lots.popleft()
        part = min(fen, wanted)
        if fen > part:
            (lots.append if newest_first else lots.appendleft)((label, fen - part))
        taken.append((label, part))
        wanted -= part
    return taken


def take_pool(lots: deque, wanted: int) -> list[tuple[int, int]]:
    held = by_label(lots)
    total = sum(held.values())
    debit = min(wanted, total)
    if not debit:
        return []
    shares = {label: fen * debit // total for label, fen in held.items()}
    by_remainder = sorted(held, key=lambda label: (-(held[label] * debit % total), label))
    for label in by_remainder[: debit - sum(shares.values())]:
        shares[label] += 1
    lots.clear()
    lots.extend((label, fen - shares[label]) for label, fen in held.items() if fen > shares[label])
    return [(label, share) for label, share in shares.items() if share]


def by_label(pieces) -> dict[int, int]:
    sums: dict[int, int] = defaultdict(int)
    for label, fen in pieces:
        sums[label] += fen
    return dict(sorted(sums.items()))


def trace_lots(debtor, creditor, amount, method):
    """Returns the roots of every transfer as {root: fen}, and the lots left in every account."""
    held = defaultdict(deque)
    roots = []
    for i, (payer, payee, fen) in enumerate(zip(debtor, creditor, amount)):
        if payer == payee:
            roots.append({i: fen})
            continue
        taken = _take(held[payer], fen, method)
        covered = sum(part for _, part in taken)
        if covered < fen:
            taken.append((i, fen - covered))
        held[payee].extend(taken)
        roots.append(by_label(taken))
    return roots, held


def ends_of(debtor, creditor, amount, method, followed):
    """Returns {transfer that moved it last: fen} for the money of transfer ``followed``."""
    if debtor[followed] == creditor[followed]:
        return {followed: amount[followed]}
    held = defaultdict(deque)
    for i, (payer, payee, fen) in enumerate(zip(debtor, creditor, amount)):
        if payer == payee:
            continue
        taken = _take(held[payer], fen, method)
        taken.append((OTHER, fen - sum(part for _, part in taken)))
        if i == followed:
            taken = [(i, fen)]
        held[payee].extend((OTHER if label == OTHER else i, part) for label, part in taken if part)
    return by_label((label, part) for lots in held.values() for label, part in lots if label != OTHER)


def _take(lots: deque, wanted: int, method: str) -> list[tuple[int, int]]:
    return take_pool(lots, wanted) if method == "prorata" else take_queue(lots, wanted, method == "lifo")
