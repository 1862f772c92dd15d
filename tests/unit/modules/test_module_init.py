"""The init use case: lock file, upgrades, concurrency, crashes, surroundings."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from module_world import Repository, Root, module_text, zip_of

from vbrprov.platform_.lock import FileLock

CHECKOUT = Path(__file__).resolve().parents[3]


def archive(root: Root, word: str = "first", name: str = "m.zip") -> None:
    (root.path / name).write_bytes(zip_of({"main.vbr.hcl": module_text(word)}))


def two(root: Root) -> None:
    """Two archives and a call of each."""
    archive(root, "first", "a.zip")
    archive(root, "second", "b.zip")
    root.write('module "a" {\n  source = "./a.zip"\n}\nmodule "b" {\n  source = "./b.zip"\n}\n')


def test_nothing_to_install(root: Root) -> None:
    root.write(module_text("local"), "local/main.vbr.hcl")
    root.call("./local")
    done = root.good_init()
    assert (done.packages, done.fetched, done.empty) == (0, 0, False)
    assert root.told == ["- m in local"]
    assert sorted(p.name for p in root.path.iterdir()) == ["local", "main.vbr.hcl"]


def test_no_configuration(root: Root) -> None:
    assert root.good_init().empty


def test_mistakes_elsewhere_are_reported_too(root: Root) -> None:
    archive(root)
    root.write('module "m" {\n  source = "./m.zip"\n}\nnonsense "x" {}\n')
    root.init()
    assert root.only().summary == "Unsupported block type"


def test_two_calls_of_one_package_fetch_it_once(root: Root) -> None:
    archive(root)
    root.write('module "a" {\n  source = "./m.zip"\n}\nmodule "b" {\n  source = "./m.zip"\n}\n')
    done = root.good_init()
    assert (done.packages, done.fetched) == (1, 1)
    assert len(root.packages()) == 1


def test_what_fails_once_is_not_tried_twice(root: Root) -> None:
    root.write('module "a" {\n  source = "./m.zip"\n}\nmodule "b" {\n  source = "./m.zip"\n}\n')
    root.init()
    assert len(root.told) == 1
    assert root.only().summary == "Failed to download module"


@pytest.mark.parametrize("harm", ["change", "add", "remove", "link", "pipe", "gone"])
def test_damage_is_noticed_and_mended(harm: str, root: Root) -> None:
    archive(root)
    root.call("./m.zip")
    root.good_init()
    (name,) = root.packages()
    folder = root.path / ".vbrprov" / "modules" / name
    if harm == "change":
        (folder / "main.vbr.hcl").write_text(module_text("evil"))
    elif harm == "add":
        (folder / "more.vbr.hcl").write_text("")
    elif harm == "remove":
        (folder / "main.vbr.hcl").unlink()
    elif harm == "link":
        (folder / "out").symlink_to("/etc")
    elif harm == "pipe":
        os.mkfifo(folder / "pipe")
    else:
        folder.rename(root.path / "gone")
    root.outputs()
    found = root.only()
    expected = "Module not installed" if harm == "gone" else "Installed module was changed"
    assert found.summary == expected
    assert "\n\n    vbrprov init" in found.detail
    assert root.good_init(readonly=True).fetched == 1
    assert root.outputs()["word"] == "first"


def test_the_lock_file_decides(root: Root) -> None:
    archive(root)
    root.call("./m.zip")
    root.good_init()
    text = root.lock_file.read_text()
    root.lock_file.unlink()
    root.outputs()
    assert root.only().summary == "Module not installed"
    other = text.replace("h1:", "h1:A")[:-1]
    start = text.index("h1:") + 3
    other = text[:start] + ("B" if text[start] == "A" else "A") + text[start + 1:]
    root.lock_file.write_text(other)
    root.outputs()
    assert root.only().summary == "Installed module was changed"
    root.init()
    assert root.only().summary == "Module does not match the lock file"
    assert root.lock_file.read_text() == other
    root.lock_file.write_text("<<<<<<<\n")
    root.init()
    assert root.only().summary == "Invalid lock file"
    root.lock_file.unlink()
    root.good_init()
    assert root.lock_file.read_text() == text


def test_readonly(root: Root) -> None:
    archive(root)
    root.call("./m.zip")
    root.init(readonly=True)
    assert root.only().summary == "Module dependency changes detected"
    assert root.packages() == []
    assert not root.lock_file.exists()
    root.good_init()
    root.good_init(readonly=True)


def test_entries_are_kept_until_an_upgrade(root: Root) -> None:
    two(root)
    root.good_init()
    assert [a for a, _ in root.lock()] == ["./a.zip", "./b.zip"]
    before = root.lock_file.read_bytes()
    root.write('module "a" {\n  source = "./a.zip"\n}\n')
    root.good_init()
    assert root.lock_file.read_bytes() == before
    root.good_init(upgrade=True)
    assert [a for a, _ in root.lock()] == ["./a.zip"]


def test_a_failed_upgrade_drops_nothing(root: Root) -> None:
    two(root)
    root.good_init()
    (root.path / "b.zip").unlink()
    before = root.lock_file.read_bytes()
    root.init(upgrade=True)
    assert root.only().summary == "Failed to download module"
    assert root.lock_file.read_bytes() == before
    root.outputs()
    assert not root.diags


def test_the_lock_file_may_be_read_by_all(root: Root) -> None:
    archive(root)
    root.call("./m.zip")
    root.good_init()
    assert root.lock_file.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("name", ["TF_DATA_DIR", "VBRPROV_DATA_DIR"])
@pytest.mark.parametrize("absolute", [True, False])
def test_the_data_folder(name: str, absolute: bool, root: Root, tmp_path: Path) -> None:
    folder = tmp_path / "data" if absolute else root.path / "data"
    root.environ[name] = str(folder) if absolute else "data"
    (root.path / "m.zip").write_bytes(zip_of({
        "main.vbr.hcl": module_text("x").replace('"x"', 'file("${path.module}/word.txt")'),
        "word.txt": "read"}))
    root.call("./m.zip")
    root.good_init()
    assert root.outputs()["word"] == "read"
    assert len(list((folder / "modules").glob("m-zip-*"))) == 1
    assert not (root.path / ".vbrprov").exists()
    # Files of other folders stay closed, wherever the packages are.
    (tmp_path / "secret.txt").write_text("x")
    root.write(f'output "word" {{\n  value = "${{file("{tmp_path}/secret.txt")}}'
               '${module.m.word}"\n}\nmodule "m" {\n  source = "./m.zip"\n}\n')
    root.outputs()
    assert "outside the folder" in root.only().detail


def test_a_linked_modules_folder_is_refused(root: Root, tmp_path: Path) -> None:
    archive(root)
    root.call("./m.zip")
    (tmp_path / "elsewhere").mkdir()
    (root.path / ".vbrprov").mkdir()
    (root.path / ".vbrprov" / "modules").symlink_to(tmp_path / "elsewhere")
    root.init()
    assert "symbolic link" in root.only().detail
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(root: Root) -> None:
    archive(root)
    root.call("./m.zip")
    root.path.chmod(0o500)
    root.init()
    root.path.chmod(0o700)
    assert "Permission denied" in root.only().detail


def test_where_all_is_installed_nothing_is_written(root: Root) -> None:
    archive(root)
    root.call("./m.zip")
    root.good_init()
    modules = root.path / ".vbrprov" / "modules"
    (modules / ".lock").unlink()
    root.good_init()
    assert not (modules / ".lock").exists()


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
