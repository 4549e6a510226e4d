"""SM2 signatures with SM3 (GB/T 32918.2 over the curve of GB/T 32918.5), for where 国密 is asked for.

Plain Python: a signature takes a few milliseconds and its time tells of the key. It signs in the platform's own
processes, a handful a second, where nobody outside can time it; a hardware module fits behind the same two functions.
"""

from __future__ import annotations

import hashlib
import secrets

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = P - 3
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
IDENTITY = b"1234567812345678"  # the default identity of GB/T 35276; both sides must know it
_Jacobian = tuple[int, int, int]
_INFINITY: _Jacobian = (1, 1, 0)


def _double(p: _Jacobian) -> _Jacobian:
    x, y, z = p
    if not z or not y:
        return _INFINITY
    yy, zz = y * y % P, z * z % P
    s = 4 * x * yy % P
    m = 3 * (x - zz) * (x + zz) % P  # a is -3
    x3 = (m * m - 2 * s) % P
    return x3, (m * (s - x3) - 8 * yy * yy) % P, 2 * y * z % P


def _add(p: _Jacobian, q: _Jacobian) -> _Jacobian:
    if not p[2]:
        return q
    if not q[2]:
        return p
    pz, qz = p[2] * p[2] % P, q[2] * q[2] % P
    u, h = p[0] * qz % P, (q[0] * pz - p[0] * qz) % P
    s, r = p[1] * q[2] * qz % P, (q[1] * p[2] * pz - p[1] * q[2] * qz) % P
    if not h:
        return _INFINITY if r else _double(p)
    hh = h * h % P
    hhh, v = h * hh % P, u * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return x3, (r * (v - x3) - s * hhh) % P, p[2] * q[2] * h % P


def _times(k: int, point: tuple[int, int]) -> _Jacobian:
    result, addend = _INFINITY, (*point, 1)
    for bit in range(256):
        if k >> bit & 1:
            result = _add(result, addend)
        addend = _double(addend)
    return result


def _affine(p: _Jacobian) -> tuple[int, int]:
    inverse = pow(p[2], -1, P)
    square = inverse * inverse % P
    return p[0] * square % P, p[1] * square * inverse % P


def _bytes(*numbers: int) -> bytes:
    return b"".join(n.to_bytes(32, "big") for n in numbers)


def _hash(message: bytes, public: bytes) -> int:
    """SM3 over what identifies the signer and the message, as a number."""
    head = (len(IDENTITY) * 8).to_bytes(2, "big") + IDENTITY + _bytes(_A, _B, *_G) + public
    signer = hashlib.new("sm3", head).digest()
    return int.from_bytes(hashlib.new("sm3", signer + message).digest(), "big")


def new_key() -> int:
    """A fresh private key."""
    return 1 + secrets.randbelow(N - 2)


def public_of(private: int) -> bytes:
    """The public key, x and y."""
    return _bytes(*_affine(_times(private, _G)))


def sign(message: bytes, private: int, *, k: int | None = None) -> bytes:
    """r and s, 64 bytes; ``k`` is for the test vector alone, reusing one gives the key away."""
    e = _hash(message, public_of(private))
    while True:
        nonce = k or 1 + secrets.randbelow(N - 1)
        r = (e + _affine(_times(nonce, _G))[0]) % N
        s = pow(1 + private, -1, N) * (nonce - r * private) % N
        if r and r + nonce != N and s:
            return _bytes(r, s)
        if k:
            raise ValueError("this k signs nothing")


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` (r and s) over ``message`` is good under ``public`` (x and y)."""
    if len(public) != 64 or len(signature) != 64:
        return False
    x, y = (int.from_bytes(public[i : i + 32], "big") for i in (0, 32))
    r, s = (int.from_bytes(signature[i : i + 32], "big") for i in (0, 32))
    if not (x < P and y < P and (y * y - x * x * x - _A * x - _B) % P == 0):
        return False
    t = (r + s) % N
    if not (0 < r < N and 0 < s < N and t):
        return False
    point = _add(_times(s, _G), _times(t, (x, y)))
    return bool(point[2]) and (_hash(message, public) + _affine(point)[0]) % N == r
