"""Numbers as text with a given number of digits, rounded to nearest even."""

from __future__ import annotations

from vbrprov.values.number import Number, compare, decimal_text, parts_of, shortest


def digits_of(value: Number, precision: int | None = None) -> tuple[str, int]:
    """The significant digits of a magnitude, and the power of ten ``0.DIGITS`` is multiplied by.

    *precision* is how many digits, one or more, rounded to nearest even; ``None`` for the shortest
    that read back as the same number. Zero has the power 1.
    """
    mantissa, exponent = parts_of(value)
    if mantissa == 0:
        return "0" * (precision or 1), 1
    if precision is None:
        return shortest(abs(mantissa), exponent)
    numerator = abs(mantissa) << max(exponent, 0)
    denominator = 1 << max(-exponent, 0)
    # A first guess of the number of digits before the point; put right below.
    point = int((numerator.bit_length() - denominator.bit_length()) * 0.30103) + 1
    while True:
        shift = precision - point
        top = numerator * 10**shift if shift >= 0 else numerator
        bottom = denominator if shift >= 0 else denominator * 10**-shift
        quotient, rest = divmod(top, bottom)
        length = len(decimal_text(quotient)) if quotient else 0
        if length == precision:
            break
        point += 1 if length > precision else -1
    if 2 * rest > bottom or (2 * rest == bottom and quotient & 1):
        quotient += 1
    digits = decimal_text(quotient)
    return digits[:precision], point + len(digits) - precision


def format_exponent(value: Number, precision: int | None) -> str:
    """As C's ``%.{precision}e``, without the sign."""
    digits, point = digits_of(value, None if precision is None else precision + 1)
    power = point - 1
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{'-' if power < 0 else '+'}{abs(power):02d}"


def format_fixed(value: Number, precision: int) -> str:
    """As C's ``%.{precision}f``, without the sign."""
    mantissa, exponent = parts_of(value)
    numerator = (abs(mantissa) << max(exponent, 0)) * 10**precision
    denominator = 1 << max(-exponent, 0)
    quotient, rest = divmod(numerator, denominator)
    if 2 * rest > denominator or (2 * rest == denominator and quotient & 1):
        quotient += 1
    digits = decimal_text(quotient).zfill(precision + 1)
    return f"{digits[:-precision]}.{digits[-precision:]}" if precision else digits


def format_general(value: Number, precision: int | None) -> str:
    """As Go's ``%.{precision}g`` with the sign; the shortest digits without a precision."""
    sign = "-" if compare(value, 0) < 0 else ""
    digits, point = digits_of(value, None if precision is None else max(precision, 1))
    digits = digits.rstrip("0") or "0"
    limit = 6 if precision is None else max(precision, 1)
    if precision is not None and limit > len(digits) >= point:
        limit = len(digits)
    power = point - 1
    if power < -4 or power >= limit:
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{fraction}e{'-' if power < 0 else '+'}{abs(power):02d}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if point >= len(digits):
        return sign + digits.ljust(point, "0")
    return f"{sign}{digits[:point]}.{digits[point:]}"
