"""A provider that lends tokens and keeps a list of all that was asked of it."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any, ClassVar

from engine_world import World  # found through the path that conftest adds

from vbrprov.plan.environment import Environment
from vbrprov.sdk import (
    DataSource,
    EphemeralResource,
    ErrorClass,
    Identity,
    Model,
    Opened,
    Probe,
    ProbeVerdict,
    Provider,
    ProviderConfig,
    ProviderContext,
    ProviderError,
    Recovery,
    ResourceType,
    Step,
    StepContext,
    Steps,
    attribute,
    computed_attribute,
)
from vbrprov.workflow.registry import ProviderRegistry


class Log:
    """What happened, and what is to go wrong."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.made: dict[str, str] = {}
        self.fail: set[str] = set()
        self.renew_after: float | None = None
        self.count = 0

    def call(self, what: str) -> None:
        """Note a call; it fails when its first word is in ``fail``."""
        self.calls.append(what)
        if what.split()[0] in self.fail:
            raise ProviderError(ErrorClass.FAILED, f"No {what.split()[0]}", "It does not work.")


class TokenModel(Model):
    """Arguments of ``ephemeral.lease_token``."""

    name: str = attribute(doc="Whose.", required=True)
    token: str | None = computed_attribute(doc="The token.", sensitive=True)


class Token(EphemeralResource[TokenModel, Any]):
    """A token with a number, different each time."""

    type_name = "lease_token"
    model = TokenModel
    log: ClassVar[Log]

    def open(self, client: Any, config: TokenModel, ctx: StepContext) -> Opened[TokenModel]:
        self.log.call(f"open {config.name}")
        self.log.count += 1
        token = f"secret-token-{self.log.count}"
        return Opened(config.copy(token=token), private=token, renew_after=self.log.renew_after)

    def renew(self, client: Any, opened: Opened[TokenModel],
              ctx: StepContext) -> Opened[TokenModel]:
        self.log.call(f"renew {opened.private}")
        opened.renew_after = None
        return opened

    def close(self, client: Any, opened: Opened[TokenModel], ctx: StepContext) -> None:
        self.log.call(f"close {opened.private}")


class BoxModel(Model):
    """Arguments of ``lease_box``."""

    name: str = attribute(doc="Its name.", required=True, replace_on_change=True)
    secret: str | None = attribute(doc="Sent and forgotten.", write_only=True)
    secret_version: int | None = attribute(doc="Sends the secret again.")


class Box(ResourceType[BoxModel, Any]):
    """Something that takes a secret."""

    type_name = "lease_box"
    model = BoxModel
    recovery = Recovery.CLIENT_NAMED
    log: ClassVar[Log]

    def steps(self, client: Any, prior: BoxModel | None, planned: BoxModel | None,
              ctx: StepContext) -> Steps:
        if planned is None:
            yield Step("delete", Identity.of(name="x"),
                       run=lambda: self.log.call(f"delete {client}"))
            return
        wanted = planned

        def run() -> BoxModel:
            self.log.call(f"box {wanted.secret} as {client}")
            self.log.made[wanted.name] = wanted.name
            return wanted

        yield Step("create", Identity.of(name=wanted.name), run=run, creates=prior is None)

    def read(self, client: Any, state: BoxModel, ctx: StepContext) -> BoxModel | None:
        self.log.calls.append(f"read as {client}")
        found = self.log.made.get(state.name)
        return None if found is None else state

    def probe(self, client: Any, intent: Any, ctx: StepContext) -> Probe[BoxModel]:
        return Probe(ProbeVerdict.ABSENT)


class LookModel(Model):
    """Arguments of ``data.lease_look``."""

    name: str = attribute(doc="What to look for.", required=True)
    found: str | None = computed_attribute(doc="What was found.")


class Look(DataSource[LookModel, Any]):
    """Finds a box by its name."""

    type_name = "lease_look"
    model = LookModel
    log: ClassVar[Log]

    def read(self, client: Any, config: LookModel, ctx: StepContext) -> LookModel:
        self.log.call(f"look {config.name}")
        if config.name not in self.log.made:
            raise ProviderError(ErrorClass.NOT_FOUND, "No such box", f"No box {config.name}.")
        return config.copy(found=config.name)


class LeaseConfigModel(Model):
    """Arguments of the provider."""

    password: str | None = attribute(doc="The password.", sensitive=True)


class LeaseConfig(ProviderConfig):
    """Its client is the password itself."""

    model = LeaseConfigModel

    def __init__(self, log: Log) -> None:
        self.log = log

    def configure(self, config: LeaseConfigModel, context: ProviderContext) -> Any:
        return config.password or "nobody"

    def close(self, client: Any) -> None:
        if client != "nobody":
            self.log.call(f"bye {client}")


class LeaseWorld(World):
    """A folder whose configuration may use the provider ``lease``."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.log = Log()
        package = f"lease_{id(self)}"
        parts = {"ephemerals.token": Token, "resources.box": Box, "data_sources.look": Look}
        for name in ("", ".ephemerals", ".resources", ".data_sources", ".provider"):
            module = types.ModuleType(package + name)
            module.__path__ = []
            sys.modules[package + name] = module
        sys.modules[f"{package}.provider"].CONFIG = LeaseConfig(self.log)  # type: ignore[attr-defined]  # made up just now
        for name, kind in parts.items():
            full = f"{package}.{name}"
            made = types.ModuleType(full)
            own = type(kind.__name__, (kind,), {"__module__": full, "log": self.log})
            setattr(made, kind.__name__, own)
            sys.modules[full] = made
        self.provider = Provider(name="lease", package=package, registry="example.com/test/lease")

    def environment(self) -> Environment:
        """Surroundings that know the provider."""
        made = super().environment()
        made.registry = ProviderRegistry({"lease": self.provider})
        return made
