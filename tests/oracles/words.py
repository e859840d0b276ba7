"""The naive twin of the lexicon: every word at every place, then what lies within a longer one taken out."""

from collections.abc import Mapping


def occurrences(plain: str, written: Mapping[str, str]) -> list[tuple[str, int, int]]:
    """(what it stands for, start, end) in order of start; Latin words only where no letter touches them."""
    found = [
        (start, start + len(word), word)
        for word in written
        for start in range(len(plain) - len(word) + 1)
        if plain.startswith(word, start) and alone(plain, start, start + len(word))
    ]
    kept = [
        (written[word], start, end)
        for start, end, word in sorted(found)
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b, _ in found)
    ]
    return [hit for hit in kept if hit[0]]


def alone(plain: str, start: int, end: int) -> bool:
    def letter(c: str) -> bool:
        return "A" <= c <= "Z" if c else False

    before, after = plain[start - 1 : start] if start else "", plain[end : end + 1]
    return not (letter(plain[start]) and letter(before)) and not (letter(plain[end - 1]) and letter(after))
