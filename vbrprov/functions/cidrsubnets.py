"""cidrsubnets(prefix, newbits...): parts of a network, one after the other."""

from __future__ import annotations

from vbrprov.functions._network import Prefix, PrefixError, parse_prefix
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import STRING, ListT, ListV, Value


def _cidrsubnets(prefix: str, *newbits: int) -> Value:
    try:
        network = parse_prefix(prefix)
    except PrefixError as error:
        raise FunctionError(0, str(error)) from None
    end = network.network + (1 << network.host_bits)
    start = network.network
    out: list[Value] = []
    for index, bits in enumerate(newbits, 1):
        if bits < 1:
            raise FunctionError(index, "must extend prefix by at least one bit")
        if bits > 32:
            raise FunctionError(index, "may not extend prefix by more than 32 bits")
        length = network.length + bits
        if length > network.bits:
            raise FunctionError(
                index, f"would extend prefix to {length} bits, which is too long for an "
                f"{'IPv4' if network.bits == 32 else 'IPv6'} address")
        size = 1 << (network.bits - length)
        start = -(-start // size) * size
        if start + size > end:
            raise FunctionError(
                index, "not enough remaining address space for a subnet with a prefix of "
                f"{length} bits")
        out.append(str(Prefix(start, length, network.bits)))
        start += size
    return ListV(tuple(out), STRING)


FUNCTION = Function(
    name="cidrsubnets", group="network",
    doc="Return consecutive parts of a network, each of a size of its own.",
    params=(Param("prefix", str, "The network, such as `10.1.0.0/16`."),),
    variadic=Param("newbits", int, "How many bits each part adds to the prefix."),
    returns=ListT(STRING), impl=_cidrsubnets, example='cidrsubnets("10.1.0.0/16", 4, 4, 8, 4)',
)
