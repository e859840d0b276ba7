"""G17: eighty staff are paid every month, sixty of them bought the firm's internal product (§10.1)."""

from tests.detectors.scenario import days_after, fen, only, run
from tests.detectors.stories.illegal_fundraising import DAY, Raiser


def test_g17_staff_stand_in_a_column_of_their_own() -> None:
    r = Raiser("g17")
    staff = [r.s.account(r.s.person(), "PERSONAL_I") for _ in range(80)]
    r.s.balance(r.pot, "2015-09-01", 9_000_000, "OPENING")
    for month in (-2, -1):
        for number, account in enumerate(staff):
            r.s.pay(f"{days_after(DAY, 30 * month)}T09:{number % 60:02d}:{number // 60:02d}", r.pot, account, 6_000, "PAYROLL")
    for number, account in enumerate(staff[:60]):
        r.s.pay(f"{DAY}T08:{number:02d}", account, r.pot, 5_000, "INVEST_IN", listing="内部")
    r.take(40)
    r.promise()
    r.s.person(f"{days_after(DAY, 12)}T10:00")
    engine = run(r.s)
    alert = only(engine, "P2P-20", r.platform)
    assert (alert.values["n_people"], alert.values["n_inside"]) == (40, 60)
    assert alert.values["gross_absorbed_fen"] == alert.amount_fen == fen(400_000)
    assert [a.detector for a in engine.final_alerts() if a.detector.startswith("FLOW")] == []  # wages are no scattering
