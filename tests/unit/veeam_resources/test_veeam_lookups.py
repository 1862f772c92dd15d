"""Data sources: what exists on a server, looked up by id or exactly one name."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.sdk import DataSource, ErrorClass, ProviderError
from vbrprov_veeam import PROVIDER


def _read(engine: Any, name: str, /, **fields: Any) -> Any:
    module = PROVIDER.load("data_sources", name)
    kind = next(v for v in vars(module).values() if isinstance(v, type)
                and issubclass(v, DataSource) and v.__module__ == module.__name__)()
    found = kind.read(engine.server, kind.model(**fields), engine.context(f"data.veeam_{name}.x"))
    # As the engine does: through the values of the language.
    return type(found).from_values(found.to_values())


def _made(engine: Any, name: str, /, **fields: Any) -> Any:
    return engine.apply(name, engine.type(name).model(**fields), token=str(fields))


def _repository(engine: Any, **fields: Any) -> Any:
    key = _made(engine, "cloud_credentials", type="amazon", access_key="AK", secret_key="k")
    blocks = engine.type("amazon_s3_repository").model.schema().blocks
    return _made(engine, "amazon_s3_repository", **{
        "name": "repo", "account": blocks["account"].model(credentials_id=key.id),
        "bucket": blocks["bucket"].model(name="b1", region_id="eu", folder="veeam"),
        "storage_limit": blocks["storage_limit"].model(size=2), **fields})


def test_a_repository_of_any_type(engine: Any) -> None:
    made = _repository(engine, task_limit=4)
    for said in ({"name": "repo"}, {"id": made.id}):
        found = _read(engine, "repository", **said)
        assert (found.id, found.name, found.type) == (made.id, "repo", "AmazonS3")
        assert (found.storage, found.folder, found.connection_mode) == ("b1", "veeam", "direct")
        assert (found.task_limit, found.mount_server_id, found.service_point) == (
            4, made.mount_server.id, None)
        assert (found.capacity_gb, found.is_online, found.immutability_enabled) == (
            2048, True, False)
    local = _read(engine, "repository", name="Default Backup Repository")
    assert (local.type, local.storage, local.connection_mode) == ("LinuxLocal", None, None)


@pytest.mark.parametrize(("fields", "kind", "says"), [
    ({}, ErrorClass.INVALID, "one of the two"),
    ({"id": "x", "name": "y"}, ErrorClass.INVALID, "one of the two"),
    ({"name": "rep"}, ErrorClass.NOT_FOUND, "has no repository with the name 'rep'"),
    ({"id": "11111111-1111-1111-1111-111111111111"}, ErrorClass.NOT_FOUND, "with the id 1111"),
])
def test_what_is_not_there_is_told(
    fields: dict[str, Any], kind: ErrorClass, says: str, engine: Any,
) -> None:
    _repository(engine)
    with pytest.raises(ProviderError, match=says) as caught:
        _read(engine, "repository", **fields)
    assert caught.value.kind is kind


def test_repositories_by_name_and_type(engine: Any) -> None:
    for name in ("b-two", "b-one", "a"):
        _repository(engine, name=name)
    found = _read(engine, "repositories", name_regex="^b-")
    assert found.names == ["b-one", "b-two"]
    assert [item["storage"] for item in found.repositories] == ["b1", "b1"]
    assert len(_read(engine, "repositories", type="AmazonS3").ids) == 3
    assert _read(engine, "repositories", name_regex="nothing").ids == []
    with pytest.raises(ProviderError, match="name_regex"):
        _read(engine, "repositories", name_regex="(")


def test_credentials_whose_name_is_not_unique_are_listed(engine: Any) -> None:
    ids = [_made(engine, "credentials", username="backup", description=text, password="p").id
           for text in ("one", "two")]
    assert _read(engine, "credentials", name="one").id == ids[0]
    with pytest.raises(ProviderError, match="2 objects fit") as caught:
        _read(engine, "credentials", name="backup")
    assert all(i in caught.value.detail for i in ids)


def test_cloud_credentials_by_type(engine: Any) -> None:
    _made(engine, "cloud_credentials", type="amazon", access_key="SAME", secret_key="k")
    google = _made(engine, "cloud_credentials", type="google", access_key="SAME", secret_key="k")
    found = _read(engine, "cloud_credentials", name="SAME", type="google")
    assert (found.id, found.access_key) == (google.id, "SAME")
    with pytest.raises(ProviderError, match="2 objects fit"):
        _read(engine, "cloud_credentials", name="SAME")
    with pytest.raises(ProviderError, match="has no cloud credentials record"):
        _read(engine, "cloud_credentials", id=google.id, type="amazon")


def test_an_encryption_password_by_its_hint(engine: Any) -> None:
    made = _made(engine, "encryption_password", hint="the usual", password="p")
    assert _read(engine, "encryption_password", hint="the usual").id == made.id


def test_vaults(engine: Any) -> None:
    [vault] = _read(engine, "data_cloud_vaults").vaults
    assert (vault["vault_id"], vault["is_initialized"]) == ("sandbox-vault", False)


def test_what_the_server_sees_of_a_storage(engine: Any, double: Any) -> None:
    key = _made(engine, "cloud_credentials", type="amazon", access_key="AK", secret_key="k")
    double.seed("buckets", {"id": "AmazonS3/b1", "name": "b1", "service": "AmazonS3",
                            "region": "eu", "folders": ["z", "a"]})
    found = _read(engine, "object_storage", service="amazon_s3", credentials_id=key.id)
    assert [dict(place) for place in found.places] == [{"name": "b1", "folders": ["a", "z"]}]
    with pytest.raises(ProviderError, match="no cloud credentials"):
        _read(engine, "object_storage", service="amazon_s3",
              credentials_id="11111111-1111-1111-1111-111111111111")


def test_the_server_says_whether_a_password_is_the_one(engine: Any) -> None:
    name = "encryption_password"
    config = engine.type(name).model(hint="h", password="right", password_version=1)
    state = engine.apply(name, config)

    def warned(**changes: Any) -> list[str]:
        return [w[0] for w in engine.draft(name, config.copy(**changes), state).warnings]

    assert warned() == []
    assert warned(password="wrong") == ["Password is another one"]
    assert warned(password="wrong", password_version=2) == []
    rotated = engine.apply(name, config.copy(password="wrong", password_version=2), state)
    assert rotated.password_version == 2
