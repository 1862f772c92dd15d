"""Which workspace commands work in, and making, choosing and deleting them."""

from __future__ import annotations

import re
from pathlib import Path

from vbrprov.diag import Diagnostics
from vbrprov.platform_.files import atomic_write
from vbrprov.state.backend import DEFAULT_WORKSPACE, StateBackend
from vbrprov.state.errors import StateError
from vbrprov.workflow.packages.installed import data_dir
from vbrprov.workflow.request import Request

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,89}")
_VARIABLES = ("VBRPROV_WORKSPACE", "TF_WORKSPACE")


def current(request: Request) -> str:
    """The workspace that the environment or the last ``workspace select`` names.

    A name that cannot be one stays as it is, for :func:`check_name` to refuse.
    """
    for name in _VARIABLES:
        if request.environ.get(name):
            return request.environ[name]
    try:
        text = _file(request).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return DEFAULT_WORKSPACE
    return text or DEFAULT_WORKSPACE


def check_name(name: str, diags: Diagnostics) -> bool:
    """Whether a workspace may have that name; an error when not."""
    if _NAME.fullmatch(name) and not name.endswith("."):
        return True
    diags.error("Invalid workspace name", f'"{name}" cannot be the name of a workspace: it is 1 to '
                "90 letters, digits, \".\", \"_\" and \"-\", and begins with a letter or digit.")
    return False


def select(request: Request, backend: StateBackend, name: str, diags: Diagnostics, *,
           create: bool | None) -> None:
    """Work in a workspace from now on.

    Args:
        request: The folder.
        backend: Where its states are.
        name: The workspace.
        diags: Where errors go.
        create: ``True``: it must not exist yet; ``False``: it must; ``None``: either.
    """
    if not check_name(name, diags) or _fixed_by_environment(request, diags):
        return
    exists = name in listed(request, backend)
    if create is True and exists:
        diags.error("Workspace exists", f'There is a workspace "{name}" already. To work in it, '
                    f"run:\n\n    vbrprov workspace select {name}")
        return
    if create is False and not exists:
        diags.error("No such workspace", f'There is no workspace "{name}". To make it, run:\n\n    '
                    f"vbrprov workspace new {name}")
        return
    if not exists:
        # So that it is listed, and found from other machines where they share the backend.
        with backend.for_workspace(name).session("workspace new") as session:
            session.begin()
    _remember(request, name)


def listed(request: Request, backend: StateBackend) -> list[str]:
    """All workspaces: those with a state, and the current one."""
    return sorted({*backend.workspaces(), current(request)})


def delete(request: Request, backend: StateBackend, name: str, diags: Diagnostics, *,
           force: bool) -> None:
    """Delete a workspace that manages nothing any more (or, with *force*, whatever it manages)."""
    if name == DEFAULT_WORKSPACE:
        diags.error("Workspace not deleted", 'The workspace "default" is always there.')
    elif name == current(request):
        diags.error("Workspace not deleted", f'"{name}" is the current workspace. Choose another '
                    "first, with vbrprov workspace select.")
    elif name not in backend.workspaces():
        diags.error("No such workspace", f'There is no workspace "{name}".')
    if diags.has_errors:
        return
    other = backend.for_workspace(name)
    try:
        with other.session("workspace delete", lock_timeout=request.lock_timeout) as session:
            data = session.data
            if (data.instances or data.intents) and not force:
                diags.error(
                    "Workspace not empty", f'The workspace "{name}" manages '
                    f"{len(data.instances)} objects. Destroy them first. To forget them, which "
                    "leaves them where they are, add -force.")
                return
        other.drop()
    except StateError as error:
        diags.add(error.diagnostic)


def _fixed_by_environment(request: Request, diags: Diagnostics) -> bool:
    for name in _VARIABLES:
        if request.environ.get(name):
            diags.error("Workspace set by the environment", f"{name} names the workspace. Unset it "
                        "to choose another one.")
            return True
    return False


def _remember(request: Request, name: str) -> None:
    path = _file(request)
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic_write(path, f"{name}\n".encode(), temp=path.with_name(f"{path.name}.tmp"))


def _file(request: Request) -> Path:
    return Path(data_dir(request)) / "environment"
