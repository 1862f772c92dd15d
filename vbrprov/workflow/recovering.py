"""Rebuilding a lost state from the configuration and the marks on the objects."""

from __future__ import annotations

import enum
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from vbrprov.apply.records import make_instance, make_output
from vbrprov.diag import Diagnostics
from vbrprov.plan.environment import Environment
from vbrprov.plan.ephemeral import fed_by_ephemerals
from vbrprov.plan.lookups import (
    PREFIX_LENGTH,
    Lookup,
    Lookups,
    Recovered,
    Result,
    unaddressed,
)
from vbrprov.plan.model import Plan
from vbrprov.plan.planner import Planner
from vbrprov.platform_.signals import InterruptWatcher
from vbrprov.secrets import SecretBook
from vbrprov.state.backend import Rebuild
from vbrprov.state.errors import StateError
from vbrprov.state.model import StateData, Status
from vbrprov.workflow.backend import open_rebuild
from vbrprov.workflow.planning import Started, Surroundings
from vbrprov.workflow.prepare import Prepared
from vbrprov.workflow.request import Request

_PREFIX = re.compile(r"[0-9a-f]{8}")


class Consent(enum.Enum):
    """What somebody agreed to."""

    NOTHING = enum.auto()
    #: What bears a mark of the stack.
    MARKED = enum.auto()
    #: And what is known by its name alone.
    ALL = enum.auto()


#: Shows what was found and asks what of it may be recorded.
Ask = Callable[[Recovered], Consent]


def recover(request: Request, runtime: Surroundings, started: Started, *, stack: str,
            ask: Ask) -> Recovered | None:
    """Find the objects of the stack again and record them; ``None`` after errors.

    Nothing outside the state is changed. What could not be read is reported, and the rest recorded
    all the same.

    Args:
        request: As for a plan.
        runtime: The command's surroundings.
        started: The configuration, and where its state is kept.
        stack: The beginning of the lineage, where somebody knows it; else empty.
        ask: What may be recorded.
    """
    if stack and not _PREFIX.fullmatch(stack[:PREFIX_LENGTH]):
        runtime.diags.error("Invalid stack", f'"{stack}" does not begin as a lineage does: with 8 '
                            "hexadecimal digits, as the marks do.")
        return None
    environment = started.environment
    try:
        with InterruptWatcher(environment.on_signal) as watcher, open_rebuild(
                started.backend, "state recover", request, runtime.diags,
                stop=watcher.stop) as rebuild:
            environment.stop, environment.abandon = watcher.stop, watcher.abandon
            return _recover(request, runtime, started, rebuild, stack, ask)
    except StateError as error:
        runtime.diags.add(error.diagnostic)
        return None


def _recover(request: Request, runtime: Surroundings, started: Started, rebuild: Rebuild,
             stack: str, ask: Ask) -> Recovered | None:
    lineage = _known_lineage(rebuild.lineage, stack, runtime.diags)
    if runtime.diags.has_errors:
        return None
    is_new = not rebuild.lineage
    if not lineage:
        # The marks say whose they are; only then it can be told whose an object is.
        quiet = msgspec.structs.replace(started.environment, event=lambda *_, **__: None)
        with _walked(request, started.prepared, quiet, "", Diagnostics()) as (_, lookups):
            prefixes = sorted({row.token[:PREFIX_LENGTH] for row in lookups.rows if row.token})
        if len(prefixes) > 1:
            runtime.diags.error(
                "Marks of several stacks", "The lineage marker is gone, and the objects that the "
                f"configuration names bear the marks of several stacks: {', '.join(prefixes)}. "
                "Nothing was recorded.", hint="Say which one is meant:\n\n    vbrprov state "
                f"recover -stack={prefixes[0]}")
            return None
        lineage = _new_lineage(prefixes[0] if prefixes else "")
    with _walked(request, started.prepared, started.environment, lineage,
                 runtime.diags) as (planner, lookups):
        if planner.failed or started.environment.stop.is_set():
            return None
        found = Recovered(lookups.rows, lineage=lineage, is_new=is_new)
        found.unaddressed = unaddressed(planner, lineage, lookups.rows, runtime.diags)
        plan = planner.plan
    for row in found.rows:
        if row.error is not None:
            runtime.diags.add(row.error)
    consent = ask(found)
    if consent is not Consent.NOTHING and not started.environment.stop.is_set():
        _write(found, plan, consent, rebuild, started.environment.book)
    return found


@contextmanager
def _walked(request: Request, prepared: Prepared, environment: Environment, lineage: str,
            diags: Diagnostics) -> Iterator[tuple[Planner, Lookups]]:
    """A planner that has looked for every object; its clients work until the end."""
    lookups = Lookups(lineage)
    planner = Planner(
        prepared.graph, StateData(lineage), prepared.values, request.options, environment,
        prepared.context, workspace=prepared.workspace, imports=lookups)
    try:
        plan = planner.run()
        _waiting(plan, lookups)
        _report(planner, lookups, diags)
        yield planner, lookups
    finally:
        planner.refresher.close()
        # Logging out needs what was lent, and giving that back needs who lent it.
        planner.clients.release(fed_by_ephemerals(prepared.graph))
        planner.ephemerals.close(diags)
        planner.clients.close()


def _waiting(plan: Plan, lookups: Lookups) -> None:
    """Add the blocks of which not even the instances are known."""
    for waits in plan.deferred:
        change = waits.change
        if change.mode == "managed":
            lookups.rows.append(Lookup(change.address, change.type, change.provider, Result.WAITS,
                                       detail=f"It waits: {waits.because}."))


def _report(planner: Planner, lookups: Lookups, diags: Diagnostics) -> None:
    """Pass on what kept the planner from looking; what it has to say of changes comes later."""
    looked = {row.address for row in lookups.rows}
    for item in planner.diags:
        if item.is_error and item.address not in looked:
            diags.add(item)


def _known_lineage(marked: str, stack: str, diags: Diagnostics) -> str:
    """The lineage as marker or command line tell it; empty when neither does."""
    if marked and stack and not marked.startswith(stack):
        diags.error("Another stack", f'The lineage marker says that the stack here is "{marked}", '
                    f'which does not begin with "{stack}".', hint="Leave -stack out.")
    if marked or not stack:
        return marked
    return stack if len(stack) == len(_new_lineage("")) else _new_lineage(stack[:PREFIX_LENGTH])


def _new_lineage(prefix: str) -> str:
    """A lineage that begins as the marks of the stack do."""
    made = str(uuid.uuid4())
    return prefix + made[len(prefix):]


def _write(found: Recovered, plan: Plan, consent: Consent, rebuild: Rebuild,
           book: SecretBook) -> None:
    data = StateData(found.lineage)
    wanted = (Result.MARKED, Result.NAMED) if consent is Consent.ALL else (Result.MARKED,)
    for row in found.of(*wanted):
        change = row.change
        assert change is not None
        assert change.before is not None
        token = row.token or f"{found.lineage[:PREFIX_LENGTH]}-{uuid.uuid4().hex[:16]}"
        made = make_instance(change, change.before, book, status=Status.OK, private=row.private,
                             token=token)
        data.instances[made.key] = made
    if not data.instances and (not rebuild.lineage or found.of(
            Result.NAMED, Result.FOREIGN, Result.WAITS, Result.FAILED)):
        # An empty state says that nothing is left of the stack: only what shows that may be said.
        return
    if len(data.instances) == len([row for row in found.rows if row.is_found]):
        for output in plan.outputs:
            known = make_output(output.after, output.sensitive, book)
            if known is not None:
                data.outputs[output.name] = known
    rebuild.write(data)
    found.recorded = sorted(address for address, _ in data.instances)
    found.serial, found.written = data.serial, True
