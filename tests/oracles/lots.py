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


def trace_by_rules(rows, method, ties, kind, dust_fen, max_lots):
    """The same with obligation match and buckets: ``rows`` (debtor, creditor, fen), ``ties`` (of the credit, of the debit;
    -1: none). An account is a list of [label, fen, tie]. Returns roots, the lists left, and the longest there ever was."""
    n, held, folded, roots, longest = len(rows), defaultdict(list), defaultdict(int), [], 0
    for i, ((payer, payee, fen), (credit_tie, debit_tie)) in enumerate(zip(rows, ties)):
        if payer == payee:
            roots.append({i: fen})
            continue
        own = [lot for lot in held[payer] if debit_tie >= 0 and lot[2] == debit_tie]
        taken = _take_listed(own, fen, method)
        rest = fen - sum(part for _, part in taken)
        taken += _take_listed(held[payer], rest, method)
        held[payer] = [lot for lot in held[payer] if lot[1]]
        new = fen - sum(part for _, part in taken)
        if new:
            taken.append((i, new))
        roots.append(by_label(taken))
        for label, part in taken if method != "prorata" else roots[-1].items():
            arrives = n + kind[label] if label < n and part < dust_fen else label
            _put_listed(held[payee], [arrives, part, credit_tie], method)
        if 0 < max_lots < len(held[payee]) and len(held[payee]) > 2 * folded[payee]:
            held[payee] = _folded(held[payee], n, kind, method)
            folded[payee] = len(held[payee])
        longest = max(longest, len(held[payee]))
    return roots, held, longest


def _take_listed(lots, wanted, method):
    lots = [lot for lot in lots if lot[1]]
    if method == "prorata":
        total = sum(lot[1] for lot in lots)
        debit = min(wanted, total)
        shares = [lot[1] * debit // total for lot in lots]
        by_remainder = sorted(range(len(lots)), key=lambda k: -(lots[k][1] * debit % total))
        for k in by_remainder[: debit - sum(shares)]:
            shares[k] += 1
    else:
        shares = []
        for lot in lots:
            shares.append(min(lot[1], wanted - sum(shares)))
    for lot, part in zip(lots, shares):
        lot[1] -= part
    return [(lot[0], part) for lot, part in zip(lots, shares) if part]


def _put_listed(lots, lot, method):
    """A queue is listed in the order in which it is taken, a pool by label and tie."""
    near = range(len(lots)) if method == "prorata" else range(len(lots))[:1] if method == "lifo" else range(len(lots))[-1:]
    for k in near:
        if (lots[k][0], lots[k][2]) == (lot[0], lot[2]):
            lots[k][1] += lot[1]
            return
    lots.insert(0 if method == "lifo" else len(lots), lot)
    if method == "prorata":
        lots.sort(key=lambda one: (one[0], one[2]))


def _folded(lots, n, kind, method):
    sums = {}
    for label, fen, tie in lots:
        bucket = label if label >= n else n + kind[label]
        sums[bucket, tie] = sums.get((bucket, tie), 0) + fen
    listed = [[bucket, fen, tie] for (bucket, tie), fen in sums.items()]
    return sorted(listed, key=lambda one: (one[0], one[2])) if method == "prorata" else listed
