"""moved, removed and import blocks: the same plans and the same errors as Terraform."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from refactorings import CASES, Files
from reference import find

from vbrprov.cli.runtime import Runtime
from vbrprov.plan.model import Options
from vbrprov.views.json.plan import change_json
from vbrprov.workflow.apply import apply
from vbrprov.workflow.planning import plan_command, start
from vbrprov.workflow.request import Request

#: What is compared of a change.
Row = tuple[str, str, str, str, str]


def _lay_out(folder: Path, files: Files, ending: str) -> None:
    for old in folder.rglob(f"*{ending}"):
        old.unlink()
    for name, text in files.items():
        target = folder / f"{name}{ending}"
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")


def _rows(changes: Iterable[dict[str, Any]]) -> set[Row]:
    """What the changes say; what just stays as it is, is left out."""
    rows = {(c["address"], c.get("previous_address", ""), "/".join(c["change"]["actions"]),
             c.get("action_reason", ""), c["change"].get("importing", {}).get("id", ""))
            for c in changes}
    return {row for row in rows if row[1:] != ("", "no-op", "", "")}


def _theirs(program: str, folder: Path, before: Files, after: Files,
            args: tuple[str, ...]) -> tuple[set[Row], set[str]]:
    def run(*given: str) -> subprocess.CompletedProcess[str]:
        env = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
        return subprocess.run([program, *given], cwd=folder, capture_output=True, text=True,
                              timeout=120, check=False, env={**env, "CHECKPOINT_DISABLE": "1"})

    _lay_out(folder, before, ".tf")
    run("init", "-input=false")
    done = run("apply", "-auto-approve", "-no-color")
    assert done.returncode == 0, done.stderr
    _lay_out(folder, after, ".tf")
    done = run("get", "-no-color")
    if done.returncode == 0:
        done = run("plan", "-no-color", "-out=plan", *args)
    if done.returncode:
        return set(), set(re.findall(r"^Error: (.*)$", done.stderr, re.MULTILINE))
    shown = json.loads(run("show", "-json", "plan").stdout)
    return _rows(shown.get("resource_changes", ())), set()


def _ours(folder: Path, before: Files, after: Files,
          args: tuple[str, ...]) -> tuple[set[Row], set[str]]:
    _lay_out(folder, before, ".vbr.hcl")
    runtime = Runtime(no_color=True)
    request = Request(directory=".")
    if before["main"]:
        started = start(request, runtime)
        assert started is not None
        apply(request, started.prepared, started.backend, started.environment, runtime.diags,
              lambda plan: True)
        assert not runtime.diags, list(runtime.diags)
    _lay_out(folder, after, ".vbr.hcl")
    runtime = Runtime(no_color=True)
    targets = tuple(a.removeprefix("-target=") for a in args if a.startswith("-target="))
    request = Request(directory=".", options=Options(destroy="-destroy" in args, targets=targets))
    result = plan_command(request, runtime)
    if result is None or runtime.diags.has_errors:
        return set(), {d.summary for d in runtime.diags if d.is_error}
    registry = result.started.environment.registry
    return _rows(change_json(c, registry) for c in result.planned.plan.changes), set()


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(CASES)))
def test_same_as_terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    program = find()
    if program is None:
        pytest.skip("there is no terraform")
    before, after, args = CASES[number]
    for name in ("theirs", "ours"):
        (tmp_path / name).mkdir()
    theirs = _theirs(program, tmp_path / "theirs", before, after, args)
    monkeypatch.chdir(tmp_path / "ours")
    assert _ours(tmp_path / "ours", before, after, args) == theirs
