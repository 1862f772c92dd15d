"""cidrcontains(containing, contained): whether a network holds an address or another network."""

from __future__ import annotations

from vbrprov.functions._network import PrefixError, parse_prefix
from vbrprov.sdk import Function, FunctionError, Param


def _cidrcontains(containing: str, contained: str) -> bool:
    try:
        outer = parse_prefix(containing)
    except PrefixError as error:
        raise FunctionError(0, str(error)) from None
    if "/" not in contained:
        contained += "/128" if ":" in contained else "/32"
    try:
        inner = parse_prefix(contained)
    except PrefixError:
        raise FunctionError(1, "invalid IP address or CIDR expression") from None
    if outer.bits != inner.bits:
        raise FunctionError(None, "cannot mix IPv4 and IPv6 addresses")
    return inner.length >= outer.length and (
        (inner.network ^ outer.network) >> outer.host_bits == 0)


FUNCTION = Function(
    name="cidrcontains", group="network",
    doc="Tell whether a network holds an address or all of another network.",
    params=(
        Param("containing_prefix", str, "The network."),
        Param("contained_ip_or_prefix", str, "An address or a network."),
    ),
    returns=bool, impl=_cidrcontains, example='cidrcontains("192.168.2.0/20", "192.168.2.1")',
)
