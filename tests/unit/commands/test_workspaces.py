"""Workspaces, locks and moves of local states, by the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vbrprov.platform_.lock import FileLock
from vbrprov.state.backends.local import LocalBackend

TEXT = """
resource "vbrprov_data" "a" {
  input = terraform.workspace
}
output "where" {
  value = vbrprov_data.a.output
}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("TF_WORKSPACE", "VBRPROV_WORKSPACE", "TF_DATA_DIR", "VBRPROV_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "main.vbr.hcl").write_text(TEXT)
    return tmp_path


def ok(run: Any, *args: str) -> str:
    done = run(*args)
    assert done.status == 0, done
    return str(done.out)


def refused(run: Any, *args: str) -> str:
    done = run(*args)
    assert done.status == 1, done
    return " ".join(done.err.replace("│", " ").split())


def test_states_of_workspaces_are_apart(run: Any, folder: Path) -> None:
    ok(run, "apply", "-auto-approve")
    assert ok(run, "workspace", "show") == "default\n"
    assert 'is "test" now' in ok(run, "workspace", "new", "test")
    assert ok(run, "workspace", "list") == "  default\n* test\n"
    assert ok(run, "state", "list") == ""
    ok(run, "apply", "-auto-approve")
    assert ok(run, "output", "-raw", "where") == "test"
    ok(run, "workspace", "select", "default")
    assert ok(run, "output", "-raw", "where") == "default"
    assert run("plan", "-detailed-exitcode").status == 0
    assert "manages 1 objects" in refused(run, "workspace", "delete", "test")
    ok(run, "workspace", "delete", "-force", "test")
    assert ok(run, "workspace", "list") == "* default\n"
    assert run("plan", "-detailed-exitcode").status == 0


def test_the_environment_chooses(run: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_WORKSPACE", "other")
    ok(run, "apply", "-auto-approve")
    assert ok(run, "output", "-raw", "where") == "other"
    assert "TF_WORKSPACE names the workspace" in refused(run, "workspace", "select", "default")
    monkeypatch.setenv("TF_WORKSPACE", "../up")
    assert "cannot be the name of a workspace" in refused(run, "apply", "-auto-approve")


@pytest.mark.parametrize(("args", "says"), [
    (("new", "a/b"), "cannot be the name"),
    (("new", ".."), "cannot be the name"),
    (("new", "default"), 'already'),
    (("select", "none"), 'There is no workspace "none"'),
    (("delete", "default"), "always there"),
    (("delete", "none"), 'There is no workspace "none"'),
])
def test_what_is_refused(run: Any, folder: Path, args: tuple[str, ...], says: str) -> None:
    assert says in refused(run, "workspace", *args)


def test_the_current_one_is_not_deleted(run: Any, folder: Path) -> None:
    ok(run, "workspace", "select", "-or-create", "test")
    assert "is the current workspace" in refused(run, "workspace", "delete", "test")
    ok(run, "workspace", "new", "more")
    ok(run, "workspace", "select", "test")
    ok(run, "workspace", "delete", "more")
    assert ok(run, "workspace", "list") == "  default\n* test\n"


def test_a_saved_plan_is_for_its_workspace(run: Any, folder: Path) -> None:
    ok(run, "apply", "-auto-approve")
    ok(run, "plan", "-out=p")
    ok(run, "workspace", "new", "test")
    assert "stale" in refused(run, "apply", "p")


def test_locks_are_shown(run: Any, folder: Path) -> None:
    ok(run, "apply", "-auto-approve")
    assert ok(run, "lock", "list") == "There is no lock.\n"
    assert ok(run, "lock", "break") == "There is no lock.\n"
    with FileLock(folder / "vbrprov.vbrstate.lock", "apply"):
        shown = json.loads(ok(run, "lock", "show", "-json"))
        [lock] = shown["locks"]
        assert (lock["workspace"], lock["holder"]["operation"]) == ("default", "apply")
        assert lock["holder"]["id"] in ok(run, "lock", "list")
        says = refused(run, "lock", "break", "-auto-approve")
        assert f"end process {lock['holder']['pid']}" in says
        assert "add -auto-approve" in refused(run, "force-unlock", lock["holder"]["id"])


def test_lock_false_has_no_effect_here(run: Any, folder: Path) -> None:
    done = run("apply", "-auto-approve", "-lock=false")
    assert done.status == 0
    assert "locked all the same" in done.out
    with FileLock(folder / "vbrprov.vbrstate.lock", "apply"):
        assert "in use by" in refused(run, "apply", "-auto-approve", "-lock=false")


def backend(folder: Path, text: str) -> None:
    (folder / "backend.vbr.hcl").write_text(f"terraform {{\n  {text}\n}}\n")


def test_moving_a_state(run: Any, folder: Path) -> None:
    ok(run, "apply", "-auto-approve")
    ok(run, "workspace", "new", "test")
    ok(run, "apply", "-auto-approve")
    ok(run, "workspace", "select", "default")
    backend(folder, 'backend "local" {\n    path = "elsewhere/s.vbrstate"\n  }')
    (folder / "elsewhere").mkdir(mode=0o700)
    for command in (("plan",), ("apply", "-auto-approve"), ("state", "list"), ("init",)):
        assert "Backend changed" in refused(run, *command)
    said = ok(run, "init", "-migrate-state")
    assert 'workspace "default" (1 objects)' in said
    assert 'workspace "test" (1 objects)' in said
    assert run("plan", "-detailed-exitcode").status == 0
    old, _ = LocalBackend(folder / "vbrprov.vbrstate").read()
    new, _ = LocalBackend(folder / "elsewhere" / "s.vbrstate").read()
    assert (old.lineage, old.instances) == (new.lineage, new.instances)
    ok(run, "workspace", "select", "test")
    assert run("plan", "-detailed-exitcode").status == 0
    # And back: the old place holds the same stack, only older.
    (folder / "backend.vbr.hcl").unlink()
    ok(run, "init", "-migrate-state")
    assert run("plan", "-detailed-exitcode").status == 0


def test_another_stack_is_not_overwritten(run: Any, folder: Path) -> None:
    ok(run, "apply", "-auto-approve")
    backend(folder, 'backend "local" {\n    path = "b.vbrstate"\n  }')
    ok(run, "init", "-reconfigure")
    ok(run, "apply", "-auto-approve")
    (folder / "backend.vbr.hcl").unlink()
    assert "another stack" in refused(run, "init", "-migrate-state")
    assert "Backend changed" in refused(run, "plan")
    ok(run, "init", "-reconfigure")
    assert run("plan", "-detailed-exitcode").status == 0


@pytest.mark.parametrize(("text", "says"), [
    ('backend "s4" {}', 'There is no backend "s4"'),
    ('backend "local" { file = "x" }', 'has no argument "file"'),
    ('backend "local" { path = aws_s3_bucket.b.id }', "must be known before"),
    ('backend "http" {}', '"address"'),
])
def test_settings_that_make_no_sense(run: Any, folder: Path, text: str, says: str) -> None:
    backend(folder, text)
    assert says in refused(run, "plan")
