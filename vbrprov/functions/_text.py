"""Strings: normal form, the size budget, Unicode case mapping as Go has it."""

from __future__ import annotations

from vbrprov.sdk import FunctionError
from vbrprov.values.nfc import nfc

#: A string that a function makes may have this many bytes as UTF-8; a limit of ours.
MAX_BYTES = 1 << 20

#: What Unicode calls white space.
SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


def check_size(count: int) -> None:
    """Refuse a string of *count* characters before it is made.

    Raises:
        FunctionError: It would be over the budget.
    """
    if count > MAX_BYTES:
        raise FunctionError(None, f"The result would be longer than {MAX_BYTES} bytes")


def text(value: str) -> str:
    """*value* as the language keeps strings: NFC, within the size budget.

    Raises:
        FunctionError: It is over the budget.
    """
    size = len(value)
    if size * 4 > MAX_BYTES and (
            size > MAX_BYTES or len(value.encode("utf-8", "surrogatepass")) > MAX_BYTES):
        raise FunctionError(None, f"The result would be longer than {MAX_BYTES} bytes")
    return nfc(value)


def upper(value: str) -> str:
    """Upper case, one character for one, without the special cases of a language."""
    return value.upper() if value.isascii() else "".join(map(_upper, value))


def _upper(char: str) -> str:
    for mapped in (char.upper(), char.title()):
        if len(mapped) == 1:
            return mapped
    return char


def lower(value: str) -> str:
    """Lower case, one character for one."""
    return value.lower() if value.isascii() else "".join([c.lower()[:1] for c in value])


def title(char: str) -> str:
    """The title case of one character."""
    mapped = char.title()
    return mapped if len(mapped) == 1 else char
