"""Arguments that only some revisions of the API have: taken by these, refused by the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderError


def _model(engine: Any, name: str, /, **fields: Any) -> Any:
    return engine.type(name).model(**fields)


def _block(model: Any, *path: str, **fields: Any) -> Any:
    for name in path:
        model = model.schema().blocks[name].model
    return model(**fields)


def _group(engine: Any, **fields: Any) -> Any:
    model = engine.type("protection_group").model
    computer = _block(model, "computer", host_name="linux1", connection_type="certificate")
    return model(**{"name": "g", "computer": [computer], **fields})


def _policy(engine: Any, double: Any, **fields: Any) -> Any:
    model = engine.type("agent_backup_policy").model
    target = _block(model, "destination", repository_id=double.objects("repositories")[0]["id"])
    return model(**{"name": "p", "os": "windows", "policy_type": "server",
                    "destination": target, **fields})


def _notified(engine: Any, double: Any) -> Any:
    model = engine.type("agent_backup_policy").model
    return _policy(engine, double, notifications=_block(
        model, "notifications", no_backup_for_days=3))


def _summary(engine: Any, double: Any) -> Any:
    model = engine.type("agent_backup_policy").model
    email = _block(model, "notifications", "email", recipients=["a@example.com"],
                   daily_summary_at="08:00")
    return _policy(engine, double, notifications=_block(model, "notifications", email=email))


def _options(engine: Any, double: Any) -> Any:
    model = engine.type("protection_group").model
    return _group(engine, options=_block(model, "options", install_no_snap_agent=True))


def _media(engine: Any, double: Any) -> Any:
    model = engine.type("protection_group").model
    agent = _block(model, "options", "windows_agent", embedded_recovery_media=True)
    return _group(engine, options=_block(model, "options", windows_agent=agent))


def _directory(engine: Any, double: Any) -> Any:
    key = engine.apply("credentials", _model(engine, "credentials", username="u", password="p"))
    domain = engine.apply("ad_domain", _model(
        engine, "ad_domain", server_name="dc1.example.com", credentials_id=key.id))
    model = engine.type("protection_group").model
    tree = _block(model, "active_directory", domain_id=domain.id, object=[
        _block(model, "active_directory", "object", distinguished_name="DC=example,DC=com")])
    return model(name="g", type="ad_objects", active_directory=tree, credentials=_block(
        model, "credentials", master_connection_type="certificate"))


NEWER: dict[str, tuple[str, Callable[[Any, Any], Any], str]] = {
    "inline_deduplication": (
        "agent_backup_policy",
        lambda e, d: _policy(e, d, inline_deduplication=True), "inline_deduplication"),
    "no_backup_for_days": ("agent_backup_policy", _notified, "no_backup_for_days"),
    "daily_summary_at": ("agent_backup_policy", _summary, "daily_summary_at"),
    "install_no_snap_agent": ("protection_group", _options, "install_no_snap_agent"),
    "embedded_recovery_media": ("protection_group", _media, "embedded_recovery_media"),
    "master_connection_type": ("protection_group", _directory, "certificate"),
}


@pytest.mark.parametrize("name", NEWER)
def test_newer_revision_takes_it(name: str, engine2: Any, double2: Any) -> None:
    kind, make, _ = NEWER[name]
    config = make(engine2, double2)
    state = engine2.apply(kind, config)
    assert engine2.steps(kind, config, engine2.read(kind, state)) == []
    assert [v for v in double2.violations() if v["side"] == "request"] == []


@pytest.mark.parametrize("name", NEWER)
def test_older_revision_is_not_asked(name: str, engine: Any, double: Any) -> None:
    kind, make, said = NEWER[name]
    config = make(engine, double)
    before = len(double.ledger())
    with pytest.raises(ProviderError, match=said) as caught:
        engine.apply(kind, config)
    assert caught.value.kind is ErrorClass.UNSUPPORTED
    assert "1.3-rev2" in caught.value.detail
    assert len(double.ledger()) == before


def test_guest_processing_that_a_newer_revision_took_away(
    engine: Any, double: Any, engine2: Any, double2: Any,
) -> None:
    name = "agent_backup_policy"
    model = engine.type(name).model
    for each, server, older in ((engine, double, True), (engine2, double2, False)):
        config = _policy(each, server, policy_type="workstation",
                         indexing=_block(model, "indexing"))
        if older:
            state = each.apply(name, config)
            assert each.steps(name, config, each.read(name, state)) == []
            continue
        with pytest.raises(ProviderError, match="was the last that had it") as caught:
            each.apply(name, config)
        assert caught.value.attribute == "indexing"


def test_failover_clusters_have_a_type_of_their_own_from_the_newer_revision_on(
    engine: Any, double: Any, engine2: Any, double2: Any,
) -> None:
    name = "agent_backup_job"
    model = engine.type(name).model
    types = []
    for each, server in ((engine, double), (engine2, double2)):
        group = each.apply("protection_group", _group(each))
        config = model(name="j", os="windows", agent_type="failover_cluster",
                       protection_group_ids=[group.id], storage=_block(
                           model, "storage", repository_id=server.objects("repositories")[0]["id"]))
        state = each.apply(name, config)
        assert state.agent_type == "failover_cluster"
        assert each.steps(name, config, each.read(name, state)) == []
        types.append(server.objects("jobs")[0]["type"])
    assert types == ["WindowsAgentBackup", "WindowsAgentBackupFailoverCluster"]
