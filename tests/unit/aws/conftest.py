"""A double of AWS in a process of its own, and a small engine that plans and runs steps."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from vbrprov.diff.propose import changed_attributes, keep_meaning, propose
from vbrprov.evaluate.body import with_defaults
from vbrprov.sdk import Model, OpenIntent, PlanDraft, ProviderContext, StepContext
from vbrprov.sdk.model import to_value
from vbrprov.secrets import SecretBook
from vbrprov.values import Null, Value
from vbrprov_aws.provider import CONFIG, AwsModel

ROOT = Path(__file__).parents[3]


class Double:
    """The double's control path, over HTTP."""

    def __init__(self, sandbox: Mapping[str, Any]) -> None:
        self.sandbox = dict(sandbox)
        self.endpoint = str(sandbox["endpoint"])

    def _ask(self, method: str, what: str, data: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self.endpoint}/_double/{what}", method=method,
            data=None if data is None else json.dumps(data).encode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def ledger(self) -> list[dict[str, Any]]:
        out: list[dict[str, Any]] = self._ask("GET", "ledger")
        return out

    def operations(self) -> list[str]:
        return [entry["operation"] for entry in self.ledger()]

    def fault(self, operation: str, **rule: Any) -> None:
        self._ask("POST", "faults", {"operation": operation, **rule})

    def faults(self) -> list[dict[str, Any]]:
        out: list[dict[str, Any]] = self._ask("GET", "faults")
        return out

    def reset(self) -> None:
        self._ask("POST", "reset", {})


@pytest.fixture(scope="session")
def _double() -> Iterator[Double]:
    process = subprocess.Popen(
        [sys.executable, "-m", "vbrprov_aws.doubles.moto_double", "--port", "0", "--until-eof"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'providers'}", "PATH": "/usr/bin:/bin"})
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        yield Double(json.loads(process.stdout.readline()))
    process.wait(10)


@pytest.fixture
def double(_double: Double) -> Double:
    _double.reset()
    return _double


@pytest.fixture(scope="session")
def _client(_double: Double) -> Iterator[Any]:
    client = CONFIG.configure(AwsModel(max_retries=1), ProviderContext(sandbox=_double.sandbox))
    yield client
    CONFIG.close(client)


@pytest.fixture
def client(_client: Any, double: Double) -> Any:
    """The provider's clients on an empty account."""
    return _client


@dataclass
class Planned:
    draft: PlanDraft
    model: Any
    changed: list[str]

    @property
    def errors(self) -> list[str]:
        return [summary for summary, _, _ in self.draft.errors]


@dataclass
class Run:
    state: Any
    steps: list[str] = field(default_factory=list)
    identities: list[Mapping[str, Any]] = field(default_factory=list)


@dataclass
class Harness:
    """What the engine does, without journal and state: plan, run the steps, keep the result."""

    client: Any
    ctx: StepContext
    book: SecretBook = field(default_factory=SecretBook)

    def plan(self, kind: Any, prior: Model | None = None, **arguments: Any) -> Planned:
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
            stop_after: str = "") -> Run:
        run = Run(prior)
        steps = kind.steps(self.client, prior, planned, self.ctx)
        try:
            step = next(steps)
            while True:
                run.steps.append(step.id)
                run.identities.append(step.identity.data)
                result = step.run()
                run.state = result if result is not None else run.state
                if step.id == stop_after:
                    return run
                step = steps.send(result)
        except StopIteration:
            return run

    def apply(self, kind: Any, prior: Model | None = None, **arguments: Any) -> Run:
        planned = self.plan(kind, prior, **arguments)
        assert not planned.errors, planned.draft.errors
        return self.run(kind, prior, planned.model)

    def destroy(self, kind: Any, state: Model) -> Run:
        return self.run(kind, state, None)

    def read(self, kind: Any, state: Model) -> Any:
        return kind.read(self.client, state, self.ctx)

    def settled(self, kind: Any, state: Model, **arguments: Any) -> None:
        """Assert that reading back and planning again changes nothing."""
        live = self.read(kind, state)
        assert live == state
        again = self.plan(kind, live, **arguments)
        assert again.changed == []
        assert self.run(kind, live, again.model).steps == []

    def intent(self, identity: Mapping[str, Any], *, ago: float = 0.0,
               listed: tuple[str, ...] = ()) -> OpenIntent:
        when = datetime.now(UTC) - timedelta(seconds=ago)
        return OpenIntent("create", "create", identity, "token", listed,
                          when.isoformat(timespec="seconds"))


@pytest.fixture
def ctx() -> StepContext:
    return StepContext("aws_thing.x", "token", "stack", sleep=lambda s: time.sleep(min(s, 0.02)),
                       timeout=5.0)


@pytest.fixture
def harness(ctx: StepContext) -> Callable[[Any], Harness]:
    """An engine around any client."""
    return lambda client: Harness(client, ctx)


@pytest.fixture
def aws(client: Any, harness: Callable[[Any], Harness]) -> Harness:
    return harness(client)


@pytest.fixture
def configure(double: Double) -> Callable[..., Any]:
    """Clients from a provider block of one's own, still on the double."""
    def make(**arguments: Any) -> Any:
        return CONFIG.configure(AwsModel(**arguments), ProviderContext(sandbox=double.sandbox))

    return make
