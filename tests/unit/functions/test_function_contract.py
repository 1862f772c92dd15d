"""What holds for every function."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from vbrprov.diag import SourceFile
from vbrprov.evaluate import EvalError
from vbrprov.functions import find, names
from vbrprov.sdk import Function
from vbrprov.syntax import parse_expression
from vbrprov.values import Type, Unknown, Value

#: Their examples need files or names that are not there.
NEED_MORE = {
    "file", "filebase64", "filebase64sha256", "filebase64sha512", "filemd5", "filesha1",
    "filesha256", "filesha512", "rsadecrypt", "templatefile", "templatestring",
}


def found(name: str) -> Function:
    function = find(name)
    assert function is not None
    return function


def test_all_functions_of_terraform_are_here() -> None:
    assert len(names()) >= 118
    assert names() == sorted(set(names()))


def test_namespace_core() -> None:
    assert find("core::upper") is find("upper")


@pytest.mark.parametrize("name", ["nosuch", "_text", "", "core::", "core::core::upper", "a.b"])
def test_unknown_name(name: str) -> None:
    assert find(name) is None


@pytest.mark.parametrize("name", names())
def test_is_documented(name: str) -> None:
    function = found(name)
    params = [*function.params, *([function.variadic] if function.variadic else [])]
    assert function.name == name
    assert function.doc.endswith(".")
    assert all(param.doc and param.name for param in params)


@pytest.mark.parametrize("name", names())
def test_example_works(name: str, run: Callable[..., Value]) -> None:
    example = found(name).example
    _, diagnostics = parse_expression(SourceFile("example", example))
    assert not list(diagnostics)
    assert example.startswith(f"{name}(")
    if name not in NEED_MORE:
        assert run(example) is not None


@pytest.mark.parametrize("name", names())
def test_result_type_of_unknown_arguments(name: str) -> None:
    function = found(name)
    args = [Unknown(param.value_type) for param in function.params]
    assert isinstance(function.result_type([*args, Unknown()]), Type)


@pytest.mark.parametrize("name", sorted(set(names()) - {"can", "issensitive", "try", "type"}))
def test_unknown_argument_is_never_a_value(name: str, run: Callable[..., Value]) -> None:
    function = found(name)
    count = len(function.params) + (1 if function.variadic else 0)
    if not count:
        return
    try:
        value = run(f"{name}({', '.join(['unknown'] * count)})")
    except EvalError:
        return
    assert isinstance(value, Unknown) or name == "sensitive"


def test_slow_libraries_are_imported_on_use_only() -> None:
    code = (
        "import sys\n"
        "from vbrprov.functions import find, names\n"
        "assert len(names()) > 100\n"
        "for name in ('upper', 'merge', 'format', 'jsonencode', 'replace', 'file', 'fileset'):\n"
        "    find(name)\n"
        "print([m for m in ('yaml', 're2', 'cryptography', 'boto3') if m in sys.modules])\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
