"""Runs the command line as users do: in a process of its own, in a folder, with an environment."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
NURSERY = Path(__file__).with_name("nursery.py")
#: A command that takes longer hangs, however busy the machine is.
PATIENCE = 90.0


@dataclass(frozen=True, slots=True)
class Result:
    """How a command ended; a negative status is the signal that ended it."""

    args: tuple[str, ...]
    status: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """All that it printed."""
        return self.out + self.err

    @property
    def tail(self) -> str:
        """What matters of a long output: the end of it, and all errors."""
        return (f"vbrprov {' '.join(self.args)}: exit status {self.status}\n...{self.out[-1500:]}\n"
                f"{self.err}")

    def __str__(self) -> str:
        return (f"vbrprov {' '.join(self.args)}\nexit status {self.status}\n--- stdout\n{self.out}"
                f"--- stderr\n{self.err}---")


class Running:
    """A command that was started by the nursery and is not waited for yet."""

    def __init__(self, launcher: Launcher, args: Sequence[str], pid: int, out: Path,
                 err: Path) -> None:
        self._launcher = launcher
        self._args = tuple(args)
        self._out = out
        self._err = err
        self.pid = pid

    def signal(self, number: int = signal.SIGKILL, *, group: bool = True) -> None:
        """Send a signal to the whole process group of the command, or to its process alone."""
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if group else os.kill)(self.pid, number)

    @property
    def stopped(self) -> bool:
        """Whether it was stopped and not continued."""
        shown = subprocess.run(["ps", "-o", "stat=", "-p", str(self.pid)], capture_output=True,
                               text=True, check=False)
        return shown.stdout.startswith("T")

    @property
    def out(self) -> str:
        """What it printed so far."""
        return self._out.read_text(encoding="utf-8") if self._out.exists() else ""

    @property
    def err(self) -> str:
        """What it said of errors so far."""
        return self._err.read_text(encoding="utf-8") if self._err.exists() else ""

    def wait(self, timeout: float = PATIENCE) -> Result:
        """Wait for its end.

        Raises:
            TimeoutError: It hung, and was killed.
        """
        try:
            status = int(self._launcher.answer("status", timeout))
        except TimeoutError:
            self.signal()
            self._launcher.answer("status", PATIENCE)
            raise TimeoutError(f"vbrprov {' '.join(self._args)} hangs:\n{self.out}"
                               f"{self.err}") from None
        return Result(self._args, status, self.out, self.err)


class Launcher:
    """Starts commands, one after the other.

    Args:
        folder: For streams; not seen by the commands.
        modules: Further modules that the nursery imports before it forks.
        paths: Further folders to import from, before those of the checkout.
    """

    def __init__(self, folder: Path, *, modules: Sequence[str] = (),
                 paths: Sequence[Path] = ()) -> None:
        self.folder = folder
        self._modules = list(modules)
        self._paths = list(paths)
        self._nursery: subprocess.Popen[bytes] | None = None
        self._count = 0
        places = [*paths, CHECKOUT, CHECKOUT / "providers"]
        self.pythonpath = os.pathsep.join(map(str, places))
        folder.mkdir(parents=True, exist_ok=True)

    def another(self, name: str) -> Launcher:
        """One more like this, for commands that run at the same time."""
        return Launcher(self.folder / name, modules=self._modules, paths=self._paths)

    def environment(self, home: Path, **variables: str) -> dict[str, str]:
        """A small environment: *home* is home, cache, configuration and temporary folder."""
        places = {
            "HOME": home, "XDG_CACHE_HOME": home / "cache", "XDG_STATE_HOME": home / "state",
            "XDG_RUNTIME_DIR": home / "run", "TMPDIR": home / "tmp",
        }
        for place in places.values():
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}", "LANG": "C.UTF-8",
            "PYTHONPATH": self.pythonpath, **{name: str(place) for name, place in places.items()}}
        return found | variables

    def start(self, args: Sequence[str], cwd: Path, env: Mapping[str, str],
              stdin: str = os.devnull, stdout: str = "", stderr: str = "") -> Running:
        """Start a command without waiting for it; one at a time.

        *stdout* and *stderr* are a device or pipe in place of files; what goes there cannot be
        asked for.
        """
        nursery = self._running()
        self._count += 1
        out, err = (self.folder / f"{self._count}.{name}" for name in ("out", "err"))
        request = {"args": list(args), "cwd": str(cwd), "env": dict(env), "stdin": stdin,
                   "stdout": stdout or str(out), "stderr": stderr or str(err)}
        assert nursery.stdin is not None
        nursery.stdin.write(json.dumps(request).encode() + b"\n")
        nursery.stdin.flush()
        return Running(self, args, int(self.answer("pid", PATIENCE)), out, err)

    def run(self, args: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Result:
        """Run a command to its end."""
        return self.start(args, cwd, env).wait()

    def fresh(self, args: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Result:
        """Run a command to its end in a new interpreter."""
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "vbrprov", *args], cwd=cwd, env=dict(env),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE,
            start_new_session=True, check=False)
        return Result(tuple(args), done.returncode, done.stdout, done.stderr)

    def answer(self, key: str, timeout: float) -> Any:
        """The next answer of the nursery, which must be about *key*."""
        assert self._nursery is not None
        assert self._nursery.stdout is not None
        limit = time.monotonic() + timeout
        while not select.select([self._nursery.stdout], [], [], 0.5)[0]:
            if time.monotonic() > limit:
                raise TimeoutError(f"no {key} after {timeout:.0f} s")
        line = self._nursery.stdout.readline()
        assert line, f"the nursery ended: {self._log()}"
        return json.loads(line)[key]

    def _log(self) -> str:
        return (self.folder / "nursery.log").read_text(encoding="utf-8", errors="replace")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._nursery is None:
            env = {"PATH": os.defpath, "PYTHONPATH": self.pythonpath}
            with (self.folder / "nursery.log").open("wb") as log:
                self._nursery = subprocess.Popen(
                    [sys.executable, str(NURSERY), *self._modules], env=env, stderr=log,
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
                    start_new_session=True)
            self.answer("ready", PATIENCE)
        return self._nursery

    def close(self) -> None:
        """End the nursery."""
        if self._nursery is None:
            return
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.close()
        self._nursery.wait(PATIENCE)
        self._nursery.stdout.close()
        self._nursery = None
