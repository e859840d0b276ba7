"""What every detector must withstand, by being registered: any arrival, any batches, any restart, lawful twins."""

import doctest
import importlib
import random
from collections.abc import Callable
from typing import NamedTuple

import pytest

from chuantou.detectors.engine import Engine
from chuantou.detectors.registry import DETECTORS
from chuantou.schemas.alerts import Alert, canonical_json, encode_alert, sha256_hex
from chuantou.schemas.clock import DAY_US
from chuantou.schemas.columns import to_batch
from chuantou.schemas.streams import STREAMS, Envelope
from tests.detectors import schemes
from tests.detectors.scenario import RANK, YELLOW, alerts, batches, feed, final_set, in_time, run
from tests.detectors.schemes import Told
from tests.detectors.stories import (
    abnormal_yield,
    absorbed_money,
    account_inventory,
    borrower_cap,
    card_cash_out,
    claim_transfer,
    collection_network,
    commingling,
    commission_pyramid,
    cross_subsidy,
    custodian_duty,
    custody_bypass,
    debt_as_equity,
    disguised_clearing,
    down_payment_loan,
    estate,
    false_disclosure,
    fictitious_listing,
    fixed_return,
    fund_pool,
    fundraising_advert,
    gather_scatter,
    group_firewall,
    guaranteed_return,
    illegal_fundraising,
    ineligible_custodian,
    insurer_firewall,
    just_below,
    large_value,
    loss_sharing,
    margin_financing,
    maturity_mismatch,
    misappropriation,
    misleading_advert,
    misleading_insurance,
    money_profile,
    mule_accounts,
    name_keywords,
    new_money_pays_old,
    off_scope_advert,
    offline_marketing,
    out_of_scope,
    own_money_subsidy,
    platform_lending,
    policy_loop,
    prepaid_card,
    purpose_drift,
    reserve_deposit,
    reserve_interest,
    reserve_misuse,
    reserve_pledge,
    reserve_shortfall,
    run_precursors,
    second_clearing,
    self_financing,
    self_guarantee,
    shareholder_capital,
    split_listings,
    trade_clothing,
    trading_mode,
    transfer_loop,
    unlicensed_advert,
    unlicensed_channel,
    unlicensed_insurance,
    unlicensed_wallet,
)

Story = Callable[[], Told]


class Case(NamedTuple):
    """A detector's golden scheme, its other schemes, and the lawful scenes at which it must stay silent."""

    golden: Story
    schemes: dict[str, Story]
    lawful: dict[str, Story]


CASES: dict[str, Case] = {
    "AM-05": Case(group_firewall.round_trip, group_firewall.EVASIONS, group_firewall.LAWFUL),
    "AD-01": Case(unlicensed_advert.wealth_by_a_consultant, unlicensed_advert.EVASIONS, unlicensed_advert.LAWFUL),
    "AD-02": Case(off_scope_advert.another_business, off_scope_advert.EVASIONS, off_scope_advert.LAWFUL),
    "AD-03": Case(misleading_advert.guaranteed, misleading_advert.EVASIONS, misleading_advert.LAWFUL),
    "AD-04": Case(fundraising_advert.monthly_returns, fundraising_advert.EVASIONS, fundraising_advert.LAWFUL),
    "ECF-03": Case(debt_as_equity.fixed_with_a_clause, debt_as_equity.EVASIONS, debt_as_equity.LAWFUL),
    "FLOW-01": Case(schemes.closed_loop, transfer_loop.EVASIONS, transfer_loop.LAWFUL),
    "FLOW-02": Case(gather_scatter.one_account, gather_scatter.EVASIONS, gather_scatter.LAWFUL),
    "FLOW-03": Case(just_below.ten_below, just_below.EVASIONS, just_below.LAWFUL),
    "LVT-01": Case(large_value.three_payments, large_value.EVASIONS, large_value.LAWFUL),
    "ILF-04": Case(mule_accounts.five_new_accounts, mule_accounts.EVASIONS, mule_accounts.LAWFUL),
    "ILF-05": Case(commission_pyramid.two_recruiters_an_order, commission_pyramid.EVASIONS, commission_pyramid.LAWFUL),
    "ILF-01": Case(collection_network.triple, collection_network.EVASIONS, collection_network.LAWFUL),
    "ILF-02": Case(absorbed_money.over_a_million, absorbed_money.EVASIONS, absorbed_money.LAWFUL),
    "ILF-03": Case(fixed_return.monthly, fixed_return.EVASIONS, fixed_return.LAWFUL),
    "ILF-06": Case(out_of_scope.ten_investors, out_of_scope.EVASIONS, out_of_scope.LAWFUL),
    "INS-01": Case(unlicensed_insurance.premiums, unlicensed_insurance.EVASIONS, unlicensed_insurance.LAWFUL),
    "INS-03": Case(insurer_firewall.without_a_contract, insurer_firewall.EVASIONS, insurer_firewall.LAWFUL),
    "INS-02": Case(misleading_insurance.promised, misleading_insurance.EVASIONS, misleading_insurance.LAWFUL),
    "INS-04": Case(policy_loop.surrendered, policy_loop.EVASIONS, policy_loop.LAWFUL),
    "ILF-07": Case(trade_clothing.trees, trade_clothing.EVASIONS, trade_clothing.LAWFUL),
    "P2P-01": Case(schemes.pooled_credits, fund_pool.EVASIONS, fund_pool.LAWFUL),
    "P2P-02": Case(new_money_pays_old.paid_from_the_next, new_money_pays_old.EVASIONS, new_money_pays_old.LAWFUL),
    "P2P-03": Case(platform_lending.out_of_its_own_account, platform_lending.EVASIONS, platform_lending.LAWFUL),
    "P2P-04": Case(schemes.layered_proceeds, self_financing.EVASIONS, self_financing.LAWFUL),
    "P2P-05": Case(self_guarantee.compensated, self_guarantee.EVASIONS, self_guarantee.LAWFUL),
    "P2P-06": Case(guaranteed_return.paid_all_the_same, guaranteed_return.EVASIONS, guaranteed_return.LAWFUL),
    "P2P-07": Case(schemes.mismatched_terms, maturity_mismatch.EVASIONS, maturity_mismatch.LAWFUL),
    "P2P-09": Case(fictitious_listing.unknown_to_the_register, fictitious_listing.EVASIONS, fictitious_listing.LAWFUL),
    "P2P-10": Case(false_disclosure.promised_twelve, false_disclosure.EVASIONS, false_disclosure.LAWFUL),
    "P2P-11": Case(offline_marketing.led_groups, offline_marketing.EVASIONS, offline_marketing.LAWFUL),
    "P2P-08": Case(split_listings.three_in_turn, split_listings.EVASIONS, split_listings.LAWFUL),
    "P2P-12": Case(borrower_cap.person_above, borrower_cap.EVASIONS, borrower_cap.LAWFUL),
    "P2P-13": Case(claim_transfer.super_lender, claim_transfer.EVASIONS, claim_transfer.LAWFUL),
    "P2P-14": Case(margin_financing.three_clients, margin_financing.EVASIONS, margin_financing.LAWFUL),
    "P2P-15": Case(commingling.rent_and_wages, commingling.EVASIONS, commingling.LAWFUL),
    "P2P-16": Case(custody_bypass.into_the_own_account, custody_bypass.EVASIONS, custody_bypass.LAWFUL),
    "P2P-17": Case(
        ineligible_custodian.payment_institution, ineligible_custodian.EVASIONS, ineligible_custodian.LAWFUL
    ),
    "P2P-18": Case(misappropriation.to_the_controller, misappropriation.EVASIONS, misappropriation.LAWFUL),
    "P2P-20": Case(
        illegal_fundraising.promised_to_the_public, illegal_fundraising.EVASIONS, illegal_fundraising.LAWFUL
    ),
    "PAY-01": Case(schemes.short_reserve, reserve_shortfall.EVASIONS, reserve_shortfall.LAWFUL),
    "PAY-02": Case(schemes.misused_reserve, reserve_misuse.EVASIONS, reserve_misuse.LAWFUL),
    "PAY-03": Case(reserve_deposit.too_small(), reserve_deposit.EVASIONS, reserve_deposit.LAWFUL),
    "PAY-04": Case(reserve_interest.pboc_interest, reserve_interest.EVASIONS, reserve_interest.LAWFUL),
    "PAY-05": Case(reserve_pledge.tagged, reserve_pledge.EVASIONS, reserve_pledge.LAWFUL),
    "PAY-06": Case(disguised_clearing.golden_day, disguised_clearing.EVASIONS, disguised_clearing.LAWFUL),
    "PAY-07": Case(second_clearing.fourteen_shops, second_clearing.EVASIONS, second_clearing.LAWFUL),
    "PAY-08": Case(card_cash_out.night_shop, card_cash_out.EVASIONS, card_cash_out.LAWFUL),
    "REG-03": Case(shareholder_capital.come_round, shareholder_capital.EVASIONS, shareholder_capital.LAWFUL),
    "REG-04": Case(account_inventory.hidden_account, account_inventory.EVASIONS, account_inventory.LAWFUL),
    "PAY-11": Case(purpose_drift.large_tickets, purpose_drift.EVASIONS, purpose_drift.LAWFUL),
    "PAY-09": Case(prepaid_card.one_card_many_shops, prepaid_card.EVASIONS, prepaid_card.LAWFUL),
    "PAY-10": Case(unlicensed_wallet.users_pay_each_other, unlicensed_wallet.EVASIONS, unlicensed_wallet.LAWFUL),
    "REG-05": Case(money_profile.cash_comes, money_profile.EVASIONS, money_profile.LAWFUL),
    "REG-06": Case(custodian_duty.never_reported, custodian_duty.EVASIONS, custodian_duty.LAWFUL),
    "REG-02": Case(name_keywords.wealth_management, name_keywords.EVASIONS, name_keywords.LAWFUL),
    "PAY-12": Case(unlicensed_channel.goes_on, unlicensed_channel.EVASIONS, unlicensed_channel.LAWFUL),
    "RUN-01": Case(run_precursors.run_on_the_desk, run_precursors.EVASIONS, run_precursors.LAWFUL),
    "TV-04": Case(trading_mode.sold_next_day, trading_mode.EVASIONS, trading_mode.LAWFUL),
    "TV-05": Case(loss_sharing.half_of_the_losses, loss_sharing.EVASIONS, loss_sharing.LAWFUL),
    "YLD-01": Case(abnormal_yield.beyond_the_borrower, abnormal_yield.EVASIONS, abnormal_yield.LAWFUL),
    "YLD-02": Case(own_money_subsidy.topped_up, own_money_subsidy.EVASIONS, own_money_subsidy.LAWFUL),
    "YLD-03": Case(cross_subsidy.out_of_the_other_listing, cross_subsidy.EVASIONS, cross_subsidy.LAWFUL),
    "RE-01": Case(down_payment_loan.half_lent, down_payment_loan.EVASIONS, down_payment_loan.LAWFUL),
    "RE-02": Case(estate.developer_borrows, estate.FINANCE_EVASIONS, estate.FINANCE_LAWFUL),
    "RE-03": Case(estate.shares_of_a_flat, estate.CROWD_EVASIONS, estate.CROWD_LAWFUL),
}
IDS = [detector.id for detector in DETECTORS]
SCHEMES = [(id_, name, story) for id_, case in CASES.items() for name, story in case.schemes.items()]
LAWFUL = [(id_, name, story) for id_, case in CASES.items() for name, story in case.lawful.items()]


def golden(detector: str) -> list[Envelope]:
    return in_time(CASES[detector].golden().scenario.events())


def versions(out: list[Alert]) -> list[bytes]:
    return [encode_alert(alert) for alert in out]


def disturbed(events: list[Envelope], slack_us: int, seed: int) -> list[Envelope]:
    """An order of arrival in which no event is later than the slack allows."""
    jitter = random.Random(seed)
    return [e for _, e in sorted(((e.event_time + jitter.randrange(slack_us), i), e) for i, e in enumerate(events))]


def test_every_registered_detector_has_a_case_and_a_lawful_twin() -> None:
    assert set(IDS) == CASES.keys()
    assert all(case.schemes and case.lawful for case in CASES.values())


@pytest.mark.parametrize("detector", IDS)
def test_the_golden_scheme_is_found(detector: str) -> None:
    told = CASES[detector].golden()
    assert alerts(run(told.scenario), detector, told.subject)


@pytest.mark.parametrize("detector", IDS)
@pytest.mark.parametrize("seed", [1, 2])
def test_any_arrival_inside_the_slack_gives_the_same_bytes(detector: str, seed: int) -> None:
    events = golden(detector)
    slack = 3 * DAY_US
    expected = versions(feed(events, engine=Engine(slack_us=slack))[1])
    arrived = disturbed(events, slack, seed)
    assert arrived != events
    assert versions(feed(arrived, size=7, engine=Engine(slack_us=slack))[1]) == expected


@pytest.mark.parametrize("detector", IDS)
def test_any_arrival_at_all_gives_the_same_final_alerts(detector: str) -> None:
    events = golden(detector)
    expected = final_set(run(events))
    random.Random(7).shuffle(events)
    engine, _ = feed(events, size=11)
    assert final_set(engine) == expected


@pytest.mark.parametrize("detector", IDS)
def test_every_event_three_times(detector: str) -> None:
    events = golden(detector)
    engine, out = feed([e for e in events for _ in range(3)], size=7)
    assert versions(out) == versions(feed(events)[1])
    assert engine.counts.duplicate == 2 * len(events)
    assert engine.counts.processed == len(events)


@pytest.mark.parametrize(("detector", "name", "story"), SCHEMES, ids=[f"{d} {n}" for d, n, _ in SCHEMES])
def test_batches_of_any_size_give_the_same_bytes(detector: str, name: str, story: Story) -> None:
    events = in_time(story().scenario.events())
    engine, out = feed(events, 5_000)
    assert alerts(engine, detector)
    for size in (1, 7):
        assert versions(feed(events, size)[1]) == versions(out)


@pytest.mark.parametrize("detector", IDS)
def test_restored_at_every_tenth_event(detector: str) -> None:
    events = golden(detector)
    expected, whole = feed(events, 10)
    engine, out = Engine(), []
    for batch in batches(events, 10):
        out += engine.step(batch)
        restored = Engine()
        restored.restore(engine.snapshot())
        engine = restored
    out += engine.close()
    assert versions(out) == versions(whole)
    assert engine.counts == expected.counts
    assert [engine.evidence(a.alert_id) for a in out] == [expected.evidence(a.alert_id) for a in whole]


def test_nothing_in_nothing_out() -> None:
    engine = Engine()
    assert engine.step([]) == []
    assert engine.step([to_batch(stream, []) for stream in STREAMS]) == []
    assert engine.flush() == engine.close() == engine.final_alerts() == []
    assert engine.counts.received == 0


@pytest.mark.parametrize(("detector", "name", "story"), LAWFUL, ids=[f"{d} {n}" for d, n, _ in LAWFUL])
def test_lawful_scenes_stay_silent(detector: str, name: str, story: Story) -> None:
    """No detector reaches yellow, and the one whose “Not” list it is says nothing at all."""
    found = [a for a in run(story().scenario).final_alerts() if a.detector == detector or RANK[a.severity] >= YELLOW]
    assert [(a.detector, a.severity, a.values) for a in found] == []


@pytest.mark.parametrize("kind", DETECTORS, ids=IDS)
def test_the_documented_example_runs(kind: type) -> None:
    example = doctest.DocTestFinder(recurse=False).find(kind, globs=vars(importlib.import_module(kind.__module__)))
    assert [test for test in example if test.examples], "the detector's docstring has no example"
    runner = doctest.DocTestRunner()
    for test in example:
        runner.run(test)
    assert runner.failures == 0


@pytest.mark.parametrize(("detector", "name", "story"), SCHEMES, ids=[f"{d} {n}" for d, n, _ in SCHEMES])
def test_the_hash_is_that_of_the_evidence(detector: str, name: str, story: Story) -> None:
    engine = run(story().scenario)
    found = engine.final_alerts()
    assert found
    for alert in found:
        pack = engine.evidence(alert.alert_id)
        assert alert.evidence_sha256 == sha256_hex(canonical_json(pack))
        assert pack["amount_fen"] == alert.amount_fen
        assert pack["values"] == {k: v if isinstance(v, int) else repr(v) for k, v in alert.values.items()}
        assert pack["detector_id"] == alert.detector


@pytest.mark.parametrize("detector", IDS)
def test_versions_count_up_and_the_first_is_created(detector: str) -> None:
    seen: dict[str, Alert] = {}
    for alert in feed(golden(detector), 1)[1]:
        before = seen.get(alert.alert_id)
        assert alert.version == (before.version + 1 if before else 1)
        assert (alert.kind == "created") == (before is None)
        assert (alert.kind == "escalated") == (before is not None and RANK[alert.severity] > RANK[before.severity])
        seen[alert.alert_id] = alert
