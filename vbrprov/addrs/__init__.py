"""Addresses of resources, modules and their instances.

Here: building, parsing and matching addresses. Not here: what is at an address.
"""

from vbrprov.addrs.address import (
    AddressError,
    InstanceKey,
    ModuleInstance,
    ParsedAddress,
    config_address,
    format_key,
    instance_address,
    is_data,
    module_address,
    parse_address,
    sort_key,
)
from vbrprov.addrs.provider import ProviderAddress, parse_provider, provider_name

__all__ = [
    "AddressError", "InstanceKey", "ModuleInstance", "ParsedAddress", "ProviderAddress",
    "config_address", "format_key", "instance_address", "is_data", "module_address",
    "parse_address", "parse_provider", "provider_name", "sort_key",
]
