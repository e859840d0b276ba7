"""REG-04 from its pack: which accounts the declared list does not know, and whose accounts do the business."""

from typing import Any

from chuantou.console.recomputers.again import LOG, NONE, YELLOW, Again, Detail, Pack


def again(pack: Pack) -> Again:
    inputs, gate = pack["inputs"], pack["thresholds"]["account.inventory"]
    accounts, reasons = inputs["accounts"], [why(x, inputs["has_list"], inputs["day"], gate) for x in inputs["accounts"]]
    details = [Detail(f"accounts[{k}].why", x["why"], reason) for k, (x, reason) in enumerate(zip(accounts, reasons))]
    count = {name: reasons.count(name) for name in ("undeclared", "related", "personal", "outside")}
    flagged = [x for x, reason in zip(accounts, reasons) if reason in ("undeclared", "related", "personal")]
    details += [
        Detail(f"{x['account']}.counterparties", [x["business"], x["clients"]], [parties(x, "business"), parties(x, "client")])
        for x in flagged
    ]
    undeclared = count["undeclared"] + count["related"]
    new = sum(x["opened"] is not None and any(0 <= day - x["opened"] <= gate["before_launch_days"] for day in inputs["launches"])
              for x in flagged)  # fmt: skip
    values: dict[str, int | str] = {
        "n_undeclared": undeclared, "n_related": count["related"], "n_personal": count["personal"],
        "n_accounts": inputs["settlement_accounts"], "n_outside": count["outside"], "n_new": new,
        "business_most": max((x["business"] for x in accounts if x["person"]), default=0),
    }  # fmt: skip
    lead = inputs["settlement_accounts"] > gate["accounts"] or count["outside"]
    severity = YELLOW if undeclared or count["personal"] else LOG if lead else NONE
    amount = sum(p["fen"] for x in flagged for p in x["payments"])
    return Again(values, amount, severity, details)


def parties(account: dict[str, Any], what: str) -> int:
    return len({p["party"] for p in account["payments"] if p[what]})


def why(x: dict[str, Any], has_list: bool, day: int, gate: dict[str, int]) -> str:
    known = x["declared"] or x["kept_for_clients"]
    missing = has_list and not known and (x["opened"] is None or day - x["opened"] > gate["grace_days"])
    if not x["own"] and x["institution"]:
        return "fine"
    if x["own"] and missing:
        return "undeclared"
    if not x["own"] and x["person"] and not x["kept_for_clients"] and x["business"] >= gate["counterparties"]:
        return "personal"
    if not x["own"] and missing and x["clients"] >= gate["clients"]:
        return "related"
    return "outside" if x["own"] and x["settlement"] and x["outside"] else "fine"
