"""A whole estate is forgotten and adopted again: with generated configuration nothing changes."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from launcher import CHECKOUT, Launcher, Result
from services import Sandbox

#: What says how to get at the services, and nothing of what is there.
_SURROUNDINGS = re.compile(r"^(?:provider|vbrprov|variable)\b[^\n]*\{\n.*?^\}\n",
                           re.MULTILINE | re.DOTALL)
_FORGET = "removed {{\n  from = {}\n  lifecycle {{\n    destroy = false\n  }}\n}}\n"
_ADOPT = 'import {{\n  to = {}\n  id = "{}"\n}}\n'


class Estate:
    """The quickstart in a folder."""

    def __init__(self, folder: Path, launcher: Launcher, sandbox: Sandbox) -> None:
        self.folder = folder / "estate"
        self._launcher = launcher
        self._env = launcher.environment(folder / "home", **sandbox.env)
        shutil.copytree(CHECKOUT / "examples" / "quickstart", self.folder)
        texts = [p.read_text(encoding="utf-8") for p in sorted(self.folder.glob("*.vbr.hcl"))]
        self._surroundings = "\n".join(found for t in texts for found in _SURROUNDINGS.findall(t))

    def run(self, *args: str) -> Result:
        done = self._launcher.start([args[0], "-sandbox", *args[1:]], self.folder, self._env).wait()
        assert done.status == 0, done.tail
        return done

    def write(self, text: str) -> None:
        for path in self.folder.glob("*.vbr.hcl"):
            path.unlink()
        (self.folder / "main.vbr.hcl").write_text(self._surroundings + text, encoding="utf-8")

    def resources(self) -> list[dict[str, Any]]:
        values = json.loads(self.run("show", "-json").out)["values"]
        return [r for r in values["root_module"]["resources"] if r["mode"] == "managed"]


def _import_id(resource: dict[str, Any]) -> str:
    values = resource["values"]
    if resource["type"] == "aws_iam_access_key":
        return f"{values['user']}/{values['id']}"
    return str(values["id"])


def test_estate_is_adopted_as_it_is(tmp_path: Path, launcher: Launcher, sandbox: Sandbox) -> None:
    estate = Estate(tmp_path, launcher, sandbox)
    estate.run("apply", "-auto-approve")
    before = estate.resources()
    assert len(before) == 10

    estate.write("".join(_FORGET.format(r["address"]) for r in before))
    made = sandbox.writes()
    assert "0 added, 0 changed, 0 destroyed" in estate.run("apply", "-auto-approve").text
    assert estate.run("show").text.startswith("The state is empty.")

    estate.write("".join(_ADOPT.format(r["address"], _import_id(r)) for r in before))
    done = estate.run("plan", "-generate-config-out=generated.vbr.hcl", "-out=adopt.plan")
    assert "Plan: 10 to import, 0 to add, 0 to change, 0 to destroy." in done.text
    assert "10 imported, 0 added, 0 changed, 0 destroyed" in estate.run("apply", "adopt.plan").text
    assert "No changes." in estate.run("plan", "-detailed-exitcode").text
    assert sandbox.writes() == made
    after = {r["address"]: r["values"] for r in estate.resources()}
    assert {a: v["id"] for a, v in after.items()} == {
        r["address"]: r["values"]["id"] for r in before}
