"""REG-02 from its pack: which words of which list stand in name and scope, and whether a licence takes them."""

from typing import Any

from chuantou.console.recomputers.again import LOG, NONE, Again, Pack


def again(pack: Pack) -> Again:
    inputs, lists = pack["inputs"], pack["thresholds"]
    found = [word for word in inputs["words"] if counts(word["word"], inputs["licences"], lists)]
    words = {word["word"] for word in found}
    hard = set(lists["names.hard"] or ()) | set(lists["names.statute"] or ())
    values: dict[str, int | str] = {
        "n_words": len(words), "n_hard": len(words & hard), "n_soft": len(words - hard),
        "n_statute": len(words & set(lists["names.statute"] or ())),
        "in_name": int(any(word["field"] == "name" for word in found)),
        "in_scope": int(any(word["field"] == "scope" for word in found)), "government": int(bool(inputs["government"])),
    }  # fmt: skip
    return Again(values, 0, LOG if found else NONE)


def counts(word: str, licences: list[str], lists: dict[str, Any]) -> bool:
    """On a list, and without a licence that it takes; a word that takes none in particular takes any."""
    listed = any(word in (lists[name] or ()) for name in ("names.hard", "names.statute", "names.soft"))
    takes = lists["names.licences"]
    return listed and not (set(takes[word]) & set(licences) if word in takes else licences)
