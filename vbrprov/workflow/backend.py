"""Where the state of a request is kept."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

from vbrprov.config import Expression, Module
from vbrprov.config.model import Content
from vbrprov.diag import Diagnostics, did_you_mean
from vbrprov.sdk.store import BackendType, StoreError
from vbrprov.secrets import Redactor
from vbrprov.state.backend import Rebuild, StateBackend
from vbrprov.state.backends.local import LocalBackend
from vbrprov.state.codec import PLAIN, StateCodec
from vbrprov.state.errors import StateAccessError
from vbrprov.state.paths import DEFAULT_NAME
from vbrprov.state.remote.backend import RemoteBackend
from vbrprov.state.remote.lease import DEFAULT_SECONDS
from vbrprov.state.session import StateSession
from vbrprov.workflow.early import Early
from vbrprov.workflow.prepare import early_values
from vbrprov.workflow.recorded import check_recorded, write_record
from vbrprov.workflow.request import Request, leads_outside
from vbrprov.workflow.stores import backend_names, backend_type
from vbrprov.workflow.workspaces import check_name

T = TypeVar("T")

_LEASE = "lock_lease"
_SHORTEST_LEASE = 1.0


def open_backend(request: Request, root: Module | None, diags: Diagnostics,
                 sandbox_dir: Path | None = None, early: Early | None = None, *,
                 redactor: Redactor, codec: StateCodec = PLAIN) -> StateBackend:
    """The backend that the settings or the command line name; a local file by default.

    After errors it is one that nobody should use. *codec* says how the state's bytes are kept; a
    sandbox's are not encrypted.
    """
    check_name(request.workspace, diags)
    default = Path(request.directory) / DEFAULT_NAME
    if sandbox_dir is not None:
        return LocalBackend(sandbox_dir / DEFAULT_NAME, workspace=request.workspace)
    if request.state_path is not None:
        return LocalBackend(request.state_path, codec=codec)
    settings = configured(request, root, diags, early)
    if not diags.has_errors:
        check_recorded(request, settings, diags)
    place = default
    if settings is not None and settings[0] == "local":
        place = Path(request.directory) / (settings[1].get("path") or DEFAULT_NAME)
    elif settings is not None and request.untrusted:
        diags.error("Backend not used", f'The configuration names the backend "{settings[0]}", and '
                    "a run with -untrusted sends no credentials to a place that strangers chose. "
                    "Name a copy of the state with -state=FILE.")
    if leads_outside(request, place):
        diags.error("State outside the folder", f"The state is {os.path.realpath(place)}, and a "
                    "run with -untrusted reads no file outside the folder of the configuration. "
                    "Name the state with -state=FILE if it is the right one.")
    if settings is None or diags.has_errors:
        return LocalBackend(default, workspace=request.workspace, codec=codec)
    try:
        backend = open_settings(request, *settings, redactor, codec)
    except StateAccessError as error:
        diags.add(error.diagnostic)
        return LocalBackend(default, workspace=request.workspace)
    backend.origin = settings
    return backend


def configured(request: Request, root: Module | None, diags: Diagnostics,
               early: Early | None = None) -> tuple[str, dict[str, str]] | None:
    """The label and the arguments of the backend block; ``None`` where there is none, or errors."""
    if root is None or root.settings.backend is None:
        return None
    kind, content = root.settings.backend
    type_ = None if kind == "local" else backend_type(kind)
    where = content.source.range(content.start, content.end)
    if type_ is None and kind != "local":
        diags.error("Unsupported backend", f'There is no backend "{kind}". '
                    f"{did_you_mean(kind, backend_names())}".strip(), where,
                    hint="There are: " + ", ".join(backend_names()) + ".")
        return None
    for nested in content.blocks:
        diags.error("Unsupported block type", f'The backend "{kind}" has no blocks.',
                    content.source.range(nested.start, nested.header_end))
    early = early or early_values(request)
    early.enter(root)
    given = _arguments(kind, type_, content, root, early, diags)
    if type_ is not None:
        for setting in type_.settings:
            if setting.required and not given.get(setting.name) and not _from_environment(
                    type_, request).get(setting.name):
                also = f" or in {setting.environ[0]}" if setting.environ else ""
                diags.error("Missing required argument", f'The backend "{kind}" needs the argument '
                            f'"{setting.name}"{also}: {setting.doc}', where)
    return None if diags.has_errors else (kind, given)


def _arguments(kind: str, type_: BackendType | None, content: Content, root: Module, early: Early,
               diags: Diagnostics) -> dict[str, str]:
    known = {s.name: s for s in type_.settings} if type_ is not None else {}
    names = [*known, _LEASE] if type_ is not None else ["path"]
    given: dict[str, str] = {}
    for item in content.attributes:
        where = content.source.range(item.start, item.end)
        if item.name not in names:
            diags.error("Unsupported backend setting", f'The backend "{kind}" has no argument '
                        f'"{item.name}". {did_you_mean(item.name, names)}'.strip(), where)
            continue
        setting = known.get(item.name)
        if setting is not None and setting.unused:
            diags.warning("Backend setting without effect", f'"{item.name}": {setting.unused}',
                          where)
            continue
        found = early.text(Expression(item.expr, content.source), root, item.name, diags)
        if found is not None:
            given[item.name] = found
    return given


def open_settings(request: Request, kind: str, given: Mapping[str, str],
                  redactor: Redactor, codec: StateCodec = PLAIN) -> StateBackend:
    """The backend with that label and these arguments.

    Raises:
        StateAccessError: The arguments make no sense.
    """
    if kind == "local":
        return LocalBackend(Path(request.directory) / (given.get("path") or DEFAULT_NAME),
                            workspace=request.workspace, codec=codec)
    type_ = backend_type(kind)
    if type_ is None:
        raise StateAccessError(f'There is no backend "{kind}" in this installation.')
    settings = {s.name: s.default for s in type_.settings}
    settings |= _from_environment(type_, request) | {k: v for k, v in given.items() if k != _LEASE}
    for setting in type_.settings:
        if setting.secret and settings[setting.name]:
            redactor.add(settings[setting.name])
    try:
        store = type_.open(settings)
    except StoreError as error:
        raise StateAccessError(f'The backend "{kind}" cannot be used: {error.detail}',
                               hint=error.hint) from error
    return RemoteBackend(store, request.workspace, lease=_lease(given.get(_LEASE, "")),
                         codec=codec)


def _from_environment(type_: BackendType, request: Request) -> dict[str, str]:
    return {s.name: request.environ[name] for s in type_.settings for name in reversed(s.environ)
            if request.environ.get(name)}


def _lease(text: str) -> float:
    if not text:
        return DEFAULT_SECONDS
    try:
        found = float(text.removesuffix("s"))
    except ValueError:
        found = 0.0
    if not _SHORTEST_LEASE <= found <= 3600:
        raise StateAccessError(f'"{text}" is no length for "{_LEASE}": it is between 1 and 3600 '
                               "seconds, such as 30s.")
    return found


def open_session(backend: StateBackend, operation: str, request: Request, diags: Diagnostics, *,
                 stop: threading.Event | None = None) -> AbstractContextManager[StateSession]:
    """A session of a backend, locked or not as the request says; raises as the backend does."""
    return _opened(backend.session, backend, operation, request, diags, stop)


def open_rebuild(backend: StateBackend, operation: str, request: Request, diags: Diagnostics, *,
                 stop: threading.Event | None = None) -> AbstractContextManager[Rebuild]:
    """A lost state that may be written anew, locked as the request says; raises as the backend."""
    return _opened(backend.rebuild, backend, operation, request, diags, stop)


@contextmanager
def _opened(begin: Callable[..., AbstractContextManager[T]], backend: StateBackend, operation: str,
            request: Request, diags: Diagnostics, stop: threading.Event | None) -> Iterator[T]:
    """What *begin* opens, with the settings noted that it is used with."""
    _warn_unlocked(backend, request, diags)
    with begin(operation, lock_timeout=request.lock_timeout, lock=request.lock,
               stop=stop) as found:
        if backend.origin is not None:
            write_record(request, backend.origin)
        yield found


def _warn_unlocked(backend: StateBackend, request: Request, diags: Diagnostics) -> None:
    if not request.lock:
        if isinstance(backend, LocalBackend):
            diags.warning("The state is locked all the same", "-lock=false has no effect on a "
                          "local state: its lock ends with its process, and two writers at once "
                          "would damage it.")
        else:
            diags.warning("The state is not locked", "With -lock=false another run can work on the "
                          "same objects at the same time. Of the two, the first that writes to the "
                          "state shuts the other out.")
