"""Address prefixes (CIDR notation, https://www.rfc-editor.org/rfc/rfc4632)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from vbrprov.sdk import FunctionError
from vbrprov.values.number import Number

_V4 = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,10}){3}")


class PrefixError(ValueError):
    """Not an address prefix."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """A network: its first address as a number, how many bits are fixed, and of how many."""

    network: int
    length: int
    bits: int

    @property
    def host_bits(self) -> int:
        """How many bits are free."""
        return self.bits - self.length

    def address(self, number: int) -> str:
        """A number as an address of this family."""
        return str(IPv4Address(number) if self.bits == 32 else IPv6Address(number))

    def __str__(self) -> str:
        return f"{self.address(self.network)}/{self.length}"


def whole(number: Number, argument: int) -> int:
    """A number in a network, of as many bits as it takes.

    Raises:
        FunctionError: Not a whole number.
    """
    if not isinstance(number, int):
        raise FunctionError(argument, "a whole number is required")
    return number


def parse_prefix(source: str) -> Prefix:
    """``10.0.0.0/8`` or ``2001:db8::/32``; bits behind the prefix are dropped.

    Decimal numbers with leading zeros are decimal, as Terraform reads them.

    Raises:
        PrefixError: Not that.
    """
    address, slash, size = source.partition("/")
    if not slash or not (size.isascii() and size.isdigit()) or len(size) > 10:
        raise PrefixError("invalid CIDR expression")
    if _V4.fullmatch(address):
        octets = [int(part) for part in address.split(".")]
        if max(octets) > 255:
            raise PrefixError("invalid CIDR expression")
        number, bits = int.from_bytes(bytes(octets), "big"), 32
    else:
        try:
            if "%" in address or ":" not in address:
                raise PrefixError("invalid CIDR expression")
            number, bits = int(IPv6Address(address)), 128
        except AddressValueError:
            raise PrefixError("invalid CIDR expression") from None
    length = int(size)
    if length > bits:
        raise PrefixError("invalid CIDR expression")
    free = bits - length
    return Prefix(number >> free << free, length, bits)
