"""Copies of a whole state: taking one out, and putting one back."""

from __future__ import annotations

from pathlib import Path

from vbrprov.state.errors import StaleStateError, StateError
from vbrprov.state.framing import START_HASH
from vbrprov.state.model import StateData
from vbrprov.state.session import StateSession
from vbrprov.state.snapshot import JournalPlace, decode_snapshot, encode_snapshot
from vbrprov.workflow.backend import open_session
from vbrprov.workflow.planning import Surroundings
from vbrprov.workflow.request import Request
from vbrprov.workflow.states import find_backend


def pull(request: Request, runtime: Surroundings) -> bytes | None:
    """The state as one document, as ``push`` takes it; ``None`` after errors.

    It is encrypted where the state is, and holds what an interrupted run left open.
    """
    backend = find_backend(request, runtime)
    if backend is None:
        return None
    try:
        state, found = backend.read()
        runtime.diags.extend(found)
        if found.has_errors:
            return None
        return backend.codec.seal(
            "state", encode_snapshot(state, JournalPlace(0, START_HASH, 0), []),
            lineage=state.lineage, serial=state.serial)
    except StateError as error:
        runtime.diags.add(error.diagnostic)
        return None


def push(request: Request, runtime: Surroundings, name: str, raw: bytes, *, force: bool) -> bool:
    """Put a document of ``pull`` in the place of the state; whether anything was changed.

    Args:
        request: Where the state is.
        runtime: Where messages go.
        name: What to call the document.
        raw: Its content.
        force: Take an older one, too.
    """
    diags = runtime.diags
    backend = find_backend(request, runtime)
    if backend is None:
        return False
    try:
        where = f"The document {name}"
        pushed = decode_snapshot(Path(name), backend.codec.open("state", raw, where)).to_data()
        backend.codec.settle(pushed)
        with open_session(backend, "state push", request, diags) as session:
            diags.extend(session.diagnostics)
            _check(session.data, pushed, force=force)
            return _replace(session, pushed)
    except StaleStateError as error:
        diags.error("State not pushed", error.detail, hint=error.hint)
    except StateError as error:
        diags.add(error.diagnostic)
    return False


def _check(data: StateData, pushed: StateData, *, force: bool) -> None:
    if data.lineage and pushed.lineage != data.lineage:
        raise StaleStateError(
            f'It belongs to another stack: its lineage is "{pushed.lineage}", the state\'s is '
            f'"{data.lineage}". No option goes round that: it would lose all that is recorded.')
    if pushed.serial < data.serial and not force:
        raise StaleStateError(
            f"It is older: its serial is {pushed.serial}, the state's is {data.serial}.",
            hint="To lose what was recorded since, add -force.")
    if pushed.serial == data.serial and not force and not _same(data, pushed):
        raise StaleStateError(
            f"It has the same serial as the state, {data.serial}, but another content.",
            hint="Pull the state and begin with that; or add -force.")
    unknown = data.intents.keys() - pushed.intents.keys()
    if unknown:
        raise StaleStateError(
            f"The state has {len(unknown)} open operations of an interrupted run that the document "
            "does not know of.", hint="Find out first what became of them: vbrprov apply")


def _same(data: StateData, pushed: StateData) -> bool:
    return (data.instances, data.outputs, data.checks, data.intents) == (
        pushed.instances, pushed.outputs, pushed.checks, pushed.intents)


def _replace(session: StateSession, pushed: StateData) -> bool:
    data = session.data
    if data.lineage and _same(data, pushed) and pushed.serial <= data.serial:
        return False
    session.take_on(pushed.lineage, pushed.serial)
    session.begin(len(pushed.instances))
    gone = data.instances.keys() - pushed.instances.keys()
    session.move(list(gone), list(pushed.instances.values()))
    session.set_outputs(pushed.outputs)
    session.set_checks(pushed.checks)
    session.intents([i for op, i in pushed.intents.items() if op not in data.intents])
    return True
