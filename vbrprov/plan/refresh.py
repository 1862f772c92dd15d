"""Reading every recorded object as it is now."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import msgspec

from vbrprov.diag import Diagnostic, Severity
from vbrprov.diff.propose import changed_attributes
from vbrprov.diff.secrecy import as_secret_as, identifying, secret_paths
from vbrprov.diff.stored import attributes_of, encode_attributes, mark_by_schema
from vbrprov.plan.environment import Environment
from vbrprov.sdk.model import Schema
from vbrprov.sdk.resource import ProviderError, Recovery, ResourceType
from vbrprov.state.awaiting import is_made
from vbrprov.state.model import Instance
from vbrprov.values import Spent, Value, bare, is_null, unmark_deep
from vbrprov.values.wire import encode

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor


class Refreshed(msgspec.Struct):
    """One recorded object: as recorded, as it is now (``None`` when gone), what differs."""

    instance: Instance
    recorded: dict[str, Value]
    values: dict[str, Value] | None
    changed: tuple[str, ...] = ()
    error: Diagnostic | None = None
    private: dict[str, Any] | None = None


Lookup = Callable[[Instance], ResourceType[Any, Any] | None]


class Refresher:
    """Reads in parallel; each result is waited for only when it is needed."""

    def __init__(self, environment: Environment, stack: str, *, read: bool = True) -> None:
        self._environment = environment
        self._stack = stack
        self._read = read
        self._pool: ThreadPoolExecutor | None = None
        self._futures: dict[tuple[str, str], Future[Refreshed]] = {}
        self._done: dict[tuple[str, str], Refreshed] = {}

    def start(self, instance: Instance, kind: ResourceType[Any, Any], client: Any) -> None:
        """Begin reading *instance*; local types are what is recorded."""
        if instance.key in self._done or instance.key in self._futures:
            return
        schema = kind.model.schema()
        recorded = attributes_of(instance, schema)
        if not self._read or kind.recovery is Recovery.LOCAL or not is_made(instance):
            self._done[instance.key] = Refreshed(instance, recorded, recorded)
            return
        self._futures[instance.key] = self._workers().submit(
            self._one, instance, kind, client, recorded)

    def look(self, instance: Instance, kind: ResourceType[Any, Any], client: Any) -> Refreshed:
        """Read *instance* with another client than the one that its result comes from."""
        return self._one(instance, kind, client, attributes_of(instance, kind.model.schema()))

    def tell_again(self, instance: Instance, kind: ResourceType[Any, Any], client: Any,
                   values: dict[str, Value]) -> dict[str, Value]:
        """*values* with the secrets that the service tells again, as far as they are the same."""
        schema = kind.model.schema()
        spent = {name: inner.fingerprint for name, spec in schema.attributes.items()
                 if spec.sensitive and spec.computed_only and not spec.one_time
                 and isinstance(inner := bare(values[name]), Spent)}
        if not spent or kind.recovery is Recovery.LOCAL:
            return values
        context = self._environment.step_context(
            instance.address, instance.token, self._stack, dict(instance.private))
        try:
            found = kind.read(client, kind.model.from_values(values), context)
        except ProviderError:
            # Whoever needs one of them says so.
            found = None
        if found is None:
            return values
        told = mark_by_schema(found.to_values(), schema, instance.address)
        again = {name: told[name] for name, fingerprint in spent.items()
                 if not is_null(told[name]) and self._environment.book.matches(
                     encode(unmark_deep(told[name])[0]), fingerprint)}
        return {**values, **again}

    def _workers(self) -> ThreadPoolExecutor:
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(self._environment.parallelism, "refresh")
        return self._pool

    def _one(self, instance: Instance, kind: ResourceType[Any, Any], client: Any,
             recorded: dict[str, Value]) -> Refreshed:
        if self._environment.stop.is_set():
            return Refreshed(instance, recorded, recorded)
        lost = next((name for name in identifying(kind.model.schema())
                     if isinstance(bare(recorded[name]), Spent)), "")
        if lost:
            return Refreshed(instance, recorded, recorded, error=Diagnostic(
                Severity.ERROR, "Sensitive value identifies an object", f"{lost} of "
                f"{instance.address} is sensitive, and of such values a state that is not "
                "encrypted keeps no more than a fingerprint. So the object cannot be found.",
                address=instance.address, hint="Encrypt the state again. Before it becomes a plain "
                "one, destroy the object, or say of its name with nonsensitive() that it may be "
                "seen."))
        # Of these secrets nobody knows more than a fingerprint until they are read.
        hides = secret_paths(recorded)
        with self._environment.redactor.holding() if hides else nullcontext():
            return self._now(instance, kind, client, recorded)

    def _now(self, instance: Instance, kind: ResourceType[Any, Any], client: Any,
             recorded: dict[str, Value]) -> Refreshed:
        private = dict(instance.private)
        context = self._environment.step_context(
            instance.address, instance.token, self._stack, private)
        self._environment.event("refresh_start", address=instance.address)
        try:
            found = kind.read(client, kind.model.from_values(recorded), context)
        except ProviderError as error:
            return Refreshed(instance, recorded, recorded, error=Diagnostic(
                Severity.ERROR, error.summary, error.detail, address=instance.address,
                hint=error.hint))
        finally:
            self._environment.event("refresh_complete", address=instance.address)
        if found is None:
            return Refreshed(instance, recorded, None)
        schema = kind.model.schema()
        values = as_secret_as(mark_by_schema(found.to_values(), schema, instance.address),
                              recorded, schema)
        for name, spec in schema.attributes.items():
            # What no read can bring back stays as it was recorded. A key that the service tells
            # again is there again.
            if spec.one_time or spec.write_only or (
                    spec.sensitive and is_null(values[name])
                    and not is_null(recorded[name])):
                values[name] = recorded[name]
        self._environment.learn(values, schema)
        changed = changed_attributes(recorded, values, schema, self._environment.book)
        return Refreshed(instance, recorded, values, tuple(changed), private=private)

    def start_import(self, address: str, provider: str, import_id: str,
                     kind: ResourceType[Any, Any], client: Any) -> None:
        """Begin reading the object that *import_id* names; the result's instance is its record."""
        instance = Instance(address, provider)
        if instance.key in self._done or instance.key in self._futures:
            return
        if kind.recovery is Recovery.LOCAL:
            self._done[instance.key] = self._import(instance, import_id, kind, client)
        else:
            self._futures[instance.key] = self._workers().submit(
                self._import, instance, import_id, kind, client)

    def _import(self, instance: Instance, import_id: str, kind: ResourceType[Any, Any],
                client: Any) -> Refreshed:
        address = instance.address
        context = self._environment.step_context(address, "", self._stack, {})
        self._environment.event("refresh_start", address=address)
        try:
            found = kind.import_state(client, import_id, context)
            found = kind.read(client, found, context) if found is not None else None
        except ProviderError as error:
            return Refreshed(instance, {}, None, error=Diagnostic(
                Severity.ERROR, error.summary, error.detail, address=address, hint=error.hint))
        finally:
            self._environment.event("refresh_complete", address=address)
        if found is None:
            return Refreshed(instance, {}, None)
        values = mark_by_schema(found.to_values(), kind.model.schema(), address)
        return self.adopt(instance, values, kind.model.schema(), dict(context.private))

    def adopt(self, instance: Instance, values: dict[str, Value], schema: Schema,
              private: dict[str, Any]) -> Refreshed:
        """Take *values* for what is at the address of *instance*, which is not recorded yet."""
        made = msgspec.structs.replace(
            instance, private=private, token=f"{self._stack[:8]}-{uuid.uuid4().hex[:16]}",
            attributes=msgspec.Raw(encode_attributes(values, schema, self._environment.book)))
        return Refreshed(made, values, values)

    def note(self, found: Refreshed) -> None:
        """Take *found* for what reading its instance came to."""
        self._done[found.instance.key] = found

    def result(self, instance: Instance) -> Refreshed | None:
        """The result for an instance that was started, else ``None``; waits for it."""
        done = self._done.get(instance.key)
        if done is None:
            future = self._futures.get(instance.key)
            if future is None:
                return None
            done = self._done[instance.key] = future.result()
        return done

    def close(self) -> None:
        """Stop reading."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
