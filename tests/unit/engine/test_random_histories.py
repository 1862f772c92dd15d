"""Random histories of one stack: whatever changes and fails, every object has one address."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hub import Hub, HubWorld

#: Attempts that a change may need after one in which calls failed.
_ATTEMPTS = 4


class History:
    """What is wanted, and how it comes to be something else."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._labels: Iterator[str] = (f"l{n}" for n in range(10**6))
        self.label: dict[str, str] = {}
        self.version: dict[str, int] = {}
        self.note: dict[str, str] = {}
        self.count: dict[str, str] = {}
        self.first: dict[str, bool] = {}
        self.uses: dict[str, list[str]] = {}
        self.later = 0
        #: Names of objects that nobody manages, and of those that are about to be imported.
        self.outside: set[str] = set()
        self.coming: set[str] = set()
        self.blocks: list[str] = []
        for n in range(self.random.randint(2, 6)):
            self._add(f"o{n}", 0)
        self._connect()

    def name(self, item: str) -> str:
        """The name of an object, another one for each version."""
        return f"{item}.{self.version[item]}"

    def wanted(self) -> set[str]:
        """The names that there have to be in the end."""
        return {self.name(item) for item in self.label}

    def _add(self, item: str, version: int) -> None:
        self.label[item] = next(self._labels)
        self.version[item], self.note[item], self.count[item] = version, "a", ""
        self.first[item] = self.random.random() < 0.4

    def _connect(self) -> None:
        items = list(self.label)
        self.uses = {item: [other for other in items[:place] if self.random.random() < 0.4]
                     for place, item in enumerate(items)}

    def step(self) -> None:
        """Change something about most of it."""
        self.blocks, self.coming, dice = [], set(), self.random.random
        self.later += dice() < 0.5
        known = set(self.outside)
        for item in list(self.label):
            fate = dice()
            former, self_forgets = self.label[item], 0.25 <= fate < 0.35
            if fate < 0.25:
                self.label[item] = next(self._labels)
                self.blocks.append(f"moved {{\n  from = hub_item.{former}\n"
                                   f"  to   = hub_item.{self.label[item]}\n}}\n")
            elif self_forgets or fate < 0.42:
                if self_forgets:
                    self.outside.add(self.name(item))
                    self.blocks.append(f"removed {{\n  from = hub_item.{former}\n  lifecycle {{\n"
                                       "    destroy = false\n  }\n}\n")
                del self.label[item]
                continue
            elif dice() < 0.25:
                self.count[item] = self.random.choice(
                    ["", "1", "length(vbrprov_data.later.id) > 0 ? 1 : 0"])
            self.version[item] += dice() < 0.2
            self.note[item] = self.random.choice("abc")
        for name in sorted(known):
            item, _, version = name.partition(".")
            if dice() < 0.5 and item not in self.label:
                self.outside.discard(name)
                self.coming.add(name)
                self._add(item, int(version))
                self.blocks.append(f"import {{\n  to = hub_item.{self.label[item]}\n"
                                   f'  id = "{name}"\n}}\n')
        self._connect()

    def text(self) -> str:
        """The configuration."""
        out = ['provider "hub" {\n}\nresource "vbrprov_data" "later" {\n'
               f"  triggers_replace = {self.later}\n}}\n", *self.blocks]
        for item, label in self.label.items():
            uses = "".join(f"-${{hub_item.{self.label[o]}{'[0]' if self.count[o] else ''}.id}}"
                           for o in self.uses[item])
            count = f"  count = {self.count[item]}\n" if self.count[item] else ""
            out.append(f'resource "hub_item" "{label}" {{\n{count}  name  = "{self.name(item)}"\n'
                       f'  note  = "{self.note[item]}{uses}"\n  lifecycle {{\n'
                       f"    create_before_destroy = {str(self.first[item]).lower()}\n  }}\n}}\n")
        return "".join(out)

    def failures(self, existing: set[str]) -> set[str]:
        """Calls that fail at the first attempt."""
        calls = [*(f"create {name}" for name in sorted(self.wanted())),
                 *(f"{verb} {name}" for name in sorted(existing) for verb in ("update", "delete"))]
        return set(self.random.sample(calls, min(2, len(calls)))) if len(calls) > 1 else set()


def _recorded(world: HubWorld) -> list[str]:
    return sorted(json.loads(bytes(i.attributes))["name"] for i in world.state().instances.values()
                  if i.address.startswith("hub_item"))


@pytest.mark.parametrize("seed", [
    *range(12), *(pytest.param(n, marks=pytest.mark.slow) for n in range(12, 150))])
def test_every_object_has_one_address(tmp_path: Path, seed: int) -> None:
    world, history = HubWorld(tmp_path), History(seed)
    world.write(history.text())
    world.apply()
    for _ in range(4):
        kept = history.wanted()
        history.step()
        kept &= history.wanted()
        world.write(history.text())
        Hub.calls.clear()
        # An imported object that is replaced cannot be imported again when its successor fails.
        Hub.fail.update(set() if history.coming else history.failures(set(Hub.items)))
        for _ in range(_ATTEMPTS):
            world.apply()
            found = _recorded(world)
            assert len(found) == len(set(found)), f"two addresses: {found}"
            assert set(found) <= set(Hub.items), "something recorded is not there"
            # What is imported may wait for something that is deferred.
            lost = set(Hub.items) - set(found) - history.outside - history.coming
            assert not lost, f"lost: {lost}"
            assert not [m for m in world.messages() if "bug in vbrprov" in m]
            Hub.fail.clear()
            if not world.diags.has_errors and not world.plan().has_changes:
                break
        assert not world.diags.has_errors, world.messages()
        assert set(_recorded(world)) == history.wanted()
        gone = {call.removeprefix("delete ") for call in Hub.calls if call.startswith("delete ")}
        assert not gone & (kept | history.outside), "destroyed what should stay"
