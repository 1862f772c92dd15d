"""Terraform and vbrprov as subjects of one trial: the same objects, paces and moments."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import platform
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger_actions import Action
from ledger_judge import attributes, unrecorded
from ledger_trial import Ground, Trial
from remote_trial import remote
from store_servers import Server

HERE = Path(__file__).parent
#: No command takes longer, or it hangs.
PATIENCE = 120
_count = itertools.count()

OBJECTS = """
variable "endpoint" {}
variable "world" {}
variable "number" { type = number }

provider "ledger" {
  endpoint = var.endpoint
  world    = var.world
}

resource "ledger_KIND" "r" {
  count = var.number
  name  = "r-${count.index}"
}
"""


@dataclass
class Found:
    """What there is after a fault: ids in the state or announced, and ids in the cloud."""

    known: set[str]
    exist: set[str]
    made: int
    empty: bool = False

    @property
    def unknown(self) -> set[str]:
        return self.exist - self.known


class Subject:
    """One stack of one program."""

    name: str
    trial: Trial

    def apply(self, number: int, *, patient: bool = False) -> None:
        """Start an apply that wants *number* objects, and (*patient*) waits for its lock.

        Terraform's PostgreSQL backend locks all states of a database while it makes one.
        """
        raise NotImplementedError

    def kill(self, *, alone: bool) -> None:
        """Kill what was started: the whole group, or its first process; wait until all is quiet."""
        raise NotImplementedError

    def wait(self) -> tuple[int, str]:
        """The exit status and the errors of what was started."""
        raise NotImplementedError

    def unlock(self, told: str) -> None:
        """Take away the lock that *told* names."""

    def look(self) -> Found:
        """What there is now."""
        raise NotImplementedError

    def wait_for_the_first(self) -> None:
        """Until an object exists."""
        limit = time.monotonic() + PATIENCE
        while not self.trial.cloud.ask("GET", f"ctl/{self.trial.name}")["log"]:
            if time.monotonic() > limit:
                raise RuntimeError(f"{self.name} makes nothing: {self.wait()}")
            time.sleep(0.005)


class Vbrprov(Subject):
    """This program."""

    name = "vbrprov"

    def __init__(self, ground: Ground, kind: str, server: Server | None) -> None:
        action = Action("anchor", False, 60, configuration=OBJECTS.replace("KIND", kind))
        self.trial = remote(ground, server, action) if server else action.trial(ground)

    def apply(self, number: int, *, patient: bool = False) -> None:
        self.trial.variables["number"] = str(number)
        self._running = self.trial.start("apply", "-auto-approve", "-no-color")

    def kill(self, *, alone: bool) -> None:
        self._running.signal(group=not alone)
        self._running.wait()

    def wait(self) -> tuple[int, str]:
        done = self._running.wait(PATIENCE)
        return done.status, done.err

    def look(self) -> Found:
        world, state = self.trial.world(), self.trial.state()
        exist = ids(world)
        lost = {each.split("/")[1] for each in unrecorded(world, state)}
        recorded = {attributes(i).get("id") for i in state.instances.values()}
        files = list(self.trial.stack.glob("vbrprov.vbrstate"))
        return Found((exist - lost) | (recorded - {None}), exist, creations(world),
                     any(path.stat().st_size == 0 for path in files))


class Terraform(Subject):
    """The anchor."""

    name = "terraform"

    def __init__(self, ground: Ground, kind: str, server: Server | None, binary: str,
                 home: Path) -> None:
        self._binary = binary
        self._home = home
        self._server = server
        self.trial = ground.trial(configuration="")
        self._folder = self.trial.folder / "terraform"
        self._folder.mkdir()
        backend = ""
        if server is not None:
            backend = f'backend "{server.kind}" {{\n{self._settings(server)}\n}}\n'
        (self._folder / "main.tf").write_text(
            'terraform {\n  required_providers {\n    ledger = {\n      source = '
            f'"example.com/tests/ledger"\n    }}\n  }}\n{backend}}}\n'
            f'{OBJECTS.replace("KIND", kind)}', encoding="utf-8")
        self._run("init", "-input=false", "-no-color")

    def _settings(self, server: Server) -> str:
        # A key must be fresh for each trial: an old state, or another's lock, would be found.
        place = dict(server.place(f"tf{os.getpid()}_{next(_count)}"))
        if server.kind == "http":
            place["unlock_address"] = place["lock_address"]
        if server.kind == "pg":
            place["conn_str"] += "?sslmode=disable"
        lines = [f"{name} = {json.dumps(text)}" for name, text in place.items()
                 if name != "endpoint"]
        if server.kind == "s3":
            lines += [f'endpoints = {{ s3 = "{place["endpoint"]}" }}', "use_lockfile = true", *(
                f"skip_{name} = true" for name in (
                    "credentials_validation", "requesting_account_id", "metadata_api_check",
                    "region_validation", "s3_checksum"))]
        return "\n".join(lines)

    @property
    def _environ(self) -> dict[str, str]:
        return {"PATH": os.defpath, "HOME": str(self._home), "CHECKPOINT_DISABLE": "1",
                "TF_CLI_CONFIG_FILE": str(self._home / "terraformrc"), "TF_IN_AUTOMATION": "1",
                "TF_VAR_endpoint": self.trial.cloud.endpoint, "TF_VAR_world": self.trial.name,
                "TF_VAR_number": self.trial.variables.get("number", "0")}

    def _run(self, *args: str) -> str:
        done = subprocess.run([self._binary, *args], cwd=self._folder, env=self._environ,
                              capture_output=True, text=True, timeout=PATIENCE, check=False)
        if done.returncode:
            raise RuntimeError(f"terraform {' '.join(args)}: {done.stdout}{done.stderr}")
        return done.stdout

    def apply(self, number: int, *, patient: bool = False) -> None:
        self.trial.variables["number"] = str(number)
        self._errors = (self._folder / "errors").open("w+", encoding="utf-8")
        self._running = subprocess.Popen(
            [self._binary, "apply", "-auto-approve", "-input=false", "-no-color",
             "-parallelism=10", f"-lock-timeout={60 if patient else 0}s"],
            cwd=self._folder, env=self._environ, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=self._errors, start_new_session=True)

    def kill(self, *, alone: bool) -> None:
        (os.kill if alone else os.killpg)(self._running.pid, signal.SIGKILL)
        self._running.wait(PATIENCE)
        self.trial.world()
        # A provider whose Terraform died finishes what it has begun, and never ends by itself.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._running.pid, signal.SIGKILL)

    def wait(self) -> tuple[int, str]:
        status = self._running.wait(PATIENCE)
        self._errors.seek(0)
        return status, self._errors.read()

    def unlock(self, told: str) -> None:
        found = re.search(r"(?m)^[^A-Za-z]*ID:\s+(\S+)", told)
        if found:
            self._run("force-unlock", "-force", found[1])

    def look(self) -> Found:
        world = self.trial.world()
        path = self._folder / "terraform.tfstate"
        if self._server is not None:
            text, empty = self._run("state", "pull"), False
        else:
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            empty = path.exists() and not text
        try:
            state = json.loads(text or "{}")
        except ValueError:
            state = {}
        known = {instance["attributes"]["id"] for resource in state.get("resources", [])
                 for instance in resource["instances"]}
        return Found(known, ids(world), creations(world), empty)


def ids(world: dict[str, Any]) -> set[str]:
    """All objects of a world."""
    return {id_ for objects in world["objects"].values() for id_ in objects}


def creations(world: dict[str, Any]) -> int:
    """How many objects were made in it."""
    return sum(each["status"] == 200 and each["method"] in ("POST", "PUT") for each in world["log"])


def install(venv: Path, home: Path) -> None:
    """The provider where Terraform looks for it, with Python and ``tf`` of its own."""
    python = venv / "bin" / "python"
    if not (venv / ".installed").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
        subprocess.run([python, "-m", "pip", "--disable-pip-version-check", "-qq", "install", "-r",
                        HERE / "requirements.txt"], check=True)
        (venv / ".installed").touch()
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    place = (home / "mirror" / "example.com" / "tests" / "ledger" / "1.0.0"
             / f"{sys.platform}_{machine}")
    place.mkdir(parents=True)
    program = place / "terraform-provider-ledger_v1.0.0"
    program.write_text(f'#!/bin/sh\nexec "{python}" "{HERE / "terraform_ledger.py"}" "$@"\n',
                       encoding="utf-8")
    program.chmod(0o755)
    (home / "terraformrc").write_text(
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{home / "mirror"}"\n'
        "  }\n}\n", encoding="utf-8")
