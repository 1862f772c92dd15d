"""Runs the steps of a configuration with both programs and compares what they say."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import projections
from configurations import Step

Run = Callable[[Sequence[str], Path], tuple[int, str, str]]


@dataclass(frozen=True, slots=True)
class Said:
    """What a program said in one command: whether it did it, and the comparable part."""

    what: str
    status: int
    value: Any = None
    errors: str = ""


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
        status, _, err = program.prepare(step, folder)
        if status:
            return [*said, Said(f"plan {number}", 1, errors=err)]
        status, _, err = program.run(
            ["plan", "-input=false", "-no-color", "-out=saved", *step.options], folder)
        if status:
            return [*said, Said(f"plan {number}", status, errors=err)]
        _, out, _ = program.run(["show", "-json", "saved"], folder)
        partial = any(option.startswith("-target") for option in step.options)
        said.append(Said(f"plan {number}", 0, projections.plan(json.loads(out), partial=partial)))
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
            json.loads(out).get("values") or {})))
    status, out, err = program.run(
        ["plan", "-input=false", "-no-color", "-detailed-exitcode"], folder)
    return [*said, Said("last plan", status, errors=err if status == 1 else "")]


#: Places of planned values.
_PLANNED = re.compile(r"/after(_unknown)?(/|$)|/planned/resources/.*/values/"
                      r"|/planned/outputs/[^/]*/(value|type)")
#: Differences that are meant: what the errors of one program hold, and why that is so.
MEANT = {
    "trigger-of-nothing": ("theirs", "no change found for"),
    "fault-of-terraform": ("theirs", "this is a bug in Terraform"),
    "sensitive-echo": ("ours", "Output refers to sensitive values"),
}


def meant(theirs: Sequence[Said], ours: Sequence[Said]) -> str:
    """Which of the differences that are meant this is."""
    for name, (whose, text) in MEANT.items():
        said = theirs if whose == "theirs" else ours
        if text in " ".join(said[-1].errors.split()):
            return name
    return ""


def differ(theirs: Sequence[Said], ours: Sequence[Said]) -> str:
    """What is said otherwise first; nothing when all is alike."""
    for left, right in zip(theirs, ours, strict=False):
        if (left.what, left.status) != (right.what, right.status):
            return f"{left.what}: {left.status}, ours {right.what}: {right.status}\n" \
                   f"{left.errors}\n{right.errors}"
        found = leaves(left.value, right.value)
        # What Terraform knows earlier about a value must still turn out the same after apply.
        if found and not all(_known_later(at, ours_says) for at, _, ours_says in found):
            return f"{left.what}:\n" + "; ".join(
                f"{at}: {one!r}, ours {other!r}" for at, one, other in found)
    if len(theirs) != len(ours):
        return f"{len(theirs)} commands, ours {len(ours)}"
    return ""


def _known_later(at: str, ours_says: Any) -> bool:
    return ours_says is (True if "/after_unknown" in at else None) and bool(_PLANNED.search(at))


def leaves(left: Any, right: Any, at: str = "") -> list[tuple[str, Any, Any]]:
    """Where two documents differ, with both values."""
    if isinstance(left, dict) and isinstance(right, dict):
        return [leaf for key in sorted({*left, *right})
                for leaf in leaves(left.get(key), right.get(key), f"{at}/{key}")]
    if left == right and type(left) is type(right):
        return []
    return [(at, left, right)]
