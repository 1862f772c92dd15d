"""Mocks and overrides in place of providers' own types.

Source: https://developer.hashicorp.com/terraform/language/tests/mocking
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from vbrprov.addrs import ParsedAddress, parse_address
from vbrprov.config.blocks.resource import TYPE_ALIASES
from vbrprov.diff.stored import mark_by_schema
from vbrprov.plan.environment import Registry
from vbrprov.sdk.ephemeral import Opened
from vbrprov.sdk.handwork import Handwork
from vbrprov.sdk.model import Model
from vbrprov.sdk.provider import Provider
from vbrprov.sdk.resource import (
    ErrorClass,
    Identity,
    PlanDraft,
    ProviderError,
    Step,
    StepContext,
    Steps,
)
from vbrprov.testing.made_up import fill, is_open
from vbrprov.values import Value, is_null

_WRONG = "Failed to compute attribute"


class Given(msgspec.Struct, frozen=True):
    """Values for computed attributes, and whether they are known while planning already."""

    values: Mapping[str, Value] = {}
    during_plan: bool = False
    #: Where they stand, for messages.
    origin: str = ""


class MockClient(msgspec.Struct, frozen=True):
    """In place of the client of a mocked provider: what its objects get, by mode and type."""

    types: Mapping[tuple[str, str], Given] = {}


class Doubles:
    """The mocks and overrides of one run."""

    def __init__(self, clients: Mapping[str, MockClient],
                 overrides: list[tuple[ParsedAddress, Given]]) -> None:
        #: By the name of the provider configuration's node.
        self.clients = clients
        self.overrides = [(_without_alias(address), given) for address, given in overrides]
        self.applying = False
        self.tearing_down = False
        #: Addresses of what the provider keeps at the end, and of what that needs: it is in the
        #: test's own sandbox, and goes with that.
        self.staying: frozenset[str] = frozenset()

    def given(self, address: str, mode: str, kind: Any, client: Any) -> Given | None:
        """What stands in for the provider at *address*; ``None`` where the provider itself does."""
        here = _without_alias(parse_address(address))
        for target, given in reversed(self.overrides):
            if target.type_name and target.covers(here):
                return given
        if client is None:
            client = self.clients.get("provider.vbrprov")
        if isinstance(client, MockClient):
            return client.types.get((mode, kind.type_name), Given())
        return None


def _without_alias(address: ParsedAddress) -> ParsedAddress:
    known = TYPE_ALIASES.get(address.type_name)
    return address if known is None else msgspec.structs.replace(address, type_name=known)


class DoubledRegistry:
    """A registry whose types ask the doubles first."""

    def __init__(self, registry: Registry, doubles: Doubles) -> None:
        self._registry = registry
        self._doubles = doubles
        self._types: dict[tuple[str, str, str], Any] = {}

    def provider(self, name: str) -> Provider | None:
        """The provider with a local name."""
        return self._registry.provider(name)

    def provider_names(self) -> list[str]:
        """All provider names."""
        return self._registry.provider_names()

    def third_parties(self) -> list[Provider]:
        """The providers that other packages bring along."""
        return self._registry.third_parties()

    def type_names(self, provider: str, mode: str) -> list[str]:
        """All type names of a provider."""
        return self._registry.type_names(provider, mode)

    def resource_type(self, provider: str, type_name: str) -> Any | None:
        """The resource type, doubled."""
        return self._doubled("managed", DoubledResource, self._registry.resource_type,
                             provider, type_name)

    def data_source(self, provider: str, type_name: str) -> Any | None:
        """The data source, doubled."""
        return self._doubled("data", DoubledData, self._registry.data_source, provider, type_name)

    def ephemeral_resource(self, provider: str, type_name: str) -> Any | None:
        """The ephemeral resource type, doubled."""
        return self._doubled("ephemeral", DoubledEphemeral, self._registry.ephemeral_resource,
                             provider, type_name)

    def _doubled(self, mode: str, double: Callable[[Any, Doubles], Any],
                 find: Callable[[str, str], Any | None], provider: str, type_name: str) -> Any:
        key = (mode, provider, type_name)
        if key not in self._types:
            kind = find(provider, type_name)
            self._types[key] = None if kind is None else double(kind, self._doubles)
        return self._types[key]

class DoubledResource:
    """A resource type; instances that have a double never reach the provider."""

    def __init__(self, kind: Any, doubles: Doubles) -> None:
        self._kind = kind
        self._doubles = doubles
        self._settling: Given | None = None

    def __getattr__(self, name: str) -> Any:
        """All that is not doubled: the model, the recovery class, views."""
        return getattr(self._kind, name)

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in what the double knows by now."""
        given = self._doubles.given(plan.address, "managed", self._kind, plan.client)
        # A local type settles right after this, on the same thread, and is told no address then.
        self._settling = given
        if given is None:
            self._kind.plan_modify(plan)
        elif plan.prior is None and (self._doubles.applying or given.during_plan):
            schema = self._kind.model.schema()
            for name, why in fill(plan.planned, schema, given.values, plan.config, is_open):
                plan.error(_WRONG, _explained(name, why, given), None)
            plan.planned.update(mark_by_schema(plan.planned, schema, plan.address))

    def plan_destroy(self, prior: Mapping[str, Value]) -> str | None:
        """What a test made always goes."""
        why: str | None = None
        if not self._doubles.tearing_down:
            why = self._kind.plan_destroy(prior)
        return why

    def refuse_destroy(self, client: Any, prior: Mapping[str, Value], *,
                       replaced: bool = False) -> str | None:
        """What is recorded decides: the client may be a double's."""
        return self.plan_destroy(prior)

    def exposes(self, planned: Mapping[str, Value]) -> bool:
        """What a test makes is written nowhere."""
        return False

    def handwork(self, client: Any, prior: Mapping[str, Value] | None,
                 planned: Mapping[str, Value] | None, ctx: StepContext) -> Handwork | None:
        """What is doubled needs nobody."""
        if self._doubles.given(ctx.address, "managed", self._kind, client) is not None:
            return None
        work: Handwork | None = self._kind.handwork(client, prior, planned, ctx)
        return work

    def settle(self, prior: Mapping[str, Value] | None,
               planned: Mapping[str, Value]) -> Mapping[str, Value]:
        """The values to record for a local type."""
        if self._settling is None:
            settled: Mapping[str, Value] = self._kind.settle(prior, planned)
            return settled
        out = {name: prior[name] if prior is not None and is_open(value) else value
               for name, value in planned.items()}
        fill(out, self._kind.model.schema(), self._settling.values, {}, is_open)
        return out

    def steps(self, client: Any, prior: Model | None, planned: Model | None,
              ctx: StepContext) -> Steps:
        """One step that does nothing but record."""
        if self._doubles.given(ctx.address, "managed", self._kind, client) is None:
            if planned is not None or ctx.address not in self._doubles.staying:
                yield from self._kind.steps(client, prior, planned, ctx)
            return
        identity = Identity.of(address=ctx.address)
        if planned is None:
            yield Step("delete", identity, run=lambda: None, doc="Forget")
            return
        made = planned
        if prior is not None:
            made = planned.copy(**{
                name: getattr(prior, name) for name, spec in type(planned).schema(
                ).attributes.items() if spec.computed and getattr(planned, name) is None})
        yield Step("create" if prior is None else "update", identity, creates=prior is None,
                   run=lambda: made, doc="Record")

    def read(self, client: Any, state: Model, ctx: StepContext) -> Model | None:
        """What is recorded is what is."""
        if self._doubles.given(ctx.address, "managed", self._kind, client) is not None:
            return state
        found: Model | None = self._kind.read(client, state, ctx)
        return found

    def list_ids(self, client: Any, planned: Model) -> list[str]:
        """Nothing exists beside what is recorded."""
        if isinstance(client, MockClient):
            return []
        found: list[str] = self._kind.list_ids(client, planned)
        return found


class DoubledData:
    """A data source whose doubled instances are never read."""

    mode = "data"

    def __init__(self, kind: Any, doubles: Doubles) -> None:
        self._kind = kind
        self._doubles = doubles

    def __getattr__(self, name: str) -> Any:
        """All that is not doubled."""
        return getattr(self._kind, name)

    def read(self, client: Any, config: Model, ctx: StepContext) -> Model:
        """The arguments, and what the double says of all else."""
        found: Model = self._made(client, config, ctx) or self._kind.read(client, config, ctx)
        return found

    def _made(self, client: Any, config: Model, ctx: StepContext) -> Model | None:
        """What stands in for the provider's answer, where something does."""
        given = self._doubles.given(ctx.address, self.mode, self._kind, client)
        if given is None:
            return None
        values = config.to_values()
        for name, why in fill(values, self._kind.model.schema(), given.values, {}, is_null):
            raise ProviderError(ErrorClass.INVALID, _WRONG, _explained(name, why, given))
        return type(config).from_values(values)


class DoubledEphemeral(DoubledData):
    """An ephemeral resource type whose doubled instances are never opened."""

    mode = "ephemeral"

    def open(self, client: Any, config: Model, ctx: StepContext) -> Opened[Any]:
        """The arguments, and made-up values for all else."""
        made = self._made(client, config, ctx)
        found: Opened[Any] = (self._kind.open(client, config, ctx) if made is None
                              else Opened(made))
        return found

    def close(self, client: Any, opened: Opened[Any], ctx: StepContext) -> None:
        """Nothing is left of a double."""
        if self._doubles.given(ctx.address, self.mode, self._kind, client) is None:
            self._kind.close(client, opened, ctx)


def _explained(name: str, why: str, given: Given) -> str:
    return (f'The value for the attribute "{name}" in the mocked data at {given.origin} is not '
            f"suitable: {why}.")
