"""The words of alerts, Chinese first: they state facts and the clause and never say “crime” (catalogue §3.12)."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

REPORTS = ("LVT-01",)  # what a rule wants reported, of whomever it is told


@cache
def facts() -> dict[str, dict[str, str]]:
    """What alerts say of their values, by detector or detector/limb, in ``zh`` and ``en``."""
    text = resources.files("chuantou.detectors").joinpath("facts.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def summary_zh(detector: str, title: str, clause: str, who: str, span: tuple[str, str], values: Mapping) -> str:
    """“…符合…情形，涉嫌…，待核实。” for an accusation; a lead only states what was seen."""
    said = facts()[_limb(detector, values)]["zh"].format(**_written(values, "元"))
    if detector in REPORTS:
        return f"{who}{span[0]}至{span[1]}：{said}。依规报送，不作可疑认定。"
    if _is_lead(detector, values):
        return f"{who}{span[0]}至{span[1]}：{said}。属线索，待核实。"
    return f"{who}{span[0]}至{span[1]}：{said}。符合“{clause} {title}”情形，涉嫌{title}，待核实。"


def summary_en(detector: str, title: str, clause: str, who: str, span: tuple[str, str], values: Mapping) -> str:
    """The same in English: “… meets …, suspected of …, to be verified.”"""
    said = facts()[_limb(detector, values)]["en"].format(**_written(values, " yuan"))
    if detector in REPORTS:
        return f"{who}, {span[0]} to {span[1]}: {said}. To be reported by rule; nothing is suspected."
    if _is_lead(detector, values):
        return f"{who}, {span[0]} to {span[1]}: {said}. A lead, to be verified."
    meets = f"Meets the description of clause {clause} ({title}); suspected, to be verified."
    return f"{who}, {span[0]} to {span[1]}: {said}. {meets}"


def _is_lead(detector: str, values: Mapping) -> bool:
    """Precursors are no act, a name is a watch; what is owed under older law or by a group breaks no cap; custody had a date."""
    if detector.startswith(("FLOW-", "RUN-", "PAY-11", "REG-02", "REG-05")):
        return True
    if detector == "REG-04" and not values["n_undeclared"] and not values["n_personal"]:
        return True
    return bool(values.get("legacy") or values.get("kin") or values.get("group") or values.get("rectify"))


def _limb(detector: str, values: Mapping) -> str:
    """P2P-04, P2P-12 and others have limbs that state different facts."""
    if values.get("group"):
        return f"{detector}/group"
    limb = values.get("sf", values.get("limb"))
    return f"{detector}/{limb}" if limb is not None else detector


def yuan(fen: int) -> str:
    """Exact yuan with separators: 123456 fen is 1,234.56."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    cents = f".{fen % 100:02d}" if fen % 100 else ""
    return f"{sign}{fen // 100:,}{cents}"


def percent(ppm: int) -> str:
    """Percent with two decimals, cut: 941192 ppm is 94.11%."""
    sign, ppm = ("-", -ppm) if ppm < 0 else ("", ppm)
    return f"{sign}{ppm // 10_000}.{ppm // 100 % 100:02d}%"


def _written(values: Mapping, unit: str) -> dict[str, str]:
    out = {}
    for name, value in values.items():
        if name.endswith("_fen"):
            out[name] = yuan(value) + unit
        elif name.endswith("_ppm"):
            out[name] = percent(value)
        else:
            out[name] = str(value)
    return out
