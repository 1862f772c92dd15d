"""The init use case: lock file, upgrades, damage, surroundings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from module_world import Root, archive, module_text, two, zip_of


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
    root.write(module_text("none"))
    root.good_init(upgrade=True)
    assert root.lock() == {}


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
