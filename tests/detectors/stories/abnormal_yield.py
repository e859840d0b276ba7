"""YLD-01: yields beyond peers, borrower, project or law, and those that are bearable."""

from tests.detectors.scenario import Scenario, days_after
from tests.detectors.schemes import Told
from tests.detectors.stories.own_money_subsidy import small_gift, topped_up

DAY = "2016-06-13"
TERM = 60
PEER_RATES = (80_000, 85_000, 90_000, 95_000, 100_000)


class Market:
    """Peers with sixty-day listings around 9 %, and the platform that is looked at."""

    def __init__(self, name: str, peers: int = 25) -> None:
        self.s = Scenario(name)
        self.platform = self.s.platform()
        for number in range(peers):
            self.sell(self.s.platform(), f"P{number}", PEER_RATES[number % len(PEER_RATES)], 150_000)

    def sell(self, platform: str, listing: str, rate: int, borrower_rate: int | None, day: str = DAY, **fields: int) -> list[str]:
        """Two people buy claims of 100,000 yuan on a listing; returns their accounts."""
        s, yuan = self.s, 200_000
        s.product(f"{day}T09:00", "LISTING", platform, yuan, listing=listing, borrower=s.org(), rate_ppm=borrower_rate,
                  term_days=TERM, **fields)  # fmt: skip
        accounts = []
        for number in range(2):
            person = s.person()
            accounts.append(s.account(person))
            s.product(f"{day}T10:0{number}", "SUBSCRIBE", platform, yuan // 2, listing=listing, investor=person, rate_ppm=rate,
                      claim=f"{listing}-{number}", start=day, due=days_after(day, TERM))  # fmt: skip
        return accounts

    def told(self) -> Told:
        self.s.person(f"{days_after(DAY, 5)}T12:00")
        return Told(self.s, self.platform)


def beyond_the_borrower() -> Told:
    """G9: 8.5 % and bonuses of 5 % out of a loan at 9 %."""
    return topped_up()


def beyond_the_peers(rate: int = 140_000) -> Told:
    """14 % where peers pay 9, out of loans at 15 %."""
    x = Market("peers")
    x.sell(x.platform, "L", rate, 150_000)
    return x.told()


def beyond_the_law() -> Told:
    """24 % out of loans at 30 %; of peers nothing is known."""
    x = Market("law", 0)
    x.sell(x.platform, "L", 240_000, 300_000)
    return x.told()


def beyond_the_project() -> Told:
    """11 % from a project that earns 5.5 %."""
    x = Market("project", 0)
    x.sell(x.platform, "L", 110_000, 150_000, project_return_ppm=55_000)
    return x.told()


def bonus_by_a_sponsor() -> Told:
    """8 % on paper; a sponsor pays 1,000 yuan on top to each of the two."""
    x = Market("sponsor")
    sponsor = x.s.account(x.s.org(), holds=10_000)
    for account in x.sell(x.platform, "L", 80_000, 95_000):
        x.s.pay(f"{days_after(DAY, 1)}T10:00", sponsor, account, 1_000, "BONUS", listing="L")
    return x.told()


def like_the_peers() -> Told:
    """11 % out of loans at 12 %: above most, below three points."""
    x = Market("alike")
    x.sell(x.platform, "L", 110_000, 120_000)
    return x.told()


def newcomers_gift() -> Told:
    """Fifty yuan, once, for each new client."""
    return small_gift()


def claims_at_a_discount() -> Told:
    """Investors sell each other claims at nine tenths: what the buyer earns is their affair."""
    x = Market("discount")
    x.sell(x.platform, "L", 90_000, 100_000)
    x.s.product(f"{days_after(DAY, 2)}T10:00", "CLAIM_TRANSFER", x.platform, 90_000, claim="L-0", from_party=x.s.person(),
                to_party=x.s.person(), principal_fen=10_000_000)  # fmt: skip
    return x.told()


EVASIONS = {
    "beyond the peers": beyond_the_peers,
    "beyond the law": beyond_the_law,
    "beyond the project": beyond_the_project,
    "bonus by a sponsor": bonus_by_a_sponsor,
}
LAWFUL = {
    "like the peers": like_the_peers,
    "newcomer's gift": newcomers_gift,
    "claims at a discount": claims_at_a_discount,
}
