"""Files that are signed: taken with their signature, refused whole without it or with another one, through any crash."""

import hmac
from collections.abc import Iterator
from pathlib import Path

import pytest

from chuantou.console.main import main
from chuantou.schemas.streams import Transfer, encode_line
from chuantou.streams.broker import EmbeddedBroker
from chuantou.streams.feeds.state import RELEASED
from tests.streams.feed_site import PROFILE, KilledSweeps, Site, decided, payments

pytestmark = pytest.mark.xdist_group("embedded-broker")

STEPS_MAX = 40


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    with EmbeddedBroker() as embedded:
        yield embedded.url


SECRET = "CHUANTOU_TEST_SECRET"


@pytest.fixture
def signed(tmp_path: Path, broker: str, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A feed whose files are signed."""
    monkeypatch.setenv(SECRET, "secret")
    return Site(tmp_path, broker, PROFILE + f"signing_key: hmac-sha256:{SECRET}\n")


def sign(site: Site, name: str, events: list[Transfer], secret: str = "secret") -> None:
    content = b"".join(encode_line(event) + b"\n" for event in events)
    site.put(f"{name}.sig", hmac.new(secret.encode(), content, "sha256").hexdigest().encode())


def test_a_signed_file_is_taken_with_its_signature(signed: Site) -> None:
    events = payments("bank:signed", [1, 2])
    sign(signed, "a.jsonl", events)
    assert signed.sweep() == []  # a signature alone is no file
    signed.put("a.jsonl", events)
    (record,) = signed.sweep()
    assert record.status == "done" and len(signed.on_broker("bank:signed")) == 2
    assert signed.places() == {"done": ["000001-a.jsonl", "000001-a.jsonl.sig"]}


def test_a_file_without_its_signature_or_with_another_one_is_refused_whole(signed: Site) -> None:
    events = payments("bank:forged", [1, 2])
    signed.put("a.jsonl", events)
    sign(signed, "b.jsonl", events, "another secret")
    signed.put("b.jsonl", events)
    sign(signed, "c.jsonl", events[:1])
    signed.put("c.jsonl", events)
    assert [record.status for record in signed.sweep()] == ["failed"] * 3
    assert signed.on_broker("bank:forged") == {} and signed.report().faults == {"BAD_SIGNATURE": 3}
    letters = [letter for letter in signed.letters() if letter.code == "BAD_SIGNATURE"][-3:]
    wrong = "a signature that is not that of the file by this key"
    assert [letter.found for letter in letters] == ["no signature beside the file", wrong, wrong]
    assert [letter.source for letter in letters] == ["bank/000001-a.jsonl", "bank/000002-b.jsonl", "bank/000003-c.jsonl"]
    assert len(signed.places()["failed"]) == 5
    sign(signed, "a.jsonl", events)
    signed.put("a.jsonl", events)
    assert [record.status for record in signed.sweep()] == ["done"]


def test_a_held_file_keeps_its_signature(signed: Site) -> None:
    for name, factor in (("a", 1), ("b", 100)):
        events = payments("bank:held-signed", [factor * (9_000 + i) for i in range(25)], name)
        sign(signed, f"{name}.jsonl", events)
        signed.put(f"{name}.jsonl", events)
    assert [record.status for record in signed.sweep()] == ["done", "held"]
    assert signed.places()["held"] == ["000002-b.jsonl", "000002-b.jsonl.sig"]
    assert decided(signed, RELEASED) == 1
    assert [record.status for record in signed.sweep()] == ["done"]
    assert signed.places() == {"done": ["000001-a.jsonl", "000001-a.jsonl.sig", "000002-b.jsonl", "000002-b.jsonl.sig"]}


def test_a_signature_survives_a_kill_after_any_step(tmp_path: Path, broker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET, "secret")
    with KilledSweeps() as sweeps:
        for step in range(1, STEPS_MAX):
            site = Site(tmp_path / str(step), broker, PROFILE + f"signing_key: hmac-sha256:{SECRET}\n")
            events = payments(f"bank:signed{step}", [100, 200])
            sign(site, "a.jsonl", events)
            site.put("a.jsonl", events)
            killed = sweeps.after(step, site)
            site.sweep()
            assert list(site.places()) == ["done"]
            assert [name[6:] for name in site.places()["done"]] == ["-a.jsonl", "-a.jsonl.sig"]
            assert site.report().events["processed"] == 2 and len(site.on_broker(f"bank:signed{step}")) == 2
            if not killed:
                break
    assert 8 <= step < STEPS_MAX


def test_a_file_that_nobody_asks_to_be_signed_takes_its_signature_along(tmp_path: Path, broker: str) -> None:
    site = Site(tmp_path, broker)
    site.put("a.jsonl.sig", b"whatever")
    site.put("a.jsonl", payments("bank:free", [1]))
    assert [record.status for record in site.sweep()] == ["done"]
    assert site.places() == {"done": ["000001-a.jsonl", "000001-a.jsonl.sig"]}


def test_without_the_secret_nobody_watches(tmp_path: Path, broker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SECRET, raising=False)
    site = Site(tmp_path, broker, PROFILE + f"signing_key: hmac-sha256:{SECRET}\n")
    with pytest.raises(ValueError, match=f"bank: environment variable {SECRET}"):
        site.sweep()


def test_plain_ingest_refuses_what_is_not_signed(
    tmp_path: Path, broker: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(SECRET, "secret")
    monkeypatch.setenv("COLUMNS", "250")
    for name in ("good", "bad"):
        (tmp_path / f"{name}.jsonl").write_bytes(encode_line(*payments(f"bank:plain-{name}", [1])) + b"\n")
    good = (tmp_path / "good.jsonl").read_bytes()
    (tmp_path / "good.jsonl.sig").write_bytes(hmac.digest(b"secret", good, "sha256"))
    words = ["--lang", "en", "ingest", *(str(tmp_path / f"{name}.jsonl") for name in ("good", "bad")), "--broker", broker]
    assert main([*words, "--signing-key", f"hmac-sha256:{SECRET}"]) == 0
    told = capsys.readouterr()
    assert "in 2 = sent 1 + dead 1" in told.out and "BAD_SIGNATURE 1" in told.err
    site = Site(tmp_path / "none", broker)
    assert len(site.on_broker("bank:plain-good")) == 1 and site.on_broker("bank:plain-bad") == {}
    assert main([*words, "--signing-key", "rsa:AAAA"]) == 1
    assert "expected ed25519:" in capsys.readouterr().err
