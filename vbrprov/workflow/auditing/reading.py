"""Reading many objects at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from vbrprov.diag import Diagnostic
from vbrprov.diff.stored import mark_by_schema
from vbrprov.plan.environment import Environment
from vbrprov.sdk.facts import InstanceFacts
from vbrprov.sdk.resource import ProviderError, ResourceType, StepContext
from vbrprov.values import Unknown, Value
from vbrprov.workflow.auditing.model import Known, not_read

#: Reads one object; ``None`` when it is gone.
Look = Callable[[], Mapping[str, Value] | None]


class Reading:
    """A pool of threads. What cannot be read becomes an object of which little is known."""

    def __init__(self, environment: Environment, stack: str) -> None:
        self._environment = environment
        self._stack = stack
        self._pool = ThreadPoolExecutor(environment.parallelism, "audit")
        self._begun: list[tuple[Known, Future[Known | None]]] = []
        #: What could not be read.
        self.unread: list[Diagnostic] = []

    def context(self, address: str, token: str = "",
                private: dict[str, Any] | None = None) -> StepContext:
        """The context of a read."""
        return self._environment.step_context(address, token, self._stack, private)

    def submit(self, work: Callable[[], Known | None], known: Known) -> None:
        """Run *work*, of which *known* is known before."""
        self._begun.append((known, self._pool.submit(self._unless_stopped, work)))

    def begin(self, known: Known, look: Look) -> None:
        """Read the object *known*, whose facts hold what is known of it without that."""
        assert known.kind is not None
        kind, address = known.kind, known.facts.address

        def work() -> Known | None:
            found = look()
            if found is None:
                return None
            values = mark_by_schema(found, kind.model.schema(), address)
            return replace(known, facts=read_facts(kind, address, values))

        self.submit(work, known)

    def results(self) -> Iterator[Known]:
        """Wait for all that was begun, in that order; objects that are gone are left out."""
        begun, self._begun = self._begun, []
        for known, future in begun:
            try:
                found = future.result()
            except ProviderError as error:
                self.unread.append(not_read(error, known.facts.address))
                found = unread(known)
            if found is not None:
                yield found

    def close(self) -> None:
        """Stop reading."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _unless_stopped(self, work: Callable[[], Known | None]) -> Known | None:
        return None if self._environment.stop.is_set() else work()


def read_facts(kind: ResourceType[Any, Any], address: str,
               values: Mapping[str, Value]) -> InstanceFacts:
    """The facts of an object that was read: it is meant to be as it is."""
    return InstanceFacts(address, kind.type_name, "managed", "no-op", values, values, {})


def unread(known: Known) -> Known:
    """*known* as an object of which nothing else is known."""
    assert known.kind is not None
    values: dict[str, Value] = {
        name: Unknown(type_)
        for name, type_ in known.kind.model.schema().type.attributes.items()}
    values |= known.facts.planned or {}
    return replace(known, facts=replace(known.facts, planned=values, live=None))
