"""Rule packs: the value in force on a day, and packs that must not load."""

import datetime as dt

import pytest

from chuantou.schemas.clock import day_of_date
from chuantou.schemas.rules import PACK_MAX_BYTES, RulePackError, load_rule_pack, to_ppm


def pack(tmp_path, params, head="rule_pack: test\n"):
    path = tmp_path / "pack.yaml"
    path.write_text(f"{head}params:\n{params}", encoding="utf-8")
    return path


def test_law_of_the_day():
    rules = load_rule_pack()
    assert rules.id == "yancheng-2016"
    for when in ("2022-02-28", dt.date(2022, 2, 28), day_of_date("2022-02-28")):
        assert rules.at("ilf.person.amount", when) == 20_000_000
    assert rules.at("ilf.person.amount", "2022-03-01") == 100_000_000
    entry = rules.entry("lvt.cash", "2017-06-30")
    assert (entry.value, entry.source, entry.last) == (20_000_000, "S9b", dt.date(2017, 6, 30))


def test_nothing_in_force_is_none_and_an_unknown_key_is_an_error():
    rules = load_rule_pack("yancheng-2016")
    assert rules.at("p2p.cap.person.one", "2016-08-23") is None
    assert rules.entry("p2p.cap.person.one", "2016-08-23") is None
    with pytest.raises(KeyError):
        rules.at("p2p.cap.person.onee", "2016-08-24")


def test_hash_is_of_content_not_of_layout(tmp_path):
    one = load_rule_pack(pack(tmp_path, "  a: [{from: 2016-01-01, v: 0.2, src: E}]"))
    same = load_rule_pack(pack(tmp_path, "  a:\n    - src: E  # why\n      v: 0.2\n      from: 2016-01-01"))
    other = load_rule_pack(pack(tmp_path, "  a: [{from: 2016-01-01, v: 0.3, src: E}]"))
    assert one.sha256 == same.sha256 != other.sha256


def test_ratios_become_exact_ppm(tmp_path):
    rules = load_rule_pack(pack(tmp_path, "  a: [{from: 2016-01-01, v: 0.29, src: E}]"))
    assert rules.ppm("a", "2016-01-01") == 290_000 and rules.ppm("a", "2015-12-31") is None
    assert (to_ppm(4), to_ppm(0.000001)) == (4_000_000, 1)
    with pytest.raises(ValueError, match="one ppm"):
        to_ppm(0.0000001)


BAD = {
    "overlap": (
        "  a: [{from: 2016-05-01, v: 2, src: E}, {from: 2016-01-01, to: 2016-05-01, v: 1, src: E}]",
        "a: 2016-01-01 to 2016-05-01 overlaps 2016-05-01 to open",
    ),
    "open before another": (
        "  a: [{from: 2016-01-01, v: 1, src: E}, {from: 2017-01-01, v: 2, src: E}]",
        "a: 2016-01-01 to open overlaps 2017-01-01",
    ),
    "backwards": ("  a: [{from: 2016-05-01, to: 2016-04-30, v: 1, src: E}]", "ends before it begins"),
    "no source": ("  a: [{from: 2016-05-01, v: 1}]", "needs from, v and src"),
    "misspelt": ("  a: [{from: 2016-05-01, til: 2017-01-01, v: 1, src: E}]", "needs from, v and src"),
    "no date": ("  a: [{from: soon, v: 1, src: E}]", "must be dates"),
    "a time": ("  a: [{from: 2016-05-01T00:00:00Z, v: 1, src: E}]", "must be dates"),
    "no entries": ("  a: []", "needs a list"),
    "one key twice": ("  a: [{from: 2016-05-01, v: 1, src: E}]\n  a: [{from: 2016-05-01, v: 1, src: E}]", "twice"),
    "alias": ("  a: &x [{from: 2016-05-01, v: 1, src: E}]\n  b: *x", "aliases"),
    "code": ("  a: !!python/object/apply:os.getcwd []", "could not determine a constructor"),
    "not YAML": ("  a: [", "expected"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_pack_does_not_load_and_says_why(tmp_path, name):
    params, why = BAD[name]
    with pytest.raises(RulePackError, match=why):
        load_rule_pack(pack(tmp_path, params))


def test_packs_that_are_not_there_too_large_or_not_text(tmp_path):
    for name in ("no-such-pack", str(tmp_path / "none.yaml")):
        with pytest.raises(RulePackError, match="cannot read"):
            load_rule_pack(name)
    with pytest.raises(RulePackError, match="not the name"):
        load_rule_pack("../yancheng-2016")
    with pytest.raises(RulePackError, match="larger"):
        load_rule_pack(pack(tmp_path, "  a: 1\n#" + "x" * PACK_MAX_BYTES))
    with pytest.raises(RulePackError, match="needs the keys"):
        load_rule_pack(pack(tmp_path, "  a: 1", head=""))
    (tmp_path / "gbk.yaml").write_bytes("名: 1".encode("gbk"))
    with pytest.raises(RulePackError, match="utf-8"):
        load_rule_pack(tmp_path / "gbk.yaml")


def test_every_entry_of_the_shipped_pack_has_a_known_source():
    rules = load_rule_pack()
    assert len(rules.entries) >= 45
    for key, entries in rules.entries.items():
        for entry in entries:
            assert entry.source, key
