"""Loads and plans configurations given as text, several files each."""

from __future__ import annotations

import textwrap
from pathlib import Path

from vbrprov.config import DiskFiles, Module, load
from vbrprov.diag import Diagnostics
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Options, Plan
from vbrprov.secrets import Redactor
from vbrprov.state.model import StateData
from vbrprov.syntax import parse_config
from vbrprov.workflow.plan import make_plan
from vbrprov.workflow.prepare import prepare
from vbrprov.workflow.registry import ProviderRegistry
from vbrprov.workflow.request import Request


def write(folder: Path, files: dict[str, str]) -> None:
    """Files by name without ``.vbr.hcl``; a dot in the name keeps it as it is."""
    for name, text in files.items():
        full = name if "." in name else f"{name}.vbr.hcl"
        (folder / full).write_text(textwrap.dedent(text), encoding="utf-8")


def loaded(folder: Path, files: dict[str, str]) -> tuple[Module, Diagnostics]:
    """The module that *files* make."""
    write(folder, files)
    return load(str(folder), DiskFiles(), parse_config)


def planned(folder: Path, files: dict[str, str]) -> tuple[Plan | None, Diagnostics]:
    """What *files* plan, without reading any service."""
    write(folder, files)
    diags = Diagnostics()
    prepared = prepare(Request(directory=str(folder)), diags, Redactor())
    if prepared is None:
        return None, diags
    environment = Environment(registry=ProviderRegistry())
    return make_plan(prepared, StateData(), Options(), environment, diags,
                     validating=True).plan, diags


def places(diags: Diagnostics, folder: Path) -> list[tuple[str, str, str]]:
    """Summary, file and source text of every error."""
    out = []
    for found in diags:
        assert found.subject is not None
        path = Path(found.subject.filename)
        raw = path.read_bytes()[found.subject.start.byte:found.subject.end.byte]
        out.append((found.summary, str(path.relative_to(folder)), raw.decode()))
    return out
