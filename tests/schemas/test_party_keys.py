"""Check digits (golden case G11)."""

import pytest
from stdnum.cn import uscc

from chuantou.schemas.party_keys import cnaps_check_ok, resident_id_check_ok, uscc_check_ok

GOLDEN = {
    uscc_check_ok: "91350200776049653A",
    cnaps_check_ok: "102100099996",
    resident_id_check_ok: "11010519491231002X",
}


@pytest.mark.parametrize("check", GOLDEN)
def test_golden_keys_pass_and_no_single_changed_digit_does(check):
    good = GOLDEN[check]
    assert check(good)
    for place, old in enumerate(good):
        for new in "0123456789":
            if new != old:
                assert not check(good[:place] + new + good[place + 1 :])


@pytest.mark.parametrize("check", GOLDEN)
@pytest.mark.parametrize("bad", ["", "x", "１" * 18, "I" * 18, "1" * 19])
def test_other_forms_do_not_pass(check, bad):
    assert not check(bad)


def test_public_bank_codes_pass():
    for code in ("103100000026", "104100000004", "105100000017", "301290000007"):  # catalogue §7.1
        assert cnaps_check_ok(code)


def test_party_ids_are_read_with_their_prefix_and_agree_with_stdnum():
    assert uscc_check_ok("uscc:91350200776049653A")
    for tail in range(100):
        code = f"9135020077604{tail:02d}53A"
        assert uscc_check_ok(code) == uscc.is_valid(code)
