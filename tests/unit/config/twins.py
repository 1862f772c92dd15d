"""Runs one configuration through Terraform and through this program."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from twin_cases import Files

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


def terraform(files: Files, folder: Path, program: str) -> dict[str, Any] | None:
    """What Terraform plans; ``None`` when it refuses."""
    write(files, folder, "terraform")
    if any(name.startswith("child/") for name in files) and not _run(
            folder, [program, "init", "-no-color"]):
        return None
    if not _run(folder, [program, "plan", "-no-color", "-input=false", "-out=p", "-lock=false"]):
        return None
    return _plan(subprocess.run([program, "show", "-json", "p"], cwd=folder, env=_environment(),
                                capture_output=True, check=True, timeout=60).stdout)


def ours(files: Files, folder: Path) -> dict[str, Any] | None:
    """What this program plans; ``None`` when it refuses."""
    write(files, folder, "vbrprov")
    program = [sys.executable, "-m", "vbrprov"]
    if not _run(folder, [*program, "plan", "-out=p"]):
        return None
    return _plan(subprocess.run([*program, "show", "-json", "p"], cwd=folder, env=_environment(),
                                capture_output=True, check=True, timeout=60).stdout)


def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TF_", "VBRPROV_"))}
    return {**kept, "CHECKPOINT_DISABLE": "1"}


def _run(folder: Path, command: list[str]) -> bool:
    done = subprocess.run(command, cwd=folder, env=_environment(), capture_output=True,
                          check=False, timeout=60)
    assert b"Traceback" not in done.stdout + done.stderr, done.stderr.decode()
    (folder / "log.txt").write_bytes(done.stdout + done.stderr)
    return done.returncode in (0, 2)


def _plan(raw: bytes) -> dict[str, Any]:
    document = json.loads(raw)
    changes = {
        change["address"]: (change["change"]["actions"], change["change"]["after"],
                            change["change"]["after_unknown"])
        for change in document.get("resource_changes", ())}
    outputs = {
        name: (change["actions"], change["after"], change["after_unknown"],
               change["after_sensitive"])
        for name, change in document.get("output_changes", {}).items()}
    return {"changes": changes, "outputs": outputs}
