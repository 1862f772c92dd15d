"""Providers: how the engine finds one and what a provider gives it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from vbrprov.sdk.held import HeldPolicies
from vbrprov.sdk.model import Model
from vbrprov.sdk.resource import ErrorClass, ProviderError


class ProviderContext(msgspec.Struct, frozen=True):
    """What a provider may use when it makes its client.

    ``sandbox`` holds the endpoints of the embedded doubles for this provider, or ``None`` outside a
    sandbox. ``secret`` tells the redactor a value that must never be printed. ``untrusted``: the
    configuration was written by strangers, so it may start no program, name no file outside the
    folder, and no address that secrets of the environment would be sent to.
    """

    stack: str = ""
    sandbox: Mapping[str, Any] | None = None
    secret: Callable[[str], None] = lambda value: None
    parallelism: int = 10
    log: Callable[[str], None] = lambda line: None
    untrusted: bool = False

    def check_file(self, attribute: str, path: str | None) -> None:
        """Refuse a file outside the folder that an untrusted configuration names.

        Raises:
            ProviderError: It is one.
        """
        if self.untrusted and path and not Path(path).resolve().is_relative_to(Path.cwd()):
            raise self.refusal(attribute, f'"{path}" is outside the folder.')

    def refusal(self, attribute: str, reason: str, hint: str = "") -> ProviderError:
        """What an untrusted configuration asks for and does not get."""
        return ProviderError(
            ErrorClass.DENIED, "Not for untrusted configuration",
            f"{reason} The run is -untrusted.", attribute=attribute, hint=hint)


class ProviderConfig:
    """The configured side of a provider; lives in ``<package>.provider`` as ``CONFIG``."""

    model: ClassVar[type[Model]]

    def configure(self, config: Any, context: ProviderContext) -> Any:
        """A client from the provider block. Makes no network call; may raise ``ProviderError``."""
        raise NotImplementedError

    def held_policies(self, client: Any, user: str | None, buckets: Sequence[str]) -> HeldPolicies:
        """All policies that count for a user on some buckets; without one, for who is logged in.

        Raises:
            ProviderError: The service does not tell, or the provider has no such thing.
        """
        raise ProviderError(
            ErrorClass.UNSUPPORTED, "No policies to read",
            "Policies of a live user are read of AWS and of S3 compatible storage only.",
            hint="Save the role or policy to a file, and check that.")

    def close(self, client: Any) -> None:
        """Release what the client holds (log out, close connections)."""


class Provider(msgspec.Struct, frozen=True):
    """A provider as its package declares it: light enough to be imported at start.

    ``registry`` is the address that plan JSON shows (``registry.terraform.io/hashicorp/aws``).
    Resource types, data sources, rules and doubles are found by file name below ``package``.
    """

    name: str
    package: str
    registry: str
    doc: str = ""
    prefixes: tuple[str, ...] = ()

    def config(self) -> ProviderConfig:
        """The configured side, imported on first use."""
        module = importlib.import_module(f"{self.package}.provider")
        config: ProviderConfig = module.CONFIG
        return config

    def names(self, kind: str) -> list[str]:
        """File names (without suffix) below the folder *kind*, such as ``resources``."""
        try:
            folder = importlib.import_module(f"{self.package}.{kind}")
        except ModuleNotFoundError as error:
            if error.name == f"{self.package}.{kind}":
                return []
            raise
        import pkgutil

        return sorted(m.name for m in pkgutil.iter_modules(folder.__path__)
                      if not m.name.startswith("_"))

    def load(self, kind: str, name: str) -> Any:
        """The module *name* in the folder *kind*, or ``None`` when there is no such file."""
        full = f"{self.package}.{kind}.{name}"
        try:
            return importlib.import_module(full)
        except ModuleNotFoundError as error:
            if error.name in (full, f"{self.package}.{kind}"):
                return None
            raise
