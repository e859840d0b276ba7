"""Every occurrence of many words in one pass over code points: an Aho–Corasick automaton with all its moves written out."""

import numpy as np
from numba import njit


@njit(cache=True)
def scan(codes, symbol_of, move, ends, shorter, out_end, out_word):
    """Write (place behind the word, word) of each occurrence, ends ascending, of equal ends the longest first; their number.

    codes uint32[n]; symbol_of int32[65536], 0 for what stands in no word; move int32[states, symbols]; ends int32[states], the
    word that a state ends or -1; shorter int32[states], the next state of a shorter word with the same end, 0 for none. Writes
    no further than ``out_end`` (int64) and ``out_word`` (int32) reach: call again with room for the number returned.
    """
    state = np.int64(0)
    count = 0
    room = out_end.shape[0]
    for i in range(codes.shape[0]):
        code = codes[i]
        symbol = symbol_of[code] if code < 65536 else 0
        state = np.int64(move[state, symbol])
        at = state
        while at != 0:
            if ends[at] >= 0:
                if count < room:
                    out_end[count] = i + 1
                    out_word[count] = ends[at]
                count += 1
            at = np.int64(shorter[at])
    return count
