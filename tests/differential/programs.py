"""Runs the steps of a configuration with either program."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import projections
from configurations import Step
from verdict import Said

Run = Callable[[Sequence[str], Path], tuple[int, str, str]]


class Terraform:
    """The reference program."""

    suffix = ".tf"

    def __init__(self, program: str) -> None:
        self.program = program
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
        self.environment |= {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}

    def run(self, args: Sequence[str], folder: Path) -> tuple[int, str, str]:
        """Status and output of a command."""
        done = subprocess.run([self.program, *args], cwd=folder, env=self.environment, text=True,
                              capture_output=True, timeout=300, check=False)
        return done.returncode, done.stdout, done.stderr

    def prepare(self, step: Step, folder: Path) -> tuple[int, str, str]:
        """What has to be done before a plan."""
        if not step.modules:
            return 0, "", ""
        return self.run(["init", "-input=false", "-no-color"], folder)


class Vbrprov:
    """Ours."""

    suffix = ".vbr.hcl"

    def __init__(self, run: Run) -> None:
        self.run = run

    def prepare(self, step: Step, folder: Path) -> tuple[int, str, str]:
        """Nothing has to be done before a plan."""
        return 0, "", ""


def write(files: Mapping[str, str], folder: Path) -> None:
    """Put files into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def play(program: Terraform | Vbrprov, steps: Sequence[Step], folder: Path) -> list[Said]:
    """Plan and apply step after step, then plan once more; ends at the first error."""
    said: list[Said] = []
    for number, step in enumerate(steps):
        write(step.files(program.suffix), folder)
        partial = any(option.startswith("-target") for option in step.options)
        status, _, err = program.prepare(step, folder)
        if status:
            return [*said, Said(f"plan {number}", 1, errors=err)]
        status, _, err = program.run(
            ["plan", "-input=false", "-no-color", "-out=saved", *step.options], folder)
        if status:
            return [*said, Said(f"plan {number}", status, errors=err, partial=partial)]
        _, out, _ = program.run(["show", "-json", "saved"], folder)
        said.append(Said(f"plan {number}", 0, projections.plan(
            json.loads(out), theirs=isinstance(program, Terraform), partial=partial),
            partial=partial))
        status, _, err = program.run(
            ["apply", "-input=false", "-no-color", "-auto-approve", "saved"], folder)
        said.append(Said(f"apply {number}", status, errors=err))
        if status:
            return said
        if partial:
            # Which outputs take part is decided otherwise, so that what follows differs.
            return said
        _, out, _ = program.run(["show", "-json"], folder)
        said.append(Said(f"state {number}", 0, projections.values(
            json.loads(out).get("values") or {}, echo=isinstance(program, Terraform))))
    status, out, err = program.run(
        ["plan", "-input=false", "-no-color", "-detailed-exitcode"], folder)
    return [*said, Said("last plan", status, errors=err if status == 1 else "")]
