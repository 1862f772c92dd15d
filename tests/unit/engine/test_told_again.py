"""Secrets that a service tells whenever it is asked, as opposed to once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, ClassVar

import pytest
from engine_world import World

from vbrprov.cli.runtime import Runtime
from vbrprov.plan.environment import Environment
from vbrprov.sdk import (
    Identity,
    Model,
    Provider,
    ProviderConfig,
    Recovery,
    ResourceType,
    Step,
    StepContext,
    Steps,
    attribute,
    computed_attribute,
)
from vbrprov.workflow.planning import plan_command
from vbrprov.workflow.registry import ProviderRegistry
from vbrprov.workflow.saved import apply_saved, save_plan


class Vault:
    """One box with a key, and who was given which key."""

    key: ClassVar[str] = ""
    tells: ClassVar[bool] = True
    given: ClassVar[dict[str, str]] = {}


class BoxModel(Model):
    """Attributes of ``vault_box``."""

    key: str | None = computed_attribute(doc="The key.", sensitive=True)


class Box(ResourceType[BoxModel, None]):
    """A box whose key can be read."""

    type_name = "vault_box"
    model = BoxModel
    recovery = Recovery.CLIENT_NAMED

    def steps(self, client: None, prior: BoxModel | None, planned: BoxModel | None,
              ctx: StepContext) -> Steps:
        if planned is not None and prior is None:
            yield Step("create", Identity.of(box=1), lambda: BoxModel(key=Vault.key), creates=True)

    def read(self, client: None, state: BoxModel, ctx: StepContext) -> BoxModel | None:
        return BoxModel(key=Vault.key if Vault.tells else None)


class UserModel(Model):
    """Arguments of ``vault_user``."""

    name: str = attribute(doc="Name.", required=True)
    key: str | None = attribute(doc="The key.", sensitive=True, write_only=True)


class User(ResourceType[UserModel, None]):
    """Somebody who is given a key."""

    type_name = "vault_user"
    model = UserModel
    recovery = Recovery.CLIENT_NAMED

    def steps(self, client: None, prior: UserModel | None, planned: UserModel | None,
              ctx: StepContext) -> Steps:
        if planned is not None:
            name, key = planned.name, planned.key
            yield Step("give", Identity.of(name=name), creates=prior is None,
                       run=lambda: Vault.given.update({name: key or ""}))

    def read(self, client: None, state: UserModel, ctx: StepContext) -> UserModel | None:
        return state


class VaultProvider(ProviderConfig):
    """Needs nothing."""

    model = Model

    def configure(self, config: Any, context: Any) -> None:
        return None


class _Package(Provider, frozen=True):
    def config(self) -> ProviderConfig:
        return VaultProvider()

    def names(self, kind: str) -> list[str]:
        return ["box", "user"] if kind == "resources" else []

    def load(self, kind: str, name: str) -> Any:
        return sys.modules[__name__] if name in self.names(kind) else None


class VaultWorld(World):
    """A folder whose configuration may use the provider ``vault``."""

    def environment(self) -> Environment:
        made = super().environment()
        made.registry = ProviderRegistry({"vault": _Package(
            name="vault", package=__name__, registry="example.com/tests/vault")})
        return made


class Surroundings(Runtime):
    """A command whose engine knows the provider."""

    def __init__(self, world: VaultWorld) -> None:
        super().__init__(no_color=True)
        self.world = world

    def environment(self, *, sandbox: object = None, parallelism: int = 10,
                    progress: bool = False, untrusted: bool = False) -> Environment:
        return self.world.environment()


BOX = 'resource "vault_box" "x" {}\n'
USER = 'resource "vault_user" "{0}" {{\n  name = "{0}"\n  key  = vault_box.x.key\n}}\n'


@pytest.fixture
def world(tmp_path: Path) -> VaultWorld:
    """A box and its first user."""
    Vault.key, Vault.tells = "first-secret-key", True
    Vault.given.clear()
    made = VaultWorld(tmp_path)
    made.write(BOX + USER.format("a"))
    made.apply()
    assert Vault.given == {"a": "first-secret-key"}
    return made


def test_it_is_recorded_as_a_fingerprint_and_settles(world: VaultWorld) -> None:
    assert b"first-secret-key" not in b"".join(
        path.read_bytes() for path in world.path.rglob("*") if path.is_file())
    assert not [c for c in world.plan().changes if c.is_shown]


def test_a_later_user_has_it(world: VaultWorld) -> None:
    world.write(BOX + USER.format("a") + USER.format("b"))
    world.apply()
    assert Vault.given["b"] == "first-secret-key"


def test_another_one_is_a_change_and_is_sent(world: VaultWorld) -> None:
    Vault.key = "second-secret-key"
    world.apply()
    assert Vault.given == {"a": "second-secret-key"}
    assert not [c for c in world.plan().changes if c.is_shown]


def test_one_that_is_not_told_any_more_is_spent(world: VaultWorld) -> None:
    Vault.tells = False
    assert not [c for c in world.plan().changes if c.is_shown]
    world.write(BOX + USER.format("a") + USER.format("b"))
    world.plan()
    assert any("secret is gone" in message for message in world.messages())


@pytest.mark.parametrize("changed", [False, True])
def test_a_saved_plan_asks_for_it_again(world: VaultWorld, changed: bool) -> None:
    world.write(BOX + USER.format("a") + USER.format("b"))
    runtime = Surroundings(world)
    found = plan_command(world.request(), runtime)
    assert found is not None
    path = world.path / "x.plan"
    save_plan(path, found.planned, world.request(), found.started.environment, "")
    assert b"first-secret-key" not in path.read_bytes()
    Vault.key = "second-secret-key" if changed else Vault.key
    later = Surroundings(world)
    apply_saved(str(path), world.request(), later, lambda plan: True)
    summaries = [d.summary for d in later.diags]
    # Another key is not what was planned.
    assert summaries == (["The secret is gone"] if changed else [])
    assert Vault.given.get("b") == (None if changed else "first-secret-key")
