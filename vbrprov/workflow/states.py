"""Reading a state for commands that only look."""

from __future__ import annotations

import re

from vbrprov.config import Module, load
from vbrprov.config.load import JSON_SUFFIX, SUFFIX, DiskFiles
from vbrprov.diag import Diagnostics
from vbrprov.state.backend import StateBackend
from vbrprov.state.codec import StateCodec
from vbrprov.state.errors import StateError
from vbrprov.state.model import StateData
from vbrprov.syntax.cache import ParseCache
from vbrprov.workflow.backend import open_backend
from vbrprov.workflow.encryption import encryption_of
from vbrprov.workflow.planning import Surroundings
from vbrprov.workflow.prepare import installed
from vbrprov.workflow.request import Request


def find_backend(request: Request, runtime: Surroundings) -> StateBackend | None:
    """Where the state of the folder is kept; ``None`` after errors."""
    sandbox_dir = None
    if request.sandbox:
        from vbrprov.sandbox import running

        info = running()
        if info is None:
            runtime.diags.error("No sandbox is running", "Start one with: vbrprov sandbox start")
            return None
        sandbox_dir = info.state_dir(request.directory)
    root = settings_module(request, runtime)
    codecs = encryption_of(request, root, runtime.redactor, runtime.diags)
    if runtime.diags.has_errors:
        return None
    return open_backend(request, root, runtime.diags, sandbox_dir, redactor=runtime.redactor,
                        codec=codecs.state)


def read_state(request: Request, runtime: Surroundings) -> StateData | None:
    """The state of the folder; ``None`` after errors."""
    backend = find_backend(request, runtime)
    if backend is None or runtime.diags.has_errors:
        return None
    try:
        state, found = backend.read()
    except StateError as error:
        runtime.diags.add(error.diagnostic)
        return None
    runtime.diags.extend(found)
    return None if found.has_errors else state


def plan_codec(request: Request, runtime: Surroundings) -> StateCodec:
    """What opens the saved plans of the folder.

    Raises:
        StateError: The settings cannot be used; what is wrong was reported.
    """
    root = settings_module(request, runtime, rb"\bencryption\b")
    codecs = encryption_of(request, root, runtime.redactor, runtime.diags)
    if runtime.diags.has_errors:
        raise StateError("The plan cannot be read without the encryption settings.")
    return codecs.plan


def settings_module(request: Request, runtime: Surroundings,
                    words: bytes = rb"\b(backend|encryption)\b") -> Module | None:
    """The configuration, parsed only when some file of it may say how the state is kept."""
    files = DiskFiles()
    try:
        names = [n for n in files.names(request.directory) if n.endswith((SUFFIX, JSON_SUFFIX))]
        texts = [files.read(f"{request.directory}/{n}") for n in names]
    except OSError:
        return None
    if not any(re.search(words, text) for text in texts):
        return None
    root, found = load(request.directory, files, ParseCache().parse,
                       installed(request, runtime.redactor))
    runtime.add_sources(root)
    # With errors elsewhere in the configuration its backend still counts: a command that looks at
    # a state must not look at another one because of a typing mistake.
    settings = root.settings
    if settings.backend is None and settings.encryption is None and found.has_errors:
        runtime.diags.extend(Diagnostics(found))
    return root
