"""A small engine that plans and runs the steps of one resource, for tests of providers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vbrprov.diff.propose import changed_attributes, keep_meaning, propose
from vbrprov.evaluate.body import with_defaults
from vbrprov.sdk import Model, OpenIntent, PlanDraft, StepContext
from vbrprov.sdk.model import to_python, to_value
from vbrprov.secrets import SecretBook
from vbrprov.values import Null, Value


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
        model = kind.model.from_values(planned)
        if before is None:
            # As the engine does: a write-only value is in the plan of what is made anew only.
            for name, spec in schema.attributes.items():
                if spec.write_only:
                    setattr(model, name, to_python(full[name]))
        return Planned(draft, model, changed)

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
    return StepContext("provider_thing.x", "token", "stack",
                       sleep=lambda s: time.sleep(min(s, 0.02)), timeout=5.0)


@pytest.fixture
def harness(ctx: StepContext) -> Callable[[Any], Harness]:
    """A harness around a provider's client."""
    return lambda client: Harness(client, ctx)
