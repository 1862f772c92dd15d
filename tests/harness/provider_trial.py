"""What the engine does with one resource type, without journal and state: plan, run the steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from vbrprov.diff.propose import changed_attributes, keep_meaning, propose
from vbrprov.evaluate.body import with_defaults
from vbrprov.sdk import Model, OpenIntent, PlanDraft, StepContext
from vbrprov.sdk.model import to_python, to_value
from vbrprov.secrets import SecretBook
from vbrprov.values import Null, Value


@dataclass
class Planned:
    """A plan of one object."""

    draft: PlanDraft
    model: Any
    changed: list[str]
    #: What of the change needs a new object.
    replaces: list[str]

    @property
    def errors(self) -> list[str]:
        return [summary for summary, _, _ in self.draft.errors]


@dataclass
class Run:
    """Steps that ran, and the object after them."""

    state: Any
    steps: list[str] = field(default_factory=list)
    identities: list[Mapping[str, Any]] = field(default_factory=list)


@dataclass
class Trial:
    """One provider's client, and the context of its steps."""

    client: Any
    ctx: StepContext
    book: SecretBook = field(default_factory=SecretBook)

    def plan(self, kind: Any, prior: Model | None = None, /, **arguments: Any) -> Planned:
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
        replaces = sorted(draft.replace | {
            name for name in changed if before is not None and _needs_new(schema, name)})
        model = kind.model.from_values(planned)
        if before is None:
            # As the engine does: a write-only value is in the plan of what is made anew only.
            for name, spec in schema.attributes.items():
                if spec.write_only:
                    setattr(model, name, to_python(full[name]))
        return Planned(draft, model, changed, replaces)

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
        assert vars(live) == vars(state)
        again = self.plan(kind, live, **arguments)
        assert again.errors == []
        assert again.changed == []
        assert self.run(kind, live, again.model).steps == []

    def intent(self, identity: Mapping[str, Any], *, step: str = "create", ago: float = 0.0,
               listed: tuple[str, ...] = ()) -> OpenIntent:
        when = datetime.now(UTC) - timedelta(seconds=ago)
        return OpenIntent(step, "create", identity, self.ctx.token, listed,
                          when.isoformat(timespec="seconds"))


def _needs_new(schema: Any, name: str) -> bool:
    """Whether a change of an argument, or of one in a block, needs a new object."""
    if name in schema.attributes:
        return bool(schema.attributes[name].replace_on_change)
    block = schema.blocks[name]
    return block.replace_on_change or any(
        a.replace_on_change for a in block.model.schema().attributes.values())
