"""Format strings: ``%[flags][width][.precision][[index]]verb``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vbrprov.functions._graphemes import graphemes
from vbrprov.functions._json import encode, quote
from vbrprov.functions._text import MAX_BYTES, check_size, text
from vbrprov.sdk import FunctionError
from vbrprov.values import (
    BOOL,
    NUMBER,
    STRING,
    BigFloat,
    ConversionError,
    Null,
    Type,
    Value,
    convert,
)
from vbrprov.values.digits import format_exponent, format_fixed, format_general
from vbrprov.values.number import Number, compare

#: Digits after the point; a limit of ours.
MAX_PRECISION = 4000

_VERB = re.compile(
    r"%(?P<flags>[ +\-0#]*)(?P<width>[1-9][0-9]*)?(?:\.(?P<precision>[0-9]*))?"
    r"(?:\[(?P<index>[1-9][0-9]*)\])?(?P<mode>[A-Za-z])")
_BASES = {"b": ("b", "0b"), "o": ("o", "0"), "x": ("x", "0x"), "X": ("X", "0X")}


@dataclass(frozen=True, slots=True)
class _Verb:
    raw: str
    offset: int
    flags: str
    width: int
    precision: int | None
    mode: str

    def refuse(self, why: str) -> FunctionError:
        return FunctionError(None, f'unsupported value for "{self.raw}" at {self.offset}: {why}')

    def pad(self, shown: str) -> str:
        missing = self.width - len(graphemes(shown)) if self.width else 0
        if missing <= 0:
            return shown
        fill = ("0" if "0" in self.flags else " ") * missing
        return shown + fill if "-" in self.flags else fill + shown

    def pad_number(self, sign: str, digits: str, *, zeros: bool = True) -> str:
        missing = self.width - len(sign) - len(digits)
        if missing <= 0:
            return sign + digits
        if "-" in self.flags:
            return sign + digits + " " * missing
        if zeros and "0" in self.flags:
            return sign + "0" * missing + digits
        return " " * missing + sign + digits

    def sign(self, number: Number) -> str:
        if compare(number, 0) < 0:
            return "-"
        return "+" if "+" in self.flags else " " if " " in self.flags else ""


def _as(verb: _Verb, value: Value, type_: Type) -> Value:
    if type(value) is Null:
        raise verb.refuse("null value cannot be formatted")
    try:
        return convert(value, type_)
    except ConversionError as error:
        raise verb.refuse(str(error)) from None


def _integer(verb: _Verb, number: Number) -> str:
    if isinstance(number, BigFloat):
        raise verb.refuse("an integer is required")
    base, prefix = _BASES.get(verb.mode, ("d", ""))
    digits = str(abs(number)) if base == "d" and abs(number) < 1 << 10_000 else _digits(
        abs(number), base)
    sign = verb.sign(number) + (prefix if "#" in verb.flags else "")
    if verb.precision is None:
        return verb.pad_number(sign, digits)
    if number == 0 and verb.precision == 0:
        return ""
    return verb.pad_number(sign, digits.rjust(verb.precision, "0"), zeros=False)


def _digits(number: int, base: str) -> str:
    if base == "d":
        from vbrprov.values.convert import number_to_string

        return number_to_string(number)
    return format(number, base)


def _float(verb: _Verb, number: Number) -> str:
    magnitude = number if compare(number, 0) >= 0 else _negated(number)
    mode, precision = verb.mode.lower(), verb.precision
    if mode == "g":
        digits = format_general(magnitude, precision)
    else:
        precision = 6 if precision is None else precision
        digits = (format_exponent if mode == "e" else format_fixed)(magnitude, precision)
    if "0" in verb.flags:  # wins over "-" here, unlike with whole numbers
        digits = digits.rjust(verb.width - len(verb.sign(number)), "0")
    return verb.pad_number(verb.sign(number), digits.upper() if verb.mode in "EG" else digits)


def _negated(number: Number) -> Number:
    from vbrprov.values.number import negate

    return negate(number)


def _any(verb: _Verb, value: Value) -> str:
    if "#" in verb.flags:
        return verb.pad(encode(value))
    kind = type(value)
    if kind is str:
        return verb.pad(value)
    if kind is int or kind is BigFloat:
        return verb.pad(format_general(value, None))
    return verb.pad(encode(value))


def _string(verb: _Verb, value: Value) -> str:
    shown: str = _as(verb, value, STRING)
    if verb.precision:
        shown = "".join(graphemes(shown)[:verb.precision])
    return verb.pad(quote(shown) if verb.mode == "q" else shown)


def _one(verb: _Verb, value: Value) -> str:
    if verb.mode == "v":
        return _any(verb, value)
    if verb.mode in "sq":
        return _string(verb, value)
    if verb.mode == "t":
        return "true" if _as(verb, value, BOOL) else "false"
    if verb.mode in "dboxX":
        return _integer(verb, _as(verb, value, NUMBER))
    return _float(verb, _as(verb, value, NUMBER))


def _parse(found: re.Match[str], offset: int) -> _Verb:
    if found["mode"] not in "vsqtdboxXeEfgG":
        raise FunctionError(
            None, f"unsupported format verb '{found['mode']}' in \"{found[0]}\" at offset {offset}")
    width, precision = found["width"] or "0", found["precision"]
    if len(width) > 9 or int(width) > MAX_BYTES:
        raise FunctionError(None, f"the width in \"{found[0]}\" is greater than {MAX_BYTES}")
    if precision is not None and (len(precision) > 9 or int(precision or 0) > MAX_PRECISION):
        raise FunctionError(
            None, f"the precision in \"{found[0]}\" is greater than {MAX_PRECISION}")
    return _Verb(found[0], offset, found["flags"], int(width),
                 None if precision is None else int(precision or 0), found["mode"])


def render(pattern: str, args: Sequence[Value]) -> str:
    """*pattern* with its verbs replaced by *args* (known, unmarked).

    Raises:
        FunctionError: The pattern and the arguments do not fit.
    """
    out: list[str] = []
    size = position = used = current = 0
    while True:
        start = pattern.find("%", position)
        out.append(pattern[position:] if start < 0 else pattern[position:start])
        if start < 0:
            break
        if pattern.startswith("%%", start):
            out.append("%")
            position = start + 2
            continue
        found = _VERB.match(pattern, start)
        if found is None:
            raise FunctionError(None, f"invalid format string starting at offset {start}")
        position = found.end()
        verb = _parse(found, start)
        current = min(int(found["index"][:9]), 1 << 30) if found["index"] else current + 1
        if current > len(args):
            raise FunctionError(
                None, f'not enough arguments for "{verb.raw}" at {start}: need index {current} '
                f"but have {len(args)} total")
        used = max(used, current)
        shown = _one(verb, args[current - 1])
        size += len(shown)
        check_size(size)
        out.append(shown)
    if used < len(args):
        why = f"only {used} used by format string" if used else "no verbs in format string"
        raise FunctionError(used + 1, f"too many arguments; {why}")
    return text("".join(out))
