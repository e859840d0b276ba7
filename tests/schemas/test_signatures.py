"""Ed25519 by the vectors of RFC 8032 and by OpenSSL's hand; signatures beside files, as raw bytes, base64 and hexadecimal."""

import base64
import hashlib
import hmac
import shutil
import subprocess
from pathlib import Path

import pytest

from chuantou.schemas.dead_letters import BrokenRuleError
from chuantou.schemas.signatures import SigningKey, require_signed, signature_of, signing_key

# Public key, message, signature: RFC 8032 §7.1, tests 1, 2 and 3.
VECTORS = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
]  # fmt: skip
ORDER = 2**252 + 27742317777372353535851937790883648493  # of the group
SECRET = "CHUANTOU_TEST_SECRET"


def signed_by(tmp_path: Path, key: str, message: bytes, signature: bytes) -> bool:
    path = tmp_path / "said"
    path.write_bytes(message)
    signature_of(path).write_bytes(signature)
    try:
        require_signed(path, signing_key("ed25519:" + base64.b64encode(bytes.fromhex(key)).decode()))
    except BrokenRuleError:
        return False
    return True


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_the_vectors_of_the_standard(tmp_path: Path, key: str, message: str, signature: str) -> None:
    said, signed = bytes.fromhex(message), bytes.fromhex(signature)
    assert signed_by(tmp_path, key, said, signed)
    assert not signed_by(tmp_path, key, said + b".", signed)
    for place in (0, 31, 32, 63):
        other = bytearray(signed)
        other[place] ^= 1
        assert not signed_by(tmp_path, key, said, bytes(other))
    assert not signed_by(tmp_path, VECTORS[0][0] if key != VECTORS[0][0] else VECTORS[1][0], said, signed)


def test_a_signature_has_one_form(tmp_path: Path) -> None:
    key, said, signed = VECTORS[1][0], bytes.fromhex(VECTORS[1][1]), bytes.fromhex(VECTORS[1][2])
    scalar = int.from_bytes(signed[32:], "little") + ORDER  # the same number, written larger
    assert not signed_by(tmp_path, key, said, signed[:32] + scalar.to_bytes(32, "little"))


def beside(path: Path, signature: bytes) -> Path:
    signature_of(path).write_bytes(signature)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.xml"
    path.write_bytes(bytes.fromhex(VECTORS[2][1]))
    return path


KEY, SIGNED = signing_key("ed25519:" + base64.b64encode(bytes.fromhex(VECTORS[2][0])).decode()), bytes.fromhex(VECTORS[2][2])
FORMS = {
    "raw": bytes, "base64": base64.b64encode, "hex": lambda raw: raw.hex().encode(),
    "line": lambda raw: base64.b64encode(raw) + b"\r\n",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_file_and_its_signature_in_any_form(file: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    require_signed(beside(file, FORMS[form](SIGNED)), KEY)
    monkeypatch.setenv(SECRET, "盐城")
    code = hmac.digest("盐城".encode(), file.read_bytes(), "sha256")
    require_signed(beside(file, FORMS[form](code)), signing_key(f"hmac-sha256:{SECRET}"))
    monkeypatch.setenv(SECRET, "other")
    with pytest.raises(BrokenRuleError, match="not that of the file"):
        require_signed(file, signing_key(f"hmac-sha256:{SECRET}"))


def test_a_file_that_is_not_signed_or_was_changed(file: Path, tmp_path: Path) -> None:
    with pytest.raises(BrokenRuleError, match="no signature beside the file") as told:
        require_signed(file, KEY)
    assert told.value.code == "BAD_SIGNATURE"
    for wrong in (b"", SIGNED[:-1], SIGNED.hex().encode()[:-1], b"?" * 88, b"0" * 5_000, hashlib.sha512().digest()):
        with pytest.raises(BrokenRuleError, match="not that of the file"):
            require_signed(beside(file, wrong), KEY)
    beside(file, SIGNED)
    file.write_bytes(file.read_bytes() + b"\n")
    with pytest.raises(BrokenRuleError, match="not that of the file"):
        require_signed(file, KEY)
    signature_of(file).rename(tmp_path / "elsewhere")
    signature_of(file).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BrokenRuleError, match="no signature beside"):
        require_signed(file, KEY)


def test_a_secret_that_is_not_there_is_an_error_of_the_site(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SECRET, raising=False)
    with pytest.raises(ValueError, match=f"environment variable {SECRET}: no secret in it"):
        require_signed(beside(file, bytes(32)), signing_key(f"hmac-sha256:{SECRET}"))


@pytest.mark.parametrize(
    "text", ["", "ed25519:", "ed25519:AAAA", "ed25519:not base64", "hmac-sha256:", "hmac-sha256:A=B", "rsa:AAAA"]
)
def test_what_is_no_signing_key(text: str) -> None:
    with pytest.raises(ValueError, match="expected ed25519:<public key in base64>, or hmac-sha256:"):
        signing_key(text)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to sign with")
@pytest.mark.parametrize("size", [1, 3_000_000])
def test_what_openssl_signs(tmp_path: Path, size: int) -> None:
    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=tmp_path, check=True, capture_output=True)

    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)) * (size // 256) + b"." * (size % 256))
    openssl("genpkey", "-algorithm", "ed25519", "-out", "secret.pem")
    openssl("pkey", "-in", "secret.pem", "-pubout", "-out", "public.pem")
    openssl("pkeyutl", "-sign", "-rawin", "-inkey", "secret.pem", "-in", "file", "-out", "file.sig")
    _, line, _ = (tmp_path / "public.pem").read_text().splitlines()
    key = signing_key(f"ed25519:{line}")
    assert key == SigningKey("ed25519", key=key.key)
    require_signed(path, key)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(BrokenRuleError, match="not that of the file"):
        require_signed(path, key)
