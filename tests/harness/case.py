"""Cases of the command line as folders of data: see ``tests/cases/cli/README.md``."""

from __future__ import annotations

import os
import re
import shutil
import string
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launcher import CHECKOUT, Launcher, Result

CASES = CHECKOUT / "tests" / "cases" / "cli"
UPDATE = "VBRPROV_UPDATE_EXPECTED"
OWN_FILES = re.compile(r"case\.toml|expected\..*|README\.md")

_VARYING = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<uuid>"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "<time>"),
    (re.compile(r"after \d+m?\d*s\b"), "after <n>s"),
)
_ALLOWED = {
    "args", "status", "errors", "says", "never", "expected", "changes", "use", "env", "hand"}


def all_cases() -> list[str]:
    """The names of all cases."""
    return sorted(path.parent.relative_to(CASES).as_posix() for path in CASES.rglob("case.toml"))


def masked(text: str) -> str:
    """*text* without what differs from run to run."""
    for pattern, instead in _VARYING:
        text = pattern.sub(instead, text)
    return text


@dataclass
class Case:
    """One folder."""

    name: str
    data: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.folder = CASES / self.name
        self.data = tomllib.loads((self.folder / "case.toml").read_text(encoding="utf-8"))
        unknown = {"doc", "sandbox", "command"} ^ {*self.data, "sandbox"}
        assert not unknown, f"{self.name}: {unknown}"

    @property
    def needs_sandbox(self) -> bool:
        return bool(self.data.get("sandbox"))

    def lay_out(self, work: Path) -> None:
        """Copy the configuration, but for files that a command brings in later."""
        later = {path for command in self.data["command"] for path in command.get("use", {})}
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            if path.is_file() and not OWN_FILES.fullmatch(path.name) and name not in later:
                (work / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, work / name)


def contents(*folders: Path) -> dict[str, bytes]:
    """Every file below *folders*, but for what is safe to delete."""
    return {str(path): path.read_bytes() for folder in folders for path in sorted(folder.rglob("*"))
            if path.is_file() and ".vbrprov" not in path.parts and path.suffix != ".lock"}


@dataclass
class CaseRun:
    """Runs a case in a folder."""

    case: Case
    work: Path
    launcher: Launcher
    env: Mapping[str, str]
    names: Mapping[str, str]
    #: What outside of the folder must stay as it is when nothing may change.
    outside: Callable[[], Any] = list
    watched: tuple[Path, ...] = ()
    hand: Callable[[str], None] = lambda what: None

    def run(self) -> None:
        """Run all commands of the case."""
        self.case.lay_out(self.work)
        for number, command in enumerate(self.case.data["command"], 1):
            assert command.keys() <= _ALLOWED, f"{self.case.name}: {command.keys() - _ALLOWED}"
            for source, target in command.get("use", {}).items():
                shutil.copy(self.case.folder / source, self.work / target)
            for what in command.get("hand", ()):
                self.hand(self._filled(what))
            before = self._everything()
            result = self.launcher.run(
                [self._filled(word) for word in command["args"]], self.work,
                {**self.env, **{k: self._filled(v) for k, v in command.get("env", {}).items()}})
            wrong = list(self._check(command, result))
            writes = result.status == 0 and command["args"][0] in ("apply", "destroy")
            allowed = command.get("changes", writes)
            if allowed is not True:
                for what, found in self._everything().items():
                    if what != allowed and found != before[what]:
                        wrong.append(f"it changed {what}:\n{before[what]}\n{found}")
            assert not wrong, f"command {number}: " + "\n".join([*wrong, str(result)])

    def _everything(self) -> dict[str, Any]:
        return {"files": contents(self.work, *self.watched), "services": self.outside()}

    def _filled(self, text: str) -> str:
        return string.Template(text).substitute(self.names)

    def _check(self, command: Mapping[str, Any], result: Result) -> Iterator[str]:
        status = command.get("status", 0)
        if result.status != status:
            yield f"exit status {result.status}, not {status}"
        if "Traceback" in result.text or "Internal fault" in result.text:
            yield "an internal fault"
        found = len(re.findall(r"^(?:│ )?(?:Error|Refused\b.*):", result.err, re.MULTILINE))
        if status == 1 and found != command.get("errors", 1):
            yield f"{found} errors, not {command.get('errors', 1)}"
        flat = _unwrapped(result.text)
        for text in command.get("says", ()):
            if _unwrapped(self._filled(text)) not in flat:
                yield f"it does not say: {text}"
        for text in command.get("never", ()):
            if _unwrapped(self._filled(text)) in flat:
                yield f"it says: {text}"
        if "expected" in command:
            yield from self._golden(self.case.folder / command["expected"], result)

    def _golden(self, path: Path, result: Result) -> Iterator[str]:
        found = masked(result.out + result.err)
        if os.environ.get(UPDATE):
            path.write_text(found, encoding="utf-8")
        wanted = path.read_text(encoding="utf-8") if path.exists() else ""
        if found != wanted:
            yield (f"not as in {path.name} (set {UPDATE}=1 to write it anew):\n{found}\n"
                   f"--- expected\n{wanted}---")


def _unwrapped(text: str) -> str:
    """*text* on one line, without the frame of diagnostics: where it is wrapped does not matter."""
    return re.sub(r"\s+", " ", re.sub(r"^[│╷╵] ?", "", text, flags=re.MULTILINE))
