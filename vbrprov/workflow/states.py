"""Reading a state for commands that only look."""

from __future__ import annotations

from vbrprov.config import load
from vbrprov.config.load import DiskFiles
from vbrprov.diag import Diagnostics
from vbrprov.state.errors import StateError
from vbrprov.state.model import StateData
from vbrprov.syntax import parse_config
from vbrprov.workflow.backend import open_backend
from vbrprov.workflow.planning import Surroundings
from vbrprov.workflow.request import Request


def read_state(request: Request, runtime: Surroundings) -> StateData | None:
    """The state of the folder; ``None`` after errors.

    The configuration is read only for its backend.
    """
    root, found = load(request.directory, DiskFiles(), parse_config)
    runtime.add_sources(root)
    usable = None if found.has_errors else root
    sandbox_dir = None
    if request.sandbox:
        from vbrprov.sandbox import running

        info = running()
        if info is None:
            runtime.diags.error("No sandbox is running", "Start one with: vbrprov sandbox start")
            return None
        sandbox_dir = info.state_dir(request.directory)
    diags = Diagnostics()
    backend = open_backend(request, usable, diags, sandbox_dir)
    runtime.diags.extend(diags)
    try:
        state, found = backend.read()
    except StateError as error:
        runtime.diags.add(error.diagnostic)
        return None
    runtime.diags.extend(found)
    return None if found.has_errors else state
