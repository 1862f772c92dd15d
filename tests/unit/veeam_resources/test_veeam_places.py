"""Folders, vaults, helper appliances: what is found by its place."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderError

STORAGES: dict[str, dict[str, Any]] = {
    "amazon_s3": {"region_id": "eu", "region_type": "global"},
    "s3_compatible": {"region_id": "r1", "service_point": "https://s3.example"},
    "ibm_cloud": {"region_id": "r1", "service_point": "https://cos.example"},
    "wasabi": {"region_id": "eu-central-1"},
    "google_cloud": {"region_id": "europe-west3"},
    "azure_blob": {"region_type": "china"},
    "snowball_edge": {"region_id": "snow", "service_point": "https://10.0.0.5"},
    "data_box": {"service_point": "databox.example"},
}


def _key(engine: Any, kind: str = "amazon") -> str:
    named = {"account": "st1"} if kind == "azure_storage" else {"access_key": "AK"}
    model = engine.type("cloud_credentials").model
    return str(engine.apply("cloud_credentials",
                            model(type=kind, secret_key="k", **named)).id)


def _folder(engine: Any, service: str, **fields: Any) -> Any:
    return engine.type("object_storage_folder").model(**{
        "service": service, "credentials_id": _key(engine), "storage": "b1", "name": "veeam",
        **STORAGES[service], **fields})


@pytest.mark.parametrize("service", STORAGES)
@pytest.mark.parametrize("suffix", ["", "2"])
def test_a_folder_is_made_once_and_found_again(
    service: str, suffix: str, request: pytest.FixtureRequest,
) -> None:
    engine = request.getfixturevalue(f"engine{suffix}")
    double = request.getfixturevalue(f"double{suffix}")
    name, config = "object_storage_folder", _folder(engine, service)
    assert engine.probe(name, config).verdict is ProbeVerdict.ABSENT
    state = engine.apply(name, config)
    assert engine.read(name, state) == state
    assert engine.steps(name, config, state) == []
    assert engine.probe(name, config).verdict is ProbeVerdict.OURS
    assert double.objects("buckets")[0]["folders"] == ["veeam"]
    with pytest.raises(ProviderError, match="has the folder") as caught:
        engine.apply(name, config)
    assert caught.value.kind is ErrorClass.EXISTS
    assert engine.steps(name, None, state) == []
    assert [v for v in double.violations() if v["side"] == "request"] == []


@pytest.mark.parametrize(("service", "fields", "wrong"), [
    ("amazon_s3", {"service_point": "https://x"}, "service_point"),
    ("s3_compatible", {"service_point": None}, "service_point"),
    ("wasabi", {"region_id": None}, "region_id"),
    ("wasabi", {"region_type": "global"}, "region_type"),
    ("azure_blob", {"region_id": "x"}, "region_id"),
])
def test_arguments_of_folders_go_with_the_service(
    service: str, fields: dict[str, Any], wrong: str, engine: Any,
) -> None:
    plan = engine.draft("object_storage_folder", _folder(engine, service, **fields))
    assert wrong in [attribute for _, _, attribute in plan.errors]


def _vault(double: Any, name: str, **fields: Any) -> None:
    double.seed("vaults", {"id": name, "vaultId": name, "vaultName": f"The {name}",
                           "storageContainerName": "sc", "isInitialized": False, "folders": [],
                           **fields})


def test_a_vault_is_made_ready_and_left_alone(engine: Any, double: Any) -> None:
    name = "data_cloud_vault"
    _vault(double, "v7")
    config = engine.type(name).model(name="The v7")
    assert engine.imported(name, "v7") is None
    state = engine.apply(name, config)
    assert (state.id, state.vault_id, state.storage_container) == ("v7", "v7", "sc")
    assert engine.read(name, state) == state
    assert engine.imported(name, "name:The v7") == state
    assert engine.probe(name, config).verdict is ProbeVerdict.OURS
    before = len(double.writes())
    engine.apply(name, None, state)
    engine.apply(name, engine.type(name).model(vault_id="v7"))
    assert len(double.writes()) == before
    with pytest.raises(ProviderError, match="assigned in Veeam Data Cloud"):
        engine.apply(name, engine.type(name).model(vault_id="nothing"))


@pytest.mark.parametrize("suffix", ["", "2"])
@pytest.mark.parametrize("name", ["object_storage_folder", "data_cloud_vault"])
def test_a_place_whose_creation_got_lost_is_found_again(
    name: str, suffix: str, request: pytest.FixtureRequest,
) -> None:
    engine = request.getfixturevalue(f"engine{suffix}")
    double = request.getfixturevalue(f"double{suffix}")
    _vault(double, "v7")
    config = (engine.type(name).model(vault_id="v7") if name == "data_cloud_vault"
              else _folder(engine, "wasabi"))
    double.fault("drop_after", method="POST", path="/(newFolder|initializeVault)$")
    with pytest.raises(ProviderError) as caught:
        engine.apply(name, config)
    assert caught.value.kind is ErrorClass.LOST
    found = engine.probe(name, config)
    assert found.verdict is ProbeVerdict.OURS
    assert engine.steps(name, config, engine.read(name, found.state)) == []


def test_vaults_of_one_name_are_listed(engine: Any, double: Any) -> None:
    _vault(double, "v7", vaultName="Same")
    _vault(double, "v8", vaultName="Same")
    with pytest.raises(ProviderError, match="2 objects fit") as caught:
        engine.imported("data_cloud_vault", "name:Same")
    assert "v7" in caught.value.detail
    assert "v8" in caught.value.detail


def test_a_repository_needs_a_vault_that_is_ready(engine: Any, double: Any) -> None:
    name = "data_cloud_vault_repository"
    _vault(double, "v7")
    blocks = engine.type(name).model.schema().blocks
    config = engine.type(name).model(
        name="repo", vault=blocks["vault"].model(vault_id="v7", folder="f"))
    with pytest.raises(ProviderError, match="not initialized yet") as caught:
        engine.apply(name, config)
    assert "veeam_data_cloud_vault" in caught.value.hint
    with pytest.raises(ProviderError, match="No vault with the id"):
        engine.apply(name, config.copy(vault=config.vault.copy(vault_id="none")))


def test_an_appliance_is_imported_by_both_ids_or_the_name_of_its_machine(
    engine: Any, double: Any,
) -> None:
    name = "helper_appliance"
    compute = engine.apply("cloud_credentials", engine.type("cloud_credentials").model(
        type="azure_compute", connection_name="c", application_id="app", client_secret="s",
        tenant_id="11111111-1111-1111-1111-111111111111"))
    config = engine.type(name).model(
        credentials_id=compute.id, location="westeurope",
        subscription_id=next(iter(compute.subscriptions.values())))
    state = engine.apply(name, config)
    for import_id in (f"{compute.id}/{state.id}", f"name:{state.vm_name}"):
        found = engine.imported(name, import_id)
        assert found == state
    assert engine.imported(name, "name:nobody") is None
    assert engine.imported(name, f"{compute.id}/11111111-1111-1111-1111-111111111111") is None
    with pytest.raises(ProviderError, match="CREDENTIALS_ID/APPLIANCE_ID"):
        engine.imported(name, "nobody")
    changed = config.copy(subnet="sn")
    double.fault("drop_after", method="POST", path="/helperAppliances$")
    with pytest.raises(ProviderError) as caught:
        engine.apply(name, changed, state)
    assert caught.value.kind is ErrorClass.LOST
    double.settle()
    assert engine.apply(name, changed, state).subnet == "sn"
