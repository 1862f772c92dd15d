"""``state mv``, ``replace-address``, ``pull``, ``push`` and ``history``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from vbrprov.cli.group import run
from vbrprov.state.backends.local import LocalBackend
from vbrprov.state.model import Instance, Intent

TEXT = """
resource "vbrprov_data" "a" {
  count = 2
}
resource "vbrprov_data" "b" {
  input = vbrprov_data.a[0].id
}
module "m" {
  source   = "./m"
  for_each = toset(["x", "y"])
}
"""
Out = Callable[..., str]


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.vbr.hcl").write_text('resource "vbrprov_data" "in" {\n}\n')
    (tmp_path / "main.vbr.hcl").write_text(TEXT)
    assert run(["apply", "-auto-approve"]) == 0
    return tmp_path


@pytest.fixture
def out(stack: Path, capsys: pytest.CaptureFixture[str]) -> Out:
    def command(*arguments: str, status: int = 0) -> str:
        capsys.readouterr()
        assert run([*arguments]) == status
        told = capsys.readouterr()
        return told.err if status else told.out

    return command


def backend(folder: Path) -> LocalBackend:
    return LocalBackend(folder / "vbrprov.vbrstate")


def recorded(folder: Path) -> dict[str, Instance]:
    return {address: i for (address, _), i in backend(folder).read()[0].instances.items()}


@pytest.mark.parametrize(("source", "destination", "moved"), [
    ("vbrprov_data.b", "vbrprov_data.c", {"vbrprov_data.c"}),
    ("vbrprov_data.b", "vbrprov_data.c[0]", {"vbrprov_data.c[0]"}),
    ("vbrprov_data.b", "vbrprov_data.a[2]", {"vbrprov_data.a[2]"}),
    ("vbrprov_data.a", "vbrprov_data.c", {"vbrprov_data.c[0]", "vbrprov_data.c[1]"}),
    ("vbrprov_data.a[1]", "vbrprov_data.c", {"vbrprov_data.c"}),
    ("vbrprov_data.a[1]", 'module.n["k"].vbrprov_data.c', {'module.n["k"].vbrprov_data.c'}),
    ("module.m", "module.n", {'module.n["x"].vbrprov_data.in', 'module.n["y"].vbrprov_data.in'}),
    ('module.m["x"]', "module.n", {"module.n.vbrprov_data.in"}),
    ('module.m["x"]', "module.o.module.n", {"module.o.module.n.vbrprov_data.in"}),
])
def test_moved(stack: Path, out: Out, source: str, destination: str, moved: set[str]) -> None:
    before = recorded(stack)
    told = out("state", "mv", "-dry-run", source, destination)
    assert told.count("Would move") == len(moved)
    assert recorded(stack) == before
    out("state", "mv", source, destination)
    after = recorded(stack)
    assert after.keys() - before.keys() == moved
    assert len(after) == len(before)
    gone = before.keys() - after.keys()
    assert {bytes(i.attributes) for a, i in before.items() if a in gone} == {
        bytes(after[a].attributes) for a in moved}


def test_what_depends_on_it_follows(stack: Path, out: Out) -> None:
    assert recorded(stack)["vbrprov_data.b"].dependencies == ["vbrprov_data.a"]
    out("state", "mv", "vbrprov_data.a", "vbrprov_data.z")
    assert recorded(stack)["vbrprov_data.b"].dependencies == ["vbrprov_data.z"]


@pytest.mark.parametrize(("source", "destination", "said"), [
    ("vbrprov_data.none", "vbrprov_data.c", "No matching objects"),
    ("vbrprov_data.b", "aws_s3_bucket.b", "An object keeps its type"),
    ("vbrprov_data.b", "module.m", "only become a module"),
    ("vbrprov_data.b", "vbrprov_data.a[0]", "an object at vbrprov_data.a[0] already"),
    ("vbrprov_data.a", "vbrprov_data.c[0]", "Move them one by one"),
    ("vbrprov_data.a", "what is this", "Invalid address"),
])
def test_nothing_moves_when_anything_is_wrong(
    stack: Path, out: Out, source: str, destination: str, said: str,
) -> None:
    before = recorded(stack)
    assert said in " ".join(out("state", "mv", source, destination, status=1).replace(
        "│", " ").split())
    assert recorded(stack) == before


def test_an_open_operation_comes_first(stack: Path, out: Out) -> None:
    with backend(stack).session("test") as session:
        session.intent(Intent(op="1", address="vbrprov_data.b", provider="provider.vbrprov",
                              action="update", step="update", type="vbrprov_data"))
    for command in (("mv", "vbrprov_data.b", "vbrprov_data.c"),
                    ("replace-address", "provider.vbrprov", "provider.vbrprov.x")):
        assert "An operation is open" in out("state", *command, "-auto-approve"
                                             if command[0] != "mv" else "-lock-timeout=1s",
                                             status=1)


def bucket(folder: Path) -> None:
    with backend(folder).session("test") as session:
        session.put(Instance("aws_s3_bucket.b", "provider.aws", msgspec.Raw(b'{"bucket":"b"}')))
        session.put(Instance("module.m.aws_s3_bucket.b", "module.m.provider.aws.old",
                             msgspec.Raw(b'{"bucket":"c"}')))


@pytest.mark.parametrize(("old", "new", "became"), [
    ("provider.aws", "provider.aws.west", ["provider.aws.west", "module.m.provider.aws.old"]),
    ("module.m.provider.aws.old", "provider.aws", ["provider.aws", "provider.aws"]),
])
def test_another_provider(stack: Path, out: Out, old: str, new: str, became: list[str]) -> None:
    bucket(stack)
    assert "aws_s3_bucket.b" in out("state", "replace-provider", "-dry-run", old, new)
    out("state", "replace-address", "-auto-approve", old, new)
    found = recorded(stack)
    assert [found["aws_s3_bucket.b"].provider,
            found["module.m.aws_s3_bucket.b"].provider] == became


@pytest.mark.parametrize(("old", "new", "said"), [
    ("aws", "google", "has no type aws_s3_bucket"),
    ("registry.terraform.io/hashicorp/aws", "registry.terraform.io/hashicorp/google", "no type"),
    ("provider.aws", "google", "Give two configurations"),
    ("nobody", "aws", "no provider"),
    ("example.com/no/body", "aws", "no provider"),
    ("provider.aws", "provider.", "not the address of a provider"),
])
def test_no_other_provider(stack: Path, out: Out, old: str, new: str, said: str) -> None:
    bucket(stack)
    before = recorded(stack)
    told = out("state", "replace-address", "-auto-approve", old, new, status=1)
    assert said in " ".join(told.replace("│", " ").split())
    assert recorded(stack) == before


def test_consent_is_needed_and_nothing_to_do_is_said(stack: Path, out: Out) -> None:
    bucket(stack)
    assert run(["state", "replace-address", "provider.aws", "provider.aws.x"]) == 1
    assert recorded(stack)["aws_s3_bucket.b"].provider == "provider.aws"
    assert "No matching" in out("state", "replace-address", "provider.google", "provider.google.x")


def test_pulled_and_pushed(stack: Path, out: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    document = out("state", "pull")
    kept = stack / "kept.json"
    kept.write_text(document)
    assert "the same already" in out("state", "push", str(kept))
    before = recorded(stack)
    out("state", "rm", "vbrprov_data.b")
    assert "older" in out("state", "push", str(kept), status=1)
    assert "vbrprov_data.b" not in recorded(stack)
    out("state", "push", "-force", str(kept))
    assert recorded(stack) == before
    assert len(json.loads(out("state", "history", "-json"))["states"]) == 3
    # Into an empty folder: the same stack goes on there.
    other = stack / "other"
    other.mkdir()
    monkeypatch.chdir(other)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(
        buffer=SimpleNamespace(read=document.encode), isatty=lambda: False))
    out("state", "push", "-")
    assert recorded(other) == before
    mine, theirs = (backend(f).read()[0] for f in (stack, other))
    assert mine.lineage == theirs.lineage
    assert theirs.serial == json.loads(document)["serial"]


def test_a_document_of_another_stack_is_never_pushed(stack: Path, out: Out) -> None:
    kept = stack / "kept.json"
    kept.write_text(out("state", "pull"))
    for path in stack.glob("vbrprov.vbrstate*"):
        path.unlink()
    out("apply", "-auto-approve")
    before = recorded(stack)
    assert "another stack" in out("state", "push", "-force", str(kept), status=1)
    assert recorded(stack) == before


@pytest.mark.parametrize("text", ["", "{}", "what is this", '{"version": 4}'])
def test_what_is_no_state_is_not_pushed(stack: Path, out: Out, text: str) -> None:
    (stack / "x.json").write_text(text)
    out("state", "push", str(stack / "x.json"), status=1)
    assert "Cannot read" in out("state", "push", str(stack / "none.json"), status=1)


def test_open_operations_are_pulled_and_never_pushed_away(stack: Path, out: Out) -> None:
    kept = stack / "kept.json"
    kept.write_text(out("state", "pull"))
    with backend(stack).session("test") as session:
        session.intent(Intent(op="1", address="vbrprov_data.b", provider="provider.vbrprov",
                              action="update", step="update", type="vbrprov_data"))
    assert "open operations" in out("state", "push", "-force", str(kept), status=1).replace(
        "\n│ ", " ")
    assert json.loads(out("state", "pull"))["intents"][0]["op"] == "1"


def test_history_of_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                            capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["state", "history"]) == 0
    assert capsys.readouterr().out == "No state is kept here.\n"
