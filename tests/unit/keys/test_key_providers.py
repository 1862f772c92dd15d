"""Key providers that need no service, and finding all there are."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from key_contract import check_key_provider, config_of

from vbrprov.sdk.keys import KeyContext, KeyProviderError
from vbrprov.workflow.registry import ProviderRegistry

PASSPHRASE = "correct horse battery staple"
PROGRAM = """
import json, os, sys
print(json.dumps({"magic": "OpenTofu-External-Key-Provider", "version": 1}))
asked = json.loads(sys.stdin.read())
key = asked["external_data"]["id"] if asked else os.urandom(1).hex()
import base64
material = base64.b64encode(key.encode() * 16).decode()
print(json.dumps({"keys": {"encryption_key": material, "decryption_key": material},
                  "meta": {"external_data": {"id": key}}}))
"""


def provider(name: str) -> Any:
    found = ProviderRegistry().key_provider(name)
    assert found is not None
    return found


@pytest.fixture
def program(tmp_path: Path) -> list[str]:
    path = tmp_path / "keys.py"
    path.write_text(PROGRAM)
    return [sys.executable, str(path)]


def test_passphrase() -> None:
    check_key_provider(provider("passphrase"), {"passphrase": PASSPHRASE, "cost": 14},
                       (PASSPHRASE,))


def test_external(program: list[str]) -> None:
    check_key_provider(provider("external"), {"command": program})


def test_they_are_found_by_file_name() -> None:
    registry = ProviderRegistry()
    assert provider("aws_kms").type_name == "aws_kms"
    for name in ("none", "aws_none", "vbrprov_passphrase", "aws", "", "../x"):
        assert registry.key_provider(name) is None, name


def test_each_salt_gives_another_key_and_a_cost_is_kept() -> None:
    kind = provider("passphrase")
    cheap = config_of(kind, {"passphrase": PASSPHRASE, "cost": 14})
    dear = config_of(kind, {"passphrase": PASSPHRASE, "cost": 15})
    one, two = kind.new_key(cheap, KeyContext()), kind.new_key(cheap, KeyContext())
    assert one.material != two.material
    # What was encrypted at another cost can still be opened, but new data get the wanted one.
    assert kind.key_again(dear, one.meta, KeyContext()) == one.material
    assert not kind.is_current(dear, one.meta)


@pytest.mark.parametrize("meta", [
    {}, {"salt": "00"}, {"cost": 14}, {"salt": 5, "cost": 14}, {"salt": "zz", "cost": 14},
    {"salt": "00", "cost": 60}, {"salt": "00", "cost": "14"},
])
def test_a_strangers_note_on_a_passphrase_is_refused(meta: dict[str, Any]) -> None:
    kind = provider("passphrase")
    config = config_of(kind, {"passphrase": PASSPHRASE, "cost": 14})
    with pytest.raises(KeyProviderError):
        kind.key_again(config, meta, KeyContext())


HEADER = json.dumps({"magic": "OpenTofu-External-Key-Provider", "version": 1})


@pytest.mark.parametrize(("code", "said"), [
    ("import sys; sys.exit('no login')", "ended with status 1: no login"),
    ("print('hello')", "does not answer as a key provider must"),
    (f"print('{HEADER}')", "does not answer as a key provider must"),
    ("print('{\"magic\":\"x\",\"version\":1}'); print('{\"keys\":{\"encryption_key\":\"\"}}')",
     "another protocol"),
    (f"print('{HEADER}'); print('{{\"keys\":{{\"encryption_key\":\"?\"}}}}')", "not base64"),
])
def test_a_program_that_gives_no_key(code: str, said: str) -> None:
    kind = provider("external")
    config = config_of(kind, {"command": [sys.executable, "-c", code]})
    with pytest.raises(KeyProviderError, match=said):
        kind.new_key(config, KeyContext())


def test_no_program_is_run_for_a_stranger(tmp_path: Path) -> None:
    kind = provider("external")
    marker = tmp_path / "ran"
    config = config_of(kind, {"command": ["touch", str(marker)]})
    context = KeyContext(untrusted=True)
    with pytest.raises(KeyProviderError, match="no program is run"):
        kind.new_key(config, context)
    with pytest.raises(KeyProviderError, match="no program is run"):
        kind.key_again(config, {}, context)
    assert not marker.exists()


def test_a_program_that_is_not_there() -> None:
    kind = provider("external")
    config = config_of(kind, {"command": ["/nowhere/at-all"]})
    with pytest.raises(KeyProviderError, match="cannot be run"):
        kind.new_key(config, KeyContext())
