"""What guardrails cost: CPU time of judging a plan, beside that of the whole plan.

The plan is that of a new estate in the sandbox: a third of the resources each are buckets,
repositories on them and policies that write to these. Nothing exists yet, so nothing is read, which
makes the plan as cheap as a plan can be, and the share of the rules as large. The command itself is
measured in its own process, where it is told to keep time around ``Guard.judge``.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from run import Bench, Program

SIZES = (1000, 10_000)
FILES = 20
ROWS = ("plan, guarded", "rules of it")
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
"""
BLOCK = """\
resource "aws_s3_bucket" "b{n}" {{
  bucket              = "bench-agents-{n:06d}"
  object_lock_enabled = true
}}

resource "veeam_amazon_s3_repository" "r{n}" {{
  name = "Agents {n:06d}"

  account {{
    credentials_id = "9a3f5cd8-0e5d-4a34-a5e5-1d3c3f2f2c11"
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
  name                   = "Agents {n:06d}"
  os                     = "windows"
  policy_type            = "workstation"
  encryption_password_id = "6745a759-2205-4cd2-b172-8ec8f7e60ef8"

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
    from run import CommandError, Figures

    environ = {"VBRPROV_SANDBOX_DIR": str(bench.folder / "guarded")}
    (bench.folder / "guarded").mkdir(mode=0o700)
    words = [sys.executable, "-c", TIMED, "plan", "-sandbox", "-no-color", "-input=false"]
    try:
        for size in SIZES:
            folder = bench.folder / "guard" / str(size)
            write(folder, size)
            try:
                # The first run starts the services and fills the cache of parsed files.
                for run in range(runs + 1):
                    found = bench.run(words, folder, environ)
                    said = (bench.folder / "output.txt").read_text(encoding="utf-8")
                    judged = float(said.partition("judged=")[2].split()[0])
                    for row, cpu in zip(ROWS, (found[0], judged), strict=True):
                        if run:
                            kept = bench.figures.setdefault((program.name, size, row), Figures())
                            kept.cpu.append(cpu)
                            kept.wall.append(found[1])
                            kept.peak.append(found[2])
            except CommandError as error:
                said = [line for line in str(error).splitlines() if "Error" in line]
                bench.remarks.append(f"guarded plan of {size}: skipped. {' '.join(said)}")
    finally:
        subprocess.run([*program.command, "sandbox", "stop"], cwd=bench.folder,
                       env=bench.environ | environ, capture_output=True, timeout=60, check=False)


def shares(bench: Bench, program: str) -> dict[int, float]:
    """Size -> what part of the plan the rules take, in percent."""
    out = {}
    for size in SIZES:
        plan, rules = (bench.figures.get((program, size, row)) for row in ROWS)
        if plan and rules:
            ratio = rules.summary()["cpu_seconds"] / plan.summary()["cpu_seconds"]
            out[size] = round(100 * ratio, 1)
    return out


def report(bench: Bench, program: str, line: Callable[[str, str, int], Any],
           write_line: Callable[[str], Any]) -> None:
    """The rows, and the shares."""
    for size in SIZES:
        for row in ROWS:
            line(row, "", size)
    for size, share in shares(bench, program).items():
        write_line(f"rules of a plan of N={size}: {share} % of its CPU time\n")
