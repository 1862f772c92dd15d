"""The bcrypt password hash (https://www.usenix.org/legacy/events/usenix99/provos/provos.pdf)."""

from __future__ import annotations

import struct
from base64 import b64encode
from functools import cache

_ROUNDS = 16
_MAGIC = b"OrpheanBeholderScryDoubt"
_STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_OWN = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_TRANSLATED = str.maketrans(_STANDARD, _OWN, "=")


@cache
def _pi_words() -> tuple[int, ...]:
    """The fraction of pi in words of 32 bits, which Blowfish starts from (by Machin's formula)."""
    count = _ROUNDS + 2 + 4 * 256
    one = 1 << (32 * count + 64)

    def arctan(inverse: int) -> int:
        total = term = one // inverse
        square, divisor, sign = inverse * inverse, 3, -1
        while term:
            term //= square
            total += sign * (term // divisor)
            divisor += 2
            sign = -sign
        return total

    pi = 4 * (4 * arctan(5) - arctan(239))
    fraction = (pi - 3 * one) >> 64
    return struct.unpack(f">{count}I", fraction.to_bytes(4 * count, "big"))


class _Blowfish:
    def __init__(self) -> None:
        words = list(_pi_words())
        self.p = words[:_ROUNDS + 2]
        self.s = words[_ROUNDS + 2:]

    def encrypt(self, left: int, right: int) -> tuple[int, int]:
        p, s = self.p, self.s
        left ^= p[0]
        for index in range(1, _ROUNDS, 2):
            right ^= p[index] ^ ((((s[left >> 24] + s[256 + (left >> 16 & 255)])
                                   ^ s[512 + (left >> 8 & 255)]) + s[768 + (left & 255)])
                                 & 0xFFFFFFFF)
            left ^= p[index + 1] ^ ((((s[right >> 24] + s[256 + (right >> 16 & 255)])
                                      ^ s[512 + (right >> 8 & 255)]) + s[768 + (right & 255)])
                                    & 0xFFFFFFFF)
        return right ^ p[_ROUNDS + 1], left

    def expand(self, key: tuple[int, ...], salt: tuple[int, ...]) -> None:
        """Mix *key* and *salt* (words, repeated as needed) into the tables."""
        self.p = [word ^ key[index % len(key)] for index, word in enumerate(self.p)]
        left = right = position = 0
        for table in (self.p, self.s):
            for index in range(0, len(table), 2):
                left ^= salt[position]
                right ^= salt[position + 1]
                position = (position + 2) % len(salt)
                left, right = self.encrypt(left, right)
                table[index], table[index + 1] = left, right


def bcrypt(password: bytes, salt: bytes, cost: int) -> str:
    """The hash of *password* (72 bytes at most) with a *salt* of 16 bytes."""
    key = (password + b"\0")[:72]
    stream = (key * (72 // len(key) + 1))[:72]
    words = struct.unpack(">18I", stream)
    salted = struct.unpack(">4I", salt)
    none = (0, 0, 0, 0)
    cipher = _Blowfish()
    cipher.expand(words, salted)
    for _ in range(1 << cost):
        cipher.expand(words, none)
        cipher.expand(salted, none)
    block = list(struct.unpack(">6I", _MAGIC))
    for index in range(0, 6, 2):
        for _ in range(64):
            block[index], block[index + 1] = cipher.encrypt(block[index], block[index + 1])
    digest = struct.pack(">6I", *block)[:23]
    shown = b64encode(salt).decode().translate(_TRANSLATED)
    return f"$2a${cost:02d}${shown}{b64encode(digest).decode().translate(_TRANSLATED)}"
