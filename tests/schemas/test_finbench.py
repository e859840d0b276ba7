"""FinBench as contract events: whole, exact, in order; what cannot be read is a dead letter, not a gap."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuantou.schemas.adapters import finbench
from chuantou.schemas.adapters.finbench_rows import company_key, lender_key
from chuantou.schemas.decode import decode_lines
from chuantou.schemas.party_keys import uscc_check_ok

SLICE = Path(__file__).parents[1] / "data" / "finbench"
WHOLE = Path("/work/shared/data/finbench-sf0.3")
TRANSFER_HEADER = "fromId|toId|amount|createTime|orderNum|comment|payType|goodsType\n"


@pytest.fixture(scope="module")
def events():
    return list(finbench.read(SLICE))


def decoded(events):
    return decode_lines([json.dumps(event).encode() for event in events], lambda number: f"slice:{number}")


def of(events, stream, **fields):
    return [
        event for event in events if event["stream"] == stream and all(event.get(k) == v for k, v in fields.items())
    ]


def rows(name):
    header, *lines = (SLICE / "snapshot" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return [dict(zip(header.split("|"), line.split("|"))) for line in lines]


def test_every_event_decodes_and_comes_in_time_order(events):
    good, dead = decoded(events)
    assert not dead
    assert [event.event_time for event in good] == sorted(event["event_time"] for event in events)
    assert len({(event["source_id"], event["event_id"]) for event in events}) == len(events) > 300
    assert events == list(finbench.read(SLICE))


def test_each_row_of_a_transfer_file_is_one_transfer(events):
    by_class = Counter(event.get("flow_class") for event in of(events, "clr.transfers", source_id="finbench:snapshot"))
    assert by_class == {
        None: len(rows("AccountTransferAccount")),
        "WITHDRAW": len(rows("AccountWithdrawAccount")),
        "LOAN_OUT": len(rows("LoanDepositAccount")),
        "REPAY_PRIN": len(rows("AccountRepayLoan")),
    }


def test_amounts_are_exact_and_times_are_utc(events):
    row = rows("AccountTransferAccount")[0]
    (event,) = of(events, "clr.transfers", end_to_end_id=row["orderNum"])
    yuan, cents = row["amount"].split(".")
    assert event["amount_fen"] == int(yuan) * 100 + int(cents.ljust(2, "0"))
    assert event["debtor_account"] == "finbench:" + row["fromId"]
    good, _ = decoded([event])
    assert good[0].event_time // 1_000_000 == _epoch_seconds(row["createTime"])


def _epoch_seconds(text):
    import calendar
    import time

    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%d %H:%M:%S"))


def test_loans_are_listed_disbursed_and_repaid_under_one_name(events):
    loan = rows("LoanDepositAccount")[0]["loanId"]
    (listing,) = of(events, "prod.events", type="LISTING", listing=f"finbench-loan-{loan}")
    (terms,) = [row for row in rows("Loan") if row["loanId"] == loan]
    rate = terms["interestRate"].split(".")[1].ljust(6, "0")
    assert listing["rate_ppm"] == int(rate)
    assert listing["amount_fen"] == round(float(terms["loanAmount"])) * 100
    disbursed = of(events, "prod.events", type="DISBURSE", listing=listing["listing"])
    moved = of(events, "clr.transfers", flow_class="LOAN_OUT", listing=listing["listing"])
    assert [event["amount_fen"] for event in disbursed] == [event["amount_fen"] for event in moved]
    assert {event["borrower"] for event in disbursed} == {listing["borrower"]}
    assert of(events, "acct.events", type="OPEN", account=f"finbench:loan:{loan}", owner=listing["platform"])


def test_the_guarantor_is_the_latest_who_promised_before_the_application(events):
    application = next(
        row
        for row in rows("PersonApplyLoan")
        if any(
            g["toId"] == row["personId"] and g["createTime"] < row["createTime"] for g in rows("PersonGuaranteePerson")
        )
    )
    given_before = [
        (g["createTime"], g["fromId"])
        for g in rows("PersonGuaranteePerson")
        if g["toId"] == application["personId"] and g["createTime"] <= application["createTime"]
    ]
    (listing,) = of(events, "prod.events", type="LISTING", listing=f"finbench-loan-{application['loanId']}")
    assert listing["guarantor"] == "person:finbench-" + max(given_before)[1]
    unguaranteed = [event for event in of(events, "prod.events", type="LISTING") if event["guarantor"] is None]
    assert unguaranteed


@given(st.lists(st.integers(0, 31**8 * 10**6 - 1), unique=True, max_size=20))
def test_company_keys_are_valid_and_one_to_one(ids):
    keys = {company_key(str(number)) for number in ids}
    assert len(keys) == len(ids)
    assert all(uscc_check_ok(key) for key in keys)


def test_lender_keys_are_valid_and_apart_from_companies():
    assert uscc_check_ok(lender_key("Bank of America"))
    assert lender_key("Bank of America")[5:7] != company_key("1")[5:7]


def test_what_is_not_a_positive_whole_number_of_fen_is_refused_with_a_reason(tmp_path):
    line = "1|2|{}|2022-01-01 00:00:00.000|n{}|c|p|g\n"
    amounts = ("0.0", "1.005", "abc", "NaN", "1.5")
    text = TRANSFER_HEADER + "".join(line.format(amount, n) for n, amount in enumerate(amounts))
    (tmp_path / "AccountTransferAccount.csv").write_text(text, encoding="utf-8")
    good, dead = decoded(finbench.read(tmp_path))
    assert [event.amount_fen for event in good] == [150]
    assert [letter.field for letter in dead] == ["amount_fen"] * 4


def test_a_row_that_cannot_be_read_becomes_one_dead_letter(tmp_path):
    rows_of_file = ("1|2|1.00|2022-01-01 00:00:00.000|n|c|p|g", "cut short", "1|2|1.00|yesterday|n|c|p|g")
    with gzip.open(tmp_path / "AccountTransferAccount.csv.gz", "wt", encoding="utf-8") as file:
        file.write(TRANSFER_HEADER + "".join(row + "\n" for row in rows_of_file))
    good, dead = decoded(finbench.read(tmp_path))
    assert len(good) == 1
    assert [letter.code for letter in dead] == ["UNKNOWN_STREAM"] * 2


def test_detection_is_by_content(tmp_path):
    assert finbench.detects(SLICE)
    assert finbench.detects(SLICE / "incremental")
    assert not finbench.detects(tmp_path)
    assert not finbench.detects(SLICE / "snapshot" / "Loan.csv")
    with pytest.raises(ValueError, match="no FinBench file"):
        finbench.read(tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(not WHOLE.exists(), reason="the scale factor 0.3 data set is not on this machine")
def test_the_whole_data_set_decodes():
    events = list(finbench.read(WHOLE))
    _, dead = decoded(events)
    assert not dead
    assert Counter(event["stream"] for event in events)["clr.transfers"] == 218_600
