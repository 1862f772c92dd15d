"""vbrprov against Terraform on generated projects: CPU time, peak memory, counts.

    python tests/benchmarks/run.py [--size N]... [--seconds S] [--json FILE]

Both programs do the same work on the same text in the same run, turn by turn, so that a busy
machine disturbs both alike. Times are CPU seconds of the whole process. Nothing is asserted.

Above --local-limit resources Terraform keeps its state on an HTTP server in this process instead of
in a local file: with a local file it writes the whole state after every resource, which takes
minutes from a thousand resources on. That is its faster way, and vbrprov still syncs every result
to its local journal.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import clouds
import front
import generate
import guard

CHECKOUT = Path(__file__).resolve().parents[2]
MEASURE = Path(__file__).with_name("measure.py")
SIZES = (10, 100, 1000)
RUNS = 3
SECONDS = 360.0
LOCAL_LIMIT = 300
OPERATIONS = ("validate", "plan, empty state", "apply, create", "plan, no change", "destroy")
BACKEND = 'terraform {\n  backend "http" {\n    address = "ADDRESS"\n  }\n}\n'
COUNT_MODULES = (
    "import runpy, sys\n"
    "try:\n"
    "    runpy.run_module('vbrprov', run_name='__main__', alter_sys=True)\n"
    "except SystemExit:\n"
    "    pass\n"
    "sys.stderr.write(f'modules={len(sys.modules)}\\n')\n")


class OutOfTimeError(Exception):
    """The run has no time left for a command."""


class CommandError(Exception):
    """A command that must succeed did not."""


@dataclass(slots=True)
class Figures:
    """All runs of one operation by one program at one size."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    peak: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, float]:
        """Medians; seconds and MiB."""
        return {"cpu_seconds": round(statistics.median(self.cpu), 3),
                "wall_seconds": round(statistics.median(self.wall), 3),
                "peak_mib": round(statistics.median(self.peak), 1), "runs": len(self.cpu)}


class Bench:
    """One run of the benchmarks in a scratch folder."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder = folder
        self.deadline = time.monotonic() + seconds
        self.figures: dict[tuple[str, int, str], Figures] = {}
        self.remarks: list[str] = []
        home = folder / "home"
        home.mkdir()
        kept = {k: v for k, v in os.environ.items()
                if not k.startswith(("TF_", "VBRPROV_", "PYTHON", "XDG_"))}
        path = os.pathsep.join((str(CHECKOUT), str(CHECKOUT / "providers")))
        self.environ = kept | {"HOME": str(home), "PYTHONPATH": path, "CHECKPOINT_DISABLE": "1",
                               "PYTHONDONTWRITEBYTECODE": "1" if not _writable_cache() else ""}

    @property
    def left(self) -> float:
        """Seconds until the end of the run."""
        return self.deadline - time.monotonic()

    def run(self, command: list[str], folder: Path,
            environ: dict[str, str] | None = None) -> tuple[float, float, float]:
        """Run *command* with *environ* besides; CPU seconds, wall seconds, peak MiB.

        Raises:
            OutOfTimeError: It was ended because the run's time is up.
            CommandError: It failed.
        """
        output = self.folder / "output.txt"
        helper = subprocess.Popen(
            [sys.executable, "-I", "-S", str(MEASURE), str(output), *command], cwd=folder,
            env=self.environ | (environ or {}), stdout=subprocess.PIPE, text=True,
            start_new_session=True)
        try:
            said, _ = helper.communicate(timeout=max(0.1, self.left))
        except subprocess.TimeoutExpired:
            os.killpg(helper.pid, signal.SIGKILL)
            helper.communicate()
            raise OutOfTimeError from None
        status, cpu, wall, peak = (float(word) for word in said.split())
        if status != 0:
            text = output.read_text(encoding="utf-8", errors="replace")
            raise CommandError(f"{' '.join(command)}: exit status {status:.0f}\n{text[-2000:]}")
        return cpu, wall, peak / 1024

    def time(self, program: str, size: int, operation: str, command: list[str],
             folder: Path, environ: dict[str, str] | None = None) -> None:
        """Run *command* and keep its figures."""
        cpu, wall, peak = self.run(command, folder, environ)
        found = self.figures.setdefault((program, size, operation), Figures())
        found.cpu.append(cpu)
        found.wall.append(wall)
        found.peak.append(peak)


def _writable_cache() -> bool:
    """Whether Python can keep compiled files beside the sources, as an installation has them."""
    return os.access(CHECKOUT / "vbrprov", os.W_OK)


@dataclass(slots=True)
class Program:
    """How one program is told to do the operations, and where its state is."""

    name: str
    command: list[str]
    suffix: str
    state: str
    bench: Bench
    store: dict[str, bytes]
    address: str = ""
    bytes_per_resource: dict[int, int] = field(default_factory=dict)

    def prepare(self, size: int, remote: bool, kind: str = "life") -> tuple[Path, Path]:
        """Folders of the project for plans and for applies, initialised."""
        folder = self.bench.folder / kind / f"{self.name}-{size}"
        generate.write(folder, size, self.suffix)
        applied = folder
        if remote:
            applied = self.bench.folder / kind / f"{self.name}-{size}-remote"
            shutil.copytree(folder, applied)
            backend = BACKEND.replace("ADDRESS", f"{self.address}/{size}")
            (applied / "backend.tf").write_text(backend, encoding="utf-8")
        if self.name == "terraform":
            for each in {folder, applied}:
                self.bench.run([*self.command, "init", "-input=false", "-no-color"], each)
        return folder, applied

    def round(self, size: int, folder: Path, applied: Path) -> None:
        """All operations once."""
        def timed(operation: str, *arguments: str, where: Path = folder) -> None:
            self.bench.time(self.name, size, operation,
                            [*self.command, *arguments, "-no-color"], where)

        for path in folder.glob(f"{self.state}*"):
            path.unlink()
        self.store.pop(f"/{size}", None)
        timed("validate", "validate")
        timed("plan, empty state", "plan", "-input=false")
        timed("apply, create", "apply", "-auto-approve", "-input=false", where=applied)
        if applied != folder:
            (folder / self.state).write_bytes(self.store[f"/{size}"])
        self.bytes_per_resource[size] = (folder / self.state).stat().st_size // size
        timed("plan, no change", "plan", "-input=false", "-detailed-exitcode")
        timed("destroy", "destroy", "-auto-approve", "-input=false", where=applied)


@contextmanager
def state_server(store: dict[str, bytes]) -> Iterator[str]:
    """Terraform's HTTP state protocol on loopback, in memory; its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            body = store.get(self.path)
            self._answer(404 if body is None else 200, body or b"")

        def do_POST(self) -> None:
            store[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(200)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


def measure_all(bench: Bench, programs: list[Program], sizes: list[int], limit: int) -> None:
    """Fill the figures of *bench*: every size once, then again as long as there is time."""
    for program in programs:
        bench.run([*program.command, "version"], bench.folder)
    for _ in range(RUNS):
        for program in programs:
            bench.time(program.name, 0, "version", [*program.command, "version"], bench.folder)
    front.measure(bench, programs, RUNS)
    clouds.measure(bench, programs[0], RUNS)
    guard.measure(bench, programs[0], 2)
    ready = {}
    took: dict[tuple[str, int], float] = {}
    for _ in range(RUNS):
        for size in sizes:
            for program in programs:
                key = (program.name, size)
                if key not in ready:
                    ready[key] = program.prepare(size, program.name == "terraform" and size > limit)
                if took.get(key, 0.0) * 1.2 > bench.left:
                    continue
                start = time.monotonic()
                program.round(size, *ready[key])
                took[key] = time.monotonic() - start


def count_modules(bench: Bench, size: int) -> dict[str, int]:
    """Modules in memory at the end of a command."""
    folder = bench.folder / "life" / f"vbrprov-{size}"
    found = {}
    for arguments in (["version"], ["validate"], ["plan"]):
        done = subprocess.run([sys.executable, "-c", COUNT_MODULES, *arguments], cwd=folder,
                              env=bench.environ, capture_output=True, text=True, check=False)
        words = [line for line in done.stderr.splitlines() if line.startswith("modules=")]
        if words:
            found[arguments[0]] = int(words[-1].partition("=")[2])
    return found


def report(bench: Bench, programs: list[Program], sizes: list[int], modules: dict[str, int],
           write: Callable[[str], Any]) -> None:
    """The table."""
    write(f"{'operation':<20}{'N':>6}  {'vbrprov':>16}  {'terraform':>16}  {'ratio':>12}  runs\n")
    write(f"{'':<26}  {'CPU s':>7} {'MiB':>8}  {'CPU s':>7} {'MiB':>8}  {'CPU':>5} {'MiB':>6}\n")
    def row(operation: str, their_operation: str, size: int) -> None:
        ours = bench.figures.get(("vbrprov", size, operation))
        theirs = bench.figures.get(("terraform", size, their_operation))
        line = f"{operation:<20}{size or '-':>6}  {_cell(ours)}  {_cell(theirs)}"
        if ours and theirs:
            a, b = ours.summary(), theirs.summary()
            cpu, peak = (a[key] / b[key] for key in ("cpu_seconds", "peak_mib"))
            line += f"  {cpu:>5.2f} {peak:>6.2f}"
        else:
            line += " " * 14
        write(f"{line}  {len(ours.cpu) if ours else 0}/{len(theirs.cpu) if theirs else 0}\n")

    for operation, size in [("version", 0), *((n, size) for size in sizes for n in OPERATIONS)]:
        row(operation, operation, size)
    write("\n")
    front.report(bench, row, write)
    write("\n")
    clouds.report(row)
    write("\n")
    guard.report(bench, programs[0].name, row, write)
    write("\n")
    for program in programs:
        for size, count in program.bytes_per_resource.items():
            write(f"state bytes per resource, {program.name}, N={size}: {count}\n")
    for command, count in modules.items():
        write(f"modules after {command}: {count}\n")
    for remark in bench.remarks:
        write(f"{remark}\n")


def _cell(figures: Figures | None) -> str:
    if figures is None:
        return f"{'-':>7} {'-':>8}"
    found = figures.summary()
    return f"{found['cpu_seconds']:>7.3f} {found['peak_mib']:>8.1f}"


def as_json(bench: Bench, programs: list[Program], modules: dict[str, int],
            versions: dict[str, str]) -> dict[str, Any]:
    """All figures, for machines."""
    return {
        "versions": versions,
        "python": sys.version.split()[0],
        "system": f"{os.uname().sysname} {os.uname().machine}, {os.cpu_count()} CPUs",
        "figures": [{"program": program, "size": size, "operation": operation, **found.summary()}
                    for (program, size, operation), found in bench.figures.items()],
        "state_bytes_per_resource": {p.name: p.bytes_per_resource for p in programs},
        "modules": modules,
        "exponents": front.exponents(bench),
        "rules_percent": guard.shares(bench, programs[0].name),
        "remarks": bench.remarks,
    }


def main() -> int:
    """Run everything. Exit status: 0 done or skipped, 1 a command failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, action="append", help="number of resources; repeatable")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="time for the whole run")
    parser.add_argument("--local-limit", type=int, default=LOCAL_LIMIT,
                        help="Terraform's state is a local file up to this size")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    given = parser.parse_args()
    if not hasattr(os, "wait4"):
        sys.stdout.write("skipped: this system has no wait4 to measure other processes with\n")
        return 0
    sizes = sorted(set(given.size or SIZES))
    with tempfile.TemporaryDirectory(prefix="vbrprov-bench-") as folder:
        store: dict[str, bytes] = {}
        bench = Bench(Path(folder).resolve(), given.seconds)
        programs = [Program("vbrprov", [sys.executable, "-m", "vbrprov"], ".vbr.hcl",
                            "vbrprov.vbrstate", bench, store)]
        terraform = shutil.which("terraform")
        if terraform is None:
            bench.remarks.append("terraform: skipped, there is none on PATH")
        else:
            programs.append(Program("terraform", [terraform], ".tf", "terraform.tfstate", bench,
                                    store))
        versions = {p.name: _version(p, bench) for p in programs}
        sys.stdout.write(f"{', '.join(versions.values())}, Python {sys.version.split()[0]}\n\n")
        try:
            with state_server(store) as address:
                for program in programs:
                    program.address = address
                measure_all(bench, programs, sizes, given.local_limit)
        except OutOfTimeError:
            bench.remarks.append("the time was up before all was measured; give --seconds")
        except CommandError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        modules = count_modules(bench, sizes[0])
        if terraform is not None and max(sizes) > given.local_limit:
            bench.remarks.append(
                f"terraform keeps its state on an HTTP server above N={given.local_limit}")
        report(bench, programs, sizes, modules, sys.stdout.write)
        if given.json is not None:
            text = json.dumps(as_json(bench, programs, modules, versions), indent=2)
            given.json.write_text(f"{text}\n", encoding="utf-8")
    return 0


def _version(program: Program, bench: Bench) -> str:
    done = subprocess.run([*program.command, "version"], env=bench.environ, capture_output=True,
                          text=True, check=True)
    return done.stdout.splitlines()[0]


if __name__ == "__main__":
    sys.exit(main())
