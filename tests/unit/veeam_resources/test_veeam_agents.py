"""Protection groups, agent policies and the backup server."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderError, StepContext
from vbrprov_veeam import PROVIDER, marks


def _group(engine: Any, **fields: Any) -> Any:
    secret = engine.type("credentials").model(username="u", password="p")
    key = engine.apply("credentials", secret)
    kind = engine.type("protection_group")
    computer = kind.model.schema().blocks["computer"].model
    computers = [computer(host_name=h, credentials_id=key.id) for h in ("b", "a")]
    return kind.model(**{"name": "group", "computer": computers, **fields})


def _block(engine: Any, block: str, /, **fields: Any) -> Any:
    return engine.type("agent_backup_policy").model.schema().blocks[block].model(**fields)


def _policy(engine: Any, double: Any, **fields: Any) -> Any:
    repository = next(iter(double.objects("repositories")))["id"]
    return engine.type("agent_backup_policy").model(**{
        "name": "policy", "os": "windows", "policy_type": "server",
        "destination": _block(engine, "destination", repository_id=repository), **fields})


def _stored(double: Any) -> Any:
    return next(j for j in double.objects("jobs") if j["name"].startswith("policy"))


def test_computers_of_a_group_come_and_go(engine: Any, double: Any) -> None:
    name = "protection_group"
    config = _group(engine)
    state = engine.apply(name, config)
    assert [c.host_name for c in state.computer] == ["a", "b"]
    # The order in the configuration and on the server does not matter.
    assert engine.steps(name, config.copy(computer=config.computer[::-1]), state) == []
    certified = config.computer[0].copy(
        host_name="c", connection_type="certificate", credentials_id=None)
    changed = config.copy(computer=[certified, config.computer[1]])
    state = engine.apply(name, changed, state)
    stored = next(g for g in double.objects("protectionGroups") if g["name"] == "group")
    assert stored["computers"] == [
        {"hostName": "a", "connectionType": "PermanentCredentials",
         "credentialsId": config.computer[0].credentials_id},
        {"hostName": "c", "connectionType": "Certificate"}]
    assert engine.steps(name, changed, engine.read(name, state)) == []


def test_computers_that_a_group_finds_are_trusted(engine: Any, double: Any) -> None:
    name = "protection_group"
    model = engine.type(name).model
    computer = model.schema().blocks["computer"].model
    hosts = [computer(host_name=f"linux{i}", connection_type="certificate") for i in range(2)]
    config = model(name="g", computer=hosts[:1], trust_computers=True)
    assert engine.steps(name, config, None) == ["create"]
    state = engine.apply(name, config)
    [found] = double.objects("discoveredEntities")
    assert found["isTrusted"] is True
    assert engine.steps(name, config, engine.read(name, state)) == []

    # One that was found later, and one that is added.
    double.edit("discoveredEntities", found["id"], {"isTrusted": False})
    seen = engine.read(name, state)
    assert seen.trust_computers is False
    state = engine.apply(name, config, seen)
    config = config.copy(computer=hosts)
    state = engine.apply(name, config, state)
    assert [e["isTrusted"] for e in double.objects("discoveredEntities")] == [True, True]
    assert engine.read(name, state) == state
    before = len(double.writes())
    assert engine.steps(name, None, state) == ["delete"]
    assert len(double.writes()) == before


def test_an_old_revision_trusts_nobody(engine: Any, double: Any, connect: Any) -> None:
    old = type(engine)(connect(double, revision="1.3-rev0"))
    model = engine.type("protection_group").model
    computer = model.schema().blocks["computer"].model
    config = model(name="g", computer=[computer(host_name="l", connection_type="certificate")])
    trusting = config.copy(trust_computers=True)
    assert [a for _, _, a in old.draft("protection_group", trusting).errors] == ["trust_computers"]
    state = old.apply("protection_group", config)
    with pytest.raises(ProviderError, match=r"need revision 1\.3-rev1") as caught:
        old.apply("protection_group", trusting, state)
    assert caught.value.attribute == "trust_computers"


def test_options_that_are_left_out_stay_as_they_are(engine: Any, double: Any) -> None:
    name = "protection_group"
    options = engine.type(name).model.schema().blocks["options"].model
    config = _group(engine, options=options(reboot_if_required=True))
    state = engine.apply(name, config)
    double.edit("protectionGroups", state.id,
                {"options": {"updateAutomatically": True, "tagAddedLater": None}})
    state = engine.read(name, state)
    assert state.options.update_automatically is True
    state = engine.apply(name, config.copy(options=options(reboot_if_required=False)), state)
    assert (state.options.update_automatically, state.options.reboot_if_required) == (True, False)


def test_mark_is_kept_by_an_update_and_never_shown(engine: Any, double: Any) -> None:
    name = "agent_backup_policy"
    config = _policy(engine, double)
    state = engine.apply(name, config)
    assert state.description == ""
    assert _stored(double)["description"] == "[vbrprov:t0ken]"
    state = engine.apply(name, config.copy(description="new"), state, token="another")
    assert _stored(double)["description"] == "new [vbrprov:t0ken]"
    assert state.description == "new"


def test_marks() -> None:
    for text in ("", "a", "a [b]", "trailing "):
        marked = marks.with_token(text, "t1")
        assert marks.without_token(marked) == text
        assert marks.token_of(marked) == "t1"
    assert marks.with_token("a", "") == "a"
    assert marks.token_of("a [vbrprov:t1] b") == ""
    assert marks.unique_id("t", "a") == marks.unique_id("t", "a") != marks.unique_id("t", "b")


def test_a_unique_id_tells_stack_and_address() -> None:
    token = "0a1b2c3d-0123456789abcdef"
    made = marks.unique_id(token, "veeam_credentials.a")
    assert made == marks.unique_id(token, "veeam_credentials.a")
    assert made.startswith("0a1b2c3d-")
    assert marks.token_in(made).startswith("0a1b2c3d-")
    assert marks.is_for(made, "veeam_credentials.a")
    assert not marks.is_for(made, "veeam_credentials.b")
    other = marks.unique_id("0a1b2c3d-fedcba9876543210", "veeam_credentials.a")
    assert other != made
    # Of servers' own ids, and of ours of former versions, nothing can be told.
    for text in (str(uuid.uuid4()), marks.unique_id("t", "a"), "", None, "backup"):
        assert marks.token_in(text) == ""
        assert not marks.is_for(text, "a")
    assert marks.token_in(token) == token


@pytest.mark.parametrize("system", ["windows", "linux"])
@pytest.mark.parametrize("policy_type", ["workstation", "server"])
def test_every_setting_of_a_policy(
    system: str, policy_type: str, engine: Any, double: Any,
) -> None:
    name = "agent_backup_policy"
    group = engine.apply("protection_group", _group(engine))
    password = double.seed("encryptionPasswords", {"hint": "h", "uniqueId": "u"})["id"]
    daily = _block(engine, "schedule").schema().blocks["daily"].model
    config = _policy(
        engine, double, os=system, policy_type=policy_type, backup_mode="volumes",
        volumes=["os", "D:\\"] if system == "windows" else ["/home"],
        protection_group_ids=[group.id], encryption_password_id=password,
        retention=_block(engine, "retention", type="restore_points", quantity=14),
        gfs=_block(engine, "gfs", weekly=4, yearly=1), active_full=True,
        schedule=_block(engine, "schedule", daily=daily(
            at="06:15", kind="selected_days", days=["sunday", "monday"])),
        backup_cache=_block(engine, "backup_cache", size_limit=5) if system == "windows" else None)
    state = engine.apply(name, config)
    assert engine.steps(name, config, engine.read(name, state)) == []
    stored = _stored(double)
    assert stored["type"] == f"{system.capitalize()}AgentBackup{policy_type.capitalize()}Policy"
    assert stored["computers"] == [{
        "platform": "Agent", "id": group.id, "name": "group", "type": "ProtectionGroup",
        "protectionGroupId": group.id}]
    assert stored["storage"]["destination"]["backupServerName"] == "vbr-double.local"
    assert stored["schedule"]["daily"]["days"] == ["Monday", "Sunday"]
    settings = stored["storage"]["advancedSettings"]
    assert settings["synthenticFulls"] == {"isEnabled": False}
    assert settings["activeFulls"] == {"isEnabled": True}

    plain = _policy(engine, double, os=system, policy_type=policy_type, backup_mode="file_level",
                    directories=["/data"])
    assert engine.steps(name, plain, state) == ["update"]
    state = engine.apply(name, plain, state)
    assert engine.steps(name, plain, engine.read(name, state)) == []
    assert (state.retention.type, state.retention.quantity) == ("days", 7)
    assert (state.gfs, state.schedule, state.backup_cache, state.encryption_password_id) == (
        None, None, None, None)
    assert [v for v in double.violations() if v["side"] == "request"] == []


def test_flags_that_are_not_allowed_on_object_storage_are_seen(engine: Any, double: Any) -> None:
    name = "agent_backup_policy"
    config = _policy(engine, double)
    state = engine.apply(name, config)
    settings = {"synthenticFulls": {"isEnabled": True},
                "fullBackupMaintenance": {"defragmentAndCompact": {"isEnabled": True}}}
    double.edit("jobs", state.id, {"storage": {"advancedSettings": settings}})
    state = engine.read(name, state)
    assert (state.synthetic_full, state.compact_full) == (True, True)
    state = engine.apply(name, config, state)
    assert (state.synthetic_full, state.compact_full) == (False, False)


def test_other_target_of_a_policy_is_drift(engine: Any, double: Any) -> None:
    name = "agent_backup_policy"
    config = _policy(engine, double)
    state = engine.apply(name, config)
    stored = _stored(double)
    local = {"destinationType": "LocalStorage", "path": "D:\\", "backupServerName": None,
             "backupRepositoryId": None}
    double.edit("jobs", state.id, {"storage": {"destination": local}})
    state = engine.read(name, state)
    assert (state.destination.type, state.destination.path) == ("local_storage", "D:\\")
    engine.apply(name, config, state)
    assert _stored(double)["storage"]["destination"] == stored["storage"]["destination"]


def test_group_that_the_inventory_does_not_show(engine: Any, double: Any) -> None:
    gone = "11111111-1111-1111-1111-111111111111"
    config = _policy(engine, double, protection_group_ids=[gone])
    with pytest.raises(ProviderError, match=gone) as caught:
        engine.apply("agent_backup_policy", config)
    assert caught.value.attribute == "protection_group_ids"


def test_newer_revision_spells_settings_its_own_way(engine2: Any, double2: Any) -> None:
    name = "agent_backup_policy"
    config = _policy(engine2, double2, active_full=True)
    state = engine2.apply(name, config)
    assert engine2.steps(name, config, engine2.read(name, state)) == []
    assert _stored(double2)["storage"]["advancedSettings"]["syntheticFulls"] == {
        "isEnabled": False}
    group = _group(engine2)
    state = engine2.apply("protection_group", group)
    assert engine2.steps("protection_group", group, state) == []
    assert [v for v in double2.violations() if v["side"] == "request"] == []


def test_a_policy_in_the_way_of_a_group_is_told(engine: Any, double: Any) -> None:
    group = engine.apply("protection_group", _group(engine))
    config = _policy(engine, double, protection_group_ids=[group.id])
    engine.apply("agent_backup_policy", config)
    with pytest.raises(ProviderError, match="policy") as caught:
        engine.apply("protection_group", None, group)
    assert caught.value.kind is ErrorClass.INVALID


def test_backup_server(server: Any, double: Any) -> None:
    module = PROVIDER.load("data_sources", "backup_server")
    source = module.BackupServer()
    context = StepContext(address="data.veeam_backup_server.x", token="", stack="")
    found = source.read(server, source.model(uses_http_proxy=True), context)
    assert (found.name, found.platform, found.version, found.api_revision) == (
        "vbr-double.local", "linux", "13.0.1.180", "1.3-rev1")
    assert found.id == found.default_mount_server_id
    assert (found.default_mount_server_os, found.uses_http_proxy) == ("linux", True)
    assert module.BackupServerModel.schema().names() == list(found.to_values())
