"""Rules of packages that are installed beside vbrprov."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

RULE = '''"""ACM001: buckets of acme begin with acme."""

from vbrprov.sdk import BucketView, Rule, Severity, Truth


class Names(Rule):
    """Buckets are named after the company."""

    rule_id = "ACM001"
    severity = Severity.REFUSE
    summary = "Bucket is not named after the company"
    why = "All buckets begin with acme."
    hint = "Rename the bucket."
    source = "https://acme.example.com/rules"
    bad = "bucket = \\"x\\""
    good = "bucket = \\"acme-x\\""

    def check(self, estate):
        for bucket in estate.of(BucketView):
            wrong = bucket.name.holds(lambda name: not name.startswith("acme"))
            if wrong is not Truth.NO:
                yield self.finding(wrong, bucket, f"{bucket.address} is not.", at="bucket")
'''


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The environment of a program beside which the package acme is installed."""
    site = tmp_path / "site"
    (site / "acme" / "rules").mkdir(parents=True)
    (site / "acme" / "__init__.py").write_text(
        "from vbrprov.sdk.provider import Provider\n\n"
        'PROVIDER = Provider(name="acme", package="acme", registry="acme.example.com/acme/acme")\n')
    (site / "acme" / "rules" / "__init__.py").touch()
    (site / "acme" / "rules" / "acm001_names.py").write_text(RULE)
    info = site / "acme-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[vbrprov.providers]\nacme = acme:PROVIDER\n")
    paths = [str(site), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "HOME": str(tmp_path / "home"), "NO_COLOR": "1"}


def _run(environ: dict[str, str], folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "vbrprov", *words], cwd=folder, env=environ,
                          capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(("name", "status"), [("backups", 1), ("acme-backups", 0)])
def test_a_rule_of_another_package_judges(environ: dict[str, str], tmp_path: Path, name: str,
                                          status: int) -> None:
    (tmp_path / "main.vbr.hcl").write_text(
        f'resource "aws_s3_bucket" "b" {{\n  bucket = "{name}"\n}}\n')
    done = _run(environ, tmp_path, "validate")
    assert done.returncode == status, done.stderr
    assert ("Refused ACM001" in done.stderr) is bool(status)


def test_it_is_listed_and_explained(environ: dict[str, str], tmp_path: Path) -> None:
    assert "ACM001" in _run(environ, tmp_path, "rules").stdout
    assert "https://acme.example.com/rules" in _run(environ, tmp_path, "explain", "ACM001").stdout
