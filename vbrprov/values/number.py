"""Numbers as Terraform has them: integers exact, all others binary floats of 512 bits.

A number is a Python ``int`` whenever it is whole, else a ``BigFloat``. Both follow Go's
``big.Float`` with precision 512 and round to nearest even, which is what Terraform computes with
(https://pkg.go.dev/math/big#Float). Whole numbers of more than 512 bits are rounded too, so
``1e160 + 1 == 1e160``.
"""

from __future__ import annotations

import re
from typing import Final

PRECISION: Final = 512
MAX_DIGITS: Final = 4300
#: Largest magnitude of a decimal exponent that a literal may have; a limit of ours.
MAX_EXPONENT: Final = 20_000


_DECIMAL: Final = re.compile(r"([+-]?(?=\.?[0-9])[0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?")
_EXPONENT_DIGITS: Final = 8


class NumberError(ValueError):
    """A number that cannot be represented: too large, or a division by zero."""


class BigFloat:
    """A finite number ``mantissa * 2**exponent`` that is not whole (so ``exponent < 0``)."""

    __slots__ = ("exponent", "mantissa")

    def __init__(self, mantissa: int, exponent: int) -> None:
        self.mantissa = mantissa
        self.exponent = exponent

    def __eq__(self, other: object) -> bool:
        if isinstance(other, BigFloat):
            return self.mantissa == other.mantissa and self.exponent == other.exponent
        return False

    def __hash__(self) -> int:
        return hash((self.mantissa, self.exponent))

    def __repr__(self) -> str:
        return f"BigFloat({format_number(self)})"


Number = int | BigFloat


def _round(mantissa: int, exponent: int, sticky: int = 0) -> Number:
    """``mantissa * 2**exponent`` (plus a bit below if *sticky*) rounded to 512 bits, canonical."""
    negative = mantissa < 0
    magnitude = -mantissa if negative else mantissa
    excess = magnitude.bit_length() - PRECISION
    if excess > 0:
        rest = magnitude & ((1 << excess) - 1)
        magnitude >>= excess
        exponent += excess
        half = 1 << (excess - 1)
        if rest > half or (rest == half and (sticky or magnitude & 1)):
            magnitude += 1
    if magnitude == 0:
        return 0
    zeros = (magnitude & -magnitude).bit_length() - 1
    magnitude >>= zeros
    exponent += zeros
    if exponent > 1 << 17:
        raise NumberError("The number is too large.")
    if exponent >= 0:
        whole = magnitude << exponent
        return -whole if negative else whole
    return BigFloat(-magnitude if negative else magnitude, exponent)


def normal(value: int) -> Number:
    """A whole number as it is kept: at most 512 significant bits."""
    return value if -(1 << PRECISION) < value < 1 << PRECISION else _round(value, 0)


def from_ratio(numerator: int, denominator: int) -> Number:
    """The number nearest to a fraction.

    Raises:
        NumberError: The denominator is zero.
    """
    if denominator == 0:
        raise NumberError("Division by zero.")
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient, rest = divmod(numerator, denominator)
    if rest == 0:
        return normal(quotient)
    negative = numerator < 0
    magnitude = -numerator if negative else numerator
    shift = max(0, PRECISION + 2 - (magnitude.bit_length() - denominator.bit_length()))
    quotient, rest = divmod(magnitude << shift, denominator)
    # One extra low bit says "something is left over", so that ties are not mistaken.
    scaled = (quotient << 1) | (1 if rest else 0)
    return _round(-scaled if negative else scaled, -shift - 1)


def parse_number(text: str) -> Number:
    """A decimal literal (digits, fraction, exponent, optional sign) as a number.

    Raises:
        NumberError: Not a number, or beyond the limits of this module.
    """
    found = _DECIMAL.fullmatch(text)
    if found is None:
        raise NumberError(f"{text!r} is not a number.")
    whole, fraction, exponent_text = found.groups("")
    digits = whole + fraction
    if len(digits) > MAX_DIGITS:
        raise NumberError(f"The number has more than {MAX_DIGITS} digits.")
    if len(exponent_text) > _EXPONENT_DIGITS:
        raise NumberError("The number is too large or too small.")
    exponent = int(exponent_text or "0") - len(fraction)
    if abs(exponent) > MAX_EXPONENT:
        raise NumberError("The number is too large or too small.")
    value = int(digits)
    if exponent >= 0:
        return normal(value * 10**exponent)
    return from_ratio(value, 10**-exponent)


def from_float(value: float) -> Number:
    """The exact value of a Python float.

    Raises:
        NumberError: Infinite or not a number.
    """
    if value != value or value in (float("inf"), float("-inf")):
        raise NumberError("Infinity and NaN are not numbers here.")
    return from_ratio(*value.as_integer_ratio())


def parts_of(value: Number) -> tuple[int, int]:
    """Mantissa and binary exponent."""
    return (value, 0) if isinstance(value, int) else (value.mantissa, value.exponent)


def add(left: Number, right: Number) -> Number:
    """The rounded sum."""
    if type(left) is int and type(right) is int:
        return normal(left + right)
    (m1, e1), (m2, e2) = parts_of(left), parts_of(right)
    low = min(e1, e2)
    return _round((m1 << (e1 - low)) + (m2 << (e2 - low)), low)


def negate(value: Number) -> Number:
    """The number with the other sign."""
    return -value if isinstance(value, int) else BigFloat(-value.mantissa, value.exponent)


def subtract(left: Number, right: Number) -> Number:
    """The rounded difference."""
    if type(left) is int and type(right) is int:
        return normal(left - right)
    return add(left, negate(right))


def multiply(left: Number, right: Number) -> Number:
    """The rounded product."""
    if type(left) is int and type(right) is int:
        return normal(left * right)
    (m1, e1), (m2, e2) = parts_of(left), parts_of(right)
    return _round(m1 * m2, e1 + e2)


def divide(left: Number, right: Number) -> Number:
    """The rounded quotient.

    Raises:
        NumberError: Division by zero.
    """
    (m1, e1), (m2, e2) = parts_of(left), parts_of(right)
    shift = e1 - e2
    return from_ratio(m1 << max(shift, 0), m2 << max(-shift, 0))


#: Below this magnitude the remainder of whole numbers comes out exact.
_EXACT: Final = 1 << (PRECISION // 2)


def modulo(left: Number, right: Number) -> Number:
    """What is left of *left* after *right* fits into it as often as it does, as Terraform's ``%``.

    The quotient is rounded before it is cut to a whole number, and so is each step after that: an
    exact remainder would differ for fractions (``1.5 % 0.1`` is 0) and for very large numbers.
    Zero fits in no number of times: ``7 % 0`` is 7.
    """
    if right == 0:
        return left
    if type(left) is int and type(right) is int and -_EXACT < left < _EXACT:
        rest = abs(left) % abs(right)
        return -rest if left < 0 else rest
    return subtract(left, multiply(right, normal(truncate(divide(left, right)))))


def compare(left: Number, right: Number) -> int:
    """Negative, zero or positive as *left* is less than, equal to or greater than *right*."""
    (m1, e1), (m2, e2) = parts_of(left), parts_of(right)
    low = min(e1, e2)
    a, b = m1 << (e1 - low), m2 << (e2 - low)
    return (a > b) - (a < b)


def floor(value: Number) -> int:
    """The greatest whole number that is not greater."""
    return value if isinstance(value, int) else value.mantissa >> -value.exponent


def truncate(value: Number) -> int:
    """The whole part, toward zero."""
    whole = floor(value)
    return whole if isinstance(value, int) or value.mantissa > 0 else whole + 1


def to_float(value: Number) -> float:
    """The nearest Python float; infinite beyond its range."""
    mantissa, exponent = parts_of(value)
    try:
        if exponent >= 0:
            return float(mantissa << exponent)
        return mantissa / (1 << -exponent)
    except OverflowError:
        return float("inf") if mantissa > 0 else float("-inf")


_CHUNK: Final = 4000


def decimal_text(value: int) -> str:
    """The decimal digits of a whole number that is not negative, however many they are."""
    parts: list[str] = []
    while value.bit_length() > 13_000:
        value, low = divmod(value, 10**_CHUNK)
        parts.append(str(low).zfill(_CHUNK))
    return str(value) + "".join(reversed(parts))


def shortest(mantissa: int, exponent: int) -> tuple[str, int]:
    """Shortest digits and decimal point position that read back as ``mantissa * 2**exponent``.

    *mantissa* is positive. The value is ``0.DIGITS * 10**point``.
    """
    shift = PRECISION - mantissa.bit_length()
    mantissa = mantissa << shift if shift >= 0 else mantissa >> -shift  # exact: already rounded
    exponent -= shift
    # Everything strictly between the two midpoints rounds to the value (bounds included when even).
    scale = 2 if mantissa != 1 << (PRECISION - 1) else 4
    low = mantissa * scale - (scale // 2 if scale == 2 else 1)
    high = mantissa * scale + scale // 2
    middle = mantissa * scale
    inclusive = mantissa % 2 == 0
    bits = exponent - (1 if scale == 2 else 2)
    if bits >= 0:
        low, middle, high, power = low << bits, middle << bits, high << bits, 0
    else:
        power = bits  # value = n * 2**bits = n * 5**-bits / 10**-bits
        factor = 5**-bits
        low, middle, high = low * factor, middle * factor, high * factor
    digits = decimal_text(middle)
    point = len(digits) + power
    low_text = decimal_text(low).zfill(len(digits))
    high_text = decimal_text(high).zfill(len(digits))
    if len(high_text) > len(digits):
        digits, low_text, point = "0" + digits, "0" + low_text, point + 1
    for count in range(1, len(digits) + 1):
        unit = 10 ** (len(digits) - count)
        down = middle // unit * unit
        up = down + unit
        ok_down = down > low or (inclusive and down == low)
        ok_up = up < high or (inclusive and up == high)
        if ok_down and ok_up:
            best = down if middle - down < up - middle or (
                middle - down == up - middle and (down // unit) % 2 == 0) else up
        elif ok_down:
            best = down
        elif ok_up:
            best = up
        else:
            continue
        text = decimal_text(best).zfill(len(digits))
        if len(text) > len(digits):
            point += len(text) - len(digits)
        lead = len(text) - len(text.lstrip("0"))
        return text.strip("0"), point - lead
    lead = len(digits) - len(digits.lstrip("0"))
    return digits.strip("0"), point - lead


def format_number(value: Number) -> str:
    """The shortest decimal without an exponent that reads back as the same number."""
    if isinstance(value, int):
        if -(1 << PRECISION) < value < 1 << PRECISION:
            return str(value)
        digits, point = shortest(abs(value), 0)
        return ("-" if value < 0 else "") + digits.ljust(point, "0")
    digits, point = shortest(abs(value.mantissa), value.exponent)
    sign = "-" if value.mantissa < 0 else ""
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if point >= len(digits):
        return sign + digits.ljust(point, "0")
    return f"{sign}{digits[:point]}.{digits[point:]}"
