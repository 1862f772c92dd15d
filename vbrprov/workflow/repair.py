"""Putting a damaged state in order."""

from __future__ import annotations

from vbrprov.diag import Diagnostics
from vbrprov.state.backend import StateBackend
from vbrprov.state.backends.local import LocalBackend
from vbrprov.state.errors import StateError
from vbrprov.state.repair import Repair
from vbrprov.workflow.planning import Surroundings
from vbrprov.workflow.request import Request
from vbrprov.workflow.states import find_backend


def open_local(request: Request, runtime: Surroundings) -> LocalBackend | None:
    """The local state of a request; ``None`` (reported) when it is kept elsewhere."""
    backend = find_backend(request, runtime)
    if backend is None:
        return None
    if not isinstance(backend, LocalBackend):
        runtime.diags.error("Not a local state", "Only a state in local files can be restored "
                            "this way.", hint="Put the damaged object back as it was, from the "
                            "versions that the store keeps of it.")
        return None
    return backend


def restore(backend: LocalBackend, choice: Repair | None, diags: Diagnostics) -> list[Repair]:
    """What can be restored, newest first; with a *choice*, restore it."""
    try:
        if choice is None:
            return list(backend.repairs())
        backend.repair(choice)
    except StateError as error:
        diags.add(error.diagnostic)
    return []


def drop_operation(backend: StateBackend, operation: str, diags: Diagnostics) -> None:
    """Close an open intent as not done: somebody looked, and there is no such object."""
    try:
        with backend.session("state repair") as session:
            if operation not in session.data.intents:
                diags.error("No such operation", f"The journal has no open operation "
                            f'"{operation}".')
                return
            session.outcome(operation, "not_done", detail="dropped by hand")
    except StateError as error:
        diags.add(error.diagnostic)
