"""One trial: a stack of 40 resources in a world of its own, a fault, and the ledger's judgement."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launcher import Launcher, Result, Running

from vbrprov.state.backend import StateBackend
from vbrprov.state.backends.local import LocalBackend
from vbrprov.state.model import Instance, Intent, StateData, Status
from vbrprov.state.snapshot import decode_snapshot

Json = dict[str, Any]

KILLED = -9

#: Buckets are named by us and have parts; records refer to buckets; half of the volumes are
#: replaced by making the new one first, as are all keys; logins need the secret of a key.
CONFIGURATION = """
variable "endpoint" {}
variable "world" {}
variable "flavor" { default = "plain" }
variable "note" { default = "first" }
variable "share" {
  type    = number
  default = 1
}

provider "ledger" {
  endpoint = var.endpoint
  world    = var.world
}

resource "ledger_bucket" "b" {
  count = 10 * var.share
  name  = "b-${var.flavor}-${count.index}"
  note  = var.note
  parts = { left = var.note, right = "same" }
}

resource "ledger_record" "r" {
  count  = 12 * var.share
  name   = "r-${count.index}"
  flavor = var.flavor
  note   = var.note
  bucket = count.index < 10 ? ledger_bucket.b[count.index].id : null
}

resource "ledger_volume" "v" {
  count  = 7 * var.share
  name   = "v-${count.index}"
  flavor = var.flavor
  note   = var.note
}

resource "ledger_volume" "w" {
  count  = 7 * var.share
  name   = "w-${count.index}"
  flavor = var.flavor
  note   = var.note

  lifecycle {
    create_before_destroy = true
  }
}

resource "ledger_key" "k" {
  count  = 2 * var.share
  user   = "user-${count.index}"
  flavor = var.flavor
}

resource "ledger_login" "l" {
  count  = 2 * var.share
  name   = "l-${count.index}"
  key    = ledger_key.k[count.index].id
  note   = var.note
  secret = ledger_key.k[count.index].secret
}

output "buckets" {
  value = length(ledger_bucket.b)
}
"""


def wanted(*, flavor: str = "plain", note: str = "first", share: int = 1) -> Counter[str]:
    """What the configuration asks for, one line an object."""
    if not share:
        return Counter()
    lines = [f"bucket b-{flavor}-{n} {note} {{'left': '{note}', 'right': 'same'}}"
             for n in range(10)]
    lines += [f"record r-{n} {flavor} {note} {f'b-{flavor}-{n}' if n < 10 else None}"
              for n in range(12)]
    lines += [f"volume {letter}-{n} {flavor} {note}" for letter in "vw" for n in range(7)]
    lines += [f"key user-{n} {flavor}" for n in range(2)]
    lines += [f"login l-{n} {note} key of user-{n}, {flavor}" for n in range(2)]
    return Counter(lines)


def existing(world: Json) -> Counter[str]:
    """What the ledger says there is, in the same words."""
    objects = world["objects"]
    keys = objects["keys"]
    lines = [f"bucket {o['name']} {o['note']} {dict(sorted(o['parts'].items()))}"
             for o in objects["buckets"].values()]
    lines += [f"record {o['name']} {o['flavor']} {o['note']} {o['bucket']}"
              for o in objects["records"].values()]
    lines += [f"volume {o['name']} {o['flavor']} {o['note']}" for o in objects["volumes"].values()]
    lines += [f"key {o['user']} {o['flavor']}" for o in keys.values()]
    for login in objects["logins"].values():
        key = keys.get(login["key"])
        whose = "no key"
        if key is not None:
            whose = (f"key of {key['user']}, {key['flavor']}"
                     if key["secret_hash"] == login["secret_hash"] else "the secret of another key")
        lines.append(f"login {login['name']} {login['note']} {whose}")
    return Counter(lines)


class CloudProcess:
    """The ledger cloud, and the way to its controls."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", str(Path(__file__).with_name("ledger_cloud.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert self._process.stdout is not None
        self.endpoint = str(json.loads(self._process.stdout.readline())["endpoint"])

    def ask(self, method: str, path: str, data: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self.endpoint}/{path}", method=method,
            data=None if data is None else json.dumps(data).encode())
        with urllib.request.urlopen(request, timeout=90) as answer:
            return json.load(answer)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


@dataclass
class Trial:
    """A stack in a folder, with its world."""

    folder: Path
    name: str
    cloud: CloudProcess
    launcher: Launcher
    variables: dict[str, str] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)
    story: list[str] = field(default_factory=list)
    #: Where the state is kept, unless in a file of the folder.
    backend: StateBackend | None = None

    @property
    def stack(self) -> Path:
        return self.folder / "stack"

    # The world.

    def world(self) -> Json:
        """The ledger, once nothing is under way any more."""
        self.cloud.ask("GET", "idle")
        found: Json = self.cloud.ask("GET", f"ctl/{self.name}")
        return found

    def seed(self, **data: Any) -> None:
        self.cloud.ask("PUT", f"ctl/{self.name}", data)

    def plan_faults(self, *rules: Json) -> None:
        self.cloud.ask("PUT", f"ctl/{self.name}/plan", {"plan": list(rules)})

    # Commands.

    def environment(self, **environ: str) -> dict[str, str]:
        given = {f"TF_VAR_{name}": value for name, value in {
            "endpoint": self.cloud.endpoint, "world": self.name, **self.variables}.items()}
        return self.launcher.environment(self.folder / "home", **given, **self.environ, **environ)

    def start(self, *args: str, **environ: str) -> Running:
        env = self.environment(**environ)
        self.story.append(" ".join([*(f"{k}={v}" for k, v in environ.items()), *args]))
        return self.launcher.start(args, self.stack, env)

    def run(self, *args: str, **environ: str) -> Result:
        return self.start(*args, **environ).wait()

    def apply(self, *args: str, **environ: str) -> Result:
        return self.run("apply", "-auto-approve", "-no-color", *args, **environ)

    # The judgement.

    def state(self) -> StateData:
        """The state, which must be readable without an error."""
        backend = self.backend or LocalBackend(self.stack / "vbrprov.vbrstate")
        data, diagnostics = backend.read()
        assert not diagnostics.has_errors, list(diagnostics)
        return data

    def check_after_fault(self, *, had_objects: bool) -> StateData:
        """I1, I4, I5, I9: what must hold right after the fault, before anything is repaired."""
        world, data = self.world(), self.state()
        if had_objects:
            assert data.lineage, f"the state of an existing stack was read as a new one{self}"
            assert data.instances or not any(world["objects"].values()), (
                f"nothing is recorded{self}")
        recorded = {(_kind(i.address), _attributes(i)["id"]) for i in data.instances.values()
                    if "id" in _attributes(i)}
        for kind, objects in world["objects"].items():
            for id_, raw in objects.items():
                assert (kind, id_) in recorded or any(
                    _announces(intent, kind, raw) for intent in data.intents.values()), (
                    f"{kind}/{id_} is neither recorded nor announced{self}")
        for instance in data.instances.values():
            self._check_whole(instance, world)
        for path in self.stack.glob("vbrprov.vbrstate.[12]"):
            decode_snapshot(path, path.read_bytes())
        return data

    def _check_whole(self, instance: Instance, world: Json) -> None:
        if instance.status is not Status.OK or _kind(instance.address) != "buckets":
            return
        recorded = _attributes(instance)
        raw = world["objects"]["buckets"].get(recorded["id"])
        if raw is not None:
            assert recorded.get("parts", {}).items() <= raw["parts"].items(), (
                f"{instance.address} is recorded as whole, and its parts are not there{self}")

    def check_end(self, expected: Counter[str]) -> None:
        """I2, I3, I10: one more apply ends well, makes what is wanted once, leaves no change."""
        done = self.apply()
        assert done.status == 0, f"{done.tail}{self}"
        self.check_settled(expected)

    def check_settled(self, expected: Counter[str]) -> None:
        """The ledger holds exactly what is wanted, and a plan shows no change."""
        found = existing(self.world())
        assert found == expected, f"lost: {expected - found}\ntoo many: {found - expected}{self}"
        assert not self.state().intents
        again = self.run("plan", "-detailed-exitcode", "-no-color")
        assert again.status == 0, f"{again.tail}{self}"

    def __str__(self) -> str:
        return "".join(f"\n  {line}" for line in [f"trial {self.name} in {self.folder}",
                                                   *self.story])


class Ground:
    """Makes trials; the finished stack that some start from is made once."""

    def __init__(self, folder: Path, cloud: CloudProcess, launcher: Launcher) -> None:
        self._folder = folder
        self._cloud = cloud
        self._launcher = launcher
        self._count = 0
        self._made: dict[str, tuple[Path, Json]] = {}

    def trial(self, *, made: bool = False, configuration: str = CONFIGURATION, seed: int = 0,
              pace: Sequence[float] = (0.0, 0.0), plan: Sequence[Json] = (),
              environ: Mapping[str, str] | None = None) -> Trial:
        """A new trial, on an empty stack or (*made*) on one that is complete."""
        trial = self._new(configuration, environ)
        data: Json = {}
        if made:
            folder, world = self._finished(configuration)
            shutil.rmtree(trial.stack)
            shutil.copytree(folder, trial.stack)
            data = {"objects": world["objects"], "number": world["number"]}
        trial.seed(**data, seed=seed, pace=list(pace), plan=list(plan))
        return trial

    def _new(self, configuration: str, environ: Mapping[str, str] | None = None) -> Trial:
        self._count += 1
        name = f"t{self._count}"
        trial = Trial(self._folder / name, name, self._cloud, self._launcher,
                      environ=dict(environ or {}))
        trial.stack.mkdir(parents=True)
        (trial.stack / "main.vbr.hcl").write_text(configuration, encoding="utf-8")
        return trial

    def _finished(self, configuration: str) -> tuple[Path, Json]:
        if configuration not in self._made:
            trial = self._new(configuration)
            done = trial.apply()
            assert done.status == 0, done
            # A second generation, so that the trials have one to lose.
            done = trial.apply()
            assert done.status == 0, done
            self._made[configuration] = trial.stack, trial.world()
        return self._made[configuration]


def _kind(address: str) -> str:
    return address.split(".")[0].removeprefix("ledger_") + "s"


def _attributes(instance: Instance) -> Json:
    found: Json = json.loads(bytes(instance.attributes))
    return found


def _announces(intent: Intent, kind: str, raw: Json) -> bool:
    """Whether an open intent names an object of the ledger."""
    if _kind(intent.address) != kind:
        return False
    if kind == "keys":
        return raw["user"] == intent.identity.get("user") and raw["id"] not in intent.listed_before
    return all(raw.get(name) == value for name, value in intent.identity.items())
