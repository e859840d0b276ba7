"""One pass over JSON objects of one level: which stream, which fields, where each value stands.

The kernel knows the plain form in which nearly every event comes: one object, keys and strings without escapes, integers,
true, false and null. A line that is anything else, or that breaks any rule, is not judged here: it is marked ``NOT_PLAIN``
and takes the exact road (``chuantou.schemas.decode``). What is marked plain would be accepted there with the same values.

Names (of streams, fields, enum values) are found in one open-addressed table by ``(namespace, bytes)``.
"""

import numpy as np
from numba import njit

NOT_PLAIN = -1
BLANK = -2
TOKENS_MAX = 64  # members of one object; also the bits of a mask of fields
LINE_MAX = 1 << 20
SHIFT = 21  # a text cell is (start << SHIFT) | length
# kinds of tokens
TEXT, INTEGER, TRUE, FALSE, NULL = range(5)
# kinds of fields
F_TEXT, F_PARTY, F_DIGITS, F_ENUM, F_INT, F_BOOL, F_DATE, F_TIME, F_OTHER = range(9)
# columns of the table of fields: kind, bounds (of an integer, or of a length in bytes), namespace of an enum's values
KIND, LOW, HIGH, CHOICES = range(4)
# columns of the table of streams: first row in the table of fields, namespace of its fields, masks, field of `type` and `op`
FIRST, NAMES, REQUIRED, TYPE_FIELD, OP_FIELD, REF_FIELD = range(6)
HASH, START, STOP, VALUE = range(4)  # columns of the table of names
STREAMS = 0  # namespace of the names of streams
_PRIME_A = np.uint64(0x9E3779B97F4A7C15)
_ONE = np.uint64(1)
_INT64_MAX = np.uint64(2**63 - 1)
_DAY_US = np.int64(86_400_000_000)
_MONTH_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)


@njit(cache=True, inline="always")
def hash_name(namespace, data, start, stop):
    """Hash of a name inside a namespace: of its length and four of its bytes, because a look-up compares the rest anyway."""
    size = stop - start
    if size == 0:
        return np.int64(namespace)
    h = (np.uint64(data[start]) << np.uint64(24)) | (np.uint64(data[stop - 1]) << np.uint64(16))
    h |= (np.uint64(data[start + size // 2]) << np.uint64(8)) | np.uint64(data[start + size // 4])
    h = (h ^ (np.uint64(namespace) << np.uint64(40)) ^ (np.uint64(size) << np.uint64(32))) * _PRIME_A
    return np.int64(h >> np.uint64(16))


@njit(cache=True)
def put_name(namespace, data, start, stop, value, table):
    """Enter a name that is not there yet; the table must be less than half full."""
    h = hash_name(namespace, data, start, stop)
    slot = (h >> 16) & (table.shape[0] - 1)
    while table[slot, VALUE] >= 0:
        slot = (slot + 1) & (table.shape[0] - 1)
    table[slot, HASH] = h
    table[slot, START] = start
    table[slot, STOP] = stop
    table[slot, VALUE] = value


@njit(cache=True, inline="always")
def find_name(namespace, data, start, stop, table, arena):
    """The value of a name, or -1."""
    h = hash_name(namespace, data, start, stop)
    slot = (h >> 16) & (table.shape[0] - 1)
    while table[slot, VALUE] >= 0:
        if table[slot, HASH] == h and table[slot, STOP] - table[slot, START] == stop - start:
            same = True
            first = table[slot, START]
            for k in range(stop - start):
                if arena[first + k] != data[start + k]:
                    same = False
                    break
            if same:
                return table[slot, VALUE]
        slot = (slot + 1) & (table.shape[0] - 1)
    return -1


@njit(cache=True, inline="always")
def skip_space(data, at, stop):
    while at < stop and (data[at] == 32 or data[at] == 9 or data[at] == 10 or data[at] == 13):
        at += 1
    return at


@njit(cache=True, inline="always")
def text_end(data, at, stop):
    """Where the string that begins after its quote ends: the index of the closing quote, or -1 if it is not plain."""
    while at < stop:
        c = data[at]
        if c == 34:
            return at
        if c == 92 or c < 32:
            return -1
        at += 1
    return -1


@njit(cache=True, inline="always")
def is_word(data, at, stop, word):
    if at + word.shape[0] > stop:
        return False
    for k in range(word.shape[0]):  # noqa: SIM110 – a generator is no kernel
        if data[at + k] != word[k]:
            return False
    return True


_TRUE = np.frombuffer(b"true", np.uint8)
_FALSE = np.frombuffer(b"false", np.uint8)
_NULL = np.frombuffer(b"null", np.uint8)
_STREAM = np.frombuffer(b"stream", np.uint8)


@njit(cache=True, inline="always")
def scan_value(data, at, stop, tokens, n):
    """Read one value; ``tokens[n]`` gets kind, first byte and end of its text (or its number); returns where it ends, or -1."""
    if at >= stop:
        return -1
    c = data[at]
    if c == 34:
        end = text_end(data, at + 1, stop)
        tokens[n, 0], tokens[n, 1], tokens[n, 2] = TEXT, at + 1, end
        return end + 1 if end >= 0 else -1
    if c == 116:
        tokens[n, 0] = TRUE
        return at + 4 if is_word(data, at, stop, _TRUE) else -1
    if c == 102:
        tokens[n, 0] = FALSE
        return at + 5 if is_word(data, at, stop, _FALSE) else -1
    if c == 110:
        tokens[n, 0] = NULL
        return at + 4 if is_word(data, at, stop, _NULL) else -1
    negative = c == 45
    if negative:
        at += 1
    first = at
    number = np.uint64(0)
    while at < stop and 48 <= data[at] <= 57 and at - first < 19:  # 19 digits fit into a uint64
        number = number * np.uint64(10) + np.uint64(data[at] - 48)
        at += 1
    digits = at - first
    if digits == 0 or number > _INT64_MAX or (data[first] == 48 and (digits > 1 or negative)):
        return -1
    if at < stop and (48 <= data[at] <= 57 or data[at] == 46 or data[at] == 69 or data[at] == 101):
        return -1
    tokens[n, 0] = INTEGER
    tokens[n, 1] = -np.int64(number) if negative else np.int64(number)
    return at


@njit(cache=True)
def scan_line(data, at, stop, keys, tokens):
    """The members of one object in ``keys[:n, :2]`` and ``tokens[:n]``; returns n, ``NOT_PLAIN`` or ``BLANK``."""
    at = skip_space(data, at, stop)
    if at == stop:
        return BLANK
    if data[at] != 123:
        return NOT_PLAIN
    n = 0
    at = skip_space(data, at + 1, stop)
    while True:
        if n == TOKENS_MAX or at >= stop or data[at] != 34:
            return NOT_PLAIN
        keys[n, 0] = at + 1
        at = text_end(data, at + 1, stop)
        if at < 0:
            return NOT_PLAIN
        keys[n, 1] = at
        at = skip_space(data, at + 1, stop)
        if at >= stop or data[at] != 58:
            return NOT_PLAIN
        at = scan_value(data, skip_space(data, at + 1, stop), stop, tokens, n)
        if at < 0:
            return NOT_PLAIN
        n += 1
        at = skip_space(data, at, stop)
        if at >= stop:
            return NOT_PLAIN
        if data[at] == 125:
            return n if skip_space(data, at + 1, stop) == stop else NOT_PLAIN
        if data[at] != 44:
            return NOT_PLAIN
        at = skip_space(data, at + 1, stop)


@njit(cache=True, inline="always")
def two_digits(data, at):
    """The number of two digits, or a negative one."""
    a, b = np.int64(data[at]) - 48, np.int64(data[at + 1]) - 48
    return a * 10 + b if 0 <= a <= 9 and 0 <= b <= 9 else -10_000


@njit(cache=True)
def day_number(data, at, stop):
    """Days since 1970-01-01 of ``YYYY-MM-DD``; ``None`` would be no int64, so what is no date gives ``-(1 << 40)``."""
    bad = np.int64(-(1 << 40))
    if stop - at < 10 or data[at + 4] != 45 or data[at + 7] != 45:
        return bad
    year = two_digits(data, at) * 100 + two_digits(data, at + 2)
    month, day = two_digits(data, at + 5), two_digits(data, at + 8)
    if year < 1 or month < 1 or month > 12 or day < 1:
        return bad
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if day > _MONTH_DAYS[month - 1] + (1 if leap and month == 2 else 0):
        return bad
    y = year - (1 if month <= 2 else 0)  # years from March on: the leap day is the last one
    era = y // 400
    of_era = y - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


@njit(cache=True)
def micros_of(data, at, stop):
    """µs since the epoch of ``YYYY-MM-DDTHH:MM:SS[.f…](Z|±HH:MM)``, at most six digits of a second; else int64's minimum."""
    bad = np.int64(-(2**63))
    day = day_number(data, at, stop)
    if day == -(1 << 40) or stop - at < 20 or data[at + 10] != 84 or data[at + 13] != 58 or data[at + 16] != 58:
        return bad
    hour, minute, second = two_digits(data, at + 11), two_digits(data, at + 14), two_digits(data, at + 17)
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59):
        return bad
    at += 19
    fraction, scale = np.int64(0), np.int64(1_000_000)
    if data[at] == 46:
        at += 1
        first = at
        while at < stop and 48 <= data[at] <= 57:
            if at - first == 6:
                return bad
            fraction = fraction * 10 + np.int64(data[at]) - 48
            scale //= 10
            at += 1
        if at == first:
            return bad
    offset = np.int64(0)
    if stop - at == 6 and (data[at] == 43 or data[at] == 45) and data[at + 3] == 58:
        hours, minutes = two_digits(data, at + 1), two_digits(data, at + 4)
        if not (0 <= hours <= 23 and 0 <= minutes <= 59):
            return bad
        offset = (hours * 60 + minutes) * (1 if data[at] == 43 else -1)
        if data[at] == 45 and offset == 0:
            return bad
    elif stop - at != 1 or data[at] != 90:
        return bad
    seconds = hour * 3600 + (minute - offset) * 60 + second
    return day * _DAY_US + seconds * 1_000_000 + fraction * scale


@njit(cache=True, inline="always")
def is_party(data, start, stop):
    """``uscc:`` and 18 digits or capitals, or ``person:`` and at least one more byte."""
    size = stop - start
    if size > 7 and data[start] == 112:  # p
        return (data[start + 1] == 101 and data[start + 2] == 114 and data[start + 3] == 115
                and data[start + 4] == 111 and data[start + 5] == 110 and data[start + 6] == 58)  # fmt: skip
    if size != 23 or data[start] != 117 or data[start + 1] != 115 or data[start + 2] != 99 or data[start + 3] != 99:
        return False
    if data[start + 4] != 58:
        return False
    for k in range(start + 5, stop):  # noqa: SIM110 – a generator is no kernel
        if not (48 <= data[k] <= 57 or 65 <= data[k] <= 90):
            return False
    return True


@njit(cache=True, inline="always")
def read_field(fields, row, tokens, k, data, table, arena, time_min, time_max):
    """``(accepted, cell, choice)`` of one value: the cell is a number or a place in the text, choice an enum's value."""
    kind, low, high = fields[row, KIND], fields[row, LOW], fields[row, HIGH]
    form, first, end = tokens[k, 0], tokens[k, 1], tokens[k, 2]
    if kind == F_INT:
        return form == INTEGER and low <= first <= high, first, -1
    if kind == F_BOOL:
        return form in (TRUE, FALSE), np.int64(form == TRUE), -1
    if kind == F_TIME:
        when = first if form == INTEGER else micros_of(data, first, end) if form == TEXT else time_min - 1
        return time_min <= when <= time_max, when, -1
    if form != TEXT or kind == F_OTHER:
        return False, np.int64(0), -1
    if kind == F_DATE:
        day = day_number(data, first, end)
        return end - first == 10 and day != -(1 << 40), day, -1
    cell = (first << SHIFT) | (end - first)
    if kind == F_ENUM:
        choice = find_name(fields[row, CHOICES], data, first, end, table, arena)
        return choice >= 0, cell, choice
    if not low <= end - first <= high:  # bytes: at least as many as characters
        return False, cell, -1
    if kind == F_PARTY:
        return is_party(data, first, end), cell, -1
    if kind == F_DIGITS:
        for at in range(first, end):
            if not 48 <= data[at] <= 57:
                return False, cell, -1
    return True, cell, -1


@njit(cache=True)
def read_line(data, n, keys, tokens, streams, fields, needs, table, arena, time_min, time_max, cells, line):
    """``(stream or NOT_PLAIN, mask of fields)`` of one scanned line; values go to ``cells[line]``.

    needs uint64[stream, choice of `type` + 1 (op REVERSE, CORRECT, CANCEL: row 0), 4]: masks of which one bit each must be set.
    """
    nothing = np.uint64(0)
    stream = -1
    for k in range(n):
        if keys[k, 1] - keys[k, 0] == 6 and is_word(data, keys[k, 0], keys[k, 1], _STREAM):
            if stream >= 0 or tokens[k, 0] != TEXT:
                return NOT_PLAIN, nothing
            stream = find_name(STREAMS, data, tokens[k, 1], tokens[k, 2], table, arena)
            if stream < 0:
                return NOT_PLAIN, nothing
    if stream < 0:
        return NOT_PLAIN, nothing
    known, touched = nothing, nothing
    kind_of, undoes = -1, False
    for k in range(n):
        i = find_name(streams[stream, NAMES], data, keys[k, 0], keys[k, 1], table, arena)
        if i < 0:
            continue
        bit = _ONE << np.uint64(i)
        if touched & bit:
            return NOT_PLAIN, nothing
        touched |= bit
        if tokens[k, 0] == NULL:
            continue
        row = streams[stream, FIRST] + i
        accepted, cell, choice = read_field(fields, row, tokens, k, data, table, arena, time_min, time_max)
        if not accepted:
            return NOT_PLAIN, nothing
        cells[line, i] = cell
        known |= bit
        if i == streams[stream, TYPE_FIELD]:
            kind_of = choice
        elif i == streams[stream, OP_FIELD]:
            undoes = choice > 0
    required = np.uint64(streams[stream, REQUIRED])
    if known & required != required or (undoes and not known & (_ONE << np.uint64(streams[stream, REF_FIELD]))):
        return NOT_PLAIN, nothing
    if kind_of >= 0:
        for k in range(needs.shape[2]):
            if needs[stream, kind_of, k] != nothing and not known & needs[stream, kind_of, k]:
                return NOT_PLAIN, nothing
    return stream, known


@njit(cache=True, nogil=True)
def read_lines(data, starts, stops, streams, fields, needs, table, arena, time_min, time_max, stream_of, known, cells):
    """Read lines ``data[starts[i]:stops[i]]``.

    stream_of int8[n]: the stream, ``NOT_PLAIN`` or ``BLANK``; known uint64[n]: which fields it has; cells int64[n, 64].
    """
    keys = np.empty((TOKENS_MAX, 2), np.int64)
    tokens = np.empty((TOKENS_MAX, 3), np.int64)
    for i in range(starts.shape[0]):
        known[i] = 0
        if stops[i] - starts[i] > LINE_MAX:
            stream_of[i] = NOT_PLAIN
            continue
        n = scan_line(data, starts[i], stops[i], keys, tokens)
        if n < 0:
            stream_of[i] = n
            continue
        stream, mask = read_line(data, n, keys, tokens, streams, fields, needs, table, arena, time_min, time_max, cells, i)
        stream_of[i] = stream
        known[i] = mask
