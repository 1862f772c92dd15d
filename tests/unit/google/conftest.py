"""The double of Google in a process of its own, and a small engine that plans and runs steps."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from doubles import running

from vbrprov.diff.propose import changed_attributes, keep_meaning, propose
from vbrprov.evaluate.body import with_defaults
from vbrprov.sdk import Model, OpenIntent, PlanDraft, ProviderContext, ResourceType, StepContext
from vbrprov.sdk.model import to_value
from vbrprov.secrets import SecretBook
from vbrprov.values import Null, Value
from vbrprov_google import PROVIDER
from vbrprov_google.provider import CONFIG, GoogleModel


class Double:
    """The double's control path, over HTTP."""

    def __init__(self, sandbox: Mapping[str, Any]) -> None:
        self.sandbox = dict(sandbox)
        self.endpoint = str(sandbox["endpoint"])
        self.project = str(sandbox["project"])

    def ask(self, what: str, data: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self.endpoint}/_double/{what}", method="POST", data=json.dumps(data).encode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def changes(self) -> list[str]:
        return [e["operation"] for e in self.ask("report")["ledger"] if e["changes"]]

    def calls(self, operation: str) -> list[dict[str, Any]]:
        return [e for e in self.ask("report")["ledger"] if e["operation"] == operation]

    def fault(self, operation: str, **rule: Any) -> None:
        self.ask("faults", {"operation": operation, **rule})


@pytest.fixture(scope="session")
def double_process() -> Iterator[Double]:
    with running("vbrprov_google.doubles", "--until-eof") as told:
        yield Double(told)


@pytest.fixture
def double(double_process: Double) -> Iterator[Double]:
    """The double, empty; at the end it must have kept to Google's document, and so must we."""
    double_process.ask("reset")
    yield double_process
    assert double_process.ask("report")["violations"] == []


@pytest.fixture(scope="session")
def _client(double_process: Double) -> Iterator[Any]:
    client = CONFIG.configure(GoogleModel(), ProviderContext(sandbox=double_process.sandbox))
    yield client
    CONFIG.close(client)


@pytest.fixture
def client(_client: Any, double: Double) -> Any:
    """The provider's clients on an empty account."""
    return _client


def kind_of(name: str, folder: str = "resources") -> Any:
    """The resource type or data source of a file."""
    module = PROVIDER.load(folder, name)
    return next(v for v in vars(module).values()
                if isinstance(v, type) and v.__module__ == module.__name__
                and getattr(v, "type_name", "") == f"google_{name}")()


@dataclass
class Planned:
    draft: PlanDraft
    model: Any
    changed: list[str]

    @property
    def errors(self) -> list[str]:
        return [summary for summary, _, _ in self.draft.errors]

    @property
    def replaces(self) -> bool:
        """Whether one of the changes needs a new object, as the engine decides it."""
        schema = type(self.model).schema()
        for name in self.changed:
            spec = schema.attributes.get(name) or schema.blocks[name]
            if spec.replace_on_change:
                return True
            if name in schema.blocks:
                inner = schema.blocks[name].model.schema().attributes.values()
                if any(a.replace_on_change for a in inner):
                    return True
        return bool(self.draft.replace)


@dataclass
class Run:
    state: Any
    steps: list[str] = field(default_factory=list)
    #: Before each step: its identity, whether it creates, and the record.
    trail: list[tuple[Mapping[str, Any], bool, Any]] = field(default_factory=list)


@dataclass
class Harness:
    """What the engine does, without journal and state: plan, run the steps, keep the result."""

    client: Any
    ctx: StepContext
    book: SecretBook = field(default_factory=SecretBook)

    def plan(self, kind: ResourceType[Any, Any], prior: Model | None = None, /,
             **arguments: Any) -> Planned:
        schema = kind.model.schema()
        config: dict[str, Value] = {}
        for name, spec in schema.attributes.items():
            config[name] = to_value(arguments.pop(name), spec.type) if name in arguments else (
                Null(spec.type))
        for name, nested in schema.blocks.items():
            config[name] = to_value(
                arguments.pop(name, None if nested.nesting == "single" else []), nested.type)
        assert not arguments, f"no such argument: {arguments}"
        full = with_defaults(config, schema)
        before = prior.to_values() if prior is not None else None
        planned = propose(full, before, schema)
        if before is not None:
            keep_meaning(before, planned, schema)
        draft = PlanDraft(address=f"{kind.type_name}.x", config=full, prior=before,
                          planned=planned, client=self.client)
        kind.plan_modify(draft)
        changed = changed_attributes(before or {}, planned, schema, self.book)
        return Planned(draft, kind.model.from_values(planned), changed)

    def run(self, kind: Any, prior: Model | None, planned: Model | None,
            stop_after: int | None = None) -> Run:
        """Run all steps, or the first *stop_after* of them; the result of the last gets lost."""
        run = Run(prior)
        steps = kind.steps(self.client, prior, planned, self.ctx)
        try:
            step = next(steps)
            while True:
                run.steps.append(step.id)
                run.trail.append((step.identity.data, step.creates, run.state))
                if stop_after == 0:
                    return run
                result = step.run()
                if stop_after is not None and len(run.steps) == stop_after:
                    return run
                run.state = result if result is not None else run.state
                step = steps.send(result)
        except StopIteration:
            return run

    def apply(self, kind: Any, prior: Model | None = None, /, **arguments: Any) -> Run:
        planned = self.plan(kind, prior, **arguments)
        assert not planned.errors, planned.draft.errors
        return self.run(kind, prior, planned.model)

    def destroy(self, kind: Any, state: Model) -> Run:
        return self.run(kind, state, None)

    def read(self, kind: Any, state: Model) -> Any:
        return kind.read(self.client, state, self.ctx)

    def settled(self, kind: Any, state: Model, /, **arguments: Any) -> None:
        """Assert that reading back and planning again changes nothing."""
        live = self.read(kind, state)
        assert live == state
        again = self.plan(kind, live, **arguments)
        assert again.errors == []
        assert again.changed == []
        assert self.run(kind, live, again.model).steps == []

    def intent(self, identity: Mapping[str, Any], *, step: str = "create", ago: float = 0.0,
               listed: tuple[str, ...] = ()) -> OpenIntent:
        when = datetime.now(UTC) - timedelta(seconds=ago)
        return OpenIntent(step, "create", identity, "token", listed,
                          when.isoformat(timespec="seconds"))


@pytest.fixture
def ctx() -> StepContext:
    return StepContext("google_thing.x", "token", "stack",
                       sleep=lambda s: time.sleep(min(s, 0.02)), timeout=5.0)


@pytest.fixture
def google(client: Any, ctx: StepContext) -> Harness:
    return Harness(client, ctx)


@pytest.fixture
def kind() -> Callable[..., Any]:
    return kind_of
