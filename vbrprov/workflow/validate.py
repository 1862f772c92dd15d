"""Checking a configuration by itself."""

from __future__ import annotations

import os
import sys

from vbrprov.config import Module, load
from vbrprov.config.testpaths import test_paths
from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.graph import Graph
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Options
from vbrprov.state.model import StateData
from vbrprov.syntax import parse_config
from vbrprov.workflow.plan import make_plan
from vbrprov.workflow.prepare import installed, prepare
from vbrprov.workflow.request import Request
from vbrprov.workflow.validated import Validated


def validate_tests(request: Request, folder: str, diags: Diagnostics) -> dict[str, SourceFile]:
    """Whether the test files can be read; their texts."""
    paths = test_paths(request.directory, folder, request.files())
    if not paths:
        return {}
    from vbrprov.config.testblocks import FileReader

    reader = FileReader(request.files(), parse_config, diags)
    for path in paths:
        reader.test_file(path)
    return reader.sources


def validate(request: Request, environment: Environment, diags: Diagnostics) -> Module | None:
    """Everything that can be said without a state, credentials or values of variables.

    The modules, for the excerpts in diagnostics; ``None`` when a run before this one found nothing
    in the same configuration.
    """
    validated = Validated(request)
    if validated.known():
        return None
    prepared = prepare(request, diags, environment.redactor)
    if prepared is None:
        # For the excerpts in the diagnostics.
        root, _ = load(request.directory, request.files(), parse_config,
                       installed(request, environment.redactor))
        return root
    make_plan(prepared, StateData(), Options(strict=request.options.strict), environment, diags,
              validating=True)
    if not len(diags):
        validated.remember(prepared.root, _folders(prepared.graph, environment))
    return prepared.root


def _folders(graph: Graph, environment: Environment) -> set[str]:
    """Where the code of the providers in use lies, and what they share."""
    names = {key[2].partition(".")[0] for key in graph.nodes if key[1] == "provider"}
    found = (environment.registry.provider(name) for name in names)
    packages = {provider.package.partition(".")[0] for provider in found if provider is not None}
    packages |= {name for name in sys.modules if name.startswith("vbrprov_") and "." not in name}
    files = (sys.modules[name].__file__ for name in packages)
    return {os.path.dirname(file) for file in files if file}  # noqa: PTH120  # a string is wanted
