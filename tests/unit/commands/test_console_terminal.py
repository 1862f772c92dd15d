"""``console`` on a terminal: a pseudo-terminal with the program behind it."""

from __future__ import annotations

import os
import re
import select
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pty = pytest.importorskip("pty")
pytest.importorskip("readline")

MAIN = """variable "region" {
  default = "eu-west-1"
}
variable "secret" {
  default   = { first = "hunter2" }
  sensitive = true
}
locals {
  settings = { colour = "blue", count = 3 }
}
resource "terraform_data" "thing" {
}
"""
#: Nobody waits that long unless something hangs.
PATIENCE = 30.0
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x07|\r")


class Session:
    """The console behind a pseudo-terminal."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self._main, other = pty.openpty()
        # With a terminal of its own, Control-C is a key and not a call of ours.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vbrprov", "console", "-no-color"], cwd=folder,
            pass_fds=(other,), preexec_fn=lambda: os.login_tty(other),
            env={**os.environ, "HOME": str(folder / "home"), "TERM": "dumb", "INPUTRC": os.devnull,
                 "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), **environ})
        os.close(other)
        self._seen = ""

    def until(self, text: str) -> str:
        """What is printed up to *text*."""
        while text not in self._seen:
            ready, _, _ = select.select([self._main], [], [], PATIENCE)
            assert ready, f"{text!r} does not come: {self._seen!r}"
            try:
                more = os.read(self._main, 4096)
            except OSError:
                more = b""
            assert more, f"it ended before {text!r}: {self._seen!r}"
            self._seen += _ESCAPES.sub("", more.decode())
        before, _, self._seen = self._seen.partition(text)
        return before

    def interrupt(self) -> None:
        """Press Control-C until it is noticed: just after a prompt it may be kept for later."""
        while not self._seen:
            self.type("\x03")
            if select.select([self._main], [], [], 1.0)[0]:
                return

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._main, text.encode())

    def ask(self, line: str) -> str:
        """Type a line; what comes before the next prompt, without the echo."""
        self.type(line + "\n")
        self.until("\n")
        return self.until("\n> ")

    def end(self) -> int:
        """Its exit status."""
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        """Stop it, however it stands."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._main)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a configuration."""
    (tmp_path / "main.vbr.hcl").write_text(MAIN, encoding="utf-8")
    return tmp_path


@pytest.fixture
def session(folder: Path) -> Iterator[Session]:
    """A console at its first prompt."""
    made = Session(folder)
    made.until("> ")
    yield made
    made.close()


def test_values_errors_and_help(session: Session) -> None:
    assert session.ask("var.region") == '"eu-west-1"'
    assert "Reference to undeclared input variable" in session.ask("var.nope")
    assert session.ask("1 + 2") == "3"
    assert "hunter2" not in session.ask("var.secret")
    assert "Type an expression" in session.ask("help")
    session.type("exit\n")
    assert session.end() == 0


def test_brackets_and_heredocs_go_on(session: Session) -> None:
    session.type("[\n")
    session.until("\n. ")
    session.type("1,\n")
    session.until("\n. ")
    session.type("2]\n")
    assert "2,\n]" in session.until("\n> ")
    session.type("upper(<<E\n")
    session.until("\n. ")
    session.type("abc\n")
    session.until("\n. ")
    session.type("E\n")
    session.until("\n. ")
    session.type(")\n")
    assert "ABC" in session.until("\n> ")


def test_tab_completes_names_and_attributes(session: Session) -> None:
    session.type("var.reg\t\n")
    assert session.until("\n> ").endswith('var.region\n"eu-west-1"')
    session.type("local.settings.col\t\n")
    assert session.until("\n> ").endswith('local.settings.colour\n"blue"')
    session.type("startsw\t\"abc\", \"a\")\n")
    assert session.until("\n> ").endswith("\ntrue")
    # The names inside a secret stay secret.
    session.type("var.secret.fi\t\n")
    assert "var.secret.fi\n" in session.until("\n> ") + "\n"


def test_control_c_drops_what_was_begun_and_then_ends(session: Session) -> None:
    session.type("[1,\n")
    session.until("\n. ")
    session.interrupt()
    session.until("\n> ")
    assert session.ask("7") == "7"
    session.interrupt()
    assert session.end() == 0


def test_control_d_ends(session: Session) -> None:
    session.type("\x04")
    assert session.end() == 0


def test_nothing_that_was_typed_is_kept(session: Session, folder: Path) -> None:
    session.ask('"swordfish"')
    session.type("exit\n")
    assert session.end() == 0
    assert not [p for p in folder.rglob("*") if p.is_file() and b"swordfish" in p.read_bytes()]


def test_history_is_kept_in_a_file_on_request(folder: Path) -> None:
    history = folder / "history"
    first = Session(folder, VBRPROV_CONSOLE_HISTORY=str(history))
    first.until("> ")
    first.ask('"kept"')
    first.type("exit\n")
    assert first.end() == 0
    first.close()
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    second = Session(folder, VBRPROV_CONSOLE_HISTORY=str(history))
    second.until("> ")
    # Up twice: "exit" is the last line.
    second.type("\x1b[A\x1b[A\n")
    assert second.until("\n> ").endswith('"kept"\n"kept"')
    second.process.send_signal(signal.SIGTERM)
    second.end()
    second.close()
