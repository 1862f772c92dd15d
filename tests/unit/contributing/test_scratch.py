"""The samples of docs/contributing.md work, each as one new file and nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
PAGE = CHECKOUT / "docs" / "contributing.md"
FENCE = re.compile(r"^```python (?P<path>\S+\.py)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
SECONDS = 60

CONFIGURATION = """\
provider "aws" {
  region = "us-east-1"
}

provider "veeam" {}

resource "aws_s3_bucket" "backup" {
  bucket = "scratch-bucket"
}

data "veeam_server_clock" "this" {}

output "time_zone" {
  value = data.veeam_server_clock.this.time_zone
}

output "bytes" {
  value = gib(2)
}
"""
NOTE = """\
resource "aws_s3_note" "purpose" {
  bucket = aws_s3_bucket.backup.bucket
  text   = "TEXT"
}
"""
REPOSITORY = """\
provider "veeam" {}

resource "veeam_amazon_s3_repository" "backup" {
  name = "Backups"

  account {
    credentials_id = "9a3f5cd8-0e5d-4a34-a5e5-1d3c3f2f2c11"
  }

  bucket {
    name      = "scratch-bucket"
    region_id = "us-east-1"
    folder    = "agents"
  }

  connection {
    mode = "direct"
  }

  immutability {
    enabled = false
  }
}
"""
NONCE = """\
variable "digits" {
  type = number
}

ephemeral "vbrprov_nonce" "this" {}

resource "vbrprov_data" "x" {
  lifecycle {
    precondition {
      condition     = length(ephemeral.vbrprov_nonce.this.value) == var.digits
      error_message = "It has another length."
    }
  }
}
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


def samples() -> dict[str, str]:
    """Code by path, as the page has it."""
    page = PAGE.read_text(encoding="utf-8")
    return {match["path"]: match["code"] for match in FENCE.finditer(page)}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources with the samples added."""
    tree = tmp_path_factory.mktemp("tree")
    ignore = shutil.ignore_patterns("__pycache__")
    for name in ("vbrprov", "providers"):
        shutil.copytree(CHECKOUT / name, tree / name, ignore=ignore)
    for path, code in samples().items():
        target = tree / path
        assert not target.exists(), f"{path} exists by now: give the sample another name"
        assert target.parent.is_dir(), f"{path} is not in a folder that is there"
        target.write_text(code, encoding="utf-8")
    return tree


@pytest.fixture(scope="module")
def run(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run the command line of the copy, in a folder of its own with a sandbox of its own."""
    home = tmp_path_factory.mktemp("home")
    kept = {k: v for k, v in os.environ.items()
            if not k.startswith(("VBRPROV_", "TF_", "AWS_", "PYTHON", "XDG_"))}
    environ = kept | {
        "HOME": str(home), "PYTHONPATH": os.pathsep.join((str(tree), str(tree / "providers"))),
        "VBRPROV_SANDBOX_DIR": str(tmp_path_factory.mktemp("sandbox")),
    }

    def run(*arguments: str, folder: Path = home, status: int = 0,
            **variables: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "vbrprov", *arguments], cwd=folder, env=environ | variables,
            capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False)
        assert done.returncode == status, f"{arguments}\n{done.stdout}\n{done.stderr}"
        return done

    yield run
    run("sandbox", "stop")


def test_the_page_has_six_samples_each_in_its_place() -> None:
    folders = {str(Path(path).parent) for path in samples()}
    assert folders == {
        "providers/vbrprov_aws/resources", "providers/vbrprov_veeam/data_sources",
        "providers/vbrprov_veeam/rules", "vbrprov/builtin/ephemerals", "vbrprov/functions",
        "vbrprov/cli/commands"}


def test_the_samples_keep_the_rules_of_the_project(tree: Path) -> None:
    ruff = shutil.which("ruff", path=os.pathsep.join((str(Path(sys.executable).parent),
                                                      os.environ.get("PATH", ""))))
    if ruff is None:
        pytest.skip("ruff is not installed")
    shutil.copy(CHECKOUT / "pyproject.toml", tree)
    done = subprocess.run([ruff, "check", "--no-cache", "--quiet", *samples()], cwd=tree,
                          capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stdout


def test_resource_type_data_source_and_function(run: Run, tmp_path: Path) -> None:
    # Two folders of one name in one sandbox would share a state; tmp_path is fresh.
    (tmp_path / "main.vbr.hcl").write_text(CONFIGURATION, encoding="utf-8")
    note = tmp_path / "note.vbr.hcl"
    options = ("-sandbox", "-no-color", "-auto-approve")
    run("apply", *options, folder=tmp_path)
    outputs = json.loads(run("output", "-json", "-sandbox", folder=tmp_path).stdout)
    assert outputs["time_zone"]["value"] == "UTC"
    assert outputs["bytes"]["value"] == 2 * 1024**3

    # The process dies between the answer and the record: the probe finds the object again.
    note.write_text(NOTE.replace("TEXT", "hello"), encoding="utf-8")
    run("apply", *options, folder=tmp_path, status=-9, VBRPROV_FAILPOINT_ENABLE="1",
        VBRPROV_FAILPOINT="call.after_response")
    again = run("apply", *options, folder=tmp_path).stdout
    assert "Recovered an object of an interrupted run" in again

    note.write_text(NOTE.replace("TEXT", "bye"), encoding="utf-8")
    assert '~ text = "hello" -> "bye"' in run("apply", *options, folder=tmp_path).stdout
    run("plan", "-sandbox", "-detailed-exitcode", folder=tmp_path)

    note.unlink()
    assert "1 destroyed" in run("apply", *options, folder=tmp_path).stdout


def test_rule(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "main.vbr.hcl"
    file.write_text(REPOSITORY, encoding="utf-8")
    bad = run("validate", "-no-color", folder=tmp_path)
    assert "Warning VBR999: Backups can be deleted before their time" in bad.stdout
    assert "main.vbr.hcl line 21" in bad.stdout

    good = REPOSITORY.replace("enabled = false", "enabled = true\n    days    = 14")
    file.write_text(good, encoding="utf-8")
    assert "VBR999" not in run("validate", "-no-color", folder=tmp_path).stdout


def test_function_refuses_what_it_must(run: Run, tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text('output "x" {\n  value = gib(-1)\n}\n', encoding="utf-8")
    refused = run("validate", folder=tmp_path, status=1).stderr
    assert 'Invalid value for "count" parameter of function "gib"' in refused


def test_ephemeral_resource_type(run: Run, tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text(NONCE, encoding="utf-8")
    for status, size in ((0, 32), (1, 31)):
        done = run("plan", "-no-color", f"-var=digits={size}", folder=tmp_path, status=status)
        assert ("It has another length." in done.stderr) == bool(status)


def test_command(run: Run) -> None:
    assert run("functions", "gi").stdout == "gib: Convert gibibytes to bytes.\n"
    assert "functions" in run("-help").stdout
    run("functions", "no-such", status=1)
