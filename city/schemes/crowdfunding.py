"""ECF-05: what 二(一)2 forbids to lending platforms, done by crowdfunding platforms (二(六)2, catalogue §4.7)."""

from collections.abc import Callable

from chuantou.city.scene import Scene

from . import claim_transfer, commingling, custody_bypass, ineligible_custodian, margin_financing, misappropriation


def on_a_crowdfunding_platform(play: Callable[[Scene], None]) -> Callable[[Scene], None]:
    """The same story with platforms of the sector ECF."""

    def played(scene: Scene) -> None:
        scene.sector = "ECF"
        play(scene)

    return played


SCENES = (
    ("ecf05.dealer", "P2P-13", "crowdfunding", on_a_crowdfunding_platform(claim_transfer.dealer)),
    ("ecf05.margin", "P2P-14", "crowdfunding", on_a_crowdfunding_platform(margin_financing.clean)),
    ("ecf05.commingled", "P2P-15", "crowdfunding", on_a_crowdfunding_platform(commingling.clean)),
    ("ecf05.bypass", "P2P-16", "crowdfunding", on_a_crowdfunding_platform(custody_bypass.own_account)),
    ("ecf05.custodian", "P2P-17", "crowdfunding", on_a_crowdfunding_platform(ineligible_custodian.alone)),
    ("ecf05.misused", "P2P-18", "crowdfunding", on_a_crowdfunding_platform(misappropriation.controller)),
    ("ecf05.lenders", "P2P-13", "lookalike:crowdfunding", on_a_crowdfunding_platform(claim_transfer.between_lenders)),
    ("ecf05.fees", "P2P-15", "lookalike:crowdfunding", on_a_crowdfunding_platform(commingling.fees)),
)
