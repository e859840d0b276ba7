"""ILF-04 from its pack: each account's features, what links the accounts, and the largest ring."""

from typing import Any

from chuantou.console.recomputers.again import NONE, YELLOW, Again, Detail, Pack, line_ppm, share_ppm

HOUR_US = 3_600_000_000
WINDOW_DAYS = 30


def again(pack: Pack) -> Again:
    """Features, scores and the ring."""
    lines, inputs = pack["thresholds"]["ilf.mule"], pack["inputs"]
    judged = [judge(m, lines) for m in inputs["mules"]]
    details = [
        Detail(f"mules[{i}]", [m["features"], m["score_ppm"]], [j["features"], j["score"]])
        for i, (m, j) in enumerate(zip(inputs["mules"], judged))
    ]
    ring = largest([j for j in judged if j["is_mule"]], inputs["inflows"], lines["linked"], pack["thresholds"]["collected_ppm"])
    through = sum(j["in_fen"] for j in ring)
    values: dict[str, int | str] = {
        "n_mules": len(ring), "through_fen": through, "n_holders": len({j["holder"] for j in ring}),
        "n_strangers": len({who for j in ring for who in j["strangers"]}),
        "n_on_devices": sum("device" in j["features"] for j in ring),
        "passed_ppm": share_ppm(sum(j["passed"] for j in ring), through),
        "score_ppm": sum(j["score"] for j in ring) // len(ring) if ring else 0,
    }  # fmt: skip
    return Again(values, through, YELLOW if len(ring) >= lines["linked"] else NONE, details)


def judge(m: dict[str, Any], lines: dict[str, Any]) -> dict[str, Any]:
    """One account: the features that hold, in the order of the weights."""
    came, paid, life = m["came"], m["paid"], m["life"]
    in_fen, passed = sum(e["fen"] for e in came), passed_on(came, paid, lines["hours"] * HOUR_US)
    strangers = {e["other"] for e in came + paid if e["stranger"]}
    aged = life["window_day"] - life["first_day"]
    more = life["before_fen"] > 0 and aged >= lines["new_days"]
    empty = [day for day, got, left in m["closings"] if left * 10**6 <= line_ppm(lines["near_zero"]) * got]
    new = life["opened_day"] is not None and life["window_day"] - life["opened_day"] <= lines["new_days"]
    has = {
        "life": new
        or life["slept_days"] >= lines["dormant_days"]
        or life["new_hand"] is not None
        or (more and in_fen * aged >= lines["break"] * life["before_fen"] * WINDOW_DAYS),
        "passed": share_ppm(passed, in_fen) >= line_ppm(lines["passed"]),
        "strangers": len(strangers) >= lines["strangers"],
        "emptied": bool(m["closings"]) and share_ppm(len(empty), len(m["closings"])) >= line_ppm(lines["days_share"]),
        "device": 1 + list(m["ties"].values()).count("device") >= lines["device"],
        "region": all(m["regions"]) and len(set(m["regions"])) == 2,
    }
    features = sorted((name for name, holds in has.items() if holds), key=ORDER.index)
    score = sum(line_ppm(lines["weights"][name]) for name in features)
    mule = in_fen >= lines["fen"] and has["passed"] and has["strangers"] and score >= line_ppm(lines["mule"])
    given: dict[str, int] = {}
    for e in paid:
        given[e["other"]] = given.get(e["other"], 0) + e["fen"]
    return {
        "account": m["account"], "holder": m["holder"], "ties": m["ties"], "in_fen": in_fen, "passed": passed, "given": given,
        "strangers": strangers, "features": features, "score": score, "is_mule": mule,
    }  # fmt: skip


ORDER = ("life", "passed", "strangers", "emptied", "device", "region")


def passed_on(came: list[dict[str, Any]], paid: list[dict[str, Any]], horizon: int) -> int:
    """What can have been passed on in time: each payment out of the oldest money that is young enough."""
    left = [[e["order"], e["time"], e["fen"]] for e in came]
    total = 0
    for e in paid:
        need = e["fen"]
        for credit in left:
            if need and credit[0] < e["order"] and credit[2] and e["time"] - credit[1] <= horizon:
                part = min(need, credit[2])
                credit[2] -= part
                need -= part
                total += part
    return total


def largest(mules: list[dict[str, Any]], inflows: dict[str, int], linked: int, collected: int) -> list[dict[str, Any]]:
    """The ring with the most accounts, of equals the first by name."""
    holders = {j["holder"] for j in mules}
    parties = {j["account"]: {j["holder"], *j["ties"], *(who for who in j["given"] if who in holders)} for j in mules}
    for other, came in inflows.items():
        some = [j for j in mules if share_ppm(j["given"].get(other, 0), sum(j["given"].values())) >= collected]
        if len(some) >= linked and share_ppm(sum(j["given"][other] for j in some), came) >= collected:
            for j in some:
                parties[j["account"]].add(other)
    rings: list[tuple[set[str], set[str]]] = []
    for account in sorted(parties):
        mine, of = {account}, set(parties[account])
        for ring in [ring for ring in rings if ring[1] & of]:
            rings.remove(ring)
            mine, of = mine | ring[0], of | ring[1]
        rings.append((mine, of))
    best = min((sorted(ring[0]) for ring in rings), key=lambda names: (-len(names), names), default=[])
    return [j for j in mules if j["account"] in best]
