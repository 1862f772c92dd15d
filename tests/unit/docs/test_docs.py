"""What README.md and docs/ say is so: links, commands, output, words."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
README = CHECKOUT / "README.md"
PAGES = [README, CHECKOUT / "CHANGELOG.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`[^`\n]+`")
NAMED = re.compile(r"\bvbrprov(?: -chdir=\S+)?((?: [a-z]+){1,2})(?![\w.{-])")
STATUS = re.compile(r"#\s*exit status (\d+)\s*$")
SECONDS = 60

#: Praise, vagueness, and what belongs to one place or one moment.
FORBIDDEN = re.compile(
    r"\b(simply|easily|seamless\w*|powerful|blazing\w*|effortless\w*|world-class|robust\w*"
    r"|cutting-edge|revolutionar\w*|leverag\w*|best-in-class|delightful|awesome"
    r"|todo|tbd|fixme|coming soon|note that|misc|utils)\b"
    r"|/tmp/|\.\./shared", re.IGNORECASE)


def page_id(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


def fences(path: Path, wanted: str) -> list[str]:
    """The fenced texts of a page whose info string is *wanted*."""
    return [match["text"] for match in FENCE.finditer(path.read_text(encoding="utf-8"))
            if match["info"].strip() == wanted]


def steps(path: Path) -> Iterator[tuple[str, str]]:
    """What a page asks for, in order: files to write (by path) and commands to run (path "")."""
    for match in FENCE.finditer(path.read_text(encoding="utf-8")):
        info = match["info"].strip()
        if info == "sh run":
            yield "", match["text"]
        elif info.startswith(("hcl ", "json ")):
            yield info.partition(" ")[2], match["text"]


def prose(path: Path) -> str:
    """A page without fenced blocks."""
    return FENCE.sub("", path.read_text(encoding="utf-8"))


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found = set()
    for line in prose(path).splitlines():
        if line.startswith("#"):
            words = re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().lower())
            found.add(words.replace(" ", "-"))
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """A copy of the examples, and an environment with ``vbrprov`` and a sandbox of its own."""
    folder = tmp_path_factory.mktemp("checkout")
    ignore = shutil.ignore_patterns("*.vbrstate*", ".vbrprov")
    shutil.copytree(CHECKOUT / "examples", folder / "examples", ignore=ignore)
    programs = tmp_path_factory.mktemp("bin")
    program = programs / "vbrprov"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m vbrprov "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    kept = {k: v for k, v in os.environ.items()
            if not k.startswith(("VBRPROV_", "TF_", "AWS_", "PYTHON", "XDG_"))}
    environ = kept | {
        "HOME": str(tmp_path_factory.mktemp("home")),
        "PATH": os.pathsep.join((str(programs), os.environ["PATH"])),
        "PYTHONPATH": os.pathsep.join((str(CHECKOUT), str(CHECKOUT / "providers"))),
        "VBRPROV_SANDBOX_DIR": str(tmp_path_factory.mktemp("sandbox")),
    }
    yield folder, environ
    subprocess.run([program, "sandbox", "stop"], env=environ, capture_output=True, check=False)


def shell(line: str, place: tuple[Path, dict[str, str]]) -> subprocess.CompletedProcess[str]:
    folder, environ = place
    return subprocess.run(["/bin/sh", "-c", line], cwd=folder, env=environ, capture_output=True,
                          text=True, encoding="utf-8", timeout=SECONDS, check=False)


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_lead_somewhere(page: Path) -> None:
    text = CODE.sub("", prose(page))
    for link in LINK.findall(text):
        if link.startswith(("https://", "http://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_no_forbidden_word(page: Path) -> None:
    found = [f"line {number}: {match[0]!r}"
             for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1)
             for match in FORBIDDEN.finditer(line)]
    assert not found


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_files_that_are_named_exist(page: Path) -> None:
    for word in re.findall(r"`((?:docs|tests|vbrprov|providers|examples|tools)/[\w./-]+)`",
                           prose(page)):
        assert (CHECKOUT / word).exists(), word


@pytest.mark.parametrize("page", [p for p in PAGES if fences(p, "sh run")], ids=page_id)
def test_commands_that_are_marked_run(page: Path, place: tuple[Path, dict[str, str]]) -> None:
    if sys.platform == "win32":
        pytest.skip("the commands are for a POSIX shell")
    for path, text in steps(page):
        if path:
            target = place[0] / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            continue
        exports = "".join(f"{line}\n" for line in text.splitlines() if line.startswith("export "))
        for line in text.splitlines():
            if not line.strip() or line.startswith("export "):
                continue
            wanted = STATUS.search(line)
            done = shell(f"{exports}{line}", place)
            status = 128 - done.returncode if done.returncode < 0 else done.returncode
            assert status == int(wanted[1] if wanted else 0), f"{line}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize(("page", "info", "command"), [
    ("README.md", "text plan", "vbrprov -chdir=examples/quickstart plan -sandbox -no-color"),
    ("README.md", "text refusal", "vbrprov -chdir=examples/forbidden validate -no-color 2>&1"),
    ("docs/testing.md", "text test", "vbrprov -chdir=examples/sites test -no-color"),
    ("docs/policies.md", "text explain", "vbrprov policy render -vendor=aws -purpose=read_only "
     "-bucket=agents-backup -explain"),
    ("docs/policies.md", "text check", "vbrprov policy check given.json -vendor=aws "
     "-purpose=repository -bucket=agents-backup -browse=false"),
])
def test_pages_show_what_is_printed(
    page: str, info: str, command: str, place: tuple[Path, dict[str, str]],
) -> None:
    if sys.platform == "win32":
        pytest.skip("the commands are for a POSIX shell")
    for path, text in steps(CHECKOUT / page):
        if path:
            (place[0] / path).parent.mkdir(parents=True, exist_ok=True)
            (place[0] / path).write_text(text, encoding="utf-8")
    printed = shell(command, place).stdout
    (shown,) = fences(CHECKOUT / page, info)
    at = 0
    for piece in shown.split("...\n"):
        found = printed.find(piece, at)
        assert found >= 0, f"not printed any more:\n{piece}\n--- but:\n{printed}"
        at = found + len(piece)


def commands() -> set[str]:
    """All commands there are, those below a group with its name in front."""
    cli = CHECKOUT / "vbrprov" / "cli"
    found = {path.stem.rstrip("_") for path in (cli / "commands").glob("[!_]*.py")}
    for group in cli.glob("*_commands"):
        name = group.name.removesuffix("_commands")
        found |= {f"{name} {path.stem.rstrip('_')}" for path in group.glob("[!_]*.py")}
    return found


def test_commands_that_are_named_exist() -> None:
    known = commands()
    for page in PAGES:
        for text in [*fences(page, "sh"), *fences(page, "sh run"), *CODE.findall(prose(page))]:
            for words in NAMED.findall(text):
                first, *rest = words.split()
                assert first in known, f"{page_id(page)}: vbrprov {words}"
                grouped = any(name.startswith(f"{first} ") for name in known)
                assert not (grouped and rest) or f"{first} {rest[0]}" in known, words


def test_commands_that_readme_calls_missing_are_missing() -> None:
    text = README.read_text(encoding="utf-8")
    missing = text.partition("<!-- missing -->")[2].partition("<!-- end -->")[0]
    names = set(re.findall(r"`([a-z -]+)`", missing))
    assert names
    there = names & commands()
    assert not there, f"README.md says that these are not there yet: {sorted(there)}"


def test_the_reference_has_every_rule() -> None:
    reference = CHECKOUT / "docs" / "reference"
    page = (reference / "rules.md").read_text(encoding="utf-8")
    there = {path.name[:6].upper() for path in (CHECKOUT / "providers").glob("*/rules/vbr*.py")}
    assert set(re.findall(r"^\| \[(VBR\d{3})\]", page, re.MULTILINE)) == there
    assert {path.stem for path in (reference / "rules").glob("*.md")} == there


def test_exit_statuses_of_readme(place: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("the commands are for a POSIX shell")
    table = README.read_text(encoding="utf-8").partition("## Exit statuses")[2]
    rows = re.findall(r"^\| ([\d, ]+) \|", table.partition("\n## ")[0], re.MULTILINE)
    assert rows == ["0", "1", "2", "3", "130, 143"]
    (tmp_path / "main.vbr.hcl").write_text(
        'resource "vbrprov_data" "x" {\n  input = 1\n}\n', encoding="utf-8")
    folder = f"vbrprov -chdir={tmp_path}"
    assert shell(f"{folder} plan -detailed-exitcode", place).returncode == 2
    assert shell(f"{folder} apply -auto-approve", place).returncode == 0
    assert shell(f"{folder} plan -detailed-exitcode", place).returncode == 0
    assert shell(f"{folder} fmt -check", place).returncode == 0
    (tmp_path / "untidy.vbr.hcl").write_text("locals {\na=1\n}\n", encoding="utf-8")
    assert shell(f"{folder} fmt -check", place).returncode == 3
    assert shell(f"{folder} no-such-command", place).returncode == 1
    (tmp_path / "main.vbr.hcl").write_text("output  x {", encoding="utf-8")
    assert shell(f"{folder} fmt -check", place).returncode == 2
    (tmp_path / "main.vbr.hcl").write_text("locals {\nx=1\n}\n", encoding="utf-8")
    assert shell(f"{folder} fmt -check", place).returncode == 3
    assert shell(f"{folder} apply -no-such-option", place).returncode == 1
