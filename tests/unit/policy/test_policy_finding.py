"""Dialects of other packages, and what is no dialect."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vbrprov.policy import finding, purposes
from vbrprov.sdk import PolicyDialect

CHECKOUT = Path(__file__).parents[3]
ACME = '''
from vbrprov_s3.iam_dialect import IamDialect

class Acme(IamDialect):
    vendor = "{vendor}"
    title = "Acme"
    doc = "Acme's own."
    source = "https://acme.example"
    renamed = {{"s3:GetObject": "s3:Fetch"}}
'''


def render(cwd: Path, path: str, vendor: str = "acme") -> subprocess.CompletedProcess[str]:
    folders = os.pathsep.join(filter(None, (str(CHECKOUT), str(CHECKOUT / "providers"), path)))
    return subprocess.run(
        [sys.executable, "-m", "vbrprov", "policy", "render", f"-vendor={vendor}",
         "-purpose=repository", "-bucket=agents-backup"], cwd=cwd, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": folders}, check=False)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "site" / "vbrprov_acme" / "dialects"
    folder.mkdir(parents=True)
    for place in (folder, folder.parent):
        (place / "__init__.py").write_text("", encoding="utf-8")
    (folder / "acme.py").write_text(ACME.format(vendor="acme"), encoding="utf-8")
    (folder / "wrong.py").write_text(ACME.format(vendor="another"), encoding="utf-8")
    return folder.parents[1]


def test_a_package_brings_its_vendor(package: Path, tmp_path: Path) -> None:
    done = render(tmp_path, str(package))
    assert done.returncode == 0, done.stderr
    assert "s3:Fetch" in done.stdout


def test_the_working_folder_brings_none(package: Path) -> None:
    done = render(package, "")
    assert done.returncode == 1
    assert 'vendor is "acme"; it must be one of aws' in done.stderr.replace("\n│ ", " ")


def test_a_file_that_does_not_hold_what_its_name_says(package: Path, tmp_path: Path) -> None:
    done = render(tmp_path, str(package), "wrong")
    assert done.returncode == 1
    assert "defines no dialect for wrong" in done.stderr


@pytest.mark.parametrize("vendor", finding.vendors())
def test_dialects_say_who_they_are(vendor: str) -> None:
    found = finding.dialect(vendor)
    assert isinstance(found, PolicyDialect)
    assert found.vendor == vendor
    assert found.title
    assert found.doc.endswith(".")
    assert found.source.startswith("https://")
    assert found.family in purposes.FAMILY_TITLES


@pytest.mark.parametrize("name", finding.format_names())
def test_formats_say_what_they_are(name: str) -> None:
    found = finding.format_named(name)
    assert found.name == name
    assert found.doc.endswith(".")
    assert found.kinds


def test_all_names_are_told_without_importing() -> None:
    code = ("import sys; from vbrprov.policy import finding, purposes\n"
            "finding.vendors(), finding.format_names(), purposes.names()\n"
            "assert not [m for m in sys.modules if '.dialects.' in m or '.purposes.re' in m]\n"
            "assert not {'boto3', 'azure', 'google.cloud', 'hcl2', 'yaml'} & set(sys.modules)")
    subprocess.run([sys.executable, "-c", code], check=True, cwd="/", env={
        **os.environ, "PYTHONPATH": os.pathsep.join((str(CHECKOUT), str(CHECKOUT / "providers")))})
