"""No secret is written in special cases: moves, mistakes, tests, keys of programs, modules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from canary_stack import PLANTED as STACK
from canary_stack import terraform_state
from canary_watch import Watched
from launcher import Launcher

PLANTED = {
    "variable": 'canary variable/one+"1"&<é>',
    "ephemeral variable": "canary ephemeral/two+'2'&<ö>",
    "import id": "canary import/three+3&<ü>",
    "password of a repository": "canary-git-four4ABCDEFG",
    "test": "canary test/five+5&<ä>",
    "in a state of Terraform's": STACK["module input"],
    "one-time key in such a state": STACK["provider argument"],
    "passphrase": "canary passphrase/eight+8&<'>",
    "key of a program": "canary key of program/nine+9&<x>y",
}

CONFIGURATION = """
variable "secret" {
  type      = string
  sensitive = true
}

variable "passing" {
  type      = string
  ephemeral = true
}

variable "note" {
  default = "first"
}

locals {
  both = "${var.secret} and ${var.passing}"
}

resource "vbrprov_data" "kept" {
  input = { secret = var.secret, note = var.note }
}

resource "vbrprov_data" "replaced" {
  triggers_replace = [var.secret, var.note]
}

resource "vbrprov_data" "checked" {
  input = var.note

  lifecycle {
    precondition {
      condition     = length(local.both) > 0
      error_message = "Not ${local.both}."
    }
    postcondition {
      condition     = length(var.secret) + length(self.output) > 0
      error_message = "Not ${var.secret}."
    }
  }
}

check "passing" {
  assert {
    condition     = var.passing == "nobody knows"
    error_message = "It is ${var.passing}, not ${var.secret}."
  }
}

module "child" {
  source  = "./child"
  secret  = var.secret
  passing = var.passing
}

output "secret" {
  value     = var.secret
  sensitive = true
}
"""
CHILD = """
variable "secret" {
  validation {
    condition     = length(var.secret) > 3
    error_message = "Not ${var.secret}."
  }
}

variable "passing" {
  ephemeral = true
}

output "both" {
  value     = "${var.secret} ${var.passing}"
  sensitive = true
  ephemeral = true
}
"""
MOVED = CONFIGURATION.replace('"vbrprov_data" "kept"', '"vbrprov_data" "here"') + """
moved {
  from = vbrprov_data.kept
  to   = vbrprov_data.here
}

removed {
  from = vbrprov_data.gone

  lifecycle {
    destroy = false
  }
}

import {
  to = vbrprov_data.imported
  id = "plain"
}
"""
VALUES = """
variables {
  secret  = %s
  passing = %s
}
"""
#: Test files: what each run says is searched, so each of them has to be reached.
TESTS = {
    "fails": """
run "check_block" {
}
""",
    "shows": """
run "assertions" {
  command         = plan
  expect_failures = [check.passing]

  assert {
    condition     = output.secret == "other"
    error_message = "Not ${output.secret}."
  }
  assert {
    condition     = var.passing == "other"
    error_message = "Not ${var.passing}."
  }
  assert {
    condition     = var.secret == "other"
    error_message = "Not ${join(" or ", [var.secret, local.both])}."
  }
}
""",
    "wrong": """
run "variables" {
  variables {
    note = tonumber(var.secret)
  }
}
""",
    "hands_on": """
run "first" {
  expect_failures = [check.passing]

  assert {
    condition     = length(var.secret) > 0
    error_message = "Empty."
  }
}

run "second" {
  variables {
    note = run.first.secret
  }
  expect_failures = [check.passing]

  assert {
    condition     = run.first.secret == vbrprov_data.checked.output
    error_message = "Not ${run.first.secret}."
  }
}
""",
}
#: Each of these goes wrong over a secret.
MISTAKES = (
    "import {\n  to = vbrprov_data.kept\n  id = var.secret\n}\n",
    "import {\n  to = vbrprov_data.many[var.secret]\n  id = \"x\"\n}\n"
    'resource "vbrprov_data" "many" {\n  for_each = toset(["x"])\n}\n',
    'provider "aws" {\n  alias    = "many"\n  for_each = toset([var.secret])\n}\n',
    'resource "vbrprov_data" "many" {\n  for_each = { a = 1 }[var.secret]\n}\n',
    'resource "vbrprov_data" "many" {\n  count = tonumber(var.passing)\n}\n',
    'resource "vbrprov_data" "many" {\n  input = var.passing\n}\n',
    'resource "vbrprov_data" "many" {\n  lifecycle {\n    prevent_destroy = var.secret\n  }\n}\n',
    'locals {\n  wrong = templatestring("${var.secret", {})\n}\n',
    'output "shown" {\n  value = var.secret\n}\n',
    *(f"locals {{\n  wrong = {expression}\n}}\n" for expression in (
        "parseint(var.secret, 10)", "{ a = 1 }[var.secret]", "file(var.secret)",
        "tonumber(var.secret)", 'regex("^nothing$", var.secret)', "jsondecode(var.passing)")),
)


@pytest.fixture
def watched(tmp_path: Path, launcher: Launcher) -> Watched:
    made = Watched(tmp_path / "cases", launcher, TF_VAR_secret=PLANTED["variable"],
                   TF_VAR_passing=PLANTED["ephemeral variable"],
                   TF_VAR_passphrase=PLANTED["passphrase"])
    made.write("child/main.vbr.hcl", CHILD)
    return made


def test_no_secret_is_written_by_any_command(watched: Watched) -> None:
    watched.write("main.vbr.hcl", CONFIGURATION)
    watched.run("validate", "-json")
    for kind in ("plan", "apply", "plan-destroy", "plan-refresh-only"):
        watched.run("graph", f"-type={kind}", "-format=json")
    watched.run("plan", "-out=it.plan")
    watched.run("show", "-json", "it.plan")
    watched.run("graph", "-plan=it.plan")
    watched.run("apply", "it.plan")
    watched.run("apply", "-refresh-only", "-auto-approve")
    watched.write("main.vbr.hcl", MOVED)
    watched.run("plan", "-generate-config-out=generated.vbr.hcl", "-out=moves.plan",
                "-replace=vbrprov_data.here", "-var=note=second")
    watched.run("show", "moves.plan")
    watched.run("apply", "moves.plan")
    watched.run("plan", "-detailed-exitcode", "-var=note=second")
    for asked in ("var.secret", "local.both", "vbrprov_data.here", "module.child",
                  "{ a = var.secret }", "keys({ (var.secret) = 1 })", "type(var.secret)",
                  '"${var.secret}"', "parseint(var.secret, 10)", "tonumber(var.passing)",
                  "{ a = 1 }[var.secret]", "jsondecode(var.passing)"):
        watched.run("console", "-no-color", stdin=f"{asked}\n", status=None)
    for command in (("state", "list"), ("state", "show", "vbrprov_data.here"), ("show", "-json"),
                    ("output", "-json"), ("providers",), ("fmt", "-check"),
                    ("import", "vbrprov_data.checked", "x")):
        watched.run(*command, status=1 if command[0] == "import" else 0)
    watched.run("destroy", "-auto-approve")
    assert watched.leaks(PLANTED) == []


def test_no_secret_is_written_by_commands_on_the_state(watched: Watched) -> None:
    watched.write("main.vbr.hcl", CONFIGURATION)
    watched.run("apply", "-auto-approve")
    copy = watched.run("state", "pull").out
    watched.write("copy.json", copy)
    watched.run("state", "mv", "vbrprov_data.kept", "vbrprov_data.there")
    watched.run("state", "push", "copy.json", status=1)
    watched.run("state", "push", "-force", "copy.json")
    watched.run("state", "history")
    watched.run("state", "history", "-json")
    watched.run("state", "replace-address", "provider.aws", "provider.aws.x")
    watched.run("state", "rm", "vbrprov_data.replaced")
    watched.give("x.tfstate", terraform_state())
    watched.run("state", "import-terraform", "-dry-run", "x.tfstate")
    assert "3 taken over, 1 left" in watched.run("state", "import-terraform", "x.tfstate").out
    watched.run("show", "-json")
    watched.run("state", "pull")
    assert watched.leaks(PLANTED) == []


ENCRYPTED = CONFIGURATION + """
vbrprov {
  encryption {
    key_provider "passphrase" "main" {
      passphrase = var.passphrase
      cost       = 14
    }
    key_provider "external" "program" {
      command = ["python3", "key.py"]
    }
    method "aes_gcm" "main" {
      keys = key_provider.passphrase.main
    }
    method "aes_gcm" "program" {
      keys = key_provider.external.program
    }
    state {
      method = method.aes_gcm.CHOSEN
      fallback {
        method = method.aes_gcm.OTHER
      }
    }
  }
}

variable "passphrase" {
  sensitive = true
}
"""
PROGRAM = """
import base64, json, sys
sys.stdin.read()
key = base64.b64encode(%r.encode()).decode()
print(json.dumps({"magic": "OpenTofu-External-Key-Provider", "version": 1}))
print(json.dumps({"keys": {"encryption_key": key, "decryption_key": key}}))
"""


def test_no_secret_is_written_where_the_state_holds_them(watched: Watched) -> None:
    def method(chosen: str, other: str) -> None:
        watched.write("main.vbr.hcl", ENCRYPTED.replace("CHOSEN", chosen).replace("OTHER", other))

    watched.give("key.py", PROGRAM % PLANTED["key of a program"])
    method("main", "program")
    watched.run("apply", "-auto-approve")
    watched.run("plan", "-out=it.plan", "-replace=vbrprov_data.kept", "-var=note=second")
    watched.run("show", "it.plan")
    watched.run("show", "-json", "it.plan")
    watched.run("apply", "it.plan")
    for command in (("state", "list"), ("state", "show", "vbrprov_data.kept"), ("show",),
                    ("show", "-json"), ("output",), ("output", "-json"), ("state", "pull"),
                    ("state", "history"), ("state", "mv", "vbrprov_data.kept", "vbrprov_data.b"),
                    ("state", "mv", "vbrprov_data.b", "vbrprov_data.kept"), ("plan",)):
        watched.run(*command)
    watched.write("copy.json", watched.run("state", "pull").out)
    watched.give("x.tfstate", terraform_state())
    watched.run("state", "import-terraform", "x.tfstate")
    watched.run("show", "-json")
    watched.run("state", "push", "-force", "copy.json")
    # Under another key, and with a key that does not fit.
    method("program", "main")
    watched.run("apply", "-auto-approve")
    method("program", "program")
    watched.run("plan")
    method("main", "main")
    assert "Unknown key" in watched.run("plan", status=1).err
    watched.run("console", stdin="var.passphrase\n", status=None)
    assert watched.leaks(PLANTED) == []
    # It is there, for whoever asks for it by name.
    method("program", "program")
    asked = watched.run("output", "-raw", "secret")
    assert asked.out == PLANTED["variable"]
    assert [name for name in watched.leaks(PLANTED) if "standard output" in name]


@pytest.mark.parametrize("text", MISTAKES)
def test_no_secret_is_written_about_a_mistake(watched: Watched, text: str) -> None:
    watched.write("main.vbr.hcl", CONFIGURATION + text)
    watched.run("validate", "-json", status=None)
    assert watched.run("plan", status=1).err
    assert watched.leaks(PLANTED) == []


@pytest.mark.parametrize("name", TESTS)
def test_no_secret_is_written_by_tests(watched: Watched, name: str) -> None:
    watched.write("main.vbr.hcl", CONFIGURATION)
    watched.give("a.vbrtest.hcl", TESTS[name] + VALUES % (
        json.dumps(PLANTED["test"]), json.dumps(PLANTED["ephemeral variable"])))
    plain = watched.run("test", "-no-color", "-verbose", "-junit-xml=it.xml", status=None)
    assert plain.out.count("Error: Test assertion failed") + plain.err.count(
        "Error: Test assertion failed") == {"shows": 3}.get(name, 0)
    assert "skip" not in plain.out
    watched.run("test", "-json", "-verbose", status=None)
    assert (watched.work / "it.xml").exists()
    assert watched.leaks(PLANTED) == []


def test_no_secret_is_written_by_init(watched: Watched) -> None:
    secret = PLANTED["password of a repository"]
    for source in (f"git::http://user:{secret}@127.0.0.1:1/x.git",
                   f"http://user:{secret}@127.0.0.1:1/x.zip",
                   f"http://127.0.0.1:1/x.zip?token={secret}"):
        watched.give("main.vbr.hcl", f'module "m" {{\n  source = "{source}"\n}}\n')
        for command in ("init", "get", "validate", "plan", "graph"):
            watched.run(command, status=1)
        watched.run("validate", "-json", status=1)
    assert watched.leaks(PLANTED) == []
