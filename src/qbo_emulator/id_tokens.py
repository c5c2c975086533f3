"""Id tokens: JSON Web Tokens signed with RS256, and the key set that verifies them (F2.1-7, F2.4-4).

RSA on Python's own integers. That is slow and leaks timing, which is no matter for an emulator that signs for
people who do not exist; the key is drawn on first use and is of a length that common verifiers accept.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Mapping
from functools import cache
from threading import Lock

import msgspec

from qbo_emulator.books.state import State
from qbo_emulator.ids import Ids

BITS = 2048
_EXPONENT = 65537
# RFC 8017, 9.2: what stands in front of a SHA-256 digest.
_SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


class IdTokens(State):
    """Signs with one key, drawn when it is first needed."""

    APART = ("_ids", "_lock")

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._lock = Lock()
        self._primes: list[str] = []  # in hexadecimal digits: they are longer than JSON's numbers

    def prepare(self) -> None:
        """Draw the key if there is none. That takes a second or more, so it is made for a thread of its own."""
        with self._lock:
            if not self._primes:
                self._primes = [f"{_prime(self._ids):x}" for _ in range(2)]

    def sign(self, claims: Mapping[str, object]) -> str:
        """The claims as a signed token."""
        header = {"kid": self._key_id(), "typ": "JWT", "alg": "RS256"}
        text = f"{_encoded(msgspec.json.encode(header))}.{_encoded(msgspec.json.encode(claims))}"
        length = BITS // 8
        signature = _signed(_padded(text.encode(), length), *self._key())
        return f"{text}.{_encoded(signature.to_bytes(length, 'big'))}"

    def key_set(self) -> dict[str, list[dict[str, str]]]:
        """The public key as a JSON Web Key Set."""
        first, second = self._key()
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self._key_id()}
        return {"keys": [{**key, "e": _number(_EXPONENT), "n": _number(first * second)}]}

    def _key(self) -> tuple[int, int]:
        self.prepare()
        first, second = (int(prime, 16) for prime in self._primes)
        return first, second

    def _key_id(self) -> str:
        first, second = self._key()
        return hashlib.sha256(_number(first * second).encode()).hexdigest()[:16]


def _signed(padded: int, first: int, second: int) -> int:
    """`padded` to the private exponent, modulo each prime and put together again, which is quicker than at once."""
    private = pow(_EXPONENT, -1, math.lcm(first - 1, second - 1))
    in_first = pow(padded, private % (first - 1), first)
    in_second = pow(padded, private % (second - 1), second)
    return in_second + (in_first - in_second) * pow(second, -1, first) % first * second


def _padded(message: bytes, length: int) -> int:
    """RSASSA-PKCS1-v1_5: the digest behind its prefix and padding (RFC 8017, 9.2)."""
    tail = _SHA256_PREFIX + hashlib.sha256(message).digest()
    return int.from_bytes(b"\x00\x01" + b"\xff" * (length - len(tail) - 3) + b"\x00" + tail, "big")


def _prime(ids: Ids) -> int:
    """A prime of half the key's length, its two highest bits set so that two of them make a full modulus."""
    top = 3 << (BITS // 2 - 2)
    while True:
        drawn = int(ids.hex(BITS // 8), 16) | top | 1
        if math.gcd(drawn, _small_primes()) == 1 and drawn % _EXPONENT != 1 and _is_prime(drawn, ids):
            return drawn


@cache
def _small_primes() -> int:
    """Their product: what shares a factor with it need not be tested at length."""
    return math.prod(n for n in range(3, 10_000, 2) if all(n % d for d in range(3, math.isqrt(n) + 1, 2)))


def _is_prime(number: int, ids: Ids) -> bool:
    """Miller and Rabin's test: wrong once in 4^20 at most."""
    shift = ((number - 1) & -(number - 1)).bit_length() - 1
    return _passes(number, shift, 2) and all(_passes(number, shift, int(ids.hex(64), 16) + 2) for _ in range(20))


def _passes(number: int, shift: int, base: int) -> bool:
    power = pow(base, (number - 1) >> shift, number)
    if power in (1, number - 1):
        return True
    for _ in range(shift - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False


def _number(number: int) -> str:
    return _encoded(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
