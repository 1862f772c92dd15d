"""One trial: a stack of 40 resources in a world of its own, a fault, and the ledger's judgement.

Every count of the tally is taken before it is judged, so that the table of a crash test shows what
was seen, not that tests passed.
"""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ledger_judge as judge
from cloud_process import CloudProcess
from launcher import PATIENCE, Launcher, Result, Running
from ledger_stack import CONFIGURATION, existing
from tally import Tally

from vbrprov.state.backend import StateBackend
from vbrprov.state.backends.local import LocalBackend
from vbrprov.state.model import StateData
from vbrprov.state.snapshot import decode_snapshot

Json = dict[str, Any]

KILLED = -9


@dataclass
class Trial:
    """A stack in a folder, with its world."""

    folder: Path
    name: str
    cloud: CloudProcess
    launcher: Launcher
    tally: Tally
    variables: dict[str, str] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)
    story: list[str] = field(default_factory=list)
    #: Where the state is kept, unless in a file of the folder.
    backend: StateBackend | None = None
    _said: list[str] = field(default_factory=list)
    _secrets: set[str] = field(default_factory=set)
    _counted: Counter[str] = field(default_factory=Counter)
    _history: tuple[str, int] = ("", 0)

    @property
    def stack(self) -> Path:
        return self.folder / "stack"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    # The world.

    def world(self) -> Json:
        """The ledger, once nothing is under way any more."""
        self.cloud.ask("GET", "idle")
        found: Json = self.cloud.ask("GET", f"ctl/{self.name}")
        self._secrets.update(judge.secrets(found).values())
        for column, number in (("made", judge.made(found)), ("kills", judge.struck(found))):
            self.tally.add(column, max(0, number - self._counted[column]))
            self._counted[column] = number
        return found

    def seed(self, **data: Any) -> None:
        """Make the world anew, with an empty ledger."""
        self.cloud.ask("PUT", f"ctl/{self.name}", data)
        self._counted.clear()

    def plan_faults(self, *rules: Json, pace: Sequence[float] | None = None) -> None:
        """What goes wrong from now on; writes are counted anew, the ledger goes on."""
        self.cloud.ask("PUT", f"ctl/{self.name}/plan", {
            "plan": list(rules), **({} if pace is None else {"pace": list(pace)})})

    def wait_for(self, writes: int) -> None:
        """Until the cloud got so many calls that change something."""
        limit = time.monotonic() + PATIENCE
        while self.cloud.ask("GET", f"ctl/{self.name}")["writes"] < writes:
            assert time.monotonic() < limit, f"the run does not get on{self}"
            time.sleep(0.01)

    # Commands.

    def environment(self, **environ: str) -> dict[str, str]:
        given = {f"TF_VAR_{name}": value for name, value in {
            "endpoint": self.cloud.endpoint, "world": self.name, **self.variables}.items()}
        return self.launcher.environment(self.home, **given, **self.environ, **environ)

    def start(self, *args: str, stdin: str = os.devnull, stdout: str = "", stderr: str = "",
              **environ: str) -> Running:
        env = self.environment(**environ)
        self.story.append(" ".join([*(f"{k}={v}" for k, v in environ.items()), *args]))
        return self.launcher.start(args, self.stack, env, stdin, stdout, stderr)

    def ended(self, done: Result) -> Result:
        """Take note of how a command ended."""
        self.tally.add("kills", int(done.status == KILLED))
        self._said.append(done.text)
        self.tally.must("Traceback" not in done.text and "bug in vbrprov" not in done.text,
                        f"an internal fault: {done.tail}{self}")
        return done

    def run(self, *args: str, patience: float = PATIENCE, **environ: str) -> Result:
        return self.ended(self.start(*args, **environ).wait(patience))

    def fresh(self, *args: str, **environ: str) -> Result:
        """As :meth:`run`, in a new interpreter; several may run at once."""
        self.story.append(f"(new process) {' '.join(args)}")
        return self.ended(self.launcher.fresh(args, self.stack, self.environment(**environ)))

    def apply(self, *args: str, patience: float = PATIENCE, **environ: str) -> Result:
        return self.run("apply", "-auto-approve", "-no-color", *args, patience=patience, **environ)

    def forget_history(self) -> None:
        """The state is lost: the next one may be of another lineage."""
        self._history = ("", 0)

    # The judgement.

    def state(self) -> StateData:
        """I4: the state, which must be readable without an error, and of one history."""
        backend = self.backend or LocalBackend(
            self.stack / "vbrprov.vbrstate", spill_directories=[
                self.home / "state" / "vbrprov" / "spill", self.home / "tmp"])
        data, diagnostics = backend.read()
        self.tally.must(not diagnostics.has_errors, f"{list(diagnostics)}{self}")
        lineage, serial = self._history
        self.tally.must(lineage in ("", data.lineage) and serial <= data.serial,
                        f"{data.lineage} {data.serial} after {lineage} {serial}{self}", "forks")
        self._history = data.lineage, data.serial
        return data

    def check_after_fault(self, *, had_objects: bool) -> StateData:
        """I1, I4, I5, I9: what must hold right after the fault, before anything is repaired."""
        world, data = self.world(), self.state()
        if had_objects:
            self.tally.must(bool(data.lineage),
                            f"the state of an existing stack was read as a new one{self}")
            self.tally.must(bool(data.instances) or not any(world["objects"].values()),
                            f"nothing is recorded{self}")
        lost = judge.unrecorded(world, data)
        self.tally.none("lost", len(lost), f"{lost} are neither recorded nor announced{self}")
        partial = judge.not_whole(world, data)
        self.tally.none("broken", len(partial),
                        f"{partial} are recorded as whole, and their parts are not there{self}")
        for path in self.stack.glob("vbrprov.vbrstate.[12]"):
            decode_snapshot(path, path.read_bytes())
        return data

    def check_end(self, expected: Counter[str]) -> None:
        """I2, I3, I10: one more apply ends well, makes what is wanted once, leaves no change."""
        done = self.apply()
        self.tally.must(done.status == 0, f"{done.tail}{self}", "failed")
        self.check_settled(expected)

    def check_settled(self, expected: Counter[str]) -> None:
        """The ledger holds exactly what is wanted, and a plan shows no change."""
        found = existing(self.world())
        missing, extra = expected - found, found - expected
        told = f"lost: {missing}\ntoo many: {extra}{self}"
        self.tally.add("doubled", extra.total())
        self.tally.none("lost", missing.total(), told)
        assert not extra, told
        self.tally.must(not self.state().intents, f"an operation is still open{self}")
        again = self.run("plan", "-detailed-exitcode", "-no-color")
        self.tally.must(again.status == 0, f"{again.tail}{self}")
        self._check_secrets()

    def _check_secrets(self) -> None:
        """I8: no key's secret in a file, on the screen or in a log."""
        places = [path for path in self.folder.rglob("*") if path.is_file()]
        leaks = [str(path) for path in places
                 if judge.spelled(self._secrets, path.read_bytes())]
        leaks += [text[-2000:] for text in self._said
                  if judge.spelled(self._secrets, text.encode())]
        self.tally.none("broken", len(leaks), f"a secret is in {leaks}{self}")

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
        #: Of the test that runs.
        self.tally = Tally()
        self._made: dict[str, tuple[Path, Json]] = {}
        self._crowd: list[Launcher] = []

    def crowd(self, number: int) -> list[Launcher]:
        """Launchers for commands that run at the same time."""
        while len(self._crowd) < number:
            self._crowd.append(self._launcher.another(f"{len(self._crowd)}"))
        return self._crowd[:number]

    def close(self) -> None:
        """End what was started."""
        for launcher in [*self._crowd, self._launcher]:
            launcher.close()

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
        self.tally.add("trials")
        return trial

    def _new(self, configuration: str, environ: Mapping[str, str] | None = None) -> Trial:
        self._count += 1
        name = f"t{self._count}"
        trial = Trial(self._folder / name, name, self._cloud, self._launcher, self.tally,
                      environ=dict(environ or {}))
        trial.stack.mkdir(parents=True)
        (trial.stack / "main.vbr.hcl").write_text(configuration, encoding="utf-8")
        return trial

    def _finished(self, configuration: str) -> tuple[Path, Json]:
        if configuration not in self._made:
            trial = self._new(configuration)
            trial.tally = Tally()
            done = trial.apply()
            assert done.status == 0, done
            # A second generation, so that the trials have one to lose.
            done = trial.apply()
            assert done.status == 0, done
            self._made[configuration] = trial.stack, trial.world()
        return self._made[configuration]
