"""Running the steps of one instance, each journalled before and after."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from vbrprov.apply.records import known_only, make_instance
from vbrprov.diff.secrecy import as_secret_as, repeats_secret, secret_paths
from vbrprov.diff.stored import encode_attributes, mark_by_schema
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Change
from vbrprov.plan.writeonly import SENT
from vbrprov.platform_.failpoint import failpoint
from vbrprov.sdk.handwork import Handwork
from vbrprov.sdk.model import Model, to_value
from vbrprov.sdk.resource import (
    ErrorClass,
    OpenIntent,
    Probe,
    ProbeVerdict,
    ProviderError,
    Recovery,
    ResourceType,
    Step,
)
from vbrprov.state.awaiting import Pending, awaiting, is_made, settled, unfinished
from vbrprov.state.model import Intent, Status
from vbrprov.state.session import StateSession
from vbrprov.values import SENSITIVE, Value, is_null, mark


class AwaitingError(Exception):
    """Not a failure: the object waits until somebody confirms what was to be done by hand."""

    def __init__(self, work: Handwork) -> None:
        super().__init__(work.note)
        self.work = work


class InstanceRun(msgspec.Struct):
    """Everything one instance needs while its steps run (on a worker thread)."""

    change: Change
    kind: ResourceType[Any, Any]
    client: Any
    session: StateSession
    environment: Environment
    action: str
    prior: Model | None
    planned: Model | None
    prior_values: Mapping[str, Value] | None
    planned_values: Mapping[str, Value]
    token: str
    private: dict[str, Any]
    sent: dict[str, str] = {}
    deposed: str = ""

    def run(self) -> Mapping[str, Value] | None:
        """Run all steps; the values of the finished object, ``None`` when it was destroyed.

        Raises:
            ProviderError: A step failed. What was done until then is recorded.
            AwaitingError: The rest has to be done by hand; the object is recorded as awaiting.
            JournalFailed: The journal cannot be written; nothing more may start.
        """
        if self.kind.recovery is Recovery.LOCAL:
            return self._local()
        context = self.environment.step_context(
            self.change.address, self.token, self.session.data.lineage, self.private)
        steps = self.kind.steps(self.client, self.prior, self.planned, context)
        model: Model | None = self.prior
        result: Model | None = None
        try:
            step = next(steps)
            while True:
                if self.environment.abandon.is_set():
                    raise ProviderError(
                        ErrorClass.FAILED, "Abandoned", "The run was interrupted twice.")
                result = self._step(step, model)
                if result is not None:
                    model = result
                step = steps.send(result)
        except StopIteration:
            pass
        return self._finish(model)

    def _local(self) -> Mapping[str, Value] | None:
        if self.action == "delete":
            self.session.remove((self.change.address, self.deposed), sync=False)
            return None
        values = mark_by_schema(self.kind.settle(self.prior_values, self.planned_values),
                                self.change.schema, self.change.address)
        self.session.put(self._record(values, Status.OK), sync=False)
        return values

    def _step(self, step: Step[Any], model: Model | None) -> Model | None:
        op = uuid.uuid4().hex
        known = {**self.planned_values, **self._sent()}
        if not self.environment.book.keeps_values and repeats_secret(
                step.identity.data, known, self.change.schema):
            raise ProviderError(
                ErrorClass.INVALID, "Sensitive value identifies an object", "The object would be "
                "found by a sensitive value, so the journal would hold that in plain.",
                hint="Encrypt the state, or, if the value may be seen, say so with nonsensitive().")
        intent = Intent(
            op=op, address=self.change.address, action=self.action, step=step.id,
            type=self.kind.type_name, provider=self.change.provider,
            identity=dict(step.identity.data), token=self.token,
            inputs_hash=_hash(step.identity.data), deposed=self.deposed,
            listed_before=self._listed(step),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            secret=[list(path) for path in secret_paths(self.planned_values)]
            if step.creates else [])
        self.session.intent(intent)
        failpoint("call.before_send")
        try:
            result = step.run()
        except ProviderError as error:
            result = self._failed(error, intent, step)
        failpoint("call.after_response")
        if isinstance(result, Handwork):
            self.session.outcome(op, "ok", put=[self._waiting(result, model)])
            raise AwaitingError(result)
        if self.planned is None:
            # The record goes only when the last step of a destruction is through (``_finish``).
            self.session.outcome(op, "ok", sync=False)
            return result
        found = result if result is not None else model
        if found is None and step.creates:
            found = self.planned
        put = [self._record(self._values(found), Status.INCOMPLETE)] if found is not None else []
        # The next step's intent comes after it in the journal, and is waited for; so is the end.
        self.session.outcome(op, "ok", put=put, sync=False)
        return result if result is not None else (found if step.creates else None)

    def _listed(self, step: Step[Any]) -> list[str]:
        listing = step.creates and self.kind.recovery is Recovery.LISTED_BEFORE
        if listing and self.planned is not None:
            return self.kind.list_ids(self.client, self.planned)
        return []

    def _failed(self, error: ProviderError, intent: Intent, step: Step[Any]) -> Model | None:
        """Decide what a failed call did; the probed object when it was done after all."""
        if error.kind is not ErrorClass.LOST:
            self.session.outcome(intent.op, "failed", detail=error.summary)
            raise error
        if not step.creates:
            # Any other step is safe to repeat: the next plan reads what it did.
            self.session.outcome(intent.op, "not_done", put=self._incomplete(), detail="no answer")
            raise error
        found = probe(self.kind, self.client, intent, self.environment, self.session.data.lineage)
        if found.verdict is ProbeVerdict.OURS and found.state is not None:
            state: Model = found.state
            return state
        if found.verdict is ProbeVerdict.ORPHAN and found.discard is not None:
            found.discard()
            self.session.outcome(intent.op, "not_done", detail="orphan removed")
        elif found.verdict is ProbeVerdict.ABSENT:
            self.session.outcome(intent.op, "not_done", detail="no answer; nothing was made")
        else:
            self.session.outcome(intent.op, "unknown", detail="no answer")
        raise error

    def _incomplete(self) -> list[Any]:
        recorded = self.session.data.instances.get((self.change.address, self.deposed))
        return [] if recorded is None else [unfinished(recorded)]

    def _waiting(self, work: Handwork, model: Model | None) -> Any:
        """The record while *work* is waited for: what is there already stays as it was."""
        recorded = self.session.data.instances.get((self.change.address, self.deposed))
        made = recorded is not None and is_made(recorded)
        wanted: dict[str, Any] = {}
        if self.planned is not None:
            values = self._values(self.planned)
            for name, value in self._values(model).items() if model is not None else ():
                # What earlier steps made known stays known.
                spec = self.change.schema.attributes.get(name)
                if spec is not None and spec.computed_only and is_null(values[name]):
                    values[name] = value
            wanted = msgspec.json.decode(encode_attributes(
                known_only(values), self.change.schema, self.environment.book))
        if recorded is None or (not made and self.planned is not None):
            assert self.planned is not None
            recorded = self._record(self._values(self.planned), Status.AWAITING)
        return awaiting(recorded, Pending(
            action=self.action, kind=work.kind, hash=work.hash, file=work.file, planned=wanted,
            made=made, since=datetime.now(UTC).isoformat(timespec="seconds")))

    def _values(self, model: Model) -> dict[str, Value]:
        values = mark_by_schema(model.to_values(), self.change.schema, self.change.address)
        for name, spec in self.change.schema.attributes.items():
            if spec.one_time and self.prior_values is not None and not getattr(model, name):
                values[name] = self.prior_values[name]
        known = {**self.planned_values, **self._sent()}
        values = as_secret_as(values, known, self.change.schema)
        self.environment.learn(values, self.change.schema)
        return values

    def _sent(self) -> dict[str, Value]:
        """The write-only arguments that are sent: a service may repeat them elsewhere."""
        return {name: mark(to_value(getattr(self.planned, name), self.change.schema.attributes[
            name].type), (SENSITIVE,)) for name in self.sent if self.planned is not None}

    def _record(self, values: Mapping[str, Value], status: Status) -> Any:
        private = settled(self.private)
        if status is Status.OK and self.sent:
            private[SENT] = {**private.get(SENT, {}), **self.sent}
        return make_instance(self.change, values, self.environment.book, status=status,
                             private=private, token=self.token, deposed=self.deposed)

    def _finish(self, model: Model | None) -> Mapping[str, Value] | None:
        if self.planned is None:
            self.session.remove((self.change.address, self.deposed))
            return None
        values = self._values(model if model is not None else self.planned)
        self.session.put(self._record(values, Status.OK), sync=False)
        self.session.flush()
        return values


def _hash(data: Mapping[str, Any]) -> str:
    text = json.dumps(dict(data), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def probe(kind: ResourceType[Any, Any], client: Any, intent: Intent, environment: Environment,
          lineage: str, since: float | None = None) -> Any:
    """Ask what became of an interrupted creation; absent is believed only after the settle time.

    Args:
        kind: The type of the object.
        client: Its provider's client.
        intent: What was begun.
        environment: Of this run.
        lineage: Of the stack.
        since: Monotonic time after which no call of the intent can have been sent; now by default.
    """
    context = environment.step_context(intent.address, intent.token, lineage)
    view = OpenIntent(step=intent.step, action=intent.action, identity=intent.identity,
                      token=intent.token, listed_before=tuple(intent.listed_before),
                      created=intent.created)
    now = time.monotonic()
    found = kind.probe(client, view, context)
    if found.verdict is ProbeVerdict.ABSENT and kind.settle_seconds:
        settled = (now if since is None else since) + kind.settle_seconds
        context.sleep(max(0.0, settled - time.monotonic()))
        found = kind.probe(client, view, context)
        if found.verdict is ProbeVerdict.ABSENT and environment.abandon.is_set():
            return Probe(ProbeVerdict.UNKNOWN, detail="the run was abandoned while it waited for a "
                         "call that may still be under way")
    return found


Gate = Callable[[Change, Mapping[str, Value]], bool]
