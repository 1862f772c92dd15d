"""JSON configurations and override files mean what they mean to Terraform."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import twins
from twin_cases import CASES, DEVIATIONS

#: What Terraform 1.11 planned for every case; null where it refused.
EXPECTED = Path(__file__).parent / "twin_expected.json"
UPDATE = os.environ.get("VBRPROV_UPDATE_EXPECTED") == "1"


@pytest.mark.parametrize("name", CASES)
def test_same_plan(name: str, tmp_path: Path) -> None:
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    found, diags = twins.ours(CASES[name], tmp_path)
    said = [f"{d.subject}: {d.summary}: {d.detail}" for d in diags]
    if name in DEVIATIONS:
        assert found != expected[name], "no deviation any more"
    else:
        assert found == expected[name], said
    if found is None:
        for diagnostic in diags:
            assert not diagnostic.is_error or diagnostic.subject is not None
            assert "bug in vbrprov" not in diagnostic.detail


def test_every_case_was_recorded() -> None:
    assert set(json.loads(EXPECTED.read_text(encoding="utf-8"))) == set(CASES)


@pytest.mark.terraform
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_record_is_true(tmp_path: Path) -> None:
    program = twins.find()
    if program is None:
        pytest.skip("no terraform to compare with")
    found = {}
    for index, (name, files) in enumerate(CASES.items()):
        folder = tmp_path / str(index)
        folder.mkdir()
        found[name] = twins.theirs(files, folder, program)
    if UPDATE:
        EXPECTED.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    assert found == json.loads(EXPECTED.read_text(encoding="utf-8"))
