"""Types whose steps are scripts, each through its whole life: the scripts run in the double."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderError
from vbrprov.sdk.values import Null, Unknown, bare, elements
from vbrprov_veeam.powershell.base import LATER
from vbrprov_veeam.powershell.rehearsal import run_in_double

REPOSITORY = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
TENANT = "33333333-3333-4333-8333-333333333333"
GROUP = "44444444-4444-4444-8444-444444444444"
GROUP2 = "55555555-5555-4555-8555-555555555555"
KEY = "66666666-6666-4666-8666-666666666666"
ACCOUNT = "77777777-7777-4777-8777-777777777777"
NASTY = "o'Neill \"$(Get-Date)\" `n '@\n'@\r\n\u2019 $Data @HASH@ @DATA@ \u00e4\U0001f600"


class Life(NamedTuple):
    """One type: its arguments, what may change, what needs a new object, and what people do."""

    type: str
    config: dict[str, Any]
    updates: tuple[dict[str, Any], ...]
    force_new: tuple[str, ...]
    import_id: str
    #: Collection, patch at the console, argument that shows it.
    drift: tuple[str, dict[str, Any], str]
    variant: str = ""


def _block(name: str, /, **fields: Any) -> Any:
    return lambda engine, kind: engine.type(kind).model.schema().blocks[name].model(**fields)


_MAC = {"name": NASTY, "os": "mac", "policy_type": "workstation", "backup_mode": "user_homes",
        "protection_group_ids": {GROUP},
        "destination": _block("destination", repository_id=REPOSITORY)}
_UNIX = {**_MAC, "os": "unix", "policy_type": "server", "backup_mode": "entire_computer"}
_POLICY_UPDATES: tuple[dict[str, Any], ...] = (
    {"name": "new"}, {"description": NASTY}, {"protection_group_ids": {GROUP, GROUP2}},
    {"backup_mode": "file_level", "directories": ["/etc", NASTY]},
    {"destination": _block("destination", repository_id=OTHER)},
    {"retention": _block("retention", quantity=31)},
    {"schedule": lambda e, k: _schedule(e, k, at="01:30", kind="week_days")},
    {"schedule": lambda e, k: _schedule(e, k, at="05:00", kind="selected_days",
                                        days={"monday", "friday"})},
)


def _schedule(engine: Any, type_: str, /, **fields: Any) -> Any:
    schedule = engine.type(type_).model.schema().blocks["schedule"].model
    return schedule(daily=schedule.schema().blocks["daily"].model(**fields))


LIVES = (
    Life("s3_agent_access", {"repository_id": REPOSITORY, "mode": "backup_server"},
         ({"mode": "shared_credentials"},
          {"mode": "iam_sts", "iam_endpoint": NASTY, "sts_endpoint": "sts.example.com"}),
         ("repository_id",), REPOSITORY,
         ("psRepositorySettings", {"policy": "AllowAll"}, "mode")),
    Life("repository_access_permissions",
         {"repository_id": REPOSITORY, "policy": "allow_all"},
         ({"policy": "allow_explicit",
           "account": [_block("account", name=n) for n in ("b", NASTY, "CORP\\A-b", "CORP\\Ab")]},
          {"encryption": _block("encryption", password_id=KEY)}, {"policy": "deny_all"}),
         ("repository_id",), REPOSITORY,
         ("psRepositorySettings", {"type": "NoOne"}, "policy")),
    Life("repository_storage_class", {"repository_id": OTHER, "storage_class": "cool"},
         ({"enabled": False},), ("repository_id", "storage_class"), f"cool:{OTHER}",
         ("psRepositorySettings", {"cool": False}, "enabled")),
    Life("cloud_tenant_quota",
         {"tenant_id": TENANT, "repository_id": REPOSITORY, "name": NASTY, "quota": 10},
         ({"name": "other"}, {"quota": 11}), ("tenant_id", "repository_id"),
         f"{TENANT}/{REPOSITORY}",
         ("psTenants", {"resources": [{"repository": REPOSITORY, "name": "x", "quota": 1024}]},
          "quota")),
    Life("eleven_eleven_repository",
         {"name": NASTY, "deletion_policy": "DELETE",
          "account": _block("account", credentials_id=ACCOUNT),
          "bucket": _block("bucket", name="b", folder="agents")},
         ({"name": "new"}, {"description": NASTY}, {"infrequent_access": True}),
         ("account", "bucket", "immutability"), "{id}",
         ("psRepositories", {"infrequent": True}, "infrequent_access")),
    Life("eleven_eleven_repository",
         {"name": "locked", "deletion_policy": "DELETE",
          "account": _block("account", credentials_id=ACCOUNT),
          "bucket": _block("bucket", name="b", folder="agents"),
          "immutability": _block("immutability", days=14)},
         ({"immutability": _block("immutability", days=21)},), (), "{id}",
         ("psRepositories", {"days": 30}, "immutability"), "immutable"),
    Life("agent_backup_policy", _MAC, _POLICY_UPDATES, ("os", "policy_type"), "mac:{id}",
         ("psPolicies", {"settings": {"RetentionPolicy": 1}}, "retention"), "mac"),
    Life("agent_backup_policy", _UNIX, _POLICY_UPDATES, ("os", "policy_type"), "unix:{id}",
         ("psPolicies", {"settings": {"RetentionPolicy": 1}}, "retention"), "unix"),
)


@pytest.fixture
def engine(engine: Any, double: Any, connect: Any) -> Any:
    """An engine whose scripts run in the double, which holds what they refer to."""
    from vbrprov_veeam.powershell.settings import PowershellBlock

    for stored, collection in (
            ({"id": REPOSITORY, "name": f"s3 {NASTY}", "type": "S3Compatible"}, "repositories"),
            ({"id": OTHER, "name": "azure", "type": "AzureBlob"}, "repositories"),
            ({"id": TENANT, "name": "tenant", "resources": [
                {"repository": OTHER, "name": "kept", "quota": 5}]}, "psTenants"),
            ({"id": GROUP, "name": "g"}, "protectionGroups"),
            ({"id": GROUP2, "name": "h"}, "protectionGroups"),
            ({"id": KEY, "hint": "k"}, "encryptionPasswords"),
            ({"id": ACCOUNT, "type": "Amazon"}, "cloudCredentials")):
        double.seed(collection, stored)
    block = PowershellBlock.from_values({}).copy(transport="ssh")
    return type(engine)(connect(double, powershell=block))


def _config(engine: Any, life: Life, **fields: Any) -> Any:
    def made(value: Any) -> Any:
        if isinstance(value, list):
            return [made(v) for v in value]
        return value(engine, life.type) if callable(value) else value

    return engine.type(life.type).model(**{
        name: made(value) for name, value in {**life.config, **fields}.items()})


def _shown(engine: Any, life: Life, config: Any, state: Any) -> set[str]:
    """The arguments that a plan would change."""
    plan = engine.draft(life.type, config, state)
    assert plan.errors == []
    model = engine.type(life.type).model
    after, state = model.from_values(plan.planned), model.from_values(state.to_values())
    return {name for name, spec in model.schema().attributes.items()
            if not spec.computed_only and _plain(getattr(after, name)) != _plain(
                getattr(state, name))} | {
        name for name in model.schema().blocks
        if _plain(getattr(after, name)) != _plain(getattr(state, name))}


def _plain(value: Any) -> Any:
    if isinstance(value, (list, set)):
        return sorted(map(repr, value))
    return value


IDS = [f"{life.type}-{life.variant}".rstrip("-") for life in LIVES]


@pytest.mark.parametrize("life", LIVES, ids=IDS)
def test_create_change_and_destroy(life: Life, engine: Any, double: Any) -> None:
    config = _config(engine, life)
    state = engine.apply(life.type, config)
    assert state.id
    assert _shown(engine, life, config, state) == set()
    read = engine.read(life.type, state)
    assert _shown(engine, life, config, read) == set()
    done: dict[str, Any] = {}
    for fields in life.updates:
        done |= fields
        if done.get("policy") != "allow_explicit":
            done.pop("account", None)
        changed = _config(engine, life, **done)
        assert _shown(engine, life, changed, state) <= {*fields, "account"}
        assert _shown(engine, life, changed, state), fields
        state = engine.apply(life.type, changed, state)
        assert _shown(engine, life, changed, engine.read(life.type, state)) == set(), fields
    engine.apply(life.type, None, state)
    left = engine.read(life.type, state)
    if life.import_id not in (REPOSITORY, f"cool:{OTHER}"):
        assert left is None
    # What others own is untouched.
    [tenant] = double.objects("psTenants")
    assert tenant["resources"] == [{"repository": OTHER, "name": "kept", "quota": 5}]


@pytest.mark.parametrize("life", LIVES, ids=IDS)
def test_what_needs_a_new_object(life: Life, engine: Any) -> None:
    schema = engine.type(life.type).model.schema()
    for name in life.force_new:
        spec = schema.attributes.get(name)
        if spec is not None:
            assert spec.replace_on_change
        else:
            assert any(f.startswith(f"{name}.") for f in (
                *engine.type(life.type).fixed, "immutability.enabled"))


@pytest.mark.parametrize("life", LIVES, ids=IDS)
def test_drift_and_import(life: Life, engine: Any, double: Any) -> None:
    config = _config(engine, life)
    if life.type in ("s3_agent_access", "repository_access_permissions"):
        config = _config(engine, life, **life.updates[0])
    if life.type == "s3_agent_access":
        config = _config(engine, life, mode="backup_server")
    state = engine.apply(life.type, config)
    found = engine.imported(life.type, life.import_id.format(id=state.id))
    assert found.id == state.id
    collection, patch, argument = life.drift
    owner = {"psRepositorySettings": life.config.get("repository_id"), "psTenants": TENANT}
    double.edit(collection, owner.get(collection) or state.id, patch)
    assert argument in _shown(engine, life, config, engine.read(life.type, state))


@pytest.mark.parametrize("life", LIVES, ids=IDS)
def test_cut_off_after_the_script_ran(life: Life, engine: Any, double: Any) -> None:
    """The record is lost; the same step again finds what it made, and makes nothing twice."""
    config = _config(engine, life)
    first = engine.apply(life.type, config, token="0ne")
    assert engine.probe(life.type, config).verdict is ProbeVerdict.ABSENT
    second = engine.apply(life.type, config, token="another")
    assert second == first
    assert len(double.objects("psPolicies")) <= 1
    assert len(double.objects("psRepositories")) <= 1


@pytest.mark.parametrize("life", [LIVES[4], LIVES[6]], ids=["eleven_eleven", "policy"])
def test_an_object_of_somebody_else_is_left_alone(
    life: Life, engine: Any, double: Any,
) -> None:
    config = _config(engine, life)
    state = engine.apply(life.type, config)
    collection, patch = {
        "eleven_eleven_repository": ("psRepositories", {"description": "[vbrprov:theirs]"}),
        "agent_backup_policy": ("psPolicies", {"settings": {"Description": "theirs"}}),
    }[life.type]
    double.edit(collection, state.id, patch)
    with pytest.raises(ProviderError, match="was there before and is left alone"):
        engine.apply(life.type, config)
    # One that is known by its id is ours, and gets its mark back.
    engine.apply(life.type, config, state)
    assert engine.apply(life.type, config) == state


@pytest.mark.parametrize("life", LIVES, ids=IDS)
def test_what_it_belongs_to_is_missing(life: Life, engine: Any, double: Any) -> None:
    for collection in ("repositories", "psTenants", "protectionGroups", "cloudCredentials"):
        for stored in double.objects(collection):
            double.remove(collection, stored["id"])
    with pytest.raises(ProviderError, match=r"There (is|are) no|is missing") as caught:
        engine.apply(life.type, _config(engine, life))
    assert caught.value.kind is ErrorClass.FAILED
    assert "run the script again" in caught.value.hint


@pytest.mark.parametrize("life", LIVES[:3], ids=IDS[:3])
def test_settings_of_a_repository_that_is_gone_are_gone(
    life: Life, engine: Any, double: Any,
) -> None:
    state = engine.apply(life.type, _config(engine, life))
    double.remove("repositories", life.config["repository_id"])
    assert engine.read(life.type, state) is None
    engine.apply(life.type, None, state)


def _with_unknown(values: Any, path: tuple[Any, ...]) -> Any:
    """Values of the language with one of them not known yet."""
    if not path:
        return Unknown()
    first, *rest = path
    if isinstance(values, dict):
        return {**values, first: _with_unknown(values[first], tuple(rest))}
    items = [value for _, value in elements(values) or ()]
    items[first] = _with_unknown(items[first], tuple(rest))
    return tuple(items)


def _paths(values: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places of all values that are set, and of what is in them."""
    found = [at] if at and not isinstance(values, (Null, Unknown)) else []
    inner = values.items() if isinstance(values, dict) else [
        (i, value) for i, (_, value) in enumerate(elements(values) or ())]
    return [*found, *(path for key, value in inner for path in _paths(value, (*at, key)))]


@pytest.mark.parametrize("life", LIVES, ids=IDS)
def test_a_plan_shows_the_script_whatever_is_not_known_yet(life: Life, engine: Any) -> None:
    kind, context = engine.type(life.type), engine.context(f"veeam_{life.type}.x")
    shown: set[str] = set()
    # Whether there is a script at all; what the server fills in when nobody says it.
    passed = {("os",), *((name,) for name, b in kind.model.schema().blocks.items() if b.computed)}
    for fields in ({}, *life.updates):
        values = engine.draft(life.type, _config(engine, life, **fields)).planned
        assert LATER not in kind.handwork(engine.server, None, values, context).text
        for path in set(_paths(values)) - passed:
            work = kind.handwork(engine.server, None, _with_unknown(values, path), context)
            assert work.hash == "", path
            if work.text.count(LATER) > 1:  # once in place of the hash
                shown.add(path[0])
    said = {*life.config, *(name for fields in life.updates for name in fields)}
    # How it is destroyed is in no other script, and a flag that may be set counts as set.
    assert said - shown <= {"deletion_policy", "infrequent_access", "os"}


#: What no cmdlet shows: the type, its arguments, a change, and what the double keeps of it.
UNSEEN = (
    ("repository_storage_class", {"storage_class": "coldline"}, {"enabled": False},
     lambda kept: kept["coldline"] is False),
    ("google_helper_appliance",
     {"credentials_id": ACCOUNT, "region": "europe-west1", "zone": NASTY,
      "instance_type": "n1-standard-1", "vpc": "v", "subnet": "s"}, {"port": 8443},
     lambda kept: kept["helper"]["RedirectorPort"] == 8443
     and kept["helper"]["Subnet"] == {"Name": "s"}),
)


@pytest.mark.parametrize(("kind", "fields", "change", "is_kept"), UNSEEN,
                         ids=["coldline", "helper"])
def test_what_no_cmdlet_shows_needs_somebody_who_looks(
    kind: str, fields: dict[str, Any], change: dict[str, Any], is_kept: Any, engine: Any,
    double: Any,
) -> None:
    stored = double.seed("repositories", {"name": "g", "type": "GoogleCloud"})
    double.edit("cloudCredentials", ACCOUNT, {"type": "GoogleService"})
    own = engine.type(kind)
    state = None
    for more in ({}, change):
        config = own.model(repository_id=stored["id"], **fields, **more)
        with pytest.raises(ProviderError, match="run this script again with -Seen"):
            engine.apply(kind, config, state)
        work = own.handwork(engine.server, state and state.to_values(), config.to_values(),
                            engine.context(f"veeam_{kind}.x"))
        pending = {"hash": work.hash, "stack": "lineage", "address": f"veeam_{kind}.x"}
        with pytest.raises(ProviderError, match="-Seen"):
            own.confirm(run_in_double(double.url, work.text), pending, config)
        state = own.confirm(run_in_double(double.url, work.text, seen=True), pending, config)
        assert state.id == stored["id"]
        assert state == config.copy(id=stored["id"])
        assert engine.read(kind, state) == state
    [kept] = [s for s in double.objects("psRepositorySettings") if s["id"] == stored["id"]]
    assert is_kept(kept)
    double.remove("repositories", stored["id"])
    assert engine.read(kind, state) is None


def test_a_helper_appliance_is_only_forgotten(engine: Any, double: Any) -> None:
    own = engine.type("google_helper_appliance")
    state = own.model(repository_id=OTHER, id=OTHER, **UNSEEN[1][1])
    assert engine.steps("google_helper_appliance", None, state) == []
    assert own.handwork(engine.server, state.to_values(), None, engine.context("x.y")) is None
    with pytest.raises(ProviderError, match="does not name a helper appliance"):
        engine.imported("google_helper_appliance", OTHER)


@pytest.mark.parametrize(("name", "says"), [
    ("region", "no region missing"), ("zone", "no zone missing"), ("vpc", "no network missing"),
    ("instance_type", "no instance type missing"), ("subnet", "no subnet missing"),
    ("credentials_id", "no service account missing")])
def test_what_a_helper_appliance_needs_is_missing(name: str, says: str, engine: Any,
                                                  double: Any) -> None:
    stored = double.seed("repositories", {"name": "g", "type": "GoogleCloud"})
    double.edit("cloudCredentials", ACCOUNT, {"type": "GoogleService"})
    with pytest.raises(ProviderError, match=says):
        engine.apply("google_helper_appliance", engine.type("google_helper_appliance").model(
            repository_id=stored["id"], **{**UNSEEN[1][1], name: "missing"}))
    assert not [s for s in double.objects("psRepositorySettings") if "helper" in s]


def test_the_last_resource_of_a_tenant_stays(engine: Any, double: Any) -> None:
    life = LIVES[3]
    state = engine.apply(life.type, _config(engine, life))
    double.edit("psTenants", TENANT, {"resources": [
        {"repository": REPOSITORY, "name": NASTY, "quota": 10240}]})
    with pytest.raises(ProviderError, match="a tenant must have one"):
        engine.apply(life.type, None, state)


@pytest.mark.parametrize(("index", "fields", "wrong"), [
    (0, {"mode": "iam_sts"}, "iam_endpoint"),
    (0, {"iam_endpoint": "x"}, "iam_endpoint"),
    (1, {"policy": "allow_explicit"}, "policy"),
    (1, {"account": [_block("account", name="x")]}, "account"),
    (4, {"connection": _block("connection", mode="selected_gateway")}, "connection"),
    (4, {"immutability": _block("immutability", mode="retention_settings")}, "immutability"),
    (4, {"overwrite_owner": True}, "overwrite_owner"),
    (6, {"backup_mode": "entire_computer"}, "backup_mode"),
    (6, {"gfs": _block("gfs", weekly=1)}, "gfs"),
    (6, {"encryption_password_id": KEY}, "encryption_password_id"),
    (6, {"active_full": True}, "active_full"),
    (6, {"protection_group_ids": set()}, "protection_group_ids"),
    (6, {"retention": _block("retention", type="restore_points")}, "retention"),
    (6, {"backup_mode": "file_level"}, "directories"),
    (7, {"backup_mode": "user_homes"}, "backup_mode"),
    (7, {"os": "linux", "backup_mode": "user_homes"}, "backup_mode"),
])
def test_arguments_that_do_not_go_together(
    index: int, fields: dict[str, Any], wrong: str, engine: Any,
) -> None:
    life = LIVES[index]
    plan = engine.draft(life.type, _config(engine, life, **fields))
    assert wrong in [attribute for _, _, attribute in plan.errors]


def test_immutability_that_goes_off_needs_a_new_repository(engine: Any) -> None:
    life = LIVES[5]
    state = engine.apply(life.type, _config(engine, life))
    plan = engine.draft(life.type, _config(engine, life, immutability=None), state)
    assert plan.replace == {"immutability"}
    assert bare(plan.planned["name"]) == "locked"


@pytest.mark.parametrize(("kind", "import_id"), [
    ("repository_storage_class", REPOSITORY), ("cloud_tenant_quota", TENANT)])
def test_import_ids_that_say_too_little(kind: str, import_id: str, engine: Any) -> None:
    with pytest.raises(ProviderError, match="does not name a"):
        engine.imported(kind, import_id)
