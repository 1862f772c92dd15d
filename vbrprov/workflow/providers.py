"""Which providers a configuration and its state require."""

from __future__ import annotations

from vbrprov.config import DiskFiles, load
from vbrprov.config.requirements import Requirements, requirements
from vbrprov.syntax import parse_config
from vbrprov.workflow.planning import Surroundings
from vbrprov.workflow.prepare import installed
from vbrprov.workflow.request import Request
from vbrprov.workflow.states import read_state


def of_configuration(request: Request, runtime: Surroundings) -> Requirements | None:
    """The providers of every module; ``None`` after errors."""
    root, found = load(request.directory, DiskFiles(), parse_config,
                       installed(request, runtime.redactor))
    runtime.add_sources(root)
    runtime.diags.extend(found)
    return None if found.has_errors else requirements(root)


def of_state(request: Request, runtime: Surroundings) -> set[str]:
    """Local names of the providers of everything that is recorded."""
    state = read_state(request, runtime)
    return set() if state is None else {
        instance.provider.rpartition("provider.")[2].partition(".")[0]
        for instance in state.instances.values()}
