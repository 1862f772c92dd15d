"""The crash test: every trial of the fault matrix, and one table of what they saw.

    python tests/faults/run.py [--part] [--rows F2,F3] [--match WORDS] [--seeds 1000-1199]
                               [--jobs N] [--json FILE]
    python tests/faults/run.py --subject terraform [options of anchor.py]

Exit status: 0 all bars met, 1 a bar was missed. A row without its server says so and is no miss.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
HARNESS = CHECKOUT / "tests" / "faults" / "harness"
#: Where tests with the mark are.
FOLDERS = ("tests/faults", "tests/unit/state")
AZURITE = "azurite@3.35.0"
#: Trials mostly wait: for leases, for calls that end late, for each other.
JOBS = 8


def azurite() -> str:
    """The program of azurite below build/, installed once where there is npm; else empty."""
    found = os.environ.get("VBRPROV_AZURITE") or shutil.which("azurite-blob")
    if found:
        return found
    place = CHECKOUT / "build" / AZURITE.replace("@", "-")
    program = place / "node_modules" / ".bin" / "azurite-blob"
    npm = shutil.which("npm")
    if not program.exists() and npm:
        sys.stderr.write(f"Installing {AZURITE} into {place.relative_to(CHECKOUT)}, once.\n")
        place.mkdir(parents=True, exist_ok=True)
        # Only what the package says is installed; no script of it or of what it needs is run.
        done = subprocess.run([npm, "install", "--no-audit", "--no-fund", "--ignore-scripts",
                               "--loglevel", "error", "--prefix", str(place), AZURITE],
                              cwd=place, check=False, stdout=sys.stderr)
        if done.returncode:
            sys.stderr.write("npm failed: there are no trials on azurite.\n")
    return str(program) if program.exists() else ""


def main() -> int:
    """Run the trials; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subject", choices=["vbrprov", "terraform"], default="vbrprov")
    parser.add_argument("--part", action="store_true", help="only what `make test` runs, too")
    parser.add_argument("--rows", default="", help="only these rows, separated by commas")
    parser.add_argument("--match", default="", help="only trials that pytest's -k selects")
    parser.add_argument("--seeds", default="", help="other seeds than the usual ones: FIRST-LAST")
    parser.add_argument("--jobs", default=str(JOBS), help="processes (default %(default)s)")
    parser.add_argument("--json", default="build/crash-test.json", help="default %(default)s")
    given, rest = parser.parse_known_args()
    if given.subject == "terraform":
        return subprocess.run([sys.executable, str(HARNESS.parent / "anchor.py"), *sys.argv[1:]],
                              check=False).returncode
    if rest:
        parser.error(f"what is {' '.join(rest)}?")
    (CHECKOUT / "build").mkdir(exist_ok=True)
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(
        map(str, (HARNESS, CHECKOUT / "tests" / "harness")))}
    if given.seeds:
        environ["VBRPROV_FAULT_SEEDS"] = given.seeds
    if program := azurite():
        environ["VBRPROV_AZURITE"] = program
    command = [sys.executable, "-m", "pytest", "-q", "-p", "matrix", "-r", "fE", "--tb", "short",
               "-n", given.jobs, "-m", "fault and not slow" if given.part else "fault",
               "--matrix-json", str((CHECKOUT / given.json).absolute()), *FOLDERS]
    if given.part:
        command.append("--matrix-part")
    if given.match:
        command += ["-k", given.match]
    if given.rows:
        command += ["--matrix-rows", given.rows]
    return min(1, subprocess.run(command, cwd=CHECKOUT, env=environ, check=False).returncode)


if __name__ == "__main__":
    sys.exit(main())
