"""Configuration that is generated for imported objects, and the HCL that it is written in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from engine_world import World
from hypothesis import given
from hypothesis import strategies as st

from vbrprov.cli.runtime import Runtime
from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.evaluate import NamesOnly, evaluate
from vbrprov.plan.generate import body_of
from vbrprov.sdk.model import Model, attribute, block, computed_attribute, to_python
from vbrprov.syntax import parse_config
from vbrprov.syntax.format import format_source
from vbrprov.syntax.hclwrite import Body, expression, write_block
from vbrprov.values import Unknown, Value
from vbrprov.workflow.planning import PlanResult, plan_command
from vbrprov.workflow.prepare import make_context

SCOPE = NamesOnly({}, make_context(".", applying=False))


def read(text: str) -> Any:
    """The labels and the evaluated body of the one block in *text*."""
    body, diags = parse_config(SourceFile("written", text))
    assert not diags, list(diags)
    [found] = body.blocks
    return _inside(found.body)


def _inside(body: Any) -> Any:
    out: dict[str, Any] = {a.name: to_python(evaluate(a.expr, SCOPE)) for a in body.attributes}
    for nested in body.blocks:
        out.setdefault(nested.type, []).append(_inside(nested.body))
    return out


TEXT = st.text(max_size=12) | st.sampled_from(
    ["${x}", "$${x}", "%{ if x }", "$$$${", "<<EOT", "<<-EOT\n", '"', "\\", "\\n", "a\nb\r\t",
     "stand_in_0_", "null", "\x1b[0m", "\u2028", "${", "$", "%%{", "¼", "é-x"])
VALUES = st.recursive(
    TEXT | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12)


def _value(data: Any) -> Value:
    from vbrprov.values import DYNAMIC, Null

    if data is None:
        return Null(DYNAMIC)
    if isinstance(data, list):
        return tuple(_value(item) for item in data)
    if isinstance(data, dict):
        return {k: _value(v) for k, v in data.items()}
    return data


def _normal(data: Any) -> Any:
    import unicodedata

    if isinstance(data, str):
        return unicodedata.normalize("NFC", data)
    if isinstance(data, list):
        return [_normal(item) for item in data]
    if isinstance(data, dict):
        return {_normal(k): _normal(v) for k, v in data.items()}
    return data


@given(VALUES)
def test_what_is_written_is_read_back_the_same_and_fmt_leaves_it(data: Any) -> None:
    inner = Body({"deep": expression(_value([data]))})
    text = write_block("resource", ["a_b", "c"], Body({"x": expression(_value(data))},
                                                      [("nested", inner), ("nested", inner)]))
    assert read(text) == {"x": _normal(data), "nested": [{"deep": [_normal(data)]}] * 2}
    assert format_source(text) == text


def test_layout_of_what_is_written() -> None:
    body = Body({"name": expression("n"), "long_name": expression(("a", "b")), "none": "null # why",
                 "tags": expression({"key": "v", "an other": True})}, [("empty", Body())])
    assert write_block("resource", ["a_b", "c"], body) == """\
resource "a_b" "c" {
  name      = "n"
  long_name = ["a", "b"]
  none      = null # why
  tags = {
    key        = "v",
    "an other" = true,
  }

  empty {}
}
"""


def test_what_is_not_known_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="not known"):
        expression((Unknown(),))


class RuleModel(Model):
    """A nested block."""

    id: str = attribute(doc="Id.", required=True)
    days: int = attribute(doc="Days.", default=30)


class StatusModel(Model):
    """A block that only the provider fills in."""

    state: str | None = computed_attribute(doc="State.")


class ThingModel(Model):
    """One of everything."""

    name: str = attribute(doc="Name.", required=True)
    region: str | None = attribute(doc="Region.", computed=True)
    size: int = attribute(doc="Size.", default=1)
    note: str | None = attribute(doc="Note.")
    login: str | None = attribute(doc="Login.", sensitive=True)
    password: str | None = attribute(doc="Password.", write_only=True)
    arn: str | None = computed_attribute(doc="Arn.")
    rule: list[RuleModel] = block(doc="Rules.")
    status: StatusModel | None = block(doc="Status.", computed=True)


def test_arguments_that_are_written() -> None:
    thing = ThingModel(name="n", region="r", size=1, login="secret", arn="arn",
                       rule=[RuleModel(id="a"), RuleModel(id="b", days=7)],
                       status=StatusModel())
    text = write_block("resource", ["thing", "x"], body_of(thing.to_values(), ThingModel.schema()))
    assert text == """\
resource "thing" "x" {
  login    = null # sensitive
  name     = "n"
  password = null # write-only
  region   = "r"

  rule {
    id = "a"
  }

  rule {
    days = 7
    id   = "b"
  }
}
"""


def plan(world: World, monkeypatch: pytest.MonkeyPatch,
         name: str = "generated.vbr.hcl") -> tuple[PlanResult | None, Diagnostics]:
    monkeypatch.chdir(world.path)
    runtime = Runtime(no_color=True)
    request = world.request()
    result = plan_command(request, runtime, generate_to=world.path / name)
    return result, runtime.diags


def imported(to: str, more: str = "") -> str:
    return f'import {{\n  to = {to}\n  id = "an-\\"id\\""\n  {more}\n}}\n'


def test_blocks_are_generated_and_planned(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write(imported("vbrprov_data.a") + imported("terraform_data.b"))
    result, diags = plan(world, monkeypatch)
    assert result is not None
    assert not diags
    assert {c.address: (str(c.action), c.importing) for c in result.planned.plan.changes} == {
        "vbrprov_data.a": ("no-op", 'an-"id"'), "terraform_data.b": ("no-op", 'an-"id"')}
    assert result.planned.plan.changes[0].generated.startswith('resource "')
    text = (world.path / "generated.vbr.hcl").read_text(encoding="utf-8")
    assert text == """\
# __generated__ by vbrprov
# Please review these resources and move them into your main configuration files.

# __generated__ by vbrprov from "an-\\"id\\""
resource "vbrprov_data" "a" {}

# __generated__ by vbrprov from "an-\\"id\\""
resource "terraform_data" "b" {}
"""
    assert format_source(text) == text
    world.apply()
    assert not world.plan().has_changes


@pytest.mark.parametrize(("text", "words"), [
    (imported("vbrprov_data.a[0]"), "not compatible with config generation"),
    (imported("vbrprov_data.a", 'for_each = toset(["x"])'),
     "not compatible with config generation"),
    (imported("module.m.vbrprov_data.a"), "must have an associated configuration"),
    (imported("vbrprov_nothing.a"), 'does not support resource type "vbrprov_nothing"'),
    (imported("vbrprov_data.a") + imported("vbrprov_data.a"), "only one import block"),
    (imported("vbrprov_data.a") + imported("vbrprov_data.b[0]"), "not compatible"),
])
def test_nothing_is_written_after_an_error(
        world: World, monkeypatch: pytest.MonkeyPatch, text: str, words: str) -> None:
    world.write(text)
    result, diags = plan(world, monkeypatch)
    assert result is None
    assert [d for d in diags if words in d.detail], list(diags)
    assert [p.name for p in world.path.iterdir()] == ["main.vbr.hcl"]


def test_without_a_need_nothing_is_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write('resource "vbrprov_data" "a" {\n}\n' + imported("vbrprov_data.a"))
    result, diags = plan(world, monkeypatch)
    assert result is not None
    assert not diags
    assert [p.name for p in world.path.iterdir()] == ["main.vbr.hcl"]


@pytest.mark.parametrize(("name", "summary"), [
    ("main.vbr.hcl", "Target generated file already exists"),
    ("generated.tf", "Target generated file would not be read"),
    ("child/generated.vbr.hcl", "Target generated file would not be read"),
])
def test_places_that_cannot_be(world: World, monkeypatch: pytest.MonkeyPatch, name: str,
                               summary: str) -> None:
    world.write(imported("vbrprov_data.a"))
    Path(world.path / "child").mkdir()
    result, diags = plan(world, monkeypatch, name)
    assert result is None
    assert [d.summary for d in diags] == [summary]
