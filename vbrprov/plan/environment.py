"""What planning and applying need from outside: types, clients, clock, secrets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import msgspec

from vbrprov.diff.secrecy import secret_texts
from vbrprov.sdk.model import Schema
from vbrprov.sdk.provider import Provider, ProviderContext
from vbrprov.sdk.resource import StepContext
from vbrprov.secrets import Redactor, SecretBook
from vbrprov.values import Value


class Registry(Protocol):
    """Finds providers and their types."""

    def provider(self, name: str) -> Provider | None:
        """The provider with a local name."""

    def resource_type(self, provider: str, type_name: str) -> Any | None:
        """The resource type (an instance), or ``None``."""

    def data_source(self, provider: str, type_name: str) -> Any | None:
        """The data source (an instance), or ``None``."""

    def ephemeral_resource(self, provider: str, type_name: str) -> Any | None:
        """The ephemeral resource type (an instance), or ``None``."""

    def type_names(self, provider: str, mode: str) -> list[str]:
        """All type names of a provider, for suggestions."""

    def provider_names(self) -> list[str]:
        """All provider names, for suggestions."""

    def third_parties(self) -> list[Provider]:
        """The providers that other packages bring along."""


def _nothing(event: str, **data: Any) -> None:
    return


class Environment(msgspec.Struct):
    """Handed down by the workflow; nothing below it reads a global."""

    registry: Registry
    book: SecretBook = msgspec.field(default_factory=SecretBook)
    redactor: Redactor = msgspec.field(default_factory=Redactor)
    sandbox: Mapping[str, Mapping[str, Any]] | None = None
    #: Clients that stand in for those of providers, by the name of the provider's node (tests).
    stand_ins: Mapping[str, Any] = {}
    stop: threading.Event = msgspec.field(default_factory=threading.Event)
    abandon: threading.Event = msgspec.field(default_factory=threading.Event)
    now: Callable[[], float] = time.time
    #: Told what happens while it happens: ``refresh_start``, ``apply_start``, ``apply_complete``,
    #: ``interrupted``...
    event: Callable[..., None] = _nothing
    parallelism: int = 10
    #: The configuration is a stranger's: providers run no program and read no other files.
    untrusted: bool = False

    def provider_context(self, name: str, stack: str) -> ProviderContext:
        """The context for configuring a provider."""
        endpoints = None
        if self.sandbox is not None:
            endpoints = self.sandbox.get(name)
        return ProviderContext(stack=stack, sandbox=endpoints, secret=self.redactor.add,
                               parallelism=self.parallelism, untrusted=self.untrusted)

    def step_context(self, address: str, token: str, stack: str,
                     private: dict[str, Any] | None = None) -> StepContext:
        """The context for reads and steps of one instance."""
        return StepContext(address=address, token=token, stack=stack, stop=self.abandon,
                           sleep=self._sleep, private=private if private is not None else {})

    def learn(self, values: Mapping[str, Value], schema: Schema) -> None:
        """Tell the redactor what is sensitive in an object or a block."""
        for text in secret_texts(values, schema):
            self.redactor.add_made_of(text)

    def on_signal(self, name: str, count: int) -> None:
        """Tell of a signal that asks to stop: its name, and how many came so far."""
        self.event("interrupted", signal=name, count=count)

    def _sleep(self, seconds: float) -> None:
        self.abandon.wait(seconds)
