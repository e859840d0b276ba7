"""P2P-16: what went past custody, against all."""

import pytest

from tests.detectors.scenario import fen, only, run
from tests.detectors.stories import custody_bypass as stories


@pytest.mark.parametrize(
    ("story", "severity", "bypass", "ratio", "people", "banks"),
    [
        (stories.into_the_own_account, "orange", 60_000, 60 * 1_000_000 // 660, 3, 1),
        (stories.controllers_account, "red", 600_000, 500_000, 3, 1),
        (stories.forwarded, "red", 150_000, 200_000, 3, 1),
        (stories.paid_from_elsewhere, "orange", 90_000, 90 * 1_000_000 // 690, 3, 1),
        (stories.two_custodians, "yellow", 0, 0, 0, 2),
        (stories.no_custody_after_the_grace, "orange", 0, 0, 0, 0),
    ],
)
def test_what_went_past_custody(story, severity, bypass, ratio, people, banks):
    told = story()
    alert = only(run(told.scenario), "P2P-16", told.subject)
    found = [alert.values[name] for name in ("bypass_fen", "bypass_ratio_ppm", "n_investors", "n_custodians")]
    assert (alert.severity, found) == (severity, [fen(bypass), ratio, people, banks])
