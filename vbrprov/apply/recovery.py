"""Intents without an outcome: what became of the calls that a dead run had begun."""

from __future__ import annotations

import time
from collections.abc import Container
from contextlib import nullcontext
from typing import Any

import msgspec

from vbrprov.addrs import provider_name
from vbrprov.apply.steps import probe
from vbrprov.diag import Diagnostic, Diagnostics, Severity
from vbrprov.diff.secrecy import as_secret_as
from vbrprov.diff.stored import encode_attributes, mark_by_schema
from vbrprov.plan.environment import Environment
from vbrprov.sdk.resource import ProbeVerdict, ProviderError
from vbrprov.state.awaiting import unfinished
from vbrprov.state.model import Instance, Intent, StateData, Status
from vbrprov.state.session import StateSession
from vbrprov.values import Value


class Recovery:
    """Settles open intents provider by provider, as soon as a provider has its client.

    Without a session (read-only commands) it only looks: what is found is overlaid on the state in
    memory and nothing is written or removed.
    """

    def __init__(self, state: StateData, environment: Environment, diags: Diagnostics,
                 session: StateSession | None = None) -> None:
        self.state = state
        self.environment = environment
        self.diags = diags
        self.session = session
        self.open: dict[str, Intent] = dict(state.intents)
        #: By address, the operations of which nobody could tell what they did, and why.
        self.unsettled: dict[str, list[tuple[Intent, str]]] = {}
        # The run that left them is dead, so one wait serves them all.
        self._began = time.monotonic()

    def settle(self, provider: str, client: Any) -> None:
        """Settle the intents of one provider configuration."""
        for op, intent in list(self.open.items()):
            if intent.provider != provider:
                continue
            del self.open[op]
            kind = self.environment.registry.resource_type(provider_name(provider), intent.type)
            if kind is None:
                self._leave(intent, "this version does not know its type")
                continue
            try:
                self._one(intent, kind, client)
            except ProviderError as error:
                self._leave(intent, f"{error.summary}: {error.detail}")
        restore_deposed(self.state, self.session)

    def report(self, waits: Container[str]) -> None:
        """Say what nobody could settle: an error, but for addresses that the plan leaves alone.

        Args:
            waits: The addresses that wait, with all that depends on them.
        """
        for intent in self.open.values():
            self._leave(intent, f"{intent.provider} is not configured here")
        self.open.clear()
        for address, left in self.unsettled.items():
            for intent, why in left:
                self._tell(intent, why, Severity.WARNING if address in waits else Severity.ERROR)

    def _one(self, intent: Intent, kind: Any, client: Any) -> None:
        recorded = self.state.instances.get((intent.address, intent.deposed))
        if recorded is not None or intent.action == "delete":
            # The object is recorded: reading it tells what the call did.
            put = [] if recorded is None or intent.action == "delete" else [unfinished(recorded)]
            self._outcome(intent, "not_done", put)
            return
        schema = kind.model.schema()
        values: dict[str, Value] = {}
        # What was sensitive in the configuration is not known before it is found.
        with self.environment.redactor.holding() if intent.secret else nullcontext():
            found = probe(kind, client, intent, self.environment, self.state.lineage, self._began)
            if found.state is not None:
                values = as_secret_as(
                    mark_by_schema(found.state.to_values(), schema, intent.address), {}, schema,
                    [tuple(path) for path in intent.secret])
                self.environment.learn(values, schema)
        if found.verdict is ProbeVerdict.OURS and found.state is not None:
            instance = Instance(
                address=intent.address, provider=intent.provider, token=intent.token,
                deposed=intent.deposed, status=Status.INCOMPLETE,
                attributes=msgspec.Raw(encode_attributes(values, schema, self.environment.book)))
            self._outcome(intent, "ok", [instance])
            self.diags.warning(
                "Recovered an object of an interrupted run", f"{intent.address} was made by a run "
                "that was cut off before it could record it. It was found again and is "
                f"{'in the state now' if self.session else 'taken into this plan'}.",
                address=intent.address)
        elif found.verdict is ProbeVerdict.ABSENT:
            self._outcome(intent, "not_done", [])
        elif found.verdict is ProbeVerdict.ORPHAN:
            if self.session is not None and found.discard is not None:
                found.discard()
            self._outcome(intent, "not_done", [])
            self.diags.warning(
                "Removed an unusable object of an interrupted run" if self.session else
                "An unusable object of an interrupted run exists",
                f"{intent.address}: {found.detail} The next apply makes it anew.",
                address=intent.address)
        elif found.verdict is ProbeVerdict.FOREIGN:
            self._outcome(intent, "failed", [])
            self.diags.warning("An object of this name is not ours", f"{intent.address}: a run was "
                               f"cut off while it made this. {found.detail}",
                               address=intent.address)
        else:
            self._leave(intent, found.detail or "its provider cannot tell")

    def _outcome(self, intent: Intent, result: Any, put: list[Instance]) -> None:
        if self.session is not None:
            self.session.outcome(intent.op, result, put=put, detail="recovery")
            return
        self.state.intents.pop(intent.op, None)
        for instance in put:
            self.state.instances[instance.key] = instance

    def _leave(self, intent: Intent, why: str) -> None:
        self.unsettled.setdefault(intent.address, []).append((intent, why.rstrip(".")))

    def _tell(self, intent: Intent, why: str, severity: Severity) -> None:
        until = (" Until then this object, and what depends on it, is left as it is."
                 if severity is Severity.WARNING else "")
        self.diags.add(Diagnostic(
            severity, "Cannot tell what an interrupted run did", "A run was cut off during the "
            f'step "{intent.step}" of {intent.address}, and it cannot be told whether the object '
            f"exists: {why}. Look for it by hand ({_identity(intent)}). If it exists, import it; "
            f"if not, take the open operation out of the journal.{until}",
            address=intent.address,
            hint=f"To import it:\n\n    vbrprov import '{intent.address}' ID\n\nTo say that it "
                 f"does not exist:\n\n    vbrprov state repair -drop {intent.op}"))


def _identity(intent: Intent) -> str:
    return ", ".join(f"{k} = {v}" for k, v in intent.identity.items()) or "no identity recorded"


def restore_deposed(state: StateData, session: StateSession | None) -> None:
    """Put old objects back whose successors were never begun, or were found not to exist.

    A run that is cut off between setting the old object aside and making the new one leaves an old
    object alone under a key of its own. It is still the one object of its address.
    """
    alone: dict[str, list[Instance]] = {}
    for instance in state.instances.values():
        if instance.deposed and (instance.address, "") not in state.instances:
            alone.setdefault(instance.address, []).append(instance)
    open_addresses = {intent.address for intent in state.intents.values()
                      if intent.action != "delete"}
    for address, found in alone.items():
        if len(found) != 1 or address in open_addresses:
            continue
        restored = msgspec.structs.replace(found[0], deposed="")
        if session is not None:
            session.swap(found[0].key, restored)
        else:
            del state.instances[found[0].key]
            state.instances[restored.key] = restored
