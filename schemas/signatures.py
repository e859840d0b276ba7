"""Detached signatures of files: ``FILE.sig`` beside ``FILE``, by the key that a feed's profile names.

``ed25519:<public key>`` is 32 bytes in base64, or what stands between the lines of a PEM public key. ``hmac-sha256:<NAME>`` is
the environment variable that holds the shared secret: no secret stands in a file. A signature is that of the file's bytes as they
lie there, packed or not: its raw bytes, or these in base64 or hexadecimal.
"""

import base64
import binascii
import contextlib
import hmac
import mmap
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from chuantou.schemas.dead_letters import BrokenRuleError, Reason

SUFFIX = ".sig"
SIGNATURE_FILE_MAX = 4_096  # bytes
CHUNK = 1 << 20
PEM_HEAD = bytes.fromhex("302a300506032b6570032100")  # what a PEM key has before its 32 bytes (RFC 8410)
KEY_BYTES, ED25519_BYTES, HMAC_BYTES = 32, 64, 32
_is_variable = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}\Z").match


class SigningKey(NamedTuple):
    """``kind`` is ``ed25519`` with the public ``key``, or ``hmac-sha256`` with the secret's ``variable``."""

    kind: str
    key: bytes = b""
    variable: str = ""


def signing_key(text: str) -> SigningKey:
    """The key as a profile writes it; ValueError says what is expected."""
    kind, _, said = text.partition(":")
    if kind == "hmac-sha256" and _is_variable(said):
        return SigningKey(kind, variable=said)
    if kind == "ed25519":
        try:
            key = base64.b64decode(said, validate=True).removeprefix(PEM_HEAD)
        except binascii.Error:
            key = b""
        if len(key) == KEY_BYTES:
            return SigningKey(kind, key=key)
    raise ValueError("expected ed25519:<public key in base64>, or hmac-sha256:<name of an environment variable>")


def require_secret(key: SigningKey, feed: str | None = None) -> None:
    """ValueError where the environment does not hold the key's secret; it names the ``feed``, if it is one's."""
    if key.kind == "hmac-sha256" and not os.environ.get(key.variable):
        of = "" if feed is None else f"{feed}: "
        raise ValueError(f"{of}environment variable {key.variable}: no secret in it")


def signature_of(path: Path) -> Path:
    """Where the signature of a file lies."""
    return path.with_name(path.name + SUFFIX)


def require_signed(path: Path, key: SigningKey) -> None:
    """`BrokenRuleError` with ``BAD_SIGNATURE`` unless ``FILE.sig`` is the key's signature of the file. ValueError, OSError."""
    require_secret(key)
    beside = signature_of(path)
    expected = f"the {key.kind} signature of the file in {SUFFIX}"
    if not path.is_file() or not beside.is_file() or beside.is_symlink():
        raise BrokenRuleError(Reason.BAD_SIGNATURE, SUFFIX, "no signature beside the file", expected)
    with beside.open("rb") as file:
        written = file.read(SIGNATURE_FILE_MAX + 1)
    if not _is_signed(path, key, written):
        raise BrokenRuleError(Reason.BAD_SIGNATURE, SUFFIX, "a signature that is not that of the file by this key", expected)


def _is_signed(path: Path, key: SigningKey, written: bytes) -> bool:
    if key.kind == "ed25519":
        return _verifies(key.key, _raw(written, ED25519_BYTES), path)
    digest = hmac.new(os.environ[key.variable].encode(), digestmod="sha256")
    for chunk in _chunks(path):
        digest.update(chunk)
    return hmac.compare_digest(digest.digest(), _raw(written, HMAC_BYTES))


def _verifies(key: bytes, signature: bytes, path: Path) -> bool:
    """Whether an Ed25519 key signed a file, which is mapped and never held in memory whole."""
    with path.open("rb") as file, contextlib.ExitStack() as held:
        size = os.fstat(file.fileno()).st_size
        mapped = held.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) if size else b""
        content = held.enter_context(memoryview(mapped))
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, content)
        except (InvalidSignature, ValueError):
            return False
    return True


def _raw(written: bytes, length: int) -> bytes:
    """The bytes of a signature, however it was written; nothing where it is none."""
    if len(written) == length:
        return written
    text = written.strip()
    try:
        raw = bytes.fromhex(text.decode("ascii")) if len(text) == 2 * length else base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    return raw if len(raw) == length else b""


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
