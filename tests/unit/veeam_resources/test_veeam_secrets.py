"""Secrets: they go out once, again when asked, and never come to rest anywhere."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderError


def _digest(secret: str) -> dict[str, str]:
    return {"sha256": hashlib.sha256(secret.encode()).hexdigest()}


def _config(engine: Any, name: str, /, **fields: Any) -> Any:
    return engine.type(name).model(**fields)


def test_a_raised_version_sends_the_secret_again(engine: Any, double: Any) -> None:
    name = "cloud_credentials"
    config = _config(engine, name, type="amazon", access_key="AK", secret_key="one",
                     secret_key_version=1)
    state = engine.apply(name, config)
    modified = state.last_modified
    config = config.copy(secret_key="two", secret_key_version=2)
    assert engine.steps(name, config, state) == ["rotate-secret-key"]
    state = engine.apply(name, config, state)
    assert double.writes()[-1]["body"] == {"newSecretKey": _digest("two")}
    assert state.secret_key_version == 2
    assert state.last_modified > modified
    assert engine.steps(name, config, state) == []


def test_a_new_key_with_the_old_secret_is_warned_of(engine: Any) -> None:
    name = "cloud_credentials"
    config = _config(engine, name, type="amazon", access_key="AK1", secret_key="one",
                     secret_key_version=1)
    state = engine.apply(name, config)

    def warned(**changes: Any) -> bool:
        return bool(engine.draft(name, config.copy(**changes), state).warnings)

    assert warned(access_key="AK2")
    assert not warned(access_key="AK2", secret_key_version=2)
    assert not warned(access_key="AK2", secret_key_version=None)
    assert not warned(description="other")


def test_a_new_key_goes_out_in_two_steps(engine: Any, double: Any) -> None:
    name = "cloud_credentials"
    config = _config(engine, name, type="amazon", access_key="AK1", secret_key="one")
    state = engine.apply(name, config)
    config = config.copy(access_key="AK2", secret_key="two")
    assert engine.steps(name, config, state) == ["update", "rotate-secret-key"]
    # A run that ends between the two goes on with the second.
    halfway = next(iter(engine._steps(name, config, state))).run()
    assert halfway.access_key == "AK2"
    assert engine.steps(name, config, halfway) == ["rotate-secret-key"]
    state = engine.apply(name, config, halfway)
    assert double.writes()[-1]["body"] == {"newSecretKey": _digest("two")}
    assert engine.steps(name, config, state) == []


def test_a_secret_that_is_not_known_is_not_sent(engine: Any, double: Any) -> None:
    name = "cloud_credentials"
    config = _config(engine, name, type="amazon", access_key="AK1", secret_key="one")
    state = engine.apply(name, config)
    before = len(double.ledger())
    with pytest.raises(ProviderError, match="no value of it is known") as caught:
        engine.apply(name, config.copy(secret_key_version=2, secret_key=None), state)
    assert caught.value.kind is ErrorClass.INVALID
    assert caught.value.attribute == "secret_key"
    assert len(double.ledger()) == before


def test_every_secret_of_a_linux_account_has_a_call_of_its_own(engine: Any, double: Any) -> None:
    name = "credentials"
    config = _config(engine, name, type="linux", username="u", authentication_type="ssh_key",
                     password="p1", private_key="k1", passphrase="f1", root_password="r1")
    state = engine.apply(name, config)
    assert double.writes()[-1]["body"]["rootPassword"] == _digest("r1")
    config = config.copy(password="p2", password_version=1, private_key="k2", passphrase="f2",
                         private_key_version=1, passphrase_version=1, root_password="r2",
                         root_password_version=1, username="v")
    assert engine.steps(name, config, state) == [
        "update", "rotate-password", "rotate-private-key", "rotate-root-password"]
    steps = iter(engine._steps(name, config, state))
    next(steps).run()
    halfway = next(steps).run()
    assert (halfway.username, halfway.password_version, halfway.private_key_version) == (
        "v", 1, None)
    assert engine.steps(name, config, halfway) == ["rotate-private-key", "rotate-root-password"]
    state = engine.apply(name, config, halfway)
    calls = {w["path"].rpartition("/")[2]: w["body"] for w in double.writes()[-3:]}
    assert calls == {"changepassword": {"password": _digest("p2")},
                     "changeprivatekey": {"privateKey": _digest("k2"), "passphrase": _digest("f2")},
                     "changerootpassword": {"password": _digest("r2")}}
    assert engine.steps(name, config, state) == []
    # The same passphrase with a new key is not sent by itself, and must not get lost.
    with pytest.raises(ProviderError, match="passphrase") as caught:
        engine.apply(name, config.copy(private_key="k3", private_key_version=2), state)
    assert "passphrase_version" in caught.value.hint
    with pytest.raises(ProviderError, match="no value of it is known"):
        engine.apply(name, config.copy(passphrase="f3", passphrase_version=2), state)


def test_managed_service_account_has_no_password(engine: Any) -> None:
    name = "credentials"
    config = _config(engine, name, type="managed_service", username="gmsa$")
    state = engine.apply(name, config)
    assert engine.steps(name, config, engine.read(name, state)) == []


@pytest.mark.parametrize(("name", "fields", "wrong"), [
    ("credentials", {"username": "u"}, "password"),
    ("credentials", {"username": "u", "password": "p", "ssh_port": 22}, "ssh_port"),
    ("credentials", {"username": "u", "password": "p", "use_su": True}, "use_su"),
    ("credentials", {"username": "u", "type": "managed_service", "password": "p"}, "password"),
    ("credentials", {"username": "u", "type": "linux", "authentication_type": "ssh_key"},
     "private_key"),
    ("cloud_credentials", {"type": "amazon", "secret_key": "s"}, "access_key"),
    ("cloud_credentials", {"type": "amazon", "access_key": "a"}, "secret_key"),
    ("cloud_credentials", {"type": "azure_storage", "access_key": "a", "account": "b",
                           "secret_key": "s"}, "access_key"),
    ("agent_backup_policy", {"name": "p", "os": "mac", "policy_type": "server"},
     "backup_mode"),
    ("agent_backup_policy", {"name": "p", "os": "linux", "policy_type": "server",
                             "backup_mode": "volumes", "volumes": None}, "volumes"),
])
def test_arguments_that_do_not_go_together_are_refused_at_plan(
    name: str, fields: dict[str, Any], wrong: str, engine: Any,
) -> None:
    plan = engine.draft(name, _config(engine, name, **fields))
    assert wrong in [attribute for _, _, attribute in plan.errors]


def test_computer_without_credentials_is_refused_at_plan(engine: Any) -> None:
    name = "protection_group"
    block = engine.type(name).model.schema().blocks["computer"].model
    plan = engine.draft(name, _config(engine, name, name="g", computer=[block(host_name="h")]))
    assert [attribute for _, _, attribute in plan.errors] == ["computer"]
    plan = engine.draft(name, _config(
        engine, name, name="g", computer=[block(host_name="h", connection_type="certificate")]))
    assert plan.errors == []
