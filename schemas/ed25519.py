"""Verification of Ed25519 signatures (RFC 8032 §5.1.7), of files of any size: the message is hashed as it is read.

Only public values are touched, so nothing here has to run in constant time. It is strict: points and numbers must be written in
their one form, and a key of small order, which would sign everything, is none.
"""

import hashlib
from collections.abc import Iterable

KEY_BYTES, SIGNATURE_BYTES = 32, 64
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]  # extended coordinates (X : Y : Z : T) of x = X/Z, y = Y/Z, xy = T/Z
NEUTRAL: Point = (0, 1, 1, 0)


def is_key(key: bytes) -> bool:
    """Whether these are the 32 bytes of a public key that can be trusted to sign."""
    point = _decoded(key) if len(key) == KEY_BYTES else None
    return point is not None and not _equal(_times(8, point), NEUTRAL)


def verifies(key: bytes, signature: bytes, chunks: Iterable[bytes]) -> bool:
    """Whether ``signature`` (64 bytes) is that of ``key`` for the message in ``chunks``."""
    if len(signature) != SIGNATURE_BYTES or not is_key(key):
        return False
    public, commitment = _decoded(key), _decoded(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if public is None or commitment is None or scalar >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + key)
    for chunk in chunks:
        digest.update(chunk)
    challenge = int.from_bytes(digest.digest(), "little") % ORDER
    return _equal(_times(scalar, BASE), _sum(commitment, _times(challenge, public)))


def _decoded(written: bytes) -> Point | None:
    """The point of 32 bytes (§5.1.3); None where they are those of none, or not its one form."""
    number = int.from_bytes(written, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def _sum(p: Point, q: Point) -> Point:
    """§5.1.4."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(factor: int, point: Point) -> Point:
    out = NEUTRAL
    while factor:
        if factor & 1:
            out = _sum(out, point)
        point = _sum(point, point)
        factor >>= 1
    return out


def _equal(p: Point, q: Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def _base() -> Point:
    point = _decoded((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    assert point is not None
    return point


BASE = _base()
