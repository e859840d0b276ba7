"""RE-03 from its pack: persons behind the subscriptions to one property."""

from chuantou.console.recomputers.again import NONE, YELLOW, Again, Pack, line_ppm, share_ppm, zero_tolerance


def again(pack: Pack) -> Again:
    inputs, lines = pack["inputs"], pack["thresholds"]["crowd.buying"]
    buyers = {sale["investor"] for sale in inputs["sales"]}
    people = {person for buyer in buyers for person in inputs["behind"][buyer]}
    fen = sum(sale["fen"] for sale in inputs["sales"])
    own_names = inputs["paid_fen"] > 0 and share_ppm(inputs["escrowed_fen"], inputs["paid_fen"]) >= line_ppm(lines["escrow"])
    fires = len(people) >= lines["people"] and not own_names and len(inputs["says"]) == 2
    colour = max(YELLOW, zero_tolerance(fen, pack["thresholds"]["zero_tolerance_fen"])) if fires else NONE
    values: dict[str, int | str] = {
        "n_people": len(people), "n_subscribers": len(buyers), "raised_fen": fen, "escrowed_fen": inputs["escrowed_fen"],
    }  # fmt: skip
    return Again(values, fen, colour)
