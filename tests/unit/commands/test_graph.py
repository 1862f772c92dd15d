"""``graph``: what Terraform prints, the order of destroying, circles, other formats."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vbrprov.graph.analysis import reduced

MAIN = """variable "v" {
  default = "x"
}
locals {
  l = terraform_data.a.id
}
resource "terraform_data" "a" {
  input = var.v
}
resource "terraform_data" "b" {
  input = [local.l, terraform_data.a.output]
  count = 2
}
resource "terraform_data" "c" {
  input      = terraform_data.a.id
  depends_on = [terraform_data.b]
}
module "m" {
  source = "./mod"
  in     = terraform_data.b[0].id
}
module "n" {
  source   = "./mod"
  for_each = { k = 1 }
  in       = module.m.out
}
"""
MODULE = """variable "in" {}
resource "terraform_data" "i" {
  input = var.in
}
output "out" {
  value = terraform_data.i.id
}
"""
CIRCLE = """resource "terraform_data" "a" {
  input = terraform_data.b.id
}
resource "terraform_data" "b" {
  input = local.a
}
resource "terraform_data" "c" {
  input = terraform_data.b.id
}
locals {
  a = terraform_data.a.id
}
"""


def _write(folder: Path, suffix: str, main: str = MAIN) -> None:
    (folder / "mod").mkdir(parents=True, exist_ok=True)
    (folder / f"main{suffix}").write_text(main, encoding="utf-8")
    (folder / "mod" / f"main{suffix}").write_text(MODULE, encoding="utf-8")


@pytest.mark.terraform
@pytest.mark.parametrize("main", [MAIN, 'locals {\n  a = 1\n}\n'])
def test_the_overview_is_terraforms(run: Any, terraform: Callable[..., Any], tmp_path: Path,
                                    main: str) -> None:
    _write(tmp_path, ".vbr.hcl", main)
    _write(tmp_path / "terraform", ".tf", main)
    terraform("init")
    wanted = [" ".join(line.split()) for line in terraform("graph").out.splitlines()]
    found = [" ".join(line.split()) for line in run("graph").out.splitlines()]
    assert found == [line.replace("try: terraform", "try: vbrprov") for line in wanted]


def test_edges_that_others_say_are_left_out(run: Any, tmp_path: Path) -> None:
    _write(tmp_path, ".vbr.hcl")
    found = json.loads(run("graph", "-format=json").out)
    assert {(e["from"], e["to"]) for e in found["edges"]} == {
        ("terraform_data.b", "terraform_data.a"), ("terraform_data.c", "terraform_data.b"),
        ("module.m.terraform_data.i", "terraform_data.b"),
        ("module.n.terraform_data.i", "module.m.terraform_data.i")}
    assert found["nodes"][-1] == {"id": "module.n.terraform_data.i", "kind": "resource",
                                  "module": "module.n", "label": "terraform_data.i"}


def test_a_type_shows_every_node(run: Any, tmp_path: Path) -> None:
    _write(tmp_path, ".vbr.hcl")
    shown = run("graph", "-type=plan").out
    assert '"[root] var.v" [label = "var.v", shape = "note"]' in shown
    assert '"[root] local.l" -> "[root] terraform_data.a"' in shown
    assert '"[root] module.n.var.in" -> "[root] module.m.output.out"' in shown


def test_destroying_goes_the_other_way(run: Any, tmp_path: Path) -> None:
    _write(tmp_path, ".vbr.hcl")
    found = json.loads(run("graph", "-type=plan-destroy", "-format=json").out)
    edges = {(e["from"], e["to"]) for e in found["edges"]}
    assert ("terraform_data.a (destroy)", "terraform_data.b (destroy)") in edges
    assert ("terraform_data.b (destroy)", "terraform_data.a (destroy)") not in edges


def test_ephemeral_resources_are_resources(run: Any, tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text("""resource "terraform_data" "a" {
}
ephemeral "vbrprov_random_password" "p" {
  length     = 24
  depends_on = [terraform_data.a]
}
locals {
  p = ephemeral.vbrprov_random_password.p.result
}
resource "terraform_data" "b" {
  lifecycle {
    precondition {
      condition     = local.p != ""
      error_message = "x"
    }
  }
}
""", encoding="utf-8")
    found = json.loads(run("graph", "-format=json").out)
    password = "ephemeral.vbrprov_random_password.p"
    assert {(e["from"], e["to"]) for e in found["edges"]} == {
        (password, "terraform_data.a"), ("terraform_data.b", password)}
    assert {"id": password, "kind": "ephemeral", "label": password} in found["nodes"]
    found = json.loads(run("graph", "-type=plan-destroy", "-format=json").out)
    assert [(e["from"], e["to"]) for e in found["edges"]] == [
        ("terraform_data.a (destroy)", "terraform_data.b (destroy)")]


def test_a_saved_plan_shows_what_goes(run: Any, tmp_path: Path) -> None:
    before = ('resource "terraform_data" "old" {\n}\n'
              'resource "terraform_data" "r" {\n  triggers_replace = 1\n'
              '  input = terraform_data.old.id\n}\n')
    (tmp_path / "main.vbr.hcl").write_text(before, encoding="utf-8")
    assert run("apply", "-auto-approve").status == 0
    after = 'resource "terraform_data" "r" {\n  triggers_replace = 2\n}\n'
    (tmp_path / "main.vbr.hcl").write_text(after, encoding="utf-8")
    assert run("plan", "-out=p").status == 0
    (tmp_path / "main.vbr.hcl").unlink()
    found = json.loads(run("graph", "-plan=p", "-format=json").out)
    assert {(e["from"], e["to"]) for e in found["edges"]} == {
        ("terraform_data.r", "terraform_data.r (destroy)"),
        ("terraform_data.old (destroy)", "terraform_data.r (destroy)")}


def test_a_circle_is_an_error_or_red(run: Any, tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text(CIRCLE, encoding="utf-8")
    refused = run("graph")
    assert refused.status == 1
    assert "Error: Cycle" in refused.err
    shown = run("graph", "-draw-cycles")
    assert shown.status == 0
    red = [line.strip() for line in shown.out.splitlines() if "red" in line]
    assert red == [f'"terraform_data.{a}" -> "terraform_data.{b}" [color = "red", '
                   'penwidth = "2.0"];' for a, b in ("ab", "ba")]
    assert "  linkStyle 0,1 stroke:red" in run("graph", "-draw-cycles", "-format=mermaid").out


def test_mermaid_has_a_box_a_module(run: Any, tmp_path: Path) -> None:
    _write(tmp_path, ".vbr.hcl")
    shown = run("graph", "-format=mermaid").out
    assert shown.startswith('flowchart RL\n  n0["terraform_data.a"]\n')
    assert '  subgraph m1["module.m"]\n    n3["terraform_data.i"]\n  end\n' in shown


def test_a_reduced_graph_reaches_the_same() -> None:
    chance = random.Random(7)
    names = [str(n) for n in range(60)]
    edges = {a: {b for b in names[:i] if chance.random() < 0.2} for i, a in enumerate(names)}
    small = reduced(edges)

    def reach(graph: dict[str, set[str]], name: str) -> set[str]:
        out: set[str] = set()
        stack = list(graph[name])
        while stack:
            item = stack.pop()
            if item not in out:
                out.add(item)
                stack.extend(graph[item])
        return out

    for name in names:
        assert reach(small, name) == reach(edges, name)
        for target in small[name]:
            assert not any(target in reach(small, other) for other in small[name] - {target})
