"""``test`` beside the real ``terraform test``, message by message."""

from __future__ import annotations

import json
import os
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).parents[2] / "cases" / "testing"
NAMES = sorted(path.stem for path in CASES.glob("*.hcl"))
#: What is said in other words, or more of it.
_OWN = ("detail", "address", "snippet")


def _write(folder: Path, kind: str, name: str) -> None:
    """Lay out the project and one test file for a program: ``vbr`` or ``tf``."""
    suffix = ".vbr.hcl" if kind == "vbr" else ".tf"
    for path in (CASES / "project").rglob("*.*"):
        place = folder / path.parent.relative_to(CASES / "project")
        place.mkdir(parents=True, exist_ok=True)
        new = f"m.{kind}mock.hcl" if path.suffix == ".mock" else f"{path.stem}{suffix}"
        shutil.copy(path, place / new)
    (folder / "tests").mkdir(exist_ok=True)
    shutil.copy(CASES / f"{name}.hcl", folder / "tests" / f"t.{kind}test.hcl")


def _messages(text: str) -> list[Any]:
    out = []
    for line in text.replace(".tftest.hcl", ".vbrtest.hcl").replace(".tf\"", ".vbr.hcl\"").split(
            "\n"):
        item = json.loads(line) if line.startswith("{") else {"type": "version"}
        if item["type"] in ("version", "log"):
            continue
        item.pop("@timestamp")
        for path, names in item.get("test_abstract", {}).items():
            item["test_abstract"][path] = names or []
        found = item.get("diagnostic")
        if found is not None:
            for key in _OWN:
                found.pop(key, None)
            if found["range"]["filename"].endswith("main.vbr.hcl"):
                # The condition there, the block here.
                found["range"] = "in the configuration"
        out.append(item)
    return out


@pytest.mark.terraform
@pytest.mark.parametrize("name", NAMES)
def test_messages_are_terraforms(run: Any, terraform: Callable[..., Any], tmp_path: Path,
                                 name: str) -> None:
    _write(tmp_path, "vbr", name)
    _write(tmp_path / "terraform", "tf", name)
    # Without modules there is nothing to initialize; a wrong test file stops it after that.
    terraform("init")
    wanted, found = terraform("test", "-json"), run("test", "-json")
    assert found.status == wanted.status
    if name == "bad_file":
        # The order is by block there and by kind here.
        summaries = [sorted(m["diagnostic"]["summary"] for m in _messages(one.out)
                            if m["type"] == "diagnostic") for one in (found, wanted)]
        assert summaries[0] == summaries[1]
        return
    assert _messages(found.out) == _messages(wanted.out)


@pytest.mark.terraform
def test_junit_is_terraforms(run: Any, terraform: Callable[..., Any], tmp_path: Path) -> None:
    _write(tmp_path, "vbr", "expected_failures")
    _write(tmp_path / "terraform", "tf", "expected_failures")
    terraform("init")
    terraform("test", "-junit-xml=out.xml")
    run("test", "-junit-xml=out.xml")
    shown = [_outline(ET.parse(folder / "out.xml").getroot())  # our own file
             for folder in (tmp_path, tmp_path / "terraform")]
    assert shown[0] == shown[1]


def _outline(item: ET.Element) -> list[Any]:
    values = {k: v.replace(".tftest.", ".vbrtest.") for k, v in item.attrib.items()
              if k not in ("time", "timestamp")}
    text = re.sub(r"\s+", " ", item.text or "") if item.tag == "skipped" else ""
    return [item.tag, values, text, [_outline(child) for child in item]]


def test_the_environment_is_left_alone(run: Any, tmp_path: Path) -> None:
    _write(tmp_path, "vbr", "mocks")
    before = dict(os.environ)
    assert run("test").status == 0
    assert dict(os.environ) == before
    assert not list(tmp_path.glob("*.vbrstate*"))
