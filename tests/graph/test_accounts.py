"""Accounts: who owns them, what role they play and on whose word, and what their history tells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.graph.accounts import (
    IS_LOOP_BLOCKED,
    IS_RESERVE,
    IS_TERMINAL,
    NONE,
    POOLED_ROLES,
    RESERVE_ROLES,
    ROLE_ID,
    ROLES,
    TERMINAL_ROLES,
    Accounts,
    RoleEntry,
    role_mask,
)
from chuantou.graph.interner import Interner
from chuantou.schemas.clock import DAY_US, day_of_date, day_start_us
from chuantou.schemas.streams import AccountEvent

DAY = day_of_date("2016-06-01")
NOON = DAY_US // 2


def event(kind: str, account: str = "a", day: int = 0, **fields) -> AccountEvent:
    return AccountEvent(
        event_id="e", source_id="bank:A", event_time=day_start_us(DAY + day) + NOON, type=kind, account=account, **fields
    )


def told(*events: AccountEvent) -> Accounts:
    accounts = Accounts(Interner())
    for e in events:
        accounts.apply(e)
    return accounts


def owners(accounts: Accounts) -> dict[str, str]:
    return {name: accounts.owner_name(i) for i, name in enumerate(accounts.ids.names)}


# -- roles ---------------------------------------------------------------------------------------------------------


def test_masks_name_their_roles():
    blocked = TERMINAL_ROLES + POOLED_ROLES
    for mask, roles in ((IS_RESERVE, RESERVE_ROLES), (IS_TERMINAL, TERMINAL_ROLES), (IS_LOOP_BLOCKED, blocked)):
        assert [ROLES[i] for i in np.flatnonzero(mask)] == sorted(set(roles), key=ROLES.index)
    assert not role_mask().any()
    with pytest.raises(KeyError):
        role_mask("NO_SUCH_ROLE")


def test_the_role_ids_fit_their_column():
    assert [ROLES[ROLE_ID[role]] for role in ROLES] == list(ROLES)
    assert len(ROLES) <= np.iinfo(np.int8).max
    assert ROLES[Accounts(Interner()).table.role[0]] == "UNKNOWN"


@pytest.mark.parametrize(
    ("basis", "third_party"), [("designated", True), ("bank", True), ("registry", True), ("inferred", False), (None, False)]
)
def test_only_a_third_party_can_entitle(basis, third_party):
    accounts = told(event("ROLE_TAG", role="CLIENT_MASTER", role_basis=basis))
    assert (accounts.role_of(0), bool(accounts.table.third_party[0])) == ("CLIENT_MASTER", third_party)


def test_a_weaker_word_takes_the_entitlement_back():
    words = [("RSV_CENTRAL", "bank"), ("OWN_BASIC", "inferred")]
    accounts = told(*(event("ROLE_TAG", role=role, role_basis=basis) for role, basis in words))
    assert (accounts.role_of(0), bool(accounts.table.third_party[0])) == ("OWN_BASIC", False)


def test_custody_is_designated_and_revoked():
    designated = event("CUSTODY_DESIGNATE", owner="person:custodian", platform="person:p", custodian="person:bank")
    accounts = told(designated)
    table, party = accounts.table, accounts.parties.get
    assert (accounts.role_of(0), bool(table.third_party[0])) == ("CLIENT_MASTER", True)
    assert (table.platform[0], table.custodian[0]) == (party("person:p"), party("person:bank"))
    assert accounts.owner_name(0) == "person:custodian"
    accounts.apply(event("CUSTODY_REVOKE", platform="person:p"))
    assert (accounts.role_of(0), bool(table.third_party[0]), table.platform[0]) == ("CLIENT_MASTER", False, NONE)


def test_a_designation_that_names_a_role_gives_that_role():
    accounts = told(event("CUSTODY_DESIGNATE", role="FUND_CUSTODY", role_basis="inferred"))
    assert (accounts.role_of(0), bool(accounts.table.third_party[0])) == ("FUND_CUSTODY", False)


# -- what else is known --------------------------------------------------------------------------------------------


def test_what_an_event_does_not_say_stays_as_it_was():
    first = event("OPEN", owner="person:a", role="OWN_BASIC", role_basis="bank", signatories=["person:s"], bank="102311000013",
                  branch_region="320902", platform="person:p")  # fmt: skip
    once, again = told(first), told(first, event("DEVICE_BIND", device="d"))
    for name in once.table.fill:
        assert getattr(once.table, name).tolist() == getattr(again.table, name).tolist(), name
    assert (again.signatories, again.branch) == ({0: ("person:s",)}, {0: "320902"})
    assert again.banks.names[again.table.bank[0]] == "102311000013"


def test_sub_ledgers_are_counted_once_below_their_master():
    accounts = told(*(event("OPEN", sub, owner="person:i", master_account="m") for sub in ("s1", "s2", "s1")))
    master = accounts.ids.get("m")
    assert accounts.table.subs[master] == 2
    assert accounts.master == {accounts.ids.get("s1"): master, accounts.ids.get("s2"): master}


def test_a_sub_ledger_that_moves_counts_below_its_new_master_alone():
    accounts = told(event("OPEN", "s", owner="person:i", master_account="m"), event("ROLE_TAG", "s", master_account="n"))
    assert [int(accounts.table.subs[accounts.ids.get(master)]) for master in ("m", "n")] == [0, 1]


def test_the_table_grows_with_the_ids():
    accounts = told(*(event("OPEN", f"a{i}", owner=f"person:{i % 7}") for i in range(3_000)))
    assert accounts.table.size >= 3_000
    assert accounts.owner_name(2_999) == "person:3"
    assert [len(accounts.of_party[accounts.parties.get(f"person:{i}")]) for i in range(7)] == [429] * 4 + [428] * 3


def test_the_history_keeps_every_word_in_order_of_telling():
    accounts = told(event("OPEN", owner="person:a"), event("ROLE_TAG", day=1, role="OWN_FEE", role_basis="bank"))
    at = [day_start_us(DAY + day) + NOON for day in (0, 1)]
    assert accounts.history == {
        0: [RoleEntry(at[0], "OPEN", None, None, "person:a", None, None),
            RoleEntry(at[1], "ROLE_TAG", "OWN_FEE", "bank", None, None, None)]
    }  # fmt: skip


def test_an_owner_nobody_knows_is_named_after_the_account():
    assert owners(told(event("CLOSE", "x"))) == {"x": "account:x"}


@pytest.mark.parametrize(
    ("turns", "open_on"),
    [
        ([], [0, 1, 2, 3, 4]),
        ([("ROLE_TAG", 1)], [0, 1, 2, 3, 4]),
        ([("OPEN", 1)], [1, 2, 3, 4]),
        ([("CLOSE", 2)], []),
        ([("OPEN", 1), ("CLOSE", 3)], [1, 2]),
        ([("OPEN", 1), ("CLOSE", 2), ("OPEN", 4)], [1, 4]),
        ([("OPEN", 2), ("CLOSE", 2)], []),
    ],
)
def test_an_account_is_open_from_its_opening_to_the_day_before_it_closes(turns, open_on):
    accounts = told(event("DECLARE"), *(event(kind, day=day) for kind, day in turns))
    assert [day for day in range(5) if accounts.is_open(0, DAY + day)] == open_on


# -- any history ---------------------------------------------------------------------------------------------------

TELLS_THE_OWNER = ("OPEN", "OWNER_CHANGE", "CUSTODY_DESIGNATE", "ROLE_TAG", "DECLARE")
words = st.tuples(
    st.sampled_from([*TELLS_THE_OWNER, "CLOSE", "SIGNATORY_CHANGE"]), st.sampled_from("abc"), st.none() | st.sampled_from("xyz"),
    st.none() | st.sampled_from("abcm"),
)  # fmt: skip


@given(st.lists(words, max_size=20))
def test_owners_and_masters_are_the_last_that_were_told(history):
    accounts = told(*(event(kind, name, owner=owner and f"person:{owner}", master_account=master)
                      for kind, name, owner, master in history))  # fmt: skip
    last_owner = {name: f"person:{owner}" for kind, name, owner, _ in history if owner and kind in TELLS_THE_OWNER}
    last_master = {name: master for _, name, _, master in history if master}
    assert owners(accounts) == {name: last_owner.get(name, f"account:{name}") for name in accounts.ids.names}
    names = accounts.ids.names
    held = {accounts.parties.names[party]: sorted(names[a] for a in of) for party, of in accounts.of_party.items() if of}
    assert held == {p: sorted(a for a, owner in last_owner.items() if owner == p) for p in set(last_owner.values())}
    masters = list(last_master.values())
    assert {name: int(accounts.table.subs[i]) for i, name in enumerate(names)} == {name: masters.count(name) for name in names}
