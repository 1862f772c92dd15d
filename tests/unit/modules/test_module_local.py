"""Local modules in odd surroundings: links, pipes, crowds."""

from __future__ import annotations

import os

import pytest
from module_world import Root, module_text

from vbrprov.config import load as load_module


def test_a_link_to_a_folder_above(root: Root) -> None:
    root.write(module_text("x") + 'module "again" {\n  source = "./loop/child"\n}\n',
               "child/main.vbr.hcl")
    (root.path / "child" / "loop").symlink_to("..")
    root.call("./child")
    root.outputs()
    found = root.only()
    assert found.summary == "Module not found"
    assert "it would contain itself" in found.detail


def test_a_link_that_leads_to_itself(root: Root) -> None:
    (root.path / "loop").symlink_to("loop")
    root.call("./loop")
    root.outputs()
    assert root.only().summary == "Module not found"


def test_a_pipe_in_place_of_a_file(root: Root) -> None:
    (root.path / "child").mkdir()
    os.mkfifo(root.path / "child" / "main.vbr.hcl")
    root.call("./child")
    root.outputs()
    assert "it is not a regular file" in root.only().detail


def test_a_folder_with_a_crowd_of_files(root: Root) -> None:
    root.write(module_text("x"), "child/main.vbr.hcl")
    for number in range(load_module.__globals__["MAX_FILES"] + 1):
        os.close(os.open(root.path / "child" / f"f{number}.txt", os.O_CREAT | os.O_WRONLY))
    root.call("./child")
    assert root.outputs()["word"] == "x"
    assert not root.diags
    for number in range(load_module.__globals__["MAX_FILES"] + 1):
        (root.path / "child" / f"f{number}.txt").rename(root.path / "child" / f"f{number}.vbr.hcl")
    root.outputs()
    assert root.only().summary == "Too many configuration files"


def test_modules_that_multiply(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(load_module.__globals__, "MAX_MODULES", 500)
    depth = 20
    for level in range(depth):
        calls = "".join(f'module "m{n}" {{\n  source = "../l{level + 1}"\n}}\n' for n in range(2))
        root.write(calls if level < depth - 1 else module_text("x"), f"l{level}/main.vbr.hcl")
    root.write('module "m" {\n  source = "./l0"\n}\n')
    loaded = root.load()
    assert len(list(loaded.walk())) == 500
    assert all("more than 500" in d.detail for d in root.diags)
    assert 0 < len(root.diags) < 2 * depth + 1
