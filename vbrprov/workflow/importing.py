"""Taking an object that exists under management."""

from __future__ import annotations

import uuid

from vbrprov.addrs import AddressError, parse_address, provider_name
from vbrprov.apply.records import make_instance
from vbrprov.diff.secrecy import as_secret_as
from vbrprov.diff.stored import mark_by_schema
from vbrprov.plan.clients import is_deferred
from vbrprov.plan.ephemeral import fed_by_ephemerals
from vbrprov.plan.model import Action, Change
from vbrprov.plan.owners import Owners, report_owned
from vbrprov.plan.planner import Planner
from vbrprov.sdk.resource import ProviderError
from vbrprov.state.errors import StateError
from vbrprov.state.model import Status
from vbrprov.state.session import StateSession
from vbrprov.workflow.backend import open_session
from vbrprov.workflow.planning import Started, Surroundings
from vbrprov.workflow.request import Request


def import_object(address: str, import_id: str, request: Request, started: Started,
                  runtime: Surroundings) -> bool:
    """Record the object that *import_id* names as *address*; whether that was done.

    Nothing outside the state is changed. The configuration must have the resource, since it says
    which provider to ask.
    """
    try:
        parsed = parse_address(address)
    except AddressError as error:
        runtime.diags.error("Invalid address", str(error))
        return False
    try:
        with open_session(started.backend, "import", request, runtime.diags) as session:
            runtime.diags.extend(session.diagnostics)
            if (str(parsed), "") in session.data.instances:
                runtime.diags.error("Already managed", f"{address} is in the state. An address can "
                                    "hold one object only.")
                return False
            return _import(str(parsed), import_id, request, started, runtime, session)
    except StateError as error:
        runtime.diags.add(error.diagnostic)
        return False


def _import(address: str, import_id: str, request: Request, started: Started,
            runtime: Surroundings, session: StateSession) -> bool:
    prepared, environment = started.prepared, started.environment
    planner = Planner(prepared.graph, session.data, prepared.values, request.options, environment,
                      prepared.context)
    # A block for the same address would leave nothing to be imported here.
    planner.imports.ignored = True
    plan = planner.run()
    try:
        change = next((c for c in plan.changes
                       if c.address == address and c.action is Action.CREATE), None)
        if change is None or change.node is None:
            runtime.diags.extend(planner.diags)
            waits = next((d for d in plan.deferred if address == d.change.address or address.
                          startswith(d.change.address.removesuffix("*]"))), None)
            if waits is not None:
                runtime.diags.error(
                    "Cannot be imported yet", f"Which instances {waits.name} has is not known: "
                    f"{waits.because}. Apply that first, or write fixed keys.")
                return False
            runtime.diags.error(
                "No such resource in the configuration", f"The configuration has no resource "
                f"{address}. Write its block first; then import the object into it.")
            return False
        return _record(change, import_id, planner, runtime, session)
    finally:
        planner.refresher.close()
        # Logging out needs what was lent, and giving that back needs who lent it.
        planner.clients.release(fed_by_ephemerals(prepared.graph))
        planner.ephemerals.close(runtime.diags)
        planner.clients.close()


def _record(change: Change, import_id: str, planner: Planner, runtime: Surroundings,
            session: StateSession) -> bool:
    assert change.node is not None
    environment, node = planner.environment, planner.graph.nodes[change.node]
    client = planner.clients.get(change.provider)
    kind = environment.registry.resource_type(provider_name(change.provider), change.type)
    assert kind is not None
    where = node.declared.range
    if is_deferred(client):
        runtime.diags.extend(planner.diags)
        runtime.diags.error("Provider not configured", f"The provider of {change.address} is "
                            "configured from values that are not known yet.", where)
        return False
    context = environment.step_context(change.address, "", session.data.lineage)
    try:
        found = kind.import_state(client, import_id, context)
        found = kind.read(client, found, context) if found is not None else None
    except ProviderError as error:
        runtime.diags.error(error.summary, error.detail, where, address=change.address,
                            hint=error.hint)
        return False
    if found is None:
        runtime.diags.error("Object not found", f'There is no object "{import_id}" that could be '
                            f"imported as {change.address}.", where, address=change.address)
        return False
    values = as_secret_as(mark_by_schema(found.to_values(), change.schema, change.address),
                          change.config, change.schema)
    made = make_instance(
        change, values, environment.book, status=Status.OK, private=dict(context.private),
        token=f"{session.data.lineage[:8]}-{uuid.uuid4().hex[:16]}")
    other = Owners(session.data.instances.values()).claim(made, kind)
    if other:
        report_owned(runtime.diags, change.address, import_id, other, where)
        return False
    session.begin(1)
    session.put(made)
    return True
