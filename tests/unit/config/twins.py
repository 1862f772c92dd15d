"""Runs one configuration through Terraform and through this program."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
from twin_values import Files

from vbrprov.diag import Diagnostics
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Options
from vbrprov.secrets import Redactor
from vbrprov.state.model import StateData
from vbrprov.views.json.plan import plan_json
from vbrprov.workflow.plan import make_plan
from vbrprov.workflow.prepare import prepare
from vbrprov.workflow.registry import ProviderRegistry
from vbrprov.workflow.request import Request

SUFFIXES = {"terraform": {"hcl": "tf", "json": "tf.json"},
            "vbrprov": {"hcl": "vbr.hcl", "json": "vbr.json"}}


def find() -> str | None:
    """The program to compare with."""
    return shutil.which("terraform")


def write(files: Files, folder: Path, program: str) -> None:
    """Write the files of a case as *program* names them."""
    for name, content in files.items():
        stem, _, kind = name.rpartition(".")
        target = folder / f"{stem}.{SUFFIXES[program][kind]}"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8", newline="")


def theirs(files: Files, folder: Path, program: str) -> dict[str, Any] | None:
    """What Terraform plans; ``None`` when it refuses."""
    write(files, folder, "terraform")
    modules = any("/" in name for name in files)
    if modules and _run(folder, program, "init", "-no-color") is None:
        return None
    if _run(folder, program, "plan", "-no-color", "-input=false", "-out=p", "-lock=false") is None:
        return None
    shown = _run(folder, program, "show", "-json", "p")
    assert shown is not None
    return _comparable(json.loads(shown))


def _run(folder: Path, *command: str) -> bytes | None:
    """What a command prints; ``None`` when it fails."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    done = subprocess.run(command, cwd=folder, env={**kept, "CHECKPOINT_DISABLE": "1"},
                          capture_output=True, check=False, timeout=60)
    return None if done.returncode else done.stdout


def ours(files: Files, folder: Path) -> tuple[dict[str, Any] | None, Diagnostics]:
    """What this program plans, or ``None`` when it refuses, and what it says."""
    write(files, folder, "vbrprov")
    diags = Diagnostics()
    prepared = prepare(Request(directory=str(folder)), diags, Redactor())
    if prepared is None:
        return None, diags
    environment = Environment(registry=ProviderRegistry())
    planned = make_plan(prepared, StateData(), Options(), environment, diags)
    if diags.has_errors:
        return None, diags
    shown = plan_json(planned.plan, prepared.root, planned.state, environment.registry)
    return _comparable(msgspec.json.decode(msgspec.json.encode(shown))), diags


def _comparable(plan: dict[str, Any]) -> dict[str, Any]:
    """What both programs must agree on."""
    out: dict[str, Any] = {"changes": {}, "outputs": {}}
    for item in plan.get("resource_changes", ()):
        change = item["change"]
        out["changes"][item["address"]] = {
            "actions": change["actions"], "after": _numbers(change["after"]),
            "unknown": _pruned(change["after_unknown"])}
    for name, change in plan.get("output_changes", {}).items():
        # A plan of ours never shows a sensitive value.
        hidden = change["after_sensitive"] is True
        out["outputs"][name] = {
            "actions": change["actions"], "sensitive": change["after_sensitive"],
            "unknown": _pruned(change["after_unknown"]),
            "after": None if hidden else _numbers(change["after"])}
    return out


def _numbers(value: Any) -> Any:
    """The value with every number that JSON cannot hold exactly as near as it can."""
    if isinstance(value, dict):
        if set(value) == {"$number"}:
            return float(value["$number"])
        return {k: _numbers(v) for k, v in value.items()}
    return [_numbers(v) for v in value] if isinstance(value, list) else value


def _pruned(value: Any) -> Any:
    """Which parts are unknown, without the parts of which none is."""
    if isinstance(value, dict):
        return {k: found for k, v in value.items() if (found := _pruned(v))}
    if isinstance(value, list):
        found = [_pruned(v) for v in value]
        return found if any(found) else []
    return value
