"""Runs commands and keeps every byte that they write, to be searched for secrets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from canary import files, find
from launcher import Launcher, Result


class Watched:
    """A folder ``work`` with a home beside it; what lies below *root* and *also* is searched.

    Debug logs of the SDKs are on, in a file; it is searched like every other.
    """

    def __init__(self, root: Path, launcher: Launcher, *, also: Sequence[Path] = (),
                 **variables: str) -> None:
        self.root, self.work, self.log = root, root / "work", root / "debug.log"
        self.work.mkdir(parents=True)
        self.commands = 0
        self._also = list(also)
        self._given: set[Path] = set()
        self._seen: dict[bytes, tuple[str, bytes]] = {}
        self._sizes: dict[Path, tuple[int, int]] = {}
        self._launcher = launcher
        self.env = launcher.environment(root / "home", VBRPROV_LOG="trace",
                                        VBRPROV_LOG_PATH=str(self.log), **variables)

    def write(self, name: str, text: str) -> Path:
        """Write a file; it is searched."""
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def give(self, name: str, text: str) -> None:
        """Write a file of the user's own that holds a secret; it is not searched."""
        self._given.add(self.write(name, text))

    def run(self, *args: str, status: int | Iterable[int] | None = 0, stdin: str = "",
            **variables: str) -> Result:
        """Run a command, and keep what it writes."""
        told = self.root / "stdin"
        self._given.add(told)
        told.write_text(stdin, encoding="utf-8")
        done = self._launcher.start(args, self.work, self.env | variables, str(told)).wait()
        wanted = (status,) if isinstance(status, int) else status
        assert wanted is None or done.status in wanted, done.tail
        self.keep(" ".join(args), done)
        return done

    def fresh(self, *args: str, status: int = 0, **variables: str) -> Result:
        """Run a command in a new interpreter, and keep what it writes."""
        done = self._launcher.fresh(args, self.work, self.env | variables)
        assert done.status == status, done.tail
        self.keep(" ".join(args), done)
        return done

    def keep(self, what: str, done: Result) -> None:
        """Keep what a command wrote to its streams and to files."""
        self.commands += 1
        self._note(f"{self.commands}: {what}: standard output", done.out.encode())
        self._note(f"{self.commands}: {what}: standard error", done.err.encode())
        for path in files([self.root, *self._also]):
            # The log only grows: searched once, at the end. The sandbox's logins are no secrets.
            if path in self._given or path == self.log or path.name == "sandbox.json":
                continue
            about = path.stat()
            if self._sizes.get(path) != (about.st_mtime_ns, about.st_size):
                self._sizes[path] = (about.st_mtime_ns, about.st_size)
                self._note(f"{self.commands}: {what}: {path}", path.read_bytes())

    def _note(self, name: str, data: bytes) -> None:
        self._seen.setdefault(hashlib.sha256(data).digest(), (name, data))

    @property
    def size(self) -> int:
        """How many different bytes there are to be searched."""
        return sum(len(data) for _, data in self._everything())

    def leaks(self, secrets: Mapping[str, str]) -> list[str]:
        """Where one of *secrets* was found.

        The sandbox's log is the clouds' own: what objects are called there is no secret to them.
        """
        own = {name: secret for name, secret in secrets.items() if name != "resource name"}
        return [f"{name}: {what}" for name, data in self._everything()
                for what in find(own if name.endswith("/sandbox.log") else secrets, data)]

    def _everything(self) -> list[tuple[str, bytes]]:
        log = [("the debug log", self.log.read_bytes())] if self.log.exists() else []
        return [*self._seen.values(), *log]
