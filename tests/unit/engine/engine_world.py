"""An engine in a folder of its own: plan and apply configurations given as text."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from vbrprov.diag import Diagnostics
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Options, Plan
from vbrprov.secrets import Redactor
from vbrprov.state.backends.local import LocalBackend
from vbrprov.state.model import StateData
from vbrprov.workflow.apply import Outcome, apply
from vbrprov.workflow.plan import make_plan
from vbrprov.workflow.prepare import prepare
from vbrprov.workflow.registry import ProviderRegistry
from vbrprov.workflow.request import Request


class World:
    """One folder with a configuration and a state."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.diags = Diagnostics()
        self.events: list[tuple[str, str, str]] = []

    def write(self, text: str, name: str = "main.vbr.hcl") -> None:
        """Write one file of the configuration."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text), encoding="utf-8")

    def request(self, options: Options | None = None, **values: str) -> Request:
        """A request for this folder."""
        return Request(directory=str(self.path), options=options or Options(),
                       variables=tuple(("var", f"{k}={v}") for k, v in values.items()))

    def environment(self) -> Environment:
        """Fresh surroundings, as a new process would have them."""
        made = Environment(registry=ProviderRegistry())
        made.event = lambda event, **data: self.events.append(
            (event, str(data.get("address")), str(data.get("action"))))
        return made

    def backend(self) -> LocalBackend:
        """The state beside the configuration."""
        return LocalBackend(self.path / "vbrprov.vbrstate")

    def state(self) -> StateData:
        """What is recorded."""
        state, diags = self.backend().read()
        assert not diags.has_errors, list(diags)
        return state

    def plan(self, options: Options | None = None, **values: str) -> Plan:
        """Plan; diagnostics are kept in ``diags``."""
        self.diags = Diagnostics()
        request = self.request(options, **values)
        prepared = prepare(request, self.diags, Redactor())
        if prepared is None:
            return Plan(request.options, "", 0, errored=True)
        return make_plan(
            prepared, self.state(), request.options, self.environment(), self.diags).plan

    def apply(self, options: Options | None = None, **values: str) -> Outcome:
        """Plan and apply."""
        self.diags = Diagnostics()
        self.events = []
        request = self.request(options, **values)
        prepared = prepare(request, self.diags, Redactor())
        if prepared is None:
            return Outcome(refused=True)
        return apply(request, prepared, self.backend(), self.environment(), self.diags,
                     lambda plan: True)

    def actions(self, plan: Plan) -> dict[str, str]:
        """Action by address, no-ops left out."""
        return {c.address: str(c.action) for c in plan.changes if c.is_change}

    def messages(self) -> list[str]:
        """Summary and detail of every diagnostic."""
        return [f"{d.summary}: {d.detail}" for d in self.diags]

    def attribute(self, address: str, name: str) -> Any:
        """A recorded attribute as JSON data."""
        import msgspec

        data = msgspec.json.decode(self.state().instances[(address, "")].attributes).get(name)
        # Values of attributes typed any carry their type beside them.
        return data["value"] if isinstance(data, dict) and set(data) == {"value", "type"} else data
