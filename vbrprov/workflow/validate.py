"""Checking a configuration by itself."""

from __future__ import annotations

from vbrprov.config import Module, load
from vbrprov.config.load import DiskFiles
from vbrprov.config.testpaths import test_paths
from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Options
from vbrprov.state.model import StateData
from vbrprov.syntax import parse_config
from vbrprov.workflow.plan import make_plan
from vbrprov.workflow.prepare import prepare
from vbrprov.workflow.request import Request


def validate_tests(request: Request, folder: str, diags: Diagnostics) -> dict[str, SourceFile]:
    """Whether the test files can be read; their texts."""
    paths = test_paths(request.directory, folder, DiskFiles())
    if not paths:
        return {}
    from vbrprov.config.testblocks import FileReader

    reader = FileReader(DiskFiles(), parse_config, diags)
    for path in paths:
        reader.test_file(path)
    return reader.sources


def validate(request: Request, environment: Environment, diags: Diagnostics) -> Module | None:
    """Everything that can be said without a state, credentials or values of variables."""
    prepared = prepare(request, diags, environment.redactor)
    if prepared is None:
        # For the excerpts in the diagnostics.
        root, _ = load(request.directory, DiskFiles(), parse_config)
        return root
    make_plan(prepared, StateData(), Options(), environment, diags, validating=True)
    return prepared.root
