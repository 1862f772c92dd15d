"""Files that are no files, lie elsewhere, or have names that do something to a terminal."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from judging import accepted, contents, refused
from launcher import Launcher, Result

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
OUTSIDE = "leads outside the folder of the configuration"
Plan = Callable[..., Result]


@pytest.fixture
def plan(launcher: Launcher, work: Path, env: dict[str, str]) -> Plan:
    """Plans a configuration of one output; nothing may appear or vanish."""
    def run(expression: str = "", *options: str) -> Result:
        if expression:
            (work / "main.vbr.hcl").write_text(f'output "o" {{\n  value = {expression}\n}}\n',
                                               encoding="utf-8")
        before = contents(work)
        result = launcher.run(["plan", "-no-color", *options], work, env)
        assert contents(work) == before
        return result
    return run


@pytest.mark.parametrize("name", ["file", "filesha256", "fileexists"])
@pytest.mark.parametrize(("path", "says"), [
    ("/dev/zero", OUTSIDE), ("/etc/hostname", OUTSIDE), ("../secret", OUTSIDE),
    ("inside/../../secret", OUTSIDE), ("link", OUTSIDE), ("folder/hostname", OUTSIDE),
    ("device", OUTSIDE), ("pipe", "not a"), ("inside", "a directory"), ("loop", "line 2"),
    ("x\\u0000y", "NUL"), ("~/x", OUTSIDE), ("~root/x", "home"),
])
def test_a_function_reads_regular_files_of_the_folder_only(
    name: str, path: str, says: str, work: Path, plan: Plan,
) -> None:
    (work.parent / "secret").write_text("outside", encoding="utf-8")
    (work / "inside").mkdir()
    (work / "link").symlink_to(work.parent / "secret")
    (work / "folder").symlink_to("/etc")
    (work / "device").symlink_to("/dev/zero")
    (work / "loop").symlink_to("loop")
    os.mkfifo(work / "pipe")
    refused(plan(f'{name}("{path}")'), [says, "main.vbr.hcl line 2"])


@pytest.mark.parametrize("expression", [
    'templatefile("../secret", {})', 'fileset("..", "*")', 'fileset(".", "../*")',
    'fileset("/", "*")', 'templatefile("link", {})',
])
def test_templates_and_patterns_stay_inside_too(expression: str, work: Path, plan: Plan) -> None:
    (work.parent / "secret").write_text("outside", encoding="utf-8")
    (work / "link").symlink_to(work.parent / "secret")
    refused(plan(expression), [OUTSIDE])


def test_a_link_inside_the_folder_is_followed(work: Path, plan: Plan) -> None:
    (work / "there").write_text("text", encoding="utf-8")
    (work / "link").symlink_to("there")
    accepted(plan('file("link")'))


def test_a_large_file_is_not_read(work: Path, plan: Plan) -> None:
    with (work / "large").open("wb") as file:
        file.truncate(1 << 40)
    refused(plan('file("large")'), ["larger than", "line 2"])
    refused(plan('filesha256("large")'), ["line 2"])


@pytest.mark.slow
def test_a_folder_of_many_files(work: Path, plan: Plan) -> None:
    (work / "many").mkdir()
    for number in range(100_001):
        (work / "many" / str(number)).touch()
    refused(plan('fileset("many", "*")'), ["100000", "line 2"])


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _nowhere(path: Path) -> None:
    path.symlink_to("nowhere")


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


THINGS = [pytest.param(make, id=make.__name__[1:])
          for make in (_pipe, _device, _nowhere, _loop, _sparse)]


@pytest.mark.parametrize("make", THINGS)
def test_a_configuration_file_that_is_none(make: Callable[[Path], None], work: Path,
                                           plan: Plan) -> None:
    make(work / "more.vbr.hcl")
    refused(plan("1"), ["Cannot read a file", "more.vbr.hcl"])


@pytest.mark.parametrize("make", THINGS)
@pytest.mark.parametrize("name", ["given", "x.auto.vbrvars.hcl"])
def test_a_file_of_values_that_is_none(make: Callable[[Path], None], name: str, work: Path,
                                       plan: Plan) -> None:
    make(work / name)
    refused(plan("1", *(["-var-file=given"] if name == "given" else [])), [name])


def test_a_folder_with_the_name_of_a_configuration_file(work: Path, plan: Plan) -> None:
    (work / "more.vbr.hcl").mkdir()
    accepted(plan("1"))


def test_escapes_in_a_file_name(work: Path, plan: Plan) -> None:
    (work / "a\x1b[31m\u202e\n::error::x.vbr.hcl").write_text("nope\n", encoding="utf-8")
    refused(plan(), ["line 1"], ["\n::error"])


def test_escapes_in_a_path_of_a_function(plan: Plan) -> None:
    refused(plan(r'file("no\u001b[31m\u202e.txt")'), ["line 2"])


def test_a_name_that_is_not_utf_8(work: Path, plan: Plan) -> None:
    Path(os.fsdecode(os.fsencode(work) + b"/caf\xe9.vbr.hcl")).write_text("nope\n",
                                                                          encoding="utf-8")
    refused(plan(), ["line 1"])


def test_twins_by_case(work: Path, plan: Plan) -> None:
    (work / "Main.vbr.hcl").write_text('output "o" {\n  value = 2\n}\n', encoding="utf-8")
    if (work / "main.vbr.hcl").exists():
        pytest.skip("this file system does not tell them apart")
    refused(plan("1"), ["Duplicate output", "Main.vbr.hcl line 1", "main.vbr.hcl line 1"])


@pytest.mark.parametrize(("source", "says"), [
    ("./nope", "Module not found"), ("../../nope", "Module not found"),
    ("./loop", "Module not found"), ("./pipe", "Module not found"), ("./itself", "Module"),
    ("https://example.org/x", "module source"), ("./\\u001b[31m", "module source"),
    ("", "odule"), ("/etc", "odule"), ("..", "Module"),
])
def test_a_module_that_is_none(source: str, says: str, work: Path, plan: Plan) -> None:
    (work / "loop").symlink_to("loop")
    (work / "itself").symlink_to(".")
    os.mkfifo(work / "pipe")
    (work / "more.vbr.hcl").write_text(f'module "m" {{\n  source = "{source}"\n}}\n',
                                       encoding="utf-8")
    refused(plan(), [says])


def test_many_errors_are_cut_short(work: Path, plan: Plan) -> None:
    (work / "main.vbr.hcl").write_bytes(b"] = \n" * 100_000)
    result = plan()
    refused(result, ["main.vbr.hcl line 1"])
    assert len(result.err) < 100_000
