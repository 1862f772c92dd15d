"""Managed servers, mount servers and AD domains: what is theirs alone."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderError

SECRET = "c4nary-S3cret"


def _model(engine: Any, name: str, /, **fields: Any) -> Any:
    return engine.type(name).model(**fields)


def _block(engine: Any, name: str, block: str, /, **fields: Any) -> Any:
    return engine.type(name).model.schema().blocks[block].model(**fields)


def _login(engine: Any) -> Any:
    return engine.apply("credentials", _model(engine, "credentials", username="u", password="p"))


def _linux(engine: Any, name: str = "gw1.example", **fields: Any) -> Any:
    return _model(engine, "managed_server", **{
        "name": name, "type": "linux", "credentials_id": _login(engine).id,
        "trust_on_first_use": True, **fields})


def test_key_that_is_trusted_is_kept(engine: Any, double: Any) -> None:
    config = _linux(engine)
    state = engine.apply("managed_server", config)
    assert state.ssh_fingerprint.startswith("ssh-ed25519 256 ")
    assert engine.steps("managed_server", config, engine.read("managed_server", state)) == []
    pinned = config.copy(trust_on_first_use=False, ssh_fingerprint=state.ssh_fingerprint)
    assert engine.draft("managed_server", pinned, state).replace == set()
    assert engine.steps("managed_server", pinned, state) == ["record"]


def test_another_key_than_the_expected_one_stops_the_creation(engine: Any, double: Any) -> None:
    config = _linux(engine, trust_on_first_use=False, ssh_fingerprint="ssh-ed25519 256 0000")
    before = len(double.objects("managedServers"))
    with pytest.raises(ProviderError, match="shows the SSH key ssh-ed25519 256 ") as caught:
        engine.apply("managed_server", config)
    assert caught.value.kind is ErrorClass.DENIED
    assert caught.value.attribute == "ssh_fingerprint"
    assert len(double.objects("managedServers")) == before
    assert not [w for w in double.ledger() if w["path"].endswith("/managedServers")]


def test_key_after_an_import_is_only_recorded(engine: Any) -> None:
    state = engine.apply("managed_server", _linux(engine))
    found = engine.imported("managed_server", state.id)
    assert found.ssh_fingerprint is None
    config = _linux(engine, credentials_id=state.credentials_id, trust_on_first_use=False,
                    ssh_fingerprint=state.ssh_fingerprint)
    assert engine.draft("managed_server", config, found).replace == set()
    assert engine.steps("managed_server", config, found) == ["record"]


def test_account_that_is_used_once_is_sent_and_forgotten(engine: Any, double: Any) -> None:
    name = "managed_server"
    account = _block(engine, name, "single_use", username="root")
    config = _model(engine, name, name="h1", type="linux", credentials_storage="single_use",
                    single_use=account, single_use_secret=SECRET, trust_on_first_use=True)
    state = engine.apply(name, config)
    assert SECRET not in repr(state.to_values())
    sent = [w["body"] for w in double.writes() if w["path"].endswith("/managedServers")]
    assert sent[0]["singleUseCredentials"]["username"] == "root"
    assert "sha256" in sent[0]["singleUseCredentials"]["password"]
    again = config.copy(single_use_secret="n3w", single_use_secret_version=1)
    assert engine.steps(name, again, state) == ["rotate-single-use-secret"]
    state = engine.apply(name, again, state)
    assert [w for w in double.writes() if w["path"].endswith("/updateSingleUseCredentials")]
    assert engine.steps(name, again, engine.read(name, state)) == []


def test_code_for_pairing_is_sent_again_when_its_version_is_raised(
    engine: Any, double: Any,
) -> None:
    name = "managed_server"
    config = _linux(engine, credentials_storage="certificate", credentials_id=None,
                    handshake_code=SECRET)
    state = engine.apply(name, config)
    # Without credentials nobody can ask the server for its key before the pairing.
    assert not [w for w in double.reads() if w["path"].endswith("connectionCertificate")]
    again = config.copy(handshake_code="other", handshake_code_version=2)
    assert engine.steps(name, again, state) == ["rotate-handshake-code"]
    state = engine.apply(name, again, state)
    assert state.handshake_code_version == 2
    assert SECRET not in repr(state.to_values())


def test_server_in_use_cannot_be_destroyed(engine: Any, double: Any) -> None:
    host = engine.apply("managed_server", _linux(engine))
    options = _block(engine, "protection_group", "options", distribution_server_id=host.id)
    computer = _block(engine, "protection_group", "computer", host_name="a",
                      connection_type="certificate")
    engine.apply("protection_group", _model(engine, "protection_group", name="users of it",
                                            computer=[computer], options=options))
    with pytest.raises(ProviderError, match="users of it") as caught:
        engine.apply("managed_server", None, host)
    assert caught.value.kind is ErrorClass.INVALID


def test_life_of_a_mount_server(engine: Any, double: Any) -> None:
    name = "mount_server"
    host = engine.apply("managed_server", _linux(engine))
    config = _model(engine, name, host_id=host.id, write_cache_folder="/cache")
    assert engine.steps(name, config, None) == ["create"]
    state = engine.apply(name, config)
    assert (state.id, state.os, state.default) == (host.id, "linux", False)
    assert engine.steps(name, config, engine.read(name, state)) == []
    chosen = config.copy(default=True, vpower_nfs_enabled=True)
    assert engine.steps(name, chosen, state) == ["update", "default"]
    state = engine.apply(name, chosen, state)
    assert (state.default, state.vpower_nfs_enabled) == (True, True)
    assert engine.steps(name, chosen, engine.read(name, state)) == []
    # Only another default takes it away.
    plan = engine.draft(name, config, state)
    assert [e[2] for e in plan.errors] == ["default"]
    assert engine.steps(name, None, state) == []
    assert engine.imported(name, "name:gw1.example").id == host.id
    assert [v for v in double.violations() if v["side"] == "request"] == []


def test_mount_server_that_is_there_already(engine: Any, double: Any) -> None:
    name = "mount_server"
    host = engine.apply("managed_server", _linux(engine))
    config = _model(engine, name, host_id=host.id)
    assert engine.probe(name, config).verdict is ProbeVerdict.ABSENT
    double.fault("drop_after", method="POST", path="/mountServers$")
    with pytest.raises(ProviderError) as lost:
        engine.apply(name, config)
    assert lost.value.kind is ErrorClass.LOST
    found = engine.probe(name, config)
    assert (found.verdict, found.state.id) == (ProbeVerdict.OURS, host.id)
    with pytest.raises(ProviderError) as caught:
        engine.apply(name, config)
    assert caught.value.kind is ErrorClass.EXISTS


def test_mount_server_whose_session_cannot_be_read_may_be_there(engine: Any, double: Any) -> None:
    host = engine.apply("managed_server", _linux(engine))
    double.fault("status", method="GET", times=8, status=500, path="/sessions/[0-9a-f-]+$")
    with pytest.raises(ProviderError) as caught:
        engine.apply("mount_server", _model(engine, "mount_server", host_id=host.id))
    assert caught.value.kind is ErrorClass.LOST


def test_domain_of_a_dead_run_and_one_that_is_taken(engine: Any) -> None:
    name = "ad_domain"
    config = _model(engine, name, server_name="dc1.example.com", credentials_id=_login(engine).id)
    assert engine.probe(name, config).verdict is ProbeVerdict.ABSENT
    state = engine.apply(name, config)
    found = engine.probe(name, config)
    assert (found.verdict, found.state) == (ProbeVerdict.OURS, state)
    with pytest.raises(ProviderError) as caught:
        engine.apply(name, config.copy(server_name="DC1.example.com"))
    assert caught.value.kind is ErrorClass.EXISTS
    assert state.id in caught.value.hint


def test_directory_object_that_is_not_there(engine: Any) -> None:
    key = _login(engine)
    domain = engine.apply("ad_domain", _model(
        engine, "ad_domain", server_name="dc1.example.com", credentials_id=key.id))
    name = "protection_group"
    directory = _block(engine, name, "active_directory", domain_id=domain.id, object=[
        _block(engine, name, "active_directory").schema().blocks["object"].model(
            distinguished_name="OU=Nobody,DC=example,DC=com")])
    config = _model(engine, name, name="g", type="ad_objects", active_directory=directory,
                    credentials=_block(engine, name, "credentials", master_credentials_id=key.id))
    with pytest.raises(ProviderError, match="OU=Nobody") as caught:
        engine.apply(name, config)
    assert caught.value.attribute == "active_directory"
