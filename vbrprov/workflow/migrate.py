"""Moving the states of a folder from one backend to another."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import msgspec

from vbrprov.state.backend import StateBackend
from vbrprov.state.codec import StateCodec
from vbrprov.state.errors import StateError
from vbrprov.state.model import StateData
from vbrprov.workflow.backend import configured, open_settings
from vbrprov.workflow.encryption import encryption_of
from vbrprov.workflow.planning import Surroundings
from vbrprov.workflow.recorded import LOCAL, Settings, is_same, recorded, with_secrets, write_record
from vbrprov.workflow.request import Request
from vbrprov.workflow.states import settings_module


class DifferentStateError(StateError):
    """What was written does not read back as what it was."""

    summary = "State not moved"


def reconfigure(request: Request, runtime: Surroundings, tell: Callable[[str], None], *,
                migrate: bool, forget: bool) -> None:
    """Record the backend of the settings; with *migrate*, move the states there first.

    Args:
        request: The folder.
        runtime: Where errors go.
        tell: Told of each state that was moved.
        migrate: Move the states from where they are.
        forget: Leave them, and use whatever is in the new place.
    """
    root = settings_module(request, runtime)
    settings = configured(request, root, runtime.diags)
    codec = encryption_of(request, root, runtime.redactor, runtime.diags).state
    if runtime.diags.has_errors:
        return
    wanted, found = settings or LOCAL, recorded(request)
    if found is not None and not is_same(found, wanted):
        if not migrate and not forget:
            runtime.diags.error(
                "Backend changed", f'The state was kept in the backend "{found[0]}" so far.',
                hint="Add -migrate-state to move it, or -reconfigure to use what is in the new "
                "place.")
            return
        if migrate and not _move_all(request, found, wanted, runtime, codec, tell):
            return
    if settings is not None or found is not None:
        write_record(request, wanted)


def _move_all(request: Request, found: Settings, wanted: Settings, runtime: Surroundings,
              codec: StateCodec, tell: Callable[[str], None]) -> bool:
    try:
        source = open_settings(request, *with_secrets(found, wanted), runtime.redactor, codec)
        target = open_settings(request, *wanted, runtime.redactor, codec)
        for workspace in source.workspaces():
            count = _move(source.for_workspace(workspace), target.for_workspace(workspace),
                          request.lock_timeout)
            if count is not None:
                tell(f'Moved the state of the workspace "{workspace}" ({count} objects) to '
                     f"{target.description}.")
    except StateError as error:
        runtime.diags.add(error.diagnostic)
        return False
    tell(f"The old states are left as they are, in {source.description}.")
    return True


def _move(source: StateBackend, target: StateBackend, timeout: float) -> int | None:
    """Copy one state while both are locked; the number of objects, ``None`` for no state at all.

    Raises:
        StateError: Either cannot be read or written, the target holds something else, or what was
            written does not read back the same.
    """
    with source.session("init -migrate-state", lock_timeout=timeout) as old:
        if not old.data.lineage:
            return None
        with target.session("init -migrate-state", lock_timeout=timeout) as new:
            new.replace(old.data)
        copy, found = target.read()
        if found.has_errors or checksum(copy) != checksum(old.data):
            raise DifferentStateError(f"The state in {target.description} does not read back as "
                                      "it was written. The old one is still in use.")
        return len(copy.instances)


def checksum(data: StateData) -> str:
    """The SHA-256 of a state's content, without its serial."""
    content = (data.lineage, [data.instances[key] for key in sorted(data.instances)],
               dict(sorted(data.outputs.items())), data.checks,
               [data.intents[op] for op in sorted(data.intents)])
    return sha256(msgspec.json.encode(content)).hexdigest()
