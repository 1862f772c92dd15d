"""Options of ``plan`` as Terraform takes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def configuration(tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text('resource "vbrprov_data" "a" {\n}\n')


@pytest.mark.parametrize("option", ["-lock=false", "-lock=true", "-lock"])
def test_locking_may_be_spoken_of(run: Any, option: str) -> None:
    assert run("plan", option).status == 0
    assert run("apply", "-auto-approve", option).status == 0


def test_locking_is_on_or_off(run: Any) -> None:
    assert run("plan", "-lock=maybe").status == 1


@pytest.mark.parametrize("path", ["", "folder", "missing/plan"])
def test_a_plan_file_that_cannot_be_written(run: Any, tmp_path: Path, path: str) -> None:
    (tmp_path / "folder").mkdir()
    result = run("plan", f"-out={path}")
    assert result.status == 1
    assert "Error: Failed to write plan file" in result.err
    assert "bug" not in result.err


@pytest.mark.parametrize(("option", "status"), [
    ("-detailed-exitcode", 2), ("-detailed-exitcode=true", 2), ("-detailed-exitcode=1", 2),
    ("-detailed-exitcode=false", 0), ("-no-color=true", 0), ("-detailed-exitcode=maybe", 1),
])
def test_flags_may_have_values(run: Any, option: str, status: int) -> None:
    assert run("plan", option).status == status
