"""Where the state of a request is kept."""

from __future__ import annotations

import os
from pathlib import Path

from vbrprov.config import Expression, Module
from vbrprov.diag import Diagnostics
from vbrprov.state.backend import StateBackend
from vbrprov.state.backends.local import LocalBackend
from vbrprov.workflow.early import Early
from vbrprov.workflow.prepare import early_values
from vbrprov.workflow.request import Request, leads_outside


def open_backend(request: Request, root: Module | None, diags: Diagnostics,
                 sandbox_dir: Path | None = None, early: Early | None = None) -> StateBackend:
    """The backend that the settings or the command line name; a local file by default."""
    path = request.state_path
    if sandbox_dir is not None:
        return LocalBackend(sandbox_dir / "vbrprov.vbrstate")
    if root is not None and root.settings.backend is not None and path is None:
        kind, content = root.settings.backend
        if kind != "local":
            diags.error("Unsupported backend", "This version keeps state only in a local file; "
                        f'there is no backend "{kind}".',
                        content.source.range(content.start, content.end))
        for item in content.attributes:
            if item.name == "path":
                early = early or early_values(request)
                early.enter(root)
                value = early.text(Expression(item.expr, content.source), root, "path", diags)
                path = Path(request.directory) / (value or "")
            else:
                diags.error("Unsupported backend setting", "The local backend has one setting: "
                            "path.", content.source.range(item.start, item.end))
    path = path or Path(request.directory) / "vbrprov.vbrstate"
    if request.state_path is None and leads_outside(request, path):
        diags.error("State outside the folder", f"The state is {os.path.realpath(path)}, and a run "
                    "with -untrusted reads no file outside the folder of the configuration. Name "
                    "the state with -state=FILE if it is the right one.")
    return LocalBackend(path)
