"""How scripts get to the backup server: files, ssh as a process of its own, WinRM."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, Handwork, ProviderContext, ProviderError
from vbrprov_veeam import PROVIDER
from vbrprov_veeam.powershell.settings import PowershellBlock
from vbrprov_veeam.powershell.transport import ScriptFiles

REPOSITORY = "11111111-1111-4111-8111-111111111111"
FAKE = Path(__file__).parents[2] / "harness" / "fake_ssh.py"


class Ground:
    """A provider that talks to a double over HTTPS and, through the stand-in, over SSH."""

    def __init__(self, double: Any, folder: Path) -> None:
        self.double = double
        self.log = folder / "ssh.log"
        self.known_hosts = folder / "known hosts"
        self.known_hosts.write_text("vbr.example ssh-ed25519 AAAA\n", encoding="utf-8")
        double.seed("repositories", {"id": REPOSITORY, "name": "s3", "type": "S3Compatible"})

    def server(self, **fields: Any) -> Any:
        block = PowershellBlock.from_values({}).copy(**{
            "transport": "ssh", "host": "vbr.example", "known_hosts_file": str(self.known_hosts),
            **fields})
        config = PROVIDER.config()
        double = self.double
        return config.configure(config.model(
            server=double.url, username=double.username, password=double.password,
            fingerprint=double.fingerprint, powershell=block), ProviderContext())

    def calls(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def ground(double: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    made = Ground(double, tmp_path)
    program = tmp_path / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{FAKE}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    monkeypatch.setenv("FAKE_SSH_URL", double.url)
    monkeypatch.setenv("FAKE_SSH_LOG", str(made.log))
    return made


def _access(engine: Any, ground: Ground, **fields: Any) -> tuple[Any, Any]:
    own = type(engine)(ground.server(**fields))
    return own, own.type("s3_agent_access").model(
        repository_id=REPOSITORY, mode="shared_credentials")


def test_over_ssh_and_back(engine: Any, ground: Ground) -> None:
    own, config = _access(engine, ground, user="CORP\\backup", port=2222, identity_file="/k e y",
                          program="powershell")
    state = own.apply("s3_agent_access", config)
    assert own.read("s3_agent_access", state) == state
    ground.double.edit("psRepositorySettings", REPOSITORY, {"policy": "VBRManaged"})
    assert own.read("s3_agent_access", state).mode == "backup_server"
    own.apply("s3_agent_access", None, state)
    first, *rest = ground.calls()
    assert first["host"] == "vbr.example"
    assert ["-l", "CORP\\backup"] in first["options"]
    assert ["-p", "2222"] in first["options"]
    assert ["-i", "/k e y"] in first["options"]
    # Nothing of the step is ever in the command line.
    assert all(call == first for call in rest)
    assert REPOSITORY not in json.dumps(first)


def test_a_host_without_a_known_key_is_refused(engine: Any, ground: Ground) -> None:
    ground.known_hosts.write_text("other.example ssh-ed25519 AAAA\n", encoding="utf-8")
    own, config = _access(engine, ground)
    with pytest.raises(ProviderError, match="Host key verification failed") as caught:
        own.apply("s3_agent_access", config)
    assert "ssh -o BatchMode=yes" in caught.value.hint
    assert ground.double.objects("psRepositorySettings") == []


@pytest.mark.parametrize(("fault", "kind", "says", "options"), [
    ("lost", ErrorClass.LOST, "Broken pipe", {}),
    ("slow", ErrorClass.LOST, r"within 0\.5 seconds", {"timeout": 0.5}),
    ("broken", ErrorClass.FAILED, "status 1: ParserError", {}),
])
def test_answers_that_do_not_come(
    fault: str, kind: ErrorClass, says: str, options: dict[str, Any], engine: Any, ground: Ground,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own, config = _access(engine, ground, **options)
    monkeypatch.setenv("FAKE_SSH_FAULT", fault)
    with pytest.raises(ProviderError, match=says) as caught:
        own.apply("s3_agent_access", config)
    assert caught.value.kind is kind
    monkeypatch.delenv("FAKE_SSH_FAULT")
    own, config = _access(engine, ground)
    # Whatever became of it, the same step again ends well.
    assert own.apply("s3_agent_access", config).mode == "shared_credentials"


def test_without_ssh(engine: Any, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    own, config = _access(engine, ground)
    monkeypatch.setenv("PATH", str(ground.log.parent / "nothing"))
    with pytest.raises(ProviderError, match="ssh cannot be run") as caught:
        own.apply("s3_agent_access", config)
    assert "SSH client" in caught.value.hint


@pytest.mark.parametrize(("fields", "says"), [
    ({"host": "-oProxyCommand=evil"}, "no name of a host"),
    ({"host": "a b"}, "no name of a host"),
    ({"host": "a;b"}, "no name of a host"),
    ({"user": "-l"}, "no name of a user"),
    ({"user": "a b"}, "no name of a user"),
    ({"password": "c4nary-S3cret"}, "keys only"),
    ({"transport": "winrm", "auth": "basic", "tls": False}, "in plain"),
])
def test_blocks_that_cannot_be_right(fields: dict[str, Any], says: str, ground: Ground) -> None:
    with pytest.raises(ProviderError, match=says) as caught:
        ground.server(**fields)
    assert "c4nary" not in str(caught.value)


def test_without_a_host_the_backup_server_is_meant(ground: Ground) -> None:
    assert "127.0.0.1" in ground.server(host=None).powershell.note("x")


@pytest.mark.parametrize("fields", [
    {"auth": "ntlm", "user": "u", "password": "p"},
    {"auth": "basic", "user": "u", "password": "p"},
    {"auth": "ntlm", "user": "u", "password": "p", "tls": False},
])
def test_winrm_that_does_not_answer(fields: dict[str, Any], engine: Any, ground: Ground) -> None:
    own, config = _access(engine, ground, transport="winrm", host="127.0.0.1", port=1, **fields)
    with pytest.raises(ProviderError, match=r"WinRM to 127\.0\.0\.1") as caught:
        own.apply("s3_agent_access", config)
    assert caught.value.kind is ErrorClass.LOST


# Files.

def test_a_file_for_each_address(engine: Any, ground: Ground, tmp_path: Path) -> None:
    own, config = _access(engine, ground, transport="script", directory=str(tmp_path / "a" / "b"))
    work = own.apply("s3_agent_access", config)
    assert isinstance(work, Handwork)
    file = Path(work.file)
    assert file == tmp_path / "a" / "b" / "veeam_s3_agent_access.x.ps1"
    assert file.read_text(encoding="ascii") == work.text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.stat()
    own.apply("s3_agent_access", config)
    assert file.stat() == before
    own.apply("s3_agent_access", config.copy(mode="backup_server"))
    assert "VBRManaged" in file.read_text(encoding="ascii")
    assert [p.name for p in file.parent.iterdir()] == [file.name]
    # Nothing was done, and nobody can look.
    assert ground.double.objects("psRepositorySettings") == []
    assert own.read("s3_agent_access", config) == config
    with pytest.raises(ProviderError, match="Import needs a transport"):
        own.imported("s3_agent_access", REPOSITORY)


@pytest.mark.parametrize(("one", "other"), [
    ('a.x["b"]', "a.x['b']"), ("a.x", "a.X"), ("a.x/../../y", "a.x_.._.._y"),
    ("a." + "x" * 300, "a." + "x" * 301), ('a.x["\u00e4"]', 'a.x["\u00f6"]'),
])
def test_addresses_never_share_a_file(one: str, other: str) -> None:
    files = ScriptFiles("steps")
    names = [files.place(a) for a in (one, other)]
    assert len({n.lower() for n in names}) == 2
    for name in names:
        assert Path(name).parent == Path("steps")
        assert len(Path(name).name) < 200


def test_a_link_in_the_place_of_the_file_is_not_followed(
    engine: Any, ground: Ground, tmp_path: Path,
) -> None:
    own, config = _access(engine, ground, transport="script", directory=str(tmp_path / "s"))
    (tmp_path / "s").mkdir()
    precious = tmp_path / "precious"
    precious.write_text("mine", encoding="utf-8")
    (tmp_path / "s" / "veeam_s3_agent_access.x.ps1").symlink_to(precious)
    work = own.apply("s3_agent_access", config)
    assert precious.read_text(encoding="utf-8") == "mine"
    assert not Path(work.file).is_symlink()


def test_a_place_that_cannot_be_written(engine: Any, ground: Ground, tmp_path: Path) -> None:
    (tmp_path / "s").write_text("a file", encoding="utf-8")
    own, config = _access(engine, ground, transport="script", directory=str(tmp_path / "s"))
    with pytest.raises(ProviderError, match="Script cannot be written"):
        own.apply("s3_agent_access", config)


# The double refuses what the reference does not list.

@pytest.mark.parametrize(("call", "says"), [
    ("Set-VBREPPermission -Repository 's3' -Sort 'x'", "matches parameter name 'Sort'"),
    ("Set-VBREPPermission -Type NoOne", "Parameter set cannot be resolved"),
    ("Set-VBREPPermission -Repository 's3' -Type Nobody", "is none of"),
    ("Get-VBRS3CompatibleRepositorySecurityOptions -Repository 's3'", "is no VBRAmazonS3Comp"),
    ("New-VBRCloudTenantResource -Repository 'x' -RepositoryFriendlyName 'n' -Quota 'many'",
     "is no Int64"),
    ("Get-VBRNothing", "is not recognized"),
    ("$x = 1 - 1", "operator -"),
    ("while ($true) { 1 }", "while_statement"),
    ("if (", "not correct PowerShell"),
    ("throw 'x'", "x"),
])
def test_the_double_refuses(call: str, says: str, ground: Ground) -> None:
    from urllib.error import HTTPError

    from vbrprov_veeam.powershell.rehearsal import run_in_double

    with pytest.raises(HTTPError) as caught:
        run_in_double(ground.double.url, call)
    assert says in caught.value.read().decode()
