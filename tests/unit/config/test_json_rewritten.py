"""Every native configuration of the repository means the same when it is rewritten in JSON."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
from native_to_json import Converter

from vbrprov.diag import Diagnostics
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Options
from vbrprov.secrets import Redactor
from vbrprov.state.model import StateData
from vbrprov.syntax import decode_source, parse_config
from vbrprov.views.json.config import configuration
from vbrprov.views.json.values import object_json
from vbrprov.workflow.plan import make_plan
from vbrprov.workflow.prepare import prepare
from vbrprov.workflow.registry import ProviderRegistry
from vbrprov.workflow.request import Request

ROOT = Path(__file__).parents[3]
FOLDERS = sorted({str(path.parent.relative_to(ROOT)) for top in ("examples", "tests/cases/cli")
                  for path in (ROOT / top).rglob("main.vbr.hcl")})
PLAIN = """schedule {
    daily {
      at = "22:00"
    }
  }
"""
DYNAMIC = """dynamic "schedule" {
    for_each = toset(["22:00"])
    iterator = time
    content {
      dynamic "daily" {
        for_each = [time.value]
        content { at = "${daily.value}" }
      }
    }
  }
"""
INNER = """schedule {
    dynamic "daily" {
      for_each = ["22:00"]
      content { at = "${daily.value}" }
    }
  }
"""


def rewrite(folder: Path) -> bool:
    """Put a JSON file in the place of every native one; false when one cannot be read."""
    for path in list(folder.rglob("*.vbr.hcl")):
        source, _ = decode_source(path.name, path.read_bytes())
        body, diags = parse_config(source)
        if diags.has_errors or "vbrprov:ignore" in source.text:
            # What a comment says is a property in JSON.
            return False
        twin = path.with_name(path.name.replace(".vbr.hcl", ".vbr.json"))
        twin.write_text(json.dumps(Converter(source).file(body), indent=2), encoding="utf-8")
        path.unlink()
    return True


def judged(folder: Path) -> tuple[list[str], dict[str, Any]]:
    """What is said of a configuration, and what it plans, by address."""
    diags = Diagnostics()
    request = Request(directory=str(folder), allow_missing_variables=True)
    prepared = prepare(request, diags, Redactor())
    changes: dict[str, Any] = {}
    if prepared is not None:
        environment = Environment(registry=ProviderRegistry())
        made = make_plan(prepared, StateData(), Options(), environment, diags, validating=True)
        changes = {c.address: msgspec.json.encode(object_json(c.after, c.schema))
                   for c in made.plan.changes}
        changes["configuration"] = configuration(prepared.root, environment.registry)
    places = re.compile(r"\S*main\.vbr\.\w+(:\d+,\d+)?|line \d+")
    said = {places.sub("(place)", f"{d.severity} {d.address} {d.summary}: {d.detail}")
            for d in diags}
    return sorted(said), changes


@pytest.mark.parametrize("name", FOLDERS)
def test_same_judgement(name: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / name, tmp_path / "native")
    shutil.copytree(ROOT / name, tmp_path / "json")
    if not rewrite(tmp_path / "json"):
        pytest.skip("the case is about the native syntax")
    assert judged(tmp_path / "json") == judged(tmp_path / "native")


@pytest.mark.parametrize("outer", [DYNAMIC, INNER], ids=["in dynamic blocks", "in blocks"])
def test_dynamic_blocks(outer: str, tmp_path: Path) -> None:
    for name in ("plain", "native", "json"):
        shutil.copytree(ROOT / "examples/quickstart", tmp_path / name)
        main = tmp_path / name / "main.vbr.hcl"
        text = main.read_text(encoding="utf-8")
        assert PLAIN in text
        main.write_text(text.replace(PLAIN, PLAIN if name == "plain" else outer), encoding="utf-8")
    assert rewrite(tmp_path / "json")
    plain, native, twin = (judged(tmp_path / name) for name in ("plain", "native", "json"))
    for _, changes in (plain, native, twin):
        # It shows the blocks as they are written.
        del changes["configuration"]
    assert native == plain
    assert twin == plain
    assert not any(line.startswith("error") for line in plain[0]), plain[0]
