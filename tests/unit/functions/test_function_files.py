"""Functions that read files: only regular ones, only inside the configuration."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from vbrprov.evaluate import EvalError
from vbrprov.functions import find
from vbrprov.sdk import FunctionContext, FunctionError
from vbrprov.values import Unknown, Value

Run = Callable[..., Value]


@pytest.fixture
def root(context: FunctionContext) -> Path:
    folder = Path(context.root_dir)
    (folder / "hello.txt").write_text("Hello, Ünï!\n", encoding="utf-8")
    (folder / "binary").write_bytes(b"\xff\x00")
    (folder / "greeting.tftpl").write_text("Hi ${name}%{ if loud }!%{ endif }", encoding="utf-8")
    (folder / "a" / "b").mkdir(parents=True)
    for name in ("a/x.json", "a/y.txt", "a/b/z.json", "a/.hidden.json", "top.json"):
        (folder / name).write_text("{}", encoding="utf-8")
    (folder.parent / "outside.txt").write_text("secret", encoding="utf-8")
    return folder


def test_contents(run: Run, root: Path) -> None:
    assert run('file("hello.txt")') == "Hello, Ünï!\n"
    assert run('file("./a/../hello.txt")') == "Hello, Ünï!\n"
    assert run(f'file("{root.as_posix()}/hello.txt")') == "Hello, Ünï!\n"
    assert run('filebase64("binary")') == "/wA="


@pytest.mark.parametrize(("function", "digest"), [
    ("filemd5", hashlib.md5), ("filesha1", hashlib.sha1), ("filesha256", hashlib.sha256),
    ("filesha512", hashlib.sha512),
])
def test_digests(run: Run, root: Path, function: str, digest: Callable[..., Any]) -> None:
    assert run(f'{function}("binary")') == digest((root / "binary").read_bytes()).hexdigest()


def test_base64_digests(run: Run, root: Path) -> None:
    assert run('filebase64sha256("hello.txt")') == run('base64sha256(file("hello.txt"))')
    assert run('filebase64sha512("hello.txt")') == run('base64sha512(file("hello.txt"))')


@pytest.mark.parametrize("expression", [
    'file("nosuch")', 'file("a")', 'file("hello.txt/x")', 'file("binary")', 'file("")',
    'file("../outside.txt")', 'file("link")', 'filesha256("link")', 'fileexists("link")',
    'fileexists("../outside.txt")', 'fileexists("a")', 'file("up/outside.txt")',
    'templatefile("link", {})', 'fileset("..", "*")', 'fileset(".", "../*")',
    'fileset("up", "*.txt")', 'file("~nobody/x")', 'file("a\\u0000b")',
])
def test_refused(run: Run, root: Path, expression: str) -> None:
    (root / "link").symlink_to(root.parent / "outside.txt")
    (root / "up").symlink_to(root.parent)
    with pytest.raises((EvalError, AssertionError)):
        run(expression)


def test_outside_when_allowed(context: FunctionContext, root: Path) -> None:
    function = find("file")
    assert function is not None
    allowed = msgspec.structs.replace(context, allow_outside=True)
    assert function.impl(allowed, "../outside.txt") == "secret"
    with pytest.raises(FunctionError):
        function.impl(context, "../outside.txt")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_pipe_is_not_waited_for(run: Run, root: Path) -> None:
    os.mkfifo(root / "pipe")
    for expression in ('file("pipe")', 'filemd5("pipe")', 'fileexists("pipe")'):
        with pytest.raises(EvalError):
            run(expression)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no endless device")
def test_endless_device_is_not_read(context: FunctionContext) -> None:
    function = find("filesha256")
    assert function is not None
    with pytest.raises(FunctionError, match="not a regular file"):
        function.impl(msgspec.structs.replace(context, allow_outside=True), "/dev/zero")


def test_size_limit(run: Run, root: Path) -> None:
    (root / "large").write_bytes(b"x" * ((1 << 20) + 1))
    with pytest.raises(EvalError, match="larger than"):
        run('file("large")')
    assert len(run('filesha256("large")')) == 64


def test_exists(run: Run, root: Path) -> None:
    assert run('fileexists("hello.txt")') is True
    assert run('fileexists("nosuch")') is False
    with pytest.raises(EvalError, match="failed to look"):
        run('fileexists("hello.txt/x")')


@pytest.mark.parametrize(("pattern", "found"), [
    ("*.json", ["top.json"]),
    ("**/*.json", ["a/.hidden.json", "a/b/z.json", "a/x.json", "top.json"]),
    ("a/*", ["a/.hidden.json", "a/x.json", "a/y.txt"]),
    ("a/?.json", ["a/x.json"]),
    ("a/[xyz].*", ["a/x.json", "a/y.txt"]),
    ("a/[^x].*", ["a/y.txt"]),
    ("a/[!x].*", ["a/x.json"]),
    ("a/{x,y}.{json,txt}", ["a/x.json", "a/y.txt"]),
    ("a/**", ["a/.hidden.json", "a/b/z.json", "a/x.json", "a/y.txt"]),
    ("**/z.json", ["a/b/z.json"]),
    ("a/b/../x.json", ["a/x.json"]),
    ("nosuch/*", []),
    ("hello.txt", ["hello.txt"]),
    ("top.js?n", ["top.json"]),
    ("a", []),
])
def test_fileset(run: Run, root: Path, pattern: str, found: list[str]) -> None:
    assert list(run(f'fileset(".", "{pattern}")').items) == found


def test_fileset_is_relative_to_its_folder(run: Run, root: Path) -> None:
    assert list(run('fileset("a", "**/*.json")').items) == [".hidden.json", "b/z.json", "x.json"]
    assert list(run('fileset("nosuch", "*")').items) == []


@pytest.mark.parametrize("pattern", ["[", "a[", "{a", "a\\\\", "[]", "[^]", "[a"])
def test_fileset_bad_pattern(run: Run, root: Path, pattern: str) -> None:
    with pytest.raises(EvalError):
        run(f'fileset(".", "{pattern}")')


def test_template(run: Run, root: Path) -> None:
    assert run('templatefile("greeting.tftpl", { name = "Ander", loud = true })') == "Hi Ander!"
    assert run("templatestring(text, { n = 1 })", text="<${n}>") == "<1>"


def test_template_with_an_unknown_part(run: Run, root: Path) -> None:
    value = run('templatefile("greeting.tftpl", { name = unknown, loud = true })')
    assert isinstance(value, Unknown)


@pytest.mark.parametrize("variables", ["{ name = 1 }", "[1]", '{ "1x" = 1 }', '"x"', "null"])
def test_template_refuses(run: Run, root: Path, variables: str) -> None:
    with pytest.raises(EvalError):
        run(f'templatefile("greeting.tftpl", {variables})')


def test_paths(run: Run, root: Path) -> None:
    assert run('abspath("a/../b")') == f"{root.as_posix()}/b"
    assert run('abspath("/x/./y")').endswith("/x/y")
    assert run('pathexpand("~/x")') == f"{Path.home().as_posix()}/x"
