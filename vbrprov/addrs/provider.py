"""Text form of provider configurations: ``module.a.provider.aws.by_region["eu"]``."""

from __future__ import annotations

import functools
import json
import re

import msgspec

from vbrprov.addrs.address import AddressError, InstanceKey, format_key

_ADDRESS = re.compile(
    r'((?:module\.[^.\[]+\.)*)provider\.([^.\[]+)(?:\.([^.\[]+))?(?:\[("(?:[^"\\]|\\.)*")\])?')


class ProviderAddress(msgspec.Struct, frozen=True):
    """A provider configuration. ``key`` tells the instances of one with ``for_each`` apart."""

    module: tuple[str, ...]
    name: str
    alias: str = ""
    key: InstanceKey = None

    @property
    def block(self) -> str:
        """Name and alias, as the block is found by within its module."""
        return f"{self.name}.{self.alias}" if self.alias else self.name

    def __str__(self) -> str:
        prefix = "".join(f"module.{name}." for name in self.module)
        return f"{prefix}provider.{self.block}{format_key(self.key)}"


@functools.lru_cache(maxsize=1024)
def parse_provider(text: str) -> ProviderAddress:
    """Parse the address of a provider configuration, as the state records it.

    Raises:
        AddressError: Malformed.
    """
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise AddressError(f'"{text}" is not the address of a provider configuration.')
    module, name, alias, key = found.groups()
    # "module.a.module.b." has the names at every second place.
    path = tuple(module.rstrip(".").split(".")[1::2])
    return ProviderAddress(path, name, alias or "", json.loads(key) if key else None)


def provider_name(text: str) -> str:
    """The local name of the provider behind a configuration's address."""
    return parse_provider(text).name
