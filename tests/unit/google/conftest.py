"""The double of Google in a process of its own, and a small engine that plans and runs steps."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from doubles import running
from provider_trial import Run, Trial

from vbrprov.sdk import Model, ProviderContext, StepContext
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
class Steps(Run):
    """Also with what was there before each step: its identity, whether it creates, the record."""

    trail: list[tuple[Mapping[str, Any], bool, Any]] = field(default_factory=list)


class Harness(Trial):
    """A trial that can be cut off at any step."""

    def run(self, kind: Any, prior: Model | None, planned: Model | None,
            stop_after: int | None = None) -> Steps:
        """Run all steps, or the first *stop_after* of them; the result of the last gets lost."""
        run = Steps(prior)
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
