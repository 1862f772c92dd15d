"""Checking a configuration by itself."""

from __future__ import annotations

from vbrprov.config import Module, load
from vbrprov.config.load import DiskFiles
from vbrprov.diag import Diagnostics
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Options
from vbrprov.state.model import StateData
from vbrprov.syntax import parse_config
from vbrprov.workflow.plan import make_plan
from vbrprov.workflow.prepare import installed, prepare
from vbrprov.workflow.request import Request


def validate(request: Request, environment: Environment, diags: Diagnostics) -> Module | None:
    """Everything that can be said without a state, credentials or values of variables."""
    prepared = prepare(request, diags, environment.redactor)
    if prepared is None:
        # For the excerpts in the diagnostics.
        root, _ = load(request.directory, DiskFiles(), parse_config,
                       installed(request, environment.redactor))
        return root
    make_plan(prepared, StateData(), Options(), environment, diags, validating=True)
    return prepared.root
