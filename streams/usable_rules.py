"""Whether a rule pack says everything that the detectors ask: a backtest with half a pack would accuse nobody of the rest."""

from pathlib import Path
from typing import Any

from chuantou.schemas.rules import DEFAULT_PACK, RulePack, RulePackError, load_rule_pack


def load_usable_pack(name_or_path: str | Path) -> RulePack:
    """The rule pack of that name or `.yaml` file. RulePackError also where it lacks a key of the pack that is shipped, or
    gives one a value of another kind.
    """
    pack, shipped = load_rule_pack(name_or_path), load_rule_pack(DEFAULT_PACK)
    missing = sorted(shipped.entries.keys() - pack.entries.keys())
    if missing:
        raise RulePackError(f"{name_or_path}: {len(missing)} keys are missing: {', '.join(missing[:5])}")
    for key, entries in sorted(shipped.entries.items()):
        kinds = {_kind(entry.value) for entry in entries}
        for entry in pack.entries[key]:
            if _kind(entry.value) not in kinds:
                expected = " or ".join(sorted(kinds))
                raise RulePackError(f"{name_or_path}: {key} from {entry.first}: expected {expected}, found {entry.value!r}")
    return pack


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, dict):
        return "mapping of " + ", ".join(f"{name}: {_kind(inner)}" for name, inner in sorted(value.items()))
    names = {str: "text", list: "list", type(None): "nothing"}
    return names.get(type(value), type(value).__name__)
