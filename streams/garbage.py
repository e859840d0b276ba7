"""Python's cycle collector, told how a long run uses memory."""

import gc

# The engine keeps hundreds of thousands of small objects for as long as it runs and makes few cycles. The collector's own
# threshold (700 new objects) walks them again and again and finds nothing: 13 % of a replay.
NEW_OBJECTS = 200_000
ROUNDS = 50


def collect_rarely() -> None:
    """For the rest of the process: what is there stays out of collections, new objects are looked at in larger lots."""
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, ROUNDS, ROUNDS)
