"""Twin of detectors/kernels/leg_pairs.py: every pair looked at, the nearest taken first."""


def pairs(came, paid, window, ahead, fee_ppm):
    """``came``, ``paid``: (fen, time, bank) by leg. The pairs (in, out), nearest in time first, then in booking order."""
    possible = sorted(
        (abs(t2 - t1), i, j)
        for i, (fen1, t1, bank1) in enumerate(came)
        for j, (fen2, t2, bank2) in enumerate(paid)
        if bank1 != bank2 and fen1 - fen1 * fee_ppm // 1_000_000 <= fen2 <= fen1 and -ahead <= t2 - t1 <= window
    )
    used_in, used_out, out = set(), set(), []
    for _, i, j in possible:
        if i not in used_in and j not in used_out:
            used_in.add(i)
            used_out.add(j)
            out.append((i, j))
    return sorted(out)
