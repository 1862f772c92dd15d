"""cidrhost(prefix, hostnum): one address of a network."""

from __future__ import annotations

from vbrprov.functions._network import PrefixError, parse_prefix, whole
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values.number import Number


def _cidrhost(prefix: str, hostnum: Number) -> str:
    try:
        network = parse_prefix(prefix)
    except PrefixError as error:
        raise FunctionError(None, str(error)) from None
    number = whole(hostnum, 1)
    count = 1 << network.host_bits
    host = number if number >= 0 else count + number
    if not 0 <= host < count:
        raise FunctionError(
            None, f"prefix of {network.length} does not accommodate a host numbered {number}")
    return network.address(network.network + host)


FUNCTION = Function(
    name="cidrhost", group="network", doc="Return the address with a number in a network.",
    params=(
        Param("prefix", str, "The network, such as `10.12.112.0/20`."),
        Param("hostnum", float, "The number; a negative one counts from the end."),
    ),
    returns=str, impl=_cidrhost, example='cidrhost("10.12.112.0/20", 16)',
)
