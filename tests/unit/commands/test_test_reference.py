"""``test`` beside the real ``terraform test``, message by message."""

from __future__ import annotations

import json
import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MAIN = """variable "x" {
  default = "abc"
  validation {
    condition     = length(var.x) > 2
    error_message = "too short: ${var.x}"
  }
}
variable "s" {
  default   = "sec"
  sensitive = true
}
resource "terraform_data" "a" {
  input = var.x
  lifecycle {
    precondition {
      condition     = var.x != "bad"
      error_message = "x is bad"
    }
    postcondition {
      condition     = self.output != "post"
      error_message = "post is bad"
    }
  }
}
module "m" {
  source = "./mod"
  in     = terraform_data.a.output
}
output "o" {
  value = terraform_data.a.output
  precondition {
    condition     = var.x != "out"
    error_message = "out is bad"
  }
}
"""
MODULE = """variable "in" {}
resource "terraform_data" "i" {
  input = var.in
}
output "out" {
  value = terraform_data.i.output
}
"""
#: A module that only a run uses.
SETUP = """variable "n" {}
output "name" {
  value = "setup-${var.n}"
}
resource "terraform_data" "s" {}
"""
MOCKS = """mock_resource "terraform_data" {
  defaults = {
    output = "from the file"
  }
}
"""
RUNS = {
    "runs and their outputs": """variables {
  x = "global"
}
run "first" {
  command = plan
  assert {
    condition     = terraform_data.a.input == "global"
    error_message = "wrong"
  }
}
run "setup" {
  module {
    source = "./setup"
  }
  variables {
    n = var.x
  }
}
run "second" {
  variables {
    x = run.setup.name
  }
  assert {
    condition     = output.o == "setup-global" && run.second.o == 1
    error_message = "o is ${output.o}"
  }
}
run "skipped" {
}
""",
    "assertions": """run "first" {
  assert {
    condition     = output.o == "setup-q" && module.m.out == "x"
    error_message = "o is ${output.o}"
  }
  assert {
    condition     = terraform_data.a.output == var.s
    error_message = "is ${terraform_data.a.output}"
  }
}
run "second" {
  assert {
    condition     = var.s == "nope"
    error_message = "hidden"
  }
}
run "third" {
  command = plan
  assert {
    condition     = terraform_data.a.output == "abc"
    error_message = "known already"
  }
  assert {
    condition     = module.m.out == "abc"
    error_message = "m is not"
  }
}
run "fourth" {
  variables {
    x = "another"
    y = 1
  }
  command = plan
  assert {
    condition     = terraform_data.a.output == "another"
    error_message = "known only after apply"
  }
}
""",
    "undeclared": """run "first" {
  command = plan
  assert {
    condition     = terraform_data.b == "x"
    error_message = "x"
  }
}
run "second" {
}
""",
    "expected failures": """run "validation" {
  command = plan
  variables {
    x = "a"
  }
  expect_failures = [var.x]
}
run "precondition" {
  command = plan
  variables {
    x = "bad"
  }
  expect_failures = [terraform_data.a]
}
run "postcondition" {
  variables {
    x = "post"
  }
  expect_failures = [terraform_data.a]
}
run "missing" {
  expect_failures = [output.o]
}
run "too_early" {
  variables {
    x = "out"
  }
  expect_failures = [output.o]
}
run "skipped" {
}
""",
    "unexpected failure": """run "first" {
  variables {
    x = "bad"
  }
  expect_failures = [output.o]
}
""",
    "reference to a later run": """run "first" {
  variables {
    x = run.second.o
  }
}
run "second" {
}
""",
    "reference to no run": """run "first" {
  variables {
    x = run.none.o
  }
}
""",
    "reference to no variable": """run "first" {
  variables {
    x = var.none
  }
}
""",
    "variables of a module": """variables {
  n = "unused by the root"
}
run "setup" {
  module {
    source = "./setup"
  }
}
run "root" {
  variables {
    x = "${run.setup.name}-${var.n}"
  }
  assert {
    condition     = output.o == "setup-unused by the root-unused by the root" && var.n != ""
    error_message = "o is ${output.o}"
  }
}
""",
    "mocks": """mock_provider "terraform" {
  mock_resource "terraform_data" {
    defaults = {
      output = "mocked"
    }
  }
}
run "first" {
  assert {
    condition     = terraform_data.a.output == "mocked" && length(terraform_data.a.id) == 8
    error_message = "wrong"
  }
}
run "again" {
  assert {
    condition     = terraform_data.a.output == "mocked" && output.o == run.first.o
    error_message = "wrong"
  }
}
run "replaced" {
  plan_options {
    replace = [terraform_data.a]
  }
  override_resource {
    target = terraform_data.a
    values = {
      id = "the id"
    }
  }
  assert {
    condition     = terraform_data.a.id == "the id"
    error_message = "wrong ${terraform_data.a.id}"
  }
}
""",
    "mocks in a file": """mock_provider "terraform" {
  source = "./mocks"
}
run "first" {
  assert {
    condition     = terraform_data.a.output == "from the file"
    error_message = "wrong"
  }
}
""",
    "mocks while planning": """mock_provider "terraform" {
  override_during = plan
  mock_resource "terraform_data" {
    defaults = {
      output = "mocked"
      id     = "early"
    }
  }
}
run "first" {
  command = plan
  assert {
    condition     = terraform_data.a.output == "mocked" && module.m.out == "mocked"
    error_message = "wrong"
  }
  assert {
    condition     = terraform_data.a.id == "early"
    error_message = "wrong"
  }
}
""",
    "overrides": """override_resource {
  target = terraform_data.a
  values = {
    output = "over"
    id     = "the id"
    input  = "passed over"
  }
}
override_module {
  target = module.m
  outputs = {
    out = "given"
  }
}
run "apply" {
  assert {
    condition     = output.o == "over" && module.m.out == "given"
    error_message = "o is ${output.o}, m is ${module.m.out}"
  }
  assert {
    condition     = terraform_data.a.id == "the id" && terraform_data.a.input == "abc"
    error_message = "wrong"
  }
}
run "own" {
  plan_options {
    replace = [terraform_data.a]
  }
  override_resource {
    target = terraform_data.a
    values = {
      output = ["of another", "type"]
    }
  }
  assert {
    condition     = length(output.o) == 2
    error_message = "wrong"
  }
}
""",
    "values that do not fit": """override_resource {
  target = terraform_data.a
  values = {
    id = [1]
  }
}
run "first" {
}
""",
    "bad file": """run "a" {
  bar = 1
}
run "b" {
  command = destroy
  assert {
    condition     = true
    error_message = "nothing is checked"
  }
}
foo {
}
""",
    "bad condition": """run "first" {
  assert {
    condition     = terraform_data.a.input
    error_message = "x"
  }
}
run "second" {
}
""",
    "one state for two runs": """run "first" {
  state_key = "shared"
}
run "second" {
  state_key = "shared"
  assert {
    condition     = terraform_data.a.id != "" && output.o == run.first.o
    error_message = "wrong"
  }
}
run "third" {
  command = plan
  assert {
    condition     = terraform_data.a.id != ""
    error_message = "known"
  }
}
""",
    "no runs": "variables {\n  x = 1\n}\n",
}
#: What is said in other words, or more of it.
_OWN = ("detail", "address", "snippet")


def _write(folder: Path, suffix: str, test: str) -> None:
    for name, text in (("main", MAIN), ("mod/main", MODULE), ("setup/main", SETUP)):
        path = folder / f"{name}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    kind = "vbr" if suffix == ".vbr.hcl" else "tf"
    (folder / "mocks").mkdir(exist_ok=True)
    (folder / "mocks" / f"m.{kind}mock.hcl").write_text(MOCKS, encoding="utf-8")
    (folder / "tests").mkdir(exist_ok=True)
    (folder / "tests" / f"t.{kind}test.hcl").write_text(test, encoding="utf-8")


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
@pytest.mark.parametrize("name", RUNS)
def test_messages_are_terraforms(run: Any, terraform: Callable[..., Any], tmp_path: Path,
                                 name: str) -> None:
    _write(tmp_path, ".vbr.hcl", RUNS[name])
    _write(tmp_path / "terraform", ".tf", RUNS[name])
    # Without modules there is nothing to initialize; a wrong test file stops it after that.
    terraform("init")
    wanted, found = terraform("test", "-json"), run("test", "-json")
    assert found.status == wanted.status
    if name == "bad file":
        # The order is by block there and by kind here.
        summaries = [sorted(m["diagnostic"]["summary"] for m in _messages(one.out)
                            if m["type"] == "diagnostic") for one in (found, wanted)]
        assert summaries[0] == summaries[1]
        return
    assert _messages(found.out) == _messages(wanted.out)


@pytest.mark.terraform
def test_junit_is_terraforms(run: Any, terraform: Callable[..., Any], tmp_path: Path) -> None:
    _write(tmp_path, ".vbr.hcl", RUNS["expected failures"])
    _write(tmp_path / "terraform", ".tf", RUNS["expected failures"])
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
    _write(tmp_path, ".vbr.hcl", RUNS["mocks"])
    before = dict(os.environ)
    assert run("test").status == 0
    assert dict(os.environ) == before
    assert not list(tmp_path.glob("*.vbrstate*"))
