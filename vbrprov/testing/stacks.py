"""The states that the runs of one file build up, and planning and applying against them."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from vbrprov.addrs import config_address, is_data
from vbrprov.diag import Diagnostics
from vbrprov.diff.stored import attributes_of
from vbrprov.evaluate.world import World
from vbrprov.plan.environment import Environment, Registry
from vbrprov.plan.model import Options, Plan
from vbrprov.state.awaiting import is_made
from vbrprov.state.backends.local import LocalBackend
from vbrprov.state.errors import StateError
from vbrprov.state.model import Instance, StateData
from vbrprov.testing.configuration import Loaded
from vbrprov.workflow.apply import execute
from vbrprov.workflow.plan import make_plan
from vbrprov.workflow.request import Request

#: Takes expected failures out of what a plan reported; whether the apply may go on.
Sift = Callable[[Diagnostics], bool]


class Ended(msgspec.Struct):
    """What planning or applying came to."""

    plan: Plan | None = None
    world: World | None = None
    state: StateData | None = None


class Stack:
    """The state of one module under test, in files that go with the test run."""

    def __init__(self, path: Path) -> None:
        # Nothing of a test may end up in the user's own folders.
        self.backend = LocalBackend(path, spill_directories=())
        #: The last run that changed it, and its configuration.
        self.last = ""
        self.loaded: Loaded | None = None
        self.environment: Environment | None = None

    def plan(self, loaded: Loaded, options: Options, environment: Environment,
             diags: Diagnostics) -> Ended:
        """Plan without changing anything."""
        state, found = self.backend.read()
        diags.extend(found)
        planned = make_plan(loaded.prepared, state, options, environment, diags)
        planned.clients.close()
        diags.extend(planned.plan.warnings)
        return Ended(planned.plan, planned.world, state)

    def apply(self, loaded: Loaded, options: Options, environment: Environment,
              diags: Diagnostics, planned_well: Sift, run: str) -> Ended:
        """Plan and, when *planned_well* agrees, apply."""
        out = Ended()
        directory = loaded.prepared.context.base_dir
        try:
            with self.backend.session("test") as session:
                found = Diagnostics()
                planned = make_plan(loaded.prepared, session.data, options, environment, found,
                                    session=session)
                out.plan, out.world, out.state = planned.plan, planned.world, session.data
                try:
                    if planned_well(found):
                        self.last, self.loaded, self.environment = run, loaded, environment
                        loaded.doubles.applying = True
                        executor = execute(planned, session, environment, diags,
                                           Request(directory=directory))
                        out.world = executor.world
                        for address in executor.applied.awaiting:
                            diags.error(
                                "A step waits for somebody", f"{address} is made by hand, and "
                                "nobody confirms anything in a test. Mock its provider, leave it "
                                "out, or only plan it.", address=address)
                finally:
                    loaded.doubles.applying = False
                    planned.clients.close()
        except StateError as error:
            diags.add(error.diagnostic)
        return out

    def destroy(self, diags: Diagnostics) -> list[str]:
        """Destroy all that the runs made; the addresses of what is left."""
        if self.loaded is None or self.environment is None:
            return []
        # Even after an interrupt: what was made must go.
        self.environment.stop = threading.Event()
        doubles = self.loaded.doubles
        found = Diagnostics()
        with self.backend.session("test") as session:
            doubles.staying = frozenset(_kept(session.data, self.environment.registry))
            doubles.tearing_down = True
            # Nobody did in a test what somebody was to do.
            for key in [k for k, i in session.data.instances.items() if not is_made(i)]:
                session.remove(key)
            for key, instance in session.data.instances.items():
                # What protects real backups must not keep those of a test.
                session.data.instances[key] = msgspec.structs.replace(
                    instance, prevent_destroy=False, skip_destroy=False)
            planned = make_plan(self.loaded.prepared, session.data, Options(destroy=True),
                                self.environment, found, session=session)
            try:
                execute(planned, session, self.environment, found,
                        Request(directory=self.loaded.prepared.context.base_dir))
            finally:
                planned.clients.close()
            left = sorted(i.address for i in session.data.instances.values()
                          if not is_data(i.address))
        # What is wrong with the configuration was said by the run; here it only matters when
        # something could not go.
        diags.extend(d for d in found if left or not d.is_error)
        return left


def _kept(data: StateData, registry: Registry) -> set[str]:
    """Addresses of objects that their providers refuse to destroy, and of what those need."""
    by_block: dict[str, list[Instance]] = {}
    for instance in data.instances.values():
        by_block.setdefault(config_address(instance.address), []).append(instance)
    waiting = [i for i in data.instances.values() if _refused(i, registry)]
    out: set[str] = set()
    while waiting:
        instance = waiting.pop()
        if instance.address not in out:
            out.add(instance.address)
            waiting += [i for name in instance.dependencies for i in by_block.get(name, ())]
    return out


def _refused(instance: Instance, registry: Registry) -> bool:
    name = re.split(r"[.\[]", instance.provider.rpartition("provider.")[2])[0]
    kind = registry.resource_type(name, config_address(instance.address).split(".")[-2])
    return kind is not None and kind.plan_destroy(
        attributes_of(instance, kind.model.schema())) is not None
