"""References in module sources and backend settings; saved plans with packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from module_world import Repository, Root, module_text, zip_of

from vbrprov.diag import Diagnostics
from vbrprov.secrets import Redactor
from vbrprov.state.backends.local import LocalBackend
from vbrprov.workflow.backend import open_backend

CHECKOUT = Path(__file__).resolve().parents[3]


def test_variables_and_locals_in_source_and_version(repository: Repository, root: Root) -> None:
    repository.commit("two", tag="v2.0.0")
    root.write(f'''
        variable "major" {{
          type    = number
          default = 1
        }}
        locals {{
          where = "file://{repository.path}"
          range = "~> ${{var.major}}.0"
        }}
        module "m" {{
          source  = "git::${{local.where}}"
          version = local.range
        }}
        output "word" {{
          value = module.m.word
        }}
        ''')
    root.good_init()
    assert root.outputs()["word"] == "one"
    root.outputs(major="2")
    assert root.only().summary == "Module not installed"
    root.good_init(major="2")
    assert root.outputs(major="2")["word"] == "two"
    assert root.outputs()["word"] == "one"
    root.environ["TF_VAR_major"] = "2"
    assert root.outputs()["word"] == "two"


def test_values_that_a_module_gets_from_its_caller(root: Root) -> None:
    for name in ("a", "b"):
        root.write(module_text(name), f"parts/{name}/main.vbr.hcl")
    root.write('''
        variable "which" {}
        variable "folder" {
          default = "parts"
        }
        module "inner" {
          source = "../${var.folder}/${var.which}"
        }
        output "word" {
          value = module.inner.word
        }
        output "path" {
          value = path.module
        }
        ''', "child/main.vbr.hcl")
    root.write('''
        variable "pick" {
          default = "a"
        }
        locals {
          chosen = lower(var.pick)
        }
        module "m" {
          source = "./child"
          which  = local.chosen
        }
        output "word" {
          value = module.m.word
        }
        ''')
    assert root.outputs()["word"] == "a"
    assert root.outputs(pick="B")["word"] == "b"


@pytest.mark.parametrize(("source", "more", "summary"), [
    ("vbrprov_data.x.output", 'resource "vbrprov_data" "x" {}', "Variables not allowed"),
    ("each.key", "", "Variables not allowed"),
    ("module.m.word", "", "Variables not allowed"),
    ("var.none", 'variable "none" {}', "Value not known"),
    ("var.gone", "", "Reference to undeclared input variable"),
    ("local.gone", "", "Reference to undeclared local value"),
    ("var.hidden", 'variable "hidden" {\n  default = "./x"\n  sensitive = true\n}',
     "Sensitive value not allowed"),
    ("var.short", 'variable "short" {\n  default = "./x"\n  ephemeral = true\n}',
     "Sensitive value not allowed"),
    ("local.a", "locals {\n  a = local.b\n  b = local.a\n}", "Cycle"),
    ("local.a", "locals {\n  a = vbrprov_data.x.id\n}", "Variables not allowed"),
    ("null", "", "Unsuitable value type"),
    ('["./x"]', "", "Unsuitable value type"),
    ("var.number", 'variable "number" {\n  type = number\n  default = "x"\n}', "Value not known"),
    ("timestamp()", "", "Value not known"),
])
def test_what_is_not_known_early(source: str, more: str, summary: str, root: Root) -> None:
    root.write(f'module "m" {{\n  source = {source}\n}}\n{more}\n')
    root.load()
    found = root.only()
    assert found.summary == summary
    assert found.subject is not None
    assert found.subject.start.line == 2


def test_null_for_a_variable_that_is_never_null(root: Root) -> None:
    root.write(module_text("x"), "x/main.vbr.hcl")
    root.write('variable "v" {\n  default = "x"\n  nullable = false\n}\n'
               'module "m" {\n  source = "../${var.v}"\n}\n', "child/main.vbr.hcl")
    root.write('module "m" {\n  source = "./child"\n  v = null\n}\n')
    root.outputs()
    assert not root.diags


def test_a_file_of_values(root: Root) -> None:
    root.write(module_text("x"), "x/main.vbr.hcl")
    root.write('variable "v" {}\nmodule "m" {\n  source = "./${var.v}"\n}\n')
    root.write('v = "x"\n', "some.auto.vbrvars.hcl")
    root.outputs()
    assert not root.diags


def backend_of(root: Root, **values: str) -> str | None:
    loaded = root.load()
    root.diags = Diagnostics()
    found = open_backend(root.request(**values), loaded, root.diags, redactor=Redactor())
    assert isinstance(found, LocalBackend)
    return None if root.diags else Path(found.description).name


def test_variables_in_the_backend(root: Root) -> None:
    root.write('''
        variable "stage" {
          default = "test"
        }
        locals {
          name = "state-${var.stage}"
        }
        vbrprov {
          backend "local" {
            path = "${local.name}.vbrstate"
          }
        }
        ''')
    assert backend_of(root) == "state-test.vbrstate"
    assert backend_of(root, stage="prod") == "state-prod.vbrstate"


@pytest.mark.parametrize(("path", "summary"), [
    ("vbrprov_data.x.id", "Variables not allowed"), ("var.none", "Value not known"),
    ("{}", "Unsuitable value type"),
])
def test_what_a_backend_must_not_hold(path: str, summary: str, root: Root) -> None:
    root.write(f'variable "none" {{}}\nterraform {{\n  backend "local" {{\n    path = {path}\n'
               "  }\n}\n")
    assert backend_of(root) is None
    assert root.only().summary == summary


def run(root: Root, *words: str, status: int = 0) -> str:
    env = root.environ | {"PYTHONPATH": f"{CHECKOUT}{os.pathsep}{CHECKOUT / 'providers'}"}
    done = subprocess.run([sys.executable, "-m", "vbrprov", *words], cwd=root.path, env=env,
                          capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def planned(root: Root) -> Root:
    """A saved plan of a module in an archive, whose name a variable gives."""
    (root.path / "m.zip").write_bytes(zip_of({
        "in/main.vbr.hcl": module_text("kept") + 'resource "vbrprov_data" "x" {\n  input = "y"\n}\n'
        'module "deep" {\n  source = "../deep"\n}\n', "deep/main.vbr.hcl": module_text("deep")}))
    root.write('variable "name" {}\nvbrprov {\n  backend "local" {\n'
               '    path = "${var.name}.vbrstate"\n  }\n}\n', "settings.vbr.hcl")
    root.call("./${var.name}.zip//in")
    run(root, "init", "-var", "name=m")
    run(root, "plan", "-out=plan", "-var", "name=m")
    return root


def test_a_saved_plan_needs_no_installed_module(planned: Root) -> None:
    shutil.rmtree(planned.path / ".vbrprov")
    planned.lock_file.unlink()
    (planned.path / "m.zip").unlink()
    (planned.path / "main.vbr.hcl").unlink()
    assert 'word = "kept"' in run(planned, "apply", "plan")
    assert (planned.path / "m.vbrstate").exists()


def test_a_saved_plan_refuses_other_content(planned: Root) -> None:
    (name,) = planned.packages()
    (planned.path / ".vbrprov" / "modules" / name / "in" / "data.txt").write_text("new")
    assert "Saved plan is stale" in run(planned, "apply", "plan", status=1)
    run(planned, "init", "-var", "name=m")
    run(planned, "apply", "plan")


def test_the_json_of_a_plan_names_the_module(planned: Root) -> None:
    import json

    made = json.loads(run(planned, "show", "-json", "plan"))
    call = made["configuration"]["root_module"]["module_calls"]["m"]
    assert call["source"] == "./m.zip//in"
    assert call["module"]["module_calls"]["deep"]["source"] == "../deep"
