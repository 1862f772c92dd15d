"""cidrsubnet(prefix, newbits, netnum): a part of a network."""

from __future__ import annotations

from vbrprov.functions._network import Prefix, PrefixError, parse_prefix, whole
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values.number import Number


def _cidrsubnet(prefix: str, bits: int, netnum: Number) -> str:
    try:
        network = parse_prefix(prefix)
    except PrefixError as error:
        raise FunctionError(None, str(error)) from None
    if not 0 <= bits <= network.host_bits:
        raise FunctionError(
            None, f"insufficient address space to extend prefix of {network.length} by {bits}")
    number = whole(netnum, 2)
    if not 0 <= number < 1 << bits:
        raise FunctionError(
            None, f"prefix extension of {bits} does not accommodate a subnet numbered {number}")
    length = network.length + bits
    start = network.network + (number << (network.bits - length))
    return str(Prefix(start, length, network.bits))


FUNCTION = Function(
    name="cidrsubnet", group="network",
    doc="Return the part with a number of a network cut into equal parts.",
    params=(
        Param("prefix", str, "The network, such as `10.0.0.0/8`."),
        Param("newbits", int, "How many bits to add to the prefix."),
        Param("netnum", float, "The number of the part."),
    ),
    returns=str, impl=_cidrsubnet, example='cidrsubnet("172.16.0.0/12", 4, 2)',
)
