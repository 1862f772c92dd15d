"""Taking the result of a step that somebody carried out."""

from __future__ import annotations

from typing import Any

import msgspec

from vbrprov.addrs import parse_address, provider_name
from vbrprov.diff.secrecy import as_secret_as
from vbrprov.diff.stored import attributes_of, encode_attributes, mark_by_schema
from vbrprov.plan.environment import Environment
from vbrprov.sdk.resource import ProviderError
from vbrprov.state.awaiting import Pending, pending_of, settled
from vbrprov.state.errors import StateError
from vbrprov.state.model import Instance, Status
from vbrprov.state.session import StateSession
from vbrprov.values import Value
from vbrprov.workflow.backend import open_session
from vbrprov.workflow.planning import Surroundings
from vbrprov.workflow.request import Request
from vbrprov.workflow.states import find_backend


def confirm(request: Request, runtime: Surroundings, environment: Environment, address: str,
            result: str) -> str:
    """Record the object at *address* as the text *result* shows it; what was done, in a word.

    The word is ``created``, ``updated`` or ``destroyed``, or empty after errors: then nothing is
    changed, and the object goes on waiting.
    """
    backend = find_backend(request, runtime)
    if backend is None:
        return ""
    try:
        with open_session(backend, "confirm", request, runtime.diags) as session:
            runtime.diags.extend(session.diagnostics)
            found = _waiting(session, address, result, runtime)
            if found is None:
                return ""
            return _take(session, *found, environment, result, runtime)
    except StateError as error:
        runtime.diags.add(error.diagnostic)
    return ""


def _waiting(session: StateSession, address: str, result: str,
             runtime: Surroundings) -> tuple[Instance, Pending] | None:
    """The record that waits at an address: of several (deposed ones) that of the result."""
    recorded = [i for i in session.data.instances.values() if i.address == address]
    waits = [(i, p) for i in recorded for p in [pending_of(i)] if p is not None]
    if waits:
        return next(((i, p) for i, p in waits if p.hash in result), waits[0])
    others = sorted(i.address for i in session.data.instances.values() if pending_of(i))
    waiting = "These wait: " + ", ".join(others) + "." if others else "No object waits."
    if recorded:
        runtime.diags.error("Nothing to confirm", f"{address} waits for nothing. {waiting}")
    else:
        runtime.diags.error("No such object", f"The state has no object {address}. {waiting}",
                            hint="The address is as in the plan, such as "
                                 "veeam_s3_agent_access.main.")
    return None


def _take(session: StateSession, instance: Instance, pending: Pending, environment: Environment,
          result: str, runtime: Surroundings) -> str:
    kind = environment.registry.resource_type(
        provider_name(instance.provider), parse_address(instance.address).type_name)
    if kind is None:
        runtime.diags.error("Unknown resource type in the state", f"{instance.address} is in the "
                            "state, but this version does not know its type.")
        return ""
    schema = kind.model.schema()
    planned: Any = None
    known: dict[str, Value] = {}
    if pending.action != "delete":
        wanted = msgspec.structs.replace(
            instance, attributes=msgspec.Raw(msgspec.json.encode(pending.planned)))
        known = attributes_of(wanted, schema)
        planned = kind.model.from_values(known)
    try:
        made = kind.confirm(result, {**msgspec.to_builtins(pending), "address": instance.address,
                                     "stack": session.data.lineage}, planned)
    except ProviderError as error:
        runtime.diags.error(error.summary, error.detail, address=instance.address,
                            hint=error.hint)
        return ""
    session.begin(1)
    if planned is None:
        session.remove(instance.key)
        return "destroyed"
    values = as_secret_as(mark_by_schema((made if made is not None else planned).to_values(),
                                         schema, instance.address), known, schema)
    session.put(msgspec.structs.replace(
        instance, status=Status.OK, private=settled(instance.private),
        attributes=msgspec.Raw(encode_attributes(values, schema, environment.book))))
    return "updated" if pending.made else "created"
