"""Encrypted states and plans from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from encrypted import (
    FIRST,
    FROM_PLAIN,
    ROTATED,
    SECOND,
    SECRET,
    STATE,
    TO_PLAIN,
    Folder,
    encryption,
)
from launcher import Launcher
from services import Sandbox


@pytest.fixture
def folder(tmp_path: Path, launcher: Launcher) -> Folder:
    return Folder(tmp_path, launcher)


def test_sensitive_values_are_kept_where_the_state_is_encrypted(folder: Folder) -> None:
    folder.write()
    folder.run("apply", "-auto-approve")
    assert "Output withheld" in folder.run("output", "-raw", "secret", status=1).err
    folder.write(encryption(FROM_PLAIN))
    folder.run("apply", "-auto-approve")
    assert folder.run("output", "-raw", "secret").out == SECRET
    assert json.loads(folder.run("output", "-json", "all").out) == {"secret": SECRET}
    # Where nobody asked for it by name, it is not shown.
    for command in (("output",), ("output", "-json"), ("show",), ("show", "-json"),
                    ("state", "show", "vbrprov_data.kept")):
        assert SECRET not in folder.run(*command).text
    folder.run("plan", "-detailed-exitcode")
    files = folder.bytes()
    assert SECRET.encode() not in files
    assert b"vbrprov_data.kept" not in (folder.work / "vbrprov.vbrstate").read_bytes()
    folder.write(encryption(TO_PLAIN))
    folder.run("apply", "-auto-approve")
    assert "Output withheld" in folder.run("output", "-raw", "secret", status=1).err
    folder.write()
    folder.run("plan", "-detailed-exitcode")
    assert SECRET.encode() not in folder.bytes()


def test_a_saved_plan_is_encrypted_as_the_state_is(folder: Folder) -> None:
    folder.write(encryption(STATE))
    folder.run("apply", "-auto-approve")
    folder.run("plan", "-replace=vbrprov_data.kept", "-out=it.plan")
    assert b"VBRPLAN1" not in (folder.work / "it.plan").read_bytes()
    assert SECRET.encode() not in folder.bytes()
    assert "1 to add" in folder.run("show", "it.plan").out
    folder.passphrase = SECOND
    assert "Wrong key" in folder.run("show", "it.plan", status=1).err
    assert "Wrong key" in folder.run("apply", "it.plan", status=1).err
    folder.passphrase = FIRST
    folder.run("apply", "it.plan")
    assert folder.run("output", "-raw", "secret").out == SECRET


def test_a_plan_that_should_be_encrypted_and_is_not(folder: Folder) -> None:
    folder.write()
    folder.run("plan", "-out=it.plan")
    folder.write(encryption(STATE))
    assert "Data not encrypted" in folder.run("apply", "it.plan", status=1).err


def test_a_new_passphrase(folder: Folder) -> None:
    folder.write(encryption(STATE))
    folder.run("apply", "-auto-approve")
    folder.passphrase, folder.old = SECOND, FIRST
    assert "Wrong key" in folder.run("plan", status=1).err
    folder.write(encryption(ROTATED))
    folder.run("plan", "-detailed-exitcode")
    folder.run("apply", "-auto-approve")
    folder.write(encryption(STATE))
    folder.run("plan", "-detailed-exitcode")
    assert FIRST.encode() not in folder.bytes()


def test_an_encrypted_state_moves_to_another_backend(folder: Folder) -> None:
    folder.write(encryption(STATE))
    folder.run("apply", "-auto-approve")
    folder.write(encryption(STATE), 'terraform {\n backend "local" {\n path = "b/s"\n }\n}\n')
    (folder.work / "b").mkdir()
    folder.run("init", "-migrate-state")
    assert b'"format":"vbrprov-sealed"' in (folder.work / "b" / "s").read_bytes()
    folder.run("plan", "-detailed-exitcode")
    assert folder.run("output", "-raw", "secret").out == SECRET
    folder.run("workspace", "new", "other")
    folder.run("apply", "-auto-approve")
    states = [p for p in folder.work.rglob("*") if p.is_file() and p.name[:1] == "s"]
    assert len(states) > 1
    assert SECRET.encode() not in folder.bytes()


def test_no_program_gives_a_key_to_a_stranger(folder: Folder) -> None:
    marker = folder.work / "ran"
    folder.write("""
terraform {
  encryption {
    key_provider "external" "main" {
      command = ["touch", "ran"]
    }
    method "aes_gcm" "main" {
      keys = key_provider.external.main
    }
    state {
      method = method.aes_gcm.main
    }
  }
}
""")
    assert "no program is run" in " ".join(folder.run(
        "plan", "-untrusted", "-out=it.plan", status=1).err.replace("│", " ").split())
    assert not marker.exists()


def test_keys_of_aws_kms(folder: Folder, sandbox: Sandbox) -> None:
    key = sandbox.client("kms").create_key()["KeyMetadata"]["KeyId"]

    def block(key: str) -> str:
        return f"""
vbrprov {{
  encryption {{
    key_provider "aws_kms" "main" {{
      kms_key_id = "{key}"
      region     = "us-east-1"
      endpoint   = "{sandbox.aws['endpoint']}"
      access_key = "{sandbox.aws['access_key']}"
      secret_key = "{sandbox.aws['secret_key']}"
    }}
    method "aes_gcm" "main" {{
      keys = key_provider.aws_kms.main
    }}
    {STATE}
  }}
}}
"""

    folder.write(block(key))
    folder.run("apply", "-auto-approve")
    assert SECRET.encode() not in folder.bytes()
    assert folder.run("output", "-raw", "secret").out == SECRET
    folder.run("plan", "-detailed-exitcode")
    folder.write(block("00000000-0000-0000-0000-000000000000"))
    assert "No key" in folder.run("plan", status=1).err
    # Without a key nothing is begun.
    (folder.work / "vbrprov.vbrstate.lineage").unlink()
    for path in folder.work.glob("vbrprov.vbrstate*"):
        path.unlink()
    assert "No key" in folder.run("apply", "-auto-approve", status=1).err
    assert not list(folder.work.glob("vbrprov.vbrstate.journal"))


@pytest.mark.parametrize(("block", "said"), [
    (encryption("state {\n method = method.aes_gcm.other\n }"), "undeclared method"),
    (encryption("state {\n method = var.secret\n }"), "Invalid reference"),
    (encryption("state {\n }"), "Missing required argument"),
    (encryption("state {\n method = method.unencrypted.migrate\n enforced = true\n }"),
     "Encryption enforced"),
    (encryption(STATE + "\n plan {\n method = method.unencrypted.migrate\n }"),
     "Plan not encrypted"),
    (encryption('method "rot13" "x" {\n }\n' + STATE), "Unknown encryption method"),
    (encryption('method "aes_gcm" "main" {\n keys = key_provider.passphrase.main\n }\n' + STATE),
     "Duplicate encryption block"),
    (encryption('method "aes_gcm" "y" {\n keys = key_provider.none.x\n }\n' + STATE),
     "undeclared key provider"),
    (encryption('key_provider "none" "x" {\n }\n method "aes_gcm" "y" {\n'
                " keys = key_provider.none.x\n }\n state {\n method = method.aes_gcm.y\n }"),
     "Unknown key provider"),
    (encryption('key_provider "passphrase" "x" {\n passphrase = "short"\n }\n'
                ' method "aes_gcm" "y" {\n keys = key_provider.passphrase.x\n }\n'
                " state {\n method = method.aes_gcm.y\n }"), "at least 16 characters"),
    (encryption('key_provider "passphrase" "x" {\n passphrase = vbrprov_data.kept.id\n }\n'
                ' method "aes_gcm" "y" {\n keys = key_provider.passphrase.x\n }\n'
                " state {\n method = method.aes_gcm.y\n }"), "Variables not allowed"),
    (encryption(STATE) + encryption(STATE), "Duplicate encryption configuration"),
])
def test_mistakes_in_the_block(folder: Folder, block: str, said: str) -> None:
    folder.write(block)
    done = folder.run("plan", status=1)
    assert said in done.err
    assert SECRET not in done.text
    assert FIRST not in done.text
    assert not (folder.work / "vbrprov.vbrstate").exists()


@pytest.mark.parametrize(("block", "said"), [
    ('key_provider "none" "x" {\n }\n', "Unknown key provider"),
    ('key_provider "passphrase" "x" {\n }\n', "Missing required argument"),
    ('key_provider "passphrase" "x" {\n passphrase = var.old\n rounds = 5\n }\n',
     "Unsupported argument"),
])
def test_mistakes_that_need_no_value(folder: Folder, block: str, said: str) -> None:
    folder.write(encryption(block + STATE))
    assert said in folder.run("validate", status=1).err
    folder.write(encryption(STATE))
    folder.run("validate")


def test_the_json_syntax(folder: Folder) -> None:
    folder.write()
    (folder.work / "crypt.vbr.json").write_text(json.dumps({"vbrprov": {"encryption": {
        "key_provider": {"passphrase": {"main": {"passphrase": "${var.passphrase}", "cost": 14}}},
        "method": {"aes_gcm": {"main": {"keys": "key_provider.passphrase.main"}}},
        "state": {"method": "method.aes_gcm.main", "enforced": True}}}}))
    folder.run("apply", "-auto-approve")
    assert b'"format":"vbrprov-sealed"' in (folder.work / "vbrprov.vbrstate").read_bytes()
    assert folder.run("output", "-raw", "secret").out == SECRET
