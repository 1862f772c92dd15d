"""A double in a process of its own, and a small engine that plans and applies one resource."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from vbrprov.diff.propose import propose
from vbrprov.sdk import (
    Model,
    OpenIntent,
    PlanDraft,
    Probe,
    ProviderContext,
    ResourceType,
    StepContext,
)
from vbrprov_veeam import PROVIDER
from vbrprov_veeam.doubles.vbr.remote import RemoteDouble
from vbrprov_veeam.server import Server

Json = dict[str, Any]


@pytest.fixture(scope="session")
def rev1_process() -> Iterator[RemoteDouble]:
    with RemoteDouble.spawn(
            "--session-seconds=60", "--session-polls=1", "--older-revision=1.3-rev0",
            "--older-revision=1.2-rev1") as double:
        yield double


@pytest.fixture(scope="session")
def rev2_process() -> Iterator[RemoteDouble]:
    arguments = ("--revision=1.3-rev2", "--session-seconds=60", "--resource-id=none")
    with RemoteDouble.spawn(*arguments) as double:
        yield double


def _fresh(double: RemoteDouble) -> Iterator[RemoteDouble]:
    double.reset()
    yield double
    own = [v for v in double.violations() if v["side"] == "response"]
    assert own == [], "the double broke the official document"


@pytest.fixture
def double(rev1_process: RemoteDouble) -> Iterator[RemoteDouble]:
    """A double of 13.0.1, as new."""
    yield from _fresh(rev1_process)


@pytest.fixture
def double2(rev2_process: RemoteDouble) -> Iterator[RemoteDouble]:
    """A double of 13.1 whose sessions never tell the id of what they made."""
    yield from _fresh(rev2_process)


def _connected(double: RemoteDouble, **options: Any) -> Server:
    config = PROVIDER.config()
    sandbox = {
        "url": double.url, "fingerprint": double.fingerprint, "username": double.username,
        "password": double.password, "poll_interval": (0.002, 0.01),
    }
    server = config.configure(config.model(**options), ProviderContext(sandbox=sandbox))
    assert isinstance(server, Server)
    return server


@pytest.fixture
def server(double: RemoteDouble) -> Iterator[Server]:
    connected = _connected(double)
    yield connected
    PROVIDER.config().close(connected)


@pytest.fixture
def server2(double2: RemoteDouble) -> Iterator[Server]:
    connected = _connected(double2)
    yield connected
    PROVIDER.config().close(connected)


@dataclasses.dataclass
class Engine:
    """Plans and applies instances as the real engine does, one at a time."""

    server: Server
    private: dict[str, Json] = dataclasses.field(default_factory=dict)
    #: Secrets that were sent last, by type and argument.
    sent: dict[tuple[str, str], Any] = dataclasses.field(default_factory=dict)

    def type(self, name: str) -> ResourceType[Any, Any]:
        module = PROVIDER.load("resources", name)
        found = [v for v in vars(module).values()
                 if isinstance(v, type) and issubclass(v, ResourceType)
                 and v.__module__ == module.__name__]
        assert len(found) == 1
        return found[0]()

    def context(self, address: str, /, **fields: Any) -> StepContext:
        address = fields.pop("address", address)
        return StepContext(address=address, token=fields.pop("token", "t0ken"), stack="lineage",
                           private=self.private.setdefault(address, {}), **fields)

    def draft(self, name: str, config: Model, prior: Model | None = None) -> PlanDraft:
        """What the engine plans before any call."""
        kind = self.type(name)
        said = config.to_values()
        before = prior.to_values() if prior is not None else None
        planned = propose(said, before, kind.model.schema())
        plan = PlanDraft(address=f"veeam_{name}.x", config=said, prior=before, planned=planned,
                         client=self.server)
        kind.plan_modify(plan)
        return plan

    def steps(self, name: str, config: Model | None, prior: Model | None, **ctx: Any) -> list[str]:
        """The ids of the steps, without running one."""
        return [step.id for step in self._steps(name, config, prior, **ctx)]

    def _steps(self, name: str, config: Model | None, prior: Model | None, **ctx: Any) -> Any:
        kind = self.type(name)
        planned = None
        if config is not None:
            plan = self.draft(name, config, prior)
            assert plan.errors == []
            planned = kind.model.from_values(plan.planned)
            for secret, spec in kind.model.schema().attributes.items():
                value = getattr(config, secret)
                if spec.write_only and value is not None and self._to_send(
                        name, secret, config, prior):
                    setattr(planned, secret, value)
        return kind.steps(self.server, prior, planned, self.context(f"veeam_{name}.x", **ctx))

    def _to_send(self, name: str, secret: str, config: Any, prior: Any) -> bool:
        if prior is None:
            return True
        twin = f"{secret}_version"
        if getattr(config, twin) is not None:
            return bool(getattr(config, twin) != getattr(prior, twin))
        return self.sent.get((name, secret)) != getattr(config, secret)

    def apply(self, name: str, config: Model | None, prior: Model | None = None, **ctx: Any) -> Any:
        """Run the steps; the last object that one of them returned."""
        steps, state, result = self._steps(name, config, prior, **ctx), prior, None
        with contextlib.suppress(StopIteration):
            while True:
                result = steps.send(result).run()
                state = result or state
        for secret, spec in self.type(name).model.schema().attributes.items():
            if spec.write_only and config is not None:
                self.sent[name, secret] = getattr(config, secret)
        return None if config is None else state

    def read(self, name: str, state: Any) -> Any:
        return self.type(name).read(self.server, state, self.context(f"veeam_{name}.x"))

    def imported(self, name: str, import_id: str) -> Any:
        return self.type(name).import_state(self.server, import_id, self.context(f"veeam_{name}.x"))

    def probe(self, name: str, config: Model, **ctx: Any) -> Probe[Any]:
        """What a run finds after one that died in the creation of *config*."""
        first = next(iter(self._steps(name, config, None, **ctx)))
        assert first.creates
        context = self.context(f"veeam_{name}.x", **ctx)
        intent = OpenIntent(first.id, "create", first.identity.data, context.token, (), "")
        return self.type(name).probe(self.server, intent, context)


@pytest.fixture
def engine(server: Server) -> Engine:
    return Engine(server)


@pytest.fixture
def engine2(server2: Server) -> Engine:
    return Engine(server2)


@pytest.fixture
def connect() -> Callable[..., Server]:
    return _connected
