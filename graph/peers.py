"""Peers: robust statistics of what many institutions do alike (catalogue §3.11)."""

TERM_BUCKETS = ((30, "1-30"), (90, "31-90"), (180, "91-180"), (365, "181-365"))
LONGEST = "366-"
BUCKETS = (*(name for _, name in TERM_BUCKETS), LONGEST)


def term_bucket(days: int) -> str:
    """The bucket of a term in days."""
    return next((name for most, name in TERM_BUCKETS if days <= most), LONGEST)
