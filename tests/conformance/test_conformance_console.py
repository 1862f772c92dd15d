"""The console as a program: what it reads, prints and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if not k.startswith(("TF_", "VBRPROV_"))},
    "PYTHONPATH": os.pathsep.join(sys.path), "NO_COLOR": "1",
}
COMMAND = (sys.executable, "-m", "vbrprov")


def console(folder: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, "console", *options], input=text, capture_output=True,
                          text=True,
                          cwd=folder, env=ENVIRONMENT, timeout=100, check=False)


def run_cases(*options: str) -> str:
    done = subprocess.run(
        [sys.executable, str(HERE / "console_runner.py"), "--ext", ".vbr.hcl", "--exact", *options,
         *COMMAND], capture_output=True, text=True, env=ENVIRONMENT, timeout=1500, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    return done.stdout.splitlines()[-1]


def test_the_runner_finds_some_cases_all_right() -> None:
    last = run_cases("--types", "--tier", "must", "--group", r"^(op\.logic|mod\.sensitive)$")
    assert last.endswith("passed, 0 failed")
    assert not last.startswith("0 ")


@pytest.mark.slow
@pytest.mark.timeout(1600)
def test_the_runner_finds_all_cases_all_right() -> None:
    assert run_cases().endswith("passed, 0 failed")


def test_from_a_pipe_the_last_value_is_printed(tmp_path: Path) -> None:
    done = console(tmp_path, '1 + 1\n\n"last"\n')
    assert (done.returncode, done.stdout, done.stderr) == (0, '"last"\n', "")


def test_brackets_and_heredocs_go_on_over_lines(tmp_path: Path) -> None:
    done = console(tmp_path, '[\n  upper("a"),\n  <<-EOT\n    x )\n  EOT\n]\n')
    assert done.stdout == '[\n  "A",\n  <<-EOT\n  x )\n  \n  EOT,\n]\n'


def test_the_first_error_ends_it(tmp_path: Path) -> None:
    done = console(tmp_path, "1\n1 + null\n2\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert "on <console-input> line 1:" in done.stderr


def test_an_open_bracket_at_the_end_is_an_error(tmp_path: Path) -> None:
    assert console(tmp_path, "[1,\n").returncode == 1


def test_exit_ends_it(tmp_path: Path) -> None:
    assert console(tmp_path, "1\nexit\n1 +\n").returncode == 0


def test_variables_come_from_everywhere(tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text(
        'variable "a" {}\nvariable "b" {}\nvariable "c" { type = number }\n', encoding="utf-8")
    (tmp_path / "more.vbrvars.hcl").write_text('b = ["x"]\n', encoding="utf-8")
    done = console(tmp_path, "[var.a, var.b, var.c]\n", "-var", "a=1", "-var-file=more.vbrvars.hcl")
    assert done.stdout == '[\n  "1",\n  [\n    "x",\n  ],\n  (known after apply),\n]\n', done.stderr


def test_resources_come_from_the_state(tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text(
        'resource "vbrprov_data" "one" {\n  input = { size = 3 }\n}\n'
        'resource "vbrprov_data" "more" {\n  for_each = toset(["k"])\n  input = each.key\n}\n',
        encoding="utf-8")
    before = console(tmp_path, "vbrprov_data.one.output\n")
    assert before.stdout == "(known after apply)\n", before.stderr
    subprocess.run([*COMMAND, "apply", "-auto-approve"], cwd=tmp_path, env=ENVIRONMENT, check=True,
                   capture_output=True, timeout=100)
    after = console(tmp_path, "[vbrprov_data.one.output.size, keys(vbrprov_data.more)]\n")
    assert after.stdout == '[\n  3,\n  [\n    "k",\n  ],\n]\n', after.stderr


@pytest.mark.parametrize("expression", [
    "var.nope", "try(local.nope, 1)", "true ? 1 : aws_s3_bucket.nope", "[for x in [] : y]",
    "each.key", "try(path.nope, 1)", "[type(1)]", "type(1, 2)",
])
def test_what_is_nowhere_is_an_error(tmp_path: Path, expression: str) -> None:
    assert console(tmp_path, expression + "\n").returncode == 1


def test_a_broken_configuration_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text("locals {\n", encoding="utf-8")
    assert console(tmp_path, "1\n").returncode == 1


def test_errors_in_values_are_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text("locals {\n  a = [][0]\n  b = 1\n}\n", encoding="utf-8")
    done = console(tmp_path, "[local.a, local.b]\n")
    assert (done.returncode, done.stdout) == (0, "[\n  (known after apply),\n  1,\n]\n")
    assert "Invalid index" in done.stderr
