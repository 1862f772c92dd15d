"""Repositories: each storage, connection, immutability, limits, mount server, destroying."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov.values import Unknown, bare
from vbrprov_veeam import PROVIDER, words

GATEWAY = "6745a759-2205-4cd2-b172-8ec8f7e60ef8"
REPOSITORY_TYPES = [n for n in PROVIDER.names("resources") if n.endswith("_repository")
                    and n != "scale_out_repository"]

# Type -> kind of credentials, account, bucket or container, other arguments, edits of the place,
# properties that the wire must show.
STORAGES: dict[str, tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "amazon_s3_repository": (
        "amazon", {"region_type": "government"}, {"region_id": "us-gov-west-1"},
        {"infrequent_access": True, "one_zone": True},
        {"infrequentAccessStorage": {"isEnabled": True, "singleZoneEnabled": True}}),
    "s3_compatible_repository": (
        "amazon", {"service_point": "https://s3.example", "region_id": "r1"}, {},
        {"enable_auto_provision": True, "workloads_per_bucket_limit": 7},
        {"enableAutoProvision": True, "workloadsPerBucketLimit": 7}),
    "ibm_cloud_repository": (
        "amazon", {"service_point": "https://cos.example", "region_id": "eu"}, {}, {}, {}),
    "wasabi_repository": ("amazon", {"region_id": "eu-central-1"}, {}, {}, {}),
    "google_cloud_repository": (
        "google", {"region_id": "europe-west3"}, {}, {"nearline": True},
        {"nearlineStorageEnabled": True}),
    "azure_blob_repository": ("azure_storage", {"region_type": "global"}, {}, {}, {}),
}


@pytest.fixture(params=["1.3-rev1", "1.3-rev2"])
def both(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """An engine and its double, of each revision."""
    suffix = "2" if request.param == "1.3-rev2" else ""
    return request.getfixturevalue(f"engine{suffix}"), request.getfixturevalue(f"double{suffix}")


def _place(kind: Any) -> str:
    return "container" if "container" in kind.model.schema().blocks else "bucket"


def _config(engine: Any, name: str, **fields: Any) -> Any:
    credentials, account, place_fields, _, _ = STORAGES[name]
    key = {"account": "st1"} if credentials == "azure_storage" else {"access_key": "AK"}
    secret = engine.type("cloud_credentials").model(type=credentials, secret_key="k", **key)
    made = engine.apply("cloud_credentials", secret)
    kind = engine.type(name)
    blocks = kind.model.schema().blocks
    place = _place(kind)
    return kind.model(**{
        "name": "repo", "account": blocks["account"].model(credentials_id=made.id, **account),
        place: blocks[place].model(name="b1", folder="veeam", **place_fields), **fields})


def _block(engine: Any, name: str, block: str, /, **fields: Any) -> Any:
    return engine.type(name).model.schema().blocks[block].model(**fields)


def _stored(double: Any) -> Any:
    return next(r for r in double.objects("repositories") if r["name"] == "repo")


@pytest.mark.parametrize("name", STORAGES)
def test_every_storage_is_created_changed_and_read_back(
    name: str, engine: Any, double: Any,
) -> None:
    config = _config(engine, name)
    place = _place(engine.type(name))
    state = engine.apply(name, config)
    assert engine.steps(name, config, engine.read(name, state)) == []
    assert engine.imported(name, "name:repo").id == state.id

    edits, shown = STORAGES[name][3:]
    config = config.copy(**{place: getattr(config, place).copy(**edits)},
                         immutability=_block(engine, name, "immutability", days=14),
                         storage_limit=_block(engine, name, "storage_limit", size=5),
                         connection=_block(engine, name, "connection", mode="selected_gateway",
                                           gateway_server_ids=[GATEWAY]))
    state = engine.apply(name, config, state)
    assert engine.steps(name, config, engine.read(name, state)) == []
    stored = _stored(double)
    assert stored[place].items() >= shown.items()
    assert stored[place]["immutability"] == {
        "isEnabled": True, "daysCount": 14, "immutabilityMode": "RepositorySettings"}
    assert stored[place]["storageConsumptionLimit"] == {
        "isEnabled": True, "consumptionLimitCount": 5, "consumptionLimitKind": "TB"}
    assert stored["account"]["connectionSettings"] == {
        "connectionType": "SelectedGateway", "gatewayServerIds": [GATEWAY]}

    plain = _config(engine, name, account=config.account)
    state = engine.apply(name, plain, state)
    assert engine.steps(name, plain, engine.read(name, state)) == []
    assert state.storage_limit is None
    assert not state.immutability.enabled
    assert state.connection.mode == "direct"
    assert [v for v in double.violations() if v["side"] == "request"] == []


@pytest.mark.parametrize("name", ["s3_compatible_repository", "ibm_cloud_repository",
                                  "wasabi_repository"])
def test_helper_server_comes_and_goes(name: str, engine: Any, double: Any) -> None:
    helper = _block(engine, name, "helper_appliance", managed_server_id=GATEWAY)
    config = _config(engine, name, helper_appliance=helper)
    state = engine.apply(name, config)
    assert _stored(double)["proxyAppliance"] == {"managedServerId": GATEWAY}
    state = engine.apply(name, config.copy(helper_appliance=None), state)
    assert "proxyAppliance" not in _stored(double)
    assert state.helper_appliance is None


def test_omitted_blocks_show_their_meaning_in_the_plan(engine: Any) -> None:
    name = "amazon_s3_repository"
    plan = engine.draft(name, _config(engine, name))
    connection, immutability = plan.planned["connection"], plan.planned["immutability"]
    assert isinstance(connection, dict)
    assert connection["mode"] == "direct"
    assert isinstance(immutability, dict)
    assert immutability["enabled"] is False
    assert isinstance(plan.planned["mount_server"], Unknown)


def test_mount_server_is_the_default_one_and_can_be_named(engine: Any, double: Any) -> None:
    name = "amazon_s3_repository"
    config = _config(engine, name)
    state = engine.apply(name, config)
    assert (state.mount_server.id, state.mount_server.os) == (GATEWAY, "linux")
    named = config.copy(mount_server=_block(engine, name, "mount_server", id=GATEWAY))
    assert engine.steps(name, named, state) == []
    moved = config.copy(mount_server=_block(engine, name, "mount_server", id=GATEWAY,
                                            write_cache_folder="/cache"))
    state = engine.apply(name, moved, state)
    assert _stored(double)["mountServer"]["linux"]["writeCacheFolder"] == "/cache"
    assert engine.steps(name, moved, engine.read(name, state)) == []
    # Left out again, it stays where it is.
    assert engine.steps(name, config, state) == []


def test_gateway_ids_with_a_direct_connection_mean_nothing(engine: Any, double: Any) -> None:
    name = "amazon_s3_repository"
    config = _config(engine, name)
    state = engine.apply(name, config)
    assert _stored(double)["account"]["connectionSettings"]["gatewayServerIds"] == [GATEWAY]
    assert not state.connection.gateway_server_ids
    assert engine.steps(name, config, engine.read(name, state)) == []


def test_days_of_immutability_that_is_off_are_no_difference(engine: Any) -> None:
    name = "amazon_s3_repository"
    off = _block(engine, name, "immutability", enabled=False, days=99)
    config = _config(engine, name, immutability=off)
    state = engine.apply(name, config)
    assert engine.steps(name, config, engine.read(name, state)) == []


def test_lowering_immutability_warns(engine: Any) -> None:
    name = "amazon_s3_repository"
    config = _config(engine, name, immutability=_block(engine, name, "immutability", days=30))
    state = engine.apply(name, config)
    lower = config.copy(immutability=_block(engine, name, "immutability", days=29))
    assert [w[0] for w in engine.draft(name, lower, state).warnings] == ["Immutability is lowered"]
    assert engine.draft(name, config, state).warnings == []


def test_another_bucket_needs_a_new_repository(engine: Any) -> None:
    name = "amazon_s3_repository"
    config = _config(engine, name)
    state = engine.apply(name, config)
    assert engine.draft(name, config, state).replace == set()
    other = config.copy(bucket=config.bucket.copy(folder="other"))
    assert engine.draft(name, other, state).replace == {"bucket"}
    moved = config.copy(account=config.account.copy(region_type="china"))
    assert engine.draft(name, moved, state).replace == {"account"}


def test_destroying_needs_permission(engine: Any, double: Any) -> None:
    name = "amazon_s3_repository"
    kind, config = engine.type(name), _config(engine, name)
    state = engine.apply(name, config)
    assert "PREVENT" in (kind.plan_destroy(state.to_values()) or "")
    before = len(double.ledger())
    allowed = config.copy(deletion_policy="DELETE", delete_backups_on_destroy=True)
    assert engine.steps(name, allowed, state) == ["record"]
    state = engine.apply(name, allowed, state)
    assert len(double.ledger()) == before
    assert kind.plan_destroy(state.to_values()) is None
    engine.apply(name, None, state)
    assert double.ledger()[-1]["method"] == "DELETE"
    query = str(double.ledger()[-1].get("query", double.ledger()[-1]["path"]))
    assert "deleteBackups" in query
    assert "true" in query.lower()
    left = engine.apply(name, config.copy(deletion_policy="ABANDON"))
    assert kind.plan_destroy(left.to_values()) is None
    assert engine.steps(name, None, left) == []


def test_taking_a_folder_over_is_asked_for_and_warned_of(engine: Any, double: Any) -> None:
    name = "amazon_s3_repository"
    config = _config(engine, name, overwrite_owner=True)
    assert [w[0] for w in engine.draft(name, config).warnings] == ["Takes a folder over"]
    state = engine.apply(name, config)
    post = next(w for w in double.writes() if w["path"].endswith("/repositories"))
    assert "true" in str(post.get("query")).lower()
    assert engine.steps(name, config, engine.read(name, state)) == []


def test_storage_that_reads_back_as_integrated_is_the_same(engine: Any, double: Any) -> None:
    name = "s3_compatible_repository"
    config = _config(engine, name, vendor="minio")
    state = engine.apply(name, config)
    double.edit("repositories", state.id, {"type": "SmartObjectS3"})
    state = engine.read(name, state)
    assert state.vendor == "minio"
    assert engine.steps(name, config, state) == []
    with pytest.raises(ProviderError, match="neither shows nor changes"):
        engine.apply(name, config.copy(description="new"), state)
    double.edit("repositories", state.id, {"type": "WasabiCloud"})
    with pytest.raises(ProviderError, match="does not manage"):
        engine.read(name, state)


def test_failed_session_tells_the_reason_from_its_log(engine: Any, double: Any) -> None:
    name = "amazon_s3_repository"
    config = _config(engine, name)
    double.fault("session_failed", method="POST", path="/repositories$",
                 message="The bucket b1 does not exist")
    with pytest.raises(ProviderError, match="The bucket b1 does not exist") as caught:
        engine.apply(name, config)
    assert caught.value.kind is ErrorClass.FAILED
    assert double.url.removeprefix("https://") in caught.value.detail
    assert engine.probe(name, config).verdict.name == "ABSENT"


def test_probe_waits_for_a_save_that_still_runs(engine: Any, double: Any) -> None:
    name = "amazon_s3_repository"
    config = _config(engine, name)
    body = engine.type(name).spec(engine.server, config, engine.context(f"veeam_{name}.x"))
    # What a run leaves that dies right after its POST: a session that nobody waits for.
    engine.server.post("/api/v1/backupInfrastructure/repositories", body)
    assert not any(r["name"] == "repo" for r in double.objects("repositories"))
    assert engine.probe(name, config).verdict.name == "OURS"


def test_name_of_a_repository_of_another_type_cannot_be_imported(engine: Any) -> None:
    name = "amazon_s3_repository"
    state = engine.apply(name, _config(engine, name))
    assert engine.imported("wasabi_repository", "name:repo") is None
    with pytest.raises(ProviderError, match="does not manage"):
        engine.imported("wasabi_repository", state.id)


@pytest.mark.parametrize("name", REPOSITORY_TYPES)
def test_declared_types_say_so(name: str, engine: Any) -> None:
    kind = engine.type(name)
    assert kind.type_name == f"veeam_{name}"
    assert not kind.not_applied
    assert kind.plan_destroy({"deletion_policy": "PREVENT"}) is not None
    schema = kind.model.schema()
    for path in kind.fixed:
        block, _, argument = path.partition(".")
        assert schema.blocks[block].model.schema().attributes[argument].replace_on_change
    fixed = {f"{n}.{a}" for n, b in schema.blocks.items()
             for a, spec in b.model.schema().attributes.items() if spec.replace_on_change}
    assert fixed == set(kind.fixed)


@pytest.mark.parametrize("name", [n for n in REPOSITORY_TYPES if n not in STORAGES])
def test_declared_types_plan_from_their_arguments(name: str, engine2: Any) -> None:
    kind = engine2.type(name)
    blocks = kind.model.schema().blocks
    filled = {}
    for block in (b for b in blocks.values() if b.min_items):
        attributes = block.model.schema().attributes.values()
        filled[block.name] = block.model(**{a.name: "x" for a in attributes if a.required})
    plan = engine2.draft(name, kind.model(name="r", **filled))
    assert plan.errors == []
    if name == "data_cloud_vault_repository":
        immutability = bare(plan.planned["immutability"])
        assert isinstance(immutability, dict)
        assert immutability["enabled"] is True


def test_newer_revision_has_other_words(engine2: Any, double2: Any) -> None:
    name = "s3_compatible_repository"
    config = _config(engine2, name)
    state = engine2.apply(name, config)
    assert engine2.server.revision == "1.3-rev2"
    assert engine2.steps(name, config, engine2.read(name, state)) == []
    double2.edit("repositories", state.id, {"type": "S3Integrated"})
    state = engine2.read(name, state)
    assert engine2.steps(name, config, state) == []
    assert engine2.apply(name, config.copy(description="new"), state).description == "new"


def test_words_lead_to_the_wire_and_back() -> None:
    for table in ("connection", "immutability", "region_type", "policy_type", "day"):
        for word in words.choices(table):
            assert words.from_wire(table, words.to_wire(table, word)) == word
    assert words.from_wire("connection", "AddedLater") == "added_later"
    assert words.from_wire("operating_system", "linux") == "linux"
    assert words.from_wire("connection", None) is None


@pytest.mark.parametrize("field", ["connectionType", "immutabilityMode", "consumptionLimitKind",
                                   "regionType"])
def test_a_word_of_a_newer_server_is_read_and_shows(
    field: str, both: tuple[Any, Any],
) -> None:
    (engine, double), name = both, "amazon_s3_repository"
    config = _config(engine, name, immutability=_block(engine, name, "immutability", days=14),
                     storage_limit=_block(engine, name, "storage_limit", size=5))
    state = engine.apply(name, config)
    double.fault("unknown_enum", method="GET", path="/repositories/", times=-1, field=field,
                 value="AddedLater")
    seen = engine.read(name, state)
    assert "added_later" in repr(seen.to_values())
    assert engine.steps(name, config, seen) == ["update"] or field == "regionType"


def test_an_object_may_allow_less_time_than_the_provider(engine: Any, double: Any) -> None:
    name = "amazon_s3_repository"
    timeouts = engine.type(name).model.schema().blocks["timeouts"].model(create="1s")
    double.fault("session_slow", method="POST", path="/repositories$", polls=100_000)
    with pytest.raises(ProviderError, match="did not end within 1 s") as caught:
        engine.apply(name, _config(engine, name, timeouts=timeouts))
    assert caught.value.kind is ErrorClass.LOST
    double.settle()


@pytest.mark.parametrize(("text", "good"), [
    ("90s", True), ("1h30m", True), ("45m", True), ("0s", False), ("", False), ("1d", False),
    ("90", False),
])
def test_durations(text: str, good: bool, engine: Any) -> None:
    block = engine.type("amazon_s3_repository").model.schema().blocks["timeouts"].model
    [check] = block.schema().attributes["create"].validators
    assert (check(text) is None) is good


def test_a_restart_during_the_creation_is_found_out(both: tuple[Any, Any]) -> None:
    (engine, double), name = both, "amazon_s3_repository"
    config = _config(engine, name)
    double.fault("restart", method="GET", path="/sessions/", busy=1)
    # Logins are gone and the session has failed: nothing was made, and that is said.
    with pytest.raises(ProviderError, match="restarted") as caught:
        engine.apply(name, config)
    assert caught.value.kind is ErrorClass.FAILED
    assert engine.probe(name, config).verdict.name == "ABSENT"
    assert engine.apply(name, config).id


def test_a_401_in_the_middle_is_a_new_login(both: tuple[Any, Any]) -> None:
    (engine, double), name = both, "amazon_s3_repository"
    config = _config(engine, name)
    double.fault("empty_401", method="POST", path="/repositories$")
    double.fault("empty_401", method="GET", path="/sessions/")
    assert engine.apply(name, config).id
