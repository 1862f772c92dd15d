"""What guardrails cost: CPU time of judging a plan, beside that of the whole plan.

A third of the resources each are buckets, repositories on them and policies that write to these, in
the sandbox. A plan of what is there already reads every object, as plans do. A plan of a new estate
reads nothing: no plan is cheaper, so no share of the rules is larger. The time is kept in the
process of the command itself, around ``Guard.judge``; what its imports cost counts as well.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from run import Bench, Program

FILES = 20
#: What is planned -> how many resources. Making more than that would take the time of the run.
SIZES = {"no change": 300, "new": 9999}
TIMED = """\
import runpy, sys, time
from vbrprov.workflow.guard import Guard

judge = Guard.judge

def timed(*arguments, **named):
    before = time.process_time()
    try:
        return judge(*arguments, **named)
    finally:
        sys.stderr.write(f"judged={time.process_time() - before:.4f}\\n")

Guard.judge = timed
runpy.run_module("vbrprov", run_name="__main__", alter_sys=True)
"""
HEAD = """\
provider "aws" {
  region = "us-east-1"
}

provider "veeam" {}

resource "veeam_cloud_credentials" "backup" {
  type       = "amazon"
  access_key = "AKIAIOSFODNN7EXAMPLE"
  secret_key = "made-up-for-the-benchmark"
}

resource "veeam_credentials" "computers" {
  type     = "standard"
  username = "backup"
  password = "made-up-for-the-benchmark"
}

resource "veeam_protection_group" "workstations" {
  name = "Workstations"

  computer {
    host_name      = "pc1.example"
    credentials_id = veeam_credentials.computers.id
  }
}
"""
BLOCK = """\
resource "aws_s3_bucket" "b{n}" {{
  bucket              = "bench-agents-{n:06d}"
  object_lock_enabled = true
}}

resource "veeam_amazon_s3_repository" "r{n}" {{
  name = "Agents {n:06d}"

  account {{
    credentials_id = veeam_cloud_credentials.backup.id
  }}

  bucket {{
    name      = aws_s3_bucket.b{n}.bucket
    region_id = "us-east-1"
    folder    = "agents"
  }}

  immutability {{
    days = 14
  }}
}}

resource "veeam_agent_backup_policy" "p{n}" {{
  name                 = "Agents {n:06d}"
  os                   = "windows"
  policy_type          = "workstation"
  protection_group_ids = [veeam_protection_group.workstations.id]

  destination {{
    repository_id = veeam_amazon_s3_repository.r{n}.id
  }}

  retention {{
    quantity = 30
  }}
}}
"""


def write(folder: Path, size: int) -> None:
    """Write a project of *size* resources into *folder*."""
    folder.mkdir(parents=True)
    (folder / "main.vbr.hcl").write_text(HEAD, encoding="utf-8")
    each = -(-size // 3 // FILES)
    for part, start in enumerate(range(0, size // 3, each)):
        blocks = [BLOCK.format(n=n) for n in range(start, min(size // 3, start + each))]
        (folder / f"part{part:02d}.vbr.hcl").write_text("\n".join(blocks), encoding="utf-8")


def measure(bench: Bench, program: Program, runs: int) -> None:
    """Fill the figures of *bench*."""
    from run import CommandError

    environ = {"VBRPROV_SANDBOX_DIR": str(bench.folder / "guarded")}
    (bench.folder / "guarded").mkdir(mode=0o700)
    try:
        for what, size in SIZES.items():
            folder = bench.folder / "guard" / str(size)
            write(folder, size)
            try:
                if what == "no change":
                    bench.run([*program.command, "apply", "-sandbox", "-auto-approve"], folder,
                              environ)
                # The first run starts the services and fills the cache of parsed files.
                for run in range(runs + 1):
                    _plan(bench, program.name, what, folder, environ, keep=run > 0)
            except CommandError as error:
                said = [line for line in str(error).splitlines() if "Error" in line]
                bench.remarks.append(f"guarded plan, {what}: skipped. {' '.join(said)}")
    finally:
        # Also when the time of the run is up.
        subprocess.run([*program.command, "sandbox", "stop"], cwd=bench.folder,
                       env=bench.environ | environ, capture_output=True, timeout=60, check=False)


def _plan(bench: Bench, name: str, what: str, folder: Path, environ: dict[str, str], *,
          keep: bool) -> None:
    from run import Figures

    cpu, wall, peak = bench.run(
        [sys.executable, "-c", TIMED, "plan", "-sandbox", "-no-color", "-input=false"], folder,
        environ)
    said = (bench.folder / "output.txt").read_text(encoding="utf-8")
    judged = float(said.partition("judged=")[2].split()[0])
    for row, used in zip(rows(what), (cpu, judged), strict=True):
        if keep:
            found = bench.figures.setdefault((name, SIZES[what], row), Figures())
            found.cpu.append(used)
            found.wall.append(wall)
            found.peak.append(peak)


def rows(what: str) -> tuple[str, str]:
    """The names of the two operations: the plan, and the rules of it."""
    return f"plan VBR, {what}", f"rules of it, {what}"


def shares(bench: Bench, program: str) -> dict[str, float]:
    """What is planned -> what part of the plan the rules take, in percent."""
    out = {}
    for what, size in SIZES.items():
        plan, rules = (bench.figures.get((program, size, row)) for row in rows(what))
        if plan and rules:
            ratio = rules.summary()["cpu_seconds"] / plan.summary()["cpu_seconds"]
            out[what] = round(100 * ratio, 1)
    return out


def report(bench: Bench, program: str, line: Callable[[str, str, int], Any],
           write_line: Callable[[str], Any]) -> None:
    """The rows, and the shares."""
    for what, size in SIZES.items():
        for row in rows(what):
            line(row, "", size)
    for what, share in shares(bench, program).items():
        write_line(f"rules of a plan of N={SIZES[what]}, {what}: {share} % of its CPU time\n")
