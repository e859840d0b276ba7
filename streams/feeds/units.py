"""Unit errors (DQ-11): a file whose amounts jump by a factor of a hundred against the history of its feed stops the feed.

Yuan taken for fen, or fen for yuan, multiply every amount by exactly 100, and so the median; what else moves the median of a day
is far smaller. ``JUMP`` leaves room for both at once.
"""

from collections.abc import Sequence

JUMP = 30  # 100 divided by what a day may differ from the other days by itself
AMOUNTS_MIN = 20  # a median of fewer says nothing of the unit
HISTORY_FILES = 30


def unit_jump(median_fen: int | None, amounts: int, history: Sequence[int], typical_fen: int | None) -> str | None:
    """What is wrong with the median of a file's ``amounts``; None where nothing is, or where nothing can be said.

    ``history`` are the medians of the files before; where there are none, ``typical_fen`` stands for them.
    """
    if median_fen is None or amounts < AMOUNTS_MIN:
        return None
    usual = sorted(history)[(len(history) - 1) // 2] if history else typical_fen
    if usual is None or usual < JUMP * median_fen < JUMP * JUMP * usual:
        return None
    return f"median of {amounts} amounts {median_fen} fen, {usual} fen in the files before"
