"""cidrnetmask(prefix): the mask of an IPv4 network."""

from __future__ import annotations

from vbrprov.functions._network import PrefixError, parse_prefix
from vbrprov.sdk import Function, FunctionError, Param


def _cidrnetmask(prefix: str) -> str:
    try:
        network = parse_prefix(prefix)
    except PrefixError as error:
        raise FunctionError(None, str(error)) from None
    if network.bits != 32:
        raise FunctionError(None, "IPv6 addresses cannot have a netmask")
    return network.address((1 << 32) - (1 << network.host_bits))


FUNCTION = Function(
    name="cidrnetmask", group="network", doc="Return the subnet mask of an IPv4 network.",
    params=(Param("prefix", str, "The network, such as `172.16.0.0/12`."),),
    returns=str, impl=_cidrnetmask, example='cidrnetmask("172.16.0.0/12")',
)
