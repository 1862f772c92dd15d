"""Runs of init beside each other, cut off, and from the command line."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from module_world import Repository, Root, archive, two

from vbrprov.platform_.lock import FileLock

CHECKOUT = Path(__file__).resolve().parents[3]


def test_a_second_init_waits(root: Root) -> None:
    archive(root)
    root.call("./m.zip")
    modules = root.path / ".vbrprov" / "modules"
    modules.mkdir(parents=True)
    with FileLock(modules / ".lock", "init"):
        root.init()
        found = root.only()
        assert found.summary == "Another init is running"
        assert 'running "init"' in found.detail
        assert root.packages() == []
    root.good_init()


def test_many_at_once(root: Root) -> None:
    two(root)
    others = [Root(root.path) for _ in range(6)]
    for each in others:
        each.request = lambda **_: Root.request(root).__class__(  # type: ignore[method-assign]
            environ=root.environ, lock_timeout=60.0)
    threads = [threading.Thread(target=each.good_init) for each in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.messages() for each in others] == [[]] * 6
    assert len(root.packages()) == 2
    assert sum(len([t for t in each.told if t.startswith("Down")]) for each in others) == 2
    assert len(root.lock()) == 2
    root.outputs()
    assert not root.diags


def run(root: Root, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    env = root.environ | {"PYTHONPATH": f"{CHECKOUT}{os.pathsep}{CHECKOUT / 'providers'}"}
    return subprocess.run([sys.executable, "-m", "vbrprov", *words], cwd=root.path,
                          env=env | environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("place", ["init.before_rename", "init.before_lock"])
@pytest.mark.parametrize("upgrade", [False, True])
def test_a_crash_leaves_what_init_can_mend(place: str, upgrade: bool, root: Root) -> None:
    archive(root)
    root.call("./m.zip")
    if upgrade:
        root.good_init()
        archive(root, "second")
    died = run(root, "init", *(["-upgrade"] if upgrade else []), VBRPROV_FAILPOINT_ENABLE="1",
               VBRPROV_FAILPOINT=place)
    assert died.returncode < 0
    root.outputs()
    assert root.only().summary in ("Module not installed", "Installed module was changed")
    root.good_init(upgrade=upgrade)
    assert root.outputs()["word"] == ("second" if upgrade else "first")
    assert len(root.packages()) == 1


def test_a_full_disk(root: Root) -> None:
    archive(root)
    root.call("./m.zip")
    failed = run(root, "init", VBRPROV_FAILPOINT_ENABLE="1",
                 VBRPROV_FAILPOINT="init.before_rename=enospc")
    assert failed.returncode == 1
    assert "No space left on device" in failed.stderr
    assert root.packages() == []
    root.good_init()
    archive(root, "second")
    failed = run(root, "init", "-upgrade", VBRPROV_FAILPOINT_ENABLE="1",
                 VBRPROV_FAILPOINT="init.before_rename=enospc")
    assert failed.returncode == 1
    assert root.outputs()["word"] == "first"


def test_commands(root: Root, repository: Repository) -> None:
    root.call(repository.source, 'version = "~> 1.0"')
    first = run(root, "init", "-input=false", "-backend=false", "-no-color")
    assert first.returncode == 0, first.stderr
    assert f"Downloading {repository.source} for m..." in first.stdout
    assert "Success! Modules installed: 1 of 1." in first.stdout
    again = run(root, "init")
    assert "Modules are installed as locked: 1." in again.stdout
    assert "Downloading" not in again.stdout
    repository.commit("later", tag="v1.5.0")
    got = run(root, "get", "-update")
    assert "Downloading" in got.stdout
    assert "Success" not in got.stdout
    clash = run(root, "init", "-upgrade", "-lockfile=readonly")
    assert clash.returncode == 1
    assert "-upgrade conflicts with -lockfile=readonly" in clash.stderr
    skipped = run(root, "init", "-get=false")
    assert skipped.returncode == 0
    assert '+ word = "later"' in run(root, "plan").stdout.replace("  ", " ")


def test_a_login_is_never_printed(root: Root) -> None:
    root.call("git::http://someone:hunter22@127.0.0.1:1/none.git")
    for words in (["init"], ["plan"], ["validate"]):
        done = run(root, *words)
        assert "hunter22" not in done.stdout + done.stderr
        assert "Credentials in a module source" in done.stdout
        assert done.returncode == 1
    root.call("git::http://someone:hunter22@127.0.0.1:1/none.git?what=1")
    done = run(root, "init")
    assert "hunter22" not in done.stdout + done.stderr


def test_a_test_run_looks_into_the_data_folder(root: Root) -> None:
    archive(root)
    root.call("./m.zip")
    root.write('run "words" {\n  command = plan\n  assert {\n    condition = module.m.word == '
               '"first"\n    error_message = "another word"\n  }\n}\n',
               "tests/all.vbrtest.hcl")
    elsewhere = {"VBRPROV_DATA_DIR": "elsewhere"}
    assert run(root, "init", **elsewhere).returncode == 0
    done = run(root, "test", **elsewhere)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    assert run(root, "test").returncode == 1
