"""``-untrusted``: a stranger's configuration starts nothing and stays in its folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

MODULE = 'output "word" {\n  value = "x"\n}\n'
OUTSIDE = "which a run with -untrusted does not read"


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outside")
    (folder / "main.vbr.hcl").write_text(MODULE)
    return folder


def write(folder: Path, text: str, name: str = "main.vbr.hcl") -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def call(source: str) -> str:
    return f'module "m" {{\n  source = "{source}"\n}}\n'


def same_line(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


@pytest.mark.parametrize("command", ["plan", "validate", "init", "get"])
def test_modules_elsewhere_are_not_read(run: Any, tmp_path: Path, outside: Path,
                                        command: str) -> None:
    write(tmp_path, call(os.path.relpath(outside, tmp_path)))
    assert run(command).status == 0
    result = run(command, "-untrusted")
    assert result.status == 1
    assert OUTSIDE in same_line(result.err)


def test_modules_inside_are(run: Any, tmp_path: Path) -> None:
    write(tmp_path, MODULE, "part/main.vbr.hcl")
    write(tmp_path, call("./part"))
    assert run("plan", "-untrusted").status == 0


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
@pytest.mark.parametrize("name", ["more.vbr.hcl", "vbrprov.vbrvars.hcl", "a.auto.vbrvars.hcl",
                                  "part", ".vbrprov.lock.hcl"])
def test_links_that_lead_out(run: Any, tmp_path: Path, outside: Path, name: str) -> None:
    write(outside, 'hidden = "treasure" ]\n', "values.hcl")
    sources = {"part": "./part", ".vbrprov.lock.hcl": "https://127.0.0.1:1/a.zip"}
    write(tmp_path, call(sources[name]) if name in sources else MODULE)
    (tmp_path / name).symlink_to(outside if name == "part" else outside / "values.hcl")
    result = run("plan", "-untrusted")
    assert result.status == 1
    assert OUTSIDE in same_line(result.err)
    assert "treasure" not in result.out + result.err


def test_files_that_the_command_line_names_are_read(run: Any, tmp_path: Path,
                                                    outside: Path) -> None:
    write(tmp_path, 'variable "a" {}\noutput "a" {\n  value = var.a\n}\n')
    write(outside, 'a = "given"\n', "values.hcl")
    result = run("plan", "-untrusted", f"-var-file={outside / 'values.hcl'}")
    assert result.status == 0
    assert "given" in result.out


def test_functions_read_the_folder_only(run: Any, tmp_path: Path, outside: Path) -> None:
    write(outside, "treasure", "a.txt")
    write(tmp_path, f'output "a" {{\n  value = file("{outside / "a.txt"}")\n}}\n')
    result = run("plan", "-untrusted")
    assert result.status == 1
    assert "treasure" not in result.out + result.err


def test_a_state_elsewhere(run: Any, tmp_path: Path, outside: Path) -> None:
    state = outside / "a.vbrstate"
    write(tmp_path, f'vbrprov {{\n  backend "local" {{\n    path = "{state}"\n  }}\n}}\n')
    assert run("plan").status == 0
    result = run("plan", "-untrusted")
    assert result.status == 1
    assert "State outside the folder" in result.err
    assert run("plan", "-untrusted", f"-state={state}").status == 0


@pytest.mark.parametrize(("source", "word"), [
    ("git::https://127.0.0.1:1/a.git", "is fetched by the program git"),
    ("git::file:///a/b", "is fetched by the program git"),
    ("file://OUT/archive.zip", "outside the folder"),
    ("OUT", "outside the folder"),
])
def test_what_init_does_not_fetch(run: Any, tmp_path: Path, outside: Path, source: str,
                                  word: str) -> None:
    (outside / "archive.zip").write_bytes(b"")
    write(tmp_path, call(source.replace("OUT", str(outside))))
    result = run("init", "-untrusted")
    assert result.status == 1
    assert word in same_line(result.err)
    assert not (tmp_path / ".vbrprov.lock.hcl").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_init_writes_no_modules_elsewhere(run: Any, tmp_path: Path, outside: Path) -> None:
    target = outside / "target"
    target.mkdir()
    (tmp_path / ".vbrprov").symlink_to(target)
    write(tmp_path, MODULE, "part/main.vbr.hcl")
    write(tmp_path, call(str(tmp_path / "part")))
    result = run("init", "-untrusted")
    assert result.status == 1
    assert not list(target.iterdir())
    assert run("init").status == 0
    assert list(target.iterdir())


def test_nothing_is_kept_in_the_cache(run: Any, tmp_path: Path,
                                      monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VBRPROV_NO_CACHE", raising=False)
    text = "".join(f'output "o{number}" {{\n  value = "{"x" * 40}"\n}}\n' for number in range(900))
    write(tmp_path, text)
    for command in ("validate", "plan"):
        assert run(command, "-untrusted").status == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["main.vbr.hcl"]
    assert run("validate").status == 0
    assert (tmp_path / "home").is_dir()


VEEAM = 'provider "veeam" {\n%s\n}\ndata "veeam_backup_server" "a" {}\n'
LOGIN = '  server   = "127.0.0.1:1"\n  username = "a"\n  password = "b"\n'


@pytest.mark.parametrize(("text", "env", "word"), [
    (VEEAM % f'{LOGIN}  ca_file = "/etc/hostname"', {}, 'outside the folder'),
    (VEEAM % f'{LOGIN}  powershell {{\n    transport = "ssh"\n  }}', {}, "starts the program ssh"),
    (VEEAM % f'{LOGIN}  powershell {{\n    transport = "winrm"\n    user = "a"\n  }}', {},
     "Kerberos ticket"),
    (VEEAM % f'{LOGIN}  powershell {{\n    directory = "../steps"\n  }}', {}, "outside the folder"),
    (VEEAM % '  server   = "127.0.0.1:1"\n  username = "a"',
     {"VBRPROV_VEEAM_PASSWORD": "of the runner", "VBRPROV_VEEAM_SERVER": "vbr.example.com"},
     "password of the environment would be sent"),
    ('provider "ibm" {\n  endpoints {\n    iam = "http://127.0.0.1:1"\n  }\n}\n'
     'data "ibm_iam_account" "a" {}\n', {"IC_API_KEY": "of-the-runner"},
     "API key of the environment"),
    ('provider "google" {\n  project = "p"\n  storage_custom_endpoint = "http://127.0.0.1:1/"\n}\n'
     'data "google_client_config" "a" {}\n', {"GOOGLE_OAUTH_ACCESS_TOKEN": "of-the-runner"},
     "token of the environment"),
    ('provider "s3" {\n  vendor = "minio"\n  endpoint = "http://127.0.0.1:1"\n  access_key = "a"\n'
     '  secret_key = "b"\n  custom_ca_bundle = "/etc/hostname"\n}\n'
     'data "s3_capability" "a" {}\n', {}, "outside the folder"),
    ('provider "aws" {\n  region = "us-east-1"\n  profile = "work"\n}\n'
     'data "aws_caller_identity" "a" {}\n', {}, "A profile is read from files outside"),
    ('provider "azurerm" {\n  subscription_id = "00000000-0000-0000-0000-000000000000"\n}\n'
     'data "azurerm_client_config" "a" {}\n', {}, "would start az"),
])
def test_what_providers_refuse(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str,
                               env: dict[str, str], word: str) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    write(tmp_path, text)
    result = run("plan", "-untrusted")
    assert result.status == 1
    assert word in same_line(result.err), result.err
    assert "of-the-runner" not in result.err
