"""What ``validate`` remembers: only that it found nothing in exactly this configuration."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from engine_world import World

import vbrprov.workflow.validate
from vbrprov.diag import Diagnostics
from vbrprov.functions import find, names
from vbrprov.workflow.validate import validate
from vbrprov.workflow.validated import _OUTSIDE, _SMALL, Validated

FILLER = "# " + "x" * 70 + "\n"
PLAIN = FILLER * (_SMALL // len(FILLER) + 1) + """
variable "v" {
  default = "a"
}
resource "vbrprov_data" "x" {
  input = var.v
}
"""


@pytest.fixture
def cached(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    monkeypatch.delenv("VBRPROV_NO_CACHE", raising=False)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    world.write(PLAIN)
    return world


def _validate(world: World, **values: str) -> list[str]:
    diags = Diagnostics()
    validate(world.request(None, **values), world.environment(), diags)
    return [d.summary for d in diags]


def _known(world: World) -> bool:
    return Validated(world.request()).known()


def test_nothing_is_known_at_first_and_then_it_is(cached: World) -> None:
    assert not _known(cached)
    assert _validate(cached) == []
    assert _known(cached)


def test_a_known_configuration_is_not_looked_at(
    cached: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    _validate(cached)

    def never(*args: object, **given: object) -> None:
        raise AssertionError

    monkeypatch.setattr(vbrprov.workflow.validate, "prepare", never)
    assert _validate(cached) == []
    with pytest.raises(AssertionError):
        # A value that was given may be wrong.
        _validate(cached, v="b")


@pytest.mark.parametrize("name", ["main.vbr.hcl", "other.vbr.hcl", "a.auto.vbrvars.hcl"])
def test_any_edit_counts(cached: World, name: str) -> None:
    _validate(cached)
    cached.write(PLAIN + 'output "o" {\n  value = nothing.at.all\n}\n'
                 if "vars" not in name else 'v = [', name)
    assert not _known(cached)
    assert _validate(cached)


def test_a_module_that_changed_counts(cached: World) -> None:
    cached.write(PLAIN + 'module "m" {\n  source = "./m"\n}\n')
    cached.write("locals {\n  a = 1\n}\n", "m/main.vbr.hcl")
    assert _validate(cached) == []
    assert _known(cached)
    cached.write("locals {\n  a = local.b\n}\n", "m/main.vbr.hcl")
    assert _validate(cached) == ["Reference to undeclared local value"]


def test_a_value_from_the_environment_counts(cached: World) -> None:
    _validate(cached)
    request = msgspec.structs.replace(cached.request(), environ={"TF_VAR_v": "b"})
    assert not Validated(request).known()


@pytest.mark.parametrize("text", [
    'output "o" {\n  value = fileexists("x")\n}\n',
    'output "o" {\n  value = path.cwd\n}\n',
    'variable "w" {\n}\noutput "o" {\n  value = no.such\n}\n',
])
def test_what_depends_on_more_or_is_wrong_is_not_remembered(cached: World, text: str) -> None:
    cached.write(PLAIN + text)
    _validate(cached)
    assert not _known(cached)


def test_json_files_are_not_remembered(cached: World) -> None:
    cached.write('{"locals": {"a": "${\\u0066ileexists(\\"x\\")}"}}', "b.vbr.json")
    assert _validate(cached) == []
    assert not _known(cached)


def test_small_configurations_are_not_worth_it(cached: World) -> None:
    cached.write("locals {\n  a = 1\n}\n")
    assert _validate(cached) == []
    assert not _known(cached)


def test_it_can_be_switched_off(cached: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _validate(cached)
    monkeypatch.setenv("VBRPROV_NO_CACHE", "1")
    assert not _known(cached)


def test_a_damaged_record_is_ignored_and_written_anew(cached: World, tmp_path: Path) -> None:
    _validate(cached)
    assert _known(cached)
    for path in (tmp_path / "xdg_cache_home").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-3] + b"\xff\xff\xff")
    assert not _known(cached)
    assert _validate(cached) == []
    assert _known(cached)


def test_every_function_that_looks_outside_is_noticed() -> None:
    # nonsensitive tells the redactor something, and looks at nothing.
    outside = [n for n in names() if find(n).needs_context and n != "nonsensitive"]
    assert "file" in outside
    assert [name for name in outside if not _OUTSIDE.search(f"a = {name}(x)")] == []
