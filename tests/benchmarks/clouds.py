"""What a provider costs: ``plan`` of one of its objects, new and read back, in the sandbox.

A new object shows what its types cost, one that exists also what the vendor's SDK costs to import.
The services run in a process of their own and are not counted.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from run import Bench, Program

SAMPLES = {
    "none": 'resource "vbrprov_data" "x" {\n  input = 1\n}\n',
    "aws": ('provider "aws" {\n  region = "us-east-1"\n}\n'
            'resource "aws_s3_bucket" "x" {\n  bucket = "bench-bucket"\n}\n'),
    "azurerm": ('provider "azurerm" {}\n'
                'resource "azurerm_resource_group" "x" {\n  name     = "bench"\n'
                '  location = "westeurope"\n}\n'),
    "google": ('provider "google" {\n  project = "bench-project"\n}\n'
               'resource "google_storage_bucket" "x" {\n  name     = "bench-bucket"\n'
               '  location = "EU"\n}\n'),
}
STATES = ("new", "read")
PLAN = ("plan", "-sandbox", "-no-color", "-input=false")


def measure(bench: Bench, program: Program, runs: int) -> None:
    """Fill the figures of *bench*."""
    from run import CommandError

    environ = {"VBRPROV_SANDBOX_DIR": str(bench.folder / "sandbox")}
    (bench.folder / "sandbox").mkdir(mode=0o700)
    try:
        for name, text in SAMPLES.items():
            folder = bench.folder / "providers" / name
            folder.mkdir(parents=True)
            (folder / "main.vbr.hcl").write_text(text, encoding="utf-8")
            words = [*program.command, *PLAN]
            try:
                bench.run(words, folder, environ)
                for _ in range(runs):
                    bench.time(program.name, 0, f"plan {name}, new", words, folder, environ)
                bench.run([*program.command, "apply", "-sandbox", "-auto-approve"], folder, environ)
                for _ in range(runs):
                    bench.time(program.name, 0, f"plan {name}, read", words, folder, environ)
            except CommandError as error:
                said = [line for line in str(error).splitlines() if "Error" in line]
                bench.remarks.append(f"plan with {name}: skipped. {' '.join(said)}")
    finally:
        # Also when the time of the run is up.
        subprocess.run([*program.command, "sandbox", "stop"], cwd=bench.folder,
                       env=bench.environ | environ, capture_output=True, timeout=60, check=False)


def report(line: Callable[[str, str, int], Any]) -> None:
    """The rows."""
    for name in SAMPLES:
        for state in STATES:
            line(f"plan {name}, {state}", "", 0)
