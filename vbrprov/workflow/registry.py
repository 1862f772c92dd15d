"""Finding providers and their types without importing more than is asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from vbrprov.config.blocks.resource import TYPE_ALIASES
from vbrprov.sdk.ephemeral import EphemeralResource
from vbrprov.sdk.provider import Provider
from vbrprov.sdk.resource import DataSource, ResourceType

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from vbrprov.sdk.rule import Rule

#: Local name -> package of the providers that come with vbrprov. Entry points are read only for
#: names that are not here.
KNOWN = {
    "vbrprov": "vbrprov.builtin", "aws": "vbrprov_aws", "azurerm": "vbrprov_azure",
    "google": "vbrprov_google", "ibm": "vbrprov_ibm", "s3": "vbrprov_s3",
    "veeam": "vbrprov_veeam",
}
ENTRY_POINTS = "vbrprov.providers"


class ProviderRegistry:
    """The providers of this installation; types are imported on first use."""

    def __init__(self, extra: dict[str, Provider] | None = None) -> None:
        self._providers: dict[str, Provider] = dict(extra or {})
        self._missing: set[str] = set()
        self._points: dict[str, EntryPoint] | None = None
        self._types: dict[tuple[str, str], Any] = {}

    def provider(self, name: str) -> Provider | None:
        """The provider with a local name."""
        if name not in self._providers and name not in self._missing:
            package = KNOWN.get(name)
            if package is not None:
                found: Provider | None = importlib.import_module(package).PROVIDER
            else:
                found = self._from_entry_points(name)
            if found is None:
                self._missing.add(name)
            else:
                self._providers[name] = found
        return self._providers.get(name)

    def provider_names(self) -> list[str]:
        """The names of the providers that come with vbrprov and those loaded so far."""
        return sorted({*KNOWN, *self._providers})

    def installed_names(self) -> list[str]:
        """As ``provider_names``, with all that other packages bring along."""
        return sorted({*self.provider_names(), *self._entry_points()})

    def third_parties(self) -> list[Provider]:
        """The providers that other packages bring along."""
        found = (self.provider(name) for name in sorted(self._entry_points()) if name not in KNOWN)
        return [provider for provider in found if provider is not None]

    def rules(self) -> dict[str, Rule]:
        """Every guardrail of the installed providers, by id."""
        from vbrprov.rules import discover

        providers = map(self.provider, self.installed_names())
        return {rule.rule_id: rule for rule in discover(p for p in providers if p is not None)}

    def resource_type(self, provider: str, type_name: str) -> ResourceType[Any, Any] | None:
        """The resource type, or ``None`` when the provider has none of that name."""
        found: ResourceType[Any, Any] | None = self._find(
            "resources", provider, type_name, ResourceType)
        return found

    def data_source(self, provider: str, type_name: str) -> DataSource[Any, Any] | None:
        """The data source, or ``None`` when the provider has none of that name."""
        found: DataSource[Any, Any] | None = self._find(
            "data_sources", provider, type_name, DataSource)
        return found

    def ephemeral_resource(self, provider: str,
                           type_name: str) -> EphemeralResource[Any, Any] | None:
        """The ephemeral resource type, or ``None`` when the provider has none of that name."""
        found: EphemeralResource[Any, Any] | None = self._find(
            "ephemerals", provider, type_name, EphemeralResource)
        return found

    def type_names(self, provider: str, mode: str) -> list[str]:
        """All type names of a provider: file names with its prefix."""
        found = self.provider(provider)
        if found is None:
            return []
        folder = {"data": "data_sources", "ephemeral": "ephemerals"}.get(mode, "resources")
        return [f"{provider}_{name}" for name in found.names(folder)]

    def _entry_points(self) -> dict[str, EntryPoint]:
        if self._points is None:
            from importlib.metadata import entry_points

            # Reading them looks at every installed package.
            self._points = {point.name: point for point in entry_points(group=ENTRY_POINTS)}
        return self._points

    def _from_entry_points(self, name: str) -> Provider | None:
        point = self._entry_points().get(name)
        found: Provider | None = point.load() if point is not None else None
        return found

    def _find(self, folder: str, provider: str, type_name: str, base: type) -> Any:
        type_name = TYPE_ALIASES.get(type_name, type_name)
        key = (folder, type_name)
        if key not in self._types:
            found = self.provider(provider)
            name = type_name.removeprefix(f"{provider}_")
            module = found.load(folder, name) if found and name.isidentifier() else None
            self._types[key] = _class_in(module, base, type_name) if module else None
        return self._types[key]


def _class_in(module: Any, base: type, type_name: str) -> Any:
    """An instance of the class that *module* itself defines for *type_name*."""
    for value in vars(module).values():
        own = (isinstance(value, type) and issubclass(value, base)
               and value.__module__ == module.__name__)
        if own and getattr(value, "type_name", "") == type_name:
            return value()
    raise TypeError(f"{module.__name__} defines no {base.__name__} for {type_name}. "
                    "This is a bug in vbrprov.")
