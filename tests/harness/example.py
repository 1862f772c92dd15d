"""One of the examples in a folder of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from launcher import CHECKOUT, Launcher, Result
from services import Sandbox


class Example:
    """A copy of an example, and commands in it."""

    def __init__(self, name: str, folder: Path, launcher: Launcher, sandbox: Sandbox) -> None:
        self._launcher = launcher
        self.folder = folder / name
        shutil.copytree(CHECKOUT / "examples" / name, self.folder)
        self._env = launcher.environment(folder / "home", **sandbox.env)

    def run(self, *args: str, status: int = 0, says: str = "", **variables: str) -> Result:
        done = self._launcher.run(args, self.folder, self._env | variables)
        assert done.status == status, done.tail
        assert says in done.text, done.tail
        return done

    def change(self, before: str, after: str) -> None:
        main = self.folder / "main.vbr.hcl"
        text = main.read_text(encoding="utf-8")
        assert before in text
        main.write_text(text.replace(before, after, 1), encoding="utf-8")
