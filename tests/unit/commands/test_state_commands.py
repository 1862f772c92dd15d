"""``state rm``: records go, objects stay, all or nothing; ``state list`` tells what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vbrprov.cli.group import run
from vbrprov.state.backends.local import LocalBackend
from vbrprov.state.model import Intent

TEXT = """
resource "vbrprov_data" "a" {
  count = 2
}
resource "vbrprov_data" "b" {
}
"""


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
          capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.vbr.hcl").write_text(TEXT)
    assert run(["apply", "-auto-approve"]) == 0
    capsys.readouterr()
    return tmp_path


def _recorded(folder: Path, name: str = "vbrprov.vbrstate") -> list[str]:
    return sorted(address for address, _ in LocalBackend(folder / name).read()[0].instances)


def test_a_block_with_all_its_instances(
    stack: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["state", "rm", "-dry-run", "vbrprov_data.a"]) == 0
    assert "Would remove vbrprov_data.a[1]\n" in capsys.readouterr().out
    assert len(_recorded(stack)) == 3
    assert run(["state", "rm", "vbrprov_data.a"]) == 0
    assert capsys.readouterr().out == (
        "Removed vbrprov_data.a[0]\nRemoved vbrprov_data.a[1]\n"
        "Successfully removed 2 resource instance(s).\n")
    assert _recorded(stack) == ["vbrprov_data.b"]


@pytest.mark.parametrize("wrong", ["vbrprov_data.c", "vbrprov_data.a[2]", "what is this"])
def test_nothing_is_removed_when_anything_is_wrong(stack: Path, wrong: str) -> None:
    assert run(["state", "rm", "vbrprov_data.b", wrong]) == 1
    assert len(_recorded(stack)) == 3


def test_what_an_interrupted_run_left_open_is_settled_first(
    stack: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    with LocalBackend(stack / "vbrprov.vbrstate").session("test") as session:
        session.begin(1)
        session.intent(Intent(op="1", address="vbrprov_data.b", provider="provider.vbrprov",
                              action="update", step="update", type="vbrprov_data"))
    assert run(["state", "rm", "vbrprov_data.b"]) == 1
    assert "An operation is open" in capsys.readouterr().err
    assert len(_recorded(stack)) == 3


def test_the_backend_may_stand_in_a_json_file(stack: Path) -> None:
    (stack / "settings.vbr.json").write_text(
        '{"vbrprov": {"backend": {"local": {"path": "other.vbrstate"}}}}')
    assert run(["init", "-reconfigure"]) == 0
    assert run(["apply", "-auto-approve"]) == 0
    assert run(["state", "rm", "vbrprov_data.a", "vbrprov_data.b"]) == 0
    assert _recorded(stack, "other.vbrstate") == []
    assert len(_recorded(stack)) == 3


def test_listing_what_is_not_there_is_an_error(
    stack: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["state", "list", "vbrprov_data.a", "vbrprov_data.c"]) == 1
    shown = capsys.readouterr()
    assert shown.out == "vbrprov_data.a[0]\nvbrprov_data.a[1]\n"
    assert "No matching objects found at vbrprov_data.c" in shown.err


def test_variables_of_the_settings_can_be_given_to_every_command(run: Any, tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text("""variable "pass" {
  sensitive = true
}
vbrprov {
  encryption {
    key_provider "passphrase" "p" {
      passphrase = var.pass
    }
    method "aes_gcm" "m" {
      keys = key_provider.passphrase.p
    }
    state {
      method = method.aes_gcm.m
    }
  }
}
output "o" {
  value = "shown"
}
""")
    given = "-var=pass=correct-horse-battery-staple"
    assert run("apply", "-auto-approve", given).status == 0
    assert run("output", "-raw", given, "o").out == "shown"
    for words in (["state", "list"], ["state", "history"], ["state", "pull"], ["show"],
                  ["lock", "list"]):
        assert run(*words, given).status == 0, words
    assert run("output", "o").status == 1
