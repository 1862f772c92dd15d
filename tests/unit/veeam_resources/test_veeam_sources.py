"""Data sources that look up hosts, domains, groups and jobs."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.sdk import DataSource, ErrorClass, ProviderError, StepContext
from vbrprov_veeam import PROVIDER

NOBODY = "11111111-1111-1111-1111-111111111111"
LOOKUPS = ("managed_server", "mount_server", "ad_domain", "protection_group", "job",
           "cloud_connect_repository")


def _source(name: str) -> Any:
    module = PROVIDER.load("data_sources", name)
    return next(v for v in vars(module).values() if isinstance(v, type)
                and issubclass(v, DataSource) and v.__module__ == module.__name__)()


def _read(server: Any, kind: str, /, **arguments: Any) -> Any:
    source = _source(kind)
    context = StepContext(address=f"data.veeam_{kind}.x", token="", stack="")
    return source.read(server, source.model(**arguments), context)


def _model(engine: Any, name: str, /, **fields: Any) -> Any:
    return engine.type(name).model(**fields)


@pytest.fixture
def world(engine: Any, double: Any) -> dict[str, Any]:
    """One object of each kind, by the name of its data source."""
    key = engine.apply("credentials", _model(engine, "credentials", username="u", password="p"))
    host = engine.apply("managed_server", _model(
        engine, "managed_server", name="gw1", type="linux", credentials_id=key.id,
        description="d", trust_on_first_use=True))
    engine.apply("mount_server", _model(engine, "mount_server", host_id=host.id))
    domain = engine.apply("ad_domain", _model(
        engine, "ad_domain", server_name="dc1.example.com", credentials_id=key.id))
    computer = _model(engine, "protection_group").schema().blocks["computer"].model
    group = engine.apply("protection_group", _model(
        engine, "protection_group", name="g1", description="d",
        computer=[computer(host_name=h, connection_type="certificate") for h in ("b", "a")]))
    cloud = double.seed("repositories", {"name": "cloud1", "description": "d", "type": "Cloud"})
    policy = _model(engine, "agent_backup_policy")
    target = policy.schema().blocks["destination"].model(
        type="cloud_connect_repository", repository_id=cloud["id"])
    job = engine.apply("agent_backup_policy", policy.copy(
        name="p1", description="d", os="linux", policy_type="server", destination=target))
    return {"managed_server": ("gw1", host.id), "mount_server": ("gw1", host.id),
            "ad_domain": ("example.com", domain.id), "protection_group": ("g1", group.id),
            "job": ("p1", job.id), "cloud_connect_repository": ("cloud1", cloud["id"])}


@pytest.mark.parametrize("kind", LOOKUPS)
def test_by_name_and_by_id(kind: str, server: Any, world: Any) -> None:
    name, object_id = world[kind]
    found = _read(server, kind, name=name)
    assert (found.id, found.name) == (object_id, name)
    assert _read(server, kind, id=object_id) == found
    if "description" in found.schema().attributes:
        assert found.description == "d"
    for arguments in ({"name": "nobody"}, {"id": NOBODY}):
        with pytest.raises(ProviderError) as caught:
            _read(server, kind, **arguments)
        assert caught.value.kind is ErrorClass.NOT_FOUND
    for arguments in ({}, {"name": name, "id": object_id}):
        with pytest.raises(ProviderError, match="one of the two") as caught:
            _read(server, kind, **arguments)
        assert caught.value.kind is ErrorClass.INVALID


def test_what_they_show(server: Any, world: Any) -> None:
    host = _read(server, "managed_server", name="gw1")
    assert (host.type, host.status, host.credentials_storage, host.is_backup_server) == (
        "linux", "available", "permanent", False)
    mount = _read(server, "mount_server", name="gw1")
    assert (mount.os, mount.write_cache_folder, mount.default) == (
        "linux", "/var/lib/veeam/IRCache", False)
    assert _read(server, "ad_domain", name="example.com").server_name == "dc1.example.com"
    group = _read(server, "protection_group", name="g1")
    assert (group.type, group.is_disabled, group.computers) == (
        "individual_computers", False, ["a", "b"])
    assert _read(server, "protection_group", name="Unmanaged").type == "unmanaged"
    job = _read(server, "job", name="p1")
    assert (job.type, job.repository_id) == (
        "LinuxAgentBackupServerPolicy", world["cloud_connect_repository"][1])


def test_a_repository_of_another_kind_is_no_cloud_repository(server: Any, double: Any) -> None:
    local = double.objects("repositories")[0]
    with pytest.raises(ProviderError) as caught:
        _read(server, "cloud_connect_repository", id=local["id"])
    assert caught.value.kind is ErrorClass.NOT_FOUND


@pytest.mark.parametrize(("kind", "shown"), [("linux", "ssh-ed25519 256 "), ("windows", "")])
def test_key_that_a_host_shows(kind: str, shown: str, server: Any, engine: Any) -> None:
    key = engine.apply("credentials", _model(engine, "credentials", username="u", password="p"))
    found = _read(server, "connection_certificate", server_name="gw1", type=kind,
                  credentials_id=key.id, port=22)
    assert found.fingerprint.startswith(shown)
    assert (found.subject == "CN=gw1") is (kind == "windows")
