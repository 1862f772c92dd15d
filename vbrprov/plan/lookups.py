"""Finding again, address by address, the objects of a stack whose state is lost.

A planner with an empty state would create everything. Here each object is looked for right before
that, as for an ``import`` block, and what is found goes into the evaluation of all that follows:
the names of later objects may depend on it.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from vbrprov.addrs import provider_name
from vbrprov.diag import Diagnostic, Diagnostics, Severity
from vbrprov.diff.stored import encode_attributes, mark_by_schema
from vbrprov.evaluate.body import Ranges
from vbrprov.plan.clients import is_deferred
from vbrprov.plan.imports import Imports
from vbrprov.plan.instance import InstancePlanner, Proposal
from vbrprov.plan.model import Change
from vbrprov.plan.owners import Owners
from vbrprov.plan.refresh import Refreshed
from vbrprov.plan.writeonly import SENT, fingerprints
from vbrprov.sdk.model import Model, Schema
from vbrprov.sdk.resource import (
    Probe,
    ProbeVerdict,
    ProviderError,
    Recovery,
    ResourceType,
    StepContext,
)
from vbrprov.state.model import Instance
from vbrprov.values import Spent, Value, is_null, is_wholly_known, mark, unmark

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner

#: How a token begins with its stack, and how long that beginning is.
PREFIX_LENGTH = 8


class Result(enum.StrEnum):
    """What was found of one address."""

    #: It bears a mark of the stack.
    MARKED = "marked"
    #: What has its name is there; nothing says whose it is.
    NAMED = "by_name"
    #: It bears the mark of another stack.
    FOREIGN = "foreign"
    ABSENT = "absent"
    #: It exists in the state alone.
    LOCAL = "local"
    #: It cannot be looked for: something that it depends on was not found.
    WAITS = "waits"
    #: It could not be read, or it cannot be told which object it is.
    FAILED = "failed"


class Lookup(msgspec.Struct):
    """One address and what was found of it.

    ``spent`` are attributes whose secret was told once and is lost; ``sent`` are write-only
    arguments that the object is believed to have as configuration says, since nothing shows them.
    ``token`` is that of its mark. ``change`` is the planned instance, once it is planned.
    """

    address: str
    type: str
    provider: str
    result: Result
    id: str = ""
    detail: str = ""
    token: str = ""
    spent: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()
    error: Diagnostic | None = None
    change: Change | None = None
    private: dict[str, Any] = {}

    @property
    def is_found(self) -> bool:
        """Whether there is an object to record."""
        return self.result in (Result.MARKED, Result.NAMED)


class Recovered(msgspec.Struct):
    """What was found, and what became of it.

    ``unaddressed`` are objects with the stack's mark at no address of the configuration: type,
    name, import id. ``recorded`` are addresses, empty while nothing was written. ``is_new`` says
    that nothing told the lineage, so that it is a new one.
    """

    rows: list[Lookup] = []
    unaddressed: list[tuple[str, str, str]] = []
    recorded: list[str] = []
    lineage: str = ""
    serial: int = 0
    is_new: bool = False
    written: bool = False

    def of(self, *results: Result) -> list[Lookup]:
        """The rows with one of these results."""
        return [row for row in self.rows if row.result in results]


class Lookups(Imports):
    """Takes for each address the object that is there.

    Args:
        stack: The lineage of the stack, as far as it is known; at least its first characters.

    Attributes:
        rows: What was found, in the order of dependencies.
    """

    def __init__(self, stack: str) -> None:
        super().__init__()
        self.ignored = True
        self.rows: list[Lookup] = []
        self._stack = stack
        self._found = Owners(())

    def take(self, planner: Planner, change: Change, kind: ResourceType[Any, Any],
             client: Any) -> Instance | None:
        """The record of the object of *change*; ``None`` when there is none to take."""
        row = Lookup(change.address, change.type, change.provider, Result.ABSENT, change=change)
        self.rows.append(row)
        if kind.recovery is Recovery.LOCAL:
            row.result = Result.LOCAL
            return None
        if is_deferred(client):
            row.result, row.detail = Result.WAITS, "Its provider is configured from values that " \
                "are not known."
            return None
        proposal = self._proposal(planner, change, kind, client)
        # What says which object it is, and can only be said by others.
        missing = [name for name, spec in change.schema.attributes.items()
                   if (spec.required or spec.replace_on_change) and not spec.write_only
                   and not is_wholly_known(proposal.config[name])]
        if missing:
            row.result, row.detail = Result.WAITS, f'"{missing[0]}" comes from an object that ' \
                "was not found."
            return None
        planner.environment.event("refresh_start", address=change.address)
        try:
            return self._look(planner, row, kind, client, proposal)
        except ProviderError as error:
            row.result, row.detail = Result.FAILED, f"{error.summary}: {error.detail}"
            row.error = Diagnostic(Severity.ERROR, error.summary, error.detail, _where(
                planner, change), address=change.address, hint=error.hint)
            return None
        finally:
            planner.environment.event("refresh_complete", address=change.address)

    def _proposal(self, planner: Planner, change: Change, kind: ResourceType[Any, Any],
                  client: Any) -> Proposal:
        """What would be created; what is wrong with creating it does not matter here."""
        assert change.node is not None
        declared = planner.graph.nodes[change.node].declared
        return InstancePlanner(kind, client, planner.environment, Diagnostics()).plan(
            change.address, change.config, None, None, declared, Ranges(declared.content.source))

    def _look(self, planner: Planner, row: Lookup, kind: ResourceType[Any, Any], client: Any,
              proposal: Proposal) -> Instance | None:
        context = planner.environment.step_context(row.address, "", self._stack, row.private)
        planned = kind.model.from_values(proposal.planned)
        found: Probe[Model] = kind.find(client, planned, context)
        row.token, row.detail = found.token, ""
        if found.verdict is ProbeVerdict.ABSENT or (
                found.state is None and found.verdict in (ProbeVerdict.OURS, ProbeVerdict.ORPHAN)):
            row.detail = found.detail
            return None
        if found.verdict is ProbeVerdict.FOREIGN:
            row.result, row.detail = Result.FOREIGN, found.detail
            return None
        if found.verdict is ProbeVerdict.UNKNOWN:
            self._cannot_tell(planner, row, found.detail)
            return None
        if found.token and self._stack and found.token[:PREFIX_LENGTH] != self._stack[
                :PREFIX_LENGTH]:
            row.result = Result.FOREIGN
            row.detail = f"It bears the mark of the stack {found.token[:PREFIX_LENGTH]}."
            return None
        row.result = Result.MARKED if found.token else Result.NAMED
        assert found.state is not None
        return self._read(planner, row, kind, client, _joined(planned, found.state), proposal,
                          context)

    def _read(self, planner: Planner, row: Lookup, kind: ResourceType[Any, Any], client: Any,
              known: Model, proposal: Proposal, context: StepContext) -> Instance | None:
        """Read the object as after a creation by today's configuration, and take it."""
        assert row.change is not None
        schema, book = row.change.schema, planner.environment.book
        if row.result is Result.NAMED:
            # Nothing says that anything was ever sent to it by us: so all of it is sent again.
            known = known.copy(**dict.fromkeys(_versions(schema)))
        state = kind.read(client, known, context)
        if state is None:
            row.result, row.token = Result.ABSENT, ""
            return None
        values = mark_by_schema(state.to_values(), schema, row.address)
        row.spent = _spend(values, schema)
        if row.result is Result.MARKED:
            sent = fingerprints(proposal.config, _written(proposal.config, schema), book)
            if sent:
                row.private[SENT] = sent
                row.sent = tuple(sorted(sent))
        made = Instance(row.address, row.provider, private=row.private, token=row.token,
                        attributes=msgspec.Raw(encode_attributes(values, schema, book)))
        row.id = _id(values)
        other = self._found.claim(made, kind)
        if other:
            self._cannot_tell(planner, row, f"What fits it was found as {other} already.")
            return None
        planner.refresher.note(Refreshed(made, values, values, private=row.private))
        return made

    def _cannot_tell(self, planner: Planner, row: Lookup, why: str) -> None:
        assert row.change is not None
        row.result, row.detail = Result.FAILED, why
        row.error = Diagnostic(
            Severity.ERROR, "Cannot tell which object it is", f"{row.address}: {why} Nothing was "
            "recorded for it. Look which one it is, and import it:\n\n"
            f"    vbrprov import '{row.address}' ID", _where(planner, row.change),
            address=row.address)


def unaddressed(planner: Planner, stack: str, rows: list[Lookup],
                diags: Diagnostics) -> list[tuple[str, str, str]]:
    """Objects with the stack's mark that no address was found to be: type, name, import id."""
    taken = {(row.type, row.id) for row in rows}
    found: dict[tuple[str, str], str] = {}
    registry = planner.environment.registry
    for provider, client in planner.clients.made().items():
        name = provider_name(provider)
        for type_name in registry.type_names(name, "managed"):
            kind: ResourceType[Any, Any] | None = registry.resource_type(name, type_name)
            try:
                for item in kind.marked(client) if kind is not None else ():
                    key = (type_name, item.import_id)
                    if item.token[:PREFIX_LENGTH] == stack[:PREFIX_LENGTH] and key not in taken:
                        found[key] = item.name
            except ProviderError as error:
                if any(row.type == type_name for row in rows):
                    diags.warning("Marked objects cannot be listed", f"Whether there are more "
                                  f"objects of the type {type_name} is not known: {error.detail}")
    return [(type_name, name, import_id) for (type_name, import_id), name in sorted(found.items())]


def _joined(planned: Model, found: Model) -> Model:
    """*planned* with what only the object itself tells, as if it had just been made like that.

    So a read shows it in the words of the configuration, where there are several for one thing.
    """
    schema = planned.schema()
    names = [n for n, spec in schema.attributes.items()
             if spec.computed and getattr(found, n) is not None]
    names += [n for n, nested in schema.blocks.items()
              if nested.computed and not getattr(planned, n)]
    return planned.copy(**{name: getattr(found, name) for name in names})


def _versions(schema: Schema) -> list[str]:
    """The twins of write-only arguments."""
    twins = (f"{name}_version" for name, spec in schema.attributes.items() if spec.write_only)
    return [name for name in twins if name in schema.attributes]


def _written(config: Mapping[str, Value], schema: Schema) -> set[str]:
    """The write-only arguments that have a value."""
    return {name for name, spec in schema.attributes.items()
            if spec.write_only and not is_null(config[name])}


def _spend(values: dict[str, Value], schema: Schema) -> tuple[str, ...]:
    """Put spent values in place of secrets that are not told a second time; their names."""
    lost = tuple(name for name, spec in schema.attributes.items()
                 if spec.one_time and is_null(values[name]))
    for name in lost:
        values[name] = mark(Spent(schema.attributes[name].type), unmark(values[name])[1])
    return lost


def _id(values: Mapping[str, Value]) -> str:
    found = unmark(values["id"])[0] if "id" in values else ""
    return found if isinstance(found, str) else ""


def _where(planner: Planner, change: Change) -> Any:
    return planner.graph.nodes[change.node].declared.range if change.node is not None else None
