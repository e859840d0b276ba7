"""P2P-20 from its pack: four limbs, and the public's money."""

from chuantou.console.recomputers.again import NONE, ORANGE, RED, Again, Pack


def again(pack: Pack) -> Again:
    inputs, lines = pack["inputs"], pack["thresholds"]
    gate = lines["illegal.raising"]
    kinds = {kind: [c for c in inputs["credits"] if c["kind"] == kind] for kind in ("register", "inferred", "inside")}
    people = {kind: len({c["investor"] for c in some}) for kind, some in kinds.items()}
    fen = sum(c["fen"] for c in kinds["register"])
    licences, texts = set(inputs["illegality"]["licences"]), inputs["texts"]
    pools, beyond = inputs["sociality"]["findings"], inputs["illegality"]["beyond"]
    adverts = sum(text["kind"] == "ad" for text in texts) + len(inputs["publicness"]["adverts"])
    promises = sum(text["promise"] != "" for text in texts) + len(inputs["inducement"]["findings"])
    regular = len(set(inputs["inducement"]["regular"]))
    illegal = not licences & set(lines["licensed"]) and (not licences & set(lines["filed"]) or bool(beyond or pools))
    public = adverts > 0 or people["register"] >= gate["public"]
    induced = promises > 0 or regular >= gate["payees"]
    over = people["register"] >= lines["ilf.entity.people"] or fen >= lines["ilf.entity.amount"]
    values: dict[str, int | str] = {
        "n_people": people["register"], "gross_absorbed_fen": fen, "n_inferred": people["inferred"], "n_inside": people["inside"],
        "n_regular": regular, "n_adverts": adverts, "n_promises": promises, "n_pools": len(pools),
    }  # fmt: skip
    return Again(values, fen, (RED if over else ORANGE) if illegal and public and induced and pools else NONE)
