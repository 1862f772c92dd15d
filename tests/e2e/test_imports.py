"""What the quick commands import: nothing slow, and no look at what else is installed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from launcher import CHECKOUT, PATIENCE, Launcher

#: Each costs 20 ms to 4 s to import, or means a search through everything that is installed.
SLOW = {
    "asyncio", "azure", "boto3", "botocore", "concurrent.futures.process", "cryptography",
    "email.message", "google", "hcl2", "http.server", "importlib.metadata", "jsonschema",
    "jsonschema_rs", "lark", "moto", "multiprocessing", "networkx", "packaging", "pkg_resources",
    "platformdirs", "requests", "rich", "setuptools", "ssl", "unittest", "urllib3", "vbrprov_aws",
    "vbrprov_azure", "vbrprov_google", "vbrprov_s3", "vbrprov_veeam", "xml.etree", "yaml",
}
#: All that may come from outside of Python and vbrprov; msgspec takes the third where it is there.
LIBRARIES = {"click", "msgspec", "typing_extensions"}

CONFIGURATION = """
variable "names" {
  default = ["a", "b"]
}

resource "vbrprov_data" "each" {
  for_each = toset(var.names)
  input    = upper(each.key)
}

resource "terraform_data" "after" {
  triggers_replace = [for each in vbrprov_data.each : each.output]
}

output "all" {
  value = join(",", [for each in vbrprov_data.each : each.output])
}
"""

PROGRAM = """
import atexit, json, os, sys
before = set(sys.modules)
def report():
    loaded = sorted(set(sys.modules) - before)
    with open(os.environ["REPORT"], "w") as stream:
        stream.write(json.dumps(loaded))
atexit.register(report)
sys.argv = ["vbrprov", *sys.argv[1:]]
from vbrprov.cli.main import main
main()
"""


@pytest.mark.parametrize("args", [
    ["version"], ["version", "-json"], ["validate"], ["plan"], ["plan", "-input=false"],
    ["show"], ["output"], ["state", "list"], ["-help"], ["plan", "-help"],
], ids=" ".join)
def test_quick_command_imports_nothing_slow(
    args: list[str], launcher: Launcher, work: Path, tmp_path: Path,
) -> None:
    (work / "main.vbr.hcl").write_text(CONFIGURATION, encoding="utf-8")
    report = tmp_path / "report.json"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, *args], cwd=work, capture_output=True,
        env=launcher.environment(tmp_path / "home", REPORT=str(report)), text=True,
        timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    loaded = json.loads(report.read_text(encoding="utf-8"))
    slow = [name for name in loaded
            if any(name == each or name.startswith(f"{each}.") for each in SLOW)]
    assert slow == []
    foreign = {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names
    assert foreign <= LIBRARIES | {"vbrprov"}
    if args == ["version"]:
        assert {name for name in loaded if name.startswith("vbrprov")} == {
            "vbrprov", "vbrprov.cli", "vbrprov.cli.main", "vbrprov.platform_",
            "vbrprov.platform_.streams"}


def test_the_names_are_real() -> None:
    # A library that is renamed would pass unseen: what is declared must be in the list.
    text = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    for name in ("boto3", "cryptography", "networkx", "platformdirs", "rich", "urllib3"):
        assert f'"{name}' in text
        assert name in SLOW
