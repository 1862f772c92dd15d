"""``test``: inputs, what is shown and kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vbrprov.diag import Diagnostic, Severity
from vbrprov.views.human.text import Style
from vbrprov.views.testing.human import HumanTestView

ECHO = """variable "a" {
  default = "default"
}
variable "secret" {
  default   = "hunter2-hunter2"
  sensitive = true
}
resource "terraform_data" "x" {
  input = var.a
}
output "a" {
  value = var.a
}
"""


def _write(folder: Path, main: str, **tests: str) -> None:
    (folder / "main.vbr.hcl").write_text(main, encoding="utf-8")
    for name, text in tests.items():
        path = folder / f"{name.replace('__', '/')}.vbrtest.hcl"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _asserts(value: str, head: str = "") -> str:
    return (f'{head}run "one" {{\n  assert {{\n    condition     = output.a == "{value}"\n'
            '    error_message = "a is ${output.a}"\n  }\n}\n')


def test_test_files_win_over_all_other_inputs(run: Any, tmp_path: Path) -> None:
    _write(tmp_path, ECHO, tests__file=_asserts("file", 'variables {\n  a = "file"\n}\n'),
           tests__auto=_asserts("auto"), root=_asserts("option"))
    (tmp_path / "tests" / "x.auto.vbrvars.hcl").write_text('a = "auto"\n', encoding="utf-8")
    assert run("test", "-filter=tests/file.vbrtest.hcl", "-var=a=option").status == 0
    assert run("test", "-filter=tests/auto.vbrtest.hcl").status == 0
    assert run("test", "-filter=root.vbrtest.hcl", "-var=a=option").status == 0
    assert run("test", "-filter=root.vbrtest.hcl").status == 1


def test_an_unknown_filter_is_noticed(run: Any, tmp_path: Path) -> None:
    _write(tmp_path, ECHO, root=_asserts("default"))
    result = run("test", "-filter=rot.vbrtest.hcl")
    assert result.status == 0
    assert "Success! 0 passed, 0 failed." in result.out
    assert 'There is no test file "rot.vbrtest.hcl"' in result.out


def test_another_folder_of_tests(run: Any, tmp_path: Path) -> None:
    _write(tmp_path, ECHO, root=_asserts("default"), checks__x=_asserts("default"),
           tests__y=_asserts("wrong"))
    result = run("test", "-test-directory=checks")
    assert result.status == 0
    assert "Success! 2 passed, 0 failed." in result.out


def test_a_secret_is_not_shown(run: Any, tmp_path: Path) -> None:
    _write(tmp_path, ECHO, root="""run "one" {
  assert {
    condition     = output.a == var.secret
    error_message = "not ${var.secret}"
  }
  assert {
    condition     = output.a == nonsensitive(var.secret)
    error_message = "not ${nonsensitive(var.secret)}"
  }
}
""")
    for arguments in (("test",), ("test", "-json"), ("test", "-verbose", "-junit-xml=x.xml")):
        result = run(*arguments)
        assert result.status == 1
        assert "hunter2" not in result.out + result.err
    assert "hunter2" not in (tmp_path / "x.xml").read_text(encoding="utf-8")


def test_verbose_shows_plans_and_states(run: Any, tmp_path: Path) -> None:
    planned = _asserts("default").replace('"one" {', '"planned" {\n  command = plan')
    _write(tmp_path, ECHO, root=planned + _asserts("default"))
    shown = run("test", "-verbose").out
    assert '# terraform_data.x will be created' in shown
    assert '# terraform_data.x:\nresource "terraform_data" "x" {' in shown
    messages = [json.loads(line) for line in run("test", "-verbose", "-json").out.splitlines()]
    found = {m["type"]: m for m in messages}
    assert found["test_plan"]["test_plan"]["resource_changes"][0]["address"] == "terraform_data.x"
    assert found["test_state"]["test_state"]["values"]["outputs"]["a"]["value"] == "default"


def test_the_users_state_is_not_touched(run: Any, tmp_path: Path) -> None:
    _write(tmp_path, ECHO, root=_asserts("default"))
    assert run("apply", "-auto-approve").status == 0
    before = {p.name: p.read_bytes() for p in tmp_path.glob("vbrprov.vbrstate*")}
    assert run("test").status == 0
    assert {p.name: p.read_bytes() for p in tmp_path.glob("vbrprov.vbrstate*")} == before


def test_what_is_left_is_listed() -> None:
    shown: list[str] = []
    reported: list[Diagnostic] = []
    view = HumanTestView(shown.append, reported.extend, Style(False))
    wrong = Diagnostic(Severity.ERROR, "Cannot delete")
    view.teardown("a.vbrtest.hcl", "one", [wrong], ["aws_s3_bucket.a"])
    assert reported == [wrong]
    assert "error destroying resources" in shown[0]
    assert shown[-1].endswith("with the test's sandbox:\n  - aws_s3_bucket.a\n")
