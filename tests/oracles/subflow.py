"""Plain twin of ``graph/subflow.py``: one walk over the whole log, asking of every transfer whether the money can have met it."""

OUTSIDE = 0


def subflow(transfers, root, until, max_hops, min_fen, stops):
    """``transfers``: (time, debtor, creditor, fen) in order. Returns [(index, debtor or None, creditor or None)].

    None stands for an account that the money cannot have reached by then, and was not paid by one that it had.
    """
    start = transfers[root][2]
    hop, met = {start: 0}, {start}
    rows = [(root, None, start)]
    for i, (time, payer, payee, fen) in enumerate(transfers):
        if i <= root or time > until or not (payer in hop or payee in hop):
            continue
        paid_on = payer in hop
        if paid_on:
            met.add(payee)
            if payee not in hop and hop[payer] < max_hops and fen >= min_fen and not stops(payee):
                hop[payee] = hop[payer] + 1
        rows.append((i, payer if paid_on else None, payee if payee in met else None))
    return rows
