"""``validate -json``: places, excerpts and named values, also beside the real Terraform."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vbrprov.diag import Diagnostic, Severity
from vbrprov.views.json.diagnostics import validate_json

#: Each has errors whose places Terraform gives as we do.
TEXTS = {
    "values": b"""variable "x" {
  default = "abc"
}
locals {
  o    = { a = 1, b = [1, 2] }
  l    = [1, 2, 3]
  m    = tomap({ a = 1 })
  n    = 1234567890123456789
  q    = upper(local.o)
  z    = local.o.zz
  cond = local.m ? 1 : local.n
  tt   = "a ${local.l} b"
  dd   = local.l[local.n]
  nn   = nope1(local.n)
}
""",
    "graphemes": 'locals {\n  é = "ü👨‍👩‍👧" + 1\n  b = "日本" + 1\n}\n'.encode(),
    "byte order mark": b'\xef\xbb\xbflocals {\n  a = "x" + 1\n}\n',
    "crlf": b'locals {\r\n  a = "x" + 1\r\n\r\n  b = [\r\n    1 + "y",\r\n  ]\r\n}\r\n',
    "argument": b'resource "terraform_data" "a" {\n  foo = 1\n}\n',
    "label": b'resource "terraform_data" "a" "b" {\n}\n',
    "duplicate": b'variable "x" {}\nvariable "x" {}\n',
    "undeclared": b'output "a" {\n  value = var.nope\n}\n',
}
#: What Terraform words or fills in its own way.
OWN = ("detail", "address")


def _validate(run: Any, folder: Path, text: bytes) -> dict[str, Any]:
    (folder / "main.vbr.hcl").write_bytes(text)
    result = run("validate", "-json")
    found: dict[str, Any] = json.loads(result.out)
    assert result.status == (0 if found["valid"] else 1)
    assert result.err == ""
    return found


def test_a_valid_configuration(run: Any, tmp_path: Path) -> None:
    assert _validate(run, tmp_path, b'locals {\n  a = 1\n}\n') == {
        "format_version": "1.0", "valid": True, "error_count": 0, "warning_count": 0,
        "diagnostics": []}


def test_a_place_counts_graphemes_and_bytes(run: Any, tmp_path: Path) -> None:
    found = _validate(run, tmp_path, TEXTS["graphemes"])["diagnostics"][0]
    assert found["range"] == {
        "filename": "main.vbr.hcl", "start": {"line": 2, "column": 7, "byte": 16},
        "end": {"line": 2, "column": 11, "byte": 38}}
    assert found["snippet"] == {
        "context": "locals", "code": '  é = "ü👨‍👩‍👧" + 1', "start_line": 2,
        "highlight_start_offset": 7, "highlight_end_offset": 29, "values": []}


def test_secret_and_unknown_values_are_not_named(run: Any, tmp_path: Path) -> None:
    found = _validate(run, tmp_path, b"""variable "s" {
  default   = "hunter2"
  sensitive = true
}
variable "u" {}
locals {
  o = { a = 1 }
}
output "x" {
  value = [var.s, var.u, local.o][local.o.a] + local.o
}
""")["diagnostics"]
    named = {v["traversal"] for d in found for v in d["snippet"]["values"]}
    assert named == {"local.o"}
    assert "hunter2" not in json.dumps([d["snippet"]["values"] for d in found])


def test_a_refusal_is_an_error_with_the_id_of_its_rule() -> None:
    item = Diagnostic(Severity.REFUSE, "Lifecycle rule", "Remove it.", rule_id="VBR014",
                      address="aws_s3_bucket.b", hint="Set retention.", link="https://x.test/")
    assert validate_json([item], {}) == {
        "format_version": "1.0", "valid": False, "error_count": 1, "warning_count": 0,
        "diagnostics": [{
            "severity": "error", "summary": "Lifecycle rule", "address": "aws_s3_bucket.b",
            "detail": "Remove it.\n\nSet retention.\n\nSee https://x.test/",
            "rule_id": "VBR014"}]}


def test_test_files_are_read_too(run: Any, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "x.vbrtest.hcl").write_text('run "a" {\n  bar = 1\n}\n', encoding="utf-8")
    found = _validate(run, tmp_path, b"locals {\n  a = 1\n}\n")
    assert [d["summary"] for d in found["diagnostics"]] == ["Unsupported argument"]
    assert found["diagnostics"][0]["snippet"]["context"] == 'run "a"'
    assert run("validate", "-no-tests").status == 0
    assert run("validate", "-test-directory=other").status == 0


def test_people_see_the_values_too(run: Any, tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_bytes(TEXTS["values"])
    shown = run("validate", "-no-color").err
    assert ("│     ├────────────────\n│     │ while calling upper(str)\n"
            "│     │ local.o is object with 2 attributes\n") in shown
    assert "│     │ local.n is 1.23456789e+18\n" in shown


@pytest.mark.terraform
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_as_the_real_program(run: Any, terraform: Callable[..., Any], tmp_path: Path,
                             name: str) -> None:
    (tmp_path / "terraform" / "main.tf").write_bytes(TEXTS[name])
    wanted = json.loads(terraform("validate", "-json").out)
    found = _validate(run, tmp_path, TEXTS[name])
    for result in (wanted, found):
        for item in result["diagnostics"]:
            item["range"]["filename"] = "main"
            for key in OWN:
                item.pop(key, None)
        result["diagnostics"].sort(key=lambda d: d["range"]["start"]["byte"])
    assert found == wanted
