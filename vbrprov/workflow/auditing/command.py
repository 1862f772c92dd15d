"""What ``vbrprov audit`` does."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack, suppress

from vbrprov.addrs import sort_key
from vbrprov.config.load import SUFFIX, DiskFiles, Files
from vbrprov.diag import Diagnostics
from vbrprov.plan.model import Options
from vbrprov.plan.planner import Planner
from vbrprov.plan.refresh import Refresher
from vbrprov.platform_.signals import InterruptWatcher
from vbrprov.rules.audit import Audit, Audited
from vbrprov.sdk.resource import ProviderError
from vbrprov.state.errors import StateError
from vbrprov.state.model import StateData
from vbrprov.workflow.auditing.judging import findings
from vbrprov.workflow.auditing.listed import listed, lists, types_of
from vbrprov.workflow.auditing.model import Connection, Known
from vbrprov.workflow.auditing.reading import Reading
from vbrprov.workflow.auditing.recorded import connections, recorded
from vbrprov.workflow.auditing.storages import storages
from vbrprov.workflow.planning import Started, Surroundings, start
from vbrprov.workflow.request import Request


class _Nothing(DiskFiles):
    """A folder without any configuration, as one whose configuration is empty."""

    def names(self, directory: str) -> list[str]:
        """One file that is not on the disk."""
        return [f"none{SUFFIX}"]

    def read(self, path: str) -> bytes:
        """Nothing."""
        return b""


def audit_command(request: Request, runtime: Surroundings, *,
                  only_recorded: bool = False) -> Audit | None:
    """Judge what is recorded and, unless *only_recorded*, everything that the services list.

    ``None`` after errors, which are reported.
    """
    files: Files = DiskFiles()
    if not any(name.endswith((SUFFIX, ".vbr.json")) for name in files.names(request.directory)):
        files = _Nothing()
    started = start(request, runtime, progress=False, files=files)
    if started is None:
        return None
    with InterruptWatcher(started.environment.on_signal) as watcher:
        started.environment.stop = watcher.stop
        started.environment.abandon = watcher.abandon
        try:
            state, found = started.backend.read()
        except StateError as error:
            runtime.diags.add(error.diagnostic)
            return None
        runtime.diags.extend(found)
        if found.has_errors:
            return None
        audit = _audit(started, state, request, runtime.diags, only_recorded=only_recorded)
        if watcher.stop.is_set():
            runtime.diags.error("Interrupted", "The audit was interrupted; it is not complete.")
            return None
    return audit


def _audit(started: Started, state: StateData, request: Request, diags: Diagnostics, *,
           only_recorded: bool) -> Audit | None:
    environment = started.environment
    # A refresh-only plan that reads nothing: it evaluates providers, data sources and what blocks
    # say about rules. What is recorded is read later, so that one denied read stops nothing.
    planner = Planner(
        started.prepared.graph, state, started.prepared.values,
        Options(refresh=False, refresh_only=True, parallelism=request.options.parallelism),
        environment, started.prepared.context,
        refresher=Refresher(environment, state.lineage, read=False))
    with ExitStack() as opened:
        opened.callback(planner.clients.close)
        opened.callback(planner.ephemerals.close, diags)
        planner.run()
        diags.extend(planner.diags)
        if diags.has_errors:
            return None
        made = connections(planner, environment)
        for each in made:
            if each.text not in planner.clients.made():
                opened.callback(_close, each, planner)
        reading = Reading(environment, state.lineage)
        opened.callback(reading.close)
        return _survey(planner, made, reading, diags, only_recorded=only_recorded)


def _survey(planner: Planner, made: list[Connection], reading: Reading, diags: Diagnostics, *,
            only_recorded: bool) -> Audit | None:
    environment = planner.environment
    objects = {each.facts.address: each for each in recorded(planner, reading)}
    there = any(each.facts.mode == "managed" for each in objects.values())
    if not there and (only_recorded or not _any_lists(made, planner)):
        diags.error(
            "Nothing to audit", "The state has no objects." if only_recorded else
            "There is no state, and no provider is configured that lists objects.",
            hint='Add provider "veeam" {} to the configuration, or set VBRPROV_VEEAM_SERVER, '
                 "VBRPROV_VEEAM_USERNAME and VBRPROV_VEEAM_PASSWORD.")
        return None
    ids = {(each.facts.type_name, each.import_id) for each in objects.values()
           if each.facts.mode == "managed"}
    if not only_recorded:
        objects |= _by_address(listed(made, environment, reading, ids))
    objects |= _by_address(storages(list(objects.values()), made, environment, reading, ids))
    objects = _without_doubles(objects)
    return Audit(
        {address: Audited(address, each.facts.type_name, each.import_id, each.provider,
                          each.facts.live is not None)
         for address, each in sorted(objects.items(), key=lambda item: sort_key(item[0]))},
        findings(objects, reading.unread, environment), reading.unread)


def _by_address(found: Iterable[Known]) -> dict[str, Known]:
    return {known.facts.address: known for known in found}


def _without_doubles(objects: dict[str, Known]) -> dict[str, Known]:
    """*objects* without data sources that show an object which is there by itself."""
    whole = {_identity(each) for each in objects.values() if each.facts.mode == "managed"}
    return {address: each for address, each in objects.items()
            if each.facts.mode == "managed" or _identity(each) not in whole}


def _identity(known: Known) -> tuple[str, str]:
    # Ids of Azure are the same in upper and lower case.
    return known.facts.type_name, known.import_id.lower()


def _any_lists(made: list[Connection], planner: Planner) -> bool:
    return any(lists(kind) for each in made for kind in types_of(planner.environment, each.name))


def _close(connection: Connection, planner: Planner) -> None:
    provider = planner.environment.registry.provider(connection.name)
    assert provider is not None
    with suppress(ProviderError):
        provider.config().close(connection.client)
