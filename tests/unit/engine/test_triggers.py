"""``replace_triggered_by`` and the values that repetition refuses or takes."""

from __future__ import annotations

import pytest
from engine_world import World

from vbrprov.plan.model import Options, Reason

#: Both programs understand this; what triggers was taken down from terraform 1.11.4.
SOURCES = """
    variable "v" {
      default = "1"
    }
    variable "w" {
      default = "1"
    }
    resource "terraform_data" "a" {
      input = { x = var.v, y = var.w, l = [{ n = var.v }, { n = var.w }], s = null }
    }
    resource "terraform_data" "m" {
      for_each = toset(["k", "j"])
      input    = each.key == "k" ? var.v : var.w
    }
"""
PATHS = (
    "a", "a.input", "a.input.x", "a.input.y", "a.input.l", "a.input.l[0].n", "a.input.l[1].n",
    "a.input.s", "a.id", "a.output", "a.output.y", "a.input.nope", "a.nope", "a.input.l[7].n",
    'a.input["x"]', "m", 'm["k"]', 'm["j"].input', 'm["k"].id',
)
EVERYTHING = {"a", "a.input", "a.input.l", "a.output", "a.output.y", "m"}


def config(paths: tuple[str, ...] = PATHS) -> str:
    """A resource for each path, that the path triggers."""
    return SOURCES + "".join(
        f'resource "terraform_data" "t{i}" {{\n  lifecycle {{\n    replace_triggered_by = '
        f"[terraform_data.{path}]\n  }}\n}}\n" for i, path in enumerate(paths))


@pytest.mark.parametrize(("options", "values", "expected"), [
    (Options(), {"v": "2"}, EVERYTHING | {"a.input.x", 'a.input["x"]', "a.input.l[0].n", 'm["k"]'}),
    (Options(), {"w": "2"}, EVERYTHING | {"a.input.y", "a.input.l[1].n", 'm["j"].input'}),
    (Options(replace=("terraform_data.a",)), {}, {"a", "a.id", "a.output", "a.output.y"}),
    (Options(), {}, set()),
])
def test_a_path_triggers_when_what_is_there_changes(world: World, options: Options,
                                                    values: dict[str, str],
                                                    expected: set[str]) -> None:
    world.write(config())
    world.apply()
    plan = world.plan(options, **values)
    assert not world.diags, world.messages()
    found = {PATHS[int(c.name[1:])] for c in plan.changes if c.reason is Reason.TRIGGERS}
    assert found == expected


def test_a_creation_triggers_nothing(world: World) -> None:
    world.write(config())
    world.apply(Options(excludes=("terraform_data.a", "terraform_data.m")))
    world.write(config(tuple(p for p in PATHS if p != "a.id")))
    world.apply()
    with world.backend().session("test") as session:
        session.begin(1)
        session.remove(("terraform_data.a", ""))
    plan = world.plan()
    assert world.actions(plan) == {"terraform_data.a": "create"}


def test_the_key_may_be_that_of_the_instance(world: World) -> None:
    world.write(SOURCES + """
        resource "terraform_data" "t" {
          for_each = toset(["k", "j"])
          lifecycle {
            replace_triggered_by = [terraform_data.m[each.key].input]
          }
        }
        resource "terraform_data" "c" {
          count = 2
          input = var.w
        }
        resource "terraform_data" "u" {
          count = 2
          lifecycle {
            replace_triggered_by = [terraform_data.c[count.index]]
          }
        }
    """)
    world.apply()
    plan = world.plan(v="2")
    assert {c.address for c in plan.changes if c.reason is Reason.TRIGGERS} == {
        'terraform_data.t["k"]'}
    plan = world.plan(w="2")
    assert {c.address for c in plan.changes if c.reason is Reason.TRIGGERS} == {
        'terraform_data.t["j"]', "terraform_data.u[0]", "terraform_data.u[1]"}


@pytest.mark.parametrize(("path", "summary"), [
    ("var.v", "Invalid replace_triggered_by expression"),
    ("each.key", "Invalid replace_triggered_by expression"),
    ('"terraform_data.a"', "Invalid replace_triggered_by expression"),
    ("terraform_data.m[*].input", "Invalid replace_triggered_by expression"),
    ("terraform_data.a.input[var.v]", "Invalid reference in replace_triggered_by expression"),
    ("terraform_data.m[each.value]", "Invalid reference in replace_triggered_by expression"),
    ("terraform_data.nix", "Reference to undeclared resource"),
])
def test_what_is_no_path(world: World, path: str, summary: str) -> None:
    world.write(SOURCES + 'resource "terraform_data" "t" {\n  for_each = toset(["k"])\n  lifecycle '
                f"{{\n    replace_triggered_by = [{path}]\n  }}\n}}\n")
    world.plan()
    assert [d.summary for d in world.diags] == [summary], world.messages()
    assert all(d.subject is not None for d in world.diags)


@pytest.mark.parametrize("path", [
    'terraform_data.m["z"]', 'terraform_data.m["z"].input', "terraform_data.m.input",
    'terraform_data.a["k"]', "terraform_data.a[0].input",
])
def test_what_leads_nowhere(world: World, path: str) -> None:
    text = SOURCES + ('resource "terraform_data" "t" {\n  lifecycle {\n    replace_triggered_by = '
                      "[%s]\n  }\n}\n")
    world.write(text % "terraform_data.a")
    world.apply()
    world.write(text % path)
    world.plan()
    assert [d.summary for d in world.diags] == ["Invalid replace_triggered_by expression"]


@pytest.mark.parametrize(("argument", "count"), [
    ("count = sensitive(2)", 2), ('count = sensitive("2")', 2), ("count = sensitive(0)", 0),
    ("count = 0", 0), ("for_each = {}", 0), ("for_each = toset([])", 0),
    ("for_each = { for k in [] : k => k }", 0), ("for_each = { a = sensitive(1) }", 1),
    ("for_each = { a = null }", 1),
])
def test_what_terraform_takes_as_repetition(world: World, argument: str, count: int) -> None:
    world.write(f'resource "vbrprov_data" "x" {{\n  {argument}\n}}\n'
                "output \"all\" {\n  value = length(vbrprov_data.x)\n}\n")
    plan = world.plan()
    assert not world.diags, world.messages()
    assert len(world.actions(plan)) == count


@pytest.mark.parametrize("argument", [
    "count = null", "for_each = null", "for_each = tomap(null)", "for_each = toset([null])",
    "for_each = []", 'for_each = toset([sensitive("a")])', "count = var.e",
    "for_each = toset([tostring(var.e)])", "lifecycle {\n enabled = null\n}",
])
def test_what_terraform_does_not_take(world: World, argument: str) -> None:
    world.write('variable "e" {\n  default = 1\n  ephemeral = true\n}\n'
                f'resource "vbrprov_data" "x" {{\n  {argument}\n}}\n')
    world.plan()
    assert len(world.diags) == 1, world.messages()
    assert next(iter(world.diags)).summary.startswith("Invalid ")
