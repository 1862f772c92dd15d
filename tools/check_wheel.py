"""Build the sdist and the wheel, and prove that the wheel works away from the checkout.

Run by `make wheel-check` with the interpreter of .venv, which lends the wheel its dependencies.
Prints nothing when all is well.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import tomllib
import venv
import zipfile
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
CONFIGURATION = 'resource "vbrprov_data" "x" {\n  input = "hi"\n}\n'
SECONDS = 120
WHERE_FROM = "import sys, vbrprov\nprint(vbrprov.__file__)\nprint(*sys.path, sep='\\n')"


class CheckError(Exception):
    """The built files are not what they should be."""


def main() -> int:
    """Run all checks. Exit status: 0 all well, 1 a check failed."""
    try:
        with tempfile.TemporaryDirectory(prefix="vbrprov-wheel-") as folder:
            check(Path(folder).resolve())
    except CheckError as error:
        print(f"check_wheel: {error}", file=sys.stderr)
        return 1
    return 0


def check(work: Path) -> None:
    """Build into *work* and check what was built."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    sdist, wheel = build(work / "dist")
    check_sdist(sdist, project)
    check_contents(wheel, project)
    python = install(work / "venv", wheel)
    check_import(python, work)
    check_commands(python, work)


def build(folder: Path) -> tuple[Path, Path]:
    """Build the sdist, and the wheel from it: what the sdist lacks, the wheel lacks too."""
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(CHECKOUT)])
    return only(folder, "*.tar.gz"), only(folder, "*.whl")


def only(folder: Path, pattern: str) -> Path:
    """The one file in *folder* that matches."""
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise CheckError(f"expected one {pattern} to be built, got {[path.name for path in found]}")
    return found[0]


def check_sdist(sdist: Path, project: dict[str, Any]) -> None:
    """Only what pyproject.toml names may be in the sdist, beside what the standard puts there."""
    named = project["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    allowed = {name.strip("/") for name in named}
    allowed |= {"PKG-INFO", "pyproject.toml", "README.md", "LICENSE", ".gitignore"}
    with tarfile.open(sdist) as archive:
        stray = {name.split("/")[1] for name in archive.getnames()} - allowed
    if stray:
        raise CheckError(f"the sdist holds what pyproject.toml does not name: {sorted(stray)}")


def check_contents(wheel: Path, project: dict[str, Any]) -> None:
    """The wheel holds our packages, typed, with the bundled modules, and nothing else."""
    run([sys.executable, "-m", "check_wheel_contents", str(wheel)], cwd=CHECKOUT)
    packages = set(project["tool"]["check-wheel-contents"]["toplevel"])
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    top = {name.split("/")[0] for name in names}
    info = {name for name in top if name.endswith(".dist-info")}
    if top - info != packages:
        raise CheckError(f"the wheel's packages are {sorted(top - info)}, not {sorted(packages)}")
    wanted = {f"vbrprov/bundled_modules/{path.as_posix()}" for path in bundled_files()}
    wanted |= {f"{package}/py.typed" for package in packages}
    if missing := sorted(wanted - names):
        raise CheckError(f"the wheel lacks {missing}")


def bundled_files() -> list[Path]:
    """The files of modules/, relative to it, but for what running the examples leaves behind."""
    modules = CHECKOUT / "modules"
    files = [path.relative_to(modules) for path in modules.rglob("*")
             if path.suffix in {".hcl", ".md"}]
    return [path for path in files if not any(part.startswith(".") for part in path.parts)]


def install(folder: Path, wheel: Path) -> Path:
    """A venv with the wheel. Its dependencies are those of this interpreter, through a path file.

    Python reads no path files in a folder that a path file names, so the editable install of the
    checkout stays out of sight.
    """
    venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(folder)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run([sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps",
         "--no-index", "--disable-pip-version-check", str(wheel)])
    where = run([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
    lent = sysconfig.get_path("purelib")
    (Path(where.strip()) / "dependencies.pth").write_text(f"{lent}\n", encoding="utf-8")
    return python


def check_import(python: Path, work: Path) -> None:
    """The package that is imported is the wheel's; the checkout is nowhere on the path."""
    origin, *path = run([str(python), "-c", WHERE_FROM], cwd=work).splitlines()
    if not Path(origin).resolve().is_relative_to(work):
        raise CheckError(f"vbrprov was imported from {origin}, not from the wheel")
    for entry in path:
        if entry and Path(entry).resolve() in {CHECKOUT, CHECKOUT / "providers"}:
            raise CheckError(f"the checkout is on the path of the wheel's venv: {entry}")


def check_commands(python: Path, work: Path) -> None:
    """The installed command does its basic work in a folder of its own."""
    command = str(python.with_name("vbrprov" + python.suffix))
    folder, home = work / "configuration", work / "home"
    folder.mkdir()
    home.mkdir()
    (folder / "main.vbr.hcl").write_text(CONFIGURATION, encoding="utf-8")
    version = run([str(python), "-c", "import vbrprov; print(vbrprov.__version__)"]).strip()
    expect([command, "version"], version, folder, home)
    expect([command, "validate"], "", folder, home)
    expect([command, "plan", "-no-color"], "vbrprov_data.x", folder, home)


def expect(command: list[str], text: str, folder: Path, home: Path) -> None:
    """Fail unless *command* succeeds and its output holds *text*."""
    output = run(command, cwd=folder, HOME=str(home), USERPROFILE=str(home))
    if text not in output:
        shown = " ".join(command)
        raise CheckError(f"the output of `{shown}` lacks {text!r}:\n{output}")


def run(command: list[str], cwd: Path | None = None, **variables: str) -> str:
    """Run *command* without the settings of this shell; return its standard output."""
    kept = {key: value for key, value in os.environ.items()
            if not key.startswith(("PYTHON", "VBRPROV_", "TF_", "XDG_"))}
    done = subprocess.run(command, cwd=cwd, env=kept | variables, capture_output=True, text=True,
                          encoding="utf-8", timeout=SECONDS, check=False)
    if done.returncode != 0:
        shown = " ".join(command)
        said = done.stdout + done.stderr
        raise CheckError(f"`{shown}` ended with status {done.returncode}:\n{said}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
