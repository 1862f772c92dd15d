"""docs/reference is what its script writes, and everything in it has words of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click
import pytest

from vbrprov.cli.group import group
from vbrprov.functions import find, names
from vbrprov.sdk import Schema
from vbrprov.sdk.function import Group
from vbrprov.workflow.registry import ProviderRegistry

CHECKOUT = Path(__file__).resolve().parents[3]
REFERENCE = CHECKOUT / "docs" / "reference"
SCRIPT = CHECKOUT / "tools" / "make_reference.py"
MODES = ("managed", "data", "ephemeral")


def pages(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
            for path in folder.rglob("*") if path.is_file()}


def test_pages_are_what_the_script_writes(tmp_path: Path) -> None:
    (tmp_path / "gone.md").write_text("A page of something that is not there any more.\n",
                                      encoding="utf-8")
    subprocess.run([sys.executable, SCRIPT, tmp_path], check=True, timeout=60)
    written, kept = pages(tmp_path), pages(REFERENCE)
    assert sorted(written) == sorted(kept), "run make docs"
    different = [name for name, text in written.items() if kept[name] != text]
    assert not different, "run make docs"


def test_every_function_is_on_the_page_under_a_subject() -> None:
    page = (REFERENCE / "functions.md").read_text(encoding="utf-8")
    for name in names():
        function = find(name)
        assert function is not None
        assert f"\n### {name}\n" in page
        assert function.group in get_args(Group)
        assert function.group != "other", f"{name} has no subject"


def types() -> Iterator[tuple[str, Any]]:
    registry = ProviderRegistry()
    for provider in registry.provider_names():
        for mode in MODES:
            for name in registry.type_names(provider, mode):
                found = {"managed": registry.resource_type, "data": registry.data_source,
                         "ephemeral": registry.ephemeral_resource}[mode](provider, name)
                yield f"{mode} {name}", found


@pytest.mark.parametrize(("name", "kind"), list(types()))
def test_every_type_attribute_and_block_has_a_text(name: str, kind: Any) -> None:
    assert kind.doc.endswith("."), name
    assert kind.source.startswith("https://"), name
    assert not list(without_text(kind.model.schema()))


@pytest.mark.parametrize("name", ["aws", "veeam"])
def test_every_argument_of_a_provider_has_a_text(name: str) -> None:
    provider = ProviderRegistry().provider(name)
    assert provider is not None
    assert provider.doc.endswith(".")
    assert not list(without_text(provider.config().model.schema()))


def without_text(schema: Schema, path: str = "") -> Iterator[str]:
    for name, spec in {**schema.attributes, **schema.blocks}.items():
        if not spec.doc.strip():
            yield f"{path}{name}"
    for name, nested in schema.blocks.items():
        yield from without_text(nested.model.schema(), f"{path}{name}.")


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[Any]:
    if path:
        yield pytest.param(command, path, id=" ".join(path))
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, (*path, name))


@pytest.mark.parametrize(("command", "path"), list(commands(group)))
def test_every_command_and_option_has_a_text(command: click.Command, path: tuple[str]) -> None:
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    assert f"\n## {' '.join(path)}\n" in page
    text = command.help or ""
    assert text.strip()
    runs = not isinstance(command, click.Group) or command.invoke_without_command
    assert not runs or "Exit status: 0" in text
    for param in command.params:
        if isinstance(param, click.Option):
            assert param.help
            assert param.help.endswith("."), param.opts
